"""Tidy source files: what stands is staged as printed, what does not is refused with file, line and next step."""

from pathlib import Path

import pytest

from pipelines.catalog import Catalog
from pipelines.sources import tidy, tidy_rules

ROOT = Path(__file__).parents[2]
FIGURE = "500000,2022-10,skilled_total,_T,_T,_T,494,万人,exact,printed,stated,,B,中国网重庆,标题,2022-10-31,,注,note"
TARGET = "chongqing_high_skilled_2025,500000,2025,160,万人,over,C,新华网,标题,2022-02-10,,,"


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog(ROOT / "data" / "catalog")


def staged(folder: Path, catalog: Catalog, *lines: str, name: str = "a.csv") -> tidy.Staged:
    header = ",".join(tidy_rules.TARGET if name == "targets.csv" else tidy_rules.FIGURE)
    (folder / name).write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return tidy.staged([folder], folder, catalog)


def refused(found: tidy.Staged) -> list[tuple[str, int, str]]:
    return [(row["source_file"], row["source_line"], row["column_name"]) for row in found.refused]


def test_a_figure_is_staged_as_printed(tmp_path: Path, catalog: Catalog) -> None:
    (figure,) = staged(tmp_path, catalog, FIGURE).figures
    assert (figure["value_printed"], figure["unit_printed"], figure["source_line"]) == ("494", "万人", 2)


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("500000", "999999", "unit_code"),
        ("2022-10,", "2022-13,", "period"),
        ("2022-10,", "0000,", "period"),
        ("2022-10,", "1979,", "period"),
        ("skilled_total", "no_such", "measure_id"),
        ("494", "四百九十四", "value"),
        ("494", "", "value"),
        ("494", "=1+1", "value"),
        ("万人", "万人次", "unit"),
        ("exact", "perhaps", "qualifier"),
        (",B,", ",E,", "grade"),
        ("2022-10-31", "2022-13-99", "published"),
        ("标题", "标\x01题", "title"),
        ("2022-10-31,,", "2022-10-31,javascript:alert(1),", "url"),
        (",B,中国网重庆,标题,2022-10-31,,", ",C,中国网重庆,标题,2022-10-31,http://mirror.example/,", "url"),
    ],
)
def test_what_does_not_stand_is_refused(tmp_path: Path, catalog: Catalog, old: str, new: str, column: str) -> None:
    assert old in FIGURE
    found = staged(tmp_path, catalog, FIGURE.replace(old, new, 1))
    assert ("a.csv", 2, column) in refused(found)
    assert found.figures == []
    assert [(one["rows_in"], one["rows_out"], one["rows_refused"]) for one in found.counts] == [(1, 0, 1)]
    assert all(row["next_step_zh"] and row["next_step_en"] for row in found.refused)


def test_a_repeated_fact_names_the_first_one(tmp_path: Path, catalog: Catalog) -> None:
    found = staged(tmp_path, catalog, FIGURE, FIGURE)
    assert refused(found) == [("a.csv", 3, "*")]
    assert "a.csv:2" in found.refused[0]["found"]


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("chongqing_high_skilled_2025", "no_such", "target_id"),
        (",160,", ",9,", "value"),
        ("万人", "万桶", "unit"),
        ("500000", "510000", "unit_code"),
        (",2025,", ",2031,", "period"),
    ],
)
def test_a_statement_must_say_what_the_declared_target_says(
    tmp_path: Path, catalog: Catalog, old: str, new: str, column: str
) -> None:
    assert len(staged(tmp_path, catalog, TARGET, name="targets.csv").targets) == 1
    found = staged(tmp_path, catalog, TARGET.replace(old, new, 1), name="targets.csv")
    assert [row["column_name"] for row in found.refused] == [column]
    assert found.targets == []


def test_a_byte_order_mark_is_read_over(tmp_path: Path, catalog: Catalog) -> None:
    text = ",".join(tidy_rules.FIGURE) + "\n" + FIGURE + "\n"
    (tmp_path / "a.csv").write_text(text, encoding="utf-8-sig")
    assert len(tidy.staged([tmp_path], tmp_path, catalog).figures) == 1


@pytest.mark.parametrize("content", ["表头".encode("gb18030"), b"\x00\xff\xfe", b"x" * 200_000, b'"' + b"y" * 200_000])
def test_a_file_that_is_no_tidy_csv_is_refused_and_breaks_nothing(
    tmp_path: Path, catalog: Catalog, content: bytes
) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    assert len(tidy.staged([tmp_path], tmp_path, catalog).refused) == 1


def test_an_overlong_cell_is_refused(tmp_path: Path, catalog: Catalog) -> None:
    found = staged(tmp_path, catalog, FIGURE.replace("note", "n" * 200_000))
    assert refused(found) == [("a.csv", 2, "*")]


def test_a_folder_and_another_format_are_refused_not_ignored(tmp_path: Path, catalog: Catalog) -> None:
    (tmp_path / "a.csv").mkdir()
    (tmp_path / "b.xlsx").write_bytes(b"PK")
    (tmp_path / "README.md").write_text("words", encoding="utf-8")
    assert [row["source_file"] for row in tidy.staged([tmp_path], tmp_path, catalog).refused] == ["a.csv", "b.xlsx"]


def test_a_correction_that_no_longer_finds_its_error_fails_loudly(tmp_path: Path, catalog: Catalog) -> None:
    lines = (ROOT / "data" / "sources" / "national_series.csv").read_text(encoding="utf-8").splitlines()
    mended = [line.replace(",2021/2025,certs_issued", ",2021/2025-08,certs_issued") for line in lines]
    (tmp_path / "data" / "sources").mkdir(parents=True)
    (tmp_path / "data" / "sources" / "national_series.csv").write_text("\n".join(mended) + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match="a correction expected period = '2021/2025', found '2021/2025-08'"):
        tidy.staged([tmp_path / "data" / "sources"], tmp_path, catalog)
