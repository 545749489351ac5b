"""nbs_export: exports of the national data site (old and new layout) → figures of provinces by year."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from pipelines.catalog import Catalog, Declared
from pipelines.grid import Book, place
from pipelines.sources.declarations import Producer, declaration
from pipelines.sources.labels import Printed, Regions, tidied
from pipelines.sources.nbs_checks import RefusalError, check_preamble, indicator, years
from pipelines.sources.nbs_layout import Cell, blocks, is_export, named
from pipelines.sources.nbs_table import (
    Table,
    check_columns,
    check_provinces,
    edition,
    numbers,
    rows_by_region,
    settle_labels,
    usable_columns,
)
from pipelines.sources.wild import Found, Origin, Reading, Sidecar

MOST_FAULTS = 4
ONE_REGION = "nbs_one_region"


class NbsIndicator(Declared):
    """An indicator that is wanted.

    Args:
        table_id: the table's id in our files.
        name: regular expression on the printed name without its unit.
        measure_id: the measure that it is.
        unit: the unit that the site prints.
        scopes: years in which another scope holds.
    """

    table_id: str
    name: str
    measure_id: str
    unit: str
    scopes: Mapping[str, str] = Field(default_factory=dict)


class NbsDeclaration(Producer):
    """nbs_export.yaml: the publisher, the grade of the copies, and the indicators that are wanted."""

    indicators: tuple[NbsIndicator, ...]


@dataclass(frozen=True)
class _Series:
    """An indicator as one table prints it."""

    wanted: NbsIndicator
    printed: str
    unit: str
    is_whole: bool
    is_stated_aside: bool = False


class NbsExport:
    """Reader of the national data site's yearly provincial exports."""

    producer = "nbs_export"

    def __init__(self, declared: NbsDeclaration) -> None:
        self.declaration = declared

    @classmethod
    def declared(cls, folder: Path) -> NbsExport:
        """The reader as `nbs_export.yaml` in the folder declares it.

        Raises:
            DeclarationError: the declaration cannot be used.
        """
        return cls(declaration(folder / f"{cls.producer}.yaml", NbsDeclaration))

    def recognises(self, book: Book) -> bool:
        """Whether the file is text and begins as the site's exports do."""
        return is_export(book)

    def read(self, book: Book, catalog: Catalog, sidecar: Sidecar | None) -> Sequence[Reading]:
        """The tables of the export, one reading a table."""
        regions = Regions(catalog)
        found = blocks(book.sheets[0], regions)
        return [self._reading(Table(book, block), catalog, regions, sidecar) for block in found]

    def _reading(self, table: Table, catalog: Catalog, regions: Regions, sidecar: Sidecar | None) -> Reading:
        """One table as figures, or refused with every cell."""
        reading = Reading(self.producer, "")
        cells = set(table.block.cells(table.sheet))
        try:
            reading.table_id = self._fill(table, catalog, regions, sidecar)
            reading.figures = table.figures
        except RefusalError as fault:
            reading.refused = fault.refused
            table.accepted, table.ignored = set(), set()
        reading.findings = table.findings
        reading.cells_read, reading.cells_accepted = len(cells), len(table.accepted)
        reading.cells_ignored = len(table.ignored)
        reading.cells_refused = len(cells - table.accepted - table.ignored)
        return reading

    def _fill(self, table: Table, catalog: Catalog, regions: Regions, sidecar: Sidecar | None) -> str:
        """Reads the rows into the table.

        Returns:
            The table's id.

        Raises:
            RefusalError: the table cannot be read without guessing.
        """
        check_preamble(table.block, self.declaration.publisher)
        table.years = years(table.block, table.sheet.width)
        check_columns(table)
        if table.block.header[0][1] == "指标":
            table_id = ONE_REGION
            self._read_one_region(table, catalog, regions)
        else:
            printed, is_stated_aside = indicator(table.block, sidecar)
            series = self._series(printed, catalog, is_stated_aside=is_stated_aside)
            table_id = series.wanted.table_id
            self._read_one_indicator(table, series, catalog, regions)
        faults = sum(one.severity == "hard" for one in table.findings)
        if MOST_FAULTS * faults > len(table.figures):
            found = f"{faults} faults, {len(table.figures)} figures: {table.findings[0].found}"
            raise RefusalError("too_many_faults", found, f"1 in {MOST_FAULTS} at most",
                               "请核对文件和指标名", "Check the file and its indicator")  # fmt: skip
        if not any(one.value for one in table.figures):
            raise RefusalError("no_figures", "0", ">= 1", "请重新导出有数据的年份", "Export years that have figures")
        settle_labels(table)
        return table_id

    def _read_one_indicator(self, table: Table, series: _Series, catalog: Catalog, regions: Regions) -> None:
        """Rows are regions."""
        rows = rows_by_region(table, regions)
        columns = usable_columns(table, rows)
        for row, code in rows.items():
            for column, printed in numbers(table, row, columns, code, is_whole=series.is_whole):
                table.figures.append(self._figure(table, series, code, (row, column), printed))
        check_provinces(table, set(rows.values()), catalog)

    def _read_one_region(self, table: Table, catalog: Catalog, regions: Regions) -> None:
        """Rows are indicators; the preamble names the region."""
        said = table.block.words("region")
        code = regions.code(said[0]) if len(said) == 1 else None
        if code is None:
            raise RefusalError("no_region", " ".join(said) or "-", "地区：北京市", "请写明一个地区", "Name one region")
        for row in table.block.rows:
            label = tidied(table.sheet.rows[row][0])
            try:
                series = self._series(label, catalog)
            except RefusalError as fault:
                why = fault.refused
                table.odd((why.code, "info"), (row, 0), why.found, why.wanted, why.next_zh, why.next_en)
                continue
            table.accepted.add((row, 0))
            given = {column: year for column, year in table.years.items() if table.sheet.rows[row][column].strip()}
            for column, printed in numbers(table, row, given, f"{code} {label}", is_whole=series.is_whole):
                table.figures.append(self._figure(table, series, code, (row, column), printed))

    def _series(self, printed: str, catalog: Catalog, *, is_stated_aside: bool = False) -> _Series:
        """The wanted indicator that a printed name is.

        Raises:
            RefusalError: it is not wanted, has no unit, or a unit that its measure does not know.
        """
        name, unit = named(printed) or (printed, "")
        known = [one for one in self.declaration.indicators if re.fullmatch(one.name, name)]
        if len(known) != 1:
            wanted = " | ".join(f"{one.name}({one.unit})" for one in self.declaration.indicators)
            raise RefusalError("unknown_indicator", printed, wanted,
                               "如需此指标，请在 data/imports/nbs_export.yaml 中声明",
                               "Declare the indicator in data/imports/nbs_export.yaml if it is wanted")  # fmt: skip
        measure = catalog.measures.get(known[0].measure_id)
        units = catalog.units_of_measure[measure.unit].printed if measure else {}
        if measure is None or unit not in units:
            wanted, declare = " | ".join(units) or known[0].measure_id, "请核对单位，或在 units_of_measure.yaml 中登记"
            raise RefusalError("unknown_unit", f"{printed}: {unit or '-'}", wanted, declare, "Declare the unit")
        is_whole = catalog.units_of_measure[measure.unit].is_count and units[unit] == 1
        return _Series(known[0], printed, unit, is_whole, is_stated_aside)

    def _figure(self, table: Table, series: _Series, code: str, cell: Cell, printed: Printed) -> Found:
        """One cell as a figure."""
        year = table.years[cell[1]]
        aside = ("指标名由旁注给出", "The indicator is named by a sidecar") if series.is_stated_aside else ("", "")
        return Found(
            unit_code=code, period=year, measure_id=series.wanted.measure_id, value=printed.value, unit=series.unit,
            origin=Origin(table.book.name, table.book.sha256, table.sheet.name, place(*cell)),
            table_id=series.wanted.table_id, title=f"分省年度数据：{series.printed}",
            publisher=self.declaration.publisher, published=edition(table),
            scope_id=series.wanted.scopes.get(year, "_T"), qualifier=printed.qualifier,
            missing_reason=printed.missing_reason, note_zh=aside[0], note_en=aside[1],
        )  # fmt: skip
