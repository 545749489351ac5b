"""journal: an append-only log with a hash chain: who did what, when, why."""

from __future__ import annotations

import getpass
import hashlib
import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS entry (
    number INTEGER PRIMARY KEY,
    at TEXT NOT NULL, who TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL, reason TEXT NOT NULL,
    details TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL UNIQUE
);
CREATE TRIGGER IF NOT EXISTS entry_is_never_changed BEFORE UPDATE ON entry
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER IF NOT EXISTS entry_is_never_removed BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
"""
FIELDS = ("number", "at", "who", "action", "subject", "reason", "details", "previous")


class Journal:
    """The journal in one SQLite file; entries can be added and read, never changed."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def _open(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        con = sqlite3.connect(self.path, isolation_level=None, timeout=30)
        con.executescript(SCHEMA)
        return con

    def add(self, action: str, subject: str, reason: str, details: Mapping[str, Any] | None = None) -> None:
        """Appends one entry, chained to the one before it.

        Raises:
            ValueError: no reason is given; nothing is done without one.
        """
        if not reason.strip():
            raise ValueError(f"{action} {subject}: found no reason, wanted one. Say why.")
        with closing(self._open()) as con:
            con.execute("BEGIN IMMEDIATE")
            last = con.execute("SELECT number, hash FROM entry ORDER BY number DESC LIMIT 1").fetchone()
            number, previous = (last[0] + 1, last[1]) if last else (1, "")
            text = json.dumps(details or {}, ensure_ascii=False, sort_keys=True)
            entry = (number, datetime.now(UTC).isoformat(), getpass.getuser(), action, subject, reason, text, previous)
            con.execute("INSERT INTO entry VALUES (?,?,?,?,?,?,?,?,?)", (*entry, _hash(entry)))
            con.execute("COMMIT")

    def entries(self) -> list[dict[str, Any]]:
        """All entries, oldest first, each with its hash."""
        with closing(self._open()) as con:
            rows = con.execute(f"SELECT {', '.join(FIELDS)}, hash FROM entry ORDER BY number").fetchall()
        return [dict(zip((*FIELDS, "hash"), row, strict=True)) for row in rows]

    def faults(self) -> list[str]:
        """Where the chain is broken; empty when it is whole."""
        found, previous = [], ""
        for place, entry in enumerate(self.entries(), start=1):
            if entry["number"] != place or entry["previous"] != previous:
                found.append(f"entry {place}: found number {entry['number']}, not chained to the one before it")
            if _hash(tuple(entry[field] for field in FIELDS)) != entry["hash"]:
                found.append(f"entry {place}: its content was changed after it was written")
            previous = entry["hash"]
        return found


def _hash(entry: tuple[Any, ...]) -> str:
    return hashlib.sha256(json.dumps(entry, ensure_ascii=False).encode()).hexdigest()
