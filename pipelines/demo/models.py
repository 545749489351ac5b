"""models: the shape of the declarations of the demonstration country: frozen, an unknown field is a fault."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pipelines.catalog import Declared, Words


class Effects(Declared):
    """What moves a proportion: its national path, and what makes unit, cell and year differ from it.

    Effects are added on the scale of the method (log odds for a share, logarithm for a rate).

    `path` gives the national level in some years (between them: a straight line on that scale), `traits` how
    much one step of a unit's trait adds, `spread` the standard deviation between units, `cell` between the cells
    (industry × ownership) of one unit, `noise` from year to year.
    """

    path: dict[int, float]
    traits: dict[str, float] = Field(default_factory=dict)
    industry: dict[str, float] = Field(default_factory=dict)
    ownership: dict[str, float] = Field(default_factory=dict)
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
    """The mean of opening and closing stock of `of`, with some noise; never more than the measures in `at_most`."""

    name: Literal["average"]
    of: str
    at_most: tuple[str, ...] = ()
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
    traits: dict[str, float] = Field(default_factory=dict)
    industry: dict[str, float] = Field(default_factory=dict)
    ownership: dict[str, float] = Field(default_factory=dict)
    only: tuple[str, str] | None = None
    fixed: dict[str, int] = Field(default_factory=dict)


class Mix(Declared):
    """How employment divides into industries and, within each, ownerships (weights; effects are logarithms)."""

    industries: dict[str, dict[int, float]]
    ownerships: dict[str, dict[int, float]]
    ownership_by_industry: dict[str, dict[str, float]] = Field(default_factory=dict)
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
    """Cells left empty with their reason: which measures, where (units, kinds of unit) and when.

    `is_held_by_province`: what the unit would have reported stands in the figure of its province.
    """

    measures: tuple[str, ...]
    reason: Literal["not_collected", "not_reported", "not_applicable"]
    units: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    before: int | None = None
    periods: tuple[int, ...] = ()
    is_held_by_province: bool = False
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
    """The register of contests: how many, of which kinds and levels, and who enters.

    `number` gives the least and the most that a unit of each kind holds; units with more staff (from the first to the
    second figure of `staff`) hold more.
    """

    staff: tuple[int, int]
    number: dict[str, tuple[int, int]]
    path: dict[int, float]
    kinds: dict[str, float]
    levels: dict[str, Level]
    trades: tuple[Trade, ...]
    emerging_share: dict[int, float]
    entrants_per_staff: dict[int, float]
    national_entrants: tuple[int, int]
    grassroots_size: tuple[float, float]
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
