"""quality_imports: what the import took from each file: the part of the quality page that speaks of files as found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import streamlit as st

from dashboards import notation, queries, show
from dashboards.choose import View
from dashboards.tables import Cell, Column, joined, small
from dashboards.words import words

Row = Mapping[str, Any]
CELLS = ("cells_accepted", "cells_refused", "cells_ignored")


def section(view: View) -> None:
    """File by file what was read, taken, refused and left; then what was odd."""
    if view.is_demonstration:
        return
    rows = queries.records(queries.imports(view.cursor()))
    show.section(view.word("imports.title"), view.word("imports.note"))
    if not rows:
        show.block(f'<p class="bb-text">{escape(view.word("imports.none"))}</p>')
        return
    imported = sum(row["outcome"] == "imported" for row in rows)
    counts = [notation.plain(one, 0, view.language) for one in (len(rows), imported, len(rows) - imported)]
    uneven = [row for row in rows if not adds_up(row)]
    said = [view.word("imports.said").format(*counts)]
    said += [view.word("imports.uneven").format(len(uneven))] if uneven else []
    show.block(f'<p class="bb-text">{escape(" ".join(said))}</p>')
    with st.expander(view.word("imports.all").format(len(rows))):
        show.table(view, heads(view), [line(view, row) for row in rows[:show.MOST_ROWS]], view.word("imports.title"))
        show.shortened(view, len(rows))
        show.download(view, view.word("imports.title"), "imports", queries.IMPORTED,
                      [[row[name] for name in queries.IMPORTED] for row in rows])  # fmt: skip
    findings(view)


def adds_up(row: Row) -> bool:
    """Whether cells read = accepted + refused + ignored; true where nothing was read."""
    parts = [row[name] for name in CELLS]
    return row["cells_read"] is None or row["cells_read"] == sum(part or 0 for part in parts)


def heads(view: View) -> list[Column]:
    """The heads of the table of files."""
    return [Column(view.word("head.file"), "wide"), Column(view.word("head.outcome"), "wide"),
            Column(view.word("head.producer"), "keep"), Column(view.word("head.coverage"), "keep"),
            Column(view.word("head.cells"), "keep")]  # fmt: skip


def line(view: View, row: Row) -> list[Cell]:
    """One file, or one table of it."""
    key = f"outcome.{row['outcome']}"
    outcome = view.word(key) if key in words() else row["outcome"]
    form = " · ".join(str(row[name]) for name in ("format", "encoding") if row[name])
    where = [row["table_id"], form, f"{(row['file_hash'] or '')[:16]}"]
    return [
        joined(row["input_name"], small("\n".join(filter(None, where))), between="<br>"),
        joined(outcome, small(view.of(row, "reason")), between="<br>"),
        row["producer"],
        extent(view, row),
        cells(view, row),
    ]


def extent(view: View, row: Row) -> str:
    """Rows, units and years of what was imported."""
    years = "—".join(dict.fromkeys(str(row[name]) for name in ("first_year", "last_year") if row[name]))
    counts = [notation.plain(row[name], 0, view.language) for name in ("rows", "units") if row[name] is not None]
    return " · ".join([*counts, years] if years else counts)


def cells(view: View, row: Row) -> str:
    """1 200 = 1 150 + 0 + 50; the sign says where they do not add up."""
    if row["cells_read"] is None:
        return ""
    read, *parts = (notation.plain(row[name] or 0, 0, view.language) for name in ("cells_read", *CELLS))
    return f"{read} {'=' if adds_up(row) else '≠'} {' + '.join(parts)}"


def findings(view: View) -> None:
    """What was odd in the files: what was found, what was wanted, what to do."""
    rows: Sequence[Row] = queries.records(queries.import_findings(view.cursor()))
    show.section(view.word("imports.findings"))
    if not rows:
        show.block(f'<p class="bb-text">{escape(view.word("imports.findings.none"))}</p>')
        return
    levels = Counter(row["rule_severity"] for row in rows)
    counts = (len(rows), *(levels[name] for name in ("hard", "soft", "info")))
    said = view.word("imports.findings.said").format(*(notation.plain(one, 0, view.language) for one in counts))
    show.block(f'<p class="bb-text">{escape(said)}</p>')
    with st.expander(view.word("imports.findings.all").format(len(rows))):
        columns = [Column(view.word("head.file_cell"), "wide"), Column(view.word("head.severity"), "keep"),
                   Column(view.word("head.found"), "wide"), Column(view.word("head.wanted"), "wide"),
                   Column(view.word("head.mend"), "wide")]  # fmt: skip
        show.table(view, columns, [finding(view, row) for row in rows[:show.MOST_ROWS]],
                   view.word("imports.findings"))  # fmt: skip
        show.shortened(view, len(rows))
        show.download(view, view.word("imports.findings"), "import_findings", queries.IMPORT_FINDING,
                      [[row[name] for name in queries.IMPORT_FINDING] for row in rows])  # fmt: skip


def finding(view: View, row: Row) -> list[Cell]:
    """One finding."""
    place = " · ".join(str(row[name]) for name in ("sheet", "cell", "code") if row[name])
    return [joined(row["input_name"], small(place), between="<br>"), view.word(f"severity.{row['rule_severity']}"),
            row["found"], row["wanted"], small(view.of(row, "next_step"))]  # fmt: skip
