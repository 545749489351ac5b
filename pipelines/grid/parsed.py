"""parsed: what the reading process finds in a file, handed on row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

Rows = Iterable[list[str]]
Remark = tuple[str, str, str]


@dataclass
class Parsed:
    """A file that is being taken apart.

    Args:
        format: what it is by its content.
        encoding: of a text file.
        sheets: name and rows of each sheet; made as they are asked for.
        remarks: what was odd; complete when the sheets have been read.
    """

    format: str
    encoding: str | None
    sheets: Iterator[tuple[str, Rows]]
    remarks: list[Remark] = field(default_factory=list)
