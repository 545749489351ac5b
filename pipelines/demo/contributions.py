"""contributions: how many enterprises stand behind a cell, and how much of it the two largest have."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.demo.draws import draws
from pipelines.demo.land import Land
from pipelines.demo.sums import by_node, two_largest, with_margins

Counts = NDArray[np.int64]
Numbers = NDArray[np.float64]
SECOND_OF_REST = 0.45  # how much of what the largest leaves the second largest may have


@dataclass(frozen=True)
class Structure:
    """Enterprises in every cell of the leaves, and the share of a cell that the largest of them has."""

    enterprises: Counts
    largest_share: Numbers


@dataclass(frozen=True)
class Contribution:
    """Of one measure, by node, year, industry and ownership with their totals: contributors and the two largest."""

    contributors: Counts
    largest: Counts
    second: Counts


def structure(employed: Counts, land: Land) -> Structure:
    """The enterprises of every cell; a unit that is one enterprise is its own only contributor."""
    declared = land.country.contributors
    codes = [node.code for node in land.nodes]
    drawn = draws(land.country.seed, codes, "contributors", employed.shape[1:])
    spread = np.exp(declared.spread * drawn.cell)
    enterprises = np.ceil(employed / (declared.persons_each * spread)).astype(np.int64)
    for place, node in enumerate(land.nodes):
        if node.kind == "enterprise":
            enterprises[place] = np.minimum(enterprises[place], 1)
    share = declared.largest_share * spread * np.maximum(enterprises, 1) ** -0.5
    return Structure(enterprises, np.clip(share, 0.0, 0.97))


def contribution(values: Counts, behind: Structure, land: Land) -> Contribution:
    """The contributors of one measure, cell by cell, and of every total from the cells in it."""
    number = np.minimum(behind.enterprises, values)
    number = np.where((number == 0) & (values > 0), 1, number)
    several = np.maximum(number, 1)
    largest = np.maximum(-(-values // several), np.floor(values * behind.largest_share).astype(np.int64))
    largest = np.where(number == 1, values, np.minimum(largest, values - (number - 1)))
    rest = values - largest
    second = np.maximum(-(-rest // np.maximum(number - 1, 1)), np.floor(rest * SECOND_OF_REST).astype(np.int64))
    second = np.minimum(np.minimum(second, largest), rest - np.maximum(number - 2, 0))
    second = np.where(number == 2, rest, np.where(number < 2, 0, second))
    first_by_node, second_by_node = _by_node(*_with_margins(largest, second), land)
    return Contribution(by_node(with_margins(number), land), first_by_node, second_by_node)


def _with_margins(first: Counts, second: Counts) -> tuple[Counts, Counts]:
    for axis in (-1, -2):
        totals = two_largest(first, second, axis)
        first, second = (np.concatenate([cells, np.expand_dims(total, axis)], axis=axis)
                         for cells, total in zip((first, second), totals, strict=True))  # fmt: skip
    return first, second


def _by_node(first: Counts, second: Counts, land: Land) -> tuple[Counts, Counts]:
    made = (first.copy(), second.copy())
    ends = [*land.starts[1:], len(first)]
    for start, end in zip(land.starts, ends, strict=True):
        if end - start > 1:
            made[0][start], made[1][start] = two_largest(first[start:end], second[start:end], 0)
    nation = two_largest(made[0][land.starts], made[1][land.starts], 0)
    return np.concatenate([made[0], nation[0][None]]), np.concatenate([made[1], nation[1][None]])
