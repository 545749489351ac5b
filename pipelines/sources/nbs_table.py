"""nbs_table: one table of an export while it is read: which cells became what, and what was odd."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pipelines.catalog import Catalog
from pipelines.grid import Book, Sheet, place
from pipelines.sources.labels import Printed, Regions, number, tidied
from pipelines.sources.nbs_checks import SLIPPED, RefusalError
from pipelines.sources.nbs_layout import Block, Cell
from pipelines.sources.wild import Finding, Found, Severity

LONGEST = 15
FEW = 10


@dataclass
class Table:
    """One table while it is read: which cells became what, and what was odd."""

    book: Book
    block: Block
    years: dict[int, str] = field(default_factory=dict)
    accepted: set[Cell] = field(default_factory=set)
    ignored: set[Cell] = field(default_factory=set)
    figures: list[Found] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def sheet(self) -> Sheet:
        """The only sheet of a text file."""
        return self.book.sheets[0]

    def filled(self, row: int) -> set[Cell]:
        """The cells of a row that hold text."""
        return {(row, column) for column, text in enumerate(self.sheet.rows[row]) if text.strip()}

    def odd(self, finding: tuple[str, Severity], cell: Cell | None, found: str, wanted: str, *next_step: str) -> None:
        """Keeps a finding; its next step in Chinese and English."""
        where = place(*cell) if cell else ""
        next_zh, next_en = next_step
        self.findings.append(
            Finding(*finding, self.book.name, self.sheet.name, where, found[:200], wanted, next_zh, next_en)
        )


def check_columns(table: Table) -> None:
    """A filled cell under no heading means that a row or the header slipped.

    Raises:
        RefusalError: names the first such cell.
    """
    known = {0, *table.years}
    for row in table.block.rows:
        for cell in sorted(table.filled(row)):
            if cell[1] not in known:
                raise RefusalError("no_heading", place(*cell), "a year above every figure", *SLIPPED)


def rows_by_region(table: Table, regions: Regions) -> dict[int, str]:
    """Row → unit code; aggregates are ignored, unknown and repeated regions are findings."""
    found: dict[int, str] = {}
    for row in table.block.rows:
        label = table.sheet.rows[row][0]
        code = regions.code(label)
        if code is None and regions.aggregate(label) is not None:
            table.ignored |= table.filled(row)
        elif code is None:
            table.odd(("unknown_region", "hard"), (row, 0), tidied(label) or "-", "a name of reporting_units.csv",
                      "请核对地区名", "Check the region's name")  # fmt: skip
        else:
            found[row] = code
    for code in sorted({code for code in found.values() if list(found.values()).count(code) > 1}):
        rows = [row for row in found if found[row] == code]
        table.odd(("doubled_region", "hard"), (rows[1], 0), f"{code}: {len(rows)} rows", "each region once",
                  "各行均未采用，请删去重复行", "None of the rows is used: take out the repetition")  # fmt: skip
        found = {row: other for row, other in found.items() if other != code}
    table.accepted |= {(row, 0) for row in found}
    return found


def usable_columns(table: Table, rows: dict[int, str]) -> dict[int, str]:
    """Column → year, without years that nobody has; a year that only a minority has is dropped with its findings."""
    found = {}
    for column, year in table.years.items():
        filled = [row for row in rows if table.sheet.rows[row][column].strip()]
        is_sparse = len(rows) >= FEW and 2 * len(filled) < len(rows)
        if filled and not is_sparse:
            found[column] = year
        for row in filled if is_sparse else ():
            table.odd(("sparse_year", "hard"), (row, column), f"{rows[row]} {year}: {len(filled)}/{len(rows)}",
                      "figures of most regions", "多数地区此年无数，疑为错位，未采用",
                      "Most regions have none: the row may have slipped; not used")  # fmt: skip
    return found


def numbers(
    table: Table, row: int, columns: dict[int, str], whose: str, *, is_whole: bool
) -> Iterator[tuple[int, Printed]]:
    """Column and number of every cell of a row that can be believed.

    Args:
        table: keeps what becomes of the cells.
        row: of the sheet.
        columns: year of every column to read.
        whose: what the row speaks of, for findings.
        is_whole: whether the unit is counted one by one and printed in full.
    """
    for column, year in columns.items():
        text = table.sheet.rows[row][column]
        printed = number(text)
        fault = "not_a_number" if printed is None else _fault(printed, is_whole=is_whole)
        if printed is None or fault:
            table.odd((fault, "hard"), (row, column), f"{whose} {year}: {tidied(text)}", "a plain number",
                      "请核对原表该格；此格未采用", "Check the cell; it is not used")  # fmt: skip
            continue
        if text.strip():
            table.accepted.add((row, column))
        yield column, printed


def _fault(printed: Printed, *, is_whole: bool) -> str:
    """Why a number cannot be a figure; empty when it can."""
    if printed.value.startswith("-"):
        return "negative"
    if len(printed.value.replace(".", "")) > LONGEST:
        return "overflow"
    if is_whole and printed.value.partition(".")[2].strip("0"):
        return "fraction_of_a_count"
    return ""


def edition(table: Table) -> str:
    """The edition: the latest year in which the table holds anything."""
    given = [year for column, year in table.years.items()
             for row in table.block.rows if table.sheet.rows[row][column].strip()]  # fmt: skip
    return max(given, default="")


def check_provinces(table: Table, codes: set[str], catalog: Catalog) -> None:
    """Names the provinces that the table lacks."""
    provinces = [one for one in catalog.reporting_units.values() if one.kind == "province"]
    absent = [one.short.zh for one in provinces if one.code not in codes]
    if absent:
        table.odd(("missing_regions", "soft"), None, "、".join(absent), f"{len(provinces)} provinces",
                  "请确认导出时是否只选了部分地区", "See whether only some regions were exported")  # fmt: skip


def settle_labels(table: Table) -> None:
    """Labels that the figures rest on are accepted; notes are ignored by declaration."""
    said = table.block.said
    labels = [place for label, places in said.items() if label != "note" for place, _ in places]
    labels += [*table.block.labels, *(place for place, _ in table.block.header)]
    notes = [*table.block.notes, *(place for place, _ in said.get("note", []))]
    table.accepted |= {cell for cell in labels if cell[0] >= 0}
    table.ignored |= set(notes)
