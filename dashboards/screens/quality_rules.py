"""quality_rules: edit rules, what they found, and what later returns changed: parts of the quality page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby
from typing import Any

import streamlit as st

from dashboards import choose, notation, queries, show
from dashboards.choose import View
from dashboards.tables import Cell, Column, Group, joined, small

Row = Mapping[str, Any]
SEVERITIES = ("hard", "soft", "info")
ALL = "all"
RAN = "ran"
FIRST = 20  # suspicions that stand open on the page


def coverage(view: View) -> None:
    """Which rules ran and which did not, how many rows each spoke of; the text of each on demand."""
    rows = queries.records(queries.rules(view.cursor()))
    show.section(view.word("rules.title"), view.word("rules.note"))
    if not rows:
        show.block(f'<p class="bb-text">{escape(view.word("rules.none"))}</p>')
        return
    ran = sum(row["state"] == RAN for row in rows)
    sums = (sum(row[name] or 0 for row in rows) for name in ("rows_checked", "rows_not_checked", "findings"))
    counts = [notation.plain(one, 0, view.language) for one in (len(rows), ran, len(rows) - ran, *sums)]
    show.block(f'<p class="bb-text">{escape(view.word("rules.said").format(*counts))}</p>')
    still = [row for row in rows if row["state"] != RAN]
    if still and ran:
        show.block(f"<h3>{escape(view.word('rules.not_run'))}</h3>")
        first = still[:show.MOST_ROWS]
        show.table(view, heads(view), [line(view, row) for row in first], view.word("rules.not_run"))
        show.shortened(view, len(still))
    elif still:
        show.block(f'<p class="bb-text">{escape(view.word("rules.none_ran"))}</p>')
    with st.expander(view.word("rules.all").format(len(rows))):
        show.table(view, heads(view), by_form(view, rows[:show.MOST_ROWS]), view.word("rules.title"))
        show.shortened(view, len(rows))
        show.download(view, view.word("rules.title"), "rules", queries.RULE,
                      [[row[name] for name in queries.RULE] for row in rows])  # fmt: skip


def heads(view: View) -> list[Column]:
    """The heads of the table of rules."""
    return [Column(view.word("head.rule"), "wide"), Column(view.word("head.run"), "wide"),
            Column(view.word("head.checked"), "right"), Column(view.word("head.not_checked"), "right"),
            Column(view.word("head.findings"), "right")]  # fmt: skip


def by_form(view: View, rows: Sequence[Row]) -> list[Sequence[Cell] | Group]:
    """The rules below the name and the stamp of their form."""
    body: list[Sequence[Cell] | Group] = []
    for form_id, several in groupby(rows, key=lambda row: row["form_id"]):
        bound = list(several)
        body += [Group(form_name(view, bound[0]) or form_id or "—"), *(line(view, row) for row in bound)]
    return body


def form_name(view: View, row: Row) -> str:
    """The name of a form, with its stamp: none of them is approved."""
    if not row["form_zh"]:
        return ""
    stamp = view.of(row, "form_note") or view.word("demo.stamp")
    return view.word("working.form").format(form=view.of(row, "form"), stamp=stamp)


def line(view: View, row: Row) -> list[Cell]:
    """One rule: its statement, whether it ran and why not, and its counts; without a run there are none."""
    key = row["state"] if row["state"] in (RAN, "not_run") else "none"
    level = view.word(f"severity.{row['rule_severity']}")
    state = joined(view.word(f"rule.{key}"), small(view.of(row, "reason")), between="<br>")
    counts = [row[name] for name in ("rows_checked", "rows_not_checked", "findings")]
    shown = ["—" if one is None or key != RAN else notation.plain(one, 0, view.language) for one in counts]
    stated = joined(view.of(row, "statement"), small(f"{row['rule_id']} · {level}"), between="<br>")
    return [stated, state, *shown]


def suspicions(view: View) -> None:
    """The list of suspicions, weightiest first, by severity where one is chosen."""
    rows = queries.records(queries.findings(view.cursor()))
    if not rows and not queries.present(view.cursor(), "quality.rule"):
        return
    st.html('<div id="findings"></div>')
    show.section(view.word("findings.title"), view.word("findings.note"))
    if not rows:
        any_ran = any(row["state"] == RAN for row in queries.records(queries.rules(view.cursor())))
        none = "findings.none" if any_ran else "findings.no_run"
        show.block(f'<p class="bb-text">{escape(view.word(none))}</p>')
        return
    number = {level: sum(row["rule_severity"] == level for row in rows) for level in SEVERITIES}
    allowed = {ALL: f"{view.word('pick.all')} ({len(rows)})"}
    allowed |= {level: f"{view.word(f'severity.{level}')} ({count})" for level, count in number.items()}
    asked = choose.one_of("severity", list(allowed), ALL)
    choose.pick(view.word("pick.severity"), "severity", allowed, asked)
    here = [row for row in rows if asked in (ALL, row["rule_severity"])]
    if not here:
        none = "findings.none.hard" if asked == "hard" else "findings.none"
        show.block(f'<p class="bb-text">{escape(view.word(none))}</p>')
        return
    listed(view, here)


def listed(view: View, rows: Sequence[Row]) -> None:
    """The suspicions as a table and as a file."""
    columns = [Column(view.word("head.unit"), "mid"), Column(view.word("head.rule"), "wide"),
               Column(view.word("head.form"), "wide"), Column(view.word("head.found"), "right"),
               Column(view.word("head.expected"), "right"), Column(view.word("head.mend"), "wide")]  # fmt: skip
    first = rows[:FIRST]
    show.table(view, columns, [suspicion(view, row) for row in first], view.word("findings.title"))
    if len(rows) > FIRST:
        with st.expander(view.word("findings.more").format(len(rows) - FIRST)):
            rest = rows[FIRST:show.MOST_ROWS]
            show.table(view, columns, [suspicion(view, row) for row in rest], view.word("findings.title"))
            show.shortened(view, len(rows))
    show.download(view, view.word("findings.title"), "findings", queries.FINDING,
                  [[row[name] for name in queries.FINDING] for row in rows])  # fmt: skip


def suspicion(view: View, row: Row) -> list[Cell]:
    """One suspicion: whose return, which rule, which cell, what stands there and what should."""
    level = view.word(f"severity.{row['rule_severity']}")
    unit = view.of(row, "unit_name") or row["unit_code"] or ""
    version = "" if row["obs_vintage"] is None else f"v{row['obs_vintage']}"
    when = " · ".join(part for part in (period(view, row["period"]), version) if part)
    return [
        joined(unit, small(when), between="<br>"),
        joined(view.of(row, "statement"), small(f"{row['rule_id']} · {level}"), between="<br>"),
        joined(view.of(row, "form") or row["form_id"], small(row["cell"]), between="<br>"),
        row["found"],
        row["expected"],
        small(view.of(row, "mend")),
    ]


def period(view: View, printed: str | None) -> str:
    """The period of a return: forms are returned by union year."""
    return view.word("period.union").format(printed) if printed else ""


def revised(view: View) -> None:
    """Figures that a later return of the same unit and period changed."""
    if not view.is_demonstration:
        return
    rows = queries.records(queries.revisions(view.cursor()))
    show.section(view.word("revisions.title"))
    if not rows:
        show.block(f'<p class="bb-text">{escape(view.word("revisions.none"))}</p>')
        return
    with st.expander(view.word("revisions.all").format(notation.plain(len(rows), 0, view.language))):
        columns = [Column(view.word("head.unit"), "mid"), Column(view.word("head.measure"), "wide"),
                   Column(view.word("head.period"), "keep"), Column(view.word("head.version.old"), "right"),
                   Column(view.word("head.version.new"), "right")]  # fmt: skip
        show.table(view, columns, [revision(view, row) for row in rows[:show.MOST_ROWS]],
                   view.word("revisions.title"))  # fmt: skip
        show.shortened(view, len(rows))
        show.download(view, view.word("revisions.title"), "revisions", queries.REVISION,
                      [[row[name] for name in queries.REVISION] for row in rows])  # fmt: skip


def revision(view: View, row: Row) -> list[Cell]:
    """One figure before and after."""
    unit = row["unit_of_measure"]
    old, new = (view.word("missing.not_reported") if row[name] is None
                else notation.shown(row[name], unit, view.language) for name in ("old_value", "value"))  # fmt: skip
    return [view.of(row, "unit_name"), view.of(row, "measure"), notation.period_of(row, view.language),
            joined(old, small(f"v{row['old_version']}")), joined(new, small(f"v{row['version']}"))]  # fmt: skip
