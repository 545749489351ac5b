"""The blue book of invented figures says so on every page, figure, table and file; the real one never does."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import docx
import duckdb
import pytest
from pypdf import PdfReader

from dashboards import bluebook
from dashboards.bluebook import drawing
from dashboards.bluebook.model import Picture
from dashboards.explain import explained
from dashboards.release_file import Release, open_path
from dashboards.words import word
from pipelines.home import Home
from pipelines.release import pointer
from tests.e2e.demonstrated import DEMONSTRATION, FILES, demonstrated, imported

MARK = "演示数据"


@pytest.fixture(scope="module")
def invented(released: Home, tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release of the demonstration channel."""
    return open_path(demonstrated(released, tmp_path_factory.mktemp("demonstrated")).releases / DEMONSTRATION)


@pytest.fixture(scope="module")
def real(released: Home) -> Release:
    return open_path(released.releases / str(pointer.current(released, "real")))


@pytest.fixture(scope="module")
def written(invented: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("book")
    bluebook.write(invented.path.parent, out, ("zh",))
    return out


@pytest.fixture(scope="module")
def written_real(real: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("book")
    bluebook.write(real.path.parent, out, ("zh",))
    return out


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.suffix in (".pdf", ".docx", ".html"))


def test_every_file_of_the_book_bears_the_mark_in_its_name(written: Path, written_real: Path) -> None:
    assert names(written) == [f"book-zh_{MARK}.docx", f"book-zh_{MARK}.pdf", f"index_{MARK}.html"]
    assert names(written_real) == ["book-zh.docx", "book-zh.pdf", "index.html"]


def test_every_page_of_the_pdf_bears_band_and_ground(written: Path, written_real: Path) -> None:
    reader = PdfReader(written / f"book-zh_{MARK}.pdf")
    pages = [re.sub(r"\s", "", page.extract_text()) for page in reader.pages]
    band = re.sub(r"\s", "", word("demo.band", "zh"))
    assert [place for place, text in enumerate(pages) if band not in text or text.count(MARK) < 6] == []
    assert MARK in str(reader.metadata and reader.metadata.title)
    assert not any(MARK in page.extract_text() for page in PdfReader(written_real / "book-zh.pdf").pages)


def test_the_docx_bears_it_in_heads_titles_and_captions(written: Path, written_real: Path) -> None:
    made = docx.Document(str(written / f"book-zh_{MARK}.docx"))
    section = made.sections[0]
    for head in (section.header, section.first_page_header):
        assert word("demo.band", "zh") in "".join(line.text for line in head.paragraphs)
    assert MARK in made.core_properties.title
    captions = [line.text for line in made.paragraphs if line.style is not None and line.style.name == "Caption"]
    assert len(captions) > 20
    assert [caption for caption in captions if MARK not in caption] == []
    with zipfile.ZipFile(written_real / "book-zh.docx") as package:
        assert [name for name in package.namelist() if name.endswith(".xml") and MARK in package.read(name).decode()
                ] == []  # fmt: skip


def test_the_page_bears_band_ground_and_captions(written: Path, written_real: Path) -> None:
    page = (written / "html" / "zh" / f"index_{MARK}.html").read_text(encoding="utf-8")
    assert f'<p class="invented" role="note">{word("demo.band", "zh")}' in page
    assert page.count(f"<span>{MARK}</span>") >= 20
    assert MARK in page.partition("</title>")[0]
    assert f'href="../en/index_{MARK}.html"' in page
    captions = re.findall(r'<p class="caption">(.*?)</p>|<figcaption>(.*?)</figcaption>', page)
    assert len(captions) > 20
    assert [one for one in captions if MARK not in "".join(one)] == []
    assert [one for one in re.findall(r' alt="([^"]*)"', page) if not one.startswith(MARK)] == []
    assert MARK not in (written_real / "html" / "zh" / "index.html").read_text(encoding="utf-8")


def test_every_drawn_figure_bears_the_mark(written: Path, written_real: Path) -> None:
    found = list((written / "html" / "zh" / "figures").glob("*.svg"))
    assert len(found) > 6
    assert [path.name for path in found if f'id="{drawing.MARK}"' not in path.read_text(encoding="utf-8")] == []
    for path in (written_real / "html" / "zh" / "figures").glob("*.svg"):
        assert f'id="{drawing.MARK}"' not in path.read_text(encoding="utf-8")


def test_a_figure_for_word_processors_bears_the_mark(invented: Release) -> None:
    picture = next(one for one in bluebook.book(invented, "zh").blocks if isinstance(one, Picture))
    assert drawing.png(picture, mark=MARK) != drawing.png(picture)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_book_of_invented_figures_is_proved(invented: Release, language: str) -> None:
    book = bluebook.book(invented, language)  # type: ignore[arg-type]
    assert bluebook.proof(book, invented) == []


def test_the_annex_says_which_rules_did_not_run(invented: Release) -> None:
    text = "".join(str(found) for block in bluebook.book(invented, "zh").blocks
                   for found in getattr(block, "sentences", ()))  # fmt: skip
    assert "审核规则2条，已运行1条，未运行1条；审过1\u202f200行，未审34行。" in text
    assert "疑点2个：硬性1个，提示1个，仅供参考0个。" in text


def test_a_break_of_a_measure_is_told_with_the_indicators_that_rest_on_it(released: Home, tmp_path: Path) -> None:
    folder = demonstrated(released, tmp_path).releases / DEMONSTRATION
    with duckdb.connect(str(folder / "release.duckdb")) as con:
        con.execute("INSERT INTO catalog.measure_break VALUES ('high_skilled_total', '2024', '改了口径', 'changed')")
    release = open_path(folder)
    book = bluebook.book(release, "zh")
    text = "".join(str(found) for block in book.blocks for found in getattr(block, "sentences", ()))
    assert "口径调整（自2024年起，高技能人才总量）：改了口径" in text
    assert bluebook.proof(book, release) == []


def test_the_annex_counts_files_and_cells(released: Home, tmp_path: Path) -> None:
    home = imported(released, tmp_path)
    release = open_path(home.releases / str(pointer.current(home, "real")))
    book = bluebook.book(release, "zh")
    text = "".join(str(found) for block in book.blocks for found in getattr(block, "sentences", ()))
    assert "读入2个文件（表），导入1个。单元格：读到210个，采用93个，拒绝11个，声明不取105个。" in text
    assert bluebook.proof(book, release) == []


def test_a_figure_taken_apart_says_first_that_it_is_invented(invented: Release, real: Release) -> None:
    asked = ("high_skilled_share", "500000", "2022-10", "zh")
    assert explained(invented.cursor(), *asked)[0] == word("demo.band", "zh")  # type: ignore[arg-type]
    assert MARK not in "".join(explained(real.cursor(), *asked))  # type: ignore[arg-type]


def test_a_figure_from_a_return_leads_to_form_unit_version_and_cell(invented: Release) -> None:
    text = "\n".join(explained(invented.cursor(), "high_skilled_share", "500000", "2022-10", "zh"))
    assert "报表：产改统2表 技能人才与技能形成（项目自拟，未经批准，不得用于实际统计调查）" in text
    assert "填报：单位 500000，时期 2022-10，第2次报送，数据项 high_skilled_total" in text


def test_a_figure_taken_apart_leads_to_the_file_that_it_was_found_in(released: Home, tmp_path: Path) -> None:
    home = imported(released, tmp_path)
    release = open_path(home.releases / str(pointer.current(home, "real")))
    text = "\n".join(explained(release.cursor(), "high_skilled_share", "500000", "2022-10", "zh"))
    assert f"原始文件：{FILES[0]}，校验值 {'ab' * 8}，工作表 Sheet1，单元格 C7" in text
    assert "data/sources/" in text
