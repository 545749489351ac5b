"""methods: the closed vocabulary in which the figures of a form are declared, each a pure function of arrays.

Arrays run over leaves × years × industries × ownerships; those of a form without breakdown have one cell.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.demo.calibration import odds_shift, rate_shift, split_shifts
from pipelines.demo.draws import Draws, draws
from pipelines.demo.land import Land
from pipelines.demo.models import (
    Average,
    Cumulative,
    Effects,
    Gain,
    Inflow,
    Method,
    Outflow,
    Rate,
    Share,
    Split,
    Total,
)
from pipelines.demo.reading import DemoError

Numbers = NDArray[np.float64]
Counts = NDArray[np.int64]
Values = MutableMapping[str, Counts]
CERTAIN = 50.0  # log odds that stand for certainty


@dataclass(frozen=True)
class Drawing:
    """Draws the figures of one form, in declared order, from those drawn before."""

    land: Land
    is_total_only: bool

    @property
    def shape(self) -> tuple[int, int, int]:
        cells = (1, 1) if self.is_total_only else (len(self.land.industries), len(self.land.ownerships))
        return (len(self.land.years), *cells)

    def draw(self, name: str, method: Method, values: Values) -> None:
        """Adds what the method makes to the values: one measure, or the parts of a split."""
        if isinstance(method, Split):
            values.update(self._split(method, values))
            return
        values[name] = self._fixed(name, self._one(name, method, values))

    def _one(self, name: str, method: Method, values: Mapping[str, Counts]) -> Counts:
        match method:
            case Share():
                made = self._share(name, method, values)
                return self._capped(made, (method.of, *method.at_most), values)
            case Rate():
                expected = self._times_rate(name, method, self._product(method.of, method.per, values))
                return self._capped(rounded(expected, self._draws(name)), method.at_most, values)
            case Total(of=parts):
                return np.asarray(np.sum([self._base(part, values) for part in parts], axis=0, dtype=np.int64))
            case Cumulative():
                return self._capped(self._cumulative(name, method, values), method.at_most, values)
            case Average(of=of, noise=noise):
                return self._capped(self._average(name, self._base(of, values), noise), method.at_most, values)
            case Inflow():
                return self._inflow(name, method, values)
            case Outflow(of=of, inflow=inflow):
                stock = self._base(of, values)
                return np.asarray(opening(stock) + self._base(inflow, values) - stock)
            case Gain():
                return self._gain(name, method, values)
            case _:
                raise DemoError(f"country.yaml, {name}: found the method {method.name!r}, wanted one for one measure.")

    def _share(self, name: str, method: Share, values: Mapping[str, Counts]) -> Counts:
        return rounded(self._times_share(name, method, self._base(method.of, values)), self._draws(name))

    def _split(self, method: Split, values: Mapping[str, Counts]) -> dict[str, Counts]:
        whole = self._base(method.of, values)
        effects = np.stack([self._effects(part, one) for part, one in method.parts.items()])
        courses = np.stack([path(one.path, self.land.years, is_odds=False) for one in method.parts.values()])
        weights = np.exp(effects + split_shifts(effects, whole, courses)[:, None, None, None, None])
        ends = np.cumsum(weights / weights.sum(axis=0), axis=0) * whole
        ends[-1] = whole
        cuts = np.floor(ends + self._draws("+".join(method.parts)).rounding).astype(np.int64)
        pieces = np.diff(cuts, axis=0, prepend=0)
        return {part: pieces[place] for place, part in enumerate(method.parts)}

    def _cumulative(self, name: str, method: Cumulative, values: Mapping[str, Counts]) -> Counts:
        if method.gains_of is not None:
            whole = np.diff(self._base(method.gains_of, values), axis=1, prepend=0)
            gains = self._times_share(name, method, whole)
        else:
            gains = self._times_rate(name, method, self._base(method.of or "", values))
        return rounded(np.cumsum(gains, axis=1), self._draws(name))

    def _average(self, name: str, stock: Counts, noise: float) -> Counts:
        mean = (opening(stock) + stock) / 2
        drawn = self._draws(name)
        return np.floor(mean * np.exp(noise * (drawn.year + drawn.cell_year)) + 0.5).astype(np.int64)

    def _inflow(self, name: str, method: Inflow, values: Mapping[str, Counts]) -> Counts:
        stock = self._base(method.of, values)
        before = opening(stock)
        expected = self._times_rate(name, method, (before + stock) / 2)
        least = stock - before + np.floor(method.least_outflow * before).astype(np.int64)
        return np.asarray(np.maximum(rounded(expected, self._draws(name)), np.maximum(least, 0)))

    def _gain(self, name: str, method: Gain, values: Mapping[str, Counts]) -> Counts:
        stock = self._base(method.of, values)
        renewed = rounded(self._times_rate(name, method, stock), self._draws(name))
        return np.asarray(np.maximum(stock - opening(stock), 0) + renewed)

    def _base(self, name: str, values: Mapping[str, Counts]) -> Counts:
        if name not in values:
            raise DemoError(f"country.yaml: found {name!r} used before it is made, wanted a measure declared above"
                            " the one that uses it. Move it up or mend the name. 请调整次序或改正名称。")  # fmt: skip
        whole = values[name]
        is_wider = self.is_total_only and whole.shape[2:] != (1, 1)
        return whole.sum(axis=(2, 3), keepdims=True) if is_wider else whole

    def _times_share(self, name: str, effects: Effects, base: Counts) -> Numbers:
        x = self._effects(name, effects, is_odds=True)
        shift = odds_shift(x, base, path(effects.path, self.land.years, is_odds=True))
        return np.asarray(base / (1 + np.exp(-(x + shift))))

    def _times_rate(self, name: str, effects: Effects, base: Numbers | Counts) -> Numbers:
        x = self._effects(name, effects)
        shift = rate_shift(x, base, path(effects.path, self.land.years, is_odds=False))
        return np.asarray(base * np.exp(x + shift))

    def _product(self, of: tuple[str, ...], per: tuple[str, ...], values: Mapping[str, Counts]) -> Numbers:
        made = np.ones(1)
        for name in of:
            made = made * self._base(name, values)
        for name in per:
            made = made / np.maximum(self._base(name, values), 1)
        return made

    def _capped(self, made: Counts, most: tuple[str, ...], values: Mapping[str, Counts]) -> Counts:
        for name in most:
            made = np.minimum(made, self._base(name, values))
        return made

    def _fixed(self, name: str, made: Counts) -> Counts:
        """The counts that a unit's declaration gives outright."""
        for place, node in enumerate(self.land.nodes):
            if name in node.declared.fixed:
                made[place] = node.declared.fixed[name]
        return made

    def _draws(self, name: str) -> Draws:
        codes = [node.code for node in self.land.nodes]
        return draws(self.land.country.seed, codes, name, self.shape)

    def _effects(self, name: str, effects: Effects, *, is_odds: bool = False) -> Numbers:
        """Path, traits, cells, events and chance, added up on the scale of the method."""
        drawn = self._draws(f"{name}/effects")
        x = path(effects.path, self.land.years, is_odds=is_odds)[None, :, None, None] + np.zeros((1, *self.shape))
        for trait, step in effects.traits.items():
            x = x + step * self.land.trait(trait)[:, None, None, None]
        if not self.is_total_only:
            x = x + np.array([effects.industry.get(key, 0.0) for key in self.land.industries])[None, None, :, None]
            x = x + np.array([effects.ownership.get(key, 0.0) for key in self.land.ownerships])[None, None, None, :]
        x = x + effects.spread * drawn.unit + effects.cell * drawn.cell
        x = x + effects.noise * (drawn.year + 0.3 * drawn.cell_year)
        return self._with_events(name, x)

    def _with_events(self, name: str, x: Numbers) -> Numbers:
        for event in self.land.country.events:
            if event.measure == name and event.unit in self.land.place:
                after = self.land.years.index(event.since)
                x[self.land.place[event.unit], after:] += np.log(event.times)
        return x


def rounded(expected: Numbers, drawn: Draws) -> Counts:
    """Whole numbers: each cell is rounded at its own place, so that small expectations are not lost in a sum."""
    return np.floor(expected + drawn.rounding).astype(np.int64)


def opening(stock: Counts) -> Counts:
    """The stock at the end of the year before; in the first year, the same stock."""
    return np.concatenate([stock[:, :1], stock[:, :-1]], axis=1)


def path(levels: Mapping[int, float], years: tuple[int, ...], *, is_odds: bool) -> Numbers:
    """The level of each year on the scale of logarithms (or log odds): straight lines between the years given.

    A level of 0 has no logarithm: it holds until the next year given.
    """
    given = sorted(levels)
    scaled = [_scaled(levels[year], is_odds=is_odds) for year in given]
    made = np.interp(years, given, np.maximum(scaled, -CERTAIN))
    for year, following in zip(given, [*given[1:], 9999], strict=True):
        if levels[year] == 0:
            made[[year <= one < following for one in years]] = -np.inf
    return made if given and levels[given[0]] else np.where(np.array(years) < given[0], -np.inf, made)


def _scaled(level: float, *, is_odds: bool) -> float:
    if level <= 0:
        return -np.inf
    if not is_odds:
        return float(np.log(level))
    return CERTAIN if level >= 1 else float(np.log(level / (1 - level)))
