"""Small parts of the app: release files, classes, lines, tables, theme, fonts."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import plotly.graph_objects as go
import pytest

from dashboards import figures, fonts, notation, release_file, show, tables, theme
from dashboards.release_file import NoReleaseError, UnknownReleaseError
from pipelines.home import Home


def row(period_end: str, value: str = "1", **changed: Any) -> dict[str, Any]:
    return {"period": period_end[:4], "period_start": period_end, "period_end": period_end, "value": Decimal(value),
            "qualifier": "exact", "basis": "derived", "is_verified": True, "period_certainty": "stated",
            "break_before": False} | changed  # fmt: skip


@pytest.mark.parametrize("asked", ["../x", "real/..", "", "REAL-1", "real-" + "a" * 100, "real-1\n"])
def test_an_id_that_is_none_never_touches_a_path(asked: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(release_file.VARIABLE, str(tmp_path))
    with pytest.raises((UnknownReleaseError, NoReleaseError)):
        release_file.open_release(asked)


def test_an_unknown_release_names_those_that_exist(released: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(release_file.VARIABLE, str(released.root))
    known = release_file.open_release().release_id
    with pytest.raises(UnknownReleaseError, match=known):
        release_file.open_release("real-2020.01.01-00000000")


def test_a_release_can_neither_be_written_nor_read_other_files(
    released: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(release_file.VARIABLE, str(released.root))
    con = release_file.open_release().cursor()
    for statement in (
        "CREATE TABLE facts.x (a INT)",
        "SELECT * FROM read_csv('/etc/passwd')",
        f"COPY (SELECT 1) TO '{tmp_path / 'out.csv'}'",
        "SET enable_external_access = true",
    ):
        with pytest.raises(duckdb.Error):
            con.execute(statement)


def test_a_damaged_manifest_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "release.duckdb").write_bytes(b"not a database")
    (tmp_path / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(NoReleaseError, match=r"manifest\.json"):
        release_file.open_path(tmp_path)
    manifest = {"release_id": "real-1", "channel": "real"}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(NoReleaseError, match=r"release\.duckdb"):
        release_file.open_path(tmp_path).cursor()


def test_classes_are_half_open_and_judged_on_unrounded_values() -> None:
    breaks = (Decimal(28), Decimal(30))
    assert [figures.class_of(Decimal(text), breaks) for text in ("27.999", "28", "29.96", "30")] == [1, 2, 2, 3]


def test_a_line_joins_only_verified_exact_neighbours() -> None:
    doubtful = [row("2022-12-31", is_verified=False), row("2023-12-31", qualifier="over")]
    rows = [row("2020-12-31"), row("2021-12-31"), *doubtful]
    assert [[one["period"] for one in part] for part in figures.stretches(rows)] == [["2020", "2021"]]


def test_a_break_cuts_the_line() -> None:
    rows = [row("2020-12-31"), row("2021-12-31"), row("2022-12-31", break_before=True), row("2023-12-31")]
    assert [len(part) for part in figures.stretches(rows)] == [2, 2]


def test_nothing_is_drawn_across_a_missing_year() -> None:
    rows = [row("2018-12-31"), row("2019-12-31"), row("2021-12-31"), row("2022-12-31")]
    assert [[one["period"] for one in part] for part in figures.stretches(rows)] == [["2018", "2019"], ["2021", "2022"]]


def test_a_sum_over_several_editions_stands_beside_no_single_one() -> None:
    single = [row(f"{year}-12-31", period_start=f"{year}-01-01") for year in (2019, 2022, 2024)]
    several = row("2024-12-31", period_start="2011-01-01")
    assert figures.of_usual_length([*single, several]) == single
    assert figures.of_usual_length([several]) == [several]


def test_a_template_gives_every_figure_the_watermark_and_none_without() -> None:
    marked, plain = (theme.template("light", words).layout.annotations for words in ("演示数据\nDemonstration", ""))
    assert [(one.name, one.text, one.textangle, one.opacity) for one in marked] == [
        ("demonstration", "演示数据<br>Demonstration", -24, 0.075)
    ]
    assert plain == ()


def test_a_figure_with_annotations_of_its_own_keeps_the_watermark() -> None:
    figure = go.Figure(layout={"annotations": [{"text": "口径调整"}], "template": theme.template("light", "演示数据")})
    assert [one.name for one in figure.layout.template.layout.annotations] == ["demonstration"]
    assert [one.text for one in figure.layout.annotations] == ["口径调整"]


def test_declared_classes_give_way_where_they_do_not_part_the_values() -> None:
    close = [Decimal(31) + Decimal(place) / 10 for place in range(20)]
    assert figures.breaks_of("high_skilled_share", [Decimal(21), Decimal(27), Decimal(36)]) == figures.BREAKS[
        "high_skilled_share"]  # fmt: skip
    found = figures.breaks_of("high_skilled_share", close)
    assert len({figures.class_of(value, found) for value in close}) == 5


def test_ticks_stand_below_the_points_of_a_union_year() -> None:
    ends = {"value_low": Decimal(1), "value_high": Decimal(1)}
    rows = [row(f"{year}-09-30", period_start=f"{year - 1}-10-01", **ends) for year in range(2016, 2026)]
    scale = notation.Scale(1, "%", 1)
    assert figures.trend([("全国", rows)], scale, "zh", "light").layout.xaxis.tick0 == "2000-09-30"


def test_columns_in_which_nothing_stands_are_left_out() -> None:
    columns = [tables.Column(name) for name in "abc"]
    kept, rows = show.filled_only(columns, [["1", "", None], tables.Group("g"), ["2", "", "3"]])
    assert [one.head for one in kept] == ["a", "c"]
    assert rows == [["1", None], tables.Group("g"), ["2", "3"]]


def test_a_table_of_invented_figures_has_a_caption() -> None:
    assert "<caption>" not in tables.html([tables.Column("a")], [["1"]], "label")
    made = tables.html([tables.Column("a")], [["1"]], "label", "<演示>")
    assert "<table><caption><span>&lt;演示&gt;</span></caption><thead>" in made


@pytest.mark.parametrize("asked", ["../real", "DEMO", "", "real/..", "a" * 40])
def test_a_channel_that_is_none_never_touches_a_path(
    asked: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(release_file.VARIABLE, str(tmp_path))
    assert release_file.current_id(asked) is None
    with pytest.raises(UnknownReleaseError):
        release_file.current_of(asked)


def test_a_csv_says_what_it_is_and_holds_no_formula() -> None:
    text = tables.csv_bytes(["题", "发布 real-1"], ["a"], [["=1+1"], [None], [Decimal("3.5")]]).decode("utf-8")
    assert text.startswith("\ufeff题\r\n发布 real-1\r\na\r\n")
    assert text.endswith('\'=1+1\r\n""\r\n3.5\r\n')


def test_a_cell_is_escaped_and_only_web_addresses_become_links() -> None:
    made = tables.html([tables.Column("a")], [["<b>&"], [tables.outside("x", "javascript:alert(1)")]], "label")
    assert "<td>&lt;b&gt;&amp;</td>" in made
    assert "javascript" not in made


def test_streamlit_is_configured_from_the_tokens() -> None:
    assert theme.CONFIGURATION.read_text(encoding="utf-8") == theme.streamlit_configuration()


def test_every_character_of_catalogue_and_words_is_in_the_subset(root: Path) -> None:
    wanted = {ord(letter) for path in (root / "data" / "catalog").rglob("*.yaml")
              for letter in path.read_text(encoding="utf-8") if letter > "\u3000"}  # fmt: skip
    assert wanted <= fonts.chinese(root) | fonts.LATIN
