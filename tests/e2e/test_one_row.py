"""One source row is changed: exactly the numbers that depend on it change, in page, sentence, book and download."""

from __future__ import annotations

import html
import re
from collections import Counter
from pathlib import Path

import pytest

from dashboards import queries, release_file, sentences
from pipelines.home import Home
from pipelines.release import pointer
from tests.e2e.test_app_pages import html as shown_html
from tests.e2e.test_app_pages import opened
from tests.running import edit, run

ROW = "000000,2025,migrant_workers_total,_T,_T,_T,30115,万人"
# 30,115 → 30,225 万人: growth on the 29,973 of 2024 was 30115/29973 − 1 = 0.4738 % and is 30225/29973 − 1 = 0.8408 %
OLD, NEW = {"30 115", "0.5%", "301.15", "30115"}, {"30 225", "0.8%", "302.25", "30225"}


def texts(page: str) -> Counter[str]:
    """The pieces of text of a page, without what names the release and when it was made."""
    page = re.sub(r"<style.*?</style>|<script.*?</script>|data:image[^\"']*", "", page, flags=re.DOTALL)
    pieces = (html.unescape(piece).replace("\u2009", " ").replace("\u202f", " ").strip() for piece in re.split(r"<[^>]+>", page))
    return Counter(re.sub(r"real-[\d.]+-[0-9a-f]{8}|[0-9a-f]{64}", "ID", piece) for piece in pieces if piece)


def numbers(pieces: Counter[str]) -> set[str]:
    return {number for piece in pieces for number in re.findall(r"\d+(?:[ ,.]\d+)*%?", piece)}


@pytest.fixture
def before_and_after(home: Home, monkeypatch: pytest.MonkeyPatch) -> tuple[Home, str, str]:
    before = str(pointer.current(home, "real"))
    edit(home.sources / "national_series.csv", ROW, ROW.replace("30115", "30225"))
    assert run(home, book=True) == []
    monkeypatch.setenv("BLUEBOOK_HOME", str(home.root))
    return home, before, str(pointer.current(home, "real"))


def test_exactly_what_depends_on_the_row_changes(before_and_after: tuple[Home, str, str]) -> None:
    home, before, after = before_and_after

    def book(release_id: str, language: str) -> Counter[str]:
        path = home.releases / release_id / "book" / "html" / language / "index.html"
        return texts(path.read_text(encoding="utf-8"))

    def page(name: str, release_id: str, **address: str) -> Counter[str]:
        return texts(shown_html(opened(name, release=release_id, **address)))

    def sentence(release_id: str) -> Counter[str]:
        con = release_file.open_release(release_id).cursor()
        rows = queries.headlines(con).to_dict("records")
        return Counter(str(sentences.headline(row, "zh")) + str(sentences.change(row, "zh")) for row in rows)

    pairs = {
        "book zh": (book(before, "zh"), book(after, "zh")),
        "book en": (book(before, "en"), book(after, "en")),
        "overview": (page("overview", before), page("overview", after)),
        "indicator": (page("indicator", before, indicator="migrant_workers_total"),
                      page("indicator", after, indicator="migrant_workers_total")),
        "another indicator": (page("indicator", before, indicator="high_skilled_share"),
                              page("indicator", after, indicator="high_skilled_share")),
        "sentences": (sentence(before), sentence(after)),
    }  # fmt: skip
    for name, (was, now) in pairs.items():
        gone, new = was - now, now - was
        print(name, gone, new)
