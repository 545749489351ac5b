"""catalog_rules: what must hold between the declarations, as a list of faults."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from pipelines.catalog import (
    Catalog,
    CatalogError,
    Growth,
    Indicator,
    Level,
    Measure,
    Named,
    Per,
    Ratio,
    RatioOfMeans,
    ReportingUnit,
    Share,
    Target,
    unknown,
)

CORE_INDICATORS = 60

PER_UNITS: Mapping[tuple[str, str, int], str] = {
    ("person", "person", 10_000): "person_per_10k",
    ("person", "person", 100_000): "person_per_100k",
    ("person_time", "person", 100): "person_time_per_100",
    ("item", "person", 10_000): "item_per_10k",
    ("unit_count", "person", 100_000): "unit_per_100k",
    ("kyuan", "person", 1_000): "yuan_per_year",
    ("yuan", "person_year", 1): "yuan_per_person_year",
    ("item", "person_year", 1_000): "item_per_1k_person_years",
}
"""Unit of a rate, by the units of its two sides and its multiplier; any other pair is refused."""


def faults(catalog: Catalog) -> list[str]:
    """Every fault between declarations, one sentence each; empty when the catalogue stands."""
    return [
        *_of_code_lists(catalog),
        *_of_populations(catalog),
        *_of_measures(catalog),
        *_of_reporting_units(catalog),
        *_of_tables(catalog),
        *_of_the_set_of_indicators(catalog),
        *(fault for key, one in catalog.indicators.items() for fault in _of_indicator(key, one, catalog)),
        *(fault for key, one in catalog.targets.items() for fault in _of_target(key, one, catalog)),
    ]


def check(catalog: Catalog) -> None:
    """Passes a catalogue that stands.

    Raises:
        CatalogError: lists every fault.
    """
    found = faults(catalog)
    if found:
        listed = "\n".join(f"- {fault}" for fault in found)
        raise CatalogError(f"{catalog.root}: {len(found)} faults between declarations:\n{listed}")


def _unresolved(place: str, field: str, names: Iterable[str | None], known: Iterable[str], where: str) -> Iterator[str]:
    for name in unknown((name for name in names if name is not None), known):
        yield f"{place}, {field}: found {name!r}, wanted an entry of {where}. Declare it there or mend the reference."


def _of_code_lists(catalog: Catalog) -> Iterator[str]:
    lists: Mapping[str, Mapping[str, Named] | Mapping[str, ReportingUnit] | Mapping[str, Indicator]] = {
        "tasks.yaml": catalog.tasks,
        "departments.yaml": catalog.departments,
        "groups.yaml": catalog.groups,
        "grades.yaml": catalog.grades,
        "scopes.yaml": catalog.scopes,
        "forms.yaml": catalog.forms,
        "reporting_units.csv": catalog.reporting_units,
        "indicators": catalog.indicators,
    }
    for name, entries in lists.items():
        orders = [entry.order for entry in entries.values()]
        for order in sorted({order for order in orders if orders.count(order) > 1}):
            same = ", ".join(key for key, entry in entries.items() if entry.order == order)
            yield f"{name}, order: found {order} for {same}, wanted each number once. Renumber one of them."


def _of_populations(catalog: Catalog) -> Iterator[str]:
    for key, one in catalog.populations.items():
        place = f"populations.yaml, {key}"
        yield from _unresolved(place, "within", [one.within], catalog.populations, "populations.yaml")
        if one.within is not None and key in _wider(one.within, catalog):
            yield f"{place}: found a population within itself, wanted a tree. Mend `within`."


def _wider(population: str, catalog: Catalog) -> tuple[str, ...]:
    """The population and all that it is part of, from the narrowest."""
    found: list[str] = []
    step: str | None = population
    while step is not None and step not in found:
        found.append(step)
        step = catalog.populations[step].within if step in catalog.populations else None
    return tuple(found)


def _of_measures(catalog: Catalog) -> Iterator[str]:
    for dataset, measures in catalog.measures_by_dataset.items():
        for key, one in measures.items():
            place = f"measures/{dataset}.yaml, {key}"
            yield from _unresolved(place, "unit", [one.unit], catalog.units_of_measure, "units_of_measure.yaml")
            yield from _unresolved(place, "population", [one.population], catalog.populations, "populations.yaml")
    yield from _unresolved("forms.yaml", "id", catalog.forms, catalog.measures_by_dataset, "measures/ (a file a form)")


def _of_reporting_units(catalog: Catalog) -> Iterator[str]:
    units = catalog.reporting_units
    for code, one in units.items():
        place = f"reporting_units.csv, {code}"
        yield from _unresolved(place, "parent", [one.parent], units, "reporting_units.csv")
        yield from _unresolved(place, "group", [one.group_four, one.group_three], catalog.groups, "groups.yaml")
        if one.counted_in_parent and one.parent is None:
            yield f"{place}, counted_in_parent: found true without a parent. Name the parent or write false."


def _of_tables(catalog: Catalog) -> Iterator[str]:
    for name, table in catalog.tables.items():
        place = f"tables.yaml, {name}"
        yield from _unresolved(place, "columns", table.columns, catalog.columns, "columns.yaml")
        yield from _unresolved(place, "key", table.key, table.columns, "the table's own columns")
        if len(set(table.columns)) < len(table.columns):
            yield f"{place}, columns: found a column twice, wanted each once. Delete one."


def _of_the_set_of_indicators(catalog: Catalog) -> Iterator[str]:
    core = [one.order for one in catalog.indicators.values() if one.set == "core"]
    if core != list(range(1, CORE_INDICATORS + 1)):
        yield (
            f"indicators: found {len(core)} core indicators, wanted {CORE_INDICATORS}, numbered from 1 without a gap. "
            "Add what is missing or move an extra one to the set real."
        )


def _of_indicator(key: str, one: Indicator, catalog: Catalog) -> Iterator[str]:
    place = f"indicators/{key}.yaml"
    named = (*one.numerators(), *one.denominators(), *((one.reported,) if one.reported else ()))
    missing = [
        *_unresolved(place, "method", named, catalog.measures, "measures/"),
        *_unresolved(place, "unit", [one.unit], catalog.units_of_measure, "units_of_measure.yaml"),
        *_unresolved(place, "task", [one.task], catalog.tasks, "tasks.yaml"),
        *_unresolved(place, "population", [one.population], catalog.populations, "populations.yaml"),
        *_unresolved(
            place, "department", [one.lead_department, *one.with_departments], catalog.departments, "departments.yaml"
        ),
    ]
    yield from missing
    if one.lead_department in one.with_departments:
        yield f"{place}, with_departments: found the lead {one.lead_department!r} again. Delete it here."
    if not missing:
        yield from (f"{place}, {fault}" for rule in _RULES for fault in rule(one, catalog))


def _measures(names: Iterable[str], catalog: Catalog) -> dict[str, Measure]:
    return {name: catalog.measures[name] for name in names}


def _units_agree(one: Indicator, catalog: Catalog) -> Iterator[str]:
    """Unit algebra: what the method makes of the units of its measures."""
    above, below = (
        [measure.unit for measure in _measures(names, catalog).values()]
        for names in (one.numerators(), one.denominators())
    )
    wanted = _unit_of_method(one, above, below)
    if wanted is None:
        yield (
            f"method: found {' + '.join(above)} over {' + '.join(below) or 'nothing'}, which a {one.method.name} does "
            "not allow (one unit on both sides; persons never over person-times; a rate only as listed). "
            "Choose other measures or another method."
        )
    elif wanted != one.unit:
        yield f"unit: found {one.unit!r}, wanted {wanted!r}, which its {one.method.name} makes. Mend the unit."
    if one.reported and catalog.measures[one.reported].unit != one.unit:
        yield f"reported: found a figure in {catalog.measures[one.reported].unit!r}, wanted {one.unit!r}. Name another."


def _unit_of_method(one: Indicator, above: list[str], below: list[str]) -> str | None:
    """The unit that the method makes, or None where it may not join these units."""
    match one.method:
        case Level():
            return above[0]
        case Growth():
            return "percent"
        case Share():
            return "percent" if len({*above, *below}) == 1 else None
        case Ratio():
            return "ratio" if len({*above, *below}) == 1 else None
        case RatioOfMeans():
            return "ratio" if above == below else None
        case Per(multiplier=multiplier):
            if len(set(above)) > 1 or len(set(below)) > 1:
                return None
            return PER_UNITS.get((above[0], below[0], multiplier))


def _scopes_agree(one: Indicator, catalog: Catalog) -> Iterator[str]:
    """One ownership scope above the line, below it and on the card."""
    for name, measure in _measures((*one.numerators(), *one.denominators()), catalog).items():
        if measure.ownership_scope != one.ownership_scope:
            yield (
                f"ownership_scope: found {measure.ownership_scope!r} in {name}, wanted {one.ownership_scope!r} "
                "everywhere. A ratio of two scopes is refused: choose measures of one scope."
            )


def _populations_agree(one: Indicator, catalog: Catalog) -> Iterator[str]:
    """The part lies within the whole, and the card names the whole (a level: what it counts)."""
    above, below = (_measures(names, catalog) for names in (one.numerators(), one.denominators()))
    for name, measure in (below or above).items():
        if measure.population != one.population and (below or measure.population is not None):
            yield (
                f"population: found {measure.population!r} in {name}, wanted {one.population!r} as on the card. "
                "Mend the card or the measure."
            )
    if one.is_density or not below:
        return
    for name, measure in above.items():
        if measure.population is None or one.population not in _wider(measure.population, catalog):
            yield (
                f"method: found {name} counting {measure.population!r}, wanted a part of {one.population!r}. "
                "A part outside its whole is refused: choose other measures, or declare `within`."
            )


def _kinds_agree(one: Indicator, catalog: Catalog) -> Iterator[str]:
    """A count since the beginning never meets the count of a period."""
    kinds = {
        measure.kind: name for name, measure in _measures((*one.numerators(), *one.denominators()), catalog).items()
    }
    if {"cumulative", "flow"} <= set(kinds):
        yield (
            f"method: found the cumulative {kinds['cumulative']} with the flow {kinds['flow']}, wanted one kind. "
            "Choose figures of one period."
        )


_RULES: tuple[Callable[[Indicator, Catalog], Iterator[str]], ...] = (
    _units_agree,
    _scopes_agree,
    _populations_agree,
    _kinds_agree,
)


def _of_target(key: str, one: Target, catalog: Catalog) -> Iterator[str]:
    place = f"targets.yaml, {key}"
    yield from _unresolved(place, "indicator", [one.indicator], catalog.indicators, "indicators/")
    yield from _unresolved(place, "units", one.units, catalog.reporting_units, "reporting_units.csv")
    yield from _unresolved(place, "group", [one.group], catalog.groups, "groups.yaml")
    yield from _unresolved(place, "unit", [one.unit], catalog.units_of_measure, "units_of_measure.yaml")
    needed = {"direction_only": (), "window_cumulative": ("value", "window_start")}.get(one.type, ("value",))
    for field in needed if one.no_verdict is None else ():
        if getattr(one, field) is None:
            yield f"{place}, {field}: found none for a {one.type}, wanted one, or no_verdict with the reason. Add it."
    if one.indicator is not None and one.indicator in catalog.indicators and one.type != "direction_only":
        unit = catalog.indicators[one.indicator].unit
        wanted = "percentage_point" if one.type == "percentage_point_change" and unit == "percent" else unit
        if one.unit != wanted:
            yield f"{place}, unit: found {one.unit!r}, wanted {wanted!r} as its indicator has. Convert the value."
