"""yearbook_layout: a sheet of a yearbook → its printed pages: where regions stand, what each column is called."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from pipelines.grid import Sheet
from pipelines.sources.labels import HAN, Regions, number, tidied

FEWEST_REGIONS = 5
TITLE = re.compile(r"各地区.{2,}|分地区.{2,}|按.{1,8}分.{2,}")
CONTINUED = re.compile(r"\(?续表?[0-9一二三四五六七八九十]*\)?")
UNIT_LINE = re.compile(r"\(?(?:计量)?单位:(.+?)\)?")
REGION_WORD = re.compile(r"(?:地区|省份|省、?市|省\(?[区市、]+\)?|Regions?)+", re.IGNORECASE)
NUMBERING = re.compile(r"(?:[一二三四五六七八九十]+、|[0-9]{1,2}\.(?![0-9])|\([一二三四五六七八九十0-9]{1,2}\))+")
IN_BRACKETS = re.compile(r"\(([^()]+)\)")
TRAILING_LATIN = re.compile(r"(?<=[㐀-鿿)])[A-Za-z][^㐀-鿿]*$")
SEPARATORS = re.compile(r"[,、.;/和及]")
At = tuple[int, int]


@dataclass(frozen=True)
class Header:
    """What stands above a column: its name, the unit in brackets (last of several), and its cells."""

    name: str
    unit: str
    cells: tuple[At, ...]


@dataclass(frozen=True)
class Page:
    """One printed page: a run of regions in one column, and the columns to its right up to the next page.

    Args:
        sheet: where it stands.
        left: its first column: that of the regions, or of the sheet where no page stands on the left.
        region: the column of the region labels.
        values: the first column that may hold values; between them stand the English names.
        right: the column after its last.
        top: the first row of what stands above the regions.
        rows: the rows from the first region to the last.
        bottom: the row where the next page below begins, or the end of the sheet.
    """

    sheet: Sheet
    left: int
    region: int
    values: int
    right: int
    top: int
    rows: range
    bottom: int

    def above(self) -> Iterator[tuple[At, str]]:
        """The filled cells above the regions, each with its tidied text."""
        for row in range(self.top, self.rows.start):
            for column in range(self.left, self.right):
                if text := tidied(self.sheet.rows[row][column]):
                    yield (row, column), text

    def numbers_outside(self, column: int) -> list[At]:
        """The cells of a column that hold a number above the first region or below the last."""
        rows = (*range(self.top, self.rows.start), *range(self.rows.stop, self.bottom))
        printed = {row: number(self.sheet.rows[row][column]) for row in rows}
        return [(row, column) for row, one in printed.items() if one is not None and one.value]

    def holds(self, row: int, column: int) -> bool:
        """Whether a cell stands on this page."""
        return self.top <= row < self.rows.stop and self.left <= column < self.right

    def header(self, column: int, units: frozenset[str]) -> Header:
        """The header of a column, joined from top to bottom; a merged cell names the columns under it."""
        cells = [at for row in range(self.top, self.rows.start) if (at := self._heading_of(row, column))]
        texts = [chinese(self.sheet.rows[row][place]) for row, place in cells]
        brackets = [one for text in texts for one in IN_BRACKETS.findall(text) if one in units]
        name = "".join(NUMBERING.sub("", _without(text, units), count=1) if NUMBERING.match(text)
                       else _without(text, units) for text in texts)  # fmt: skip
        return Header(name, brackets[-1] if brackets else "", tuple(cells))

    def _heading_of(self, row: int, column: int) -> At | None:
        """The cell that heads a column in one row: its own, or that of a column to the left which spans it."""
        for left in range(column, self.values - 1, -1):
            if self._is_heading(row, left):
                return (row, left)
            if any(self._is_heading(higher, left) for higher in range(self.top, row)):
                return None
        return None

    def _is_heading(self, row: int, column: int) -> bool:
        text = chinese(self.sheet.rows[row][column])
        return bool(text) and not is_about_page(text)


def is_about_page(text: str) -> bool:
    """Whether tidied Chinese text is about the whole page: title, continuation, unit, the yearbook's name."""
    return bool(TITLE.search(text) or CONTINUED.fullmatch(text) or UNIT_LINE.fullmatch(text)
                or "年鉴" in text or text == "统计资料")  # fmt: skip


@lru_cache(maxsize=10_000)
def chinese(text: str) -> str:
    """The Chinese of a cell that is printed in two languages, tidied; empty where there is none."""
    lines = [tidied(line) for line in text.replace("\r", "\n").split("\n")]
    kept = [TRAILING_LATIN.sub("", line) for line in lines if HAN.search(line) or not re.search(r"[A-Za-z]", line)]
    joined = "".join(kept)
    return joined if HAN.search(joined) else ""


def stated_units(text: str) -> list[str]:
    """The units of a line such as "单位:个,人,万元"; empty where it is no such line."""
    said = UNIT_LINE.fullmatch(chinese(text))
    return [one for one in SEPARATORS.split(said.group(1)) if one] if said else []


def pages(sheet: Sheet, regions: Regions) -> list[Page]:
    """The pages of a sheet, from top to bottom and from left to right.

    Pages stand side by side or one below the other; a column of English names belongs to the page on its left.
    """
    runs = [(column, run) for column in range(sheet.width) for run in _runs(sheet, column, regions)]
    first = [(column, run) for column, run in runs if not _repeats_names(sheet, column, run, runs)]
    found = []
    for column, run in first:
        top = max((other.stop for there, other in first if there == column and other.stop <= run.start), default=0)
        right = min((there for there, other in first if there > column and _overlap(other, range(top, run.stop))),
                    default=sheet.width)  # fmt: skip
        names = [there for there in range(column + 1, _first_value(sheet, run, column, right))
                 if _holds_words(sheet, run, there)]  # fmt: skip
        values = max(names, default=column) + 1
        left = column if any(there < column and _overlap(other, run) for there, other in first) else 0
        below = (other.start for there, other in first if there == column and other.start >= run.stop)
        bottom = _heading_after(sheet, column, run.stop, min(below, default=len(sheet.rows)))
        found.append(Page(sheet, left, column, values, right, top, run, bottom))
    return sorted(found, key=lambda page: (page.top, page.region))


def _runs(sheet: Sheet, column: int, regions: Regions) -> list[range]:
    """The row ranges of a column in which regions are listed; a heading ends a range."""
    found: list[list[int]] = [[]]
    for row in range(len(sheet.rows)):
        text = sheet.rows[row][column]
        if regions.code(text) is not None or regions.aggregate(text) is not None:
            found[-1].append(row)
        elif found[-1] and (is_about_page(chinese(text)) or REGION_WORD.fullmatch(tidied(text))):
            found.append([])
    codes = [{regions.code(sheet.rows[row][column]) for row in rows} - {None} for rows in found]
    return [range(rows[0], rows[-1] + 1) for rows, named in zip(found, codes, strict=True)
            if len(named) >= FEWEST_REGIONS]  # fmt: skip


def _heading_after(sheet: Sheet, column: int, start: int, stop: int) -> int:
    """The first row of a column that holds anything; what stands below belongs to the next page, or to notes."""
    return next((row for row in range(start, stop) if sheet.rows[row][column].strip()), stop)


def _repeats_names(sheet: Sheet, column: int, run: range, runs: list[tuple[int, range]]) -> bool:
    """Whether a column only repeats the names of the page on its left: it has no values of its own beside it."""
    left = [there for there, other in runs if there < column and _overlap(other, run)]
    if not left:
        return False
    return (_first_value(sheet, run, max(left), column) == column
            or _first_value(sheet, run, column, sheet.width) == sheet.width)  # fmt: skip


def _first_value(sheet: Sheet, run: range, left: int, right: int) -> int:
    """The first column after `left` in which a number stands beside the regions; `right` where there is none."""
    for column in range(left + 1, right):
        texts = (sheet.rows[row][column] for row in run)
        if any(printed is not None and printed.value for printed in map(number, texts)):
            return column
    return right


def _holds_words(sheet: Sheet, run: range, column: int) -> bool:
    """Whether something stands beside the regions, and none of it is a number or a mark of absence."""
    texts = [sheet.rows[row][column] for row in run if sheet.rows[row][column].strip()]
    return bool(texts) and all(number(text) is None for text in texts)


def _overlap(one: range, other: range) -> bool:
    return one.start < other.stop and other.start < one.stop


def _without(text: str, units: frozenset[str]) -> str:
    """The text without the units in brackets."""
    return IN_BRACKETS.sub(lambda found: "" if found.group(1) in units else found.group(), text)
