"""The reading process: it survives its files, its owner's forks and threads, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipelines.grid import Limits, UnreadableError, read
from pipelines.grid.worker import Worker
from tests import making

PATIENCE = 10.0


@pytest.fixture
def worker() -> object:
    own = Worker()
    yield own
    own.stop()


def asked(worker: Worker) -> str:
    messages = worker.answer(making.delimited(), "stem", Limits())
    return str(messages[0]["format"])


def process_of(worker: Worker) -> int:
    process = worker._process
    assert process is not None
    return process.pid


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_one_process_serves_many_files_even_after_a_fatal_one(worker: Worker) -> None:
    assert asked(worker) == "csv"
    first = process_of(worker)
    far = b'<row><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    fatal = making.changed(making.xlsx(), "xl/worksheets/sheet1.xml", lambda part: part.replace(b"</sheetData>", far))
    with pytest.raises(UnreadableError, match="too_large"):
        worker.answer(fatal, "stem", Limits())
    assert asked(worker) == "csv"
    assert process_of(worker) == first
    assert worker.peak_kilobytes > 0


def test_a_killed_process_is_replaced(worker: Worker) -> None:
    assert asked(worker) == "csv"
    first = process_of(worker)
    os.kill(first, signal.SIGKILL)
    assert asked(worker) == "csv"
    assert process_of(worker) != first
    assert not is_alive(first)


def test_a_stopped_process_leaves_nothing(worker: Worker) -> None:
    assert asked(worker) == "csv"
    first = process_of(worker)
    worker.stop()
    assert not is_alive(first)
    worker.stop()


def test_a_process_that_does_not_answer_is_given_up(worker: Worker) -> None:
    assert asked(worker) == "csv"
    first = process_of(worker)
    os.kill(first, signal.SIGSTOP)
    with pytest.raises(UnreadableError, match="too_slow"):
        worker.answer(making.delimited(), "stem", Limits(seconds=-4))
    assert not is_alive(first)
    assert asked(worker) == "csv"


def test_threads_take_turns(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.csv" for number in range(24)]
    for number, path in enumerate(paths):
        path.write_text(f"a,b\n{number},1\n", encoding="utf-8")
    with ThreadPoolExecutor(6) as pool:
        books = list(pool.map(read, paths))
    assert [book.sheets[0].rows[1][0] for book in books] == [str(number) for number in range(24)]


def test_a_fork_reads_with_a_process_of_its_own(tmp_path: Path) -> None:
    script = tmp_path / "forks.py"
    table = tmp_path / "t.csv"
    table.write_bytes(making.delimited())
    script.write_text(
        "import os, pathlib, sys\n"
        "from pipelines.grid import read\n"
        "path = pathlib.Path(sys.argv[1])\n"
        "assert read(path).format == 'csv'\n"
        "child = os.fork()\n"
        "assert read(path).format == 'csv'\n"
        "if child:\n"
        "    _, status = os.waitpid(child, 0)\n"
        "    assert status == 0\n"
        "    assert read(path).format == 'csv'\n",
        encoding="utf-8",
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-W", "error", "-X", "dev", str(script), str(table)], capture_output=True,
                          text=True, env={"PYTHONPATH": str(root)}, timeout=60)  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_process_ends_when_its_owner_is_killed(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_bytes(making.delimited())
    script = (
        "import os, pathlib, sys, time\n"
        "from pipelines.grid import read, worker\n"
        "read(pathlib.Path(sys.argv[1]))\n"
        "print(worker.WORKER._process.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    root = Path(__file__).parents[2]
    owner = subprocess.Popen([sys.executable, "-c", script, str(table)], stdout=subprocess.PIPE, text=True,
                             env={"PYTHONPATH": str(root)})  # fmt: skip
    with owner:
        assert owner.stdout is not None
        process = int(owner.stdout.readline())
        owner.kill()
    until = time.monotonic() + PATIENCE
    while is_alive(process) and not is_zombie(process) and time.monotonic() < until:
        time.sleep(0.05)
    assert not is_alive(process) or is_zombie(process)


def is_zombie(process: int) -> bool:
    """Whether it has ended and only waits for the system's first process to take note."""
    try:
        return ") Z" in Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return True
