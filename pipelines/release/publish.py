"""publish: sealing a candidate into a release, verifying it, and moving the pointer to it."""

from __future__ import annotations

import json
import re
import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from pipelines.home import Home
from pipelines.journal import Journal
from pipelines.release import gate, pointer
from pipelines.release.build import FORMAT, ReleaseError, found_candidate
from pipelines.release.compare import READ_ONLY
from pipelines.release.files import digest, read_json, settle, write_json
from pipelines.warehouse import Warehouse, quoted
from pipelines.warehouse import digest as table_digest

BOOK = "book"
PUBLISHED, MOVED = "publish by a run", "publish by a person"
RELEASE_ID = re.compile(r"[a-z][a-z0-9]{0,31}-\d{4}\.\d{2}\.\d{2}-[0-9a-f]{8}")


def seal(home: Home, channel: str, warehouse: Warehouse) -> str:
    """Makes the candidate a release under its own name; returns the release's id.

    The candidate must be what passes the gate now: a candidate of older tables is refused.

    Raises:
        ReleaseError: there is no candidate, it has no book, or its tables are not the checked ones.
    """
    folder = found_candidate(home, channel)
    if not (folder / BOOK).is_dir():
        raise ReleaseError(f"{folder}: found no book, wanted one. Run `bluebook run`. 候选发布缺蓝皮书，请重新运行。")
    made = read_json(folder / "manifest.json")
    content = {name: one["hash"] for name, one in made["tables"].items()}
    if not gate.same_content(warehouse, content):
        raise ReleaseError(
            f"{made['release_id']}: its tables are not the ones that pass the gate now. Run `bluebook run`."
            " 候选发布与现在通过检查的表不一致，请重新运行。"
        )
    release_id = str(made["release_id"])
    files = {path.relative_to(folder).as_posix(): digest(path) for path in sorted(folder.rglob("*"))
             if path.is_file() and path.name != "manifest.json"}  # fmt: skip
    write_json(folder / "manifest.json", made | {"files": files})
    final = home.releases / release_id
    if final.exists() and not faults(final):  # a killed run sealed the same content before
        shutil.rmtree(folder)
        return release_id
    if final.exists():
        final.rename(home.releases / f".damaged-{release_id}-{secrets.token_hex(4)}")
    folder.rename(final)
    settle(home.releases)
    return release_id


def releases(home: Home) -> list[dict[str, Any]]:
    """The manifests of all sealed releases, newest first; see `unreadable` for those that have none."""
    lost = set(unreadable(home))
    paths = home.releases.glob("*/manifest.json")
    names = [path.parent.name for path in paths if RELEASE_ID.fullmatch(path.parent.name)]
    found = [read_json(home.releases / name / "manifest.json") for name in names if name not in lost]
    return sorted(found, key=lambda one: (one["created"], one["release_id"]), reverse=True)


def unreadable(home: Home) -> list[str]:
    """The folders of releases whose manifest cannot be read."""
    return [path.name for path in sorted(home.releases.glob("*"))
            if RELEASE_ID.fullmatch(path.name) and not _has_manifest(path)]  # fmt: skip


def _has_manifest(folder: Path) -> bool:
    try:
        read_json(folder / "manifest.json")
    except (OSError, ValueError):
        return False
    return True


def manifest(home: Home, release_id: str) -> dict[str, Any]:
    """The manifest of a sealed release."""
    return read_json(folder_of(home, release_id) / "manifest.json")


def folder_of(home: Home, release_id: str) -> Path:
    """The folder of a sealed release.

    Raises:
        ReleaseError: the id is not well formed, or there is no such release.
    """
    known = [one["release_id"] for one in releases(home)]
    if not RELEASE_ID.fullmatch(release_id) or release_id not in known:
        listed = ", ".join(known[:5]) or "none yet / 还没有"
        raise ReleaseError(
            f"没有发布 {release_id!r}；现有：{listed}。见 bluebook release list。\n"
            f"found {release_id!r}, wanted one of the releases: {listed}. See `bluebook release list`."
        )
    return home.releases / release_id


def faults(folder: Path) -> list[str]:
    """Where a release is not what its manifest says; empty when it verifies."""
    try:
        made = read_json(folder / "manifest.json")
    except (OSError, ValueError) as fault:
        return [f"manifest.json: {fault}"]
    found = [f"{name}: changed or missing" for name, known in made["files"].items()
             if not (folder / name).is_file() or digest(folder / name) != known]  # fmt: skip
    if found or made.get("format") != FORMAT:  # an older program hashed rows in another way; the files' hashes agree
        return found
    con = duckdb.connect(str(folder / "release.duckdb"), read_only=True, config=READ_ONLY)
    try:
        return [f"{name}: its rows are not the ones hashed" for name, known in made["tables"].items()
                if _digest(con, name) != known["hash"]]  # fmt: skip
    finally:
        con.close()


def _digest(con: duckdb.DuckDBPyConnection, name: str) -> str:
    """The content hash of a table as it stands in a release, whatever the catalogue says today."""
    return table_digest(con, name, quoted(name))


def held_back(home: Home, channel: str, fingerprint: str) -> str | None:
    """The release of this fingerprint that a person rolled back from; None where there is none.

    What a person took back is not published again by a run; it needs `bluebook release publish`. A release that
    was merely followed by a newer one was not taken back: undoing an edit publishes it again.
    """
    entries = Journal(home.journal).entries()
    moves = [(one["action"], one["subject"]) for one in entries if json.loads(one["details"]).get("channel") == channel]
    for one in releases(home):
        is_same = one["channel"] == channel and one["fingerprint"] == fingerprint
        if is_same and _was_taken_back(moves, one["release_id"]):
            return str(one["release_id"])
    return None


def _was_taken_back(moves: Sequence[tuple[str, str]], release_id: str) -> bool:
    """Whether a person moved from this release, after its last publication, to one that was published before it."""
    places = [place for place, (_, subject) in enumerate(moves) if subject == release_id]
    if not places or places[-1] + 1 == len(moves):
        return False
    action, subject = moves[places[-1] + 1]
    return action == MOVED and subject in {earlier for _, earlier in moves[: places[-1]]}


def publish(home: Home, release_id: str, reason: str, *, by_run: bool = False) -> None:
    """Verifies a release, writes into the journal who wants it and why, and makes it current.

    Raises:
        ReleaseError: no such release, or it does not verify.
        ValueError: no reason is given; nothing is moved.
    """
    folder = folder_of(home, release_id)
    found = faults(folder)
    if found:
        raise ReleaseError(f"{release_id}: does not verify: {'; '.join(found[:5])}. Build it again: `bluebook run`.")
    channel = str(read_json(folder / "manifest.json")["channel"])
    before = pointer.current(home, channel)
    Journal(home.journal).add(
        PUBLISHED if by_run else MOVED, release_id, reason, {"channel": channel, "before": before}
    )
    pointer.move(home, channel, release_id)
