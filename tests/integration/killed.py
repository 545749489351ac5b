"""killed: runs the release line in children that are killed at one point after another; prints what was left behind.

Usage: python -m tests.integration.killed assets|files HOME
A child is forked for every point, so that nothing but the operating system decides what it leaves.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipelines import checks, warehouse
from pipelines.home import Home
from pipelines.line import Line
from pipelines.release import build, pointer, publish
from tests import running

KILLED = -signal.SIGKILL
TABLES = ("staged.figure", "catalog.indicator", "facts.observation", "stats.working", "stats.target_progress")
WRITES = ("os.rename", "os.mkdir", "os.remove", "os.rmdir", "sqlite3.connect")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def child(work: Callable[[], object]) -> int:
    """The exit status of a forked child that does the work; minus the signal where it was killed."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
        except BaseException as fault:  # noqa: BLE001 - a child must never come back into the parent
            sys.stderr.write(f"{type(fault).__name__}: {fault}\n")
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def run(home: Home) -> None:
    failed = running.run(home)
    if failed:
        raise RuntimeError("\n".join(failed))


def dying_in(home: Home, table: str) -> Callable[[], None]:
    """A run that is killed while it writes a table: rows inserted, transaction not committed."""

    def work() -> None:
        write = warehouse.Warehouse.write

        def dying(self: warehouse.Warehouse, name: str, frame: Any) -> str:
            if name != table:
                return write(self, name, frame)
            with self.connection() as con:
                con.begin()
                con.execute(f"CREATE SCHEMA IF NOT EXISTS {name.partition('.')[0]}")
                con.execute(self.tables.create(name, warehouse.quoted(name)))
                die()
            raise AssertionError("unreachable")

        warehouse.Warehouse.write = dying  # type: ignore[method-assign]
        run(home)

    return work


def dying_at(work: Callable[[], None], home: Home, point: int) -> Callable[[], None]:
    """The work, killed just before its n-th writing operation on a file under the home."""

    def dying() -> None:
        count = 0

        def hook(event: str, args: tuple[Any, ...]) -> None:
            nonlocal count
            writes = event in WRITES or (event == "open" and bool(args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)))
            if writes and str(args[0]).startswith(str(home.data)):
                count += 1
                if count == point:
                    die()

        sys.addaudithook(hook)
        work()

    return dying


def release(home: Home, line: Line) -> None:
    """What the assets candidate, book and current do, over checked tables."""
    folder = build.candidate(home, "real", line.catalog, line.warehouse)
    shutil.copytree(home.root / "prepared book", folder / "book")
    publish.publish(home, publish.seal(home, "real", line.warehouse), "test")


def state(home: Home) -> dict[str, Any]:
    """The current release and whether it opens and verifies."""
    current = pointer.current(home, "real")
    return {"current": current, "faults": publish.faults(home.releases / str(current))}


def main(mode: str, home: Home) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if mode == "assets":
        checks.context()  # imported once, in the parent
        for table in TABLES:
            killed = child(dying_in(home, table)) == KILLED
            found += [{"point": table, "killed": killed, **state(home)}]
        status = child(lambda: run(home))
        return [*found, {"point": "none", "killed": False, "status": status, **state(home)}]
    line = Line(home, "real")
    for point in range(1, 1000):
        status = child(dying_at(lambda: release(home, line), home, point))
        found.append({"point": point, "killed": status == KILLED, "status": status, **state(home)})
        if status != KILLED:
            break
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], Home(Path(sys.argv[2])))))
