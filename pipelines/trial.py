"""trial: the edit rules against the demonstration country, clean and with planted faults → precision and recall."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipelines.audit import Audited, Auditor, Rulebook
from pipelines.catalog import Catalog
from pipelines.declared import tables as declared_tables
from pipelines.demo import Fault, Faults, country, faults, plant
from pipelines.warehouse import Tables, quoted

Row = Mapping[str, Any]
CHANNEL = "demo"


@dataclass(frozen=True)
class Tried:
    """What the audit said of one planted fault: the findings that the clean country does not have."""

    name: str
    fault: Fault
    new: Sequence[Row]
    is_found: bool

    @property
    def expected(self) -> frozenset[str]:
        """The rules that the fault names."""
        return frozenset((self.fault.rule, *self.fault.also))

    @property
    def is_as_named(self) -> bool:
        """Whether its rule found it and no rule fired that it does not name."""
        return self.is_found and {row["rule_id"] for row in self.new} <= self.expected

    @property
    def strangers(self) -> list[str]:
        """Hard rules that fired and that the fault does not name."""
        hard = {row["rule_id"] for row in self.new if row["rule_severity"] == "hard"}
        return sorted(hard - self.expected)


@dataclass
class Score:
    """How one rule did over all faults."""

    planted: int = 0
    found: int = 0
    expected: int = 0
    unexpected: int = 0

    @property
    def recall(self) -> float | None:
        """Share of its faults that the rule found; None where none was planted."""
        return self.found / self.planted if self.planted else None

    @property
    def precision(self) -> float | None:
        """Share of its new findings that some planted fault explains; None where it has none."""
        fired = self.expected + self.unexpected
        return self.expected / fired if fired else None


@dataclass(frozen=True)
class Verdict:
    """The trial of a rulebook.

    Attributes:
        scores: by rule, in the order of the book.
        missed: faults that their rule did not find at their place.
        strangers: hard rules that fired on a fault without being named by it, by fault.
        clean: hard findings in the country without faults.
    """

    scores: Mapping[str, Score]
    missed: Sequence[str]
    strangers: Mapping[str, Sequence[str]]
    clean: Sequence[Row]

    @property
    def is_passed(self) -> bool:
        """Whether every fault is found, no unrelated hard rule fires, and the clean country has no hard finding."""
        return not (self.missed or self.strangers or self.clean)


class Bench:
    """The country in memory, audited; faults are planted in it and taken out again.

    Args:
        root: the folder `data/catalog`.
        book: the rules.

    Raises:
        CatalogError, DemoError: a declaration cannot stand.
    """

    def __init__(self, root: Path, book: Rulebook) -> None:
        self.book = book
        self.catalog = Catalog(root, CHANNEL)
        folder = root / "channels" / CHANNEL
        self.tables: Mapping[str, pa.Table] = country(self.catalog, folder)
        self.faults: Faults = faults(folder / "faults.yaml", self.catalog)
        self.con = loaded(self.catalog, self.tables)
        self.auditor = Auditor(self.con, book)
        self.clean: Audited = self.auditor.run()
        self.known = {row["finding_id"] for row in self.clean.findings}
        self.dirty: set[str] = set()

    def planted(self, names: Sequence[str]) -> list[Row]:
        """The findings that are new when these faults stand in the country.

        Args:
            names: "all", ids of rules, or names of faults; none: the country becomes clean again.

        Raises:
            DemoError: a name is unknown, or a fault cannot be planted.
        """
        tables = plant(self.tables, self.faults, names) if names else self.tables
        changed = {name for name in tables if tables[name] is not self.tables[name]}
        for name in changed | self.dirty:
            _put(self.con, name, tables[name])
        audited = self.auditor.run(changed | self.dirty)
        self.dirty = changed
        return [row for row in audited.findings if row["finding_id"] not in self.known]

    def tried(self, names: Sequence[str] = ("all",)) -> Iterator[Tried]:
        """The faults of these names, each judged as if it stood alone.

        No rule looks back further than one period, so faults whose periods are two apart do not meet: they are planted
        together, and a finding belongs to the fault of its period or of the one before. Where a fault is missed, or
        fires a rule that it does not name, it is planted again alone, and that is what counts.
        """
        for batch in _batches(self.faults.named(names)):
            new = self.planted(list(batch))
            for name, fault in batch.items():
                own = new if len(batch) == 1 else [row for row in new if _is_after(row, fault)]
                judged = self._judged(name, fault, own)
                if len(batch) > 1 and not judged.is_as_named:
                    judged = self._judged(name, fault, self.planted([name]))
                yield judged

    def _judged(self, name: str, fault: Fault, new: Sequence[Row]) -> Tried:
        units = set(self._upwards(fault.at.get("unit_code")))
        is_found = any(row["rule_id"] == fault.rule and _is_at(row, fault, units) for row in new)
        return Tried(name, fault, new, is_found)

    def verdict(self, tried: Collection[Tried]) -> Verdict:
        """What all trials together say of the rules."""
        scores = {rule_id: Score() for rule_id in self.book.rules}
        for one in tried:
            score = scores.setdefault(one.fault.rule, Score())
            score.planted += 1
            score.found += one.is_found
            for rule_id, count in Counter(row["rule_id"] for row in one.new).items():
                if rule_id in one.expected:
                    scores[rule_id].expected += count
                else:
                    scores[rule_id].unexpected += count
        missed = [one.name for one in tried if not one.is_found]
        strangers = {one.name: one.strangers for one in tried if one.strangers}
        return Verdict(scores, missed, strangers, hard(self.clean.findings))

    def _upwards(self, given: str | Sequence[str] | None) -> Iterator[str]:
        """The units of a fault and all above them; none given: none."""
        for code in (given,) if isinstance(given, str) else given or ():
            step: str | None = code
            while step is not None:
                yield step
                step = self.faults.parents.get(step)


def loaded(catalog: Catalog, tables: Mapping[str, pa.Table]) -> duckdb.DuckDBPyConnection:
    """A connection in memory, without external access, with the catalogue and the returns as tables."""
    con = duckdb.connect(config={"enable_external_access": "false"})
    declared = Tables(catalog)
    for schema in ("catalog", "returns"):
        con.execute(f"CREATE SCHEMA {schema}")
    for name, rows in declared_tables(catalog, catalog.channel).items():
        _put(con, name, declared.arrow(name, declared.frame(name, rows)))
    for name, table in tables.items():
        _put(con, name, table)
    return con


def hard(findings: Sequence[Row]) -> list[Row]:
    """The findings of hard rules."""
    return [row for row in findings if row["rule_severity"] == "hard"]


def _put(con: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    con.register("rows", table)
    con.execute(f"CREATE OR REPLACE TABLE {quoted(name)} AS SELECT * FROM rows")
    con.unregister("rows")


def _batches(chosen: Mapping[str, Fault]) -> Iterator[dict[str, Fault]]:
    """Faults of one table whose periods are two apart; a fault of several periods, or of none, stands alone."""
    waiting = dict(chosen)
    while waiting:
        batch: dict[str, Fault] = {}
        taken: list[int] = []
        (first, *_) = waiting.values()
        for name, fault in waiting.items():
            period = fault.at.get("period")
            if fault.table != first.table or not isinstance(period, str):
                continue
            if all(abs(int(period) - other) >= 2 for other in taken):
                batch[name] = fault
                taken.append(int(period))
        if not batch:
            batch = {name: fault for name, fault in waiting.items() if fault is first}
        yield batch
        waiting = {name: fault for name, fault in waiting.items() if name not in batch}


def _is_after(row: Row, fault: Fault) -> bool:
    """Whether a finding is of the period of a fault of one period, or of the next."""
    period = int(str(fault.at["period"]))
    return row["period"] in (str(period), str(period + 1))


def _is_at(row: Row, fault: Fault, units: Collection[str]) -> bool:
    """Whether a finding is at the place of a fault: at its units or above them, at most a period off."""
    given = fault.at.get("period")
    periods = (given,) if isinstance(given, str) else given or ()
    near = {str(int(period) + step) for period in periods for step in (-1, 0, 1)}
    return (not near or row["period"] in near) and (not units or row["unit_code"] in units)
