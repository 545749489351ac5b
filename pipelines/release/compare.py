"""compare: what changed between two releases, value by value."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from pipelines.release.gate import Checked
from pipelines.warehouse import Content, Tables, WarehouseError, read, rows_of

# the same as dashboards/release_file.py: all connections of a process to one file must be configured alike
READ_ONLY: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "lock_configuration": "true",
}
COMPARED = {
    "stats.indicator_value": ("value", "value_low", "value_high", "basis", "grade", "qualifier"),
    "stats.target_progress": ("verdict", "reason_id", "actual_value", "actual_period"),
}


def changes(before: Path | None, now: Checked, tables: Tables) -> list[dict[str, Any]]:
    """Rows of quality.change: new, gone and changed values and verdicts against the previous release.

    Args:
        before: the previous release's DuckDB file; None for the first release, which has no changes.
        now: the tables of the new release.
        tables: their declarations.
    """
    if before is None:
        return []
    try:
        con = duckdb.connect(str(before), read_only=True, config=READ_ONLY)
    except duckdb.Error as fault:
        return [_incomparable("*", str(fault))]
    try:
        return [row for name, columns in COMPARED.items() for row in _changed(con, name, columns, now[name][0], tables)]
    finally:
        con.close()


def _changed(
    con: duckdb.DuckDBPyConnection, name: str, columns: tuple[str, ...], rows: Content, tables: Tables
) -> Iterator[dict[str, Any]]:
    key = tables.table(name).key
    try:
        old = _by_key(read(con, name, tables), key)
    except (duckdb.Error, WarehouseError) as fault:
        yield _incomparable(name, str(fault))
        return
    new = _by_key(rows, key)
    for row_key in sorted(old.keys() | new.keys()):
        was, now = old.get(row_key), new.get(row_key)
        for column in columns:
            one, other = (None if row is None or row[column] is None else str(row[column]) for row in (was, now))
            if one != other:
                yield {"table_name": name, "row_key": row_key, "column_name": column, "old_value": one,
                       "new_value": other, "cause": _cause(was, now)}  # fmt: skip


def _incomparable(name: str, why: str) -> dict[str, Any]:
    """One row that says that the previous release, or a table of it, cannot be compared."""
    return {"table_name": name, "row_key": "*", "column_name": "*", "old_value": why.strip()[:200], "new_value": None,
            "cause": "previous release not comparable"}  # fmt: skip


def _cause(was: dict[str, Any] | None, now: dict[str, Any] | None) -> str:
    return "new" if was is None else "gone" if now is None else "revision"


def _by_key(rows: Content, key: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    return {json.dumps([row[column] for column in key], ensure_ascii=False): row for row in rows_of(rows)}
