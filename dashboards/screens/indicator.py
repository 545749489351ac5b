"""One indicator: how much is it, how has it moved, and where does each figure come from?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from html import escape
from typing import Any

import streamlit as st

from dashboards import choose, figures, notation, queries, sentences, show, working
from dashboards.choose import INDICATOR, View
from dashboards.notation import Scale
from dashboards.screens import indicator_years
from dashboards.tables import Cell, Column, Markup, joined, link, small

Row = Mapping[str, Any]
DEFAULT = "high_skilled_share"
HANGING = ("unit", "period", "scope")
PROVINCES = 32
FEWEST_TILES = 3
UNDERLINED = {"zh": 2, "en": 2}  # the place of the value among the figures of a headline
RATIOS = ("percent", "ratio", "percentage_point")


def page(view: View) -> None:
    """Controls, question, answer, key figures, trend and tiles, table, definition, working."""
    one = chosen_indicator(view)
    con, key = view.cursor(), one["indicator_id"]
    headline = next((row for row in queries.records(queries.headlines(con)) if row["indicator_id"] == key), None)
    values = queries.records(queries.values(con, key))
    latest = queries.records(queries.latest_by_unit(con, key))
    given = [row for row in values if row["value"] is not None]
    eyebrow = [view.of(one, "task_name"), view.of(one, "department"), view.word("indicator.proposed")]
    show.head(" · ".join(eyebrow), question(view, one), answer(view, headline, latest))
    if not given:
        reasons = filter(None, [view.of(one, "refused"), view.of(one, "data_request")])
        show.refusal(view.word("indicator.nothing"), reasons)
        definition(view, one)
        show.notes(view, department=view.of(one, "department"))
        return
    targets = [row for row in queries.records(queries.targets(con, key)) if row["unit_code"] == queries.NATION]
    key_figures(view, headline, targets, latest)
    scale = scale_of(view, one, given)
    drawn(view, one, latest, targets, scale)
    latest_table(view, one, headline, latest, scale)
    definition(view, one)
    working.drawer(view, one, given)
    indicator_years.section(view, one, values, scale)
    period = notation.period_of(headline, view.language, long=True) if headline else ""
    show.notes(view, unit=scale.symbol or view.word("none.title"), period=period or view.word("notes.by_row"),
               department=view.of(one, "department"), status=view.word("notes.published"),
               rounding=view.word("notes.unrounded"))  # fmt: skip


def chosen_indicator(view: View) -> Row:
    """The indicator of the address, with the two boxes that change it: task, then indicator."""
    every = queries.records(queries.indicators(view.cursor()))
    by_id = {row["indicator_id"]: row for row in every}
    chosen = by_id[choose.one_of("indicator", list(by_id), DEFAULT if DEFAULT in by_id else next(iter(by_id)))]
    left, right = st.columns([4, 8])
    with left:
        firsts: dict[str, Row] = {}
        for row in sorted(every, key=lambda row: not row["has_value"]):
            firsts.setdefault(row["task_id"], row)
        here = firsts | {chosen["task_id"]: chosen}
        names = {here[task]["indicator_id"]: view.of(here[task], "task_name")
                 for task in dict.fromkeys(row["task_id"] for row in every)}  # fmt: skip
        choose.pick(view.word("pick.task"), "indicator", names, chosen["indicator_id"], HANGING, "task")
    with right:
        empty = view.word("pick.empty")
        names = {row["indicator_id"]: view.of(row, "title") + ("" if row["has_value"] else empty)
                 for row in every if row["task_id"] == chosen["task_id"]}  # fmt: skip
        choose.pick(view.word("pick.indicator"), "indicator", names, chosen["indicator_id"], HANGING)
    return chosen


def question(view: View, one: Row) -> str:
    """The title as a question."""
    return view.word("indicator.question").format(view.of(one, "title"))


def answer(view: View, headline: Row | None, latest: Sequence[Row]) -> Markup:
    """The latest verified national figure, how it moved, and what the provinces have."""
    found = [row for row in latest if row["value"] is not None]
    verified = sum(bool(row["is_verified"]) for row in found)
    units = view.word("indicator.units").format(len(found), verified) if found else ""
    if headline is None:
        return show.said(view.word("indicator.no_nation"), " ", units)
    return show.said(sentences.headline(headline, view.language), sentences.change(headline, view.language), units,
                     underlined=UNDERLINED[view.language])  # fmt: skip


def scale_of(view: View, one: Row, given: Sequence[Row]) -> Scale:
    """The one scale in which the page's table and figures write the values: that of the middle one."""
    ordered = sorted(row["value"] for row in given)
    decimals = int(one["decimals"]) if one["unit_of_measure"] in RATIOS else None
    return notation.scale_of(ordered[len(ordered) // 2], one["unit_of_measure"], view.language, decimals)


def key_figures(view: View, headline: Row | None, targets: Sequence[Row], latest: Sequence[Row]) -> None:
    """Nation, change, target, coverage."""
    found = [row for row in latest if row["value"] is not None]
    verified = sum(bool(row["is_verified"]) for row in found)
    show.keys([
        *national(view, headline),
        goal(view, targets),
        (view.word("indicator.key.units"), Markup(f"<b>{len(found)}</b><span>/{PROVINCES}</span>"),
         view.word("indicator.key.verified").format(verified)),
    ])  # fmt: skip


def national(view: View, headline: Row | None) -> list[tuple[str, Cell, Cell]]:
    """The nation's figure and its change."""
    before = view.word("indicator.key.before")
    if headline is None:
        nothing = Markup(f'<b class="bb-long">{escape(view.word("missing.not_collected"))}</b>')
        return [(view.word("unit.nation"), nothing, view.word("indicator.no_nation")),
                (before, Markup('<b class="bb-long">—</b>'), view.word("indicator.key.no_before"))]  # fmt: skip
    when = notation.period_of(headline, view.language)
    text = str(sentences.value_figure(headline, view.language))
    grade = view.word("verified.yes")
    grade += "" if view.is_demonstration else f" · {view.word('grade.' + headline['grade'])}"
    return [(view.word("indicator.key.nation").format(when), show.number(text), grade), moved(view, headline)]


def moved(view: View, headline: Row) -> tuple[str, Cell, Cell]:
    """The change since the comparable figure before."""
    name, said = view.word("indicator.key.before"), sentences.change(headline, view.language)
    found = [one for one in said.figures if one.form == "moved"]
    if not said:
        return name, Markup('<b class="bb-long">—</b>'), view.word("indicator.key.no_before")
    if not found:
        return name, Markup('<b class="bb-long">—</b>'), str(said)
    old = notation.period_words(headline["previous_period"], view.language, as_at=is_as_at(headline),
                                union=notation.is_union_year(headline))  # fmt: skip
    return name, show.number(str(found[0])), old


def is_as_at(row: Row) -> bool:
    """Whether a row speaks of a day and not of a span."""
    return bool(row["period_start"] == row["period_end"])


def goal(view: View, targets: Sequence[Row]) -> tuple[str, Cell, Cell]:
    """The national target of which most can be said, and its verdict."""
    name = view.word("indicator.key.target")
    numeric = [row for row in targets if row["target_value"] is not None]
    if not numeric:
        return name, Markup('<b class="bb-long">—</b>'), view.word("indicator.key.no_target")
    one = next(iter(working.weightiest(numeric).values()))
    mark = show.verdict(view, one["verdict"])
    reason = view.word(f"reason.{one['reason_id']}")
    return f"{name}, {one['due']}", show.number(working.target_text(view, one)), joined(mark, reason)


def drawn(view: View, one: Row, latest: Sequence[Row], targets: Sequence[Row], scale: Scale) -> None:
    """The trend, and beside it the tile grid where enough provinces have a figure."""
    given_units = sum(row["value"] is not None for row in latest)
    left, right = st.columns([6, 6]) if given_units >= FEWEST_TILES else (st.container(), None)
    with left:
        trend(view, one, targets, scale)
    if right is not None:
        with right:
            tile_grid(view, one, latest, scale)


def trend(view: View, one: Row, targets: Sequence[Row], scale: Scale) -> None:
    """The nation, and the unit of the address beside it."""
    con, key = view.cursor(), one["indicator_id"]
    names = {row["unit_code"]: view.of(row, "short") for row in queries.records(queries.units(con))}
    asked = st.query_params.get("unit", queries.NATION)
    codes = [queries.NATION] + ([asked] if asked in names and asked != queries.NATION else [])
    every = figures.of_usual_length(queries.records(queries.series(con, key, codes)))
    lines = [(names[code], [row for row in every if row["unit_code"] == code]) for code in codes]
    unit = f"{view.of(one, 'title')}, {scale.symbol}" if scale.symbol else view.of(one, "title")
    show.section(view.word("indicator.trend"), view.word("indicator.trend.note").format(unit))
    windows = any("/" in row["period"] for row in every)
    if windows or max(len(rows) for _, rows in lines) < 2:
        reason = view.word("indicator.trend.windows" if windows else "indicator.trend.one")
        show.block(f'<p class="bb-text">{escape(reason)}</p>')
        return
    cut, broken = view.word("indicator.break"), queries.records(queries.breaks(con, key))
    cuts = [(f"{year}-01-01", cut) for year in dict.fromkeys(row["period"][:4] for row in broken)
            if any(row["period_end"][:4] < year for row in every)]  # fmt: skip
    figure = figures.trend(lines, scale, view.language, view.mode, cuts, goals(view, targets))
    said = figures.trend_words(view.of(one, "title"), lines, scale, view.language)
    show.chart(view, figure, said, f"trend_{key}")
    if broken:
        show.block(f'<ul class="bb-text bb-breaks">{"".join(break_line(view, row) for row in broken)}</ul>')


def break_line(view: View, row: Row) -> str:
    """From when a series is not comparable with before, of which measure, and why."""
    since = view.word("indicator.break.from").format(row["period"])
    joint = "：" if view.language == "zh" else ": "
    of = f"{view.of(row, 'measure')}{joint}" if view.of(row, "measure") else ""
    return f"<li><small>{escape(f'{since}{joint}{of}' + view.of(row, 'note'))}</small></li>"


def goals(view: View, targets: Sequence[Row]) -> list[tuple[str, str, Decimal, str]]:
    """First and last day, value and label of each verified national target, over its own window."""
    return [
        (f"{(row['window_start'] or row['due'])[:4]}-01-01", f"{row['due'][:4]}-12-31", row["target_value"],
         f"{view.word('head.target')} {working.target_text(view, row)}")
        for row in targets if row["target_value"] is not None and row["target_grade"] in sentences.VERIFIED
    ]  # fmt: skip


def tile_grid(view: View, one: Row, latest: Sequence[Row], scale: Scale) -> None:
    """Every province's newest figure in its place."""
    usual = [row["value"] for row in latest if row["value"] is not None and row["scope_id"] == queries.TOTAL]
    breaks = figures.breaks_of(one["indicator_id"], usual)
    unit = f"{view.of(one, 'title')}, {scale.symbol}"
    periods = {notation.period_of(row, view.language) for row in latest if row["value"] is not None}
    key = "indicator.tiles.note.one" if len(periods) == 1 else "indicator.tiles.note"
    show.section(view.word("indicator.tiles"), view.word(key).format(unit, next(iter(periods), "")))

    def address(row: Row) -> str:
        return view.link(INDICATOR, indicator=one["indicator_id"], unit=row["unit_code"])

    show.tile_grid(view, latest, breaks, scale, address, view.of(one, "title"))


def latest_table(view: View, one: Row, headline: Row | None, latest: Sequence[Row], scale: Scale) -> None:
    """Nation and provinces in official order, missing ones with their word."""
    show.section(view.word("indicator.table"), view.word("indicator.table.note"))
    unit = f" ({scale.symbol})" if scale.symbol else ""
    heads = [Column(view.word("head.region"), "keep"), Column(view.word("head.value") + unit, "right"),
             Column(view.word("head.interval"), "right"), Column(view.word("head.printed"), "right"),
             Column(view.word("head.agreement"), "keep"), Column(view.word("head.period"), "keep"),
             Column(view.word("head.grade"), "keep"), Column(view.word("head.scope"), "mid")]  # fmt: skip
    scopes = {row["code"]: view.of(row, "name") for row in queries.records(queries.codes(view.cursor(), "scope"))}
    several = sum(row["value"] is not None for row in latest) >= FEWEST_TILES
    units = [row for row in latest if row["unit_kind"] != "not_covered" and (several or row["value"] is not None)]
    if headline is not None:
        nation = [row for row in queries.records(queries.values(view.cursor(), one["indicator_id"]))
                  if (row["unit_code"], row["period"], row["scope_id"]) == (queries.NATION, headline["period"], "_T")]
        units = [*({**row, "name_zh": row["unit_name_zh"], "name_en": row["unit_name_en"]} for row in nation), *units]
    columns, body = show.filled_only(heads, [table_row(view, one, row, scale, scopes) for row in units])
    show.table(view, columns, body, view.word("indicator.table"))
    others = [row for row in queries.records(queries.latest_by_unit(view.cursor(), one["indicator_id"], queries.OTHERS))
              if row["value"] is not None]  # fmt: skip
    if others:
        show.section(view.word("indicator.others"), view.word("indicator.others.note"))
        rows = show.by_kind(view, others, lambda row: table_row(view, one, row, scale, scopes))
        show.table(view, *show.filled_only(heads, rows), view.word("indicator.others"))


def table_row(view: View, one: Row, row: Row, scale: Scale, scopes: Mapping[str, str]) -> list[Cell]:
    """One unit's newest figure."""
    name = view.of(row, "name")
    if row["value"] is None:
        return [name, small(view.word("missing.not_collected")), *[None] * 6]
    address = view.link(INDICATOR, indicator=one["indicator_id"], unit=row["unit_code"], period=row["period"],
                        scope=row["scope_id"])  # fmt: skip
    least = max(scale.most_decimals, int(one["decimals"])) + (one["unit_of_measure"] == "percent")
    low, high = (None if row[end] is None else notation.exact(row[end]) / scale.divisor
                 for end in ("value_low", "value_high"))  # fmt: skip
    interval = notation.interval(low, high, "ratio", view.language, least) if low != high else ""
    return [
        name,
        link(figures.signed(row, scale, view.language), address + "#working"),
        small(interval),
        working.printed(view, one, row),
        working.agreement(view, one, row),
        notation.period_of(row, view.language),
        working.grade(view, row["grade"]),
        "" if row["scope_id"] == queries.TOTAL else scopes.get(row["scope_id"], row["scope_id"]),
    ]


def definition(view: View, one: Row) -> None:
    """What is counted, how, by whom, and what to mind."""
    show.section(view.word("indicator.definition"))
    codes = queries.records(queries.codes(view.cursor(), "unit_of_measure"))
    named = {row["code"]: view.of(row, "name") for row in codes}
    pairs = [("definition", view.of(one, "definition")), ("formula", view.of(one, "formula")),
             ("unit", named.get(one["unit_of_measure"], one["unit_of_measure"])),
             ("population", view.of(one, "population")), ("direction", view.word(f"direction.{one['direction']}")),
             ("department", view.of(one, "department")),
             ("caveats.real" if view.is_demonstration else "caveats", view.of(one, "caveats"))]  # fmt: skip
    if not (view.is_demonstration and one["has_value"]):
        pairs += [("refused", view.of(one, "refused")), ("request", view.of(one, "data_request"))]
    rows = "".join(f"<dt>{escape(view.word(f'define.{name}'))}</dt><dd>{escape(text)}</dd>".replace("\n", "<br>")
                   for name, text in pairs if text)  # fmt: skip
    show.block(f'<dl class="bb-pairs">{rows}</dl>')


page(choose.view())
