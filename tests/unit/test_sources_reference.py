"""Reference files are read whole, compared, and never stored; every cell of theirs is counted."""

from pathlib import Path

import pytest

from pipelines.catalog import Catalog
from pipelines.grid import Book, Sheet
from pipelines.sources.eurostat import parsed
from pipelines.sources.reference import ReferenceFiles
from pipelines.sources.wild import Reading

ROOT = Path(__file__).parents[2]
EUROSTAT = [
    ["age,sex,geo\\time", "2013 ", "2012 "],
    ["Y15-24,F,AT", "9.4 b", "8.7 "],
    ["Y15-24,F,AT1", ": u", "11.4 u"],
    ["Y15-24,M,AT", ": ", "8.1 bu"],
]
DIRECTORY = [
    ["code", "cname", "exp", "name", "unit"],
    ["A040101", "城镇单位就业人员", "定义\n两行", "城镇单位就业人员", "万人"],
    ["A020101", "地区生产总值", "", "地区生产总值", "亿元"],
    ["A0N0401", "R&D人员", "", "规模以上工业企业R&D人员全时当量", "人年"],
]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog(ROOT / "data" / "catalog")


@pytest.fixture(scope="module")
def reader() -> ReferenceFiles:
    return ReferenceFiles.declared(ROOT / "data" / "imports")


def book(rows: list[list[str]]) -> Book:
    return Book("reference.tsv", "0" * 64, "tsv", "utf-8", (Sheet("reference", tuple(map(tuple, rows))),))


def read(reader: ReferenceFiles, catalog: Catalog, rows: list[list[str]]) -> Reading:
    found = book(rows)
    assert reader.recognises(found)
    (reading,) = reader.read(found, catalog, None)
    assert reading.refused is not None
    assert reading.figures == []
    assert reading.cells_read == sum(1 for _ in found.sheets[0].filled())
    assert reading.cells_read == reading.cells_accepted + reading.cells_refused + reading.cells_ignored
    return reading


def provinces(catalog: Catalog) -> list[list[str]]:
    units = [one for one in catalog.reporting_units.values() if one.kind == "province"]
    return [["code", "name"], *([one.code[:2], one.name.zh] for one in units)]


def test_a_eurostat_table_is_parsed_whole(reader) -> None:
    table = parsed(book(EUROSTAT).sheets[0], reader.declaration.flags)
    assert table.dimensions == ("age", "sex", "geo")
    found = {(one.key["sex"], one.key["geo"], one.year): one for one in table.values}
    assert len(found) == 6
    assert (found["F", "AT", "2013"].value, found["F", "AT", "2013"].flags) == ("9.4", "b")
    assert (found["F", "AT1", "2013"].value, found["F", "AT1", "2013"].missing_reason) == ("", "not_reported")
    assert (found["M", "AT", "2012"].flags, found["F", "AT", "2012"].flags) == ("bu", "")
    assert table.faults == []


def test_flags_say_status_break_and_reliability(reader) -> None:
    flags = reader.declaration.flags
    assert (flags["b"].is_break, flags["u"].is_unreliable, flags["p"].status) == (True, True, "preliminary")
    table = parsed(book([["geo\\time", "2013"], ["AT", "9.4 up"]]).sheets[0], flags)
    assert table.values[0].status(flags) == "preliminary"


def test_a_eurostat_table_is_refused_with_what_it_held(reader, catalog) -> None:
    reading = read(reader, catalog, EUROSTAT)
    assert reading.refused.code == "foreign_regions"
    assert reading.refused.found == (
        "3 rows, 2 regions, years 2012-2013, 4 values, 2 not available; flags: b 2, u 3")  # fmt: skip
    assert (reading.cells_ignored, reading.cells_refused) == (12, 0)


@pytest.mark.parametrize(("row", "column", "text", "refused"), [
    (1, 1, "9.4 q", 1), (1, 1, "abc", 1), (1, 1, "9,4", 1), (1, 0, "Y15-24,AT", 3),
    (0, 1, "2O13", 4), (0, 1, "2012 ", 4),
])  # fmt: skip
def test_what_is_no_eurostat_value_is_refused(reader, catalog, row: int, column: int, text: str, refused: int) -> None:
    rows = [list(one) for one in EUROSTAT]
    rows[row][column] = text
    reading = read(reader, catalog, rows)
    assert reading.cells_refused == refused
    assert [one.code for one in reading.findings] == ["not_read"] * refused


def test_a_repeated_eurostat_key_is_told(reader, catalog) -> None:
    assert [one.code for one in read(reader, catalog, [*EUROSTAT, EUROSTAT[1]]).findings] == ["repeated_key"]


def test_the_directory_is_compared_with_the_declared_units(reader, catalog) -> None:
    reading = read(reader, catalog, DIRECTORY)
    assert reading.refused.found.startswith("3 indicator codes")
    told = {one.found for one in reading.findings if one.code == "unit_differs"}
    assert told == {"规模以上工业企业R&D人员全时当量: 人年; data/imports: 万人年 × 10000"}
    assert any(one.code == "not_in_directory" for one in reading.findings)


def test_a_row_of_the_directory_without_a_code_is_refused(reader, catalog) -> None:
    assert read(reader, catalog, [*DIRECTORY, ["", "无码", "", "无码", "个"]]).cells_refused == 3


def test_area_codes_that_agree_leave_no_finding(reader, catalog) -> None:
    reading = read(reader, catalog, provinces(catalog))
    assert reading.refused.found == "31 area codes, 31 compared"
    assert (reading.findings, reading.cells_ignored) == ([], 64)


def test_area_codes_that_differ_are_told(reader, catalog) -> None:
    rows = [[one[0], one[1].replace("北京市", "北平市")] for one in provinces(catalog) if one[0] != "12"]
    told = [(one.code, one.found.split(":")[0]) for one in read(reader, catalog, [*rows, ["99", "某省"]]).findings]
    assert told == [("area_differs", "11"), ("area_differs", "12"), ("area_unknown", "99")]


def test_cities_of_the_xpcc_are_noted(reader, catalog) -> None:
    rows = [["code", "name", "cityCode", "provinceCode"], ["659001", "石河子市", "6590", "65"],
            ["110101", "东城区", "1101", "11"]]  # fmt: skip
    assert "1 XPCC cities (6590xx)" in read(reader, catalog, rows).refused.found


@pytest.mark.parametrize("row", [["12x", "某市", "12"], ["1201", "", "12"], ["1201", "某市", "13"]])
def test_an_area_that_does_not_fit_its_parent_is_refused(reader, catalog, row: list[str]) -> None:
    reading = read(reader, catalog, [["code", "name", "provinceCode"], row])
    assert reading.cells_refused == sum(bool(text) for text in row)


def test_other_files_are_not_recognised(reader) -> None:
    assert not reader.recognises(book([["地区", "2023年"], ["北京市", "1"]]))
    assert not reader.recognises(Book("a.csv", "", "csv", None, ()))
