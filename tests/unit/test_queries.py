"""What the queries answer, on releases of a few rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dashboards import queries
from pipelines.catalog import Catalog
from pipelines.warehouse import Tables, quoted

Con = duckdb.DuckDBPyConnection
Make = Callable[[Mapping[str, list[dict[str, Any]]]], Con]
UNITS = [
    {"unit_code": "000000", "order_number": 1, "name_zh": "全国", "name_en": "China", "unit_kind": "nation"},
    {"unit_code": "110000", "order_number": 2, "name_zh": "北京市", "name_en": "Beijing", "unit_kind": "province"},
    {"unit_code": "810000", "order_number": 9, "name_zh": "香港", "name_en": "Hong Kong", "unit_kind": "not_covered"},
]
CATALOG = {
    "catalog.reporting_unit": UNITS,
    "catalog.task": [{"task_id": "skills", "order_number": 3, "name_zh": "技能", "name_en": "Skills"}],
    "catalog.indicator": [{"indicator_id": "share", "order_number": 1, "title_zh": "比重", "title_en": "Share",
                           "task_id": "skills", "unit_of_measure": "percent", "decimals": 1}],
}  # fmt: skip


@pytest.fixture(scope="module")
def make(root: Path) -> Make:
    tables = Tables(Catalog(root / "data" / "catalog"))

    def release(rows: Mapping[str, list[dict[str, Any]]]) -> Con:
        con = duckdb.connect()
        for name in tables.declared:
            con.execute(f'CREATE SCHEMA IF NOT EXISTS "{name.partition(".")[0]}"')
            con.execute(tables.create(name, quoted(name)))
            for row in (CATALOG | dict(rows)).get(name, []):
                names = ", ".join(f'"{column}"' for column in row)
                bound = ", ".join(f"${column}" for column in row)
                con.execute(f"INSERT INTO {quoted(name)} ({names}) VALUES ({bound})", row)
        return con

    return release


def value(period: str, number: str, **changed: Any) -> dict[str, Any]:
    row = {"indicator_id": "share", "unit_code": "000000", "period": period, "period_start": f"{period[:4]}-12-31",
           "period_end": f"{period[:4]}-12-31", "calendar": "calendar", "scope_id": "_T", "value": Decimal(number),
           "basis": "derived", "agreement": "derived_only", "qualifier": "exact", "period_certainty": "stated",
           "grade": "B", "is_verified": True, "is_latest": False, "break_before": False}  # fmt: skip
    return row | changed


def observation(number: int, measure: str, figure: str | None, **changed: Any) -> dict[str, Any]:
    row = {"observation_id": f"f:{number}", "unit_code": "000000", "period": "2024", "period_start": "2024-01-01",
           "period_end": "2024-12-31", "calendar": "calendar", "measure_id": measure, "industry": "_T",
           "ownership": "_T", "sex": "_T", "age": "_T", "education": "_T", "contest_kind": "_T",
           "organiser": "_T", "scope_id": "_T", "source_id": "S1", "value": None if figure is None else Decimal(figure),
           "value_low": None if figure is None else Decimal(figure), "value_high": None if figure is None else
           Decimal(figure), "unit_of_measure": "medal", "qualifier": "exact", "grade": "A", "source_rank": 1,
           "source_file": "f.csv", "source_line": number}  # fmt: skip
    return row | changed


WORKING = {"indicator_id": "share", "unit_code": "000000", "period": "2024", "scope_id": "_T", "role": "numerator",
           "measure_id": "worldskills_medals_gold", "observation_id": "f:7", "value": Decimal(3)}  # fmt: skip
SOURCES = {
    "facts.source": [
        {"source_id": "S1", "publisher": "甲", "grade": "A", "url": "https://example.org"},
        {"source_id": "S2", "publisher": "乙", "grade": "C"},
    ],
    "catalog.measure": [{"measure_id": f"worldskills_medals_{name}", "title_zh": name, "title_en": name}
                        for name in ("gold", "silver")],
}  # fmt: skip


@pytest.mark.parametrize(
    "name",
    ["tasks", "departments", "units", "groups", "indicators", "headlines", "targets", "statements", "medals", "nsc",
     "participation", "sources", "checks", "row_counts", "refused_rows", "unverified", "missing", "changes",
     "data_requests", "conflicts", "disagreements", "coverage", "imports", "import_findings", "rules", "findings",
     "revisions"],
)  # fmt: skip
def test_every_query_answers_on_a_release_without_figures(make: Make, name: str) -> None:
    assert list(getattr(queries, name)(make({})).columns)


def test_a_headline_is_the_latest_verified_figure_of_the_usual_scope(make: Make) -> None:
    rows = [
        value("2022", "30.0"),
        value("2023", "31.0", grade="C", is_verified=False),
        value("2024", "35.0", scope_id="other"),
        value("2025", "40.0", period_certainty="uncertain"),
    ]
    found = queries.records(queries.headlines(make({"stats.indicator_value": rows})))
    assert [(row["period"], row["value"]) for row in found] == [("2022", Decimal(30))]


def test_no_figure_is_compared_across_a_break(make: Make) -> None:
    rows = [value("2022", "30.0"), value("2023", "31.0", break_before=True)]
    found = queries.records(queries.headlines(make({"stats.indicator_value": rows})))
    assert found[0]["previous_value"] is None


def test_a_lower_bound_is_not_compared_with_the_figure_before_it(make: Make) -> None:
    rows = [value("2022", "30.0"), value("2023", "31.0", qualifier="over")]
    assert queries.records(queries.headlines(make({"stats.indicator_value": rows})))[0]["previous_value"] is None


def test_the_comparable_figure_before_is_named_with_its_period(make: Make) -> None:
    rows = [value("2021", "29.0"), value("2022", "30.0", grade="D", is_verified=False), value("2023", "31.0")]
    found = queries.records(queries.headlines(make({"stats.indicator_value": rows})))[0]
    assert (found["previous_period"], found["previous_value"]) == ("2021", Decimal(29))


def test_the_newest_figure_of_a_province_may_be_unverified_and_says_so(make: Make) -> None:
    rows = [value("2021", "29.0", unit_code="110000"),
            value("2023", "31.0", unit_code="110000", grade="C", is_verified=False)]  # fmt: skip
    found = {row["unit_code"]: row for row in
             queries.records(queries.latest_by_unit(make({"stats.indicator_value": rows}), "share"))}  # fmt: skip
    assert (found["110000"]["value"], found["110000"]["is_verified"]) == (Decimal(31), False)
    assert found["810000"]["value"] is None
    assert "000000" not in found


def test_a_medal_that_no_source_states_is_none_and_never_zero(make: Make) -> None:
    rows = [observation(1, "worldskills_medals_gold", "3"),
            observation(2, "worldskills_medals_silver", None, missing_reason="not_stated")]  # fmt: skip
    found = queries.records(queries.medals(make(SOURCES | {"facts.observation": rows})))[0]
    assert (found["gold"], found["silver"], found["gold_grade"], found["silver_grade"]) == (Decimal(3), None, "A", None)


def test_medals_come_from_the_best_source_of_each_figure(make: Make) -> None:
    rows = [observation(1, "worldskills_medals_gold", "3"),
            observation(2, "worldskills_medals_gold", "4", source_id="S2", source_rank=2, grade="C")]  # fmt: skip
    found = queries.records(queries.medals(make(SOURCES | {"facts.observation": rows})))[0]
    assert (found["gold"], found["is_verified"]) == (Decimal(3), True)


@pytest.mark.parametrize(("other", "expected"), [("3", 0), ("4", 2)])
def test_sources_conflict_only_where_their_intervals_have_no_common_point(
    make: Make, other: str, expected: int
) -> None:
    rows = [observation(1, "worldskills_medals_gold", "3"),
            observation(2, "worldskills_medals_gold", other, source_id="S2", source_rank=2, grade="C")]  # fmt: skip
    assert len(queries.conflicts(make(SOURCES | {"facts.observation": rows}))) == expected


def test_figures_of_different_breakdowns_are_no_conflict(make: Make) -> None:
    rows = [observation(1, "worldskills_medals_gold", "3", industry="C"),
            observation(2, "worldskills_medals_gold", "4", source_id="S2", source_rank=2, industry="D")]  # fmt: skip
    assert len(queries.conflicts(make(SOURCES | {"facts.observation": rows}))) == 0


def test_a_later_version_of_one_source_is_a_revision_and_no_conflict(make: Make) -> None:
    returned = {"source_file": "returns.skill", "source_id": "S1"}
    rows = [observation(1, "worldskills_medals_gold", "3", vintage="2024-11-01", source_rank=2, **returned),
            observation(2, "worldskills_medals_gold", "4", vintage="2025-01-01", **returned)]  # fmt: skip
    con = make(SOURCES | {"facts.observation": rows})
    assert len(queries.conflicts(con)) == 0
    found = queries.records(queries.revisions(con))
    assert [(row["old_value"], row["value"], row["old_version"], row["version"]) for row in found] == [
        (Decimal(3), Decimal(4), 1, 2)
    ]


@pytest.mark.parametrize(
    ("name", "tables"),
    [("imports", ["import_file"]), ("import_findings", ["import_finding"]), ("rules", ["rule"]),
     ("findings", ["finding"])],
)  # fmt: skip
def test_a_release_of_an_older_program_that_lacks_a_table_has_no_rows_of_it(
    make: Make, name: str, tables: list[str]
) -> None:
    con = make({})
    for table in tables:
        con.execute(f"DROP TABLE quality.{table}")
    found = getattr(queries, name)(con)
    assert len(found) == 0
    assert list(found.columns) == list(getattr(queries, name)(make({})).columns)


def test_an_older_release_without_origins_is_still_taken_apart(make: Make) -> None:
    rows = {"facts.observation": [observation(7, "worldskills_medals_gold", "3")], "stats.working": [WORKING]}
    con = make(SOURCES | rows)
    for column in ("origin_file", "origin_hash", "origin_sheet", "origin_cell"):
        con.execute(f"ALTER TABLE facts.observation DROP COLUMN {column}")
    con.execute("DROP TABLE catalog.measure_break")
    found = queries.records(queries.working(con, "share", "000000", "2024"))
    assert [(row["source_line"], row["origin_file"]) for row in found] == [(7, None)]
    assert len(queries.breaks(con, "share")) == 0


def test_an_indicator_breaks_where_a_measure_that_it_rests_on_does(make: Make) -> None:
    broken = [{"measure_id": "worldskills_medals_gold", "period": "2023", "note_zh": "改", "note_en": "changed"},
              {"measure_id": "worldskills_medals_silver", "period": "2022", "note_zh": "别", "note_en": "other"}]
    con = make(SOURCES | {"stats.working": [WORKING], "catalog.measure_break": broken})
    found = queries.records(queries.breaks(con, "share"))
    assert [(row["period"], row["measure_zh"], row["note_zh"]) for row in found] == [("2023", "gold", "改")]


def test_a_rule_without_a_record_of_a_run_has_no_state(make: Make) -> None:
    rules = [{"rule_id": "A1", "form_id": "skill", "rule_severity": "hard", "statement_zh": "甲", "statement_en": "a"}]
    found = queries.records(queries.rules(make({"quality.rule": rules})))
    assert [(row["rule_id"], row["state"], row["rows_checked"]) for row in found] == [("A1", None, None)]


def test_findings_stand_with_the_weightiest_first(make: Make) -> None:
    rows = [{"finding_id": str(place), "rule_id": "A1", "rule_severity": level, "unit_code": "110000", "period": "2024"}
            for place, level in enumerate(("info", "soft", "hard"))]  # fmt: skip
    found = queries.records(queries.findings(make({"quality.finding": rows})))
    assert [row["rule_severity"] for row in found] == ["hard", "soft", "info"]


def test_the_queue_says_which_figures_have_no_better_source(make: Make) -> None:
    rows = [observation(1, "worldskills_medals_gold", "3"),
            observation(2, "worldskills_medals_gold", "4", source_id="S2", source_rank=2, grade="C"),
            observation(3, "worldskills_medals_silver", "5", source_id="S2", grade="C")]  # fmt: skip
    found = queries.records(queries.unverified(make(SOURCES | {"facts.observation": rows})))
    assert {row["observation_id"]: row["is_only_source"] for row in found} == {"f:2": False, "f:3": True}


def test_the_queue_can_be_cut_and_is_counted_whole(make: Make) -> None:
    rows = [observation(1, "worldskills_medals_gold", "3"),
            observation(2, "worldskills_medals_gold", "4", source_id="S2", source_rank=2, grade="C"),
            observation(3, "worldskills_medals_silver", "5", source_id="S2", grade="C")]  # fmt: skip
    con = make(SOURCES | {"facts.observation": rows})
    assert queries.unverified_counts(con) == (2, 1)
    assert [row["observation_id"] for row in queries.records(queries.unverified(con, 1))] == ["f:2"]


def test_a_missing_figure_names_its_industry_unless_it_is_all(make: Make) -> None:
    rows = [observation(number, "worldskills_medals_gold", None, industry=code, missing_reason="suppressed")
            for number, code in enumerate(("_T", "K"), 1)]  # fmt: skip
    found = queries.records(queries.missing(make(SOURCES | {"facts.observation": rows})))
    assert {row["observation_id"]: row["industry_name_zh"] for row in found} == {"f:1": None, "f:2": "K"}


def test_the_working_of_a_value_leads_to_file_line_and_source(make: Make) -> None:
    rows = {
        "facts.observation": [observation(7, "worldskills_medals_gold", "3")],
        "stats.working": [{"indicator_id": "share", "unit_code": "000000", "period": "2024", "scope_id": "_T",
                           "role": "numerator", "measure_id": "worldskills_medals_gold", "observation_id": "f:7",
                           "value": Decimal(3)}],
    }  # fmt: skip
    found = queries.records(queries.working(make(SOURCES | rows), "share", "000000", "2024"))
    assert [(row["source_file"], row["source_line"], row["publisher"]) for row in found] == [("f.csv", 7, "甲")]


def test_an_indicator_without_any_figure_is_a_data_request(make: Make) -> None:
    assert queries.records(queries.data_requests(make({})))[0]["indicator_id"] == "share"
    assert queries.records(queries.data_requests(make({"stats.indicator_value": [value("2022", "30")]}))) == []


def test_a_value_that_looks_like_sql_is_only_ever_a_value(make: Make) -> None:
    con = make({"stats.indicator_value": [value("2022", "30")]})
    assert queries.records(queries.values(con, "share' OR '1'='1")) == []
    assert len(queries.values(con, "share")) == 1
