"""The job of the demonstration channel: its own warehouse and release, and what a planted fault does to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipelines import checks, line
from pipelines.home import Home
from pipelines.release import pointer, publish
from pipelines.warehouse import rows_of
from tests.conftest import fresh
from tests.integration.test_expectations import MUTANTS, failed
from tests.running import edit, run

ROOT = Path(__file__).parents[2]
SUITES = checks.suites(ROOT / "expectations")
RETURNS = sorted(name for name in SUITES if name.startswith("returns."))
FAULT = "WF03"


@pytest.fixture(scope="module")
def demonstrated(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = fresh(tmp_path_factory.mktemp("demonstrated"))
    assert run(home, "demo") == []
    return home


def warehouse_rows(home: Home, name: str) -> list[dict[str, Any]]:
    return rows_of(line.Line(home, "demo").warehouse.arrow(name)[0])


def test_the_demonstration_is_released_apart_from_the_real_channel(demonstrated: Home) -> None:
    release_id = str(pointer.current(demonstrated, "demo"))
    assert release_id.startswith("demo-")
    assert pointer.current(demonstrated, "real") is None
    assert not demonstrated.warehouse("real").exists()
    manifest = publish.manifest(demonstrated, release_id)
    assert not [name for name in manifest["inputs"] if name.startswith("data/sources/") and "targets" not in name]
    assert "returns.workforce_contribution" not in manifest["tables"]  # nobody outside may see who contributed
    assert "staged.figure" not in manifest["tables"]
    assert publish.faults(demonstrated.releases / release_id) == []


def test_no_published_figure_is_in_the_demonstration(demonstrated: Home) -> None:
    sources = warehouse_rows(demonstrated, "facts.source")
    assert {one["publisher"] for one in sources} == {"演示数据（虚构） / demonstration, invented"}
    files = {row["source_file"].split(".")[0] for row in warehouse_rows(demonstrated, "facts.observation")}
    assert files == {"returns"}


def test_every_rule_ran_or_says_why_and_no_hard_finding_is_open(demonstrated: Home) -> None:
    runs = warehouse_rows(demonstrated, "quality.rule_run")
    assert {row["rule_id"] for row in runs if row["state"] == "not_run"} == {"X05", "X06", "X07"}
    assert all(row["reason_zh"] and row["reason_en"] for row in runs if row["state"] == "not_run")
    assert "hard" not in {row["rule_severity"] for row in warehouse_rows(demonstrated, "quality.finding")}


@pytest.mark.parametrize("name", [*RETURNS, "quality.finding"])
def test_each_expectation_on_the_returns_rejects_its_mutant(name: str, demonstrated: Home) -> None:
    made = line.Line(demonstrated, "demo")
    whole = made.warehouse.read(name)
    frame = whole.iloc[:6].reset_index(drop=True)
    assert failed(name, frame, made.tables) == set()
    for number, spec in enumerate(SUITES[name], start=1):
        taken = whole if spec["type"].startswith("expect_column_pair") else frame
        mutant = MUTANTS[spec["type"]](taken, spec["kwargs"])
        assert number in failed(name, mutant, made.tables), f"{name}#{number} lets its mutant pass"


def test_a_planted_fault_stops_the_release_and_says_where(tmp_path: Path) -> None:
    home = fresh(tmp_path)
    edit(home.catalog / "channels.yaml", "planted: []", f"planted: [{FAULT}]")
    (said,) = run(home, "demo")
    assert "quality.finding" in said
    assert FAULT in said
    assert pointer.current(home, "demo") is None
