"""bounded: a number with the interval that its rounding allows, and the arithmetic of such numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

Qualifier = Literal["exact", "over", "about", "at_most", "undetermined"]
PLAIN = re.compile(r"-?[0-9]+(?:\.([0-9]+))?")


class NotANumberError(ValueError):
    """A printed value that is not a plain decimal number."""


@dataclass(frozen=True)
class Bounded:
    """A value, the lowest and highest it can be (None: unbounded), and its qualifier."""

    value: Fraction
    low: Fraction | None
    high: Fraction | None
    qualifier: Qualifier = "exact"

    @property
    def is_bounded(self) -> bool:
        """Whether at least one end is known; without any, nothing can contradict the number."""
        return self.low is not None or self.high is not None


def printed_number(
    printed: str, qualifier: Qualifier, factor: Decimal = Decimal(1), *, is_count: bool = False
) -> Bounded:
    """A printed number times a unit's factor, with the interval that its last digit allows.

    155 (万人) lies in [154.5, 155.5] 万人. A count printed in full (36 medals) is exact.
    "Over 155" is bounded below only, "at most" above only, "about" not at all.

    Raises:
        NotANumberError: the text is not a plain decimal number.
    """
    match = PLAIN.fullmatch(printed)
    if not match:
        raise NotANumberError(f"found {printed!r}, wanted a plain decimal number")
    scale = Fraction(factor)
    is_exact = is_count and factor == 1 and match[1] is None
    value, half = Fraction(printed) * scale, Fraction(not is_exact, 2 * 10 ** len(match[1] or "")) * scale
    match qualifier:
        case "exact":
            return Bounded(value, value - half, value + half, "exact")
        case "over":
            return Bounded(value, value, None, "over")
        case "at_most":
            return Bounded(value, None, value, "at_most")
        case _:
            return Bounded(value, None, None, qualifier)


def total(parts: Sequence[Bounded]) -> Bounded:
    """The sum; a bound is kept only where every part has it."""
    lows, highs = [part.low for part in parts], [part.high for part in parts]
    return Bounded(
        sum((part.value for part in parts), Fraction(0)),
        None if None in lows else sum((low for low in lows if low is not None), Fraction(0)),
        None if None in highs else sum((high for high in highs if high is not None), Fraction(0)),
        _qualifier_of_sum({part.qualifier for part in parts}),
    )


def quotient(part: Bounded, whole: Bounded, multiplier: int = 1) -> Bounded:
    """part ÷ whole × multiplier, for numbers that are not negative.

    The interval takes each end against the other end of the denominator, so
    155/494 in 万人 lies in 154.5/494.5 to 155.5/493.5.

    Raises:
        ZeroDivisionError: the denominator is zero or can be zero.
    """
    if whole.value == 0 or (whole.low is not None and whole.low <= 0):
        raise ZeroDivisionError("the denominator is zero within its rounding")
    low = None if part.low is None or whole.high is None else part.low / whole.high * multiplier
    high = None if part.high is None or whole.low is None else part.high / whole.low * multiplier
    return Bounded(part.value / whole.value * multiplier, low, high, _qualifier_of_quotient(part, whole))


def agree(one: Bounded, other: Bounded) -> bool:
    """Whether two accounts of one quantity can both be true: their intervals overlap."""
    return _not_above(one.low, other.high) and _not_above(other.low, one.high)


def _not_above(low: Fraction | None, high: Fraction | None) -> bool:
    return low is None or high is None or low <= high


def _qualifier_of_sum(found: set[Qualifier]) -> Qualifier:
    inexact = found - {"exact"}
    if not inexact:
        return "exact"
    return inexact.pop() if len(inexact) == 1 else "undetermined"


def _qualifier_of_quotient(part: Bounded, whole: Bounded) -> Qualifier:
    turned: dict[Qualifier, Qualifier] = {"over": "at_most", "at_most": "over"}
    below = turned.get(whole.qualifier, whole.qualifier)
    return _qualifier_of_sum({part.qualifier, below})
