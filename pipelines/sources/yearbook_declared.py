"""yearbook_declared: what data/imports says of a yearbook's tables: titles, columns, units, doubts, checks."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, Field

from pipelines.catalog import Declared, Words
from pipelines.sources.declarations import Producer


def _compiles(text: str) -> str:
    """The text, if it is a regular expression.

    Raises:
        ValueError: it is none.
    """
    try:
        re.compile(text)
    except re.error as fault:
        raise ValueError(f"no regular expression: {fault}") from fault
    return text


Pattern = Annotated[str, AfterValidator(_compiles)]
"""A regular expression on tidied Chinese text, without numbering and without units in brackets."""


class Wanted(Declared):
    """A column that is wanted.

    Args:
        header: the whole header, upper levels first.
        measure_id: what it counts.
        unit: the printed unit that is expected; another one that the page states is a finding.
        is_optional: whether pages without it are usual.
        scopes: years in which another scope holds.
    """

    header: Pattern
    measure_id: str
    unit: str
    is_optional: bool = False
    scopes: dict[str, str] = Field(default_factory=dict)


class Unwanted(Declared):
    """A column, or a whole table, that is left out, and why."""

    header: Pattern
    why: Words


class Title(Declared):
    """A title of a table: the table's id and the scope of those whom it covers."""

    pattern: Pattern
    table_id: str
    scope_id: str = "_T"


class Ratio(Declared):
    """The usual range of part ÷ whole in the nation; outside it a finding says why that matters."""

    part: str
    whole: str
    low: float
    high: float
    why: Words


class Total(Declared):
    """A measure that is the sum of others, in every region; `slack` is the share by which the source misses it."""

    whole: str
    parts: tuple[str, ...]
    slack: Decimal = Decimal(0)


class YearbookTable(Declared):
    """A table: its titles, its columns, and what must hold inside it.

    Args:
        titles: by which it is known; the first that fits decides.
        columns: that are wanted.
        unwanted: columns that are left out.
        parts: pairs of measures, the first never above the second.
        totals: sums across columns.
        ratios: usual ranges.
        is_sum_of_parts: whether the nation is the sum of the provinces and, where printed, the XPCC.
    """

    titles: tuple[Title, ...]
    columns: tuple[Wanted, ...]
    unwanted: tuple[Unwanted, ...] = ()
    parts: tuple[tuple[str, str], ...] = ()
    totals: tuple[Total, ...] = ()
    ratios: tuple[Ratio, ...] = ()
    is_sum_of_parts: bool = True


class Doubt(Declared):
    """A printed figure that is known to be odd: reported as long as the source still prints it."""

    measure_id: str
    unit_code: str
    period: str
    printed: str
    why: Words


class YearbookDeclaration(Producer):
    """A yearbook.

    Args:
        recognised_by: any of these in a cell means that a book is of this producer.
        edition: finds the year of the edition in a running head.
        edition_lag: years from the data to the edition that prints them, for pages without a running head.
        notes: cells that are no part of a table.
        not_wanted: titles of tables that are left out.
        reworked: header cells by which a copy is known that somebody has put together from several tables.
        tables: those that are wanted.
        doubts: single figures.
    """

    recognised_by: tuple[Pattern, ...]
    edition: Pattern | None = None
    edition_lag: int | None = None
    notes: tuple[Pattern, ...] = ()
    not_wanted: tuple[Unwanted, ...] = ()
    reworked: Pattern | None = None
    tables: tuple[YearbookTable, ...]
    doubts: tuple[Doubt, ...] = ()

    def table(self, title: str) -> tuple[YearbookTable, Title] | None:
        """The table that a title names."""
        named = ((table, one) for table in self.tables for one in table.titles if re.search(one.pattern, title))
        return next(named, None)
