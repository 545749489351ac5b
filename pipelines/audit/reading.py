"""reading: the files under expectations/rules → checked rules and views."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from pipelines.audit.models import Rule, Rulebook, RuleError, View
from pipelines.catalog import Declared

VIEWS = "views"
ModelT = TypeVar("ModelT", bound=Declared)


def rules(folder: Path) -> Rulebook:
    """All rules below one folder; views.yaml declares the rows, every other file rules.

    Args:
        folder: `expectations/rules`.

    Raises:
        RuleError: a file that is no mapping, a rule declared twice, an unknown view or a faulty field; names file,
            rule, field, what was found and what was wanted.
    """
    paths = sorted(folder.glob("*.yaml"))
    if folder / f"{VIEWS}.yaml" not in paths:
        raise RuleError(f"{folder / VIEWS}.yaml: not found; wanted the rows of the rules. 缺少规则所用各行的声明。")
    views = _declared(folder / f"{VIEWS}.yaml", View)
    found: dict[str, Rule] = {}
    for path in paths:
        if path.stem == VIEWS:
            continue
        for rule_id, rule in _declared(path, Rule).items():
            if rule_id in found:
                raise RuleError(f"{path}, {rule_id}: declared twice. Keep one. 规则重复声明，请留一条。")
            if rule.rows is not None and rule.rows not in views:
                raise RuleError(
                    f"{path}, {rule_id}, rows: found {rule.rows!r}, wanted one of {', '.join(sorted(views))}."
                    f" Declare it in {VIEWS}.yaml. 规则所用的行没有声明。"
                )
            found[rule_id] = rule
    return Rulebook(rules=found, views=views)


def _declared(path: Path, model: type[ModelT]) -> dict[str, ModelT]:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_UniqueKeys)  # noqa: S506 - a SafeLoader
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as fault:
        raise RuleError(f"{path}: cannot be read as YAML: {fault}. Mend the file. 请改正该文件。") from fault
    if not isinstance(content, dict):
        raise RuleError(f"{path}: found {type(content).__name__}, wanted a mapping of names to declarations. 请改正。")
    return {str(name): _checked(model, value, path, str(name)) for name, value in content.items()}


def _checked(model: type[ModelT], value: object, path: Path, name: str) -> ModelT:
    try:
        return model.model_validate(value)
    except ValidationError as fault:
        faults = "; ".join(
            f"{'.'.join(map(str, error['loc'])) or 'rule'}: {error['msg']} (found {_short(error.get('input'))})"
            for error in fault.errors()[:5]
        )
        raise RuleError(f"{path}, {name}: {faults}. Mend the declaration. 请改正声明。") from fault


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


class _UniqueKeys(yaml.SafeLoader):
    """A SafeLoader that refuses a key given twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - signature of PyYAML
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = sorted({str(key) for key in keys if keys.count(key) > 1})
        if twice:
            raise yaml.constructor.ConstructorError(None, None, f"given twice: {', '.join(twice)}", node.start_mark)
        return super().construct_mapping(node, deep)
