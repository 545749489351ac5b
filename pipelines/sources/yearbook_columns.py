"""yearbook_columns: the headers of a table's pages → the columns that are wanted, each with its unit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.catalog import Catalog
from pipelines.sources.ledger import Advice, Ledger, Mark, Spot
from pipelines.sources.wild import Refused
from pipelines.sources.yearbook_declared import Wanted, YearbookTable
from pipelines.sources.yearbook_layout import Header, Page, stated_units
from pipelines.sources.yearbook_tables import Printed, RefusalError


@dataclass(frozen=True)
class Column:
    """A wanted column of a page, and the unit that the page prints."""

    page: Page
    at: int
    wanted: Wanted
    unit: str
    is_count: bool


@dataclass(frozen=True)
class _Headed:
    """A column that holds something, and its header."""

    page: Page
    at: int
    header: Header

    def spots(self) -> list[Spot]:
        """The cells of the header."""
        return [Spot(self.page.sheet.name, *cell) for cell in self.header.cells]

    def body(self) -> list[Spot]:
        """The cells below the header."""
        return [Spot(self.page.sheet.name, row, self.at) for row in self.page.rows]


def columns(ledger: Ledger, printed: Printed, declared: YearbookTable, catalog: Catalog) -> list[Column]:
    """The wanted columns; those declared as unwanted are marked as ignored.

    Raises:
        RefusalError: a wanted header is missing or stands twice, a column fits two declarations, or has slipped.
    """
    units = frozenset(unit for one in catalog.units_of_measure.values() for unit in one.printed)
    headed = list(_headed(printed, units))
    fitted = [(wanted, [one for one in headed if re.fullmatch(wanted.header, one.header.name)])
              for wanted in declared.columns]  # fmt: skip
    _refuse_unclear(fitted, headed)
    for one in headed:
        if any(re.fullmatch(unwanted.header, one.header.name) for unwanted in declared.unwanted):
            ledger.mark(Mark.IGNORED, one.spots() + one.body())
    found = []
    for wanted, fits in fitted:
        if not fits:
            ledger.report("column_absent", "info", printed.at, wanted.measure_id, Advice(
                wanted.header, "此年表内没有此栏", "The table of this year has no such column"))  # fmt: skip
            continue
        _refuse_slipped(fits[0])
        column = _with_unit(ledger, fits[0], wanted, _stated(printed, fits[0], headed), catalog)
        if column is not None:
            ledger.mark(Mark.ACCEPTED, fits[0].spots())
            found.append(column)
    return found


def _headed(printed: Printed, units: frozenset[str]) -> Iterator[_Headed]:
    """The columns of all pages that hold something beside the regions."""
    for page in printed.pages:
        for column in range(page.values, page.right):
            if any(page.sheet.rows[row][column].strip() for row in page.rows):
                yield _Headed(page, column, page.header(column, units))


def _refuse_unclear(fitted: list[tuple[Wanted, list[_Headed]]], headed: list[_Headed]) -> None:
    """Never guesses which column is meant.

    Raises:
        RefusalError: as `columns` says.
    """
    for wanted, fits in fitted:
        if len(fits) > 1:
            found = ", ".join(f"{one.page.sheet.name}!{one.body()[0].cell} {one.header.name}" for one in fits)
            raise RefusalError(Refused("doubled_column", found, f"{wanted.header}: once",
                                       "同一栏出现多次，请删去重复栏，或收紧 data/imports 中的表头规则",
                                       "A column stands twice: remove one, or narrow the header pattern"))  # fmt: skip
        if not fits and not wanted.is_optional:
            names = " | ".join(dict.fromkeys(one.header.name for one in headed))[:300]
            raise RefusalError(Refused("missing_column", names or "-", wanted.header,
                                       "缺少此栏，请核对表头，或在 data/imports 中补充写法",
                                       "The column is missing: check the headers, or declare its wording"))  # fmt: skip
    for one in headed:
        patterns = [wanted.header for wanted, fits in fitted if one in fits]
        if len(patterns) > 1:
            raise RefusalError(Refused("ambiguous_column", one.header.name, " | ".join(patterns),
                                       "一栏符合两条规则，请收紧 data/imports 中的表头规则",
                                       "A column fits two patterns: narrow them in data/imports"))  # fmt: skip


def _refuse_slipped(one: _Headed) -> None:
    """A number above the first region or below the last means that labels and values do not stand in one row.

    Raises:
        RefusalError: names the first such cell.
    """
    outside = one.page.numbers_outside(one.at)
    if outside:
        spot = Spot(one.page.sheet.name, *outside[0])
        found = f"{spot.sheet}!{spot.cell} {one.page.sheet.rows[spot.row][spot.column]} ({one.header.name})"
        raise RefusalError(Refused("slipped_column", found, "numbers beside regions only",
                                   "数字不在地区所在的行：某页的地区栏可能缺失或错位，请用原表",
                                   "Numbers stand outside the regions' rows: a region column is missing"))  # fmt: skip


def _with_unit(
    ledger: Ledger, one: _Headed, wanted: Wanted, stated: list[str], catalog: Catalog
) -> Column | None:
    """The column with its printed unit; None, and a finding, where the unit is not stated or not of the measure."""
    measure = catalog.measures.get(wanted.measure_id)
    known = catalog.units_of_measure[measure.unit] if measure is not None else None
    unit = wanted.unit if wanted.unit in stated else stated[0] if len(stated) == 1 else ""
    if known is None or unit not in known.printed:
        found = f"{one.header.name}: {' | '.join(stated) or '-'}"
        ledger.report("unit_unclear", "hard", one.body()[0], found, Advice(
            " | ".join(known.printed) if known else f"measure {wanted.measure_id}",
            "此栏未采用：请核对单位，或在 units_of_measure.yaml 中登记",
            "The column is not used: check its unit, or declare it in units_of_measure.yaml"))  # fmt: skip
        return None
    if unit != wanted.unit:
        ledger.report("unit_differs", "soft", one.body()[0], f"{one.header.name}: {unit}", Advice(
            wanted.unit, "单位与往年不同，已按表内单位换算，请核对数量级",
            "Not the usual unit; converted as printed: check the order of magnitude"))  # fmt: skip
    return Column(one.page, one.at, wanted, unit, known.is_count and known.printed[unit] == 1)


def _stated(printed: Printed, one: _Headed, headed: list[_Headed]) -> list[str]:
    """The unit of a column's header, or of the column that it is a part of; else those above the page or the table."""
    whole = one.header.name.partition("#")[0]
    own = [one.header.unit, *(other.header.unit for other in headed if other.header.name == whole)]
    if any(own):
        return [next(unit for unit in own if unit)]
    page = one.page
    above = [unit for (row, column), _ in page.above() for unit in stated_units(page.sheet.rows[row][column])]
    everywhere = (unit for sheet in printed.sheets for _, _, text in sheet.filled() for unit in stated_units(text))
    return list(dict.fromkeys(above or everywhere))
