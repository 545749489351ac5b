"""writing: a sweep → data/sources/<producer>.csv, data/imports/files.csv and findings.csv: all staged, then moved."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pipelines.catalog import Catalog
from pipelines.importing import rows
from pipelines.importing.model import READ, Sweep
from pipelines.sources.tidy_rules import IMPORTED


def write(sweep: Sweep, sources: Path, imports: Path, catalog: Catalog) -> list[Path]:
    """Writes what the sweep found; rows of other files stay as they are.

    Every file is first written beside its place; only when all are on the disk are they moved, one after the other,
    the ledger last. What fails before that changes nothing. A kill between two moves leaves whole files, some new
    and some old; the same sweep again then writes what is missing.

    Returns:
        The files written.

    Raises:
        DeclarationError: a file that stands there cannot be read; nothing is written.
    """
    texts: dict[Path, str] = {}
    for producer, found in rows.by_producer(sweep).items():
        path = sources / f"{producer}.csv"
        _, kept = _parted(sweep, path)
        if found or kept or path.is_file():
            texts[path] = _csv(IMPORTED, sorted([*kept, *found], key=lambda row: rows.order(row, catalog)))
    swept = rows.Swept(sweep.outcomes, is_replacing=sweep.is_replacing)
    before = rows.table(imports / "files.csv", rows.FILES)
    others = [row for row in before if not swept.has_file(row)]
    gone = {rows.plain(one.name) for one in sweep.outcomes}
    gone |= {row["input_name"] for row in before if swept.has_file(row)}
    gone -= {row["input_name"] for row in others}
    kept = [row for row in rows.table(imports / "findings.csv", rows.FINDINGS) if row["input_name"] not in gone]
    texts[imports / "findings.csv"] = _csv(rows.FINDINGS, _findings(sweep, kept))
    texts[imports / "files.csv"] = _csv(rows.FILES, _ledger(sweep, others))
    _replace(texts)
    return list(texts)


def removed(sweep: Sweep, sources: Path) -> int:
    """How many rows of data/sources the sweep takes away: they stand now, and no file of the sweep gives them again.

    Raises:
        DeclarationError: a file that stands there cannot be read.
    """
    count = 0
    for producer, found in rows.by_producer(sweep).items():
        given = {tuple(row[column] for column in IMPORTED) for row in found}
        gone, _ = _parted(sweep, sources / f"{producer}.csv")
        count += sum(tuple(row[column] for column in IMPORTED) not in given for row in gone)
    return count


def _parted(sweep: Sweep, path: Path) -> tuple[list[rows.Row], list[rows.Row]]:
    """The rows of a file of ours that the sweep brings anew or replaces, and those that stay."""
    swept = rows.Swept(sweep.outcomes, is_replacing=sweep.is_replacing)
    parts: tuple[list[rows.Row], list[rows.Row]] = ([], [])
    for row in rows.table(path, IMPORTED):
        parts[not swept.has_figure(row)].append(row)
    return parts


def _ledger(sweep: Sweep, kept: Sequence[rows.Row]) -> list[rows.Row]:
    """The rows of the other files, and one for every outcome of this sweep.

    Where a table stands and another content is refused, the row of the name is that of what stands; the refusal is a
    finding.
    """
    standing = {(row["input_name"], row["table_id"]) for row in kept}
    new = [(one, rows.ledger(one)) for one in sweep.outcomes]
    found = [*kept, *(row for one, row in new
                      if one.kind in READ or (row["input_name"], row["table_id"]) not in standing)]  # fmt: skip
    return sorted(found, key=lambda row: (row["input_name"], row["file_hash"], row["table_id"], *row.values()))


def _findings(sweep: Sweep, kept: Sequence[rows.Row]) -> list[rows.Row]:
    """The findings of the other files and of this sweep; the same finding stands once."""
    found = {row["finding_id"]: row for row in [*kept, *map(rows.finding, sweep.findings())]}
    return sorted(found.values(), key=lambda row: (row["input_name"], row["code"], row["sheet"], row["finding_id"]))


def _csv(columns: Sequence[str], found: Iterable[Mapping[str, str]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, lineterminator="\n", extrasaction="raise")
    writer.writeheader()
    writer.writerows(found)
    return text.getvalue()


def _replace(texts: Mapping[Path, str]) -> None:
    """Writes every file beside its place, then puts each there in one step; a failure leaves no half-written file."""
    staged = {path: path.with_name(f".{path.name}.{os.getpid()}.part") for path in texts}
    try:
        for path, beside in staged.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with beside.open("w", encoding="utf-8", newline="") as file:
                file.write(texts[path])
                file.flush()
                os.fsync(file.fileno())
        for path, beside in staged.items():
            beside.replace(path)
    finally:
        for beside in staged.values():
            beside.unlink(missing_ok=True)
