"""returned: the returns of reporting units → observations: the totals of every form, all versions, latest first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pyarrow as pa

from pipelines.catalog import Catalog
from pipelines.methods.periods import AS_AT

SOURCES = "facts.source"
OBSERVATIONS = "facts.observation"
WIDE = ("workforce", "skill", "rights", "union", "innovation", "enterprise", "governance")
BROKEN_DOWN = ("workforce", "skill")  # forms with industry × ownership, whose totals are taken
SUMMARY = "contest_summary"
STREAMS = {
    "emulation_grassroots_times": ("emulation", "grassroots"),
    "emulation_above_times": ("emulation", "above_grassroots"),
    "skill_grassroots_times": ("skill", "grassroots"),
    "skill_above_times": ("skill", "above_grassroots"),
}
# what is counted from the register of contests: measure → SQL over its rows; a measure counted twice is left out
REGISTER = {
    "contests_total": "count(*)",
    "contests_emerging": "count(*) FILTER (WHERE is_emerging)",
    "contests_leading": "count(*) FILTER (WHERE is_leading)",
    "entrants_skill": "sum(CASE WHEN kind = 'skill' THEN entrants ELSE 0 END)",
    "promoted_skill": "sum(CASE WHEN kind = 'skill' THEN promoted ELSE 0 END)",
} | {
    name: f"sum({name})"
    for name in ("entrants", "entrants_female", "entrants_migrant", "entrants_frontline", "entrants_nonpublic",
                 "finalists", "award_first", "award_second", "award_third", "promoted", "promoted_to_high", "honours")
}  # fmt: skip


class ReturnsError(ValueError):
    """Returns that do not belong together: names form, unit, period and version."""


def observations(con: duckdb.DuckDBPyConnection, catalog: Catalog) -> dict[str, pa.Table]:
    """facts.source and facts.observation from the tables `returns.*` of the connection.

    Every total of every form is one observation a version; `source_rank` 1 is the latest version. What is counted
    from the register of contests takes each contest once, at its unit and at every unit above it. An empty cell is
    an observation with its reason: the one given with the return, else not_reported.

    Args:
        con: a connection to the warehouse, with `returns.*`.
        catalog: the catalogue of the channel.

    Returns:
        The two tables by name, in the columns and order that the catalogue declares.

    Raises:
        ReturnsError: a return has no receipt, or contests no summary: they would be left out.
    """
    _declare(con, catalog)
    con.execute("CREATE OR REPLACE TEMP TABLE cell AS " + " UNION ALL ".join(_cells(catalog)))
    columns = ", ".join(f'"{name}"' for name in catalog.tables[OBSERVATIONS].columns)
    _demand_receipts(con)
    found = con.sql(f"SELECT {columns} FROM ({_OBSERVATION}) ORDER BY observation_id").to_arrow_table()
    return {SOURCES: con.sql(_SOURCE).to_arrow_table(), OBSERVATIONS: found}


def _declare(con: duckdb.DuckDBPyConnection, catalog: Catalog) -> None:
    """The parts of the catalogue that the SQL below reads, as temporary tables."""
    printed = {name: next((text for text, factor in one.printed.items() if factor == 1), name)
               for name, one in catalog.units_of_measure.items()}  # fmt: skip
    measures = [(name, one.unit, printed[one.unit], one.kind in AS_AT) for name, one in catalog.measures.items()]
    _table(con, "measure_kind", ("measure_id", "unit_of_measure", "unit_printed", "is_as_at"), measures)
    forms = [(form_id, form.name.zh) for form_id, form in catalog.forms.items()]
    _table(con, "form_title", ("form_id", "title"), forms)
    above = [(code, upper) for code in catalog.reporting_units for upper in _upwards(code, catalog)]
    _table(con, "counted_at", ("unit_code", "upper_code"), above)


def _demand_receipts(con: duckdb.DuckDBPyConnection) -> None:
    """Every version of a form has its receipt, and every unit with contests its summary."""
    keys = "form_id, unit_code, period, obs_vintage"
    contests = f"SELECT 'contest' AS form_id, unit_code, period, obs_vintage FROM ({_LATEST_CONTESTS})"
    lost = con.sql(f"""
        (SELECT {keys} FROM cell UNION {contests}) EXCEPT SELECT {keys} FROM returns.receipt UNION ALL
        ({contests} EXCEPT SELECT 'contest', unit_code, period, obs_vintage FROM returns.{SUMMARY})
        ORDER BY ALL""").fetchall()
    if lost:
        named = "; ".join(f"{form} {unit} {period} v{vintage}" for form, unit, period, vintage in lost[:5])
        raise ReturnsError(
            f"{len(lost)} 份报表没有收报登记（或竞赛登记没有汇总表）：{named}。请补登记后重新运行。\n"
            f"Found {len(lost)} returns without a receipt (or contests without a summary): {named}."
            " Wanted one each; register them and run again."
        )


def _table(
    con: duckdb.DuckDBPyConnection, name: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]]
) -> None:
    arrays = [list(column) for column in zip(*rows, strict=True)]
    con.register("declared_rows", pa.table(dict(zip(columns, arrays, strict=True))))
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM declared_rows")
    con.unregister("declared_rows")


def _upwards(code: str, catalog: Catalog) -> Iterator[str]:
    """The unit and every unit above it."""
    step: str | None = code
    while step is not None:
        yield step
        step = catalog.reporting_units[step].parent


def _cells(catalog: Catalog) -> Iterator[str]:
    """SQL for the cells of every form: form, unit, period, version, measure, kind of contest, organiser, value."""
    for form in WIDE:
        measures = ", ".join(catalog.measures_by_dataset[form])
        totals = "WHERE industry = '_T' AND ownership = '_T'" if form in BROKEN_DOWN else ""
        rows = f'SELECT unit_code, period, obs_vintage, {measures} FROM returns."{form}" {totals}'
        yield (f"SELECT '{form}' AS form_id, unit_code, period, obs_vintage, measure_id, '_T' AS contest_kind,"
               f" '_T' AS organiser, value FROM ({rows})"
               f" UNPIVOT INCLUDE NULLS (value FOR measure_id IN ({measures}))")  # fmt: skip
    own = "contest_person_times, units_running_contests"
    yield (f"SELECT 'contest', unit_code, period, obs_vintage, measure_id, '_T', '_T', value"
           f" FROM (SELECT unit_code, period, obs_vintage, {own} FROM returns.{SUMMARY})"
           f" UNPIVOT INCLUDE NULLS (value FOR measure_id IN ({own}))")  # fmt: skip
    for column, (kind, organiser) in STREAMS.items():
        yield (f"SELECT 'contest', unit_code, period, obs_vintage, 'contest_person_times', '{kind}', '{organiser}',"
               f" {column} FROM returns.{SUMMARY}")  # fmt: skip
    yield from _register()


def _register() -> Iterator[str]:
    """SQL for what is counted from the register, at the latest version of the summary of each unit.

    A filtered sum over no contest of that kind is 0; one over contests that all lack the figure stays empty.
    """
    for measure, counted in REGISTER.items():
        yield (f"SELECT 'contest', upper_code, period, obs_vintage, '{measure}', '_T', '_T',"
               f" CAST(value AS DECIMAL(28, 9))"
               f" FROM (SELECT c.upper_code, r.period, {counted} AS value FROM ({_LATEST_CONTESTS}) r"
               f" JOIN counted_at c USING (unit_code) GROUP BY ALL)"
               f" JOIN (SELECT unit_code AS upper_code, period, max(obs_vintage) AS obs_vintage"
               f" FROM returns.{SUMMARY} GROUP BY ALL) USING (upper_code, period)")  # fmt: skip


_LATEST_CONTESTS = """
    SELECT * FROM returns.contest
    QUALIFY obs_vintage = max(obs_vintage) OVER (PARTITION BY unit_code, period)
"""
_SOURCE = """
    SELECT 'R-' || form_id AS source_id, '演示数据（虚构） / demonstration, invented' AS publisher, title,
        NULL::VARCHAR AS published, 'A' AS grade, NULL::VARCHAR AS url
    FROM form_title ORDER BY source_id
"""
_OBSERVATION = """
    SELECT concat_ws(':', 'returns', form_id, unit_code, period, 'v' || obs_vintage, measure_id,
               nullif(contest_kind, '_T'), nullif(organiser, '_T')) AS observation_id,
        unit_code, period, CASE WHEN is_as_at THEN period_end ELSE period_start END AS period_start, period_end,
        calendar, measure_id, '_T' AS industry, '_T' AS ownership, '_T' AS sex, '_T' AS age, '_T' AS education,
        contest_kind, organiser, '_T' AS scope_id, 'R-' || form_id AS source_id, received AS vintage,
        value, value AS value_low, value AS value_high, unit_of_measure,
        regexp_replace(CAST(value AS VARCHAR), '\\.?0+$', '') AS value_printed, unit_printed, obs_status,
        CASE WHEN value IS NULL THEN coalesce(missing_reason, 'not_reported') END AS missing_reason,
        'exact' AS qualifier, 'printed' AS derivation, 'stated' AS period_certainty, 'free' AS confidentiality,
        'A' AS grade,
        row_number() OVER (PARTITION BY unit_code, period, measure_id, contest_kind, organiser
                           ORDER BY obs_vintage DESC) AS source_rank,
        'returns.' || form_id AS source_file, obs_vintage AS source_line,
        coalesce(a.note_zh, r.note_zh) AS note_zh, coalesce(a.note_en, r.note_en) AS note_en,
        form_id AS origin_file, NULL::VARCHAR AS origin_hash,
        concat_ws(' ', unit_code, period, 'v' || obs_vintage) AS origin_sheet, measure_id AS origin_cell
    FROM cell
    JOIN measure_kind USING (measure_id)
    JOIN returns.receipt r USING (form_id, unit_code, period, obs_vintage)
    LEFT JOIN (SELECT * FROM returns.absent_cell WHERE industry = '_T' AND ownership = '_T') a
        USING (form_id, unit_code, period, obs_vintage, measure_id)
"""
