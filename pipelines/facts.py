"""facts: staged tables → one long table of observations, with vintages and ranked sources."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipelines.catalog import Catalog
from pipelines.methods.bounded import Bounded, printed_number
from pipelines.methods.periods import period

TOTAL = "_T"
VERIFIED = ("A", "B")
BREAKDOWNS = ("ownership", "sex", "age", "education")
FACT = ("unit_code", "period", "measure_id", "industry", "contest_kind", "organiser", "scope_id")
Row = Mapping[str, Any]


def source_id(row: Row) -> str:
    """A short name of a publication, the same wherever its publisher, title and date are."""
    words = "\n".join(str(row[column] or "") for column in ("publisher", "title", "published", "grade"))
    return "S" + hashlib.sha256(words.encode()).hexdigest()[:10]


def sources(figures: Iterable[Row], targets: Iterable[Row]) -> list[dict[str, Any]]:
    """Every publication that a figure or target was taken from, once.

    Returns:
        source_id, publisher, title, published, grade, url (None for grades C and D).
    """
    found: dict[str, dict[str, Any]] = {}
    for row in (*figures, *targets):
        named = {column: row[column] for column in ("publisher", "title", "published", "grade", "url")}
        found.setdefault(source_id(row), {"source_id": source_id(row)} | named)
    return list(found.values())


def observations(figures: Sequence[Row], catalog: Catalog) -> list[dict[str, Any]]:
    """All facts, one a row; a figure that was not given is a row with its reason.

    Returns:
        One row per unit, period, calendar, measure, breakdowns, scope, source and vintage, with value and
        its interval from rounding in the measure's unit. source_rank orders the sources of one fact:
        verified first, printed before derived, better grade, later publication; they are never averaged.
    """
    rows = [_observation(row, catalog) for row in figures]
    by_fact: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_fact[tuple(row[column] for column in FACT)].append(row)
    for found in by_fact.values():
        found.sort(key=_precedence)
        for rank, row in enumerate(found, start=1):
            row["source_rank"] = rank
    return rows


def _precedence(row: Row) -> tuple[Any, ...]:
    """Given before not given, verified before unverified, printed before derived, grade, then newest first."""
    published = str(row["vintage"]).ljust(10)  # a year alone is older than any day of it; none is oldest
    newest_first = [-ord(letter) for letter in published]
    return (row["value"] is None, row["grade"] not in VERIFIED, row["derivation"] != "printed", row["grade"],
            newest_first, row["source_file"], row["source_line"])  # fmt: skip


def _observation(row: Row, catalog: Catalog) -> dict[str, Any]:
    measure = catalog.measures[row["measure_id"]]
    unit = catalog.units_of_measure[measure.unit]
    days = period(row["period"], measure.kind)
    printed = row["value_printed"]
    factor = unit.printed[row["unit_printed"]]
    number = printed_number(printed, row["qualifier"], factor, is_count=unit.is_count) if printed else None
    name = str(row["source_file"]).removeprefix("data/").removeprefix("sources/").removesuffix(".csv")
    kept = ("unit_code", "period", "measure_id", "contest_kind", "organiser", "scope_id", "value_printed",
            "unit_printed", "missing_reason", "qualifier", "derivation", "period_certainty", "grade", "source_file",
            "source_line", "note_zh", "note_en", "origin_file", "origin_hash", "origin_sheet",
            "origin_cell")  # fmt: skip
    breakdowns = dict.fromkeys(BREAKDOWNS, TOTAL)
    totals = {column: row.get(column) or TOTAL for column in ("contest_kind", "organiser", "scope_id", "industry")}
    return {
        **{column: row[column] for column in kept},
        **totals,
        **breakdowns,
        **_interval(number),
        "observation_id": f"{name}:{row['source_line']}",
        "period_start": days.start.isoformat(),
        "period_end": days.end.isoformat(),
        "calendar": "calendar",
        "source_id": source_id(row),
        "vintage": row["published"] or "",
        "unit_of_measure": measure.unit,
        "obs_status": "final",
        "confidentiality": "free",
    }


def _interval(number: Bounded | None) -> dict[str, Any]:
    if number is None:
        return {"value": None, "value_low": None, "value_high": None}
    return {"value": number.value, "value_low": number.low, "value_high": number.high}
