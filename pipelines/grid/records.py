"""records: the stream of an xls workbook, record by record, and the error values that stand in it."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.grid.workbook import LeftOut

HEADER, SHEET_POSITION = 4, 4
BEGIN, END, FILE_PASS, BOUND_SHEET, FORMULA, BOOL_ERROR = 0x0809, 0x0A, 0x2F, 0x85, 0x06, 0x0205
USER_EXCLUSIVE, FILE_LOCK, INTERFACE, REVISION_INFO, REVISION_HEAD = 0x0194, 0x0195, 0xE1, 0x0196, 0x0138
NEVER_ENCRYPTED = (BEGIN, FILE_PASS, USER_EXCLUSIVE, FILE_LOCK, INTERFACE, REVISION_INFO, REVISION_HEAD)
ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
UNKNOWN_ERROR = "#ERROR!"
BIFF8 = b"\x00\x06"
RESULT_IS_NO_NUMBER, RESULT_IS_ERROR = b"\xff\xff", 2


@dataclass(frozen=True)
class Record:
    """A record: its kind, and where its body begins and ends in the stream."""

    kind: int
    start: int
    end: int


def every(stream: bytes) -> Iterator[Record]:
    """All records from the beginning to the end of the stream."""
    position = 0
    while position + HEADER <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, position)
        start = position + HEADER
        position = min(start + length, len(stream))
        yield Record(kind, start, position)


def of(stream: bytes, position: int) -> Iterator[Record]:
    """The records of the substream that begins at a position: the workbook's globals at 0, or one sheet."""
    depth = 0
    while position + HEADER <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, position)
        start = position + HEADER
        position = start + length
        if position > len(stream):
            return
        yield Record(kind, start, position)
        depth += (kind == BEGIN) - (kind == END)
        if depth <= 0:
            return


def is_biff8(stream: bytes) -> bool:
    """Whether the stream is of Excel 97 or later, whose strings are Unicode."""
    return stream[HEADER : HEADER + 2] == BIFF8


def left_out(stream: bytes) -> dict[str, LeftOut]:
    """By sheet name, the error values of an xls workbook."""
    found = {name: _errors(stream, start) for name, start in _sheets(stream)}
    return {name: LeftOut(errors) for name, errors in found.items() if errors}


def _sheets(stream: bytes) -> Iterator[tuple[str, int]]:
    """Name and position of each sheet."""
    is_wide = is_biff8(stream)
    for record in of(stream, 0):
        body = stream[record.start : record.end]
        if record.kind == BOUND_SHEET and len(body) > SHEET_POSITION + 4:
            yield _sheet_name(body[6:], is_biff8=is_wide), int.from_bytes(body[:SHEET_POSITION], "little")


def _sheet_name(body: bytes, *, is_biff8: bool) -> str:
    if not is_biff8:
        return body[1 : 1 + body[0]].decode("latin-1")
    is_wide = body[1] & 1
    name = body[2 : 2 + body[0] * (2 if is_wide else 1)]
    return name.decode("utf-16-le" if is_wide else "latin-1", errors="replace")


def _errors(stream: bytes, position: int) -> dict[tuple[int, int], str]:
    """Row, column and text of the error values of one sheet."""
    found: dict[tuple[int, int], str] = {}
    for record in of(stream, position):
        body = stream[record.start : min(record.end, record.start + 14)]
        is_error = record.kind == BOOL_ERROR and len(body) >= len("rrccxxvk") and body[7] == 1
        has_error = record.kind == FORMULA and body[12:] == RESULT_IS_NO_NUMBER and body[6] == RESULT_IS_ERROR
        if is_error or has_error:
            row, column = struct.unpack_from("<HH", body)
            found[row, column] = ERRORS.get(body[8] if has_error else body[6], UNKNOWN_ERROR)
    return found
