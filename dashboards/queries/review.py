"""review: what the import took from each file, and what the edit rules found in the returns."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from .answer import Con, frame, present

IMPORTED = ("input_name", "file_hash", "format", "encoding", "producer", "table_id", "outcome", "rows", "units",
            "first_year", "last_year", "cells_read", "cells_accepted", "cells_refused", "cells_ignored", "code",
            "reason_zh", "reason_en")  # fmt: skip
IMPORT_FINDING = ("finding_id", "input_name", "sheet", "cell", "code", "rule_severity", "found", "wanted",
                  "next_step_zh", "next_step_en")  # fmt: skip
RULE = ("rule_id", "form_id", "form_zh", "form_en", "form_note_zh", "form_note_en", "rule_severity", "statement_zh",
        "statement_en", "mend_zh", "mend_en", "predicate", "tolerance", "state", "reason_zh", "reason_en",
        "rows_checked", "rows_not_checked", "findings")  # fmt: skip
FINDING = ("finding_id", "rule_id", "rule_severity", "statement_zh", "statement_en", "form_id", "form_zh", "form_en",
           "unit_code", "unit_name_zh", "unit_name_en", "period", "obs_vintage", "cell", "found", "expected",
           "mend_zh", "mend_en")  # fmt: skip
REVISION = ("unit_code", "unit_name_zh", "unit_name_en", "period", "period_start", "period_end", "measure_id",
            "measure_zh", "measure_en", "unit_of_measure", "old_value", "value", "source_file", "old_version",
            "version")  # fmt: skip
WEIGHT = "CASE {}.rule_severity WHEN 'hard' THEN 1 WHEN 'soft' THEN 2 ELSE 3 END"


def imports(con: Con) -> pd.DataFrame:
    """Files that were read by `bluebook import`, and what came of each table in them.

    Returns:
        The columns of quality.import_file; by outcome (imported first), producer, file and table. Empty where the
        release has no such table.
    """
    sql = """SELECT * FROM quality.import_file
             ORDER BY outcome <> 'imported', outcome, producer, input_name, table_id"""
    return _asked(con, "quality.import_file", sql, IMPORTED)


def import_findings(con: Con) -> pd.DataFrame:
    """What was odd in the files: the columns of quality.import_finding; weightiest first, then by file and place."""
    sql = f"""SELECT f.* FROM quality.import_finding f
              ORDER BY {WEIGHT.format("f")}, f.input_name, f.sheet, f.cell, f.finding_id"""
    return _asked(con, "quality.import_finding", sql, IMPORT_FINDING)


def rules(con: Con) -> pd.DataFrame:
    """Every edit rule, and what came of it: whether it ran, how many rows it spoke of, how many it found odd.

    Returns:
        The columns of quality.rule and quality.rule_run, with the name and note of the form; state is None where
        nothing is known of a run. By form and rule.
    """
    sql = """SELECT r.rule_id, r.form_id, f.name_zh AS form_zh, f.name_en AS form_en, f.note_zh AS form_note_zh,
                    f.note_en AS form_note_en, r.rule_severity, r.statement_zh, r.statement_en, r.mend_zh, r.mend_en,
                    r.predicate, r.tolerance, x.state, x.reason_zh, x.reason_en, x.rows_checked, x.rows_not_checked,
                    x.findings
             FROM quality.rule r LEFT JOIN quality.rule_run x USING (rule_id)
             LEFT JOIN catalog.code_name f ON f.code_list = 'form' AND f.code = r.form_id
             ORDER BY f.order_number NULLS LAST, r.rule_id"""
    return _asked(con, "quality.rule", sql, RULE)


def findings(con: Con) -> pd.DataFrame:
    """The list of suspicions: what the edit rules found.

    Returns:
        The columns of quality.finding, with the rule's statement and the names of form and unit; the weightiest
        first, then newest period, official unit order, rule.
    """
    sql = f"""SELECT x.finding_id, x.rule_id, x.rule_severity, r.statement_zh, r.statement_en, x.form_id,
                     f.name_zh AS form_zh, f.name_en AS form_en, x.unit_code, u.name_zh AS unit_name_zh,
                     u.name_en AS unit_name_en, x.period, x.obs_vintage, x.cell, x.found, x.expected, x.mend_zh,
                     x.mend_en
              FROM quality.finding x LEFT JOIN quality.rule r USING (rule_id)
              LEFT JOIN catalog.reporting_unit u USING (unit_code)
              LEFT JOIN catalog.code_name f ON f.code_list = 'form' AND f.code = x.form_id
              ORDER BY {WEIGHT.format("x")}, x.period DESC, u.order_number NULLS LAST, x.rule_id, x.finding_id"""
    return _asked(con, "quality.finding", sql, FINDING)


def revisions(con: Con) -> pd.DataFrame:
    """Figures that a later return of the same unit, form and period changed.

    Returns:
        unit_code, unit_name_zh, unit_name_en, period, period_start, period_end, measure_id, measure_zh, measure_en,
        unit_of_measure, old_value, value, source_file, old_version, version; newest period first, then official
        unit order and measure.
    """
    sql = """WITH version AS (
                SELECT o.*, lag(value) OVER earlier AS old_value, lag(source_line) OVER earlier AS old_version
                FROM facts.observation o WHERE starts_with(source_file, 'returns.')
                WINDOW earlier AS (PARTITION BY unit_code, period, measure_id, contest_kind, organiser, source_file
                                   ORDER BY source_line))
             SELECT v.unit_code, u.name_zh AS unit_name_zh, u.name_en AS unit_name_en, v.period, v.period_start,
                    v.period_end, v.measure_id, m.title_zh AS measure_zh, m.title_en AS measure_en,
                    v.unit_of_measure, v.old_value, v.value, v.source_file, v.old_version, v.source_line AS version
             FROM version v JOIN catalog.measure m USING (measure_id) JOIN catalog.reporting_unit u USING (unit_code)
             WHERE v.old_version IS NOT NULL AND v.old_value IS DISTINCT FROM v.value
             ORDER BY v.period DESC, u.order_number, v.measure_id, v.source_line"""
    return _asked(con, "facts.observation", sql, REVISION)


def _asked(con: Con, table: str, sql: str, columns: Sequence[str]) -> pd.DataFrame:
    """The answer, or a frame without rows where the release lacks the table."""
    return frame(con, sql) if present(con, table) else pd.DataFrame({name: pd.Series(dtype=object) for name in columns})
