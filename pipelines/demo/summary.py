"""summary: the summary of contests, in agreement with the register."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence

import numpy as np
from numpy.typing import NDArray

from pipelines.demo.contests import GRASSROOTS, Row
from pipelines.demo.draws import stream
from pipelines.demo.land import Land

Counts = NDArray[np.int64]
COMPONENTS = ("emulation_grassroots_times", "emulation_above_times", "skill_grassroots_times", "skill_above_times")


def add_summary(values: MutableMapping[str, Counts], land: Land, rows: Sequence[Row]) -> None:
    """Adds to the drawn figures what the register says, and the unit's total without repetitions.

    The streams are never added: the total of a unit lies between its largest stream and their sum, and is not
    less than the entrants that it has registered.
    """
    registered = {name: np.zeros((len(land.nodes), len(land.years), 1, 1), dtype=np.int64) for name in COMPONENTS}
    for row in rows:
        place, year = land.place[row["unit_code"]], land.years.index(int(row["period"]))
        registered[_stream(row)][place, year] += row["entrants"]
    declared = land.country.contests
    for place, node in enumerate(land.nodes):
        chance = stream(land.country.seed, node.code, "contest/summary")
        more = 1 + chance.uniform(*declared.unregistered, (4, len(land.years)))
        for name, factor in zip(COMPONENTS, more, strict=True):
            drawn = values.get(name)
            own = registered[name][place, :, 0, 0]
            made = np.ceil(own * factor).astype(np.int64) + (drawn[place, :, 0, 0] if drawn is not None else 0)
            registered[name][place, :, 0, 0] = made
    values.update(registered)
    values["contest_person_times"] = _without_repetitions(land, values, rows)


def _stream(row: Row) -> str:
    kind = "emulation" if row["kind"] == "labour_emulation" else "skill"
    return f"{kind}_grassroots_times" if row["level"] == GRASSROOTS else f"{kind}_above_times"


def _without_repetitions(land: Land, values: MutableMapping[str, Counts], rows: Sequence[Row]) -> Counts:
    streams = np.stack([values[name] for name in COMPONENTS])
    largest, together = streams.max(axis=0), streams.sum(axis=0)
    entered = np.zeros_like(largest)
    for row in rows:
        entered[land.place[row["unit_code"]], land.years.index(int(row["period"]))] += row["entrants"]
    overlap = np.empty(largest.shape)
    for place, node in enumerate(land.nodes):
        chance = stream(land.country.seed, node.code, "contest/overlap")
        overlap[place, :, 0, 0] = chance.uniform(*land.country.contests.overlap, len(land.years))
    made = largest + np.floor((together - largest) * overlap).astype(np.int64)
    return np.asarray(np.maximum(made, entered))
