"""running: rules on a connection → findings and runs."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb

from pipelines.audit.models import Rule, Rulebook, RuleError
from pipelines.audit.query import query
from pipelines.catalog import Words

Row = dict[str, Any]
ABSENT = re.compile(r'Table with name "?(\w+)"? does not exist')
NUMBER = re.compile(r"^-?\d+\.\d+$")
NO_ROWS = Words(zh="范围内没有任何行", en="no row is in its scope")
NO_OPERAND = Words(zh="范围内各行都缺少所需数值", en="every row in its scope lacks a figure that it needs")


@dataclass(frozen=True)
class Audited:
    """What an audit found: rows of quality.finding and of quality.rule_run."""

    findings: list[Row] = field(default_factory=list)
    runs: list[Row] = field(default_factory=list)


def audit(con: duckdb.DuckDBPyConnection, book: Rulebook) -> Audited:
    """All rules of the book over the tables `returns.*` and `catalog.*` of the connection.

    Args:
        con: a connection without external access.
        book: what `rules` returns.

    Raises:
        RuleError: the connection may reach files or the network.
    """
    auditor = Auditor(con, book)
    try:
        return auditor.run()
    finally:
        auditor.close()


class Auditor:
    """Runs a rulebook, and runs again only what a change of some tables can move.

    Args:
        con: a connection without external access; the views become temporary tables on it.
        book: the rules and views.

    Raises:
        RuleError: the connection may reach files or the network, or views refer to each other in a circle.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, book: Rulebook) -> None:
        (reaches_out,) = con.sql("SELECT current_setting('enable_external_access')").fetchall()[0]
        if reaches_out:
            raise RuleError(
                "audit: found a connection with external access, wanted one without. Open it with"
                " config={'enable_external_access': 'false'}. 审核只在不能访问外部的连接上运行。"
            )
        self.con, self.book = con, book
        self.sources = {name: _tables_of(con, view.sql) for name, view in book.views.items()}
        self.order = list(_ordered(self.sources))
        self.has_returns = con.sql("FROM duckdb_tables() WHERE schema_name = 'returns'").fetchone() is not None
        self.faults: dict[str, Words] = {}
        self.results: dict[str, Audited] = {}

    def run(self, changed: Collection[str] | None = None) -> Audited:
        """The findings and runs of all rules, in the order of the book.

        Args:
            changed: the tables that changed since the last run; None: all of them.
        """
        stale = set(self.order) if changed is None else self._reached(changed)
        for name in (name for name in self.order if name in stale):
            self._make(name)
        for rule_id, rule in self.book.rules.items():
            if rule_id not in self.results or rule.rows in stale:
                self.results[rule_id] = self._checked(rule_id, rule)
        results = [self.results[rule_id] for rule_id in self.book.rules]
        findings = [row for result in results for row in result.findings]
        return Audited(findings, [row for result in results for row in result.runs])

    @property
    def state(self) -> str:
        """What a rule is whose SQL cannot run: failed, which the gate refuses, where there are returns to check."""
        return "failed" if self.has_returns else "not_run"

    def close(self) -> None:
        """Drops the temporary tables."""
        for name in reversed(self.order):
            self.con.execute(f'DROP {self._kind(name)} IF EXISTS temp."{name}"')

    def _reached(self, changed: Collection[str]) -> set[str]:
        """The views that one of the tables goes into."""
        reached: set[str] = set()
        for name in self.order:
            if self.sources[name] & (set(changed) | reached):
                reached.add(name)
        return reached

    def _kind(self, name: str) -> str:
        return "TABLE" if self.book.views[name].kept else "VIEW"

    def _make(self, name: str) -> None:
        self.con.execute(f'DROP {self._kind(name)} IF EXISTS temp."{name}"')
        self.faults.pop(name, None)
        ill = sorted(self.sources[name] & set(self.faults))
        if ill:
            self.faults[name] = self.faults[ill[0]]
            return
        try:
            self.con.execute(f'CREATE TEMP {self._kind(name)} "{name}" AS {self.book.views[name].sql}')
        except duckdb.Error as fault:
            self.faults[name] = _reason(fault, name)

    def _checked(self, rule_id: str, rule: Rule) -> Audited:
        if rule.not_run is not None or rule.rows is None:
            return _not_run(rule_id, rule.not_run or NO_ROWS)
        if rule.rows in self.faults:
            return _not_run(rule_id, self.faults[rule.rows], state=self.state)
        try:
            columns = self.con.execute(f'SELECT * FROM temp."{rule.rows}" LIMIT 0').description or []
            found = self.con.execute(query(rule, [column[0] for column in columns])).fetchone()
        except duckdb.Error as fault:
            return _not_run(rule_id, _reason(fault, rule.rows), state=self.state)
        checked, unchecked, breaches = found or (0, 0, [])
        if not checked:
            return _not_run(rule_id, NO_OPERAND if unchecked else NO_ROWS, unchecked)
        findings = list(_findings(rule_id, rule, breaches))
        run = {"rule_id": rule_id, "state": "ran", "reason_zh": None, "reason_en": None, "rows_checked": checked,
               "rows_not_checked": unchecked, "findings": len(findings)}  # fmt: skip
        return Audited(findings, [run])


def _not_run(rule_id: str, reason: Words, unchecked: int = 0, *, state: str = "not_run") -> Audited:
    return Audited([], [{"rule_id": rule_id, "state": state, "reason_zh": reason.zh, "reason_en": reason.en,
                         "rows_checked": 0, "rows_not_checked": unchecked, "findings": 0}])  # fmt: skip


def _reason(fault: duckdb.Error, view: str) -> Words:
    """Why a query could not run, in words: the first line of what the engine says."""
    said = str(fault).strip().splitlines()[0]
    absent = ABSENT.search(said)
    match fault:
        case duckdb.CatalogException() if absent:
            return Words(zh=f"本频道没有表 {absent[1]}", en=f"this channel has no table {absent[1]}")
        case duckdb.BinderException():
            zh, en = "所需的列不在", "a column that it needs is not there"
        case _:
            zh, en = "判断式无法执行", "the predicate cannot be run"
    return Words(zh=f"{view}：{zh}（{said}）", en=f"{view}: {en} ({said})")


def _findings(rule_id: str, rule: Rule, breaches: list[Mapping[str, Any]]) -> Iterator[Row]:
    """Rows of quality.finding in the order of their place; an id is a hash of rule and place."""
    seen: Counter[str] = Counter()
    for breach in sorted(breaches, key=lambda one: [str(value) for value in one.values()]):
        words = "\n".join([rule_id, *(str(breach[key]) for key in ("form_id", "unit_code", "period", "obs_vintage",
                                                                    "cell"))])  # fmt: skip
        seen[words] += 1
        numbered = f"{words}\n{seen[words]}"
        yield {
            "finding_id": "F" + hashlib.sha256(numbered.encode()).hexdigest()[:16],
            "rule_id": rule_id,
            "rule_severity": rule.severity,
            **breach,
            "found": _plain(breach["found"]),
            "expected": _plain(breach["expected"]),
            "mend_zh": rule.mend.zh,
            "mend_en": rule.mend.en,
        }


def _plain(text: str | None) -> str | None:
    """A number without the zeros behind its last digit; other text as it is."""
    return text.rstrip("0").rstrip(".") if text and NUMBER.match(text) else text


def _tables_of(con: duckdb.DuckDBPyConnection, sql: str) -> set[str]:
    """The tables and views that a query reads: `returns.skill`, or a bare name.

    Raises:
        RuleError: the text is not one SELECT.
    """
    found = con.execute("SELECT CAST(json_serialize_sql($sql) AS VARCHAR)", {"sql": sql}).fetchone()
    parsed = json.loads(found[0]) if found else {}
    if parsed.get("error") or len(parsed["statements"]) != 1:
        raise RuleError(
            f"views: found {sql[:60]!r}, wanted one SELECT ({parsed.get('error_message', 'several statements')})."
            " Mend expectations/rules/views.yaml. 每个视图只能是一条查询，请改正。"
        )
    return set(_named(parsed))


def _named(node: Any) -> Iterator[str]:
    """The tables named anywhere in a parsed query."""
    if isinstance(node, dict):
        if node.get("type") == "BASE_TABLE":
            yield ".".join(part for part in (node["schema_name"], node["table_name"]) if part)
        for child in node.values():
            yield from _named(child)
    elif isinstance(node, list):
        for child in node:
            yield from _named(child)


def _ordered(sources: Mapping[str, Collection[str]]) -> Iterator[str]:
    """The views, each behind those that it reads.

    Raises:
        RuleError: views refer to each other in a circle.
    """
    waiting = dict(sources)
    while waiting:
        ready = [name for name, read in waiting.items() if not set(read) & set(waiting)]
        if not ready:
            raise RuleError(f"views: {', '.join(sorted(waiting))} refer to each other in a circle. 视图互相引用。")
        for name in ready:
            del waiting[name]
            yield name
