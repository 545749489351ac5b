"""delimited: text with commas, semicolons or tabs → rows of cells, exactly as they stand."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator

from pipelines.grid.encoding import decoded
from pipelines.grid.faults import unreadable
from pipelines.grid.model import UnreadableError
from pipelines.grid.parsed import Parsed

DELIMITERS = ("\t", ";", ",")
SAMPLE_ROWS = 200
LEADING_SHARE = 0.5
REPLACED = "\ufffd"
TAB_BEHIND_QUOTE = re.compile(r'(?<=[^",\r\n])"(\t+)(?=,|\r?\n|\Z)')


def parsed(data: bytes, stem: str) -> Parsed:
    """One sheet, named by the file's stem.

    Raises:
        UnreadableError: wrong code page, no text, or quotation marks that are not balanced.
    """
    text = decoded(data)
    if text.text.lstrip()[:1] in ("{", "[") and _is_json(text.text):
        raise unreadable("other_format", "JSON")
    delimiter = delimiter_of(text.text)
    result = Parsed("tsv" if delimiter == "\t" else "csv", text.encoding, iter([(stem, _rows(text.text, delimiter))]))
    lost = text.text.count(REPLACED)
    if lost:
        result.remarks.append(("replacement_characters", f"有 {lost} 个无法还原的字符（U+FFFD），来源文件已丢失原文",
                               f"{lost} characters were lost before (U+FFFD) in the source"))  # fmt: skip
    return result


def delimiter_of(text: str) -> str:
    """The delimiter under which most rows of the beginning have one common width; a comma where there is none."""
    first_line = text.partition("\n")[0].strip().lower()
    if first_line.startswith("sep=") and len(first_line) == len("sep=") + 1:
        return first_line[-1]
    best, best_score = ",", 0
    for delimiter in DELIMITERS:
        rows = _sample(text, delimiter)
        widths = Counter(len(row) for row in rows if len(row) > 1)
        score = max(((width - 1) * rows_of_width for width, rows_of_width in widths.items()), default=0)
        if score > best_score and not _hides_another(rows, delimiter):
            best, best_score = delimiter, score
    return best


def _hides_another(rows: list[list[str]], delimiter: str) -> bool:
    """Whether the cells begin with another delimiter: the tabs before the commas of the national site's exports."""
    later = [cell for row in rows for cell in row[1:] if cell]
    begun = sum(cell[0] in DELIMITERS and cell[0] != delimiter for cell in later)
    return begun > LEADING_SHARE * len(later)


def _sample(text: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            rows.append(row)
            if len(rows) == SAMPLE_ROWS:
                break
    except csv.Error:
        return rows
    return rows


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    if delimiter == ",":  # the national site sets a tab behind every cell, behind its quotation mark too
        text = TAB_BEHIND_QUOTE.sub(r'\1"', text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as fault:
            raise _quotes(line, fault) from None
        if row is None:
            return
        yield row


def _quotes(line: int, fault: csv.Error) -> UnreadableError:
    code = "too_large" if "field limit" in str(fault) else "quotes"
    return unreadable(code, f"{fault} in the row that begins in line {line}")


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
