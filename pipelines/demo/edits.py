"""edits: single cells and rows of an Arrow table changed, all others left as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.catalog import Table
from pipelines.demo.reading import DemoError

TOTAL = "_T"
Cell = tuple[int, str]
PLACES = Decimal("0.000000001")


class Edited:
    """A table under edit.

    Args:
        table: the table; it stays as it is.
        declared: its key and columns.
        parents: for every unit the one above it, up which a difference ripples.
    """

    def __init__(self, table: pa.Table, declared: Table, parents: Mapping[str, str]) -> None:
        self.given, self.declared, self.parents = table, declared, parents
        self.changes: dict[str, dict[int, Any]] = {}
        self.deleted: set[int] = set()
        self.added: list[tuple[int, dict[str, Any]]] = []
        self.keys = list(zip(*(table[column].to_pylist() for column in declared.key), strict=True))
        self.latest = self._latest()
        self.place = {self._short(key): row for row, key in enumerate(self.keys) if row in self.latest}

    def rows(self, at: Mapping[str, str | Sequence[str]]) -> list[int]:
        """The rows that a fault speaks of: of the latest version, unless it names another."""
        wanted = {column: {value} if isinstance(value, str) else set(value) for column, value in at.items()}
        found = set(range(len(self.keys))) if "obs_vintage" in at else set(self.latest)
        for column, values in wanted.items():
            texts = pc.cast(self.given[column], pa.string())
            marks = pc.is_in(texts, pa.array(sorted(values))).to_numpy(zero_copy_only=False)
            found &= set(np.flatnonzero(marks).tolist())
        return sorted(found - self.deleted)

    def value(self, row: int, column: str) -> Any:
        """What the cell holds now."""
        if row in self.changes.get(column, {}):
            return self.changes[column][row]
        return self.given[column][row].as_py()

    def put(self, row: int, column: str, value: object) -> Decimal:
        """Changes the cell; returns by how much, 0 where it is no number."""
        before = self.value(row, column)
        kept = self._typed(column, value)
        self.changes.setdefault(column, {})[row] = kept
        is_number = isinstance(before, Decimal) and isinstance(kept, Decimal)
        return kept - before if is_number else Decimal(0)

    def previous(self, row: int, column: str) -> Any:
        """What the same row held a period earlier; the cell itself where there was none."""
        key = dict(zip(self.declared.key, self.keys[row], strict=True))
        key["period"] = str(int(key["period"]) - 1)
        before = self.place.get(self._short(tuple(key.values())))
        return self.value(row if before is None else before, column)

    def elsewhere(self, row: int, column: str, unit_code: str) -> Any:
        """What the same row of another unit holds.

        Raises:
            DemoError: that unit has no such row.
        """
        key = dict(zip(self.declared.key, self.keys[row], strict=True))
        return self.value(self._at(key | {"unit_code": unit_code}), column)

    def delete(self, rows: Sequence[int]) -> None:
        """Takes the rows out."""
        self.deleted |= set(rows)

    def copy(self, rows: Sequence[int], differing: Mapping[str, object]) -> None:
        """Adds a copy of each row that differs in the columns given."""
        self.added += [(row, {name: self._typed(name, value) for name, value in differing.items()}) for row in rows]

    def ripple(self, differences: Mapping[Cell, Decimal]) -> None:
        """Adds the differences to the totals of industry and ownership, and to the same cells of the units above."""
        within = dict(differences)
        for (row, column), difference in differences.items():
            for total in self._totals(row):
                if (total, column) not in differences:
                    self._add(total, column, difference)
                    within[total, column] = within.get((total, column), Decimal(0)) + difference
        for (row, column), difference in within.items():
            for above in self._above(row):
                self._add(above, column, difference)

    def table(self) -> pa.Table:
        """The table with all changes; added rows stand beside the one that they copy."""
        columns = {name: self._column(name) for name in self.given.column_names}
        made = pa.table(columns)
        if self.deleted or self.added:
            order = np.concatenate([np.setdiff1d(np.arange(len(self.keys)), sorted(self.deleted)),
                                    np.arange(len(self.keys), len(made))])  # fmt: skip
            made = made.take(pa.array(order)).sort_by([(name, "ascending") for name in self.declared.key])
        return made

    def _column(self, name: str) -> pa.Array:
        column = self.given[name].combine_chunks()
        changes = dict(sorted(self.changes.get(name, {}).items()))
        if changes:
            mask = np.zeros(len(column), dtype=bool)
            mask[list(changes)] = True
            column = pc.replace_with_mask(column, pa.array(mask), pa.array(list(changes.values()), column.type))
        if self.added:
            copies = [differing.get(name, self.value(row, name)) for row, differing in self.added]
            column = pa.concat_arrays([column, pa.array(copies, column.type)])
        return column

    def _add(self, row: int, column: str, difference: Decimal) -> None:
        value = self.value(row, column)
        if value is not None and difference:
            self.put(row, column, value + difference)

    def _totals(self, row: int) -> list[int]:
        """The rows of the same return that hold the totals of this cell; none for a total."""
        if "industry" not in self.declared.key:
            return []
        key = dict(zip(self.declared.key, self.keys[row], strict=True))
        pairs = {(key["industry"], TOTAL), (TOTAL, key["ownership"]), (TOTAL, TOTAL)}
        pairs -= {(key["industry"], key["ownership"])}
        if TOTAL in (key["industry"], key["ownership"]):
            return []
        return [self._at(key | {"industry": one, "ownership": other}) for one, other in sorted(pairs)]

    def _above(self, row: int) -> list[int]:
        key = dict(zip(self.declared.key, self.keys[row], strict=True))
        found = []
        parent = self.parents.get(key["unit_code"])
        while parent is not None:
            found.append(self._at(key | {"unit_code": parent}))
            parent = self.parents.get(parent)
        return found

    def _at(self, key: Mapping[str, Any]) -> int:
        short = self._short(tuple(key.values()))
        if short not in self.place:
            raise DemoError(f"faults.yaml: found no row {dict(key)}, wanted one of the latest version."
                            " Choose another place. 找不到该行。")  # fmt: skip
        return self.place[short]

    def _latest(self) -> set[int]:
        """The rows of the latest version of every return; of a table without versions, all."""
        if "obs_vintage" not in self.declared.key:
            return set(range(len(self.keys)))
        place = self.declared.key.index("obs_vintage")
        names = [name for name in ("form_id", "unit_code", "period") if name in self.declared.key]
        group = [self.declared.key.index(name) for name in names]
        newest: dict[tuple[Any, ...], int] = {}
        for key in self.keys:
            name = tuple(key[one] for one in group)
            newest[name] = max(newest.get(name, 0), key[place])
        return {row for row, key in enumerate(self.keys) if key[place] == newest[tuple(key[one] for one in group)]}

    def _short(self, key: tuple[Any, ...]) -> tuple[Any, ...]:
        """The key without its version."""
        return tuple(value for name, value in zip(self.declared.key, key, strict=True) if name != "obs_vintage")

    def _typed(self, column: str, value: object) -> Any:
        kind = self.given[column].type
        if value is None or pa.types.is_boolean(kind):
            return value
        if pa.types.is_decimal(kind):
            return Decimal(str(value)).quantize(PLACES)
        return int(Decimal(str(value))) if pa.types.is_integer(kind) else str(value)
