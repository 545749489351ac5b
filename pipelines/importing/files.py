"""files: the paths that a person names → every file below them, to be read, or set aside with the reason."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipelines.sources.wild import Refused

LARGEST_HASHED = 200 * 1024**2
DOCUMENTS = (".md", ".markdown")
SIDECAR = ".yaml"


class MissingPathError(ValueError):
    """A path that a person named and that does not exist."""


@dataclass(frozen=True)
class Listed:
    """One file below the paths.

    Args:
        path: where it lies.
        name: its path below the folder that was named; below their common parent where several were.
        sha256: of its bytes; empty where it was not opened.
        outcome: what to do with it.
        why: why it is not read.
    """

    path: Path
    name: str
    sha256: str
    outcome: Literal["read", "ignored", "refused"]
    why: Refused | None = None


def listed(paths: Sequence[Path], own: Iterable[Path]) -> list[Listed]:
    """Every file below the paths, once, in the order of names within each path.

    Args:
        paths: files and folders.
        own: folders that the import itself writes: what lies in them is never read.

    Raises:
        MissingPathError: names the paths that do not exist.
    """
    absent = [str(path) for path in paths if not path.exists()]
    if absent:
        named = ", ".join(absent)
        raise MissingPathError(f"{named}：不存在，请核对路径。 {named}: not found. Check the path.")
    bases = [(path if path.is_dir() else path.parent).resolve() for path in paths]
    common = Path(os.path.commonpath(bases)) if bases else Path()
    found: dict[Path, Listed] = {}
    for path, base in zip(paths, bases, strict=True):
        whole = base if path.is_dir() else base / path.name
        for one in _below(whole) if path.is_dir() else [whole]:
            found.setdefault(one, _listed(one, base, common, [folder.resolve() for folder in own]))
    return list(found.values())


def _below(folder: Path) -> Iterator[Path]:
    """Every entry below a folder that is no folder itself, sorted; links to folders are entries."""
    for root, names, files in os.walk(folder):
        links = [name for name in names if (Path(root) / name).is_symlink()]
        names[:] = sorted(name for name in names if name not in links)
        yield from (Path(root) / name for name in sorted([*files, *links]))


def _listed(path: Path, base: Path, common: Path, own: Sequence[Path]) -> Listed:
    """One file; a link must stay below `base`, and the name is counted from `common`."""
    name = path.relative_to(common).as_posix()
    outside = _outside(path, base)
    if outside is not None:
        return Listed(path, name, "", "refused", outside)
    why = _set_aside(path, name, own)
    if why is not None:
        return Listed(path, name, "", "ignored", why)
    return Listed(path, name, _digest(path), "read")


def _outside(path: Path, base: Path) -> Refused | None:
    """Why a link is not followed: it leads out of the folder, to a folder, or nowhere."""
    if not path.is_symlink():
        return None
    if path.resolve().is_relative_to(base.resolve()) and path.is_file():
        return None
    return Refused("link", "a link out of the folder, to a folder, or to nothing", "a file",
                   "请放入文件本身，不要用链接", "Put the file itself there, not a link")  # fmt: skip


def _set_aside(path: Path, name: str, own: Sequence[Path]) -> Refused | None:
    """Why a file is no table of figures by declaration; None where it may be one."""
    if any(path.resolve().is_relative_to(folder) for folder in own):
        return Refused("own_output", name, "a file from outside", "本系统自己的文件不读", "A file of this system")
    if any(part.startswith((".", "~$")) for part in Path(name).parts):
        return Refused("hidden", name, "a visible file", "隐藏或临时文件不读", "Hidden or temporary: not read")
    if path.suffix.lower() in DOCUMENTS:
        return Refused("document", name, "a table", "说明文件不读", "Documents are not read")
    if path.suffix == SIDECAR and path.with_suffix("").is_file():
        return Refused("sidecar", name, "a table", "旁注，随其文件读取", "A sidecar: read with its file")
    return None


def _digest(path: Path) -> str:
    """SHA-256 of a regular file of reasonable size; empty otherwise, the reader then says why."""
    if not path.is_file() or path.stat().st_size > LARGEST_HASHED:
        return ""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
