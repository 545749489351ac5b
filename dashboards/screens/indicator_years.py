"""indicator_years: every period of every unit of an indicator: the last part of the page of one indicator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import streamlit as st

from dashboards import figures, notation, queries, show, working
from dashboards.choose import View
from dashboards.notation import Scale
from dashboards.tables import Cell, Column, Markup

Row = Mapping[str, Any]
MOST_LISTED = 120  # rows; more of them stand with the years abreast


def section(view: View, one: Row, values: Sequence[Row], scale: Scale) -> None:
    """Every period of every unit, with the file to take away; many of them with the years beside each other."""
    names = ("unit_code", "period", "scope_id", "value", "value_low", "value_high", "qualifier", "basis",
             "derived_value", "reported_value", "agreement", "grade", "period_certainty")  # fmt: skip
    with st.expander(view.word("indicator.all").format(len(values))):
        if len(values) > MOST_LISTED and all(row["scope_id"] == queries.TOTAL for row in values):
            by_year(view, one, values, scale)
        else:
            listed(view, one, values)
        titled = {row["column_name"]: view.of(row, "title")
                  for row in queries.records(queries.columns(view.cursor(), "stats.indicator_value"))}  # fmt: skip
        unit = notation.scale_of(1, one["unit_of_measure"], view.language).symbol
        show.download(view, f"{view.of(one, 'title')} ({unit})", one["indicator_id"],
                      [view.word("head.region"), *(titled[name] for name in names)],
                      [[view.of(row, "unit_name"), *(row[name] for name in names)] for row in values])  # fmt: skip


def listed(view: View, one: Row, values: Sequence[Row]) -> None:
    """One row a unit and period."""
    heads = [Column(view.word("head.region"), "keep"), Column(view.word("head.period"), "keep"),
             Column(view.word("head.value"), "right"), Column(view.word("head.printed"), "right"),
             Column(view.word("head.agreement"), "keep"),
             Column(view.word("head.grade"), "keep"), Column(view.word("head.scope"), "mid")]  # fmt: skip
    show.table(view, heads, [working.value_row(view, one, row) for row in values], view.of(one, "title"))


def by_year(view: View, one: Row, values: Sequence[Row], scale: Scale) -> None:
    """One row a unit, in official order below its kind, one column a period."""
    kinds = {row["unit_code"]: row for row in queries.records(queries.units(view.cursor()))}
    periods = sorted({row["period"] for row in values})
    found = {(row["unit_code"], row["period"]): row for row in values}
    units = [{**kinds[code], "unit_kind": kinds[code]["unit_kind"]}
             for code in dict.fromkeys(row["unit_code"] for row in values)]  # fmt: skip
    unit = f" ({scale.symbol})" if scale.symbol else ""
    heads = [Column(view.word("head.region") + unit, "keep"), *(Column(period, "right") for period in periods)]
    show.table(view, heads, show.by_kind(view, units, lambda row: [
        view.of(row, "name"), *(year_cell(view, found.get((row["unit_code"], period)), scale) for period in periods)
    ]), view.of(one, "title"))  # fmt: skip


def year_cell(view: View, row: Row | None, scale: Scale) -> Cell:
    """A value of one period with its marks; a star where it is not verified."""
    if row is None or row["value"] is None:
        return Markup(f'<span class="bb-open">{escape(view.word("missing.not_computed"))}</span>')
    return figures.signed(row, scale, view.language) + ("" if row["is_verified"] else "*")
