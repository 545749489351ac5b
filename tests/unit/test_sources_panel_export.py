"""Panels from databases: sheets are compared, units proved by a second source, and order never stands for a region."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.catalog import Catalog
from pipelines.grid import Book, Sheet
from pipelines.sources.panel_export import PanelExport
from pipelines.sources.wild import Reading, Sidecar

ROOT = Path(__file__).parents[2]
NAMES = ("研发经费", "研发人员全时当量", "有效发明专利数")
MEASURES = {"研发经费": "industrial_rd_spending", "研发人员全时当量": "industrial_rd_fte",
            "有效发明专利数": "industrial_valid_invention_patents"}  # fmt: skip
YEARS = (2012, 2013, 2014, 2015)
GUANGDONG = {"研发经费": 2000.0, "研发人员全时当量": 60.0, "有效发明专利数": 29.0}
Rows = list[list[str]]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog(ROOT / "data" / "catalog")


@pytest.fixture(scope="module")
def declared() -> PanelExport:
    return PanelExport.declared(ROOT / "data" / "imports")


@pytest.fixture(scope="module")
def reader(declared: PanelExport) -> PanelExport:
    """The reader with every year settled, so that these tests may use any."""
    return PanelExport(declared.declaration.model_copy(update={"unsettled": {}}))


@pytest.fixture(scope="module")
def regions(catalog: Catalog) -> list[str]:
    return [one.name.zh for one in catalog.reporting_units.values() if one.kind == "province"]


def number(name: str, region: int, year: int) -> str:
    """Guangdong (region 18) has the order of magnitude that the declaration wants."""
    return f"{GUANGDONG[name] * (1 + (region - 18) / 40) + (year - 2012) / 100:.4f}"


def whole(regions: Sequence[str], value: Callable[[str, int, int], str] = number) -> Rows:
    """Regions across; indicators down, each printed once over its years."""
    rows = [["", "", *regions]]
    for name in NAMES:
        rows += [["" if at else name, str(year), *(value(name, region, year) for region in range(len(regions)))]
                 for at, year in enumerate(YEARS)]  # fmt: skip
    return rows


def one_year(regions: Sequence[str], year: int) -> Rows:
    """Regions down, indicators across, the year under each indicator."""
    rows = [["", *NAMES], ["", *[str(year)] * len(NAMES)]]
    return rows + [[region, *(number(name, at, year) for name in NAMES)] for at, region in enumerate(regions)]


def by_year(regions: Sequence[str], value: Callable[[int, int], str]) -> Rows:
    """One indicator, not named: regions down, years across."""
    rows = [["地区", *(f"{year}年" for year in (2023, 2022, 2021))]]
    return rows + [[one, *(value(at, year) for year in (2023, 2022, 2021))] for at, one in enumerate(regions)]


def product(region: int, year: int) -> str:
    """Regional product as the declaration knows it (Beijing 0, Hebei 2, Xinjiang 30)."""
    known = {(0, 2023): "43760.7", (0, 2022): "41540.9", (2, 2023): "43944.1", (30, 2023): "19125.9"}
    return known.get((region, year), f"{70000 + region + (year - 2020) / 10}")


def book(name: str = "原值.xlsx", **sheets: Rows) -> Book:
    made = tuple(Sheet(title, tuple(map(tuple, rows))) for title, rows in sheets.items())
    return Book(name, "0" * 64, name.rpartition(".")[2], None, made)


def read(reader: PanelExport, catalog: Catalog, found: Book, sidecar: Sidecar | None = None) -> Reading:
    assert reader.recognises(found)
    (reading,) = reader.read(found, catalog, sidecar)
    assert reading.cells_read == sum(1 for sheet in found.sheets for _ in sheet.filled())
    assert reading.cells_read == reading.cells_accepted + reading.cells_refused + reading.cells_ignored
    return reading


def codes(reading: Reading, *severities: str) -> list[str]:
    return [one.code for one in reading.findings if one.severity in severities]


def test_regions_across_and_regions_down_give_the_same_figures(reader, catalog, regions) -> None:
    across = read(reader, catalog, book(Sheet1=whole(regions)))
    down = read(reader, catalog, book(**{f"Sheet{year}": one_year(regions, year) for year in YEARS}))
    assert {(*one.fact, one.value, one.unit) for one in across.figures} == {
        (*one.fact, one.value, one.unit) for one in down.figures}  # fmt: skip
    assert len(across.figures) == 31 * 3 * 4
    assert {one.unit for one in across.figures} == {"亿元", "万人年", "万件"}
    assert codes(across, "hard", "soft") == codes(down, "hard", "soft") == []


def test_sheets_that_repeat_a_fact_are_compared_and_it_is_kept_once(reader, catalog, regions) -> None:
    reading = read(reader, catalog, book(Sheet1=whole(regions), Sheet2=one_year(regions, 2012)))
    assert len(reading.figures) == 31 * 3 * 4
    assert {one.origin.sheet for one in reading.figures} == {"Sheet1"}
    assert (reading.cells_refused, reading.cells_ignored) == (0, 31 * 4 + 6)


def test_a_year_that_two_sheets_claim_is_told_with_the_one_that_is_missing(reader, catalog, regions) -> None:
    sheets = {f"Sheet{at}": one_year(regions, year) for at, year in enumerate((2012, 2013, 2014, 2014, 2016), start=2)}
    reading = read(reader, catalog, book(**sheets))
    (finding,) = [one for one in reading.findings if one.code == "repeated_year"]
    assert finding.found == "2014: Sheet4, Sheet5; no sheet for: 2015"
    assert "2015" not in {one.period for one in reading.figures}


def test_values_that_sheets_contradict_are_not_taken(reader, catalog, regions) -> None:
    other = one_year(regions, 2014)
    other[2][1] = "0.001"
    reading = read(reader, catalog, book(Sheet1=whole(regions), Sheet4=other))
    (finding,) = [one for one in reading.findings if one.code == "two_values"]
    assert "Sheet4!B3" in finding.found
    assert len(reading.figures) == 31 * 3 * 4 - 1
    assert ("110000", "2014", "industrial_rd_spending") not in {one.fact[:3] for one in reading.figures}


def test_two_regions_that_changed_places_take_their_unconfirmed_figures_with_them(reader, catalog, regions) -> None:
    rows = whole(regions)
    rows[0][2:4] = reversed(rows[0][2:4])
    sheets = {f"Sheet{year}": one_year(regions, year) for year in (2012, 2013, 2014)}
    reading = read(reader, catalog, book(Sheet1=rows, **sheets))
    assert {"two_values", "doubtful_label"} <= set(codes(reading, "hard"))
    assert {one.unit_code for one in reading.figures}.isdisjoint({"110000", "120000"})
    assert len(reading.figures) == 29 * 3 * 4


def test_years_that_changed_places_are_refused(reader, catalog, regions) -> None:
    rows = by_year(regions, product)
    rows[0][2:4] = reversed(rows[0][2:4])
    assert [one.code for one in read(reader, catalog, book("a.xls", a=rows)).findings] == ["misaligned"]


def test_without_regions_it_is_refused_and_the_unit_in_its_name_is_checked(reader, catalog) -> None:
    rows = [["2022", "2023"], ["5.3459", "5.9993"], ["5.1110", "5.6539"]]
    rows = [["2021", *rows[0]], ["4.1496", *rows[1]], ["4.9404", *rows[2]]]
    reading = read(reader, catalog, book("R&D人员全时当量（人年）原.xlsx", 年度=rows))
    assert reading.refused is not None
    assert reading.refused.code == "no_region"
    (slip,) = [one for one in reading.findings if one.code == "unit_slip"]
    assert (slip.cell, "59993 人年" in slip.found, "the name says 人年" in slip.found) == ("C2", True, True)
    assert reading.figures == []


@pytest.mark.parametrize(("factor", "power"), [(10, 1), (1000, 3), (10000, 4), (0.1, -1)])
def test_a_unit_off_by_a_power_of_ten_refuses_the_measure_and_no_other(
    reader, catalog, regions, factor: float, power: int
) -> None:
    def slipped(name: str, region: int, year: int) -> str:
        value = float(number(name, region, year))
        return f"{value * (factor if name == '研发人员全时当量' else 1):.5f}"

    reading = read(reader, catalog, book(Sheet1=whole(regions, slipped)))
    assert {one.measure_id for one in reading.figures} == set(MEASURES.values()) - {"industrial_rd_fte"}
    (slip,) = [one for one in reading.findings if one.code == "unit_slip"]
    assert (slip.severity, f"10^{power}" in slip.found) == ("hard", True)
    assert reading.cells_refused >= 31 * 4


def test_a_stated_unit_that_the_cells_contradict_is_told_and_the_declared_one_taken(reader, catalog, regions) -> None:
    rows = whole(regions)
    rows[1][0] = "研发经费（万元）"
    reading = read(reader, catalog, book(Sheet1=rows))
    (slip,) = [one for one in reading.findings if one.code == "unit_slip"]
    assert (slip.severity, "the file says 万元" in slip.found) == ("soft", True)
    assert {one.unit for one in reading.figures if one.measure_id == "industrial_rd_spending"} == {"亿元"}


def test_a_stated_unit_that_a_second_source_confirms_is_taken(reader, catalog, regions) -> None:
    def in_wan(name: str, region: int, year: int) -> str:
        return f"{float(number(name, region, year)) * (10000 if name == '研发经费' else 1):.4f}"

    rows = whole(regions, in_wan)
    rows[1][0] = "研发经费（万元）"
    reading = read(reader, catalog, book(Sheet1=rows))
    assert "unit_slip" not in codes(reading, "hard", "soft")
    assert {one.unit for one in reading.figures if one.measure_id == "industrial_rd_spending"} == {"万元"}


@pytest.mark.parametrize("sidecar", [None, Sidecar("地区生产总值（亿元）", None, "a person")])
def test_a_table_without_a_name_is_known_by_its_figures_or_by_a_sidecar(reader, catalog, regions, sidecar) -> None:
    found = book("分省年度数据.xls", 分省年度数据=by_year(regions, product))
    reading = read(reader, catalog, found, sidecar)
    (beijing,) = [one for one in reading.figures if (one.unit_code, one.period) == ("110000", "2023")]
    assert (beijing.value, beijing.measure_id, beijing.published) == ("43760.7", "gross_regional_product", "2023")
    assert len(reading.figures) == 31 * 3
    assert reading.cells_refused == reading.cells_ignored == 0


def test_a_table_that_nothing_names_is_refused(reader, catalog, regions) -> None:
    rows = by_year(regions, lambda region, year: "1" if (region, year) == (0, 2023) else product(region, year))
    reading = read(reader, catalog, book("分省年度数据.xls", 分省年度数据=rows))
    assert reading.refused is not None
    assert reading.refused.code == "no_indicator"
    assert reading.cells_refused == reading.cells_read


def test_labels_shifted_against_numbers_are_refused(reader, catalog, regions) -> None:
    rows = by_year(regions, product)
    shifted = [[label, *row[1:]] for label, row in zip(["地区", "", *regions], [*rows, ["", "", "", ""]], strict=True)]
    reading = read(reader, catalog, book("a.xls", a=shifted))
    assert reading.refused is not None
    shifted = [["地区", *rows[0][1:]], *([label, *row[1:]] for label, row in
                                        zip([*regions[1:], ""], rows[1:], strict=True))]  # fmt: skip
    reading = read(reader, catalog, book("a.xls", a=shifted))
    assert reading.refused is not None
    assert reading.refused.code == "misaligned"


def test_a_header_that_is_lost_takes_its_column_with_it(reader, catalog, regions) -> None:
    rows = one_year(regions, 2014)
    rows[0][2] = ""
    reading = read(reader, catalog, book(Sheet4=rows))
    assert {one.measure_id for one in reading.figures} == set(MEASURES.values()) - {"industrial_rd_fte"}
    assert reading.cells_refused == 32


def test_an_unknown_indicator_is_told_and_refused(reader, catalog, regions) -> None:
    rows = one_year(regions, 2014)
    rows[0][2] = "星际专利"
    reading = read(reader, catalog, book(Sheet4=rows))
    (finding,) = [one for one in reading.findings if one.code == "cell_not_declared"]
    assert finding.cell == "C1"
    assert reading.cells_refused == 33


def test_years_as_numbers_of_a_yearbook_table_are_not_taken_for_a_panel(reader) -> None:
    rows = [["地区", "R&D人员全时当量"], ["北京", "2012"], ["天津", "1944"]]
    assert not reader.recognises(book("raw-2011.xlsx", 表=rows))
    assert not reader.recognises(replace(book(a=[["2021", "2022", "2023"], ["1", "2", "3"]]), format="csv"))


def test_a_year_that_is_declared_unsettled_is_refused_and_said(
    declared: PanelExport, reader: PanelExport, catalog: Catalog, regions: list[str]
) -> None:
    found = book(Sheet1=whole(regions))
    every, settled = read(reader, catalog, found), read(declared, catalog, found)
    assert {one.period for one in every.figures} - {one.period for one in settled.figures} == {"2015"}
    assert settled.cells_refused == every.cells_refused + len(NAMES) * len(regions)
    (said, *_) = [one for one in settled.findings if one.code == "unsettled_year"]
    assert (said.found, said.wanted) == (f"2015: {len(regions)} figures", "a second source")
