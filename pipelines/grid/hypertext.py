"""hypertext: an HTML page with tables → rows of cells in reading order, as a spreadsheet program shows the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from pipelines.grid.encoding import decoded
from pipelines.grid.faults import unreadable
from pipelines.grid.parsed import Parsed

CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
HEAD = 4096
NOT_SHOWN = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
SILENT = ("script", "style", "head", "title", "noscript", "template", "object")
BLOCKS = (
    *("address", "article", "blockquote", "body", "caption", "center", "dd", "div", "dl", "dt", "footer", "form"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "ol", "p", "pre", "section", "tr", "ul"),
)
SPACES = re.compile(r"[ \t\r\n\f]+")
WIDEST, TALLEST = 1_000, 65_534
DECLARATION = re.compile(r"<!ENTITY\b|<!DOCTYPE[^>]*\[", re.IGNORECASE)
Element = Any  # lxml's stubs know no element that may also be a comment


def parsed(data: bytes, stem: str) -> Parsed:
    """One sheet: text outside of tables as rows of one cell, the rows of all tables below one another.

    Raises:
        UnreadableError: no table, cut off, wrong code page, entities, or nested too deeply.
    """
    declared = CHARSET.search(data[:HEAD])
    text = decoded(data, declared[1].decode("ascii", "replace") if declared else None)
    if DECLARATION.search(text.text):
        raise unreadable("unsafe", "an HTML page with a document type declaration of its own")
    tree = _tree(text.text)
    return Parsed("html", text.encoding, iter([(stem, _Page().rows(tree))]))


def _tree(text: str) -> Element:
    shown = NOT_SHOWN.sub("", text).lower()
    opened, closed = len(re.findall(r"<table\b", shown)), len(re.findall(r"</table\b", shown))
    if not opened:
        raise unreadable("no_table", "an HTML page without a table")
    if closed < opened:
        raise unreadable("damaged", f"an HTML page that is cut off: {opened} tables begin, {closed} end")
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        tree = etree.fromstring(text.encode("utf-8"), parser)
    except etree.LxmlError as fault:
        raise unreadable("damaged", f"an HTML page that does not parse ({fault})") from None
    fatal = [fault for fault in parser.error_log if fault.level_name == "FATAL"]
    if tree is None or fatal:
        raise unreadable("damaged", f"an HTML page that does not parse ({fatal[0].message if fatal else 'no content'})")
    return tree


class _Page:
    """Collects text until a block ends or a table begins."""

    def __init__(self) -> None:
        self.pending: list[str] = []

    def rows(self, node: Element) -> Iterator[list[str]]:
        """Rows of everything below a node."""
        yield from self._flow(node)
        yield from self._flushed()

    def _flow(self, node: Element) -> Iterator[list[str]]:
        self.pending.append(node.text or "")
        for child in node:
            if child.tag == "table":
                yield from self._flushed()
                yield from table(child)
            elif child.tag == "br":
                yield from self._flushed()
            elif child.tag in BLOCKS:
                yield from self._flushed()
                yield from self._flow(child)
                yield from self._flushed()
            elif child.tag not in SILENT:
                yield from self._flow(child)
            self.pending.append(child.tail or "")

    def _flushed(self) -> Iterator[list[str]]:
        text = _collapsed("".join(self.pending))
        self.pending.clear()
        if text:
            yield [text]


def table(node: Element) -> Iterator[list[str]]:
    """Rows of one table; a merged cell holds its text in its first place only; tables inside follow their row."""
    for caption in node.iterchildren("caption"):
        yield from _Page().rows(caption)
    for group in (node, *node.iterchildren("thead", "tbody", "tfoot")):
        taken: dict[int, int] = {}
        for line in group.iterchildren("tr"):
            cells = list(line.iterchildren("td", "th"))
            yield _row(cells, taken)
            for inner in (inner for cell in cells for inner in _outermost_tables(cell)):
                yield from table(inner)


def _row(cells: list[Element], taken: dict[int, int]) -> list[str]:
    """Texts of one line, after the places that cells of earlier lines take; `taken` counts lines to come by column."""
    row: dict[int, str] = {}
    below: dict[int, int] = {}
    column = 0
    for cell in cells:
        while taken.get(column):
            column += 1
        row[column] = cell_text(cell)
        wide, tall = _span(cell, "colspan", WIDEST), _span(cell, "rowspan", TALLEST)
        below |= dict.fromkeys(range(column, column + wide), tall - 1) if tall > 1 else {}
        column += wide
    for place in list(taken):
        taken[place] -= 1
    taken |= below
    for place in [place for place, lines in taken.items() if lines <= 0]:
        del taken[place]
    return [row.get(place, "") for place in range(column)]


def cell_text(cell: Element) -> str:
    """What a cell shows, tables inside of it left out; a break or a block begins a new line."""
    parts: list[str] = []

    def gather(node: Element) -> None:
        parts.append(SPACES.sub(" ", node.text or ""))
        for child in node:
            if child.tag == "br" or child.tag in BLOCKS:
                parts.append("\n")
            if child.tag != "table" and child.tag not in SILENT:
                gather(child)
            if child.tag in BLOCKS:
                parts.append("\n")
            parts.append(SPACES.sub(" ", child.tail or ""))

    gather(cell)
    lines = (_collapsed(line) for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def _outermost_tables(cell: Element) -> Iterator[Element]:
    for child in cell:
        if child.tag == "table":
            yield child
        else:
            yield from _outermost_tables(child)


def _span(cell: Element, name: str, most: int) -> int:
    text = (cell.get(name) or "1").strip()
    if not (text.isascii() and text.isdigit() and len(text) < len("1000000")):
        return 1
    return min(int(text) or (most if name == "rowspan" else 1), most)


def _collapsed(text: str) -> str:
    return SPACES.sub(" ", text).strip(" ")
