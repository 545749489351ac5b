"""What have the contests brought?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from dashboards import choose, notation, queries, sentences, show, working
from dashboards.choose import View
from dashboards.tables import Cell, Column, Group, Markup, joined, outside, small

Row = Mapping[str, Any]
MEDALS = ("gold", "silver", "bronze", "merit")
TOLD = ("contests_total", "entrants", "contest_person_times", "promoted")
NSC = ("nsc_events", "nsc_delegations", "nsc_competitors", "nsc_judges", "nsc_medallists")


def page(view: View) -> None:
    """Question and answer; medals by edition and by province; the national competition; streams of taking part."""
    con = view.cursor()
    medals, national_contest = queries.records(queries.medals(con)), queries.records(queries.medals(con, "nsc"))
    if view.is_demonstration:
        returned(view)
        return
    single = [row for row in medals if row["is_one_edition"]]
    nation = [row for row in single if row["unit_code"] == queries.NATION]
    show.head(view.word("contests.eyebrow"), view.word("contests.question"), answer(view, nation))
    show.section(view.word("contests.worldskills"), view.word("contests.worldskills.note"))
    show.table(view, heads(view, view.word("head.edition"), events=True), editions(view, nation, medals),
               view.word("contests.worldskills"))  # fmt: skip
    by_province(view, "contests.units", [row for row in single if row["unit_code"] != queries.NATION])
    size_of_editions(view)
    by_province(view, "contests.nsc.units", national_contest)
    streams(view)
    take_away(view, medals, national_contest)
    show.notes(view, unit=view.word("notes.by_row"), period=view.word("notes.by_row"),
               status=view.word("notes.published"), rounding=view.word("notes.not_rounded"))  # fmt: skip


def returned(view: View) -> None:
    """Contests as they were returned: the nation's newest year, then one unit year by year."""
    nation = queries.records(queries.of_unit(view.cursor(), queries.NATION))
    newest = max((row["period"] for row in nation), default="")
    latest = {row["measure_id"]: row for row in nation
              if row["period"] == newest and row["contest_kind"] == row["organiser"] == queries.TOTAL}  # fmt: skip
    parts = [f"{view.of(latest[name], 'measure')} {written(view, latest[name])}" for name in TOLD if name in latest]
    joint, stop = ("，", "。") if view.language == "zh" else (", ", ".")
    said = f"{period(view, next(iter(latest.values())))}{joint}{joint.join(parts)}{stop}" if parts else ""
    show.head(view.word("contests.eyebrow"), view.word("contests.question"), said or view.word("contests.none"))
    units = queries.records(queries.units(view.cursor()))
    names = {row["unit_code"]: view.of(row, "name") for row in units if row["unit_kind"] != "not_covered"}
    code = choose.one_of("unit", list(names), queries.NATION)
    choose.pick(view.word("pick.unit"), "unit", names, code)
    rows = queries.records(queries.of_unit(view.cursor(), code))
    show.section(view.word("contests.by_year").format(names[code]), view.word("contests.by_year.note"))
    if rows:
        year_by_year(view, rows, names[code])
    else:
        show.block(f'<p class="bb-text">{escape(view.word("missing.not_collected"))}</p>')
    show.notes(view, unit=view.word("notes.by_row"), period=view.word("calendar.union"),
               status=view.word("notes.published"), rounding=view.word("notes.not_rounded"))  # fmt: skip


def year_by_year(view: View, rows: Sequence[Row], name: str) -> None:
    """A row a measure and stream, a column a period; with the file to take away."""
    periods = sorted({row["period"] for row in rows})
    streams_of: dict[tuple[str, str, str], dict[str, Row]] = {}
    for row in rows:
        streams_of.setdefault((row["measure_id"], row["contest_kind"], row["organiser"]), {})[row["period"]] = row
    heads = [Column(view.word("head.measure"), "wide"), *(Column(one, "right") for one in periods)]
    title = view.word("contests.by_year").format(name)
    body = [[stream_name(view, next(iter(found.values()))), *(number(view, found.get(one)) for one in periods)]
            for found in streams_of.values()]  # fmt: skip
    show.table(view, heads, body, title)
    names = ("measure_id", "contest_kind", "organiser", "period", "value", "unit_of_measure", "missing_reason")
    show.download(view, title, "contests", [view.word("head.measure"), *names],
                  [[view.of(row, "measure"), *(row[one] for one in names)] for row in rows])  # fmt: skip


def stream_name(view: View, row: Row) -> Cell:
    """A measure with its unit; below it the stream, where it is one."""
    unit = notation.scale_of(1, row["unit_of_measure"], view.language).symbol
    named = f"{view.of(row, 'measure')} ({unit})" if unit else view.of(row, "measure")
    if row["contest_kind"] == row["organiser"] == queries.TOTAL:
        return named
    return joined(named, small(f"{view.word('kind.' + row['contest_kind'])} · "
                               f"{view.word('organiser.' + row['organiser'])}"), between="<br>")  # fmt: skip


def number(view: View, row: Row | None) -> Cell:
    """A count in full, or the word for why there is none."""
    if row is None:
        return view.word("missing.not_collected")
    if row["value"] is None:
        return view.word(f"missing.{row['missing_reason']}")
    return notation.plain(row["value"], 0, view.language)


def written(view: View, row: Row) -> str:
    """A value with its unit."""
    return notation.shown(row["value"], row["unit_of_measure"], view.language)


def answer(view: View, nation: Sequence[Row]) -> str:
    """The newest edition whose medals are all verified."""
    for row in nation:
        wanted = ("events_entered", "gold", "silver", "bronze")
        if all(row[f"{name}_grade"] in sentences.VERIFIED for name in wanted):
            texts = [notation.plain(row[name], 0, view.language) for name in wanted]
            return view.word("contests.answer").format(row["period"][:4], *texts)
    return view.word("contests.empty")


def heads(view: View, first: str, *, events: bool) -> list[Column]:
    """Gold, silver, bronze, merit, and events entered where they are known."""
    names = [*MEDALS, "events"] if events else list(MEDALS)
    return [Column(first, "keep"), *(Column(view.word(f"head.{name}"), "right") for name in names)]


def editions(view: View, nation: Sequence[Row], medals: Sequence[Row]) -> list[Sequence[Cell] | Group]:
    """China by edition, then the sums that sources give for several editions."""
    several = [row for row in medals if not row["is_one_edition"] and row["unit_code"] == queries.NATION]
    body: list[Sequence[Cell] | Group] = [[period(view, row), *cells(view, row, events=True)] for row in nation]
    if several:
        body.append(Group(view.word("contests.several")))
        body += [[period(view, row), *cells(view, row, events=True)] for row in several]
    return body


def period(view: View, row: Row) -> str:
    """The edition in words."""
    if "period_end" in row:
        return notation.period_of(row, view.language, as_at=False, long=True)
    return notation.period_words(row["period"], view.language, as_at=False)


def cells(view: View, row: Row, *, events: bool) -> list[Cell]:
    """The medals of a row; … where no source states it, a star where it is not verified."""
    names = [*MEDALS, "events_entered"] if events else list(MEDALS)
    return [count(view, row[name], row[f"{name}_grade"]) for name in names]


def count(view: View, value: Any, grade: str | None) -> Cell:
    """A number, never 0 for what is not stated."""
    if value is None:
        return Markup(f'<span class="bb-open">{escape(view.word("missing.not_stated"))}</span>')
    text = notation.plain(value, 0, view.language)
    return text if grade in sentences.VERIFIED else f"{text}*"


def by_province(view: View, key: str, rows: Sequence[Row]) -> None:
    """Medals of the units of each edition, sorted by gold, silver, bronze."""
    show.section(view.word(key), view.word("contests.units.note"))
    body: list[Sequence[Cell] | Group] = []
    for edition in dict.fromkeys(row["period"] for row in rows):
        here = [row for row in rows if row["period"] == edition]
        body.append(Group(period(view, here[0])))
        body += [[view.of(row, "name"), *cells(view, row, events=False)] for row in here]
    show.table(view, heads(view, view.word("head.region"), events=False), body, view.word(key))


def size_of_editions(view: View) -> None:
    """Events, delegations, competitors, judges and medallists of the National Skills Competition."""
    rows = [row for row in queries.records(queries.nsc(view.cursor())) if row["unit_code"] == queries.NATION]
    show.section(view.word("contests.nsc"), view.word("contests.nsc.note"))
    editions_held = sorted({row["period"] for row in rows}, reverse=True)
    found = {(row["measure_id"], row["period"]): row for row in rows}
    names = {row["measure_id"]: view.of(row, "measure") for row in rows}
    dates = [notation.period_words(one, view.language, as_at=False) for one in editions_held]
    heads = [Column(view.word("head.measure"), "wide"), *(Column(one, "right") for one in dates)]
    body = [
        [names[measure], *(nsc_cell(view, found.get((measure, one))) for one in editions_held)]
        for measure in NSC if measure in names
    ]  # fmt: skip
    show.table(view, heads, body, view.word("contests.nsc"))


def nsc_cell(view: View, row: Row | None) -> Cell:
    """A figure of an edition with its unit."""
    if row is None or row["value"] is None:
        return Markup(f'<span class="bb-open">{escape(view.word("missing.not_stated"))}</span>')
    text = notation.qualified(row["value"], row["unit_of_measure"], view.language, row["qualifier"])
    return text if row["is_verified"] else f"{text}*"


def streams(view: View) -> None:
    """The counts of taking part, one a row and never added."""
    show.section(view.word("contests.streams"), view.word("contests.streams.note"))
    heads = [Column(view.word("head.measure"), "wide"), Column(view.word("head.region"), "keep"),
             Column(view.word("head.kind"), "keep"), Column(view.word("head.period"), "keep"),
             Column(view.word("head.value"), "right"), Column(view.word("head.grade"), "keep"),
             Column(view.word("head.source"), "wide")]  # fmt: skip
    rows = queries.records(queries.participation(view.cursor()))
    show.table(view, heads, [stream(view, row) for row in rows], view.word("contests.streams"))


def stream(view: View, row: Row) -> list[Cell]:
    """One count: what, where, of which kind, when, how many, from whom."""
    kind = f"{view.word('kind.' + row['contest_kind'])}\n{view.word('organiser.' + row['organiser'])}"
    scope = "" if row["scope_id"] == queries.TOTAL else view.of(row, "scope")
    url = row["url"] if row["is_verified"] else None
    return [
        joined(view.of(row, "measure"), small(scope)),
        view.of(row, "unit_name"),
        kind,
        period(view, row),
        notation.qualified(row["value"], row["unit_of_measure"], view.language, row["qualifier"]),
        working.grade(view, row["grade"]),
        small(outside(show.source_words(row), url)),
    ]


def take_away(view: View, medals: Sequence[Row], national_contest: Sequence[Row]) -> None:
    """All medals as a file; an empty cell is not stated."""
    names = ("period", "unit_code", "gold", "gold_grade", "silver", "silver_grade", "bronze", "bronze_grade", "merit",
             "merit_grade", "events_entered", "events_entered_grade")  # fmt: skip
    body = [[contest, view.of(row, "name"), *(row[name] for name in names)]
            for contest, rows in (("WorldSkills", medals), ("NSC", national_contest)) for row in rows]  # fmt: skip
    heads = [view.word("head.contest"), view.word("head.region"), *names]
    show.download(view, view.word("contests.question"), "medals", heads, body)


page(choose.view())
