"""report: a sweep in words for a person: files, reasons, findings, totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pipelines.importing import rows
from pipelines.importing.model import Sweep

SEVERITIES = ("hard", "soft", "info")
KINDS = {"imported": "导入 imported", "refused": "拒绝 refused", "duplicate": "重复文件 duplicate",
         "repeats": "数字重复 repeats", "ignored": "不读 ignored"}  # fmt: skip
SEVERITY_WORDS = {"hard": "错误 hard", "soft": "疑问 soft", "info": "提示 info"}


def files(sweep: Sweep) -> Iterator[str]:
    """A line a table that was imported, with its rows, units and years; then a line a reason why others were not."""
    reasons: dict[tuple[str, str, str], list[str]] = {}
    for one in sweep.outcomes:
        row = rows.ledger(one)
        if one.kind != "imported":
            reasons.setdefault((KINDS[one.kind], row["reason_zh"], row["reason_en"]), []).append(row["input_name"])
            continue
        years = "–".join(sorted({row["first_year"], row["last_year"]}))
        also = f"；{row['reason_zh']} {row['reason_en']}" if row["reason_zh"] else ""
        size = f"{row['rows']}个数 figures，{row['units']}个单位 units，{years}"
        yield f"{KINDS[one.kind]}，{row['input_name']}，{row['table_id']}：{size}{also}"
    for (kind, zh, en), names in reasons.items():
        yield f"{kind}，{'，'.join(names)}：{zh} {en}"


def findings(sweep: Sweep) -> Iterator[str]:
    """Severity, place, code, what was found and wanted, and what to do next in both languages; hard ones first."""
    for one in sorted(sweep.findings(), key=lambda finding: SEVERITIES.index(finding.severity)):
        row = rows.finding(one)
        place = " ".join(text for text in (row["input_name"], row["sheet"], row["cell"]) if text)
        said = f"{row['found']} → {row['wanted']}"
        step = f"{row['next_step_zh']} {row['next_step_en']}"
        yield f"{SEVERITY_WORDS[one.severity]}，{place}，{row['code']}：{said}。{step}"


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
