"""material: what the chapters of one book are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from dashboards import queries, sentences
from dashboards.bluebook.ledger import Ledger
from dashboards.lookups import Figure, Sentence, figure, filled, sentence, text
from dashboards.release_file import Release
from dashboards.words import Language, variant, word

Row = Mapping[str, Any]
VERIFIED = ("A", "B")
ENOUGH_UNITS = 25
VALUES = "stats.indicator_value"
SEEN = ("grade", "source_id")


@dataclass(frozen=True)
class Scale:
    """A divisor for a column of counts, the name of the unit in its head, and its decimals."""

    divisor: int
    name: str
    decimals: int
    least: int = 0


def records(frame: pd.DataFrame) -> list[Row]:
    """The rows of a frame as mappings."""
    return list(queries.records(frame))


@dataclass(frozen=True)
class Material:
    """A release in one language: its rows, and the small lookups that every chapter needs."""

    release: Release
    ledger: Ledger
    language: Language

    @cached_property
    def headlines(self) -> dict[str, Row]:
        return {row["indicator_id"]: row for row in records(queries.headlines(self.release.cursor()))}

    @cached_property
    def indicators(self) -> list[Row]:
        return records(queries.indicators(self.release.cursor()))

    @cached_property
    def tasks(self) -> list[Row]:
        return records(queries.tasks(self.release.cursor()))

    @cached_property
    def units(self) -> list[Row]:
        return records(queries.units(self.release.cursor()))

    @cached_property
    def targets(self) -> list[Row]:
        return records(queries.targets(self.release.cursor()))

    def covering(self, task: Row) -> tuple[str, ...]:
        """Indicators of a task that have verified figures in enough provinces."""
        own = [one["indicator_id"] for one in self.indicators if one["task_id"] == task["task_id"]]
        return tuple(name for name in own if len(self._covered.get(name, ())) >= ENOUGH_UNITS)

    @cached_property
    def _covered(self) -> dict[str, set[str]]:
        """The provinces that have a verified figure, by indicator."""
        names = {unit["unit_code"] for unit in self.units if unit["unit_kind"] in ("province", "xpcc")}
        found: dict[str, set[str]] = {}
        for row in self.ledger.having(VALUES, (("is_verified", True),)):
            if row["unit_code"] in names:
                found.setdefault(row["indicator_id"], set()).add(row["unit_code"])
        return found

    @property
    def is_demonstration(self) -> bool:
        """Whether the figures are invented."""
        return self.release.is_demonstration

    @cached_property
    def bare_tasks(self) -> Figure:
        """How many tasks have no indicator that covers enough provinces."""
        bare = tuple(task["task_id"] for task in self.tasks if not self.covering(task))
        return self.ledger.counted("catalog.task", self.language, task_id=bare)

    def values(self, indicator_id: str) -> list[Row]:
        """All values of an indicator with its unit of measure and decimals, oldest first in each unit."""
        shape = {row["indicator_id"]: row for row in self.indicators}[indicator_id]
        known = {name: shape[name] for name in ("unit_of_measure", "decimals", "title_zh", "title_en")}
        rows = [{**row, **known} for row in records(queries.values(self.release.cursor(), indicator_id))]
        return sorted(rows, key=lambda row: (row["period_end"], row["period"]))

    def verified(self, indicator_id: str) -> list[Row]:
        """Values of grade A or B."""
        return [row for row in self.values(indicator_id) if row["is_verified"] and row["value"] is not None]

    def word(self, key: str) -> str:
        return word(self._key(key), self.language)

    def filled(self, key: str, **slots: Any) -> Sentence:
        return filled(self._key(key), self.language, **slots)

    def _key(self, key: str) -> str:
        return variant(key, is_demonstration=self.is_demonstration)

    def name(self, table: str, column: str, row: Row, stem: str = "name", of: str | None = None) -> Figure:
        """A name of the catalogue in this language; `of` is the name that the row gives the key."""
        key = {column: row[of or column]}
        return text(table, key, row, f"{stem}_{self.language}")

    def unit(self, code: str, *, short: bool = False) -> Figure:
        """A reporting unit's name; the short one only in Chinese, where it is a word and not a code."""
        row = self._by_code[code]
        stem = "short" if short and self.language == "zh" else "name"
        return text("catalog.reporting_unit", {"unit_code": code}, row, f"{stem}_{self.language}")

    @cached_property
    def _by_code(self) -> dict[str, Row]:
        return {row["unit_code"]: row for row in self.units}

    def is_nested(self, code: str) -> bool:
        """Whether a unit's figures are part of another unit's (planned cities, enterprises)."""
        return code != sentences.NATION and not self._by_code[code]["counted_in_parent"]

    def group_of(self, code: str) -> str | None:
        """The group of regions that a unit belongs to; None for the nation and for what is no region."""
        found = self._by_code[code]["group_four"]
        return None if found is None else str(found)

    def period(self, row: Row) -> Figure:
        """The period of a value."""
        return sentences.period_figure(row, self.language)

    def grade(self, row: Row) -> Figure | str:
        """The grade letter of a value; of an invented one that it is a demonstration."""
        if self.is_demonstration:
            return self.word("grade.A")
        return figure(VALUES, sentences.value_key(row), row, ("grade",), "text", self.language)

    def scale(self, rows: list[Row], unit_of_measure: str) -> Scale:
        """One unit for a column: 万 in Chinese and thousands in English from ten thousand on."""
        name = self.unit_of_measure(unit_of_measure)
        largest = max((abs(row["value"]) for row in rows), default=0)
        if unit_of_measure in ("percent", "ratio", "year_of_age"):
            decimals = 2 if unit_of_measure == "ratio" else 1
            return Scale(1, name, decimals, decimals)
        if largest < 10_000:
            return Scale(1, name, 1)
        if unit_of_measure not in ("person", "person_time", "unit_count", "item", "case", "household"):
            return Scale(1, name, 0)
        if self.language == "zh":
            return Scale(10_000, f"万{name}", 1)
        return Scale(1_000, f"thousand {name}", 1)

    def unit_of_measure(self, code: str) -> str:
        """A unit's name as it stands in the head of a column."""
        return self.word(f"unit_head.{code}")

    def number(self, row: Row, scale: Scale, column: str = "value") -> Figure:
        """A number in a column's unit, with the sign of its qualifier."""
        columns = (column, "qualifier") if column == "value" else (column,)
        return figure(VALUES, sentences.value_key(row), row, columns, "in_scale", self.language,
                      divisor=scale.divisor, decimals=scale.decimals, least=scale.least)  # fmt: skip

    def printed(self, row: Row) -> Figure | str:
        """The printed ratio, if it is verified; a mark where there is none."""
        if row["reported_value"] is None or not self.is_verified(row, "reported"):
            return self.word("book.none")
        return figure(VALUES, sentences.value_key(row), row, ("reported_printed", "reported_qualifier"), "as_printed",
                      self.language)  # fmt: skip

    def interval(self, row: Row) -> Figure | str:
        """The interval of a derived share from verified counts; a mark where it has none."""
        bare = row["derived_low"] is None and row["derived_high"] is None
        if bare or not self.is_verified(row, "numerator", "denominator"):
            return self.word("book.none")
        return figure(VALUES, sentences.value_key(row), row, ("derived_low", "derived_high"), "interval",
                      self.language, unit="ratio", decimals=2)  # fmt: skip

    def is_verified(self, row: Row, *roles: str) -> bool:
        """Whether everything that a value's roles (numerator, denominator, reported) rest on is of grade A or B."""
        key = tuple(sentences.value_key(row).items())
        used = [one for one in self.ledger.having("stats.working", key) if one["role"] in roles]
        return bool(used) and all(self._seen(one["observation_id"])["grade"] in VERIFIED for one in used)

    def publishers(self, row: Row) -> Sentence:
        """Who published what a value rests on, each once."""
        key = tuple(sentences.value_key(row).items())
        wanted = {"reported"} if row["basis"] == "reported" else {"numerator", "denominator"}
        used = [one for one in self.ledger.having("stats.working", key) if one["role"] in wanted]
        found = {self._source(one["observation_id"])["publisher"]: self._source(one["observation_id"]) for one in used}
        names = [text("facts.source", {"source_id": one["source_id"]}, one, "publisher") for one in found.values()]
        between = self.word("book.semicolon")
        return sentence(*(part for place, one in enumerate(names) for part in (between if place else "", one)))

    def _source(self, observation_id: str) -> Row:
        return self.ledger.one("facts.source", (("source_id", self._seen(observation_id)["source_id"]),))

    def _seen(self, observation_id: str) -> Row:
        """Grade and source of an observation."""
        return self.ledger.one("facts.observation", (("observation_id", observation_id),), SEEN)
