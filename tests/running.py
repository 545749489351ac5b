"""running: the job `release` in this process, and edits of one text in one file."""

from __future__ import annotations

from pathlib import Path

import dagster as dg

from pipelines import definitions
from pipelines.home import Home
from pipelines.release import build, publish


def run(home: Home, channel: str = "real", *, book: bool = False) -> list[str]:
    """Runs the job `release`; returns what went wrong.

    Args:
        home: the home to run over.
        channel: the channel to run.
        book: whether the blue book is set; without it a one-page stand-in of this test takes its place,
            and everything else is as in a real run.
    """
    if book:
        job = definitions.assembled(home, channel).resolve_job_def(definitions.job_name(channel))
        return definitions.failures(job.execute_in_process(raise_on_error=False))
    failed = up_to_candidate(home, channel)
    if failed:
        return failed
    stand_in = build.found_candidate(home, channel) / publish.BOOK
    stand_in.mkdir()
    (stand_in / "stand-in.txt").write_text("in place of the book, in a test", encoding="utf-8")
    return alone(home, "current", channel=channel)


def up_to_candidate(home: Home, channel: str = "real") -> list[str]:
    """Runs everything up to the candidate; returns what went wrong."""
    defs = definitions.assembled(home, channel)
    late = {dg.AssetKey([channel, "release", name]) for name in ("book", "current")}
    keys = sorted(set(defs.resolve_asset_graph().materializable_asset_keys) - late)
    job = defs.resolve_implicit_global_asset_job_def()
    return definitions.failures(job.execute_in_process(asset_selection=keys, raise_on_error=False))


def alone(home: Home, *names: str, channel: str = "real") -> list[str]:
    """Runs only these assets of the release, over the tables as they are; returns what went wrong."""
    job = definitions.assembled(home, channel).resolve_implicit_global_asset_job_def()
    keys = [dg.AssetKey([channel, "release", name]) for name in names]
    return definitions.failures(job.execute_in_process(asset_selection=keys, raise_on_error=False))


def edit(path: Path, old: str, new: str) -> None:
    """Replaces one text in a file; it must stand there exactly once."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new), encoding="utf-8")
