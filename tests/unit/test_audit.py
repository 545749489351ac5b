"""The engine of the edit rules on tables of a few rows, and faulty declarations."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.audit import Audited, Auditor, Rulebook, RuleError, audit, rules

WORDS = {"zh": "应当相等", "en": "must hold"}
VIEW = {"note": WORDS, "sql": "SELECT *, industry AS place FROM returns.workforce"}


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"enable_external_access": "false"}) as connection:
        connection.execute("CREATE SCHEMA returns")
        connection.execute(
            "CREATE TABLE returns.workforce (unit_code VARCHAR, period VARCHAR, obs_vintage BIGINT, industry VARCHAR,"
            " whole DECIMAL(28, 9), part DECIMAL(28, 9), is_explained BOOLEAN)"
        )
        connection.execute(
            "INSERT INTO returns.workforce VALUES ('370000', '2021', 1, 'C', 1000, 1000, false),"
            " ('370000', '2022', 1, 'C', 1000, 1004, false), ('370000', '2023', 2, 'C', 1000, 900, true),"
            " ('370000', '2024', 1, 'C', NULL, 900, false)"
        )
        yield connection


def book(views: dict[str, Any] | None = None, **rule: Any) -> Rulebook:
    whole = {"form": "workforce", "severity": "hard", "statement": WORDS, "mend": WORDS, "rows": "row"} | rule
    declared = {key: value for key, value in whole.items() if value is not None}
    return Rulebook.model_validate({"rules": {"T1": declared}, "views": views or {"row": VIEW}})


def run(found: Audited) -> dict[str, Any]:
    (row,) = found.runs
    return row


EQUAL = {"relation": "=", "found": "part", "expected": "whole", "cell": "part"}


def test_a_breach_is_a_finding_with_place_and_plain_numbers(con: duckdb.DuckDBPyConnection) -> None:
    found = audit(con, book(**EQUAL))
    assert [(row["period"], row["cell"], row["found"], row["expected"]) for row in found.findings] == [
        ("2022", "part, C", "1004", "1000"),
        ("2023", "part, C", "900", "1000"),
    ]
    first = found.findings[0]
    assert (first["rule_id"], first["rule_severity"], first["form_id"]) == ("T1", "hard", "workforce")
    assert (first["unit_code"], first["obs_vintage"], first["mend_zh"]) == ("370000", 1, "应当相等")


def test_a_row_that_lacks_a_figure_is_not_checked_and_not_passed(con: duckdb.DuckDBPyConnection) -> None:
    row = run(audit(con, book(**EQUAL)))
    assert (row["state"], row["rows_checked"], row["rows_not_checked"], row["findings"]) == ("ran", 3, 1, 2)


@pytest.mark.parametrize(
    ("relation", "tolerance", "periods"),
    [
        ("=", "4", ["2023"]),
        ("=", "3.9", ["2022", "2023"]),
        ("=", "0.4 %", ["2023"]),
        ("=", "0.3 %", ["2022", "2023"]),
        ("=", "0.1 %, at least 4", ["2023"]),
        ("<=", "0", ["2022"]),
        ("<=", "5", []),
        (">=", "0", ["2023"]),
        (">=", "10 %", []),
    ],
)
def test_a_relation_holds_within_its_tolerance(
    con: duckdb.DuckDBPyConnection, relation: str, tolerance: str, periods: list[str]
) -> None:
    found = audit(con, book(**EQUAL | {"relation": relation, "tolerance": tolerance}))
    assert [row["period"] for row in found.findings] == periods


def test_a_note_explains_only_where_the_rule_says_so(con: duckdb.DuckDBPyConnection) -> None:
    found = audit(con, book(**EQUAL, note_explains=True))
    assert [row["period"] for row in found.findings] == ["2022"]
    assert (run(found)["rows_checked"], run(found)["rows_not_checked"]) == (3, 1)


def test_each_repeats_the_rule_with_measure_and_limit(con: duckdb.DuckDBPyConnection) -> None:
    each = {"part": "1003", "whole": "999"}
    found = audit(con, book(holds="{each} <= {of}", found="{each}", expected="{of}", each=each))
    assert [(row["period"], row["cell"], row["expected"]) for row in found.findings] == [
        ("2021", "whole, C", "999"),
        ("2022", "part, C", "1003"),
        ("2022", "whole, C", "999"),
        ("2023", "whole, C", "999"),
    ]
    assert (run(found)["rows_checked"], run(found)["rows_not_checked"]) == (7, 1)


@pytest.mark.parametrize(
    ("rule", "view", "reason", "grund"),
    [
        ({"holds": "nothing > 0"}, VIEW["sql"], "a column that it needs", "所需的列不在"),
        ({"holds": "part > 0"}, "SELECT * FROM returns.skill", "has no table skill", "没有表 skill"),
        ({"holds": "no_such_function(part)"}, VIEW["sql"], "cannot be run", "无法执行"),
        ({"holds": "CAST(industry AS INTEGER) > 0"}, VIEW["sql"], "cannot be run", "无法执行"),
        ({"holds": "part > 0", "scope": "false"}, VIEW["sql"], "no row is in its scope", "没有任何行"),
        ({"holds": "whole > 0", "scope": "period = '2024'"}, VIEW["sql"], "lacks a figure", "缺少所需数值"),
        ({"not_run": {"zh": "以后", "en": "later"}, "rows": None}, VIEW["sql"], "later", "以后"),
    ],
)
def test_a_rule_that_could_not_run_says_why(
    con: duckdb.DuckDBPyConnection, rule: dict[str, Any], view: str, reason: str, grund: str
) -> None:
    found = audit(con, book({"row": {"note": WORDS, "sql": view}}, **rule))
    row = run(found)
    is_ill = reason in ("a column that it needs", "has no table skill", "cannot be run")  # the gate refuses these
    assert (row["state"], row["findings"], found.findings) == ("failed" if is_ill else "not_run", 0, [])
    assert reason in row["reason_en"]
    assert grund in row["reason_zh"]


def test_a_view_on_an_ill_view_passes_its_reason_on(con: duckdb.DuckDBPyConnection) -> None:
    views = {"ill": {"note": WORDS, "sql": "SELECT * FROM returns.skill", "kept": True},
             "row": {"note": WORDS, "sql": "SELECT * FROM ill"}}  # fmt: skip
    assert run(audit(con, book(views, holds="part > 0")))["reason_en"] == "this channel has no table skill"


def test_findings_have_ids_that_are_unique_and_the_same_again(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("INSERT INTO returns.workforce SELECT * FROM returns.workforce")
    first, second = (audit(con, book(**EQUAL)).findings for _ in range(2))
    assert first == second
    assert len({row["finding_id"] for row in first}) == len(first) == 4


def test_running_again_after_a_change_equals_running_afresh(con: duckdb.DuckDBPyConnection) -> None:
    auditor = Auditor(con, book(**EQUAL))
    assert len(auditor.run().findings) == 2
    con.execute("UPDATE returns.workforce SET part = whole WHERE period = '2022'")
    assert len(auditor.run(["returns.skill"]).findings) == 2, "nothing that the rule reads has changed"
    again = auditor.run(["returns.workforce"])
    assert again == audit(con, book(**EQUAL))
    assert len(again.findings) == 1


@pytest.mark.parametrize("kept", [True, False])
def test_the_audit_leaves_nothing_behind(con: duckdb.DuckDBPyConnection, kept: bool) -> None:
    audit(con, book({"row": VIEW | {"kept": kept}}, **EQUAL))
    left = con.sql("SELECT view_name FROM duckdb_views() WHERE NOT internal UNION ALL"
                   " SELECT table_name FROM duckdb_tables()").fetchall()  # fmt: skip
    assert left == [("workforce",)]


def test_a_connection_that_reaches_out_is_refused() -> None:
    with duckdb.connect() as open_connection, pytest.raises(RuleError, match="external access"):
        audit(open_connection, book(**EQUAL))


@pytest.mark.parametrize(
    ("views", "said"),
    [
        ({"row": {"note": WORDS, "sql": "SELECT * FROM row"}}, "circle"),
        ({"row": {"note": WORDS, "sql": "SELECT 1; DROP TABLE returns.workforce"}}, "wanted one SELECT"),
        ({"row": {"note": WORDS, "sql": "DELETE FROM returns.workforce"}}, "wanted one SELECT"),
        ({"row": {"note": WORDS, "sql": "SELEKT"}}, "wanted one SELECT"),
    ],
)
def test_views_are_single_queries_without_circles(
    con: duckdb.DuckDBPyConnection, views: dict[str, Any], said: str
) -> None:
    with pytest.raises(RuleError, match=said):
        audit(con, book(views, **EQUAL))
    assert con.sql("SELECT count(*) FROM returns.workforce").fetchone() == (4,)


GOOD = "form: workforce, severity: hard, statement: {zh: 应, en: must}, mend: {zh: 改, en: mend}"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (f"T1: {{{GOOD}, rows: row, holds: 'true', colour: red}}", ("T1", "colour")),
        (f"T1: {{{GOOD}, rows: rows, holds: 'true'}}", ("T1", "rows", "wanted one of row")),
        (f"T1: {{{GOOD}, holds: 'true'}}", ("T1", "rows: missing")),
        (f"T1: {{{GOOD}, rows: row}}", ("T1", "relation, holds")),
        (f"T1: {{{GOOD}, rows: row, relation: '=', found: part}}", ("T1", "a relation needs both")),
        (f"T1: {{{GOOD}, rows: row, relation: '=', found: a, expected: b, tolerance: much}}", ("T1", "'much'")),
        (f"T1: {{{GOOD}, rows: row, holds: 'true', tolerance: 2}}", ("T1", "write it into holds")),
        (f"T1: {{{GOOD}, rows: row, not_run: {{zh: 以后, en: later}}}}", ("T1", "not_run")),
        (f"T1: {{{GOOD}, rows: row, holds: 'true'}}\nT1: 3", ("given twice: T1",)),
        ("T1: 3", ("T1", "found 3")),
        ("- T1", ("found list",)),
        ("T1: {", ("cannot be read as YAML",)),
    ],
)
def test_a_faulty_declaration_is_named_by_file_rule_and_field(
    tmp_path: Path, text: str, named: tuple[str, ...]
) -> None:
    (tmp_path / "views.yaml").write_text("row: {note: {zh: 行, en: row}, sql: SELECT 1}", encoding="utf-8")
    (tmp_path / "some.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(RuleError) as fault:
        rules(tmp_path)
    for words in ("some.yaml", *named):
        assert words in str(fault.value)


def test_a_rule_stands_in_one_file(tmp_path: Path) -> None:
    (tmp_path / "views.yaml").write_text("row: {note: {zh: 行, en: row}, sql: SELECT 1}", encoding="utf-8")
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(f"T1: {{{GOOD}, rows: row, holds: 'true'}}", encoding="utf-8")
    with pytest.raises(RuleError, match=r"b\.yaml, T1: declared twice"):
        rules(tmp_path)


def test_a_folder_without_views_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"views\.yaml: not found"):
        rules(tmp_path)
