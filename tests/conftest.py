"""conftest: the small real data folder that tests run over."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture
def home_folder(tmp_path: Path) -> Path:
    """A home of its own with the real sources, catalogue and expectations, in a folder with space and Chinese."""
    folder = tmp_path / "my projects" / "产改"
    for name in ("data/sources", "data/catalog", "expectations"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "data" / "inbox").mkdir()
    return folder
