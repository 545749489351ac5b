"""The declared edit rules on the demonstration country: quiet when it is clean, loud at the place of a fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines import checks
from pipelines.audit import Audited, rules
from pipelines.cli import main
from pipelines.trial import Bench, Tried, hard
from pipelines.warehouse import Tables

ROOT = Path(__file__).parents[2]
NOT_RUN = {"X05", "X06", "X07"}
DESIGNED = (
    *(f"WF{number:02}" for number in range(1, 17)),
    *(f"SK{number:02}" for number in range(1, 15)),
    *(f"CT{number:02}" for number in range(1, 14)),
    *(f"X{number:02}" for number in range(1, 8)),
)
PRIVATE_MANUFACTURING = "unit_code = '420000' AND industry = 'C' AND ownership = 'private'"
SOFT_BY_CORRECTION = ("SK05", "CT07", "SK04s")


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(ROOT / "data" / "catalog", rules(ROOT / "expectations" / "rules"))


def test_every_designed_rule_is_declared_and_corrected_ones_are_soft(bench: Bench) -> None:
    assert set(DESIGNED) <= set(bench.book.rules)
    assert {bench.book.rules[rule_id].severity for rule_id in SOFT_BY_CORRECTION} == {"soft"}
    assert "high_skilled_new" in bench.book.rules["SK13"].predicate


def test_the_clean_country_has_no_hard_finding(bench: Bench) -> None:
    assert hard(bench.clean.findings) == []


def test_every_rule_runs_or_says_why_not(bench: Bench) -> None:
    still = {run["rule_id"]: run for run in bench.clean.runs if run["state"] != "ran"}
    assert set(still) == NOT_RUN
    assert all(run["reason_zh"] and run["reason_en"] and not run["rows_checked"] for run in still.values())
    assert all(run["rows_checked"] > 0 for run in bench.clean.runs if run["rule_id"] not in NOT_RUN)


def test_every_rule_has_three_planted_faults_of_its_own(bench: Bench) -> None:
    planted = Counter(fault.rule for fault in bench.faults.declared.values())
    assert set(planted) <= set(bench.book.rules)
    assert {rule_id for rule_id in bench.book.rules if planted[rule_id] < 3} <= NOT_RUN


def first_of_each_form(bench: Bench) -> list[str]:
    """One fault a kind of rule (WF, SK, CT …), the first declared."""
    first: dict[str, str] = {}
    for name, fault in bench.faults.declared.items():
        first.setdefault(fault.rule.rstrip("0123456789snumghc"), name)
    return list(first.values())


def test_a_planted_fault_is_found_at_its_place_and_by_no_unrelated_hard_rule(bench: Bench) -> None:
    chosen = first_of_each_form(bench)
    assert len(chosen) >= 8
    tried = list(bench.tried(chosen))
    verdict = bench.verdict(tried)
    assert (verdict.missed, verdict.strangers) == ([], {})
    for rule_id in {one.fault.rule for one in tried}:
        assert (verdict.scores[rule_id].recall, verdict.scores[rule_id].precision) == (1, 1)


def test_all_faults_together_make_every_rule_speak(bench: Bench) -> None:
    fired = {row["rule_id"] for row in bench.planted(["all"])}
    assert {fault.rule for fault in bench.faults.declared.values()} <= fired
    assert bench.planted([]) == [], "the faults are taken out again"


def after(bench: Bench, tables: Sequence[str], *statements: str) -> Audited:
    """What the audit says after these statements on the loaded tables, which the next planting loads anew."""
    for statement in statements:
        bench.con.execute(statement)
    bench.dirty |= set(tables)
    return bench.auditor.run(tables)


def unchecked(audited: Audited, rule_id: str) -> int:
    (run,) = (run for run in audited.runs if run["rule_id"] == rule_id)
    return int(run["rows_not_checked"])


def test_how_the_nation_was_compiled_explains_nothing(bench: Bench) -> None:
    noted = "SELECT count(*) FROM temp.receipt WHERE note_zh <> '' AND is_explained AND unit_code"
    assert bench.con.sql(f"{noted} = '000000'").fetchone() == (0,)
    assert bench.con.sql(f"{noted} <> '000000'").fetchone() > (100,)
    for view in ("workforce", "skill"):
        found = bench.con.sql(f"SELECT DISTINCT unit_code = '000000' FROM temp.{view} WHERE is_explained")
        assert found.fetchall() == [(False,)]


@pytest.mark.parametrize(
    ("table", "where", "measure", "rule_ids"),
    [
        ("workforce", PRIVATE_MANUFACTURING, "iw_female", ("WF13", "WF14")),
        ("skill", PRIVATE_MANUFACTURING, "lv4_middle", ("SK15", "SK16")),
        ("innovation", "unit_code = '420000'", "inventions", ("PL03",)),
    ],
)
def test_a_sum_with_an_empty_part_is_not_checked(
    bench: Bench, table: str, where: str, measure: str, rule_ids: tuple[str, ...]
) -> None:
    name = f"returns.{table}"
    audited = after(bench, [name], f"UPDATE {name} SET {measure} = NULL WHERE period = '2021' AND {where}")
    assert hard(audited.findings) == []
    for rule_id in rule_ids:
        assert unchecked(audited, rule_id) > unchecked(bench.clean, rule_id)
    assert bench.planted([]) == []


def test_nested_units_breach_even_where_one_of_them_is_empty(bench: Bench) -> None:
    (tried,) = bench.tried(["SK16n_shenzhen_over_guangdong_shenzhen_2020"])
    assert tried.is_found, "an enterprise in the province left the year empty; the city alone exceeds the province"
    assert bench.planted([]) == []


def test_a_form_that_a_unit_never_filed_is_missing_in_every_period(bench: Bench) -> None:
    tables = ["returns.receipt", "returns.rights"]
    audited = after(
        bench, tables, "DELETE FROM returns.receipt WHERE form_id = 'rights' AND unit_code = '350200'",
        "DELETE FROM returns.rights WHERE unit_code = '350200'",
    )  # fmt: skip
    new = [row for row in audited.findings if row["finding_id"] not in bench.known]
    missing = [row for row in new if row["rule_id"] == "X02m"]
    assert {(row["form_id"], row["unit_code"]) for row in missing} == {("rights", "350200")}
    assert len({row["period"] for row in missing}) == len(missing) == 10
    assert not [row for row in new if row["rule_id"] == "GV07" and "returns_due" in row["cell"]]
    assert bench.planted([]) == []


def test_every_form_is_due_from_every_reporting_unit_but_the_exempt(bench: Bench) -> None:
    assert bench.con.sql("SELECT count(*), count(DISTINCT (form_id, unit_code)) FROM temp.due").fetchone() == (
        10 * 8 * 48, 8 * 48)  # fmt: skip
    kinds = bench.con.sql("SELECT DISTINCT unit_kind FROM temp.due JOIN temp.unit USING (unit_code)").fetchall()
    assert not {("nation",), ("not_covered",)} & set(kinds)


def test_the_register_of_contests_is_summed_upward(bench: Bench) -> None:
    compared = "SELECT register_entrants FROM temp.contest_summary WHERE period = '2022' AND unit_code"
    whole = "SELECT sum(entrants) FROM temp.contest_latest WHERE period = '2022'"
    assert bench.con.sql(f"{compared} = '000000'").fetchone() == bench.con.sql(whole).fetchone()
    below = bench.con.sql(f"{whole} AND unit_code IN ('350000', '350200')").fetchone()
    assert bench.con.sql(f"{compared} = '350000'").fetchone() == below


def test_a_missed_fault_and_a_stranger_fail_the_trial(bench: Bench) -> None:
    name = first_of_each_form(bench)[0]
    fault = bench.faults.declared[name]
    finding = {"rule_id": "SK01", "rule_severity": "hard"}
    verdict = bench.verdict([Tried(name, fault, [finding], is_found=False)])
    assert not verdict.is_passed
    assert (verdict.missed, verdict.strangers) == ([name], {name: ["SK01"]})
    score = verdict.scores["SK01"]
    assert (score.recall, score.precision, score.unexpected) == (None, 0, 1)
    assert verdict.scores[fault.rule].recall == 0


def test_rules_runs_and_findings_are_the_declared_tables(bench: Bench) -> None:
    tables = Tables(bench.catalog)
    rows = {"quality.rule": bench.book.rows(), "quality.rule_run": bench.clean.runs,
            "quality.finding": bench.clean.findings}  # fmt: skip
    suites = checks.suites(ROOT / "expectations")
    for name, found in rows.items():
        results = checks.results(name, tables.frame(name, found), suites[name], tables.table(name).key, "")
        assert [row["message_en"] for row in results if not row["success"]] == []


def test_an_open_hard_finding_stops_the_release(bench: Bench) -> None:
    tables = Tables(bench.catalog)
    opened = {**bench.clean.findings[0], "rule_severity": "hard"}
    frame = tables.frame("quality.finding", [opened])
    suite = checks.suites(ROOT / "expectations")["quality.finding"]
    failed = checks.failures(checks.results("quality.finding", frame, suite, ["rule_id"], ""), "critical")
    assert len(failed) == 1
    assert "没有未改正的强制性疑点" in failed[0]


def test_the_command_prints_what_was_audited() -> None:
    result = CliRunner().invoke(main, ["audit", "--rule", "X02m", "--rule", "X06"])
    assert result.exit_code == 0, result.output
    assert "0 hard" in result.output
    assert "X06 未运行 / not run:" in result.output
    assert "X02m soft" in result.output


def test_the_command_plants_a_fault(bench: Bench) -> None:
    name = first_of_each_form(bench)[0]
    result = CliRunner().invoke(main, ["audit", "--fault", name])
    assert result.exit_code == 0, result.output
    assert f"{bench.faults.declared[name].rule} hard" in result.output


@pytest.mark.parametrize("options", [["--fault", "no_such_fault"], ["--rule", "WF99"]])
def test_an_unknown_name_is_refused_in_words(options: list[str]) -> None:
    result = CliRunner().invoke(main, ["audit", *options])
    assert (result.exit_code, options[1] in result.output) == (1, True)
    assert result.exception is None or isinstance(result.exception, SystemExit)


def test_a_warehouse_that_cannot_be_opened_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("expectations", "data/catalog"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "data" / "warehouse").mkdir()
    (tmp_path / "data" / "warehouse" / "demo.duckdb").write_text("no database", encoding="utf-8")
    monkeypatch.setenv("BLUEBOOK_HOME", str(tmp_path))
    result = CliRunner().invoke(main, ["audit"])
    assert result.exit_code == 1
    assert "仓库无法打开" in result.output
