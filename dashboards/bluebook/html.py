"""html: the book as a folder that opens from a disk: one page, its figures, its style and its fonts."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dashboards.bluebook import plain, style
from dashboards.bluebook.model import Book
from dashboards.notation import THIN
from dashboards.words import Language, word

HERE = Path(__file__).parent
FONTS = HERE.parent / "static"
FACES = {"BB Sans": "BBSans", "BB Song": "BBSong"}
LATIN = "U+0020-017F, U+2000-206F, U+20AC, U+2116, U+2212, U+2260, U+2264, U+2265, U+2248"
OTHER: dict[Language, dict[str, str]] = {
    "zh": {"folder": "en", "lang": "en", "name": "English"},
    "en": {"folder": "zh", "lang": "zh-Hans-CN", "name": "中文"},
}
GROUND = 40  # words on the ground of a page of invented figures


def write(book: Book, figures: Mapping[str, bytes], narrow: Mapping[str, bytes], folder: Path) -> Path:
    """Writes the folder anew; returns the page's path.

    Args:
        book: the content.
        figures: SVG by figure number.
        narrow: SVG for telephones by figure number.
        folder: the folder of this language; what was there is replaced.
    """
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "figures").mkdir(parents=True)
    for number, drawn in figures.items():
        (folder / "figures" / f"{number}.svg").write_bytes(drawn)
        (folder / "figures" / f"{number}-narrow.svg").write_bytes(narrow[number])
    sheet = _faces(folder) + style.css_variables() + (HERE / "page.css").read_text(encoding="utf-8")
    (folder / "book.css").write_text(sheet, encoding="utf-8")
    page = folder / f"index{book.suffix}.html"
    page.write_text(_page(book), encoding="utf-8")
    return page


def _page(book: Book) -> str:
    found = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    words = {"skip": word("book.skip", book.language), "table": word("book.label.table", book.language)}
    return found.get_template("page.html.j2").render(
        book=plain.data(book, THIN, None if book.language == "zh" else '"'), words=words, ground=range(GROUND),
        other=OTHER[book.language] | {"href": f"../{OTHER[book.language]['folder']}/index{book.suffix}.html"},
    )


def _faces(folder: Path) -> str:
    """The web fonts where they have been cut, copied beside the page; without them the reader's own Chinese fonts."""
    rules = []
    for family, stem in FACES.items():
        for part in ("latin", "chinese"):
            file = FONTS / f"{stem}-{part}.woff"
            if not file.is_file():
                continue
            (folder / "fonts").mkdir(exist_ok=True)
            shutil.copyfile(file, folder / "fonts" / file.name)
            only = f" unicode-range: {LATIN};" if part == "latin" else ""
            rules.append(f"@font-face {{ font-family: '{family}'; src: url('fonts/{file.name}') format('woff'); "
                         f"font-weight: 100 900; font-display: swap;{only} }}")  # fmt: skip
    return "\n".join(rules) + "\n"
