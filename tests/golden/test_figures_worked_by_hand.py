"""Figures of the real sources worked by hand; the working stands beside each."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipelines import facts, stats, targets
from pipelines.catalog import Catalog
from pipelines.sources import tidy
from pipelines.warehouse import Tables, rows_of

ROOT = Path(__file__).parents[2]
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog(ROOT / "data" / "catalog")


@pytest.fixture(scope="module")
def staged(catalog: Catalog) -> tidy.Staged:
    return tidy.staged([ROOT / "data" / "sources"], ROOT, catalog)


@pytest.fixture(scope="module")
def values(staged: tidy.Staged, catalog: Catalog) -> Rows:
    tables = Tables(catalog)
    observed = rows_of(tables.frame("facts.observation", facts.observations(staged.figures, catalog)))
    computed = stats.indicator_values(observed, catalog).values
    return rows_of(tables.frame("stats.indicator_value", computed))


@pytest.fixture(scope="module")
def progress(values: Rows, staged: tidy.Staged, catalog: Catalog) -> dict[tuple[str, str], dict[str, Any]]:
    rows = targets.progress(values, staged.targets, catalog)
    return {(row["target_id"], row["unit_code"]): row for row in rows}


def value(values: Rows, indicator: str, unit: str, period: str) -> dict[str, Any]:
    (found,) = [
        row for row in values if (row["indicator_id"], row["unit_code"], row["period"]) == (indicator, unit, period)
    ]
    return found


def at(number: Decimal | None, places: str) -> Decimal:
    assert number is not None
    return number.quantize(Decimal(places))


def test_chongqing_2022_agrees_with_its_printed_share_within_rounding(values: Rows) -> None:
    # 155/494 = 31.3765 %; 154.5/494.5 = 31.2437 %; 155.5/493.5 = 31.5096 %; printed 31.5 lies between
    found = value(values, "high_skilled_share", "500000", "2022-10")
    assert at(found["value"], "0.1") == Decimal("31.4")
    assert (at(found["value_low"], "0.01"), at(found["value_high"], "0.01")) == (Decimal("31.24"), Decimal("31.51"))
    assert found["reported_value"] == Decimal("31.5")
    assert found["agreement"] == "consistent"


def test_tianjin_2026_is_as_printed_because_its_counts_are_lower_bounds(values: Rows) -> None:
    # over 95 of over 276 万: 34.42 % without bounds; the newspaper prints 34.4 %
    found = value(values, "high_skilled_share", "120000", "2026-02")
    assert (found["value"], found["basis"], found["qualifier"]) == (Decimal("34.4"), "reported", "exact")
    assert at(found["derived_value"], "0.01") == Decimal("34.42")
    assert found["agreement"] == "not_comparable"


def test_the_national_share_of_2025_is_of_two_lower_bounds_and_gets_no_light(values: Rows, progress: Any) -> None:
    # over 7,200 of over 22,000 万: 32.73 %, but neither end is known
    found = value(values, "high_skilled_share", "000000", "2025-09")
    assert at(found["value"], "0.01") == Decimal("32.73")
    assert (found["qualifier"], found["value_low"], found["value_high"]) == ("undetermined", None, None)
    judged = progress["national_high_skilled_share_2025", "000000"]
    assert (judged["verdict"], judged["reason_id"]) == ("unknown", "two_lower_bounds")


def test_the_target_of_one_third_is_a_fraction(catalog: Catalog) -> None:
    third = catalog.targets["national_high_skilled_share_2025"].value
    assert third is not None
    assert third * 3 == 100
    assert Decimal("33.308") < Decimal(third.numerator) / Decimal(third.denominator)


def test_subsidised_training_is_met_as_a_lower_bound(progress: Any) -> None:
    # over 92.0 million of 75 million in 2021–2025: 1.2267 of it, whatever "over" hides
    judged = progress["national_subsidised_training_2021_2025", "000000"]
    assert (judged["verdict"], judged["reason_id"]) == ("met", "met_by_bound")
    assert judged["actual_value"] == Decimal(92_000_000)
    assert judged["actual_qualifier"] == "over"
    assert float(judged["attained_share"]) == pytest.approx(1.2266667)


def test_of_national_craftsmen_the_targets_are_known_and_the_count_is_not(catalog: Catalog, progress: Any) -> None:
    due = {catalog.targets[name].due: name for name, unit in progress if unit == "000000"
           and catalog.targets[name].indicator == "craftsmen_national_cum"}  # fmt: skip
    assert {year: catalog.targets[name].value for year, name in due.items()} == {"2030": 1000, "2035": 2000}
    for name in due.values():
        assert progress[name, "000000"]["verdict"] == "missing"
        assert progress[name, "000000"]["reason_id"] == "no_actual"


@pytest.mark.parametrize(
    ("year", "ratio"),
    # production staff ÷ all, above-scale enterprises, yuan a year:
    # 62,610/79,854 = 78.41; 75,463/98,096 = 76.93; 78,561/102,452 = 76.68
    [("2020", "78.4"), ("2023", "76.9"), ("2024", "76.7")],
)
def test_production_workers_earn_this_share_of_the_mean(values: Rows, year: str, ratio: str) -> None:
    assert at(value(values, "production_worker_wage_ratio", "000000", year)["value"], "0.1") == Decimal(ratio)


def test_the_census_of_2004(values: Rows) -> None:
    # (51.73 + 162.93 + 618.13) / (832.79 + 1,090.98) = 832.79/1,923.77 = 43.29 %
    assert at(value(values, "graded_senior_share_2004", "000000", "2004")["value"], "0.01") == Decimal("43.29")
    # 12,290.80/21,261.66 = 57.81 %; 1,166,154/5,168,303 = 22.56 %
    assert at(value(values, "union_density_2004", "000000", "2004")["value"], "0.01") == Decimal("57.81")
    assert at(value(values, "union_unit_share_2004", "000000", "2004")["value"], "0.01") == Decimal("22.56")
    for name, units in {"graded_senior_share_2004": 29, "union_density_2004": 27, "union_unit_share_2004": 27}.items():
        assert len({row["unit_code"] for row in values if row["indicator_id"] == name}) == units


def test_what_is_refused_has_no_value(values: Rows, catalog: Catalog) -> None:
    refused = {name for name, one in catalog.indicators.items() if one.refused}
    assert {"contest_intensity", "union_density"} <= refused
    assert not refused & {row["indicator_id"] for row in values}


def test_no_verdict_rests_on_an_unverified_figure_or_target(progress: Any) -> None:
    judged = [row for row in progress.values() if row["verdict"] in ("met", "near", "behind")]
    assert judged
    assert all(row["actual_grade"] in "AB" and row["target_grade"] in "AB" for row in judged)


def test_a_ratio_is_recomputed_from_sums_never_averaged(values: Rows) -> None:
    shares = [
        row for row in values if row["indicator_id"] == "graded_senior_share_2004" and row["unit_code"] != "000000"
    ]
    of_sums = sum(row["numerator"] for row in shares) / sum(row["denominator"] for row in shares) * 100
    mean = sum(row["value"] for row in shares) / len(shares)
    assert abs(of_sums - mean) > Decimal("0.5")  # averaging would be visibly wrong
    assert all(abs(row["numerator"] / row["denominator"] * 100 - row["value"]) < Decimal("1e-8") for row in shares)
