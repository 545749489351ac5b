"""Laws of numbers with intervals."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from pipelines.methods.bounded import Bounded, agree, printed_number, quotient, total

counts = st.integers(min_value=1, max_value=10**7).map(str)
factors = st.sampled_from([Decimal(1), Decimal(10000), Decimal(100000000)])


def inside(number: Bounded) -> bool:
    return (number.low is None or number.low <= number.value) and (number.high is None or number.value <= number.high)


@given(counts, counts, factors)
def test_a_value_lies_in_its_interval(part: str, whole: str, factor: Decimal) -> None:
    found = quotient(printed_number(part, "exact", factor), printed_number(whole, "exact", factor), 100)
    assert inside(found)


@given(counts, counts, factors)
def test_a_change_of_unit_leaves_a_ratio_as_it_is(part: str, whole: str, factor: Decimal) -> None:
    plain = quotient(printed_number(part, "exact"), printed_number(whole, "exact"))
    assert quotient(printed_number(part, "exact", factor), printed_number(whole, "exact", factor)) == plain


@given(counts, counts, st.fractions(min_value=-1, max_value=1), st.fractions(min_value=-1, max_value=1))
def test_every_true_pair_that_rounds_to_the_printed_one_lies_in_the_interval(
    part: str, whole: str, one: Fraction, other: Fraction
) -> None:
    found = quotient(printed_number(part, "exact"), printed_number(whole, "exact"))
    true = (Fraction(part) + one / 2) / (Fraction(whole) + other / 2)
    assert found.low is not None
    assert found.high is not None
    assert found.low <= true <= found.high


@given(st.lists(counts, min_size=1, max_size=6))
def test_a_sum_does_not_depend_on_order(parts: list[str]) -> None:
    numbers = [printed_number(part, "exact") for part in parts]
    assert total(numbers) == total(numbers[::-1])


@given(counts, counts)
def test_agreement_is_mutual(one: str, other: str) -> None:
    first, second = printed_number(one, "exact"), printed_number(other, "exact")
    assert agree(first, second) == agree(second, first)
    assert agree(first, first)
