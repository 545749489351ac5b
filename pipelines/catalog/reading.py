"""reading: the files under data/catalog → checked declarations."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from pipelines.catalog.models import (
    CatalogError,
    Channel,
    Column,
    Correction,
    Declared,
    Form,
    Indicator,
    Measure,
    Named,
    Population,
    ReportingUnit,
    Table,
    Target,
    UnitOfMeasure,
)

ModelT = TypeVar("ModelT", bound=Declared)


class Catalog:
    """All declarations below one folder, read once; `catalog_rules` checks them against each other.

    Args:
        root: the folder `data/catalog`.
        channel: whose catalogue it is: a channel has the tables that name it, and may add reporting units of its
            own (`channels/<channel>/reporting_units.csv`). A refusal speaks of published figures: a channel made
            from returns has none.

    Raises:
        CatalogError: names file, field, what was found and what was wanted.
    """

    def __init__(self, root: Path, channel: str = "real") -> None:
        self.root, self.channel = root, channel

    def _mapping(self, name: str, model: type[ModelT]) -> dict[str, ModelT]:
        path = self.root / f"{name}.yaml"
        return {str(key): _checked(model, value, path, str(key)) for key, value in _yaml(path).items()}

    def _folder(self, name: str, model: type[ModelT]) -> dict[str, ModelT]:
        paths = sorted((self.root / name).glob("*.yaml"))
        return {path.stem: _checked(model, _yaml(path), path, path.stem) for path in paths}

    @cached_property
    def channels(self) -> Mapping[str, Channel]:
        return self._mapping("channels", Channel)

    def channel_named(self, name: str) -> Channel:
        """The declaration of a channel.

        Raises:
            CatalogError: there is none of that name.
        """
        if name not in self.channels:
            known = ", ".join(self.channels)
            raise CatalogError(f"频道 {name!r} 未声明；现有：{known}。 Found channel {name!r}, wanted one of {known}.")
        return self.channels[name]

    @cached_property
    def tasks(self) -> Mapping[str, Named]:
        return self._mapping("tasks", Named)

    @cached_property
    def departments(self) -> Mapping[str, Named]:
        return self._mapping("departments", Named)

    @cached_property
    def groups(self) -> Mapping[str, Named]:
        return self._mapping("groups", Named)

    @cached_property
    def grades(self) -> Mapping[str, Named]:
        return self._mapping("grades", Named)

    @cached_property
    def scopes(self) -> Mapping[str, Named]:
        return self._mapping("scopes", Named)

    @cached_property
    def industries(self) -> Mapping[str, Named]:
        return self._mapping("industries", Named)

    @cached_property
    def ownerships(self) -> Mapping[str, Named]:
        return self._mapping("ownerships", Named)

    @cached_property
    def forms(self) -> Mapping[str, Form]:
        return self._mapping("forms", Form)

    @cached_property
    def units_of_measure(self) -> Mapping[str, UnitOfMeasure]:
        return self._mapping("units_of_measure", UnitOfMeasure)

    @cached_property
    def populations(self) -> Mapping[str, Population]:
        return self._mapping("populations", Population)

    @cached_property
    def measures_by_dataset(self) -> Mapping[str, Mapping[str, Measure]]:
        """One file a data set: its stem is the data set's id."""
        paths = sorted((self.root / "measures").glob("*.yaml"))
        return {path.stem: self._mapping(f"measures/{path.stem}", Measure) for path in paths}

    @cached_property
    def measures(self) -> Mapping[str, Measure]:
        datasets = self.measures_by_dataset
        found: dict[str, Measure] = {}
        for dataset, measures in datasets.items():
            for measure_id in sorted(set(found) & set(measures)):
                raise CatalogError(f"measures/{dataset}.yaml: {measure_id} is declared in another file too. Keep one.")
            found.update(measures)
        return found

    @cached_property
    def columns(self) -> Mapping[str, Column]:
        """The declared columns, and those of the measures that a table holds."""
        found = self._mapping("columns", Column)
        for table in self.tables.values():
            for name in table.columns:
                measure = self.measures.get(name.partition("__")[0])
                if name not in found and measure is not None:
                    found[name] = Column(type="decimal", title=measure.title)
        return found

    @cached_property
    def tables(self) -> Mapping[str, Table]:
        """The tables of the channel, each with the columns of its measures."""
        declared = self._mapping("tables", Table)
        return {name: self._with_measures(table) for name, table in declared.items()
                if not table.channels or self.channel in table.channels}  # fmt: skip

    def _with_measures(self, table: Table) -> Table:
        if table.measures is None:
            return table
        suffixes = [f"__{suffix}" for suffix in table.per_measure] or [""]
        added = [name + suffix for name in self.measures_by_dataset[table.measures] for suffix in suffixes]
        return table.model_copy(update={"columns": (*table.columns, *added)})

    @cached_property
    def indicators(self) -> Mapping[str, Indicator]:
        found = self._folder("indicators", Indicator)
        if self.channel_named(self.channel).made_from == "returns":
            found = {key: one.model_copy(update={"refused": None}) for key, one in found.items()}
        return dict(sorted(found.items(), key=lambda item: item[1].order))

    @cached_property
    def targets(self) -> Mapping[str, Target]:
        return self._mapping("targets", Target)

    @cached_property
    def corrections(self) -> tuple[Correction, ...]:
        path = self.root / "corrections.yaml"
        rows = yaml.safe_load(path.read_text(encoding="utf-8")) or []
        return tuple(_checked(Correction, row, path, str(place)) for place, row in enumerate(rows))

    @cached_property
    def reporting_units(self) -> Mapping[str, ReportingUnit]:
        own = self.root / "channels" / self.channel / "reporting_units.csv"
        units: list[ReportingUnit] = []
        for path in (self.root / "reporting_units.csv", *([own] if own.is_file() else [])):
            with path.open(encoding="utf-8", newline="") as lines:
                units += [_reporting_unit(row, path) for row in csv.DictReader(lines)]
        return {unit.code: unit for unit in sorted(units, key=lambda unit: unit.order)}


def _yaml(path: Path) -> dict[str, Any]:
    """The mapping in a YAML file; a repeated key is a fault."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_UniqueKeys)  # noqa: S506 - a SafeLoader
    except (OSError, yaml.YAMLError) as fault:
        raise CatalogError(f"{path}: cannot be read as YAML: {fault}. Mend the file.") from fault
    if not isinstance(content, dict):
        raise CatalogError(f"{path}: found {type(content).__name__}, wanted a mapping of names to declarations.")
    return content


class _UniqueKeys(yaml.SafeLoader):
    """A SafeLoader that refuses a key given twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - signature of PyYAML
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = sorted({str(key) for key in keys if keys.count(key) > 1})
        if twice:
            raise yaml.constructor.ConstructorError(None, None, f"given twice: {', '.join(twice)}", node.start_mark)
        return super().construct_mapping(node, deep)


def _checked(model: type[ModelT], value: object, path: Path, place: str) -> ModelT:
    """The declaration as a checked object; a fault names file, entry and field."""
    try:
        return model.model_validate(value)
    except ValidationError as fault:
        faults = "; ".join(
            f"{'.'.join(map(str, error['loc'])) or place}: {error['msg']} (found {error.get('input')!r})"
            for error in fault.errors()[:5]
        )
        raise CatalogError(f"{path}, {place}: {faults}. Mend the declaration.") from fault


def _reporting_unit(row: Mapping[str, str], path: Path) -> ReportingUnit:
    empty_is_none: dict[str, Any] = {key: value or None for key, value in row.items()}
    for key in ("name", "short"):
        empty_is_none[key] = {"zh": row[f"{key}_zh"], "en": row[f"{key}_en"]}
        del empty_is_none[f"{key}_zh"], empty_is_none[f"{key}_en"]
    return _checked(ReportingUnit, empty_is_none, path, row.get("code", "?"))


def unknown(names: Iterable[str], known: Iterable[str]) -> list[str]:
    """The names that are not known, sorted."""
    return sorted(set(names) - set(known))
