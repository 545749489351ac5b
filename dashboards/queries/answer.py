"""answer: the rows of a query as plain objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb
import pandas as pd

Con = duckdb.DuckDBPyConnection
NATION = "000000"
TOTAL = "_T"


def frame(con: Con, sql: str, values: Mapping[str, Any] | None = None) -> pd.DataFrame:
    """The answer to a query, as plain objects; names that the SQL uses are bound, never written into it."""
    answer = con.execute(sql, dict(values or {}))
    names = [column[0] for column in answer.description or []]
    rows = answer.fetchall()
    cells = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    return pd.DataFrame({name: pd.Series(column, dtype=object) for name, column in cells.items()})


def records(answer: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame as mappings."""
    names = list(answer.columns)
    return [dict(zip(names, row, strict=True)) for row in answer.itertuples(index=False, name=None)]
