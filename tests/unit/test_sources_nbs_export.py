"""Exports of the national data site: both layouts, and every way in which they can mislead."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from pipelines.catalog import Catalog
from pipelines.grid import Book, Sheet
from pipelines.sources.nbs_export import NbsExport
from pipelines.sources.wild import Reading, Sidecar
from tests.nbs_files import EMPLOYED, new, old, rows


def book(text: str, name: str = "分省年度数据.csv") -> Book:
    lines = list(csv.reader(io.StringIO(text)))
    width = max(len(line) for line in lines)
    even = tuple((*line, *[""] * (width - len(line))) for line in lines)
    return Book(name, "0" * 64, "csv", "gb18030", (Sheet(Path(name).stem, even),))


@pytest.fixture(scope="module")
def catalog(root: Path) -> Catalog:
    return Catalog(root / "data" / "catalog")


@pytest.fixture(scope="module")
def reader(root: Path) -> NbsExport:
    return NbsExport.declared(root / "data" / "imports")


def readings(reader: NbsExport, catalog: Catalog, text: str, sidecar: Sidecar | None = None) -> list[Reading]:
    """All tables, each with its cells accounted for."""
    given = book(text)
    assert reader.recognises(given)
    found = list(reader.read(given, catalog, sidecar))
    for one in found:
        assert one.cells_read == one.cells_accepted + one.cells_refused + one.cells_ignored
    assert sum(one.cells_read for one in found) == sum(1 for _ in given.sheets[0].filled())
    return found


def test_an_old_export_gives_a_figure_for_every_printed_cell(reader: NbsExport, catalog: Catalog) -> None:
    (one,) = readings(reader, catalog, old())
    assert one.refused is None
    assert one.findings == []
    assert len(one.figures) == 31 * 4  # 2025 is empty for all and says nothing
    beijing = next(figure for figure in one.figures if (figure.unit_code, figure.period) == ("110000", "2024"))
    assert (beijing.value, beijing.unit, beijing.measure_id) == ("124.5", "万人", "urban_nonprivate_employment")
    assert (beijing.origin.cell, beijing.published) == ("C5", "2024")
    assert (one.cells_refused, one.cells_ignored) == (0, 4)  # the note: two lines, each with a comma


def test_the_order_of_regions_and_their_short_names_do_not_matter(reader: NbsExport, catalog: Catalog) -> None:
    lines = rows([2025, 2024, 2023, 2022, 2021], 2025).splitlines()
    short = "\n".join(reversed(lines)).replace("北京市", "北 京").replace("内蒙古自治区", "内蒙古") + "\n"
    nation = "全国,,9000.5,9000.5,9000.5,9000.5\n"
    (one,) = readings(reader, catalog, old(body=nation + short))
    values = {(figure.unit_code, figure.period): figure.value for figure in one.figures}
    assert values["110000", "2024"] == "124.5"
    assert values["150000", "2021"] == "521.5"
    assert values["000000", "2022"] == "9000.5"


def test_an_empty_cell_among_given_ones_is_missing_and_not_zero(reader: NbsExport, catalog: Catalog) -> None:
    body = rows([2025, 2024, 2023, 2022, 2021], 2025).replace("北京市,,124.5", "北京市,,")
    (one,) = readings(reader, catalog, old(body=body))
    gap = next(figure for figure in one.figures if (figure.unit_code, figure.period) == ("110000", "2024"))
    assert (gap.value, gap.missing_reason) == ("", "not_stated")


def test_a_macro_region_is_recognised_and_not_stored(reader: NbsExport, catalog: Catalog) -> None:
    (one,) = readings(reader, catalog, old(body=rows([2025, 2024, 2023, 2022, 2021], 2025) + "东部地区,,1,2,3,4\n"))
    assert len(one.figures) == 31 * 4
    assert one.cells_ignored == 4 + 5


def test_the_year_of_the_large_sample_has_its_own_scope(reader: NbsExport, catalog: Catalog) -> None:
    years = [2016, 2015, 2014]
    body = rows(years).replace(".5", "")
    (one,) = readings(reader, catalog, old("人口数(人口抽样调查)(人)", range(2016, 2013, -1), body))
    scopes = {figure.period: figure.scope_id for figure in one.figures}
    assert scopes == {"2016": "_T", "2015": "sample_one_percent", "2014": "_T"}


def test_a_new_export_is_refused_without_a_sidecar_and_read_with_one(reader: NbsExport, catalog: Catalog) -> None:
    (refused,) = readings(reader, catalog, new())
    assert refused.refused is not None
    assert refused.refused.code == "no_indicator"
    assert refused.figures == []
    assert refused.cells_refused == refused.cells_read > 0
    (one,) = readings(reader, catalog, new(), Sidecar("地区生产总值(亿元)", None, "a test"))
    assert len(one.figures) == 31 * 4
    assert {figure.measure_id for figure in one.figures} == {"gross_regional_product"}
    assert "旁注" in one.figures[0].note_zh


def test_stacked_tables_are_read_one_by_one(reader: NbsExport, catalog: Catalog) -> None:
    second = old("地区生产总值(亿元)").partition("\n")[2]
    found = readings(reader, catalog, old() + second)
    assert [one.table_id for one in found] == ["nbs_urban_employment", "nbs_regional_product"]
    listed = old(f"{EMPLOYED},地区生产总值(亿元)")
    body = listed.partition("时间：")[2].partition("\n")[2].partition("注：")[0]
    preamble = listed.partition("地区,")[0]
    text = f"{preamble}{EMPLOYED}\n{body}地区生产总值(亿元)\n{body}数据来源：国家统计局\n"
    captioned = readings(reader, catalog, text)
    assert [one.table_id for one in captioned] == ["nbs_urban_employment", "nbs_regional_product"]
    assert [len(one.figures) for one in captioned] == [124, 124]


def test_one_region_with_several_indicators_is_read_by_its_rows(reader: NbsExport, catalog: Catalog) -> None:
    text = ("数据库：分省年度数据\n地区：北京市\n时间：最近3年\n指标,2023年,2022年,2021年\n"
            f"{EMPLOYED},755.6,747.1,\n地区生产总值(亿元),47353.7,45222.4,44350.7\n粮食产量(万吨),1,2,3\n"
            "数据来源：国家统计局\n")  # fmt: skip
    (one,) = readings(reader, catalog, text)
    assert {(figure.unit_code, figure.table_id) for figure in one.figures} == {
        ("110000", "nbs_urban_employment"), ("110000", "nbs_regional_product")}  # fmt: skip
    assert len(one.figures) == 5
    assert [(finding.code, finding.cell) for finding in one.findings] == [("unknown_indicator", "A7")]
    assert one.cells_refused == 4


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("unknown_indicator", old("粮食产量(万吨)")),
        ("unknown_unit", old("城镇单位就业人员")),
        ("unknown_unit", old("城镇单位就业人员(万吨)")),
        ("several_indicators", old(f"{EMPLOYED},地区生产总值(亿元)")),
        ("not_annual", old().replace("2024年,2023年", "2024年第四季度,2023年")),
        ("not_annual", old().replace("2024年,2023年", "2024年12月,2023年")),
        ("unknown_header", old().replace("2024年,2023年", "全年,2023年")),
        ("doubled_header", old().replace("2024年,2023年", "2024年,2024年")),
        ("years_differ", old().replace("2024年,2023年", "2023年,2024年")),
        ("years_differ", old().replace("地区,2025年,", "地区,")),
        ("years_differ", new().replace("2025年\t,2024年\t", "2024年\t,2023年\t").replace("2023年\t,2023年", "2023年")),
        ("years_differ", old(time="2020年-2024年")),
        ("no_heading", old(body=rows([2025, 2024, 2023, 2022, 2021]).replace("北京市,", "北京市,,", 1),
                           time="2025年-2021年")),
        ("no_header", old().replace("地区,2025年", "省份,2025年")),
        ("other_database", old().replace("分省年度数据", "分省季度数据")),
        ("other_publisher", old().replace("国家统计局", "某镜像站")),
        ("no_figures", old(body="北京市,,,,,\n")),
        ("unknown_text", old().replace("地区,2025年", "不明文字\n地区,2025年")),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_read_without_guessing_is_refused(
    reader: NbsExport, catalog: Catalog, code: str, text: str
) -> None:
    (one, *_) = readings(reader, catalog, text, Sidecar("地区生产总值(亿元)", None, "a test") if "\t" in text else None)
    assert one.refused is not None
    assert one.refused.code == code
    assert one.figures == []
    assert one.cells_accepted == 0
    assert one.refused.found
    assert one.refused.wanted
    assert one.refused.next_zh
    assert one.refused.next_en


def test_a_file_and_a_sidecar_that_disagree_are_refused(reader: NbsExport, catalog: Catalog) -> None:
    (one,) = readings(reader, catalog, old(), Sidecar("地区生产总值(亿元)", None, "a test"))
    assert one.refused is not None
    assert one.refused.code == "sidecar_contradicts"


def test_a_wrong_sidecar_shows_itself_by_figures_that_cannot_be(reader: NbsExport, catalog: Catalog) -> None:
    (one,) = readings(reader, catalog, new(), Sidecar("国内专利申请授权量(项)", None, "a test"))
    assert one.refused is not None
    assert one.refused.code == "too_many_faults"


@pytest.mark.parametrize(
    ("code", "cell"),
    [("not_a_number", "abc"), ("not_a_number", "#DIV/0!"), ("not_a_number", "1e5"), ("not_a_number", "NaN"),
     ("negative", "-5"), ("overflow", "9" * 16)],
)  # fmt: skip
def test_a_cell_that_is_no_figure_is_refused_with_region_and_year(
    reader: NbsExport, catalog: Catalog, code: str, cell: str
) -> None:
    body = rows([2025, 2024, 2023, 2022, 2021], 2025).replace("北京市,,124.5", f"北京市,,{cell}")
    (one,) = readings(reader, catalog, old(body=body))
    (finding,) = one.findings
    assert (finding.code, finding.cell, finding.severity) == (code, "C5", "hard")
    assert "110000 2024" in finding.found
    assert len(one.figures) == 31 * 4 - 1
    assert one.cells_refused == 1


@pytest.mark.parametrize(
    ("code", "body", "figures"),
    [
        ("unknown_region", rows([2025, 2024, 2023, 2022, 2021], 2025).replace("北京市", "京城"), 120),
        ("doubled_region", rows([2025, 2024, 2023, 2022, 2021], 2025).replace("天津市", "北京市"), 116),
        ("missing_regions", rows([2025, 2024, 2023, 2022, 2021], 2025).partition("\n")[2], 120),
        ("sparse_year", rows([2025, 2024, 2023, 2022, 2021], 2025).replace("北京市,,", "北京市,7,"), 124),
    ],
)
def test_odd_rows_are_findings_and_never_figures(
    reader: NbsExport, catalog: Catalog, code: str, body: str, figures: int
) -> None:
    (one,) = readings(reader, catalog, old(body=body))
    assert code in {finding.code for finding in one.findings}
    assert len(one.figures) == figures


def test_a_row_of_figures_below_a_note_is_not_taken_for_the_note(reader: NbsExport, catalog: Catalog) -> None:
    lines = rows([2025, 2024, 2023, 2022, 2021], 2025).splitlines()
    body = "\n".join(lines[:10]) + "\n注：此处有注\n" + "\n".join(lines[10:]) + "\n"
    (one,) = readings(reader, catalog, old(body=body))
    assert len(one.figures) == 31 * 4


@pytest.mark.parametrize("text", ["地区,2024年\n北京市,1\n", "a,b\n1,2\n", "数据,库\n"])
def test_other_text_is_not_recognised(reader: NbsExport, text: str) -> None:
    assert not reader.recognises(book(text))
