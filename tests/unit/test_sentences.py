"""A row in, a sentence out; every number in it is a lookup."""

import re
from decimal import Decimal
from typing import Any

import pytest

from dashboards import sentences
from dashboards.lookups import Sentence
from dashboards.words import LANGUAGES, words

HEADLINE: dict[str, Any] = {
    "indicator_id": "college_share", "title_zh": "大专及以上学历比重", "title_en": "College-or-above share",
    "unit_of_measure": "percent", "decimals": 1, "value": Decimal("12.2"), "value_low": Decimal("12.15"),
    "value_high": Decimal("12.25"), "period": "2020", "period_start": "2020-01-01", "period_end": "2020-12-31",
    "qualifier": "exact", "basis": "derived", "agreement": "derived_only", "grade": "B",
    "previous_value": Decimal("11.1"), "previous_low": Decimal("11.05"), "previous_high": Decimal("11.15"),
    "previous_period": "2019",
}  # fmt: skip
TARGET: dict[str, Any] = {
    "target_id": "training", "unit_code": "000000", "title_zh": "补贴性培训7500万人次以上",
    "title_en": "Subsidised training, over 75,000,000", "verdict": "met", "reason_id": "met_by_bound",
    "actual_value": Decimal(92000000), "actual_period": "2021/2025", "actual_qualifier": "over", "actual_grade": "B",
    "target_grade": "A", "unit_of_measure": "person_time", "decimals": 0, "gap": Decimal(-17000000),
}  # fmt: skip


def digits_outside_lookups(found: Sentence) -> list[str]:
    return [part for part in found.fixed if re.search(r"\d", part)]


def test_a_headline_names_period_unit_title_and_value() -> None:
    assert str(sentences.headline(HEADLINE, "zh")) == "2020年，全国大专及以上学历比重为12.2%。"
    assert str(sentences.headline(HEADLINE, "en")) == "College-or-above share, China, 2020: 12.2%. "


def test_a_headline_of_a_union_year_states_its_months() -> None:
    row = HEADLINE | {"period_start": "2019-10-01", "period_end": "2020-09-30"}
    assert str(sentences.headline(row, "zh")).startswith("2020工会年度（2019年10月—2020年9月），")
    assert str(sentences.change(row, "zh")).startswith("与2019工会年度的11.1%相比")


def test_a_target_held_against_a_union_year_says_so() -> None:
    row = TARGET | {"actual_period": "2025", "actual_calendar": "union"}
    assert str(sentences.actual(row, "zh")).startswith("2025工会年度的数字是")


def test_a_lower_bound_keeps_its_word() -> None:
    row = HEADLINE | {"qualifier": "over", "value_high": None}
    assert "比重超过12.2%" in str(sentences.headline(row, "zh"))
    assert ": over 12.2%" in str(sentences.headline(row, "en"))


def test_a_ratio_of_two_lower_bounds_says_that_it_is_open() -> None:
    row = HEADLINE | {"qualifier": "undetermined", "value_low": None, "value_high": None}
    assert "真值高低不能确定" in str(sentences.headline(row, "zh"))


def test_a_change_is_stated_between_exact_figures() -> None:
    assert str(sentences.change(HEADLINE, "zh")) == "与2019年的11.1%相比提高1.1\u202f个百分点。"
    assert "up 1.1" in str(sentences.change(HEADLINE, "en"))


def test_no_change_is_stated_where_the_rounding_intervals_overlap() -> None:
    row = HEADLINE | {"previous_value": Decimal("12.2"), "previous_low": Decimal("12.15"), "previous_high": Decimal("12.25")}  # fmt: skip # noqa: E501
    assert "升降不能判断" in str(sentences.change(row, "zh"))


@pytest.mark.parametrize("change", [{"qualifier": "over"}, {"previous_value": None}, {"unit_of_measure": "medal"}])
def test_no_change_is_stated_for_bounds_without_a_predecessor_or_for_medals(change: dict[str, Any]) -> None:
    assert not sentences.change(HEADLINE | change, "zh")


@pytest.mark.parametrize("grade", ["C", "D"])
def test_a_figure_that_is_not_verified_never_enters_a_sentence(grade: str) -> None:
    with pytest.raises(sentences.UnverifiedError, match="wanted A or B"):
        sentences.headline(HEADLINE | {"grade": grade}, "zh")


def test_a_target_is_told_with_figure_verdict_and_reason() -> None:
    said = str(sentences.progress(TARGET, "zh"))
    assert said == (
        "补贴性培训7500万人次以上：达标。2021—2025年的数字是超过9\u202f200\u202f万人次。"
        "理由：公布的是下限，下限已不低于目标。"
    )


def test_a_target_that_is_not_verified_shows_no_number() -> None:
    row = TARGET | {"target_grade": "C", "verdict": "unknown", "reason_id": "target_not_verified"}
    for language in LANGUAGES:
        assert not re.search(r"\d", str(sentences.progress(row, language)))


def test_what_is_lacking_is_said() -> None:
    row = TARGET | {"verdict": "missing", "reason_id": "no_actual", "actual_value": None, "actual_grade": None}
    assert "缺：同口径的实际数字。" in str(sentences.progress(row, "zh"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_of_a_sentence_is_a_lookup(language: Any) -> None:
    for found in (sentences.headline(HEADLINE, language), sentences.change(HEADLINE, language),
                  sentences.progress(TARGET, language), sentences.overall([TARGET], language)):  # fmt: skip
        assert found.figures
        assert digits_outside_lookups(found) == []


def test_every_verdict_and_reason_has_words_in_both_languages() -> None:
    reasons = {"met", "met_by_bound", "near", "behind", "on_pace", "behind_pace", "window_closed_short",
               "direction_only", "target_not_judged", "target_not_verified", "window_not_confirmed", "no_base",
               "actual_not_verified", "no_actual", "no_indicator", "period_uncertain", "two_lower_bounds",
               "actual_approximate", "bound_short_of_target", "rounding_straddles", "no_figure_at_due"}  # fmt: skip
    wanted = {f"reason.{one}" for one in reasons} | {f"verdict.{one}" for one in sentences.VERDICTS}
    assert wanted <= set(words())


def test_a_verdict_on_invented_figures_says_so_in_its_own_sentence() -> None:
    for language, mark in (("zh", "演示"), ("en", "emonstration")):
        for row in (TARGET, TARGET | {"target_grade": "C", "verdict": "unknown", "reason_id": "target_not_verified"}):
            assert mark in str(sentences.progress(row, language, demo=True))
            assert mark not in str(sentences.progress(row, language))
        assert f"{words()['verdict.met.demo'][language]}" in str(sentences.overall([TARGET], language, demo=True))
        assert mark not in str(sentences.overall([TARGET], language))


def test_no_text_for_invented_figures_calls_them_verified_official_or_actual() -> None:
    claims = re.compile(r"已核对|A级|grade A|官方|实际数字|实际值(?!是虚构)|(?<!not )\b[Vv]erified|[Oo]fficial\b")
    found = {key: texts for key, texts in words().items() if key.endswith(".demo")}
    assert len(found) > 50
    said = {key: re.sub(r"{\w+}", "", " ".join(texts.values())) for key, texts in found.items()}
    assert {key for key, text in said.items() if claims.search(text)} == set()
