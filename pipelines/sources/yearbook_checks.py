"""yearbook_checks: what must hold between the figures of one table, and what is odd about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal

from pipelines.catalog import Catalog
from pipelines.sources.ledger import Advice, Ledger, Spot
from pipelines.sources.wild import Found
from pipelines.sources.yearbook_declared import Doubt, Ratio, Total, YearbookTable

NATION, XPCC = "000000", "660000"
SHOWN = 6
Values = Mapping[str, Mapping[str, Found]]
"""Measure → unit code → figure."""


def check(ledger: Ledger, spots: Mapping[Found, Spot], table: YearbookTable, doubts: tuple[Doubt, ...],
          catalog: Catalog) -> None:  # fmt: skip
    """Reports what does not hold; refuses nothing.

    Args:
        ledger: the table's books.
        spots: the cell of each figure.
        table: its declaration.
        doubts: figures that are known to be odd.
        catalog: for the provinces and their order.
    """
    values: dict[str, dict[str, Found]] = defaultdict(dict)
    for figure in ledger.figures:
        values[figure.measure_id][figure.unit_code] = figure
    provinces = [one.code for one in catalog.reporting_units.values() if one.kind == "province"]
    for measure_id, figures in values.items():
        _missing(ledger, spots, figures, provinces, catalog)
        if table.is_sum_of_parts:
            _sum(ledger, spots, measure_id, figures, provinces)
    for part, whole in table.parts:
        _part(ledger, spots, values, part, whole)
    for total in table.totals:
        _total(ledger, spots, values, total)
    for ratio in table.ratios:
        _ratio(ledger, spots, values, ratio)
    for doubt in doubts:
        _doubt(ledger, spots, values, doubt)


def _missing(ledger: Ledger, spots: Mapping[Found, Spot], figures: Mapping[str, Found], provinces: list[str],
             catalog: Catalog) -> None:  # fmt: skip
    """Names the provinces that a column lacks, and a nation that it lacks."""
    absent = [code for code in (NATION, *provinces) if code not in figures]
    if absent and figures:
        first = next(iter(figures.values()))
        names = "、".join(catalog.reporting_units[code].short.zh for code in absent)
        ledger.report("missing_regions", "soft", spots[first], f"{first.measure_id} {first.period}: {names}", Advice(
            f"the nation and {len(provinces)} provinces", "请核对是否缺行", "See if rows are missing"))  # fmt: skip


def _sum(ledger: Ledger, spots: Mapping[Found, Spot], measure_id: str, figures: Mapping[str, Found],
         provinces: list[str]) -> None:  # fmt: skip
    """Compares the nation with the sum of the provinces and the XPCC, within what rounding allows."""
    parts = [figures[code] for code in (*provinces, XPCC) if code in figures]
    nation = figures.get(NATION)
    if nation is None or not all(one.value for one in (nation, *parts)) or len(parts) < len(provinces):
        return
    printed, added = Decimal(nation.value), sum(Decimal(one.value) for one in parts)
    if abs(printed - added) > _rounding((nation, *parts)):
        ledger.report("sum_differs", "soft", spots[nation], f"{measure_id} {nation.period}: {printed}, Σ {added}",
                      Advice(f"{added} (±{_rounding((nation, *parts))})",
                             "全国与各省（及兵团）之和不符，请查看各格；全国按原表保留",
                             "The nation is not the sum of its parts; it is kept as printed"))  # fmt: skip


def _rounding(figures: tuple[Found, ...]) -> Decimal:
    """By how much figures that were rounded one by one may miss their sum."""
    return sum((_half_digit(one) for one in figures), Decimal(0))


def _half_digit(figure: Found) -> Decimal:
    exponent = Decimal(figure.value).as_tuple().exponent
    return Decimal(5).scaleb(int(exponent) - 1)


def _pairs(values: Values, part: str, whole: str) -> Iterator[tuple[Found, Found]]:
    """The figures of two measures for the units that have both, where they have one scope."""
    for code, figure in values.get(part, {}).items():
        other = values.get(whole, {}).get(code)
        if other is not None and figure.value and other.value:
            yield figure, other


def _part(ledger: Ledger, spots: Mapping[Found, Spot], values: Values, part: str, whole: str) -> None:
    """Names the regions where a part is above its whole."""
    above = [(one, other) for one, other in _pairs(values, part, whole) if Decimal(one.value) > Decimal(other.value)]
    if above:
        found = "; ".join(f"{one.unit_code}: {one.value} > {other.value}" for one, other in above[:SHOWN])
        ledger.report("part_above_whole", "soft", spots[above[0][0]], f"{part} > {whole}: {found}", Advice(
            f"{part} <= {whole}", "请核对两栏是否错位", "See whether the two columns slipped"))  # fmt: skip


def _total(ledger: Ledger, spots: Mapping[Found, Spot], values: Values, total: Total) -> None:
    """Names the regions where the parts do not add up to the whole."""
    off: list[tuple[Found, Decimal]] = []
    for code, whole in values.get(total.whole, {}).items():
        parts = [found for part in total.parts if (found := values.get(part, {}).get(code)) is not None]
        if len(parts) < len(total.parts) or not all(one.value for one in (whole, *parts)):
            continue
        added = sum((Decimal(one.value) for one in parts), Decimal(0))
        if abs(Decimal(whole.value) - added) > max(_rounding((whole, *parts)), added * total.slack):
            off.append((whole, added))
    if off:
        listed = "; ".join(f"{one.unit_code}: {one.value}, Σ {added}" for one, added in off[:SHOWN])
        ledger.report("total_differs", "soft", spots[off[0][0]], f"{total.whole}: {listed}", Advice(
            f"{total.whole} = {' + '.join(total.parts)}", "请核对该行各格", "Look at the row's cells"))  # fmt: skip


def _ratio(ledger: Ledger, spots: Mapping[Found, Spot], values: Values, ratio: Ratio) -> None:
    """Reports a share of the nation outside its usual range."""
    for one, other in _pairs(values, ratio.part, ratio.whole):
        share = Decimal(one.value) / Decimal(other.value) if Decimal(other.value) else Decimal(0)
        if one.unit_code == NATION and not Decimal(str(ratio.low)) <= share <= Decimal(str(ratio.high)):
            found = f"{one.period} {ratio.part} / {ratio.whole}: {one.value} / {other.value} = {share:.3f}"
            ledger.report("ratio_unusual", "soft", spots[one], found,
                          Advice(f"{ratio.low} – {ratio.high}", ratio.why.zh, ratio.why.en))  # fmt: skip


def _doubt(ledger: Ledger, spots: Mapping[Found, Spot], values: Values, doubt: Doubt) -> None:
    """Reports a figure that is known to be odd, as long as it is printed so."""
    figure = values.get(doubt.measure_id, {}).get(doubt.unit_code)
    if figure is not None and (figure.period, figure.value) == (doubt.period, doubt.printed):
        ledger.report("doubtful_figure", "soft", spots[figure], f"{doubt.unit_code} {doubt.period}: {doubt.printed}",
                      Advice("a figure in line with the years beside it", doubt.why.zh, doubt.why.en))  # fmt: skip
