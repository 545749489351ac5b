"""breaking: broken copies of any file."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Iterator

from tests.zipping import changed, parts, with_entities, zip_bomb, zipped


def mutations(data: bytes, seed: int) -> Iterator[tuple[str, bytes]]:
    """Broken copies of a file, each with the name of its fault; the same for the same seed."""
    chance = random.Random(seed)
    yield from _torn(data, chance)
    yield from _flipped(data, chance)
    yield from _recoded(data, chance)
    if zipfile.is_zipfile(io.BytesIO(data)):
        yield from _rezipped(data, chance)


def _torn(data: bytes, chance: random.Random) -> Iterator[tuple[str, bytes]]:
    for length in (1, 8, len(data) // 2, len(data) - 1, *(chance.randrange(len(data)) for _ in range(4))):
        yield f"truncated at {length}", data[:length]
    at = chance.randrange(len(data))
    yield "shifted by one byte", b"\x00" + data
    yield "first byte lost", data[1:]
    yield f"byte lost at {at}", data[:at] + data[at + 1 :]
    yield f"bytes added at {at}", data[:at] + chance.randbytes(7) + data[at:]
    yield f"512 zeros at {at}", data[:at] + bytes(512) + data[at + 512 :]
    yield f"block twice at {at}", data[: at + 512] + data[at:]
    yield "twice", data + data
    yield "rubbish behind", data + chance.randbytes(600)
    yield "empty", b""


def _flipped(data: bytes, chance: random.Random) -> Iterator[tuple[str, bytes]]:
    for name, end, times in (("bytes", len(data), 28), ("header bytes", min(len(data), 600), 14)):
        for _ in range(times):
            copy = bytearray(data)
            for _ in range(chance.choice((1, 3, 20))):
                copy[chance.randrange(end)] = chance.randrange(256)
            yield f"{name} flipped", bytes(copy)


def _recoded(data: bytes, chance: random.Random) -> Iterator[tuple[str, bytes]]:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return
    for name in ("gb18030", "big5", "utf-16-le", "utf-16", "utf-32", "cp1252", "shift_jis"):
        yield f"recoded as {name}", text.encode(name, errors="replace")
    middle = len(text) // 2
    yield "two code pages", text[:middle].encode("utf-8") + text[middle:].encode("gb18030")
    at = chance.randrange(len(data))
    yield f"NUL at {at}", data[:at] + b"\x00" + data[at:]
    yield f"quotation mark at {at}", data[:at] + b'"' + data[at:]
    yield "100,000 empty lines", data + b"\n" * 100_000
    yield "100,000 empty rows", data + b",,,,\n" * 100_000
    yield "a cell of 200,000 letters", data + b"x" * 200_000
    yield "recoded twice", data.decode("latin-1").encode("utf-8")


def _rezipped(data: bytes, chance: random.Random) -> Iterator[tuple[str, bytes]]:
    inside = parts(data)
    for name in inside:
        yield f"without {name}", changed(data, name, None)
    name = chance.choice(sorted(inside))
    yield f"{name} twice", zipped([*inside.items(), (name, inside[name])])
    yield f"{name} renamed", zipped([(part + "x" if part == name else part, body) for part, body in inside.items()])
    yield f"{name} empty", changed(data, name, b"")
    for name in sorted(name for name in inside if name.endswith((".xml", ".rels"))):
        yield f"entities in {name}", changed(data, name, with_entities)
        yield f"{name} cut off", changed(data, name, inside[name][: len(inside[name]) // 2])
        yield f"{name} flipped", changed(data, name, next(_flipped(inside[name], chance))[1])
    for name in sorted(name for name in inside if name.startswith("xl/worksheets/sheet") or name == "content.xml"):
        yield from _recelled(data, name, chance)
    yield "external link", changed(data, "xl/externalLinks/externalLink1.xml", b'<externalLink r:id="rId1"/>')
    yield "zip bomb", zip_bomb(data, 210_000_000)
    yield "lying zip bomb", zip_bomb(data, 210_000_001, is_honest=False)


def _recelled(data: bytes, name: str, chance: random.Random) -> Iterator[tuple[str, bytes]]:
    """Odd values in the cells of one sheet."""
    sheet = parts(data)[name]
    values = list(re.finditer(rb"(?:<v>|office:value=\")([^<\"]*)", sheet))
    if values:
        for odd in (b"abc", b"NaN", b"inf", b"1e999", b"-1e-400", b"9" * 400, b"", b"&#0;", b"&lt;", b"99999999999"):
            start, end = chance.choice(values).span(1)
            yield f"{odd[:12]!r} in a cell of {name}", changed(data, name, sheet[:start] + odd + sheet[end:])
    rows = b"".join(b'<row r="%d"></row>' % number for number in range(1_000, 101_000))
    yield "100,000 empty rows", changed(data, name, sheet.replace(b"</sheetData>", rows + b"</sheetData>"))
    for place in (b"XFD1048576", b"A1048576", b"ZZZZ9", b"A0", b"A99999999999", b"1A", b""):
        far = b'<row><c r="%s"><v>1</v></c></row></sheetData>' % place
        yield f"a cell at {place!r}", changed(data, name, sheet.replace(b"</sheetData>", far))
    for kind in (b"s", b"e", b"b", b"d", b"inlineStr", b"zz"):
        typed = re.sub(rb'(<c r="\w+")[^>]*>', rb'\1 t="%s">' % kind, sheet)
        yield f"cells of type {kind!r} in {name}", changed(data, name, typed)
