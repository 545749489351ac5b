"""ledger: the tables of a release as they stand, for counting and for reading every number again."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from dashboards import notation
from dashboards.lookups import FORMS, Figure, Key, count
from dashboards.release_file import Release
from dashboards.words import Language

TABLE = re.compile(r"[a-z_]+\.[a-z_]+")
Row = Mapping[str, Any]


class LookupFaultError(LookupError):
    """A text that leads to no row, or to more than one."""


class Ledger:
    """Every table of a release, read once when it is first asked for."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self.rows = cache(self._rows)
        self.index = cache(self._index)

    def _rows(self, table: str) -> tuple[Row, ...]:
        if not TABLE.fullmatch(table):
            raise LookupFaultError(f"found table {table!r}, wanted schema.name. Mend the lookup.")
        answer = self.release.cursor().execute(f"SELECT * FROM {table}")
        names = [column[0] for column in answer.description or []]
        return tuple(dict(zip(names, values, strict=True)) for values in answer.fetchall())

    def _index(self, table: str, columns: tuple[str, ...]) -> Mapping[tuple[Any, ...], list[Row]]:
        found: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
        for row in self.rows(table):
            found[tuple(row[column] for column in columns)].append(row)
        return found

    def one(self, table: str, key: Key) -> Row:
        """The one row that a key names.

        Raises:
            LookupFaultError: none or several.
        """
        columns, wanted = tuple(name for name, _ in key), tuple(value for _, value in key)
        found = self.index(table, columns).get(wanted, [])
        if len(found) != 1:
            raise LookupFaultError(f"{table} {dict(key)}: found {len(found)} rows, wanted 1. Mend the key.")
        return found[0]

    def having(self, table: str, key: Key) -> Iterator[Row]:
        """The rows that answer to a key, where a value may be several."""
        for row in self.rows(table):
            if all(row[name] in value if isinstance(value, tuple) else row[name] == value for name, value in key):
                yield row

    def number(self, table: str, key: Key, distinct: str | None = None) -> int:
        """How many rows answer to a key, or how many different values of a column they have."""
        found = list(self.having(table, key))
        return len(found if distinct is None else {row[distinct] for row in found})

    def counted(self, table: str, language: Language, distinct: str | None = None, **key: Any) -> Figure:
        """The count as a lookup."""
        return count(table, key, self.number(table, tuple(key.items()), distinct), language, distinct)

    def text_of(self, figure: Figure) -> str:
        """A lookup's text, made again from the release.

        Raises:
            LookupFaultError: the key names no row or several.
        """
        if figure.form == "count":
            distinct = None if figure.column == "*" else figure.column
            return notation.plain(self.number(figure.table, figure.key, distinct), 0, figure.language)
        row = self.one(figure.table, figure.key)
        before = None if figure.before is None else self.one(figure.table, figure.before)
        values = {column: row[column] for column in figure.columns}
        earlier = None if before is None else {column: before[column] for column in figure.columns}
        return FORMS[figure.form](values, earlier, figure.language, dict(figure.arguments))
