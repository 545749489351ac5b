"""reading: a path → its book of cells; the file is opened here and taken apart in another process."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from pipelines.grid.faults import unreadable
from pipelines.grid.limits import Limits
from pipelines.grid.model import Book, Sheet, UnreadableError
from pipelines.grid.sniff import extension_remark
from pipelines.grid.worker import WORKER, Message

DEFAULT = Limits()
LONGEST_NAME = 80


def read(path: Path, limits: Limits = DEFAULT) -> Book:
    """The cells of a file, whatever it is by its content.

    Args:
        path: the file; it is only read.
        limits: what it may cost.

    Raises:
        UnreadableError: it cannot be taken apart into cells; the only error of this function.
    """
    data = _content(path, limits)
    messages = WORKER.answer(data, path.stem.encode("utf-8", "replace").decode(), limits)
    return _book(path, data, messages)


def _content(path: Path, limits: Limits) -> bytes:
    """The bytes of an ordinary file; nothing else is opened, nor waited for."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except (OSError, ValueError) as fault:
        raise _unopened(path, fault) from None
    try:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode):
            raise unreadable("not_a_file", f"{path.name}: {_kind(about.st_mode)}")
        if about.st_size > limits.bytes:
            raise unreadable("too_large", f"{path.name}: {about.st_size} bytes")
        data = _all(descriptor, limits.bytes + 1)
    except OSError as fault:
        raise unreadable("not_readable", f"{path.name}: {fault.strerror}") from None
    finally:
        os.close(descriptor)
    if len(data) > limits.bytes:
        raise unreadable("too_large", f"{path.name}: a growing file of more than {limits.bytes} bytes")
    return data


def _all(descriptor: int, most: int) -> bytes:
    parts: list[bytes] = []
    while most > 0 and (part := os.read(descriptor, most)):
        parts.append(part)
        most -= len(part)
    return b"".join(parts)


def _unopened(path: Path, fault: OSError | ValueError) -> UnreadableError:
    if isinstance(fault, ValueError):
        return unreadable("missing", f"a name that no file can have: {fault}")
    if isinstance(fault, FileNotFoundError | NotADirectoryError):
        is_link = path.is_symlink()
        return unreadable("missing", f"{path.name}: {'a link that points nowhere' if is_link else 'no such file'}")
    if isinstance(fault, PermissionError):
        return unreadable("not_readable", f"{path.name}: no permission to read")
    return unreadable("not_a_file", f"{path.name[:LONGEST_NAME]}: {fault.strerror}")


def _kind(mode: int) -> str:
    for is_kind, name in ((stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket")):
        if is_kind(mode):
            return name
    return "a device"


def _book(path: Path, data: bytes, messages: list[Message]) -> Book:
    """The book that the reading process has told of, row after row."""
    about = messages[0]
    named: list[tuple[str, list[list[str]]]] = []
    remarks: list[tuple[str, str, str]] = []
    for message in messages[1:]:
        if "sheet" in message:
            named.append((message["sheet"], []))
        elif "rows" in message:
            named[-1][1].extend(message["rows"])
        else:
            remarks.extend((code, chinese, english) for code, chinese, english in message.get("remarks", []))
    odd = extension_remark(path.name, about["format"])
    return Book(
        name=path.name,
        sha256=hashlib.sha256(data).hexdigest(),
        format=about["format"],
        encoding=about["encoding"],
        sheets=tuple(Sheet(name, _even(rows)) for name, rows in named),
        remarks=(*((odd,) if odd else ()), *remarks),
    )


def _even(rows: list[list[str]]) -> tuple[tuple[str, ...], ...]:
    """Rows of equal length: up to the last column in which something stands."""
    width = max(map(_filled_width, rows), default=0)
    blank = ("",) * width
    return tuple((*row[:width], *blank[len(row) :]) if row else blank for row in rows)


def _filled_width(row: list[str]) -> int:
    length = len(row)
    while length and not row[length - 1].strip():
        length -= 1
    return length
