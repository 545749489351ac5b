"""draws: random numbers of one unit and one subject: adding a unit or a measure leaves all others as they are."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
INERTIA = 0.6  # how much of a year's deviation is left in the next


def stream(seed: int, unit_code: str, subject: str) -> np.random.Generator:
    """The stream of random numbers (PCG64) that belongs to one unit and one subject."""
    words = [seed, zlib.crc32(unit_code.encode()), zlib.crc32(subject.encode())]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(words)))


@dataclass(frozen=True)
class Draws:
    """Standard normal numbers by unit, cell and year, and where between two whole numbers a cell is rounded.

    Shapes: unit (units, 1, 1, 1); cell (units, 1, industries, ownerships); year (units, years, 1, 1);
    cell_year all four; rounding (units, 1, industries, ownerships), in [0, 1).
    """

    unit: Numbers
    cell: Numbers
    year: Numbers
    cell_year: Numbers
    rounding: Numbers


def draws(seed: int, units: Sequence[str], subject: str, shape: tuple[int, int, int]) -> Draws:
    """The random numbers of one subject for every unit; `shape` is years × industries × ownerships."""
    years, industries, ownerships = shape
    cells = industries * ownerships
    normal = np.empty((len(units), 1 + cells + years + years * cells))
    rounding = np.empty((len(units), 1, industries, ownerships))
    for place, unit in enumerate(units):
        generator = stream(seed, unit, subject)
        rounding[place, 0] = generator.random(cells).reshape(industries, ownerships)
        normal[place] = generator.standard_normal(normal.shape[1])
    unit_part, cell, year, cell_year = np.split(normal, np.cumsum([1, cells, years]), axis=1)
    return Draws(
        unit_part.reshape(-1, 1, 1, 1),
        cell.reshape(-1, 1, industries, ownerships),
        _with_inertia(year).reshape(-1, years, 1, 1),
        cell_year.reshape(-1, years, industries, ownerships),
        rounding,
    )


def _with_inertia(normal: Numbers) -> Numbers:
    """Deviations that fade from year to year instead of jumping back; each keeps variance 1."""
    smooth = normal.copy()
    for year in range(1, normal.shape[1]):
        smooth[:, year] = INERTIA * smooth[:, year - 1] + np.sqrt(1 - INERTIA**2) * normal[:, year]
    return smooth
