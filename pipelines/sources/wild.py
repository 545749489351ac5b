"""wild: what a reader of published tables gives back: figures with their cells, findings, and a count of every cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from pipelines.catalog import Catalog
from pipelines.grid import Book

Severity = Literal["hard", "soft", "info"]


@dataclass(frozen=True)
class Origin:
    """Where a figure stands: file, SHA-256 of its bytes, sheet and cell ("C7")."""

    file: str
    sha256: str
    sheet: str
    cell: str


@dataclass(frozen=True)
class Found:
    """One figure of one cell, as printed; the names and codes are those of data/catalog.

    `value` keeps the printed digits, without thousands separators; it is empty where `missing_reason` is given.
    `unit` is the printed unit. `published` is the date or year of the edition: the vintage.
    """

    unit_code: str
    period: str
    measure_id: str
    value: str
    unit: str
    origin: Origin
    table_id: str
    title: str
    publisher: str
    published: str = ""
    industry: str = "_T"
    scope_id: str = "_T"
    qualifier: str = "exact"
    missing_reason: str = ""
    note_zh: str = ""
    note_en: str = ""

    @property
    def fact(self) -> tuple[str, ...]:
        """What the figure speaks of, whoever printed it."""
        return (self.unit_code, self.period, self.measure_id, self.industry, self.scope_id)


@dataclass(frozen=True)
class Finding:
    """Something odd in a file: where, what was found, what was wanted, what to do next."""

    code: str
    severity: Severity
    file: str
    sheet: str
    cell: str
    found: str
    wanted: str
    next_zh: str
    next_en: str


@dataclass(frozen=True)
class Refused:
    """Why a whole file gives no figures: the same words as a finding."""

    code: str
    found: str
    wanted: str
    next_zh: str
    next_en: str


@dataclass
class Reading:
    """What one file gave. cells_read = cells_accepted + cells_refused + cells_ignored.

    A cell read is a cell with text. Accepted: it became a figure, or it is a label (title, header, region, unit)
    that a figure rests on. Ignored by declaration: notes, sources, macro-regions, running numbers, columns that
    the producer's declaration names as not wanted. Refused: everything else, each with a finding.
    """

    producer: str
    table_id: str
    figures: list[Found] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    refused: Refused | None = None
    cells_read: int = 0
    cells_accepted: int = 0
    cells_refused: int = 0
    cells_ignored: int = 0


@dataclass(frozen=True)
class Sidecar:
    """What a file does not say of itself, said by a person, with who says it.

    Args:
        indicator: the indicator's printed name with its unit, e.g. "国内专利申请受理量(项)".
        year: the year of the data, where the file does not state it.
        stated_by: who says so, and why.
    """

    indicator: str | None
    year: int | None
    stated_by: str


class Reader(Protocol):
    """A reader of one producer's tables; it finds columns by their header text, never by position."""

    producer: str

    def recognises(self, book: Book) -> bool:
        """Whether this is a table of the producer, by its content; the file's name is only a hint."""
        ...

    def read(self, book: Book, catalog: Catalog, sidecar: Sidecar | None) -> Sequence[Reading]:
        """The tables of the book: one reading a table (a sheet may hold several, a table may span sheets)."""
        ...
