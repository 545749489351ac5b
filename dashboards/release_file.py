"""release_file: a release, opened read-only, without external access, its configuration locked."""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb

VARIABLE = "BLUEBOOK_HOME"
RELEASE_ID = re.compile(r"[a-z][a-z0-9]*(?:[.-][a-z0-9]+){1,8}")
CHANNEL = re.compile(r"[a-z][a-z0-9]{0,31}")
REAL = "real"
LONGEST_ID = 64
CONFIGURATION = {"enable_external_access": "false", "lock_configuration": "true"}


class UnknownReleaseError(LookupError):
    """A release that does not exist: names the one asked for and those that do.

    Args:
        asked: the id as it was asked for.
        existing: the ids that exist, newest first.
    """

    def __init__(self, asked: str, existing: tuple[str, ...]) -> None:
        self.asked, self.existing = asked, existing
        known = ", ".join(existing) or "none"
        super().__init__(f"release {asked!r} does not exist; existing: {known}. Ask for one of these.")


class NoReleaseError(LookupError):
    """There is no release to open, or its file cannot be read: says where it was looked for."""


@dataclass(frozen=True)
class Release:
    """One frozen release; every query takes a cursor of its own."""

    release_id: str
    channel: str
    path: Path
    manifest: Mapping[str, Any]

    @property
    def is_demonstration(self) -> bool:
        """Whether its figures are invented: then every page, figure, table, file and book of it says so."""
        return bool(self.manifest.get("is_demonstration", self.channel != REAL))

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor on the process's one connection to this file; close it or let it go.

        Raises:
            NoReleaseError: the file is not a DuckDB file of a known version.
        """
        return _connection(self.path, self.path.stat().st_mtime_ns).cursor()


def root() -> Path:
    """The folder that holds `data/`: the environment variable BLUEBOOK_HOME, else this checkout."""
    named = os.environ.get(VARIABLE)
    return (Path(named) if named else Path(__file__).parents[1]).resolve()


def open_release(release_id: str | None = None, channel: str = REAL) -> Release:
    """The release of that id; without one, the channel's current release.

    Raises:
        UnknownReleaseError: the id is not that of an existing release.
        NoReleaseError: the channel has no current release.
    """
    wanted = release_id or _current(channel)
    if len(wanted) > LONGEST_ID or not RELEASE_ID.fullmatch(wanted):
        raise UnknownReleaseError(wanted, _ids())
    folder = _folder() / wanted
    if not (folder / "release.duckdb").is_file() or not (folder / "manifest.json").is_file():
        raise UnknownReleaseError(wanted, _ids())
    return open_path(folder)


def open_path(folder: Path) -> Release:
    """The release, or the candidate of one, in a folder.

    Raises:
        NoReleaseError: the folder has no release.duckdb or no readable manifest.json.
    """
    path = folder.resolve() / "release.duckdb"
    if not path.is_file():
        raise NoReleaseError(f"{path}: found no release there. Build one: `bluebook run`.")
    manifest = _manifest(folder.resolve() / "manifest.json")
    return Release(str(manifest["release_id"]), str(manifest["channel"]), path, manifest)


def releases() -> list[dict[str, Any]]:
    """The manifests of all releases of all channels, newest first; what cannot be read as one is passed over."""
    found = []
    for path in _folder().glob("*/manifest.json"):
        if RELEASE_ID.fullmatch(path.parent.name):
            with contextlib.suppress(NoReleaseError):
                found.append(_manifest(path))
    return sorted(found, key=lambda one: (str(one.get("created")), str(one.get("release_id"))), reverse=True)


def current_id(channel: str = REAL) -> str | None:
    """The id that the channel's pointer names; None before its first release, and for what is no channel's name."""
    if not CHANNEL.fullmatch(channel):
        return None
    pointer = _folder() / f"current-{channel}.json"
    return str(_manifest(pointer)["release_id"]) if pointer.is_file() else None


def current_of(channel: str) -> str:
    """The id of a channel's current release.

    Raises:
        UnknownReleaseError: there is no such channel, or it has no release yet.
    """
    found = current_id(channel)
    if found is None:
        raise UnknownReleaseError(f"channel={channel}", _ids())
    return found


def _folder() -> Path:
    return root() / "data" / "releases"


def _current(channel: str) -> str:
    found = current_id(channel)
    if found is None:
        raise NoReleaseError(
            f"{_folder()}: the channel {channel!r} has no current release. Build one: `bluebook run`."
        )
    return found


def _ids() -> tuple[str, ...]:
    return tuple(str(one["release_id"]) for one in releases())


def _manifest(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise NoReleaseError(f"{path}: cannot be read as JSON: {fault}. Build the release again.") from fault
    if not isinstance(content, dict):
        raise NoReleaseError(f"{path}: found {type(content).__name__}, wanted a JSON object. Build the release again.")
    return content


@lru_cache(maxsize=16)
def _connection(path: Path, modified: int) -> duckdb.DuckDBPyConnection:  # noqa: ARG001 - a rebuilt candidate is another file
    try:
        return duckdb.connect(str(path), read_only=True, config=dict(CONFIGURATION))
    except duckdb.Error as fault:
        raise NoReleaseError(f"{path}: cannot be opened: {fault}. Build the release again.") from fault
