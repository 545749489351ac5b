"""rows: figures and outcomes as rows of data/sources and data/imports, and back."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from pipelines.catalog import Catalog
from pipelines.importing.model import OTHER_CONTENT, READ, Known, Outcome, Sweep
from pipelines.methods.bounded import PLAIN
from pipelines.sources.declarations import DeclarationError, unusable
from pipelines.sources.tidy_rules import FIGURE, IMPORTED, refusals
from pipelines.sources.wild import Finding, Found

TOTAL = "_T"
DIGITS = 16
FORMULA = ("=", "+", "-", "@", "\t", "\r")
FILES = ("input_name", "file_hash", "format", "encoding", "producer", "table_id", "outcome", "rows", "units",
         "first_year", "last_year", "cells_read", "cells_accepted", "cells_refused", "cells_ignored", "code",
         "reason_zh", "reason_en")  # fmt: skip
FINDINGS = ("finding_id", "input_name", "sheet", "cell", "code", "severity", "found", "wanted", "next_step_zh",
            "next_step_en")  # fmt: skip
Row = dict[str, str]


def figure(one: Found, grade: str) -> Row:
    """One figure as a row of data/sources."""
    row = {
        "unit_code": one.unit_code, "period": one.period, "measure_id": one.measure_id, "contest_kind": TOTAL,
        "organiser": TOTAL, "scope_id": one.scope_id, "value": one.value, "unit": one.unit, "qualifier": one.qualifier,
        "derivation": "printed", "period_certainty": "stated", "missing_reason": one.missing_reason, "grade": grade,
        "publisher": one.publisher, "title": one.title, "published": one.published, "url": "", "note_zh": one.note_zh,
        "note_en": one.note_en, "industry": one.industry, "table_id": one.table_id, "origin_file": one.origin.file,
        "origin_hash": one.origin.sha256[:DIGITS], "origin_sheet": one.origin.sheet, "origin_cell": one.origin.cell,
    }  # fmt: skip
    return {column: text if column == "value" else plain(text) for column, text in row.items()}


def plain(text: str) -> str:
    """Text in one line that no spreadsheet takes for a formula."""
    line = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    return f"'{line}" if line.startswith(FORMULA) and line != "-" else line


def refuse_unstageable(outcome: Outcome, grades: Mapping[str, str], catalog: Catalog) -> None:
    """Refuses figures that the project's own rules for source files would refuse, with the same words."""
    for one in list(outcome.reading.figures):
        row = figure(one, grades.get(outcome.reading.producer, ""))
        faults = refusals({column: row[column] for column in FIGURE}, FIGURE, catalog, outcome.reading.producer)
        if faults:
            first = faults[0]
            outcome.refuse_figures([one], Finding("not_stageable", "hard", outcome.name, one.origin.sheet,
                                                  one.origin.cell, f"{first.column}: {first.found}", first.wanted,
                                                  first.next_zh, first.next_en))  # fmt: skip


def standing(sources: Path, catalog: Catalog) -> list[Known]:
    """The figures that stand under data/sources; a row that cannot be understood is left to the staging."""
    found = []
    for path in sorted(sources.glob("*.csv")):
        for line, row in enumerate(table(path), start=2):
            measure = catalog.measures.get(row.get("measure_id") or "")
            if measure is not None and set(FIGURE) <= set(row):
                factors = catalog.units_of_measure[measure.unit].printed
                found.append(_known(row, f"{path.name}#{line}", factors.get(row["unit"])))
    return found


def _known(row: Row, place: str, factor: object) -> Known:
    industry = row.get("industry") or TOTAL
    fact: tuple[str, ...] = (row["unit_code"], row["period"], row["measure_id"], industry, row["scope_id"])
    breakdowns = (row["contest_kind"], row["organiser"])
    if set(breakdowns) != {TOTAL}:
        fact = (*fact, *breakdowns)
    scale = Fraction(str(factor or 0))
    number = Fraction(row["value"]) * scale if scale and PLAIN.fullmatch(row["value"]) else None
    step = scale / 10 ** len(row["value"].partition(".")[2])
    table_of, line = place.partition("#")[0], place
    if row.get("origin_file"):
        table_of = f"{row['origin_file']}#{row['table_id']}"
        place = f"{row['origin_file']}#{row['origin_sheet']}!{row['origin_cell']}"
    identity = (*fact, row["publisher"], row["title"], row["published"])
    return Known(fact, identity, table_of, number, step, place, row, line)


class Swept:
    """Which rows the files of a sweep bring anew: a file is known by its content, not by its name.

    A table refused for its other content brings nothing anew. Rows of another content go only where the sweep
    replaces; a row of the ledger that stands for no figures goes when its file and table are met again.

    Args:
        outcomes: of the sweep.
        is_replacing: whether rows of the same name and table, but of another content, go as well.
    """

    def __init__(self, outcomes: Sequence[Outcome], *, is_replacing: bool = False) -> None:
        self._contents = {one.sha256[:DIGITS] for one in outcomes if one.sha256}
        refused = [one for one in outcomes if one.why is not None and one.why.code == OTHER_CONTENT]
        self._spared = {(one.sha256[:DIGITS], plain(one.reading.table_id)) for one in refused}
        self._names = {(plain(one.name), plain(one.reading.table_id)) for one in outcomes}
        read = [one for one in outcomes if one.kind in READ and is_replacing]
        self._replaced = {(plain(one.name), plain(one.reading.table_id)) for one in read}

    def has_figure(self, row: Mapping[str, str]) -> bool:
        """Whether a row of data/sources comes from one of the files, or gives way to one."""
        if not row.get("origin_file"):
            return False
        return self._has(row["origin_file"], row["origin_hash"], row["table_id"])

    def has_file(self, row: Mapping[str, str]) -> bool:
        """Whether a row of the ledger speaks of one of the files, or gives way to one."""
        if row["outcome"] in READ:
            return self._has(row["input_name"], row["file_hash"][:DIGITS], row["table_id"])
        return row["file_hash"][:DIGITS] in self._contents or (row["input_name"], row["table_id"]) in self._names

    def _has(self, name: str, content: str, table_id: str) -> bool:
        is_met = content in self._contents and (content, table_id) not in self._spared
        return is_met or (name, table_id) in self._replaced


def ledger(one: Outcome) -> Row:
    """One outcome as a row of files.csv."""
    reading = one.reading
    years = sorted(figure.period[:4] for figure in reading.figures)
    why = one.why
    words = f"（读到：{why.found}；应为：{why.wanted}）" if why else ""
    words_en = f" (found: {why.found}; wanted: {why.wanted})" if why else ""
    also = bool(one.repeated) and one.kind == "imported"
    partly = (f"另有{one.repeated}个数与他处相同，只保留一份", f"{one.repeated} more stand elsewhere; kept once")
    row = {
        "input_name": one.name, "file_hash": one.sha256, "format": one.format, "encoding": one.encoding,
        "producer": reading.producer, "table_id": reading.table_id, "outcome": one.kind,
        "rows": str(len(reading.figures)), "units": str(len({figure.unit_code for figure in reading.figures})),
        "first_year": years[0] if years else "", "last_year": years[-1] if years else "",
        "cells_read": str(reading.cells_read), "cells_accepted": str(reading.cells_accepted),
        "cells_refused": str(reading.cells_refused), "cells_ignored": str(reading.cells_ignored),
        "code": why.code if why else "repeats_in_part" if also else "",
        "reason_zh": why.next_zh + words if why else partly[0] if also else "",
        "reason_en": why.next_en + words_en if why else partly[1] if also else "",
    }  # fmt: skip
    return {column: plain(text) for column, text in row.items()}


def finding(one: Finding) -> Row:
    """One finding as a row of findings.csv; its id is the same in every sweep."""
    words = (one.file, one.sheet, one.cell, one.code, one.found)
    finding_id = "F" + hashlib.sha256("\n".join(words).encode()).hexdigest()[:12]
    texts = (finding_id, one.file, one.sheet, one.cell, one.code, one.severity, one.found, one.wanted, one.next_zh,
             one.next_en)  # fmt: skip
    return dict(zip(FINDINGS, map(plain, texts), strict=True))


def table(path: Path, columns: Sequence[str] | None = None) -> list[Row]:
    """The rows of a CSV of ours; none where there is no file.

    Raises:
        DeclarationError: the file is no CSV in UTF-8, or has other columns than it must have.
    """
    if not path.is_file():
        return []
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines, restkey="*", restval="")
            found = list(reader)
    except (UnicodeDecodeError, csv.Error) as fault:
        raise DeclarationError(unusable(path.name, str(fault), "CSV, UTF-8")) from fault
    if columns is not None and tuple(reader.fieldnames or ()) != tuple(columns):
        raise DeclarationError(unusable(path.name, ",".join(reader.fieldnames or ())[:200], ",".join(columns)))
    if columns is not None and any("*" in row for row in found):
        raise DeclarationError(unusable(path.name, "a row with too many cells", f"{len(columns)} cells"))
    return [{key: value for key, value in row.items() if key != "*"} for row in found]


def by_producer(sweep: Sweep) -> dict[str, list[Row]]:
    """Producer → the rows that its tables gave."""
    found: dict[str, list[Row]] = {producer: [] for producer in sweep.grades}
    for one in sweep.outcomes:
        for each in one.reading.figures:
            found[one.reading.producer].append(figure(each, sweep.grades[one.reading.producer]))
    return found


def order(row: Mapping[str, str], catalog: Catalog) -> tuple[object, ...]:
    """Measure, period, unit in the catalogue's order, industry; then all else, so that no two orders are possible."""
    reporting = catalog.reporting_units.get(row["unit_code"])
    unit = reporting.order if reporting else 0
    return (row["measure_id"], row["period"], unit, row["industry"], *(row[column] for column in IMPORTED))
