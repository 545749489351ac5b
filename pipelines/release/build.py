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
import pyarrow as pa

from pipelines.catalog import Catalog, Channel
from pipelines.home import Home
from pipelines.release import compare, fingerprint, pointer
from pipelines.release.files import write_json
from pipelines.release.gate import Checked, checked_tables
from pipelines.warehouse import Tables, Warehouse, quoted, rows_of

BEIJING = timezone(timedelta(hours=8))
FORMAT = 2


class ReleaseError(RuntimeError):
    """A release that cannot be built, sealed, found or trusted: says why and what to do."""


def candidate(home: Home, channel: str, catalog: Catalog, warehouse: Warehouse) -> Path:
    """Builds the channel's candidate from the checked tables; returns its folder.

    A candidate that a killed run left behind is cleared away first. The folder's name is new each time:
    a process that still holds an earlier candidate open would be given that one again under the same path.

    Raises:
        GateClosedError: a table has no passing check of its present content.
        ReleaseError: an input changed since it was staged, a row names something that is not in the release, or the
            channel is made from real returns, whose small cells nothing hides yet.
    """
    declared = catalog.channel_named(channel)
    _demand_nothing_to_hide(declared, channel)
    checked = checked_tables(warehouse)
    _demand_same_inputs(checked, home, channel)
    _demand_no_orphans(checked, catalog)
    for left in home.releases.glob(f".candidate-{channel}-*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = home.releases / f".candidate-{channel}-{secrets.token_hex(4)}"
    folder.mkdir(parents=True)
    previous = pointer.current(home, channel)
    before = home.releases / previous / "release.duckdb" if previous else None
    _add(checked, "quality.change", compare.changes(before, checked, warehouse.tables), warehouse.tables)
    manifest = _manifest(home, channel, checked, warehouse.tables, previous)
    manifest["is_demonstration"] = declared.is_demonstration
    _add(checked, "quality.release_info", _info(manifest), warehouse.tables)
    _write(folder / "release.duckdb", checked, warehouse.tables)
    write_json(folder / "manifest.json", manifest)
    return folder


def _add(checked: Checked, name: str, rows: list[dict[str, Any]], tables: Tables) -> None:
    """Adds a table that speaks of the release itself."""
    frame = tables.frame(name, rows)
    checked[name] = tables.arrow(name, frame), tables.digest(name, frame)


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


def _demand_nothing_to_hide(declared: Channel, channel: str) -> None:
    """Returns hold cells of cities and single enterprises: only invented ones may be published (rule X06)."""
    if declared.made_from == "returns" and not declared.is_demonstration:
        raise ReleaseError(
            f"频道 {channel} 由真实报表构成，而小格保护（X06）尚未建成，不能发布。请勿公布。\n"
            f"The channel {channel} is made from real returns; the protection of small cells (X06) is not built yet,"
            " so nothing of it may be released."
        )


def _demand_same_inputs(checked: Checked, home: Home, channel: str) -> None:
    """The files as they are now must be those that were staged: a release says what it is made from."""
    staged = {row["input_name"]: row["file_hash"] for row in rows_of(checked["quality.input_file"][0])}
    now = fingerprint.inputs(home, channel)
    differ = sorted(name for name in staged.keys() | now.keys() if staged.get(name) != now.get(name))
    if differ:
        raise ReleaseError(
            f"{len(differ)} 个输入文件在读入之后变了：{', '.join(differ[:5])}。请运行 bluebook run。\n"
            f"{len(differ)} input files changed after they were staged: {', '.join(differ[:5])}. Run `bluebook run`."
        )


def _demand_no_orphans(checked: Checked, catalog: Catalog) -> None:
    """Every code that a row names is declared in the release itself: a reader needs nothing else."""
    found: list[str] = []
    for name, (rows, _) in checked.items():
        for column in rows.column_names:
            target = catalog.columns[column].references
            if target is None or target == name:
                continue
            known = _codes(checked[target][0], catalog.tables[target].key[0])
            lost = sorted(_codes(rows, column) - known - {None})
            found += [f"{name}.{column}: {value!r} is not in {target}" for value in lost]
    if found:
        raise ReleaseError(f"{len(found)} codes lead nowhere; declare them: {'; '.join(found[:5])}")


def _codes(rows: pa.Table, column: str) -> set[Any]:
    return set(rows.column(column).unique().to_pylist())


def _manifest(home: Home, channel: str, checked: Checked, tables: Tables, previous: str | None) -> dict[str, Any]:
    hashes = {name: digest for name, (_, digest) in checked.items()}
    content = {name: digest for name, digest in hashes.items() if tables.table(name).is_content}
    content_hash = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    inputs, code = fingerprint.inputs(home, channel), fingerprint.code()
    mark = fingerprint.fingerprint(channel, inputs, code)
    now = datetime.now(BEIJING)
    checks = rows_of(checked["quality.check_result"][0])
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
        "tables": {name: {"hash": hashes[name], "rows": len(rows)} for name, (rows, _) in sorted(checked.items())},
        "checks": {
            "run": len(checks),
            "passed": sum(bool(row["success"]) for row in checks),
            "failed": [f"{row['table_name']}#{row['expectation_number']}" for row in checks if not row["success"]],
        },
        "counts": {"changes": len(checked["quality.change"][0])},
        "previous": previous,
    }


def _info(manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    names = ("release_id", "channel", "is_demonstration", "created", "content_hash", "code_version", "previous")
    return [{"name": name, "text": manifest[name]} for name in names]


def _write(path: Path, checked: Checked, tables: Tables) -> None:
    """One new file, checkpointed and closed; no write-ahead log may stand beside it."""
    con = duckdb.connect(str(path), config={"enable_external_access": "false"})
    try:
        con.begin()
        for name, (rows, _) in checked.items():
            con.execute(f'CREATE SCHEMA IF NOT EXISTS "{name.partition(".")[0]}"')
            con.execute(tables.create(name, quoted(name)))
            con.register("rows", rows)
            con.execute(f"INSERT INTO {quoted(name)} SELECT * FROM rows")
            con.unregister("rows")
        con.commit()
        con.execute("CHECKPOINT")
    finally:
        con.close()
    if path.with_name(path.name + ".wal").exists():
        raise ReleaseError(f"{path}: a write-ahead log stands beside it after closing; the candidate is not whole.")
