"""checks: expectations/ → Great Expectations → one row of result an expectation."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

Spec = Mapping[str, Any]
Row = dict[str, Any]
SHOWN = 3
RULES = "rules"  # edit rules, which `audit` runs
NEXT = {
    "critical": ("请改正所列各行后重新运行。", "Mend the rows named and run again."),
    "warning": (
        "请核对所列各行；来源确实如此的，保留并注明。",
        "Look at the rows named; what the sources really say stays.",
    ),
}


class SuiteError(ValueError):
    """A suite that cannot be read or says nothing."""


def suites(folder: Path) -> dict[str, list[Spec]]:
    """The expectations of every table, by table name (`layer.table`).

    Raises:
        SuiteError: a suite is empty, or an expectation lacks severity or notes in both languages.
    """
    found: dict[str, list[Spec]] = {}
    for path in sorted(folder.glob("*/*.yaml")):
        if path.parent.name == RULES:
            continue
        specs = _specs(path)
        if not specs:
            raise SuiteError(f"{path}: found no expectation, wanted at least one. An empty suite passes everything.")
        for place, spec in enumerate(specs, start=1):
            if spec.get("severity") not in ("critical", "warning") or len(spec.get("notes") or ()) != 2:
                raise SuiteError(
                    f"{path}, expectation {place} ({spec.get('type')}): wanted severity critical or warning,"
                    " and notes in Chinese and English."
                )
        found[f"{path.parent.name}.{path.stem}"] = specs
    return found


def _specs(path: Path) -> list[Spec]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as fault:
        raise SuiteError(f"{path}: 不是有效的 YAML。 Cannot be read as YAML: {fault}. Mend the file.") from fault
    return (content.get("expectations") or []) if isinstance(content, dict) else []


def columns(specs: Sequence[Spec]) -> set[str]:
    """The columns whose values a suite looks at."""
    found: set[str] = set()
    for spec in specs:
        kwargs = spec["kwargs"]
        found |= {kwargs[name] for name in ("column", "column_A", "column_B") if name in kwargs}
        if spec["type"] != "expect_table_columns_to_match_ordered_list":
            found |= set(kwargs.get("column_list", ()))
    return found


def results(name: str, frame: pd.DataFrame, specs: Sequence[Spec], key: Sequence[str], digest: str) -> list[Row]:
    """The result of every expectation of a suite on a table, in the suite's order.

    Args:
        name: the table, `layer.table`.
        frame: its rows as plain objects.
        specs: the suite in Great Expectations' own form.
        key: the columns that name a row in a message.
        digest: the content hash of what was checked; the gate asks for it.

    Returns:
        Rows of quality.check_result.
    """
    from great_expectations import ExpectationSuite
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    expectations = [
        ExpectationConfiguration(**{**spec, "meta": {"number": number}}).to_domain_obj()
        for number, spec in enumerate(specs, start=1)
    ]
    batch = context().data_sources.get("frames").get_asset("frame").get_batch_definition("whole").get_batch(
        {"dataframe": frame}
    )  # fmt: skip
    shown = {"result_format": "COMPLETE", "unexpected_index_column_names": list(key)}
    validation = batch.validate(ExpectationSuite(name=name, expectations=expectations), result_format=shown)
    rows = [_row(name, frame, specs, result, digest) for result in validation.results]
    return sorted(rows, key=lambda row: int(row["expectation_number"]))


@cache
def context() -> Any:
    """One in-memory context; importing Great Expectations takes seconds, so it waits until it is needed."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    context.data_sources.add_pandas("frames").add_dataframe_asset("frame").add_batch_definition_whole_dataframe("whole")
    return context


def _row(name: str, frame: pd.DataFrame, specs: Sequence[Spec], result: Any, digest: str) -> Row:
    number = result.expectation_config.meta["number"]
    spec = specs[number - 1]
    message_zh, message_en = _message(name, number, spec, result)
    return {
        "table_name": name,
        "expectation_number": number,
        "expectation_type": spec["type"],
        "severity": spec["severity"],
        "success": bool(result.success),
        "checked_rows": len(frame),
        "unexpected_rows": int(result.result.get("unexpected_count") or 0) if result.result else 0,
        "message_zh": message_zh,
        "message_en": message_en,
        "note_zh": spec["notes"][0],
        "note_en": spec["notes"][1],
        "table_hash": digest,
    }


def _message(name: str, number: int, spec: Spec, result: Any) -> tuple[str, str]:
    """What was found where, what was wanted, and what to do next, in Chinese and English."""
    if result.success:
        return "通过", "Passed"
    wanted = ", ".join(f"{key}={value}" for key, value in spec["kwargs"].items())
    found, count = _found(result)
    rule = f"{name}#{number} {spec['type']}: {wanted}"
    zh, en = spec["notes"]
    next_zh, next_en = NEXT[spec["severity"]]
    return (
        f"{zh}发现（共 {count} 行）：{found}。{next_zh}（规则 {rule}）",
        f"{en} Found ({count} rows in all): {found}. {next_en} (Rule {rule})",
    )


def _found(result: Any) -> tuple[str, int]:
    raised = [one for one in (result.exception_info or {}).values() if isinstance(one, Mapping)]
    if raised:
        return str(raised[0].get("exception_message")), 0
    offenders = result.result.get("unexpected_index_list") or []
    if not offenders:
        return str(result.result.get("observed_value")), int(result.result.get("unexpected_count") or 0)
    return "；".join(_offender(one) for one in offenders[:SHOWN]), len(offenders)


def _offender(row: Mapping[str, Any]) -> str:
    """A row as a person would name it: file and line first, then what stands there."""
    rest = {key: value for key, value in row.items() if key not in ("source_file", "source_line")}
    place = (
        f"{row['source_file']} 第 {row['source_line']} 行 / line {row['source_line']}: " if "source_line" in row else ""
    )
    return place + ", ".join(f"{key} = {_plain(value)}" for key, value in rest.items())


def _plain(value: Any) -> str:
    """A value as a person would write it: 93, not 93.000000000."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def failures(rows: Sequence[Row], severity: str) -> list[str]:
    """The messages of the failed expectations of one severity, Chinese and English."""
    failed = [row for row in rows if row["severity"] == severity and not row["success"]]
    return [f"{row['message_zh']}\n{row['message_en']}" for row in failed]
