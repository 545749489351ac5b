"""How planted faults are put together, and how what they fire is counted."""

from __future__ import annotations

from typing import Any

from pipelines.demo import Fault
from pipelines.trial import Score, Tried, _batches, _is_at


def fault(period: str | tuple[str, ...] | None, table: str = "returns.skill", **rest: Any) -> Fault:
    at: dict[str, Any] = {"unit_code": "370000"} | ({"period": period} if period else {})
    return Fault.model_validate({"rule": "SK01", "table": table, "at": at, "change": {"add": 1}} | rest)


def row(rule_id: str, severity: str = "hard", unit: str = "370000", period: str = "2021") -> dict[str, str]:
    return {"rule_id": rule_id, "rule_severity": severity, "unit_code": unit, "period": period}


def test_faults_planted_together_are_of_one_table_and_two_periods_apart() -> None:
    chosen = {"a": fault("2020"), "b": fault("2021"), "c": fault("2022"), "d": fault("2024", "returns.rights"),
              "e": fault(None), "f": fault(("2016", "2018"))}  # fmt: skip
    batches = [set(batch) for batch in _batches(chosen)]
    assert sorted(map(sorted, batches)) == [["a", "c"], ["b"], ["d"], ["e"], ["f"]]


def test_a_finding_at_another_unit_or_period_does_not_find_the_fault() -> None:
    units = {"370000", "000000"}
    assert _is_at(row("SK01"), fault("2021"), units)
    assert _is_at(row("SK01", period="2022"), fault("2021"), units)
    assert _is_at(row("SK01", unit="000000"), fault("2021"), units)
    assert not _is_at(row("SK01", period="2023"), fault("2021"), units)
    assert not _is_at(row("SK01", unit="330000"), fault("2021"), units)


def test_only_unnamed_hard_rules_are_strangers() -> None:
    tried = Tried("a", fault("2021", also=["SK02"]), [row("SK01"), row("SK02"), row("SK15"), row("X04", "soft")], True)
    assert tried.strangers == ["SK15"]
    assert not tried.is_as_named


def test_shares_of_nothing_are_not_given() -> None:
    assert (Score().recall, Score().precision) == (None, None)
    assert (Score(4, 3, 9, 1).recall, Score(4, 3, 9, 1).precision) == (0.75, 0.9)
