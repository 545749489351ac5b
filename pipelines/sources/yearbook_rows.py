"""yearbook_rows: the rows of a page → units of the catalogue, and a column's cells → figures."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from pipelines.sources.labels import HAN, Regions, number, tidied
from pipelines.sources.labels import Printed as PrintedNumber
from pipelines.sources.ledger import Advice, Ledger, Mark, Spot
from pipelines.sources.wild import Found, Severity
from pipelines.sources.yearbook_columns import Column
from pipelines.sources.yearbook_layout import Page

LONGEST = 15
Rows = dict[int, str]
LOOK = Advice("a name of reporting_units.csv or region_labels.yaml", "此行未采用：请核对地区名，需要时登记写法",
              "The row is not used: check the region's name, or declare how it is written")  # fmt: skip
ONCE = Advice("each region once", "各行均未采用，请删去重复行", "None of the rows is used: take out the repetition")
ODD = Advice("one name", "请核对地区名；以中文为准", "Check the region's name; the Chinese one stands")


def rows(ledger: Ledger, page: Page, regions: Regions) -> Rows:
    """Row → unit code; aggregates are ignored, unknown and repeated regions are findings and not used."""
    found: Rows = {}
    for row in page.rows:
        label = page.sheet.rows[row][page.region]
        code = regions.code(label)
        if code is not None:
            found[row] = code
        elif regions.aggregate(label) is not None:
            ledger.mark(Mark.IGNORED, _row(page, row))
        else:
            _unknown(ledger, page, row)
    times = Counter(found.values())
    for row, code in list(found.items()):
        if times[code] > 1:
            ledger.report("doubled_region", "hard", _label(page, row), f"{code}: {times[code]} rows", ONCE)
            ledger.mark(Mark.REFUSED, _row(page, row))
            del found[row]
    for row, code in found.items():
        _check_names(ledger, page, row, code, regions)
        ledger.mark(Mark.ACCEPTED, (spot for spot in _row(page, row) if spot.column < page.values))
    return found


def _label(page: Page, row: int) -> Spot:
    return Spot(page.sheet.name, row, page.region)


def _row(page: Page, row: int) -> list[Spot]:
    """The cells of a row, its labels included."""
    return [Spot(page.sheet.name, row, column) for column in range(page.left, page.right)]


def _unknown(ledger: Ledger, page: Page, row: int) -> None:
    """A row whose label names no region: refused where it holds values, else a name broken over two lines."""
    cells = page.sheet.rows[row]
    values = [text.strip() for text in cells[page.values : page.right] if text.strip()]
    if values:
        severity: Severity = "hard" if 2 * len(values) > page.right - page.values else "soft"
        found = f"{tidied(cells[page.region]) or '-'}: {', '.join(values)}"
        ledger.report("unknown_region", severity, _label(page, row), found, LOOK)
        ledger.mark(Mark.REFUSED, _row(page, row))
    elif not HAN.search("".join(cells[page.left : page.values])):
        ledger.mark(Mark.IGNORED, _row(page, row))
    else:
        ledger.report("unknown_region", "soft", _label(page, row), tidied(cells[page.region]) or "-", LOOK)


def _check_names(ledger: Ledger, page: Page, row: int, code: str, regions: Regions) -> None:
    """Reports a misprinted name, and an English name of another unit."""
    cells = page.sheet.rows[row]
    doubt = regions.doubt(cells[page.region])
    if doubt is not None:
        ledger.report("region_doubtful", "info", _label(page, row), doubt, ODD)
    for column in range(page.region + 1, page.values):
        other = regions.code(cells[column])
        if other not in (None, code):
            ledger.report("region_doubtful", "info", Spot(page.sheet.name, row, column),
                          f"{tidied(cells[page.region])} / {cells[column].strip()}", ODD)  # fmt: skip


def figures(ledger: Ledger, column: Column, named: Rows, like: Found) -> dict[Found, Spot]:
    """The figures of a column, with their cells; what is no figure is refused with its reason.

    Args:
        ledger: the table's books, which get the figures.
        column: the wanted column.
        named: its page's rows.
        like: what all figures of the table say.
    """
    scope = column.wanted.scopes.get(like.period, "_T") if like.scope_id == "_T" else like.scope_id
    found = {}
    for row, code in named.items():
        spot = Spot(column.page.sheet.name, row, column.at)
        text = column.page.sheet.rows[row][column.at]
        printed = number(text)
        fault = "not_a_number" if printed is None else _fault(printed, is_count=column.is_count)
        if printed is None or fault:
            what = f"{code} {like.period} {column.wanted.measure_id}: {tidied(text)}"
            ledger.refuse(fault, spot, what, Advice(f"a number of {column.unit}", "请核对原表该格；此格未采用",
                                                    "Check the cell; it is not used"))  # fmt: skip
            continue
        figure = replace(like, unit_code=code, measure_id=column.wanted.measure_id, value=printed.value,
                         unit=column.unit, origin=ledger.origin(spot), scope_id=scope, qualifier=printed.qualifier,
                         missing_reason=printed.missing_reason)  # fmt: skip
        ledger.mark(Mark.ACCEPTED, [spot])
        ledger.figures.append(figure)
        found[figure] = spot
    return found


def _fault(printed: PrintedNumber, *, is_count: bool) -> str:
    """Why a number cannot be a figure; empty when it can."""
    if printed.value.startswith("-"):
        return "negative"
    if len(printed.value.replace(".", "")) > LONGEST:
        return "overflow"
    if is_count and "." in printed.value and printed.value.rpartition(".")[2].strip("0"):
        return "fraction_of_a_count"
    return ""
