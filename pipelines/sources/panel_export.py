"""panel_export: workbooks of provincial panels exported from databases → figures; without regions they are refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from re import Pattern

from pipelines.catalog import Catalog, Declared, Words
from pipelines.grid import Book, Sheet
from pipelines.sources import panel
from pipelines.sources.candidates import Candidate, kept_once, report_gaps, report_jumps, without_empty_years
from pipelines.sources.crosstab import LayoutError, year
from pipelines.sources.declarations import Producer, declaration
from pipelines.sources.labels import number, tidied
from pipelines.sources.ledger import Advice, Ledger, Mark, Spot
from pipelines.sources.second_source import Anchor, Claim, settled_unit
from pipelines.sources.wild import Found, Reading, Refused, Sidecar

WORKBOOKS = ("xls", "xlsx", "xlsb", "ods")
REGION_HEADS = ("地区", "省份", "省")
FEWEST_YEARS = 3
FEWEST_KNOWN = 3
UNKNOWN_TABLE = "unknown_panel"
REPEATED = Advice("one sheet a year, every year once", "该表按所写年份核对，不当作缺少的年份；请查原表",
                  "It is compared under the year that it states and is not taken for the missing one")  # fmt: skip
NAME_SLIP = Advice("the unit of the file's name", "文件名所写单位与数值相差10的整数次方，请更正文件名",
                   "The cells are off by a power of ten from the unit in the name; mend the name")  # fmt: skip
NO_INDICATOR = Refused("no_indicator", "years and regions only", "an indicator's name, in the file or in a sidecar",
                       "请用旁注写明指标名和单位", "Name the indicator and its unit in a sidecar")  # fmt: skip


class PanelIndicator(Declared):
    """An indicator that is wanted.

    Args:
        name: its names.
        table_id: the table that it belongs to in our files.
        measure_id: what it counts.
        unit: the unit that the cells have.
        title: the title of the publication.
        anchors: figures of a second source that prove the unit.
        known_by: figures by which a table is known that names no indicator.
    """

    name: Pattern[str]
    table_id: str
    measure_id: str
    unit: str
    title: str
    anchors: tuple[Anchor, ...]
    known_by: tuple[Anchor, ...] = ()


class PanelDeclaration(Producer):
    """panel_export.yaml: the indicators that are wanted, the labels of their tables, and the years not taken."""

    patterns: panel.Patterns
    indicators: Mapping[str, PanelIndicator]
    unsettled: Mapping[str, Mapping[str, Words]] = {}


@dataclass
class _Work:
    """One book on its way to a reading."""

    book: Book
    catalog: Catalog
    meanings: panel.Meanings
    ledger: Ledger


class PanelExport:
    """Reader of provincial panels: regions by years, one indicator or many, on one sheet or on one sheet a year."""

    producer = "panel_export"

    def __init__(self, declared: PanelDeclaration) -> None:
        self.declaration = declared
        self._indicator = cache(self._looked_up)

    @classmethod
    def declared(cls, folder: Path) -> PanelExport:
        """The reader as `panel_export.yaml` in the folder declares it.

        Raises:
            DeclarationError: the declaration cannot be used.
        """
        return cls(declaration(folder / f"{cls.producer}.yaml", PanelDeclaration))

    def recognises(self, book: Book) -> bool:
        """Whether a sheet of the workbook has a row of years alone, or years and an indicator that is declared."""
        return book.format in WORKBOOKS and any(self._is_panel(sheet) for sheet in book.sheets)

    def read(self, book: Book, catalog: Catalog, sidecar: Sidecar | None) -> Sequence[Reading]:
        """One reading of the whole book: its sheets repeat one another's facts and are compared.

        Raises:
            DeclarationError: a measure or unit of the declaration is not in the catalogue.
        """
        panel.check_measures(catalog, self.producer, {
            one.measure_id: (one.unit, *(anchor.unit for anchor in one.anchors))
            for one in self.declaration.indicators.values()})  # fmt: skip
        meanings = panel.Meanings(self.declaration.patterns, catalog, self._indicator)
        work = _Work(book, catalog, meanings, Ledger(book, self.producer, UNKNOWN_TABLE))
        stated = self._indicator(sidecar.indicator) if sidecar and sidecar.indicator else None
        refused, candidates = self._candidates(work, stated)
        self._report_sheets(work.ledger, candidates)
        kept = self._named(without_empty_years(work.ledger, kept_once(work.ledger, candidates)))
        if kept is None:
            refused, kept = NO_INDICATOR, []
        keys = list(dict.fromkeys(one.measure_id for one in kept))
        work.ledger.table_id = self.declaration.indicators[keys[0]].table_id if keys else UNKNOWN_TABLE
        for key in keys:
            self._accept(work, key, [one for one in kept if one.measure_id == key], sidecar)
        if not work.ledger.figures:
            return [work.ledger.refused(book.sheets, refused or panel.no_figures(work.ledger))]
        panel.mark_texts(work.ledger, book.sheets, self.declaration.patterns)
        return [work.ledger.reading(book.sheets)]

    def _candidates(self, work: _Work, stated: str | None) -> tuple[Refused | None, list[Candidate]]:
        """The candidates of all sheets, each under its indicator's key, and the last fault of layout."""
        refused, found = None, []
        for sheet in work.book.sheets:
            if not any(True for _ in sheet.filled()):
                continue
            try:
                found += panel.read(work.ledger, sheet, work.meanings,
                                    lambda unit, period, key: (unit, period, key, "_T"), stated or "?")  # fmt: skip
            except LayoutError as fault:
                refused = panel.layout_fault(fault)
                self._report_name(work, sheet)
                panel.report_sheet(work.ledger, sheet, refused)
        return refused, found

    def _named(self, kept: list[Candidate]) -> list[Candidate] | None:
        """The candidates with an indicator each; None where a table names none and its figures do not tell either."""
        nameless = [one for one in kept if one.measure_id == "?"]
        if not nameless:
            return kept
        fitting = [key for key, one in self.declaration.indicators.items() if _is_known(one.known_by, nameless)]
        if len(fitting) != 1:
            return None
        return [Candidate(one.unit_code, one.period, fitting[0] if one.measure_id == "?" else one.measure_id,
                          one.industry, one.printed, one.spot, one.labels) for one in kept]  # fmt: skip

    def _accept(self, work: _Work, key: str, kept: Sequence[Candidate], sidecar: Sidecar | None) -> None:
        """Accepts the figures of one indicator, once its unit is proved."""
        wanted, said = self.declaration.indicators[key], self.declaration
        stated = panel.stated_unit(work.book, {spot for one in kept for spot in one.labels}, sidecar)
        claim = Claim(wanted.measure_id, stated, wanted.unit, wanted.anchors)
        unit = settled_unit(work.ledger, claim, kept, work.catalog)
        if unit is None:
            return
        kept = _settled(work.ledger, said.unsettled.get(wanted.table_id, {}), kept)
        edition = max(one.period for one in kept)
        report_gaps(work.ledger, kept, work.catalog)
        breaks = {one.period for one in work.catalog.measures[wanted.measure_id].breaks}
        report_jumps(work.ledger, kept, lambda _, period: period in breaks)
        for one in kept:
            work.ledger.mark(Mark.ACCEPTED, (one.spot, *one.labels))
            work.ledger.figures.append(Found(
                one.unit_code, one.period, wanted.measure_id, one.printed.value, unit, work.ledger.origin(one.spot),
                wanted.table_id, wanted.title, said.publisher, edition, qualifier=one.printed.qualifier,
                missing_reason=one.printed.missing_reason,
            ))  # fmt: skip

    def _report_sheets(self, ledger: Ledger, candidates: Sequence[Candidate]) -> None:
        """Tells of sheets of one year that repeat a year, and of the years that are left out between them."""
        years: dict[str, set[str]] = defaultdict(set)
        for one in candidates:
            years[one.spot.sheet].add(one.period)
        sheets: dict[str, list[str]] = defaultdict(list)
        for sheet, covered in years.items():
            if len(covered) == 1:
                sheets[next(iter(covered))].append(sheet)
        single = sorted(map(int, sheets))
        left_out = [str(one) for before, after in pairwise(single) for one in range(before + 1, after)]
        for period, names in sheets.items():
            if len(names) > 1:
                found = f"{period}: {', '.join(names)}; no sheet for: {', '.join(left_out) or '-'}"
                ledger.report("repeated_year", "soft", Spot(names[-1], 0, 0), found, REPEATED)

    def _report_name(self, work: _Work, sheet: Sheet) -> None:
        """Tells of a unit in the file's name that the digits of a second source contradict."""
        stem = work.book.name.rpartition(".")[0] or work.book.name
        for one in self.declaration.indicators.values():
            if not one.name.match(tidied(stem)):
                continue
            said = panel.unit_within(stem)
            factors = work.catalog.units_of_measure[work.catalog.measures[one.measure_id].unit].printed
            for spot, text, anchor in _digits_of(one.anchors, sheet):
                if said in factors and Decimal(text) * factors[said] != anchor.value * factors[anchor.unit]:
                    second = f"{anchor.value.normalize():f} {anchor.unit} ({anchor.source})"
                    work.ledger.report("unit_slip", "soft", spot, f"{text} = {second}; the name says {said}", NAME_SLIP)

    def _is_panel(self, sheet: Sheet) -> bool:
        """Whether the sheet has a header of years alone, or a line of years and a declared indicator."""
        if _has_bare_years(sheet):
            return True
        texts = {text for _, _, text in sheet.filled()}
        lines = (*sheet.rows, *zip(*sheet.rows, strict=True))
        return any(map(_is_line_of_years, lines)) and any(self._indicator(text) for text in texts)

    def _looked_up(self, text: str) -> str | None:
        plain = panel.without_unit(text)
        return next((key for key, one in self.declaration.indicators.items() if one.name.fullmatch(plain)), None)


def _settled(ledger: Ledger, unsettled: Mapping[str, Words], kept: Sequence[Candidate]) -> list[Candidate]:
    """The candidates without those of the years that are declared unsettled: these are refused, a finding a year."""
    for period, why in unsettled.items():
        refused = [one for one in kept if one.period == period]
        if refused:
            ledger.mark(Mark.REFUSED, [one.spot for one in refused])
            advice = Advice("a second source", why.zh, why.en)
            ledger.report("unsettled_year", "soft", refused[0].spot, f"{period}: {len(refused)} figures", advice)
    return [one for one in kept if one.period not in unsettled]


def _has_bare_years(sheet: Sheet) -> bool:
    """Whether the first filled row holds years, at most after one label, and numbers stand below."""
    filled = [[text for text in row if text.strip()] for row in sheet.rows]
    filled = [row for row in filled if row]
    if len(filled) < 2 or sum(year(text) is not None for text in filled[0]) < FEWEST_YEARS:
        return False
    labels = [tidied(text) for text in filled[0] if year(text) is None]
    return not labels or (len(labels) == 1 and labels[0] == tidied(filled[0][0]) and labels[0] in REGION_HEADS)


def _is_line_of_years(line: Sequence[str]) -> bool:
    """Whether a row or column holds years, at most after one label."""
    filled = [text for text in line if text.strip()]
    return sum(year(text) is not None for text in filled) >= max(FEWEST_YEARS, len(filled) - 1)


def _is_known(known_by: Sequence[Anchor], candidates: Sequence[Candidate]) -> bool:
    """Whether every figure that the table covers is the same, and enough of them are."""
    ratios = [ratio for ratio in (one.ratio(candidates) for one in known_by) if ratio is not None]
    return len(ratios) >= FEWEST_KNOWN and all(ratio == 1 for ratio in ratios)


def _digits_of(anchors: Sequence[Anchor], sheet: Sheet) -> Iterator[tuple[Spot, str, Anchor]]:
    """Cells with the digits of an anchor, wherever the point stands, in the column of its year."""
    for anchor in anchors:
        digits = str(anchor.value).replace(".", "").strip("0")
        columns = {column for row in sheet.rows[:1] for column, text in enumerate(row) if year(text) == anchor.period}
        for row, column, text in sheet.filled():
            printed = number(text) if anchor.period and column in columns and row else None
            if printed and printed.value.replace(".", "").strip("0") == digits:
                yield Spot(sheet.name, row, column), printed.value, anchor
