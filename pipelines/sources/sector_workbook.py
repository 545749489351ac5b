"""sector_workbook: workbooks of employment and wages by industry, as long sheets and as pivots → figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from re import Pattern

from pipelines.catalog import Catalog, Declared
from pipelines.grid import Book, Sheet
from pipelines.sources import panel
from pipelines.sources.candidates import Candidate, kept_once, report_gaps, report_jumps, without_empty_years
from pipelines.sources.crosstab import LayoutError
from pipelines.sources.declarations import Producer, declaration
from pipelines.sources.labels import tidied
from pipelines.sources.ledger import Ledger, Mark
from pipelines.sources.second_source import Anchor, Claim, settled_unit
from pipelines.sources.wild import Finding, Found, Reading, Refused, Sidecar

WORKBOOKS = ("xls", "xlsx", "xlsb", "ods")
FEWEST_INDUSTRIES = 5
TWO_NAMES = ("one name an industry", "按声明的同义名称归并，请确认", "Taken as one, as declared; please confirm")
SHEET_REFUSED = Refused("unknown_sheet", "", "a sheet name that data/imports/sector_workbook.yaml declares",
                        "如需此表，请在 data/imports/sector_workbook.yaml 中声明",
                        "Declare the sheet in data/imports/sector_workbook.yaml if it is wanted")  # fmt: skip


class SectorTable(Declared):
    """A table of the workbook, which may stand on several sheets.

    Args:
        table_id: the table's id in our files.
        sheet: what its sheets are called.
        measure_id: what it counts.
        unit: the unit of the cells; the workbook states none.
        title: the title of the publication.
        anchors: figures of a second source that prove the unit.
    """

    table_id: str
    sheet: Pattern[str]
    measure_id: str
    unit: str
    title: str
    anchors: tuple[Anchor, ...]


class SectorDeclaration(Producer):
    """sector_workbook.yaml: the tables, and every way to write an industry."""

    patterns: panel.Patterns
    tables: tuple[SectorTable, ...]
    industries: Mapping[str, Pattern[str]]


@dataclass(frozen=True)
class _Source:
    """What a table is read from and with."""

    book: Book
    catalog: Catalog
    meanings: panel.Meanings


class SectorWorkbook:
    """Reader of employment and wages by industry: a long sheet and a pivot of the same figures are compared."""

    producer = "sector_workbook"

    def __init__(self, declared: SectorDeclaration) -> None:
        self.declaration = declared
        self._industry = cache(self._looked_up)

    @classmethod
    def declared(cls, folder: Path) -> SectorWorkbook:
        """The reader as `sector_workbook.yaml` in the folder declares it.

        Raises:
            DeclarationError: the declaration cannot be used.
        """
        return cls(declaration(folder / f"{cls.producer}.yaml", SectorDeclaration))

    def recognises(self, book: Book) -> bool:
        """Whether a sheet of the workbook names industries beside a heading "地区"."""
        return book.format in WORKBOOKS and any(self._names_industries(sheet) for sheet in book.sheets)

    def read(self, book: Book, catalog: Catalog, sidecar: Sidecar | None) -> Sequence[Reading]:  # noqa: ARG002 - the workbook says all
        """One reading a declared table, and one for the sheets that nobody has declared.

        Raises:
            DeclarationError: a measure or unit of the declaration is not in the catalogue.
        """
        panel.check_measures(catalog, self.producer, {
            one.measure_id: (one.unit, *(anchor.unit for anchor in one.anchors))
            for one in self.declaration.tables})  # fmt: skip
        source = _Source(book, catalog, panel.Meanings(self.declaration.patterns, catalog, self._industry))
        readings = []
        left = list(book.sheets)
        for table in self.declaration.tables:
            sheets = [one for one in book.sheets if panel.fits(table.sheet)(one.name)]
            left = [one for one in left if one not in sheets]
            if sheets:
                readings.append(self._reading(table, sheets, source))
        if readings:
            readings[0].findings += self._two_names(book)
        if any(True for sheet in left for _ in sheet.filled()):
            named = Refused(SHEET_REFUSED.code, ", ".join(one.name for one in left), SHEET_REFUSED.wanted,
                            SHEET_REFUSED.next_zh, SHEET_REFUSED.next_en)  # fmt: skip
            readings.append(Ledger(book, self.producer, "unknown_sheet").refused(left, named))
        return readings

    def _reading(self, table: SectorTable, sheets: Sequence[Sheet], source: _Source) -> Reading:
        """One table from all of its sheets."""
        ledger = Ledger(source.book, self.producer, table.table_id)
        candidates: list[Candidate] = []
        refused = None
        for sheet in sheets:
            try:
                candidates += panel.read(ledger, sheet, source.meanings, lambda unit, year, industry: (
                    unit, year, table.measure_id, industry))  # fmt: skip
            except LayoutError as fault:
                refused = panel.layout_fault(fault)
                panel.report_sheet(ledger, sheet, refused)
        kept = without_empty_years(ledger, kept_once(ledger, candidates))
        claim = Claim(table.measure_id, None, table.unit, table.anchors)
        unit = settled_unit(ledger, claim, kept, source.catalog) if kept else None
        if unit is None:
            return ledger.refused(sheets, refused or panel.no_figures(ledger))
        self._accept(ledger, table, unit, kept)
        report_gaps(ledger, kept, source.catalog)
        breaks = {one.period for one in source.catalog.measures[table.measure_id].breaks}
        report_jumps(ledger, kept, lambda _, period: period in breaks)
        panel.mark_texts(ledger, sheets, self.declaration.patterns)
        return ledger.reading(sheets)

    def _accept(self, ledger: Ledger, table: SectorTable, unit: str, kept: Sequence[Candidate]) -> None:
        edition, said = max(one.period for one in kept), self.declaration
        for one in kept:
            ledger.mark(Mark.ACCEPTED, (one.spot, *one.labels))
            ledger.figures.append(Found(
                *one.fact[:3], one.printed.value, unit, ledger.origin(one.spot), table.table_id, table.title,
                said.publisher, edition, one.industry, qualifier=one.printed.qualifier,
                missing_reason=one.printed.missing_reason,
            ))  # fmt: skip

    def _two_names(self, book: Book) -> list[Finding]:
        """Industries that the workbook writes in two ways."""
        names: dict[str, set[str]] = defaultdict(set)
        for text in {text for sheet in book.sheets for _, _, text in sheet.filled()}:
            industry = self._industry(text)
            if industry:
                names[industry].add(tidied(text))
        twice = {industry: " = ".join(sorted(written)) for industry, written in names.items() if len(written) > 1}
        return [Finding("two_names", "info", book.name, "", "", f"{industry}: {written}", *TWO_NAMES)
                for industry, written in sorted(twice.items())]  # fmt: skip

    def _names_industries(self, sheet: Sheet) -> bool:
        texts = {tidied(text) for _, _, text in sheet.filled()}
        named = {self._industry(text) for text in texts} - {None, "_T"}
        return len(named) >= FEWEST_INDUSTRIES and bool(texts & {"地区", "省份", "省"})

    def _looked_up(self, text: str) -> str | None:
        plain = tidied(text)
        return next((code for code, name in self.declaration.industries.items() if name.fullmatch(plain)), None)
