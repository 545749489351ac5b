"""workbook: xlsx, xls and ods → rows of cells, with what the workbook reader would leave out."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from pipelines.grid.cell_text import text
from pipelines.grid.faults import too_many_cells, unreadable
from pipelines.grid.limits import Limits
from pipelines.grid.parsed import Parsed, Remark, Rows

Text = Callable[[str], str]
REMARKS = {
    "no_worksheet": (
        "“{sheet}”不是工作表（{what}），没有单元格",
        "“{sheet}” is no worksheet ({what}) and has no cells",
    ),
    "sheet_unreadable": (
        "工作表“{sheet}”已损坏，未能读取（{what}）",
        "The sheet “{sheet}” is damaged and was not read ({what})",
    ),
    "hidden_sheet": (
        "工作表“{sheet}”是隐藏的，已读取",
        "The sheet “{sheet}” is hidden; it was read",
    ),
    "uncomputed": (
        "工作表“{sheet}”有 {what} 个公式没有计算结果，按空读取",
        "In “{sheet}” {what} formulas without a result are read as empty",
    ),
}


@dataclass
class LeftOut:
    """What the workbook reader shows as empty: error values by place, and formulas without a result.

    Args:
        errors: text of an error value, by row and column from 0.
        uncomputed: number of formulas whose result the file does not hold.
    """

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    uncomputed: int = 0


def parsed(data: bytes, format_: str, left_out: Mapping[str, LeftOut], limits: Limits, restored: Text = str) -> Parsed:
    """The sheets of a workbook, hidden ones included.

    Args:
        data: the bytes of the workbook, decrypted.
        format_: xlsx, xls or ods.
        left_out: by sheet name, what to put back.
        limits: how many sheets and cells are borne.
        restored: makes the right string of one that the workbook reader gives.

    Raises:
        UnreadableError: damaged, with a password, or too large.
    """
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    except PasswordError:
        raise unreadable("password", f"an encrypted {format_} workbook") from None
    except CalamineError as fault:
        raise unreadable("damaged", f"an {format_} workbook whose parts do not fit together ({fault})") from None
    if len(book.sheet_names) > limits.sheets:
        raise unreadable("too_large", f"{len(book.sheet_names)} sheets")
    result = Parsed(format_, None, iter(()))
    result.sheets = _sheets(book, left_out, restored, result.remarks, limits)
    return result


def _sheets(
    book: CalamineWorkbook, left_out: Mapping[str, LeftOut], restored: Text, remarks: list[Remark], limits: Limits
) -> Iterator[tuple[str, Rows]]:
    """Name and rows of each worksheet; every sheet that gives none is remarked on."""
    for index, about in enumerate(book.sheets_metadata):
        name = restored(about.name)
        if about.typ != SheetTypeEnum.WorkSheet:
            remarks.append(_remark("no_worksheet", name, _kind(about.typ)))
            continue
        try:
            sheet = book.get_sheet_by_index(index)
        except CalamineError as fault:
            remarks.append(_remark("sheet_unreadable", name, str(fault)))
            continue
        if sheet.total_height * sheet.total_width > limits.cells:
            raise too_many_cells(name, sheet.total_height, sheet.total_width)
        if about.visible != SheetVisibleEnum.Visible:
            remarks.append(_remark("hidden_sheet", name))
        missing = left_out.get(about.name, LeftOut())
        if missing.uncomputed:
            remarks.append(_remark("uncomputed", name, str(missing.uncomputed)))
        yield name, _rows(sheet, missing.errors, restored)


def _remark(code: str, sheet: str, what: str = "") -> Remark:
    chinese, english = REMARKS[code]
    return code, chinese.format(sheet=sheet, what=what), english.format(sheet=sheet, what=what)


def _kind(kind: SheetTypeEnum) -> str:
    return str(kind).rpartition(".")[2]


def _rows(sheet: CalamineSheet, errors: Mapping[tuple[int, int], str], restored: Text) -> Iterator[list[str]]:
    """Rows from the first of the sheet on, each from the first column on, error values put back."""
    by_row: dict[int, dict[int, str]] = {}
    for (row, column), error in errors.items():
        by_row.setdefault(row, {})[column] = error
    first_column = sheet.start[1] if sheet.start else 0  # the reader begins there, although it begins at the first row
    row = -1
    for row, values in enumerate(sheet.iter_rows()):
        cells = [restored(value) if isinstance(value, str) else text(value) for value in values]
        yield _mended([""] * first_column + cells, by_row.pop(row, {}))
    for later in range(row + 1, max(by_row, default=row) + 1):
        yield _mended([], by_row.get(later, {}))


def _mended(cells: list[str], errors: Mapping[int, str]) -> list[str]:
    for column, error in errors.items():
        cells.extend([""] * (column + 1 - len(cells)))
        cells[column] = cells[column] or error
    return cells
