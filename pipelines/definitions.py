"""definitions: assembles the line, its job, schedules and sensor for Dagster and for the command line."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dagster as dg

from pipelines.catalog import Catalog
from pipelines.home import Home
from pipelines.line import Line, TableIO
from pipelines.release import fingerprint


def assembled(home: Home, channel: str, on_step: Callable[[str], None] | None = None) -> dg.Definitions:
    """Everything that Dagster needs to run one channel over one home.

    Args:
        home: where sources, catalogue, expectations and results lie.
        channel: the channel to run.
        on_step: is told the name of every step that ends well.
    """
    line = Line(home, channel)
    hooks = {_told(on_step)} if on_step else None
    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    job = dg.define_asset_job(job_name(channel), dg.AssetSelection.key_prefixes([channel]), config=quiet, hooks=hooks,
                              executor_def=dg.in_process_executor)  # fmt: skip
    when = {"monthly": "0 3 1 * *", "yearly": "0 4 1 4 *"}
    schedules = [dg.ScheduleDefinition(name=f"{name}_{channel}", job=job, cron_schedule=cron,
                                       execution_timezone="Asia/Shanghai")
                 for name, cron in when.items()]  # fmt: skip
    return dg.Definitions(
        assets=line.assets(),
        asset_checks=line.checks(),
        jobs=[job],
        schedules=schedules,
        sensors=[_inbox(home, channel, job)] if line.is_of_figures else [],
        resources={line.keeper: dg.IOManagerDefinition.hardcoded_io_manager(TableIO(line.warehouse))},
    )


def job_name(channel: str) -> str:
    """The job that makes the channel's release."""
    return f"release_{channel}"


def _told(on_step: Callable[[str], None]) -> dg.HookDefinition:
    @dg.success_hook(name="tell")
    def tell(context: dg.HookContext) -> None:
        on_step(context.step_key)

    return tell


def _inbox(home: Home, channel: str, job: Any) -> dg.SensorDefinition:
    @dg.sensor(name="inbox", job=job, minimum_interval_seconds=60)
    def inbox(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        """Asks for a release when the content of data/inbox changes."""
        inputs = fingerprint.inputs(home, channel)
        found = {name: mark for name, mark in inputs.items() if name.startswith("data/inbox/")}
        mark = fingerprint.fingerprint("inbox", found)
        if mark == context.cursor or (context.cursor is None and not found):
            return dg.SkipReason("收件箱没有新内容 / nothing new in data/inbox")
        context.update_cursor(mark)  # no run key: a file that is taken out and dropped again asks again
        return dg.RunRequest()

    return inbox


def instance(home: Home) -> dg.DagsterInstance:
    """The Dagster instance that dagster.yaml describes, with its storage under data/dagster."""
    home.dagster.mkdir(parents=True, exist_ok=True)
    os.environ["BLUEBOOK_DAGSTER"] = str(home.dagster)
    return dg.DagsterInstance.from_config(str(Path(__file__).parents[1]))


def failures(result: dg.ExecuteInProcessResult) -> list[str]:
    """What went wrong in a run: failed blocking checks first, then steps that raised; empty when it went well."""
    if result.success:
        return []
    found: list[str] = []
    for event in result.all_events:
        if event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            evaluation = event.asset_check_evaluation_data
            if not evaluation.passed and evaluation.severity == dg.AssetCheckSeverity.ERROR:
                found.append(str(evaluation.metadata["critical"].value))
        if event.is_step_failure and event.step_failure_data.error:
            error = event.step_failure_data.error
            cause = error.cause or error
            if "DagsterAssetCheckFailedError" not in str(error.cls_name) + str(cause.cls_name):
                found.append(f"{event.step_key}: {cause.message.strip()}")
    return found or ["运行失败，原因见 bluebook dagster。 The run failed; see `bluebook dagster` for the reason."]


@dg.definitions
def defs() -> dg.Definitions:
    """What `dagster dev` loads: every channel; assembled when asked for, so that an import reads nothing."""
    home = Home()
    return dg.Definitions.merge(*(assembled(home, channel) for channel in Catalog(home.catalog).channels))
