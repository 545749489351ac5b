"""working: where a figure comes from: formula with live numbers, rows, files and lines, publishers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from html import escape
from typing import Any

import streamlit as st

from dashboards import choose, notation, queries, show
from dashboards.choose import View
from dashboards.tables import Cell, Column, Markup, joined, outside, small

Row = Mapping[str, Any]
RATIO_METHODS = ("share", "per", "ratio")
TIMES = re.compile(r" × \d+$")
RATIOS = ("percent", "ratio", "percentage_point")
STATUSES = ("met", "near", "behind", "direction", "unknown", "missing")
VERIFIED = ("A", "B")
HASH = 16  # characters of a hash that are shown


def grade(view: View, letter: str | None) -> Cell:
    """The grade; C and D with the words 未经核对; of an invented figure that it is one."""
    if letter is None:
        return ""
    if view.is_demonstration:
        return view.word("grade.A")
    if letter in VERIFIED:
        return letter
    return joined(letter, Markup(f'<span class="bb-tag">{escape(view.word("verified.no"))}</span>'))


def written(view: View, row: Row, unit: str, decimals: int | None, value: str = "value") -> str:
    """A value with unit and qualifier."""
    if row[value] is None:
        return view.word("missing.not_computed")
    kept = decimals if unit in RATIOS else None
    return notation.qualified(row[value], unit, view.language, row.get("qualifier") or "exact", kept)


def weightiest(targets: Sequence[Row]) -> dict[str, Row]:
    """Of several targets of an indicator the one of which most can be said; by indicator."""
    ordered = sorted(targets, key=lambda row: (STATUSES.index(row["verdict"]), row["due"]), reverse=True)
    return {row["indicator_id"]: row for row in ordered if row["indicator_id"]}


def target_text(view: View, row: Row) -> str:
    """The number of a target: the fraction where it is one third, else value and unit."""
    value, unit = row["target_value"], row["unit_of_measure"]
    if value is None:
        return view.word("targets.direction")
    if row["value_denominator"] != 1 and unit == "percent":
        return str(Fraction(row["value_numerator"], row["value_denominator"] * 100))
    whole = value == int(value) and unit in ("percent", "percentage_point")
    if row["target_type"] == "percentage_point_change":
        return view.word("targets.rise").format(_range(view, value, row["target_value_high"], unit))
    text = notation.shown(value, unit, view.language, 0 if whole else None)
    if row["target_type"] == "about":
        return text + view.word("targets.about") if view.language == "zh" else f"{view.word('targets.about')} {text}"
    return text


def _range(view: View, low: Decimal, high: Decimal | None, unit: str) -> str:
    """One value or two of a unit, without decimals that they do not have."""
    decimals = 0 if all(end == int(end) for end in (low, high or low)) else 1
    if high is None or high == low:
        return notation.shown(low, unit, view.language, decimals)
    return notation.interval(low, high, unit, view.language, decimals)


def printed(view: View, one: Row, row: Row) -> str:
    """The ratio as a source printed it; a level is itself as printed and needs no second mention."""
    if row["reported_printed"] is None or one["method"] == "level":
        return ""
    return view.word(f"sign.{row['reported_qualifier']}") + str(row["reported_printed"])


def agreement(view: View, one: Row, row: Row) -> Cell:
    """Whether derived and printed can both be true; where they cannot, the derived value beside the word."""
    if not row["agreement"] or one["method"] == "level":
        return ""
    said = view.word(f"agreement.{row['agreement']}")
    if row["agreement"] != "conflict":
        return said
    ends = {"value": row["derived_value"], "qualifier": "over" if row["derived_high"] is None else "exact"}
    value = written(view, {**row, **ends}, one["unit_of_measure"], one["decimals"])
    return joined(said, small(f"{view.word('basis.derived')} {value}"), between="<br>")


def value_row(view: View, one: Row, row: Row) -> list[Cell]:
    """A row of the table of all periods."""
    value = written(view, row, one["unit_of_measure"], one["decimals"])
    refused = view.of(row, "refused") if row["value"] is None else ""
    scope = "" if row["scope_id"] == queries.TOTAL else view.of(row, "scope")
    uncertain = view.word("certainty.uncertain") if row["period_certainty"] == "uncertain" else ""
    period = notation.period_of(row, view.language)
    return [view.of(row, "unit_short"), joined(period, small(uncertain)), refused or value, printed(view, one, row),
            agreement(view, one, row), grade(view, row["grade"]), scope]  # fmt: skip


def drawer(view: View, one: Row, given: Sequence[Row]) -> None:
    """For a chosen unit and period: definition, formula with numbers, rows, sources."""
    st.html('<div id="working"></div>')
    show.section(view.word("indicator.working"))
    asked = "unit" in st.query_params
    with st.expander(view.word("drawer.working"), expanded=asked):
        row = chosen(view, given)
        if row is None:
            show.block(f'<p class="bb-text">{escape(view.word("indicator.working.none"))}</p>')
            return
        found = queries.records(queries.working(view.cursor(), one["indicator_id"], row["unit_code"], row["period"],
                                                row["scope_id"]))  # fmt: skip
        formula(view, one, row, found)
        show.table(view, heads(view), [source_row(view, line) for line in found], view.word("drawer.working"))


def chosen(view: View, given: Sequence[Row]) -> Row | None:
    """The value of the address, with the boxes that change it: unit, then period and scope."""
    names = {row["unit_code"]: view.of(row, "unit_name") for row in given}
    default = queries.NATION if queries.NATION in names else next(iter(names))
    asked = st.query_params.get("unit", default)
    unit = asked if asked in names else None
    left, right = st.columns(2)
    with left:
        choose.pick(view.word("pick.unit"), "unit", names, unit or default, ("period", "scope"))
    if unit is None:
        return None
    here = {f"{row['period']}|{row['scope_id']}": row for row in given if row["unit_code"] == unit}
    latest = next((key for key, row in here.items() if row["is_latest"]), next(iter(here)))
    wanted = f"{st.query_params.get('period', '')}|{st.query_params.get('scope', queries.TOTAL)}"
    place = wanted if wanted in here else latest
    with right:
        periods = {key: _named(view, row) for key, row in here.items()}
        choose.pick_pair(view.word("pick.period"), ("period", "scope"), periods, place)
    return here[place]


def _named(view: View, row: Row) -> str:
    period = notation.period_of(row, view.language)
    return period if row["scope_id"] == queries.TOTAL else f"{period} · {view.of(row, 'scope')}"


def formula(view: View, one: Row, row: Row, found: Sequence[Row]) -> None:
    """The formula, then the same with its numbers."""
    more = one["unit_of_measure"] == "percent" and row["basis"] == "derived"
    value = written(view, row, one["unit_of_measure"], int(one["decimals"]) + more)
    above = [written(view, line, line["unit_of_measure"], 2) for line in found if line["role"] == "numerator"]
    below = [written(view, line, line["unit_of_measure"], 2) for line in found if line["role"] == "denominator"]
    lines = [view.of(one, "formula")]
    if one["method"] in RATIO_METHODS and above and below and row["basis"] == "derived":
        times = TIMES.search(lines[0])
        lines.append(f"{_sum(above)} ÷ {_sum(below)}{times[0] if times else ''} = {value}")
    elif row["basis"] == "reported":
        lines.append(view.word("working.reported").format(value))
    else:
        lines.append(f"= {value}")
    interval = notation.interval(row["value_low"], row["value_high"], one["unit_of_measure"], view.language, 2)
    if row["value_low"] != row["value_high"]:
        lines.append(f"{view.word('head.interval')} {interval}")
    show.block("".join(f'<p class="bb-formula">{escape(line)}</p>' for line in lines))


def _sum(texts: Sequence[str]) -> str:
    return texts[0] if len(texts) == 1 else "(" + " + ".join(texts) + ")"


def heads(view: View) -> list[Column]:
    """The heads of the table of rows behind a value."""
    return [Column(view.word("head.measure"), "wide"), Column(view.word("head.role"), "keep"),
            Column(view.word("head.as_printed"), "right"), Column(view.word("head.grade"), "keep"),
            Column(view.word("head.source"), "wide"), Column(view.word("head.place"), "wide")]  # fmt: skip


def source_row(view: View, line: Row) -> list[Cell]:
    """A row behind a value: what it counts, as printed, who published it, where it stands in our files."""
    printed = f"{view.word('qualifier.' + line['qualifier'])} {line['value_printed']} {line['unit_printed']}".strip()
    derived = view.word("working.derived") if line["derivation"] == "derived" else ""
    note = view.of(line, "note")
    period = notation.period_of(line, view.language, as_at=False)
    url = line["url"] if line["grade"] in VERIFIED else None
    return [
        joined(view.of(line, "measure"), small(period)),
        view.word(f"role.{line['role']}"),
        joined(printed, small(derived)),
        grade(view, line["grade"]),
        joined(outside(show.source_words(line), url), small(note)),
        origin(view, line),
    ]


def origin(view: View, line: Row) -> Cell:
    """Where a figure stands: our tidy file and line and the file it was found in, or form, unit and return."""
    if line["form_zh"]:
        stamp = view.of(line, "form_note") or view.word("demo.stamp")
        form = view.word("working.form").format(form=view.of(line, "form"), stamp=stamp)
        place = view.word("working.return").format(unit=str(line["origin_sheet"] or "").partition(" ")[0],
                                                   period=line["period"], version=line["source_line"],
                                                   cell=line["origin_cell"] or line["measure_id"])  # fmt: skip
        return joined(form, small(place), between="<br>")
    ours = small(f"{line['source_file'].rpartition('/')[2]}:{line['source_line']}")
    if not line["origin_file"]:
        return ours
    found = view.word("working.origin").format(
        file=line["origin_file"], hash=(line["origin_hash"] or "")[:HASH], sheet=line["origin_sheet"] or "—",
        cell=line["origin_cell"] or "—",
    )  # fmt: skip
    return joined(ours, small(found), between="<br>")
