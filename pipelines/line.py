"""line: the production line of one channel: its assets and the blocking checks between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
import pyarrow as pa

from dashboards import bluebook
from pipelines import audit, catalog_rules, checks, declared, demo, facts, ledger, returned, stats, targets
from pipelines.catalog import Catalog
from pipelines.home import Home
from pipelines.release import build, fingerprint, gate, publish
from pipelines.sources import tidy
from pipelines.warehouse import Content, Tables, Warehouse, rows_of

Frames = dict[str, pd.DataFrame]
Decorator = Callable[[Callable[..., Any]], dg.AssetsDefinition]
SEVERITIES = {"critical": dg.AssetCheckSeverity.ERROR, "warning": dg.AssetCheckSeverity.WARN}


def short(name: str) -> str:
    """A table's name without its layer."""
    return name.partition(".")[2]


class TableIO(dg.IOManager):
    """Asset key [channel, layer, table] ↔ table layer.table of the channel's warehouse."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse

    def handle_output(self, context: dg.OutputContext, obj: Content) -> None:
        name = ".".join(context.asset_key.path[1:])
        digest = self.warehouse.write(name, obj)
        context.add_output_metadata({"rows_out": len(obj), "table_hash": digest})

    def load_input(self, context: dg.InputContext) -> pd.DataFrame:
        return self.warehouse.read(".".join(context.asset_key.path[1:]))


class Line:
    """The production line of one channel: its assets and checks over one home."""

    def __init__(self, home: Home, channel: str) -> None:
        self.home, self.channel, self.keeper = home, channel, f"tables_{channel}"
        self.catalog = Catalog(home.catalog, channel)
        catalog_rules.check(self.catalog)
        self.tables = Tables(self.catalog)
        self.warehouse = Warehouse(home.warehouse(channel), self.tables)

    def key(self, table: str) -> dg.AssetKey:
        """[channel, layer, table]."""
        return dg.AssetKey([self.channel, *table.split(".")])

    def frames(self, rows: Mapping[str, Iterable[Mapping[str, Any]]]) -> Frames:
        """Rows by table name as frames of the declared shape."""
        return {name: self.tables.frame(name, content) for name, content in rows.items()}

    def several(self, name: str, upstream: Iterable[str], downstream: Iterable[str]) -> Decorator:
        """A decorator: a function of the upstream frames that yields the downstream frames."""
        ins = {short(table): dg.AssetIn(key=self.key(table), input_manager_key=self.keeper) for table in upstream}
        return dg.multi_asset(name=f"{self.channel}_{name}", outs=self.outs(downstream), ins=ins, group_name=name)

    def outs(self, names: Iterable[str]) -> dict[str, dg.AssetOut]:
        """Outputs that the warehouse keeps, by the table's name without its layer."""
        return {short(name): dg.AssetOut(key=self.key(name), io_manager_key=self.keeper) for name in names}

    def assets(self) -> list[dg.AssetsDefinition]:
        """Every asset of the channel, in reading order."""
        return [*self._sources(), self._staged(), *self._imports(), *self._returns(), self._declared(), self._facts(),
                self._audit(), self._stats(), self._targets(), *self._release()]  # fmt: skip

    def _sources(self) -> list[dg.AssetsDefinition]:
        return [
            dg.AssetsDefinition(specs=[dg.AssetSpec(self.key(f"sources.{path.stem}"), group_name="sources",
                                                    description=f"data/sources/{path.name}")])
            for path in self.files()
        ]  # fmt: skip

    def files(self) -> list[Path]:
        """The source files that the channel reads."""
        return [self.home.root / name for name in self.inputs() if name.startswith("data/sources/")]

    def inputs(self) -> dict[str, str]:
        """SHA-256 of every input of the channel, by path below the root."""
        return fingerprint.inputs(self.home, self.channel)

    @property
    def is_of_figures(self) -> bool:
        """Whether the channel is made from published figures, and not from returns."""
        return self.catalog.channels[self.channel].made_from == "figures"

    def _staged(self) -> dg.AssetsDefinition:
        every = ("staged.figure", "staged.target_statement", "staged.refused_row", "quality.row_count",
                 "quality.input_file")  # fmt: skip
        names = [name for name in every if name in self.catalog.tables]
        files = [self.key(f"sources.{path.stem}") for path in self.files()]

        @dg.multi_asset(name=f"{self.channel}_staged", outs=self.outs(names), deps=files, group_name="staged")
        def staged() -> Iterable[dg.Output[pd.DataFrame]]:
            """Figures and target statements as printed; refused rows with their reasons; rows in and out."""
            inputs = [{"input_name": name, "file_hash": mark} for name, mark in self.inputs().items()]
            inbox = [self.home.inbox] if self.is_of_figures else []
            found = tidy.staged([*self.files(), *inbox], self.home.root, self.catalog)
            made = (found.figures, found.targets, found.refused, found.counts, inputs)
            rows = {name: content for name, content in zip(every, made, strict=True) if name in names}
            counted = {f"{one['input_name']}": f"{one['rows_in']} = {one['rows_out']} + {one['rows_refused']}"
                       for one in found.counts}  # fmt: skip
            for name, frame in self.frames(rows).items():
                yield dg.Output(frame, short(name), metadata={"rows in = out + refused": counted})

        return staged

    def _declared(self) -> dg.AssetsDefinition:
        names = [name for name in self.catalog.tables if name.startswith("catalog.")]

        @self.several("catalog", (), names)
        def catalog_tables() -> Iterable[dg.Output[pd.DataFrame]]:
            """The catalogue as tables, so that a release carries it."""
            for name, frame in self.frames(declared.tables(self.catalog, self.channel)).items():
                yield dg.Output(frame, short(name))

        return catalog_tables

    def _imports(self) -> list[dg.AssetsDefinition]:
        @self.several("imports", (), ledger.TABLES)
        def imports() -> Iterable[dg.Output[pd.DataFrame]]:
            """What became of every imported file, and what was odd in it."""
            for name, frame in self.frames(ledger.tables(self.home.imports)).items():
                yield dg.Output(frame, short(name))

        return [imports] if self.is_of_figures else []

    def _returns(self) -> list[dg.AssetsDefinition]:
        names = [name for name in self.catalog.tables if name.startswith("returns.")]

        @self.several("returns", (), names)
        def returns() -> Iterable[dg.Output[pa.Table]]:
            """The returns of the demonstration country, generated from its declared seed."""
            planted = self.catalog.channels[self.channel].planted
            made = demo.country(self.catalog, self.home.catalog / "channels" / self.channel, faults=planted)
            for name in names:
                yield dg.Output(made[name], short(name))

        return [] if self.is_of_figures else [returns]

    def _facts(self) -> dg.AssetsDefinition:
        return self._published_facts() if self.is_of_figures else self._returned_facts()

    def _returned_facts(self) -> dg.AssetsDefinition:
        upstream = [self.key(name) for name in self.catalog.tables if name.startswith("returns.")]
        names = ("facts.source", "facts.observation")

        @dg.multi_asset(name=f"{self.channel}_facts", outs=self.outs(names), deps=upstream, group_name="facts")
        def observations() -> Iterable[dg.Output[pa.Table]]:
            """The totals of every return as observations, all versions, the latest ranked first."""
            with self.warehouse.connection() as con:
                made = returned.observations(con, self.catalog)
            for name in names:
                yield dg.Output(made[name], short(name), metadata={"rows_out": len(made[name])})

        return observations

    def _published_facts(self) -> dg.AssetsDefinition:
        @self.several("facts", ("staged.figure", "staged.target_statement"), ("facts.source", "facts.observation"))
        def observations(figure: pd.DataFrame, target_statement: pd.DataFrame) -> Iterable[dg.Output[pd.DataFrame]]:
            """All facts, one a row, sources ranked; and every publication once."""
            figures, statements = rows_of(figure), rows_of(target_statement)
            rows = {"facts.source": facts.sources(figures, statements),
                    "facts.observation": facts.observations(figures, self.catalog)}  # fmt: skip
            yield from self._outputs(rows, rows_in=len(figures))

        return observations

    def _audit(self) -> dg.AssetsDefinition:
        names = ("quality.rule", "quality.rule_run", "quality.finding")
        read = [name for name in self.catalog.tables if name.split(".")[0] in ("returns", "catalog")]
        upstream = [self.key(name) for name in (*read, "facts.observation")]

        @dg.multi_asset(name=f"{self.channel}_audit", outs=self.outs(names), deps=upstream, group_name="audit")
        def findings() -> Iterable[dg.Output[pd.DataFrame]]:
            """The edit rules run over the returns: what they are, whether they ran, and what they found."""
            book = audit.rules(self.home.expectations / checks.RULES)
            with self.warehouse.connection() as con:
                found = audit.audit(con, book)
            rows = dict(zip(names, (book.rows(), found.runs, found.findings), strict=True))
            yield from self._outputs(rows, rows_in=sum(int(one["rows_checked"]) for one in found.runs))

        return findings

    def _stats(self) -> dg.AssetsDefinition:
        names, read = ("stats.indicator_value", "stats.working"), "facts.observation"

        @dg.multi_asset(name=f"{self.channel}_stats", outs=self.outs(names), deps=[self.key(read)], group_name="stats")
        def indicator_values() -> Iterable[dg.Output[pd.DataFrame]]:
            """Every indicator wherever its inputs are given, with its working."""
            observations = self.warehouse.rows(read, stats.READ)
            found = stats.indicator_values(observations, self.catalog)
            rows = dict(zip(names, (found.values, found.working), strict=True))
            left_out = stats.left_out(observations, found.working, self.catalog)
            yield from self._outputs(rows, rows_in=len(observations), left_out=left_out)

        return indicator_values

    def _targets(self) -> dg.AssetsDefinition:
        upstream = ("stats.indicator_value", "staged.target_statement")

        @self.several("targets", upstream, ("stats.target_progress",))
        def target_progress(
            indicator_value: pd.DataFrame, target_statement: pd.DataFrame
        ) -> Iterable[dg.Output[pd.DataFrame]]:
            """Every typed target against the latest verified figure of each unit."""
            rows = targets.progress(rows_of(indicator_value), rows_of(target_statement), self.catalog)
            yield from self._outputs({"stats.target_progress": rows}, rows_in=len(indicator_value))

        return target_progress

    def _outputs(
        self, rows: Mapping[str, list[dict[str, Any]]], rows_in: int, left_out: Mapping[str, int] | None = None
    ) -> Iterable[dg.Output[pd.DataFrame]]:
        """Frames with how many rows came in, and how many of them no output uses, by reason."""
        reasons = dict(left_out or {})
        counted = {"rows_in": rows_in, "rows_refused": 0, "rows_left_out": sum(reasons.values())} | reasons
        for name, frame in self.frames(rows).items():
            yield dg.Output(frame, short(name), metadata=counted)

    def _release(self) -> list[dg.AssetsDefinition]:
        tables = [self.key(name) for name in self.checked()]

        @dg.asset(key=[self.channel, "release", "candidate"], deps=tables, group_name="release")
        def candidate() -> dg.MaterializeResult[None]:
            """A new DuckDB file of the checked tables; the gate refuses what was not checked."""
            folder = build.candidate(self.home, self.channel, self.catalog, self.warehouse)
            return dg.MaterializeResult(metadata={"folder": str(folder)})

        @dg.asset(key=[self.channel, "release", "book"], deps=[candidate], group_name="release")
        def book() -> dg.MaterializeResult[None]:
            """The blue book of the candidate in PDF, DOCX and HTML; every number in it is proved."""
            folder = build.found_candidate(self.home, self.channel)
            written = bluebook.write(folder, folder / publish.BOOK)
            return dg.MaterializeResult(metadata={"files": [path.name for path in written]})

        @dg.asset(key=[self.channel, "release", "current"], deps=[book], group_name="release")
        def current() -> dg.MaterializeResult[None]:
            """The candidate sealed under its own name, and, where no approval is asked, published."""
            release_id = publish.seal(self.home, self.channel, self.warehouse)
            made_from = publish.manifest(self.home, release_id)["fingerprint"]
            waits = self.catalog.channels[self.channel].approval == "required"
            waits = waits or publish.held_back(self.home, self.channel, made_from) is not None
            if not waits:
                publish.publish(self.home, release_id, "job release: no approval configured", by_run=True)
            return dg.MaterializeResult(metadata={"release_id": release_id, "published": not waits})

        return [candidate, book, current]

    def checked(self) -> list[str]:
        """The tables that have a suite, in declared order."""
        return [name for name in self.catalog.tables if name not in gate.UNCHECKED]

    def checks(self) -> list[dg.AssetChecksDefinition]:
        """One blocking check a table, from its suite.

        Raises:
            SuiteError: a table that goes into a release has no suite.
        """
        suites = checks.suites(self.home.expectations)
        bare = sorted(set(self.checked()) - set(suites))
        if bare:
            raise checks.SuiteError(f"{self.home.expectations}: found no suite for {', '.join(bare)}; wanted one each.")
        return [self._check(name, suites[name]) for name in self.checked()]

    def _check(self, name: str, specs: list[Mapping[str, Any]]) -> dg.AssetChecksDefinition:
        table = self.catalog.tables[name]

        @dg.asset_check(asset=self.key(name), name="expectations", blocking=True)
        def expectations() -> dg.AssetCheckResult:
            """The table's suite of Great Expectations; a failed critical one stops what follows."""
            named = table.names_row or table.key
            frame, digest = self.warehouse.frame(name, {*named, *checks.columns(specs)})
            rows = checks.results(name, frame, specs, named, digest)
            log = "quality.check_result"
            self.warehouse.replace_rows(log, "table_name", name, self.tables.frame(log, rows))
            failed = {level: checks.failures(rows, level) for level in SEVERITIES}
            worst = "critical" if failed["critical"] else "warning"
            return dg.AssetCheckResult(
                passed=not failed["critical"] and not failed["warning"],
                severity=SEVERITIES[worst],
                metadata={"expectations": len(rows)} | {level: "\n".join(said) for level, said in failed.items()},
            )

        return expectations
