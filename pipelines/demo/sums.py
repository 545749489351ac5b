"""sums: figures of the leaves added up to the units that report, and to the margins of industry and ownership."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipelines.demo.land import Land

Counts = NDArray[np.int64]


def with_margins(cells: Counts) -> Counts:
    """The cells with their totals: one more industry and one more ownership, the last of each (`_T`).

    Ownership `_T` sorts first as text; the caller orders the columns (see `ownership_order`).
    """
    if cells.shape[-2:] == (1, 1):
        return cells
    wide = np.concatenate([cells, cells.sum(axis=-1, keepdims=True)], axis=-1)
    return np.concatenate([wide, wide.sum(axis=-2, keepdims=True)], axis=-2)


def by_node(leaves: Counts, land: Land) -> Counts:
    """What each node reports: a province its leaf and those within it; last, the nation: every leaf once."""
    made = leaves.copy()
    made[land.starts] = np.add.reduceat(leaves, land.starts, axis=0)
    return np.concatenate([made, leaves.sum(axis=0, keepdims=True)])


def absent_by_node(absent: NDArray[np.bool_], land: Land) -> NDArray[np.bool_]:
    """Where a node has no figure at all: none of its leaves has one (leaves × years)."""
    made = absent.copy()
    made[land.starts] = np.logical_and.reduceat(absent, land.starts, axis=0)
    return np.concatenate([made, absent.all(axis=0, keepdims=True)])


def two_largest(first: Counts, second: Counts, axis: int) -> tuple[Counts, Counts]:
    """The two largest contributions of several cells put together, given the two largest of each."""
    top = first.argmax(axis=axis, keepdims=True)
    largest = np.take_along_axis(first, top, axis)
    others = first.copy()
    np.put_along_axis(others, top, np.take_along_axis(second, top, axis), axis)
    return largest.squeeze(axis), others.max(axis=axis)
