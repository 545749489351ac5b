"""fonts: web subsets of the open Chinese fonts, cut into dashboards/static and again when other characters are used."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

HERE = Path(__file__).parent
STATIC = HERE / "static"
FACES = {"BB Sans": "NotoSansCJKsc-Regular.otf", "BB Song": "NotoSerifCJKsc-Regular.otf"}
LATIN = frozenset((*range(0x20, 0x17F), *range(0x2000, 0x2070), 0x20AC, 0x2116, 0x2212, 0x2260, 0x2264, 0x2265, 0x2248))
READ = ("data/catalog", "data/sources", "dashboards")
SUFFIXES = {".yaml", ".csv", ".py"}

log = logging.getLogger(__name__)


def build(static: Path = STATIC) -> list[Path]:
    """Cuts the subsets that are not there yet, or all where other characters are used now; returns what was written.

    Raises:
        FileNotFoundError: the package mplfonts does not carry the font.
    """
    static.mkdir(parents=True, exist_ok=True)
    wanted = {"latin": LATIN, "chinese": chinese(HERE.parent) - LATIN}
    stamp, mark = static / "characters.sha256", _mark(wanted)
    is_stale = not stamp.exists() or stamp.read_text(encoding="utf-8") != mark
    written = []
    for family, source in FACES.items():
        for part, characters in wanted.items():
            path = static / file_name(family, part)
            if is_stale or not path.exists():
                _cut(_font(source), family, characters, path)
                written.append(path)
    stamp.write_text(mark, encoding="utf-8")
    return written


def _mark(wanted: Mapping[str, frozenset[int]]) -> str:
    """A hash of the characters of every part."""
    listed = repr([(part, sorted(characters)) for part, characters in sorted(wanted.items())])
    return hashlib.sha256(listed.encode()).hexdigest()


def file_name(family: str, part: str) -> str:
    """The file of one part (latin, chinese) of a family."""
    return f"{family.replace(' ', '')}-{part}.woff"


def chinese(root: Path) -> frozenset[int]:
    """GB 2312 level 1 and every character that the catalogue, the figures and the pages use."""
    first_level = {ord(bytes((row, cell)).decode("gb2312")) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF)
                   if (row, cell) <= (0xD7, 0xF9)}  # fmt: skip
    punctuation = {*range(0x2070, 0x2100), *range(0x2190, 0x2300), *range(0x2460, 0x2480), *range(0x25A0, 0x2600),
                   *range(0x3000, 0x3020), *range(0xFF00, 0xFFE7)}  # fmt: skip
    return frozenset(first_level | punctuation | {ord(letter) for text in _texts(root) for letter in text})


def _texts(root: Path) -> Iterator[str]:
    for folder in READ:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in SUFFIXES:
                yield path.read_text(encoding="utf-8")


def _font(name: str) -> Path:
    path = Path(str(files("mplfonts"))) / "fonts" / name
    if not path.is_file():
        raise FileNotFoundError(f"{path}: found no font there, wanted {name} of mplfonts 0.0.11. Install it again.")
    return path


def _cut(source: Path, family: str, characters: frozenset[int], target: Path) -> None:
    """One subset under our own family name, put in place in one step."""
    options = subset.Options(flavor="woff", layout_features=["*"], hinting=False, desubroutinize=False)
    with TTFont(source, lazy=True) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=characters & frozenset(font.getBestCmap()))
        cutter.subset(font)
        for name_id in (1, 4, 16):
            font["name"].setName(family, name_id, 3, 1, 0x409)
        beside = target.with_suffix(".new")
        subset.save_font(font, str(beside), options)
    beside.replace(target)
    log.info("%s: %d kB", target.name, target.stat().st_size // 1024)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    build()
