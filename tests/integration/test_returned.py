"""Returns → observations: every total once, the latest version first, each contest counted at its unit and above."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines import demo, returned, stats
from pipelines.catalog import Catalog

ROOT = Path(__file__).parents[2]
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog(ROOT / "data" / "catalog", "demo")


@pytest.fixture(scope="module")
def con(catalog: Catalog) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"enable_external_access": "false"}) as con:
        con.execute("CREATE SCHEMA returns")
        for name, table in demo.country(catalog, catalog.root / "channels" / "demo").items():
            con.register("made", table)
            con.execute(f"CREATE TABLE {name} AS SELECT * FROM made")
        yield con


@pytest.fixture(scope="module")
def observed(con: duckdb.DuckDBPyConnection, catalog: Catalog) -> Rows:
    return returned.observations(con, catalog)["facts.observation"].to_pylist()


def latest(observed: Rows, measure: str) -> dict[tuple[str, str], Decimal]:
    return {(row["unit_code"], row["period"]): row["value"] for row in observed
            if row["measure_id"] == measure and row["source_rank"] == 1 and row["contest_kind"] == "_T"}  # fmt: skip


def test_the_columns_are_the_declared_ones(con: duckdb.DuckDBPyConnection, catalog: Catalog) -> None:
    for name, table in returned.observations(con, catalog).items():
        assert tuple(table.column_names) == catalog.tables[name].columns


def test_every_observation_is_there_once(observed: Rows, catalog: Catalog) -> None:
    key = catalog.tables["facts.observation"].key
    assert len({tuple(row[column] for column in key) for row in observed}) == len(observed)
    assert len({row["observation_id"] for row in observed}) == len(observed)


def test_the_nation_is_the_sum_of_the_units_below_it_each_once(observed: Rows, catalog: Catalog) -> None:
    value = latest(observed, "iw_total")
    below = [code for code, unit in catalog.reporting_units.items()
             if unit.parent == "000000" and unit.counted_in_parent and (code, "2024") in value]  # fmt: skip
    assert len(below) == 36  # 31 provinces, XPCC, central organs, three vertical systems
    assert value["000000", "2024"] == sum(value[code, "2024"] for code in below)


def test_a_contest_counts_once_at_its_unit_and_at_every_unit_above(
    observed: Rows, con: duckdb.DuckDBPyConnection
) -> None:
    counted = latest(observed, "contests_total")
    register = "SELECT *, max(obs_vintage) OVER (PARTITION BY unit_code, period) AS newest FROM returns.contest"
    whole = con.sql(f"SELECT count(*) FROM ({register}) WHERE period = '2024' AND obs_vintage = newest").fetchone()
    assert whole == (counted["000000", "2024"],)
    family = "unit_code IN ('210000', '210200', 'E1001')"
    of_liaoning = f"SELECT count(*) FROM ({register}) WHERE period = '2024' AND obs_vintage = newest AND {family}"
    assert con.sql(of_liaoning).fetchone() == (counted["210000", "2024"],)


def test_the_latest_version_ranks_first_and_the_earlier_one_is_kept(observed: Rows) -> None:
    key = ("unit_code", "period", "measure_id", "contest_kind", "organiser")
    versions: dict[tuple[str, ...], Rows] = defaultdict(list)
    for row in observed:
        if row["value"] is not None:
            versions[tuple(row[column] for column in key)].append(row)
    twice = [rows for rows in versions.values() if len(rows) == 2]
    assert len(twice) > 1000
    for rows in twice:
        first, second = sorted(rows, key=lambda row: row["source_rank"])
        assert (first["source_rank"], second["source_rank"]) == (1, 2)
        assert first["source_line"] > second["source_line"]


def test_an_empty_cell_has_its_reason(observed: Rows) -> None:
    reasons = {row["missing_reason"] for row in observed if row["value"] is None}
    assert reasons == {"not_collected", "not_reported", "not_applicable"}
    assert {row["missing_reason"] for row in observed if row["value"] is not None} == {None}


def test_person_times_by_organiser_are_kept_apart_and_their_sum_is_nowhere(observed: Rows) -> None:
    parts = [row for row in observed if row["measure_id"] == "contest_person_times" and row["contest_kind"] != "_T"
             and row["unit_code"] == "370000" and row["period"] == "2023" and row["source_rank"] == 1]  # fmt: skip
    assert {(row["contest_kind"], row["organiser"]) for row in parts} == set(returned.STREAMS.values())
    total = latest(observed, "contest_person_times")["370000", "2023"]
    assert max(row["value"] for row in parts) <= total < sum(row["value"] for row in parts)


def test_a_year_is_the_union_year(observed: Rows) -> None:
    stock, flow = (next(row for row in observed if row["measure_id"] == name and row["period"] == "2023")
                   for name in ("iw_total", "iw_new"))  # fmt: skip
    assert (stock["period_start"], stock["period_end"]) == ("2023-09-30", "2023-09-30")
    assert (flow["period_start"], flow["period_end"]) == ("2022-10-01", "2023-09-30")
    assert {row["calendar"] for row in observed} == {"union"}


def test_all_sixty_indicators_compute_at_every_declared_level(
    observed: Rows, catalog: Catalog
) -> None:
    found: dict[str, set[str]] = defaultdict(set)
    for row in stats.indicator_values(observed, catalog).values:
        if row["value"] is not None:
            found[row["indicator_id"]].add(stats.LEVELS[catalog.reporting_units[row["unit_code"]].kind])
    core = {name: set(one.levels) for name, one in catalog.indicators.items() if one.set == "core"}
    assert len(core) == 60
    assert {name: levels - found[name] for name, levels in core.items() if levels - found[name]} == {}


@pytest.mark.parametrize("table", ["returns.receipt", "returns.contest_summary"])
def test_a_return_that_nothing_registers_is_never_left_out(
    table: str, con: duckdb.DuckDBPyConnection, catalog: Catalog
) -> None:
    cursor = con.cursor()
    form = "form_id = 'workforce' AND " if table == "returns.receipt" else ""
    cursor.begin()
    try:
        cursor.execute(f"DELETE FROM {table} WHERE {form} unit_code = '120000' AND period = '2022'")
        with pytest.raises(returned.ReturnsError, match="120000 2022 v"):
            returned.observations(cursor, catalog)
    finally:
        cursor.rollback()
