"""home: where the project keeps its things on this machine."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VARIABLE = "BLUEBOOK_HOME"


class BusyError(RuntimeError):
    """Another run of the same channel is under way."""


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
        self.imports = self.data / "imports"
        self.inbox = self.data / "inbox"
        self.releases = self.data / "releases"
        self.journal = self.data / "journal.sqlite"
        self.dagster = self.data / "dagster"
        self.expectations = self.root / "expectations"

    def warehouse(self, channel: str) -> Path:
        """The DuckDB file of one channel."""
        return self.data / "warehouse" / f"{channel}.duckdb"

    @contextmanager
    def claimed(self, channel: str) -> Iterator[None]:
        """Keeps a second run of the channel out; the claim ends with the process, however it ends.

        Raises:
            BusyError: another process has claimed the channel.
        """
        path = self.warehouse(channel).with_suffix(".lock")
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as fault:
                raise BusyError(
                    f"频道 {channel} 的另一次运行正在进行：请等它结束后再试。\n"
                    f"Another run of the channel {channel} is under way (found {path} locked): wait until it ends."
                ) from fault
            yield
