"""land: the units of the country: the leaves that figures are drawn for, and the nodes that report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pipelines.catalog import Catalog, Words
from pipelines.demo.models import Country, Unit
from pipelines.demo.reading import DemoError

NATION = "000000"
CITIES_SHARE = 0.6  # of a province's employment, in its invented cities taken together
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Node:
    """A unit that reports: who it is, its parent, and whether it is counted there."""

    code: str
    kind: str
    name: Words
    short: Words
    parent: str | None
    declared: Unit

    @property
    def is_nested(self) -> bool:
        return self.parent not in (None, NATION)


@dataclass(frozen=True)
class Land:
    """The nodes below the nation; each is also a leaf: a unit within a province, or what is left of it.

    Leaves stand in the order of `nodes`: a unit that is counted in the nation, then those within it.
    """

    country: Country
    nodes: tuple[Node, ...]
    nation: Node

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The reporting years, and before them one that is only drawn (an opening stock)."""
        return tuple(range(self.country.first - 1, self.country.last + 1))

    @cached_property
    def periods(self) -> tuple[str, ...]:
        return tuple(str(year) for year in self.years[1:])

    @cached_property
    def industries(self) -> tuple[str, ...]:
        return tuple(sorted(self.country.mix.industries))

    @cached_property
    def ownerships(self) -> tuple[str, ...]:
        return tuple(sorted(self.country.mix.ownerships))

    @cached_property
    def provinces(self) -> tuple[str, ...]:
        return tuple(node.code for node in self.nodes if node.kind == "province")

    @cached_property
    def starts(self) -> NDArray[np.intp]:
        """The places of the leaves that are counted in the nation; those within them follow."""
        return np.array([place for place, node in enumerate(self.nodes) if not node.is_nested])

    @cached_property
    def place(self) -> Mapping[str, int]:
        return {node.code: place for place, node in enumerate(self.nodes)}

    def trait(self, name: str) -> Numbers:
        """One trait of every leaf; a unit within a province has its province's where it gives none."""
        if name not in self.country.traits:
            raise DemoError(f"country.yaml: found the trait {name!r}, wanted one of {', '.join(self.country.traits)}.")
        found: dict[str, float] = {}
        for node in self.nodes:
            found[node.code] = node.declared.traits.get(name, found.get(node.parent or "", 0.0))
        return np.array([found[node.code] for node in self.nodes])

    def employed(self) -> Numbers:
        """Persons employed in the base year in every leaf: what is left of a province after the units within it."""
        whole = {node.code: float(node.declared.employed or 0) for node in self.nodes}
        within = {node.code: whole[node.parent or ""] * (node.declared.share or 0.0)
                  for node in self.nodes if node.is_nested}  # fmt: skip
        taken: dict[str, float] = {}
        for node in self.nodes:
            if node.is_nested:
                taken[node.parent or ""] = taken.get(node.parent or "", 0.0) + within[node.code]
        return np.array([within.get(node.code, whole[node.code] - taken.get(node.code, 0.0)) for node in self.nodes])


def land(catalog: Catalog, country: Country, scale: int) -> Land:
    """The units that the declaration gives a size, in the catalogue's order, and the invented cities of a scale.

    Raises:
        DemoError: a unit is not in the catalogue, or has neither a size nor a share.
    """
    strangers = sorted(set(country.units) - set(catalog.reporting_units))
    if strangers:
        raise DemoError(f"country.yaml, units: found {', '.join(strangers)}, wanted units of the catalogue."
                        " Mend the code or add the unit. 单位代码不在目录中，请改正。")  # fmt: skip
    found = {code: _node(code, country, catalog) for code in catalog.reporting_units if code in country.units}
    counted = [node for node in found.values() if not node.is_nested]
    provinces = sum(node.kind == "province" for node in counted)
    cities = round(len(found) * (scale - 1) / max(provinces, 1))
    nodes: list[Node] = []
    for node in counted:
        within = [one for one in found.values() if one.parent == node.code]
        nodes += [node, *within, *_cities(node, cities, within)]
    return Land(country, tuple(nodes), _named(NATION, Unit(), catalog))


def _node(code: str, country: Country, catalog: Catalog) -> Node:
    unit = country.units[code]
    if (unit.employed is None) == (unit.share is None):
        raise DemoError(f"country.yaml, units, {code}: found employed={unit.employed}, share={unit.share}; wanted"
                        " exactly one of them. 应只填其中一项。")  # fmt: skip
    kind = catalog.reporting_units[code].kind
    fixed = {**country.fixed_by_kind.get(kind, {}), **unit.fixed}
    return _named(code, unit.model_copy(update={"fixed": fixed}), catalog)


def _named(code: str, unit: Unit, catalog: Catalog) -> Node:
    one = catalog.reporting_units[code]
    return Node(code, one.kind, one.name, one.short, one.parent, unit)


def _cities(node: Node, number: int, within: Sequence[Node]) -> list[Node]:
    """Invented cities of a province, as a scale above 1 asks for; they share out what the named units leave."""
    if node.kind != "province":
        return []
    left = 1 - sum(one.declared.share or 0.0 for one in within)
    sizes = [1 / (place + 2) for place in range(number)]
    cities = []
    for place, size in enumerate(sizes, start=1):
        share = CITIES_SHARE * left * size / sum(sizes)
        words = Words(zh=f"{node.short.zh}演示市{place:02d}", en=f"{node.short.en} demonstration city {place:02d}")
        cities.append(replace(node, code=f"{node.code}-{place:02d}", kind="city", name=words, short=words,
                              parent=node.code, declared=Unit(share=share, fixed={"localities_total": 6})))  # fmt: skip
    return cities
