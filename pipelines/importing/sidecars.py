"""sidecars: what people say of files that do not say it themselves."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pipelines.catalog import Declared
from pipelines.importing.files import SIDECAR
from pipelines.sources.declarations import checked, content
from pipelines.sources.wild import Sidecar

DIGITS = 16


class StatedAside(Declared):
    """One entry: what the file holds, and who says so; see wild.Sidecar."""

    indicator: str | None = None
    year: int | None = None
    stated_by: str


def declared(folder: Path) -> Mapping[str, Sidecar]:
    """The sidecars of `sidecars.yaml`, by the first digits of the SHA-256 of their file.

    Raises:
        DeclarationError: the file is there and cannot be used.
    """
    path = folder / "sidecars.yaml"
    if not path.is_file():
        return {}
    return {str(key): _sidecar(value, f"{path.name}, {key}") for key, value in content(path).items()}


def of(path: Path, sha256: str, known: Mapping[str, Sidecar]) -> Sidecar | None:
    """The sidecar of a file: the one beside it, else the one declared for its bytes.

    Raises:
        DeclarationError: the sidecar beside the file cannot be used.
    """
    beside = path.with_name(path.name + SIDECAR)
    if beside.is_file() and not beside.is_symlink():
        return _sidecar(content(beside), beside.name)
    return known.get(sha256[:DIGITS])


def _sidecar(value: object, place: str) -> Sidecar:
    stated = checked(value, StatedAside, place)
    return Sidecar(stated.indicator, stated.year, " ".join(stated.stated_by.split()))
