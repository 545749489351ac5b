"""pdf: the book set by Typst: tagged, bookmarked, in the packaged fonts only."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import typst

from dashboards.bluebook import plain, style
from dashboards.bluebook.model import Book

TEMPLATE = Path(__file__).with_name("book.typ")


class TypesettingError(RuntimeError):
    """Typst could not set the book, or warned of something that would change how it looks."""


def write(book: Book, figures: Mapping[str, bytes], path: Path) -> Path:
    """Writes the PDF; returns its path.

    Args:
        book: the content.
        figures: SVG by figure number.
        path: the file to write.

    Raises:
        TypesettingError: Typst failed or warned; a missing font or glyph is only a warning to it.
    """
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        fonts = root / "fonts"
        fonts.mkdir()
        for name in (style.SANS, style.SERIF):
            (fonts / name).symlink_to(style.font(name))
        for number, drawn in figures.items():
            (root / f"figure-{number}.svg").write_bytes(drawn)
        (root / "book.json").write_text(plain.text_of(book), encoding="utf-8")
        (root / "book.typ").write_bytes(TEMPLATE.read_bytes())
        path.write_bytes(_compiled(root, fonts, book))
    return path


def _compiled(root: Path, fonts: Path, book: Book) -> bytes:
    try:
        content, warnings = typst.compile_with_warnings(
            str(root / "book.typ"), root=str(root), font_paths=[str(fonts)], ignore_system_fonts=True, format="pdf",
            pdf_standards=["ua-1"], timestamp=int(datetime.fromisoformat(book.created).timestamp()),
        )  # fmt: skip
    except typst.TypstError as fault:
        raise TypesettingError(f"book-{book.language}.pdf: Typst stopped: {fault}. Mend book.typ.") from fault
    if warnings:
        told = "; ".join(sorted({str(getattr(one, "message", one)) for one in warnings})[:5])
        raise TypesettingError(f"book-{book.language}.pdf: Typst warned: {told}. Nothing is published with a warning.")
    return bytes(content)
