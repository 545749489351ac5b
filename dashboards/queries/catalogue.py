"""catalogue: what a release declares: tasks, departments, units, codes, columns."""

from __future__ import annotations

import pandas as pd

from .answer import Con, frame, present


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


def columns(con: Con, table_name: str) -> pd.DataFrame:
    """The data dictionary of one table: column_name, column_type, title_zh, title_en; in order."""
    sql = """SELECT column_name, column_type, title_zh, title_en FROM catalog.column_name
             WHERE table_name = $table_name ORDER BY order_number"""
    return frame(con, sql, {"table_name": table_name})


def breaks(con: Con, indicator_id: str) -> pd.DataFrame:
    """Periods from which an indicator, or a measure that it rests on, is no longer comparable with before.

    Returns:
        period, measure_zh, measure_en (None where the break is the indicator's own), note_zh, note_en; in order.
    """
    own = """SELECT period, NULL AS measure_zh, NULL AS measure_en, note_zh, note_en FROM catalog.indicator_break
             WHERE indicator_id = $indicator_id"""
    of_measures = """ UNION ALL
             SELECT b.period, m.title_zh, m.title_en, b.note_zh, b.note_en
             FROM catalog.measure_break b JOIN catalog.measure m USING (measure_id)
             WHERE b.measure_id IN (SELECT measure_id FROM stats.working WHERE indicator_id = $indicator_id)"""
    sql = own + (of_measures if present(con, "catalog.measure_break") else "") + " ORDER BY ALL"
    return frame(con, sql, {"indicator_id": indicator_id})
