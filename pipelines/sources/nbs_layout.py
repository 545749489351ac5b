"""nbs_layout: an export of the national data site → its blocks: preamble, header of years, rows, notes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pipelines.grid import Book, Sheet
from pipelines.sources.labels import Regions, tidied

Cell = tuple[int, int]
Label = Literal["database", "indicator", "region", "time", "note", "source"]
LABELS: dict[str, Label] = {"数据库:": "database", "指标:": "indicator", "地区:": "region", "时间:": "time",
                            "注:": "note", "数据来源:": "source"}  # fmt: skip
HEADS = ("地区", "指标")
YEAR = re.compile(r"((?:19|20)\d{2})年?")
RANGE = re.compile(r"((?:19|20)\d{2})年?[-~至—]((?:19|20)\d{2})年?")
LATEST = re.compile(r"最近(\d{1,3})年")
UNITED = re.compile(r"(.+)\(([^()]+)\)")
INHERITED: Cell = (-1, -1)
CARRIED: tuple[Label, ...] = ("database", "time", "indicator")
TEXT = ("csv", "tsv", "text", "txt")


@dataclass
class Block:
    """One table of the file: what stands above its header, the header, its rows, and what stands below.

    Args:
        said: what each label says, with its cell.
        listed: the indicators that the preamble lists, where a caption above each table says which one it is.
        labels: cells of that list.
        header: place and text of the cells of the header, the first included; empty where there is none.
        rows: numbers of the rows that belong to the table.
        loose: cells that are neither label, header, row nor note.
    """

    said: dict[Label, list[tuple[Cell, str]]] = field(default_factory=dict)
    listed: tuple[str, ...] = ()
    labels: list[Cell] = field(default_factory=list)
    header: list[tuple[Cell, str]] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    notes: list[Cell] = field(default_factory=list)
    loose: list[Cell] = field(default_factory=list)

    def words(self, label: Label) -> list[str]:
        """What the label says, once for every cell that says something."""
        return [text for _, text in self.said.get(label, []) if text]

    def cells(self, sheet: Sheet) -> Iterator[Cell]:
        """Every cell with text, once."""
        yield from (place for said in self.said.values() for place, _ in said if place != INHERITED)
        yield from (place for place, _ in self.header)
        yield from (*self.labels, *self.notes, *self.loose)
        yield from ((row, column) for row in self.rows for column, text in enumerate(sheet.rows[row]) if text.strip())


def is_export(book: Book) -> bool:
    """Whether the file is text and begins as the site's exports do: labelled lines above a header."""
    if book.format not in TEXT or len(book.sheets) != 1:
        return False
    first = [tidied(row[0]) for row in book.sheets[0].rows[:8] if row]
    labels = {_label(text)[0] for text in first} & {"database", "indicator", "time", "region"}
    return "database" in labels or (len(labels) > 1 and any(text in HEADS for text in first))


def blocks(sheet: Sheet, regions: Regions) -> list[Block]:
    """The tables of the file, from top to bottom; a preamble, or a header after rows, begins the next."""
    found = [Block()]
    in_note = False
    for row, cells in enumerate(sheet.rows):
        filled = [((row, column), tidied(text)) for column, text in enumerate(cells) if text.strip()]
        if not filled:
            continue
        label, _ = _label(filled[0][1])
        block = found[-1]
        if _begins(label, [text for _, text in filled], block):
            block = _next(block)
            found.append(block)
        in_note = _place(block, row, filled, regions, in_note=in_note)
    return found


def _begins(label: Label | None, texts: Sequence[str], block: Block) -> bool:
    """Whether this line begins another table; an indicator of the list, alone in its line, is a caption."""
    is_caption = len(texts) == 1 and texts[0] in (block.listed or block.words("indicator"))
    is_preamble = label in ("database", "indicator", "region", "time")
    return bool(block.rows) and (is_preamble or is_caption or texts[0] in HEADS)


def _next(block: Block) -> Block:
    """The block that follows: what the preamble said of database, time and list of indicators still holds."""
    said = {label: [(INHERITED, text) for _, text in block.said.get(label, [])] for label in CARRIED}
    listed = block.listed or tuple(block.words("indicator"))
    if block.listed:
        said["indicator"] = [(INHERITED, text) for text in listed]
    return Block(said={label: words for label, words in said.items() if words}, listed=listed)


def _place(block: Block, row: int, filled: Sequence[tuple[Cell, str]], regions: Regions, *, in_note: bool) -> bool:
    """Puts one line where it belongs.

    Returns:
        Whether the lines that follow belong to a note.
    """
    (place, first), others = filled[0], filled[1:]
    label, text = _label(first)
    if label is None and not others and not block.header and first in (block.listed or block.words("indicator")):
        block.listed = block.listed or tuple(block.words("indicator"))
        block.labels += [cell for cell, _ in block.said["indicator"] if cell != INHERITED]
        block.said["indicator"] = [(place, first)]
        return False
    if label is not None:
        own = [(cell, words) for cell, words in block.said.get(label, []) if cell != INHERITED]
        block.said[label] = [*own, (place, text), *others]
        return label == "note"
    if first in HEADS and not block.header:
        block.header = list(filled)
        return False
    is_region = regions.code(first) is not None or regions.aggregate(first) is not None
    if block.header and (not in_note or (is_region and others)):
        block.rows.append(row)
        return False
    (block.notes if in_note else block.loose).extend(place for place, _ in filled)
    return in_note


def _label(text: str) -> tuple[Label | None, str]:
    """The label that a line begins with, and what follows it."""
    for printed, label in LABELS.items():
        if text.startswith(printed):
            return label, text.removeprefix(printed)
    return None, text


def named(printed: str) -> tuple[str, str] | None:
    """Name and unit of a printed indicator: "人口数(人口抽样调查)(人)" → 人口数(人口抽样调查), 人."""
    match = UNITED.fullmatch(tidied(printed))
    return (match[1], match[2]) if match else None
