"""Figures of the imported tables worked by hand, from data/sources to the value of an indicator.

All of them are copies that nobody compared with a printed yearbook (grade C): shown, marked, and never verified.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipelines import facts, stats
from pipelines.catalog import Catalog
from pipelines.catalog_rules import faults
from pipelines.sources import tidy
from pipelines.warehouse import Tables, rows_of

ROOT = Path(__file__).parents[2]
NATION, BEIJING, GUANGDONG, XINJIANG, XPCC = "000000", "110000", "440000", "650000", "660000"
IMPORTED = ("agricultural_certificate_holders", "industrial_rd_fte", "rd_fte_all", "industrial_rd_female_share",
            "industrial_rd_researcher_share", "labour_cost_per_fte", "patents_per_1000_fte")  # fmt: skip
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog(ROOT / "data" / "catalog")


@pytest.fixture(scope="module")
def observed(catalog: Catalog) -> Rows:
    staged = tidy.staged([ROOT / "data" / "sources"], ROOT, catalog)
    assert staged.refused == []
    found = facts.observations(staged.figures, catalog)
    return rows_of(Tables(catalog).frame("facts.observation", found))


@pytest.fixture(scope="module")
def values(observed: Rows, catalog: Catalog) -> Rows:
    computed = stats.indicator_values(observed, catalog).values
    return rows_of(Tables(catalog).frame("stats.indicator_value", computed))


def facts_of(observed: Rows, measure: str, unit: str, period: str, scope: str = "_T") -> Rows:
    """The observations of one total, best source first."""
    key = (measure, unit, period, scope)
    found = [row for row in observed if row["industry"] == "_T"
             and (row["measure_id"], row["unit_code"], row["period"], row["scope_id"]) == key]  # fmt: skip
    return sorted(found, key=lambda row: row["source_rank"])


def fact(observed: Rows, measure: str, unit: str, period: str) -> Decimal:
    """The best figure of one total."""
    return Decimal(facts_of(observed, measure, unit, period)[0]["value"])


def value(values: Rows, indicator: str, unit: str, period: str, scope: str = "_T") -> dict[str, Any]:
    """The one value of an indicator."""
    key = (indicator, unit, period, scope)
    (found,) = [row for row in values
                if (row["indicator_id"], row["unit_code"], row["period"], row["scope_id"]) == key]  # fmt: skip
    return found


def at(number: Decimal | None, places: str) -> Decimal:
    assert number is not None
    return number.quantize(Decimal(places))


@pytest.mark.parametrize(
    ("year", "nation", "provinces", "corps"), [("2010", 799123, 787085, 12038), ("2018", 289512, 288173, 1339)]
)
def test_certificate_holders_of_the_nation_are_those_of_31_provinces_and_the_corps(
    observed: Rows, catalog: Catalog, year: str, nation: int, provinces: int, corps: int
) -> None:
    """787,085 + 12,038 = 799,123 (2010); 288,173 + 1,339 = 289,512 (2018); Xinjiang is without the XPCC."""
    of_units = {row["unit_code"]: row["value"] for row in observed
                if (row["measure_id"], row["period"]) == ("agri_certificate_holders", year)}  # fmt: skip
    assert len(of_units) == 33
    assert of_units[NATION] == nation == provinces + corps
    assert of_units[XPCC] == corps
    kinds = {code: catalog.reporting_units[code].kind for code in of_units}
    assert sum(number for code, number in of_units.items() if kinds[code] == "province") == provinces


def test_certificate_holders_are_told_as_printed_and_marked_where_they_break(values: Rows) -> None:
    """945,294 (2015) → 289,512 (2018) → 285,091 (2019) → 273,800 (2020, another wording) → 267,008 (2021)."""
    series = {row["period"]: row for row in values
              if (row["indicator_id"], row["unit_code"]) == ("agricultural_certificate_holders", NATION)}  # fmt: skip
    assert list(series) == [*map(str, range(2010, 2016)), "2018", "2019", "2020", "2021"]
    told = {year: int(series[year]["value"]) for year in ("2015", "2018", "2019", "2020", "2021")}
    assert told == {"2015": 945294, "2018": 289512, "2019": 285091, "2020": 273800, "2021": 267008}
    assert [year for year, row in series.items() if row["break_before"]] == ["2018", "2020"]


def test_driving_licences_are_a_measure_of_their_own(observed: Rows, values: Rows) -> None:
    """2022: 12,165,815 certified persons, mostly drivers; no indicator joins them to the 267,008 of 2021."""
    assert fact(observed, "agri_licence_holders", NATION, "2022") == 12165815
    assert facts_of(observed, "agri_certificate_holders", NATION, "2022") == []
    assert max(row["value"] for row in values if row["indicator_id"] == "agricultural_certificate_holders") == 954626


def test_beijing_has_402_152_person_years_of_all_research_in_2023(values: Rows) -> None:
    found = value(values, "rd_fte_all", BEIJING, "2023")
    assert (found["value"], found["grade"], found["is_verified"]) == (402152, "C", False)


def test_a_product_revised_by_the_census_stands_as_two_vintages_and_the_newer_ranks_first(observed: Rows) -> None:
    """Beijing 2023: 47,353.7 in the edition with 2024, 43,760.7 in the one before; 亿元 = 100,000,000 yuan."""
    found = facts_of(observed, "gross_regional_product", BEIJING, "2023")
    told = [(row["source_rank"], row["vintage"], row["value_printed"], row["value"]) for row in found]
    assert told == [(1, "2024", "47353.7", Decimal(4735370000000)), (2, "2023", "43760.7", Decimal(4376070000000))]


@pytest.mark.parametrize(
    ("unit", "women", "persons", "share"),
    [(NATION, 1428213, 6396445, "22.328"), (BEIJING, 24095, 82701, "29.135"), (GUANGDONG, 239846, 1173248, "20.443")],
)
def test_women_among_research_persons_in_2023(
    observed: Rows, values: Rows, unit: str, women: int, persons: int, share: str
) -> None:
    """1,428,213/6,396,445 = 22.328 %; Beijing 24,095/82,701 = 29.135 %; Guangdong 239,846/1,173,248 = 20.443 %."""
    assert fact(observed, "industrial_rd_women", unit, "2023") == women
    assert fact(observed, "industrial_rd_persons", unit, "2023") == persons
    found = value(values, "industrial_rd_female_share", unit, "2023")
    assert at(found["value"], "0.001") == Decimal(share)
    assert found["value_low"] == found["value"] == found["value_high"]  # persons are counted, not rounded


@pytest.mark.parametrize(
    ("unit", "part", "whole", "share", "low", "high"),
    [
        (NATION, 1355460, 4816705, "28.1408", "28.1408", "28.1408"),
        (BEIJING, 26610, 59993, "44.3552", "44.3540", "44.3564"),
        (GUANGDONG, 252898, 920359, "27.4782", "27.4781", "27.4783"),
    ],
)
def test_researchers_among_the_work_of_2023(
    observed: Rows, values: Rows, unit: str, part: int, whole: int, share: str, low: str, high: str
) -> None:
    """1,355,460/4,816,705 = 28.1408 %; Guangdong 252,898/920,359 = 27.4782 %; Beijing 26,610/59,993 = 44.3552 %.

    Person-years are rounded to one: Beijing lies between 26,609.5/59,993.5 = 44.3540 and 26,610.5/59,992.5 = 44.3564.
    """
    assert fact(observed, "industrial_rd_researchers_fte", unit, "2023") == part
    assert fact(observed, "industrial_rd_fte", unit, "2023") == whole
    found = value(values, "industrial_rd_researcher_share", unit, "2023")
    told = tuple(at(found[end], "0.0001") for end in ("value", "value_low", "value_high"))
    assert told == (Decimal(share), Decimal(low), Decimal(high))


def test_the_researchers_of_2020_are_probably_persons_and_make_no_share(observed: Rows, values: Rows) -> None:
    """1,444,084/3,460,409 would be 41.7 %, after 30.8 % (2019) and before 28.6 % (2021)."""
    (found,) = facts_of(observed, "industrial_rd_researchers_fte", NATION, "2020", "headcount_suspected")
    assert found["value"] == 1444084
    series = {row["period"]: row for row in values if row["scope_id"] == "_T"
              and (row["indicator_id"], row["unit_code"]) == ("industrial_rd_researcher_share", NATION)}  # fmt: skip
    assert list(series) == ["2018", "2019", "2021", "2022", "2023"]
    assert [year for year, row in series.items() if row["break_before"]] == ["2021"]
    assert {at(series[year]["value"], "0.1") for year in ("2019", "2021")} == {Decimal("30.8"), Decimal("28.6")}


@pytest.mark.parametrize(
    ("unit", "cost", "work", "each"),
    [
        (NATION, 665721340000, 4816705, "138210.94"),
        (BEIJING, 19080950000, 59993, "318052.94"),
        (GUANGDONG, 138319620000, 920359, "150288.77"),
    ],
)
def test_labour_cost_of_a_person_year_in_2023(
    observed: Rows, values: Rows, unit: str, cost: int, work: int, each: str
) -> None:
    """Printed in 万元 (10,000 yuan): 66,572,134; 1,908,095; 13,831,962.

    665,721,340,000/4,816,705 = 138,210.94; 19,080,950,000/59,993 = 318,052.94; 138,319,620,000/920,359 = 150,288.77.
    """
    assert fact(observed, "industrial_rd_labour_cost", unit, "2023") == cost
    assert fact(observed, "industrial_rd_fte", unit, "2023") == work
    assert at(value(values, "labour_cost_per_fte", unit, "2023")["value"], "0.01") == Decimal(each)


@pytest.mark.parametrize(
    ("unit", "applications", "work", "rate"),
    [
        (NATION, 1565960, 4816705, "325.110"),
        (BEIJING, 31980, 59993, "533.062"),
        (GUANGDONG, 366916, 920359, "398.666"),
    ],
)
def test_patent_applications_for_a_thousand_person_years_in_2023(
    observed: Rows, values: Rows, unit: str, applications: int, work: int, rate: str
) -> None:
    """1,565,960/4,816.705 = 325.110; Beijing 31,980/59.993 = 533.062; Guangdong 366,916/920.359 = 398.666."""
    assert fact(observed, "industrial_patent_applications", unit, "2023") == applications
    assert fact(observed, "industrial_rd_fte", unit, "2023") == work
    assert at(value(values, "patents_per_1000_fte", unit, "2023")["value"], "0.001") == Decimal(rate)


def test_two_sources_of_industrial_research_work_agree_in_every_province(observed: Rows) -> None:
    """2018–2023, 31 provinces: the yearbook in 人年 and the export in 万人年 are one number within their rounding."""
    both: dict[tuple[str, str], Rows] = defaultdict(list)
    for row in observed:
        if (row["measure_id"], row["scope_id"]) == ("industrial_rd_fte", "_T"):
            both[row["unit_code"], row["period"]].append(row)
    pairs = [rows for rows in both.values() if len(rows) == 2]
    assert len(pairs) == 6 * 31
    assert all(max(row["value_low"] for row in rows) <= min(row["value_high"] for row in rows) for rows in pairs)


def test_firms_of_all_industries_are_never_mixed_with_industry(values: Rows) -> None:
    """Beijing 2022: 53,459 person-years in industry, 154,332 in all above-scale enterprises."""
    told = {scope: int(value(values, "industrial_rd_fte", BEIJING, "2022", scope)["value"])
            for scope in ("_T", "all_enterprises")}  # fmt: skip
    assert told == {"_T": 53459, "all_enterprises": 154332}


def test_medals_add_up_to_the_printed_total(observed: Rows) -> None:
    """2011–2019 + 2022 + 2024: 36+21+36 = 93 gold, 29+3+9 = 41 silver, 20+4+4 = 28 bronze, 58+5+8 = 71 merit."""
    wanted = {"gold": (36, 21, 36, 93), "silver": (29, 3, 9, 41), "bronze": (20, 4, 4, 28), "merit": (58, 5, 8, 71)}
    for medal, (*parts, whole) in wanted.items():
        periods = ("2011/2019", "2022", "2024", "2011/2024")
        found = [_imported(observed, f"worldskills_medals_{medal}", period) for period in periods]
        assert found == [*parts, whole]
        assert sum(parts) == whole


def _imported(observed: Rows, measure: str, period: str) -> Decimal:
    (row,) = [row for row in facts_of(observed, measure, NATION, period) if row["origin_file"]]
    return Decimal(row["value"])


@pytest.mark.parametrize(
    ("measure", "population", "computed", "refused"),
    [
        # 285,091/289,512 − 1 = −1.53 %; from 2019 to 2020 the heading changes
        ("agri_certificate_holders", "agri_certificate_holders", {"2019": "-1.53"}, ["2020"]),
        # 175,619/169,224 − 1 = 3.78 %; the 151,290 of 2023 are not explained
        ("industrial_rd_active_firms", "industrial_enterprises_above_scale", {"2022": "3.78"}, ["2023"]),
    ],
)
def test_growth_across_a_declared_break_is_refused(
    observed: Rows, tmp_path: Path, measure: str, population: str, computed: Any, refused: list[str]
) -> None:
    """A growth that nobody has declared yet: computed inside a series, refused with its reason across a break."""
    draft = Path(shutil.copytree(ROOT / "data" / "catalog", tmp_path / "catalog"))
    lines = (draft / "indicators" / "migrant_workers_total.yaml").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line.split(":")[0] not in ("order", "method", "unit", "population")]
    new = ["order: 999", f"method: {{name: growth, total: {measure}}}", "unit: percent", f"population: {population}"]
    (draft / "indicators" / "made_up_growth.yaml").write_text("\n".join([*new, *kept]), encoding="utf-8")
    changed = Catalog(draft)
    assert faults(changed) == []
    rows = [row for row in observed if (row["measure_id"], row["unit_code"]) == (measure, NATION)]
    grown = {row["period"]: row for row in stats.indicator_values(rows, changed).values
             if row["indicator_id"] == "made_up_growth" and row["scope_id"] == "_T"}  # fmt: skip
    for year, wanted in computed.items():
        assert round(float(grown[year]["value"]), 2) == float(wanted)
    declared = {one.period: one.why for one in changed.measures[measure].breaks}
    for year in refused:
        assert grown[year]["value"] is None
        assert declared[year].zh in grown[year]["refused_zh"]
        assert declared[year].en in grown[year]["refused_en"]


def test_nothing_imported_is_verified_ranked_or_aimed_at(values: Rows, catalog: Catalog) -> None:
    for name in IMPORTED:
        rows = [row for row in values if row["indicator_id"] == name]
        assert {(row["grade"], row["is_verified"]) for row in rows} == {("C", False)}
        assert all(row["plausible_low"] <= row["value"] <= row["plausible_high"] for row in rows)
        one = catalog.indicators[name]
        assert (one.direction, one.rankable, one.set) == ("neutral", False, "real")
    assert not {one.indicator for one in catalog.targets.values()} & set(IMPORTED)


def test_the_average_wage_of_urban_units_has_one_name(observed: Rows, catalog: Catalog) -> None:
    """The nation's totals (120,698 yuan in 2023) and the provinces by industry (2009–2017) are one measure."""
    assert fact(observed, "average_wage_urban_nonprivate", NATION, "2023") == 120698
    rows = [row for row in observed if row["measure_id"] == "average_wage_urban_nonprivate" and row["origin_file"]]
    assert (len({row["unit_code"] for row in rows}), len({row["industry"] for row in rows})) == (31, 19)
    assert "urban_nonprivate_average_wage" not in catalog.measures
