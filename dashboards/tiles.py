"""tiles: the provinces as a grid of squares; not a map, and no boundary is meant."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from html import escape
from typing import Any

from dashboards import notation
from dashboards.figures import class_of, signed
from dashboards.notation import Scale
from dashboards.tables import Markup
from dashboards.words import Language, word

Row = Mapping[str, Any]
USUAL = "_T"
UNVERIFIED = ("un", "legend.unverified")
EDGES = (UNVERIFIED, ("other", "legend.other"), ("empty", "legend.empty"))


def grid(
    rows: Sequence[Row], breaks: Sequence[Decimal], scale: Scale, language: Language, address: Callable[[Row], str],
    subject: str,
) -> Markup:  # fmt: skip
    """A tile a unit, in the place that the release declares.

    Args:
        rows: rows of queries.latest_by_unit.
        breaks: lower ends of the classes from the second on, in the unit of the values.
        scale: in which the values are written.
        language: of names and words.
        address: where a tile leads.
        subject: what is shown, for those who cannot see it.
    """
    placed = [row for row in rows if row["tile_row"] is not None]
    tiles = "".join(_tile(row, breaks, scale, language, address) for row in placed)
    words = escape(alternative(placed, scale, language, subject))
    return Markup(f'<div class="bb"><div class="bb-tiles" role="group" aria-label="{words}">{tiles}</div></div>')


def _tile(
    row: Row, breaks: Sequence[Decimal], scale: Scale, language: Language, address: Callable[[Row], str]
) -> str:
    place = f"grid-row:{int(row['tile_row'])};grid-column:{int(row['tile_column'])}"
    system = " bb-system" if row["unit_kind"] == "xpcc" else ""
    name = escape(row[f"short_{language}"])
    if row["value"] is None:
        reason = "not_covered" if row["unit_kind"] == "not_covered" else "not_collected"
        said = word(f"tile.{reason}", language)
        return f'<div class="bb-tile bb-empty{system}" style="{place}">{name}<small>{escape(said)}</small></div>'
    style = _style(row, breaks)
    year = row["period_end"][:4]
    words = f"{row[f'name_{language}']} {signed(row, scale, language)}{scale.symbol} {year}"
    if not row["is_verified"]:
        words += f", {word('verified.no', language)}"
    return (
        f'<a class="bb-tile {style}{system}" style="{place}" href="{escape(address(row))}" target="_self"'
        f' title="{escape(words)}" aria-label="{escape(words)}">{name}<em>{escape(signed(row, scale, language))}</em>'
        f"<small>{year}</small></a>"
    )


def _style(row: Row, breaks: Sequence[Decimal]) -> str:
    """Class of the value; a figure of another scope has none, an unverified one a dashed edge."""
    if row["scope_id"] != USUAL:
        return "bb-other"
    return f"bb-c{class_of(row['value'], breaks)}" + ("" if row["is_verified"] else " bb-un")


def legend(
    breaks: Sequence[Decimal], scale: Scale, language: Language, edges: Sequence[tuple[str, str]] = EDGES
) -> Markup:
    """The classes and the edges in words."""
    ends = [notation.plain(notation.exact(one) / scale.divisor, _decimals(one, scale), language) for one in breaks]
    names = [word("legend.below", language).format(ends[0])] if ends else []
    dash = "～" if language == "zh" else "–"
    names += [f"{low}{dash}{high}" for low, high in itertools.pairwise(ends)]
    names += [word("legend.above", language).format(ends[-1])] if ends else []
    classes = "".join(f'<span><i class="bb-c{place}"></i>{escape(name)}</span>' for place, name in enumerate(names, 1))
    marks = "".join(f'<span><i class="bb-{style}"></i>{escape(word(key, language))}</span>' for style, key in edges)
    doubt = f"<span>{escape(word('legend.undetermined', language))}</span>"
    return Markup(f'<div class="bb"><div class="bb-legend">{classes}{marks}{doubt}</div></div>')


def _decimals(value: Decimal, scale: Scale) -> int:
    """How many decimals a break needs in its scale."""
    exponent = (value / scale.divisor).normalize().as_tuple().exponent
    return max(0, -int(exponent))


def alternative(rows: Sequence[Row], scale: Scale, language: Language, subject: str) -> str:
    """What the grid shows: subject, how many units, lowest and highest with names, how many without a figure."""
    given = [row for row in rows if row["value"] is not None and row["scope_id"] == USUAL]
    empty = sum(row["value"] is None for row in rows)
    if not given:
        return f"{subject}: {word('missing.not_collected', language)}"
    low, high = (chosen(given, key=lambda row: row["value"]) for chosen in (min, max))
    ends = [f"{row[f'short_{language}']} {signed(row, scale, language)}" for row in (low, high)]
    return word("alt.tiles", language).format(subject, len(given), *ends, empty)
