"""stats: methods applied to facts: indicator values with their working."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, cast

from pipelines.catalog import Break, Catalog, Growth, Indicator, Level, Per, Ratio, RatioOfMeans, Share, Words
from pipelines.methods.bounded import Bounded, Qualifier, agree, quotient, total

TOTAL = "_T"
BREAKDOWNS = ("industry", "ownership", "sex", "age", "education", "contest_kind", "organiser")
VERIFIED = ("A", "B")
DETERMINED = ("undetermined", "about", "at_most", "over", "exact")  # from worst to best
READ = ("observation_id", "unit_code", "period", "period_start", "period_end", "calendar", "measure_id", "scope_id",
        *BREAKDOWNS, "value", "value_low", "value_high", "value_printed", "qualifier", "derivation", "period_certainty",
        "grade", "source_id", "source_rank")  # fmt: skip
LEVELS = {"nation": "nation", "province": "province", "xpcc": "province", "central_organs": "province",
          "industrial_union": "province", "separately_planned_city": "city", "city": "city",
          "enterprise": "enterprise"}  # fmt: skip
Row = Mapping[str, Any]
Place = tuple[str, str, str]  # unit, period as printed, scope


@dataclass(frozen=True)
class Figure:
    """A figure of an indicator: number, parts of a ratio, worst grade, and the observations behind it."""

    number: Bounded
    inputs: tuple[tuple[str, Row], ...]
    numerator: Bounded | None = None
    denominator: Bounded | None = None

    @property
    def grade(self) -> str:
        return max(str(row["grade"]) for _, row in self.inputs)


@dataclass
class Computed:
    """Rows of stats.indicator_value and stats.working."""

    values: list[dict[str, Any]] = field(default_factory=list)
    working: list[dict[str, Any]] = field(default_factory=list)


class Facts:
    """Published observations of totals, by unit, period, scope and measure, best source first.

    Figures that were obtained by our own arithmetic stay among the facts; no indicator rests on them.
    """

    def __init__(self, observations: Sequence[Row]) -> None:
        self.at: dict[Place, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
        seen: set[tuple[Any, ...]] = set()
        for row in sorted(observations, key=lambda row: row["source_rank"]):
            fact = (row["unit_code"], row["period"], row["scope_id"], row["measure_id"], row["source_id"])
            is_total = _is_total(row)
            is_superseded = fact in seen  # by a later version of the same publication, even an empty one
            if is_total:
                seen.add(fact)
            if is_total and not is_superseded and row["value"] is not None and row["derivation"] == "printed":
                self.at[row["unit_code"], row["period"], row["scope_id"]][row["measure_id"]].append(row)

    def inputs(self, place: Place, measures: Sequence[str]) -> tuple[Row, ...] | None:
        """One observation for each measure: from one publication where one gives them all."""
        found = self.at.get(place, {})
        if not all(found.get(measure) for measure in measures):
            return None
        shared = set.intersection(*({row["source_id"] for row in found[measure]} for measure in measures))
        choices = [tuple(_of_source(found[measure], source) for measure in measures) for source in sorted(shared)]
        choices.append(tuple(found[measure][0] for measure in measures))
        return min(choices, key=_foundation)


def _is_total(row: Row) -> bool:
    return all(row[column] == TOTAL for column in BREAKDOWNS)


def _foundation(rows: Sequence[Row]) -> tuple[str, bool, int]:
    """The less, the better founded: worst grade, whether publications are mixed, ranks."""
    is_mixed = len({row["source_id"] for row in rows}) > 1
    return max(row["grade"] for row in rows), is_mixed, sum(row["source_rank"] for row in rows)


def _of_source(rows: Sequence[Row], source: str) -> Row:
    return next(row for row in rows if row["source_id"] == source)


def indicator_values(observations: Sequence[Row], catalog: Catalog) -> Computed:
    """Every indicator wherever its inputs are given, recomputed from base measures.

    Returns:
        values: one row per indicator, unit, period and scope: the value with the interval that
        rounding allows, derived beside printed, qualifiers and grade propagated.
        working: the observations behind each value, by role.
    """
    facts, result = Facts(observations), Computed()
    for indicator_id, indicator in catalog.indicators.items():
        if indicator.refused is not None:
            continue
        places = [place for place in facts.at if _has_level(indicator, place, catalog)]
        rows = [row for place in places for row in _value(indicator_id, indicator, facts, place, result, catalog)]
        result.values += _marked(rows, breaks(indicator, catalog))
    return result


def _has_level(indicator: Indicator, place: Place, catalog: Catalog) -> bool:
    """Whether the indicator is declared for units of this kind."""
    return LEVELS.get(catalog.reporting_units[place[0]].kind) in indicator.levels


def _value(
    indicator_id: str, indicator: Indicator, facts: Facts, place: Place, result: Computed, catalog: Catalog
) -> Iterator[dict[str, Any]]:
    derived, refused = _derived(indicator, facts, place, catalog)
    reported = _reported(indicator, facts, place)
    if derived and isinstance(indicator.method, Level):  # nothing is computed: the value is the printed one
        reported = Figure(derived.number, tuple(("reported", row) for _, row in derived.inputs))
        derived = None
    chosen = _chosen(derived, reported)
    if chosen is None and refused is None:
        return
    key = dict(zip(("indicator_id", "unit_code", "period", "scope_id"), (indicator_id, *place), strict=True))
    for figure in filter(None, (derived, reported)):
        result.working += [
            {**key, "role": role, "measure_id": row["measure_id"], "observation_id": row["observation_id"],
             "value": row["value"]}
            for role, row in figure.inputs
        ]  # fmt: skip
    yield {**key, **_numbers(derived, reported, chosen), **_marks(indicator, chosen, refused, facts, place)}


def _derived(
    indicator: Indicator, facts: Facts, place: Place, catalog: Catalog
) -> tuple[Figure | None, Words | None]:
    """The value by the indicator's own method, or why it is refused."""
    above, below = indicator.numerators(), indicator.denominators()
    if isinstance(indicator.method, Growth):
        growth = _growth(indicator.method, facts, place)
        broken = _break_before(indicator, place[1], catalog) if growth else None
        return (None, broken.why) if broken else (growth, None)
    rows = facts.inputs(place, (*above, *below))
    if rows is None:
        return None, None
    parts, wholes = [_bounded(row) for row in rows[: len(above)]], [_bounded(row) for row in rows[len(above) :]]
    roles = (*(("numerator", row) for row in rows[: len(above)]), *(("denominator", row) for row in rows[len(above) :]))
    try:
        number, part, whole = _computed(indicator, parts, wholes)
    except ZeroDivisionError as fault:
        return None, Words(zh="分母为零，或在取整范围内可能为零", en=str(fault))
    return Figure(number, roles, part, whole), None


def _computed(
    indicator: Indicator, parts: Sequence[Bounded], wholes: Sequence[Bounded]
) -> tuple[Bounded, Bounded | None, Bounded | None]:
    match indicator.method:
        case Level():
            return parts[0], None, None
        case Share():
            return quotient(total(parts), total(wholes), 100), total(parts), total(wholes)
        case Ratio():
            return quotient(total(parts), total(wholes)), total(parts), total(wholes)
        case Per(multiplier=multiplier):
            return quotient(total(parts), total(wholes), multiplier), total(parts), total(wholes)
        case RatioOfMeans():
            part, whole = quotient(parts[0], parts[1]), quotient(wholes[0], wholes[1])
            return quotient(part, whole), part, whole
        case Growth():
            raise TypeError("a growth needs two periods; see _growth")


def _growth(method: Growth, facts: Facts, place: Place) -> Figure | None:
    """Change on the year before in per cent; only exact figures of two calendar years are differenced."""
    unit, printed, scope = place
    if not printed.isdigit():
        return None
    measures = (method.total, method.count) if method.count else (method.total,)
    now, before = facts.inputs(place, measures), facts.inputs((unit, str(int(printed) - 1), scope), measures)
    if now is None or before is None or any(row["qualifier"] != "exact" for row in (*now, *before)):
        return None
    means = [_mean([_bounded(row) for row in rows]) for rows in (now, before)]
    ratio = quotient(means[0], means[1], 100)
    low, high = (None if end is None else end - 100 for end in (ratio.low, ratio.high))
    roles = (*(("numerator", row) for row in now), *(("denominator", row) for row in before))
    return Figure(Bounded(ratio.value - 100, low, high, ratio.qualifier), roles, *means)


def _break_before(indicator: Indicator, year: str, catalog: Catalog) -> Break | None:
    """The declared break of the indicator, or of a measure of it, between this year and the one before."""
    return next((one for one in breaks(indicator, catalog) if str(int(year) - 1) < one.period[:4] <= year), None)


def breaks(indicator: Indicator, catalog: Catalog) -> tuple[Break, ...]:
    """The declared breaks of the indicator and of every measure that it rests on."""
    measures = dict.fromkeys((*indicator.numerators(), *indicator.denominators()))
    return (*indicator.breaks, *(one for name in measures for one in catalog.measures[name].breaks))


def _mean(numbers: Sequence[Bounded]) -> Bounded:
    """total ÷ count, or the number itself where no count is given."""
    return quotient(numbers[0], numbers[1]) if len(numbers) == 2 else numbers[0]


def _reported(indicator: Indicator, facts: Facts, place: Place) -> Figure | None:
    """The ratio as a publication printed it."""
    printed = facts.at[place].get(indicator.reported, ()) if indicator.reported and place in facts.at else ()
    return Figure(_bounded(printed[0]), (("reported", printed[0]),)) if printed else None


def _chosen(derived: Figure | None, reported: Figure | None) -> Figure | None:
    """The derived value, unless the printed one is verified and it is not, or is the better determined."""
    if derived is None or reported is None:
        return derived or reported
    return max(derived, reported, key=_standing)  # the first of equals: derived


def _standing(figure: Figure) -> tuple[bool, int]:
    return figure.grade in VERIFIED, DETERMINED.index(figure.number.qualifier)


def _bounded(row: Row) -> Bounded:
    low, high = (None if row[end] is None else Fraction(row[end]) for end in ("value_low", "value_high"))
    return Bounded(Fraction(row["value"]), low, high, cast(Qualifier, row["qualifier"]))


def _ends(number: Bounded | None) -> tuple[Fraction | None, Fraction | None, Fraction | None]:
    return (None, None, None) if number is None else (number.value, number.low, number.high)


def _numbers(derived: Figure | None, reported: Figure | None, chosen: Figure | None) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for prefix, figure in (("", chosen), ("derived_", derived), ("reported_", reported)):
        names = ("value", "value_low", "value_high") if not prefix else tuple(
            prefix + end for end in ("value", "low", "high")
        )  # fmt: skip
        columns |= dict(zip(names, _ends(figure.number if figure else None), strict=True))
    return columns | {
        "basis": None if chosen is None else "derived" if chosen is derived else "reported",
        "agreement": _agreement(derived, reported),
        "reported_qualifier": reported.number.qualifier if reported else None,
        "reported_printed": reported.inputs[0][1]["value_printed"] if reported else None,
        "numerator": derived.numerator.value if derived and derived.numerator else None,
        "denominator": derived.denominator.value if derived and derived.denominator else None,
    }


def _agreement(derived: Figure | None, reported: Figure | None) -> str | None:
    if derived and reported:
        if not (derived.number.is_bounded and reported.number.is_bounded):
            return "not_comparable"
        return "consistent" if agree(derived.number, reported.number) else "conflict"
    return "derived_only" if derived else "reported_only" if reported else None


def _marks(
    indicator: Indicator, chosen: Figure | None, refused: Words | None, facts: Facts, place: Place
) -> dict[str, Any]:
    found = facts.at[place].values()
    rows = [row for _, row in chosen.inputs] if chosen else [row for rows in found for row in rows[:1]]
    certainty = max((row["period_certainty"] for row in rows), key=("stated", "inferred", "uncertain").index)
    low, high = indicator.plausible or (None, None)
    return {
        "period_start": min(row["period_start"] for row in rows),
        "period_end": max(row["period_end"] for row in rows),
        "calendar": rows[0]["calendar"],
        "qualifier": chosen.number.qualifier if chosen else "exact",
        "period_certainty": certainty,
        "grade": chosen.grade if chosen else max(row["grade"] for row in rows),
        "is_verified": chosen is not None and chosen.grade in VERIFIED,
        "plausible_low": low,
        "plausible_high": high,
        "refused_zh": f"无法计算：{refused.zh}" if refused else None,
        "refused_en": f"Cannot be computed: {refused.en}" if refused else None,
    }


def _marked(rows: list[dict[str, Any]], breaks: Sequence[Break]) -> list[dict[str, Any]]:
    """Marks the latest value of each unit, and the first one after each declared break."""
    by_unit: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_unit[row["unit_code"]].append(row | {"is_latest": False, "break_before": False})
    for series in by_unit.values():
        series.sort(key=lambda row: (row["period_end"], row["scope_id"] == TOTAL, row["is_verified"], row["period"]))
        series[-1]["is_latest"] = True
        for one in breaks:
            after = [row for row in series if row["period_end"] >= one.period]
            if after and len(after) < len(series):
                after[0]["break_before"] = True
    return [row for series in by_unit.values() for row in series]


def left_out(observations: Sequence[Row], working: Sequence[Row], catalog: Catalog) -> dict[str, int]:
    """How many observations no indicator value rests on, by reason; used + left out = observations."""
    used = {row["observation_id"] for row in working}
    live = [one for one in catalog.indicators.values() if one.refused is None]
    asked = {measure for one in live for measure in (*one.numerators(), *one.denominators(), one.reported or "")}
    counted: dict[str, int] = defaultdict(int)
    for row in observations:
        if row["observation_id"] not in used:
            counted[_reason(row, asked)] += 1
    return dict(counted)


def _reason(row: Row, asked: set[str]) -> str:
    if row["measure_id"] not in asked:
        return "measure feeds no indicator"
    if row["value"] is None:
        return "no value stated"
    if row["derivation"] != "printed":
        return "our own arithmetic"
    if any(row[column] != TOTAL for column in BREAKDOWNS):
        return "part of a breakdown"
    return "another source ranks before it" if row["source_rank"] > 1 else "its partner in the ratio is not given"
