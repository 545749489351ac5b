"""pdf: the book set by Typst: tagged, bookmarked, in the packaged fonts only."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

from dashboards.bluebook import style
from dashboards.bluebook.model import Block, Book, Cell, Heading, PageBreak, Paragraph, Picture, Table
from dashboards.lookups import Sentence
from dashboards.words import word

TEMPLATE = Path(__file__).with_name("book.typ")


class TypesettingError(RuntimeError):
    """Typst could not set the book, or warned of something that would change how it looks."""


def write(book: Book, figures: Mapping[str, bytes], path: Path) -> Path:
    """Writes the PDF; returns its path.

    Args:
        book: the content.
        figures: SVG by figure number.
        path: the file to write.

    Raises:
        TypesettingError: Typst failed or warned; a missing font or glyph is only a warning to it.
    """
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        fonts = root / "fonts"
        fonts.mkdir()
        for name in (style.SANS, style.SERIF):
            (fonts / name).symlink_to(style.font(name))
        for number, drawn in figures.items():
            (root / f"figure-{number}.svg").write_bytes(drawn)
        (root / "book.json").write_text(json.dumps(_data(book), ensure_ascii=False), encoding="utf-8")
        (root / "book.typ").write_bytes(TEMPLATE.read_bytes())
        path.write_bytes(_compiled(root, fonts, book))
    return path


def _compiled(root: Path, fonts: Path, book: Book) -> bytes:
    try:
        content, warnings = typst.compile_with_warnings(
            str(root / "book.typ"), root=str(root), font_paths=[str(fonts)], ignore_system_fonts=True, format="pdf",
            pdf_standards=["ua-1"], timestamp=int(datetime.fromisoformat(book.created).timestamp()),
        )  # fmt: skip
    except typst.TypstError as fault:
        raise TypesettingError(f"book-{book.language}.pdf: Typst stopped: {fault}. Mend book.typ.") from fault
    if warnings:
        told = "; ".join(sorted({str(getattr(one, "message", one)) for one in warnings})[:5])
        raise TypesettingError(f"book-{book.language}.pdf: Typst warned: {told}. Nothing is published with a warning.")
    return bytes(content)


def _data(book: Book) -> dict[str, Any]:
    """The book as JSON for the template."""
    colours = style.tokens()
    return {
        "language": book.language, "title": book.title, "edition": book.edition, "remark": book.remark,
        "release": book.release_id, "created": _text(book.facts[1][1]), "labels": dict(book.labels),
        "colours": {name: colours[name] for name in ("ink", "ink2", "ink3", "rule", "band", "accent")},
        "status": colours["status"], "blocks": list(_blocks(book.blocks)),
    }  # fmt: skip


def _text(sentence: Sentence | str) -> str:
    """The text; the packaged fonts have no narrow no-break space, their no-break space is narrow."""
    return str(sentence).replace("\u202f", "\u00a0").rstrip(" ")


def _blocks(blocks: Iterable[Block]) -> Iterable[dict[str, Any]]:
    for block in blocks:
        match block:
            case Heading(level=level, text=text, anchor=anchor, number=number):
                yield {"kind": "heading", "level": level, "text": _text(text), "anchor": anchor, "number": number}
            case Paragraph(sentences=found, style=name):
                text = "".join(str(one) for one in found)
                yield {"kind": "paragraph", "text": _text(text), "style": name}
            case Table():
                yield _table(block)
            case Picture():
                yield {"kind": "picture", "file": f"figure-{block.number}.svg", "alt": _text(block.alt),
                       **_frame(block)}  # fmt: skip
            case PageBreak():
                yield {"kind": "break"}


def _frame(block: Table | Picture) -> dict[str, Any]:
    return {"number": block.number, "caption": _text(block.caption), "unit": block.unit,
            "notes": [_text(note) for note in block.notes], "source": _text(block.source)}  # fmt: skip


def _table(block: Table) -> dict[str, Any]:
    heads = [column.head for column in block.columns]
    return {
        "kind": "table", **_frame(block), "heads": heads if any(heads) else [],
        "aligns": [column.align for column in block.columns], "widths": [column.width for column in block.columns],
        "rows": [{"kind": row.kind, "cells": [_cell(cell) for cell in row.cells]} for row in block.rows],
    }  # fmt: skip


def _cell(cell: Cell) -> dict[str, Any]:
    mark = word(f"mark.{cell.mark}", "zh") if cell.mark else ""
    return {"text": _text(cell.text), "url": cell.url or "", "pad": cell.pad, "mark": mark, "status": cell.mark or ""}
