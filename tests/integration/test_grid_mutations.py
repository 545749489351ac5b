"""Broken copies of files: each ends in a book or in an UnreadableError with words, soon, and in little memory."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.grid import Book, Limits, UnreadableError, read, reading
from pipelines.grid.worker import Worker
from tests.making import mutations, samples

SLOWEST = 10.0
MOST_KILOBYTES = 500 * 1024
LEAST = 1_000
STEP = 16


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    """A reading process of this test's own, so that its peak of memory is this test's."""
    own = Worker()
    monkeypatch.setattr(reading, "WORKER", own)
    yield own
    own.stop()


def outcome(path: Path) -> str:
    """What became of a file: read, or the code of its fault; anything else is raised."""
    try:
        book = read(path)
    except UnreadableError as fault:
        words = (fault.code, fault.found, fault.wanted, fault.next_en, fault.next_zh)
        return fault.code if all(words) else f"wordless {fault.code}"
    assert_is_whole(book)
    return "read"


def assert_is_whole(book: Book) -> None:
    """Rows are even, and every cell is text."""
    for sheet in book.sheets:
        assert {len(row) for row in sheet.rows} <= {sheet.width}
        assert all(type(text) is str for row in sheet.rows for text in row)
        assert sum(1 for _ in sheet.filled()) <= Limits().cells


def outcomes(copies: Iterator[tuple[str, bytes]], folder: Path) -> Counter[str]:
    """How often each outcome came, with each file timed."""
    counted: Counter[str] = Counter()
    for number, (name, content) in enumerate(copies):
        path = folder / f"{number}.xls"
        path.write_bytes(content)
        begun = time.monotonic()
        counted[outcome(path)] += 1
        assert time.monotonic() - begun < SLOWEST, name
        path.unlink()
    return counted


def test_broken_copies_of_every_format_are_read_or_refused(tmp_path: Path, worker: Worker) -> None:
    copies = (copy for seed, data in enumerate(samples().values()) for copy in mutations(data, seed))
    counted = outcomes(copies, tmp_path)
    assert counted.total() >= LEAST
    assert not [code for code in counted if code.startswith("wordless")]
    assert {"read", "damaged", "empty", "too_large", "unsafe", "code_page", "nul_bytes", "quotes"} <= counted.keys()
    assert 0 < worker.peak_kilobytes < MOST_KILOBYTES


def test_broken_copies_of_real_files_are_read_or_refused(root: Path, tmp_path: Path, worker: Worker) -> None:
    folder = root.parent / "shared" / "real"
    if not folder.is_dir():
        pytest.skip("no real files beside the checkout")
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size < 100_000)
    copies = (copy for seed, path in enumerate(files[::STEP]) for copy in mutations(path.read_bytes(), seed))
    counted = outcomes(copies, tmp_path)
    assert counted.total() >= len(files[::STEP])
    assert worker.peak_kilobytes < MOST_KILOBYTES
