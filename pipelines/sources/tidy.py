"""tidy: the project's own source files (data/sources) → staged figures, target statements and refused rows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from pipelines.catalog import Catalog, Correction
from pipelines.methods.bounded import PLAIN
from pipelines.methods.periods import PeriodError, period

FIGURE = (
    "unit_code", "period", "measure_id", "contest_kind", "organiser", "scope_id", "value", "unit", "qualifier",
    "derivation", "period_certainty", "missing_reason", "grade", "publisher", "title", "published", "url",
    "note_zh", "note_en",
)  # fmt: skip
TARGET = (
    "target_id", "unit_code", "period", "value", "unit", "qualifier", "grade", "publisher", "title", "published",
    "url", "note_zh", "note_en",
)  # fmt: skip
CLOSED = ("contest_kind", "organiser", "qualifier", "derivation", "period_certainty", "grade")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
LARGEST = 20 * 1024**2
NOT_DATA = ("README.md", ".gitkeep")
NATION = ("000000",)
IDENTITY = ("unit_code", "period", "measure_id", "contest_kind", "organiser", "scope_id", "derivation", "publisher",
            "title", "published")  # fmt: skip


@dataclass
class Refusal:
    """Why a row is refused: the column, what was found, what was wanted, what to do next."""

    column: str
    found: str
    wanted: str
    next_zh: str = "请改正该行；如来源确实如此，请在 data/catalog 中登记"
    next_en: str = "Mend the row; if the source really says so, declare it under data/catalog"


@dataclass
class Staged:
    """The three staged tables as rows, and rows in, out and refused of every file."""

    figures: list[dict[str, Any]] = field(default_factory=list)
    targets: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    counts: list[dict[str, Any]] = field(default_factory=list)


def staged(folders: Sequence[Path], root: Path, catalog: Catalog) -> Staged:
    """All source files of the folders, as printed; a row that cannot stand is refused, with its reasons.

    Args:
        folders: where the tidy files lie; targets.csv holds target statements, every other file figures.
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
    for path in (path for folder in folders for path in sorted(folder.iterdir())):
        name = path.relative_to(root).as_posix()
        if path.is_file() and path.suffix == ".csv":
            _read(path, name, catalog, seen, result)
        elif path.name not in NOT_DATA:
            _refuse_file(name, result)
    return result


def _read(path: Path, name: str, catalog: Catalog, seen: dict[tuple[str, ...], str], result: Staged) -> None:
    columns = TARGET if path.stem == "targets" else FIGURE
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
        yield line, row, _faults(row, columns, catalog, path.stem) + repeated


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
    identity = tuple(row[column] for column in IDENTITY)
    first = seen.setdefault(identity, place)
    if first == place:
        return []
    return [Refusal("*", f"same fact as {first}", "one row a fact and publication", f"请删去与 {first} 重复的一行",
                    f"Remove the repetition of {first}")]  # fmt: skip


def _faults(row: Mapping[str, str], columns: tuple[str, ...], catalog: Catalog, stem: str) -> list[Refusal]:
    found = _common_faults(row, catalog)
    return found + (_target_faults(row, catalog) if columns is TARGET else _figure_faults(row, catalog, stem))


def _common_faults(row: Mapping[str, str], catalog: Catalog) -> list[Refusal]:
    found = []
    if row["unit_code"] not in catalog.reporting_units:
        found.append(Refusal("unit_code", row["unit_code"], "a code of reporting_units.csv"))
    for column in CLOSED:
        allowed = catalog.columns[column].values or ()
        if column in row and row[column] not in allowed:
            found.append(Refusal(column, row[column], " | ".join(allowed)))
    if not row["publisher"].strip() or not row["title"].strip():
        found.append(Refusal("publisher", row["publisher"] + row["title"], "publisher and title of the publication"))
    if not _is_day(row["published"]):
        found.append(Refusal("published", row["published"], "a date: YYYY, YYYY-MM, YYYY-MM-DD, or empty"))
    for column, text in row.items():
        if CONTROL.search(text):
            found.append(Refusal(column, repr(text)[:80], "no control character"))
    if row["grade"] in ("C", "D") and row["url"]:
        found.append(Refusal("url", row["url"], "empty: the address of a mirror is never shown", "请删去镜像网址",
                             "Remove the mirror's address"))  # fmt: skip
    if row["url"] and not row["url"].startswith(("http://", "https://")):
        found.append(Refusal("url", row["url"], "http:// or https://"))
    return found


def _is_day(text: str) -> bool:
    """Whether the text is a date, with or without day and month, or empty."""
    whole = {4: text + "-01-01", 7: text + "-01", 10: text}.get(len(text))
    try:
        return not text or (whole is not None and bool(date.fromisoformat(whole)))
    except ValueError:
        return False


def _figure_faults(row: Mapping[str, str], catalog: Catalog, stem: str) -> list[Refusal]:
    found = []
    if row["scope_id"] not in catalog.scopes:
        found.append(Refusal("scope_id", row["scope_id"], "a code of scopes.yaml"))
    measure = catalog.measures.get(row["measure_id"])
    if measure is None:
        return [*found, Refusal("measure_id", row["measure_id"], "a measure declared under data/catalog/measures")]
    unit = catalog.units_of_measure[measure.unit]
    if row["unit"] not in unit.printed:
        wanted = f"{' | '.join(unit.printed)} ({stem}: {row['measure_id']} is counted in {measure.unit})"
        found.append(Refusal("unit", row["unit"], wanted))
    try:
        days = period(row["period"], measure.kind)
    except PeriodError as fault:
        return [*found, Refusal("period", row["period"], str(fault)), *_value_faults(row, catalog)]
    reporting = catalog.reporting_units.get(row["unit_code"])
    if reporting and not reporting.was_valid_on(days.end):
        valid = f"a period within {reporting.valid_from} – {reporting.valid_to or '…'} ({row['unit_code']})"
        found.append(Refusal("period", row["period"], valid))
    return found + _value_faults(row, catalog)


def _value_faults(row: Mapping[str, str], catalog: Catalog) -> list[Refusal]:
    reasons = catalog.columns["missing_reason"].values or ()
    if row["value"]:
        if row["missing_reason"]:
            return [Refusal("missing_reason", row["missing_reason"], "empty beside a value")]
        is_number = PLAIN.fullmatch(row["value"]) is not None
        return [] if is_number else [Refusal("value", row["value"], "a plain number, digits as printed")]
    if row["missing_reason"] not in reasons:
        return [Refusal("value", "(empty)", f"a number, or a missing_reason: {' | '.join(reasons)}")]
    return []


def _target_faults(row: Mapping[str, str], catalog: Catalog) -> list[Refusal]:
    """A statement must say what the declared target says: unit, period and value."""
    target = catalog.targets.get(row["target_id"])
    if target is None:
        return [Refusal("target_id", row["target_id"], "an entry of targets.yaml")]
    if not PLAIN.fullmatch(row["value"]):
        return [Refusal("value", row["value"], "a plain number, digits as printed")]
    found = []
    printed = catalog.units_of_measure[target.unit].printed
    stated = Fraction(row["value"]) * Fraction(printed[row["unit"]]) if row["unit"] in printed else None
    if stated is None:
        found.append(Refusal("unit", row["unit"], " | ".join(printed)))
    elif row["value"] != target.printed and stated not in (target.value, target.value_high):
        found.append(Refusal("value", row["value"], f"the declared value {target.value} ({target.unit})"))
    if row["unit_code"] not in (NATION if target.group else target.units):
        found.append(Refusal("unit_code", row["unit_code"], " | ".join(target.units)))
    window = f"{target.window_start}/{target.due}"
    if row["period"] not in (target.due, window):
        found.append(Refusal("period", row["period"], f"{target.due} | {window}"))
    return found


def _refused(place: Mapping[str, Any], fault: Refusal) -> dict[str, Any]:
    return {**place, "column_name": fault.column, "found": fault.found, "wanted": fault.wanted,
            "next_step_zh": fault.next_zh, "next_step_en": fault.next_en}  # fmt: skip


def _figure(row: Mapping[str, str]) -> dict[str, Any]:
    staged = {column: row[column] or None for column in FIGURE if column not in ("value", "unit")}
    return staged | {"value_printed": row["value"] or None, "unit_printed": row["unit"]}


def _target(row: Mapping[str, str]) -> dict[str, Any]:
    staged = {column: row[column] or None for column in TARGET if column not in ("value", "unit")}
    return staged | {"value_printed": row["value"], "unit_printed": row["unit"]}
