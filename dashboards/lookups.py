"""lookups: texts that remember where each of their numbers stands in the release."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboards import notation
from dashboards.words import Language, word

SLOT = re.compile(r"\{(\w+)\}")
Key = tuple[tuple[str, Any], ...]
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Figure:
    """A piece of text that is a lookup: which row and columns it was made from, by which form, and how it reads.

    A key value may be a tuple (any of these). `before` is the key of a second row, for a change.
    """

    table: str
    key: Key
    columns: tuple[str, ...]
    text: str
    form: str
    language: Language
    arguments: Key = ()
    before: Key | None = None

    @property
    def column(self) -> str:
        """The column whose value is shown."""
        return self.columns[0]

    def __str__(self) -> str:
        return self.text


Part = str | Figure


@dataclass(frozen=True)
class Sentence:
    """Fixed words and lookups, in order; str() is the text."""

    parts: tuple[Part, ...]

    def __str__(self) -> str:
        return "".join(str(part) for part in self.parts)

    def __bool__(self) -> bool:
        return bool(self.parts)

    @property
    def figures(self) -> tuple[Figure, ...]:
        return tuple(part for part in self.parts if isinstance(part, Figure))

    @property
    def fixed(self) -> tuple[str, ...]:
        return tuple(part for part in self.parts if isinstance(part, str))


EMPTY = Sentence(())


def sentence(*parts: Part | Sentence | None) -> Sentence:
    """One sentence out of parts and sentences; None and "" leave no trace."""
    return Sentence(tuple(_flat(parts)))


def _flat(parts: Sequence[Part | Sentence | None]) -> Iterator[Part]:
    for part in parts:
        if isinstance(part, Sentence):
            yield from part.parts
        elif part:
            yield part


def filled(key: str, language: Language, **slots: Part | Sentence | None) -> Sentence:
    """The fixed text of a key with its {slots} filled by lookups.

    Raises:
        KeyError: the text has a slot that was not given.
    """
    pieces = SLOT.split(word(key, language))
    return sentence(*(slots[piece] if place % 2 else piece for place, piece in enumerate(pieces)))


def figure(
    table: str, key: Values, row: Values, columns: Mapping[str, str] | Sequence[str], form: str, language: Language,
    before: Values | None = None, before_row: Values | None = None, **arguments: Any,
) -> Figure:  # fmt: skip
    """A lookup whose text is made from a row at hand.

    Args:
        table: the table of the release that holds the row.
        key: the columns and values that name the row.
        row: the values at hand.
        columns: columns of the table, or a mapping of them to the names they have in `row`.
        form: a name of FORMS.
        language: the language of the text.
        before: the key of the earlier row, for a change.
        before_row: the values of the earlier row under the table's own names.
        arguments: what the form needs besides (unit of measure, decimals …).
    """
    names = columns if isinstance(columns, Mapping) else {column: column for column in columns}
    found = {column: row[name] for column, name in names.items()}
    text = FORMS[form](found, before_row, language, arguments)
    return Figure(table, tuple(key.items()), tuple(names), text, form, language, tuple(sorted(arguments.items())),
                  None if before is None else tuple(before.items()))  # fmt: skip


def count(table: str, key: Values, number: int, language: Language, distinct: str | None = None) -> Figure:
    """How many rows of a table (or distinct values of a column) answer to a key."""
    column = distinct or "*"
    return Figure(table, tuple(key.items()), (column,), notation.plain(number, 0, language), "count", language)


def total(table: str, key: Values, column: str, number: int, language: Language) -> Figure:
    """The sum of a column over the rows of a table that answer to a key."""
    return Figure(table, tuple(key.items()), (column,), notation.plain(number, 0, language), "total", language)


def text(table: str, key: Values, row: Values, column: str, name: str | None = None) -> Figure:
    """A text of the release, word for word."""
    return figure(table, key, row, {column: name or column}, "text", "zh")


def _text(found: Values, _before: Values | None, _language: Language, _arguments: Values) -> str:
    return str(next(iter(found.values())) or "")


def _value(found: Values, _before: Values | None, language: Language, arguments: Values) -> str:
    value, qualifier = [*found.values(), "exact"][:2]
    if value is None:
        return notation.missing(None, language)
    return notation.qualified(value, arguments["unit"], language, qualifier or "exact", arguments.get("decimals"))


def _in_scale(found: Values, _before: Values | None, language: Language, arguments: Values) -> str:
    """A number in a column whose head names the unit; a sign for its qualifier."""
    value, qualifier = [*found.values(), "exact"][:2]
    if value is None:
        return notation.missing(arguments.get("reason"), language)
    toward: notation.Toward = "down" if qualifier == "over" else "up" if qualifier == "at_most" else "nearest"
    scale = notation.Scale(arguments["divisor"], "", arguments["decimals"], arguments.get("least", 0))
    return word(f"sign.{qualifier or 'exact'}", language) + notation.scaled(value, scale, language, toward)


def _as_printed(found: Values, _before: Values | None, language: Language, _arguments: Values) -> str:
    """The digits of a source, with the sign of its qualifier."""
    printed, qualifier = found.values()
    return word(f"sign.{qualifier or 'exact'}", language) + str(printed)


def _interval(found: Values, _before: Values | None, language: Language, arguments: Values) -> str:
    low, high = found.values()
    return notation.interval(low, high, arguments["unit"], language, arguments["decimals"])


def _period(found: Values, _before: Values | None, language: Language, arguments: Values) -> str:
    printed, start, end = [*found.values(), None, None][:3]
    if not printed:
        return ""
    row = {"period": printed, "period_start": start, "period_end": end}
    as_at = arguments.get("as_at", start is not None and start == end)
    union = arguments.get("union", start is not None and notation.is_union_year(row))
    return notation.period_words(printed, language, as_at=as_at, union=union, long=arguments.get("long", False))


def _moved(found: Values, before: Values | None, language: Language, arguments: Values) -> str:
    new, old = next(iter(found.values())), next(iter((before or {}).values()))
    return notation.moved(new, old, arguments["unit"], language, arguments["decimals"])


def _code(found: Values, _before: Values | None, language: Language, arguments: Values) -> str:
    return word(f"{arguments['list']}.{next(iter(found.values()))}", language)


def _share(found: Values, _before: Values | None, language: Language, arguments: Values) -> str:
    return notation.shown(notation.exact(next(iter(found.values()))) * 100, "percent", language, arguments["decimals"])


def _date(found: Values, _before: Values | None, language: Language, _arguments: Values) -> str:
    printed = next(iter(found.values()))
    return notation.date_words(printed, language) if printed else ""


Form = Callable[[Values, Values | None, Language, Values], str]
FORMS: dict[str, Form] = {
    "text": _text, "value": _value, "in_scale": _in_scale, "as_printed": _as_printed, "interval": _interval,
    "period": _period, "moved": _moved, "code": _code, "share": _share, "date": _date,
}  # fmt: skip
