"""absences: cells left empty with their reason: which leaves and years, and the rows that say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipelines.demo.land import Land
from pipelines.demo.models import Absence
from pipelines.demo.reading import DemoError

Marks = NDArray[np.bool_]
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Absences:
    """Where each measure has no figure (leaves × years), and why (the place of the declaration, or −1)."""

    absent: Mapping[str, Marks]
    why: Mapping[str, NDArray[np.int64]]
    unreported: Mapping[str, Marks] = field(default_factory=dict)

    def of(self, form: str, measure: str) -> Marks:
        """Where the measure is absent, because the cell is empty or the whole return never came."""
        return self.absent[measure] | self.unreported[form]

    def given(self, form: str, measure: str, drawn: Counts, land: Land) -> Counts:
        """The figures of the leaves as they are reported: 0 where there is none, or where the province holds it."""
        made = np.where(self.of(form, measure)[:, :, None, None], 0, drawn)
        held = [place for place, one in enumerate(land.country.absences) if one.is_held_by_province]
        elsewhere = np.isin(self.why[measure], held)
        if elsewhere.any():
            made[land.starts] += np.add.reduceat(np.where(elsewhere[:, :, None, None], drawn, 0), land.starts, axis=0)
        return made


def absences(land: Land, forms: Mapping[str, tuple[str, ...]]) -> Absences:
    """The declared empty cells of all forms (form: its measures).

    Raises:
        DemoError: a declaration names a measure or a unit that is not there.
    """
    shape = (len(land.nodes), len(land.years))
    known = {measure for measures in forms.values() for measure in measures}
    why = {measure: np.full(shape, -1, dtype=np.int64) for measure in known}
    for place, one in enumerate(land.country.absences):
        for measure in one.measures:
            if measure not in known:
                raise DemoError(f"country.yaml, absences: found {measure!r}, wanted a measure of a form. 请改正。")
            why[measure][_where(one, land)] = place
    unreported = {form: np.zeros(shape, dtype=bool) for form in forms}
    for never in land.country.filing.unreported:
        if never.unit not in land.place or never.form not in forms:
            raise DemoError(f"country.yaml, unreported: found {never.form}, {never.unit}; wanted a form and a unit of"
                            " the country. 请改正表或单位。")  # fmt: skip
        unreported[never.form][land.place[never.unit], land.years.index(never.period)] = True
    return Absences({measure: places >= 0 for measure, places in why.items()}, why, unreported)


def _where(one: Absence, land: Land) -> Marks:
    """The leaves and years of a declaration; one that names no unit and no kind speaks of all."""
    is_everywhere = not one.units and not one.kinds
    units = np.array([is_everywhere or node.code in one.units or node.kind in one.kinds for node in land.nodes])
    years = np.array([(one.before is None or year < one.before) and (not one.periods or year in one.periods)
                      for year in land.years])  # fmt: skip
    return np.asarray(units[:, None] & years[None, :])
