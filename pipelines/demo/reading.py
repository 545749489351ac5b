"""reading: declarations of the demonstration country → checked objects, or a message that says what is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from pipelines.catalog import Declared

ModelT = TypeVar("ModelT", bound=Declared)


class DemoError(ValueError):
    """A declaration or a name that cannot stand: says where, what was found, what was wanted, what to do."""


def read(path: Path, model: type[ModelT]) -> ModelT:
    """The declaration in a YAML file.

    Raises:
        DemoError: the file cannot be read, or an entry is not as wanted: names file, place and what was found.
    """
    return checked(model, content(path), path, "")


def content(path: Path) -> Any:
    """What a YAML file holds.

    Raises:
        DemoError: the file is not there or is no YAML.
    """
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as fault:
        raise DemoError(f"{path}: cannot be read as YAML: {fault}. Mend the file. 无法读取。") from fault


def checked(model: type[ModelT], value: object, path: Path, place: str) -> ModelT:
    """The declaration as a checked object.

    Raises:
        DemoError: names file, entry and field, what was found and what was wanted.
    """
    try:
        return model.model_validate(value)
    except ValidationError as fault:
        faults = "; ".join(
            f"{'.'.join(filter(None, (place, *map(str, error['loc']))))}: {error['msg']} (found {error.get('input')!r})"
            for error in fault.errors()[:5]
        )
        raise DemoError(f"{path}: {faults}. Mend the declaration. 声明有误，请改正。") from fault
