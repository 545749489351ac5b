"""warehouse: asset key [channel, layer, table] ↔ one DuckDB file per channel, schema.table."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from pipelines.catalog import Catalog, Table

PLACES = Decimal("0.000000001")
SQL_TYPES = {"text": "VARCHAR", "integer": "BIGINT", "decimal": "DECIMAL(28, 9)", "boolean": "BOOLEAN"}
ARROW_TYPES = {"text": pa.string(), "integer": pa.int64(), "decimal": pa.decimal128(28, 9), "boolean": pa.bool_()}
Row = Mapping[str, Any]


class WarehouseError(RuntimeError):
    """A table that cannot be written or read: names table, column, found and wanted."""


class Tables:
    """The declared tables: frames, rows, SQL and hashes in the declared order and types."""

    def __init__(self, catalog: Catalog) -> None:
        self.declared: Mapping[str, Table] = catalog.tables
        self.types = {name: column.type for name, column in catalog.columns.items()}

    def frame(self, name: str, rows: Iterable[Row]) -> pd.DataFrame:
        """The rows as a frame of plain objects (None where missing), sorted by the table's key.

        Raises:
            WarehouseError: a row has other columns than declared, or a key comes twice.
        """
        table = self.table(name)
        cells = [self._cells(name, table, row) for row in rows]
        places = [table.columns.index(column) for column in table.key]
        cells.sort(key=lambda row: [_order(row[place]) for place in places])
        keys = [tuple(row[place] for place in places) for row in cells]
        twice = sorted({str(key) for key, following in itertools.pairwise(keys) if key == following})
        if twice:
            raise WarehouseError(
                f"{name}: the key ({', '.join(table.key)}) comes twice: {'; '.join(twice[:3])}"
                f" ({len(twice)} in all). Wanted one row each. Mend the rows or their source."
            )
        columns = {column: [row[place] for row in cells] for place, column in enumerate(table.columns)}
        return pd.DataFrame({name: pd.Series(values, dtype=object) for name, values in columns.items()})

    def table(self, name: str) -> Table:
        """The declaration of a table."""
        if name not in self.declared:
            raise WarehouseError(f"{name} is not declared. Declare it in data/catalog/tables.yaml.")
        return self.declared[name]

    def _cells(self, name: str, table: Table, row: Row) -> list[Any]:
        if set(row) != set(table.columns):
            raise WarehouseError(
                f"{name}: found columns {sorted(set(row) ^ set(table.columns))} on one side only;"
                f" wanted exactly {list(table.columns)}. Mend the asset or data/catalog/tables.yaml."
            )
        return [_stored(row[column], self.types[column]) for column in table.columns]

    def arrow(self, name: str, frame: pd.DataFrame) -> pa.Table:
        """The frame as an Arrow table of the declared types."""
        columns = self.table(name).columns
        found = list(frame.columns)
        if found != list(columns):
            raise WarehouseError(f"{name}: found columns {found}, wanted {list(columns)} in this order.")
        arrays = [pa.array(list(frame[column]), ARROW_TYPES[self.types[column]]) for column in columns]
        return pa.table(dict(zip(columns, arrays, strict=True)))

    def create(self, name: str, table: str) -> str:
        """The SQL that creates a declared table under a quoted name."""
        columns = ", ".join(f'"{column}" {SQL_TYPES[self.types[column]]}' for column in self.table(name).columns)
        return f"CREATE OR REPLACE TABLE {table} ({columns})"

    def digest(self, name: str, frame: pd.DataFrame) -> str:
        """SHA-256 of a frame of this table; see `digest`."""
        columns = list(self.table(name).columns)
        return digest(name, columns, frame[columns].itertuples(index=False, name=None))


def digest(name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """SHA-256 over name, columns and rows in the order of their text, decimals at nine places.

    The same on every machine and version of Python: no float, locale or row order takes part.
    """
    texts = sorted(json.dumps([_text(cell) for cell in row], ensure_ascii=False) for row in rows)
    hashed = hashlib.sha256(json.dumps([name, list(columns)]).encode())
    for text in texts:
        hashed.update(text.encode())
    return hashed.hexdigest()


class Warehouse:
    """One channel's DuckDB file: the one writer of its tables.

    Args:
        path: the DuckDB file; made with its folder when it does not exist.
        tables: the declared tables.
    """

    def __init__(self, path: Path, tables: Tables) -> None:
        self.path, self.tables = path, tables

    @contextmanager
    def connection(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection that may write; closed on leaving.

        Raises:
            WarehouseError: another process holds the file.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            con = duckdb.connect(str(self.path), config={"enable_external_access": "false"})
        except duckdb.IOException as fault:
            raise WarehouseError(
                f"{self.path}: found it held by another process, wanted it free (DuckDB admits one writer)."
                f" Wait for the other run, or stop it. 仓库文件被另一个进程占用：请等它结束或停止它。({fault})"
            ) from fault
        try:
            yield con
        finally:
            con.close()

    def write(self, name: str, frame: pd.DataFrame) -> str:
        """Replaces the table in one transaction; returns its content hash."""
        digest = self.tables.digest(name, frame)
        rows = self.tables.arrow(name, frame)
        with self.connection() as con:
            con.begin()
            con.execute(f"CREATE SCHEMA IF NOT EXISTS {_schema(name)}")
            con.execute(self.tables.create(name, quoted(name)))
            con.register("rows", rows)
            con.execute(f"INSERT INTO {quoted(name)} SELECT * FROM rows")
            con.commit()
        return digest

    def read(self, name: str) -> pd.DataFrame:
        """The table in key order, as a frame of plain objects.

        Raises:
            WarehouseError: the table was never written.
        """
        with self.connection() as con:
            return read(con, name, self.tables)

    def replace_rows(self, name: str, column: str, value: str, frame: pd.DataFrame) -> None:
        """Replaces those rows of a table whose column has the value, in one transaction."""
        rows = self.tables.arrow(name, frame)
        with self.connection() as con:
            con.begin()
            con.execute(f"CREATE SCHEMA IF NOT EXISTS {_schema(name)}")
            con.execute(self.tables.create(name, quoted(name)).replace("OR REPLACE TABLE", "TABLE IF NOT EXISTS"))
            con.execute(f'DELETE FROM {quoted(name)} WHERE "{column}" = $value', {"value": value})
            con.register("rows", rows)
            con.execute(f"INSERT INTO {quoted(name)} SELECT * FROM rows")
            con.commit()


def read(con: duckdb.DuckDBPyConnection, name: str, tables: Tables) -> pd.DataFrame:
    """A declared table through any connection: plain objects, in key order.

    Raises:
        WarehouseError: the table is not there.
    """
    declared = tables.table(name)
    order = ", ".join(f'"{column}"' for column in declared.columns)
    try:
        rows = con.sql(f"SELECT {order} FROM {quoted(name)}").fetchall()
    except duckdb.CatalogException as fault:
        raise WarehouseError(f"{name}: not in the warehouse. Run `bluebook run` first.") from fault
    return tables.frame(name, (dict(zip(declared.columns, row, strict=True)) for row in rows))


def quoted(name: str) -> str:
    """schema.table with both parts quoted."""
    schema, _, table = name.partition(".")
    return f'"{schema}"."{table}"'


def _schema(name: str) -> str:
    return '"' + name.partition(".")[0] + '"'


def _stored(value: Any, kind: str) -> Any:
    """The value in its declared type; exact numbers are rounded half-even to nine places."""
    if value is None:
        return None
    match kind:
        case "decimal":
            return _decimal(value)
        case "integer":
            return int(value)
        case "boolean":
            return bool(value)
        case _:
            return str(value)


def _decimal(value: Decimal | Fraction | int) -> Decimal:
    if isinstance(value, Fraction):
        scaled = value * 10**9
        return (Decimal(round(scaled)) / Decimal(10**9)).quantize(PLACES)
    return Decimal(value).quantize(PLACES, rounding=ROUND_HALF_EVEN)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _order(value: Any) -> tuple[bool, Any]:
    return (value is None, "" if value is None else value)


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame as mappings."""
    names: Sequence[str] = list(frame.columns)
    return [dict(zip(names, row, strict=True)) for row in frame.itertuples(index=False, name=None)]
