"""calibration: one shift for each proportion, so that the nation follows the path that is declared for it.

A nation is no average unit: it holds more of the large and of the rich. The shift is the same in all years and units.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Counts = NDArray[np.int64]
ROUNDS = 8
EVERYTHING_BUT_YEARS = (0, 2, 3)


def odds_shift(effects: Numbers, base: Counts, course: Numbers) -> float:
    """What to add to the log odds, given the log odds wanted of the nation in every year."""
    whole = base.sum(axis=EVERYTHING_BUT_YEARS)
    shift = 0.0
    for _ in range(ROUNDS):
        part = (base / (1 + np.exp(-(effects + shift)))).sum(axis=EVERYTHING_BUT_YEARS)
        usable = (part > 0) & (part < whole) & np.isfinite(course)
        if not usable.any():
            return shift
        shift += float(np.mean(course[usable] - np.log(part[usable] / (whole - part)[usable])))
    return shift


def rate_shift(effects: Numbers, base: Numbers | Counts, course: Numbers) -> float:
    """What to add to the logarithms, given the logarithm wanted of the nation in every year."""
    whole = np.asarray(base).sum(axis=EVERYTHING_BUT_YEARS)
    part = (base * np.exp(effects)).sum(axis=EVERYTHING_BUT_YEARS)
    usable = (whole > 0) & (part > 0) & np.isfinite(course)
    if not usable.any():
        return 0.0
    return float(np.mean(course[usable] - np.log(part[usable] / whole[usable])))


def split_shifts(effects: Numbers, base: Counts, courses: Numbers) -> Numbers:
    """What to add to the logarithms of the weights of every part (parts × years: the logarithms wanted)."""
    wanted = np.exp(courses)
    wanted /= wanted.sum(axis=0)
    whole = base.sum(axis=EVERYTHING_BUT_YEARS)
    shifts = np.zeros(len(effects))
    for _ in range(ROUNDS):
        weights = np.exp(effects + shifts[:, None, None, None, None])
        parts = (base * weights / weights.sum(axis=0)).sum(axis=(1, 3, 4)) / whole
        for place, (share, want) in enumerate(zip(parts, wanted, strict=True)):
            usable = (share > 0) & (want > 0)
            shifts[place] += float(np.mean(np.log(want[usable] / share[usable]))) if usable.any() else 0.0
    return shifts
