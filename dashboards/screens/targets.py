"""Which targets are met?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby
from typing import Any

import streamlit as st

from dashboards import choose, notation, queries, sentences, show, working
from dashboards.choose import INDICATOR, View
from dashboards.tables import Cell, Column, Group, Markup, joined, link, outside, small

Row = Mapping[str, Any]
CRAFTSMEN = "craftsmen_national_cum"
JUDGED = ("met", "near", "behind")


def page(view: View) -> None:
    """Question, answer, counts; national, group and provincial targets."""
    con = view.cursor()
    rows = queries.records(queries.targets(con))
    stated: dict[str, list[Row]] = {}
    for one in queries.records(queries.statements(con)):
        stated.setdefault(one["target_id"], []).append(one)
    show.head(view.word("targets.eyebrow"), view.word("targets.question"),
              show.said(sentences.overall(rows, view.language, demo=view.is_demonstration), underlined=1))  # fmt: skip
    counted = {status: sum(row["verdict"] == status for row in rows) for status in working.STATUSES}
    show.counts(view, {status: number for status, number in counted.items() if number})
    national = [row for row in rows if row["unit_code"] == queries.NATION]
    show.section(view.word("targets.nation"), view.word("targets.note"))
    craftsmen(view, national)
    show.table(view, heads(view), [line(view, row, stated) for row in national], view.word("targets.nation"))
    grouped(view, [row for row in rows if row["group_id"]], stated)
    provinces(view, [row for row in rows if row["unit_code"] != queries.NATION and not row["group_id"]], stated)
    take_away(view, rows, stated)
    show.notes(view, unit=view.word("notes.by_row"), period=view.word("notes.by_row"),
               department=view.word("notes.each_lead"), status=view.word("notes.published"),
               rounding=view.word("notes.unrounded"))  # fmt: skip


def craftsmen(view: View, national: Sequence[Row]) -> None:
    """The targets of 1,000 and 2,000 national craftsmen: what is known and what is not."""
    if any(row["indicator_id"] == CRAFTSMEN and row["actual_value"] is None for row in national):
        reasons = [view.word("targets.craftsmen.known"), view.word("targets.craftsmen.unknown")]
        show.refusal(view.word("targets.craftsmen"), reasons, view.word("targets.craftsmen.lack"))


def grouped(view: View, rows: Sequence[Row], stated: Mapping[str, Sequence[Row]]) -> None:
    """One table for each target that binds a group of provinces."""
    for _, several in groupby(rows, key=lambda row: row["target_id"]):
        bound = list(several)
        first = bound[0]
        show.section(view.word("targets.group").format(view.of(first, "group_name")), view.of(first, "title"))
        show.block(f'<p class="bb-text">{origin(stated.get(first["target_id"], ()))}</p>')
        columns = [Column(view.word("head.region"), "keep"), *heads(view)[1:-2]]
        body = [[view.of(row, "unit_name"), *line(view, row, stated)[1:-2]] for row in bound]
        show.table(view, columns, body, view.of(first, "title"))


def provinces(view: View, rows: Sequence[Row], stated: Mapping[str, Sequence[Row]]) -> None:
    """Targets that single units set themselves, under the name of each."""
    show.section(view.word("targets.province"), view.word("targets.note"))
    body: list[Sequence[Cell] | Group] = []
    for _, several in groupby(rows, key=lambda row: row["unit_code"]):
        bound = list(several)
        group, name = view.of(bound[0], "group_name"), view.of(bound[0], "unit_name")
        body += [Group(f"{group} · {name}" if group else name), *(line(view, row, stated) for row in bound)]
    with st.expander(view.word("targets.province.all").format(len(rows)), expanded=True):
        show.table(view, heads(view), body, view.word("targets.province"))


def heads(view: View) -> list[Column]:
    """The heads of the tables of targets."""
    return [Column(view.word("head.target"), "wide"), Column(view.word("head.verdict"), "wide"),
            Column(view.word("head.target_value"), "right"), Column(view.word("head.actual"), "right"),
            Column(view.word("head.due"), "keep"), Column(view.word("head.statement"), "wide")]  # fmt: skip


def line(view: View, row: Row, stated: Mapping[str, Sequence[Row]]) -> list[Cell]:
    """One target in one unit."""
    verified = row["target_grade"] in sentences.VERIFIED
    mark = Markup(f'<span class="bb-tag">{escape(view.word("verified.no"))}</span>')
    value = joined(working.target_text(view, row), None if verified else mark, between="<br>")
    name = view.of(row, "title")
    named = link(name, view.link(INDICATOR, indicator=row["indicator_id"])) if row["indicator_id"] else name
    dash = "—" if view.language == "zh" else "–"
    window = f"{row['window_start'][:4]}{dash}" if row["window_start"] else ""
    return [named, judged(view, row), value, actual(view, row), f"{window}{row['due'][:4]}",
            origin(stated.get(row["target_id"], ()))]  # fmt: skip


def actual(view: View, row: Row) -> Cell:
    """The verified figure that the target was held against, with its period."""
    if row["actual_value"] is None:
        return small(view.word("missing.not_collected"))
    period = str(sentences.actual_period(row, view.language))
    unit = "percent" if row["unit_of_measure"] == "percentage_point" else row["unit_of_measure"]
    figure = sentences.actual_figure({**row, "unit_of_measure": unit}, view.language)
    return joined(str(figure), small(period), between="<br>")


def judged(view: View, row: Row) -> Markup:
    """Mark, word, the reason, and the numbers that the verdict rests on."""
    words = [view.of(row, "no_verdict") or view.word(f"reason.{row['reason_id']}"), *figures_of(view, row)]
    return joined(show.verdict(view, row["verdict"]), small("\n".join(words)), between="<br>")


def figures_of(view: View, row: Row) -> list[str]:
    """Gap and pace, where there is a verdict and they could be computed from an exact figure."""
    found: list[str] = []
    if row["actual_qualifier"] != "exact" or row["gap"] is None or row["verdict"] not in JUDGED:
        return found
    unit = "percentage_point" if row["unit_of_measure"] == "percent" else row["unit_of_measure"]
    if row["gap"] > 0:
        found.append(view.word("targets.gap").format(notation.shown(row["gap"], unit, view.language)))
    if row["gap"] > 0 and row["pace_needed"] is not None:
        found.append(view.word("targets.pace").format(notation.shown(row["pace_needed"], unit, view.language)))
    return found


def origin(statements: Sequence[Row]) -> Markup:
    """Who stated the target, best source first, with the address where the grade is A or B."""
    parts = [joined(outside(show.source_words(one), address(one)), f"({one['grade']})") for one in statements[:2]]
    return small(joined(*parts, between="<br>"))


def address(statement: Row) -> str | None:
    """The address of a source of grade A or B."""
    return statement["url"] if statement["grade"] in sentences.VERIFIED else None


def take_away(view: View, rows: Sequence[Row], stated: Mapping[str, Sequence[Row]]) -> None:
    """All targets as a file."""
    names = ("target_id", "unit_code", "due", "value_printed", "target_value", "unit_of_measure", "target_grade",
             "verdict", "reason_id", "actual_value", "actual_low", "actual_high", "actual_period",
             "actual_qualifier", "actual_grade", "gap", "pace_needed")  # fmt: skip
    heads = [view.word("head.target"), view.word("head.region"), *names, view.word("head.source")]
    body = [
        [view.of(row, "title"), view.of(row, "unit_name"), *(row[name] for name in names),
         "; ".join(show.source_words(one) for one in stated.get(row["target_id"], ()))]
        for row in rows
    ]  # fmt: skip
    show.download(view, view.word("targets.question"), "targets", heads, body)


page(choose.view())
