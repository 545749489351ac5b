"""Files that hold no table, or are hostile: each is refused with its own words."""

from __future__ import annotations

import io
import os
import re
import socket
from collections.abc import Callable
from pathlib import Path

import olefile
import pytest

from pipelines.grid import Limits, UnreadableError, read
from tests import making

HUGE = 210_000_000
SMALL_MEMORY = 120 * 1024 * 1024


def refused(path: Path, limits: Limits | None = None) -> UnreadableError:
    """The error with which a file is refused."""
    with pytest.raises(UnreadableError) as raised:
        read(path, limits or Limits())
    fault = raised.value
    assert all((fault.found, fault.wanted, fault.next_en, fault.next_zh))
    assert re.search("[\u4e00-\u9fff]", fault.next_zh)
    return fault


def cells_at(place: str) -> bytes:
    """A workbook with one cell more, at a place."""
    cell = f'<row><c r="{place}"><v>1</v></c></row></sheetData>'.encode()
    return making.changed(making.xlsx(), "xl/worksheets/sheet1.xml", lambda part: part.replace(b"</sheetData>", cell))


def mixed() -> bytes:
    """UTF-8 with a last line in GB18030."""
    return making.delimited() + "北京,1\n".encode("gb18030")


Made = bytes | Callable[[], bytes]
CASES: list[tuple[str, Made, str]] = [
    ("empty", b"", "0 bytes"),
    ("empty", b"\x00" * 900, "900 bytes"),
    ("other_format", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "PDF"),
    ("other_format", b"\x89PNG\r\n\x1a\n\x00\x00", "PNG"),
    ("other_format", b"\x1f\x8b\x08\x00\x00\x00", "gzip"),
    ("other_format", b"version https://git-lfs.github.com/spec/v1\noid sha256:0", "Git LFS"),
    ("other_format", b"MIME-Version: 1.0\nX-Document-Type: Workbook\n", "MHTML"),
    ("other_format", b"\x09\x00\x04\x00\x02\x00\x10\x00", "Excel 2"),
    ("other_format", b'{"a": [1, 2]}', "JSON"),
    ("other_format", b"<?xml version='1.0'?><rss/>", "<rss>"),
    ("other_format", lambda: making.zipped({"word/document.xml": b"<a/>"}), "Word"),
    ("other_format", lambda: making.zipped({"ppt/presentation.xml": b"<a/>"}), "PowerPoint"),
    ("other_format", lambda: making.zipped({"a.txt": b"a"}), "no workbook"),
    ("other_format", lambda: making.zipped({"xl/workbook.bin": b"a"}), "xlsb"),
    ("no_table", lambda: making.html("<p>404 Not Found</p>"), "without a table"),
    ("no_table", lambda: making.changed(making.xlsx(), "xl/workbook.xml", b"<workbook/>"), "without a worksheet"),
    ("damaged", lambda: making.html()[:-120], "cut off"),
    ("damaged", lambda: making.html("<div>" * 5_000 + "<table><tr><td>1</td></tr></table>"), "depth"),
    ("damaged", lambda: making.xlsx()[:-300], "zip"),
    ("damaged", lambda: making.xls()[:700], "compound file"),
    ("damaged", lambda: making.zipped([("xl/a.xml", b"<a/>"), ("xl/a.xml", b"<b/>")]), "xl/a.xml twice"),
    ("damaged", lambda: making.xlsx().replace(b"xl/styles.xml", b"xl/stylez.xml", 1), "another name"),
    ("damaged", lambda: making.changed(making.xlsx_by_hand(), "xl/sharedStrings.xml", None), "手工"),
    ("damaged", lambda: making.changed(making.xlsx(), "xl/worksheets/sheet1.xml", None), "表1"),
    ("password", lambda: making.encrypted_xls(making.xls(), password="secret"), "xls workbook with a password"),
    ("password", lambda: making.encrypted_xls(making.xls(), password="secret", method="cryptoapi"), "xls workbook"),
    ("password", lambda: making.encrypted_xlsx(making.xlsx(), password="secret"), "xlsx workbook with a password"),
    ("nul_bytes", lambda: "地区,值\n北京,1\n".encode("utf-16-le"), "byte 5 (line 1)"),
    ("nul_bytes", b"a,b\n1,\x00\n", "byte 6 (line 2)"),
    ("control_characters", b"a,b\n1,\x02\n", "U+0002 in line 2"),
    ("code_page", mixed, "UTF-8 in line 1"),
    ("code_page", lambda: "地區,值\n臺北,1\n總計,2\n職業訓練,3\n".encode("big5"), "as GB18030"),
    ("code_page", lambda: "name,größe\nMünchen,1\n".encode("cp1252"), "Latin word"),
    ("code_page", lambda: "地区,1\n".encode().decode("latin-1").encode(), "encoded twice"),
    ("code_page", lambda: "地区,1\n".encode("gb18030") + b"\xff\xff\n", "byte 7 (line 2)"),
    ("code_page", lambda: "\ufeff地区".encode("utf-16-le") + b"\x00", "utf-16"),
    ("quotes", b'a,b\n"x,1\ny,2\n', "line 2"),
    ("quotes", b'a,b\n"x"y,1\n', "line 2"),
    ("unsafe", lambda: making.changed(making.xlsx(), "xl/worksheets/sheet1.xml", making.with_entities), "sheet1.xml"),
    ("unsafe", lambda: making.changed(making.xlsx(), "xl/workbook.xml", making.with_entities), "workbook.xml"),
    ("unsafe", lambda: making.changed(making.ods(), "content.xml", making.with_entities), "content.xml"),
    ("unsafe", lambda: making.spreadsheetml(before=making.DTD.decode()), "document type"),
    ("unsafe", lambda: making.DTD + making.html(), "document type"),
    ("too_large", lambda: making.zip_bomb(making.xlsx(), HUGE), "unpacks to"),
    ("too_large", lambda: making.zip_bomb(making.xlsx(), HUGE, is_honest=False), "image1.bin"),
    ("too_large", lambda: cells_at("A1048576"), "row"),
    ("too_large", lambda: cells_at("XFD1048576"), "memory"),
    ("too_large", b"x" * (20 * 1024 * 1024 + 1), "bytes"),
    ("too_large", b"a,b\n" + b"x" * 140_000, "line 2"),
    ("too_large", b"," * 2_100_000 + b"x", "columns"),
    ("too_large", lambda: making.xlsx({str(number): making.TABLE[:1] for number in range(201)}), "201 sheets"),
]


@pytest.mark.parametrize(("code", "data", "found"), CASES, ids=[f"{code}-{found}" for code, _, found in CASES])
def test_a_file_that_cannot_be_read_is_refused_in_words(tmp_path: Path, code: str, data: Made, found: str) -> None:
    path = tmp_path / "表.xls"
    path.write_bytes(data if isinstance(data, bytes) else data())
    fault = refused(path)
    assert (fault.code, found in fault.found) == (code, True), fault


def test_what_is_no_file_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(tmp_path / "socket"))
    cases = [
        (tmp_path, "not_a_file", "a folder"),
        (tmp_path / "pipe", "not_a_file", "a pipe"),
        (tmp_path / "socket", "not_a_file", "socket"),
        (tmp_path / "loop", "not_a_file", "loop"),
        (Path(os.devnull), "not_a_file", "a device"),
        (tmp_path / "link", "missing", "points nowhere"),
        (tmp_path / "none", "missing", "no such file"),
        (tmp_path / "nul\0", "missing", "no file can have"),
        (tmp_path / ("x" * 300), "not_a_file", "too long"),
    ]
    for path, code, found in cases:
        fault = refused(path)
        assert (fault.code, found in fault.found) == (code, True), fault


def test_a_file_that_takes_too_long_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "slow.xlsx"
    path.write_bytes(with_slow_password(making.encrypted_xlsx(making.xlsx(), spins=10_000)))
    assert refused(path, Limits(seconds=1)).code == "too_slow"


def with_slow_password(data: bytes) -> bytes:
    """An encrypted workbook that asks for the most hashings of its password that the format allows."""
    whole = io.BytesIO(data)
    with olefile.OleFileIO(whole, write_mode=True) as file:
        about = file.openstream("EncryptionInfo").read()
        needless = b' xmlns:c="http://schemas.microsoft.com/office/2006/keyEncryptor/certificate"'
        slow = about.replace(b'spinCount="10000"', b'spinCount="10000000"').replace(needless, b"")
        file.write_stream("EncryptionInfo", slow.ljust(len(about)))
        return whole.getvalue()


def test_a_file_that_needs_too_much_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    path.write_bytes(b"a,b\n" * 4_000_000)
    assert refused(path, Limits(memory=SMALL_MEMORY, cells=10**9)).code == "too_large"
