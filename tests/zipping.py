"""zipping: zip archives as they should and should not be, and workbooks with their parts changed."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence


def zipped(parts: Mapping[str, bytes] | Sequence[tuple[str, bytes]]) -> bytes:
    """A zip archive; given as a sequence, a part may come twice."""
    result = io.BytesIO()
    pairs = parts.items() if isinstance(parts, Mapping) else parts
    seen: dict[str, str] = {}
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as file:
        for number, (name, content) in enumerate(pairs):
            alias = name if name not in seen else f"{number:0{len(name)}}"[: len(name)]
            seen.setdefault(name, alias)
            file.writestr(zipfile.ZipInfo(alias, (2020, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
            if alias != name:
                file.infolist()[-1].filename = name
    return result.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    """The parts of a zip archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name) for name in file.namelist()}


def changed(data: bytes, name: str, change: Callable[[bytes], bytes] | bytes | None) -> bytes:
    """A zip archive with one part changed, replaced, added, or (None) taken out."""
    inside = parts(data)
    if change is None:
        inside.pop(name, None)
    else:
        inside[name] = change if isinstance(change, bytes) else change(inside[name])
    return zipped(inside)


def zip_bomb(data: bytes, size: int, *, is_honest: bool = True) -> bytes:
    """A workbook with a part of zeros; a dishonest one declares a size of 1."""
    bomb = changed(data, "xl/media/image1.bin", bytes(size))
    if is_honest:
        return bomb
    real, small = struct.pack("<I", size), struct.pack("<I", 1)
    return bomb.replace(real, small)


DTD = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'


def with_entities(part: bytes) -> bytes:
    """An XML part with a document type declaration that defines entities."""
    head, _, rest = part.partition(b"?>")
    return head + b"?>" + DTD + rest if rest else DTD + part
