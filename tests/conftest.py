"""conftest: one release made once over the real data folder; tests work on copies of it."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from pipelines.home import Home
from pipelines.release import pointer
from tests.running import run

ROOT = Path(__file__).parents[1]
FEW = ("000000", "110000", "440000", "660000")


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with the real sources and one published release; read it, never change it."""
    home = fresh(tmp_path_factory.mktemp("released"))
    assert run(home, book=True) == []
    assert pointer.current(home, "real") is not None
    return home


def fresh(folder: Path, *, whole: bool = False) -> Home:
    """A home with what is in git and nothing that is made.

    Args:
        folder: where it is made.
        whole: whether the imported tables are there as they are; else with a few units of each, so that the many
            runs of these tests are quick (test_release_job.py runs the whole once).
    """
    home = Home(folder / "my projects" / "产改")
    for name in ("data/sources", "data/imports", "data/catalog", "expectations"):
        shutil.copytree(ROOT / name, home.root / name)
    home.inbox.mkdir()
    if not whole:
        for path in sorted(home.sources.glob("*.csv")):
            few_units(path)
    return home


def few_units(path: Path) -> None:
    """Keeps the rows of a few units in a file that the import wrote; other files stay as they are."""
    with path.open(encoding="utf-8", newline="") as lines:
        head, *rows = csv.reader(lines)
    if "origin_hash" in head:
        with path.open("w", encoding="utf-8", newline="") as lines:
            kept = [row for row in rows if row[head.index("unit_code")] in FEW]
            csv.writer(lines, lineterminator="\n").writerows([head, *kept])


@pytest.fixture
def home(released: Home, tmp_path: Path) -> Home:
    """A copy of the released home that a test may change."""
    shutil.copytree(released.root, tmp_path / "产改 副本")
    return Home(tmp_path / "产改 副本")
