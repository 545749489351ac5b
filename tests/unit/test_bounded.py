from decimal import Decimal
from fractions import Fraction

import pytest

from pipelines.methods.bounded import Bounded, NotANumberError, agree, printed_number, quotient, total

WAN = Decimal(10000)


def test_the_last_printed_digit_gives_the_interval() -> None:
    assert printed_number("155", "exact", WAN) == Bounded(Fraction(1_550_000), Fraction(1_545_000), Fraction(1_555_000))
    assert printed_number("25.0", "exact") == Bounded(Fraction(25), Fraction("24.95"), Fraction("25.05"))


def test_a_count_printed_in_full_is_exact() -> None:
    assert printed_number("36", "exact", is_count=True) == Bounded(Fraction(36), Fraction(36), Fraction(36))
    assert printed_number("36", "exact", WAN, is_count=True).low == 355_000
    assert printed_number("36.5", "exact", is_count=True).low == Fraction("36.45")
    assert printed_number("36", "over", is_count=True).high is None


def test_a_qualifier_opens_the_interval_on_its_side() -> None:
    assert printed_number("200", "over", WAN) == Bounded(Fraction(2_000_000), Fraction(2_000_000), None, "over")
    assert printed_number("200", "at_most") == Bounded(Fraction(200), None, Fraction(200), "at_most")
    assert printed_number("200", "about") == Bounded(Fraction(200), None, None, "about")


@pytest.mark.parametrize("printed", ["", "1,234", "1e3", " 5", "NaN", "Infinity", "１２", "1_0", "5.", ".5", "12万"])
def test_only_a_plain_number_is_a_number(printed: str) -> None:
    with pytest.raises(NotANumberError, match="wanted a plain decimal number"):
        printed_number(printed, "exact")


@pytest.mark.parametrize(
    ("part", "whole", "wanted"),
    [
        ("exact", "exact", "exact"),
        ("over", "exact", "over"),
        ("exact", "over", "at_most"),
        ("over", "at_most", "over"),
        ("over", "over", "undetermined"),
        ("about", "exact", "about"),
        ("about", "over", "undetermined"),
    ],
)
def test_qualifiers_propagate_through_a_ratio(part: str, whole: str, wanted: str) -> None:
    found = quotient(printed_number("1", part), printed_number("2", whole))  # type: ignore[arg-type]
    assert found.qualifier == wanted


def test_a_ratio_of_two_lower_bounds_has_no_interval() -> None:
    found = quotient(printed_number("7200", "over"), printed_number("22000", "over"), 100)
    assert (found.low, found.high, found.qualifier) == (None, None, "undetermined")


def test_a_zero_denominator_is_refused_also_within_rounding() -> None:
    with pytest.raises(ZeroDivisionError):
        quotient(printed_number("1", "exact"), printed_number("0.4", "exact").__class__(Fraction(0), None, None))
    with pytest.raises(ZeroDivisionError):
        quotient(printed_number("1", "exact"), printed_number("0", "exact"))


def test_a_sum_keeps_a_bound_only_where_every_part_has_it() -> None:
    found = total([printed_number("10", "exact"), printed_number("20", "over")])
    assert (found.value, found.low, found.high, found.qualifier) == (Fraction(30), Fraction("29.5"), None, "over")


def test_two_accounts_agree_when_their_intervals_meet() -> None:
    assert agree(printed_number("31.5", "exact"), printed_number("31.4", "exact")) is True  # they share 31.45
    assert agree(printed_number("31.6", "exact"), printed_number("31.4", "exact")) is False
