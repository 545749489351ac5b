"""code_pages: xls workbooks whose strings are bytes of a code page, e.g. of Chinese Excel 95 → the same in Unicode."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

import olefile

from pipelines.grid import records
from pipelines.grid.faults import unreadable

UNICODE, CHINESE = 1200, 936
CODE_PAGE = 0x42
CODECS = {936: "gb18030", 54936: "gb18030", 932: "cp932", 949: "cp949", 950: "cp950", 65001: "utf-8",
          10000: "mac_roman", 10008: "gb18030", 21010: "utf-16-le"}  # fmt: skip


@dataclass(frozen=True)
class Readable:
    """A workbook that the reader takes for Unicode: each byte of an old string becomes one character.

    Args:
        data: the file.
        stream: its workbook stream.
        restored: gives the string back that such characters stand for.
    """

    data: bytes
    stream: bytes
    restored: Callable[[str], str]


def readable(data: bytes, stream: bytes) -> Readable:
    """The workbook with its code page set to Unicode, because the reader pads the bytes of any other with zeros."""
    found = next((record for record in records.of(stream, 0) if record.kind == CODE_PAGE), None)
    number = int.from_bytes(stream[found.start : found.start + 2], "little") if found else UNICODE
    if found is not None and number != UNICODE:
        stream = stream[: found.start] + UNICODE.to_bytes(2, "little") + stream[found.start + 2 :]
        data = _with_stream(data, stream)
    if records.is_biff8(stream):
        return Readable(data, stream, str)
    return Readable(data, stream, _decoder(number if found else CHINESE))


def _decoder(number: int) -> Callable[[str], str]:
    codec = CODECS.get(number, f"cp{number}")

    def restored(text: str) -> str:
        try:
            return text if text.isascii() else text.encode("latin-1").decode(codec)
        except (UnicodeError, LookupError):
            raise unreadable("code_page", f"a cell {text[:20]!r} that is not in code page {number}") from None

    return restored


def _with_stream(data: bytes, stream: bytes) -> bytes:
    whole = io.BytesIO(data)
    try:
        with olefile.OleFileIO(whole, write_mode=True) as opened:
            opened.write_stream("Workbook" if opened.exists("Workbook") else "Book", stream)
            return whole.getvalue()
    except (OSError, ValueError) as fault:
        raise unreadable("damaged", f"a workbook stream that does not fit its file ({fault})") from None
