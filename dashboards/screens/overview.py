"""Where do the seven tasks stand?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import streamlit as st

from dashboards import choose, figures, notation, queries, sentences, show, working
from dashboards.choose import INDICATOR, QUALITY, View
from dashboards.show import by_kind
from dashboards.tables import Cell, Column, link, small

Row = Mapping[str, Any]
MOST = 4
MOST_BESIDE = 20
TILED = "high_skilled_share"


def page(view: View) -> None:
    """Question, answer, counts, tasks, tiles."""
    con = view.cursor()
    targets, indicators = queries.records(queries.targets(con)), queries.records(queries.indicators(con))
    headlines = queries.records(queries.headlines(con))
    have = view.word("overview.have").format(len(indicators), len(headlines))
    overall = sentences.overall(targets, view.language, demo=view.is_demonstration)
    answer = show.said(overall, " ", have, underlined=1)
    show.head(view.word("overview.eyebrow"), view.word("overview.question"), answer)
    counted = {status: sum(row["verdict"] == status for row in targets) for status in working.STATUSES}
    show.counts(view, {status: number for status, number in counted.items() if number})
    show.other_channels(view)
    show.section(view.word("overview.tasks"), view.word("overview.tasks.note"))
    national = working.weightiest([row for row in targets if row["unit_code"] == queries.NATION])
    st.html("".join(task(view, row, headlines, indicators, national) for row in queries.records(queries.tasks(con))))
    show.notes(view, unit=view.word("notes.by_row"), period=view.word("notes.by_row"),
               department=view.word("notes.each_lead"), status=view.word("verified.yes"),
               rounding=view.word("notes.unrounded"))  # fmt: skip
    provinces(view)


def task(
    view: View, one: Row, headlines: Sequence[Row], indicators: Sequence[Row], targets: Mapping[str, Row]
) -> str:
    """A task with its figures, or with what is awaited."""
    here = [row for row in indicators if row["task_id"] == one["task_id"]]
    found = [row for row in headlines if row["task_id"] == one["task_id"]]
    found.sort(key=lambda row: (row["indicator_id"] in targets, row["period_end"]), reverse=True)
    rows = "".join(headline(view, row, targets.get(row["indicator_id"])) for row in found[:MOST])
    number = int(one["order_number"])
    below = view.word("overview.task").format(number) if number <= 7 else view.word("overview.support")
    said = sentences.availability(here, view.language, demo=view.is_demonstration) if here else ""
    return (
        f'<div class="bb"><div class="bb-task"><div><h3>{escape(view.of(one, "name"))}</h3>'
        f"<small>{escape(below)}</small></div><div>{rows or awaited(view, here)}"
        f"<small>{show.said(said)}</small></div></div></div>"
    )


def headline(view: View, row: Row, target: Row | None) -> str:
    """One figure: name, value, line, verdict, sentence."""
    text = notation.qualified(row["value"], row["unit_of_measure"], view.language, row["qualifier"], decimals(row))
    when = notation.period_of(row, view.language)
    name = link(view.of(row, "title"), view.link(INDICATOR, indicator=row["indicator_id"]))
    return (
        f'<div class="bb-row"><div class="bb-name">{name}</div>'
        f'<div class="bb-num">{show.number(text)}<small>{escape(when)}</small></div>'
        f'<div class="bb-spark">{spark(view, row)}</div>{judged(view, target)}'
        f'<div class="bb-said">{escape(sentence(view, row, target))}</div></div>'
    )


def decimals(row: Row) -> int | None:
    """The indicator's decimals for a ratio; counts are written by their size."""
    return int(row["decimals"]) if row["unit_of_measure"] in ("percent", "ratio") else None


def spark(view: View, row: Row) -> str:
    """The line of the newest comparable figures, or the words for none."""
    points = queries.records(queries.series(view.cursor(), row["indicator_id"], [queries.NATION]))
    newest = [stretch for stretch in figures.stretches(points) if stretch[-1]["period"] == row["period"]]
    if not newest:
        return f'<span class="bb-none">{escape(view.word("trend.none"))}</span>'
    scale = notation.scale_of(row["value"], row["unit_of_measure"], view.language, decimals(row))
    said = figures.trend_words(view.of(row, "title"), [(view.word("unit.nation"), newest[0])], scale, view.language)
    return f'<img src="{figures.sparkline(newest[0], view.mode)}" alt="{escape(show.alt(view, said))}">'


def judged(view: View, target: Row | None) -> str:
    """The verdict on the national target, or the words for none."""
    if target is None:
        return f'<span class="bb-verdict bb-none">{escape(view.word("target.none"))}</span>'
    return show.verdict(view, target["verdict"])


def sentence(view: View, row: Row, target: Row | None) -> str:
    """What is said of a figure: how it stands to its target and why, else how it moved."""
    if target is None:
        return str(sentences.change(row, view.language))
    reason = view.word(f"reason.{target['reason_id']}")
    if target["target_grade"] not in sentences.VERIFIED:
        return reason
    return view.word("overview.target").format(view.of(target, "title"), reason)


def awaited(view: View, indicators: Sequence[Row]) -> str:
    """What is missing for a task, and of whom it is asked: the first requests, and a way to all."""
    asked = [row for row in indicators if not row["has_value"] and view.of(row, "data_request")]
    name = escape(view.word("overview.awaited"))
    items = "".join(
        f'<div class="bb-await"><span>{name}</span><span>{escape(view.of(row, "title"))}'
        f"<small>{escape(view.of(row, 'data_request'))}</small></span></div>"
        for row in asked[:1]
    )
    more = link(view.word("overview.requests").format(len(asked)), view.link(QUALITY) + "#requests")
    return f'{items}<p class="bb-more">{more}</p>'


def provinces(view: View) -> None:
    """The tile grid of the high-skilled share: newest figure of any grade; beside it the verified ones."""
    rows = queries.records(queries.latest_by_unit(view.cursor(), TILED))
    usual = [row["value"] for row in rows if row["value"] is not None and row["scope_id"] == queries.TOTAL]
    scale, breaks = notation.Scale(1, "%", 1, 1), figures.breaks_of(TILED, usual)
    left, right = st.columns([7, 5])
    with left:
        show.section(view.word("overview.tiles"), _tiles_note(view, rows))
        show.tile_grid(view, rows, breaks, scale, lambda row: _tile_address(view, row), view.word("overview.tiles"))
    with right:
        beside(view, scale)
    with st.expander(view.word("drawer.table")):
        given = [row for row in rows if row["unit_kind"] != "not_covered"]
        heads = [*_heads(view), Column(view.word("head.grade"), "keep")]
        show.table(view, heads, [_newest(view, row, scale) for row in given], view.word("overview.tiles"))
        names = ("unit_code", "period", "scope_id", "value", "value_low", "value_high", "qualifier", "basis", "grade")
        show.download(view, f"{view.word('overview.tiles')} (%)", TILED, [view.word("head.region"), *names],
                      [[view.of(row, "name"), *(row[name] for name in names)] for row in given])  # fmt: skip
    show.notes(view, unit="%", period=view.word("notes.by_row"), status=view.word("notes.published"),
               rounding=view.word("notes.unrounded"))  # fmt: skip


def beside(view: View, scale: notation.Scale) -> None:
    """The verified figures of provinces; where that is nearly all of them, those of the other units instead."""
    con = view.cursor()
    checked = [row for row in queries.records(queries.latest_by_unit(con, TILED, verified_only=True))
               if row["value"] is not None]  # fmt: skip
    others = [row for row in queries.records(queries.latest_by_unit(con, TILED, queries.OTHERS))
              if row["value"] is not None]  # fmt: skip
    if len(checked) > MOST_BESIDE and others:
        show.section(view.word("indicator.others"), view.word("indicator.others.note"))
        show.table(view, _heads(view), by_kind(view, others, lambda row: _verified(view, row, scale)),
                   view.word("indicator.others"))  # fmt: skip
        return
    show.section(view.word("overview.verified"), view.word("overview.verified.note"))
    show.table(view, _heads(view), [_verified(view, row, scale) for row in checked], view.word("overview.verified"))


def _tiles_note(view: View, rows: Sequence[Row]) -> str:
    """What the grid shows; that periods differ only where they do."""
    periods = {notation.period_of(row, view.language) for row in rows if row["value"] is not None}
    if len(periods) == 1:
        return view.word("overview.tiles.note.one").format(next(iter(periods)))
    return view.word("overview.tiles.note")


def _tile_address(view: View, row: Row) -> str:
    return view.link(INDICATOR, indicator=TILED, unit=row["unit_code"])


def _heads(view: View) -> list[Column]:
    return [Column(view.word("head.region")), Column(f"{view.word('head.value')} (%)", "right"),
            Column(view.word("head.interval"), "right"), Column(view.word("head.period"), "right")]  # fmt: skip


def _newest(view: View, row: Row, scale: notation.Scale) -> list[Cell]:
    if row["value"] is None:
        return [view.of(row, "name"), small(view.word("missing.not_collected")), *[None] * 3]
    return [*_verified(view, row, scale), working.grade(view, row["grade"])]


def _verified(view: View, row: Row, scale: notation.Scale) -> list[Cell]:
    interval = notation.interval(row["value_low"], row["value_high"], "ratio", view.language, 2)
    period = notation.period_of(row, view.language)
    value = link(figures.signed(row, scale, view.language), _tile_address(view, row))
    return [view.of(row, "name"), value, interval, period]


page(choose.view())
