"""build: the candidate: a new DuckDB file with everything that a reader may ask, closed and hashed."""

from __future__ import annotations

import hashlib
import json
import platform
import secrets
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from pipelines.catalog import Catalog
from pipelines.home import Home
from pipelines.release import compare, fingerprint, pointer
from pipelines.release.files import write_json
from pipelines.release.gate import checked_tables
from pipelines.warehouse import Tables, Warehouse, quoted, rows_of

BEIJING = timezone(timedelta(hours=8))
FORMAT = 1


class ReleaseError(RuntimeError):
    """A release that cannot be built, sealed, found or trusted: says why and what to do."""


def candidate(home: Home, channel: str, catalog: Catalog, warehouse: Warehouse) -> Path:
    """Builds the channel's candidate from the checked tables; returns its folder.

    A candidate that a killed run left behind is cleared away first. The folder's name is new each time:
    a process that still holds an earlier candidate open would be given that one again under the same path.

    Raises:
        GateClosedError: a table has no passing check of its present content.
        ReleaseError: an input changed since it was staged, or a row names something that is not in the release.
    """
    frames = checked_tables(warehouse)
    _demand_same_inputs(frames, home)
    _demand_no_orphans(frames, catalog)
    for left in home.releases.glob(f".candidate-{channel}-*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = home.releases / f".candidate-{channel}-{secrets.token_hex(4)}"
    folder.mkdir(parents=True)
    previous = pointer.current(home, channel)
    before = home.releases / previous / "release.duckdb" if previous else None
    frames["quality.change"] = warehouse.tables.frame(
        "quality.change", compare.changes(before, frames, warehouse.tables)
    )
    manifest = _manifest(home, channel, frames, warehouse.tables, previous)
    frames["quality.release_info"] = warehouse.tables.frame("quality.release_info", _info(manifest))
    _write(folder / "release.duckdb", frames, warehouse.tables)
    write_json(folder / "manifest.json", manifest)
    return folder


def found_candidate(home: Home, channel: str) -> Path:
    """The folder of the channel's finished candidate.

    Raises:
        ReleaseError: there is none.
    """
    folders = sorted(path.parent for path in home.releases.glob(f".candidate-{channel}-*/manifest.json"))
    if not folders:
        raise ReleaseError(
            f"{home.releases}: found no finished candidate of {channel}, wanted one. Run `bluebook run`."
            " 没有完成的候选发布，请运行 bluebook run。"
        )
    return folders[-1]


def _demand_same_inputs(frames: Mapping[str, pd.DataFrame], home: Home) -> None:
    """The files as they are now must be those that were staged: a release says what it is made from."""
    staged = {row["input_name"]: row["file_hash"] for row in rows_of(frames["quality.input_file"])}
    now = fingerprint.inputs(home)
    differ = sorted(name for name in staged.keys() | now.keys() if staged.get(name) != now.get(name))
    if differ:
        raise ReleaseError(
            f"{len(differ)} 个输入文件在读入之后变了：{', '.join(differ[:5])}。请运行 bluebook run。\n"
            f"{len(differ)} input files changed after they were staged: {', '.join(differ[:5])}. Run `bluebook run`."
        )


def _demand_no_orphans(frames: Mapping[str, pd.DataFrame], catalog: Catalog) -> None:
    """Every code that a row names is declared in the release itself: a reader needs nothing else."""
    found: list[str] = []
    for name, frame in frames.items():
        for column in frame.columns:
            target = catalog.columns[column].references
            if target is None or target == name:
                continue
            known = set(frames[target][catalog.tables[target].key[0]])
            lost = sorted(set(frame[column]) - known - {None})
            found += [f"{name}.{column}: {value!r} is not in {target}" for value in lost]
    if found:
        raise ReleaseError(f"{len(found)} codes lead nowhere; declare them: {'; '.join(found[:5])}")


def _manifest(
    home: Home, channel: str, frames: Mapping[str, pd.DataFrame], tables: Tables, previous: str | None
) -> dict[str, Any]:
    hashes = {name: tables.digest(name, frame) for name, frame in frames.items()}
    content = {name: digest for name, digest in hashes.items() if tables.table(name).is_content}
    content_hash = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    inputs, code = fingerprint.inputs(home), fingerprint.code()
    mark = fingerprint.fingerprint(channel, inputs, code)
    now = datetime.now(BEIJING)
    checks = rows_of(frames["quality.check_result"])
    return {
        "format": FORMAT,
        "release_id": f"{channel}-{now:%Y.%m.%d}-{hashlib.sha256((mark + content_hash).encode()).hexdigest()[:8]}",
        "channel": channel,
        "created": now.astimezone(UTC).isoformat(timespec="seconds"),
        "fingerprint": mark,
        "content_hash": content_hash,
        "inputs": inputs,
        "code_version": fingerprint.fingerprint("code", code),
        "python": platform.python_version(),
        "tables": {name: {"hash": hashes[name], "rows": len(frame)} for name, frame in sorted(frames.items())},
        "checks": {
            "run": len(checks),
            "passed": sum(bool(row["success"]) for row in checks),
            "failed": [f"{row['table_name']}#{row['expectation_number']}" for row in checks if not row["success"]],
        },
        "counts": {"changes": len(frames["quality.change"])},
        "previous": previous,
    }


def _info(manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    names = ("release_id", "channel", "created", "content_hash", "code_version", "previous")
    return [{"name": name, "text": manifest[name]} for name in names]


def _write(path: Path, frames: Mapping[str, pd.DataFrame], tables: Tables) -> None:
    """One new file, checkpointed and closed; no write-ahead log may stand beside it."""
    con = duckdb.connect(str(path), config={"enable_external_access": "false"})
    try:
        con.begin()
        for name, frame in frames.items():
            con.execute(f'CREATE SCHEMA IF NOT EXISTS "{name.partition(".")[0]}"')
            con.execute(tables.create(name, quoted(name)))
            con.register("rows", tables.arrow(name, frame))
            con.execute(f"INSERT INTO {quoted(name)} SELECT * FROM rows")
            con.unregister("rows")
        con.commit()
        con.execute("CHECKPOINT")
    finally:
        con.close()
    if path.with_name(path.name + ".wal").exists():
        raise ReleaseError(f"{path}: a write-ahead log stands beside it after closing; the candidate is not whole.")
