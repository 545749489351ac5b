"""filed: drawn figures → the rows of the forms as they were filed, in one version or two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipelines.catalog import Catalog
from pipelines.demo.absences import Absences
from pipelines.demo.columns import numbers, repeated, table
from pipelines.demo.contributions import Contribution, Structure, contribution
from pipelines.demo.draws import stream
from pipelines.demo.land import Land
from pipelines.demo.models import Revision
from pipelines.demo.receipts import Receipt
from pipelines.demo.sums import absent_by_node, by_node, with_margins

Counts = NDArray[np.int64]
TOTAL = "_T"


@dataclass(frozen=True)
class Filed:
    """The returns of one form that came, in key order, and the leaves' figures that they are made of."""

    form: str
    returns: Sequence[Receipt]
    values: Mapping[str, Counts]
    land: Land
    absences: Absences

    @cached_property
    def nodes(self) -> NDArray[np.intp]:
        return np.array([self.land.place.get(one.node.code, len(self.land.nodes)) for one in self.returns])

    @cached_property
    def years(self) -> NDArray[np.intp]:
        return np.array([self.land.years.index(int(one.period)) for one in self.returns])

    @cached_property
    def cells(self) -> tuple[tuple[str, str], ...]:
        """Industry and ownership of the rows of one return, in key order; none for a form without breakdown."""
        if not self.has_breakdown:
            return ()
        return tuple((one, other) for one in sorted((*self.land.industries, TOTAL))
                     for other in sorted((*self.land.ownerships, TOTAL)))  # fmt: skip

    @property
    def has_breakdown(self) -> bool:
        return next(iter(self.values.values())).shape[2:] != (1, 1)

    @property
    def rows(self) -> int:
        return len(self.returns) * max(len(self.cells), 1)

    def taken(self, by_node_and_year: Counts) -> Counts:
        """The figures of every return, its cells in key order: returns × industries × ownerships."""
        picked = by_node_and_year[self.nodes, self.years]
        return picked[:, self._order(self.land.industries)][:, :, self._order(self.land.ownerships)]

    def _order(self, names: Sequence[str]) -> list[int]:
        """Where the sorted names stand in the arrays, which have the total last."""
        held = (*names, TOTAL) if self.has_breakdown else (TOTAL,)
        return [held.index(name) for name in sorted(held)]

    def absent(self, measure: str) -> NDArray[np.bool_]:
        """Whether the measure has no figure in each return."""
        marks = absent_by_node(self.absences.of(self.form, measure), self.land)
        return np.asarray(marks[self.nodes, self.years])

    def given(self, measure: str) -> Counts:
        """The measure's figures in the leaves, 0 where there is none."""
        return self.absences.given(self.form, measure, self.values[measure], self.land)

    @cached_property
    def surplus(self) -> Mapping[str, Counts]:
        """What first versions have more than the second, by measure: returns × industries × ownerships."""
        made: dict[str, Counts] = {}
        for revision in self.land.country.revisions.get(self.form, ()):
            surplus = self._surplus(revision)
            for measure in revision.measures:
                made[measure] = made.get(measure, 0) + surplus
        return made

    def _surplus(self, revision: Revision) -> Counts:
        """Some too many, in the largest cell and so in its totals."""
        first = self.taken(with_cells(by_node(self.given(revision.measures[0]), self.land)))
        made = np.zeros_like(first)
        twice = {(one.node.code, one.period) for one in self.returns if one.vintage > 1}
        industries, ownerships = (sorted((*names, TOTAL)) for names in (self.land.industries, self.land.ownerships))
        for place, one in enumerate(self.returns):
            if one.vintage > 1 or (one.node.code, one.period) not in twice:
                continue
            chance = stream(self.land.country.seed, one.node.code, f"surplus/{revision.measures[0]}/{one.period}")
            if not self.has_breakdown:
                made[place] = int(first[place, 0, 0] * revision.share * chance.uniform(0.2, 1.0)) + 1
                continue
            finest = first[place].copy()
            finest[industries.index(TOTAL)] = finest[:, ownerships.index(TOTAL)] = -1
            row, column = np.unravel_index(finest.argmax(), finest.shape)
            surplus = int(finest[row, column] * revision.share * chance.uniform(0.2, 1.0)) + 1
            for i in (row, industries.index(TOTAL)):
                for j in (column, ownerships.index(TOTAL)):
                    made[place, i, j] = surplus
        return made

    def figures(self, measure: str) -> Counts:
        """The figures of the measure in every return, first versions with their surplus."""
        made = self.taken(with_cells(by_node(self.given(measure), self.land)))
        if measure in self.surplus:
            made = made + np.where(self.absent(measure)[:, None, None], 0, self.surplus[measure])
        return made


def with_cells(by_node_and_year: Counts) -> Counts:
    """The margins of industry and ownership, where the form has them."""
    return with_margins(by_node_and_year)


def form_table(name: str, filed: Filed, measures: Sequence[str], catalog: Catalog) -> pa.Table:
    """The table of a form: a row for each return and cell."""
    columns = dict(_keys(filed))
    for measure in measures:
        columns[measure] = _column(filed.figures(measure), filed.absent(measure))
    return table(name, columns, catalog, is_sorted=True)


def contribution_table(
    name: str, filed: Filed, measures: Sequence[str], behind: Structure, catalog: Catalog
) -> pa.Table:
    """Beside each figure of a form, its number of contributors and the two largest contributions."""
    columns = dict(_keys(filed))
    for measure in measures:
        made = contribution(filed.given(measure), behind, filed.land)
        absent = filed.absent(measure)
        for suffix, counts in zip(("contributors", "largest", "second_largest"), _of_versions(filed, measure, made),
                                  strict=True):  # fmt: skip
            columns[f"{measure}__{suffix}"] = _column(counts, absent)
    return table(name, columns, catalog, is_sorted=True)


def _of_versions(filed: Filed, measure: str, made: Contribution) -> tuple[Counts, Counts, Counts]:
    """The contributions of every return; the surplus of a first version is that of its small contributors."""
    number, largest, second = (filed.taken(one) for one in (made.contributors, made.largest, made.second))
    if measure in filed.surplus:
        figures = filed.figures(measure)
        number = np.where((number == 0) & (figures > 0), 1, number)
        largest = np.where(number == 1, figures, largest)
        second = np.where(number == 2, np.minimum(figures - largest, largest), second)
        largest = np.where(number == 2, figures - second, largest)
    return number, largest, second


def _keys(filed: Filed) -> Iterator[tuple[str, pa.Array]]:
    each = max(len(filed.cells), 1)
    places = np.repeat(np.arange(len(filed.returns)), each)
    yield "unit_code", repeated([one.node.code for one in filed.returns], places)
    yield "period", repeated([one.period for one in filed.returns], places)
    yield "obs_vintage", pa.array([one.vintage for one in filed.returns], pa.int64()).take(pa.array(places))
    if filed.cells:
        cells = np.tile(np.arange(each), len(filed.returns))
        yield "industry", repeated([one for one, _ in filed.cells], cells)
        yield "ownership", repeated([other for _, other in filed.cells], cells)


def _column(counts: Counts, absent: NDArray[np.bool_]) -> pa.Array:
    cells = counts.shape[1] * counts.shape[2]
    return numbers(np.ascontiguousarray(counts).reshape(-1), np.repeat(absent, cells))


def absent_cells(filed: Filed, measures: Sequence[str]) -> Iterator[dict[str, object]]:
    """A row for every empty cell of the form, with its reason."""
    cells = filed.cells or ((TOTAL, TOTAL),)
    for measure in measures:
        absent = filed.absent(measure)
        for place in np.flatnonzero(absent):
            one = filed.returns[int(place)]
            leaf = min(int(filed.nodes[place]), len(filed.land.nodes) - 1)
            declared = filed.land.country.absences[int(filed.absences.why[measure][leaf, filed.years[place]])]
            for industry, ownership in cells:
                yield {"form_id": one.form, "unit_code": one.node.code, "period": one.period,
                       "obs_vintage": one.vintage, "industry": industry, "ownership": ownership,
                       "measure_id": measure, "missing_reason": declared.reason,
                       "note_zh": declared.note.zh, "note_en": declared.note.en}  # fmt: skip
