"""quality: checks, sources, what is unverified, missing, in conflict, asked for or changed."""

from __future__ import annotations

import pandas as pd

from .answer import FACT, Con, frame, listed


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


def unverified(con: Con, most: int | None = None) -> pd.DataFrame:
    """The editor's queue: observations of grade C or D that carry a value.

    Args:
        con: a cursor on a release.
        most: how many rows are wanted; all without it.

    Returns:
        observation_id, unit_code, unit_name_zh, unit_name_en, period, period_start, period_end, measure_id,
        measure_zh, measure_en, scope_id, value, unit_of_measure, value_printed, unit_printed, qualifier, grade,
        publisher, title, published,
        source_file, source_line, is_only_source (no A or B source gives the same fact), n_values (indicator values
        that rest on it); those that indicators rest on first, then by file and line.
    """
    sql = f"""SELECT o.observation_id, o.unit_code, u.name_zh AS unit_name_zh, u.name_en AS unit_name_en, o.period,
                    o.period_start, o.period_end,
                    o.measure_id, m.title_zh AS measure_zh, m.title_en AS measure_en, o.scope_id, o.value,
                    o.unit_of_measure, o.value_printed, o.unit_printed, o.qualifier, o.grade, s.publisher, s.title,
                    s.published, o.source_file, o.source_line,
                    NOT EXISTS (SELECT 1 FROM facts.observation x
                        WHERE ({listed(FACT, "x")}) = ({listed(FACT, "o")})
                              AND x.grade IN ('A', 'B') AND x.value IS NOT NULL) AS is_only_source,
                    (SELECT count(*) FROM stats.working w WHERE w.observation_id = o.observation_id) AS n_values
             FROM facts.observation o JOIN catalog.measure m USING (measure_id)
             JOIN catalog.reporting_unit u USING (unit_code) JOIN facts.source s USING (source_id)
             WHERE o.grade IN ('C', 'D') AND o.value IS NOT NULL
             ORDER BY n_values DESC, o.source_file, o.source_line"""
    return frame(con, sql if most is None else f"{sql} LIMIT $most", None if most is None else {"most": most})


def unverified_counts(con: Con) -> tuple[int, int]:
    """How many figures of grade C or D carry a value, and of how many no source of grade A or B gives the same fact."""
    sql = f"""SELECT count(*), count(*) FILTER (NOT EXISTS (SELECT 1 FROM facts.observation x
                     WHERE ({listed(FACT, "x")}) = ({listed(FACT, "o")})
                           AND x.grade IN ('A', 'B') AND x.value IS NOT NULL))
              FROM facts.observation o WHERE o.grade IN ('C', 'D') AND o.value IS NOT NULL"""
    number, only = con.execute(sql).fetchall()[0]
    return int(number), int(only)


def missing(con: Con) -> pd.DataFrame:
    """What a source left out: observations without a value, with the reason.

    Returns:
        observation_id, unit_code, unit_name_zh, unit_name_en, period, period_start, period_end, measure_id,
        measure_zh, measure_en, industry, industry_name_zh, industry_name_en (None for all industries),
        missing_reason, grade, publisher, title, source_file, source_line, note_zh, note_en; by measure, official unit
        order, period.
    """
    sql = """SELECT o.observation_id, o.unit_code, u.name_zh AS unit_name_zh, u.name_en AS unit_name_en, o.period,
                    o.period_start, o.period_end,
                    o.measure_id, m.title_zh AS measure_zh, m.title_en AS measure_en, o.industry,
                    CASE WHEN o.industry <> '_T' THEN coalesce(c.name_zh, o.industry) END AS industry_name_zh,
                    CASE WHEN o.industry <> '_T' THEN coalesce(c.name_en, o.industry) END AS industry_name_en,
                    o.missing_reason, o.grade,
                    s.publisher, s.title, o.source_file, o.source_line, o.note_zh, o.note_en
             FROM facts.observation o JOIN catalog.measure m USING (measure_id)
             JOIN catalog.reporting_unit u USING (unit_code) JOIN facts.source s USING (source_id)
             LEFT JOIN catalog.code_name c ON c.code_list = 'industry' AND c.code = o.industry
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
    """Sources that give different figures for one fact; a source's later version takes the place of its earlier one.

    Returns:
        unit_code, unit_name_zh, unit_name_en, period, period_start, period_end, measure_id, measure_zh, measure_en,
        industry, ownership, contest_kind, organiser, scope_id, source_rank, value, value_low, value_high,
        unit_of_measure, value_printed, unit_printed,
        qualifier, derivation, grade, publisher, title, published, url, source_file, source_line: all sources of
        each fact whose intervals from rounding have no common point; by measure, official unit order, period, rank.
    """
    sql = f"""WITH latest AS (
                SELECT * FROM facts.observation WHERE value IS NOT NULL
                QUALIFY vintage IS NOT DISTINCT FROM max(vintage) OVER (PARTITION BY {", ".join(FACT)}, source_id)),
             fact AS (
                SELECT {", ".join(FACT)} FROM latest
                GROUP BY ALL
                HAVING max(coalesce(value_low, CASE WHEN qualifier = 'at_most' THEN NULL ELSE value END))
                       > min(coalesce(value_high, CASE WHEN qualifier = 'over' THEN NULL ELSE value END)))
             SELECT o.unit_code, u.name_zh AS unit_name_zh, u.name_en AS unit_name_en, o.period,
                    o.period_start, o.period_end, o.measure_id, m.title_zh AS measure_zh, m.title_en AS measure_en,
                    o.industry, o.ownership, o.contest_kind, o.organiser, o.scope_id,
                    o.source_rank, o.value, o.value_low, o.value_high, o.unit_of_measure, o.value_printed,
                    o.unit_printed, o.qualifier, o.derivation, o.grade, s.publisher, s.title, s.published, s.url,
                    o.source_file, o.source_line
             FROM latest o JOIN fact USING ({", ".join(FACT)})
             JOIN catalog.measure m USING (measure_id) JOIN catalog.reporting_unit u USING (unit_code)
             JOIN facts.source s USING (source_id)
             ORDER BY o.measure_id, u.order_number, o.period, {listed(FACT[3:], "o")}, o.source_rank"""
    return frame(con, sql)


def disagreements(con: Con) -> pd.DataFrame:
    """Values where the printed ratio and the derived one have no common point.

    Returns:
        indicator_id, indicator_zh, indicator_en, unit_code, unit_name_zh, unit_name_en, period, period_start,
        period_end, scope_id,
        derived_value, derived_low, derived_high, reported_value, reported_low, reported_high, unit_of_measure,
        decimals, grade; by indicator, official unit order, period.
    """
    sql = """SELECT v.indicator_id, i.title_zh AS indicator_zh, i.title_en AS indicator_en, v.unit_code,
                    u.name_zh AS unit_name_zh, u.name_en AS unit_name_en, v.period,
                    v.period_start, v.period_end, v.scope_id, v.derived_value,
                    v.derived_low, v.derived_high, v.reported_value, v.reported_low, v.reported_high,
                    i.unit_of_measure, i.decimals, v.grade
             FROM stats.indicator_value v JOIN catalog.indicator i USING (indicator_id)
             JOIN catalog.reporting_unit u USING (unit_code)
             WHERE v.agreement = 'conflict'
             ORDER BY i.order_number, v.indicator_id, u.order_number, v.period"""
    return frame(con, sql)
