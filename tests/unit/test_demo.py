"""The demonstration country is as declared, balances in every row, and agrees with no provincial figure."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest
import yaml

from pipelines.catalog import Catalog
from pipelines.demo import DemoError, country
from pipelines.demo.draws import draws
from pipelines.demo.models import Anchor, Country
from pipelines.demo.reading import read
from pipelines.demo.summary import COMPONENTS
from pipelines.demo.sums import two_largest
from pipelines.warehouse import ARROW_TYPES

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "data" / "catalog" / "channels" / "demo"
FORMS = ("workforce", "skill", "rights", "union", "innovation", "enterprise", "governance", "contest_summary")
REGISTERED = {"contests_total", "contests_emerging", "contests_leading", "entrants", "entrants_skill",
              "entrants_nonpublic", "promoted_skill"}  # fmt: skip


@cache
def catalog() -> Catalog:
    return Catalog(ROOT / "data" / "catalog", "demo")


@cache
def made(scale: int = 1) -> dict[str, pa.Table]:
    return country(catalog(), FOLDER, scale=scale)


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"enable_external_access": "false"}) as opened:
        for name, table in made().items():
            short = name.removeprefix("returns.")
            opened.register(f"given_{short}", table)
            opened.execute(f'CREATE TABLE "{short}" AS FROM given_{short}')
        for form in (*FORMS, "contest"):
            opened.execute(f'CREATE VIEW latest_{form} AS FROM "{form}" QUALIFY obs_vintage = max(obs_vintage)'
                           " OVER (PARTITION BY unit_code, period)")  # fmt: skip
        known = catalog().reporting_units.items()
        units = pa.Table.from_pylist(
            [{"unit_code": code, "parent": one.parent, "kind": one.kind, "counted": one.counted_in_parent}
             for code, one in known]
        )  # fmt: skip
        opened.register("unit", units)
        yield opened


def rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[object, ...]]:
    return con.execute(sql).fetchall()


def measures(form: str) -> list[str]:
    return [name for name in catalog().tables[f"returns.{form}"].columns if name in catalog().measures]


@pytest.mark.parametrize("name", sorted(name for name in catalog().tables if name.startswith("returns.")))
def test_each_table_has_the_declared_columns_types_and_order(name: str) -> None:
    table = made()[name]
    assert table.column_names == list(catalog().tables[name].columns)
    assert [field.type for field in table.schema] == [
        ARROW_TYPES[catalog().columns[column].type] for column in table.column_names
    ]
    keys = list(zip(*(table[column].to_pylist() for column in catalog().tables[name].key), strict=True))
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys) > 0


def test_the_same_declaration_gives_the_same_figures() -> None:
    again = country(catalog(), FOLDER)
    assert all(again[name].equals(table) for name, table in made().items())


def test_a_unit_more_leaves_the_chances_of_the_others() -> None:
    few, many = (draws(7, units, "iw_total", (11, 6, 3)) for units in (["110000"], ["110000", "120000"]))
    assert np.array_equal(few.cell_year[0], many.cell_year[0])
    assert np.array_equal(few.rounding[0], many.rounding[0])
    assert not np.array_equal(many.year[0], many.year[1])


@pytest.mark.parametrize(
    ("form", "law"),
    [
        ("workforce", "iw_total = iw_on_post + iw_dispatch + iw_other"),
        ("workforce", "iw_total = iw_age_le35 + iw_age_36_50 + iw_age_ge51"),
        ("workforce", "iw_total = iw_edu_junior_or_below + iw_edu_senior + iw_edu_college + iw_edu_bachelor_plus"),
        ("workforce", "greatest(iw_female, iw_migrant, iw_contract, iw_injury_insured, iw_union_members) <= iw_total"),
        ("workforce", "iw_party + iw_league <= iw_total AND iw_total <= staff_total AND staff_total <= employed_total"),
        ("workforce", "(iw_avg = 0) = (iw_wages_kyuan = 0)"),
        ("workforce", "iw_left >= 0 AND iw_new >= 0"),
        ("skill", "high_skilled_total = lv3_senior + lv2_technician + lv1_senior_technician + lv_special + lv_chief"),
        ("skill", "skilled_total = lv5_junior + lv4_middle + high_skilled_total"),
        ("skill", "iw_certified <= skilled_total AND iw_high_skilled <= iw_certified"),
        ("skill", "certs_issued_high <= certs_issued AND certs_issued <= assess_applied"),
        ("skill", "iw_trained_persons <= training_times AND edu_fund_frontline_kyuan <= edu_fund_kyuan"),
        ("skill", "degree_supported_migrant_cum <= degree_supported_cum"),
        ("rights", "disputes_settled <= disputes_closed AND disputes_closed <= disputes_accepted"),
        ("union", "union_members <= staff_in_unionised_units AND congress_units <= unionised_units"),
        ("innovation", "suggestions_implemented <= suggestions_submitted AND studios_national <= studios_total"),
        ("enterprise", "enterprises_in_reform <= enterprises_above_scale"),
        ("governance", "returns_on_time <= returns_due AND rules_passed <= rules_checked"),
        ("contest_summary", "contest_person_times >= greatest(emulation_grassroots_times, emulation_above_times)"),
        ("contest_summary", "contest_person_times >= greatest(skill_grassroots_times, skill_above_times)"),
        ("contest_summary", f"contest_person_times <= {' + '.join(COMPONENTS)}"),
        ("contest", "greatest(finalists, entrants_female, entrants_migrant) <= entrants"),
        ("contest", "greatest(entrants_frontline, entrants_nonpublic) <= entrants"),
        ("contest", "award_first + award_second + award_third <= finalists AND promoted_to_high <= promoted"),
        ("contest", "promoted = 0 OR (kind = 'skill' AND level NOT IN ('county', 'enterprise'))"),
        ("contest", "start_date <= end_date AND end_date BETWEEN (period::INT - 1) || '-10-01' AND period || '-09-30'"),
        ("contest", "entrants > 0 AND units_entered > 0 AND entrants <= 1000 * units_entered"),
    ],
)  # fmt: skip
def test_a_law_holds_in_every_row_of_every_version(con: duckdb.DuckDBPyConnection, form: str, law: str) -> None:
    assert rows(con, f'SELECT * FROM "{form}" WHERE NOT ({law}) LIMIT 3') == []


@pytest.mark.parametrize("form", ["workforce", "skill"])
def test_totals_are_the_sums_of_their_parts_in_every_version(con: duckdb.DuckDBPyConnection, form: str) -> None:
    for column, other in (("industry", "ownership"), ("ownership", "industry")):
        for measure in measures(form):
            broken = rows(con, f"""
                SELECT unit_code, period, obs_vintage, {other}, sum({measure}) FILTER ({column} = '_T') AS total,
                    sum({measure}) FILTER ({column} <> '_T') AS parts
                FROM {form} GROUP BY ALL HAVING total IS DISTINCT FROM parts LIMIT 3""")
            assert broken == [], measure


@pytest.mark.parametrize("form", FORMS)
def test_the_nation_is_the_sum_of_the_units_counted_in_it(con: duckdb.DuckDBPyConnection, form: str) -> None:
    cells = ", industry, ownership" if form in ("workforce", "skill") else ""
    for measure in measures(form):
        broken = rows(con, f"""
            SELECT period{cells}, sum({measure}) FILTER (unit_code = '000000') AS nation,
                sum({measure}) FILTER (counted) AS units
            FROM latest_{form} JOIN unit USING (unit_code) GROUP BY ALL HAVING nation IS DISTINCT FROM units LIMIT 3""")
        assert broken == [], measure


@pytest.mark.parametrize("form", FORMS)
def test_units_within_a_province_are_parts_of_it(con: duckdb.DuckDBPyConnection, form: str) -> None:
    cells = ", industry, ownership" if form in ("workforce", "skill") else ""
    for measure in measures(form):
        broken = rows(con, f"""
            WITH within AS (SELECT parent AS unit_code, period{cells}, sum({measure}) AS parts FROM latest_{form}
                            JOIN unit USING (unit_code) WHERE NOT counted AND parent IS NOT NULL GROUP BY ALL)
            SELECT * FROM within JOIN latest_{form} USING (unit_code, period{cells}) WHERE parts > {measure}""")
        assert broken == [], measure


def test_opening_and_flows_give_the_closing_stock(con: duckdb.DuckDBPyConnection) -> None:
    broken = rows(con, """
        SELECT w.* FROM latest_workforce w JOIN latest_workforce p
            ON (p.unit_code, p.industry, p.ownership) = (w.unit_code, w.industry, w.ownership)
            AND p.period::INT = w.period::INT - 1
        WHERE w.unit_code NOT IN ('000000', '320000') AND w.iw_total <> p.iw_total + w.iw_new - w.iw_left""")
    assert broken == []


def test_cumulative_figures_never_fall(con: duckdb.DuckDBPyConnection) -> None:
    for measure in [name for name in measures("skill") if name.endswith("_cum")]:
        broken = rows(con, f"""
            SELECT s.unit_code FROM latest_skill s JOIN latest_skill p
                ON (p.unit_code, p.industry, p.ownership) = (s.unit_code, s.industry, s.ownership)
                AND p.period::INT = s.period::INT - 1 WHERE s.{measure} < p.{measure}""")
        assert broken == [], measure


@pytest.mark.parametrize("form", ["workforce", "skill"])
def test_contributions_agree_with_the_figures_beside_them(con: duckdb.DuckDBPyConnection, form: str) -> None:
    for name in measures(form):
        number, largest, second = (f"{name}__{suffix}" for suffix in ("contributors", "largest", "second_largest"))
        broken = rows(con, f"""
            SELECT {name}, {number}, {largest}, {second} FROM {form} JOIN {form}_contribution
                USING (unit_code, period, obs_vintage, industry, ownership)
            WHERE NOT (0 <= {second} AND {second} <= {largest} AND {largest} + {second} <= {name}
                AND ({number} = 0) = ({name} = 0) AND ({number} <> 1 OR {largest} = {name})
                AND ({number} <> 2 OR {largest} + {second} = {name}))
                OR ({name} IS NULL) <> ({number} IS NULL) LIMIT 3""")
        assert broken == [], name


def test_some_cells_have_few_contributors_and_some_are_dominated(con: duckdb.DuckDBPyConnection) -> None:
    few, dominated, safe = rows(con, """
        SELECT count(*) FILTER (iw_total__contributors BETWEEN 1 AND 2),
            count(*) FILTER (iw_total__contributors > 2 AND iw_total__largest > 0.85 * iw_total),
            count(*) FILTER (iw_total__contributors > 2 AND iw_total__largest <= 0.85 * iw_total)
        FROM workforce JOIN workforce_contribution USING (unit_code, period, obs_vintage, industry, ownership)""")[0]
    assert few >= 100
    assert dominated >= 30
    assert safe >= 5000


def test_two_largest_of_several_cells_are_those_of_all_contributors_together() -> None:
    first, second = np.array([[50], [40], [9]]), np.array([[45], [3], [8]])
    largest, next_largest = two_largest(first, second, 0)
    assert (largest.tolist(), next_largest.tolist()) == ([50], [45])


def test_every_empty_cell_has_its_reason_and_every_reason_its_cell(con: duckdb.DuckDBPyConnection) -> None:
    for form in FORMS:
        form_id = "contest" if form == "contest_summary" else form
        cells = "industry, ownership" if form in ("workforce", "skill") else "'_T', '_T'"
        for measure in measures(form):
            empty = f"""SELECT unit_code, period, obs_vintage, {cells} FROM "{form}" WHERE {measure} IS NULL"""
            told = f"""SELECT unit_code, period, obs_vintage, industry, ownership FROM absent_cell
                       WHERE form_id = '{form_id}' AND measure_id = '{measure}'"""
            assert rows(con, f"({empty} EXCEPT {told}) UNION ALL ({told} EXCEPT {empty})") == [], measure
    assert {one for (one,) in rows(con, "SELECT DISTINCT missing_reason FROM absent_cell")} == {
        "not_collected", "not_reported", "not_applicable"}  # fmt: skip


def test_a_return_has_a_receipt_and_one_that_never_came_has_no_row(con: duckdb.DuckDBPyConnection) -> None:
    for form in FORMS:
        form_id = "contest" if form == "contest_summary" else form
        held = f'SELECT DISTINCT unit_code, period, obs_vintage FROM "{form}"'
        came = f"""SELECT unit_code, period, obs_vintage FROM receipt
                   WHERE form_id = '{form_id}' AND received IS NOT NULL"""
        assert rows(con, f"({held} EXCEPT {came}) UNION ALL ({came} EXCEPT {held})") == [], form
    never, late, explained = rows(con, """
        SELECT count(*) FILTER (received IS NULL), count(*) FILTER (received > due_date),
            count(*) FILTER ((received IS NULL OR received > due_date) AND note_zh <> '') FROM receipt""")[0]
    assert never == len(read(FOLDER / "country.yaml", Country).filing.unreported)
    assert explained == never + late > never


def test_two_versions_of_a_return_differ_and_the_first_came_first(con: duckdb.DuckDBPyConnection) -> None:
    twice, total = rows(con, """
        SELECT count(*) FILTER (obs_vintage = 2), count(*) FILTER (obs_vintage = 1) FROM receipt
        WHERE unit_code <> '000000'""")[0]
    assert 0.05 < twice / total < 0.11
    assert rows(con, """SELECT * FROM receipt a JOIN receipt b USING (form_id, unit_code, period)
                        WHERE a.obs_vintage = 1 AND b.obs_vintage = 2 AND a.received >= b.received""") == []
    for form in FORMS:
        same = rows(con, f"""
            SELECT * EXCLUDE (obs_vintage) FROM "{form}" WHERE obs_vintage = 1
                {"AND industry = '_T' AND ownership = '_T'" if form in ("workforce", "skill") else ""}
            INTERSECT SELECT * EXCLUDE (obs_vintage) FROM "{form}" WHERE obs_vintage = 2""")
        assert same == [], form


def test_governance_counts_the_receipts(con: duckdb.DuckDBPyConnection) -> None:
    broken = rows(con, """
        WITH below AS (SELECT unit_code AS upper_code, unit_code FROM unit
                       UNION ALL SELECT parent, unit_code FROM unit WHERE parent <> '000000')
        SELECT g.unit_code, g.period FROM latest_governance g JOIN below ON upper_code = g.unit_code
        JOIN receipt r ON r.unit_code = below.unit_code AND r.period = g.period AND r.obs_vintage = 1
        WHERE g.unit_code <> '000000' GROUP BY g.unit_code, g.period, returns_due, returns_on_time
        HAVING returns_due <> count(*) OR returns_on_time <> count(*) FILTER (received <= due_date)""")
    assert broken == []


def test_the_roster_holds_as_many_as_the_units_report(con: duckdb.DuckDBPyConnection) -> None:
    broken = rows(con, """
        SELECT unit_code, period, craftsmen_national_cum FROM latest_skill s
        WHERE industry = '_T' AND ownership = '_T' AND craftsmen_national_cum <> (SELECT count(*) FROM craftsman c
            WHERE c.named_year <= s.period AND s.unit_code IN (c.unit_code, '000000'))""")
    assert broken == []
    assert all(re.fullmatch(r"C20\d\d-\d{4}", str(one)) for (one,) in rows(con, "SELECT craftsman_id FROM craftsman"))


def test_every_contest_is_registered_once_and_within_the_summary(con: duckdb.DuckDBPyConnection) -> None:
    for key in ("contest_id", "contest_name, host, period, level"):
        assert rows(con, f"SELECT {key} FROM latest_contest GROUP BY {key} HAVING count(*) > 1") == []
    assert rows(con, """
        SELECT unit_code FROM latest_contest_summary s JOIN (SELECT unit_code, period, sum(entrants) AS entered
            FROM latest_contest GROUP BY ALL) USING (unit_code, period) WHERE entered > contest_person_times""") == []
    assert rows(con, "SELECT contest_name FROM latest_contest WHERE contest_name NOT LIKE '%演示%'") == []


@pytest.mark.parametrize("kind", ["nation", "province", "xpcc", "separately_planned_city"])
def test_every_core_indicator_has_its_measures(con: duckdb.DuckDBPyConnection, kind: str) -> None:
    not_asked = {"craftsmen_national_cum"} if kind == "separately_planned_city" else set()
    form_of = {measure: form for form in FORMS for measure in measures(form)}
    lacking = set()
    for indicator in (one for one in catalog().indicators.values() if one.set == "core"):
        for measure in {*indicator.numerators(), *indicator.denominators()} - REGISTERED:
            cells = "AND industry = '_T' AND ownership = '_T'" if form_of[measure] in ("workforce", "skill") else ""
            found = rows(con, f"""SELECT 1 FROM latest_{form_of[measure]} JOIN unit USING (unit_code)
                                  WHERE kind = '{kind}' AND period = '2025' AND {measure} IS NULL {cells}""")
            lacking |= {measure} if found else set()
    assert lacking == not_asked


def anchors() -> dict[str, Anchor]:
    declared = yaml.safe_load((FOLDER / "anchors.yaml").read_text(encoding="utf-8"))
    return {name: Anchor.model_validate(value) for name, value in declared.items()}


@pytest.mark.parametrize("name", sorted(anchors()))
def test_the_nation_agrees_with_its_anchor(con: duckdb.DuckDBPyConnection, name: str) -> None:
    anchor = anchors()[name]
    form = next(form for form in FORMS if anchor.measures[0] in measures(form))
    periods = ", ".join(f"'{year}'" for year in anchor.periods)

    def total(names: tuple[str, ...], industries: tuple[str, ...]) -> float:
        cells = f"AND ownership = '_T' AND industry IN {(*industries, '')}" if form in ("workforce", "skill") else ""
        ((found,),) = rows(con, f"""SELECT sum({' + '.join(names)}) FROM latest_{form}
                                    WHERE unit_code = '000000' AND period IN ({periods}) {cells}""")
        return float(str(found))

    value = total(anchor.measures, anchor.industries) / (total(anchor.over, ("_T",)) if anchor.over else 1)
    assert value == pytest.approx(anchor.value, rel=anchor.tolerance)


BY_CHANCE = 1_000_000  # smaller counts of quite different things may meet
RENAMED = {"model_worker_innovation_studios": "studios_total", "craftsman_academies": "academies_total"}


def published() -> Iterator[tuple[str, str, str, Decimal, Decimal]]:
    """Unit, period, measure, value and its rounding, of every published figure of a unit below the nation."""
    units = catalog().units_of_measure.values()
    factors = {printed: factor for one in units for printed, factor in one.printed.items()}
    for path in sorted((ROOT / "data" / "sources").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                if row["unit_code"] not in ("", "000000") and re.fullmatch(r"\d+(\.\d+)?", row["value"]):
                    value, factor = Decimal(row["value"]), factors.get(row["unit"], Decimal(1))
                    step = Decimal(1).scaleb(int(value.as_tuple().exponent))
                    name = row.get("measure_id", row.get("target_id", ""))
                    yield row["unit_code"], row["period"], RENAMED.get(name, name), value * factor, step * factor


def test_no_figure_equals_a_published_provincial_one(con: duckdb.DuckDBPyConnection) -> None:
    held: dict[str, set[tuple[str, str, Decimal]]] = {}
    for form in FORMS:
        cells = "WHERE industry = '_T' AND ownership = '_T'" if form in ("workforce", "skill") else ""
        for measure in measures(form):
            for unit, period, value in rows(con, f'SELECT unit_code, period, {measure} FROM "{form}" {cells}'):
                if value is not None:
                    held.setdefault(str(unit), set()).add((str(period), measure, Decimal(str(value))))
    figures = list(published())
    assert len(figures) > 200
    equal = [
        (unit, period, measure, value)
        for unit, period, measure, value, step in figures
        for year, other, own in held.get(unit, ())
        if (own == value and (value >= BY_CHANCE or other == measure))
        or (other == measure and period[:4] == year and abs(own - value) < step / 2)
    ]
    assert equal == []


def test_a_scale_makes_more_units_and_keeps_the_nation() -> None:
    double, single = made(2), made()
    assert 1.9 < double["returns.workforce"].num_rows / single["returns.workforce"].num_rows < 2.6
    with duckdb.connect() as con:
        for name, tables in (("double", double), ("single", single)):
            con.register(name, tables["returns.workforce"])
        ((ratio,),) = con.execute("""
            SELECT max(abs(d.iw_total / s.iw_total - 1)) FROM double d JOIN single s
                USING (unit_code, period, obs_vintage, industry, ownership)
            WHERE unit_code = '000000' AND industry = '_T' AND ownership = '_T'""").fetchall()
        broken = con.execute("""
            SELECT period FROM double WHERE industry = '_T' AND ownership = '_T'
                AND unit_code LIKE '______-%' AND iw_total = 0""").fetchall()
    assert ratio < 0.01
    assert broken == []


def test_a_scale_below_one_is_refused() -> None:
    with pytest.raises(DemoError, match="wanted 1 or more"):
        country(catalog(), FOLDER, scale=0)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"seed": "x"}, "seed"),
        ({"units": {"999999": {"employed": 10}}}, "999999"),
        ({"units": {"110000": {}}}, "exactly one"),
        ({"surplus": 1}, "surplus"),
        ({"traits": ["wealth"]}, "trait"),
    ],
)  # fmt: skip
def test_a_faulty_declaration_is_refused_with_its_place(tmp_path: Path, change: dict[str, object], said: str) -> None:
    declared = yaml.safe_load((FOLDER / "country.yaml").read_text(encoding="utf-8"))
    (tmp_path / "country.yaml").write_text(yaml.safe_dump({**declared, **change}), encoding="utf-8")
    with pytest.raises(DemoError, match=said):
        country(catalog(), tmp_path)
