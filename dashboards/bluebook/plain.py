"""plain: the book as mappings and texts, for templates and renderers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from dashboards.bluebook import style
from dashboards.bluebook.model import Block, Book, Cell, Heading, PageBreak, Paragraph, Picture, Table
from dashboards.lookups import Sentence
from dashboards.notation import THIN
from dashboards.words import word

NO_BREAK = "\u00a0"  # the packaged fonts lack the narrow one; their own no-break space is narrow


def data(book: Book, space: str = NO_BREAK, quotes: str | None = None) -> dict[str, Any]:
    """The book as mappings, lists and texts.

    Args:
        book: the content.
        space: what takes the place of the narrow no-break space.
        quotes: what takes the place of curly quotation marks, which Chinese fonts set in full width.
    """
    colours = style.tokens()
    content = {
        "language": book.language, "title": book.title, "edition": book.edition, "remark": book.remark,
        "release": book.release_id, "created": _text(book.facts[1][1]), "labels": dict(book.labels),
        "colours": {name: colours[name] for name in ("ink", "ink2", "ink3", "rule", "band", "accent", "demo")},
        "status": colours["status"], "facts": [{"name": name, "text": _text(found)} for name, found in book.facts],
        "blocks": list(_blocks(book.blocks, book.marks)), "marks": dict(book.marks),
    }  # fmt: skip
    text = json.dumps(content, ensure_ascii=False).replace(THIN, space)
    for mark in "“”" if quotes else "":
        text = text.replace(mark, json.dumps(quotes)[1:-1])
    replaced: dict[str, Any] = json.loads(text)
    return replaced


def text_of(book: Book) -> str:
    """The book as JSON for Typst."""
    return json.dumps(data(book), ensure_ascii=False)


def _text(found: Sentence | str) -> str:
    """The text, without the space after an English sentence."""
    return str(found).rstrip(" ")


def _blocks(blocks: Iterable[Block], marks: Mapping[str, str]) -> Iterable[dict[str, Any]]:
    for block in blocks:
        match block:
            case Heading(level=level, text=text, anchor=anchor, number=number):
                yield {"kind": "heading", "level": level, "text": _text(text), "anchor": anchor, "number": number}
            case Paragraph(sentences=found, style=name):
                said = _text("".join(str(one) for one in found))
                yield {"kind": "paragraph", "text": said, "style": name}
            case Table():
                yield _table(block, marks)
            case Picture():
                yield {"kind": "picture", "file": f"figure-{block.number}.svg", "alt": _alt(block, marks),
                       **_frame(block, marks)}  # fmt: skip
            case PageBreak():
                yield {"kind": "break"}


def _alt(block: Picture, marks: Mapping[str, str]) -> str:
    return f"{marks['suffix']}: {_text(block.alt)}" if marks else _text(block.alt)


def _frame(block: Table | Picture, marks: Mapping[str, str]) -> dict[str, Any]:
    caption = _text(block.caption) + marks.get("caption", "") if block.caption else ""
    return {"number": block.number, "caption": caption, "unit": block.unit,
            "notes": [_text(note) for note in block.notes], "source": _text(block.source)}  # fmt: skip


def _table(block: Table, marks: Mapping[str, str]) -> dict[str, Any]:
    heads = [column.head for column in block.columns]
    return {
        "kind": "table", **_frame(block, marks), "heads": heads if any(heads) else [],
        "aligns": [column.align for column in block.columns], "widths": [column.width for column in block.columns],
        "rows": [{"kind": row.kind, "cells": [_cell(cell) for cell in row.cells]} for row in block.rows],
    }  # fmt: skip


def _cell(cell: Cell) -> dict[str, Any]:
    mark = word(f"mark.{cell.mark}", "zh") if cell.mark else ""
    return {"text": _text(cell.text), "url": cell.url or "", "pad": cell.pad, "mark": mark, "status": cell.mark or ""}
