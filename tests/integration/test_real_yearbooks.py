"""The yearbooks as they are found in the wild: every file read or refused with the right reason, the named figures."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines import grid
from pipelines.catalog import Catalog
from pipelines.sources.wild import Found, Reading
from pipelines.sources.yearbook import Yearbook

ROOT = Path(__file__).parents[2]
REAL = ROOT.parent / "shared" / "real"
FOLDERS = {"agri-machinery-skill": "agri_machinery", "rd-full-time-equivalent": "st_yearbook",
           "industry-innovation": "st_yearbook"}  # fmt: skip
pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="../shared/real is absent: the real files are not at hand")


@dataclass(frozen=True)
class Read:
    """One file, who recognised it, and its readings."""

    path: Path
    producers: list[str]
    readings: list[Reading]
    filled: int


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog(ROOT / "data" / "catalog")


@pytest.fixture(scope="module")
def files(catalog: Catalog) -> list[Read]:
    readers = [Yearbook.declared(ROOT / "data" / "imports", name) for name in ("agri_machinery", "st_yearbook")]
    found = []
    for folder in FOLDERS:
        for path in sorted(one for one in (REAL / folder).rglob("*") if one.is_file()):
            book = grid.read(path)
            able = [one for one in readers if one.recognises(book)]
            readings = [reading for one in able for reading in one.read(book, catalog, None)]
            filled = sum(1 for sheet in book.sheets for _ in sheet.filled())
            found.append(Read(path, [one.producer for one in able], readings, filled))
    return found


@pytest.fixture(scope="module")
def figures(files: list[Read]) -> list[Found]:
    return [figure for one in files for reading in one.readings for figure in reading.figures]


def values(figures: list[Found], measure_id: str, unit_code: str = "000000", scope_id: str = "_T") -> dict[str, str]:
    """Year → value; the copies of one page must print one value, up to rounding, and the shortest is given."""
    found: dict[str, set[Decimal]] = defaultdict(set)
    for one in figures:
        if (one.measure_id, one.unit_code, one.scope_id) == (measure_id, unit_code, scope_id) and one.value:
            found[one.period].add(Decimal(one.value))
    assert all(max(several) - min(several) < 1 for several in found.values())
    return {period: min((str(one) for one in several), key=len) for period, several in found.items()}


def test_every_file_is_recognised_by_its_own_reader(files: list[Read]) -> None:
    for one in files:
        assert one.producers == [FOLDERS[one.path.relative_to(REAL).parts[0]]], one.path.name


def test_every_cell_is_counted_once(files: list[Read]) -> None:
    for one in files:
        assert sum(reading.cells_read for reading in one.readings) == one.filled, one.path.name
        for reading in one.readings:
            assert reading.cells_read == reading.cells_accepted + reading.cells_refused + reading.cells_ignored


def test_every_file_gives_figures_or_the_right_reason(files: list[Read]) -> None:
    outcomes = Counter(reading.refused.code if reading.refused else "read" for one in files for reading in one.readings)
    assert dict(outcomes) == {"read": 101, "not_wanted": 17, "reworked_copy": 13}
    reworked = {one.path.name for one in files for reading in one.readings
                if reading.refused and reading.refused.code == "reworked_copy"}  # fmt: skip
    assert reworked == {f"raw-{year}.xlsx" for year in range(2010, 2024) if year != 2017}


def test_certificate_holders_of_farm_machinery(figures: list[Found]) -> None:
    assert values(figures, "agri_certificate_holders") == {
        "2010": "799123", "2011": "872272", "2012": "923602", "2013": "947933", "2014": "954626", "2015": "945294",
        "2018": "289512", "2019": "285091", "2020": "273800", "2021": "267008",
    }  # fmt: skip
    assert values(figures, "agri_licence_holders") == {"2022": "12165815", "2023": "11831624"}


@pytest.mark.parametrize("measure_id", ["agri_certificate_holders", "agri_licence_holders", "agri_machinery_workers"])
def test_the_nation_is_31_provinces_and_the_corps(figures: list[Found], catalog: Catalog, measure_id: str) -> None:
    parts = [one.code for one in catalog.reporting_units.values() if one.kind in ("province", "xpcc")]
    by_unit = {code: values(figures, measure_id, code) for code in (*parts, "000000")}
    assert len(parts) == 32
    for year, nation in by_unit["000000"].items():
        assert sum(int(by_unit[code][year]) for code in parts) == int(nation)


def test_the_known_figures_of_research(figures: list[Found]) -> None:
    fte = values(figures, "rd_fte", "110000")
    assert (sorted(fte), fte["2023"]) == ([str(year) for year in range(2010, 2024)], "402152")
    assert values(figures, "industrial_rd_fte", "110000")["2023"] == "59993"
    assert values(figures, "industrial_rd_active_firms") == {
        "2018": "104820", "2019": "129198", "2020": "146691", "2021": "169224", "2022": "175619", "2023": "151290",
    }  # fmt: skip
    assert values(figures, "industrial_rd_institution_firms")["2021"] == "108667"
    assert values(figures, "industrial_rd_institution_firms")["2022"] == "124303"


def test_another_population_and_another_count_stand_apart(figures: list[Found]) -> None:
    assert values(figures, "industrial_rd_persons")["2022"] == "5988158"
    assert values(figures, "industrial_rd_persons", scope_id="all_enterprises") == {"2022": "7110218"}
    assert values(figures, "industrial_rd_researchers_fte", "320000", "headcount_suspected") == {"2020": "223820"}
    assert "2020" not in values(figures, "industrial_rd_researchers_fte", "320000")
    assert values(figures, "industrial_rd_researchers_fte", "320000")["2021"] == "176003"


def found(files: list[Read], code: str) -> Iterator[tuple[str, str]]:
    """File and cell of every finding of a kind."""
    for one in files:
        for reading in one.readings:
            yield from ((one.path.name, finding.cell) for finding in reading.findings if finding.code == code)


def test_what_is_odd_is_found_and_nothing_hard(files: list[Read]) -> None:
    assert set(found(files, "year_against_file_name")) == {("raw-2010-2.xls", "A1"), ("raw-2010-2.xlsx", "A1")}
    assert ("raw-2020.xls", "F28") in set(found(files, "doubtful_figure"))
    assert set(found(files, "year_against_english_title")) == {("raw-2023.xls", "A2")}
    assert set(found(files, "part_above_whole")) == {("raw-2022.xls", "R36")}
    findings = [finding for one in files for reading in one.readings for finding in reading.findings]
    assert [finding for finding in findings if finding.severity == "hard"] == []
    assert all(finding.next_zh and finding.next_en and finding.wanted for finding in findings)


def test_macro_regions_are_never_stored(figures: list[Found], catalog: Catalog) -> None:
    kinds = {catalog.reporting_units[one.unit_code].kind for one in figures}
    assert kinds == {"nation", "province", "xpcc"}
