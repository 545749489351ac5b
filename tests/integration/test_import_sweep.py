"""The import over the real tables beside the checkout: every file an outcome, the named figures, the same bytes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from pipelines import importing
from pipelines.catalog import Catalog
from pipelines.importing import Sweep, report, rows
from pipelines.importing.producers import declared
from pipelines.sources.tidy_rules import FIGURE, IMPORTED, refusals

# panels without a column of regions; recognised files that hold no figures of ours (code lists, a list of medallists,
# foreign regions); pages of the yearbooks that no indicator needs; copies that somebody worked over
REFUSED = {"no_region": 4, "reference": 4, "foreign_regions": 1, "medal_list": 1, "not_wanted": 17, "reworked_copy": 13}


@pytest.fixture(scope="module")
def catalog(root: Path) -> Catalog:
    return Catalog(root / "data" / "catalog")


@pytest.fixture(scope="module")
def tables(root: Path) -> Path:
    folder = root.parent / "shared" / "real"
    if not folder.is_dir():
        pytest.skip("the real tables are not beside this checkout: ../shared/real")
    return folder


@pytest.fixture(scope="module")
def swept(root: Path, tables: Path, catalog: Catalog) -> Sweep:
    data = root / "data"
    return importing.sweep([tables], catalog, data / "imports", importing.standing(data / "sources", catalog))


def imported(root: Path) -> list[rows.Row]:
    """The imported rows of data/sources."""
    names = declared(root / "data" / "imports").grades
    return [row for name in names for row in rows.table(root / "data" / "sources" / f"{name}.csv", IMPORTED)]


def values(found: list[rows.Row], unit: str, period: str, measure: str) -> set[str]:
    return {row["value"] for row in found
            if (row["unit_code"], row["period"], row["measure_id"]) == (unit, period, measure)}  # fmt: skip


def test_the_files_of_the_project_are_what_the_import_makes_of_the_tables(
    root: Path, swept: Sweep, catalog: Catalog, tmp_path: Path
) -> None:
    made = importing.write(swept, tmp_path / "sources", tmp_path / "imports", catalog)
    for path in made:
        kept = root / "data" / path.parent.name / path.name
        assert kept.read_bytes() == path.read_bytes(), f"{kept}: run `bluebook import ../shared/real` and look why"


def test_the_same_tables_again_meet_no_other_content_and_take_no_row_away(root: Path, swept: Sweep) -> None:
    assert "other_content" not in {one.why.code for one in swept.outcomes if one.why}
    assert importing.removed(swept, root / "data" / "sources") == 0


def test_a_file_of_another_folder_takes_no_row_of_its_namesake(
    root: Path, tables: Path, catalog: Catalog, tmp_path: Path
) -> None:
    name = "nbs-old-format/分省年度数据.csv"
    other = tmp_path / name
    other.parent.mkdir()
    other.write_bytes((tables / name).read_bytes() + b"\n")
    data = root / "data"
    found = importing.sweep([tmp_path], catalog, data / "imports", importing.standing(data / "sources", catalog))
    assert [(one.name, one.why.code) for one in found.outcomes if one.why] == [(name, "other_content")]
    assert importing.removed(found, data / "sources") == 0


def test_every_file_has_an_outcome_and_every_cell_one_too(tables: Path, swept: Sweep) -> None:
    files = {path.relative_to(tables).as_posix() for path in tables.rglob("*") if path.is_file()}
    assert {one.name for one in swept.outcomes} == files
    for one in swept.outcomes:
        reading = one.reading
        assert reading.cells_read == reading.cells_accepted + reading.cells_refused + reading.cells_ignored
        if one.kind != "imported":
            assert one.why is not None, one.name
            assert one.why.next_zh, one.name
            assert one.why.next_en, one.name
    assert "cells " in report.totals(swept)


def test_what_is_refused_is_refused_for_the_right_reason(swept: Sweep) -> None:
    codes = Counter(one.why.code for one in swept.outcomes if one.kind == "refused" and one.why)
    assert codes == REFUSED
    duplicates = [(one.name, one.why.found) for one in swept.outcomes if one.kind == "duplicate" and one.why]
    assert duplicates == [("nbs-new-format/分省年度数据_3.csv", "nbs-new-format/分省年度数据 (3).csv")]


@pytest.mark.parametrize(
    ("unit", "period", "measure", "expected"),
    [
        ("000000", "2010", "agri_certificate_holders", {"799123"}),
        ("000000", "2011", "agri_certificate_holders", {"872272"}),
        ("000000", "2012", "agri_certificate_holders", {"923602"}),
        ("000000", "2013", "agri_certificate_holders", {"947933"}),
        ("000000", "2014", "agri_certificate_holders", {"954626"}),
        ("000000", "2015", "agri_certificate_holders", {"945294"}),
        ("000000", "2018", "agri_certificate_holders", {"289512"}),
        ("000000", "2022", "agri_licence_holders", {"12165815"}),
        ("110000", "2023", "rd_fte", {"402152"}),
        ("110000", "2023", "gross_regional_product", {"43760.7", "47353.7"}),
        ("440000", "2012", "urban_nonprivate_employment", {"540.938", "1304.0"}),
        ("000000", "2011/2019", "worldskills_medals_gold", {"36"}),
        ("000000", "2011/2024", "worldskills_medals_gold", {"93"}),
        ("000000", "2011/2024", "worldskills_medals_silver", {"41"}),
        ("000000", "2011/2024", "worldskills_medals_bronze", {"28"}),
        ("000000", "2011/2024", "worldskills_medals_merit", {"71"}),
    ],
)
def test_the_figures_that_were_named_come_out(
    root: Path, tables: Path, unit: str, period: str, measure: str, expected: set[str]
) -> None:
    found = [row for row in imported(root) if row["industry"] in ("_T", "C")]
    assert expected <= values(found, unit, period, measure)


@pytest.mark.parametrize("medal", ["gold", "silver", "bronze", "merit"])
def test_medals_of_the_editions_add_up_to_the_total(root: Path, tables: Path, medal: str) -> None:
    found = imported(root)
    measure = f"worldskills_medals_{medal}"
    parts = [values(found, "000000", period, measure) for period in ("2011/2019", "2022", "2024")]
    (whole,) = values(found, "000000", "2011/2024", measure)
    assert sum(int(value) for (value,) in parts) == int(whole)


def test_certificate_holders_of_the_nation_are_those_of_the_provinces_and_the_corps(
    root: Path, tables: Path, catalog: Catalog
) -> None:
    found = [row for row in imported(root) if row["measure_id"] == "agri_certificate_holders"]
    by_unit = {row["unit_code"]: int(row["value"]) for row in found if row["period"] == "2010" and row["value"]}
    parts = [code for code, one in catalog.reporting_units.items() if one.kind in ("province", "xpcc")]
    assert sum(by_unit[code] for code in parts if code in by_unit) == by_unit["000000"] == 799123


def test_every_imported_row_can_be_staged_and_names_no_address(root: Path, tables: Path, catalog: Catalog) -> None:
    found = imported(root)
    assert 20_000 < len(found) < 30_000
    faults = [fault for row in found for fault in refusals({key: row[key] for key in FIGURE}, FIGURE, catalog, "x")]
    assert faults == []
    assert {row["grade"] for row in found} == {"C"}
    identities = Counter(tuple(row[column] for column in (*FIGURE[:6], "industry", "publisher", "title", "published"))
                         for row in found)  # fmt: skip
    assert [one for one, count in identities.items() if count > 1] == []
