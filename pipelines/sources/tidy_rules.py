"""tidy_rules: what a row of our own source files must say to be staged."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from pipelines.catalog import Catalog
from pipelines.methods.bounded import PLAIN
from pipelines.methods.periods import PeriodError, period

FIGURE = (
    "unit_code", "period", "measure_id", "contest_kind", "organiser", "scope_id", "value", "unit", "qualifier",
    "derivation", "period_certainty", "missing_reason", "grade", "publisher", "title", "published", "url",
    "note_zh", "note_en",
)  # fmt: skip
ORIGIN = ("industry", "table_id", "origin_file", "origin_hash", "origin_sheet", "origin_cell")
IMPORTED = FIGURE + ORIGIN
TARGET = (
    "target_id", "unit_code", "period", "value", "unit", "qualifier", "grade", "publisher", "title", "published",
    "url", "note_zh", "note_en",
)  # fmt: skip
CLOSED = ("contest_kind", "organiser", "qualifier", "derivation", "period_certainty", "grade")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
NATION = ("000000",)


@dataclass
class Refusal:
    """Why a row is refused: the column, what was found, what was wanted, what to do next."""

    column: str
    found: str
    wanted: str
    next_zh: str = "请改正该行；如来源确实如此，请在 data/catalog 中登记"
    next_en: str = "Mend the row; if the source really says so, declare it under data/catalog"


def refusals(row: Mapping[str, str], columns: tuple[str, ...], catalog: Catalog, stem: str) -> list[Refusal]:
    """Every reason why a row cannot be staged; empty when it can."""
    found = _common_faults(row, catalog)
    return found + (_target_faults(row, catalog) if columns is TARGET else _figure_faults(row, catalog, stem))


def _common_faults(row: Mapping[str, str], catalog: Catalog) -> list[Refusal]:
    found = []
    if row["unit_code"] not in catalog.reporting_units:
        found.append(Refusal("unit_code", row["unit_code"], "a code of reporting_units.csv"))
    for column in CLOSED:
        allowed = catalog.columns[column].values or ()
        if column in row and row[column] not in allowed:
            found.append(Refusal(column, row[column], " | ".join(allowed)))
    if not row["publisher"].strip() or not row["title"].strip():
        found.append(Refusal("publisher", row["publisher"] + row["title"], "publisher and title of the publication"))
    if not _is_day(row["published"]):
        found.append(Refusal("published", row["published"], "a date: YYYY, YYYY-MM, YYYY-MM-DD, or empty"))
    for column, text in row.items():
        if CONTROL.search(text):
            found.append(Refusal(column, repr(text)[:80], "no control character"))
    if row["grade"] in ("C", "D") and row["url"]:
        found.append(Refusal("url", row["url"], "empty: the address of a mirror is never shown", "请删去镜像网址",
                             "Remove the mirror's address"))  # fmt: skip
    if row["url"] and not row["url"].startswith(("http://", "https://")):
        found.append(Refusal("url", row["url"], "http:// or https://"))
    return found


def _is_day(text: str) -> bool:
    """Whether the text is a date, with or without day and month, or empty."""
    whole = {4: text + "-01-01", 7: text + "-01", 10: text}.get(len(text))
    try:
        return not text or (whole is not None and bool(date.fromisoformat(whole)))
    except ValueError:
        return False


def _figure_faults(row: Mapping[str, str], catalog: Catalog, stem: str) -> list[Refusal]:
    found = []
    if row["scope_id"] not in catalog.scopes:
        found.append(Refusal("scope_id", row["scope_id"], "a code of scopes.yaml"))
    if row.get("industry", "_T") not in catalog.industries:
        found.append(Refusal("industry", row["industry"], "a section of industries.yaml"))
    measure = catalog.measures.get(row["measure_id"])
    if measure is None:
        return [*found, Refusal("measure_id", row["measure_id"], "a measure declared under data/catalog/measures")]
    unit = catalog.units_of_measure[measure.unit]
    if row["unit"] not in unit.printed:
        wanted = f"{' | '.join(unit.printed)} ({stem}: {row['measure_id']} is counted in {measure.unit})"
        found.append(Refusal("unit", row["unit"], wanted))
    try:
        days = period(row["period"], measure.kind)
    except PeriodError as fault:
        return [*found, Refusal("period", row["period"], str(fault)), *_value_faults(row, catalog)]
    reporting = catalog.reporting_units.get(row["unit_code"])
    if reporting and not reporting.was_valid_on(days.end):
        valid = f"a period within {reporting.valid_from} – {reporting.valid_to or '…'} ({row['unit_code']})"
        found.append(Refusal("period", row["period"], valid))
    return found + _value_faults(row, catalog)


def _value_faults(row: Mapping[str, str], catalog: Catalog) -> list[Refusal]:
    reasons = catalog.columns["missing_reason"].values or ()
    if row["value"]:
        if row["missing_reason"]:
            return [Refusal("missing_reason", row["missing_reason"], "empty beside a value")]
        is_number = PLAIN.fullmatch(row["value"]) is not None
        return [] if is_number else [Refusal("value", row["value"], "a plain number, digits as printed")]
    if row["missing_reason"] not in reasons:
        return [Refusal("value", "(empty)", f"a number, or a missing_reason: {' | '.join(reasons)}")]
    return []


def _target_faults(row: Mapping[str, str], catalog: Catalog) -> list[Refusal]:
    """A statement must say what the declared target says: unit, period and value."""
    target = catalog.targets.get(row["target_id"])
    if target is None:
        return [Refusal("target_id", row["target_id"], "an entry of targets.yaml")]
    if not PLAIN.fullmatch(row["value"]):
        return [Refusal("value", row["value"], "a plain number, digits as printed")]
    found = []
    printed = catalog.units_of_measure[target.unit].printed
    stated = Fraction(row["value"]) * Fraction(printed[row["unit"]]) if row["unit"] in printed else None
    if stated is None:
        found.append(Refusal("unit", row["unit"], " | ".join(printed)))
    elif row["value"] != target.printed and stated not in (target.value, target.value_high):
        found.append(Refusal("value", row["value"], f"the declared value {target.value} ({target.unit})"))
    if row["unit_code"] not in (NATION if target.group else target.units):
        found.append(Refusal("unit_code", row["unit_code"], " | ".join(target.units)))
    window = f"{target.window_start}/{target.due}"
    if row["period"] not in (target.due, window):
        found.append(Refusal("period", row["period"], f"{target.due} | {window}"))
    return found
