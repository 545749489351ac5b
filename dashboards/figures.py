"""figures: a frame in, a figure out: trend, sparkline, classes of a tile grid, each with its words."""

from __future__ import annotations

import base64
import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import plotly.graph_objects as go

from dashboards import notation
from dashboards.notation import Scale
from dashboards.theme import Mode, colours
from dashboards.words import Language, word

Row = Mapping[str, Any]
SYMBOLS = {"exact": "circle", "over": "triangle-up-open", "at_most": "triangle-down-open", "about": "circle-open-dot",
           "undetermined": "diamond-open"}  # fmt: skip
FEWEST_CLASSES = 3  # that declared breaks must part the values into
YEAR = 12  # months
LEAST_SPAN = 0.02  # of the value: what moves less is drawn as level
SEPARATORS = {"zh": ".\u202f", "en": ".,"}
LONGEST_GAP = 1150  # days: contests are held every two or three years
TOWARD: dict[str, notation.Toward] = {"over": "down", "at_most": "up"}
BREAKS: dict[str, tuple[Decimal, ...]] = {
    "high_skilled_share": tuple(map(Decimal, ("20", "25", "28", "30", "35"))),
    "skilled_share_of_employment": tuple(map(Decimal, ("15", "20", "25", "30", "35"))),
}


def months(row: Row) -> int:
    """How many whole months lie between the first and the last day of a row's period."""
    start, end = (date.fromisoformat(row[name]) for name in ("period_start", "period_end"))
    return (end.year - start.year) * 12 + end.month - start.month


def of_usual_length(rows: Sequence[Row]) -> list[Row]:
    """The rows without sums over several years, where most rows speak of a day or of up to a year."""
    lengths = Counter(months(row) for row in rows)
    if not lengths or lengths.most_common(1)[0][0] >= YEAR:
        return list(rows)
    return [row for row in rows if months(row) < YEAR]


def stretches(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows that may be joined by a line: verified, exact, comparable, and no period missing between them.

    Comparable: one basis, season and length of period, and no break between. A gap longer than half as much
    again as the usual one is a missing period, and nothing is drawn across it.
    """
    found: dict[tuple[Any, ...], list[Row]] = {}
    breaks = 0
    for row in rows:
        breaks += bool(row["break_before"])
        usable = row["is_verified"] and row["qualifier"] == "exact" and row["period_certainty"] != "uncertain"
        if usable:
            season = 0 if months(row) else row["period_end"][5:7]
            found.setdefault((breaks, months(row), season, row["basis"]), []).append(row)
    return [part for several in found.values() for part in _unbroken(several) if len(part) > 1]


def _unbroken(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows in parts, cut where a period is missing."""
    days = [date.fromisoformat(row["period_end"]) for row in rows]
    gaps = [(later - earlier).days for earlier, later in itertools.pairwise(days)]
    parts = [[rows[0]]]
    for row, gap in zip(rows[1:], gaps, strict=True):
        if gap > min(min(gaps) * 1.5, LONGEST_GAP):
            parts.append([])
        parts[-1].append(row)
    return parts


def trend(
    lines: Sequence[tuple[str, Sequence[Row]]], scale: Scale, language: Language, mode: Mode,
    breaks: Sequence[tuple[str, str]] = (), goals: Sequence[tuple[str, str, Decimal, str]] = (),
) -> go.Figure:  # fmt: skip
    """One indicator over time: the nation in blue, a chosen unit beside it.

    Args:
        lines: name and rows of queries.series of each unit, the nation first.
        scale: the divisor in which the values are drawn.
        language: of the labels.
        mode: of the colours.
        breaks: first day of each break and what it says.
        goals: first and last day, value and label of each target.
    """
    figure, chosen = go.Figure(), colours(mode)
    figure.update_layout(height=300, separators=SEPARATORS[language])
    for place, (name, rows) in enumerate(lines):
        colour = chosen["accent"] if place == 0 else chosen["cat"][1]
        for stretch in stretches(rows):
            figure.add_trace(_line(stretch, scale, colour, width=2.25 if place == 0 else 1.75))
        if rows:
            figure.add_trace(_points(name, rows, scale, language, colour, chosen))
            named = name if len(lines) > 1 else ""
            figure.add_annotation(_end_label(named, rows[-1], scale, language, _ink(rows[-1], colour, chosen)))
    for first, last, value, label in goals:
        _goal(figure, first, last, float(value / scale.divisor), label, chosen)
    for day, words in breaks:
        figure.add_vline(x=day, line={"color": chosen["ink3"], "width": 1, "dash": "dot"})
        figure.add_annotation(x=day, y=1.0, yref="paper", yanchor="bottom", text=words, showarrow=False,
                              font={"color": chosen["ink2"], "size": 12})  # fmt: skip
    days = [row["period_end"] for _, rows in lines for row in rows] + [day for one in goals for day in one[:2]]
    figure.update_xaxes(type="date", tickformat="%Y", range=_span(days), dtick=_tick(days), tick0=_first_tick(days))
    return figure


def _ink(row: Row, colour: str, chosen: Mapping[str, Any]) -> str:
    """The colour of a mark: grey where it is not verified."""
    return colour if row["is_verified"] else str(chosen["ink3"])


def _line(rows: Sequence[Row], scale: Scale, colour: str, width: float) -> go.Scatter:
    return go.Scatter(x=[row["period_end"] for row in rows], y=[_drawn(row["value"], scale) for row in rows],
                      mode="lines", line={"color": colour, "width": width}, hoverinfo="skip")  # fmt: skip


def _points(
    name: str, rows: Sequence[Row], scale: Scale, language: Language, colour: str, chosen: Mapping[str, Any]
) -> go.Scatter:
    """Marks by qualifier; hollow and grey where not verified; a thin bar for the interval that rounding allows."""
    up, down = ([_reach(row, end, scale) for row in rows] for end in ("value_high", "value_low"))
    symbols = [SYMBOLS[row["qualifier"]] for row in rows]
    hollow = [symbol if "open" in symbol or row["is_verified"] else f"{symbol}-open"
              for symbol, row in zip(symbols, rows, strict=True)]  # fmt: skip
    inks = [_ink(row, colour, chosen) for row in rows]
    return go.Scatter(
        x=[row["period_end"] for row in rows], y=[_drawn(row["value"], scale) for row in rows], mode="markers",
        marker={"symbol": hollow, "size": 9, "color": inks, "line": {"color": inks, "width": 1.75}},
        error_y={"type": "data", "array": up, "arrayminus": down, "thickness": 1, "width": 0, "color": colour},
        text=[_hover(name, row, scale, language) for row in rows], hovertemplate="%{text}<extra></extra>",
    )  # fmt: skip


def _drawn(value: Decimal, scale: Scale) -> float:
    return float(value / scale.divisor)


def _reach(row: Row, end: str, scale: Scale) -> float:
    """How far the interval from rounding goes beyond the point; nothing where that end is open."""
    return 0.0 if row[end] is None else abs(_drawn(row[end] - row["value"], scale))


def _hover(name: str, row: Row, scale: Scale, language: Language) -> str:
    words = [f"{name} {signed(row, scale, language)}{scale.symbol}", notation.period_of(row, language)]
    if row["qualifier"] != "exact":
        words.append(word(f"qualifier.{row['qualifier']}", language))
    return "<br>".join([*words, word("verified.yes" if row["is_verified"] else "verified.no", language)])


def signed(row: Row, scale: Scale, language: Language) -> str:
    """A value in a scale with the sign of its qualifier: ≥7 200; in brackets where it is not bounded."""
    sign = word(f"sign.{row['qualifier']}", language)
    toward = TOWARD.get(row["qualifier"], "nearest")
    text = notation.scaled(row["value"], scale, language, toward)
    return f"({text})" if row["qualifier"] == "undetermined" else sign + text


def _end_label(name: str, row: Row, scale: Scale, language: Language, colour: str) -> dict[str, Any]:
    return {"x": row["period_end"], "y": _drawn(row["value"], scale), "text": f"{name} {signed(row, scale, language)}",
            "xanchor": "left", "xshift": 9, "showarrow": False, "font": {"color": colour, "size": 13}}  # fmt: skip


def _goal(figure: go.Figure, first: str, last: str, value: float, label: str, chosen: Mapping[str, Any]) -> None:
    line = {"color": chosen["target"], "width": 1.75, "dash": "6px,4px"}
    figure.add_trace(go.Scatter(x=[first, last], y=[value, value], mode="lines", line=line, hoverinfo="skip"))
    figure.add_annotation(x=last, y=value, text=label, xanchor="right", yanchor="bottom", showarrow=False,
                          font={"color": chosen["target"], "size": 12})  # fmt: skip


def _span(days: Sequence[str]) -> list[str]:
    """First and last day of the axis: half a year on either side."""
    if not days:
        return ["2020-01-01", "2026-12-31"]
    first, last = (date.fromisoformat(day) for day in (min(days), max(days)))
    room = max(1, (last.year - first.year) // 8)
    return [date(first.year - room, first.month, 1).isoformat(), date(last.year + room, last.month, 28).isoformat()]


def _tick(days: Sequence[str]) -> str:
    """The distance between ticks: at most some five of them."""
    years = int(max(days)[:4]) - int(min(days)[:4]) if days else 1
    return f"M{12 * max(1, -(-years // 5))}"


def _first_tick(days: Sequence[str]) -> str:
    """A day on which a year of the figures ends, so that a year's name stands below its point."""
    usual = Counter(day[4:] for day in days).most_common(1)
    return "2000" + (usual[0][0] if usual and usual[0][0] == "-09-30" else "-12-31")


def sparkline(rows: Sequence[Row], mode: Mode) -> str:
    """A line of 92 × 30 as the address of an image; rows are one stretch of comparable figures."""
    chosen = colours(mode)
    values = [float(row["value"]) for row in rows]
    days = [date.fromisoformat(row["period_end"]).toordinal() for row in rows]
    low, high = min(values), max(values)
    span, room = max(high - low, abs(high) * LEAST_SPAN) or 1.0, (days[-1] - days[0]) or 1
    foot = (low + high - span) / 2
    points = [(4 + 80 * (day - days[0]) / room, 24 - 18 * (value - foot) / span)
              for day, value in zip(days, values, strict=True)]  # fmt: skip
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    x, y = points[-1]
    picture = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="92" height="30" viewBox="0 0 92 30">'
        f'<polyline points="{path}" fill="none" stroke="{chosen["ink3"]}" stroke-width="1.5"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.2" fill="{chosen["accent"]}"/></svg>'
    )
    return "data:image/svg+xml;base64," + base64.b64encode(picture.encode()).decode()


def breaks_of(indicator_id: str, values: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """The breaks of an indicator's classes: declared ones where they part the values, else round ones at its fifths."""
    declared = BREAKS.get(indicator_id)
    if declared and (not values or len({class_of(value, declared) for value in values}) >= FEWEST_CLASSES):
        return declared
    ordered = sorted(values)
    places = [ordered[len(ordered) * part // 5] for part in range(1, 5)] if ordered else []
    rounded = (tuple(sorted({_round(value, digits) for value in places})) for digits in (2, 3, 4))
    return next((found for found in rounded if len(found) == len(set(places))), tuple(sorted(set(places))))


def _round(value: Decimal, digits: int) -> Decimal:
    """The value at so many significant digits."""
    return Decimal(0) if value == 0 else round(value, digits - 1 - value.adjusted())


def class_of(value: Decimal, breaks: Sequence[Decimal]) -> int:
    """The class of an unrounded value, from 1: half-open, so that 28–30 holds 28 and not 30."""
    return 1 + sum(value >= one for one in breaks)


def trend_words(title: str, lines: Sequence[tuple[str, Sequence[Row]]], scale: Scale, language: Language) -> str:
    """What a trend shows, for those who cannot see it: subject, period, first and last, lowest and highest."""
    parts = [title]
    for name, rows in lines:
        if not rows:
            parts.append(f"{name}: {word('missing.not_collected', language)}")
            continue
        low, high = (chosen(rows, key=lambda row: row["value"]) for chosen in (min, max))
        ends = [f"{row['period']} {signed(row, scale, language)}" for row in (rows[0], rows[-1], low, high)]
        names = [word(f"alt.{key}", language) for key in ("first", "last", "lowest", "highest")]
        said = ", ".join(f"{label} {end}" for label, end in zip(names, ends, strict=True))
        parts.append(f"{name} ({scale.symbol}): {said}")
    return "; ".join(parts)
