"""contests: the register of contests: every contest once, with its level, host, days, entrants and prizes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.demo.draws import stream
from pipelines.demo.land import Land, Node
from pipelines.demo.models import Contests, Trade
from pipelines.demo.receipts import period_days

Row = dict[str, Any]
GRASSROOTS = "enterprise"
NATIONAL = ("world", "national_1", "national_2")


@dataclass(frozen=True)
class Unit:
    """The unit that registers contests, in one year: its staff and the share of them outside the state sector."""

    node: Node
    period: str
    staff: int
    non_state: float


def register(land: Land, staff: NDArray[np.int64], employed: NDArray[np.int64]) -> list[Row]:
    """All contests of the reporting years, by unit and period; `staff` and `employed` are by leaf and cell."""
    state = land.ownerships.index("state")
    by_owner = employed.sum(axis=2)
    share = 1 - by_owner[:, :, state] / np.maximum(by_owner.sum(axis=2), 1)
    people = staff.sum(axis=(2, 3))
    rows: list[Row] = []
    for place, node in enumerate(land.nodes):
        for year, period in enumerate(land.periods, start=1):
            rows += of_unit(land, Unit(node, period, int(people[place, year]), float(share[place, year])))
    return rows


def of_unit(land: Land, unit: Unit) -> list[Row]:
    """The contests that one unit held in one period."""
    declared = land.country.contests
    chance = stream(land.country.seed, unit.node.code, f"contest/{unit.period}")
    number = _number(declared, unit, land.country.seed, chance)
    levels = _levels(declared, unit.node.kind, number, chance)
    sizes = chance.lognormal(0.0, 0.6, number) * [declared.levels[level].size for level in levels]
    expected = unit.staff * _at(declared.entrants_per_staff, unit.period) * sizes / max(sizes.sum(), 1e-9)
    kinds = chance.choice(list(declared.kinds), number, p=list(declared.kinds.values()))
    rows = []
    for place in range(number):
        kind, level = str(kinds[place]), levels[place]
        trade = _trade(declared, unit.period, chance)
        place_code = _region(land, unit.node, chance)
        row = _who(unit, place + 1, kind, level, trade, declared, place_code)
        row |= _when(unit.period, chance)
        row |= _entered(declared, unit, level, float(expected[place]), chance)
        row |= _won(declared, kind, level, int(row["entrants"]), chance)
        row["is_leading"] = bool(chance.random() < declared.levels[level].leading_share)
        rows.append(row)
    return list(_told_apart(rows))


def _number(declared: Contests, unit: Unit, seed: int, chance: np.random.Generator) -> int:
    """How many contests: between the least and the most of the unit's kind, by size, habit and year."""
    least, most = declared.number[unit.node.kind]
    few, many = np.log(declared.staff)
    size = float(np.clip((np.log(max(unit.staff, 1)) - few) / (many - few), 0, 1))
    habit = stream(seed, unit.node.code, "contest/number").random()
    usual = least + (most - least) * (size + habit) / 2
    return max(int(usual * _at(declared.path, unit.period) * np.exp(0.08 * chance.standard_normal()) + 0.5), 1)


def _levels(declared: Contests, kind: str, number: int, chance: np.random.Generator) -> list[str]:
    names = [name for name, level in declared.levels.items() if level.weight.get(kind, 0) > 0]
    weights = np.array([declared.levels[name].weight[kind] for name in names])
    return [str(name) for name in chance.choice(names, number, p=weights / weights.sum())]


def _at(path: Mapping[int, float], period: str) -> float:
    return float(np.interp(int(period), list(path), list(path.values())))


def _trade(declared: Contests, period: str, chance: np.random.Generator) -> Trade:
    is_emerging = bool(chance.random() < _at(declared.emerging_share, period))
    trades = [trade for trade in declared.trades if trade.is_emerging == is_emerging]
    return trades[int(chance.integers(len(trades)))]


def _region(land: Land, node: Node, chance: np.random.Generator) -> str:
    """Where it was held: the unit's own place, or any province for a unit that has none."""
    drawn = land.provinces[int(chance.integers(len(land.provinces)))]
    if node.kind in ("central_organs", "industrial_union"):
        return drawn
    return str(node.parent) if node.kind == "enterprise" else node.code


def _who(unit: Unit, number: int, kind: str, level: str, trade: Trade, declared: Contests, region: str) -> Row:
    hosts = declared.levels[level].host_kinds
    host_kind = hosts.get(unit.node.kind, hosts["_"])
    words = {"unit": unit.node.short.zh, "period": unit.period, "trade": trade.name}
    return {
        "unit_code": unit.node.code,
        "period": unit.period,
        "row_number": number,
        "contest_id": f"{unit.node.code}-{unit.period}-{number:03d}",
        "contest_name": declared.names[f"{kind}"].format(level=declared.names[f"level_{level}"], **words),
        "host": declared.names[f"host_{host_kind}"].format(**words),
        "host_kind": host_kind,
        "kind": kind,
        "level": level,
        "is_emerging": trade.is_emerging,
        "region_code": region,
        "industry": trade.industry,
        "occupation_code": trade.code,
    }


def _when(period: str, chance: np.random.Generator) -> Row:
    first, last = period_days(period)
    end = last - timedelta(days=int((last - first).days * chance.beta(1.4, 3.0)))
    start = end - timedelta(days=int(chance.integers(2, 100)))
    return {"start_date": start.isoformat(), "end_date": end.isoformat()}


def _entered(declared: Contests, unit: Unit, level: str, expected: float, chance: np.random.Generator) -> Row:
    if level in NATIONAL:
        entrants = int(chance.integers(*declared.national_entrants))
    elif level == GRASSROOTS:
        entrants = max(int(expected * chance.uniform(*declared.grassroots_size)), 20)
    else:
        entrants = max(int(expected), 40) + int(chance.integers(0, 25))
    each = int(chance.integers(*declared.persons_per_unit))
    row: Row = {"entrants": entrants, "units_entered": -(-entrants // each)}
    for column, (least, most) in declared.shares.items():
        part = chance.uniform(least, most) * (unit.non_state if column == "entrants_nonpublic" else 1.0)
        row[column] = int(entrants * part)
    return row


def _won(declared: Contests, kind: str, level: str, entrants: int, chance: np.random.Generator) -> Row:
    one = declared.levels[level]
    finalists = min(int(chance.integers(*one.finalists)), entrants)
    row: Row = {"finalists": finalists, "is_team": bool(chance.random() < declared.team_share)}
    for column, (least, most) in declared.prizes.items():
        row[column] = int(finalists * chance.uniform(least, most))
    rates = chance.uniform(*declared.promoted), chance.uniform(*declared.promoted_to_high), chance.random()
    may_promote = one.may_promote and kind == "skill"
    row["promoted"] = int(entrants * rates[0] + rates[2]) if may_promote else 0
    row["promoted_to_high"] = int(row["promoted"] * rates[1])
    row["honours"] = int(row["award_first"] * chance.uniform(0.3, 1.0))
    return row


def _told_apart(rows: list[Row]) -> Iterator[Row]:
    """Contests of one name, host and level in one year are its heats: each says which."""
    seen: Counter[tuple[str, str, str]] = Counter()
    for row in rows:
        key = (row["contest_name"], row["host"], row["level"])
        seen[key] += 1
        yield row if seen[key] == 1 else row | {"contest_name": f"{row['contest_name']}（第{seen[key]}赛区）"}
