"""ledger: what `bluebook import` wrote down (data/imports) → tables: every file with its outcome, every finding."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

FILES, FINDINGS = "quality.import_file", "quality.import_finding"
TABLES = (FILES, FINDINGS)
NAMES = {FILES: "files.csv", FINDINGS: "findings.csv"}
COUNTS = ("rows", "units", "cells_read", "cells_accepted", "cells_refused", "cells_ignored")


class LedgerError(ValueError):
    """A ledger that the import did not write so: names file and line."""


def tables(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """The two tables as rows; empty where nothing was ever imported."""
    return {name: _rows(folder / NAMES[name]) for name in TABLES}


def _rows(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        return []
    found = []
    with path.open(encoding="utf-8", newline="") as lines:
        for line, row in enumerate(csv.DictReader(lines), start=2):
            try:
                found.append(_typed(row))
            except (AttributeError, ValueError) as fault:
                raise LedgerError(
                    f"{path}:{line}: 此行不是导入账本的一行（{fault}）。请重新运行 bluebook import，不要手改。\n"
                    f"{path}:{line}: found a row that is none of the ledger ({fault}), wanted one that the import"
                    " wrote. Run `bluebook import` again and do not edit the file."
                ) from fault
    return found


def _typed(row: dict[str, str]) -> dict[str, Any]:
    """Empty texts as None, counts as integers; the severity of a finding under its name in the catalogue."""
    found: dict[str, Any] = {name: (int(text) if name in COUNTS else text) if text else None
                             for name, text in row.items()}  # fmt: skip
    if "severity" in found:
        found["rule_severity"] = found.pop("severity")
    return found
