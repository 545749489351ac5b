"""tidy: the project's own source files (data/sources) → staged figures, target statements and refused rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.catalog import Catalog, Correction
from pipelines.sources.tidy_rules import FIGURE, IMPORTED, ORIGIN, TARGET, Refusal, refusals

LARGEST = 20 * 1024**2
TARGETS, TOTAL = "targets", "_T"
NOT_DATA = ("README.md", ".gitkeep")
IDENTITY = ("unit_code", "period", "measure_id", "contest_kind", "organiser", "scope_id", "derivation", "publisher",
            "title", "published", "industry")  # fmt: skip


@dataclass
class Staged:
    """The three staged tables as rows, and rows in, out and refused of every file."""

    figures: list[dict[str, Any]] = field(default_factory=list)
    targets: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    counts: list[dict[str, Any]] = field(default_factory=list)


def staged(places: Sequence[Path], root: Path, catalog: Catalog) -> Staged:
    """All source files of the places, as printed; a row that cannot stand is refused, with its reasons.

    Args:
        places: tidy files, or folders of them; targets.csv holds target statements, every other file figures.
        root: what the files are named from.
        catalog: what is declared.

    Returns:
        Figures (one a row of a figure file), target statements, refused rows, and for every file
        rows in = rows out + rows refused.

    Raises:
        ValueError: a declared correction no longer finds the value that it expects.
    """
    result = Staged()
    seen: dict[tuple[str, ...], str] = {}
    found = (path for place in places for path in (sorted(place.iterdir()) if place.is_dir() else [place]))
    for path in (path for path in found if path.exists()):
        name = path.relative_to(root).as_posix()
        if path.is_file() and path.suffix == ".csv":
            _read(path, name, catalog, seen, result)
        elif path.name not in NOT_DATA:
            _refuse_file(name, result)
    return result


def _read(path: Path, name: str, catalog: Catalog, seen: dict[tuple[str, ...], str], result: Staged) -> None:
    columns = TARGET if path.stem == TARGETS else FIGURE
    rows_in = refused = 0
    for line, row, faults in _rows(path, name, columns, catalog, seen):
        rows_in += 1
        refused += bool(faults)
        place = {"source_file": name, "source_line": line}
        result.refused += [_refused(place, fault) for fault in faults]
        if not faults and columns is TARGET:
            result.targets.append(place | _target(row))
        elif not faults:
            result.figures.append(place | {"dataset": path.stem} | _figure(row))
    table = "staged.target_statement" if columns is TARGET else "staged.figure"
    result.counts.append(_count(table, name, rows_in, refused))


def _refuse_file(name: str, result: Staged) -> None:
    wanted = "a tidy .csv file, columns as in data/sources/README.md"
    next_zh, next_en = "请改存为规定列的 CSV，或从收件箱移出", "Save it as a CSV of those columns, or take it out"
    fault = Refusal("*", name.rpartition(".")[2], wanted, next_zh, next_en)
    result.refused.append(_refused({"source_file": name, "source_line": 1}, fault))
    result.counts.append(_count("staged.figure", name, 1, 1))


def _count(table: str, name: str, rows_in: int, refused: int) -> dict[str, Any]:
    return {"table_name": table, "input_name": name, "rows_in": rows_in,
            "rows_out": rows_in - refused, "rows_refused": refused}  # fmt: skip


def _rows(
    path: Path, name: str, columns: tuple[str, ...], catalog: Catalog, seen: dict[tuple[str, ...], str]
) -> Iterator[tuple[int, dict[str, str], list[Refusal]]]:
    """Line number, row and refusals of every row of one file."""
    size = path.stat().st_size
    if size > LARGEST:
        wanted, next_en = f"at most {LARGEST} bytes", "Split the file"
        yield 1, {}, [Refusal("*", f"{size} bytes", wanted, "请拆分文件", next_en)]
        return
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        found = repr(raw[fault.start : fault.end])
        yield line, {}, [Refusal("*", found, "UTF-8", "请将文件另存为 UTF-8", "Save the file as UTF-8")]
        return
    reader = csv.reader(io.StringIO(text, newline=""))
    header = _cells(reader) or []
    if columns is FIGURE and header == list(IMPORTED):
        columns = IMPORTED
    if isinstance(header, csv.Error) or tuple(header) != columns:
        differ = _difference(header, columns)
        yield 1, {}, [Refusal("*", differ, ",".join(columns), "请恢复表头", "Restore the header")]
        return
    corrections = [one for one in catalog.corrections if name == f"data/sources/{one.file}"]
    while True:
        line = reader.line_num + 1
        cells = _cells(reader)
        if isinstance(cells, csv.Error):
            yield (
                line,
                {},
                [Refusal("*", str(cells), "CSV", "请检查引号和过长的单元格", "Mend quotes or an overlong cell")],
            )
            return
        if cells is None:
            break
        if len(cells) != len(columns):
            yield line, {}, [Refusal("*", f"{len(cells)} cells", f"{len(columns)} cells")]
            continue
        row = _corrected(dict(zip(columns, cells, strict=True)), corrections, name, line)
        repeated = _repeated(row, columns, seen, f"{name}:{line}")
        yield line, row, refusals(row, columns, catalog, path.stem) + repeated


def _cells(reader: Iterator[list[str]]) -> list[str] | csv.Error | None:
    """The next row; the fault where it is no CSV; None at the end."""
    try:
        return next(reader, None)
    except csv.Error as fault:
        return fault


def _difference(header: list[str] | csv.Error, columns: tuple[str, ...]) -> str:
    """What stands in one of two headers only, in few words."""
    if isinstance(header, csv.Error):
        return str(header)
    return (", ".join(sorted(set(header) ^ set(columns))) or "order")[:200]


def _corrected(row: dict[str, str], corrections: list[Correction], name: str, line: int) -> dict[str, str]:
    mended = dict(row)
    for one in corrections:
        if any(row.get(column) != value for column, value in one.match.items()):
            continue
        if row[one.column] != one.expected:
            raise ValueError(
                f"{name}:{line}: a correction expected {one.column} = {one.expected!r}, found {row[one.column]!r}."
                " The source has changed: review data/catalog/corrections.yaml. 来源已变，请复核更正。"
            )
        mended[one.column] = one.corrected
    return mended


def _repeated(
    row: Mapping[str, str], columns: tuple[str, ...], seen: dict[tuple[str, ...], str], place: str
) -> list[Refusal]:
    if columns is TARGET:
        return []
    identity = tuple(row.get(column) or TOTAL for column in IDENTITY)
    first = seen.setdefault(identity, place)
    if first == place:
        return []
    return [Refusal("*", f"same fact as {first}", "one row a fact and publication", f"请删去与 {first} 重复的一行",
                    f"Remove the repetition of {first}")]  # fmt: skip


def _refused(place: Mapping[str, Any], fault: Refusal) -> dict[str, Any]:
    return {**place, "column_name": fault.column, "found": fault.found, "wanted": fault.wanted,
            "next_step_zh": fault.next_zh, "next_step_en": fault.next_en}  # fmt: skip


def _figure(row: Mapping[str, str]) -> dict[str, Any]:
    staged = {column: row[column] or None for column in FIGURE if column not in ("value", "unit")}
    staged |= {column: row.get(column) or None for column in ORIGIN}
    return staged | {"value_printed": row["value"] or None, "unit_printed": row["unit"]}


def _target(row: Mapping[str, str]) -> dict[str, Any]:
    staged = {column: row[column] or None for column in TARGET if column not in ("value", "unit")}
    return staged | {"value_printed": row["value"], "unit_printed": row["unit"]}
