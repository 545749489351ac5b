"""spreadsheetml: the XML workbook of Excel 2003 → rows of cells."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from pipelines.grid.cell_text import number
from pipelines.grid.faults import unreadable
from pipelines.grid.limits import Limits
from pipelines.grid.parsed import Parsed, Remark, Rows

NAMESPACE = "{urn:schemas-microsoft-com:office:spreadsheet}"
DECLARATION = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)|<\x00!\x00(?:D|E)\x00|\x00<\x00!\x00(?:D|E)")
MIDNIGHT = re.compile(r"T00:00:00(\.0+)?$")
Element = Any  # lxml's stubs know no element that may also be a comment


def parsed(data: bytes, limits: Limits) -> Parsed:
    """The sheets of an XML workbook.

    Raises:
        UnreadableError: other XML, damaged, or with a document type declaration.
    """
    if DECLARATION.search(data):
        raise unreadable("unsafe", "XML with a document type declaration")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
                             remove_comments=True, remove_pis=True)  # fmt: skip
    try:
        tree = etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError) as fault:
        raise unreadable("damaged", f"XML that does not parse ({fault})") from None
    if tree.tag != f"{NAMESPACE}Workbook":
        raise unreadable("other_format", f"XML that is no workbook: <{etree.QName(tree).localname}>")
    sheets = list(tree.iterchildren(f"{NAMESPACE}Worksheet"))
    if len(sheets) > limits.sheets:
        raise unreadable("too_large", f"{len(sheets)} sheets")
    remarks: list[Remark] = []
    named = ((sheet.get(f"{NAMESPACE}Name", ""), _rows(sheet, limits)) for sheet in sheets)
    return Parsed("spreadsheetml", (tree.getroottree().docinfo.encoding or "utf-8").lower(), _each(named), remarks)


def _each(named: Iterator[tuple[str, Rows]]) -> Iterator[tuple[str, Rows]]:
    yield from named


def _rows(sheet: Element, limits: Limits) -> Iterator[list[str]]:
    written = 0
    for table in sheet.iterchildren(f"{NAMESPACE}Table"):
        for row in table.iterchildren(f"{NAMESPACE}Row"):
            place = _index(row, written, limits)
            yield from ([] for _ in range(written, place))
            yield _cells(row, limits)
            written = place + 1


def _cells(row: Element, limits: Limits) -> list[str]:
    cells: list[str] = []
    covered = 0
    for cell in row.iterchildren(f"{NAMESPACE}Cell"):
        column = _index(cell, len(cells) + covered, limits)
        cells.extend([""] * (column - len(cells)))
        cells.append(_text(cell))
        covered = _natural(cell.get(f"{NAMESPACE}MergeAcross"), 0)
    return cells


def _index(node: Element, following: int, limits: Limits) -> int:
    """The place of a row or cell, counted from 0; never before its predecessor."""
    place = _natural(node.get(f"{NAMESPACE}Index"), following + 1) - 1
    if place > limits.cells:
        raise unreadable("too_large", f"a row or column at position {place + 1}")
    return max(place, following)


def _natural(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < len("1000000000") else otherwise


def _text(cell: Element) -> str:
    data = next(cell.iterchildren(f"{NAMESPACE}Data"), None)
    if data is None:
        return ""
    text = "".join(data.itertext())
    match data.get(f"{NAMESPACE}Type"):
        case "Number":
            return _number(text)
        case "Boolean":
            return {"1": "TRUE", "0": "FALSE"}.get(text, text)
        case "DateTime":
            return MIDNIGHT.sub("", text).replace("T", " ")
    return text


def _number(text: str) -> str:
    try:
        value = float(text)
    except ValueError:
        return text
    return number(value) if math.isfinite(value) else text
