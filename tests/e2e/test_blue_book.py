"""The blue book, built from a real release: proved, whole, and the same bytes every time."""

from __future__ import annotations

import dataclasses
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import docx
import pytest
from pypdf import PdfReader

from dashboards import bluebook
from dashboards.bluebook.model import Book, Paragraph, Picture, Table, sentences_of
from dashboards.explain import NothingToExplainError, explained
from dashboards.lookups import sentence
from dashboards.release_file import Release, open_path
from dashboards.words import LANGUAGES, Language
from pipelines.home import Home
from pipelines.release import pointer


@pytest.fixture(scope="module")
def folder(released: Home) -> Path:
    """The folder of the release."""
    name = pointer.current(released, "real")
    assert name is not None
    return released.releases / name


@pytest.fixture(scope="module")
def release(folder: Path) -> Release:
    return open_path(folder)


@pytest.fixture(scope="module")
def books(release: Release) -> dict[Language, Book]:
    return {language: bluebook.book(release, language) for language in LANGUAGES}


@pytest.fixture(scope="module")
def written(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book in both languages."""
    out = tmp_path_factory.mktemp("book") / "册子"
    bluebook.write(folder, out)
    return out


def pdf_text(path: Path) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


def test_the_book_is_written_in_three_forms_and_two_languages(written: Path) -> None:
    for language in LANGUAGES:
        assert (written / f"book-{language}.pdf").read_bytes().startswith(b"%PDF")
        assert zipfile.is_zipfile(written / f"book-{language}.docx")
        assert (written / "html" / language / "index.html").is_file()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_in_the_book_is_proved(books: dict[Language, Book], release: Release, language: Language) -> None:
    assert bluebook.proof(books[language], release) == []


def test_a_forged_number_is_found(books: dict[Language, Book], release: Release) -> None:
    book = books["zh"]
    place, block = next((place, one) for place, one in enumerate(book.blocks)
                        if isinstance(one, Paragraph) and one.sentences[0].figures)  # fmt: skip
    assert isinstance(block, Paragraph)
    figure = block.sentences[0].figures[0]
    forged = dataclasses.replace(block, sentences=(sentence(dataclasses.replace(figure, text="999")),))
    blocks = (*book.blocks[:place], forged, *book.blocks[place + 1 :])
    faults = bluebook.proof(dataclasses.replace(book, blocks=blocks), release)
    assert any("'999'" in fault and figure.text in fault for fault in faults)


def test_a_number_without_a_lookup_is_found(books: dict[Language, Book], release: Release) -> None:
    loose = Paragraph((sentence("全国技能人才超过2.2亿人。"),))
    book = dataclasses.replace(books["zh"], blocks=(*books["zh"].blocks, loose))
    assert any("without a lookup" in fault for fault in bluebook.proof(book, release))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_verified_stands_only_in_the_annex(books: dict[Language, Book], language: Language) -> None:
    blocks = books[language].blocks
    annex = next(place for place, one in enumerate(blocks) if getattr(one, "anchor", "") == "sources")
    grades = {"C", "D"}
    for block in blocks[:annex]:
        for found in sentences_of(block):
            for figure in found.figures:
                assert not (figure.columns == ("grade",) and figure.text in grades), str(found)


def test_a_figure_that_is_not_verified_is_found_in_the_body(books: dict[Language, Book], release: Release) -> None:
    book = books["zh"]
    annex = next(one for one in book.blocks if isinstance(one, Table) and str(one.caption).startswith("未经核对的数字"))
    moved = dataclasses.replace(book, blocks=(annex, *book.blocks))
    assert any("stands before the annex" in fault for fault in bluebook.proof(moved, release))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_can_be_said_today_fits_one_page(written: Path, language: Language) -> None:
    title = {"zh": "今天能说什么", "en": "What can be said today"}[language]
    after = {"zh": "目标进展", "en": "Progress to targets"}[language]
    pages = [page.extract_text() for page in PdfReader(written / f"book-{language}.pdf").pages]
    first = next(place for place, text in enumerate(pages) if place > 2 and f"1 {title}" in re.sub(r"\s+", " ", text))
    assert f"2 {after}" in re.sub(r"\s+", " ", pages[first + 1])


def test_the_pdf_is_tagged_bookmarked_and_in_the_packaged_fonts_only(written: Path) -> None:
    reader = PdfReader(written / "book-zh.pdf")
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert len(reader.outline) > 12
    fonts = {
        str(font.get_object()["/BaseFont"]).partition("+")[2]
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]
    }
    assert all(name.startswith(("NotoSansCJKsc-Regular", "SourceHanSerifSC-Regular")) for name in fonts), fonts


def test_the_docx_has_real_styles_repeated_heads_and_alternative_texts(written: Path) -> None:
    made = docx.Document(str(written / "book-zh.docx"))
    used = {paragraph.style.name for paragraph in made.paragraphs if paragraph.style is not None}
    assert {"Heading 1", "Heading 2", "Caption", "Title"} <= used
    names = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
             "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"}  # fmt: skip
    with zipfile.ZipFile(written / "book-zh.docx") as package:
        body = ET.fromstring(package.read("word/document.xml"))
        assert "黑体" in package.read("word/fontTable.xml").decode()
    assert body.findall(".//w:tblHeader", names)
    pictures = body.findall(".//wp:docPr", names)
    assert pictures
    assert all(picture.get("descr") for picture in pictures)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_opens_from_a_disk_and_asks_nothing_of_the_network(written: Path, language: Language) -> None:
    folder = written / "html" / language
    page = (folder / "index.html").read_text(encoding="utf-8")
    for name in re.findall(r'(?:src|srcset)="([^"]+)"', page) + re.findall(r'<link[^>]+href="([^"]+)"', page):
        assert (folder / name).is_file(), name
    sheet = (folder / "book.css").read_text(encoding="utf-8")
    assert "http" not in sheet
    assert not re.search(r'(?:src|srcset)="https?:', page)
    assert "<script" not in page


def test_every_figure_and_captioned_table_is_numbered_once(books: dict[Language, Book]) -> None:
    for book in books.values():
        tables = [one.number for one in book.blocks if isinstance(one, Table) and one.caption]
        pictures = [one.number for one in book.blocks if isinstance(one, Picture)]
        assert len(set(tables)) == len(tables) > 20
        assert len(set(pictures)) == len(pictures) >= 3


def test_no_cell_of_grade_c_or_d_has_an_address(books: dict[Language, Book]) -> None:
    table = next(one for one in books["zh"].blocks if isinstance(one, Table) and str(one.caption) == "资料目录")
    grade = ""
    for row in table.rows:
        if row.kind == "group":
            grade = str(row.cells[0].text)[0]
        assert grade in "AB" or all(cell.url is None for cell in row.cells)


def test_the_same_release_gives_the_same_bytes_in_another_process(folder: Path, written: Path, tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from dashboards import bluebook; bluebook.write(Path(sys.argv[1]), Path(sys.argv[2]), ('zh',))"  # noqa: E501
    environment = os.environ | {"PYTHONHASHSEED": "7", "TZ": "America/Lima"}
    subprocess.run([sys.executable, "-c", code, str(folder), str(tmp_path)], check=True, env=environment)
    for path in sorted(one for one in tmp_path.rglob("*") if one.is_file()):
        assert path.read_bytes() == (written / path.relative_to(tmp_path)).read_bytes(), path.name


def test_a_share_is_taken_apart_down_to_file_and_line(release: Release) -> None:
    lines = explained(release.cursor(), "high_skilled_share", "500000", "2022-10", "zh")
    text = "\n".join(lines)
    for wanted in ("155 万人 ÷ 494 万人 × 100 = 31.4%", "31.24～31.51%", "公布值：31.5%", "一致", "data/sources/"):
        assert wanted in text


def test_latest_means_the_newest_period(release: Release) -> None:
    latest = explained(release.cursor(), "high_skilled_share", "500000", "latest", "en")
    assert latest == explained(release.cursor(), "high_skilled_share", "500000", "2024-09", "en")


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        (("nonesuch", "000000", "latest"), "high_skilled_share"),
        (("high_skilled_share", "999999", "latest"), "500000 重庆"),
        (("high_skilled_share", "500000", "1999"), "2022-10"),
        (("workers_congress_coverage", "000000", "latest"), "no value in this release"),
    ],
)
def test_what_does_not_exist_is_answered_with_what_does(
    release: Release, asked: tuple[str, str, str], named: str
) -> None:
    with pytest.raises(NothingToExplainError, match=re.escape(named)):
        explained(release.cursor(), *asked, "zh")
