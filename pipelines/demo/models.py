"""models: the shape of the declarations of the demonstration country: frozen, an unknown field is a fault."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import Field, ValidationError

from pipelines.catalog import Declared, Words

ModelT = TypeVar("ModelT", bound=Declared)


class DemoError(ValueError):
    """A declaration or a name that cannot stand: says where, what was found, what was wanted, what to do."""


class Effects(Declared):
    """What moves a proportion: its national path, and what makes unit, cell and year differ from it.

    Effects are added on the scale of the method (log odds for a share, logarithm for a rate).

    `path` gives the national level in some years (between them: a straight line on that scale), `traits` how
    much one step of a unit's trait adds, `spread` the standard deviation between units, `cell` between the cells
    (industry × ownership) of one unit, `noise` from year to year.
    """

    path: dict[int, float]
    traits: dict[str, float] = {}
    industry: dict[str, float] = {}
    ownership: dict[str, float] = {}
    spread: float = 0.0
    cell: float = 0.0
    noise: float = 0.0


class Share(Effects):
    """A part of `of`, in whole numbers; never more than the measures in `at_most`."""

    name: Literal["share"]
    of: str
    at_most: tuple[str, ...] = ()


class Rate(Effects):
    """The product of `of` ÷ the product of `per` × a rate; never more than the measures in `at_most`."""

    name: Literal["rate"]
    of: tuple[str, ...]
    per: tuple[str, ...] = ()
    at_most: tuple[str, ...] = ()


class Split(Declared):
    """Several parts that make up `of` exactly."""

    name: Literal["split"]
    of: str
    parts: dict[str, Effects]


class Total(Declared):
    """The sum of other measures."""

    name: Literal["total"]
    of: tuple[str, ...]


class Cumulative(Effects):
    """A running total whose gain of the year is a rate of `of`, or a share of the gain of `gains_of`."""

    name: Literal["cumulative"]
    of: str | None = None
    gains_of: str | None = None
    at_most: tuple[str, ...] = ()


class Average(Declared):
    """The mean of opening and closing stock of `of`, with some noise."""

    name: Literal["average"]
    of: str
    noise: float = 0.0


class Inflow(Effects):
    """Those who joined `of` in the year: a rate of the mean stock, at least the growth and some leavers."""

    name: Literal["inflow"]
    of: str
    least_outflow: float


class Outflow(Declared):
    """Those who left `of`: opening + inflow − closing."""

    name: Literal["outflow"]
    of: str
    inflow: str


class Gain(Effects):
    """Those new in `of`: its growth and a rate of the stock for those who left it."""

    name: Literal["gain"]
    of: str


Method = Annotated[
    Share | Rate | Split | Total | Cumulative | Average | Inflow | Outflow | Gain, Field(discriminator="name")
]


class Unit(Declared):
    """A unit of the country: its size and how it differs; traits not given are those of its province, or 0.

    `employed` are the persons employed in the base year; a unit within a province has a `share` of it instead.
    `only` confines an enterprise to one industry and one ownership; `fixed` sets counts that follow no rate.
    """

    employed: int | None = None
    share: float | None = None
    traits: dict[str, float] = {}
    industry: dict[str, float] = {}
    ownership: dict[str, float] = {}
    only: tuple[str, str] | None = None
    fixed: dict[str, int] = {}


class Mix(Declared):
    """How employment divides into industries and, within each, ownerships (weights; effects are logarithms)."""

    industries: dict[str, dict[int, float]]
    ownerships: dict[str, dict[int, float]]
    ownership_by_industry: dict[str, dict[str, float]] = {}
    spread: float = 0.0


class Employment(Declared):
    """Employment of the nation by year, the base year being 1, and what a trait adds a year."""

    base_year: int
    path: dict[int, float]
    traits: dict[str, float]
    noise: float


class Event(Declared):
    """Something that happened in one unit: a measure is multiplied from a year on; the note is its explanation."""

    unit: str
    measure: str
    since: int
    times: float
    explains: tuple[str, ...]
    note: Words


class Absence(Declared):
    """Cells left empty with their reason: which measures, where (units, kinds of unit) and when."""

    measures: tuple[str, ...]
    reason: Literal["not_collected", "not_reported", "not_applicable"]
    units: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    before: int | None = None
    periods: tuple[int, ...] = ()
    note: Words


class Unreported(Declared):
    """A return that never came."""

    form: str
    unit: str
    period: int
    note: Words


class Filing(Declared):
    """How returns come in: how early, how often late, how often in two versions, and the words used of it."""

    days_early: tuple[int, int]
    late_share: float
    days_late: tuple[int, int]
    two_versions_share: float
    revised_share: float
    days_to_revision: tuple[int, int]
    unreported: tuple[Unreported, ...]
    late: tuple[Words, ...]
    revised: tuple[Words, ...]
    compiled: Words
    swing: Words


class Revision(Declared):
    """What a first version had too much: the measures that share one surplus, and its largest share of the first."""

    measures: tuple[str, ...]
    share: float


class Swing(Declared):
    """A limit on the change from year to year; beyond it the return carries an explanation."""

    rule: str
    measure: str
    over: str | None = None
    limits: dict[str, float]


class Contributors(Declared):
    """How many enterprises stand behind a cell, and how much of it the largest one has."""

    persons_each: float
    largest_share: float
    spread: float


class Trade(Declared):
    """A trade in which contests are held; the code is invented."""

    code: str
    name: str
    industry: str
    is_emerging: bool = False


class Level(Declared):
    """A level of contests: hosts, how often units of each kind hold it, its size and its prizes."""

    host_kinds: dict[str, str]
    weight: dict[str, float]
    size: float
    finalists: tuple[int, int]
    leading_share: float = 0.0
    may_promote: bool = False


class Contests(Declared):
    """The register of contests: how many, of which kinds and levels, and who enters."""

    number: dict[str, tuple[int, int]]
    path: dict[int, float]
    kinds: dict[str, float]
    levels: dict[str, Level]
    trades: tuple[Trade, ...]
    emerging_share: dict[int, float]
    entrants_per_staff: dict[int, float]
    national_entrants: tuple[int, int]
    persons_per_unit: tuple[int, int]
    shares: dict[str, tuple[float, float]]
    promoted: tuple[float, float]
    promoted_to_high: tuple[float, float]
    prizes: dict[str, tuple[float, float]]
    team_share: float
    unregistered: tuple[float, float]
    overlap: tuple[float, float]
    names: dict[str, str]


class Country(Declared):
    """The whole declaration: data/catalog/channels/demo/country.yaml."""

    seed: int
    first: int
    last: int
    traits: tuple[str, ...]
    employment: Employment
    mix: Mix
    units: dict[str, Unit]
    fixed_by_kind: dict[str, dict[str, int]]
    invented_cities_per_province: int
    forms: dict[str, dict[str, Method]]
    totals_only: tuple[str, ...]
    events: tuple[Event, ...]
    absences: tuple[Absence, ...]
    filing: Filing
    revisions: dict[str, tuple[Revision, ...]]
    swings: tuple[Swing, ...]
    contributors: Contributors
    contests: Contests


class Anchor(Declared):
    """A national figure that the demonstration agrees with: Σ measures (÷ Σ over) in some periods and industries."""

    measures: tuple[str, ...]
    over: tuple[str, ...] = ()
    periods: tuple[int, ...]
    industries: tuple[str, ...] = ("_T",)
    value: float
    tolerance: float
    source: str
    why: Words


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
        raise DemoError(f"{path}: cannot be read as YAML: {fault}. Mend the file. 无法按 YAML 读取，请改正。") from fault


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
