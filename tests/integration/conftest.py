"""conftest: one release made once over the real data folder; tests work on copies of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipelines import definitions
from pipelines.home import Home
from pipelines.release import pointer

ROOT = Path(__file__).parents[2]


def run(home: Home) -> list[str]:
    """Runs the job `release` in this process; returns what went wrong."""
    job = definitions.assembled(home).resolve_job_def("release")
    return definitions.failures(job.execute_in_process(raise_on_error=False))


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with the real sources and one published release; read it, never change it."""
    folder = tmp_path_factory.mktemp("released") / "my projects" / "产改"
    for name in ("data/sources", "data/catalog", "expectations"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "data" / "inbox").mkdir()
    home = Home(folder)
    assert run(home) == []
    assert pointer.current(home, "real") is not None
    return home


@pytest.fixture
def home(released: Home, tmp_path: Path) -> Home:
    """A copy of the released home that a test may change."""
    shutil.copytree(released.root, tmp_path / "产改 副本")
    return Home(tmp_path / "产改 副本")


def edit(path: Path, old: str, new: str) -> None:
    """Replaces one text in a file; it must stand there exactly once."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new), encoding="utf-8")
