"""The demonstration channel on screen: nothing of it can be taken for real, and nothing real for it."""

from __future__ import annotations

import ast
import json
import re
import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboards import choose, release_file, show
from dashboards.words import Language, word
from pipelines.home import Home
from pipelines.release import pointer
from tests.e2e.demonstrated import DEMONSTRATION, FILES, FORM, demonstrated, imported

APP = Path(__file__).parents[2] / "dashboards" / "app.py"
PAGES = ("overview", "indicator", "targets", "contests", "quality")
MARK = "演示数据"
TABLE = re.compile(r"<table>(.*?)</table>", re.DOTALL)
CAPTION = re.compile(r"^<caption>.*?演示数据.*?</caption>")


@pytest.fixture(scope="module")
def home(released: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    return demonstrated(released, tmp_path_factory.mktemp("demonstrated"))


@pytest.fixture(autouse=True)
def at_home(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUEBOOK_HOME", str(home.root))


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
    return "\n".join(str(one.proto.body) for one in app.get("html"))


def annotations(app: AppTest) -> list[list[str]]:
    """The names of the annotations that each figure gets from its template."""
    layouts = [json.loads(one.proto.spec)["layout"] for one in app.get("plotly_chart")]
    return [[one.get("name", "") for one in layout["template"]["layout"].get("annotations", [])] for layout in layouts]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_page_of_invented_figures_says_so_in_band_ground_tables_and_figures(page: str, language: Language) -> None:
    app = opened(page, channel="demo", lang=language)
    shown = html(app)
    assert word("demo.band", language) in shown
    assert word("demo.stamp.forms", language) in shown
    assert f'class="bb-ground" aria-hidden="true"><span>{MARK}' in shown
    tables = TABLE.findall(shown)
    assert tables
    assert [table[:80] for table in tables if not CAPTION.match(table)] == []
    assert all("demonstration" in names for names in annotations(app))
    assert shown.count('class="bb-tiles"') == shown.count('class="bb-watermark"')


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_invented_figure_is_called_verified_graded_or_actual(page: str, language: Language) -> None:
    shown = html(opened(page, channel="demo", lang=language)).partition('id="findings"')[0]
    for key in ("verified.yes", "overview.eyebrow", "head.actual", "quality.sources.note", "notes.published"):
        assert f">{word(key, language)}<" not in shown
    assert "A级" not in shown
    assert "grade A" not in shown.partition(word("quality.checks", language))[0]
    assert shown.count('class="bb-tiles"') <= shown.count('bb-invented"')


def test_the_pages_of_invented_figures_hold_figures_to_be_marked() -> None:
    assert annotations(opened("indicator", channel="demo", indicator="migrant_workers_total"))
    assert 'class="bb-watermark"' in html(opened("overview", channel="demo"))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_real_figures_bears_no_mark(page: str) -> None:
    app = opened(page, channel="real")
    shown = html(app)
    assert "<caption>" not in shown
    for mark in ("bb-band", "bb-ground\"", "bb-watermark"):
        assert f'class="{mark.strip(chr(34))}"' not in shown
    assert word("demo.band", "zh") not in shown
    assert not any(names for names in annotations(app))


def view_of(channel: str, language: Language) -> choose.View:
    return choose.View(release_file.open_release(channel=channel), language, "light")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_download_of_invented_figures_says_so_in_its_name_and_first_row(language: Language) -> None:
    name, content = show.csv_file(view_of("demo", language), "题", "targets", ["a"], [["1"]])
    assert name == f"targets_{DEMONSTRATION}_{MARK}.csv"
    first = content.decode("utf-8").splitlines()[0]
    assert MARK in first
    assert "Demonstration data" in first


def test_a_download_of_real_figures_bears_no_mark(home: Home) -> None:
    name, content = show.csv_file(view_of("real", "zh"), "题", "targets", ["a"], [["1"]])
    assert name == f"targets_{pointer.current(home, 'real')}.csv"
    assert MARK not in content.decode("utf-8")


def test_figures_tables_and_downloads_are_made_in_one_place_only(root: Path) -> None:
    makers = {"plotly_chart", "download_button", "dataframe", "table", "line_chart", "bar_chart", "image", "pyplot"}
    found = set()
    for path in (root / "dashboards").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            if is_call and node.func.attr in makers and ast.unparse(node.func.value) == "st":
                found.add((path.name, node.func.attr))
    assert found == {("show.py", "plotly_chart"), ("show.py", "download_button")}


def test_an_address_may_name_a_channel_and_then_carries_its_release() -> None:
    app = opened("overview", channel="demo")
    assert DEMONSTRATION in str(app.query_params["release"])
    assert "channel" not in app.query_params


def test_a_release_in_the_address_outranks_a_channel(home: Home) -> None:
    app = opened("overview", channel="demo", release=str(pointer.current(home, "real")))
    assert word("demo.band", "zh") not in html(app)


@pytest.mark.parametrize("asked", ["nonesuch", "../real", "DEMO", "<script>alert(1)</script>"])
def test_an_unknown_channel_is_a_page_that_lists_what_exists(home: Home, asked: str) -> None:
    shown = html(opened("overview", channel=asked))
    assert word("error.release.question", "zh") in shown
    assert "<script>alert" not in shown
    for name in (DEMONSTRATION, str(pointer.current(home, "real"))):
        assert f"release={name}" in shown


def test_without_an_address_the_app_opens_real_figures_and_names_the_other_channel(home: Home) -> None:
    shown = html(opened("overview"))
    assert str(pointer.current(home, "real")) in shown
    assert f'href="./?release={DEMONSTRATION}"' in shown
    assert word("other.demo", "zh") in shown


def test_the_ribbon_lists_releases_by_channel_with_the_present_one_first() -> None:
    shown = html(opened("overview", channel="demo"))
    listed = re.search(r"<ul>(.*?)</ul>", shown, re.DOTALL)
    assert listed is not None
    places = [listed[1].index(word(f"ribbon.channel.{name}", "zh")) for name in ("demo", "real")]
    assert places == sorted(places)


def test_without_another_channel_no_way_to_one_is_shown(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(home.root, tmp_path / "alone")
    (tmp_path / "alone" / "data" / "releases" / "current-demo.json").unlink()
    monkeypatch.setenv("BLUEBOOK_HOME", str(tmp_path / "alone"))
    assert word("other.demo", "zh") not in html(opened("overview"))


def test_a_rule_that_did_not_run_stands_with_its_reason_and_without_counts() -> None:
    shown = html(opened("quality", channel="demo"))
    said = word("rules.said", "zh").format("2", "1", "1", "1\u202f200", "34", "2")
    assert said in shown
    row = next(one for one in re.findall(r"<tr>.*?</tr>", shown, re.DOTALL) if "X06" in one)
    assert word("rule.not_run", "zh") in row
    assert "缺表" in row
    assert row.count("—") == 3
    assert word("quality.passed", "zh") not in row


def test_suspicions_can_be_confined_to_a_severity() -> None:
    app = opened("quality", channel="demo")
    assert "山东" in html(app)
    assert "广东" in html(app)
    app.query_params["severity"] = "hard"
    app.run()
    section = html(app).partition('id="findings"')[2].partition(word("revisions.title", "zh"))[0]
    assert "山东" in section
    assert "广东" not in section
    assert "改正" in section


def test_rules_stand_below_their_form_and_the_form_bears_its_stamp() -> None:
    shown = html(opened("quality", channel="demo"))
    assert re.search(rf'<tr class="bb-group"><th[^>]*>产改统1表[^<]*{FORM}', shown)


def test_the_import_is_shown_file_by_file_with_its_cells_and_reasons(
    released: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BLUEBOOK_HOME", str(imported(released, tmp_path).root))
    shown = html(opened("quality"))
    assert word("imports.said", "zh").format("2", "1", "1") in shown
    assert "200 = 93 + 2 + 105" in shown
    assert "10 ≠ 0 + 9 + 0" in shown
    assert word("imports.uneven", "zh").format(1) in shown
    for text in (*FILES, "有密码", "12..5", "核对原文"):
        assert text in shown


def test_a_figure_from_a_return_shows_form_with_stamp_unit_version_and_cell() -> None:
    shown = html(opened("indicator", channel="demo", indicator="high_skilled_share", unit="500000", period="2022-10"))
    assert f"产改统2表 技能人才与技能形成（{FORM}）" in shown
    said = word("working.return", "zh").format(unit="500000", period="2022-10", version=2, cell="high_skilled_total")
    assert said in shown


def test_an_imported_figure_shows_the_file_that_it_was_found_in(
    released: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BLUEBOOK_HOME", str(imported(released, tmp_path).root))
    shown = html(opened("indicator", indicator="high_skilled_share", unit="500000"))
    assert word("working.origin", "zh").format(file=FILES[0], hash="ab" * 8, sheet="Sheet1", cell="C7") in shown
    assert "skilled_workforce.csv:" in shown
