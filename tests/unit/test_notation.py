"""How numbers, ranges, changes and periods are written."""

from decimal import Decimal
from fractions import Fraction

import pytest

from dashboards import notation
from dashboards.words import UnknownWordError, word


@pytest.mark.parametrize(
    ("value", "unit", "qualifier", "chinese", "english"),
    [
        (Decimal(47910000), "person", "exact", "4\u202f791\u202f万人", "47.91\u00a0million\u00a0persons"),
        (Decimal(412), "person", "exact", "412\u202f人", "412\u00a0persons"),
        (Decimal(220000000), "person", "over", "超过2.2\u202f亿人", "over 220\u00a0million\u00a0persons"),
        (Decimal(299730000), "person", "exact", "3.00\u202f亿人", "299.73\u00a0million\u00a0persons"),
        (Decimal(9200000), "person_time", "about", "约920\u202f万人次", "about 9.2\u00a0million\u00a0person-times"),
        (Fraction(15500, 494), "percent", "exact", "31.4%", "31.4%"),
        (Decimal(25), "percent", "exact", "25.0%", "25.0%"),
        (Decimal(4961), "yuan_per_month", "exact", "4\u202f961\u202f元/月", "4,961\u00a0yuan a month"),
        (Decimal("1.275"), "ratio", "exact", "1.28", "1.28"),
    ],
)  # fmt: skip
def test_a_value_is_written_with_its_unit(
    value: notation.Number, unit: str, qualifier: str, chinese: str, english: str
) -> None:
    assert notation.qualified(value, unit, "zh", qualifier) == chinese
    assert notation.qualified(value, unit, "en", qualifier).replace("million persons", "million\u00a0persons").replace(
        "million person-times", "million\u00a0person-times") == english  # fmt: skip


def test_a_lower_bound_is_never_rounded_up() -> None:
    assert notation.qualified(Decimal(199960000), "person", "zh", "over") == "超过1.99\u202f亿人"
    assert notation.qualified(Decimal("26.79"), "percent", "en", "over", 1) == "over 26.7%"
    assert notation.qualified(Decimal("26.71"), "percent", "en", "at_most", 1) == "at most 26.8%"


def test_halves_are_rounded_away_from_zero_and_minus_is_a_minus() -> None:
    assert notation.plain(Decimal("0.25"), 1, "zh") == "0.3"
    assert notation.plain(Decimal("-0.25"), 1, "zh") == "−0.3"
    assert notation.plain(2.675, 2, "en") == "2.68"


def test_a_share_moves_in_percentage_points_and_a_level_in_per_cent() -> None:
    assert notation.change(Decimal("31.2"), Decimal("30.1"), "percent", "zh") == "+1.1\u202f个百分点"
    assert notation.change(Decimal("30.1"), Decimal("31.2"), "percent", "en") == "−1.1\u00a0percentage points"
    assert notation.change(Decimal(104), Decimal(100), "person", "zh") == "增长 4.0%"
    assert notation.change(Decimal(96), Decimal(100), "person", "en") == "down 4.0%"
    assert notation.change(Decimal(100), Decimal(100), "person", "zh") == "持平"
    assert notation.moved(Decimal("43.2"), Decimal("41.4"), "year_of_age", "zh") == "提高1.8\u202f岁"


def test_a_range_is_written_with_the_dash_of_its_language() -> None:
    assert notation.interval(Decimal("31.243"), Decimal("31.509"), "percent", "zh", 2) == "31.24～31.51%"
    assert notation.interval(Decimal("31.243"), Decimal("31.509"), "percent", "en", 2) == "31.24–31.51%"
    assert notation.interval(Decimal("26.799"), None, "percent", "zh", 2) == "≥26.79%"
    assert notation.interval(None, None, "percent", "en", 2) == "not bounded"


@pytest.mark.parametrize(
    ("printed", "as_at", "chinese", "english"),
    [
        ("2024-09", True, "2024年9月", "September 2024"),
        ("2024-09", False, "2024年9月", "September 2024"),
        ("2024", True, "2024年末", "end of 2024"),
        ("2021/2025", False, "2021—2025年", "2021–2025"),
        ("2021/2025-04", False, "2021年至2025年4月", "2021 to April 2025"),
        ("2025-01/2025-06", False, "2025年1—6月", "January–June 2025"),
    ],
)
def test_a_period_is_written_in_words(printed: str, as_at: bool, chinese: str, english: str) -> None:
    assert notation.period_words(printed, "zh", as_at=as_at) == chinese
    assert notation.period_words(printed, "en", as_at=as_at) == english


@pytest.mark.parametrize(
    ("start", "end", "chinese", "english"),
    [
        ("2022-10-01", "2023-09-30", "2023工会年度", "union year 2023"),
        ("2023-09-30", "2023-09-30", "2023年9月末", "end of September 2023"),
        ("2022-09-30", "2023-09-30", "2023工会年度", "union year 2023"),
        ("2023-01-01", "2023-12-31", "2023年", "2023"),
        ("2023-12-31", "2023-12-31", "2023年末", "end of 2023"),
    ],
)
def test_a_union_year_is_named_as_such(start: str, end: str, chinese: str, english: str) -> None:
    row = {"period": "2023", "period_start": start, "period_end": end}
    assert notation.period_of(row, "zh") == chinese
    assert notation.period_of(row, "en") == english


def test_a_union_year_can_state_its_months() -> None:
    row = {"period": "2023", "period_start": "2022-10-01", "period_end": "2023-09-30"}
    assert notation.period_of(row, "zh", long=True) == "2023工会年度（2022年10月—2023年9月）"
    assert notation.period_of(row, "en", long=True) == "union year 2023 (October 2022–September 2023)"


@pytest.mark.parametrize("printed", ["2023-09", "2021/2023"])
def test_a_month_or_a_span_is_no_union_year(printed: str) -> None:
    row = {"period": printed, "period_start": "2023-09-30", "period_end": "2023-09-30"}
    assert not notation.is_union_year(row)


def test_a_moment_is_the_day_that_it_was_in_beijing() -> None:
    assert notation.date_words("2026-11-20T20:09:39+00:00", "zh") == "2026年11月21日"
    assert notation.date_words("2025-04-08", "en") == "8 April 2025"
    assert notation.date_words("2025-04", "zh") == "2025年4月"


def test_what_is_missing_is_a_word() -> None:
    assert notation.shown(None, "person", "zh") == "暂无数据"
    assert notation.missing("not_reported", "en") == "Not reported"
    assert notation.missing(None, "zh") == "…"


def test_an_unknown_unit_and_an_unknown_word_are_named() -> None:
    with pytest.raises(notation.UnknownUnitError, match="furlong"):
        notation.shown(Decimal(1), "furlong", "zh")
    with pytest.raises(UnknownWordError, match=r"verdict\.perfect"):
        word("verdict.perfect", "zh")


def test_a_change_that_rounds_to_nothing_is_not_called_none() -> None:
    # 75,463/98,096 = 76.928 % against 71,147/92,492 = 76.922 %
    assert notation.change("76.928", "76.922", "percent", "zh") == "变化不足0.05个百分点"
    assert notation.change("76.928", "76.922", "percent", "en") == "changed by less than 0.05 percentage points"
    assert notation.change("76.9", "76.9", "percent", "zh") == "持平"
