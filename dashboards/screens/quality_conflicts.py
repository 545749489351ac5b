"""quality_conflicts: sources that differ, and ratios that differ from what was printed: a part of the quality page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import streamlit as st

from dashboards import notation, queries, show, working
from dashboards.choose import INDICATOR, View
from dashboards.tables import Cell, Column, link, outside

Row = Mapping[str, Any]
FEW = 40  # rows that stand open on the page


def section(view: View) -> None:
    """Sources that differ on a fact, and ratios that differ from what was printed."""
    con = view.cursor()
    rows, ratios = queries.records(queries.conflicts(con)), queries.records(queries.disagreements(con))
    show.section(view.word("quality.conflicts"), view.word("quality.conflicts.note"))
    heads = [Column(view.word("head.measure"), "wide"), Column(view.word("head.region"), "keep"),
             Column(view.word("head.period"), "keep"), Column(view.word("head.as_printed"), "right"),
             Column(view.word("head.grade"), "keep"), Column(view.word("head.source"), "wide")]  # fmt: skip
    if rows:
        by_measure(view, rows)
        with st.expander(view.word("quality.conflicts.all").format(text(view, len(rows))), expanded=len(rows) <= FEW):
            first = rows[:show.MOST_ROWS]
            show.table(view, heads, [conflict(view, row) for row in first], view.word("quality.conflicts"))
            show.shortened(view, len(rows))
            download(view, "conflicts", rows)
    else:
        show.block(f'<p class="bb-text">{escape(view.word("quality.conflicts.none"))}</p>')
    if ratios:
        show.section(view.word("quality.disagreements"))
        heads = [Column(view.word("head.indicator"), "wide"), Column(view.word("head.region"), "keep"),
                 Column(view.word("head.period"), "keep"), Column(view.word("head.derived"), "right"),
                 Column(view.word("head.printed"), "right")]  # fmt: skip
        first = ratios[:show.MOST_ROWS]
        show.table(view, heads, [ratio(view, row) for row in first], view.word("quality.disagreements"))
        show.shortened(view, len(ratios))
        if len(ratios) > len(first):
            download(view, "disagreements", ratios)


def by_measure(view: View, rows: Sequence[Row]) -> None:
    """How many figures of each measure the sources differ on, the most first."""
    numbers = Counter(view.of(row, "measure") for row in rows)
    said = view.word("quality.conflicts.said").format(text(view, len(rows)), text(view, len(numbers)))
    listed = " · ".join(f"{name} {text(view, number)}" for name, number in numbers.most_common(show.MOST_ROWS))
    show.block(f'<p class="bb-text">{escape(f"{said} {listed}")}</p>')


def conflict(view: View, row: Row) -> list[Cell]:
    """One of the sources of a fact on which they differ."""
    printed = f"{view.word('qualifier.' + row['qualifier'])} {row['value_printed']} {row['unit_printed']}".strip()
    return [view.of(row, "measure"), view.of(row, "unit_name"),
            notation.period_of(row, view.language, as_at=False), printed,
            working.grade(view, row["grade"]), outside(show.source_words(row), row["url"])]  # fmt: skip


def ratio(view: View, row: Row) -> list[Cell]:
    """A derived ratio beside the printed one."""
    unit, decimals = row["unit_of_measure"], int(row["decimals"]) + 1
    derived = notation.interval(row["derived_low"], row["derived_high"], unit, view.language, decimals)
    name = link(view.of(row, "indicator"), view.link(INDICATOR, indicator=row["indicator_id"], unit=row["unit_code"],
                                                     period=row["period"]))  # fmt: skip
    return [name, view.of(row, "unit_name"), notation.period_of(row, view.language, as_at=False), derived,
            notation.shown(row["reported_value"], unit, view.language, int(row["decimals"]))]  # fmt: skip


def download(view: View, name: str, rows: Sequence[Row]) -> None:
    """All rows of a list as a file, with every column."""
    show.download(view, view.word(f"quality.{name}"), name, tuple(rows[0]), [list(row.values()) for row in rows])


def text(view: View, number: int) -> str:
    """A count, written."""
    return notation.plain(number, 0, view.language)
