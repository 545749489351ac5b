"""regions: skilled workers by province in one table, and the contests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from dashboards import queries, sentences
from dashboards.bluebook.material import VERIFIED, Material, Row, Scale, records
from dashboards.bluebook.model import Block, Cell, Column, Heading, Paragraph, Table, group, row
from dashboards.bluebook.model import Row as TableRow
from dashboards.lookups import Figure, figure, sentence, text

SHARE, HIGH, ALL = "high_skilled_share", "high_skilled_workers_total", "skilled_workers_total"
MEDALS = {"gold": "worldskills_medals_gold", "silver": "worldskills_medals_silver",
          "bronze": "worldskills_medals_bronze", "merit": "worldskills_medals_merit",
          "events_entered": "worldskills_events_entered"}  # fmt: skip
OBSERVATION = "facts.observation"
STREAM = ("unit_code", "period", "measure_id", "scope_id", "contest_kind", "organiser")
COUNTED = ("province", "xpcc")


def provinces(material: Material) -> Iterator[Block]:
    """Skilled workers by province: every verified figure with its date, derived beside printed."""
    yield Heading(1, material.filled("book.provinces.title"), "provinces")
    yield Paragraph((material.filled("book.provinces.lead"), material.filled("book.provinces.no_rank")))
    rows = {name: [one for one in material.verified(name) if one["unit_code"] != sentences.NATION]
            for name in (SHARE, HIGH, ALL)}  # fmt: skip
    usual = {name: [one for one in found if one["scope_id"] == "_T"] for name, found in rows.items()}
    scale = material.scale(usual[ALL], "person")
    yield Table(
        material.filled("book.provinces.caption"), _columns(material), tuple(_by_group(material, usual, scale)),
        notes=(material.filled("book.provinces.note"), material.filled("book.note.over"),
               material.filled("book.note.undetermined")),
        unit=material.word("book.two_units").format(scale.name),
    )  # fmt: skip
    other = {name: [one for one in found if one["scope_id"] != "_T"] for name, found in rows.items()}
    yield Table(
        material.filled("book.provinces.other"), _columns(material, scope=True),
        tuple(line for unit in _units(material) for line in _lines(material, unit, other, scale, scope=True)),
        notes=(material.filled("book.provinces.other.note"),), unit=material.word("book.two_units").format(scale.name),
    )  # fmt: skip


def _columns(material: Material, *, scope: bool = False) -> tuple[Column, ...]:
    heads = [Column(material.word("head.region"), width=2.1), Column(material.word("head.as_at"), width=2.4)]
    heads += [Column(material.word("head.scope"), width=2.6)] if scope else []
    for key in ("book.head.skilled", "book.head.high_skilled"):
        heads.append(Column(material.word(key), "right", 1.8))
    heads.append(Column(material.word("book.head.share"), "right", 1.4))
    heads.append(Column(material.word("head.interval"), "right", 2.2))
    heads.append(Column(material.word("head.printed"), "right", 1.4))
    return (*heads, Column(material.word("head.grade"), "centre", 1))


def _units(material: Material) -> list[Row]:
    return [unit for unit in material.units if unit["unit_kind"] in COUNTED]


def _by_group(material: Material, rows: dict[str, list[Row]], scale: Scale) -> Iterator[TableRow]:
    groups = sorted({(unit["group_order"], unit["group_four"]) for unit in _units(material)})
    for _, group_id in groups:
        members = [unit for unit in _units(material) if unit["group_four"] == group_id]
        names = {"group_id": group_id, f"name_{material.language}": members[0][f"group_name_{material.language}"]}
        yield group(material.name("catalog.group_name", "group_id", names))
        for unit in members:
            lines = list(_lines(material, unit, rows, scale))
            empty = row(material.unit(unit["unit_code"], short=True), material.word("book.provinces.none"))
            yield from lines or [empty]


def _lines(
    material: Material, unit: Row, rows: dict[str, list[Row]], scale: Scale, *, scope: bool = False
) -> Iterator[TableRow]:
    """One line a date (and scope) of a unit, oldest first; the name only on the first."""
    at: dict[tuple[str, str, str], dict[str, Row]] = {}
    for name, found in rows.items():
        for one in found:
            if one["unit_code"] == unit["unit_code"]:
                at.setdefault((one["period_end"], one["period"], one["scope_id"]), {})[name] = one
    for place, key in enumerate(sorted(at)):
        one = at[key]
        named = "" if place else material.unit(unit["unit_code"], short=True)
        yield _line(material, named, one, scale, scope=scope)


def _line(material: Material, named: Figure | str, one: dict[str, Row], scale: Scale, *, scope: bool) -> TableRow:
    some = one.get(SHARE) or one.get(ALL) or one[HIGH]
    blank = material.word("book.none")
    counts: list[Any] = [material.number(one[name], scale) if name in one else blank for name in (ALL, HIGH)]
    share = one.get(SHARE)
    worst = max(one.values(), key=lambda found: found["grade"])
    scopes: list[Any] = [_scope(material, some)] if scope else []
    return row(
        named, material.period(some), *scopes, *counts,
        blank if share is None else _derived(material, share),
        blank if share is None else material.interval(share),
        blank if share is None else material.printed(share),
        material.grade(worst),
    )  # fmt: skip


def _scope(material: Material, one: Row) -> Figure:
    name = {f"name_{material.language}": one[f"scope_{material.language}"]}
    key = {"code_list": "scope", "code": one["scope_id"]}
    return text("catalog.code_name", key, name, f"name_{material.language}")


def _derived(material: Material, share: Row) -> Figure | str:
    """The derived share with its qualifier, where it is the value: beside a chosen printed one it is not verified."""
    return material.number(share, Scale(1, "", 1, 1)) if share["basis"] == "derived" else material.word("book.none")


def contests(material: Material) -> Iterator[Block]:
    """WorldSkills medals by edition, and the National Skills Competition."""
    yield Heading(1, material.filled("book.contests.title"), "contests")
    streams = [one for one in records(queries.participation(material.release.cursor())) if one["is_verified"]]
    told = "book.contests.overlap" if streams else "book.contests.streams"
    if material.is_demonstration:
        newest = max((one["period"] for one in streams), default="")
        here = [one for one in streams if (one["unit_code"], one["period"]) == (sentences.NATION, newest)]
        yield Paragraph((material.filled("book.contests.overlap"),))
        yield _streams(material, here)
        return
    yield Paragraph((material.filled("book.contests.lead"), material.filled(told)))
    medals = [_verified_only(one) for one in records(queries.medals(material.release.cursor()))]
    editions = [one for one in medals if one["is_one_edition"] and any(one[name] is not None for name in MEDALS)]
    heads = ("book.head.gold", "book.head.silver", "book.head.bronze", "book.head.merit", "book.head.events")
    columns = (Column(material.word("book.head.edition"), width=1.6), Column(material.word("head.region"), width=2),
               *(Column(material.word(key), "right", 1.3) for key in heads),
               Column(material.word("head.grade"), "centre", 1))  # fmt: skip
    yield Table(
        material.filled("book.contests.caption"), columns, tuple(_medals(material, one, editions) for one in editions),
        notes=(material.filled("book.contests.note"), material.filled("book.contests.sorted")),
    )  # fmt: skip
    yield from _national(material)
    if streams:
        yield _streams(material, streams)


def _verified_only(one: Row) -> dict[str, Any]:
    """A row of medals whose unverified figures are withheld; the others stay."""
    withheld = {name for name in MEDALS if one[f"{name}_grade"] not in (None, *sentences.VERIFIED)}
    return {**one, **dict.fromkeys(withheld), "withheld": withheld}


def _medals(material: Material, one: Row, editions: Sequence[Row]) -> TableRow:
    first = next(other for other in editions if other["period"] == one["period"]) is one
    cells = [
        _medal(material, one, measure) if one[name] is not None
        else material.word("verified.no" if name in one["withheld"] else "missing.not_stated")
        for name, measure in MEDALS.items()
    ]  # fmt: skip
    some = next(measure for name, measure in MEDALS.items() if one[name] is not None)
    seen = material.ledger.one(OBSERVATION, _key(one, some))
    edition = figure(OBSERVATION, dict(_key(one, some)), seen, ("period",), "period", material.language, as_at=False)
    worst = max((material.ledger.one(OBSERVATION, _key(one, measure)) for name, measure in MEDALS.items()
                 if one[name] is not None), key=lambda found: found["grade"])  # fmt: skip
    grade = figure(OBSERVATION, dict(_key(one, worst["measure_id"])), worst, ("grade",), "text", material.language)
    return row(edition if first else "", material.unit(one["unit_code"]), *cells, grade)


def _key(one: Row, measure: str) -> tuple[tuple[str, Any], ...]:
    """The best source of a figure."""
    return (("unit_code", one["unit_code"]), ("period", one["period"]), ("measure_id", measure), ("scope_id", "_T"),
            ("contest_kind", "_T"), ("organiser", "_T"), ("source_rank", 1))  # fmt: skip


def _medal(material: Material, one: Row, measure: str) -> Figure:
    seen = material.ledger.one(OBSERVATION, _key(one, measure))
    return figure(OBSERVATION, dict(_key(one, measure)), seen, ("value", "qualifier"), "in_scale", material.language,
                  divisor=1, decimals=0)  # fmt: skip


def _streams(material: Material, streams: list[Row]) -> Table:
    """Verified figures on taking part, one row a stream."""
    columns = (Column(material.word("head.indicator"), width=4), Column(material.word("head.region"), width=1.6),
               Column(material.word("head.period"), width=2), Column(material.word("head.value"), "right", 2),
               Column(material.word("head.grade"), "centre", 1))  # fmt: skip
    found = []
    for one in streams:
        key = {name: one[name] for name in STREAM} | {"source_rank": 1}
        seen = material.ledger.one(OBSERVATION, tuple(key.items()))
        titled = {f"title_{material.language}": one[f"measure_{material.language}"]}
        found.append(row(
            text("catalog.measure", {"measure_id": one["measure_id"]}, titled, f"title_{material.language}"),
            material.unit(one["unit_code"]),
            figure(OBSERVATION, key, seen, sentences.PERIOD, "period", material.language),
            figure(OBSERVATION, key, seen, ("value", "qualifier"), "value", material.language,
                   unit=seen["unit_of_measure"]),
            text(OBSERVATION, key, seen, "grade"),
        ))  # fmt: skip
    notes = (material.filled("book.contests.overlap"),)
    return Table(material.filled("book.contests.participation"), columns, tuple(found), notes=notes)


def _national(material: Material) -> Iterator[Block]:
    """The National Skills Competition: figures of the whole, edition by edition."""
    known = [one for one in records(queries.nsc(material.release.cursor())) if one["unit_code"] == sentences.NATION]
    rows = [one for one in known if one["grade"] in VERIFIED and one["value"] is not None]
    periods = sorted({one["period"] for one in rows}, reverse=True)
    measures = list(dict.fromkeys(one["measure_id"] for one in rows))
    first = {period: next(one for one in rows if one["period"] == period) for period in periods}
    heads = [Cell(sentence(figure(OBSERVATION, dict(_key(one, one["measure_id"])), one, ("period",), "period",
                                  material.language, as_at=False))) for one in first.values()]  # fmt: skip
    found = [row(material.word("book.head.edition"), *heads)]
    for measure in measures:
        of = {one["period"]: one for one in rows if one["measure_id"] == measure}
        named = {f"title_{material.language}": next(iter(of.values()))[f"measure_{material.language}"]}
        title = text("catalog.measure", {"measure_id": measure}, named, f"title_{material.language}")
        cells = [_medal(material, of[period], measure) if period in of else material.word("missing.not_stated")
                 for period in periods]  # fmt: skip
        found.append(row(title, *cells))
    columns = (Column("", width=4), *(Column("", "right", 1.6) for _ in periods))
    yield Table(material.filled("book.contests.national"), columns, tuple(found),
                notes=(material.filled("book.contests.note"),))  # fmt: skip
