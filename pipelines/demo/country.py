"""country: the returns of the demonstration country, made from its declaration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipelines.catalog import Catalog
from pipelines.demo.absences import Absences, absences
from pipelines.demo.columns import from_rows
from pipelines.demo.contests import Row, register
from pipelines.demo.contributions import structure
from pipelines.demo.draws import stream
from pipelines.demo.employment import employed
from pipelines.demo.explanations import explained
from pipelines.demo.faults import faults as declared_faults
from pipelines.demo.faults import plant
from pipelines.demo.filed import Filed, absent_cells, contribution_table, form_table
from pipelines.demo.land import Land, land
from pipelines.demo.methods import Drawing
from pipelines.demo.models import Country
from pipelines.demo.reading import DemoError, read
from pipelines.demo.receipts import Receipt, period_days, receipts
from pipelines.demo.summary import add_summary

Counts = NDArray[np.int64]
CONTEST = "contest"
SUMMARY = "contest_summary"
ROSTER = "craftsmen_national_cum"


@dataclass(frozen=True)
class Drawn:
    """Everything drawn, before it is written into rows: figures of the leaves, contests and receipts."""

    land: Land
    measures: Mapping[str, tuple[str, ...]]  # table of a form: its measures
    values: Mapping[str, Counts]
    contests: Sequence[Row]
    absences: Absences
    receipts: Sequence[Receipt]


def country(catalog: Catalog, folder: Path, *, scale: int = 1, faults: Sequence[str] = ()) -> dict[str, pa.Table]:
    """The returns of the demonstration country, table by table, as `tables.yaml` declares them.

    Args:
        catalog: the catalogue of the demonstration channel.
        folder: where country.yaml and faults.yaml lie.
        scale: 1, or about how many times as many units; the added ones are invented cities of the provinces.
        faults: names of planted faults, ids of rules, or "all".

    Raises:
        DemoError: a declaration or a name cannot stand.
    """
    if scale < 1:
        raise DemoError(f"scale: found {scale}, wanted 1 or more. 规模应为不小于 1 的整数。")
    drawn = draw(catalog, read(folder / "country.yaml", Country), scale)
    tables = dict(sorted(_tables(drawn, catalog)))
    return plant(tables, declared_faults(folder / "faults.yaml", catalog), faults) if faults else tables


def draw(catalog: Catalog, declared: Country, scale: int = 1) -> Drawn:
    """Draws all figures of the country, form by form in declared order."""
    place = land(catalog, declared, scale)
    measures = {form: _measures(catalog, form) for form in declared.forms}
    filing = {_form_id(form): measures[form] for form in declared.forms}
    empty = absences(place, filing)
    returns = receipts(place, catalog, sorted(filing))
    values: dict[str, Counts] = {"employed_total": employed(place)}
    contests: list[Row] = []
    for form, methods in declared.forms.items():
        values |= _timeliness(place, returns) if form == "governance" else {}
        drawing = Drawing(place, is_total_only=form in declared.totals_only)
        for name, method in methods.items():
            drawing.draw(name, method, values)
        if form == SUMMARY:
            contests = register(place, values["staff_avg"], values["employed_total"])
            add_summary(values, place, contests)
    returns = explained(returns, place, filing, values, empty)
    return Drawn(place, measures, values, contests, empty, returns)


def _measures(catalog: Catalog, form: str) -> tuple[str, ...]:
    return tuple(name for name in catalog.tables[f"returns.{form}"].columns if name in catalog.measures)


def _form_id(form: str) -> str:
    """The summary of contests is filed with their register, on one form."""
    return CONTEST if form == SUMMARY else form


def _timeliness(place: Land, returns: Sequence[Receipt]) -> dict[str, Counts]:
    """Returns due and on time, counted from the receipts."""
    due, on_time = (np.zeros((len(place.nodes), len(place.years), 1, 1), dtype=np.int64) for _ in range(2))
    for one in returns:
        if one.node.code in place.place and one.vintage == 1:
            key = place.place[one.node.code], place.years.index(int(one.period))
            due[key] += 1
            on_time[key] += one.is_on_time
    return {"returns_due": due, "returns_on_time": on_time}


def _tables(drawn: Drawn, catalog: Catalog) -> Iterator[tuple[str, pa.Table]]:
    behind = structure(drawn.values["employed_total"], drawn.land)
    empty: list[dict[str, object]] = []
    for form, measures in drawn.measures.items():
        filed = Filed(_form_id(form), _filed(drawn, _form_id(form)),
                      {name: _of_form(drawn, name) for name in measures}, drawn.land, drawn.absences)  # fmt: skip
        yield f"returns.{form}", form_table(f"returns.{form}", filed, measures, catalog)
        beside = f"returns.{form}_contribution"
        if beside in catalog.tables:
            yield beside, contribution_table(beside, filed, measures, behind, catalog)
        empty += absent_cells(filed, measures)
    yield "returns.absent_cell", from_rows("returns.absent_cell", empty, catalog)
    yield "returns.contest", from_rows("returns.contest", _contest_rows(drawn), catalog)
    yield "returns.receipt", from_rows("returns.receipt", map(_receipt_row, drawn.receipts), catalog)
    yield "returns.craftsman", from_rows("returns.craftsman", _roster(drawn), catalog)


def _of_form(drawn: Drawn, name: str) -> Counts:
    if name not in drawn.values:
        raise DemoError(f"country.yaml, forms: found no declaration of {name}, wanted one for every measure of a form."
                        " Add it. 缺少该数据项的生成方法，请补充。")  # fmt: skip
    return drawn.values[name]


def _filed(drawn: Drawn, form_id: str) -> list[Receipt]:
    """The returns of a form that came, in the order of their rows."""
    came = [one for one in drawn.receipts if one.form == form_id and one.received is not None]
    return sorted(came, key=lambda one: (one.node.code, one.period, one.vintage))


def _receipt_row(one: Receipt) -> dict[str, Any]:
    first, last = period_days(one.period)
    return {
        "form_id": one.form,
        "form_version": one.version,
        "unit_code": one.node.code,
        "unit_name": one.node.name.zh,
        "period": one.period,
        "period_start": first.isoformat(),
        "period_end": last.isoformat(),
        "calendar": "union",
        "obs_vintage": one.vintage,
        "obs_status": one.status,
        "due_date": one.due.isoformat(),
        "received": one.received.isoformat() if one.received else None,
        "state": "signed" if one.received else "overdue",
        "note_zh": " ".join(words.zh for words in one.notes) or None,
        "note_en": " ".join(words.en for words in one.notes) or None,
    }


def _contest_rows(drawn: Drawn) -> Iterator[Row]:
    """The register in every version that came; a first version counts the largest contest's entrants too high."""
    versions: dict[tuple[str, str], list[int]] = {}
    for one in _filed(drawn, CONTEST):
        versions.setdefault((one.node.code, one.period), []).append(one.vintage)
    largest: dict[tuple[str, str], int] = {}
    for row in drawn.contests:
        key = (row["unit_code"], row["period"])
        largest[key] = max(largest.get(key, 0), row["entrants"])
    for row in drawn.contests:
        key = (row["unit_code"], row["period"])
        held = versions.get(key, [])
        for vintage in held:
            surplus = row["entrants"] // 200 if vintage < max(held) and row["entrants"] == largest[key] else 0
            yield row | {"obs_vintage": vintage, "entrants": row["entrants"] + surplus}


def _roster(drawn: Drawn) -> Iterator[dict[str, str]]:
    """National craftsmen by year of naming: as many as the units report; no names."""
    total = drawn.absences.given("skill", ROSTER, drawn.values[ROSTER], drawn.land).sum(axis=(2, 3))
    named: list[tuple[str, str]] = []
    for place, node in enumerate(drawn.land.nodes):
        gains = np.diff(total[place], prepend=0)
        for year, gain in zip(drawn.land.years, gains, strict=True):
            named += [(str(max(year, drawn.land.country.first)), node.code)] * int(gain)
    order = stream(drawn.land.country.seed, "roster", "order").permutation(len(named))
    shuffled = sorted((named[place] for place in order), key=lambda one: one[0])
    number: dict[str, int] = {}
    for year, unit in shuffled:
        number[year] = number.get(year, 0) + 1
        yield {"craftsman_id": f"C{year}-{number[year]:04d}", "unit_code": unit, "named_year": year}
