"""xlsx_parts: what the parts of an xlsx file hold beside plain values: error values, formulas without result, links."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from xml.parsers import expat

from pipelines.grid.archive import Archive
from pipelines.grid.workbook import LeftOut

CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_RELATION = "http://purl.oclc.org/ooxml/officeDocument/relationships"
WORKBOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"


def left_out(archive: Archive) -> dict[str, LeftOut]:
    """By sheet name, the error values and formulas without result of the sheets that hold such."""
    if not archive.to_search or not {WORKBOOK, RELATIONS} <= archive.names:
        return {}
    return {name: _left_out(archive, part) for name, part in _parts(archive).items() if part in archive.to_search}


def has_external_links(archive: Archive) -> bool:
    """Whether cells take values from other workbooks."""
    return any(name.startswith("xl/externalLinks/") for name in archive.names)


def _parts(archive: Archive) -> dict[str, str]:
    """Sheet name → part."""
    targets: dict[str, str] = {}
    names: dict[str, str] = {}

    def relation(tag: str, attributes: Mapping[str, str]) -> None:
        if _local(tag) == "Relationship" and {"Id", "Target"} <= attributes.keys():
            targets[attributes["Id"]] = posixpath.normpath(posixpath.join("/xl", attributes["Target"])).lstrip("/")

    def sheet(tag: str, attributes: Mapping[str, str]) -> None:
        if _local(tag) == "sheet":
            target = attributes.get(f"{RELATION} id") or attributes.get(f"{STRICT_RELATION} id", "")
            names[attributes.get("name", "")] = targets.get(target, "")

    for part, handler in ((RELATIONS, relation), (WORKBOOK, sheet)):
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = handler
        _parse(parser, archive, part)
    return names


def _left_out(archive: Archive, part: str) -> LeftOut:
    reader = _Cells()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    _parse(parser, archive, part)
    return reader.found


def _parse(parser: expat.XMLParserType, archive: Archive, part: str) -> None:
    """Run the parser over a part as far as it is well-formed; the workbook reader judges the rest."""
    try:
        with archive.file.open(part) as stream:
            parser.ParseFile(stream)
    except (expat.ExpatError, EOFError, OSError):
        return


class _Cells:
    """Watches the cells of a sheet go by."""

    def __init__(self) -> None:
        self.found = LeftOut()
        self.row, self.column, self.text = -1, -1, ""
        self.is_error = self.has_formula = self.has_value = self.in_value = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        match _local(tag):
            case "row":
                self.row, self.column = _number(attributes.get("r"), self.row + 1), -1
            case "c":
                self._cell(attributes)
            case "f":
                self.has_formula = True
            case "v":
                self.in_value = True

    def end(self, tag: str) -> None:
        """An element ends."""
        match _local(tag):
            case "v":
                self.in_value = False
            case "c" if self.is_error and self.text:
                self.found.errors[self.row, self.column] = self.text
            case "c" if self.has_formula and not self.has_value:
                self.found.uncomputed += 1

    def characters(self, text: str) -> None:
        """Text inside of an element."""
        if self.in_value:
            self.has_value = True
            self.text += text if self.is_error else ""

    def _cell(self, attributes: Mapping[str, str]) -> None:
        place = CELL.fullmatch(attributes.get("r", ""))
        self.column += 1
        if place:
            self.row, self.column = int(place[2]) - 1, _column(place[1])
        kind, self.text = attributes.get("t"), ""
        self.is_error, self.has_formula = kind == "e", False
        self.has_value = kind == "str"  # the result may well be an empty text


def _local(tag: str) -> str:
    return tag.rpartition(" ")[2]


def _number(text: str | None, otherwise: int) -> int:
    return int(text) - 1 if text and text.isascii() and text.isdigit() and len(text) < len("10000000") else otherwise


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
