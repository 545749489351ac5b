"""pointer: which release of a channel is current; moving it is the only thing that publishes."""

from __future__ import annotations

from datetime import UTC, datetime

from pipelines.home import Home
from pipelines.release.files import read_json, write_json


def current(home: Home, channel: str) -> str | None:
    """The id of the channel's current release; None before the first."""
    path = home.releases / f"current-{channel}.json"
    return str(read_json(path)["release_id"]) if path.exists() else None


def move(home: Home, channel: str, release_id: str) -> None:
    """Makes a release the current one, in one step."""
    moved = datetime.now(UTC).isoformat(timespec="seconds")
    write_json(home.releases / f"current-{channel}.json", {"release_id": release_id, "moved": moved})
