"""yearbook: yearbook tables by region, however many pages they take → figures; one reader, a declaration a yearbook."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from pipelines.catalog import Catalog
from pipelines.grid import Book
from pipelines.sources.declarations import declaration
from pipelines.sources.labels import HAN, Regions, tidied
from pipelines.sources.ledger import Advice, Ledger, Mark, Spot
from pipelines.sources.wild import Found, Origin, Reading, Refused, Sidecar
from pipelines.sources.yearbook_checks import check
from pipelines.sources.yearbook_columns import columns
from pipelines.sources.yearbook_declared import Title, YearbookDeclaration, YearbookTable
from pipelines.sources.yearbook_layout import REGION_WORD, Page, chinese, is_about_page
from pipelines.sources.yearbook_rows import figures, rows
from pipelines.sources.yearbook_tables import NAMED_YEAR, Printed, RefusalError, tables


class Yearbook:
    """Reader of one yearbook's tables by region.

    Args:
        producer: the stem of its declaration.
        declared: what that says.
    """

    def __init__(self, producer: str, declared: YearbookDeclaration) -> None:
        self.producer, self.declaration = producer, declared

    @classmethod
    def declared(cls, folder: Path, producer: str) -> Yearbook:
        """The reader as `<producer>.yaml` in the folder declares it.

        Raises:
            DeclarationError: the declaration cannot be used.
        """
        return cls(producer, declaration(folder / f"{producer}.yaml", YearbookDeclaration))

    def recognises(self, book: Book) -> bool:
        """Whether a cell says what only this yearbook's tables say."""
        patterns = [re.compile(one) for one in self.declaration.recognised_by]
        texts = {text for sheet in book.sheets for _, _, text in sheet.filled() if HAN.search(text)}
        return any(pattern.search(chinese(text)) for text in texts for pattern in patterns)

    def read(self, book: Book, catalog: Catalog, sidecar: Sidecar | None) -> Sequence[Reading]:
        """The tables of the book, one reading a title."""
        regions = Regions(catalog)
        return [self._reading(book, one, catalog, regions, sidecar) for one in tables(book, regions)]

    def _reading(
        self, book: Book, printed: Printed, catalog: Catalog, regions: Regions, sidecar: Sidecar | None
    ) -> Reading:
        """One table as figures, or refused with its reason; every cell counted."""
        ledger = Ledger(book, self.producer, "")
        try:
            self._fill(ledger, printed, catalog, regions, sidecar)
        except RefusalError as fault:
            refused = Ledger(book, self.producer, ledger.table_id, findings=ledger.findings)
            self._ignore(refused, printed, everything=fault.is_declared)
            return refused.reading(printed.sheets, fault.refused)
        self._ignore(ledger, printed, everything=False)
        return ledger.reading(printed.sheets)

    def _fill(
        self, ledger: Ledger, printed: Printed, catalog: Catalog, regions: Regions, sidecar: Sidecar | None
    ) -> None:
        """Reads the pages into the ledger.

        Raises:
            RefusalError: the table is not wanted, or cannot be read without guessing.
        """
        title, year = printed.titled(sidecar), printed.year(sidecar)
        _check_years(ledger, printed, year)
        declared, named = self._declared(title, year, printed)
        ledger.table_id = named.table_id
        wanted = columns(ledger, printed, declared, catalog)
        like = self._like(ledger, printed, named, title, str(year), sidecar)
        spots: dict[Found, Spot] = {}
        for page in printed.pages:
            found = rows(ledger, page, regions)
            for column in (one for one in wanted if one.page is page):
                spots |= figures(ledger, column, found, like)
            _settle_labels(ledger, page)
        if not any(one.value for one in ledger.figures):
            raise RefusalError(Refused("no_figures", title, ">= 1", "请核对原表", "Look at the original"))
        check(ledger, spots, declared, self.declaration.doubts, catalog)

    def _declared(self, title: str, year: str | None, printed: Printed) -> tuple[YearbookTable, Title]:
        """What is declared of the title.

        Raises:
            RefusalError: there is none, or the table is not wanted, unknown, without a year, or put together.
        """
        for one in self.declaration.not_wanted:
            if title and re.search(one.header, title):
                raise RefusalError(Refused("not_wanted", title, "-", one.why.zh, one.why.en), is_declared=True)
        if not title:
            raise RefusalError(Refused("no_title", "-", "a title with the year and the population",
                                       "表内没有标题，年份和统计范围不明：请用有标题的原表，或在旁注文件中写明",
                                       "No title says year and population: use the original or a sidecar"))  # fmt: skip
        found = self.declaration.table(title)
        file = f"data/imports/{self.producer}.yaml"
        if found is None:
            known = " | ".join(one.pattern for table in self.declaration.tables for one in table.titles)
            raise RefusalError(Refused("unknown_table", title, known, f"如需此表，请在 {file} 中声明",
                                       f"Declare the table in {file} if it is wanted"))  # fmt: skip
        if year is None:
            raise RefusalError(Refused("no_year", title, "2023年", "标题须有且只有一个年份，或在旁注文件中写明",
                                       "The title must state one year, or a sidecar must"))  # fmt: skip
        if not printed.pages:
            raise RefusalError(Refused("no_region", title, "a column of regions", "表内没有地区栏，请用原表",
                                       "There is no region column: use the original"))  # fmt: skip
        self._refuse_reworked(printed)
        return found

    def _refuse_reworked(self, printed: Printed) -> None:
        """Refuses a copy that somebody has put together: its columns are not those of the printed page.

        Raises:
            RefusalError: a header says so.
        """
        pattern = self.declaration.reworked
        texts = [text for page in printed.pages for _, text in page.above()] if pattern else []
        found = sorted({text for text in texts if re.fullmatch(str(pattern), text)})
        if found:
            raise RefusalError(Refused("reworked_copy", "、".join(found[:3]), "the printed page",
                                       "此件由他人从几张表拼成并加了代码，请用原表",
                                       "Put together from several tables by somebody: use the original"))  # fmt: skip

    def _like(
        self, ledger: Ledger, printed: Printed, named: Title, title: str, year: str, sidecar: Sidecar | None
    ) -> Found:
        """What all figures of the table say."""
        aside = ("标题由旁注给出", "The title is given by a sidecar") if sidecar and not printed.title else ("", "")
        book = ledger.book
        return Found(
            unit_code="", period=year, measure_id="", value="", unit="", origin=Origin(book.name, book.sha256, "", ""),
            table_id=named.table_id, title=title, publisher=self.declaration.publisher,
            published=self._edition(printed, int(year)), scope_id=named.scope_id,
            note_zh=aside[0], note_en=aside[1],
        )  # fmt: skip

    def _edition(self, printed: Printed, year: int) -> str:
        """The year of the edition: as printed, where one cell or several agree; else as the yearbook's habit has it."""
        pattern = self.declaration.edition
        texts = (tidied(text) for sheet in printed.sheets for _, _, text in sheet.filled()) if pattern else ()
        found = {match.group(1) for text in texts if (match := re.search(str(pattern), text))}
        if len(found) == 1:
            return found.pop()
        return "" if self.declaration.edition_lag is None else str(year + self.declaration.edition_lag)

    def _ignore(self, ledger: Ledger, printed: Printed, *, everything: bool) -> None:
        """Marks notes and running heads, or the whole of a table that is left out."""
        notes = [re.compile(one) for one in self.declaration.notes]
        for sheet in printed.sheets:
            ledger.mark(Mark.IGNORED, (Spot(sheet.name, row, column) for row, column, text in sheet.filled()
                                       if everything or any(note.search(tidied(text)) for note in notes)))  # fmt: skip


def _check_years(ledger: Ledger, printed: Printed, year: str | None) -> None:
    """Reports another year in the file's name, or in the English title, than the title states."""
    named = set(NAMED_YEAR.findall(ledger.book.name))
    if year is not None and named and year not in named:
        ledger.report("year_against_file_name", "soft", printed.at, f"{ledger.book.name}: {printed.title}", Advice(
            year, "以表题年份为准，请改文件名", "The title stands: rename the file"))  # fmt: skip
    for spot, text in printed.english_titles():
        if year is not None and year not in NAMED_YEAR.findall(text):
            ledger.report("year_against_english_title", "info", spot, text.strip(), Advice(
                year, "以中文表题年份为准", "The Chinese title stands"))  # fmt: skip


def _settle_labels(ledger: Ledger, page: Page) -> None:
    """Titles, units and the word for region are accepted; what repeats the headers in English is ignored."""
    for (row, column), text in page.above():
        spot = Spot(page.sheet.name, row, column)
        if is_about_page(text) or REGION_WORD.fullmatch(text):
            ledger.mark(Mark.ACCEPTED, [spot])
        elif not HAN.search(text):
            ledger.mark(Mark.IGNORED, [spot])
