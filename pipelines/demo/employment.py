"""employment: persons employed in every leaf, year, industry and ownership: what all other figures rest on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipelines.demo.draws import draws
from pipelines.demo.land import Land
from pipelines.demo.methods import Counts, path
from pipelines.demo.models import Unit

Numbers = NDArray[np.float64]
MEASURE = "employed_total"


def employed(land: Land) -> Counts:
    """Persons employed, in whole numbers: leaves × years × industries × ownerships.

    The six industries of the form stand for all: employment elsewhere is declared as spread over them.
    """
    shape = (len(land.years), len(land.industries), len(land.ownerships))
    codes = [node.code for node in land.nodes]
    drawn = draws(land.country.seed, codes, MEASURE, shape)
    expected = _sizes(land, drawn.year)[:, :, None, None] * _mix(land, drawn.cell)
    return np.floor(expected + drawn.rounding).astype(np.int64)


def _sizes(land: Land, year: Numbers) -> Numbers:
    """Persons employed in every leaf and year, not yet whole numbers."""
    declared = land.country.employment
    course = np.interp(land.years, list(declared.path), list(declared.path.values()))
    since = np.array(land.years) - declared.base_year
    drift = np.zeros((len(land.nodes), len(land.years)))
    for trait, step in declared.traits.items():
        drift += step * land.trait(trait)[:, None] * since
    drift += declared.noise * year[:, :, 0, 0]
    for event in land.country.events:
        if event.measure == MEASURE and event.unit in land.place:
            drift[land.place[event.unit], land.years.index(event.since) :] += np.log(event.times)
    return land.employed()[:, None] * course * np.exp(drift)


def _mix(land: Land, cell: Numbers) -> Numbers:
    """The share of every industry and ownership in a leaf; an enterprise is in one cell."""
    mix = land.country.mix
    industry = np.stack([path(mix.industries[key], land.years, is_odds=False) for key in land.industries], axis=1)
    own = np.stack([path(mix.ownerships[key], land.years, is_odds=False) for key in land.ownerships], axis=1)
    between = np.array([[mix.ownership_by_industry.get(one, {}).get(other, 0.0) for other in land.ownerships]
                        for one in land.industries])  # fmt: skip
    made = np.empty((len(land.nodes), len(land.years), len(land.industries), len(land.ownerships)))
    for place, node in enumerate(land.nodes):
        unit = node.declared if node.declared.industry or node.declared.only else _province(land, place)
        by_industry = np.exp(industry + [unit.industry.get(key, 0.0) for key in land.industries])
        by_owner = np.exp(own[:, None, :] + between + [unit.ownership.get(key, 0.0) for key in land.ownerships]
                          + mix.spread * cell[place])  # fmt: skip
        by_industry /= by_industry.sum(axis=1, keepdims=True)
        by_owner /= by_owner.sum(axis=2, keepdims=True)
        made[place] = by_industry[:, :, None] * by_owner
        if node.declared.only:
            made[place] = 0.0
            chosen, owner = node.declared.only
            made[place, :, land.industries.index(chosen), land.ownerships.index(owner)] = 1.0
    return made


def _province(land: Land, place: int) -> Unit:
    """Whose mix a leaf has that declares none: its province's."""
    node = land.nodes[place]
    return land.nodes[land.place[node.parent]].declared if node.is_nested and node.parent else node.declared
