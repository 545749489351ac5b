"""The declared edit rules on the demonstration country: quiet when it is clean, loud at the place of a fault."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines import checks
from pipelines.audit import rules
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
    result = CliRunner().invoke(main, ["audit", "--rule", "X02m"])
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
