"""contests: medals, editions and counts of taking part."""

from __future__ import annotations

import pandas as pd

from .answer import Con, frame


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


def of_unit(con: Con, unit_code: str) -> pd.DataFrame:
    """What one unit returned or published of its contests, year by year; streams stand beside each other.

    Returns:
        measure_id, measure_zh, measure_en, contest_kind, organiser, period, period_start, period_end, value,
        unit_of_measure, missing_reason, grade: the best source of each fact of a measure of the data set contest,
        in the usual scope; by measure as declared, kind, organiser, then by period.
    """
    sql = """SELECT o.measure_id, m.title_zh AS measure_zh, m.title_en AS measure_en, o.contest_kind, o.organiser,
                    o.period, o.period_start, o.period_end, o.value, o.unit_of_measure, o.missing_reason, o.grade
             FROM facts.observation o JOIN catalog.measure m USING (measure_id)
             WHERE o.unit_code = $unit_code AND m.dataset = 'contest' AND o.scope_id = '_T'
             QUALIFY row_number() OVER (PARTITION BY o.measure_id, o.period, o.contest_kind, o.organiser
                                        ORDER BY o.source_rank) = 1
             ORDER BY m.rowid, o.contest_kind <> '_T', o.contest_kind, o.organiser, o.period_end"""
    return frame(con, sql, {"unit_code": unit_code})


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
