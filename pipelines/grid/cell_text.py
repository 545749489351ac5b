"""cell_text: the text of a cell's value, as Sheet promises it."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal


def text(value: object) -> str:
    """The text of one value: shortest number that reads back, never scientific; ISO dates; TRUE and FALSE.

    Raises:
        TypeError: the value is of no kind that a cell can hold.
    """
    match value:
        case str():
            return value
        case bool():
            return "TRUE" if value else "FALSE"
        case int():
            return str(value)
        case float():
            return number(value)
        case dt.datetime():
            return value.isoformat(sep=" ")
        case dt.date() | dt.time():
            return value.isoformat()
        case dt.timedelta():
            return duration(value)
    raise TypeError(f"a cell of type {type(value).__name__}")


def number(value: float) -> str:
    """The shortest text that reads back as the number: 5.9993, 12165815, 0.0000001; NaN and inf as such."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("inf" if value > 0 else "-inf")
    if value == 0:
        return "0"
    shortest = format(Decimal(repr(value)), "f")
    return shortest.removesuffix(".0")


def duration(value: dt.timedelta) -> str:
    """A length of time in hours, minutes and seconds: 36:00:00."""
    seconds = value.total_seconds()
    sign, whole = ("-" if seconds < 0 else ""), abs(round(seconds))
    return f"{sign}{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
