from datetime import date
from fractions import Fraction

import pytest

from pipelines.methods.bounded import Bounded
from pipelines.methods.progress import Actual, Goal, judgement

DUE = date(2025, 12, 31)
THIRD = Fraction(100, 3)


def exact(value: str, half: str = "0.05") -> Bounded:
    return Bounded(Fraction(value), Fraction(value) - Fraction(half), Fraction(value) + Fraction(half))


def goal(**changes: object) -> Goal:
    named: dict[str, object] = {
        "type": "threshold",
        "direction": "higher",
        "value": Fraction(30),
        "due": DUE,
        "near": Fraction(1),
    }
    return Goal(**(named | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("figure", "verdict", "reason"),
    [
        (exact("31"), "met", "met"),
        (exact("29.5"), "near", "near"),
        (exact("28"), "behind", "behind"),
        (exact("30", "0.5"), "unknown", "rounding_straddles"),
        (Bounded(Fraction(31), Fraction(31), None, "over"), "met", "met_by_bound"),
        (Bounded(Fraction(29), Fraction(29), None, "over"), "unknown", "bound_short_of_target"),
        (Bounded(Fraction(31), None, None, "about"), "unknown", "actual_approximate"),
        (Bounded(Fraction(31), None, None, "undetermined"), "unknown", "two_lower_bounds"),
    ],
)
def test_a_threshold_at_its_due_date(figure: Bounded, verdict: str, reason: str) -> None:
    found = judgement(goal(), Actual(figure, DUE))
    assert (found.verdict, found.reason_id) == (verdict, reason)


def test_a_third_is_compared_as_a_fraction() -> None:
    short = Actual(Bounded(Fraction("33.308"), Fraction("33.308"), Fraction("33.308")), DUE)
    assert judgement(goal(value=THIRD), short).verdict == "near"  # at one decimal both read 33.3
    whole = Actual(Bounded(THIRD, THIRD, THIRD), DUE)
    assert judgement(goal(value=THIRD), whole).verdict == "met"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"is_judged": False}, "target_not_judged"),
        ({"is_verified": False}, "target_not_verified"),
        ({"window_is_confirmed": False}, "window_not_confirmed"),
        ({"type": "percentage_point_change"}, "no_base"),
    ],
)
def test_what_forbids_a_verdict_is_named(changes: dict[str, object], reason: str) -> None:
    assert judgement(goal(**changes), Actual(exact("40"), DUE)).reason_id == reason


def test_a_direction_only_target_never_shows_a_light() -> None:
    assert judgement(goal(type="direction_only", value=None), Actual(exact("40"), DUE)).verdict == "direction"


def test_without_a_figure_nothing_is_said() -> None:
    assert judgement(goal(), None).verdict == "missing"
    assert judgement(goal(), None, unverified_actual=True).reason_id == "actual_not_verified"


def test_a_share_of_years_before_the_due_date_cannot_be_judged() -> None:
    early = date(2023, 5, 31)
    assert judgement(goal(), Actual(exact("31"), early)).reason_id == "no_figure_at_due"  # it can fall back
    found = judgement(goal(), Actual(exact("25.6"), early))
    assert (found.verdict, found.reason_id) == ("unknown", "no_figure_at_due")
    assert found.gap == Fraction("4.4")
    assert found.pace_needed is not None


def test_a_share_of_the_last_months_meets_but_does_not_fail() -> None:
    autumn = date(2025, 9, 30)
    assert judgement(goal(), Actual(exact("31"), autumn)).verdict == "met"
    assert judgement(goal(), Actual(exact("28"), autumn)).reason_id == "no_figure_at_due"


def test_what_never_falls_can_be_met_early() -> None:
    window = goal(type="window_cumulative", value=Fraction(75), window_start=date(2021, 1, 1))
    assert (
        judgement(window, Actual(Bounded(Fraction(92), Fraction(92), None, "over"), date(2024, 1, 1))).reason_id
        == "met_by_bound"
    )


def test_a_ceiling_is_met_from_below() -> None:
    ceiling = goal(type="ceiling", direction="lower", value=Fraction("1.3"), near=None)
    assert judgement(ceiling, Actual(exact("1.2"), DUE)).verdict == "met"
    assert judgement(ceiling, Actual(exact("1.5"), DUE)).verdict == "behind"


def test_a_window_is_held_against_the_time_that_has_passed() -> None:
    window = goal(type="window_cumulative", value=Fraction(3000), window_start=date(2025, 1, 1), due=date(2027, 12, 31))
    half = date(2026, 6, 30)
    assert judgement(window, Actual(exact("1600"), half)).reason_id == "on_pace"
    assert judgement(window, Actual(exact("1400"), half)).reason_id == "behind_pace"
    assert judgement(window, Actual(exact("2900"), date(2027, 12, 31))).reason_id == "window_closed_short"
