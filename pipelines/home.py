"""home: where the project keeps its things on this machine."""

from __future__ import annotations

import os
from pathlib import Path

VARIABLE = "BLUEBOOK_HOME"


class Home:
    """The folders of one installation; nothing else in the packages builds a path.

    Args:
        root: the folder that holds `data/` and `expectations/`. Without it, the
            environment variable BLUEBOOK_HOME, else the folder of this checkout.
    """

    def __init__(self, root: Path | None = None) -> None:
        named = os.environ.get(VARIABLE)
        self.root = (root or (Path(named) if named else Path(__file__).parents[1])).resolve()
        self.data = self.root / "data"
        self.catalog = self.data / "catalog"
        self.sources = self.data / "sources"
        self.inbox = self.data / "inbox"
        self.releases = self.data / "releases"
        self.journal = self.data / "journal.sqlite"
        self.dagster = self.data / "dagster"
        self.expectations = self.root / "expectations"

    def warehouse(self, channel: str) -> Path:
        """The DuckDB file of one channel."""
        return self.data / "warehouse" / f"{channel}.duckdb"
