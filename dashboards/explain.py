"""explain: one figure taken apart: formula, live numbers, interval, printed beside it, and every row behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

import duckdb

from dashboards import queries
from dashboards.notation import THIN, exact, interval, joined, period_of, plain, qualified
from dashboards.release_file import REAL
from dashboards.words import Language, variant, word

Row = Mapping[str, Any]
LATEST = "latest"
NAMES = ("unit_name_zh", "unit_name_en", "unit_short_zh", "unit_short_en")
SEVERAL = 2
SHOWN = 120
SMALL = 10_000
HASH = 16  # characters of a hash that are shown


class NothingToExplainError(LookupError):
    """An indicator, unit or period that the release does not have: says which ones it has."""


def explained(
    con: duckdb.DuckDBPyConnection, indicator_id: str, unit_code: str, period: str, language: Language
) -> list[str]:
    """How a figure came about, line by line.

    Args:
        con: a cursor on a release.
        indicator_id: the indicator.
        unit_code: the reporting unit, by code or name; 000000 is the nation.
        period: as printed (2022-10), or "latest".
        language: the language of the lines.

    Returns:
        That the figures are invented, where they are; the formula in words, the formula with its numbers, the value
        with its interval and the printed figure beside it, then each row behind it with its source, file and line.

    Raises:
        NothingToExplainError: names what exists.
    """
    indicator = _indicator(con, indicator_id)
    found = _values(con, indicator, unit_code, period)
    said = queries.release_info(con)
    is_demonstration = said.get("is_demonstration", str(said.get("channel") != REAL)) == "True"
    lines = [word("demo.band", language)] if is_demonstration else []
    lines += [f"{indicator[f'title_{language}']} ({indicator_id})",
              _said("formula", language, text=indicator[f"formula_{language}"])]  # fmt: skip
    lines += [_said("break", language, period=one["period"], note=one[f"note_{language}"])
              for one in _records(queries.breaks(con, indicator_id).to_dict("records"))]  # fmt: skip
    for value in found:
        rows = _rows(con, value)
        lines += _value_lines(indicator, value, rows, language, demo=is_demonstration)
        lines += [line for row in rows for line in _row_lines(row, language, demo=is_demonstration)]
    return lines


def _said(key: str, language: Language, **slots: Any) -> str:
    return word(f"explain.{key}", language).format(**slots)


def _word(key: str, language: Language, *, demo: bool) -> str:
    return word(variant(key, is_demonstration=demo), language)


def _indicator(con: duckdb.DuckDBPyConnection, indicator_id: str) -> Row:
    known = _records(queries.indicators(con).to_dict("records"))
    found = next((row for row in known if row["indicator_id"] == indicator_id), None)
    if found is None:
        every = [row["indicator_id"] for row in known]
        names = _listed(get_close_matches(indicator_id, every, 5) or every)
        raise NothingToExplainError(
            f"没有指标 {indicator_id!r}；现有 {names}。请从中选一个。\n"
            f"Indicator {indicator_id!r} does not exist; there are {names}. Ask for one of these."
        )
    return found


def _values(con: duckdb.DuckDBPyConnection, indicator: Row, unit_code: str, period: str) -> list[Row]:
    """The values of the period, the usual scope first."""
    name = indicator["indicator_id"]
    rows = [row for row in _records(queries.values(con, name).to_dict("records")) if row["value"] is not None]
    if not rows:
        zh, en = (indicator[f"refused_{one}"] or indicator[f"data_request_{one}"] or "" for one in ("zh", "en"))
        raise NothingToExplainError(
            f"指标 {name!r} 在本发布中没有数字，待接入。{zh}\nIndicator {name!r} has no value in this release. {en}"
        )
    of_unit = [row for row in rows if unit_code in (row["unit_code"], *(row[name] for name in NAMES))]
    if not of_unit:
        units = _listed(dict.fromkeys(f"{row['unit_code']} {row['unit_short_zh']}" for row in rows))
        raise NothingToExplainError(
            f"指标 {name!r} 没有单位 {unit_code!r} 的数字；有 {units}。请从中选一个。\n"
            f"Indicator {name!r} has no value for unit {unit_code!r}; it has some for {units}. Ask for one of these."
        )
    newest = max(of_unit, key=lambda row: (row["period_end"], row["scope_id"] == "_T", row["is_verified"]))
    wanted = newest["period"] if period == LATEST else period
    found = [row for row in of_unit if row["period"] == wanted]
    if not found:
        periods = _listed(sorted({row["period"] for row in of_unit}))
        raise NothingToExplainError(
            f"指标 {name!r}、单位 {unit_code!r} 没有时期 {period!r} 的数字；有 {periods}。"
            f"请从中选一个，或写 {LATEST!r}。\n"
            f"Indicator {name!r} of unit {unit_code!r} has no value for {period!r}; it has {periods}."
            f" Ask for one of these, or for {LATEST!r}."
        )
    return sorted(found, key=lambda row: (row["scope_id"] != "_T", row["scope_id"]))


def _records(rows: Sequence[Mapping[Any, Any]]) -> list[Row]:
    return [{str(name): value for name, value in row.items()} for row in rows]


def _listed(names: Iterable[str]) -> str:
    found = list(names)
    left = len(found) - SHOWN
    return ", ".join(found[:SHOWN]) + (f" and {left} more" if left > 0 else "")


def _rows(con: duckdb.DuckDBPyConnection, value: Row) -> list[Row]:
    frame = queries.working(con, value["indicator_id"], value["unit_code"], value["period"], value["scope_id"])
    return _records(frame.to_dict("records"))


def _value_lines(indicator: Row, value: Row, rows: list[Row], language: Language, *, demo: bool) -> list[str]:
    """Where and when; the formula with numbers; the value with its interval; the printed one beside it."""
    unit, decimals = indicator["unit_of_measure"], indicator["decimals"]
    lines = [_said("place", language, unit=value[f"unit_name_{language}"], period=period_of(value, language, long=True),
                   scope=value[f"scope_{language}"] or value["scope_id"])]  # fmt: skip
    if value["derived_value"] is not None:
        shown = qualified(value["derived_value"], unit, language, _bound(value), _decimals(unit, decimals))
        lines.append(_said("working", language, working=_with_numbers(indicator, rows, value, language), value=shown))
        is_open = value["derived_low"] != value["derived_high"] or value["derived_low"] is None
        if is_open and (value["derived_value"] >= SMALL or indicator["method"] != "level"):
            lines.append(_said("interval", language, interval=_bounds(value, unit, decimals, language)))
    if value["reported_value"] is not None and indicator["method"] != "level":
        digits = len(value["reported_printed"].partition(".")[2])
        printed = qualified(value["reported_value"], unit, language, value["reported_qualifier"], digits)
        lines.append(_said("printed", language, printed=printed,
                           agreement=word(f"agreement.{value['agreement']}", language)))  # fmt: skip
    verified = _word("verified.yes" if value["is_verified"] else "verified.no", language, demo=demo)
    chosen = qualified(value["value"], unit, language, value["qualifier"], _decimals(unit, decimals))
    lines.append(_said("chosen", language, value=chosen, basis=_word(f"basis.{value['basis']}", language, demo=demo),
                       grade=_word(f"grade.{value['grade']}", language, demo=demo), verified=verified))  # fmt: skip
    return lines


def _bound(value: Row) -> str:
    """The qualifier of the derived value, which need not be the chosen one's."""
    if value["basis"] == "derived":
        return str(value["qualifier"])
    low, high = value["derived_low"], value["derived_high"]
    if low is not None and high is not None:
        return "exact"
    return "over" if low is not None else "at_most" if high is not None else "undetermined"


def _bounds(value: Row, unit: str, decimals: int, language: Language) -> str:
    """The interval, with as many decimals as its ends need to differ."""
    low, high = value["derived_low"], value["derived_high"]
    places = decimals + 1
    while low is not None and high is not None and low != high and round(low, places) == round(high, places):
        places += 1
    return interval(low, high, unit, language, places)


def _decimals(unit: str, decimals: int) -> int | None:
    return decimals if unit in ("percent", "ratio", "percentage_point") else None


def _with_numbers(indicator: Row, rows: list[Row], value: Row, language: Language) -> str:
    """155 万人 ÷ 494 万人 × 100, with the figures as they were printed."""
    parts = {role: [row for row in rows if row["role"] == role] for role in ("numerator", "denominator")}
    if not parts["denominator"]:
        return " + ".join(_as_printed(row) for row in parts["numerator"])
    if indicator["method"] in ("ratio_of_means", "growth"):
        return _of_means(indicator["method"], parts, language)
    above, below = (_sum([_as_printed(row) for row in parts[role]]) for role in ("numerator", "denominator"))
    return f"{above} ÷ {below}{_times(value, language)}"


def _of_means(method: str, parts: Mapping[str, list[Row]], language: Language) -> str:
    above, below = (" ÷ ".join(_as_printed(row) for row in parts[role]) for role in ("numerator", "denominator"))
    if len(parts["numerator"]) == SEVERAL:
        above, below = f"({above})", f"({below})"
    return f"({above} ÷ {below} − 1) × {plain(100, 0, language)}" if method == "growth" else f"{above} ÷ {below}"


def _times(value: Row, language: Language) -> str:
    """The multiplier that the stored numbers imply."""
    if not value["numerator"] or not value["denominator"]:
        return ""
    ratio = exact(value["numerator"]) / exact(value["denominator"])
    factor = round(Fraction(value["derived_value"]) / ratio)
    return f" × {plain(factor, 0, language)}" if factor > 1 else ""


def _sum(texts: list[str]) -> str:
    return f"({' + '.join(texts)})" if len(texts) > 1 else texts[0]


def _as_printed(row: Row) -> str:
    """Sign, number and unit exactly as printed."""
    sign = word(f"sign.{row['qualifier']}", "zh")
    return sign + joined(row["value_printed"], row["unit_printed"], "zh").replace(THIN, " ")


def _row_lines(row: Row, language: Language, *, demo: bool) -> list[str]:
    """The row, its source and where it stands in our files."""
    role = word(f"role.{row['role']}", language)
    source = ", ".join(str(row[name]) for name in ("publisher", "title", "published") if row[name])
    lines = [
        _said("row.demo" if demo else "row", language, role=role, measure=row[f"measure_{language}"],
              printed=_as_printed(row), grade=_word(f"grade.{row['grade']}", language, demo=demo)),
        _said("source", language, source=source),
    ]  # fmt: skip
    if row["url"]:
        lines.append(f"    {row['url']}")
    return lines + (_return_lines(row, language) if row["form_zh"] else _file_lines(row, language))


def _return_lines(row: Row, language: Language) -> list[str]:
    """Form, unit, period, version and cell of a figure that was returned on a form."""
    stamp = row[f"form_note_{language}"] or word("demo.stamp", language)
    unit, _, rest = str(row["origin_sheet"] or "").partition(" ")
    return [
        _said("form", language, form=row[f"form_{language}"], stamp=stamp),
        _said("return", language, unit=unit, period=rest.partition(" ")[0] or row["period"],
              version=row["source_line"], cell=row["origin_cell"] or row["measure_id"]),
    ]  # fmt: skip


def _file_lines(row: Row, language: Language) -> list[str]:
    """Our own file and line, and the file in which the figure was found."""
    lines = [_said("file", language, file=row["source_file"], line=row["source_line"])]
    if row["origin_file"]:
        lines.append(_said("origin", language, file=row["origin_file"], hash=(row["origin_hash"] or "")[:HASH],
                           sheet=row["origin_sheet"] or "—", cell=row["origin_cell"] or "—"))  # fmt: skip
    return lines
