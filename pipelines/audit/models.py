"""models: what a declaration of an edit rule, and of the rows that rules speak of, consists of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from pipelines.catalog import Declared, Words

TOLERANCE = re.compile(r"^(?P<number>\d+(\.\d+)?)(?P<percent> ?%)?(, at least (?P<floor>\d+(\.\d+)?))?$")
ALL_FORMS = "all"


class RuleError(ValueError):
    """A declaration that cannot be used, or a connection on which rules may not run; says what to do next."""


class View(Declared):
    """Rows that rules speak of: one SELECT over `returns.*`, `catalog.*` and other declared views.

    It has unit_code and period; obs_vintage, form_id, measure_id, is_explained and `place` (where in the form, for the
    reader) where they apply. `note` says what a row is; `kept` says that the rows are made once and kept for all the
    rules that speak of them, which pays where making them costs more than reading them.
    """

    note: Words
    sql: str
    kept: bool = False


class Rule(Declared):
    """An edit rule: what must hold of which rows, how severe a breach is, and how to mend it.

    Attributes:
        form: the form that it belongs to; `all` where the rows name their form, `release` for a published table.
        rows: the view whose rows are checked; `scope` is SQL that says which of them the rule speaks of.
        relation: with `found` and `expected` (SQL) it is the predicate, within `tolerance`.
        holds: the predicate in SQL, where a relation of two numbers does not say it.
        tolerance: "2" (absolute), "0.5 %" of what is expected, or "0.5 %, at least 5".
        cell: names the measure in a finding; without it, `{each}` or the row's measure_id.
        each: measures for which the rule is repeated: `{each}` stands for the name, `{of}` for what it maps to.
        note_explains: a note with the return explains a breach, which is then no finding.
        not_run: why the rule cannot run here; such a rule has no rows.
    """

    form: str
    severity: Literal["hard", "soft", "info"]
    statement: Words
    mend: Words
    rows: str | None = None
    scope: str = "true"
    relation: Literal["=", "<=", ">="] | None = None
    holds: str | None = None
    found: str = "NULL"
    expected: str = "NULL"
    tolerance: str = "0"
    cell: str | None = None
    each: dict[str, str] = Field(default_factory=dict)
    note_explains: bool = False
    not_run: Words | None = None

    @field_validator("each", mode="before")
    @classmethod
    def named(cls, value: object) -> object:
        """A list of measures is a mapping that maps to nothing."""
        return dict.fromkeys(value, "") if isinstance(value, list) else value

    @field_validator("tolerance", "found", "expected", "holds", "scope", mode="before")
    @classmethod
    def text(cls, value: object) -> object:
        """A plain number or truth value in YAML is read as SQL."""
        return str(value).lower() if isinstance(value, bool | int | float) else value

    @model_validator(mode="after")
    def is_whole(self) -> Rule:
        """Checks that the rule says what must hold, or why it cannot run."""
        if self.not_run is not None:
            if self.rows or self.relation or self.holds:
                raise ValueError("not_run: a rule that is not run has neither rows, relation nor holds")
            return self
        if self.rows is None:
            raise ValueError("rows: missing; name a view, or say not_run with the reason")
        if (self.relation is None) == (self.holds is None):
            raise ValueError("relation, holds: give exactly one of them")
        if self.relation is not None and "NULL" in (self.found, self.expected):
            raise ValueError("found, expected: a relation needs both")
        if self.holds is not None and self.tolerance != "0":
            raise ValueError("tolerance: belongs to a relation; write it into holds")
        if not TOLERANCE.match(self.tolerance):
            raise ValueError(f'tolerance: found {self.tolerance!r}, wanted "2", "0.5 %" or "0.5 %, at least 5"')
        return self

    @property
    def predicate(self) -> str:
        """The predicate as SQL, built from the relation where there is one; empty for a rule that is not run."""
        match self.relation:
            case "=":
                return f"abs(({self.found}) - ({self.expected})) <= {self.allowed}"
            case "<=":
                return f"({self.found}) <= ({self.expected}) + {self.allowed}"
            case ">=":
                return f"({self.found}) >= ({self.expected}) - {self.allowed}"
            case _:
                return self.holds or ""

    @property
    def allowed(self) -> str:
        """The tolerance as SQL."""
        parts = TOLERANCE.match(self.tolerance)
        if parts is None or not parts["percent"]:
            return self.tolerance
        share = f"{Decimal(parts['number']) / 100} * abs({self.expected})"
        return f"greatest({share}, {parts['floor']})" if parts["floor"] else share

    def repeated(self) -> Iterator[tuple[str | None, Mapping[str, str]]]:
        """The name of the cell, and scope, predicate, found and expected as SQL, once for each measure of `each`."""
        texts = {"scope": self.scope, "holds": self.predicate, "found": self.found, "expected": self.expected}
        for name, of in (self.each or {"": ""}).items():
            filled = {key: text.replace("{each}", name).replace("{of}", of) for key, text in texts.items()}
            yield (self.cell or name or None), filled


class Rulebook(Declared):
    """All rules and views of a folder, rules in the order of the files."""

    rules: dict[str, Rule]
    views: dict[str, View]

    def rows(self) -> list[dict[str, Any]]:
        """The rules as rows of quality.rule."""
        return [
            {"rule_id": rule_id, "form_id": rule.form, "rule_severity": rule.severity,
             "statement_zh": rule.statement.zh, "statement_en": rule.statement.en, "mend_zh": rule.mend.zh,
             "mend_en": rule.mend.en, "predicate": rule.predicate or None,
             "tolerance": rule.tolerance if rule.relation else None}
            for rule_id, rule in self.rules.items()
        ]  # fmt: skip
