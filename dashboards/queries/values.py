"""values: indicators, their values and the working of each."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from .answer import FACT, NATION, TOTAL, Con, frame, listed, optional

PROVINCIAL = ("province", "xpcc", "not_covered")
OTHERS = ("central_organs", "industrial_union", "separately_planned_city", "city", "enterprise")
ORIGIN = ("origin_file", "origin_hash", "origin_sheet", "origin_cell")
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
        indicator_id, title_zh, title_en, task_id, unit_of_measure, direction, decimals (no more than a printed
        ratio has), value, value_low, value_high, period, period_start, period_end, calendar, qualifier, basis,
        agreement, grade, previous_value, previous_low, previous_high, previous_period: the verified exact figure
        before it with the same basis, length of period and season and no break between (None where there is none).
        In the unit of measure; by task, then by the indicator's order.
    """
    sql = (
        HEADLINE
        + """SELECT i.indicator_id, i.title_zh, i.title_en, i.task_id, i.unit_of_measure, i.direction,
               CASE WHEN l.basis = 'reported' AND i.unit_of_measure IN ('percent', 'ratio')
                    THEN least(i.decimals, length(split_part(l.reported_printed, '.', 2)))
                    ELSE i.decimals END AS decimals,
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


def latest_by_unit(
    con: Con, indicator_id: str, kinds: Sequence[str] = PROVINCIAL, *, verified_only: bool = False
) -> pd.DataFrame:
    """The newest figure of every unit of some kinds (provinces, XPCC), of any grade and scope, or the newest verified.

    Returns:
        unit_code, order_number, name_zh, name_en, short_zh, short_en, unit_kind, group_four, tile_row,
        tile_column, then period, period_start, period_end, scope_id, value, value_low, value_high, qualifier, basis,
        agreement, derived_value, derived_high, reported_value, reported_qualifier, reported_printed,
        period_certainty, grade, is_verified: None where the unit has
        none. The usual scope and the verified figure first where two are equally new; regions outside the
        survey (unit_kind not_covered) are rows too. In official order.
    """
    sql = """WITH newest AS (
                SELECT * FROM stats.indicator_value WHERE indicator_id = $indicator_id AND value IS NOT NULL
                    AND (NOT $verified_only OR (is_verified AND scope_id = '_T'))
                QUALIFY row_number() OVER (PARTITION BY unit_code
                    ORDER BY period_end DESC, scope_id = '_T' DESC, is_verified DESC, period DESC, scope_id) = 1)
             SELECT u.unit_code, u.order_number, u.name_zh, u.name_en, u.short_zh, u.short_en, u.unit_kind,
                    u.group_four, u.tile_row, u.tile_column, v.period, v.period_start, v.period_end, v.scope_id,
                    v.value,
                    v.value_low, v.value_high, v.qualifier, v.basis, v.agreement, v.derived_value,
                    v.derived_high, v.reported_value, v.reported_qualifier, v.reported_printed, v.period_certainty,
                    v.grade, v.is_verified
             FROM catalog.reporting_unit u LEFT JOIN newest v USING (unit_code)
             WHERE list_contains($kinds, u.unit_kind)
             ORDER BY u.order_number"""
    bound = {"indicator_id": indicator_id, "verified_only": verified_only, "kinds": list(kinds)}
    return frame(con, sql, bound)


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
        unit_of_measure, value_printed, unit_printed, qualifier, derivation, period, period_start, period_end,
        period_certainty, grade, source_file, source_line, publisher, title, published, url (grades A and B only),
        note_zh, note_en; form_zh, form_en, form_note_zh, form_note_en (of a figure returned on a form); origin_file,
        origin_hash, origin_sheet, origin_cell (of a figure imported from a file as found, or returned on a form);
        other_sources (further sources of the same fact); numerators, denominators, printed, in order of measure.
    """
    origin = optional(con, "facts.observation", ORIGIN, "o")
    sql = f"""SELECT w.role, w.measure_id, m.title_zh AS measure_zh, m.title_en AS measure_en, w.value,
                    o.observation_id, o.value_low, o.value_high, o.unit_of_measure, o.value_printed, o.unit_printed,
                    o.qualifier, o.derivation, o.period, o.period_start, o.period_end, o.period_certainty, o.grade,
                    o.source_file, o.source_line, s.publisher, s.title, s.published, s.url, o.note_zh, o.note_en,
                    c.name_zh AS form_zh, c.name_en AS form_en, c.note_zh AS form_note_zh,
                    c.note_en AS form_note_en, {origin},
                    (SELECT count(*) - 1 FROM facts.observation x
                     WHERE ({listed(FACT, "x")}) = ({listed(FACT, "o")})) AS other_sources
             FROM stats.working w JOIN facts.observation o USING (observation_id)
             JOIN facts.source s USING (source_id) JOIN catalog.measure m ON m.measure_id = w.measure_id
             LEFT JOIN catalog.code_name c ON c.code_list = 'form' AND 'returns.' || c.code = o.source_file
             WHERE w.indicator_id = $indicator_id AND w.unit_code = $unit_code AND w.period = $period
                   AND w.scope_id = $scope_id
             ORDER BY CASE w.role WHEN 'numerator' THEN 1 WHEN 'denominator' THEN 2 ELSE 3 END,
                      o.period DESC, w.measure_id, w.observation_id"""
    bound = {"indicator_id": indicator_id, "unit_code": unit_code, "period": period, "scope_id": scope_id}
    return frame(con, sql, bound)


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
