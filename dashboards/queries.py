"""queries: SQL on a release: typed arguments in, a small frame of plain objects out.

Every frame has object columns: text as str, decimals as Decimal, counts as int, truth as bool, None where missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import pandas as pd

Con = duckdb.DuckDBPyConnection
NATION = "000000"
TOTAL = "_T"

HEADLINE = """
WITH usable AS (
    SELECT v.*, count(*) FILTER (v.break_before) OVER earlier AS stretch,
           (year(CAST(period_end AS DATE)) - year(CAST(period_start AS DATE))) * 12
           + month(CAST(period_end AS DATE)) - month(CAST(period_start AS DATE)) AS months
    FROM stats.indicator_value v
    WHERE unit_code = $unit AND is_verified AND scope_id = '_T' AND period_certainty <> 'uncertain'
          AND value IS NOT NULL
    WINDOW earlier AS (PARTITION BY indicator_id ORDER BY period_end, period)
), latest AS (
    SELECT * FROM usable
    QUALIFY row_number() OVER (PARTITION BY indicator_id ORDER BY period_end DESC, period DESC) = 1
), before AS (
    SELECT u.indicator_id, u.value, u.value_low, u.value_high, u.period, u.period_end
    FROM usable u JOIN latest l USING (indicator_id)
    WHERE u.period_end < l.period_end AND u.stretch = l.stretch AND u.months = l.months
          AND u.qualifier = 'exact' AND l.qualifier = 'exact' AND u.basis = l.basis
          AND (u.months > 0 OR month(CAST(u.period_end AS DATE)) = month(CAST(l.period_end AS DATE)))
    QUALIFY row_number() OVER (PARTITION BY u.indicator_id ORDER BY u.period_end DESC, u.period DESC) = 1
)
"""


def frame(con: Con, sql: str, values: Mapping[str, Any] | None = None) -> pd.DataFrame:
    """The answer to a query, as plain objects; names that the SQL uses are bound, never written into it."""
    answer = con.execute(sql, dict(values or {}))
    names = [column[0] for column in answer.description or []]
    rows = answer.fetchall()
    cells = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    return pd.DataFrame({name: pd.Series(column, dtype=object) for name, column in cells.items()})


def records(answer: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame as mappings."""
    names = list(answer.columns)
    return [dict(zip(names, row, strict=True)) for row in answer.itertuples(index=False, name=None)]


def release_info(con: Con) -> dict[str, str | None]:
    """What the release says of itself: release_id, channel, created (UTC), content_hash, code_version, previous."""
    return dict(con.execute("SELECT name, text FROM quality.release_info ORDER BY name").fetchall())


def tasks(con: Con) -> pd.DataFrame:
    """The seven tasks and the support: task_id, order_number, name_zh, name_en, note_zh, note_en; in order."""
    return frame(con, "SELECT * FROM catalog.task ORDER BY order_number")


def departments(con: Con) -> pd.DataFrame:
    """Departments: department_id, order_number, name_zh, name_en; in order."""
    return frame(con, "SELECT * FROM catalog.department ORDER BY order_number")


def units(con: Con) -> pd.DataFrame:
    """Reporting units with their groups and tiles.

    Returns:
        All columns of catalog.reporting_unit, and group_name_zh, group_name_en and group_order of the
        group of four (None for the nation and others); in official order.
    """
    sql = """SELECT u.*, g.name_zh AS group_name_zh, g.name_en AS group_name_en, g.order_number AS group_order
             FROM catalog.reporting_unit u LEFT JOIN catalog.group_name g ON g.group_id = u.group_four
             ORDER BY u.order_number"""
    return frame(con, sql)


def groups(con: Con) -> pd.DataFrame:
    """Groups of regions: group_id, order_number, name_zh, name_en; in order."""
    return frame(con, "SELECT * FROM catalog.group_name ORDER BY order_number")


def codes(con: Con, code_list: str) -> pd.DataFrame:
    """Entries of a code list (grade, scope, form, unit_of_measure, population): code, name_*, note_*; in order."""
    sql = """SELECT code, name_zh, name_en, note_zh, note_en FROM catalog.code_name
             WHERE code_list = $code_list ORDER BY order_number"""
    return frame(con, sql, {"code_list": code_list})


def indicators(con: Con) -> pd.DataFrame:
    """The catalogue of indicators, and what the release has of each.

    Returns:
        All columns of catalog.indicator; task_name_zh, task_name_en, task_order, department_zh,
        department_en, population_zh, population_en; n_values (values given), n_units (provinces and XPCC with a value),
        n_verified (verified values), has_value; value, period and qualifier of the latest verified
        national figure (None without one). By task, then by the indicator's order.
    """
    sql = (
        HEADLINE
        + """, had AS (
            SELECT v.indicator_id, count(*) AS n_values, count(*) FILTER (v.is_verified) AS n_verified,
                   count(DISTINCT v.unit_code) FILTER (u.unit_kind IN ('province', 'xpcc')) AS n_units
            FROM stats.indicator_value v JOIN catalog.reporting_unit u USING (unit_code)
            WHERE v.value IS NOT NULL GROUP BY v.indicator_id)
        SELECT i.*, t.name_zh AS task_name_zh, t.name_en AS task_name_en, t.order_number AS task_order,
               d.name_zh AS department_zh, d.name_en AS department_en,
               p.name_zh AS population_zh, p.name_en AS population_en,
               coalesce(h.n_values, 0) AS n_values, coalesce(h.n_units, 0) AS n_units,
               coalesce(h.n_verified, 0) AS n_verified, coalesce(h.n_values, 0) > 0 AS has_value,
               l.value, l.period, l.qualifier
        FROM catalog.indicator i JOIN catalog.task t USING (task_id)
        LEFT JOIN catalog.department d ON d.department_id = i.lead_department
        LEFT JOIN catalog.code_name p ON p.code_list = 'population' AND p.code = i.population
        LEFT JOIN had h USING (indicator_id) LEFT JOIN latest l USING (indicator_id)
        ORDER BY t.order_number, i.order_number, i.indicator_id"""
    )
    return frame(con, sql, {"unit": NATION})


def headlines(con: Con, unit_code: str = NATION) -> pd.DataFrame:
    """Per indicator the latest verified figure of one unit (the nation), in the usual scope, of a certain period.

    Returns:
        indicator_id, title_zh, title_en, task_id, unit_of_measure, decimals, direction, value, value_low,
        value_high, period, period_start, period_end, calendar, qualifier, basis, agreement, grade,
        previous_value, previous_low, previous_high, previous_period: the verified exact figure before it with
        the same basis, length of period and season and no break between (None where none is comparable).
        In the unit of measure; by task, then by the indicator's order.
    """
    sql = (
        HEADLINE
        + """SELECT i.indicator_id, i.title_zh, i.title_en, i.task_id, i.unit_of_measure, i.decimals, i.direction,
               l.value, l.value_low, l.value_high, l.period, l.period_start, l.period_end, l.calendar,
               l.qualifier, l.basis, l.agreement, l.grade,
               b.value AS previous_value, b.value_low AS previous_low, b.value_high AS previous_high,
               b.period AS previous_period
        FROM latest l JOIN catalog.indicator i USING (indicator_id) JOIN catalog.task t USING (task_id)
        LEFT JOIN before b USING (indicator_id)
        ORDER BY t.order_number, i.order_number, i.indicator_id"""
    )
    return frame(con, sql, {"unit": unit_code})


def series(con: Con, indicator_id: str, unit_codes: Sequence[str]) -> pd.DataFrame:
    """One indicator over time in the named units, in the usual scope, with a value.

    Returns:
        unit_code, period, period_start, period_end, value, value_low, value_high, qualifier, basis, agreement,
        period_certainty, grade, is_verified, break_before; in official unit order, then by period.
    """
    sql = """SELECT v.unit_code, v.period, v.period_start, v.period_end, v.value, v.value_low, v.value_high,
                    v.qualifier, v.basis, v.agreement, v.period_certainty, v.grade, v.is_verified, v.break_before
             FROM stats.indicator_value v JOIN catalog.reporting_unit u USING (unit_code)
             WHERE v.indicator_id = $indicator_id AND list_contains($unit_codes, v.unit_code)
                   AND v.scope_id = '_T' AND v.value IS NOT NULL
             ORDER BY u.order_number, v.period_end, v.period"""
    return frame(con, sql, {"indicator_id": indicator_id, "unit_codes": list(unit_codes)})


def latest_by_unit(con: Con, indicator_id: str) -> pd.DataFrame:
    """The newest figure of every province and the XPCC, of any grade and scope.

    Returns:
        unit_code, order_number, name_zh, name_en, short_zh, short_en, unit_kind, group_four, tile_row,
        tile_column, then period, period_end, scope_id, value, value_low, value_high, qualifier, basis,
        agreement, derived_value, reported_value, period_certainty, grade, is_verified: None where the unit has
        none. The usual scope and the verified figure first where two are equally new; regions outside the
        survey (unit_kind not_covered) are rows too. In official order.
    """
    sql = """WITH newest AS (
                SELECT * FROM stats.indicator_value WHERE indicator_id = $indicator_id AND value IS NOT NULL
                QUALIFY row_number() OVER (PARTITION BY unit_code
                    ORDER BY period_end DESC, scope_id = '_T' DESC, is_verified DESC, period DESC, scope_id) = 1)
             SELECT u.unit_code, u.order_number, u.name_zh, u.name_en, u.short_zh, u.short_en, u.unit_kind,
                    u.group_four, u.tile_row, u.tile_column, v.period, v.period_end, v.scope_id, v.value,
                    v.value_low, v.value_high, v.qualifier, v.basis, v.agreement, v.derived_value,
                    v.reported_value, v.period_certainty, v.grade, v.is_verified
             FROM catalog.reporting_unit u LEFT JOIN newest v USING (unit_code)
             WHERE u.unit_kind IN ('province', 'xpcc', 'not_covered')
             ORDER BY u.order_number"""
    return frame(con, sql, {"indicator_id": indicator_id})


def values(con: Con, indicator_id: str) -> pd.DataFrame:
    """Every value of one indicator.

    Returns:
        All columns of stats.indicator_value, and unit_name_zh, unit_name_en, unit_short_zh, unit_short_en,
        scope_zh, scope_en; in official unit order, then newest first.
    """
    sql = """SELECT v.*, u.name_zh AS unit_name_zh, u.name_en AS unit_name_en, u.short_zh AS unit_short_zh,
                    u.short_en AS unit_short_en, s.name_zh AS scope_zh, s.name_en AS scope_en
             FROM stats.indicator_value v JOIN catalog.reporting_unit u USING (unit_code)
             LEFT JOIN catalog.code_name s ON s.code_list = 'scope' AND s.code = v.scope_id
             WHERE v.indicator_id = $indicator_id
             ORDER BY u.order_number, v.period_end DESC, v.period DESC, v.scope_id"""
    return frame(con, sql, {"indicator_id": indicator_id})


def working(con: Con, indicator_id: str, unit_code: str, period: str, scope_id: str = TOTAL) -> pd.DataFrame:
    """The observations behind one value, with their sources.

    Returns:
        role, measure_id, measure_zh, measure_en, value (as it entered), observation_id, value_low, value_high,
        unit_of_measure, value_printed, unit_printed, qualifier, derivation, period, period_certainty, grade,
        source_file, source_line, publisher, title, published, url (grades A and B only), note_zh, note_en,
        other_sources (further sources of the same fact); numerators, denominators, printed, in order of measure.
    """
    sql = """SELECT w.role, w.measure_id, m.title_zh AS measure_zh, m.title_en AS measure_en, w.value,
                    o.observation_id, o.value_low, o.value_high, o.unit_of_measure, o.value_printed, o.unit_printed,
                    o.qualifier, o.derivation, o.period, o.period_certainty, o.grade, o.source_file, o.source_line,
                    s.publisher, s.title, s.published, s.url, o.note_zh, o.note_en,
                    (SELECT count(*) - 1 FROM facts.observation x
                     WHERE (x.unit_code, x.period, x.measure_id, x.scope_id, x.contest_kind, x.organiser)
                         = (o.unit_code, o.period, o.measure_id, o.scope_id, o.contest_kind, o.organiser)
                    ) AS other_sources
             FROM stats.working w JOIN facts.observation o USING (observation_id)
             JOIN facts.source s USING (source_id) JOIN catalog.measure m ON m.measure_id = w.measure_id
             WHERE w.indicator_id = $indicator_id AND w.unit_code = $unit_code AND w.period = $period
                   AND w.scope_id = $scope_id
             ORDER BY CASE w.role WHEN 'numerator' THEN 1 WHEN 'denominator' THEN 2 ELSE 3 END,
                      o.period DESC, w.measure_id, w.observation_id"""
    bound = {"indicator_id": indicator_id, "unit_code": unit_code, "period": period, "scope_id": scope_id}
    return frame(con, sql, bound)


def targets(con: Con, indicator_id: str | None = None) -> pd.DataFrame:
    """Every target in every unit that it binds, with what can be said of it.

    Returns:
        All columns of stats.target_progress; of the target: title_zh, title_en, target_type, direction, group_id,
        value_numerator, value_denominator, target_value, target_value_high, value_printed, unit_of_measure, due,
        window_start, near, base_period, no_verdict_zh, no_verdict_en, target_note_zh, target_note_en; of the
        indicator: indicator_zh, indicator_en, decimals, task_id, data_request_zh, data_request_en; of the unit:
        unit_name_zh, unit_name_en, unit_short_zh, unit_short_en, unit_kind, group_four; group_name_zh,
        group_name_en. The nation first, then targets of a group in order of groups, then of single units in
        official order; in each by due date and id.
    """
    sql = """SELECT p.*, t.title_zh, t.title_en, t.target_type, t.direction, t.group_id, t.value_numerator,
                    t.value_denominator, t.value AS target_value, t.value_high AS target_value_high,
                    t.value_printed, t.unit_of_measure, t.due, t.window_start, t.near, t.base_period,
                    t.no_verdict_zh, t.no_verdict_en, t.note_zh AS target_note_zh, t.note_en AS target_note_en,
                    i.title_zh AS indicator_zh, i.title_en AS indicator_en, i.decimals, i.task_id,
                    i.data_request_zh, i.data_request_en,
                    u.name_zh AS unit_name_zh, u.name_en AS unit_name_en, u.short_zh AS unit_short_zh,
                    u.short_en AS unit_short_en, u.unit_kind, u.group_four,
                    g.name_zh AS group_name_zh, g.name_en AS group_name_en
             FROM stats.target_progress p JOIN catalog.target t USING (target_id)
             JOIN catalog.reporting_unit u USING (unit_code)
             LEFT JOIN catalog.indicator i ON i.indicator_id = p.indicator_id
             LEFT JOIN catalog.group_name g ON g.group_id = coalesce(t.group_id, u.group_four)
             WHERE $indicator_id IS NULL OR p.indicator_id = $indicator_id
             ORDER BY u.unit_code <> '000000', t.group_id IS NULL, coalesce(g.order_number, 0), u.order_number,
                      t.due, p.target_id"""
    return frame(con, sql, {"indicator_id": indicator_id})


def statements(con: Con, target_id: str | None = None) -> pd.DataFrame:
    """Who stated a target, in what words (all targets without an id).

    Returns:
        target_id, unit_code, period, value_printed, unit_printed, qualifier, grade, publisher, title, published,
        url (grades A and B only), note_zh, note_en, source_file, source_line; by target, best grade first.
    """
    sql = """SELECT target_id, unit_code, period, value_printed, unit_printed, qualifier, grade, publisher, title,
                    published, url, note_zh, note_en, source_file, source_line
             FROM staged.target_statement WHERE $target_id IS NULL OR target_id = $target_id
             ORDER BY target_id, grade, published, source_file, source_line"""
    return frame(con, sql, {"target_id": target_id})


def observations(con: Con, measure_prefix: str) -> pd.DataFrame:
    """All observations of the measures whose id begins so, best source of a fact first.

    Returns:
        All columns of facts.observation; measure_zh, measure_en, publisher, title, published, url,
        unit_name_zh, unit_name_en, unit_order; by measure, official unit order, newest first, source_rank.
    """
    sql = """SELECT o.*, m.title_zh AS measure_zh, m.title_en AS measure_en, s.publisher, s.title, s.published,
                    s.url, u.name_zh AS unit_name_zh, u.name_en AS unit_name_en, u.order_number AS unit_order
             FROM facts.observation o JOIN catalog.measure m USING (measure_id)
             JOIN facts.source s USING (source_id) JOIN catalog.reporting_unit u USING (unit_code)
             WHERE starts_with(o.measure_id, $prefix)
             ORDER BY o.measure_id, u.order_number, o.period_end DESC, o.contest_kind, o.organiser, o.scope_id,
                      o.source_rank"""
    return frame(con, sql, {"prefix": measure_prefix})


def medals(con: Con, contest: str = "worldskills") -> pd.DataFrame:
    """Medals by edition and unit, from the best source of each figure; None is what no source stated, never 0.

    Args:
        con: a cursor on a release.
        contest: worldskills, or nsc (the National Skills Competition).

    Returns:
        period, is_one_edition (False: several editions together), unit_code, name_zh, name_en, unit_order, gold,
        silver, bronze, merit, events_entered (medals, events; None: not stated), gold_grade, silver_grade,
        bronze_grade, merit_grade, events_entered_grade, grade (the worst of the row), is_verified (all of the row
        are A or B), sources (number of publications); newest edition first, the nation, then by gold, silver,
        bronze, official order.
    """
    sql = """WITH best AS (
                SELECT * FROM facts.observation
                WHERE measure_id IN ($contest || '_medals_gold', $contest || '_medals_silver',
                        $contest || '_medals_bronze', $contest || '_medals_merit', $contest || '_events_entered')
                      AND scope_id = '_T' AND contest_kind = '_T' AND organiser = '_T'
                QUALIFY row_number() OVER (PARTITION BY unit_code, period, measure_id ORDER BY source_rank) = 1)
             SELECT b.period, NOT contains(b.period, '/') AS is_one_edition, b.unit_code, u.name_zh, u.name_en,
                    u.order_number AS unit_order,
                    max(b.value) FILTER (ends_with(measure_id, '_gold')) AS gold,
                    max(b.value) FILTER (ends_with(measure_id, '_silver')) AS silver,
                    max(b.value) FILTER (ends_with(measure_id, '_bronze')) AS bronze,
                    max(b.value) FILTER (ends_with(measure_id, '_merit')) AS merit,
                    max(b.value) FILTER (ends_with(measure_id, '_entered')) AS events_entered,
                    max(b.grade) FILTER (ends_with(measure_id, '_gold') AND b.value IS NOT NULL) AS gold_grade,
                    max(b.grade) FILTER (ends_with(measure_id, '_silver') AND b.value IS NOT NULL) AS silver_grade,
                    max(b.grade) FILTER (ends_with(measure_id, '_bronze') AND b.value IS NOT NULL) AS bronze_grade,
                    max(b.grade) FILTER (ends_with(measure_id, '_merit') AND b.value IS NOT NULL) AS merit_grade,
                    max(b.grade) FILTER (ends_with(measure_id, '_entered') AND b.value IS NOT NULL)
                        AS events_entered_grade,
                    max(b.grade) FILTER (b.value IS NOT NULL) AS grade,
                    coalesce(bool_and(b.grade IN ('A', 'B')) FILTER (b.value IS NOT NULL), false) AS is_verified,
                    count(DISTINCT b.source_id) AS sources
             FROM best b JOIN catalog.reporting_unit u USING (unit_code)
             GROUP BY b.period, b.unit_code, u.name_zh, u.name_en, u.order_number
             HAVING count(b.value) > 0
             ORDER BY is_one_edition DESC, b.period DESC, b.unit_code <> '000000', gold DESC NULLS LAST,
                      silver DESC NULLS LAST, bronze DESC NULLS LAST, u.order_number"""
    return frame(con, sql, {"contest": contest})


def nsc(con: Con) -> pd.DataFrame:
    """The National Skills Competition: every figure from its best source, without the medals.

    Returns:
        measure_id, measure_zh, measure_en, unit_code, unit_name_zh, unit_name_en, period, value, unit_of_measure,
        qualifier, grade, is_verified, missing_reason; by measure, official unit order, newest edition first.
    """
    sql = """SELECT o.measure_id, m.title_zh AS measure_zh, m.title_en AS measure_en, o.unit_code,
                    u.name_zh AS unit_name_zh, u.name_en AS unit_name_en, o.period, o.value, o.unit_of_measure,
                    o.qualifier, o.grade, o.grade IN ('A', 'B') AS is_verified, o.missing_reason
             FROM facts.observation o JOIN catalog.measure m USING (measure_id)
             JOIN catalog.reporting_unit u USING (unit_code)
             WHERE starts_with(o.measure_id, 'nsc_') AND NOT contains(o.measure_id, 'medals_')
             QUALIFY row_number() OVER (PARTITION BY o.measure_id, o.unit_code, o.period, o.scope_id
                                        ORDER BY o.source_rank) = 1
             ORDER BY o.measure_id, u.order_number, o.period DESC"""
    return frame(con, sql)


def participation(con: Con) -> pd.DataFrame:
    """Taking part in labour and skill contests: one row a stream; the streams overlap and are never added.

    Returns:
        measure_id, measure_zh, measure_en, unit_code, unit_name_zh, unit_name_en, period, contest_kind,
        organiser, scope_id, scope_zh, scope_en, value, unit_of_measure, qualifier, grade, is_verified,
        publisher, title, published, url, note_zh, note_en; the nation first, then official order, newest first.
    """
    sql = """SELECT o.measure_id, m.title_zh AS measure_zh, m.title_en AS measure_en, o.unit_code,
                    u.name_zh AS unit_name_zh, u.name_en AS unit_name_en, o.period, o.contest_kind, o.organiser,
                    o.scope_id, c.name_zh AS scope_zh, c.name_en AS scope_en, o.value, o.unit_of_measure,
                    o.qualifier, o.grade, o.grade IN ('A', 'B') AS is_verified, s.publisher, s.title, s.published,
                    s.url, o.note_zh, o.note_en
             FROM facts.observation o JOIN catalog.measure m USING (measure_id)
             JOIN catalog.reporting_unit u USING (unit_code) JOIN facts.source s USING (source_id)
             LEFT JOIN catalog.code_name c ON c.code_list = 'scope' AND c.code = o.scope_id
             WHERE (starts_with(o.measure_id, 'contest_p') OR starts_with(o.measure_id, 'labour_contest_')
                    OR o.measure_id IN ('workers_promoted_via_contest', 'provincial_labour_contest_items'))
                   AND o.value IS NOT NULL
             QUALIFY row_number() OVER (PARTITION BY o.measure_id, o.unit_code, o.period, o.contest_kind,
                                        o.organiser, o.scope_id ORDER BY o.source_rank) = 1
             ORDER BY u.order_number, o.measure_id, o.period_end DESC, o.contest_kind, o.organiser, o.scope_id"""
    return frame(con, sql)


def sources(con: Con) -> pd.DataFrame:
    """Publications: source_id, publisher, title, published, grade, url (grades A and B only), n_observations,
    n_statements (targets); best grade first, then by publisher, date and title.
    """
    sql = """SELECT s.source_id, s.publisher, s.title, s.published, s.grade, s.url,
                    (SELECT count(*) FROM facts.observation o WHERE o.source_id = s.source_id) AS n_observations,
                    (SELECT count(*) FROM staged.target_statement t
                     WHERE t.publisher = s.publisher AND t.title IS NOT DISTINCT FROM s.title
                           AND t.published IS NOT DISTINCT FROM s.published AND t.grade = s.grade) AS n_statements
             FROM facts.source s ORDER BY s.grade, s.publisher, s.published, s.title, s.source_id"""
    return frame(con, sql)


def checks(con: Con) -> pd.DataFrame:
    """Check results: all columns of quality.check_result; failed first, then by table and number."""
    return frame(con, "SELECT * FROM quality.check_result ORDER BY success, table_name, expectation_number")


def row_counts(con: Con) -> pd.DataFrame:
    """Rows in and out: table_name, input_name, rows_in, rows_out, rows_refused; by table and input."""
    return frame(con, "SELECT * FROM quality.row_count ORDER BY table_name, input_name")


def refused_rows(con: Con) -> pd.DataFrame:
    """Rows refused on reading: source_file, source_line, column_name, found, wanted, next_step_zh, next_step_en."""
    return frame(con, "SELECT * FROM staged.refused_row ORDER BY source_file, source_line, column_name")


def unverified(con: Con) -> pd.DataFrame:
    """The editor's queue: observations of grade C or D that carry a value.

    Returns:
        observation_id, unit_code, unit_name_zh, unit_name_en, period, measure_id, measure_zh, measure_en, scope_id,
        value, unit_of_measure, value_printed, unit_printed, qualifier, grade, publisher, title, published,
        source_file, source_line, is_only_source (no A or B source gives the same fact), n_values (indicator values
        that rest on it); those that indicators rest on first, then by file and line.
    """
    sql = """SELECT o.observation_id, o.unit_code, u.name_zh AS unit_name_zh, u.name_en AS unit_name_en, o.period,
                    o.measure_id, m.title_zh AS measure_zh, m.title_en AS measure_en, o.scope_id, o.value,
                    o.unit_of_measure, o.value_printed, o.unit_printed, o.qualifier, o.grade, s.publisher, s.title,
                    s.published, o.source_file, o.source_line,
                    NOT EXISTS (SELECT 1 FROM facts.observation x
                        WHERE (x.unit_code, x.period, x.measure_id, x.scope_id, x.contest_kind, x.organiser)
                            = (o.unit_code, o.period, o.measure_id, o.scope_id, o.contest_kind, o.organiser)
                              AND x.grade IN ('A', 'B') AND x.value IS NOT NULL) AS is_only_source,
                    (SELECT count(*) FROM stats.working w WHERE w.observation_id = o.observation_id) AS n_values
             FROM facts.observation o JOIN catalog.measure m USING (measure_id)
             JOIN catalog.reporting_unit u USING (unit_code) JOIN facts.source s USING (source_id)
             WHERE o.grade IN ('C', 'D') AND o.value IS NOT NULL
             ORDER BY n_values DESC, o.source_file, o.source_line"""
    return frame(con, sql)


def missing(con: Con) -> pd.DataFrame:
    """What a source left out: observations without a value, with the reason.

    Returns:
        observation_id, unit_code, unit_name_zh, unit_name_en, period, measure_id, measure_zh, measure_en,
        missing_reason, grade, publisher, title, source_file, source_line, note_zh, note_en; by measure, official
        unit order, period.
    """
    sql = """SELECT o.observation_id, o.unit_code, u.name_zh AS unit_name_zh, u.name_en AS unit_name_en, o.period,
                    o.measure_id, m.title_zh AS measure_zh, m.title_en AS measure_en, o.missing_reason, o.grade,
                    s.publisher, s.title, o.source_file, o.source_line, o.note_zh, o.note_en
             FROM facts.observation o JOIN catalog.measure m USING (measure_id)
             JOIN catalog.reporting_unit u USING (unit_code) JOIN facts.source s USING (source_id)
             WHERE o.missing_reason IS NOT NULL
             ORDER BY o.measure_id, u.order_number, o.period, o.observation_id"""
    return frame(con, sql)


def changes(con: Con) -> pd.DataFrame:
    """Differences from the previous release: table_name, row_key, column_name, old_value, new_value, cause; by key."""
    return frame(con, "SELECT * FROM quality.change ORDER BY table_name, row_key, column_name")


def data_requests(con: Con) -> pd.DataFrame:
    """Indicators without any value: what to ask for, and of whom.

    Returns:
        indicator_id, title_zh, title_en, task_id, task_name_zh, task_name_en, indicator_set, department_zh,
        department_en, data_request_zh, data_request_en, refused_zh, refused_en; by task and order.
    """
    sql = """SELECT i.indicator_id, i.title_zh, i.title_en, i.task_id, t.name_zh AS task_name_zh,
                    t.name_en AS task_name_en, i.indicator_set, d.name_zh AS department_zh,
                    d.name_en AS department_en, i.data_request_zh, i.data_request_en, i.refused_zh, i.refused_en
             FROM catalog.indicator i JOIN catalog.task t USING (task_id)
             LEFT JOIN catalog.department d ON d.department_id = i.lead_department
             WHERE NOT EXISTS (SELECT 1 FROM stats.indicator_value v
                               WHERE v.indicator_id = i.indicator_id AND v.value IS NOT NULL)
             ORDER BY t.order_number, i.order_number, i.indicator_id"""
    return frame(con, sql)


def conflicts(con: Con) -> pd.DataFrame:
    """Sources that give different figures for one fact.

    Returns:
        unit_code, unit_name_zh, unit_name_en, period, measure_id, measure_zh, measure_en, contest_kind, organiser,
        scope_id, source_rank, value, value_low, value_high, unit_of_measure, value_printed, unit_printed,
        qualifier, derivation, grade, publisher, title, published, url, source_file, source_line: all sources of
        each fact whose intervals from rounding have no common point; by measure, official unit order, period, rank.
    """
    sql = """WITH fact AS (
                SELECT unit_code, period, measure_id, contest_kind, organiser, scope_id FROM facts.observation
                WHERE value IS NOT NULL
                GROUP BY ALL
                HAVING max(coalesce(value_low, CASE WHEN qualifier = 'at_most' THEN NULL ELSE value END))
                       > min(coalesce(value_high, CASE WHEN qualifier = 'over' THEN NULL ELSE value END)))
             SELECT o.unit_code, u.name_zh AS unit_name_zh, u.name_en AS unit_name_en, o.period, o.measure_id,
                    m.title_zh AS measure_zh, m.title_en AS measure_en, o.contest_kind, o.organiser, o.scope_id,
                    o.source_rank, o.value, o.value_low, o.value_high, o.unit_of_measure, o.value_printed,
                    o.unit_printed, o.qualifier, o.derivation, o.grade, s.publisher, s.title, s.published, s.url,
                    o.source_file, o.source_line
             FROM facts.observation o
             JOIN fact USING (unit_code, period, measure_id, contest_kind, organiser, scope_id)
             JOIN catalog.measure m USING (measure_id) JOIN catalog.reporting_unit u USING (unit_code)
             JOIN facts.source s USING (source_id)
             WHERE o.value IS NOT NULL
             ORDER BY o.measure_id, u.order_number, o.period, o.contest_kind, o.organiser, o.scope_id, o.source_rank"""
    return frame(con, sql)


def disagreements(con: Con) -> pd.DataFrame:
    """Values where the printed ratio and the derived one have no common point.

    Returns:
        indicator_id, indicator_zh, indicator_en, unit_code, unit_name_zh, unit_name_en, period, scope_id,
        derived_value, derived_low, derived_high, reported_value, reported_low, reported_high, unit_of_measure,
        decimals, grade; by indicator, official unit order, period.
    """
    sql = """SELECT v.indicator_id, i.title_zh AS indicator_zh, i.title_en AS indicator_en, v.unit_code,
                    u.name_zh AS unit_name_zh, u.name_en AS unit_name_en, v.period, v.scope_id, v.derived_value,
                    v.derived_low, v.derived_high, v.reported_value, v.reported_low, v.reported_high,
                    i.unit_of_measure, i.decimals, v.grade
             FROM stats.indicator_value v JOIN catalog.indicator i USING (indicator_id)
             JOIN catalog.reporting_unit u USING (unit_code)
             WHERE v.agreement = 'conflict'
             ORDER BY i.order_number, v.indicator_id, u.order_number, v.period"""
    return frame(con, sql)


def coverage(con: Con) -> pd.DataFrame:
    """What there is of every indicator, nation and provinces.

    Returns:
        indicator_id, title_zh, title_en, task_id, indicator_set, n_nation (periods with a verified national value),
        n_units (provinces and XPCC with a value), n_units_verified, first_period, last_period; by task and order.
    """
    sql = """SELECT i.indicator_id, i.title_zh, i.title_en, i.task_id, i.indicator_set,
                    count(DISTINCT v.period) FILTER (v.unit_code = '000000' AND v.is_verified) AS n_nation,
                    count(DISTINCT v.unit_code) FILTER (u.unit_kind IN ('province', 'xpcc')) AS n_units,
                    count(DISTINCT v.unit_code) FILTER (u.unit_kind IN ('province', 'xpcc') AND v.is_verified)
                        AS n_units_verified,
                    min(v.period_end) AS first_period, max(v.period_end) AS last_period
             FROM catalog.indicator i JOIN catalog.task t USING (task_id)
             LEFT JOIN stats.indicator_value v ON v.indicator_id = i.indicator_id AND v.value IS NOT NULL
             LEFT JOIN catalog.reporting_unit u USING (unit_code)
             GROUP BY i.indicator_id, i.title_zh, i.title_en, i.task_id, i.indicator_set, i.order_number, t.order_number
             ORDER BY t.order_number, i.order_number, i.indicator_id"""
    return frame(con, sql)


def columns(con: Con, table_name: str) -> pd.DataFrame:
    """The data dictionary of one table: column_name, column_type, title_zh, title_en; in order."""
    sql = """SELECT column_name, column_type, title_zh, title_en FROM catalog.column_name
             WHERE table_name = $table_name ORDER BY order_number"""
    return frame(con, sql, {"table_name": table_name})


def breaks(con: Con, indicator_id: str) -> pd.DataFrame:
    """Periods from which a series is no longer comparable with before: period, note_zh, note_en; in order."""
    sql = """SELECT period, note_zh, note_en FROM catalog.indicator_break
             WHERE indicator_id = $indicator_id ORDER BY period"""
    return frame(con, sql, {"indicator_id": indicator_id})
