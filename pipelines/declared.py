"""declared: the catalogue as tables, so that a release carries it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from pipelines.catalog import (
    Catalog,
    Growth,
    Indicator,
    Level,
    Named,
    Per,
    Population,
    Ratio,
    RatioOfMeans,
    Share,
    Target,
    UnitOfMeasure,
    Words,
)

Rows = list[dict[str, Any]]


def tables(catalog: Catalog, channel_id: str) -> dict[str, Rows]:
    """Every catalogue table by name, as declared in tables.yaml (`catalog.*`)."""
    return {
        "catalog.channel": [{"channel_id": channel_id, **_words("name", catalog.channels[channel_id].name)}],
        "catalog.task": [_named("task_id", key, one) | _words("note", one.note) for key, one in catalog.tasks.items()],
        "catalog.department": [_named("department_id", key, one) for key, one in catalog.departments.items()],
        "catalog.group_name": [_named("group_id", key, one) for key, one in catalog.groups.items()],
        "catalog.reporting_unit": _reporting_units(catalog),
        "catalog.code_name": _code_names(catalog),
        "catalog.form_version": [
            {"form_id": form_id, "form_version": one.version, "valid_from": one.valid_from.isoformat(),
             "valid_to": one.valid_to.isoformat(), "days_to_file": form.days_to_file}
            for form_id, form in catalog.forms.items()
            for one in form.versions
        ],
        "catalog.measure": _measures(catalog),
        "catalog.indicator": [_indicator(key, one, catalog) for key, one in catalog.indicators.items()],
        "catalog.measure_break": [
            {"measure_id": key, "period": one.period, **_words("note", one.why)}
            for key, measure in catalog.measures.items()
            for one in measure.breaks
        ],
        "catalog.indicator_break": [
            {"indicator_id": key, "period": one.period, **_words("note", one.why)}
            for key, indicator in catalog.indicators.items()
            for one in indicator.breaks
        ],
        "catalog.target": [_target(key, one) for key, one in catalog.targets.items()],
        "catalog.column_name": _columns(catalog),
    }


def _words(column: str, words: Words | None) -> dict[str, Any]:
    return {f"{column}_zh": words.zh if words else None, f"{column}_en": words.en if words else None}


def _named(column: str, key: str, one: Named) -> dict[str, Any]:
    return {column: key, "order_number": one.order, **_words("name", one.name)}


def _reporting_units(catalog: Catalog) -> Rows:
    return [
        {
            "unit_code": unit.code,
            "order_number": unit.order,
            **_words("name", unit.name),
            **_words("short", unit.short),
            "unit_kind": unit.kind,
            "parent_code": unit.parent,
            "counted_in_parent": unit.counted_in_parent,
            "group_four": unit.group_four,
            "group_three": unit.group_three,
            "tile_row": unit.tile_row,
            "tile_column": unit.tile_column,
            "valid_from": unit.valid_from.isoformat(),
            "valid_to": unit.valid_to.isoformat() if unit.valid_to else None,
        }
        for unit in catalog.reporting_units.values()
    ]


def _grades(catalog: Catalog) -> Mapping[str, Named]:
    """The grades of sources; what a demonstration is made from has no source, and its grade says so."""
    if not catalog.channels[catalog.channel].is_demonstration:
        return catalog.grades
    invented = Words(zh="演示（虚构）", en="Demonstration (invented)")
    return {code: one.model_copy(update={"name": invented}) if code == "A" else one
            for code, one in catalog.grades.items()}  # fmt: skip


def _code_names(catalog: Catalog) -> Rows:
    lists: dict[str, Mapping[str, Named | UnitOfMeasure | Population]] = {
        "grade": _grades(catalog),
        "scope": catalog.scopes,
        "form": catalog.forms,
        "industry": catalog.industries,
        "ownership": catalog.ownerships,
        "unit_of_measure": catalog.units_of_measure,
        "population": catalog.populations,
    }
    return [
        {"code_list": name, "code": code, "order_number": getattr(one, "order", place), **_words("name", one.name),
         **_words("note", getattr(one, "note", None))}
        for name, codes in lists.items()
        for place, (code, one) in enumerate(codes.items(), start=1)
    ]  # fmt: skip


def _measures(catalog: Catalog) -> Rows:
    return [
        {
            "measure_id": measure_id,
            **_words("title", measure.title),
            "unit_of_measure": measure.unit,
            "measure_kind": measure.kind,
            "dataset": dataset,
            "population": measure.population,
            "ownership_scope": measure.ownership_scope,
            **_words("note", measure.note),
        }
        for dataset, measures in catalog.measures_by_dataset.items()
        for measure_id, measure in measures.items()
    ]


def _indicator(indicator_id: str, one: Indicator, catalog: Catalog) -> dict[str, Any]:
    return {
        "indicator_id": indicator_id,
        "order_number": one.order,
        "indicator_set": one.set,
        **_words("title", one.title),
        **_words("definition", one.definition),
        **_words("formula", formula(one, catalog)),
        "task_id": one.task,
        "method": one.method.name,
        "unit_of_measure": one.unit,
        "direction": one.direction,
        "lead_department": one.lead_department,
        "with_departments": " ".join(one.with_departments) or None,
        "population": one.population,
        "ownership_scope": one.ownership_scope,
        "frequency": one.frequency,
        "calendar": one.calendar,
        "decimals": one.decimals,
        "rankable": one.rankable,
        "near": one.near,
        **_words("caveats", _joined(one.caveats)),
        **_words("refused", one.refused),
        **_words("data_request", one.data_request),
    }


def _joined(texts: Sequence[Words]) -> Words | None:
    """Several texts, one a line."""
    if not texts:
        return None
    return Words(zh="\n".join(text.zh for text in texts), en="\n".join(text.en for text in texts))


def formula(indicator: Indicator, catalog: Catalog) -> Words:
    """The formula in words, from the titles of its measures."""
    return Words(zh=_formula(indicator, catalog, "zh"), en=_formula(indicator, catalog, "en"))


def _formula(indicator: Indicator, catalog: Catalog, language: str) -> str:
    def titles(*measures: str) -> str:
        names = [str(getattr(catalog.measures[measure].title, language)) for measure in measures]
        return names[0] if len(names) == 1 else "(" + " + ".join(names) + ")"

    match indicator.method:
        case Level(measure=measure):
            return titles(measure)
        case Share(part=part, whole=whole):
            return f"{titles(*part)} ÷ {titles(*whole)} × 100"
        case Ratio(part=part, whole=whole):
            return f"{titles(*part)} ÷ {titles(*whole)}"
        case Per(count=count, base=base, multiplier=multiplier):
            return f"{titles(*count)} ÷ {titles(*base)} × {multiplier}"
        case RatioOfMeans() as one:
            means = [f"({titles(total)} ÷ {titles(count)})" for total, count in (
                (one.part_total, one.part_count), (one.whole_total, one.whole_count))]  # fmt: skip
            return " ÷ ".join(means)
        case Growth(total=total, count=count):
            mean = titles(total) if count is None else f"({titles(total)} ÷ {titles(count)})"
            return f"({mean}[t] − {mean}[t−1]) ÷ {mean}[t−1] × 100"


def _target(target_id: str, one: Target) -> dict[str, Any]:
    value = one.value
    return {
        "target_id": target_id,
        **_words("title", one.title),
        "target_type": one.type,
        "direction": one.direction,
        "indicator_id": one.indicator,
        "group_id": one.group,
        "value_numerator": value.numerator if value is not None else None,
        "value_denominator": value.denominator if value is not None else None,
        "value": value,
        "value_high": one.value_high,
        "value_printed": one.printed,
        "unit_of_measure": one.unit,
        "due": one.due,
        "window_start": one.window_start,
        "near": one.near if one.near is None else Fraction(one.near),
        "base_period": one.base_period,
        **_words("no_verdict", one.no_verdict),
        **_words("note", one.note),
    }


def _columns(catalog: Catalog) -> Rows:
    return [
        {
            "table_name": name,
            "column_name": column,
            "order_number": place,
            "column_type": catalog.columns[column].type,
            **_words("title", catalog.columns[column].title),
        }
        for name, table in catalog.tables.items()
        for place, column in enumerate(table.columns, start=1)
    ]
