"""test_catalog: every declaration stands, and every rule between declarations refuses what breaks it."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from pipelines.catalog import Catalog, CatalogError, Words
from pipelines.catalog_rules import CORE_INDICATORS, check, faults

ROOT = Path(__file__).resolve().parents[2] / "data" / "catalog"
CATALOG = Catalog(ROOT)
LISTS = (
    "channels",
    "tasks",
    "departments",
    "groups",
    "grades",
    "scopes",
    "forms",
    "units_of_measure",
    "populations",
    "measures",
    "columns",
    "tables",
    "indicators",
    "targets",
    "reporting_units",
)
DECLARATIONS = [(name, key) for name in LISTS for key in getattr(CATALOG, name)]
NEUTRAL = ("skill_vacancy_ratio", "contest_promotion_rate", "turnover_rate", "edit_pass_rate")
HAN = re.compile(r"[㐀-鿿]")
QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|[㐀-鿿]+ \([^)]*\)|\([^)]*\)")  # quoted, or followed by its gloss


def texts(value: object) -> Iterator[Words]:
    """Every text in both languages below a declaration."""
    if isinstance(value, Words):
        yield value
    elif isinstance(value, BaseModel):
        for field in type(value).model_fields:
            yield from texts(getattr(value, field))
    elif isinstance(value, tuple):
        for one in value:
            yield from texts(one)


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """A copy of the catalogue that a test may break."""
    return Path(shutil.copytree(ROOT, tmp_path / "catalog"))


def edited(draft: Path, name: str, old: str, new: str) -> list[str]:
    """The faults after one edit in one file of the copy."""
    path = draft / name
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{name} no longer holds {old!r}; mend this test"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return faults(Catalog(draft))


def declared(draft: Path, name: str, text: str) -> list[str]:
    """The faults after lines were added to one file of the copy."""
    path = draft / name
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
    return faults(Catalog(draft))


def indicator(draft: Path, stem: str, **fields: str) -> list[str]:
    """The faults that speak of a new indicator made from the high-skilled share with other fields."""
    lines = (draft / "indicators" / "high_skilled_share.yaml").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line.split(":")[0] not in {*fields, "order", "set", "reported"}]
    new = [f"{field}: {value}" for field, value in fields.items()]
    (draft / "indicators" / f"{stem}.yaml").write_text("\n".join(["order: 999", "set: real", *kept, *new]), "utf-8")
    return [fault for fault in faults(Catalog(draft)) if fault.startswith(f"indicators/{stem}.yaml")]


def test_the_catalogue_stands() -> None:
    assert faults(CATALOG) == []
    check(CATALOG)


@pytest.mark.parametrize(("name", "key"), DECLARATIONS)
def test_a_declaration_speaks_both_languages(name: str, key: str) -> None:
    found = list(texts(getattr(CATALOG, name)[key]))
    assert found
    for words in found:
        assert words.zh.strip()
        assert words.en.strip()
        assert not HAN.search(QUOTED.sub("", words.en)), words.en


@pytest.mark.parametrize("key", CATALOG.indicators)
def test_an_indicator_says_what_its_neighbours_do_not(key: str) -> None:
    one = CATALOG.indicators[key]
    assert len(one.definition.zh) >= 15
    assert len(one.definition.en.split()) >= 10
    assert one.plausible is not None
    assert one.plausible[0] < one.plausible[1]
    assert not one.rankable
    assert one.set == "real" or one.data_request is not None


def test_titles_and_definitions_are_not_given_twice() -> None:
    for language in ("zh", "en"):
        for field in ("title", "definition"):
            found = [getattr(getattr(one, field), language) for one in CATALOG.indicators.values()]
            assert len(set(found)) == len(found)


def test_there_are_sixty_core_indicators_in_order() -> None:
    core = [one.order for one in CATALOG.indicators.values() if one.set == "core"]
    assert core == list(range(1, CORE_INDICATORS + 1))


@pytest.mark.parametrize("key", NEUTRAL)
def test_an_indicator_that_may_be_too_high_or_too_low_is_neutral(key: str) -> None:
    assert CATALOG.indicators[key].direction == "neutral"


@pytest.mark.parametrize("key", ["contest_intensity", "union_density", "level_upgrade_rate"])
def test_a_figure_on_the_wrong_measure_is_refused_with_its_reason(key: str) -> None:
    assert CATALOG.indicators[key].refused is not None


def test_settled_disputes_are_divided_by_closed_ones() -> None:
    assert CATALOG.indicators["dispute_settlement_rate"].denominators() == ("disputes_closed",)


def test_a_form_says_that_nobody_has_approved_it() -> None:
    assert {one.note.zh for one in CATALOG.forms.values() if one.note} == {"项目自拟，未经批准，不得用于实际统计调查"}
    assert all(one.note for one in CATALOG.forms.values())


def test_a_unit_is_registered_once_and_counted_once() -> None:
    with (ROOT / "reporting_units.csv").open(encoding="utf-8", newline="") as lines:
        codes = [row["code"] for row in csv.DictReader(lines)]
    units = CATALOG.reporting_units
    assert len(codes) == len(set(codes)) == len(units)
    counted = [code for code, one in units.items() if one.counted_in_parent]
    assert [units[code].kind for code in counted] == ["province"] * 31 + ["xpcc", "central_organs"]
    tiles = [(one.tile_row, one.tile_column) for one in units.values() if one.tile_row is not None]
    assert len(tiles) == len(set(tiles)) == 35


@pytest.mark.parametrize(
    ("name", "old", "new", "wanted"),
    [
        ("measures/skill.yaml", "unit: person,", "unit: people,", "units_of_measure.yaml"),
        ("measures/skill.yaml", "population: skilled}", "population: skilful}", "populations.yaml"),
        ("indicators/high_skilled_share.yaml", "[skilled_total]", "[skilled_sum]", "measures/"),
        ("indicators/high_skilled_share.yaml", "task: skills", "task: skill", "tasks.yaml"),
        ("indicators/high_skilled_share.yaml", "population: skilled", "population: skilful", "populations.yaml"),
        ("indicators/high_skilled_share.yaml", "lead_department: mohrss", "lead_department: hr", "departments.yaml"),
        ("indicators/dispute_settlement_rate.yaml", "[mohrss, courts]", "[mohrss, court]", "departments.yaml"),
        ("indicators/dispute_settlement_rate.yaml", "[mohrss, courts]", "[mohrss, union_legal]", "found the lead"),
        ("indicators/high_skilled_share.yaml", "order: 10", "order: 11", "each number once"),
        ("indicators/high_skilled_share.yaml", "set: core", "set: real", "found 59 core indicators"),
        ("indicators/high_skilled_share.yaml", "unit: percent", "unit: ratio", "wanted 'percent'"),
        ("indicators/craftsmen_national_cum.yaml", "unit: person", "unit: person_time", "wanted 'person'"),
        ("indicators/arrears_incidence.yaml", "multiplier: 10000", "multiplier: 100", "a per does not allow"),
        ("indicators/reform_enterprise_coverage.yaml", "scope: above_scale", "scope: all", "ratio of two scopes"),
        ("indicators/high_skilled_share.yaml", "population: skilled", "population: staff", "as on the card"),
        (
            "populations.yaml",
            "en: High-skilled workers}, within: skilled",
            "en: High-skilled workers}",
            "wanted a part",
        ),
        ("populations.yaml", "en: All employed persons}", "en: All employed persons}, within: staff", "wanted a tree"),
        ("populations.yaml", "en: Staff}, within: all_employed", "en: Staff}, within: all", "populations.yaml"),
        ("departments.yaml", "order: 2,", "order: 1,", "each number once"),
        ("forms.yaml", "skill:", "skills:", "a file a form"),
        ("reporting_units.csv", "province,000000,2,", "province,000001,2,", "reporting_units.csv"),
        ("reporting_units.csv", "true,east,", "true,eastern,", "groups.yaml"),
        ("reporting_units.csv", "nation,,1,false", "nation,,1,true", "without a parent"),
        ("tables.yaml", "key: [task_id]", "key: [task]", "the table's own columns"),
        ("tables.yaml", "[channel_id, name_zh", "[channel, channel_id, name_zh", "columns.yaml"),
        ("tables.yaml", "[channel_id, name_zh", "[channel_id, channel_id, name_zh", "a column twice"),
        ("targets.yaml", "indicator: craftsmen_national_cum", "indicator: craftsmen", "indicators/"),
        ("targets.yaml", "unit: person\n", "unit: people\n", "units_of_measure.yaml"),
        ("targets.yaml", "unit: person\n", "unit: person_time\n", "as its indicator has"),
        ("targets.yaml", '  value: "2000"\n', "", "found none for a about"),
    ],
)
def test_a_broken_catalogue_is_refused(draft: Path, name: str, old: str, new: str, wanted: str) -> None:
    assert any(wanted in fault for fault in edited(draft, name, old, new))


@pytest.mark.parametrize(
    ("field", "wanted"),
    [
        ("units: [abroad]", "reporting_units.csv"),
        ("group: south", "groups.yaml"),
        ("type: window_cumulative", "window"),
    ],
)
def test_a_target_of_nobody_is_refused(draft: Path, field: str, wanted: str) -> None:
    words = "title: {zh: 甲, en: A}"
    kind = "" if field.startswith("type") else ", type: threshold"
    target = f'\nmade_up: {{{words}{kind}, direction: higher, value: "1", unit: percent, due: "2030", {field}}}\n'
    assert any(wanted in fault for fault in declared(draft, "targets.yaml", target))


def test_persons_over_person_times_are_refused(draft: Path) -> None:
    found = indicator(draft, "upgrade_ratio", method="{name: share, part: [level_upgrades], whole: [training_times]}")
    assert any("persons never over person-times" in fault for fault in found)


def test_person_times_over_persons_make_no_share(draft: Path) -> None:
    found = indicator(draft, "coverage", method="{name: share, part: [training_times], whole: [skilled_total]}")
    assert any("one unit on both sides" in fault for fault in found)


def test_a_cumulative_count_over_a_flow_is_refused(draft: Path) -> None:
    method = "{name: share, part: [craftsmen_city_cum], whole: [high_skilled_new]}"
    found = indicator(draft, "craftsmen_share", method=method, population="high_skilled")
    assert any("wanted one kind" in fault for fault in found)


def test_research_staff_over_urban_unit_employees_are_refused(draft: Path) -> None:
    """The base leaves out private firms: Zhejiang 2019 would be 458 in place of 120 per 10,000."""
    words = "title: {zh: 甲, en: A}, unit: person, kind: stock"
    (draft / "measures" / "made_up.yaml").write_text(
        f"rd_personnel: {{{words}, population: all_employed}}\n"
        f"urban_employees: {{{words}, population: urban_non_private_staff, ownership_scope: urban_non_private}}\n",
        encoding="utf-8",
    )
    found = indicator(
        draft,
        "rd_density",
        method="{name: per, count: [rd_personnel], base: [urban_employees], multiplier: 10000}",
        unit="person_per_10k",
        population="urban_non_private_staff",
        ownership_scope="urban_non_private",
    )
    assert any("A ratio of two scopes is refused" in fault for fault in found)
    assert any("A part outside its whole is refused" in fault for fault in found)


def test_a_printed_figure_in_another_unit_is_not_the_indicator(draft: Path) -> None:
    found = indicator(draft, "printed_share", reported="skilled_total")
    assert [fault for fault in found if "reported: found a figure in 'person'" in fault] == found


def test_a_sound_new_indicator_needs_no_code(draft: Path) -> None:
    assert indicator(draft, "middle_share", method="{name: share, part: [lv4_middle], whole: [skilled_total]}") == []


def test_check_lists_every_fault_at_once(draft: Path) -> None:
    edited(draft, "departments.yaml", "order: 2,", "order: 1,")
    edited(draft, "forms.yaml", "skill:", "skills:")
    with pytest.raises(CatalogError, match=r"(?s)2 faults.*departments\.yaml.*forms\.yaml"):
        check(Catalog(draft))


def test_a_key_given_twice_is_refused(draft: Path) -> None:
    with pytest.raises(CatalogError, match="given twice"):
        declared(draft, "populations.yaml", "staff: {name: {zh: 职工, en: Staff}}\n")


def test_an_indicator_without_a_direction_is_refused(draft: Path) -> None:
    with pytest.raises(CatalogError, match="direction"):
        edited(draft, "indicators/high_skilled_share.yaml", "direction: higher\n", "")


def test_an_unknown_method_is_refused(draft: Path) -> None:
    with pytest.raises(CatalogError, match="method"):
        edited(draft, "indicators/high_skilled_share.yaml", "name: share", "name: formula")
