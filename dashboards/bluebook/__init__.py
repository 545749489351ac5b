"""bluebook: the short blue book of a release, in PDF, DOCX and HTML; every number in it is proved."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dashboards.bluebook import docx, drawing, html, pdf
from dashboards.bluebook.content import book
from dashboards.bluebook.ledger import Ledger
from dashboards.bluebook.model import Book, Picture
from dashboards.bluebook.proving import proof
from dashboards.release_file import open_path
from dashboards.words import LANGUAGES, Language

__all__ = ["TextAgainstTablesError", "book", "proof", "write"]


class TextAgainstTablesError(RuntimeError):
    """The text of a book and the tables of its release do not agree; nothing is written."""


def write(folder: Path, out: Path, languages: Sequence[Language] = LANGUAGES) -> list[Path]:
    """Writes book-<language>.pdf, .docx and html/<language>/index.html of a release or a candidate.

    The names of files of invented figures end in _演示数据 before the dot.

    Args:
        folder: the folder with release.duckdb and manifest.json.
        out: the folder to write to; it is made where it is missing.
        languages: the languages wanted.

    Returns:
        The files written, language by language.

    Raises:
        NoReleaseError: the folder holds no release.
        TextAgainstTablesError: a number in the text is not the one of the table, or stands in no table.
        TypesettingError: Typst failed or warned.
    """
    release = open_path(folder)
    ledger = Ledger(release)
    books = [book(release, language, ledger) for language in languages]
    for one in books:
        faults = proof(one, release, ledger)
        if faults:
            shown = "; ".join(faults[:5])
            raise TextAgainstTablesError(
                f"blue book ({one.language}) of {one.release_id}: {len(faults)} numbers are not proved: {shown}. "
                "Mend the sentence or the release."
            )
    out.mkdir(parents=True, exist_ok=True)
    return [path for one in books for path in _written(one, out)]


def _written(one: Book, out: Path) -> list[Path]:
    pictures = {block.number: block for block in one.blocks if isinstance(block, Picture)}
    mark = one.marks.get("watermark", "")
    wide = {number: drawing.svg(picture, mark=mark) for number, picture in pictures.items()}
    narrow = {number: drawing.svg(picture, drawing.NARROW, mark) for number, picture in pictures.items()}
    pixels = {number: drawing.png(picture, mark=mark) for number, picture in pictures.items()}
    return [
        pdf.write(one, wide, out / f"book-{one.language}{one.suffix}.pdf"),
        docx.write(one, pixels, out / f"book-{one.language}{one.suffix}.docx"),
        html.write(one, wide, narrow, out / "html" / one.language),
    ]
