"""xlsx_repair: xlsx files that lack parts which they name, or whose styles are defective: what can still be read."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from xml.parsers import expat

from pipelines.grid.archive import Archive
from pipelines.grid.parsed import Remark

STYLES = "xl/styles.xml"
SHOWN = 5


def remarks(archive: Archive) -> list[Remark]:
    """What to say of the parts that the file names and does not hold."""
    missing = sorted(set(_missing(archive)))
    if not missing:
        return []
    names = ", ".join(missing[:SHOWN]) + (", ..." if len(missing) > SHOWN else "")
    chinese, english = ("；日期可能显示为数字", "; dates may show as numbers") if STYLES in missing else ("", "")
    return [("missing_parts", f"缺少文件所引用的部件：{names}{chinese}", f"Missing parts: {names}{english}")]


def without_defective_styles(data: bytes, archive: Archive) -> bytes:
    """The file without its styles if they are no XML: figures can be read without them, though not dates."""
    if STYLES not in archive.names or _is_xml(archive):
        return data
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w", zipfile.ZIP_STORED) as copy:
        for name in archive.file.namelist():
            if name != STYLES:
                copy.writestr(zipfile.ZipInfo(name), archive.file.read(name))
    return result.getvalue()


def _is_xml(archive: Archive) -> bool:
    try:
        with archive.file.open(STYLES) as part:
            expat.ParserCreate().ParseFile(part)
    except expat.ExpatError:
        return False
    return True


def _missing(archive: Archive) -> Iterator[str]:
    for name in archive.names:
        if name.endswith(".rels"):
            folder = posixpath.dirname(posixpath.dirname(name))
            for target in _targets(archive, name):
                part = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                if part not in archive.names:
                    yield part


def _targets(archive: Archive, name: str) -> list[str]:
    """What one part of relationships points to inside of the file."""
    found: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        is_inside = attributes.get("TargetMode") != "External" and not attributes.get("Target", "#").startswith("#")
        if tag.rpartition(" ")[2] == "Relationship" and is_inside:
            found.append(attributes["Target"])

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    try:
        with archive.file.open(name) as part:
            parser.ParseFile(part)
    except expat.ExpatError:
        return found
    return found
