"""explanations: notes on returns whose figures move more than a rule lets pass without one, or lack a part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pipelines.catalog import Words
from pipelines.demo.absences import Absences
from pipelines.demo.land import Land, Node
from pipelines.demo.models import Swing
from pipelines.demo.receipts import Receipt
from pipelines.demo.sums import by_node

Counts = NDArray[np.int64]
Notes = dict[tuple[str, str, str], list[Words]]  # form, unit, period


def explained(receipts: Sequence[Receipt], land: Land, forms: Mapping[str, Sequence[str]],
              values: Mapping[str, Counts], absences: Absences) -> list[Receipt]:  # fmt: skip
    """The receipts with the notes that their figures call for, on the last version of each return."""
    notes: Notes = {}
    for swing in land.country.swings:
        form = next(form for form, measures in forms.items() if swing.measure in measures)
        for node, period, words in _swings(land, swing, values):
            notes.setdefault((form, node.code, period), []).append(words)
    _partial(land, forms, absences, notes)
    last = {(one.form, one.node.code, one.period): one.vintage for one in receipts}
    made = []
    for one in receipts:
        key = (one.form, one.node.code, one.period)
        added = notes.get(key, []) if last[key] == one.vintage else []
        made.append(replace(one, notes=(*one.notes, *added)))
    return made


def _swings(land: Land, swing: Swing, values: Mapping[str, Counts]) -> list[tuple[Node, str, Words]]:
    level = by_node(values[swing.measure].sum(axis=(2, 3), keepdims=True), land)[:, :, 0, 0].astype(float)
    if swing.over:
        whole = by_node(values[swing.over].sum(axis=(2, 3), keepdims=True), land)[:, :, 0, 0]
        level = 100 * level / np.maximum(whole, 1)
        change = np.abs(np.diff(level, axis=1))
    else:
        change = 100 * np.abs(level[:, 1:] / np.maximum(level[:, :-1], 1) - 1)
    found = []
    for place, node in enumerate((*land.nodes, land.nation)):
        limit = swing.limits.get(node.kind, swing.limits["_"])
        for year in np.flatnonzero(change[place] > limit):
            if year > 0:  # the year before the first period is not reported
                period = str(land.years[year + 1])
                found.append((node, period, _words(land, swing, node, period, float(change[place, year]))))
    return found


def _words(land: Land, swing: Swing, node: Node, period: str, change: float) -> Words:
    for event in land.country.events:
        if (event.unit, str(event.since)) == (node.code, period) and swing.rule in event.explains:
            return event.note
    general = land.country.filing.swing
    return Words(zh=general.zh.format(change=f"{change:.1f}"), en=general.en.format(change=f"{change:.1f}"))


def _partial(land: Land, forms: Mapping[str, Sequence[str]], absences: Absences, notes: Notes) -> None:
    """Totals that lack a part which was due say so; the nation's own note names returns that never came."""
    ends = [*land.starts[1:], len(land.nodes)]
    segments = [(land.nodes[start], range(start, end)) for start, end in zip(land.starts, ends, strict=True)]
    segments.append((land.nation, range(len(land.nodes))))
    for form, measures in forms.items():
        for year, period in enumerate(land.periods, start=1):
            lacking = _lacking(land, form, measures, absences, year)
            for whole, places in segments:
                parts = [land.nodes[place] for place in places if lacking[place] and land.nodes[place] != whole]
                if parts:
                    notes.setdefault((form, whole.code, period), []).append(_incomplete(parts))


def _lacking(land: Land, form: str, measures: Sequence[str], absences: Absences, year: int) -> NDArray[np.bool_]:
    made = absences.unreported[form][:, year].copy()
    for measure in measures:
        for place in np.flatnonzero(absences.why[measure][:, year] >= 0):
            declared = land.country.absences[int(absences.why[measure][place, year])]
            made[place] |= declared.reason == "not_reported"
    return made


def _incomplete(parts: Sequence[Node]) -> Words:
    zh, en = "、".join(one.short.zh for one in parts), ", ".join(one.short.en for one in parts)
    return Words(zh=f"合计只含已报部分，以下单位未报或有漏项：{zh}。",
                 en=f"Totals hold what was given; not reported, or with items missing: {en}.")  # fmt: skip
