"""gate: only a table whose present content passed its critical checks goes into a release."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from pipelines.warehouse import Warehouse, WarehouseError, rows_of

CHECKS = "quality.check_result"
UNCHECKED = (CHECKS, "quality.change", "quality.release_info")
Checked = dict[str, tuple[pa.Table, str]]


class GateClosedError(RuntimeError):
    """A table has no passing check of its present content: names tables and what to do."""


def checked_tables(warehouse: Warehouse) -> Checked:
    """Every table that goes into a release with its content hash, each checked in the content that it has now.

    Raises:
        GateClosedError: a table's content hash has no check result, or a critical one failed.
    """
    results = rows_of(warehouse.read(CHECKS))
    found: Checked = {}
    closed: list[str] = []
    for name, table in warehouse.tables.declared.items():
        if name in UNCHECKED or not table.in_release:
            continue
        found[name] = warehouse.arrow(name)
        closed += _faults(name, found[name][1], [row for row in results if row["table_name"] == name])
    if closed:
        raise GateClosedError("发布闸门未开 / The gate is closed:\n" + "\n".join(closed))
    return found | {CHECKS: warehouse.arrow(CHECKS)}


def _faults(name: str, digest: str, results: list[dict[str, object]]) -> list[str]:
    if not results:
        return [f"{name}：没有检查结果，请运行 bluebook run。 No check result; run `bluebook run`."]
    if any(row["table_hash"] != digest for row in results):
        return [f"{name}：检查之后内容变了，请重新运行检查。 Its content changed after the checks; run them again."]
    failed = [row for row in results if row["severity"] == "critical" and not row["success"]]
    return [f"{row['message_zh']}\n{row['message_en']}" for row in failed]


def same_content(warehouse: Warehouse, hashes: Mapping[str, str]) -> bool:
    """Whether the tables that pass the gate now are the ones with these hashes."""
    try:
        found = checked_tables(warehouse)
    except (GateClosedError, WarehouseError):
        return False
    return all(digest == hashes.get(name) for name, (_, digest) in found.items())
