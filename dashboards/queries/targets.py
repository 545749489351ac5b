"""targets: what was aimed at, by whom it was stated, and what can be said of it."""

from __future__ import annotations

import pandas as pd

from .answer import Con, frame


def targets(con: Con, indicator_id: str | None = None) -> pd.DataFrame:
    """Every target in every unit that it binds, with what can be said of it.

    Returns:
        All columns of stats.target_progress; of the target: title_zh, title_en, target_type, direction, group_id,
        value_numerator, value_denominator, target_value, target_value_high, value_printed, unit_of_measure, due,
        window_start, near, base_period, no_verdict_zh, no_verdict_en, target_note_zh, target_note_en; of the
        indicator: indicator_zh, indicator_en, decimals, task_id, data_request_zh, data_request_en; of the unit:
        unit_name_zh, unit_name_en, unit_short_zh, unit_short_en, unit_kind, group_four; group_name_zh,
        group_name_en; actual_calendar (of the figure that the target is held against). The nation first, then
        targets of a group in order of groups, then of single units in
        official order; in each by due date and id.
    """
    sql = """SELECT p.*, t.title_zh, t.title_en, t.target_type, t.direction, t.group_id, t.value_numerator,
                    t.value_denominator, t.value AS target_value, t.value_high AS target_value_high,
                    t.value_printed, t.unit_of_measure, t.due, t.window_start, t.near, t.base_period,
                    t.no_verdict_zh, t.no_verdict_en, t.note_zh AS target_note_zh, t.note_en AS target_note_en,
                    i.title_zh AS indicator_zh, i.title_en AS indicator_en, i.decimals, i.task_id,
                    i.data_request_zh, i.data_request_en,
                    (SELECT any_value(v.calendar) FROM stats.indicator_value v WHERE v.indicator_id = p.indicator_id
                     AND v.unit_code = p.unit_code AND v.period = p.actual_period) AS actual_calendar,
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
