"""model: the blue book as content, before any renderer has seen it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from dashboards.lookups import Figure, Sentence, sentence
from dashboards.words import Language

Align = Literal["left", "right", "centre"]
Style = Literal["text", "answer", "note", "definition"]
NONE = Sentence(())


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 begins a chapter."""

    level: int
    text: Sentence
    anchor: str
    number: str = ""


@dataclass(frozen=True)
class Paragraph:
    """Sentences that are read together."""

    sentences: tuple[Sentence, ...]
    style: Style = "text"


@dataclass(frozen=True)
class Column:
    """A column: its head, alignment and share of the width."""

    head: str
    align: Align = "left"
    width: float = 1


@dataclass(frozen=True)
class Cell:
    """A cell; `url` only for sources of grade A or B, `pad` are digits kept free so that points stand in line."""

    text: Sentence
    url: str | None = None
    pad: str = ""
    mark: str | None = None


@dataclass(frozen=True)
class Row:
    """A row of cells, or the tinted row that names a group."""

    cells: tuple[Cell, ...]
    kind: Literal["row", "group"] = "row"


@dataclass(frozen=True)
class Table:
    """A three-rule table; caption above with its unit, notes and source below."""

    caption: Sentence
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    unit: str = ""
    notes: tuple[Sentence, ...] = ()
    source: Sentence = NONE
    number: str = ""


@dataclass(frozen=True)
class Point:
    """A point of a figure: a lookup for its label, its value and interval, its qualifier and place on the axis."""

    label: Figure
    value: float
    place: float
    name: str
    low: float | None = None
    high: float | None = None
    qualifier: str = "exact"
    group: str = ""


@dataclass(frozen=True)
class Picture:
    """A figure: points to be drawn, its words, and what it says to those who do not see it."""

    kind: Literal["trend", "dots"]
    caption: Sentence
    points: tuple[Point, ...]
    unit: str
    alt: Sentence
    breaks: tuple[float, ...] = ()
    notes: tuple[Sentence, ...] = ()
    source: Sentence = NONE
    number: str = ""


@dataclass(frozen=True)
class PageBreak:
    """The next block begins a page."""


Block = Heading | Paragraph | Table | Picture | PageBreak


@dataclass(frozen=True)
class Book:
    """The whole book in one language; `marks` are the words that stand all over a book of invented figures."""

    language: Language
    title: str
    edition: str
    remark: str
    facts: tuple[tuple[str, Sentence], ...]
    blocks: tuple[Block, ...]
    release_id: str
    created: str
    labels: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)

    @property
    def suffix(self) -> str:
        """What the names of the book's files end with: nothing, or that its figures are invented."""
        return f"_{self.marks['suffix']}" if self.marks else ""


def sentences_of(block: Block) -> Iterator[Sentence]:
    """Every sentence in a block, cells and captions included."""
    match block:
        case Heading(text=text):
            yield text
        case Paragraph(sentences=found):
            yield from found
        case Table(caption=caption, rows=rows, notes=notes, source=source):
            yield caption
            for row in rows:
                yield from (cell.text for cell in row.cells)
            yield from notes
            yield source
        case Picture(caption=caption, points=points, alt=alt, notes=notes, source=source):
            yield from (caption, alt, *notes, source)
            yield from (sentence(point.label) for point in points)
        case PageBreak():
            return


def cell(content: Sentence | Figure | str | None, url: str | None = None, mark: str | None = None) -> Cell:
    """A cell out of what it shows."""
    return Cell(sentence(content), url, "", mark)


def row(*contents: Any) -> Row:
    """A row out of cells or what they show."""
    return Row(tuple(one if isinstance(one, Cell) else cell(one) for one in contents))


def group(name: Sentence | Figure | str) -> Row:
    """The tinted row that names a group."""
    return Row((cell(name),), "group")
