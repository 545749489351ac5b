"""agreement: figures of one fact from several tables, by which units that slipped are found."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations
from math import log10

from pipelines.catalog import Catalog
from pipelines.importing.model import Fact, Known, Outcome, amount
from pipelines.sources.wild import Finding, Refused

SLIPS = (1, 3, 4, 8)
CLOSE = log10(1.02)
FEW = 3
LARGE = 3
Source = tuple[str, str]


@dataclass
class _Pair:
    """How often two tables agree on a fact, and by which powers of ten they differ."""

    common: int = 0
    agree: int = 0
    powers: Counter[int] = field(default_factory=Counter)

    @property
    def slip(self) -> int | None:
        """The power of ten between the two on most common facts; few facts tell only of a large one."""
        for power, count in self.powers.most_common(1):
            if 2 * count > self.common and (self.common >= FEW or abs(power) >= LARGE):
                return power
        return None


def refuse_slipped_units(outcomes: Sequence[Outcome], known: Sequence[Known], catalog: Catalog) -> None:
    """Refuses every table whose figures are 10, 1,000 or 10,000 times those of another source.

    Where two tables differ so, the one that fewer other tables bear out is refused; where that does not tell, the
    one that is not under data/sources yet; where that does not tell either, both. What stands is never refused: where
    it is the one, each new table that shows it has a hard finding that names the standing line.
    """
    pairs = _pairs(_sizes(outcomes, known, catalog))
    borne_out = Counter(source for both, pair in pairs.items() if 2 * pair.agree > pair.common for source in both)
    standing = {one.table for one in known}
    suspects: dict[Source, tuple[Source, int, _Pair]] = {}
    for (first, second), pair in sorted(pairs.items()):
        if pair.slip is not None:
            weights = [(borne_out[one], one[0] in standing) for one in (first, second)]
            if weights[0] <= weights[1]:
                suspects.setdefault(first, (second, pair.slip, pair))
            if weights[1] <= weights[0]:
                suspects.setdefault(second, (first, -pair.slip, pair))
    slipped = {both: pair for both, pair in pairs.items() if pair.slip is not None}
    for outcome in outcomes:
        measures = sorted({one.measure_id for one in outcome.reading.figures})
        for measure in measures:
            if (_table(outcome), measure) in suspects:
                _refuse_slipped(outcome, measure, *suspects[_table(outcome), measure])
    for outcome in outcomes:
        outcome.findings.extend(_standing_slips(outcome, slipped, suspects, known, catalog))


def _standing_slips(
    outcome: Outcome,
    slipped: Mapping[tuple[Source, Source], _Pair],
    suspects: Container[Source],
    known: Sequence[Known],
    catalog: Catalog,
) -> list[Finding]:
    """A hard finding for every standing table whose unit is the one that slipped, at the first fact that shows it."""
    figures = {one.fact: (one, amount(one, catalog)) for one in outcome.reading.figures}
    found: dict[Source, Finding] = {}
    for one in known:
        source = (one.table, one.fact[2])
        new, number = figures.get(one.fact, (None, None))
        if source in found or source not in suspects or new is None or not number or not one.number:
            continue
        here = (_table(outcome), one.fact[2])
        pair = slipped.get((min(source, here), max(source, here)))
        power = round(_size(one.number) - _size(number))
        if pair is not None and pair.slip is not None and abs(pair.slip) == abs(power):
            said = f"{one.fact[2]}: {one.line} ({one.place}) = 10^{power} × {outcome.name}"
            place = (outcome.name, new.origin.sheet, new.origin.cell)
            found[source] = Finding("unit_slip", "hard", *place, f"{said} ({pair.powers[pair.slip]}/{pair.common})",
                                    "同一事实大小相同 / one size for one fact",
                                    "已入库的数字量级不符：请核对该行的单位并改正",
                                    "The standing figure is off: check the unit of that line and mend it")  # fmt: skip
    return list(found.values())


def _refuse_slipped(outcome: Outcome, measure: str, other: Source, power: int, pair: _Pair) -> None:
    """Refuses the figures of one measure; the whole table where it has no other."""
    found = f"{measure}: 10^{power} × {other[0]} ({pair.powers.most_common(1)[0][1]}/{pair.common})"
    next_zh, next_en = "请核对单位，并在声明中写明各格实际的单位", "Check the unit; declare the one that the cells have"
    words = ("unit_slip", found, "同一事实大小相同 / one size for one fact", next_zh, next_en)
    figures = [one for one in outcome.reading.figures if one.measure_id == measure]
    first = figures[0].origin
    code, *rest = words
    finding = Finding(code, "hard", outcome.name, first.sheet, first.cell, *rest)
    if len(figures) == len(outcome.reading.figures):
        outcome.findings.append(finding)
        outcome.refuse(Refused(*words))
    else:
        outcome.refuse_figures(figures, finding)


def _sizes(
    outcomes: Sequence[Outcome], known: Sequence[Known], catalog: Catalog
) -> Mapping[Fact, dict[Source, float]]:  # fmt: skip
    """Fact → the decimal logarithm of what each table says of it; zeros and gaps say nothing of a unit."""
    found: dict[Fact, dict[Source, float]] = defaultdict(dict)
    for one in known:
        if one.number:
            found[one.fact].setdefault((one.table, one.fact[2]), _size(one.number))
    for outcome in outcomes:
        for figure in outcome.reading.figures:
            number = amount(figure, catalog)
            if number:
                found[figure.fact].setdefault((_table(outcome), figure.measure_id), _size(number))
    return found


def _size(number: Fraction) -> float:
    """The decimal logarithm; of numbers of any length."""
    return log10(abs(number.numerator)) - log10(number.denominator)


def _pairs(sizes: Mapping[Fact, Mapping[Source, float]]) -> dict[tuple[Source, Source], _Pair]:
    """Two tables → how they compare over their common facts."""
    found: dict[tuple[Source, Source], _Pair] = defaultdict(_Pair)
    for said in sizes.values():
        for first, second in combinations(sorted(said), 2):
            pair = found[first, second]
            pair.common += 1
            distance = said[first] - said[second]
            power = round(distance)
            if abs(distance - power) <= CLOSE:
                pair.agree += power == 0
                pair.powers[power] += 1 if abs(power) in SLIPS else 0
    return found


def _table(outcome: Outcome) -> str:
    return f"{outcome.name}#{outcome.reading.table_id}"
