"""panel: a sheet of regions by years → candidates, with a reason for every cell that is none."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from re import Pattern

from pipelines.catalog import Catalog, Declared
from pipelines.grid import Book, Sheet
from pipelines.sources import crosstab
from pipelines.sources.candidates import Candidate, Fact, candidate
from pipelines.sources.declarations import DeclarationError
from pipelines.sources.labels import Regions, tidied
from pipelines.sources.ledger import Advice, Ledger, Mark, Spot
from pipelines.sources.wild import Refused, Sidecar

BRACKETED = re.compile(r"\(([^()]+)\)")
BRACKETED_END = re.compile(r"\([^()]+\)$")
WANTED = {
    "no_region": ("a column or a row of regions", "请补上地区列；次序不能代替地区名",
                  "Add the column of regions; the order of rows does not stand for it"),
    "ambiguous": ("regions in one column or one row", "请只保留一处地区名", "Keep one line of regions"),
    "no_year": ("years in a header or a column", "请补上年份", "Add the years"),
    "no_name": ("indicators or industries that data/imports declares", "请补上指标或行业名称，或在 data/imports 中声明",
                "Add the names of indicators or industries, or declare them in data/imports"),
    "misaligned": ("a label over and beside every number", "标签与数字可能错位；请与原表核对",
                   "Labels and numbers may be shifted against each other; compare with the original table"),
}  # fmt: skip
UNKNOWN = {
    "unknown_region": Advice("a unit of reporting_units.csv or an aggregate of region_labels.yaml",
                             "请核对地区名，或在 region_labels.yaml 中登记别名",
                             "Check the region, or declare its name in region_labels.yaml"),
    "no_label": Advice("a year and an indicator or industry that data/imports declares",
                       "请核对年份和名称，或在 data/imports 中声明",
                       "Check the year and the name, or declare the name in data/imports"),
}  # fmt: skip


class Patterns(Declared):
    """Regular expressions on the white-space-free text of a cell, each to fit the whole of it.

    Args:
        labels: names of axes and titles that a table rests on.
        notes: notes and sources, ignored.
        value_headers: headers over the values of a long table.
        running: headers over running numbers, ignored where they do rise from row to row.
    """

    labels: Pattern[str]
    notes: Pattern[str]
    value_headers: Pattern[str]
    running: Pattern[str]


class Meanings:
    """What the labels of a producer mean, each label looked up once.

    Args:
        patterns: the producer's patterns.
        catalog: the reporting units.
        kind: label → indicator or industry, else None.
    """

    def __init__(self, patterns: Patterns, catalog: Catalog, kind: crosstab.Means) -> None:
        regions = Regions(catalog)
        self.patterns = patterns
        self.unit = cache(regions.code)
        self.aggregate = cache(regions.aggregate)
        self.words = crosstab.Vocabulary(cache(lambda text: self.unit(text) or self.aggregate(text)), cache(kind),
                                         fits(patterns.value_headers), fits(patterns.running))  # fmt: skip


def check_measures(catalog: Catalog, producer: str, units: Mapping[str, Iterable[str]]) -> None:
    """Compares a declaration with the catalogue.

    Raises:
        DeclarationError: a measure is not declared, or does not know a unit.
    """
    for measure_id, printed in units.items():
        measure = catalog.measures.get(measure_id)
        known = catalog.units_of_measure[measure.unit].printed if measure else {}
        unknown = sorted(set(printed) - set(known))
        if measure is None or unknown:
            found = f"{measure_id}: {', '.join(unknown)}"
            raise DeclarationError(
                f"{producer}.yaml：读到 {found}；应为 data/catalog/measures 中的数据项及其计量单位。请改正该声明。"
                f" {producer}.yaml: found {found}, wanted a measure of data/catalog/measures and units that it knows"
                f" ({' | '.join(known)}). Mend the declaration.")  # fmt: skip


def fits(pattern: Pattern[str]) -> Callable[[str], bool]:
    """Whether the pattern fits the whole of a text, white space aside."""
    return lambda text: pattern.fullmatch(tidied(text)) is not None


def read(
    ledger: Ledger, sheet: Sheet, meanings: Meanings, fact: Callable[[str, str, str], Fact], kind: str = ""
) -> list[Candidate]:
    """The candidates of a sheet.

    Args:
        ledger: where marks and findings go.
        sheet: the sheet.
        meanings: what its labels mean.
        fact: unit, year and kind → what a cell speaks of.
        kind: the kind of all cells, where the sheet names none.

    Raises:
        LayoutError: the sheet is no table of regions and years, names nothing, or its labels are shifted.
    """
    table = crosstab.table(sheet, meanings.words)
    if not kind and not any(value.kind for value in table.values):
        raise crosstab.LayoutError("no_name", f"{len(table.values)} cells in {sheet.name}")
    ledger.mark(Mark.IGNORED, (Spot(sheet.name, *at) for at in table.running))
    found: list[Candidate] = []
    faults: dict[tuple[str, Spot, str], list[Spot]] = defaultdict(list)
    for value in table.values:
        spot, labels = Spot(sheet.name, *value.at), tuple(Spot(sheet.name, *at) for at in value.labels)
        ledger.mark(Mark.IGNORED, labels)
        unit, of_kind = meanings.unit(value.region), value.kind or kind
        if unit and value.year and of_kind:
            one = candidate(ledger, (spot, value.text), fact(unit, value.year, of_kind), labels)
            found += [one] if one else []
        elif meanings.aggregate(value.region) is not None:
            ledger.mark(Mark.IGNORED, [spot])
        elif value.text.strip():
            place = labels[0] if value.region and not unit else spot
            faults["no_label" if unit else "unknown_region", place, value.region].append(spot)
    _refuse(ledger, faults)
    return found


def _refuse(ledger: Ledger, faults: Mapping[tuple[str, Spot, str], Sequence[Spot]]) -> None:
    for (code, spot, region), cells in faults.items():
        ledger.mark(Mark.REFUSED, [spot, *cells])
        ledger.report(code, "hard", spot, f"{region.strip()!r}: {len(cells)} cells", UNKNOWN[code])


def mark_texts(ledger: Ledger, sheets: Iterable[Sheet], patterns: Patterns) -> None:
    """Marks names of axes, titles and notes; they are accepted where the sheet gave a figure."""
    giving = {one.origin.sheet for one in ledger.figures}
    is_label, is_note = fits(patterns.labels), fits(patterns.notes)
    for sheet in sheets:
        for row, column, text in sheet.filled():
            if is_note(text):
                ledger.mark(Mark.IGNORED, [Spot(sheet.name, row, column)])
            elif is_label(text):
                ledger.mark(Mark.ACCEPTED if sheet.name in giving else Mark.IGNORED, [Spot(sheet.name, row, column)])


def layout_fault(fault: crosstab.LayoutError) -> Refused:
    """A fault of layout as a refusal."""
    return Refused(fault.code, fault.found, *WANTED[fault.code])




def report_sheet(ledger: Ledger, sheet: Sheet, fault: Refused) -> None:
    """Tells why a whole sheet is refused, and refuses its cells."""
    spots = [Spot(sheet.name, row, column) for row, column, _ in sheet.filled()]
    ledger.mark(Mark.REFUSED, spots)
    advice = Advice(fault.wanted, fault.next_zh, fault.next_en)
    ledger.report(fault.code, "hard", spots[0] if spots else None, fault.found, advice)


def no_figures(ledger: Ledger) -> Refused:
    """Why a table gives no figure: the first hard finding, or that there is none to give."""
    for one in ledger.findings:
        if one.severity == "hard":
            return Refused(one.code, one.found, one.wanted, one.next_zh, one.next_en)
    return Refused("no_figures", "0", "figures of regions by year", "请核对文件", "Look at the file")


def unit_within(text: str) -> str | None:
    """The unit in the last brackets of a header or name: "研发经费（亿元）" → "亿元"; None where there are none."""
    units = BRACKETED.findall(tidied(text))
    return str(units[-1]) if units else None


def without_unit(text: str) -> str:
    """A header without white space and without the unit in brackets at its end."""
    return BRACKETED_END.sub("", tidied(text))


def stated_unit(book: Book, labels: Iterable[Spot], sidecar: Sidecar | None) -> str | None:
    """The unit that the labels of the figures state, else the one that a person states for the file, else None."""
    sheets = {one.name: one for one in book.sheets}
    units = {unit_within(sheets[spot.sheet].rows[spot.row][spot.column]) for spot in labels} - {None}
    if len(units) == 1:
        return units.pop()
    return unit_within(sidecar.indicator) if sidecar and sidecar.indicator and not units else None
