"""ledger: what became of every cell of a file: accepted, refused or ignored, each cell once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

from pipelines.grid import Book, Sheet, place
from pipelines.sources.wild import Finding, Found, Origin, Reading, Refused, Severity

SHOWN_LETTERS = 80
LEFT_OVER = "cell_not_declared"


class Mark(IntEnum):
    """What became of a cell; where two claims meet, the higher one stands."""

    IGNORED = 1
    REFUSED = 2
    ACCEPTED = 3


class Spot(NamedTuple):
    """A cell: sheet, row and column, counted from 0."""

    sheet: str
    row: int
    column: int

    @property
    def cell(self) -> str:
        """The name of the cell, e.g. "C7"."""
        return place(self.row, self.column)


@dataclass(frozen=True)
class Advice:
    """What was wanted, and what to do next."""

    wanted: str
    next_zh: str
    next_en: str


@dataclass
class Ledger:
    """The books of one table: figures, findings, and a mark on every cell that somebody looked at.

    Args:
        book: the file.
        producer: whose table it is.
        table_id: the table.
    """

    book: Book
    producer: str
    table_id: str
    figures: list[Found] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    _marks: dict[Spot, Mark] = field(default_factory=dict)

    def origin(self, spot: Spot) -> Origin:
        """The cell as the origin of a figure."""
        return Origin(self.book.name, self.book.sha256, spot.sheet, spot.cell)

    def mark(self, mark: Mark, spots: Iterable[Spot]) -> None:
        """Marks cells; a cell that a figure rests on stays accepted."""
        for spot in spots:
            self._marks[spot] = max(mark, self._marks.get(spot, mark))

    def report(self, code: str, severity: Severity, spot: Spot | None, found: str, advice: Advice) -> None:
        """Notes something odd; without a spot it concerns the whole table."""
        sheet, cell = (spot.sheet, spot.cell) if spot else ("", "")
        self.findings.append(Finding(code, severity, self.book.name, sheet, cell, found[:SHOWN_LETTERS * 4],
                                     advice.wanted, advice.next_zh, advice.next_en))  # fmt: skip

    def refuse(self, code: str, spot: Spot, found: str, advice: Advice) -> None:
        """Refuses one cell, with its reason."""
        self.mark(Mark.REFUSED, [spot])
        self.report(code, "hard", spot, found, advice)

    def refused(self, sheets: Sequence[Sheet], reason: Refused) -> Reading:
        """The reading of a table that gives no figure: all of its cells are refused, whatever stood before."""
        self._marks, self.figures = {}, []
        return self.reading(sheets, reason)

    def reading(self, sheets: Sequence[Sheet], refused: Refused | None = None) -> Reading:
        """The table's reading: every filled cell of the sheets counted once, those that nobody asked for as refused."""
        self._refuse_left_over(sheets, is_told=refused is not None)
        marks = Counter(self._marks[Spot(one.name, row, column)] for one in sheets for row, column, _ in one.filled())
        return Reading(self.producer, self.table_id, self.figures, self.findings, refused, marks.total(),
                       marks[Mark.ACCEPTED], marks[Mark.REFUSED], marks[Mark.IGNORED])  # fmt: skip

    def _refuse_left_over(self, sheets: Sequence[Sheet], *, is_told: bool) -> None:
        """Refuses what is left, one finding a column; a refused file has told its reason already."""
        for sheet in sheets:
            columns: dict[int, list[tuple[Spot, str]]] = defaultdict(list)
            for row, column, text in sheet.filled():
                spot = Spot(sheet.name, row, column)
                if spot not in self._marks:
                    self.mark(Mark.REFUSED, [spot])
                    columns[column].append((spot, text))
            for cells in columns.values() if not is_told else ():
                first, text = cells[0]
                self.report(LEFT_OVER, "info", first, f"{len(cells)} × {text.strip()[:SHOWN_LETTERS]!r}", Advice(
                    "a label, note or column that data/imports declares", "请核对，需要时在 data/imports 中声明",
                    "Check them, and declare them in data/imports if they are wanted"))  # fmt: skip
