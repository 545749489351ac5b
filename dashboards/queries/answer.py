"""answer: the rows of a query as plain objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import pandas as pd

Con = duckdb.DuckDBPyConnection
NATION = "000000"
TOTAL = "_T"
FACT = ("unit_code", "period", "measure_id", "industry", "ownership", "sex", "age", "education", "contest_kind",
        "organiser", "scope_id")  # what a figure is a figure of, whoever published it


def frame(con: Con, sql: str, values: Mapping[str, Any] | None = None) -> pd.DataFrame:
    """The answer to a query, as plain objects; names that the SQL uses are bound, never written into it."""
    answer = con.execute(sql, dict(values or {}))
    names = [column[0] for column in answer.description or []]
    rows = answer.fetchall()
    cells = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    return pd.DataFrame({name: pd.Series(column, dtype=object) for name, column in cells.items()})


def present(con: Con, table: str) -> bool:
    """Whether the release has a table: one made by an older program may lack it."""
    return bool(columns_of(con, table))


def columns_of(con: Con, table: str) -> frozenset[str]:
    """The columns that a table has in the release; none where there is no such table."""
    schema, _, name = table.partition(".")
    sql = "SELECT column_name FROM duckdb_columns() WHERE schema_name = $schema AND table_name = $name"
    return frozenset(row[0] for row in con.execute(sql, {"schema": schema, "name": name}).fetchall())


def listed(names: Sequence[str], alias: str) -> str:
    """Columns of a table as they stand in SQL."""
    return ", ".join(f"{alias}.{name}" for name in names)


def optional(con: Con, table: str, names: Sequence[str], alias: str) -> str:
    """Columns as they stand in SQL; one that the release's table lacks is NULL."""
    known = columns_of(con, table)
    return ", ".join(f"{alias}.{name}" if name in known else f"NULL AS {name}" for name in names)


def records(answer: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame as mappings."""
    names = list(answer.columns)
    return [dict(zip(names, row, strict=True)) for row in answer.itertuples(index=False, name=None)]
