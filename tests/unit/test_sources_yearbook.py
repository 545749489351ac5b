"""Yearbook tables by region: pages, headers, units, regions, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest
import yaml

from pipelines import grid
from pipelines.catalog import Catalog
from pipelines.grid import Book, Sheet
from pipelines.sources.declarations import DeclarationError
from pipelines.sources.wild import Reading, Sidecar
from pipelines.sources.yearbook import Yearbook

ROOT = Path(__file__).parents[2]
IMPORTS = ROOT / "data" / "imports"
PERSONNEL = "2-11 各地区规上工业企业R&D人员(2023年)"
FIRMS = "2-8 各地区规上工业企业数量情况(2023年)"
AGRI = "2013年各地区农业机械化服务组织及人员情况"
Grid = list[list[str]]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog(ROOT / "data" / "catalog")


@pytest.fixture(scope="module")
def st() -> Yearbook:
    return Yearbook.declared(IMPORTS, "st_yearbook")


@pytest.fixture(scope="module")
def agri() -> Yearbook:
    return Yearbook.declared(IMPORTS, "agri_machinery")


@pytest.fixture(scope="module")
def provinces(catalog: Catalog) -> list[str]:
    return [one.short.zh for one in catalog.reporting_units.values() if one.kind == "province"]


def sheet(rows: Grid, name: str = "1") -> Sheet:
    width = max(map(len, rows))
    return Sheet(name, tuple(tuple(row + [""] * (width - len(row))) for row in rows))


def book(*sheets: Sheet, name: str = "raw.xls") -> Book:
    return Book(name, "0" * 64, "xls", None, sheets)


def beside(left: Grid, right: Grid) -> Grid:
    """Two pages side by side, with an empty column between them."""
    width, height = max(map(len, left)) + 1, max(len(left), len(right))
    padded = [row + [""] * (width - len(row)) for row in left] + [[""] * width] * (height - len(left))
    return [row + other for row, other in zip(padded, right + [[]] * (height - len(right)), strict=True)]


def body(names: Sequence[str], *factors: int, nation: str = "全 国", macro: bool = True) -> Grid:
    """Rows of the nation, a macro-region, and the regions 1, 2, 3, … times the factors."""
    total = sum(range(1, len(names) + 1))
    rows = [[nation, *(str(total * one) for one in factors)]]
    rows += [["东部地区", *("999" for _ in factors)]] if macro else []
    return rows + [[name, *(str(number * one) for one in factors)] for number, name in enumerate(names, start=1)]


def firms(provinces: Sequence[str]) -> Grid:
    head = [[FIRMS], ["单位:个"], ["地 区", "有R&D活动\n的企业数\nNumber of", "有研发机构\n的企业数"]]
    return head + body(provinces, 3, 2)


def one_reading(reader: Yearbook, catalog: Catalog, *rows: Grid, name: str = "raw.xls",
                sidecar: Sidecar | None = None) -> Reading:  # fmt: skip
    given = book(*(sheet(one, str(number)) for number, one in enumerate(rows, start=1)), name=name)
    (reading,) = reader.read(given, catalog, sidecar)
    filled = sum(1 for one in given.sheets for _ in one.filled())
    assert reading.cells_read == filled == reading.cells_accepted + reading.cells_refused + reading.cells_ignored
    return reading


def values(reading: Reading, unit_code: str = "110000") -> dict[str, str]:
    return {one.measure_id: one.value for one in reading.figures if one.unit_code == unit_code}


def codes(reading: Reading) -> set[str]:
    return {one.code for one in reading.findings}


def test_columns_are_found_by_their_headers(st: Yearbook, catalog: Catalog, provinces: list[str]) -> None:
    reading = one_reading(st, catalog, firms(provinces))
    assert values(reading) == {"industrial_rd_active_firms": "3", "industrial_rd_institution_firms": "2"}
    swapped = [[row[0], *reversed(row[1:])] if len(row) == 3 else row for row in firms(provinces)]
    assert values(one_reading(st, catalog, swapped)) == values(reading)


def test_a_figure_says_where_it_stands_and_who_printed_it(
    st: Yearbook, catalog: Catalog, provinces: list[str]
) -> None:
    nation = one_reading(st, catalog, firms(provinces)).figures[0]
    assert (nation.unit_code, nation.period, nation.unit, nation.published) == ("000000", "2023", "个", "2024")
    assert (nation.table_id, nation.scope_id, nation.qualifier) == ("industrial_firms", "_T", "exact")
    assert {one.origin.cell for one in one_reading(st, catalog, firms(provinces)).figures} >= {"B4", "C4", "B6", "C36"}
    assert nation.origin.file == "raw.xls"
    assert "2023年" in nation.title


def test_macro_regions_are_ignored_and_every_cell_is_counted(
    st: Yearbook, catalog: Catalog, provinces: list[str]
) -> None:
    reading = one_reading(st, catalog, firms(provinces))
    assert (reading.cells_ignored, reading.cells_refused) == (3, 0)
    assert "999" not in {one.value for one in reading.figures}
    assert reading.findings == []


PERSONNEL_HEADS: dict[str, tuple[Grid, Grid]] = {
    "units in the headers, one cell a header": (
        [["地区", "Region", "R&D人员\n(人)\nR&D\nPersonnel\n(person)", "", "R&D人员折合\n全时当量\n(人年)"],
         ["", "", "", "#女性\nFemale", "", "#研究人员\r\nResearchers"]], []),
    "units in a line, one line of print a cell": (
        [["地    区", "Region", "R&D人员", "", "R&D人员折合"], ["", "", "", "#女性", "全时当量", "#研究人员"],
         ["", "", "R&D Personnel", "Female", "Full-time", "Researchers"], ["", "", "", "", "Equivalent"]],
        [["单位：人，人年", "", "", "", "", "(person, man-year)"]]),
    "no mark before the parts": (
        [["地区", "", "R&D人员", "", "R&D人员折合全时当量"], ["", "", "", "女性", "", "研究人员"]],
        [["单位:人.人年"]]),
}  # fmt: skip


@pytest.mark.parametrize("layout", PERSONNEL_HEADS)
def test_headers_over_several_rows_are_joined(
    st: Yearbook, catalog: Catalog, provinces: list[str], layout: str
) -> None:
    head, unit_line = PERSONNEL_HEADS[layout]
    rows = [[row[0], "", *row[1:]] for row in body(provinces, 10, 2, 8, 3)]
    reading = one_reading(st, catalog, [[PERSONNEL], *unit_line, *head, *rows])
    assert reading.refused is None
    assert values(reading) == {"industrial_rd_persons": "10", "industrial_rd_women": "2", "industrial_rd_fte": "8",
                               "industrial_rd_researchers_fte": "3"}  # fmt: skip
    assert {one.measure_id: one.unit for one in reading.figures}["industrial_rd_researchers_fte"] == "人年"
    assert reading.cells_refused == 0


def agri_pages(provinces: Sequence[str]) -> tuple[Grid, Grid, Grid]:
    """Three pages of one table: organisations (not wanted), workers, certificates."""
    names = [*provinces, "新疆建\r\n设兵团"]
    first = [[AGRI], ["地区\nRegions", "1.农业机械户\nhouseholds"], ["", "年末机构数(个)", "年末人数(人)"]]
    second = [["(续)"], ["地区", "七、乡村农机\r\n从业人员\nTotal"], ["", "年末人数(人)"]]
    third = [["（续）"], ["地区", "7.获得农机职业技能\n\n鉴定证书人员", "其中：修理工"],
             ["", "年末人数(人)", "年末人数(人)"]]  # fmt: skip
    return first + body(names, 1, 2), second + body(names, 50), third + body(names, 5, 1)


def side_by_side(first: Grid, second: Grid, third: Grid) -> list[Grid]:
    return [beside(beside(first, [[], *second]), third)]


def stacked(first: Grid, second: Grid, third: Grid) -> list[Grid]:
    return [[*first, [], ["统计资料"], *second], third]


def one_sheet_each(first: Grid, second: Grid, third: Grid) -> list[Grid]:
    return [first, second, third, [["http://www.example.org/"]]]


@pytest.mark.parametrize("arranged", [side_by_side, stacked, one_sheet_each])
def test_the_pages_of_a_table_may_stand_anyhow(
    agri: Yearbook, catalog: Catalog, provinces: list[str], arranged: Callable[..., list[Grid]]
) -> None:
    reading = one_reading(agri, catalog, *arranged(*agri_pages(provinces)))
    assert reading.refused is None
    assert values(reading, "660000") == {"agri_machinery_workers": "1600", "agri_certificate_holders": "160"}
    assert len(reading.figures) == 2 * 33
    assert codes(reading) == {"column_absent"}
    assert reading.cells_refused == 0


def test_a_running_head_names_the_edition(agri: Yearbook, catalog: Catalog, provinces: list[str]) -> None:
    pages = agri_pages(provinces)
    headed = [[["中国农业机械工业年鉴2015"], *pages[0]], pages[1], pages[2]]
    assert {one.published for one in one_reading(agri, catalog, *headed).figures} == {"2015"}
    assert {one.published for one in one_reading(agri, catalog, *pages).figures} == {"2014"}


def test_two_titles_in_a_book_are_two_tables(st: Yearbook, catalog: Catalog, provinces: list[str]) -> None:
    other = [row.copy() for row in firms(provinces)]
    other[0][0] = "2-2 各地区全部规上企业数量情况(2022年)"
    given = book(sheet([*firms(provinces), ["注：甲"], *other]), sheet([["http://www.example.org/"]], "CNKI"))
    readings = st.read(given, catalog, None)
    assert [(one.table_id, len(one.figures)) for one in readings] == [("industrial_firms", 64), ("all_firms", 64)]
    assert {one.scope_id for one in readings[1].figures} == {"all_enterprises"}
    assert sum(one.cells_read for one in readings) == sum(1 for one in given.sheets for _ in one.filled())


@pytest.mark.parametrize(
    ("text", "value", "qualifier"),
    [("3\u2009358", "3358", "exact"), ("1，234", "1234", "exact"), ("＜5", "5", "at_most"), ("…", "", "exact"),
     ("", "", "exact")],
)  # fmt: skip
def test_numbers_are_read_as_printed(
    st: Yearbook, catalog: Catalog, provinces: list[str], text: str, value: str, qualifier: str
) -> None:
    rows = firms(provinces)
    rows[5][1] = text
    reading = one_reading(st, catalog, rows)
    (found,) = (one for one in reading.figures if one.origin.cell == "B6")
    assert (found.value, found.qualifier, found.unit_code) == (value, qualifier, "110000")
    assert found.missing_reason == ("" if value else "not_stated")


@pytest.mark.parametrize(
    ("text", "code"),
    [("abc", "not_a_number"), ("#DIV/0!", "not_a_number"), ("1e5", "not_a_number"), ("12①", "not_a_number"),
     ("-5", "negative"), ("3.5", "fraction_of_a_count"), ("1234567890123456", "overflow")],
)  # fmt: skip
def test_a_cell_that_is_no_figure_is_refused_and_its_region_named(
    st: Yearbook, catalog: Catalog, provinces: list[str], text: str, code: str
) -> None:
    rows = firms(provinces)
    rows[5][1] = text
    reading = one_reading(st, catalog, rows)
    (found,) = (one for one in reading.findings if one.severity == "hard")
    assert (found.code, found.cell) == (code, "B6")
    assert "110000 2023" in found.found
    assert (len(reading.figures), reading.cells_refused) == (63, 1)


def test_a_wrong_label_costs_its_row_only(st: Yearbook, catalog: Catalog, provinces: list[str]) -> None:
    rows = firms(provinces)
    rows[5][0], rows[7][0] = "某地", "天津"
    reading = one_reading(st, catalog, rows)
    assert {one.code for one in reading.findings if one.severity == "hard"} == {"unknown_region", "doubled_region"}
    assert {"110000", "120000", "130000"} & {one.unit_code for one in reading.figures} == set()
    assert reading.cells_refused == 9
    assert "missing_regions" in codes(reading)


def test_doubtful_names_are_reported_and_read(st: Yearbook, catalog: Catalog, provinces: list[str]) -> None:
    rows = [[row[0], "", *row[1:]] if len(row) > 1 else row for row in firms(provinces)]
    index = {row[0]: row for row in rows}
    index["陕西"][1], index["山西"][0] = "Shanxi", "山西Shaanxi"
    reading = one_reading(st, catalog, rows)
    assert [one.code for one in reading.findings] == ["region_doubtful"] * 2
    assert len(reading.figures) == 64


def test_a_nation_that_is_not_the_sum_of_its_parts_is_reported_and_kept(
    st: Yearbook, catalog: Catalog, provinces: list[str]
) -> None:
    rows = firms(provinces)
    rows[3][1] = "2000"
    reading = one_reading(st, catalog, rows)
    (found,) = reading.findings
    assert (found.code, found.severity) == ("sum_differs", "soft")
    assert re.search("2000.*1488", found.found)
    assert values(reading, "000000")["industrial_rd_active_firms"] == "2000"


def test_the_nation_holds_the_corps(agri: Yearbook, catalog: Catalog, provinces: list[str]) -> None:
    first, second, third = agri_pages(provinces)
    second = [row for row in second if "兵团" not in row[0]]
    assert "sum_differs" in codes(one_reading(agri, catalog, first, second, third))


def test_rounding_is_no_difference(st: Yearbook, catalog: Catalog, provinces: list[str]) -> None:
    title = "1-4 各地区研究与试验发展(R&D)人员全时当量(2023年)"
    head = ["地区", "R&D人员\n全时当量\nTotal", "", "", "", ""]
    parts = ["", "", "#研究人员", "基础研究\nBasic", "应用研究", "试验发展"]
    rows = [[title], ["单位:人年"], head, parts, *body(provinces, 100, 40, 20, 30, 50)]
    rows[4][1] = str(int(rows[4][1]) + 12)
    reading = one_reading(st, catalog, rows)
    assert (codes(reading), len(reading.figures)) == (set(), 160)
    rows[6][5] = "90"
    assert codes(one_reading(st, catalog, rows)) == {"sum_differs", "total_differs"}


def test_a_part_above_its_whole_and_an_unusual_share_are_reported(
    st: Yearbook, catalog: Catalog, provinces: list[str]
) -> None:
    head, unit_line = PERSONNEL_HEADS["no mark before the parts"]
    rows = [[row[0], "", *row[1:]] for row in body(provinces, 10, 20, 8, 4)]
    assert codes(one_reading(st, catalog, [[PERSONNEL], *unit_line, *head, *rows])) == {
        "part_above_whole", "ratio_unusual"}  # fmt: skip


def test_a_known_doubt_is_reported_as_long_as_it_is_printed(
    st: Yearbook, catalog: Catalog, provinces: list[str]
) -> None:
    head, unit_line = PERSONNEL_HEADS["no mark before the parts"]
    rows = [[row[0], "", *row[1:]] for row in body(provinces, 1000000, 2, 800000, 240000)]
    next(row for row in rows if row[0] == "江苏")[5] = "223820"
    title = "2-11 各地区规上工业企业R&D人员(2020年)"
    reading = one_reading(st, catalog, [[title], *unit_line, *head, *rows])
    assert "doubtful_figure" in codes(reading)
    scopes = {(one.measure_id, one.scope_id) for one in reading.figures}
    assert ("industrial_rd_researchers_fte", "headcount_suspected") in scopes
    assert ("industrial_rd_fte", "_T") in scopes
    assert "doubtful_figure" not in codes(one_reading(st, catalog, [[PERSONNEL], *unit_line, *head, *rows]))


def changed(rows: Grid, change: str) -> Grid:
    """The table of firms with one thing wrong."""
    match change:
        case "missing_column":
            return [row[:2] for row in rows]
        case "doubled_column":
            return [[*row, *row[1:2]] for row in rows]
        case "no_title":
            return rows[1:]
        case "no_year":
            return [["2-8 各地区规上工业企业数量情况"], *rows[1:]]
        case "unknown_table":
            return [["2-99 各地区规上工业企业能耗(2023年)"], *rows[1:]]
        case "not_wanted":
            return [["2-25 按行业分规上工业企业专利情况(2022年)"], *rows[1:]]
        case "no_region":
            return [["", *row[1:]] if len(row) > 1 else row for row in rows]
        case _:
            return [[*row[:1], *("…" for _ in row[1:])] if index > 2 else row for index, row in enumerate(rows)]


@pytest.mark.parametrize(
    "change",
    ["missing_column", "doubled_column", "no_title", "no_year", "unknown_table", "not_wanted", "no_region",
     "no_figures"],
)  # fmt: skip
def test_a_table_that_cannot_be_read_without_guessing_is_refused_with_the_reason(
    st: Yearbook, catalog: Catalog, provinces: list[str], change: str
) -> None:
    reading = one_reading(st, catalog, changed(firms(provinces), change))
    assert reading.refused is not None
    assert reading.refused.code == change
    assert reading.refused.next_zh
    assert reading.refused.next_en
    assert reading.figures == []
    assert reading.cells_accepted == 0
    assert (reading.cells_ignored == reading.cells_read) == (change == "not_wanted")


@pytest.mark.parametrize(("rows_lower", "code"), [(-1, "slipped_column"), (1, "missing_column")])
def test_values_are_not_given_to_the_regions_of_another_page(
    agri: Yearbook, catalog: Catalog, provinces: list[str], rows_lower: int, code: str
) -> None:
    first, second, third = agri_pages(provinces)
    second = [[], *second] if rows_lower > 0 else second
    first = [[], *first] if rows_lower < 0 else first
    whole = beside(beside(first, second), third)
    assert one_reading(agri, catalog, whole).refused is None
    without_second_regions = [[text for column, text in enumerate(row) if column != 4] for row in whole]
    refused = one_reading(agri, catalog, without_second_regions).refused
    assert refused is not None
    assert refused.code == code


def test_a_sidecar_gives_the_title_that_a_page_lacks(st: Yearbook, catalog: Catalog, provinces: list[str]) -> None:
    sidecar = Sidecar("各地区规上工业企业数量情况", 2021, "the seller of the copy")
    reading = one_reading(st, catalog, firms(provinces)[1:], sidecar=sidecar)
    assert {one.period for one in reading.figures} == {"2021"}
    assert {one.note_zh.partition("；")[0] for one in reading.figures} == {"标题由旁注给出"}
    titled = one_reading(st, catalog, firms(provinces), sidecar=sidecar)
    assert {one.period for one in titled.figures} == {"2023"}


def test_a_column_that_nobody_declared_is_reported_and_refused(
    st: Yearbook, catalog: Catalog, provinces: list[str]
) -> None:
    rows = [[*row, "亏损企业数" if index == 2 else "7"] if index > 1 else row
            for index, row in enumerate(firms(provinces))]  # fmt: skip
    reading = one_reading(st, catalog, rows)
    assert [(one.code, one.severity) for one in reading.findings] == [("cell_not_declared", "info")]
    assert (len(reading.figures), reading.cells_refused) == (64, 33)


@pytest.mark.parametrize(
    ("line", "unit", "code", "count"),
    [("单位:个", "个", None, 64), ("单位:万个", "万个", "unit_differs", 64), ("单位:万元", "", "unit_unclear", 0),
     ("单位:家,人", "", "unit_unclear", 0), ("", "", "unit_unclear", 0)],
)  # fmt: skip
def test_a_unit_is_what_the_page_prints(
    st: Yearbook, catalog: Catalog, provinces: list[str], line: str, unit: str, code: str | None, count: int
) -> None:
    rows = firms(provinces)
    rows[1][0] = line
    reading = one_reading(st, catalog, rows)
    assert len(reading.figures) == count
    assert {one.unit for one in reading.figures} == ({unit} if unit else set())
    assert codes(reading) - {"cell_not_declared"} == ({code} if code else set())


@pytest.mark.parametrize(("name", "is_odd"), [("raw-2010-2.xls", True), ("raw-2023.xls", False), ("a.xls", False)])
def test_the_title_stands_against_the_file_name(
    st: Yearbook, catalog: Catalog, provinces: list[str], name: str, is_odd: bool
) -> None:
    reading = one_reading(st, catalog, firms(provinces), name=name)
    assert {one.period for one in reading.figures} == {"2023"}
    assert ("year_against_file_name" in codes(reading)) == is_odd


def test_another_year_in_the_english_title_is_reported(st: Yearbook, catalog: Catalog, provinces: list[str]) -> None:
    rows = firms(provinces)
    reading = one_reading(st, catalog, [rows[0], ["Number of Enterprises by Region (2022)"], *rows[1:]])
    assert codes(reading) == {"year_against_english_title"}


def test_a_copy_put_together_from_several_tables_is_refused(
    agri: Yearbook, catalog: Catalog, provinces: list[str]
) -> None:
    rows = [[AGRI], ["", "七、乡村农机从业人员"], ["", "年末人数(人)"], ["地区", "年末人数G"], *body(provinces, 5)]
    refused = one_reading(agri, catalog, rows).refused
    assert refused is not None
    assert refused.code == "reworked_copy"


def test_certificates_and_licences_are_two_measures(agri: Yearbook, catalog: Catalog, provinces: list[str]) -> None:
    head = [["2022年各地区农业机械化服务组织及人员情况"], ["地区", "三、乡村农机从业人员", "其中:持证人员"],
            ["", "年末人数(人)", "年末人数(人)"]]  # fmt: skip
    reading = one_reading(agri, catalog, head + body(provinces, 9, 4))
    assert values(reading) == {"agri_machinery_workers": "9", "agri_licence_holders": "4"}


def test_a_file_is_read_whatever_it_is_called(
    st: Yearbook, catalog: Catalog, provinces: list[str], tmp_path: Path
) -> None:
    head, rows = PERSONNEL_HEADS["no mark before the parts"][0], body(provinces, 10, 2, 8, 3)
    cells = "".join("<tr>" + "".join(f"<td>{one}</td>" for one in row) + "</tr>" for row in rows)
    page = (f"<html><meta charset=utf-8><p>{PERSONNEL}</p><p>单位:人,人年</p><table><tr><td rowspan=2>地区</td>"
            "<td colspan=2>R&amp;D人员</td><td colspan=2>R&amp;D人员折合全时当量</td></tr>"
            f"<tr><td></td><td>女性</td><td></td><td>研究人员</td></tr>{cells}</table></html>")  # fmt: skip
    (tmp_path / "a.xls").write_text(page, encoding="utf-8")
    workbook = openpyxl.Workbook()
    for row in [[PERSONNEL], ["单位:人,人年"], *head, *([row[0], "", *map(int, row[1:])] for row in rows)]:
        workbook.active.append(row)
    workbook.active.merge_cells("C3:D3")
    workbook.save(tmp_path / "b.xlsx")
    for name in ("a.xls", "b.xlsx"):
        given = grid.read(tmp_path / name)
        assert st.recognises(given)
        (reading,) = st.read(given, catalog, None)
        assert values(reading) == {"industrial_rd_persons": "10", "industrial_rd_women": "2",
                                   "industrial_rd_fte": "8", "industrial_rd_researchers_fte": "3"}  # fmt: skip


@pytest.mark.parametrize("producer", ["st_yearbook", "agri_machinery"])
def test_a_declaration_speaks_of_what_the_catalogue_knows(catalog: Catalog, producer: str) -> None:
    declared = Yearbook.declared(IMPORTS, producer).declaration
    for table in declared.tables:
        of_table = {column.measure_id for column in table.columns}
        named = {one for pair in table.parts for one in pair} | {one.whole for one in table.totals}
        assert named | {one.part for one in table.ratios} <= of_table
        assert {title.scope_id for title in table.titles} <= set(catalog.scopes)
        for column in table.columns:
            unit = catalog.units_of_measure[catalog.measures[column.measure_id].unit]
            assert column.unit in unit.printed
            assert set(column.scopes.values()) <= set(catalog.scopes)


@pytest.mark.parametrize(("field", "value"), [("recognised_by", ["("]), ("grade", "Z"), ("title", "各地区")])
def test_a_declaration_that_cannot_be_used_is_refused(tmp_path: Path, field: str, value: object) -> None:
    content = yaml.safe_load((IMPORTS / "agri_machinery.yaml").read_text(encoding="utf-8"))
    (tmp_path / "agri_machinery.yaml").write_text(yaml.safe_dump(content | {field: value}), encoding="utf-8")
    with pytest.raises(DeclarationError, match=field):
        Yearbook.declared(tmp_path, "agri_machinery")


def test_other_tables_are_left_to_other_readers(st: Yearbook, agri: Yearbook) -> None:
    given = book(sheet([["数据库：分省年度数据"], ["指标：地区生产总值(亿元)"], ["地区", "2023年"], ["北京市", "1"]]))
    assert not st.recognises(given)
    assert not agri.recognises(given)
