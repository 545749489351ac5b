"""Indicator values over a few inline observations and the real catalogue."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipelines import stats
from pipelines.catalog import Break, Catalog, Words

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog(ROOT / "data" / "catalog")


def observation(measure: str, value: str, **changes: Any) -> dict[str, Any]:
    number = Decimal(value)
    one = {"unit_code": "500000", "period": "2023", "scope_id": "_T", "measure_id": measure, "contest_kind": "_T",
           "organiser": "_T", "value": number, "value_low": number, "value_high": number, "qualifier": "exact",
           "derivation": "printed", "grade": "A", "source_id": "S1", "source_rank": 1, "period_start": "2023-12-31",
           "period_end": "2023-12-31", "calendar": "calendar", "period_certainty": "stated",
           "observation_id": f"{measure}:{changes.get('source_id', 'S1')}"}  # fmt: skip
    whole = dict.fromkeys(("industry", "ownership", "sex", "age", "education"), "_T")
    return one | whole | {"value_printed": value} | changes


def share(catalog: Catalog, *rows: dict[str, Any]) -> dict[str, Any]:
    found = stats.indicator_values(rows, catalog).values
    (one,) = [row for row in found if row["indicator_id"] == "high_skilled_share"]
    return one


def test_a_share_is_recomputed_and_its_working_kept(catalog: Catalog) -> None:
    rows = (observation("high_skilled_total", "30"), observation("skilled_total", "100"))
    assert share(catalog, *rows)["value"] == 30
    working = [
        row for row in stats.indicator_values(rows, catalog).working if row["indicator_id"] == "high_skilled_share"
    ]
    assert {(row["role"], row["observation_id"]) for row in working} == {
        ("numerator", "high_skilled_total:S1"),
        ("denominator", "skilled_total:S1"),
    }


def test_both_sides_come_from_one_publication_where_one_gives_them(catalog: Catalog) -> None:
    found = share(
        catalog,
        observation("high_skilled_total", "30", source_id="S1", source_rank=1, grade="C"),
        observation("high_skilled_total", "31", source_id="S2", source_rank=2, grade="C"),
        observation("skilled_total", "100", source_id="S2", source_rank=1, grade="C"),
    )
    assert (found["numerator"], found["denominator"]) == (31, 100)


def test_the_worst_grade_and_the_least_certain_period_are_propagated(catalog: Catalog) -> None:
    found = share(
        catalog,
        observation("high_skilled_total", "30", grade="C", period_certainty="uncertain"),
        observation("skilled_total", "100", source_id="S2"),
    )
    assert (found["grade"], found["is_verified"], found["period_certainty"]) == ("C", False, "uncertain")


@pytest.mark.parametrize(
    ("changes", "value", "basis"),
    [
        ({}, 30, "derived"),
        ({"grade": "C"}, 31, "reported"),
        ({"qualifier": "over", "value_high": None}, 31, "reported"),
    ],
)
def test_the_better_founded_of_derived_and_printed_is_the_value(
    catalog: Catalog, changes: dict[str, Any], value: int, basis: str
) -> None:
    found = share(
        catalog,
        observation("high_skilled_total", "30", **changes),
        observation("skilled_total", "100"),
        observation("high_skilled_share_printed", "31"),
    )
    assert (found["value"], found["basis"], found["derived_value"], found["reported_value"]) == (value, basis, 30, 31)
    assert found["agreement"] == ("consistent" if changes.get("qualifier") == "over" else "conflict")
    assert (found["reported_qualifier"], found["reported_printed"]) == ("exact", "31")


def test_our_own_arithmetic_is_not_a_printed_figure(catalog: Catalog) -> None:
    found = share(
        catalog,
        observation("high_skilled_total", "30"),
        observation("skilled_total", "100"),
        observation("high_skilled_share_printed", "31", derivation="derived"),
    )
    assert (found["reported_value"], found["agreement"]) == (None, "derived_only")


def test_two_scopes_are_never_joined(catalog: Catalog) -> None:
    rows = [observation("high_skilled_total", "30", scope_id="talent_plan"), observation("skilled_total", "100")]
    assert [
        row for row in stats.indicator_values(rows, catalog).values if row["indicator_id"] == "high_skilled_share"
    ] == []


def test_a_zero_denominator_is_refused_with_its_reason(catalog: Catalog) -> None:
    found = share(catalog, observation("high_skilled_total", "0"), observation("skilled_total", "0"))
    assert found["value"] is None
    assert "denominator is zero" in found["refused_en"]
    assert found["refused_zh"]


def test_growth_needs_the_year_before_and_exact_figures(catalog: Catalog) -> None:
    year = {"period": "2022", "period_start": "2022-12-31", "period_end": "2022-12-31"}
    now, before = observation("iw_total", "110"), observation("iw_total", "100", **year, source_id="S2")
    found = {row["period"]: row for row in stats.indicator_values([now, before], catalog).values
             if row["indicator_id"] == "worker_growth"}  # fmt: skip
    assert {period: row["value"] for period, row in found.items()} == {"2023": 10}
    vague = [now, before | {"qualifier": "over", "value_high": None}]
    assert [
        row for row in stats.indicator_values(vague, catalog).values if row["indicator_id"] == "worker_growth"
    ] == []


def test_a_part_of_a_breakdown_is_not_a_total(catalog: Catalog) -> None:
    rows = [observation("high_skilled_total", "30", contest_kind="skill"), observation("skilled_total", "100")]
    assert [
        row for row in stats.indicator_values(rows, catalog).values if row["indicator_id"] == "high_skilled_share"
    ] == []


def test_the_latest_of_a_unit_is_marked_once(catalog: Catalog) -> None:
    later = {"period": "2024", "period_start": "2024-12-31", "period_end": "2024-12-31"}
    rows = [observation("skilled_total", "100"), observation("skilled_total", "101", **later)]
    found = stats.indicator_values(rows, catalog).values
    totals = [row for row in found if row["indicator_id"] == "skilled_workers_total"]
    assert {row["period"]: row["is_latest"] for row in totals} == {"2023": False, "2024": True}


def test_growth_across_a_declared_break_is_refused_with_its_reason(catalog: Catalog) -> None:
    why = Words(zh="口径扩大", en="wider definition")
    measures = dict(catalog.measures)
    measures["iw_total"] = measures["iw_total"].model_copy(update={"breaks": (Break(period="2023", why=why),)})
    broken = Catalog(catalog.root)
    broken.__dict__["measures"] = measures
    year = {"period": "2022", "period_start": "2022-12-31", "period_end": "2022-12-31"}
    rows = [observation("iw_total", "110"), observation("iw_total", "100", **year, source_id="S2")]
    (found,) = [row for row in stats.indicator_values(rows, broken).values if row["indicator_id"] == "worker_growth"]
    assert found["value"] is None
    assert found["refused_en"] == "Cannot be computed: wider definition"
    assert found["refused_zh"] == "无法计算：口径扩大"


def test_an_indicator_has_values_only_at_its_declared_levels(catalog: Catalog) -> None:
    rows = (observation("craftsmen_national_cum", "7"), observation("craftsmen_national_cum", "1", unit_code="440300"))
    found = [row["unit_code"] for row in stats.indicator_values(rows, catalog).values
             if row["indicator_id"] == "craftsmen_national_cum"]  # fmt: skip
    assert found == ["500000"]


def test_one_industry_is_not_the_total(catalog: Catalog) -> None:
    rows = [observation("high_skilled_total", "30", industry="C"), observation("skilled_total", "100")]
    found = stats.indicator_values(rows, catalog).values
    assert "high_skilled_share" not in {row["indicator_id"] for row in found}


def test_a_later_version_without_a_value_leaves_none(catalog: Catalog) -> None:
    later = observation("high_skilled_total", "31") | {"value": None, "source_rank": 1}
    earlier = observation("high_skilled_total", "30", source_rank=2)
    rows = [later, earlier, observation("skilled_total", "100")]
    assert "high_skilled_share" not in {row["indicator_id"] for row in stats.indicator_values(rows, catalog).values}
