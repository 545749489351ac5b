"""repetition: one publication says a fact once: copies are kept once, contradictions are refused, vintages stay."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pipelines.catalog import Catalog
from pipelines.importing.model import Fact, Known, Outcome, amount, identity
from pipelines.sources.wild import Finding, Found, Refused


@dataclass(frozen=True)
class Said:
    """A figure that is kept already.

    Args:
        number: in the canonical unit; None where nothing was stated.
        step: the unit of its last printed digit.
        file: where it stands.
        cell: the place in the file.
    """

    number: Fraction | None
    step: Fraction
    file: str
    cell: str

    def is_same(self, other: Said) -> bool:
        """Whether both say one thing: equal, or the one is the other with fewer digits."""
        if self.number is None or other.number is None:
            return self.number is other.number
        return self.number == other.number or self.is_rounding(other)

    def is_rounding(self, other: Said) -> bool:
        """Whether the two differ by no more than half a unit of the coarser last digit."""
        if self.number is None or other.number is None or self.step == other.step:
            return False
        return 2 * abs(self.number - other.number) <= max(self.step, other.step)


class Held:
    """What is kept already, by publication and by edition of a table.

    Args:
        known: what stands under data/sources.
        catalog: with the units.
    """

    def __init__(self, known: Iterable[Known], catalog: Catalog) -> None:
        self._catalog = catalog
        self._publications: dict[Fact, Said] = {}
        self._editions: dict[Fact, Said] = {}
        for one in known:
            file, _, cell = one.place.partition("#")
            said = Said(one.number, one.step, file, cell)
            self._publications[one.identity] = said
            if one.row.get("table_id"):
                edition = (*one.fact, one.row["publisher"], one.row["table_id"], one.row["published"])
                self._editions.setdefault(edition, said)

    def said(self, one: Found) -> Said:
        """The figure as it is compared."""
        unit = self._catalog.units_of_measure[self._catalog.measures[one.measure_id].unit]
        decimals = len(one.value.partition(".")[2])
        step = Fraction(unit.printed[one.unit]) / 10**decimals
        return Said(amount(one, self._catalog), step, one.origin.file, f"{one.origin.sheet}!{one.origin.cell}")

    def before(self, one: Found) -> tuple[Said | None, Said | None]:
        """What the same publication says of the fact, and what the same edition of the table under any title."""
        return self._publications.get(identity(one)), self._editions.get(_edition(one))

    def keep(self, one: Found) -> None:
        """Keeps a figure."""
        said = self.said(one)
        self._publications[identity(one)] = said
        self._editions.setdefault(_edition(one), said)


def _edition(one: Found) -> Fact:
    return (*one.fact, one.publisher, one.table_id, one.published)


def settle(outcomes: Sequence[Outcome], known: Sequence[Known], catalog: Catalog) -> None:
    """Keeps each fact of a publication once.

    The same value again, or its rounding, is a repetition and counted; another value is refused with both shown. Two
    editions of one table (another date, or another title) are vintages, and both are kept. Of copies, the first is
    kept in this order: a table that names its indicator before one that a sidecar names, a workbook before a web page,
    the finer of two that differ by rounding, a short file name before a long one (copies are named after their
    original), then by name.
    """
    held = Held(known, catalog)
    coarser = _coarser(outcomes, held)
    for outcome in sorted(outcomes, key=lambda one: _rank(one, coarser[one.name, one.reading.table_id])):
        _settle(outcome, held)


def _rank(one: Outcome, coarser: int) -> tuple[bool, bool, int, int, str]:
    """What decides which of several copies is kept."""
    return one.is_stated_aside, one.format == "html", coarser, len(one.name), one.name


def _coarser(outcomes: Sequence[Outcome], held: Held) -> Counter[tuple[str, str]]:
    """File and table → how many of its figures another table of the sweep gives with more digits."""
    saying: dict[Fact, list[tuple[tuple[str, str], Said]]] = defaultdict(list)
    for outcome in outcomes:
        for one in outcome.reading.figures:
            for same in {identity(one), _edition(one)}:
                saying[same].append(((outcome.name, outcome.reading.table_id), held.said(one)))
    found: Counter[tuple[str, str]] = Counter()
    for copies in saying.values():
        for table, said in copies:
            finer = (one for _, one in copies if one.step < said.step and one.number != said.number)
            found[table] += any(said.is_rounding(one) for one in finer)
    return found


def _settle(outcome: Outcome, held: Held) -> None:
    """One table: what is new stays."""
    new: list[Found] = []
    contradicted: list[tuple[Found, Said]] = []
    repeated: Counter[str] = Counter()
    rounded: list[tuple[Found, Said]] = []
    for one in outcome.reading.figures:
        said, (publication, edition) = held.said(one), held.before(one)
        same = next((other for other in (publication, edition) if other is not None and other.is_same(said)), None)
        if same is not None:
            repeated[same.file] += 1
            rounded += [(one, same)] if same.is_rounding(said) and same.number != said.number else []
        elif publication is not None:
            contradicted.append((one, publication))
        else:
            new.append(one)
            held.keep(one)
    for one, other in contradicted:
        outcome.refuse_figures([one], _two_values(one, other, held.said(one)))
    outcome.repeated, outcome.reading.figures = repeated.total(), new
    if rounded:
        outcome.findings.append(_rounded(rounded, held))
    if repeated and not new and outcome.kind == "imported":
        outcome.kind = "repeats"
        next_step = ("数字与该文件相同，只保留一份", "The same figures as that file; kept once")
        outcome.why = Refused("repeats", ", ".join(sorted(repeated)), "a figure not yet held", *next_step)


def _two_values(one: Found, before: Said, said: Said) -> Finding:
    found = f"{_about(one)}: {_shown(said)} ≠ {_shown(before)} ({before.file} {before.cell})"
    return Finding("two_values", "hard", one.origin.file, one.origin.sheet, one.origin.cell, found,
                   "同一表一个数 / one value a table", "请核对原表，确定哪个数正确；后读到的未采用",
                   "See which is right in the original; the later one is not used")  # fmt: skip


def _rounded(rounded: Sequence[tuple[Found, Said]], held: Held) -> Finding:
    one, other = rounded[0]
    found = f"{len(rounded)} ×, {_about(one)}: {_shown(held.said(one))} ≈ {_shown(other)} ({other.file} {other.cell})"
    next_zh, next_en = "两份只差四舍五入，保留先读到的", "They differ by rounding; the first is kept"
    return Finding("fewer_digits", "info", one.origin.file, one.origin.sheet, one.origin.cell, found,
                   "相同的位数 / the same digits", next_zh, next_en)  # fmt: skip


def _about(one: Found) -> str:
    return f"{one.unit_code} {one.period} {one.measure_id}"


def _shown(said: Said) -> str:
    return "—" if said.number is None else f"{float(said.number):.12g}"
