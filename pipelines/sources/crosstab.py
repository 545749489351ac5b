"""crosstab: a sheet with regions on one side → its value cells, each with the labels that it stands under."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from pipelines.grid import Sheet
from pipelines.sources.labels import number, tidied

YEAR = re.compile(r"((?:19|20)[0-9]{2})年?")
FEWEST_REGIONS = 3
HALF = 0.5
Means = Callable[[str], str | None]
At = tuple[int, int]


class LayoutError(ValueError):
    """A sheet that is no table of regions, or whose labels do not fit its numbers.

    Args:
        code: a short name of the fault.
        found: what was found.
    """

    def __init__(self, code: str, found: str) -> None:
        self.code, self.found = code, found
        super().__init__(f"{code}: {found}")


@dataclass(frozen=True)
class Vocabulary:
    """What labels mean to the producer of a table.

    Args:
        region: label → unit or aggregate, else None.
        kind: label → indicator or industry, else None.
        value_header: whether a header stands over the values of a long table ("数据").
        running: whether a header may stand over a running number ("Unnamed: 0").
    """

    region: Means
    kind: Means
    value_header: Callable[[str], bool]
    running: Callable[[str], bool]


@dataclass(frozen=True)
class Value:
    """A cell among the values, empty ones included; an empty label is one that nothing states."""

    at: At
    text: str
    region: str
    year: str
    kind: str
    labels: tuple[At, ...]


@dataclass
class Table:
    """The values of a sheet; `running` are cells of running numbers, `unknown` labels that no one has declared."""

    values: list[Value] = field(default_factory=list)
    running: list[At] = field(default_factory=list)
    unknown: list[At] = field(default_factory=list)


@dataclass(frozen=True)
class _Axis:
    """Labels of one sort: position along the axis → where the label stands and what it means (empty: unknown)."""

    labels: Mapping[int, tuple[At, str]]
    column: int | None = None

    def at(self, row: int, column: int) -> tuple[At, str] | None:
        return self.labels.get(column if self.column is None else row)


def year(text: str) -> str | None:
    """The year that a label names, else None."""
    match = YEAR.fullmatch(tidied(text))
    return match[1] if match else None


def table(sheet: Sheet, words: Vocabulary) -> Table:
    """All values of a sheet with their labels, wherever the axes stand.

    Regions may stand in a column or in a row; years and kinds (indicators, industries) in a column or in a header.
    A label that is printed once for several rows or columns counts for all of them.

    Raises:
        LayoutError: there are no regions (no_region) or years (no_year), two lines of regions differ (ambiguous), or
            a number stands under no label, so that labels and numbers may be shifted against each other (misaligned).
    """
    column, is_turned = _region_line(sheet, words.region)
    rows = tuple(zip(*sheet.rows, strict=True)) if is_turned else sheet.rows
    found = _Sheet(rows, column, words).table()
    return _turned(found) if is_turned else found


def _region_line(sheet: Sheet, region: Means) -> tuple[int, bool]:
    """The line with most regions: its index, and whether it is a row; a second such line must say the same."""
    lines: dict[tuple[int, bool], dict[int, str]] = {}
    for row, column, text in sheet.filled():
        meaning = region(text)
        if meaning is not None:
            lines.setdefault((column, False), {})[row] = meaning
            lines.setdefault((row, True), {})[column] = meaning
    best = max(map(len, lines.values()), default=0)
    if best < FEWEST_REGIONS:
        raise LayoutError("no_region", f"{best} region labels in {sheet.name}")
    rivals = sorted((line for line, said in lines.items() if len(said) >= HALF * best),
                    key=lambda line: (-len(lines[line]), line))  # fmt: skip
    first = lines[rivals[0]]
    for rival in rivals[1:]:
        differs = any(first.get(at, meaning) != meaning for at, meaning in lines[rival].items())
        if rival[1] != rivals[0][1] or differs:
            raise LayoutError("ambiguous", f"{len(first)} and {len(lines[rival])} region labels in {sheet.name}")
    return rivals[0]


def _turned(found: Table) -> Table:
    """The same table with rows and columns changed back."""
    def back(at: At) -> At:
        return at[1], at[0]

    values = [Value(back(one.at), one.text, one.region, one.year, one.kind, tuple(map(back, one.labels)))
              for one in found.values]  # fmt: skip
    return Table(values, [back(at) for at in found.running], [back(at) for at in found.unknown])


class _Sheet:
    """The rows of a sheet whose regions stand in one column."""

    def __init__(self, rows: tuple[tuple[str, ...], ...], regions: int, words: Vocabulary) -> None:
        self.rows, self.regions, self.words = rows, regions, words
        self.top = next(at for at, cells in enumerate(rows) if words.region(cells[regions]) is not None)
        self.numeric = [at for at in range(self.top, len(rows)) if any(self._numbers(at))]

    def _numbers(self, row: int) -> Iterator[int]:
        """Columns of the row in which a number stands."""
        for column, text in enumerate(self.rows[row]):
            printed = number(text) if column != self.regions and text.strip() else None
            if printed and printed.value:
                yield column

    def table(self) -> Table:
        years, kinds = self._axis(year), self._axis(self.words.kind)
        if years is None:
            raise LayoutError("no_year", f"{len(self.numeric)} rows of numbers")
        if kinds and kinds.column is None:
            kinds = self._spread(kinds, years)
        self._check_order(years, kinds)
        aside = {self.regions} | {one.column for one in (years, kinds) if one and one.column is not None}
        found = Table()
        columns = self._value_columns(years, kinds, aside, found)
        self._collect(found, columns, years, kinds)
        return found

    def _check_order(self, years: _Axis, kinds: _Axis | None) -> None:
        """Refuses a header whose years neither rise nor fall under one kind: labels may have changed places."""
        spans: dict[str, list[str]] = {}
        for column, (_, said) in sorted(years.labels.items()) if years.column is None else ():
            kind = kinds.at(0, column) if kinds and kinds.column is None else None
            if said:
                spans.setdefault(kind[1] if kind else "", []).append(said)
        for span in spans.values():
            if span not in (sorted(span), sorted(span, reverse=True)):
                raise LayoutError("misaligned", f"years in the order {', '.join(span)}")

    def _collect(self, found: Table, columns: list[int], years: _Axis | None, kinds: _Axis | None) -> None:
        """Adds the values of every row; a region that is printed once counts down to the next one."""
        is_long = any(one and one.column is not None for one in (years, kinds))
        named = sum(bool(self.rows[row][self.regions].strip()) for row in self.numeric)
        is_merged = is_long and named < HALF * len(self.numeric)
        region: tuple[At, str] | None = None
        for row in range(self.top, len(self.rows)):
            text = self.rows[row][self.regions]
            if text.strip() or not is_merged:
                region = ((row, self.regions), text) if text.strip() else None
            cells = [column for column in columns if self.rows[row][column].strip()]
            if cells and region is None and not is_long:
                raise LayoutError("misaligned", f"{self.rows[row][cells[0]]!r} without a region")
            if cells or (self.words.region(text) is not None) or self._has_label(row, years, kinds):
                found.values += [self._value(row, column, region, years, kinds) for column in columns]

    def _has_label(self, row: int, *axes: _Axis | None) -> bool:
        """Whether the row has a label beside that of its region."""
        return any(one.column is not None and one.labels.get(row, ((0, 0), ""))[1] for one in axes if one)

    def _axis(self, means: Means) -> _Axis | None:
        """The header row or the column in which most labels have a meaning; None where there is none."""
        filled = {column for row in self.numeric for column in self._numbers(row)}
        best, chosen = 0.0, None
        for row in range(self.top):
            named = sum(means(self.rows[row][column]) is not None for column in filled)
            if filled and named / len(filled) > best:
                best, chosen = named / len(filled), self._header(row, means)
        for column in range(len(self.rows[0])):
            named = sum(means(self.rows[row][column]) is not None for row in self.numeric)
            if column != self.regions and named / max(len(self.numeric), 1) > max(best, HALF):
                best, chosen = named / len(self.numeric), self._column(column, means)
        return chosen

    def _header(self, row: int, means: Means) -> _Axis:
        cells = enumerate(self.rows[row])
        return _Axis({at: ((row, at), means(text) or "") for at, text in cells if text.strip() and at != self.regions})

    def _column(self, column: int, means: Means) -> _Axis:
        cells = ((row, self.rows[row][column]) for row in range(self.top, len(self.rows)))
        return _Axis({row: ((row, column), means(text) or "") for row, text in cells if text.strip()}, column)

    def _spread(self, kinds: _Axis, years: _Axis | None) -> _Axis:
        """A header that is printed once over several years counts for all of them, for each year once."""
        labels = dict(kinds.labels)
        if years and years.column is None:
            told: set[tuple[At, str]] = set()
            for column, (_, meaning) in sorted(years.labels.items()):
                before = [at for at in kinds.labels if at <= column]
                if not meaning or not before:
                    continue
                spread = kinds.labels[max(before)]
                if column in labels or (spread[0], meaning) not in told:
                    labels[column] = spread
                told.add((spread[0], meaning))
        return _Axis(labels)

    def _value_columns(self, years: _Axis | None, kinds: _Axis | None, aside: Iterable[int], found: Table) -> list[int]:
        """Columns of values; running numbers and columns that no one has declared are set apart."""
        columns = []
        for column in sorted(set(range(len(self.rows[0]))) - set(aside)):
            header = " ".join(self.rows[row][column] for row in range(self.top)).strip()
            below = [(row, column) for row in range(self.top, len(self.rows)) if self.rows[row][column].strip()]
            if self._is_value(column, header, years, kinds):
                columns.append(column)
            elif below and self.words.running(header) and self._runs(below):
                found.running += [*below, *((row, column) for row in range(self.top) if self.rows[row][column].strip())]
            elif below and not header and any(number(self.rows[row][column]) for row, _ in below):
                raise LayoutError("misaligned", f"{self.rows[below[0][0]][column]!r} without a header")
            else:
                found.unknown += below
        return columns

    def _is_value(self, column: int, header: str, years: _Axis | None, kinds: _Axis | None) -> bool:
        headers = [one for one in (years, kinds) if one and one.column is None]
        if not headers:
            return self.words.value_header(header)
        return all((one.at(0, column) or ((0, 0), ""))[1] for one in headers)

    def _runs(self, below: list[At]) -> bool:
        """Whether the cells are whole numbers that only rise; a filtered export has gaps."""
        texts = [self.rows[row][column].strip() for row, column in below]
        return all(text.isdecimal() for text in texts) and all(int(one) < int(then) for one, then in pairwise(texts))

    def _value(
        self, row: int, column: int, region: tuple[At, str] | None, years: _Axis | None, kinds: _Axis | None
    ) -> Value:
        time = years.at(row, column) if years else None
        kind = kinds.at(row, column) if kinds else None
        told = [one for one in (region, time, kind) if one]
        return Value((row, column), self.rows[row][column], region[1] if region else "", time[1] if time else "",
                     kind[1] if kind else "", tuple(at for at, _ in told))  # fmt: skip
