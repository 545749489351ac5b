"""tables: rows as an HTML table and as a CSV file that says what it is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape

BOM = "\ufeff"
FORMULA = tuple("=+-@＝＋－＠")


class Markup(str):
    """Text that is HTML already; everything else is escaped."""

    __slots__ = ()


Cell = str | Markup | None


@dataclass(frozen=True)
class Column:
    """A column of a table: its head, and how its cells stand (right, keep, wide)."""

    head: str
    style: str = ""


@dataclass(frozen=True)
class Group:
    """A row that heads the rows below it."""

    title: str


def html(
    columns: Sequence[Column], rows: Iterable[Sequence[Cell] | Group], label: str, caption: str = ""
) -> Markup:
    """A table that scrolls sideways under a fixed first column; its label is read aloud before it."""
    above = f"<caption><span>{escape(caption)}</span></caption>" if caption else ""
    heads = "".join(f'<th scope="col"{_class(one)}>{_lines(escape(one.head))}</th>' for one in columns)
    body = "".join(_row(columns, row) for row in rows)
    return Markup(
        f'<div class="bb"><div class="bb-scroll" tabindex="0" role="region" aria-label="{escape(label)}">'
        f"<table>{above}<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div></div>"
    )


def _row(columns: Sequence[Column], row: Sequence[Cell] | Group) -> str:
    if isinstance(row, Group):
        return f'<tr class="bb-group"><th colspan="{len(columns)}" scope="rowgroup">{escape(row.title)}</th></tr>'
    cells = "".join(f"<td{_class(one)}>{safe(cell)}</td>" for one, cell in zip(columns, row, strict=True))
    return f"<tr>{cells}</tr>"


def _class(column: Column) -> str:
    names = " ".join(f"bb-{name}" for name in column.style.split())
    return f' class="{names}"' if names else ""


def safe(cell: Cell) -> str:
    """The cell as HTML: escaped unless it is Markup."""
    if cell is None:
        return ""
    return str(cell) if isinstance(cell, Markup) else _lines(escape(cell))


def _lines(text: str) -> str:
    return text.replace("\n", "<br>")


def link(words: str, address: str | None) -> Markup:
    """The words as a link in the same window; without an address, the words."""
    if not address:
        return Markup(escape(words))
    return Markup(f'<a href="{escape(address)}" target="_self">{escape(words)}</a>')


def outside(words: str, address: str | None) -> Markup:
    """The words as a link out of the app; only http and https addresses become one."""
    if not address or not address.startswith(("https://", "http://")):
        return Markup(escape(words))
    return Markup(f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer">{escape(words)}</a>')


def joined(*cells: Cell, between: str = " ") -> Markup:
    """Several cells in one."""
    return Markup(between.join(safe(cell) for cell in cells if cell))


def small(cell: Cell) -> Markup:
    """A cell in small grey type; empty when there is nothing to say."""
    return Markup(f"<small>{safe(cell)}</small>") if cell else Markup("")


def csv_bytes(labels: Sequence[str], heads: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV file that spreadsheets open as UTF-8: first its labels (title, unit, release, sources), then the table."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([_plain(label)] for label in labels)
    writer.writerow(heads)
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    return (BOM + text.getvalue()).encode("utf-8")


def _plain(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula; decimals without idle noughts; None is an empty cell."""
    if isinstance(cell, str) and cell.lstrip()[:1] in FORMULA:
        return "'" + cell
    if isinstance(cell, Decimal):
        return f"{cell.normalize():f}"
    return "" if cell is None else cell
