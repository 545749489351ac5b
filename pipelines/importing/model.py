"""model: what a sweep found out: one outcome a file and table, the figures to keep, and what was odd."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal

from pipelines.catalog import Catalog
from pipelines.sources.wild import Finding, Found, Reading, Refused

Kind = Literal["imported", "refused", "duplicate", "repeats", "ignored"]
Fact = tuple[str, ...]
READ = ("imported", "repeats")
OTHER_CONTENT = "other_content"


@dataclass
class Outcome:
    """What became of one table of one file; of the whole file where no table was found.

    Args:
        name: the file, below the folder that was named.
        kind: imported, refused, duplicate (the same bytes as another file), repeats (only figures that another
            file gives too), or ignored.
        why: the reason, where it is not imported.
        reading: what the reader gave; its figures are those to keep.
        repeated: figures that another file or publication gives too, kept once.
    """

    name: str
    sha256: str
    kind: Kind
    format: str = ""
    encoding: str = ""
    why: Refused | None = None
    reading: Reading = field(default_factory=lambda: Reading("", ""))
    repeated: int = 0
    is_stated_aside: bool = False

    @property
    def findings(self) -> list[Finding]:
        """What was odd in the table."""
        return self.reading.findings

    def refuse(self, why: Refused) -> None:
        """Refuses the whole table: no figure is kept, and no cell was accepted."""
        reading = self.reading
        self.kind, self.why, reading.refused, reading.figures = "refused", why, why, []
        reading.cells_refused += reading.cells_accepted
        reading.cells_accepted = 0

    def refuse_figures(self, figures: Sequence[Found], finding: Finding) -> None:
        """Refuses single figures with a finding; a cell that held nothing was not counted."""
        gone = {id(one) for one in figures}
        cells = {(one.origin.sheet, one.origin.cell) for one in figures if one.value}
        self.reading.figures = [one for one in self.reading.figures if id(one) not in gone]
        kept = {(one.origin.sheet, one.origin.cell) for one in self.reading.figures}
        moved = min(len(cells - kept), self.reading.cells_accepted)
        self.reading.cells_accepted -= moved
        self.reading.cells_refused += moved
        self.findings.append(finding)


@dataclass(frozen=True)
class Known:
    """A figure that stands under data/sources already.

    Args:
        fact: as wild.Found.fact.
        identity: fact and publication: two figures of one identity cannot both stand.
        table: what it is compared as: the file and table that it came from.
        number: in the measure's canonical unit; None where nothing was stated.
        step: the unit of its last printed digit.
        place: file, then sheet and cell, or the line of a file of ours.
        row: the row as it stands.
        line: the file of data/sources and the line that it stands in.
    """

    fact: Fact
    identity: Fact
    table: str
    number: Fraction | None
    step: Fraction
    place: str
    row: Mapping[str, str]
    line: str


@dataclass
class Sweep:
    """All outcomes, in the order of the files.

    Args:
        grades: by producer, for the rows.
        is_replacing: whether a file takes the place of a standing one of its name with other content.
    """

    outcomes: list[Outcome]
    grades: Mapping[str, str]
    is_replacing: bool = False

    def findings(self) -> Iterator[Finding]:
        """Every finding, in the order of the files."""
        for one in self.outcomes:
            yield from one.findings

    @property
    def is_hard(self) -> bool:
        """Whether anything hard was found in what is imported."""
        return any(one.severity == "hard" for one in self.findings())


def identity(one: Found) -> Fact:
    """The fact and its publication."""
    return (*one.fact, one.publisher, one.title, one.published)


def amount(one: Found, catalog: Catalog) -> Fraction | None:
    """The figure in the canonical unit of its measure; None where nothing was stated."""
    if not one.value:
        return None
    unit = catalog.units_of_measure[catalog.measures[one.measure_id].unit]
    return Fraction(one.value) * Fraction(unit.printed[one.unit])


def renamed(reading: Reading, name: str) -> Reading:
    """The reading with the file's name as the sweep knows it."""
    reading.figures = [replace(one, origin=replace(one.origin, file=name)) for one in reading.figures]
    reading.findings = [replace(one, file=name) for one in reading.findings]
    return reading
