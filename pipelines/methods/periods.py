"""periods: a printed period as two dates."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

PRINTED = re.compile(r"(\d{4})(?:-(\d{2}))?")
AS_AT = {"stock", "cumulative"}


class PeriodError(ValueError):
    """A period that is not written YYYY, YYYY-MM, or two of these joined by a slash."""


@dataclass(frozen=True)
class Period:
    """First and last day, both included; equal for a figure as at one day."""

    start: date
    end: date


def period(printed: str, kind: str, calendar: str = "calendar") -> Period:
    """The days that a printed period means for a stock, flow, cumulative figure, rate or event.

    "2023" is 31 December for a stock and the whole year for a flow; "2024-09" is
    30 September or the whole month; "2021/2025-04" runs from 1 January 2021 to 30 April 2025.
    In the calendar "union" a year runs from 1 October before it to its 30 September.

    Raises:
        PeriodError: the text is not a period, or ends before it begins.
    """
    first, slash, last = printed.partition("/")
    begin, end = _span(first, calendar), _span(last if slash else first, calendar)
    if end.end < begin.start:
        raise PeriodError(f"{printed!r} ends before it begins")
    if kind in AS_AT and not slash:
        return Period(end.end, end.end)
    return Period(begin.start, end.end)


def _span(printed: str, kind_of_year: str) -> Period:
    match = PRINTED.fullmatch(printed)
    if not match:
        raise PeriodError(f"found {printed!r}, wanted YYYY, YYYY-MM or two of them joined by /")
    year, month = int(match[1]), match[2]
    if not 1900 <= year <= 2100:
        raise PeriodError(f"found year {year} in {printed!r}, wanted 1900 to 2100")
    if month is None and kind_of_year == "union":
        return Period(date(year - 1, 10, 1), date(year, 9, 30))
    if month is None:
        return Period(date(year, 1, 1), date(year, 12, 31))
    if not 1 <= int(month) <= 12:
        raise PeriodError(f"found month {month} in {printed!r}, wanted 01 to 12")
    return Period(date(year, int(month), 1), date(year, int(month), calendar.monthrange(year, int(month))[1]))
