"""progress: what can be said of a typed target, in one word and with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from pipelines.methods.bounded import Bounded

Verdict = Literal["met", "near", "behind", "direction", "unknown", "missing"]
DAYS_OF_YEAR = Fraction(146097, 400)
AS_AT_TOLERANCE = timedelta(days=183)
NEVER_FALLS = {"window_cumulative", "about"}  # counts of what was reached; a share can fall back


@dataclass(frozen=True)
class Goal:
    """A typed target; values exact, in the unit of the actual figure."""

    type: str
    direction: Literal["higher", "lower"]
    value: Fraction | None
    due: date
    window_start: date | None = None
    near: Fraction | None = None
    is_verified: bool = True
    is_judged: bool = True
    window_is_confirmed: bool = True


@dataclass(frozen=True)
class Actual:
    """The latest figure that may be held against the goal."""

    figure: Bounded
    period_end: date
    period_is_certain: bool = True


@dataclass(frozen=True)
class Judgement:
    """A verdict, the reason for it, and the numbers that it rests on (None: cannot be said)."""

    verdict: Verdict
    reason_id: str
    gap: Fraction | None = None
    attained_share: Fraction | None = None
    elapsed_share: Fraction | None = None
    pace_needed: Fraction | None = None
    years_left: Fraction | None = None


def judgement(goal: Goal, actual: Actual | None, *, unverified_actual: bool = False) -> Judgement:
    """The verdict on a goal.

    A lower bound at or above the target is met; a lower bound below it, a ratio of
    two lower bounds, an interval that straddles the target, an unverified figure or
    target, or a figure from more than half a year before the due date cannot be judged;
    only what never falls (a count in a window, craftsmen) can be met early.

    Args:
        goal: the typed target.
        actual: the latest verified figure, if any.
        unverified_actual: whether only unverified figures exist.

    Source: domain rules 10 (qualifiers) and 3 (typing) of the project; 1/3 is compared as a fraction.
    """
    if goal.type == "direction_only" or goal.value is None:
        return Judgement("direction", "direction_only")
    barred = _barred(goal, actual, unverified_actual=unverified_actual)
    if barred or actual is None:
        return Judgement(*(barred or ("missing", "no_actual")))
    numbers = _numbers(goal, goal.value, actual)
    verdict, reason = _position(goal, goal.value, actual, numbers)
    return Judgement(verdict, reason, **numbers)


def _barred(goal: Goal, actual: Actual | None, *, unverified_actual: bool) -> tuple[Verdict, str] | None:
    """What forbids a verdict before any number is compared."""
    if not goal.is_judged:
        return "unknown", "target_not_judged"
    if not goal.is_verified:
        return "unknown", "target_not_verified"
    if not goal.window_is_confirmed:
        return "unknown", "window_not_confirmed"
    if goal.type == "percentage_point_change":
        return "unknown", "no_base"
    if actual is None:
        return ("unknown", "actual_not_verified") if unverified_actual else ("missing", "no_actual")
    if not actual.period_is_certain:
        return "unknown", "period_uncertain"
    if actual.figure.qualifier == "undetermined":
        return "unknown", "two_lower_bounds"
    return None


def _numbers(goal: Goal, value: Fraction, actual: Actual) -> dict[str, Fraction | None]:
    """Gap to the target (positive: still missing), shares, and the pace that remains."""
    sign = 1 if goal.direction == "higher" else -1
    gap = (value - actual.figure.value) * sign
    years = Fraction((goal.due - actual.period_end).days) / DAYS_OF_YEAR
    elapsed = attained = None
    if goal.type == "window_cumulative" and goal.window_start:
        length = (goal.due - goal.window_start).days + 1
        elapsed = min(Fraction(1), Fraction((actual.period_end - goal.window_start).days + 1, length))
        attained = actual.figure.value / value if value else None
    return {
        "gap": gap,
        "attained_share": attained,
        "elapsed_share": elapsed,
        "pace_needed": gap / years if gap > 0 and years > 0 else None,
        "years_left": years if years > 0 else None,
    }


def _position(goal: Goal, value: Fraction, actual: Actual, numbers: dict[str, Fraction | None]) -> tuple[Verdict, str]:
    """Where the figure's interval stands to the target."""
    figure = actual.figure
    if goal.type not in NEVER_FALLS and actual.period_end < goal.due - AS_AT_TOLERANCE:
        return "unknown", "no_figure_at_due"
    surely, possibly = (figure.low, figure.high) if goal.direction == "higher" else (figure.high, figure.low)
    sign = 1 if goal.direction == "higher" else -1
    if surely is not None and (surely - value) * sign >= 0:
        return "met", "met_by_bound" if figure.qualifier in ("over", "at_most") else "met"
    if figure.qualifier == "about":
        return "unknown", "actual_approximate"
    if possibly is None:
        return "unknown", "bound_short_of_target"
    if (possibly - value) * sign >= 0:
        return "unknown", "rounding_straddles"
    if goal.type == "window_cumulative":
        return _pace(numbers)
    if actual.period_end < goal.due:
        return "unknown", "no_figure_at_due"
    near = goal.near is not None and (value - figure.value) * sign <= goal.near
    return ("near", "near") if near else ("behind", "behind")


def _pace(numbers: dict[str, Fraction | None]) -> tuple[Verdict, str]:
    attained, elapsed = numbers["attained_share"], numbers["elapsed_share"]
    if attained is None or elapsed is None:
        return "unknown", "window_not_confirmed"
    if elapsed >= 1:
        return "behind", "window_closed_short"
    return ("near", "on_pace") if attained >= elapsed else ("behind", "behind_pace")
