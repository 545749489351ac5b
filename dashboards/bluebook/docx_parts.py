"""docx_parts: the elements of a word-processing file that python-docx has no names for."""

from __future__ import annotations

from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import RGBColor

from dashboards.bluebook import style


def element(tag: str, /, **attributes: str) -> Any:
    """An element of the word-processing namespace with its attributes."""
    made = OxmlElement(tag)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def rules(properties: Any) -> None:
    """The heavy rules at the head and foot of a table, and the hairlines between its rows."""
    borders = element("w:tblBorders")
    for side in ("top", "bottom"):
        borders.append(element(f"w:{side}", val="single", sz="10", space="0", color="17202B"))
    hairline = style.tokens()["rule"].removeprefix("#")
    borders.append(element("w:insideH", val="single", sz="2", space="0", color=hairline))
    properties.append(borders)


def border(cell: Any, side: str, size: int, colour: str = "#17202B") -> None:
    """A rule on one side of a cell."""
    borders = element("w:tcBorders")
    borders.append(element(f"w:{side}", val="single", sz=str(size), space="0", color=colour.removeprefix("#")))
    cell._tc.get_or_add_tcPr().append(borders)


def shade(cell: Any, colour: str) -> None:
    """The tint of a cell."""
    cell._tc.get_or_add_tcPr().append(element("w:shd", val="clear", color="auto", fill=colour.removeprefix("#")))


def flag(row: Any, name: str) -> None:
    """A property of a row that is simply on."""
    row._tr.get_or_add_trPr().append(element(name, val="true"))


def field(line: Any, instruction: str) -> None:
    """A field that the word processor fills in."""
    for kind, text in (("begin", None), (None, instruction), ("end", None)):
        run = line.add_run()
        if kind:
            run._r.append(element("w:fldChar", fldCharType=kind))
        else:
            made = element("w:instrText")
            made.text = text
            run._r.append(made)


def bookmark(line: Any, anchor: str) -> None:
    """Names a paragraph, so that links can lead to it."""
    number = str(len(line.part.element.xpath("//w:bookmarkStart")))
    line._p.insert(1 if line._p.pPr is not None else 0, element("w:bookmarkStart", id=number, name=anchor))
    line._p.append(element("w:bookmarkEnd", id=number))


def link(line: Any, text: str, url: str | None = None, anchor: str | None = None) -> None:
    """A link to an address or to a bookmark of the book."""
    link = element("w:hyperlink")
    if url:
        link.set(qn("r:id"), line.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    else:
        link.set(qn("w:anchor"), anchor)
    run = line.add_run(text)
    run.font.color.rgb = RGBColor.from_string(style.tokens()["accent"].removeprefix("#"))
    link.append(run._r)
    line._p.append(link)
