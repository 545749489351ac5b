"""archive: the parts of a zipped workbook, counted and looked at before any reader opens them."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipelines.grid.faults import unreadable
from pipelines.grid.limits import MEGABYTE, Limits

CHUNK = MEGABYTE // 4
OVERLAP = 512
LOCAL_HEADER, LENGTHS = 30, 26
ENCRYPTED, UTF8_NAME = 0x1, 0x800
DECLARATION = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)|<\x00!\x00(?:D|E)\x00|\x00<\x00!\x00(?:D|E)")
LEFT_OUT = re.compile(
    rb"""\bt\s*=\s*["']e["']|(?:</(?:\w+:)?f>|<(?:\w+:)?f\b[^<>]*/>)\s*"""
    rb"""(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"""
)
MARKUP = (".xml", ".rels", ".vml")


@dataclass
class Archive:
    """A zip file whose parts are of bearable size.

    Args:
        file: the opened zip file.
        names: of all parts.
        to_search: sheets with error values or formulas without a result, which the workbook reader leaves empty.
    """

    file: zipfile.ZipFile
    names: frozenset[str]
    to_search: set[str] = field(default_factory=set)

    @property
    def format(self) -> str:
        """What kind of document it is: xlsx, ods, or the name of a stranger."""
        if any(name.startswith("xl/") for name in self.names):
            return "xlsb" if "xl/workbook.bin" in self.names else "xlsx"
        if "mimetype" in self.names and b"opendocument.spreadsheet" in self.file.read("mimetype"):
            return "ods"
        return self._stranger()

    def _stranger(self) -> str:
        for folder, name in (("word/", "a Word document"), ("ppt/", "a PowerPoint document")):
            if any(part.startswith(folder) for part in self.names):
                return name
        return "a zip archive that is no workbook"


def opened(data: bytes, limits: Limits) -> Archive:
    """The archive, every part of which has been unpacked once to count its bytes.

    Raises:
        UnreadableError: damaged, too large when unpacked, encrypted, or with document type declarations.
    """
    try:
        file = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as fault:
        raise unreadable("damaged", f"a zip archive that does not open ({fault})") from None
    members = file.infolist()
    _refuse_odd(members, limits)
    archive = Archive(file, frozenset(member.filename for member in members))
    budget = limits.inflated
    for member in members:
        budget -= _looked_at(archive, member, data, budget)
    return archive


def _refuse_odd(members: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(members) > limits.parts:
        raise unreadable("too_large", f"a zip archive of {len(members)} parts")
    names = Counter(member.filename for member in members)
    twice = sorted(name for name, times in names.items() if times > 1)
    if twice:
        raise unreadable("damaged", f"a zip archive that holds {twice[0]} twice")
    declared = sum(member.file_size for member in members)
    if declared > limits.inflated:
        raise unreadable("too_large", f"a zip archive that unpacks to {declared} bytes")
    for member in members:
        if member.flag_bits & ENCRYPTED:
            raise unreadable("password", f"the encrypted zip part {member.filename}")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise unreadable("damaged", f"{member.filename} packed by method {member.compress_type}")


def _looked_at(archive: Archive, member: zipfile.ZipInfo, data: bytes, budget: int) -> int:
    """Bytes of one part when unpacked; also notes what stands in it."""
    name, total, checksum, before = member.filename, 0, 0, b""
    is_markup = name.lower().endswith(MARKUP)
    is_sheet = name.startswith("xl/worksheets/")
    for chunk in _unpacked(member, data):
        total += len(chunk)
        checksum = zlib.crc32(chunk, checksum)
        if total > budget:
            raise unreadable("too_large", f"{name} unpacks to more than it declares")
        window = before + chunk
        if is_markup and DECLARATION.search(window):
            raise unreadable("unsafe", f"a document type declaration in {name}")
        if is_sheet and LEFT_OUT.search(window):
            archive.to_search.add(name)
        before = chunk[-OVERLAP:]
    if checksum != member.CRC:
        raise unreadable("damaged", f"{name} with a wrong checksum")
    return total


def _unpacked(member: zipfile.ZipInfo, data: bytes) -> Iterator[bytes]:
    """The part's bytes piece by piece, straight from the file: its declared size is not believed."""
    start = member.header_offset
    if data[start : start + 4] != b"PK\x03\x04" or start + LOCAL_HEADER > len(data):
        raise unreadable("damaged", f"no part where {member.filename} should begin (byte {start})")
    name_length, extra_length = struct.unpack_from("<HH", data, start + LENGTHS)
    start += LOCAL_HEADER
    name = member.orig_filename.encode("utf-8" if member.flag_bits & UTF8_NAME else "cp437", errors="replace")
    if data[start : start + name_length] != name:
        raise unreadable("damaged", f"{member.filename} has another name in its own header")
    start += name_length + extra_length
    packed = memoryview(data)[start : start + member.compress_size]
    if len(packed) < member.compress_size:
        raise unreadable("damaged", f"{member.filename} is cut off")
    if member.compress_type == zipfile.ZIP_STORED:
        yield bytes(packed)
        return
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    rest: bytes | memoryview = packed
    try:
        while not inflater.eof and (chunk := inflater.decompress(rest, CHUNK)):
            yield chunk
            rest = inflater.unconsumed_tail
    except zlib.error as fault:
        raise unreadable("damaged", f"{member.filename} does not unpack ({fault})") from None
    if not inflater.eof:
        raise unreadable("damaged", f"{member.filename} is cut off")
