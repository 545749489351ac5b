"""cli: the command `bluebook`."""

from __future__ import annotations

import os
import subprocess
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from pipelines.catalog import Catalog, CatalogError
from pipelines.checks import SuiteError
from pipelines.home import VARIABLE, BusyError, Home
from pipelines.release import build, fingerprint, pointer, publish
from pipelines.release.files import read_json


class Language(StrEnum):
    """The languages of what is printed."""

    zh = "zh"
    en = "en"


CHECKOUT = Path(__file__).parents[1]
console, problems = Console(), Console(stderr=True)
PURPOSE = "产改统计：实际数据进，核验过的冻结发布出。 Real figures in, a checked release out."
main = typer.Typer(no_args_is_help=True, help=PURPOSE)
release = typer.Typer(no_args_is_help=True, help="发布：列出、查看、切换、公布。 List, show, use, publish releases.")
main.add_typer(release, name="release")


@main.command()
def run(
    channel: Annotated[str | None, typer.Option(help="频道，不写则全部 / channel; all without it")] = None,
    *,
    force: Annotated[bool, typer.Option("--force", help="输入未变也重建 / build even if nothing changed")] = False,
) -> None:
    """读入、检查、计算并公布一个发布。 Load, check, compute and publish a release of each channel."""
    home = Home()
    try:
        channels = [channel] if channel else list(Catalog(home.catalog).channels)
        made = [_made(home, one, force=force) for one in channels]
    except CatalogError as fault:  # nothing was touched
        problems.print(str(fault), markup=False, soft_wrap=True)
        raise typer.Exit(1) from fault
    if not all(made):
        raise typer.Exit(1)


def _made(home: Home, channel: str, *, force: bool) -> bool:
    """Makes the channel's release, or says why there is none to make; whether all went well."""
    console.rule(f"{channel} · {Catalog(home.catalog).channel_named(channel).name.zh}", align="left")
    held = publish.held_back(home, channel, _fingerprint(home, channel))
    if held and not force:
        console.print(
            f"这些输入就是 {held}，它公布后被回退，所以不再自动公布。先改正来源，或：bluebook release publish {held}\n"
            f"These inputs are {held}, which was rolled back; it is not published again by itself. Mend the source,"
            f" or: bluebook release publish {held}",
            soft_wrap=True,
        )
        return True
    unchanged = None if force else _unchanged(home, channel)
    if unchanged:
        said = f"输入未变，当前发布仍是 {unchanged}。 Nothing changed; {unchanged} stays current."
        console.print(said, soft_wrap=True)
        return True
    try:
        with home.claimed(channel):
            messages = _execute(home, channel)
    except (CatalogError, SuiteError, BusyError) as fault:  # nothing was touched
        messages = [str(fault)]
    _tell(home, channel, messages)
    return not messages


def _tell(home: Home, channel: str, messages: list[str]) -> None:
    """What came of a run."""
    current = pointer.current(home, channel)
    if messages:
        problems.print(f"[bold]未发布 / Not released[/]；当前发布不变 / still current: {current or '—'}")
        for message in messages:
            problems.print(message, markup=False, soft_wrap=True)
        return
    newest = next(one["release_id"] for one in publish.releases(home) if one["channel"] == channel)
    if newest != current:
        console.print(f"待批准 / waiting for approval: bluebook release publish {newest}", soft_wrap=True)
    console.print(f"当前发布 / Released: {current}")
    console.print(f"查看 / Open: bluebook dashboard    册子 / Book: data/releases/{current}/book/", soft_wrap=True)


def _unchanged(home: Home, channel: str) -> str | None:
    """The current release's id where its fingerprint is what a run would have now."""
    current = pointer.current(home, channel)
    if current is None or publish.faults(home.releases / current):
        return None
    known = read_json(home.releases / current / "manifest.json")["fingerprint"]
    return current if known == _fingerprint(home, channel) else None


def _fingerprint(home: Home, channel: str) -> str:
    """What a release would be made from now."""
    return fingerprint.fingerprint(channel, fingerprint.inputs(home, channel), fingerprint.code())


def _execute(home: Home, channel: str) -> list[str]:
    """Runs the channel's job; returns what went wrong, in words."""
    count = TextColumn("{task.completed}/{task.total}")
    columns = (TextColumn("{task.description}"), BarColumn(), count, TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task("准备 / loading", total=None)
        from pipelines import definitions  # takes seconds: Dagster and Great Expectations

        def on_step(name: str) -> None:
            progress.update(bar, advance=1, description=name[:44])

        defs = definitions.assembled(home, channel, on_step)
        job = defs.resolve_job_def(definitions.job_name(channel))
        progress.update(bar, total=len(job.graph.node_dict))
        with definitions.instance(home) as instance:
            result = job.execute_in_process(instance=instance, raise_on_error=False)
    return definitions.failures(result)


@main.command("import")
def import_tables(
    paths: Annotated[list[Path], typer.Argument(help="文件或文件夹 / files or folders")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看不写 / look, write nothing")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="替换同名而内容不同者 / replace other content")] = False,
) -> None:
    """读入生产者原样发布的表，逐文件说明结果。 Import tables as they are published; every file has an outcome."""
    from pipelines import importing
    from pipelines.importing import report
    from pipelines.sources.declarations import DeclarationError

    home = Home()
    try:
        with home.claimed("import"):
            catalog = Catalog(home.catalog)
            known = importing.standing(home.sources, catalog)
            swept = importing.sweep(paths, catalog, home.imports, known, replace=replace)
            gone = importing.removed(swept, home.sources)
            written = [] if dry_run else importing.write(swept, home.sources, home.imports, catalog)
    except (importing.MissingPathError, DeclarationError, CatalogError, BusyError) as fault:
        problems.print(str(fault), markup=False, soft_wrap=True)
        raise typer.Exit(2 if isinstance(fault, importing.MissingPathError) else 1) from fault
    for text in (*report.files(swept), *report.findings(swept), report.totals(swept)):
        console.print(text, markup=False, highlight=False, soft_wrap=True)
    said = "未写入 / nothing written" if dry_run else f"已写入 / written: {', '.join(path.name for path in written)}"
    console.print(said, markup=False, soft_wrap=True)
    if replace or gone:
        console.print(f"移除的原有行 / standing rows removed: {gone}", markup=False, soft_wrap=True)


@main.command()
def audit(
    fault: Annotated[list[str] | None, typer.Option(help="植入差错：名称、规则或 all / plant: name, rule, all")] = None,
    rule: Annotated[list[str] | None, typer.Option(help="列出该规则的疑点 / list the findings of a rule")] = None,
    *,
    trial: Annotated[bool, typer.Option("--trial", help="逐个植入，查准与查全 / precision and recall")] = False,
) -> None:
    """按审核规则审核演示数据；植入差错看能否查出。 Audit the demonstration data; plant faults and see them found."""
    from pipelines import audit_command as room
    from pipelines.audit import RuleError
    from pipelines.demo import DemoError

    passed = True
    try:
        if trial:
            passed = room.print_trial(Home(), console, _table)
        elif fault:
            room.print_planted(Home(), console, fault)
        else:
            passed = room.print_audit(Home(), console, _table, rule or [])
    except (CatalogError, RuleError, DemoError) as refused:
        problems.print(str(refused), markup=False, soft_wrap=True)
        passed = False
    if not passed:
        raise typer.Exit(1)


@main.command()
def dashboard(port: Annotated[int, typer.Option(help="端口 / port")] = 8501) -> None:
    """打开仪表板。 Open the dashboard."""
    app = CHECKOUT / "dashboards" / "app.py"
    command = [sys.executable, "-m", "streamlit", "run", str(app), "--server.port", str(port)]
    os.execvpe(sys.executable, command, os.environ | {VARIABLE: str(Home().root)})  # noqa: S606 - no shell


@main.command()
def dagster(port: Annotated[int, typer.Option(help="端口 / port")] = 3000) -> None:
    """打开 Dagster（排程与运行记录）。 Open Dagster: schedules and runs."""
    home = Home()
    home.dagster.mkdir(parents=True, exist_ok=True)
    own = {"DAGSTER_HOME": str(CHECKOUT), "BLUEBOOK_DAGSTER": str(home.dagster), VARIABLE: str(home.root)}
    named = os.environ | own
    command = [sys.executable, "-m", "dagster", "dev", "-m", "pipelines.definitions", "-p", str(port)]
    raise typer.Exit(subprocess.run(command, env=named, cwd=CHECKOUT, check=False).returncode)  # noqa: S603 - no shell


@main.command()
def explain(
    indicator: str,
    unit: Annotated[str, typer.Argument(help="单位代码或名称 / unit code or name")],
    period: Annotated[str, typer.Argument(help="时期，或 latest / period or latest")] = "latest",
    *,
    lang: Annotated[Language, typer.Option(help="zh, en")] = Language.zh,
    release_id: Annotated[str | None, typer.Option("--release", help="发布 / release")] = None,
    channel: Annotated[str, typer.Option(help="频道的当前发布 / the channel's current release")] = "real",
) -> None:
    """一个数字从哪里来：公式、实际数字、各行、文件和行号。 Where a number comes from."""
    from dashboards import explain as room
    from dashboards import release_file

    try:
        con = release_file.open_release(release_id, channel).cursor()
        lines = room.explained(con, indicator, unit, period, lang.value)
    except LookupError as fault:  # an unknown release, indicator, unit or period, with what there is
        problems.print(str(fault), markup=False, soft_wrap=True)
        raise typer.Exit(1) from fault
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)


@main.command()
def doctor() -> None:
    """这台机器缺什么、怎么补。 What is missing on this machine and how to mend it."""
    from pipelines import doctor as room

    table = _table("项目 / what", "", "发现 / found", "怎么补 / how to mend")
    ill = False
    for one in room.findings(Home()):
        ill = ill or (one.is_needed and not one.is_well)
        table.add_row(one.subject, "✓" if one.is_well else "✗", one.found, "" if one.is_well else one.mend)
    console.print(table)
    if ill:
        raise typer.Exit(1)


@release.command("list")
def list_releases() -> None:
    """列出全部发布。 List all releases."""
    home = Home()
    table = _table("发布 / release", "时间 / created", "检查 / checks", "差异 / changes", "当前 / current")
    for one in publish.releases(home):
        mark = "●" if pointer.current(home, one["channel"]) == one["release_id"] else ""
        passed = f"{one['checks']['passed']}/{one['checks']['run']}"
        table.add_row(one["release_id"], one["created"], passed, str(one["counts"]["changes"]), mark)
    console.print(table)
    for name in publish.unreadable(home):
        problems.print(
            f"{name}: manifest.json 无法读取，请 bluebook run --force。 Cannot be read; run `bluebook run --force`."
        )


@release.command()
def show(release_id: str) -> None:
    """查看并核验一个发布。 Show and verify one release."""
    folder = _folder(release_id)
    manifest = read_json(folder / "manifest.json")
    for name in ("release_id", "created", "channel", "content_hash", "fingerprint", "previous"):
        console.print(f"{name:14} {manifest[name]}", markup=False)
    table = _table("表 / table", "行 / rows", "校验值 / hash")
    for name, one in manifest["tables"].items():
        table.add_row(name, str(one["rows"]), one["hash"][:16])
    console.print(table)
    found = publish.faults(folder)
    console.print("核验一致 / verifies" if not found else "核验不符 / does not verify: " + "; ".join(found))
    if found:
        raise typer.Exit(1)


@release.command()
def use(release_id: str, reason: Annotated[str, typer.Option(help="为什么 / why")]) -> None:
    """把指针移到一个已有发布（回退或前进）。 Move the pointer to an existing release."""
    _move(release_id, reason)


@release.command("publish")
def publish_release(release_id: str, reason: Annotated[str, typer.Option(help="为什么 / why")] = "approved") -> None:
    """核验并公布一个候选发布。 Verify a sealed release and make it current."""
    _move(release_id, reason)


def _table(*heads: str) -> Table:
    """A table whose cells are folded, never cut; the first column stays in one piece."""
    table = Table()
    for place, head in enumerate(heads):
        table.add_column(head, overflow="fold", no_wrap=place == 0)
    return table


def _move(release_id: str, reason: str) -> None:
    try:
        publish.publish(Home(), release_id, reason)
    except (build.ReleaseError, ValueError) as fault:
        problems.print(str(fault), markup=False, soft_wrap=True)
        raise typer.Exit(1) from fault
    console.print(f"当前发布 / current: {release_id}")


def _folder(release_id: str) -> Path:
    try:
        return publish.folder_of(Home(), release_id)
    except build.ReleaseError as fault:
        problems.print(str(fault), markup=False, soft_wrap=True)
        raise typer.Exit(1) from fault


if __name__ == "__main__":
    main()
