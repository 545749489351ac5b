"""running: the job `release` in this process, and edits of one text in one file."""

from __future__ import annotations

from pathlib import Path

from pipelines import definitions
from pipelines.home import Home


def run(home: Home) -> list[str]:
    """Runs the job `release`; returns what went wrong."""
    job = definitions.assembled(home).resolve_job_def("release")
    return definitions.failures(job.execute_in_process(raise_on_error=False))


def edit(path: Path, old: str, new: str) -> None:
    """Replaces one text in a file; it must stand there exactly once."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new), encoding="utf-8")
