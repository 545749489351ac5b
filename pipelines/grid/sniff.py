"""sniff: what a file is, by its first bytes; the extension has no say."""

from __future__ import annotations

import re
from pathlib import PurePath

from pipelines.grid.faults import unreadable

HEAD = 4096
COMPOUND = bytes.fromhex("D0CF11E0A1B11AE1")
ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
STRANGERS = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"BM", "a BMP image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"RIFF", "a WebP, sound or film file"),
    (b"{\\rtf", "a rich-text document"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"PAR1", "a Parquet file"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a Windows program"),
    (b"version https://git-lfs", "a pointer to a file in Git LFS, not the file"),
    (b"MIME-Version:", "a web archive (MHTML)"),
    (b"\x00\x00\x01\x00", "an icon"),
)
OLD_BIFF = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00", b"\x09\x08\x10\x00")
MARKUP = re.compile(
    r"\s*<(?:!--|!doctype\s+html|html|head|body|table|meta|div|style|title|center|font|p\b|br\b)", re.IGNORECASE
)
SUFFIXES = {
    "csv": (".csv", ".txt"),
    "tsv": (".tsv", ".txt", ".tab"),
    "xls": (".xls", ".xlt", ".et"),
    "xlsx": (".xlsx", ".xlsm", ".xltx", ".xltm"),
    "ods": (".ods", ".ots"),
    "html": (".html", ".htm"),
    "spreadsheetml": (".xml",),
}


def kind(data: bytes) -> str:
    """The family of a file: zip, compound, xml, html or text.

    Raises:
        UnreadableError: empty, or of a kind that holds no table for us.
    """
    if not data.strip(b"\x00 \t\r\n"):
        raise unreadable("empty", f"{len(data)} bytes without content")
    if data.startswith(ZIP):
        return "zip"
    if data.startswith(COMPOUND):
        return "compound"
    _refuse_strangers(data)
    head = _head(data)
    if head.lstrip().startswith("<?xml"):
        return "html" if re.search(r"<html[\s>]", head, re.IGNORECASE) else "xml"
    if MARKUP.match(head):
        return "html"
    if head.lstrip().startswith("<"):
        return "xml"
    return "text"


def extension_remark(name: str, format_: str) -> tuple[str, str, str] | None:
    """What to say when a file's extension promises something else than its content."""
    suffix = PurePath(name).suffix.lower()
    if suffix in SUFFIXES[format_]:
        return None
    return ("extension", f"扩展名 {suffix or '（无）'} 与内容（{format_}）不符，已按内容读取",
            f"The extension {suffix or '(none)'} does not match the content ({format_}); read by content")  # fmt: skip


def _refuse_strangers(data: bytes) -> None:
    if data.startswith(OLD_BIFF):
        raise unreadable("other_format", "a workbook of Excel 2 to 4, or the bare stream of a later one")
    for magic, name in STRANGERS:
        if data.startswith(magic) and not (magic in (b"BM", b"MZ") and b"\x00" not in data[:HEAD]):
            raise unreadable("other_format", name)
    if data[4:8] == b"ftyp":
        raise unreadable("other_format", "a film or an image of a telephone")


def _head(data: bytes) -> str:
    """The beginning as text, good enough to see markup."""
    head = data[:HEAD]
    for mark, name in ((b"\xff\xfe\x00\x00", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if head.startswith(mark):
            return head.decode(name, errors="replace")
    return head.removeprefix(b"\xef\xbb\xbf").decode("latin-1")
