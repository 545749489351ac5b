"""eurostat: Eurostat's tab-separated tables: a compound key, one column a year, values with flags."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from pipelines.catalog import Declared, Words
from pipelines.grid import Sheet
from pipelines.sources.labels import number

HEADER = re.compile(r"([a-z_]+(?:,[a-z_]+)*)\\([a-z_]+)", re.IGNORECASE)
VALUE = re.compile(r"(:|-?[0-9]+(?:\.[0-9]+)?)\s*([a-z]*)")
MISSING = ":"
At = tuple[int, int]


class Flag(Declared):
    """A flag beside a value: what it says of its status, of comparability, and of reliability."""

    status: Literal["final", "preliminary", "revised", "estimated"]
    is_break: bool = False
    is_unreliable: bool = False
    meaning: Words


@dataclass(frozen=True)
class EurostatValue:
    """One value: its key by dimension, its year, the digits (empty: not available), and its flags."""

    key: Mapping[str, str]
    year: str
    value: str
    flags: str

    def status(self, declared: Mapping[str, Flag]) -> str:
        """The observation status: the first flag that is not "final" says it."""
        return next((declared[one].status for one in self.flags if declared[one].status != "final"), "final")

    @property
    def missing_reason(self) -> str:
        """Why there is no value; empty where there is one."""
        return "" if self.value else "not_reported"


@dataclass
class EurostatTable:
    """A whole table: its values, and the cells that could not be read with what they hold."""

    dimensions: tuple[str, ...]
    values: list[EurostatValue] = field(default_factory=list)
    faults: list[tuple[At, str]] = field(default_factory=list)
    repeated: list[tuple[At, str]] = field(default_factory=list)

    def summary(self) -> str:
        """What the table held: rows, regions, years, values, missing, and flags."""
        flags = Counter(one for value in self.values for one in value.flags)
        rows = {tuple(one.key.values()) for one in self.values}
        regions = {one.key.get("geo", "") for one in self.values}
        years = sorted({one.year for one in self.values})
        span = f"{years[0]}-{years[-1]}" if years else "-"
        given = sum(bool(one.value) for one in self.values)
        marks = ", ".join(f"{flag} {count}" for flag, count in sorted(flags.items()))
        return (f"{len(rows)} rows, {len(regions)} regions, years {span}, {given} values, "
                f"{len(self.values) - given} not available; flags: {marks or '-'}")  # fmt: skip


def is_eurostat(sheet: Sheet) -> bool:
    """Whether the first cell is a compound key, e.g. "age,sex,geo\\time"."""
    return bool(sheet.rows) and sheet.width > 1 and HEADER.fullmatch(sheet.rows[0][0].strip()) is not None


def parsed(sheet: Sheet, flags: Mapping[str, Flag]) -> EurostatTable:
    """All values of the table; a cell, key or year that is not as declared is a fault, and its cells are not read.

    Args:
        sheet: a sheet that `is_eurostat`.
        flags: every flag that may stand beside a value.
    """
    match = HEADER.fullmatch(sheet.rows[0][0].strip())
    table = EurostatTable(tuple(match[1].split(",")) if match else ())
    years = dict(_years(sheet, table))
    seen: set[tuple[str, ...]] = set()
    for row, cells in enumerate(sheet.rows[1:], start=1):
        key = tuple(part.strip() for part in cells[0].split(","))
        if len(key) != len(table.dimensions):
            table.faults += [((row, at), text) for at, text in enumerate(cells) if text.strip()]
            continue
        if key in seen:
            table.repeated.append(((row, 0), cells[0].strip()))
        seen.add(key)
        named = dict(zip(table.dimensions, key, strict=True))
        for column, text in enumerate(cells[1:], start=1):
            if text.strip():
                _read((row, column), text, named, years, flags, table)
    return table


def _years(sheet: Sheet, table: EurostatTable) -> Iterator[tuple[int, str]]:
    """Columns with their year; another header, or a year that comes twice, is a fault."""
    seen: set[str] = set()
    for column, text in enumerate(sheet.rows[0][1:], start=1):
        said = text.strip()
        if re.fullmatch(r"(19|20)[0-9]{2}", said) and said not in seen:
            seen.add(said)
            yield column, said
        elif said:
            table.faults.append(((0, column), text))


def _read(at: At, text: str, key: Mapping[str, str], years: Mapping[int, str], flags: Mapping[str, Flag],
          table: EurostatTable) -> None:  # fmt: skip
    match = VALUE.fullmatch(text.strip())
    known = match is not None and set(match[2]) <= set(flags)
    if match is None or not known or at[1] not in years or (match[1] != MISSING and number(match[1]) is None):
        table.faults.append((at, text))
        return
    table.values.append(EurostatValue(key, years[at[1]], "" if match[1] == MISSING else match[1], match[2]))
