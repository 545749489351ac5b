"""docx: the book for word processors: real styles, headings and captions, the same bytes for the same release."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from dashboards.bluebook import docx_parts as parts
from dashboards.bluebook import plain, style
from dashboards.bluebook.model import Book

SANS, SERIF = "Noto Sans CJK SC", "Source Han Serif SC"
FALL_BACKS = {SANS: "黑体", SERIF: "宋体"}
TEXT_WIDTH = 168
LARGE = 10
STYLES: dict[str, tuple[str, float, str, float, float]] = {
    # name: family, size, colour, before, after
    "Normal": (SERIF, 10.5, "ink", 0, 5), "Title": (SANS, 28, "ink", 150, 6), "Subtitle": (SERIF, 16, "ink2", 0, 40),
    "Heading 1": (SANS, 20, "ink", 0, 12), "Heading 2": (SANS, 13, "ink", 18, 6),
    "Caption": (SANS, 9, "ink", 12, 4), "Quote": (SERIF, 12, "ink", 2, 10), "Body Text": (SERIF, 10.5, "ink", 0, 6),
    "Body Text 2": (SANS, 8, "ink2", 2, 8), "Body Text 3": (SANS, 7.5, "ink2", 2, 4),
    "TOC Heading": (SANS, 20, "ink", 0, 8), "List": (SANS, 8.5, "ink", 0, 0), "Header": (SANS, 7.5, "ink3", 0, 0),
    "Footer": (SANS, 8, "ink3", 0, 0),
}  # fmt: skip
PARAGRAPHS = {"text": "Body Text", "answer": "Quote", "definition": "Body Text 2", "note": "Body Text 2"}
ALIGNS = {"left": WD_ALIGN_PARAGRAPH.LEFT, "right": WD_ALIGN_PARAGRAPH.RIGHT, "centre": WD_ALIGN_PARAGRAPH.CENTER}


def write(book: Book, figures: Mapping[str, bytes], path: Path) -> Path:
    """Writes the DOCX; returns its path.

    Args:
        book: the content.
        figures: PNG by figure number.
        path: the file to write.
    """
    made = docx.Document()
    data = plain.data(book, quotes=None if book.language == "zh" else '"')
    _prepare(made, book, data)
    _cover(made, data)
    for block in data["blocks"]:
        _add(made, block, data, figures)
    out = io.BytesIO()
    made.save(out)
    path.write_bytes(_settled(out.getvalue(), datetime.fromisoformat(book.created)))
    return path


def _prepare(made: Any, book: Book, data: Mapping[str, Any]) -> None:
    """Page, styles, running head, properties."""
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(25), Mm(20)
    section.left_margin = section.right_margin = Mm(21)
    section.different_first_page_header_footer = True
    section.header.paragraphs[0].text = f"{book.title}    {book.release_id}"
    for head in (section.header, section.first_page_header) if book.marks else ():
        head.add_paragraph(f"{data['marks']['band']} {data['marks']['stamp']}", style="Header")
    parts.field(section.footer.paragraphs[0], "PAGE")
    section.footer.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    for name, shape in STYLES.items():
        _style(made, name, shape, language="zh-CN" if book.language == "zh" else "en-GB")
    made.styles["Heading 1"].paragraph_format.page_break_before = True
    cells = made.styles["List"].paragraph_format
    cells.left_indent = cells.first_line_indent = Pt(0)
    cells.alignment = WD_ALIGN_PARAGRAPH.LEFT
    when = datetime.fromisoformat(book.created).replace(tzinfo=None)
    about = made.core_properties
    about.title, about.author, about.subject = f"{book.title} {book.edition}", book.release_id, data["remark"]
    about.created = about.modified = when
    about.language, about.last_modified_by, about.revision = data["language"], book.release_id, 1
    about.comments = data["marks"].get("band", "")
    _fall_backs(made)


def _style(made: Any, name: str, shape: tuple[str, float, str, float, float], language: str) -> None:
    family, size, colour, before, after = shape
    known = {one.name for one in made.styles}
    found = made.styles[name] if name in known else made.styles.add_style(name, 1)
    font = found.font
    font.name, font.size, font.bold, font.italic = family, Pt(size), False, False
    font.color.rgb = RGBColor.from_string(style.tokens()[colour].removeprefix("#"))
    fonts = found.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{kind}"), None)
    for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{kind}"), family)
    found.element.get_or_add_rPr().append(parts.element("w:lang", val=language, eastAsia="zh-CN"))
    found.paragraph_format.space_before, found.paragraph_format.space_after = Pt(before), Pt(after)
    found.paragraph_format.line_spacing = 1.0 if size < LARGE else 1.25
    for border in found.element.xpath("w:pPr/w:pBdr"):
        border.getparent().remove(border)


def _fall_backs(made: Any) -> None:
    """Names 黑体 and 宋体 as what stands in where the reader lacks the two families."""
    part = next(one for one in made.part.package.iter_parts() if str(one.partname) == "/word/fontTable.xml")
    fonts = "".join(f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
                    for name, other in FALL_BACKS.items())  # fmt: skip
    part._blob = part.blob.replace(b"</w:fonts>", fonts.encode() + b"</w:fonts>")


def _cover(made: Any, data: Mapping[str, Any]) -> None:
    made.add_paragraph(data["title"], style="Title")
    made.add_paragraph(data["edition"], style="Subtitle")
    made.add_paragraph(data["remark"], style="Body Text")
    made.add_paragraph(f"{data['labels']['release']}  {data['release']}    {data['created']}", style="Body Text 2")
    heading = made.add_paragraph(data["labels"]["contents"], style="TOC Heading")
    heading.paragraph_format.page_break_before = True
    chapters = [one for one in data["blocks"] if one["kind"] == "heading" and one["level"] == 1]
    for one in chapters:
        line = made.add_paragraph(style="Body Text")
        parts.link(line, _titled(one), anchor=one["anchor"])


def _titled(block: Mapping[str, Any]) -> str:
    return f"{block['number']}  {block['text']}" if block["number"] else str(block["text"])


def _add(made: Any, block: Mapping[str, Any], data: Mapping[str, Any], figures: Mapping[str, bytes]) -> None:
    match block["kind"]:
        case "heading":
            line = made.add_paragraph(_titled(block), style=f"Heading {block['level']}")
            parts.bookmark(line, block["anchor"])
        case "paragraph":
            made.add_paragraph(block["text"], style=PARAGRAPHS[block["style"]])
        case "table":
            if block["number"]:
                line = made.add_paragraph(_caption(block, data, "table"), style="Caption")
                line.paragraph_format.keep_with_next = True
            _table(made, block)
            _notes(made, block, data)
        case "picture":
            line = made.add_paragraph(style="Body Text")
            line.paragraph_format.keep_with_next = True
            line.add_run().add_picture(io.BytesIO(figures[block["number"]]), width=Mm(TEXT_WIDTH))
            line._p.xpath(".//wp:docPr")[0].set("descr", block["alt"])
            made.add_paragraph(_caption(block, data, "figure"), style="Caption")
            _notes(made, block, data)


def _caption(block: Mapping[str, Any], data: Mapping[str, Any], kind: str) -> str:
    unit = f"    {data['labels']['unit']}{block['unit']}" if block["unit"] else ""
    return f"{data['labels'][kind]}{block['number']}  {block['caption']}{unit}"


def _notes(made: Any, block: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    between = "" if data["language"] == "zh" else " "
    if block["notes"]:
        made.add_paragraph(data["labels"]["notes"] + between.join(block["notes"]), style="Body Text 3")
    if block["source"]:
        made.add_paragraph(data["labels"]["source"] + block["source"], style="Body Text 3")
    if not block["notes"] and not block["source"]:
        made.add_paragraph(style="Body Text 3")


def _table(made: Any, block: Mapping[str, Any]) -> None:
    """Three rules, no vertical ones; the head is repeated on every page, and no row is split."""
    heads, count = block["heads"], len(block["widths"])
    table = made.add_table(rows=len(block["rows"]) + bool(heads), cols=count)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    parts.rules(table._tbl.tblPr)
    widths = [Mm(TEXT_WIDTH * width / sum(block["widths"])) for width in block["widths"]]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    lines = list(table.rows)
    if heads:
        first = lines.pop(0)
        parts.flag(first, "w:tblHeader")
        for place, one in enumerate(first.cells):
            _fill(one, {"text": heads[place], "mark": "", "url": ""}, block["aligns"][place], widths[place])
            parts.border(one, "bottom", 4)
    for line, row in zip(lines, block["rows"], strict=True):
        _row(line, row, block, widths)


def _row(line: Any, row: Mapping[str, Any], block: Mapping[str, Any], widths: list[Any]) -> None:
    parts.flag(line, "w:cantSplit")
    cells = line.cells
    if row["kind"] == "group":
        merged = cells[0].merge(cells[-1])
        _fill(merged, row["cells"][0], "left", None)
        parts.shade(merged, style.tokens()["band"])
        return
    for place, one in enumerate(cells):
        content = row["cells"][place] if place < len(row["cells"]) else {"text": "", "mark": "", "url": ""}
        _fill(one, content, block["aligns"][place], widths[place])


def _fill(cell: Any, content: Mapping[str, Any], align: str, width: Any) -> None:
    if width is not None:
        cell.width = width
    line = cell.paragraphs[0]
    line._p.style = "List"  # by id: a look-up by name walks all styles for every cell
    if align != "left":
        line.alignment = ALIGNS[align]
    if content["mark"]:
        run = line.add_run(content["mark"] + " ")
        run.font.color.rgb = RGBColor.from_string(style.tokens()["status"][content["status"]].removeprefix("#"))
    if content["url"]:
        parts.link(line, content["text"], url=content["url"])
    else:
        line.add_run(content["text"])


def _settled(content: bytes, created: datetime) -> bytes:
    """The same package with the release's time on every entry, in order of name."""
    out = io.BytesIO()
    when = created.timetuple()[:6]
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        names = sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name))
        for name in names:
            entry = zipfile.ZipInfo(name, date_time=when)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(entry, old.read(name))
    return out.getvalue()
