"""faults: declared errors that are planted in the returns, to see whether the edit rules find them."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import pyarrow as pa
from pydantic import Field, StrictBool, field_validator, model_validator

from pipelines.catalog import Catalog, Declared, Words
from pipelines.demo.edits import Edited
from pipelines.demo.reading import DemoError, checked, content

Scalar = StrictBool | Decimal | str
EVERY = "*"


class Change(Declared):
    """What is done to the cells or rows; exactly one of these.

    `swap` names the other column, `complement_of` the whole of which the rest is taken, `copy_from_unit`,
    `add_unit` and `subtract_unit` the unit whose same cell is taken; `copy_row` says what the added copy has
    differently, `replace` gives old and new text.
    """

    add: Decimal | None = None
    set: Scalar | None = None
    multiply: Decimal | None = None
    swap: str | None = None
    complement_of: str | None = None
    copy_from_previous: bool = False
    copy_from_unit: str | None = None
    add_unit: str | None = None
    subtract_unit: str | None = None
    copy_row: Annotated[dict[str, Scalar] | None, Field(default=None)]
    delete_row: bool = False
    null: bool = False
    replace: tuple[str, str] | None = None
    round_to_hundreds: bool = False

    @model_validator(mode="after")
    def is_one(self) -> Change:
        """Refuses none, or several."""
        given = sorted(self.model_fields_set)
        if len(given) != 1:
            raise ValueError(f"found {', '.join(given) or 'nothing'}; wanted exactly one change")
        return self

    @property
    def kind(self) -> str:
        return next(iter(self.model_fields_set))


class Fault(Declared):
    """One planted error: where it stands, what is changed, and which rule is to find it.

    `at` selects rows by columns; without `obs_vintage`, those of the latest version. With `ripple` the same
    difference goes into the totals of the return and of the units above, so that no sum is broken by it.
    `also` names the rules that cannot but fire as well.
    """

    rule: str
    table: str
    at: dict[str, str | tuple[str, ...]]
    column: Annotated[tuple[str, ...], Field(default=())]
    change: Change
    ripple: bool = False
    also: tuple[str, ...] = ()
    note: Words | None = None

    @field_validator("column", mode="before")
    @classmethod
    def one_or_several(cls, value: object) -> object:
        """A single column may be written without brackets."""
        return (value,) if isinstance(value, str) else value


@dataclass(frozen=True)
class Faults:
    """The declared faults by name, and the tree of units through which a fault ripples."""

    declared: Mapping[str, Fault]
    parents: Mapping[str, str]
    catalog: Catalog

    def named(self, names: Sequence[str]) -> dict[str, Fault]:
        """The faults of these names: "all", a rule's id, or a fault's own name; in declared order.

        Raises:
            DemoError: a name is unknown; names near it are listed.
        """
        if isinstance(names, str):
            names = (names,)
        rules = {fault.rule for fault in self.declared.values()}
        unknown = sorted(set(names) - {"all"} - rules - set(self.declared))
        if unknown:
            near = difflib.get_close_matches(unknown[0], [*sorted(rules), *self.declared], n=5, cutoff=0.3)
            raise DemoError(f"faults: found {', '.join(unknown)}; wanted \"all\", a rule that has faults, or a fault's"
                            f" name; near it: {', '.join(near) or '–'}. 没有这个差错，请改用相近的名称。")  # fmt: skip
        return {name: fault for name, fault in self.declared.items() if {"all", name, fault.rule} & set(names)}


def faults(path: Path, catalog: Catalog) -> Faults:
    """The faults declared in a file.

    Raises:
        DemoError: a declaration cannot stand: names file, fault and field.
    """
    found = content(path)
    if not isinstance(found, dict):
        raise DemoError(f"{path}: found {type(found).__name__}, wanted names of faults. 应为差错名称到声明的映射。")
    declared = {str(name): checked(Fault, value, path, str(name)) for name, value in found.items()}
    for name, fault in declared.items():
        _check(path, name, fault, catalog)
    parents = {code: one.parent for code, one in catalog.reporting_units.items() if one.parent}
    return Faults(declared, parents, catalog)


def _check(path: Path, name: str, fault: Fault, catalog: Catalog) -> None:
    if fault.table not in catalog.tables:
        raise DemoError(f"{path}, {name}: found the table {fault.table!r}, wanted one of tables.yaml. 没有这个表。")
    columns = catalog.tables[fault.table].columns
    asked = {*fault.at, *fault.column, *(fault.change.copy_row or {}), *filter(None, [fault.change.swap])} - {EVERY}
    strangers = sorted(asked - set(columns))
    if strangers:
        raise DemoError(f"{path}, {name}: found the columns {', '.join(strangers)}, wanted columns of {fault.table}."
                        " 该表没有这些列。")  # fmt: skip


def plant(tables: Mapping[str, pa.Table], declarations: Faults, names: Sequence[str]) -> dict[str, pa.Table]:
    """The tables with the named faults in them; those given stay as they are.

    Args:
        tables: what `country` returns.
        declarations: what `faults` returns.
        names: "all", ids of rules, or names of faults.

    Raises:
        DemoError: a name is unknown, or a fault finds no row or changes nothing.
    """
    made = dict(tables)
    chosen = declarations.named(names)
    for table in sorted({fault.table for fault in chosen.values()}):
        if table not in made:
            raise DemoError(f"faults: found no table {table}, wanted it among those given. 缺少该表。")
        edited = Edited(made[table], declarations.catalog.tables[table], declarations.parents)
        for name, fault in chosen.items():
            if fault.table == table:
                _plant(edited, name, fault, declarations.catalog)
        made[table] = edited.table()
    return made


def _plant(edited: Edited, name: str, fault: Fault, catalog: Catalog) -> None:
    rows = edited.rows(fault.at)
    if not rows:
        raise DemoError(f"faults.yaml, {name}: found no row at {fault.at}, wanted at least one. 找不到所指的行。")
    change = fault.change
    if change.delete_row:
        edited.delete(rows)
        return
    if change.copy_row is not None:
        edited.copy(rows, change.copy_row)
        return
    measures = [column for column in catalog.tables[fault.table].columns if column in catalog.measures]
    columns = measures if EVERY in fault.column else list(fault.column)
    wanted = {(row, other): value for row in rows for column in columns
              for other, value in _changed(edited, row, column, change)}  # fmt: skip
    wanted = {cell: value for cell, value in wanted.items() if value != edited.value(*cell)}
    if not wanted:
        raise DemoError(f"faults.yaml, {name}: found that nothing changes, wanted another value in at least one cell."
                        " 该差错没有改变任何数值。")  # fmt: skip
    differences = {cell: edited.put(*cell, value) for cell, value in wanted.items()}
    if fault.ripple:
        edited.ripple(differences)


def _changed(edited: Edited, row: int, column: str, change: Change) -> Iterator[tuple[str, object]]:
    """The columns of the row that change with this one, and the values that they are to have."""
    value = edited.value(row, column)
    if change.swap:
        yield change.swap, value
        yield column, edited.value(row, change.swap)
    elif isinstance(value, str) and change.replace:
        yield column, value.replace(*change.replace)
    elif change.kind in ("set", "null"):
        yield column, change.set
    elif change.copy_from_previous:
        yield column, edited.previous(row, column)
    elif change.copy_from_unit:
        yield column, edited.elsewhere(row, column, change.copy_from_unit)
    elif isinstance(value, Decimal):
        yield column, _calculated(edited, row, column, change)


def _calculated(edited: Edited, row: int, column: str, change: Change) -> Decimal:
    value = Decimal(edited.value(row, column))
    match change:
        case Change(add=Decimal() as added):
            return value + added
        case Change(multiply=Decimal() as factor):
            return value * factor
        case Change(complement_of=str() as whole):
            return Decimal(edited.value(row, whole)) - value
        case Change(add_unit=str() as unit):
            return value + Decimal(edited.elsewhere(row, column, unit) or 0)
        case Change(subtract_unit=str() as unit):
            return value - Decimal(edited.elsewhere(row, column, unit) or 0)
        case Change(round_to_hundreds=True):
            return (value / 100).to_integral_value() * 100
        case _:
            return value
