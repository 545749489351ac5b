"""formats: the bytes of any file → what it is, and its sheets."""

from __future__ import annotations

from pipelines.grid import (
    archive,
    code_pages,
    compound,
    delimited,
    encryption,
    hypertext,
    records,
    sniff,
    spreadsheetml,
    workbook,
    xlsx_parts,
    xlsx_repair,
)
from pipelines.grid.faults import unreadable
from pipelines.grid.limits import Limits
from pipelines.grid.parsed import Parsed

LINKS = ("external_links", "含指向其他工作簿的链接，数值为保存时的结果",
         "Cells refer to other workbooks; their values are those of the last saving")  # fmt: skip
STYLES = ("defective_styles", "样式部件已损坏，未使用；日期可能显示为数字",
          "The styles are damaged and were left aside; dates may show as numbers")  # fmt: skip
PROTECTED = ("default_password", "以 Excel 默认密码加密，已解密读取", "Encrypted with Excel's default password; read")


def parsed(data: bytes, stem: str, limits: Limits) -> Parsed:
    """The file taken apart, whatever it is.

    Args:
        data: its bytes.
        stem: a name for the sheet of a file that has no sheet names.
        limits: what it may cost.

    Raises:
        UnreadableError: it cannot be taken apart.
    """
    match sniff.kind(data):
        case "zip":
            return _zipped(data, limits)
        case "compound":
            return _compound(data, limits)
        case "xml":
            return spreadsheetml.parsed(data, limits)
        case "html":
            return hypertext.parsed(data, stem)
    return delimited.parsed(data, stem)


def _zipped(data: bytes, limits: Limits) -> Parsed:
    opened = archive.opened(data, limits)
    format_ = opened.format
    if format_ == "xlsb":
        raise unreadable("other_format", "a binary workbook (xlsb)")
    if format_ not in ("xlsx", "ods"):
        raise unreadable("other_format", format_)
    readable = xlsx_repair.without_defective_styles(data, opened)
    result = workbook.parsed(readable, format_, xlsx_parts.left_out(opened), limits)
    result.remarks.extend(xlsx_repair.remarks(opened))
    if readable is not data:
        result.remarks.append(STYLES)
    if xlsx_parts.has_external_links(opened):
        result.remarks.append(LINKS)
    return result


def _compound(data: bytes, limits: Limits) -> Parsed:
    stream = compound.workbook_stream(data)
    if stream is None:
        result = _zipped(encryption.plain_xlsx(data), limits)
        result.remarks.append(PROTECTED)
        return result
    is_encrypted = encryption.is_encrypted(stream)
    if is_encrypted:
        data, stream = encryption.plain_xls(data, stream)
    book = code_pages.readable(data, stream)
    result = workbook.parsed(book.data, "xls", records.left_out(book.stream), limits, book.restored)
    result.remarks.extend([PROTECTED] if is_encrypted else [])
    return result
