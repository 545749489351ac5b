"""One source row is changed: exactly the numbers that depend on it change, in page, sentence, book and download."""

from __future__ import annotations

import html
import re
from collections import Counter

import pytest

from dashboards import queries, release_file, sentences
from pipelines.home import Home
from pipelines.release import pointer
from tests.e2e.test_app_pages import html as shown_html
from tests.e2e.test_app_pages import opened
from tests.running import edit, run

NUMBER = re.compile(r"\d+(?:[ ,.]\d+)*%?")
ROW = "000000,2025,migrant_workers_total,_T,_T,_T,30115,万人"
# 30,115 → 30,225 万人: growth on the 29,973 of 2024 was 30115/29973 − 1 = 0.4738 % and is 30225/29973 − 1 = 0.8408 %
OLD = {"3.01", "0.5", "0.5%", "30 115", "301.15", "301,150", "30115", "301145000", "301150000", "301155000"}
NEW = {"3.02", "0.8", "0.8%", "30 225", "302.25", "302,250", "30225", "302245000", "302250000", "302255000"}


def texts(page: str) -> Counter[str]:
    """The pieces of text of a page, without what names the release and when it was made."""
    page = re.sub(r"<style.*?</style>|<script.*?</script>|data:image[^\"']*", "", page, flags=re.DOTALL)
    pieces = (re.sub(r"\s+", " ", html.unescape(piece)).strip() for piece in re.split(r"<[^>]+>", page))
    return Counter(
        re.sub(r"real-[\d.]+-[0-9a-f]{8}( · 不是当前发布)?|[0-9a-f]{64}", "ID", piece) for piece in pieces if piece
    )


def numbers(pieces: Counter[str]) -> set[str]:
    return {number for piece in pieces for number in re.findall(NUMBER, piece)}


def wording(pieces: Counter[str]) -> Counter[str]:
    """The pieces with every number replaced by one mark."""
    return Counter(re.sub(NUMBER, "#", piece) for piece in pieces.elements())


@pytest.fixture
def before_and_after(home: Home, monkeypatch: pytest.MonkeyPatch) -> tuple[Home, str, str]:
    before = str(pointer.current(home, "real"))
    edit(home.sources / "national_series.csv", ROW, ROW.replace("30115", "30225"))
    assert run(home, book=True) == []
    monkeypatch.setenv("BLUEBOOK_HOME", str(home.root))
    return home, before, str(pointer.current(home, "real"))


def test_exactly_what_depends_on_the_row_changes(
    before_and_after: tuple[Home, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
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

    offered: list[bytes] = []
    monkeypatch.setattr("streamlit.download_button", lambda _label, data, *_names, **_options: offered.append(data))

    def download(release_id: str) -> Counter[str]:
        offered.clear()
        opened("indicator", release=release_id, indicator="migrant_workers_total")
        return texts("<td>".join(data.decode("utf-8-sig").replace(",", "<td>") for data in offered))

    pairs = {
        "book zh": (book(before, "zh"), book(after, "zh")),
        "book en": (book(before, "en"), book(after, "en")),
        "overview": (page("overview", before), page("overview", after)),
        "indicator": (page("indicator", before, indicator="migrant_workers_total"),
                      page("indicator", after, indicator="migrant_workers_total")),
        "another indicator": (page("indicator", before, indicator="high_skilled_share"),
                              page("indicator", after, indicator="high_skilled_share")),
        "sentences": (sentence(before), sentence(after)),
        "download": (download(before), download(after)),
    }  # fmt: skip
    for name, (was, now) in pairs.items():
        gone, new = was - now, now - was
        assert bool(gone) == (name != "another indicator"), name
        assert wording(gone) == wording(new), name
        assert numbers(gone) - numbers(new) <= OLD, name
        assert numbers(new) - numbers(gone) <= NEW, name
