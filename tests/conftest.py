"""conftest: one release made once over the real data folder; tests work on copies of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipelines.home import Home
from pipelines.release import pointer
from tests.running import run

ROOT = Path(__file__).parents[1]


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


def fresh(folder: Path) -> Home:
    """A home with everything that is in git and nothing that is made."""
    home = Home(folder / "my projects" / "产改")
    for name in ("data/sources", "data/imports", "data/catalog", "expectations"):
        shutil.copytree(ROOT / name, home.root / name)
    home.inbox.mkdir()
    return home


@pytest.fixture
def home(released: Home, tmp_path: Path) -> Home:
    """A copy of the released home that a test may change."""
    shutil.copytree(released.root, tmp_path / "产改 副本")
    return Home(tmp_path / "产改 副本")
