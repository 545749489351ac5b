"""audit_command: what `bluebook audit` prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import duckdb
from rich.console import Console
from rich.progress import track
from rich.table import Table

from pipelines.audit import Audited, Rulebook, RuleError, audit, rules
from pipelines.catalog import Catalog
from pipelines.demo import country
from pipelines.home import Home
from pipelines.trial import CHANNEL, Bench, Score, Verdict, hard, loaded

Row = Mapping[str, Any]
Tabular = Callable[..., Table]
SHOWN = 20


def print_audit(home: Home, console: Console, tabular: Tabular, listed: Sequence[str]) -> bool:
    """Audits the demonstration channel and prints what every rule found; whether no hard finding is open.

    Args:
        home: the installation; its warehouse is audited where a run has made one, else the country as declared.
        console: where to print.
        tabular: makes a table of these heads.
        listed: the rules whose findings are listed in full.

    Raises:
        RuleError: a rule that is to be listed does not exist.
    """
    book = rules(home.expectations / "rules")
    listed = [_known(name, book) for name in listed]
    said, con = _returns(home)
    console.print(said)
    with con:
        audited = audit(con, book)
    shown = [run for run in audited.runs if not listed or run["rule_id"] in listed]
    _print_runs(audited, shown, book, console, tabular)
    open_hard = hard(audited.findings)
    chosen = [row for row in audited.findings if row["rule_id"] in listed]
    _print_findings(chosen if listed else open_hard[:SHOWN], console)
    return not open_hard


def _known(name: str, book: Rulebook) -> str:
    """The rule's id as it is declared.

    Raises:
        RuleError: there is no such rule; names those that are near.
    """
    ids = {rule_id.casefold(): rule_id for rule_id in book.rules}
    if name.casefold() not in ids:
        near = get_close_matches(name.casefold(), ids, n=5, cutoff=0.4) or list(ids)[:5]
        said = ", ".join(ids[one] for one in near)
        raise RuleError(
            f"--rule：没有规则 {name!r}；相近的有 {said}；全部见 expectations/rules/README.md。\n"
            f"--rule: found {name!r}, wanted a rule, e.g. {said}; all of them: expectations/rules/README.md."
        )
    return ids[name.casefold()]


def print_planted(home: Home, console: Console, names: Sequence[str]) -> None:
    """Plants faults in the country and prints the findings that were not there before.

    Args:
        home: the installation.
        console: where to print.
        names: "all", ids of rules, or names of faults.
    """
    bench = Bench(home.catalog, rules(home.expectations / "rules"))
    new = bench.planted(names)
    planted = bench.faults.named(names)
    console.print(f"植入差错 / faults planted: {len(planted)}；新疑点 / new findings: {len(new)}")
    for name, fault in planted.items():
        also = f" + {', '.join(fault.also)}" if fault.also else ""
        console.print(f"  {name} → {fault.rule}{also}", markup=False, soft_wrap=True)
    _print_findings(new, console)


def print_trial(home: Home, console: Console, tabular: Tabular) -> bool:
    """Plants every fault alone and prints precision and recall of every rule; whether the trial is passed."""
    book = rules(home.expectations / "rules")
    bench = Bench(home.catalog, book)
    total = len(bench.faults.declared)
    tried = list(track(bench.tried(), total=total, description="植入 / planting", console=console, transient=True))
    verdict = bench.verdict(tried)
    table = tabular("规则 / rule", "", "植入 planted", "查出 found", "查全 recall", "属实 true", "误报 false",
                    "查准 precision")  # fmt: skip
    for rule_id, score in verdict.scores.items():
        severity = book.rules[rule_id].severity if rule_id in book.rules else "?"
        table.add_row(rule_id, severity, *_score(score))
    console.print(table)
    _print_verdict(verdict, total, console)
    return verdict.is_passed


def _score(score: Score) -> tuple[str, ...]:
    counts = (str(score.planted), str(score.found), _share(score.recall))
    return (*counts, str(score.expected), str(score.unexpected), _share(score.precision))


def _share(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f}%"


def _print_verdict(verdict: Verdict, total: int, console: Console) -> None:
    scores = verdict.scores.values()
    expected, unexpected = sum(one.expected for one in scores), sum(one.unexpected for one in scores)
    everything = Score(total, total - len(verdict.missed), expected, unexpected)
    console.print(f"全部 / all: 查全 recall {everything.found}/{total} = {_share(everything.recall)}，"
                  f"查准 precision {expected}/{expected + unexpected} = {_share(everything.precision)}")  # fmt: skip
    untried = [rule_id for rule_id, score in verdict.scores.items() if not score.planted]
    strangers = [f"{name}: {', '.join(fired)}" for name, fired in verdict.strangers.items()]
    clean = [f"{row['rule_id']} {row['unit_code']} {row['period']}" for row in verdict.clean]
    for title, names in (("没有植入差错的规则 / rules without a planted fault", untried),
                         ("未查出 / missed", verdict.missed),
                         ("无关的强制性规则报错 / unrelated hard rules", strangers),
                         ("无差错时的强制性疑点 / hard findings without any fault", clean)):  # fmt: skip
        if names:
            console.print(f"{title} ({len(names)}): {'; '.join(names)}", markup=False, soft_wrap=True)


def _returns(home: Home) -> tuple[str, duckdb.DuckDBPyConnection]:
    """The returns of the warehouse where a run has made them, else those of the country as declared.

    Raises:
        RuleError: the warehouse cannot be opened.
    """
    path = home.warehouse(CHANNEL)
    if path.is_file():
        try:
            con = duckdb.connect(str(path), read_only=True, config={"enable_external_access": "false"})
        except duckdb.Error as fault:
            raise RuleError(
                f"{path}: found a warehouse that cannot be opened, wanted one that no other run is writing."
                f" Wait for the run to end. 仓库无法打开：请等正在进行的运行结束。({str(fault).splitlines()[0]})"
            ) from fault
        made = con.execute("SELECT count(*) FROM duckdb_tables() WHERE schema_name || '.' || table_name"
                           " IN ('returns.receipt', 'catalog.reporting_unit')").fetchone()  # fmt: skip
        if made == (2,):
            return f"审核 / auditing: {path}", con
        con.close()
    catalog = Catalog(home.catalog, CHANNEL)
    tables = country(catalog, home.catalog / "channels" / CHANNEL)
    return "审核按声明生成的演示数据 / auditing the demonstration country as declared", loaded(catalog, tables)


def _print_runs(
    audited: Audited, shown: Sequence[Row], book: Rulebook, console: Console, tabular: Tabular
) -> None:
    """What the rules say, checked and found; which did not run and why; then the sums of all."""
    table = tabular("规则 / rule", "强制程度 / severity", "疑点 / findings", "已审 / checked", "未审 / not checked")
    for run in shown:
        number = f"{run['findings']:,}" if run["state"] == "ran" else "未运行 / not run"
        table.add_row(run["rule_id"], book.rules[run["rule_id"]].severity, number, f"{run['rows_checked']:,}",
                      f"{run['rows_not_checked']:,}")  # fmt: skip
    console.print(table)
    for run in shown:
        if len(shown) < len(audited.runs):
            statement = book.rules[run["rule_id"]].statement
            console.print(f"{run['rule_id']}：{statement.zh} / {statement.en}", markup=False, soft_wrap=True)
        if run["state"] != "ran":
            why = f"{run['rule_id']} 未运行 / not run: {run['reason_zh']} / {run['reason_en']}"
            console.print(why, markup=False, soft_wrap=True)
    ran = sum(run["state"] == "ran" for run in audited.runs)
    still = len(audited.runs) - ran
    found = Counter(row["rule_severity"] for row in audited.findings)
    console.print(
        f"规则 {len(audited.runs)} 条：运行 {ran}，未运行 {still}（不算通过）；"
        f"强制性疑点 {found['hard']}，核实性 {found['soft']}。\n{len(audited.runs)} rules: {ran} ran,"
        f" {still} not run (not passed); {found['hard']} hard and {found['soft']} soft findings.",
        soft_wrap=True,
    )


def _print_findings(findings: Sequence[Row], console: Console) -> None:
    """One line a finding: rule, form, unit, period, cell, found, expected, how to mend it."""
    for row in findings:
        place = " ".join(str(row[name]) for name in ("rule_id", "rule_severity", "form_id", "unit_code", "period"))
        said = f"{place} [{row['cell'] or ''}]: 实有 found {row['found']}, 应有 expected {row['expected']}。"
        console.print(f"{said}{row['mend_zh']} / {row['mend_en']}", markup=False, highlight=False, soft_wrap=True)
