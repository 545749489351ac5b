"""ledger: the tables of a release as they stand, for counting and for reading every number again."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from dashboards import notation
from dashboards.lookups import FORMS, Figure, Key, count, total
from dashboards.queries import present
from dashboards.release_file import Release
from dashboards.words import Language

TABLE = re.compile(r"[a-z_]+\.[a-z_]+")
LARGE = 60_000  # rows; a table with more is not read whole
COUNTED_IN_PLACE = 5_000  # rows; in a table with more the engine counts
Row = Mapping[str, Any]


class LookupFaultError(LookupError):
    """A text that leads to no row, or to more than one."""


class Ledger:
    """Every table of a release, read once when it is first asked for; a large one is asked row by row."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self.rows, self.size, self.index = cache(self._rows), cache(self._size), cache(self._index)
        self.asked = cache(self._asked)

    def _size(self, table: str) -> int:
        """How many rows a table has; none where the release, made by an older program, lacks it."""
        if not TABLE.fullmatch(table):
            raise LookupFaultError(f"found table {table!r}, wanted schema.name. Mend the lookup.")
        con = self.release.cursor()
        if not present(con, table):
            return 0
        found = con.execute(f"SELECT count(*) FROM {table}").fetchone()
        return int(found[0]) if found else 0

    def _rows(self, table: str, columns: tuple[str, ...] | None = None) -> tuple[Row, ...]:
        if not self.size(table):
            return ()
        return tuple(self._answer(f"SELECT {', '.join(columns) if columns else '*'} FROM {table}", {}))

    def _answer(self, sql: str, bound: Mapping[str, Any]) -> list[Row]:
        answer = self.release.cursor().execute(sql, dict(bound))
        names = [column[0] for column in answer.description or []]
        return [dict(zip(names, values, strict=True)) for values in answer.fetchall()]

    def _index(
        self, table: str, columns: tuple[str, ...], wanted: tuple[str, ...] | None = None
    ) -> Mapping[tuple[Any, ...], list[Row]]:
        found: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
        for row in self.rows(table, None if wanted is None else tuple(sorted({*columns, *wanted}))):
            found[tuple(row[column] for column in columns)].append(row)
        return found

    def _asked(self, table: str, key: Key) -> list[Row]:
        """The rows of a large table that answer to a key."""
        where, bound = _condition(key)
        return self._answer(f"SELECT * FROM {table} WHERE {where}", bound)

    def one(self, table: str, key: Key, wanted: tuple[str, ...] | None = None) -> Row:
        """The one row that a key names.

        Args:
            table: the table.
            key: the columns and values that name the row.
            wanted: the columns that are needed of it; all without them.

        Raises:
            LookupFaultError: none or several.
        """
        columns, values = tuple(name for name, _ in key), tuple(value for _, value in key)
        is_large = self.size(table) > LARGE
        if is_large and wanted is None:
            found = self.asked(table, key)
        else:
            found = self.index(table, columns, wanted if is_large else None).get(values, [])
        if len(found) != 1:
            raise LookupFaultError(f"{table} {dict(key)}: found {len(found)} rows, wanted 1. Mend the key.")
        return found[0]

    def having(self, table: str, key: Key) -> Iterator[Row]:
        """The rows that answer to a key, where a value may be several."""
        if self.size(table) > LARGE:
            yield from self.asked(table, key)
            return
        single = [(name, value) for name, value in key if not isinstance(value, tuple)]
        several = [(name, frozenset(value)) for name, value in key if isinstance(value, tuple)]
        rows = self.rows(table) if not single else self.index(table, tuple(name for name, _ in single)).get(
            tuple(value for _, value in single), ())  # fmt: skip
        for row in rows:
            if all(row[name] in value for name, value in several):
                yield row

    def number(self, table: str, key: Key, distinct: str | None = None) -> int:
        """How many rows answer to a key, or how many different values of a column they have."""
        if self.size(table) > COUNTED_IN_PLACE:
            where, bound = _condition(key)
            counted = f"DISTINCT {distinct}" if distinct else "*"
            found = self._answer(f"SELECT count({counted}) AS number FROM {table} WHERE {where}", bound)
            return int(found[0]["number"])
        rows = list(self.having(table, key))
        return len(rows if distinct is None else {row[distinct] for row in rows})

    def total(self, table: str, column: str, key: Key) -> int:
        """The sum of a column of whole numbers over the rows that answer to a key; what is missing adds nothing."""
        return sum(int(row[column] or 0) for row in self.having(table, key))

    def summed(self, table: str, column: str, language: Language, **key: Any) -> Figure:
        """The sum as a lookup."""
        return total(table, key, column, self.total(table, column, tuple(key.items())), language)

    def counted(self, table: str, language: Language, distinct: str | None = None, **key: Any) -> Figure:
        """The count as a lookup."""
        return count(table, key, self.number(table, tuple(key.items()), distinct), language, distinct)

    def text_of(self, figure: Figure) -> str:
        """A lookup's text, made again from the release.

        Raises:
            LookupFaultError: the key names no row or several.
        """
        if figure.form == "total":
            return notation.plain(self.total(figure.table, figure.column, figure.key), 0, figure.language)
        if figure.form == "count":
            distinct = None if figure.column == "*" else figure.column
            return notation.plain(self.number(figure.table, figure.key, distinct), 0, figure.language)
        row = self.one(figure.table, figure.key)
        before = None if figure.before is None else self.one(figure.table, figure.before)
        values = {column: row[column] for column in figure.columns}
        earlier = None if before is None else {column: before[column] for column in figure.columns}
        return FORMS[figure.form](values, earlier, figure.language, dict(figure.arguments))


def _condition(key: Key) -> tuple[str, dict[str, Any]]:
    """A key as SQL with bound values; several values of a column are any of them."""
    parts, bound = ["true"], {}
    for place, (name, value) in enumerate(key):
        is_one = not isinstance(value, tuple)
        bound[f"k{place}"] = value if is_one else list(value)
        parts.append(f'"{name}" IS NOT DISTINCT FROM $k{place}' if is_one else f'list_contains($k{place}, "{name}")')
    return " AND ".join(parts), bound
