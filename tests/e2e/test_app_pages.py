"""Every page of the app on a release of the real figures, in both languages, without a browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboards import queries, release_file
from dashboards.words import Language, word
from pipelines.home import Home
from pipelines.release import pointer

APP = Path(__file__).parents[2] / "dashboards" / "app.py"
PAGES = ("overview", "indicator", "targets", "contests", "quality")
CHINESE = re.compile("[\u4e00-\u9fff]")
ORIGINALS = re.compile(
    r'<a [^>]*target="_blank".*?</a>|<small>.*?</small>|<li>.*?</li>|<tr>.*?</tr>|<style>.*?</style>', re.DOTALL
)


@pytest.fixture
def at_home(released: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("BLUEBOOK_HOME", str(released.root))
    return released


def opened(page: str, **address: str) -> AppTest:
    """The page as a reader gets it who opens that address."""
    app = AppTest.from_file(str(APP), default_timeout=60)
    for name, value in address.items():
        app.query_params[name] = value
    app.run()
    if page != "overview":
        app.switch_page(f"screens/{page}.py").run()
    assert not app.exception, [one.value for one in app.exception]
    return app


def html(app: AppTest) -> str:
    """All of our own HTML on the page."""
    return "\n".join(str(one.proto.body) for one in app.get("html"))


def question(page: str, language: Language) -> str:
    if page != "indicator":
        return word(f"{page}.question", language)
    title = {"zh": "高技能人才占技能人才比重", "en": "High-skilled share of skilled workers"}[language]
    return word("indicator.question", language).format(title)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_page_asks_its_question_and_answers_it(at_home: Home, page: str, language: Language) -> None:
    shown = html(opened(page, lang=language))
    assert re.findall("<h1>(.*?)</h1>", shown) == [question(page, language)]
    assert 'class="bb-answer"' in shown
    assert 'class="bb-notes"' in shown
    assert str(pointer.current(at_home, "real")) in shown


@pytest.mark.parametrize("page", PAGES)
def test_an_english_page_has_no_chinese_but_in_sources_and_tables(at_home: Home, page: str) -> None:
    shown = ORIGINALS.sub("", html(opened(page, lang="en"))).replace(word("ribbon.language", "zh"), "")
    found = [line for line in re.sub(r"<[^>]+>", "\n", shown).splitlines() if CHINESE.search(line)]
    assert [line for line in found if "《" not in line] == []


def test_the_address_carries_the_release_even_when_it_is_the_current_one(at_home: Home) -> None:
    app = opened("overview")
    assert app.query_params["release"] in ([pointer.current(at_home, "real")], pointer.current(at_home, "real"))


def test_an_unknown_release_is_a_page_that_lists_those_that_exist(at_home: Home) -> None:
    shown = html(opened("overview", release="real-2020.01.01-00000000"))
    assert word("error.release.question", "zh") in shown
    assert "real-2020.01.01-00000000" in shown
    assert str(pointer.current(at_home, "real")) in shown


@pytest.mark.parametrize("asked", ["../../etc/passwd", "real-2020/../x", "<script>alert(1)</script>", "a" * 500])
def test_a_hostile_release_id_is_only_ever_shown_escaped(at_home: Home, asked: str) -> None:
    shown = html(opened("overview", release=asked))
    assert word("error.release.question", "zh") in shown
    assert "<script>alert" not in shown


def test_an_unknown_indicator_is_said_and_not_replaced_by_another(at_home: Home) -> None:
    app = opened("overview", indicator="no_such_indicator")
    app.switch_page("screens/indicator.py").run()
    assert word("error.choice.question", "zh") in html(app)


def test_without_any_release_the_page_says_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUEBOOK_HOME", str(tmp_path))
    app = AppTest.from_file(str(APP), default_timeout=60).run()
    assert not app.exception
    assert "bluebook run" in html(app)


def test_choosing_another_indicator_moves_the_address(at_home: Home) -> None:
    app = opened("indicator", indicator="high_skilled_share")
    box = next(one for one in app.selectbox if one.key == "pick_indicator")
    box.select("skilled_workers_total").run()
    assert not app.exception
    assert "skilled_workers_total" in str(app.query_params["indicator"])


def test_a_figure_of_grade_c_never_stands_in_the_answer(at_home: Home) -> None:
    shown = html(opened("indicator", indicator="new_skilled_workers"))
    answer = re.search(r'<p class="bb-answer">(.*?)</p>', shown, re.DOTALL)
    assert answer is not None
    assert word("indicator.no_nation", "zh") in answer[1]


def test_the_medal_table_writes_dots_and_not_zero_for_what_no_source_states(at_home: Home) -> None:
    shown = html(opened("contests"))
    assert word("missing.not_stated", "zh") in shown
    assert '<td class="bb-right">0</td>' not in shown


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_indicator_has_a_page(at_home: Home, language: Language) -> None:
    con = release_file.open_release().cursor()
    app = opened("indicator", lang=language)
    for row in queries.records(queries.indicators(con)):
        app.query_params["indicator"] = row["indicator_id"]
        app.run()
        assert not app.exception, (row["indicator_id"], [one.value for one in app.exception])
        assert row[f"title_{language}"] in html(app).replace("&#x27;", "'").replace("&amp;", "&")
