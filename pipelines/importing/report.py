"""report: a sweep as the lines of three tables for a person: files, findings, totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pipelines.importing import rows
from pipelines.importing.model import Sweep

FILES = ("文件 / file", "结果 / outcome", "来源 / source", "数 / rows", "单位 / units", "年 / years", "原因 / why")
FINDINGS = ("级 / severity", "位置 / place", "代码 / code", "发现 → 应为 / found → wanted", "下一步 / next")
SEVERITIES = ("hard", "soft", "info")
KINDS = {"imported": "导入 imported", "refused": "拒绝 refused", "duplicate": "重复文件 duplicate",
         "repeats": "数字重复 repeats", "ignored": "不读 ignored"}  # fmt: skip
SEVERITY_WORDS = {"hard": "错误 hard", "soft": "疑问 soft", "info": "提示 info"}


def files(sweep: Sweep) -> Iterator[tuple[str, ...]]:
    """File, outcome, producer and table, rows, units, years, and the reason in both languages."""
    for one in sweep.outcomes:
        row = rows.ledger(one)
        years = "–".join(sorted({row["first_year"], row["last_year"]} - {""}))
        reason = "\n".join(text for text in (row["reason_zh"], row["reason_en"]) if text)
        source = " ".join(text for text in (row["producer"], row["table_id"]) if text)
        yield row["input_name"], KINDS[one.kind], source, row["rows"], row["units"], years, reason


def findings(sweep: Sweep) -> Iterator[tuple[str, ...]]:
    """Severity, place, code, what was found and wanted, and what to do next in both languages; hard ones first."""
    for one in sorted(sweep.findings(), key=lambda finding: SEVERITIES.index(finding.severity)):
        row = rows.finding(one)
        place = " ".join(text for text in (row["input_name"], row["sheet"], row["cell"]) if text)
        said = f"{row['found']} → {row['wanted']}"
        yield SEVERITY_WORDS[one.severity], place, row["code"], said, f"{row['next_step_zh']}\n{row['next_step_en']}"


def totals(sweep: Sweep) -> str:
    """Files by outcome, figures, and cells read = accepted + refused + ignored."""
    kinds = Counter({kind: len({one.name for one in sweep.outcomes if one.kind == kind}) for kind in KINDS})
    said = "，".join(f"{KINDS[kind]} {count}" for kind, count in kinds.items() if count)
    readings = [one.reading for one in sweep.outcomes]
    read, accepted = sum(one.cells_read for one in readings), sum(one.cells_accepted for one in readings)
    refused, ignored = sum(one.cells_refused for one in readings), sum(one.cells_ignored for one in readings)
    figures = sum(len(one.figures) for one in readings)
    return (f"{said}；数字 figures {figures}；单元格 cells {read} = 采用 accepted {accepted}"
            f" + 拒绝 refused {refused} + 不读 ignored {ignored}")  # fmt: skip
