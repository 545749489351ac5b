"""declarations: a YAML file written by people → one frozen, checked object, or a fault that says what to mend."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml
from pydantic import ValidationError

from pipelines.catalog import Declared, Words

ModelT = TypeVar("ModelT", bound=Declared)
LARGEST = 200_000
SHOWN = 5
SHOWN_LETTERS = 60


class DeclarationError(ValueError):
    """A declaration that cannot be used: names file, place, what was found and what was wanted, in both languages."""


class Producer(Declared):
    """What every producer's declaration says first.

    Args:
        publisher: who publishes the tables originally.
        grade: of the copies that are imported.
        note: what a reader of the figures should know; it stands here once, not in every row.
    """

    publisher: str
    grade: Literal["A", "B", "C", "D"]
    note: Words


class _Plain(yaml.SafeLoader):
    """A SafeLoader that refuses a key given twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - signature of PyYAML
        keys = [str(self.construct_object(key, deep=True)) for key, _ in node.value]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise yaml.constructor.ConstructorError(None, None, f"given twice: {', '.join(twice)}", node.start_mark)
        return super().construct_mapping(node, deep)


def declaration(path: Path, model: type[ModelT]) -> ModelT:
    """The file as a checked object.

    Raises:
        DeclarationError: the file is missing, too large, no YAML, or not as the model wants it.
    """
    return checked(content(path, may_repeat=True), model, path.name)


def content(path: Path, *, may_repeat: bool = False) -> dict[str, Any]:
    """The mapping in a small YAML file.

    Args:
        path: the file.
        may_repeat: whether it may refer to its own entries (`*name`). In a file that came with the tables it may not:
            a few lines of such references can stand for millions.

    Raises:
        DeclarationError: as above.
    """
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise DeclarationError(unusable(path.name, f"{size} bytes", f"<= {LARGEST} bytes"))
        text = path.read_text(encoding="utf-8-sig")
        if not may_repeat and any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text)):
            raise DeclarationError(unusable(path.name, "an alias (*)", "every entry written out"))
        found = yaml.load(text, Loader=_Plain)  # noqa: S506 - a SafeLoader
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValueError, RecursionError) as fault:
        if isinstance(fault, DeclarationError):
            raise
        raise DeclarationError(unusable(path.name, " ".join(str(fault).split())[:200], "YAML, UTF-8")) from fault
    if not isinstance(found, dict):
        raise DeclarationError(unusable(path.name, type(found).__name__, "a mapping"))
    return found


def checked(value: object, model: type[ModelT], place: str) -> ModelT:
    """The value as an object of the model.

    Raises:
        DeclarationError: names the place and each field at fault.
    """
    try:
        return model.model_validate(value)
    except ValidationError as fault:
        faults = [f"{'.'.join(map(str, one['loc'])) or '*'}: {one['msg']} ({str(one.get('input'))[:SHOWN_LETTERS]})"
                  for one in fault.errors()[:SHOWN]]  # fmt: skip
        raise DeclarationError(unusable(place, "; ".join(faults), f"{', '.join(model.model_fields)}")) from fault


def unusable(place: str, found: str, wanted: str) -> str:
    """Why a file of ours cannot be used, in both languages."""
    return (f"{place}：读到 {found}；应为 {wanted}。请改正。"
            f" {place}: found {found}, wanted {wanted}. Mend it.")  # fmt: skip
