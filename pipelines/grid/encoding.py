"""encoding: bytes of a text file → text, or the place where no code page fits."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from pipelines.grid.faults import unreadable

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CONTROL = re.compile(r"[\x01-\x08\x0e-\x19\x1b-\x1f\x7f]")
TWICE = re.compile(r"[\x80-\x84\x86-\x9f]")
CJK = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
EMBEDDED = re.compile(r"(?<=[A-Za-z])[\u4e00-\u9fff](?=[a-z])")
OUTLIERS_ALLOWED = 2
OUTLIER_SHARE = 10


@dataclass(frozen=True)
class Text:
    """Decoded text with the name of its code page."""

    text: str
    encoding: str


def decoded(data: bytes, declared: str | None = None) -> Text:
    """The text of a file: by its mark, by what it declares, as UTF-8, else as GB18030.

    Args:
        data: the bytes.
        declared: a code page that the file itself names, e.g. in HTML.

    Raises:
        UnreadableError: no code page fits, two are mixed, or it is no text; names byte and line.
    """
    for mark, name in MARKS:
        if data.startswith(mark):
            return _clean(_strict(data, name), name)
    position = data.find(b"\x00")
    if position >= 0:
        raise unreadable("nul_bytes", f"a NUL byte at {_place(data, position)}")
    for name in ("utf-8", "big5") if (declared or "").lower().startswith("big5") else ("utf-8",):
        try:
            return _clean(data.decode(name), name)
        except UnicodeDecodeError:
            continue
    _refuse_mixture(data)
    return _clean(_plausible(_strict(data, "gb18030"), data), "gb18030")


def _strict(data: bytes, name: str) -> str:
    try:
        return data.decode(name)
    except UnicodeDecodeError as fault:
        found = f"bytes {data[fault.start : fault.start + 4].hex(' ')} at {_place(data, fault.start)}, not {name}"
        raise unreadable("code_page", found) from None


def _clean(text: str, encoding: str) -> Text:
    if "\x00" in text:
        raise unreadable("nul_bytes", f"a NUL character in line {text.count(chr(10), 0, text.index(chr(0))) + 1}")
    twice = TWICE.search(text)
    if twice:
        line = text.count("\n", 0, twice.start()) + 1
        raise unreadable("code_page", f"the character U+{ord(twice[0]):04X} in line {line}, as of text encoded twice")
    found = CONTROL.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        raise unreadable("control_characters", f"the control character U+{ord(found[0]):04X} in line {line}")
    return Text(text, encoding)


def _refuse_mixture(data: bytes) -> None:
    """Refuse GB18030 in which a whole line is UTF-8: read as GB18030 it would become other characters."""
    offset = 0
    for number, line in enumerate(data.split(b"\n"), start=1):
        if not line.isascii() and _is_chinese_utf8(line):
            raise unreadable("code_page", f"UTF-8 in line {number} (byte {offset}), other lines are not UTF-8")
        offset += len(line) + 1


def _is_chinese_utf8(line: bytes) -> bool:
    try:
        return len(CJK.findall(line.decode("utf-8"))) > 1
    except UnicodeDecodeError:
        return False


def _plausible(text: str, data: bytes) -> str:
    """The text, unless its characters are such as Chinese statistics do not use: then the code page is another."""
    foreign = [character for character in text if not character.isascii()]
    rare = [character for character in foreign if not _is_common(character)]
    embedded = EMBEDDED.findall(text)
    if 2 * len(embedded) >= len(foreign):
        position = len(text[: text.index(embedded[0])].encode("gb18030"))
        raise unreadable("code_page", f"a Chinese character inside of a Latin word at {_place(data, position)}")
    if len(rare) <= OUTLIERS_ALLOWED + len(foreign) // OUTLIER_SHARE:
        return text
    position = len(text[: text.index(rare[0])].encode("gb18030"))
    odd = f"{len(rare)} of {len(foreign)} characters are odd, the first {rare[0]!r}"
    raise unreadable("code_page", f"as GB18030 {odd} at {_place(data, position)}")


def _is_common(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return character in "\u00a0\u2002\u2003\u2009\u200b\u3000—－〇"
    return True


def _place(data: bytes, position: int) -> str:
    return f"byte {position} (line {data.count(bytes((10,)), 0, position) + 1})"
