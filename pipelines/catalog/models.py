"""models: the shape of every declaration: frozen, and an unknown field is a fault."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

Direction = Literal["higher", "lower", "neutral"]
Kind = Literal["stock", "flow", "cumulative", "rate", "event"]
TargetType = Literal["threshold", "about", "window_cumulative", "percentage_point_change", "ceiling", "direction_only"]


class CatalogError(ValueError):
    """A declaration that cannot stand: names file, field, what was found and wanted."""


class Declared(BaseModel):
    """Base of every declaration: frozen, and an unknown field is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(Declared):
    """One text in both languages."""

    zh: str
    en: str


class UnitOfMeasure(Declared):
    """A canonical unit and the printed units that convert into it (printed: factor)."""

    name: Words
    printed: dict[str, Decimal] = {}
    is_count: bool = False


class Population(Declared):
    """Who is counted; `within` names the wider population it is part of."""

    name: Words
    within: str | None = None


class Break(Declared):
    """The period from which a series is no longer comparable with what stood before."""

    period: str
    why: Words


class Measure(Declared):
    """A base measure: what a published figure counts."""

    title: Words
    unit: str
    kind: Kind
    population: str | None = None
    ownership_scope: str = "all"
    breaks: tuple[Break, ...] = ()
    note: Words | None = None


class Share(Declared):
    """part ÷ whole × 100, in per cent; both sides in one unit."""

    name: Literal["share"]
    part: tuple[str, ...]
    whole: tuple[str, ...]


class Per(Declared):
    """count ÷ base × multiplier, where the two sides are different units."""

    name: Literal["per"]
    count: tuple[str, ...]
    base: tuple[str, ...]
    multiplier: int


class Ratio(Declared):
    """part ÷ whole as a plain number."""

    name: Literal["ratio"]
    part: tuple[str, ...]
    whole: tuple[str, ...]


class RatioOfMeans(Declared):
    """(part total ÷ part count) ÷ (whole total ÷ whole count)."""

    name: Literal["ratio_of_means"]
    part_total: str
    part_count: str
    whole_total: str
    whole_count: str


class Level(Declared):
    """The measure itself."""

    name: Literal["level"]
    measure: str


class Growth(Declared):
    """Change on the year before in per cent, of a measure or of a mean (total ÷ count)."""

    name: Literal["growth"]
    total: str
    count: str | None = None


Method = Annotated[Share | Per | Ratio | RatioOfMeans | Level | Growth, Field(discriminator="name")]


class Indicator(Declared):
    """A proposed indicator (建议指标): a method over base measures, with its words."""

    order: int
    set: Literal["core", "real"]
    title: Words
    definition: Words
    task: str
    method: Method
    unit: str
    direction: Direction
    lead_department: str
    with_departments: tuple[str, ...] = ()
    population: str
    ownership_scope: str = "all"
    frequency: Literal["year", "half_year", "quarter", "term", "period", "once"] = "year"
    calendar: Literal["calendar", "union", "mohrss"] = "calendar"
    levels: tuple[Literal["nation", "province", "city", "enterprise"], ...] = ("nation", "province")
    reported: str | None = None
    decimals: int = 1
    plausible: tuple[Decimal, Decimal] | None = None
    near: Decimal | None = None
    status: Literal["proposed"] = "proposed"
    is_density: bool = False
    rankable: bool = False
    breaks: tuple[Break, ...] = ()
    caveats: tuple[Words, ...] = ()
    refused: Words | None = None
    data_request: Words | None = None

    def numerators(self) -> tuple[str, ...]:
        """Measures above the line, in declared order."""
        match self.method:
            case Share(part=part) | Ratio(part=part):
                return part
            case Per(count=count):
                return count
            case RatioOfMeans(part_total=total, part_count=count):
                return (total, count)
            case Level(measure=measure):
                return (measure,)
            case Growth(total=total, count=count):
                return (total, count) if count else (total,)

    def denominators(self) -> tuple[str, ...]:
        """Measures below the line; empty for a level or a growth."""
        match self.method:
            case Share(whole=whole) | Ratio(whole=whole):
                return whole
            case Per(base=base):
                return base
            case RatioOfMeans(whole_total=total, whole_count=count):
                return (total, count)
            case _:
                return ()


class Target(Declared):
    """A typed target; `value` is exact ("1/3", "35"), in the unit of its indicator."""

    title: Words
    type: TargetType
    direction: Direction
    indicator: str | None = None
    units: tuple[str, ...] = ("000000",)
    group: str | None = None
    value: Fraction | None = None
    value_high: Fraction | None = None
    printed: str | None = None
    unit: str
    due: str
    window_start: str | None = None
    window_is_confirmed: bool = True
    near: Decimal | None = None
    base_period: str | None = None
    no_verdict: Words | None = None
    note: Words | None = None

    @field_validator("value", "value_high", mode="before")
    @classmethod
    def exact(cls, value: object) -> object:
        """Reads "1/3", "35" or 35 without passing through a binary fraction."""
        return Fraction(str(value)) if isinstance(value, str | int | float) else value


class ReportingUnit(Declared):
    """A unit that reports; it is not a place, and it is counted once."""

    code: str
    name: Words
    short: Words
    kind: Literal["nation", "province", "xpcc", "separately_planned_city", "city", "central_organs",
                  "industrial_union", "enterprise", "not_covered"]  # fmt: skip
    parent: str | None
    order: int
    counted_in_parent: bool
    group_four: str | None
    group_three: str | None
    tile_row: int | None
    tile_column: int | None
    valid_from: date
    valid_to: date | None

    def was_valid_on(self, day: date) -> bool:
        """Whether the unit existed on that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class Named(Declared):
    """An entry of a code list: department, task, group, grade, scope or form."""

    name: Words
    order: int
    note: Words | None = None


class FormVersion(Declared):
    """A version of a form and the days on which it may be used, both included."""

    version: str
    valid_from: date
    valid_to: date


class Form(Named):
    """A form proposed by this project: its versions, and how many days after the period a return is due."""

    days_to_file: int
    versions: tuple[FormVersion, ...]


class Column(Declared):
    """A column of a table: type, words, closed list of values, and the table whose key it names."""

    type: Literal["text", "integer", "decimal", "boolean"]
    title: Words
    values: tuple[str, ...] | None = None
    references: str | None = None


class Table(Declared):
    """A table: its key and columns, in order; `names_row` names a row to a person (default: the key).

    `measures` names a data set whose measures follow the columns, one column each; with `per_measure`, one column
    for each of these suffixes instead. `channels` are those that have the table; none named: all.
    """

    title: Words
    key: tuple[str, ...]
    columns: tuple[str, ...]
    measures: str | None = None
    per_measure: tuple[str, ...] = ()
    names_row: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    in_release: bool = True
    is_content: bool = True


class Correction(Declared):
    """A known error in a source, mended by declaration and only while it is still there."""

    file: str
    match: dict[str, str]
    column: str
    expected: str
    corrected: str
    why: Words
    reported: date


class Channel(Declared):
    """A channel: real or demonstration, never both.

    `made_from` says what its observations come from: published figures, or returns of reporting units.
    `reads` are the files below `data/` that it is made from, beside what is declared (glob patterns). `planted` names
    faults that a demonstration is made with: by name, by rule, or "all".
    """

    name: Words
    approval: Literal["none", "required"]
    made_from: Literal["figures", "returns"]
    reads: tuple[str, ...]
    is_demonstration: bool = False
    planted: tuple[str, ...] = ()
