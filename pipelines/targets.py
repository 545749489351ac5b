"""targets: every typed target held against the latest verified figure of each unit that it binds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Literal, cast

from pipelines.catalog import Catalog, Target
from pipelines.methods.bounded import Bounded, Qualifier
from pipelines.methods.periods import period
from pipelines.methods.progress import AS_AT_TOLERANCE, Actual, Goal, Judgement, judgement

VERIFIED = ("A", "B")
Row = Mapping[str, Any]


def progress(values: Sequence[Row], statements: Sequence[Row], catalog: Catalog) -> list[dict[str, Any]]:
    """What can be said of every target in every unit that it binds.

    Returns:
        One row per target and unit: verdict, reason, the verified figure that was compared, gap,
        shares and the yearly pace that remains. A target without an indicator is a row too.
    """
    grades: dict[str, str] = {}
    for row in statements:
        grades[row["target_id"]] = min(grades.get(row["target_id"], "D"), row["grade"])
    by_place: dict[tuple[str | None, str], list[Row]] = defaultdict(list)
    for value in values:
        by_place[value["indicator_id"], value["unit_code"]].append(value)
    return [
        _row(target_id, target, unit, grades.get(target_id, "D"), by_place[target.indicator, unit])
        for target_id, target in catalog.targets.items()
        for unit in bound_units(target, catalog)
    ]


def bound_units(target: Target, catalog: Catalog) -> tuple[str, ...]:
    """The units that a target binds: those named, or the provinces of its group."""
    if target.group is None:
        return target.units
    units = catalog.reporting_units.values()
    return tuple(unit.code for unit in units if unit.kind == "province" and unit.group_four == target.group)


def _row(target_id: str, target: Target, unit: str, grade: str, values: Sequence[Row]) -> dict[str, Any]:
    goal = _goal(target, grade)
    usable = [row for row in values if _may_be_compared(row, goal)]
    verified = [row for row in usable if row["is_verified"]]
    latest = max(verified, key=lambda row: (row["period_end"], row["period"]), default=None)
    found = judgement(goal, _actual(latest), unverified_actual=bool(usable) and latest is None)
    if target.indicator is None and found.reason_id == "no_actual":
        found = Judgement("missing", "no_indicator")
    return {"target_id": target_id, "unit_code": unit, "indicator_id": target.indicator, "target_grade": grade,
            **_figures(latest), **_judged(found)}  # fmt: skip


def _goal(target: Target, grade: str) -> Goal:
    due = period(target.due, "flow").end
    start = period(target.window_start, "flow").start if target.window_start else None
    lower = target.type == "ceiling" or target.direction == "lower"
    near = None if target.near is None else Fraction(target.near)
    return Goal(target.type, "lower" if lower else "higher", target.value, due, start, near, grade in VERIFIED,
                target.no_verdict is None, target.window_is_confirmed)  # fmt: skip


def _may_be_compared(row: Row, goal: Goal) -> bool:
    """The usual scope; a window figure from the same start and not after its end;
    any other at most half a year after the due date, as one as-at date."""
    if row["scope_id"] != "_T":
        return False
    end = date.fromisoformat(row["period_end"])
    if row["value"] is None or goal.type != "window_cumulative":
        return row["value"] is not None and end <= goal.due + AS_AT_TOLERANCE
    return end <= goal.due and goal.window_start is not None and row["period_start"] == goal.window_start.isoformat()


def _actual(row: Row | None) -> Actual | None:
    if row is None:
        return None
    low, high = (None if row[end] is None else Fraction(row[end]) for end in ("value_low", "value_high"))
    value, qualifier = Fraction(row["value"]), cast(Qualifier, row["qualifier"])
    if row["numerator"] is not None and row["basis"] == "derived" and row["denominator"]:
        value = _exact(row, value)
    return Actual(Bounded(value, low, high, qualifier), date.fromisoformat(row["period_end"]),
                  row["period_certainty"] != "uncertain")  # fmt: skip


def _exact(row: Row, stored: Fraction) -> Fraction:
    """The ratio itself where the stored value is its rounding: compared as a fraction, never as nine decimals."""
    ratio = Fraction(row["numerator"]) / Fraction(row["denominator"])
    scale = round(stored / ratio) if ratio else 1
    return ratio * scale


def _figures(row: Row | None) -> dict[str, Any]:
    columns = {"value": "value", "low": "value_low", "high": "value_high", "period": "period",
               "qualifier": "qualifier", "grade": "grade"}  # fmt: skip
    return {f"actual_{name}": None if row is None else row[column] for name, column in columns.items()}


def _judged(found: Judgement) -> dict[str, Any]:
    verdict = cast(Literal["met"], found.verdict)
    return {"verdict": verdict, "reason_id": found.reason_id, "gap": found.gap, "attained_share": found.attained_share,
            "elapsed_share": found.elapsed_share, "pace_needed": found.pace_needed,
            "years_left": found.years_left}  # fmt: skip
