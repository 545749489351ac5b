"""writing: a sweep → data/sources/<producer>.csv, data/imports/files.csv and findings.csv, all or nothing."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pipelines.catalog import Catalog
from pipelines.importing import rows
from pipelines.importing.model import Sweep
from pipelines.sources.tidy_rules import IMPORTED


def write(sweep: Sweep, sources: Path, imports: Path, catalog: Catalog) -> list[Path]:
    """Writes what the sweep found; rows of other files stay as they are.

    Every file is first written beside its place and then moved there, so that a kill leaves the old or the new one.

    Returns:
        The files written.
    """
    texts: dict[Path, str] = {}
    swept = rows.Swept(sweep.outcomes)
    for producer, found in rows.by_producer(sweep).items():
        path = sources / f"{producer}.csv"
        kept = [row for row in rows.table(path, IMPORTED) if not swept.has_figure(row)]
        if found or kept or path.is_file():
            texts[path] = _csv(IMPORTED, sorted([*kept, *found], key=lambda row: rows.order(row, catalog)))
    before = rows.table(imports / "files.csv", rows.FILES)
    texts[imports / "files.csv"] = _csv(rows.FILES, _ledger(sweep, [row for row in before if not swept.has_file(row)]))
    gone = {rows.plain(one.name) for one in sweep.outcomes}
    gone |= {row["input_name"] for row in before if swept.has_file(row)}
    kept = [row for row in rows.table(imports / "findings.csv", rows.FINDINGS) if row["input_name"] not in gone]
    texts[imports / "findings.csv"] = _csv(rows.FINDINGS, _findings(sweep, kept))
    for path, text in texts.items():
        _replace(path, text)
    return list(texts)


def _ledger(sweep: Sweep, kept: Sequence[rows.Row]) -> list[rows.Row]:
    """The rows of the other files, and one for every outcome of this sweep."""
    found = [*kept, *map(rows.ledger, sweep.outcomes)]
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


def _replace(path: Path, text: str) -> None:
    """Puts the file in its place in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with beside.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
