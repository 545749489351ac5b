"""limits: how much a file may ask for before it is refused."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """What reading one file may cost. Yearbook workbooks stay far below each of these.

    Args:
        bytes: size of the file.
        inflated: size of all parts of a zipped workbook when unpacked.
        parts: number of parts of a zipped workbook.
        cells: rows times columns, over all sheets.
        sheets: number of sheets.
        cell_letters: letters of one cell; a longer one is no label, number or note of a table.
        letters: letters of all cells together.
        seconds: wall clock and processor time.
        memory: address space of the reading process, in bytes.
    """

    bytes: int = 20 * MEGABYTE
    inflated: int = 200 * MEGABYTE
    parts: int = 10_000
    cells: int = 2_000_000
    sheets: int = 200
    cell_letters: int = 8_000
    letters: int = 10_000_000
    seconds: int = 8
    memory: int = 450 * MEGABYTE
