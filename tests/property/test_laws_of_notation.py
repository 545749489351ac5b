"""Laws of writing numbers: what is written can be read back, and stays on the true side of its bound."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from dashboards import notation
from dashboards.words import Language

VALUES = st.decimals(min_value=-(10**10), max_value=10**10, places=4)
COUNTS = st.integers(min_value=0, max_value=2 * 10**9)
LANGUAGES: st.SearchStrategy[Language] = st.sampled_from(["zh", "en"])
DECIMALS = st.integers(min_value=0, max_value=4)


def read(text: str) -> Fraction:
    """A written number as a fraction."""
    return Fraction(text.replace(notation.THIN, "").replace(",", "").replace("−", "-"))


@given(VALUES, DECIMALS, LANGUAGES)
def test_a_written_number_is_within_half_a_unit_of_its_last_digit(
    value: Decimal, decimals: int, language: Language
) -> None:
    written = read(notation.plain(value, decimals, language))
    assert abs(written - Fraction(value)) <= Fraction(1, 2 * 10**decimals)


@given(VALUES, DECIMALS)
def test_a_number_and_its_negative_are_mirror_images(value: Decimal, decimals: int) -> None:
    assert read(notation.plain(-value, decimals, "zh")) == -read(notation.plain(value, decimals, "zh"))


@given(COUNTS, LANGUAGES)
def test_a_bound_is_written_on_its_own_side(value: int, language: Language) -> None:
    scale = notation.scale_of(value, "person", language)
    assert read(notation.scaled(value, scale, language, "down")) * scale.divisor <= value
    assert read(notation.scaled(value, scale, language, "up")) * scale.divisor >= value


@given(COUNTS, LANGUAGES)
def test_noughts_are_dropped_only_where_nothing_was_rounded_away(value: int, language: Language) -> None:
    scale = notation.scale_of(value, "person", language)
    text = notation.scaled(value, scale, language)
    places = len(text.partition(".")[2])
    assert places == scale.most_decimals or read(text) * scale.divisor == value


@given(VALUES, DECIMALS)
def test_both_languages_write_the_same_number(value: Decimal, decimals: int) -> None:
    assert read(notation.plain(value, decimals, "zh")) == read(notation.plain(value, decimals, "en"))
