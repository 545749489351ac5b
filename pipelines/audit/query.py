"""query: a rule → the one SQL query that checks it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from pipelines.audit.models import ALL_FORMS, Rule


def query(rule: Rule, columns: Collection[str]) -> str:
    """SQL for one row: how many were checked, how many could not be, and the list of the breaches.

    Args:
        rule: a rule that has rows.
        columns: the columns of its view.
    """
    parts = " UNION ALL ".join(_checks(rule, columns, cell, texts) for cell, texts in rule.repeated())
    return (
        f"SELECT count(holds), count(*) - count(holds), coalesce(list(breach) FILTER (breach IS NOT NULL), [])"
        f" FROM ({parts})"
    )


def _checks(rule: Rule, columns: Collection[str], cell: str | None, texts: Mapping[str, str]) -> str:
    """SQL for one row a check; what describes a breach is worked out for breaches only."""
    holds = f"({texts['holds']})"
    if rule.note_explains:
        holds = f"CASE WHEN {holds} THEN true WHEN NOT {holds} THEN is_explained END"
    where = [_text(cell)] if cell else ["measure_id"] if "measure_id" in columns else []
    where += ["nullif(place, '')"] if "place" in columns else []
    values = {
        "form_id": "form_id" if rule.form == ALL_FORMS else _text(rule.form),
        "unit_code": "unit_code",
        "period": "period",
        "obs_vintage": "obs_vintage" if "obs_vintage" in columns else "NULL",
        "cell": f"concat_ws(', ', {', '.join(where)})" if where else "NULL",
        "found": f"CAST({texts['found']} AS VARCHAR)",
        "expected": f"CAST({texts['expected']} AS VARCHAR)",
    }
    breach = ", ".join(f"'{name}': {sql}" for name, sql in values.items())
    return (
        f"SELECT holds, CASE WHEN NOT holds THEN {{{breach}}} END AS breach"
        f' FROM (SELECT *, {holds} AS holds FROM temp."{rule.rows}" WHERE {texts["scope"]})'
    )


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
