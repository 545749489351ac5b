"""The real workbooks, medal tables and reference files: the named figures come out, and every cell is counted."""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from pipelines.catalog import Catalog
from pipelines.grid import read as cells
from pipelines.sources.panel_export import PanelExport
from pipelines.sources.reference import ReferenceFiles
from pipelines.sources.sector_workbook import SectorWorkbook
from pipelines.sources.wild import Reading
from pipelines.sources.worldskills import WorldSkills

ROOT = Path(__file__).parents[2]
REAL = ROOT.parent / "shared" / "real"
pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="../shared/real is not beside the checkout")
READERS = (SectorWorkbook, PanelExport, WorldSkills, ReferenceFiles)
FOLDERS = ("nbs-sector-workbook", "industrial-rd", "contest", "eurostat", "adcode")


@cache
def catalog() -> Catalog:
    return Catalog(ROOT / "data" / "catalog")


@cache
def readings(name: str) -> tuple[str, tuple[Reading, ...]]:
    """The producer and the readings of a file; exactly one reader knows it."""
    book = cells(REAL / name)
    (reader,) = [one for one in (kind.declared(ROOT / "data" / "imports") for kind in READERS) if one.recognises(book)]
    return reader.producer, tuple(reader.read(book, catalog(), None))


def value(reading: Reading, *fact: str) -> str:
    (found,) = [one.value for one in reading.figures if one.fact[: len(fact)] == fact]
    return found


def test_every_file_has_one_reader_and_every_cell_is_counted() -> None:
    files = [path.relative_to(REAL).as_posix() for folder in FOLDERS for path in sorted((REAL / folder).iterdir())]
    assert len(files) == 14
    for name in files:
        for one in readings(name)[1]:
            assert one.cells_read > 0
            assert one.cells_read == one.cells_accepted + one.cells_refused + one.cells_ignored, name
            assert bool(one.figures) != bool(one.refused), name


def test_no_other_real_table_is_taken_for_one_of_these() -> None:
    others = [*REAL.glob("nbs-*-format/*"), *REAL.glob("rd-full-time-equivalent/*.xlsx")]
    known = [kind.declared(ROOT / "data" / "imports") for kind in READERS]
    assert others
    assert [path.name for path in others for one in known if one.recognises(cells(path))] == []


def test_the_sector_workbook_gives_both_tables_once() -> None:
    producer, (persons, wages) = readings("nbs-sector-workbook/报表_原.xlsx")
    assert producer == "sector_workbook"
    assert len(persons.figures) == len(wages.figures) == 31 * 19 * 9
    assert value(persons, "440000", "2012", "urban_nonprivate_employment", "C") == "540.938"
    assert value(persons, "440000", "2013", "urban_nonprivate_employment", "C") == "1020.2491"
    assert sum(one.missing_reason == "not_stated" for one in persons.figures) == 11
    assert {one.code for one in persons.findings} == {"empty_year", "unit_declared", "two_names"}
    assert persons.cells_refused == wages.cells_refused == 0


def test_the_panel_of_industrial_rd_comes_out_with_its_unit_proved() -> None:
    _, (panel,) = readings("industrial-rd/原值.xlsx")
    assert value(panel, "110000", "2023", "industrial_rd_fte") == "5.9993"
    assert Counter(one.measure_id for one in panel.figures)["industrial_rd_fte"] == 31 * 12  # 2015 is unsettled
    assert {one.unit for one in panel.figures if one.measure_id == "industrial_rd_fte"} == {"万人年"}
    (repeated,) = [one for one in panel.findings if one.code == "repeated_year"]
    assert repeated.found == "2014: Sheet4, Sheet5; no sheet for: 2015"
    contradicted = [one.found for one in panel.findings if one.code == "two_values"]
    assert len(contradicted) == 2
    assert all(one.startswith("540000, 2014") for one in contradicted)


@pytest.mark.parametrize(
    "name", ["R&D人员全时当量（人年）原", "R&D经费（万元）原", "新产品销售收入（万元）原", "有效发明专利数（件）原"]
)
def test_panels_without_regions_are_refused_and_their_names_contradicted(name: str) -> None:
    _, (panel,) = readings(f"industrial-rd/{name}.xlsx")
    assert panel.refused is not None
    assert (panel.refused.code, panel.cells_refused) == ("no_region", 416)
    assert any(one.code == "unit_slip" for one in panel.findings)


def test_the_older_vintage_of_regional_product_keeps_its_mark() -> None:
    _, (product,) = readings("industrial-rd/分省年度数据.xls")
    assert value(product, "110000", "2023", "gross_regional_product") == "43760.7"
    assert {one.published for one in product.figures} == {"2023"}
    assert (len(product.figures), product.cells_refused) == (31 * 19, 0)


def test_medals_add_up_and_the_list_agrees() -> None:
    _, (totals,) = readings("contest/contest_medal_totals.csv")
    medals = [f"worldskills_medals_{one}" for one in ("gold", "silver", "bronze", "merit")]
    printed = {period: [int(value(totals, "000000", period, one)) for one in medals]
               for period in ("2011/2019", "2022", "2024", "2011/2024")}  # fmt: skip
    assert printed["2011/2024"] == [93, 41, 28, 71]
    parts = [printed[one] for one in ("2011/2019", "2022", "2024")]
    assert [sum(one) for one in zip(*parts, strict=True)] == printed["2011/2024"]
    assert totals.findings == []
    _, (by_skill,) = readings("contest/worldskills_china_medals_by_skill.csv")
    assert by_skill.refused is not None
    assert by_skill.refused.found == "71 rows: 45 gold 16/16, 45 silver 14/14, 45 bronze 5/5, 47 gold 36/36"
    assert by_skill.findings == []


def test_reference_files_are_counted_and_compared() -> None:
    _, (eurostat,) = readings("eurostat/lfst_r_lfu3rt.tsv")
    assert eurostat.refused is not None
    assert eurostat.refused.found == ("5604 rows, 467 regions, years 1999-2013, 72680 values, 11380 not available; "
                                      "flags: b 225, u 11622")  # fmt: skip
    _, (provinces,) = readings("adcode/chinadivision_provinces.csv")
    assert provinces.findings == []
    _, (directory,) = readings("nbs-sector-workbook/fsnd_zb_meta.tsv")
    assert sum(one.code == "unit_differs" for one in directory.findings) == 4
