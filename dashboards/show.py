"""show: the parts that every page is made of: ribbon, question, answer, key figures, drawers, notes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from html import escape
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

import plotly.graph_objects as go
import streamlit as st

from dashboards import notation, release_file, tiles
from dashboards.choose import DEFAULT_LANGUAGE, OVERVIEW, View
from dashboards.lookups import Figure, Sentence
from dashboards.notation import Scale
from dashboards.tables import Cell, Column, Group, Markup, csv_bytes, html, link, safe
from dashboards.theme import Mode, css, template
from dashboards.words import Language, word, words

Row = Mapping[str, Any]
BEIJING = timezone(timedelta(hours=8))
MOST_ROWS = 200  # of a table on a page; the download has all
GROUND = 48  # words on the ground of a page of invented figures
NUMBER = re.compile(r"(\D*?)([−+]?\d[\d\u202f.,/]*\d|[−+]?\d)(.*)", re.DOTALL)


def style(mode: Mode, language: Language) -> None:
    """The style sheet of a mode and the language of the text, into the page; Streamlit itself says English."""
    st.html(f"<style>{css(mode)}</style>")
    said = {"zh": "zh-CN", "en": "en"}[language]
    st.html(f'<script>document.documentElement.lang = "{said}"</script>', unsafe_allow_javascript=True)


def block(content: str) -> None:
    """Our own HTML, in our own class."""
    st.html(f'<div class="bb">{content}</div>')


def ribbon(view: View) -> None:
    """Book, channel, release with the others to choose from, date, and the other language."""
    manifest = view.release.manifest
    created = datetime.fromisoformat(str(manifest["created"])).astimezone(BEIJING).date().isoformat()
    day = notation.date_words(created, view.language)
    other: Language = "en" if view.language == "zh" else "zh"
    choices = "".join(_channel(view, channel, several) for channel, several in by_channel(view.release.channel))
    st.html(
        f'<div class="bb"><div class="bb-ribbon"><span class="bb-book">{escape(view.word("book.title"))}</span>'
        f"<span>{escape(channel_name(view.release.channel, view.language))}</span>"
        f'<span class="bb-end"><details><summary>{escape(view.word("head.release"))} '
        f"{escape(view.release.release_id)}{escape(_standing(view))}</summary><ul>{choices}</ul></details>"
        f'<span>{escape(day)}</span><a href="{_same_page(lang=other)}" target="_self" hreflang="{other}">'
        f"{escape(word('ribbon.language', other))}</a></span></div></div>"
    )


def channel_name(channel: str, language: Language) -> str:
    """The name of a channel; its id where it has no words here."""
    key = f"ribbon.channel.{channel}"
    return word(key, language) if key in words() else channel


def by_channel(first: str) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """The releases of every channel, newest first; the named channel before the others."""
    found: dict[str, list[Mapping[str, Any]]] = {first: []}
    for one in release_file.releases():
        found.setdefault(str(one["channel"]), []).append(one)
    return [(first, found.pop(first)), *sorted(found.items())]


def _channel(view: View, channel: str, several: Sequence[Mapping[str, Any]]) -> str:
    """The releases of one channel below its name."""
    rows = "".join(f"<li>{_release(view, one)}</li>" for one in several)
    return f"<li class='bb-channel'>{escape(channel_name(channel, view.language))}<ol>{rows}</ol></li>"


def demonstration(view: View) -> None:
    """The band and the ground of a page of invented figures; nothing on any other page."""
    if not view.is_demonstration:
        return
    st.set_page_config(page_title=f"{view.word('demo.suffix')} · {view.word('book.title')}")
    ground = f"<span>{_lines(view.watermark)}</span>" * GROUND
    st.html(f'<div class="bb-ground" aria-hidden="true">{ground}</div><div class="bb"><p class="bb-band" role="note">'
            f"{escape(view.word('demo.band'))} {escape(view.word('demo.stamp.forms'))}</p></div>")  # fmt: skip


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def other_channels(view: View) -> None:
    """A way to the current release of every other channel."""
    for channel, _ in by_channel(view.release.channel)[1:]:
        current = release_file.current_id(channel)
        if current is not None:
            key = f"other.{channel}"
            said = view.word(key) if key in words() else channel_name(channel, view.language)
            block(f'<p class="bb-other">{link(said, view.link(OVERVIEW, release=current))}</p>')


def _standing(view: View) -> str:
    """A remark where the release on screen is not the current one."""
    is_current = view.release.release_id == release_file.current_id(view.release.channel)
    return "" if is_current else f" · {view.word('ribbon.not_current')}"


def _release(view: View, manifest: Mapping[str, Any]) -> str:
    name = str(manifest["release_id"])
    made = datetime.fromisoformat(str(manifest["created"])).astimezone(BEIJING).strftime(" %H:%M")
    is_current = name == release_file.current_id(str(manifest["channel"]))
    mark = made + (f" ● {view.word('ribbon.current')}" if is_current else "")
    if name == view.release.release_id:
        return f"{escape(name + mark)}"
    return f'<a href="{_same_page(release=name)}" target="_self">{escape(name + mark)}</a>'


def _same_page(**changed: str) -> str:
    """The address of this page with some parameters changed; the default language is not written."""
    stated = dict(st.query_params.items()) | changed
    if stated.get("lang") == DEFAULT_LANGUAGE:
        del stated["lang"]
    return "?" + escape(urlencode(stated))


def head(eyebrow: str, question: str, answer: Cell) -> None:
    """The page asks, then answers."""
    said = f'<p class="bb-answer">{safe(answer)}</p>' if answer else ""
    block(f'<p class="bb-eyebrow">{escape(eyebrow)}</p><h1>{escape(question)}</h1>{said}')


def said(*sentences: Sentence | str, underlined: int | None = None) -> Markup:
    """Sentences as HTML; the figure of that place is underlined."""
    parts: list[str] = []
    place = 0
    for one in sentences:
        for part in one.parts if isinstance(one, Sentence) else (one,):
            text = escape(str(part))
            if isinstance(part, Figure):
                text = f"<u>{text}</u>" if place == underlined else text
                place += 1
            parts.append(text)
    return Markup("".join(parts))


def section(title: str, subtitle: str = "") -> None:
    """A section begins with a rule of ink, its title and what is measured."""
    below = f"<p>{escape(subtitle)}</p>" if subtitle else ""
    block(f'<div class="bb-section"><h2>{escape(title)}</h2>{below}</div>')


def verdict(view: View, status: str) -> Markup:
    """A mark and a word, never one without the other."""
    mark, name = view.word(f"mark.{status}"), view.word(f"verdict.{status}")
    return Markup(f'<span class="bb-verdict"><span class="bb-mark bb-{status}" aria-hidden="true">{mark}</span> '
                  f"{escape(name)}</span>")  # fmt: skip


def counts(view: View, numbers_by_status: Mapping[str, int]) -> None:
    """How many of each status, with a mark each."""
    parts = [
        f"<div><b>{number}</b><span>{escape(view.word(f'verdict.{status}'))}</span>"
        f'<i class="bb-{status}" aria-hidden="true">{view.word(f"mark.{status}") * number}</i></div>'
        for status, number in numbers_by_status.items()
    ]
    block(f'<div class="bb-counts">{"".join(parts)}</div>')


def number(text: str) -> Markup:
    """A written number with its qualifier and unit small around it."""
    match = NUMBER.fullmatch(text)
    if not match:
        return Markup(f'<b class="bb-long">{escape(text)}</b>')
    before, digits, after = (escape(part) for part in match.groups())
    lead = f"<span>{before}</span>" if before else ""
    return Markup(f"{lead}<b>{digits}</b><span>{after}</span>")


def keys(cells: Sequence[tuple[str, Cell, Cell]]) -> None:
    """Three or four key figures: what it is, the figure, one line why."""
    parts = [f"<div><small>{escape(name)}</small>{safe(figure)}<small>{safe(why)}</small></div>"
             for name, figure, why in cells]  # fmt: skip
    block(f'<div class="bb-keys">{"".join(parts)}</div>')


def refusal(title: str, reasons: Iterable[str], lacking: str = "") -> None:
    """A dashed box where something cannot be said: what, why, and what is missing."""
    items = "".join(f"<li>{escape(reason)}</li>" for reason in reasons)
    below = f"<p>{escape(lacking)}</p>" if lacking else ""
    mark = '<span class="bb-mark bb-unknown" aria-hidden="true">◇</span> '
    block(f'<div class="bb-refusal"><h3>{mark}{escape(title)}</h3><ul>{items}</ul>{below}</div>')


def notes(view: View, **stated: str) -> None:
    """The line below a page: unit, period, department, release, status, rounding; only what is stated."""
    stated = {**stated, "release": view.release.release_id}
    order = ("unit", "period", "department", "release", "status", "rounding", "source")
    joint = "：" if view.language == "zh" else ": "
    parts = [f"<span>{escape(view.word(f'notes.{name}'))}{joint}{escape(stated[name])}</span>"
             for name in order if stated.get(name)]  # fmt: skip
    block(f'<div class="bb-notes">{"".join(parts)}</div>')


def table(view: View, columns: Sequence[Column], rows: Iterable[Sequence[Cell] | Group], label: str) -> None:
    """A table; one of invented figures says so in its caption."""
    caption = view.word("demo.caption").format(label) if view.is_demonstration else ""
    st.html(html(columns, rows, label, caption))


def by_kind(
    view: View, rows: Sequence[Row], line: Callable[[Row], Sequence[Cell]]
) -> list[Sequence[Cell] | Group]:
    """Rows of reporting units in official order, below the name of their kind."""
    body: list[Sequence[Cell] | Group] = []
    for kind, several in groupby(rows, key=lambda row: row["unit_kind"]):
        body += [Group(view.word(f"kind.unit.{kind}")), *(line(row) for row in several)]
    return body


def filled_only(
    columns: Sequence[Column], rows: Sequence[Sequence[Cell] | Group]
) -> tuple[list[Column], list[Sequence[Cell] | Group]]:
    """The table without the columns in which no row says anything."""
    places = [place for place, _ in enumerate(columns)
              if any(not isinstance(row, Group) and row[place] for row in rows)]  # fmt: skip
    kept: list[Sequence[Cell] | Group] = [
        row if isinstance(row, Group) else [row[place] for place in places] for row in rows
    ]
    return [columns[place] for place in places], kept


def shortened(view: View, number: int) -> None:
    """That a table lists only its first rows; nothing where it lists them all."""
    if number > MOST_ROWS:
        counts = (notation.plain(one, 0, view.language) for one in (MOST_ROWS, number))
        block(f'<p class="bb-text">{escape(view.word("rows.shown").format(*counts))}</p>')


def chart(view: View, figure: go.Figure, words_for_it: str, key: str) -> None:
    """A figure in the look of the page, with the watermark of the channel; no page draws one in another way."""
    figure.update_layout(template=template(view.mode, view.watermark))
    invented(view, words_for_it.partition(": ")[0].partition("：")[0])
    st.plotly_chart(figure, theme=None, config={"displayModeBar": False}, alt=alt(view, words_for_it), key=key)


def invented(view: View, label: str) -> None:
    """A caption above what shows invented figures; nothing above real ones."""
    if view.is_demonstration:
        block(f'<p class="bb-text bb-invented"><small>{escape(view.word("demo.caption").format(label))}</small></p>')


def alt(view: View, words_for_it: str) -> str:
    """What a figure shows, for those who cannot see it; of invented figures it says so first."""
    return f"{view.word('demo.suffix')}: {words_for_it}" if view.is_demonstration else words_for_it


def tile_grid(
    view: View, rows: Sequence[Row], breaks: Sequence[Decimal], scale: Scale, address: Callable[[Row], str],
    subject: str,
) -> None:  # fmt: skip
    """A tile grid with its legend, and the watermark of the channel."""
    mark = f'<span class="bb-watermark" aria-hidden="true">{_lines(view.watermark)}</span>' if view.watermark else ""
    invented(view, subject)
    drawn = tiles.grid(rows, breaks, scale, view.language, address, alt(view, subject))
    st.html(f'<div class="bb bb-marked">{drawn}{mark}</div>')
    edges = [edge for edge in tiles.EDGES if not (view.is_demonstration and edge == tiles.UNVERIFIED)]
    st.html(tiles.legend(breaks, scale, view.language, edges))


def download(
    view: View, title: str, name: str, heads: Sequence[str],
    rows: Iterable[Sequence[object]] | Callable[[], Iterable[Sequence[object]]],
) -> None:  # fmt: skip
    """A button for the table as CSV; where rows are to be asked for, it is written when it is pressed."""
    content = (lambda: csv_file(view, title, name, heads, rows())[1]) if callable(rows) else csv_file(
        view, title, name, heads, rows)[1]  # fmt: skip
    st.download_button(view.word("csv.button"), content, csv_name(view, name), "text/csv", on_click="ignore",
                       key=f"csv_{name}")  # fmt: skip


def csv_name(view: View, name: str) -> str:
    """The name of a table's file; that of invented figures says so."""
    suffix = f"_{view.word('demo.suffix')}" if view.is_demonstration else ""
    return f"{name}_{view.release.release_id}{suffix}.csv"


def csv_file(
    view: View, title: str, name: str, heads: Sequence[str], rows: Iterable[Sequence[object]]
) -> tuple[str, bytes]:
    """Name and content of a table as CSV, labelled with title, release and sources; invented figures say so first."""
    labels = [title, f"{view.word('head.release')} {view.release.release_id}"]
    labels = [view.word("demo.csv"), *labels] if view.is_demonstration else [*labels, view.word("csv.source")]
    return csv_name(view, name), csv_bytes(labels, heads, rows)


def source_words(row: Mapping[str, Any]) -> str:
    """Publisher, title and date of a source, in the original."""
    title = f"《{row['title']}》" if row["title"] else ""
    return " ".join(part for part in (row["publisher"], title, row["published"]) if part)
