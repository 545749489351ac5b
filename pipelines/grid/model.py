"""model: a file as cells: a book of sheets of text, every cell with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

LETTERS = 26


class UnreadableError(ValueError):
    """A file that cannot be taken apart into cells, in words that a person can act on.

    Args:
        code: a short name of the fault, e.g. "damaged", "password", "too_large".
        found: what was found.
        wanted: what was wanted.
        next_zh: what to do next, in Chinese.
        next_en: the same in English.
    """

    def __init__(self, code: str, found: str, wanted: str, next_zh: str, next_en: str) -> None:
        self.code, self.found, self.wanted, self.next_zh, self.next_en = code, found, wanted, next_zh, next_en
        super().__init__(f"{code}: found {found}, wanted {wanted}. {next_en}. {next_zh}。")


@dataclass(frozen=True)
class Sheet:
    """One sheet: rows of equal length; a cell is its text, empty where nothing stands.

    Numbers are the shortest text that reads back as the same number ("5.9993", "763.6", "12165815"), never in
    scientific form; dates are ISO; of merged cells only the first holds the text. A text cell stays as it is,
    line breaks and odd spaces included.
    """

    name: str
    rows: tuple[tuple[str, ...], ...]

    @property
    def width(self) -> int:
        """Columns of the sheet."""
        return len(self.rows[0]) if self.rows else 0

    def filled(self) -> Iterator[tuple[int, int, str]]:
        """Row, column (from 0) and text of every cell that is not empty."""
        for row, cells in enumerate(self.rows):
            yield from ((row, column, text) for column, text in enumerate(cells) if text.strip())


@dataclass(frozen=True)
class Book:
    """One file, taken apart.

    Args:
        name: the file's name.
        sha256: of its bytes.
        format: what it is by its content: csv, xls, xlsx, html, ...
        encoding: of a text file.
        sheets: in the file's order.
        remarks: what was odd but could be read: (code, Chinese, English), e.g. another extension than its content.
    """

    name: str
    sha256: str
    format: str
    encoding: str | None
    sheets: tuple[Sheet, ...]
    remarks: tuple[tuple[str, str, str], ...] = ()


def place(row: int, column: int) -> str:
    """The name of a cell, rows and columns counted from 0: place(6, 2) is "C7"."""
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, LETTERS)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row + 1}"
