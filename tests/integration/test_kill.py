"""`kill -9` during an asset or between two file operations of the release leaves the last release standing."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from pipelines.home import Home
from pipelines.release import pointer
from tests.running import edit, up_to_candidate

CHONGQING = "500000,2022-10,high_skilled_total,_T,_T,_T,155,万人"
SCRIPT = Path(__file__).with_name("killed.py")


def killed(mode: str, home: Home) -> list[dict[str, Any]]:
    command = [sys.executable, "-W", "ignore", "-m", "tests.integration.killed", mode, str(home.root)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=SCRIPT.parents[2], timeout=420)
    assert done.returncode == 0, done.stderr[-2000:]
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_a_kill_during_any_asset_leaves_the_last_release(home: Home) -> None:
    before = pointer.current(home, "real")
    edit(home.sources / "skilled_workforce.csv", CHONGQING, CHONGQING.replace("155", "156"))
    *deaths, last = killed("assets", home)
    assert [one["point"] for one in deaths if not one["killed"]] == []
    assert {one["current"] for one in deaths} == {before}
    assert all(one["faults"] == [] for one in [*deaths, last])
    assert last["status"] == 0
    assert last["current"] != before


def test_a_kill_between_any_two_file_operations_leaves_a_verifying_release(home: Home) -> None:
    before = pointer.current(home, "real")
    edit(home.sources / "skilled_workforce.csv", CHONGQING, CHONGQING.replace("155", "156"))
    assert up_to_candidate(home) == []  # the tables are new and checked; the pointer has not moved
    (home.root / "prepared book" / "html").mkdir(parents=True)
    for name in ("book-zh.pdf", "html/index.html"):
        (home.root / "prepared book" / name).write_bytes(b"the book")

    *deaths, last = killed("files", home)

    assert len(deaths) >= 15
    assert all(one["faults"] == [] for one in [*deaths, last])
    assert last["status"] == 0
    moved = [one["current"] != before for one in deaths]
    assert moved == sorted(moved), "once moved, the pointer stays moved"
    assert last["current"] != before
    assert home.releases.joinpath(last["current"], "book", "book-zh.pdf").exists()
