"""sentences: a row in, a sentence out, in Chinese and in English; every number in it is a lookup.

Rows are mappings with the columns of the named query. Figures of grade C or D never enter a sentence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboards.lookups import EMPTY, Figure, Sentence, count, figure, filled, sentence, text
from dashboards.notation import is_union_year
from dashboards.words import Language, variant, word, words
from pipelines.methods.bounded import Bounded, agree

NATION = "000000"
VERIFIED = ("A", "B")
VALUES = "stats.indicator_value"
PROGRESS = "stats.target_progress"
VERDICTS = ("met", "near", "behind", "direction", "unknown", "missing")
NOT_COMPARED = {"medal"}  # medals are read beside the number of events entered, which differs
PERIOD = ("period", "period_start", "period_end")
Row = Mapping[str, Any]


class UnverifiedError(ValueError):
    """A figure of grade C or D was about to enter a sentence."""


def value_key(row: Row, unit_code: str = NATION, period: str | None = None) -> dict[str, Any]:
    """The key of a row of stats.indicator_value; a row without unit or scope is the nation's in the usual scope."""
    return {"indicator_id": row["indicator_id"], "unit_code": row.get("unit_code") or unit_code,
            "period": period or row["period"], "scope_id": row.get("scope_id") or "_T"}  # fmt: skip


def value_figure(row: Row, language: Language, unit_code: str = NATION) -> Figure:
    """The value of a row with unit and qualifier.

    Raises:
        UnverifiedError: the row is of grade C or D.
    """
    if row["grade"] not in VERIFIED:
        key = value_key(row, unit_code)
        raise UnverifiedError(f"{key}: found grade {row['grade']}, wanted A or B. Leave it to the tables.")
    return figure(VALUES, value_key(row, unit_code), row, ("value", "qualifier"), "value", language,
                  unit=row["unit_of_measure"], decimals=_decimals(row))  # fmt: skip


def _decimals(row: Row) -> int | None:
    """The indicator's decimals; counts are written in 万 or millions by their size."""
    return row.get("decimals") if row["unit_of_measure"] in ("percent", "percentage_point", "ratio") else None


def period_figure(row: Row, language: Language, unit_code: str = NATION, *, long: bool = False) -> Figure:
    """The period of a row in words; a union year with its months where it is to be long."""
    key = value_key(row, unit_code)
    if long and is_union_year(row):
        return figure(VALUES, key, row, PERIOD, "period", language, long=True)
    return figure(VALUES, key, row, PERIOD, "period", language)


def title(row: Row, language: Language) -> Figure:
    """The title of a row's indicator."""
    column = f"title_{language}"
    return text("catalog.indicator", {"indicator_id": row["indicator_id"]}, row, column)


def unit_name(unit_code: str, name: str, language: Language) -> Figure:
    """The name of a reporting unit."""
    column = f"name_{language}"
    return text("catalog.reporting_unit", {"unit_code": unit_code}, {column: name}, column)


def headline(row: Row, language: Language, unit_code: str = NATION, name: str | None = None) -> Sentence:
    """What the latest verified figure says (a row of queries.headlines)."""
    kind = row["qualifier"] if row["qualifier"] in ("exact", "undetermined") else "bounded"
    return filled(
        f"sentence.headline.{kind}", language,
        period=period_figure(row, language, unit_code, long=True), title=title(row, language),
        unit=_place(row, language, unit_code, name), value=value_figure(row, language, unit_code),
    )  # fmt: skip


def _place(row: Row, language: Language, unit_code: str, name: str | None) -> Sentence:
    """The unit's name as it stands before a title; a title that names the nation itself needs none."""
    if unit_code != NATION or name is not None:
        return sentence(unit_name(unit_code, name or unit_code, language))
    if language == "zh" and row["title_zh"].startswith("全国"):
        return EMPTY
    abroad = row["title_zh"].startswith("世界")
    return sentence(word("unit.nation.abroad" if abroad else "unit.nation", language))


def change(row: Row, language: Language, unit_code: str = NATION) -> Sentence:
    """How the figure moved since the comparable one before it (a row of queries.headlines); empty without one.

    Where the two intervals from rounding overlap it says that nothing can be said.
    """
    if row.get("previous_value") is None or row["qualifier"] != "exact" or row["unit_of_measure"] in NOT_COMPARED:
        return EMPTY
    before = value_key(row, unit_code, row["previous_period"])
    unit, decimals = row["unit_of_measure"], row.get("decimals") or 1
    old = figure(VALUES, before, row, {"value": "previous_value"}, "value", language, unit=unit,
                 decimals=_decimals(row))  # fmt: skip
    as_at = row["period_start"] == row["period_end"]
    when = figure(VALUES, before, row, {"period": "previous_period"}, "period", language, as_at=as_at,
                  union=is_union_year(row))  # fmt: skip
    if agree(_bounded(row, "value"), _bounded(row, "previous")):
        return filled("sentence.change.unclear", language, period=when, old=old)
    moved = figure(VALUES, value_key(row, unit_code), row, ("value",), "moved", language, before=before,
                   before_row={"value": row["previous_value"]}, unit=unit, decimals=max(decimals, 1))  # fmt: skip
    return filled("sentence.change", language, period=when, old=old, moved=moved)


def _bounded(row: Row, prefix: str) -> Bounded:
    names = ("value", "value_low", "value_high") if prefix == "value" else tuple(
        f"previous_{end}" for end in ("value", "low", "high")
    )  # fmt: skip
    value, low, high = (row[name] for name in names)
    return Bounded(value, low, high)


def printed_beside(row: Row, language: Language, unit_code: str = NATION, *, both_verified: bool) -> Sentence:
    """The printed ratio beside the derived one; empty unless both are given and of grade A or B.

    Args:
        row: a row with all columns of stats.indicator_value, unit_of_measure and decimals.
        language: the language of the sentence.
        unit_code: the reporting unit, where the row does not say it.
        both_verified: whether every observation behind either is of grade A or B (queries.working).
    """
    if not both_verified or row["agreement"] not in ("consistent", "conflict"):
        return EMPTY
    key, unit = value_key(row, unit_code), row["unit_of_measure"]
    return filled(
        f"sentence.printed.{row['agreement']}", language,
        printed=figure(VALUES, key, row, ("reported_value", "reported_qualifier"), "value", language, unit=unit,
                       decimals=len((row["reported_printed"] or "").partition(".")[2])),
        interval=figure(VALUES, key, row, ("derived_low", "derived_high"), "interval", language, unit=unit,
                        decimals=(row.get("decimals") or 0) + 1),
    )  # fmt: skip


def progress(row: Row, language: Language, *, demo: bool = False) -> Sentence:
    """What can be said of a target, why, and what is missing (a row of queries.targets).

    A target whose wording is not verified is named by its indicator only: its number is grade C or D. Where the
    figures are invented (demo) the verdict says so.
    """
    verdict = figure(PROGRESS, _progress_key(row), row, ("verdict",), "code", language, list="verdict")
    reason = figure(PROGRESS, _progress_key(row), row, ("reason_id",), "code", language, list="reason")
    if row["target_grade"] not in VERIFIED:
        bare = variant("sentence.progress.unverified", is_demonstration=demo)
        return filled(bare, language, verdict=verdict, reason=reason)
    named = text("catalog.target", {"target_id": row["target_id"]}, row, f"title_{language}")
    return sentence(
        filled(variant("sentence.progress", is_demonstration=demo), language, title=named, verdict=verdict),
        actual(row, language, demo=demo),
        filled("sentence.because", language, reason=reason),
        lack(row, language),
    )


def actual(row: Row, language: Language, *, demo: bool = False) -> Sentence:
    """The verified figure that a target was held against (a row of queries.targets); empty without one."""
    if row["actual_value"] is None or row["actual_grade"] not in VERIFIED:
        return EMPTY
    period = actual_period(row, language)
    key = variant("sentence.actual", is_demonstration=demo)
    return filled(key, language, period=period, value=actual_figure(row, language))


def actual_period(row: Row, language: Language) -> Figure:
    """The period of the figure that a target was held against."""
    union = row.get("actual_calendar") == "union"
    return figure(PROGRESS, _progress_key(row), row, ("actual_period",), "period", language, as_at=False, union=union)


def actual_figure(row: Row, language: Language) -> Figure:
    """The figure that a target was held against, with unit and qualifier; one decimal more where rounding hides why."""
    unit = "percent" if row["unit_of_measure"] == "percentage_point" else row["unit_of_measure"]  # a rise is of a share
    decimals = (row.get("decimals") or 0) + _one_more(row) if unit == "percent" else None
    return figure(PROGRESS, _progress_key(row), row, ("actual_value", "actual_qualifier"), "value", language,
                  unit=unit, decimals=decimals)  # fmt: skip


def _one_more(row: Row) -> int:
    gap = row.get("gap")
    return int(gap is not None and abs(gap) < 0.1)


def lack(row: Row, language: Language) -> Sentence:
    """What would have to be published for a verdict; empty where nothing is lacking."""
    key = f"lack.{row['reason_id']}"
    if key not in words():
        return EMPTY
    named = figure(PROGRESS, _progress_key(row), row, ("reason_id",), "code", language, list="lack")
    return filled("sentence.lack", language, lack=named)


def _progress_key(row: Row) -> dict[str, Any]:
    return {"target_id": row["target_id"], "unit_code": row["unit_code"]}


def availability(indicators: Sequence[Row], language: Language, *, demo: bool = False) -> Sentence:
    """How many of a task's proposed indicators have figures (rows of queries.indicators of one task)."""
    ids = tuple(row["indicator_id"] for row in indicators)
    any_value = sum(row["n_values"] > 0 for row in indicators)
    verified = sum(row["n_verified"] > 0 for row in indicators)
    named = {"indicator_id": ids}
    given = named | {"basis": ("derived", "reported")}
    said = "sentence.availability" if any_value else "sentence.availability.none"
    return filled(
        variant(said, is_demonstration=demo), language,
        number=count("catalog.indicator", named, len(ids), language),
        verified=count(VALUES, given | {"is_verified": True}, verified, language, "indicator_id"),
        any=count(VALUES, given, any_value, language, "indicator_id"),
    )  # fmt: skip


def overall(targets: Sequence[Row], language: Language, *, demo: bool = False) -> Sentence:
    """How many targets can be judged, by verdict (rows of queries.targets: one a target and unit)."""
    number = count(PROGRESS, {}, len(targets), language)
    parts: list[Sentence] = []
    for verdict in VERDICTS:
        found = sum(row["verdict"] == verdict for row in targets)
        if found:
            name = filled(variant(f"verdict.{verdict}", is_demonstration=demo), language)
            parts.append(filled("sentence.overall.one", language, verdict=name,
                                number=count(PROGRESS, {"verdict": verdict}, found, language)))  # fmt: skip
    key = variant("sentence.overall", is_demonstration=demo)
    return filled(key, language, number=number, list=_listed(parts, language))


def _listed(parts: Sequence[Sentence], language: Language) -> Sentence:
    between = "，" if language == "zh" else ", "
    return sentence(*(part for place, one in enumerate(parts) for part in (between if place else "", one)))
