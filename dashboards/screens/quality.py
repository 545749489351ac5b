"""How far can these figures be trusted?"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import streamlit as st

from dashboards import choose, notation, queries, show, working
from dashboards.choose import INDICATOR, View
from dashboards.screens import quality_conflicts, quality_imports, quality_rules
from dashboards.tables import Cell, Column, Markup, joined, link, outside, small

Row = Mapping[str, Any]
GRADES = ("A", "B", "C", "D")
FEW = 40  # rows that stand open on the page


def page(view: View) -> None:
    """Question and answer; checks, rows, imports, rules, sources, queue, gaps, conflicts, requests, differences."""
    con = view.cursor()
    checks, sources = queries.records(queries.checks(con)), queries.records(queries.sources(con))
    head(view, checks, sources)
    checked(view, checks)
    counted(view)
    quality_imports.section(view)
    quality_rules.coverage(view)
    quality_rules.suspicions(view)
    quality_rules.revised(view)
    published(view, sources)
    queue(view)
    missing(view)
    quality_conflicts.section(view)
    requested(view)
    changed(view)
    show.notes(view, status=view.word("notes.published"))


def text(view: View, number: int) -> str:
    """A count, written."""
    return notation.plain(number, 0, view.language)


def plain(rows: Sequence[Row], names: Sequence[str]) -> list[list[Any]]:
    """The named columns of the rows, as they are stored."""
    return [[row[name] for name in names] for row in rows]


def head(view: View, checks: Sequence[Row], sources: Sequence[Row]) -> None:
    """Checks passed, figures by verified and other sources."""
    by_grade = {grade: sum(row["n_observations"] for row in sources if row["grade"] == grade) for grade in GRADES}
    passed = sum(bool(row["success"]) for row in checks)
    every, verified = sum(by_grade.values()), by_grade["A"] + by_grade["B"]
    counts = (len(checks), passed, every, verified, every - verified)
    said = view.word("quality.answer").format(*(text(view, one) for one in counts))
    show.head(view.word("quality.eyebrow"), view.word("quality.question"), said)
    names = {row["code"]: view.of(row, "name") for row in queries.records(queries.codes(view.cursor(), "grade"))}
    show.keys([(view.word(f"grade.{grade}"), Markup(f"<b>{text(view, by_grade[grade])}</b>"), names.get(grade, ""))
               for grade in GRADES if by_grade[grade] or not view.is_demonstration])  # fmt: skip


def checked(view: View, checks: Sequence[Row]) -> None:
    """What failed, then everything that was run."""
    show.section(view.word("quality.checks"), view.word("quality.checks.note"))
    failed = [row for row in checks if not row["success"]]
    if failed:
        show.table(view, check_heads(view), [check(view, row) for row in failed], view.word("quality.failed"))
    else:
        show.block(f'<p class="bb-text">{escape(view.word("quality.checks.ok"))}</p>')
    with st.expander(view.word("quality.checks.all").format(len(checks))):
        first = checks[:show.MOST_ROWS]
        show.table(view, check_heads(view), [check(view, row) for row in first], view.word("quality.checks"))
        show.shortened(view, len(checks))
        names = ("table_name", "expectation_number", "expectation_type", "severity", "success", "checked_rows",
                 "unexpected_rows", f"message_{view.language}", f"note_{view.language}", "table_hash")  # fmt: skip
        show.download(view, view.word("quality.checks"), "checks", names, plain(checks, names))


def check_heads(view: View) -> list[Column]:
    """The heads of the table of checks."""
    return [Column(view.word("head.table"), "keep"), Column(view.word("head.check"), "wide"),
            Column(view.word("head.rows"), "right"), Column(view.word("head.result"), "wide")]  # fmt: skip


def check(view: View, row: Row) -> list[Cell]:
    """One check: of which table, what it demands, how many rows, what came of it."""
    result = view.word("quality.passed" if row["success"] else "quality.failed")
    level = view.word(f"severity.{row['severity']}")
    message = view.of(row, "message") if not row["success"] else ""
    rows = "" if row["checked_rows"] is None else text(view, row["checked_rows"])
    demand = joined(view.of(row, "note"), small(row["expectation_type"]), between="<br>")
    outcome = joined(f"{result} · {level}", small(message), between="<br>")
    return [breakable(row["table_name"]), demand, rows, outcome]


def breakable(name: str) -> str:
    """The name of a table, that a narrow screen may break after a dot or a low line."""
    return name.replace(".", ".\u200b").replace("_", "_\u200b")


def counted(view: View) -> None:
    """Rows in = out + refused, and the rows that were refused."""
    con = view.cursor()
    show.section(view.word("quality.rows"), view.word("quality.rows.note"))
    names = ("rows_in", "rows_out", "rows_refused")
    heads = [Column(view.word("head.file"), "keep"), *(Column(view.word(f"head.{name}"), "right") for name in names)]
    counts = queries.records(queries.row_counts(con))
    body = [[row["input_name"].rpartition("/")[2], *(text(view, row[name]) for name in names)]
            for row in counts[:show.MOST_ROWS]]  # fmt: skip
    with st.expander(view.word("quality.conflicts.all").format(text(view, len(counts))), expanded=len(counts) <= FEW):
        show.table(view, heads, body, view.word("quality.rows"))
        show.shortened(view, len(counts))
        stored = ("table_name", "input_name", *names)
        show.download(view, view.word("quality.rows"), "row_counts", stored, plain(counts, stored))
    refused = queries.records(queries.refused_rows(con))
    if not refused:
        show.block(f'<p class="bb-text">{escape(view.word("quality.refused.none"))}</p>')
        return
    heads = [Column(view.word("head.place"), "keep"), Column(view.word("head.column"), "keep"),
             Column(view.word("head.missing"), "wide")]  # fmt: skip
    show.table(view, heads, [[f"{row['source_file']}:{row['source_line']}", row["column_name"],
                        f"{row['found']} → {row['wanted']}\n{view.of(row, 'next_step')}"]
                             for row in refused[:show.MOST_ROWS]], view.word("head.rows_refused"))  # fmt: skip
    if len(refused) > show.MOST_ROWS:
        show.shortened(view, len(refused))
        show.download(view, view.word("head.rows_refused"), "refused", tuple(refused[0]), [
            list(row.values()) for row in refused])  # fmt: skip


def published(view: View, sources: Sequence[Row]) -> None:
    """Every publication, best grade first; an address for A and B only."""
    show.section(view.word("quality.sources"), view.word("quality.sources.note"))
    with st.expander(view.word("quality.sources.all").format(len(sources))):
        heads = [Column(view.word("head.grade"), "keep"), Column(view.word("head.source"), "wide"),
                 Column(view.word("head.figures"), "right"), Column(view.word("head.statements"), "right")]  # fmt: skip
        first = sources[:show.MOST_ROWS]
        body = [[working.grade(view, row["grade"]), outside(show.source_words(row), row["url"]),
                 text(view, row["n_observations"]), text(view, row["n_statements"])] for row in first]  # fmt: skip
        show.table(view, heads, body, view.word("quality.sources"))
        show.shortened(view, len(sources))
        names = ("source_id", "publisher", "title", "published", "grade", "url", "n_observations", "n_statements")
        show.download(view, view.word("quality.sources"), "sources", names, plain(sources, names))


def when(view: View, row: Row) -> str:
    """The period of a row in words."""
    return notation.period_of(row, view.language, as_at=False)


def queue(view: View) -> None:
    """Figures of grade C and D, those that most rests on first; nothing where figures are invented."""
    number, only = queries.unverified_counts(view.cursor())
    if view.is_demonstration and not number:
        return
    note = view.word("quality.queue.note").format(text(view, only), text(view, number - only))
    show.section(view.word("quality.queue"), note)
    with st.expander(view.word("quality.queue.all").format(text(view, number))):
        rows = queries.records(queries.unverified(view.cursor(), show.MOST_ROWS))
        heads = [Column(view.word("head.measure"), "wide"), Column(view.word("head.region"), "keep"),
                 Column(view.word("head.period"), "keep"), Column(view.word("head.as_printed"), "right"),
                 Column(view.word("head.grade")), Column(view.word("head.source"), "wide"),
                 Column(view.word("head.used"), "right")]  # fmt: skip
        show.table(view, heads, [queued(view, row) for row in rows], view.word("quality.queue"))
        show.shortened(view, number)
        names = ("observation_id", "unit_code", "period", "measure_id", "value_printed", "unit_printed", "qualifier",
                 "grade", "publisher", "title", "published", "source_file", "source_line", "is_only_source",
                 "n_values")  # fmt: skip
        show.download(view, view.word("quality.queue"), "queue", names,
                      lambda: plain(queries.records(queries.unverified(view.cursor())), names))  # fmt: skip


def queued(view: View, row: Row) -> list[Cell]:
    """One figure to be verified."""
    printed = f"{view.word('qualifier.' + row['qualifier'])} {row['value_printed']} {row['unit_printed']}".strip()
    place = f"{row['source_file'].rpartition('/')[2]}:{row['source_line']}"
    return [view.of(row, "measure"), view.of(row, "unit_name"),
            when(view, row), printed, row["grade"],
            joined(small(show.source_words(row)), small(place)), text(view, row["n_values"])]  # fmt: skip


def missing(view: View) -> None:
    """What a source left out, with the reason."""
    rows = queries.records(queries.missing(view.cursor()))
    show.section(view.word("quality.missing"))
    heads = [Column(view.word("head.measure"), "wide"), Column(view.word("head.region"), "keep"),
             Column(view.word("head.period"), "keep"), Column(view.word("head.missing"), "keep"),
             Column(view.word("head.note"), "wide")]  # fmt: skip
    if not rows:
        show.table(view, heads, [[view.word("none.title"), *[None] * 4]], view.word("quality.missing"))
        return
    body = [
        [joined(view.of(row, "measure"), small(view.of(row, "industry_name")), between="<br>"),
         view.of(row, "unit_name"), when(view, row),
         view.word(f"missing.long.{row['missing_reason']}"), small(view.of(row, "note"))]
        for row in rows[:show.MOST_ROWS]
    ]  # fmt: skip
    by_reason = Counter(row["missing_reason"] for row in rows)
    said = " · ".join(f"{view.word(f'missing.long.{reason}')} {text(view, number)}"
                      for reason, number in by_reason.most_common())  # fmt: skip
    show.block(f'<p class="bb-text">{escape(said)}</p>')
    with st.expander(view.word("revisions.all").format(text(view, len(rows))), expanded=len(rows) <= FEW):
        show.table(view, heads, body, view.word("quality.missing"))
        show.shortened(view, len(rows))
        names = ("observation_id", "unit_code", "period", "measure_id", "industry", "missing_reason", "grade",
                 "publisher", "source_file", "source_line", f"note_{view.language}")  # fmt: skip
        show.download(view, view.word("quality.missing"), "missing", names, plain(rows, names))


def requested(view: View) -> None:
    """Indicators without any figure: what to ask, and of whom."""
    rows = queries.records(queries.data_requests(view.cursor()))
    st.html('<div id="requests"></div>')
    if view.is_demonstration and not rows:
        show.section(view.word("quality.requests"), view.word("quality.requests.none"))
        return
    note = view.word("quality.requests.note").format(text(view, len(rows)))
    show.section(view.word("quality.requests"), note)
    heads = [Column(view.word("head.indicator"), "wide"), Column(view.word("head.request"), "wide")]
    with st.expander(view.word("drawer.requests"), expanded=True):
        show.table(view, heads, [request(view, row) for row in rows], view.word("quality.requests"))
        names = ("indicator_id", f"title_{view.language}", f"task_name_{view.language}", f"department_{view.language}",
                 f"data_request_{view.language}", f"refused_{view.language}")  # fmt: skip
        show.download(view, view.word("quality.requests"), "requests", names, plain(rows, names))


def request(view: View, row: Row) -> list[Cell]:
    """One request."""
    name = link(view.of(row, "title"), view.link(INDICATOR, indicator=row["indicator_id"]))
    of_whom = small(f"{view.of(row, 'task_name')} · {view.of(row, 'department')}")
    return [joined(name, of_whom, between="<br>"), small(view.of(row, "refused") or view.of(row, "data_request"))]


def changed(view: View) -> None:
    """What differs from the previous release."""
    rows = queries.records(queries.changes(view.cursor()))
    before = view.release.manifest.get("previous")
    show.section(view.word("quality.changes"))
    if not rows:
        said = view.word("quality.changes.none").format(before) if before else view.word("quality.changes.first")
        show.block(f'<p class="bb-text">{escape(said)}</p>')
        return
    heads = [Column(view.word("head.table"), "keep"), Column(view.word("head.row"), "wide"),
             Column(view.word("head.column"), "keep"), Column(view.word("head.old"), "right"),
             Column(view.word("head.new"), "right"), Column(view.word("head.cause"), "keep")]  # fmt: skip
    with st.expander(view.word("quality.changes.all").format(before, text(view, len(rows)))):
        first = rows[:show.MOST_ROWS]
        show.table(view, heads, [change(view, row) for row in first], view.word("quality.changes"))
        show.shortened(view, len(rows))
        names = ("table_name", "row_key", "column_name", "old_value", "new_value", "cause")
        show.download(view, view.word("quality.changes"), "changes", names, lambda: plain(rows, names))


def change(view: View, row: Row) -> list[Cell]:
    """One difference."""
    key = " · ".join(str(part) for part in json.loads(row["row_key"]))
    cause = row["cause"]
    named = view.word(f"cause.{cause}") if cause in ("new", "gone", "revision") else cause
    return [breakable(row["table_name"]), key, row["column_name"], row["old_value"], row["new_value"], named]


page(choose.view())
