"""content: the whole book in one language, chapters numbered, tables and figures counted within them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from dashboards.bluebook import annex, chapters, front, goals, regions, review
from dashboards.bluebook.ledger import Ledger
from dashboards.bluebook.material import Material
from dashboards.bluebook.model import Block, Book, Cell, Heading, Picture, Table
from dashboards.lookups import Figure, sentence
from dashboards.release_file import Release
from dashboards.words import Language

MARKS = {"suffix": "suffix", "watermark": "watermark", "band": "band", "stamp": "stamp.forms",
         "caption": "caption.short"}  # fmt: skip
FRONT = ("about", "marks")
ANNEX = ("sources", "unverified", "review", "closing")


def book(release: Release, language: Language, ledger: Ledger | None = None) -> Book:
    """The content of the book: every number in it a lookup into the release.

    Args:
        release: the release or candidate.
        language: the language of the book.
        ledger: its tables, where they have been read already.
    """
    material = Material(release, ledger or Ledger(release), language)
    blocks = [
        *front.front(material), *front.today(material), *goals.chapter(material), *chapters.chapters(material),
        *(() if release.is_demonstration else regions.provinces(material)), *regions.contests(material),
        *annex.sources(material), *annex.unverified(material), *review.chapter(material), *annex.closing(material),
    ]  # fmt: skip
    labels = ("table", "figure", "notes", "source", "contents", "release", "unit", "alt")
    marks = {name: material.word(f"demo.{key}") for name, key in MARKS.items()} if release.is_demonstration else {}
    edition = material.word("book.edition") + (f" · {marks['suffix']}" if marks else "")
    return Book(
        language, material.word("book.title"), edition, material.word("book.remark"),
        tuple(annex.facts(material)), tuple(_numbered(blocks)), release.release_id, str(release.manifest["created"]),
        {name: material.word(f"book.label.{name}") for name in labels}, marks,
    )  # fmt: skip


def _numbered(blocks: Iterable[Block]) -> Iterator[Block]:
    """Chapters 1, 2 …, annexes A, B …; tables and figures as chapter-number, those without caption uncounted."""
    chapter, numbers, letters, counts = "", iter(range(1, 100)), iter("ABCDEFGH"), {"table": 0, "figure": 0}
    for block in blocks:
        match block:
            case Heading(level=1):
                counts = {"table": 0, "figure": 0}
                named = next(letters) if block.anchor in ANNEX else str(next(numbers))
                chapter = "" if block.anchor in FRONT else named
                if block.anchor in FRONT:
                    numbers = iter(range(1, 100))
                yield replace(block, number=chapter)
            case Table() if block.caption:
                counts["table"] += 1
                yield _aligned(replace(block, number=f"{chapter}-{counts['table']}"))
            case Table():
                yield _aligned(block)
            case Picture():
                counts["figure"] += 1
                yield replace(block, number=f"{chapter}-{counts['figure']}")
            case _:
                yield block


def _aligned(table: Table) -> Table:
    """Numbers of a column kept in line on the decimal point: what a shorter one lacks is left free."""
    rows = list(table.rows)
    for place, column in enumerate(table.columns):
        if column.align != "right":
            continue
        tails = [_tail(row.cells[place]) for row in rows if row.kind == "row" and place < len(row.cells)]
        longest = max(filter(None, tails), key=len, default="")
        for line, one in enumerate(rows):
            if one.kind != "row" or place >= len(one.cells) or not _is_number(one.cells[place]):
                continue
            pad = longest[len(_tail(one.cells[place])) :]
            cells = (*one.cells[:place], replace(one.cells[place], pad=pad), *one.cells[place + 1 :])
            rows[line] = replace(one, cells=cells)
    return replace(table, rows=tuple(rows))


def _is_number(cell: Cell) -> bool:
    first = cell.text.parts[0] if len(cell.text.parts) == 1 else None
    return isinstance(first, Figure) and first.form == "in_scale"


def _tail(cell: Cell) -> str:
    """The decimal point and what follows it."""
    text = str(sentence(cell.text))
    return text[text.index(".") :] if _is_number(cell) and "." in text else ""
