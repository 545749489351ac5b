import sqlite3
from pathlib import Path

import pytest

from pipelines.journal import Journal


def test_entries_are_chained_and_kept_in_order(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite")
    journal.add("publish", "one", "first")
    journal.add("use", "two", "back to the one before", {"before": "one"})
    assert [entry["subject"] for entry in journal.entries()] == ["one", "two"]
    assert journal.faults() == []


def test_an_entry_without_a_reason_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Say why"):
        Journal(tmp_path / "journal.sqlite").add("publish", "one", " ")


def test_the_database_itself_refuses_changes(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite")
    journal.add("publish", "one", "first")
    con = sqlite3.connect(journal.path)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        con.execute("UPDATE entry SET who = 'nobody'")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        con.execute("DELETE FROM entry")
    con.close()


def test_a_change_made_behind_its_back_is_found(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite")
    journal.add("publish", "one", "first")
    journal.add("publish", "two", "second")
    con = sqlite3.connect(journal.path)
    con.execute("DROP TRIGGER entry_is_never_changed")
    con.execute("UPDATE entry SET subject = 'three' WHERE number = 1")
    con.commit()
    con.close()
    assert journal.faults() == ["entry 1: its content was changed after it was written"]
