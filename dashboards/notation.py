"""notation: how a value, a range, a change and a period are written, in Chinese and in English."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from dashboards.words import Language, word

Number = Decimal | Fraction | int | float
Toward = Literal["nearest", "down", "up"]
THIN = "\u202f"  # narrow no-break space: between thousands in Chinese, and before a unit
MINUS = "−"
PERCENT = "%"
BEIJING = timezone(timedelta(hours=8))
SHARES = {"percent", "percentage_point"}
LEVELLED = {"year_of_age", "year", "ratio"}  # their change is a difference, not a growth
COUNTED = {
    "person": "人", "person_time": "人次", "unit_count": "个", "unit_time": "家次", "item": "项", "case": "件",
    "household": "户", "check": "次", "yuan": "元", "person_per_year": "人/年", "person_time_per_year": "人次/年",
    "person_year": "人年",
}  # fmt: skip
PLAIN = {
    "medal": "枚", "event": "项", "contest": "场", "delegation": "个", "rule": "条", "return": "份", "year": "年",
    "year_of_age": "岁", "kyuan": "千元", "yuan_per_year": "元/年", "yuan_per_month": "元/月", "ratio": "",
    "person_per_10k": "人/万人", "person_per_100k": "人/十万人", "person_time_per_100": "人次/百人",
    "item_per_10k": "项/万人", "unit_per_100k": "个/十万人", "yuan_per_person_year": "元/人年",
    "item_per_1k_person_years": "项/千人年",
}  # fmt: skip
ENGLISH = {
    "person": "persons", "person_time": "person-times", "unit_count": "units", "unit_time": "unit-times",
    "item": "items", "case": "cases", "household": "households", "check": "checks", "yuan": "yuan",
    "person_per_year": "persons a year", "person_time_per_year": "person-times a year", "medal": "medals",
    "event": "events", "contest": "contests", "delegation": "delegations", "rule": "rules", "return": "returns",
    "year": "years", "year_of_age": "years", "kyuan": "thousand yuan", "yuan_per_year": "yuan a year",
    "yuan_per_month": "yuan a month", "ratio": "", "person_per_10k": "persons per 10,000",
    "person_per_100k": "persons per 100,000", "person_time_per_100": "person-times per 100 persons",
    "item_per_10k": "items per 10,000 persons", "unit_per_100k": "units per 100,000 persons",
    "percentage_point": "percentage points", "person_year": "person-years",
    "yuan_per_person_year": "yuan per person-year",
    "item_per_1k_person_years": "items per 1,000 person-years",
}  # fmt: skip
DECIMALS = {"percent": 1, "percentage_point": 1, "ratio": 2, "person_per_10k": 1, "person_per_100k": 1,
            "person_time_per_100": 1, "item_per_10k": 1, "unit_per_100k": 1, "year_of_age": 1, "year": 1,
            "item_per_1k_person_years": 1}  # fmt: skip
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")  # fmt: skip
UNION_YEAR = re.compile(r"\d{4}-09-30")
PERIOD = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-\d{2})?")


class UnknownUnitError(KeyError):
    """A unit of measure that has no written form here."""


@dataclass(frozen=True)
class Scale:
    """A divisor and the unit that then stands after the number."""

    divisor: int
    symbol: str
    most_decimals: int
    least_decimals: int = 0


def shown(value: Number | None, unit_of_measure: str, language: Language, decimals: int | None = None) -> str:
    """A value with its unit: 4 791 万人, 31.2%, 412 人; 47.91 million persons.

    Counts from 10,000 are in 万, from 100 million in 亿; a count that is whole in its
    scale shows no decimals. None gives the word for "not available".
    """
    if value is None:
        return word("missing.not_collected", language)
    return qualified(value, unit_of_measure, language, "exact", decimals)


def qualified(
    value: Number, unit_of_measure: str, language: Language, qualifier: str, decimals: int | None = None
) -> str:
    """A value with unit and qualifier: 超过 3 000 万人次. A lower bound is never rounded up, nor an upper one down."""
    toward: Toward = {"over": "down", "at_most": "up"}.get(qualifier, "nearest")  # type: ignore[assignment]
    scale = scale_of(value, unit_of_measure, language, decimals)
    text = joined(scaled(value, scale, language, toward), scale.symbol, language)
    return joined_words(word(f"qualifier.{qualifier}", language), text, language)


def scale_of(value: Number, unit_of_measure: str, language: Language, decimals: int | None = None) -> Scale:
    """The scale in which a value of a unit is written.

    Raises:
        UnknownUnitError: the unit has no written form.
    """
    size = abs(exact(value))
    if unit_of_measure in COUNTED:
        symbol = COUNTED[unit_of_measure] if language == "zh" else ENGLISH[unit_of_measure]
        return _counted(size, symbol, language, decimals)
    least = DECIMALS.get(unit_of_measure, 0) if decimals is None else decimals
    if unit_of_measure == "percent":
        return Scale(1, PERCENT, least, least)
    if unit_of_measure == "percentage_point":
        return Scale(1, "个百分点" if language == "zh" else ENGLISH[unit_of_measure], least, least)
    if unit_of_measure not in PLAIN:
        known = ", ".join(sorted({*COUNTED, *PLAIN, *SHARES}))
        raise UnknownUnitError(f"found unit {unit_of_measure!r}, wanted one of {known}. Add its written form here.")
    symbol = PLAIN[unit_of_measure] if language == "zh" else ENGLISH[unit_of_measure]
    keep = least if unit_of_measure in DECIMALS else 0
    return Scale(1, symbol, max(least, 0), keep)


def _counted(size: Fraction, symbol: str, language: Language, decimals: int | None) -> Scale:
    if language == "zh":
        if size >= 10**8:
            return Scale(10**8, "亿" + symbol, 2 if decimals is None else decimals)
        if size >= 10**4:
            return Scale(10**4, "万" + symbol, 1 if decimals is None else decimals)
    elif size >= 10**6:
        return Scale(10**6, f"million {symbol}", 2 if decimals is None else decimals)
    return Scale(1, symbol, 0 if decimals is None else decimals)


def scaled(value: Number, scale: Scale, language: Language, toward: Toward = "nearest") -> str:
    """The number alone, in a scale; noughts after the point are dropped where nothing was rounded away."""
    size = exact(value) / scale.divisor
    text = plain(size, scale.most_decimals, language, toward)
    is_whole_story = Fraction(rounded_units(size, scale.most_decimals, toward), 10**scale.most_decimals) == size
    if "." not in text or not is_whole_story:
        return text
    whole, _, tail = text.partition(".")
    kept = tail.rstrip("0").ljust(scale.least_decimals, "0")
    return f"{whole}.{kept}" if kept else whole


def plain(value: Number, decimals: int, language: Language, toward: Toward = "nearest") -> str:
    """A number without unit, rounded half away from zero, with thousands parted and a true minus sign."""
    units = rounded_units(exact(value), decimals, toward)
    digits = str(abs(units)).rjust(decimals + 1, "0")
    whole, tail = (digits[:-decimals], digits[-decimals:]) if decimals else (digits, "")
    grouped = f"{int(whole):,}" if language == "en" else f"{int(whole):,}".replace(",", THIN)
    sign = MINUS if units < 0 else ""
    return f"{sign}{grouped}.{tail}" if tail else f"{sign}{grouped}"


def rounded_units(value: Fraction, decimals: int, toward: Toward = "nearest") -> int:
    """How many units of the last decimal place a value has: half away from zero, or down, or up."""
    scaled_up = value * Fraction("1" + "0" * decimals)
    floor: int = scaled_up.numerator // scaled_up.denominator
    if toward == "down":
        return floor
    if toward == "up":
        return -((-scaled_up.numerator) // scaled_up.denominator)
    size = abs(scaled_up) + Fraction(1, 2)
    whole: int = size.numerator // size.denominator
    return whole if scaled_up >= 0 else -whole


def exact(value: Number) -> Fraction:
    """The value as a fraction; a binary float is read by its shortest decimal."""
    return Fraction(str(float(value))) if isinstance(value, float) else Fraction(value)


def joined(number: str, symbol: str, language: Language) -> str:
    """Number and unit with what stands between them: nothing before %, a no-break space elsewhere."""
    if not symbol or symbol == PERCENT:
        return number + symbol
    return f"{number}{THIN if language == 'zh' else chr(160)}{symbol}"


def joined_words(before: str, after: str, language: Language) -> str:
    """A qualifier and a number; a space only in English."""
    if not before:
        return after
    return before + after if language == "zh" else f"{before} {after}"


def interval(low: Number | None, high: Number | None, unit_of_measure: str, language: Language, decimals: int) -> str:
    """A range: 31.24～31.51%, 31.24–31.51%; an open end is ≥ or ≤."""
    if low is None and high is None:
        return word("interval.open", language)
    if low is None or high is None:
        end, sign, toward = (high, "≤", "up") if low is None else (low, "≥", "down")
        scale = scale_of(end or 0, unit_of_measure, language, decimals)
        return f"{sign}{joined(scaled(end or 0, scale, language, toward), scale.symbol, language)}"  # type: ignore[arg-type]
    scale = scale_of(high, unit_of_measure, language, decimals)
    dash = "～" if language == "zh" else "–"
    ends = [plain(exact(end) / scale.divisor, decimals, language) for end in (low, high)]
    return joined(dash.join(ends), scale.symbol, language)


def signed(value: Number, decimals: int, language: Language) -> str:
    """A number with its sign; zero has none."""
    text = plain(value, decimals, language)
    return f"+{text}" if rounded_units(exact(value), decimals) > 0 else text


def change(new: Number, old: Number, unit_of_measure: str, language: Language, decimals: int = 1) -> str:
    """How a value moved: shares in percentage points with sign, everything else in per cent; no change is a word."""
    now, before = exact(new), exact(old)
    share = unit_of_measure in SHARES
    moved = now - before if share else (now / before - 1) * 100
    if rounded_units(moved, decimals) == 0:
        return word("change.none", language) if moved == 0 else _slight(share, decimals, language)
    if share:
        symbol = "个百分点" if language == "zh" else ENGLISH["percentage_point"]
        return joined(signed(moved, decimals, language), symbol, language)
    text = plain(abs(moved), decimals, language) + PERCENT
    return f"{word('change.up' if moved > 0 else 'change.down', language)} {text}"


def _slight(share: bool, decimals: int, language: Language) -> str:  # noqa: FBT001 - one caller, named there
    """A change that is there and rounds to nothing: less than half a unit of the last digit shown."""
    least = plain(Fraction(1, 2 * 10**decimals), decimals + 1, language)
    unit = ("个百分点" if language == "zh" else " percentage points") if share else PERCENT
    return word("change.slight", language).format(f"{least}{unit}")


def moved(new: Number, old: Number, unit_of_measure: str, language: Language, decimals: int = 1) -> str:
    """How a value moved, as words of a sentence: 提高1.1 个百分点, 下降 3.4%; up 1.1 percentage points."""
    gap = exact(new) - exact(old)
    if unit_of_measure not in SHARES | LEVELLED or rounded_units(gap, decimals) == 0:
        return change(new, old, unit_of_measure, language, decimals)
    symbol = scale_of(gap, "percentage_point" if unit_of_measure in SHARES else unit_of_measure, language).symbol
    verb = word("change.raised" if gap > 0 else "change.fallen", language)
    return joined_words(verb, joined(plain(abs(gap), decimals, language), symbol, language), language)


def period_of(row: Mapping[str, Any], language: Language, *, as_at: bool | None = None, long: bool = False) -> str:
    """The period of a row in words, with its calendar where that is not the usual year.

    A day is written as such where start and end are one (or `as_at` says); `long` adds the months of a union year.
    """
    union, is_day = is_union_year(row), row["period_start"] == row["period_end"]
    at = is_day if as_at is None or union else as_at
    return period_words(row["period"], language, as_at=at, union=union, long=long)


def is_union_year(row: Mapping[str, Any]) -> bool:
    """Whether a row's year is a union year: a flow from 1 October, growth since the last end, or as at its end."""
    ends = UNION_YEAR.fullmatch(str(row["period_end"])) and row["period"].isdigit()
    return bool(ends) and str(row["period_start"])[4:] in ("-09-30", "-10-01")


def period_words(printed: str, language: Language, *, as_at: bool, union: bool = False, long: bool = False) -> str:
    """A period in words: 2024年末, 2024年9月, 2021—2025年; end of 2024, September 2024, 2021–2025.

    Only a year is closed by its end: a month is the one in which a source says "at present", often before its last day.

    Args:
        printed: YYYY, YYYY-MM, or two of them joined by a slash.
        language: the language of the words.
        as_at: whether it is a day (start equal to end) and not a span.
        union: whether the year is a union year: 2023 is 1 October 2022 to 30 September 2023.
        long: whether a union year is followed by its months.
    """
    if union:
        return _union_year(printed, language, as_at=as_at, long=long)
    first, slash, last = printed.partition("/")
    if not slash:
        return _one(first, language, as_at=as_at)
    begin, end = _parts(first), _parts(last)
    if begin[1] is None and end[1] is None:
        return f"{begin[0]}—{end[0]}年" if language == "zh" else f"{begin[0]}–{end[0]}"
    if language == "zh":
        if begin[0] == end[0] and begin[1] and end[1]:
            return f"{begin[0]}年{begin[1]}—{end[1]}月"
        return f"{_one(first, 'zh', as_at=False)}至{_one(last, 'zh', as_at=False)}"
    if begin[0] == end[0] and begin[1] and end[1]:
        return f"{MONTHS[begin[1] - 1]}–{MONTHS[end[1] - 1]} {begin[0]}"
    return f"{_one(first, 'en', as_at=False)} to {_one(last, 'en', as_at=False)}"


def _union_year(printed: str, language: Language, *, as_at: bool, long: bool) -> str:
    if as_at:
        return word("period.union.as_at", language).format(printed)
    months = word("period.union.months", language).format(int(printed) - 1, printed) if long else ""
    return word("period.union", language).format(printed) + months


def _parts(printed: str) -> tuple[str, int | None]:
    match = PERIOD.fullmatch(printed)
    if not match:
        raise ValueError(f"period: found {printed!r}, wanted YYYY, YYYY-MM or two of them joined by /.")
    return match[1], int(match[2]) if match[2] else None


def _one(printed: str, language: Language, *, as_at: bool) -> str:
    year, month = _parts(printed)
    if language == "zh":
        return f"{year}年{month}月" if month else f"{year}年{'末' if as_at else ''}"
    return f"{MONTHS[month - 1]} {year}" if month else f"end of {year}" if as_at else year


def date_words(printed: str, language: Language) -> str:
    """A day in words: 2026年11月20日, 20 November 2026; a month or year is written as far as it is known.

    A moment (with T and its offset) is the day that it was in Beijing.
    """
    day_of = datetime.fromisoformat(printed).astimezone(BEIJING).date().isoformat() if "T" in printed else printed
    parts = day_of.split("-")
    if len(parts) < 3:
        return _one(day_of, language, as_at=False)
    year, month, day = parts[0], int(parts[1]), int(parts[2])
    return f"{year}年{month}月{day}日" if language == "zh" else f"{day} {MONTHS[month - 1]} {year}"


def missing(reason: str | None, language: Language) -> str:
    """The word that stands where a value is missing; without a reason, the mark for not computed."""
    return word(f"missing.{reason}" if reason else "missing.not_computed", language)
