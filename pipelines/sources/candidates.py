"""candidates: figures that a table seems to hold, before they are compared with one another and accepted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipelines.catalog import Catalog
from pipelines.sources.labels import Printed, number
from pipelines.sources.ledger import Advice, Ledger, Mark, Spot

SHOWN = 20
FEW = 3
LARGEST_STEP = 8
Fact = tuple[str, str, str, str]
TWO_VALUES = Advice("one value a fact", "同一数据在文件内有不同的值，均不采用；请查原表后改正",
                    "The file contradicts itself and none is taken; look up the original")  # fmt: skip
DOUBTFUL = Advice("a label whose other facts agree", "该标签下多数数据与文件别处矛盾，不采用；请查原表",
                  "Most facts under this label are contradicted elsewhere; look up the original")  # fmt: skip
HALF_EMPTY = Advice("a figure in all of them, or in none", "请核对空格", "Check the empty cells")


@dataclass(frozen=True)
class Candidate:
    """What one cell says of one unit and period; `labels` are the cells that it rests on."""

    unit_code: str
    period: str
    measure_id: str
    industry: str
    printed: Printed
    spot: Spot
    labels: tuple[Spot, ...]

    @property
    def fact(self) -> Fact:
        """What the cell speaks of."""
        return (self.unit_code, self.period, self.measure_id, self.industry)


def candidate(
    ledger: Ledger, cell: tuple[Spot, str], fact: Fact, labels: tuple[Spot, ...], *, is_whole: bool = False
) -> Candidate | None:
    """The cell as a candidate; None, and the reason in the ledger, where it is no figure that can stand.

    Args:
        ledger: where the reason goes.
        cell: the cell and its text.
        fact: what it speaks of.
        labels: the cells that it rests on.
        is_whole: what is counted cannot be divided.
    """
    spot, text = cell
    printed = number(text)
    is_divided = is_whole and printed is not None and "." in printed.value
    if printed and not is_divided and not printed.value.startswith("-"):
        return Candidate(*fact, printed, spot, labels)
    code = "not_whole" if is_divided else "negative" if printed else "not_a_number"
    wanted = f"a{' whole' if is_whole else ''} number of 0 or more, in plain digits"
    advice = Advice(wanted, "请与原表核对该格", "Compare the cell with the original table")
    ledger.refuse(code, spot, f"{text.strip()!r} ({', '.join(fact)})", advice)
    ledger.mark(Mark.REFUSED, labels)
    return None


def kept_once(ledger: Ledger, candidates: Iterable[Candidate]) -> list[Candidate]:
    """One candidate a fact: equal repetitions are set aside, and of facts with two values nothing is kept.

    Where most of the facts under one label are contradicted, its other facts are not kept either; where one compared
    fact in ten is contradicted, nothing is: the label, or the whole of one form, stands in the wrong place.
    """
    by_fact: dict[Fact, list[Candidate]] = defaultdict(list)
    for one in candidates:
        by_fact[one.fact].append(one)
    given = {fact: [one for one in found if one.printed.value] for fact, found in by_fact.items()}
    compared = [found for found in given.values() if len(found) > 1]
    contradictions = [found for found in compared if _differ(found)]
    _report_contradictions(ledger, contradictions)
    if len(contradictions) > max(FEW, len(compared) // 10):
        share = f"{len(contradictions)} of {len(compared)} facts"
        ledger.report("contradicts_itself", "hard", None, share, TWO_VALUES)
        return []
    doubtful = _doubtful(compared)
    kept, half_empty = [], []
    for fact, found in by_fact.items():
        if _differ(given[fact]):
            continue
        first = (given[fact] or found)[0]
        if len(given[fact]) == 1 and doubtful & set(first.labels):
            _refuse_doubtful(ledger, first, doubtful)
            continue
        half_empty += given[fact][:1] if len(given[fact]) < len(found) else []
        kept.append(first)
        ledger.mark(Mark.IGNORED, (spot for one in found for spot in (one.spot, *one.labels)))
    if half_empty:
        found_empty = f"{len(half_empty)} facts stand in one place of the file and are empty in another"
        ledger.report("empty_elsewhere", "soft", half_empty[0].spot, found_empty, HALF_EMPTY)
    return kept


def _differ(given: Sequence[Candidate]) -> bool:
    return len({(Decimal(one.printed.value), one.printed.qualifier) for one in given}) > 1


def _doubtful(compared: Sequence[Sequence[Candidate]]) -> set[Spot]:
    """Labels most of whose compared facts are contradicted."""
    all_of: Counter[Spot] = Counter()
    bad: Counter[Spot] = Counter()
    for found in compared:
        labels = [label for one in found for label in one.labels]
        all_of.update(labels)
        bad.update(labels if _differ(found) else [])
    return {label for label, count in bad.items() if count >= FEW and 2 * count > all_of[label]}


def _refuse_doubtful(ledger: Ledger, one: Candidate, doubtful: set[Spot]) -> None:
    label = next(label for label in one.labels if label in doubtful)
    found = f"{', '.join(one.fact)}: {one.printed.value}, under {label.sheet}!{label.cell}"
    ledger.refuse("doubtful_label", one.spot, found, DOUBTFUL)


def _report_contradictions(ledger: Ledger, contradictions: Sequence[Sequence[Candidate]]) -> None:
    for number_of, found in enumerate(contradictions):
        ledger.mark(Mark.REFUSED, (spot for one in found for spot in (one.spot, *one.labels)))
        values = " ≠ ".join(f"{one.printed.value} ({one.spot.sheet}!{one.spot.cell})" for one in found)
        if number_of < SHOWN:
            ledger.report("two_values", "hard", found[0].spot, f"{', '.join(found[0].fact)}: {values}", TWO_VALUES)
    if len(contradictions) > SHOWN:
        ledger.report("two_values", "hard", None, f"{len(contradictions)} facts, {SHOWN} of them listed", TWO_VALUES)


def without_empty_years(ledger: Ledger, kept: Sequence[Candidate]) -> list[Candidate]:
    """The candidates without the years of a measure in which no cell is filled: such a year is told, not stored."""
    given = {(one.measure_id, one.period) for one in kept if one.printed.value}
    for measure_id, period in sorted({(one.measure_id, one.period) for one in kept} - given):
        ledger.report("empty_year", "info", None, f"{measure_id} {period}: no cell is filled", Advice(
            "figures, or no column for the year", "该年无数，不入库", "Nothing is stored for that year"))  # fmt: skip
    return [one for one in kept if (one.measure_id, one.period) in given]


def report_gaps(ledger: Ledger, kept: Sequence[Candidate], catalog: Catalog) -> None:
    """Tells which provinces a measure lacks in a year; the XPCC is not asked for here."""
    provinces = {code for code, one in catalog.reporting_units.items() if one.kind == "province"}
    there: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in kept:
        there[one.measure_id, one.period].add(one.unit_code)
    gaps: dict[tuple[str, frozenset[str]], list[str]] = defaultdict(list)
    for (measure_id, period), units in there.items():
        if provinces - units:
            gaps[measure_id, frozenset(provinces - units)].append(period)
    advice = Advice(f"all {len(provinces)} provinces", "请核对缺少的省份", "Look for the missing provinces")
    for (measure_id, missing), periods in gaps.items():
        found = f"{measure_id} {', '.join(sorted(periods))}: {', '.join(sorted(missing))}"
        ledger.report("missing_regions", "soft", None, found, advice)


def report_jumps(ledger: Ledger, kept: Sequence[Candidate], is_break: Callable[[str, str], bool]) -> None:
    """Tells of figures that are more than eight times, or less than an eighth of, the year before.

    Args:
        ledger: where it is told.
        kept: the candidates.
        is_break: whether a measure is declared not comparable from a year on.
    """
    series: dict[tuple[str, str, str], dict[int, Candidate]] = defaultdict(dict)
    for one in kept:
        if one.printed.value and one.printed.qualifier == "exact":
            series[one.unit_code, one.measure_id, one.industry][int(one.period)] = one
    wanted = f"less than {LARGEST_STEP} times the year before"
    advice = Advice(wanted, "请核对单位和口径", "Check unit and definition")
    for years in series.values():
        for year, one in sorted(years.items()):
            before = years.get(year - 1)
            if before and not is_break(one.measure_id, one.period) and _is_step(before, one):
                found = f"{', '.join(one.fact)}: {before.printed.value} → {one.printed.value}"
                ledger.report("jump", "soft", one.spot, found, advice)


def _is_step(before: Candidate, after: Candidate) -> bool:
    low, high = sorted((Decimal(before.printed.value), Decimal(after.printed.value)))
    return high > LARGEST_STEP * low
