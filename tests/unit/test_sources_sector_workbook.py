"""Workbooks by industry: long sheets and pivots are compared and kept once; what is odd is told with its cell."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from pipelines.catalog import Catalog
from pipelines.grid import Book, Sheet
from pipelines.sources.declarations import DeclarationError
from pipelines.sources.sector_workbook import SectorWorkbook
from pipelines.sources.wild import Found, Reading

ROOT = Path(__file__).parents[2]
LONG_NAMES = ("农林牧渔业", "采矿业", "制造业", "建筑业", "交通运输、仓储及邮电通信业", "教育业", "金融业")
WAGE_NAMES = ("农、林、牧、渔业", "采矿业", "制造业", "建筑业", "交通运输、仓储和邮政业", "教育", "金融业")
LETTERS = ("A", "B", "C", "E", "G", "P", "J")
YEARS = (2011, 2010)
Rows = list[list[str]]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog(ROOT / "data" / "catalog")


@pytest.fixture(scope="module")
def reader() -> SectorWorkbook:
    return SectorWorkbook.declared(ROOT / "data" / "imports")


@pytest.fixture(scope="module")
def regions(catalog: Catalog) -> list[str]:
    return [one.name.zh for one in catalog.reporting_units.values() if one.kind == "province"]


def persons(region: int, industry: int, year: int) -> str:
    """Beijing (region 0) has 741.something in all: the order of magnitude that the declaration wants."""
    return f"{105.5 + region + industry / 10 + (year - 2010) / 100:.4f}"


def wage(region: int, industry: int, year: int) -> str:
    return str(50000 + 100 * region + 10 * industry + year - 2010)


def long(regions: Sequence[str], names: Sequence[str], value, empty: int | None = None) -> Rows:
    """A long sheet as it is found: a running number without a header, then region, year, value and industry."""
    rows = [["", "地区", "年", "数据", "行业"]]
    for at, region in enumerate(regions):
        for industry, name in enumerate(names):
            for year in ((empty,) if empty else ()) + YEARS:
                text = "" if year == empty else value(at, industry, year)
                rows.append([str(len(rows) - 1), region, str(year), text, name])
    return rows


def pivot(regions: Sequence[str], names: Sequence[str], value) -> Rows:
    """A pivot as it is found: three header rows, and a region printed once over all of its industries."""
    rows = [["", "", "数据", ""], ["", "年", "2010", "2011"], ["地区", "行业", "", ""]]
    for at, region in enumerate(regions):
        for industry, name in enumerate(names):
            rows.append(["" if industry else region, name, *(value(at, industry, year) for year in (2010, 2011))])
    return rows


def book(**sheets: Rows) -> Book:
    return Book("报表.xlsx", "0" * 64, "xlsx", None,
                tuple(Sheet(name, tuple(map(tuple, rows))) for name, rows in sheets.items()))  # fmt: skip


def read(reader: SectorWorkbook, catalog: Catalog, **sheets: Rows) -> list[Reading]:
    found = book(**sheets)
    assert reader.recognises(found)
    readings = list(reader.read(found, catalog, None))
    filled = sum(1 for sheet in found.sheets for _ in sheet.filled())
    assert sum(one.cells_read for one in readings) == filled
    for one in readings:
        assert one.cells_read == one.cells_accepted + one.cells_refused + one.cells_ignored
        assert all(finding.next_zh and finding.next_en and finding.wanted for finding in one.findings)
    return readings


def codes(reading: Reading, *severities: str) -> list[str]:
    return [one.code for one in reading.findings if one.severity in (severities or ("hard", "soft", "info"))]


def figure(reading: Reading, unit: str, period: str, industry: str) -> Found:
    (found,) = [one for one in reading.figures if (one.unit_code, one.period, one.industry) == (unit, period, industry)]
    return found


def test_a_long_sheet_gives_every_figure_once(reader, catalog, regions) -> None:
    (reading,) = read(reader, catalog, 人员_原=long(regions, LONG_NAMES, persons))
    assert len(reading.figures) == 31 * 7 * 2
    assert {one.industry for one in reading.figures} == set(LETTERS)
    found = figure(reading, "440000", "2011", "C")
    assert (found.value, found.unit, found.measure_id) == (persons(18, 2, 2011), "万人", "urban_nonprivate_employment")
    assert reading.findings[0].code == "unit_declared"
    assert reading.cells_refused == 0
    assert reading.cells_ignored == 31 * 7 * 2  # the running numbers


def test_the_pivot_is_compared_with_the_long_sheet_and_not_stored_again(reader, catalog, regions) -> None:
    sheets = {"人员": pivot(regions, LONG_NAMES, persons), "人员_原": long(regions, LONG_NAMES, persons)}
    (reading,) = read(reader, catalog, **sheets)
    assert len(reading.figures) == 31 * 7 * 2
    assert codes(reading, "hard", "soft") == []
    assert {one.origin.sheet for one in reading.figures} == {"人员"}


def test_a_fact_with_two_values_is_not_taken_and_both_cells_are_named(reader, catalog, regions) -> None:
    rows = pivot(regions, LONG_NAMES, persons)
    rows[5][3] = "999"
    (reading,) = read(reader, catalog, 人员=rows, 人员_原=long(regions, LONG_NAMES, persons))
    (finding,) = [one for one in reading.findings if one.code == "two_values"]
    assert "人员!D6" in finding.found
    assert "人员_原!D" in finding.found
    assert len(reading.figures) == 31 * 7 * 2 - 1
    assert reading.cells_refused == 2 + 3  # and the labels of the row of the long sheet


def test_a_pivot_that_lost_a_region_gives_its_industries_to_nobody(reader, catalog, regions) -> None:
    rows = pivot(regions, LONG_NAMES, persons)
    rows[3 + 7][0] = ""  # 天津市
    (reading,) = read(reader, catalog, 人员=rows)
    assert "two_values" in codes(reading, "hard")
    assert {one.unit_code for one in reading.figures}.isdisjoint({"110000", "120000"})


def test_a_column_shifted_against_its_labels_refuses_the_table(reader, catalog, regions) -> None:
    rows = long(regions, LONG_NAMES, persons)
    values = [row[3] for row in rows[2:]] + ["1"]
    shifted = [rows[0], *([*row[:3], value, row[4]] for row, value in zip(rows[1:], values, strict=True))]
    (reading,) = read(reader, catalog, 人员=pivot(regions[:8], LONG_NAMES, persons), 人员_原=shifted)
    assert reading.refused is not None
    assert reading.figures == []
    assert "contradicts_itself" in codes(reading, "hard")


def test_two_spellings_of_an_industry_are_one_and_told(reader, catalog, regions) -> None:
    first, second = read(reader, catalog, 人员_原=long(regions, LONG_NAMES, persons),
                         人员平均工资_原=long(regions, WAGE_NAMES, wage))  # fmt: skip
    assert {one.industry for one in first.figures} == {one.industry for one in second.figures}
    told = [one.found for one in first.findings if one.code == "two_names"]
    assert "G: 交通运输、仓储及邮电通信业 = 交通运输、仓储和邮政业" in told
    assert figure(second, "440000", "2010", "C").unit == "元"


def test_a_unit_off_by_ten_thousand_refuses_the_table(reader, catalog, regions) -> None:
    def in_persons(region: int, industry: int, year: int) -> str:
        return str(round(float(persons(region, industry, year)) * 10000))

    (reading,) = read(reader, catalog, 人员_原=long(regions, LONG_NAMES, in_persons))
    assert reading.refused is not None
    assert reading.refused.code == "unit_slip"
    assert "10^4" in reading.refused.found
    assert reading.figures == []
    assert reading.cells_refused == reading.cells_read


@pytest.mark.parametrize("text", ["abc", "#DIV/0!", "1.2e3", "12 3456.7", "nan", "-5", "1,23"])
def test_a_cell_that_is_no_number_is_refused_by_name(reader, catalog, regions, text: str) -> None:
    rows = long(regions, LONG_NAMES, persons)
    rows[10][3] = text
    (reading,) = read(reader, catalog, 人员_原=rows)
    (finding,) = [one for one in reading.findings if one.severity == "hard"]
    assert (finding.code in ("not_a_number", "negative"), finding.sheet, finding.cell) == (True, "人员_原", "D11")
    assert "110000" in finding.found
    assert len(reading.figures) == 31 * 7 * 2 - 1


@pytest.mark.parametrize(("column", "text", "code"), [(1, "某地", "unknown_region"), (4, "星际航运业", "no_label"),
                                                      (2, "明年", "no_label"), (1, "", "unknown_region")])  # fmt: skip
def test_a_row_with_an_unknown_label_is_refused(reader, catalog, regions, column: int, text: str, code: str) -> None:
    rows = long(regions, LONG_NAMES, persons)
    rows[10][column] = text
    (reading,) = read(reader, catalog, 人员_原=rows)
    assert code in codes(reading, "hard")
    assert len(reading.figures) == 31 * 7 * 2 - 1


def test_an_empty_cell_is_not_stated_and_an_empty_year_is_no_year(reader, catalog, regions) -> None:
    rows = long(regions, LONG_NAMES, persons, empty=2018)
    rows[2][3] = ""  # 北京市, A, 2011
    (reading,) = read(reader, catalog, 人员_原=rows)
    missing = figure(reading, "110000", "2011", "A")
    assert (missing.value, missing.missing_reason) == ("", "not_stated")
    assert {one.period for one in reading.figures} == {"2010", "2011"}
    assert "empty_year" in codes(reading, "info")
    assert {one.published for one in reading.figures} == {"2011"}


def test_an_aggregate_is_ignored_and_never_stored(reader, catalog, regions) -> None:
    rows = long(regions, LONG_NAMES, persons)
    rows.append([str(len(rows) - 1), "东部地区", "2010", "5000", "制造业"])
    (reading,) = read(reader, catalog, 人员_原=rows)
    assert len(reading.figures) == 31 * 7 * 2
    assert reading.cells_refused == 0


def test_a_running_number_that_does_not_run_is_not_ignored(reader, catalog, regions) -> None:
    rows = long(regions, LONG_NAMES, persons)
    rows[10][0] = "7777"
    (reading,) = read(reader, catalog, 人员_原=rows)
    assert reading.refused is not None
    assert reading.refused.code == "misaligned"


def test_an_undeclared_column_is_told_and_refused(reader, catalog, regions) -> None:
    rows = [[*row, "备用" if at == 0 else "1"] for at, row in enumerate(long(regions, LONG_NAMES, persons))]
    (reading,) = read(reader, catalog, 人员_原=rows)
    (finding,) = [one for one in reading.findings if one.code == "cell_not_declared"]
    assert finding.cell == "F1"
    assert reading.cells_refused == len(rows)
    assert len(reading.figures) == 31 * 7 * 2


@pytest.mark.parametrize(("column", "code"), [(1, "no_region"), (2, "no_year"), (4, "no_name")])
def test_a_lost_axis_refuses_the_table(reader, catalog, regions, column: int, code: str) -> None:
    rows = [row[:column] + row[column + 1 :] for row in long(regions, LONG_NAMES, persons)]
    kept = long(regions, WAGE_NAMES, wage)
    first, second = read(reader, catalog, 人员_原=rows, 人员平均工资_原=kept)
    assert first.refused is not None
    assert first.refused.code == code
    assert first.cells_refused == first.cells_read
    assert second.refused is None


def test_two_region_columns_that_differ_are_not_chosen_between(reader, catalog, regions) -> None:
    rows = [[*row, "地区" if at == 0 else "北京市"] for at, row in enumerate(long(regions, LONG_NAMES, persons))]
    (reading,) = read(reader, catalog, 人员_原=rows)
    assert reading.refused is not None
    assert reading.refused.code == "ambiguous"


def test_missing_provinces_and_jumps_are_told(reader, catalog, regions) -> None:
    rows = [row for row in long(regions, LONG_NAMES, persons) if row[1] != "湖北省"]
    rows[1][3] = "1000"  # 北京市, A, 2011: ten times 2010
    (reading,) = read(reader, catalog, 人员_原=rows)
    told = {one.code: one for one in reading.findings}
    assert "420000" in told["missing_regions"].found
    assert told["jump"].cell == "D2"


def test_an_undeclared_sheet_is_a_reading_of_its_own(reader, catalog, regions) -> None:
    *_, other = read(reader, catalog, 人员_原=long(regions, LONG_NAMES, persons), 备注=[["随手记"]])
    assert other.refused is not None
    assert (other.refused.code, other.refused.found, other.cells_refused) == ("unknown_sheet", "备注", 1)


def test_other_workbooks_are_not_recognised(reader, regions) -> None:
    assert not reader.recognises(book(表=[["地区", "2023年"], ["北京市", "1"]]))
    assert not reader.recognises(Book("a.xlsx", "", "xlsx", None, ()))


def test_growth_across_2013_is_declared_broken(catalog: Catalog) -> None:
    for measure_id in ("urban_nonprivate_employment", "average_wage_urban_nonprivate"):
        assert [one.period for one in catalog.measures[measure_id].breaks] == ["2013"]


def test_a_declaration_of_an_unknown_measure_says_what_to_mend(reader, catalog, regions) -> None:
    table = reader.declaration.tables[0].model_copy(update={"measure_id": "no_such"})
    wrong = SectorWorkbook(reader.declaration.model_copy(update={"tables": (table,)}))
    with pytest.raises(DeclarationError, match=r"no_such.*data/catalog/measures"):
        wrong.read(book(人员_原=long(regions, LONG_NAMES, persons)), catalog, None)
