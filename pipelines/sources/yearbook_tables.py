"""yearbook_tables: a book → its tables: which pages belong to one title, and which cells are the table's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipelines.grid import Book, Sheet
from pipelines.sources.labels import HAN, Regions, tidied
from pipelines.sources.ledger import Spot
from pipelines.sources.wild import Refused, Sidecar
from pipelines.sources.yearbook_layout import TITLE, Page, chinese, pages

YEAR = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})年")
NAMED_YEAR = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})(?![0-9])")


class RefusalError(ValueError):
    """Why a table gives no figures.

    Args:
        refused: in words that a person can act on.
        is_declared: whether the declaration leaves the table out, so that its cells are ignored and not refused.
    """

    def __init__(self, refused: Refused, *, is_declared: bool = False) -> None:
        self.refused, self.is_declared = refused, is_declared
        super().__init__(f"{refused.code}: found {refused.found}, wanted {refused.wanted}. {refused.next_en}.")


@dataclass
class Printed:
    """One table as a book prints it.

    Args:
        title: tidied Chinese text; empty where the book prints none.
        at: where the title stands.
        pages: in reading order.
        sheets: the book's sheets with the table's own cells only.
    """

    title: str
    at: Spot | None
    pages: list[Page] = field(default_factory=list)
    sheets: list[Sheet] = field(default_factory=list)

    def titled(self, sidecar: Sidecar | None) -> str:
        """The title, or what a sidecar says where the book prints none."""
        return self.title or tidied(sidecar.indicator or "" if sidecar else "")

    def year(self, sidecar: Sidecar | None) -> str | None:
        """The year of the data: the title's, or the sidecar's where the title states none."""
        found: set[str] = set(YEAR.findall(self.titled(sidecar)))
        if len(found) == 1:
            return found.pop()
        return str(sidecar.year) if not found and sidecar is not None and sidecar.year is not None else None

    def english_titles(self) -> Iterator[tuple[Spot, str]]:
        """The cells above the first page that hold English only, and a year."""
        for page in self.pages[:1]:
            for (row, column), text in page.above():
                if not HAN.search(text) and NAMED_YEAR.search(text):
                    yield Spot(page.sheet.name, row, column), page.sheet.rows[row][column]


def tables(book: Book, regions: Regions) -> list[Printed]:
    """The tables of a book; a page without a title continues the table before it."""
    found: list[Printed] = []
    for sheet in book.sheets:
        here = pages(sheet, regions)
        for page in here:
            title = next((_title(page.sheet, at) for at, _ in page.above() if _title(page.sheet, at)), None)
            if title is not None or not found:
                found.append(title or Printed("", None))
            found[-1].pages.append(page)
        if not here:
            first = next((one for row, column, _ in sheet.filled() if (one := _title(sheet, (row, column)))), None)
            found += [first] if first else []
    found = found or [Printed("", None)]
    for number, table in enumerate(found):
        table.sheets = [_own(sheet, number, found) for sheet in book.sheets]
    return found


def _title(sheet: Sheet, at: tuple[int, int]) -> Printed | None:
    """The table that a cell begins, if it is a title."""
    text = chinese(sheet.rows[at[0]][at[1]])
    return Printed(text, Spot(sheet.name, *at)) if TITLE.search(text) else None


def _own(sheet: Sheet, number: int, found: list[Printed]) -> Sheet:
    """The sheet with the cells of one table; cells outside all pages belong to the first table of their sheet."""
    if len(found) == 1:
        return sheet
    holders = [(index, page) for index, table in enumerate(found) for page in table.pages if page.sheet is sheet]
    begun = [index for index, table in enumerate(found) if table.at is not None and table.at.sheet == sheet.name]
    rest = min([index for index, _ in holders] + begun, default=0)

    def owner(row: int, column: int) -> int:
        return next((index for index, page in holders if page.holds(row, column)), rest)

    return Sheet(sheet.name, tuple(tuple(text if text and owner(row, column) == number else "" for column, text
                                         in enumerate(cells)) for row, cells in enumerate(sheet.rows)))  # fmt: skip
