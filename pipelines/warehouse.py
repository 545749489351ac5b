"""warehouse: asset key [channel, layer, table] ↔ one DuckDB file per channel, schema.table."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
import pandas as pd
import pyarrow as pa

from pipelines.catalog import Catalog, Table

PLACES = Decimal("0.000000001")
SQL_TYPES = {"text": "VARCHAR", "integer": "BIGINT", "decimal": "DECIMAL(28, 9)", "boolean": "BOOLEAN"}
ARROW_TYPES = {"text": pa.string(), "integer": pa.int64(), "decimal": pa.decimal128(28, 9), "boolean": pa.bool_()}
Row = Mapping[str, Any]
Content: TypeAlias = "pd.DataFrame | pa.Table"


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

    def digest(self, name: str, content: Content) -> str:
        """SHA-256 of the rows of this table; see `digest`."""
        rows = content if isinstance(content, pa.Table) else self.arrow(name, content)
        with duckdb.connect(config={"enable_external_access": "false"}) as con:
            con.register("content", rows)
            return digest(con, name, "content")


def digest(con: duckdb.DuckDBPyConnection, name: str, relation: str) -> str:
    """SHA-256 over the name, columns and rows of a table, the rows in the order of their text, decimals at nine places.

    The same on every machine and version of Python: no float, locale or row order takes part.

    Args:
        con: where the rows are.
        name: the table's declared name, which is part of the hash.
        relation: what to select from, quoted where it needs it.
    """
    columns = con.sql(f"SELECT * FROM {relation} LIMIT 0").columns
    texts = ", ".join(f'CAST("{column}" AS VARCHAR)' for column in columns)
    lines = f"SELECT CAST(to_json([{texts}]) AS VARCHAR) AS line FROM {relation}"
    found = con.execute(
        f"SELECT sha256($head || coalesce(string_agg(line, chr(10) ORDER BY line), '')) FROM ({lines})",
        {"head": f"{name}\n{','.join(columns)}\n"},
    ).fetchone()
    return str(found[0]) if found else ""


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

    def write(self, name: str, content: Content) -> str:
        """Replaces the table in one transaction; returns its content hash."""
        rows = content if isinstance(content, pa.Table) else self.tables.arrow(name, content)
        with self.connection() as con:
            con.begin()
            con.execute(f"CREATE SCHEMA IF NOT EXISTS {_schema(name)}")
            con.execute(self.tables.create(name, quoted(name)))
            con.register("rows", rows)
            con.execute(f"INSERT INTO {quoted(name)} SELECT * FROM rows")
            con.commit()
            return digest(con, name, quoted(name))

    def read(self, name: str) -> pd.DataFrame:
        """The table in key order, as a frame of plain objects.

        Raises:
            WarehouseError: the table was never written.
        """
        with self.connection() as con:
            return read(con, name, self.tables)

    def rows(self, name: str, columns: Sequence[str]) -> list[dict[str, Any]]:
        """Some columns of the table, its rows in key order.

        Raises:
            WarehouseError: the table was never written.
        """
        key = self.tables.table(name).key
        chosen, order = (", ".join(f'"{column}"' for column in names) for names in (columns, key))
        with self.connection() as con, known(name):
            found = con.sql(f"SELECT {chosen} FROM {quoted(name)} ORDER BY {order}").fetchall()
        return [dict(zip(columns, row, strict=True)) for row in found]

    def arrow(self, name: str) -> tuple[pa.Table, str]:
        """The table as it is stored, and its content hash.

        Raises:
            WarehouseError: the table was never written.
        """
        with self.connection() as con, known(name):
            return con.sql(f"SELECT * FROM {quoted(name)}").to_arrow_table(), digest(con, name, quoted(name))

    def frame(self, name: str, columns: Collection[str]) -> tuple[pd.DataFrame, str]:
        """The table in key order with its content hash; these columns as plain objects, the others by name only.

        Raises:
            WarehouseError: the table was never written.
        """
        declared = self.tables.table(name)
        chosen, key = (", ".join(f'"{column}"' for column in names) for names in (sorted(columns), declared.key))
        with self.connection() as con, known(name):
            there = con.sql(f"SELECT * FROM {quoted(name)} LIMIT 0").columns
            rows = con.sql(f"SELECT {chosen} FROM {quoted(name)} ORDER BY {key}").to_arrow_table()
            mark = digest(con, name, quoted(name))
        by_name_only = pd.Series([False] * len(rows))
        made = {column: pd.Series(rows.column(column).to_pylist(), dtype=object) if column in columns else by_name_only
                for column in there}  # fmt: skip
        return pd.DataFrame(made), mark

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
    with known(name):
        rows = con.sql(f"SELECT {order} FROM {quoted(name)}").fetchall()
    return tables.frame(name, (dict(zip(declared.columns, row, strict=True)) for row in rows))


@contextmanager
def known(name: str) -> Iterator[None]:
    """Says of a table that is not there what to do.

    Raises:
        WarehouseError: the table is not there.
    """
    try:
        yield
    except duckdb.CatalogException as fault:
        raise WarehouseError(f"{name}: not in the warehouse. Run `bluebook run` first.") from fault


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


def _order(value: Any) -> tuple[bool, Any]:
    return (value is None, "" if value is None else value)


def rows_of(content: Content) -> list[dict[str, Any]]:
    """The rows of a table as mappings."""
    if isinstance(content, pa.Table):
        return list(content.to_pylist())
    names: Sequence[str] = list(content.columns)
    return [dict(zip(names, row, strict=True)) for row in content.itertuples(index=False, name=None)]
