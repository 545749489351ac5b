"""fingerprint: what a release is made from, as hashes; equal fingerprints need no new release."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipelines.catalog import Catalog
from pipelines.home import Home
from pipelines.release.files import digest

CODE = Path(__file__).parents[2]
CODE_PATTERNS = (
    "pipelines/**/*.py",
    "dashboards/*.py",
    "dashboards/*.yaml",
    "dashboards/*.json",
    "dashboards/queries/*.py",
    "dashboards/bluebook/**/*",
    "requirements.lock",
)


def inputs(home: Home, channel: str) -> dict[str, str]:
    """SHA-256 of every input of a channel: what it reads, catalogue and expectations, by path below the root.

    Raises:
        CatalogError: the channel is not declared.
    """
    reads = Catalog(home.catalog).channel_named(channel).reads
    patterns = (*(f"data/{pattern}" for pattern in reads), "data/catalog/**/*", "expectations/**/*")
    others = "data/catalog/channels/"  # what another channel declares for itself does not make this one
    return {name: digest(home.root / name) for name in _names(home.root, patterns)
            if not name.startswith(others) or name.startswith(f"{others}{channel}/")}  # fmt: skip


def code() -> dict[str, str]:
    """SHA-256 of the code and the lock file that make a release, by path below the checkout."""
    return {name: digest(CODE / name) for name in _names(CODE, CODE_PATTERNS)}


def fingerprint(channel: str, *parts: Mapping[str, str]) -> str:
    """One hash over channel and parts; any changed file changes it."""
    return hashlib.sha256(json.dumps([channel, *parts], sort_keys=True).encode()).hexdigest()


def _names(root: Path, patterns: tuple[str, ...]) -> Iterator[str]:
    found = {path for pattern in patterns for path in root.glob(pattern)}
    for path in sorted(found):
        hidden = any(part.startswith(".") or part == "__pycache__" for part in path.relative_to(root).parts)
        if path.is_file() and not hidden and path.suffix != ".md":
            yield path.relative_to(root).as_posix()
