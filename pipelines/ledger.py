"""ledger: what `bluebook import` wrote down (data/imports) → tables: every file with its outcome, every finding."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

FILES, FINDINGS = "quality.import_file", "quality.import_finding"
TABLES = (FILES, FINDINGS)
NAMES = {FILES: "files.csv", FINDINGS: "findings.csv"}
COUNTS = ("rows", "units", "cells_read", "cells_accepted", "cells_refused", "cells_ignored")


def tables(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """The two tables as rows; empty where nothing was ever imported."""
    return {name: _rows(folder / NAMES[name]) for name in TABLES}


def _rows(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as lines:
        return [_typed(row) for row in csv.DictReader(lines)]


def _typed(row: dict[str, str]) -> dict[str, Any]:
    """Empty texts as None, counts as integers; the severity of a finding under its name in the catalogue."""
    found: dict[str, Any] = {name: (int(text) if name in COUNTS else text) if text else None
                             for name, text in row.items()}  # fmt: skip
    if "severity" in found:
        found["rule_severity"] = found.pop("severity")
    return found
