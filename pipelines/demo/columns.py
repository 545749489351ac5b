"""columns: rows and arrays of figures → Arrow tables with the declared columns, types and order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipelines.catalog import Catalog
from pipelines.demo.reading import DemoError

TYPES = {"text": pa.string(), "integer": pa.int64(), "decimal": pa.decimal128(28, 9), "boolean": pa.bool_()}
LARGEST = 10**18


def numbers(values: NDArray[np.int64], absent: NDArray[np.bool_] | None) -> pa.Array:
    """Whole numbers as the declared decimals; nothing where absent.

    Raises:
        DemoError: a number is too large or negative: a declaration has gone astray.
    """
    if len(values) and (values.min() < 0 or values.max() > LARGEST):
        raise DemoError(f"country.yaml: drew a figure between {values.min()} and {values.max()}, wanted 0 to {LARGEST}."
                        " Mend the paths. 生成的数值越界，请检查路径。")  # fmt: skip
    return pa.array(values, mask=absent).cast(TYPES["decimal"])


def repeated(texts: Sequence[str], places: NDArray[np.intp]) -> pa.Array:
    """The text at each place."""
    return pa.array(texts, pa.string()).take(pa.array(places))


def table(name: str, columns: Mapping[str, pa.Array], catalog: Catalog, *, is_sorted: bool = False) -> pa.Table:
    """The columns in declared order and type, rows in the order of the key.

    Raises:
        DemoError: a column is missing or is not declared.
    """
    declared = catalog.tables[name]
    if set(columns) != set(declared.columns):
        raise DemoError(f"{name}: made {sorted(set(columns) - set(declared.columns))} too many and"
                        f" {sorted(set(declared.columns) - set(columns))} too few; wanted the columns of tables.yaml."
                        " 列与 tables.yaml 不一致。")  # fmt: skip
    fields = [(column, columns[column].cast(TYPES[catalog.columns[column].type])) for column in declared.columns]
    made = pa.table(dict(fields))
    return made if is_sorted else made.sort_by([(column, "ascending") for column in declared.key])


def from_rows(name: str, rows: Iterable[Mapping[str, Any]], catalog: Catalog) -> pa.Table:
    """Rows as a table of the declared types."""
    kept = list(rows)
    declared = catalog.tables[name].columns
    return table(name, {column: pa.array([row[column] for row in kept], TYPES[catalog.columns[column].type])
                        for column in declared}, catalog)  # fmt: skip
