"""The project's source files against the published figures they were taken from, and against their own rules.

The published files lie beside the repository (../shared/published) where the figures were gathered. Every figure in
them was read by a person; their marks in brackets are worked out here anew, so that a slip in carrying them shows.
Counts by hand: 1,133 published rows = 1,037 figures + 96 statements of targets. Ours: 1,037 + 6 numbers of
WorldSkills events that stood in notes = 1,043; 96 + 2 (the range of 2 to 3 points binds centre and west) = 98.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.catalog import Catalog
from pipelines.methods.bounded import PLAIN
from pipelines.methods.periods import period

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "data" / "sources"
PUBLISHED = ROOT.parent / "shared" / "published"
CATALOG = Catalog(ROOT / "data" / "catalog")

Row = dict[str, str]
FIGURE_COLUMNS = [
    "unit_code", "period", "measure_id", "contest_kind", "organiser", "scope_id", "value", "unit", "qualifier",
    "derivation", "period_certainty", "missing_reason", "grade", "publisher", "title", "published", "url",
    "note_zh", "note_en",
]  # fmt: skip
TARGET_COLUMNS = [
    "target_id", "unit_code", "period", "value", "unit", "qualifier", "grade", "publisher", "title", "published",
    "url", "note_zh", "note_en",
]  # fmt: skip
FIGURE_FILES = ["census_2004", "contests", "national_series", "reform_reach", "skilled_workforce"]
HOST = re.compile(r"https?://|\b[a-z0-9-]+\.(com|cn|net|org|mobi|info|top|cc|ai|md)\b|reportify", re.IGNORECASE)
CHINESE = re.compile(r"[\u4e00-\u9fff]")

# Published indicator (and printed unit, where persons and person-times part) → measure; others keep their name.
RENAMED = {
    "skilled_workers_total": "skilled_total", "highly_skilled_workers": "high_skilled_total",
    "highly_skilled_share": "high_skilled_share_printed",
    "skilled_share_of_employment": "skilled_share_of_employment_printed",
    "skilled_share_of_labour_population": "skilled_share_of_labour_population_printed",
    "senior_workers_grade3": "lv3_senior", "technicians_grade2": "lv2_technician",
    "senior_technicians_grade1": "lv1_senior_technician", "new_skilled_workers": "new_skilled",
    "new_highly_skilled_workers": "high_skilled_new", "subsidised_training": "training_subsidised_times",
    "certificates_issued": "certs_issued", "employed_persons": "employed_total", "industrial_workers": "iw_total",
    "workers_total": "staff_total", "new_employment_form_workers": "new_form_workers",
    "union_staff_in_unionised_units": "staff_in_unionised_units", "provincial_craftsmen": "craftsmen_provincial_cum",
    "municipal_craftsmen": "craftsmen_city_cum", "dream_of_learning_participants": "degree_supported_migrant_cum",
    "labour_contest_participants": "contest_person_times",
    "skills_contest_participants_above_grassroots": "contest_person_times",
}  # fmt: skip
RENAMED_BY_UNIT = {
    ("new_skilled_workers", "万人次"): "new_skilled_times",
    ("new_highly_skilled_workers", "万人次"): "high_skilled_new_times",
    ("certificates_issued", "万人"): "certs_issued_persons",
    ("certificates_technician_and_senior_technician", "万人次"): "certificates_technician_and_senior_technician_times",
    ("skill_assessment_participants", "万人次"): "assess_applied",
    ("training", "万人次"): "training_times",
    ("training", "万人"): "trained_persons",
    ("labour_contest_participants", "万人"): "contest_participants",
}
RENAMED_IN_CENSUS = {
    "senior_technicians_grade1": "census_lv1_senior_technician", "technicians_grade2": "census_lv2_technician",
    "senior_workers_grade3": "census_lv3_senior", "intermediate_workers_grade4": "census_lv4_middle",
}  # fmt: skip


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _figures() -> Iterator[tuple[str, Row]]:
    for stem in FIGURE_FILES:
        for line, row in enumerate(_rows(SOURCES / f"{stem}.csv"), start=2):
            yield f"{stem}:{line}", row


def _statements() -> Iterator[tuple[str, Row]]:
    for line, row in enumerate(_rows(SOURCES / "targets.csv"), start=2):
        yield f"targets:{line}", row


def _published() -> list[Row]:
    if not PUBLISHED.is_dir():
        pytest.skip(f"the published figures are not beside the repository ({PUBLISHED.name}); own rules are tested")
    paths = sorted(PUBLISHED.glob("*.csv"))
    return [row | {"file": path.stem} for path in paths for row in _rows(path)]


def _measure(row: Row) -> str:
    if row["file"].startswith(("A2", "C2")):
        return RENAMED_IN_CENSUS.get(row["indicator"], row["indicator"])
    indicator = row["indicator"]
    return RENAMED_BY_UNIT.get((indicator, row["unit"])) or RENAMED.get(indicator, indicator)


def _grade(note: str) -> str:
    grade = str(re.findall(r"\[q:([A-D])\]", note)[0])
    return max(grade, "C") if "[host unverified]" in note else grade


def _qualifier(note: str) -> str:
    """As marked; two rows of one page share its wording, and a ratio of two lower bounds is never exact."""
    if "[gt]" in note or "same page as before" in note:
        return "over"
    return "about" if "[approx]" in note or "two lower bounds" in note else "exact"


def _expected(row: Row) -> tuple[str, ...]:
    note = row["note"]
    implied = "[implied]" in note
    return (row["region_code"], row["period"], _measure(row), "" if implied else row["value"], row["unit"],
            _qualifier(note), "derived" if "[derived]" in note else "printed", "not_stated" if implied else "",
            row["source_title"], row["source_date"])  # fmt: skip


def _carried(row: Row) -> tuple[str, ...]:
    return tuple(row[column] for column in ("unit_code", "period", "measure_id", "value", "unit", "qualifier",
                                            "derivation", "missing_reason", "title", "published"))  # fmt: skip


def test_every_published_figure_is_carried_digit_for_digit_and_with_its_marks() -> None:
    wanted = Counter((*_expected(row), _grade(row["note"])) for row in _published()
                     if not row["indicator"].startswith("target_"))  # fmt: skip
    found = Counter((*_carried(row), row["grade"]) for _, row in _figures()
                    if row["measure_id"] != "worldskills_events_entered")  # fmt: skip
    assert wanted == found


def test_every_published_target_is_carried_digit_for_digit() -> None:
    statements = [row for row in _published() if row["indicator"].startswith("target_")]
    wanted = {(row["region_code"], row["period"], row["value"], row["unit"], _qualifier(row["note"]),
               _grade(row["note"]), row["source_title"]) for row in statements}  # fmt: skip
    rows = _rows(SOURCES / "targets.csv")
    found = {(row["unit_code"], row["period"], row["value"], row["unit"], row["qualifier"], row["grade"],
              row["title"]) for row in rows}  # fmt: skip
    assert wanted == found
    assert (len(statements), len(rows)) == (96, 98)


def test_the_rows_reconcile_with_the_published_files() -> None:
    published = _published()
    figures = [row for row in published if not row["indicator"].startswith("target_")]
    events = [place for place, row in _figures() if row["measure_id"] == "worldskills_events_entered"]
    assert (len(published), len(figures), len(events)) == (1133, 1037, 6)
    assert len(list(_figures())) == len(figures) + len(events)


@pytest.mark.parametrize("stem", [*FIGURE_FILES, "targets"])
def test_a_source_file_has_its_columns_in_utf8_with_plain_line_ends(stem: str) -> None:
    raw = (SOURCES / f"{stem}.csv").read_bytes()
    assert b"\r" not in raw
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert raw.endswith(b"\n")
    header = raw.decode("utf-8").partition("\n")[0].split(",")
    assert header == (TARGET_COLUMNS if stem == "targets" else FIGURE_COLUMNS)


def test_every_row_stands_on_declared_codes_and_converts_to_its_measures_unit() -> None:
    for place, row in _figures():
        measure = CATALOG.measures.get(row["measure_id"])
        assert measure is not None, place
        assert row["unit"] in CATALOG.units_of_measure[measure.unit].printed, place
        assert row["scope_id"] in CATALOG.scopes, place
        period(row["period"], measure.kind)
        for column in ("contest_kind", "organiser", "qualifier", "derivation", "period_certainty", "grade"):
            assert row[column] in (CATALOG.columns[column].values or ()), (place, column)


def test_a_figure_is_a_number_or_says_why_it_is_missing() -> None:
    for place, row in _figures():
        assert bool(PLAIN.fullmatch(row["value"])) != bool(row["missing_reason"]), place


def test_an_unverified_row_shows_no_address_and_names_no_mirror() -> None:
    for place, row in [*_figures(), *_statements()]:
        if row["grade"] in ("C", "D"):
            words = " ".join(row[column] for column in ("publisher", "title", "note_zh", "note_en"))
            assert row["url"] == "", place
            assert not HOST.search(words), place
        assert row["publisher"], place
        assert row["title"], place


def test_a_note_is_in_both_languages_or_in_neither() -> None:
    for place, row in [*_figures(), *_statements()]:
        assert bool(row["note_zh"]) == bool(row["note_en"]), place
        assert not row["note_zh"] or CHINESE.search(row["note_zh"]), place
        assert not row["note_en"] or re.search(r"[A-Za-z]", row["note_en"]), place


def test_person_times_by_level_of_organiser_are_never_under_one_breakdown() -> None:
    times = [row for _, row in _figures() if row["measure_id"] == "contest_person_times"]
    split = {(row["value"], row["contest_kind"], row["organiser"]) for row in times if row["period"] == "2021/2025-04"}
    assert split == {("19400", "_T", "grassroots"), ("9300", "skill", "above_grassroots")}


def test_every_target_has_a_statement_and_every_statement_a_target() -> None:
    assert {row["target_id"] for row in _rows(SOURCES / "targets.csv")} == set(CATALOG.targets)
    assert {target.unit for target in CATALOG.targets.values()} <= set(CATALOG.units_of_measure)


def test_a_statement_converts_into_the_exact_value_of_its_target() -> None:
    for row in _rows(SOURCES / "targets.csv"):
        target = CATALOG.targets[row["target_id"]]
        factor = CATALOG.units_of_measure[target.unit].printed[row["unit"]]
        printed = PLAIN.fullmatch(row["value"]) is not None and float(row["value"]) * float(factor)
        stated = [float(value) for value in (target.value, target.value_high) if value is not None]
        assert any(abs(printed - value) < 0.05 for value in stated), row["target_id"]


def test_one_third_is_a_fraction_that_its_rounding_does_not_meet() -> None:
    thirds = [target for target in CATALOG.targets.values() if target.printed == "33.3"]
    assert len(thirds) == 3
    assert all(target.value is not None and target.value * 3 == 100 for target in thirds)


def test_the_northeast_has_no_group_target_and_the_range_is_one_target_a_group() -> None:
    groups = Counter(target.group for target in CATALOG.targets.values() if target.group)
    assert groups == {"east": 1, "centre": 1, "west": 1}
