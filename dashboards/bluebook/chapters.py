"""chapters: one for each task: what is known of its proposed indicators, and what has to be asked for."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards import queries, sentences
from dashboards.bluebook.material import VALUES, Material, Row, Scale, records
from dashboards.bluebook.model import Block, Column, Heading, Paragraph, Picture, Point, Table, cell, row
from dashboards.bluebook.model import Row as TableRow
from dashboards.lookups import Sentence, figure, sentence, text
from dashboards.notation import is_union_year

IN_PROVINCES = ("high_skilled_share", "high_skilled_workers_total", "skilled_workers_total")
IN_CONTESTS = ("worldskills_gold",)
PICTURES = {"trend": 8, "dots": 4}  # most figures of a chapter
PICTURES_OF_ALL = {"trend": 1, "dots": 1}  # where every indicator has a long series
LEAST_YEARS, MOST_YEARS = 6, 12  # of a series that stands abreast
LEAST_POINTS = 3
LEAST_UNITS = 25
ABREAST = 4
SHARES = ("percent",)


def chapters(material: Material) -> Iterator[Block]:
    """The seven tasks and the support, in order."""
    for task in material.tasks:
        own = [one for one in material.indicators if one["task_id"] == task["task_id"]]
        yield Heading(1, sentence(material.name("catalog.task", "task_id", task)), f"task-{task['task_id']}")
        note = task[f"note_{material.language}"]
        named = text("catalog.task", {"task_id": task["task_id"]}, task, f"note_{material.language}") if note else None
        closing = material.word("book.full_stop") if note else None
        have = sentences.availability(own, material.language, demo=material.is_demonstration)
        yield Paragraph((have, sentence(named, closing)))
        drawn = Drawn(material.is_demonstration)
        for one in own:
            if one["n_verified"]:
                yield from _indicator(material, one, drawn)
        awaited = [one for one in own if not one["n_verified"]]
        if awaited:
            yield Heading(2, material.filled("book.awaited.title"), f"awaited-{task['task_id']}")
            yield _awaited(material, awaited)


class Drawn:
    """How many figures of each kind a chapter has still room for: a book of all indicators would not end."""

    def __init__(self, is_demonstration: bool) -> None:  # noqa: FBT001 - its only argument
        self.left = dict(PICTURES_OF_ALL if is_demonstration else PICTURES)

    def room(self, kind: str) -> bool:
        """Whether there is room for one more; it is then taken."""
        self.left[kind] -= 1
        return self.left[kind] >= 0


def _indicator(material: Material, one: Row, drawn: Drawn) -> Iterator[Block]:
    """What the verified figures of an indicator say, their table, and a figure where there are enough of them."""
    rows = material.verified(one["indicator_id"])
    yield Heading(2, sentence(sentences.title(one, material.language)), one["indicator_id"])
    yield Paragraph(tuple(filter(None, _said(material, one, rows))))
    yield Paragraph(tuple(_definition(material, one)), "definition")
    nation = [row for row in rows if row["unit_code"] == sentences.NATION and row["scope_id"] == "_T"]
    if len(nation) > 1:
        yield _years(material, one, nation) if _is_regular(material, nation) else _nation(material, one, nation)
    yield from _breaks(material, one)
    points = [row for row in nation if _is_point(row)]
    if len(points) >= LEAST_POINTS and drawn.room("trend"):
        yield _trend(material, one, points)
    usual = [row for row in rows if row["unit_code"] != sentences.NATION and row["scope_id"] == "_T"]
    yield from _units(material, one, usual, drawn)


def _is_regular(material: Material, rows: list[Row]) -> bool:
    """Whether the rows are one series of years from one publisher that can stand abreast."""
    exact = all(row["qualifier"] == "exact" and row["period"].isdigit() and row["value_low"] == row["value_high"]
                for row in rows)  # fmt: skip
    if not exact or not LEAST_YEARS <= len(rows) <= MOST_YEARS or len({row["grade"] for row in rows}) > 1:
        return False
    share = rows[0]["unit_of_measure"] in SHARES
    bare = not share or all(isinstance(material.printed(row), str) for row in rows)
    return bare and len({str(material.publishers(row)) for row in rows}) == 1


def _years(material: Material, one: Row, rows: list[Row]) -> Table:
    """A regular series: a column a year; grade and publisher once, below."""
    scale = material.scale(rows, one["unit_of_measure"])
    columns = tuple(Column(row["period"], "right") for row in rows)
    found = row(*(material.number(value, scale) for value in rows))
    last = rows[-1]
    source = material.filled("book.publishers", publishers=material.publishers(last), grade=material.grade(last))
    notes = _notes(material, rows)
    if is_union_year(last):
        kind = "as_at" if last["period_start"] == last["period_end"] else "flow"
        notes = (material.filled(f"book.note.union.{kind}"), *notes)
    return Table(material.filled("book.table.nation", title=sentences.title(one, material.language)), columns, (found,),
                 unit=scale.name, notes=notes, source=source)  # fmt: skip


def _breaks(material: Material, one: Row) -> Iterator[Block]:
    """From when the series, or a measure that it rests on, is not comparable with before, and why."""
    named = material.language
    for found in records(queries.breaks(material.release.cursor(), one["indicator_id"])):
        table, key = _break_key(material, one, found)
        of = text("catalog.measure", {"measure_id": key["measure_id"]},
                  {f"title_{named}": found[f"measure_{named}"]}, f"title_{named}") if "measure_id" in key else None
        period = figure(table, key, found, ("period",), "period", named, as_at=False)
        note = text(table, key, found, f"note_{named}")
        said = material.filled("book.break.measure" if of else "book.break", period=period, measure=of, note=note)
        yield Paragraph((said,), "note")


def _break_key(material: Material, one: Row, found: Row) -> tuple[str, dict[str, str]]:
    """Where a break is declared: with the indicator, or with a measure of this title."""
    if found["measure_zh"] is None:
        return "catalog.indicator_break", {"indicator_id": one["indicator_id"], "period": found["period"]}
    of = next(row["measure_id"] for row in material.ledger.rows("catalog.measure_break")
              if row["period"] == found["period"] and row["note_zh"] == found["note_zh"]
              and material.ledger.one("catalog.measure", (("measure_id", row["measure_id"]),))["title_zh"]
              == found["measure_zh"])  # fmt: skip
    return "catalog.measure_break", {"measure_id": of, "period": found["period"]}

def _is_point(row: Row) -> bool:
    return "/" not in row["period"] and row["period_certainty"] != "uncertain" and row["qualifier"] != "undetermined"


def _said(material: Material, one: Row, rows: list[Row]) -> Iterator[Sentence]:
    headline = material.headlines.get(one["indicator_id"])
    if headline is None:
        codes = tuple(dict.fromkeys(row["unit_code"] for row in rows))
        yield material.filled("book.only_units", number=material.ledger.counted(
            VALUES, material.language, "unit_code", indicator_id=one["indicator_id"], is_verified=True,
            unit_code=codes))  # fmt: skip
        return
    yield sentences.headline(headline, material.language)
    yield sentences.change(headline, material.language)
    same = next((row for row in rows if row["period"] == headline["period"] and row["unit_code"] == sentences.NATION
                 and row["scope_id"] == "_T"), None)  # fmt: skip
    if same is not None:
        both = material.is_verified(same, "numerator", "denominator") and material.is_verified(same, "reported")
        yield sentences.printed_beside(same, material.language, both_verified=both)
        yield material.filled("book.source_of", publishers=material.publishers(same), grade=material.grade(same))


def _definition(material: Material, one: Row) -> Iterator[Sentence]:
    key = {"indicator_id": one["indicator_id"]}
    for column in ("definition", "formula"):
        name = f"{column}_{material.language}"
        yield material.filled(f"book.{column}", text=text("catalog.indicator", key, one, name))
    name = f"name_{material.language}"
    lead = {"department_id": one["lead_department"], name: one[f"department_{material.language}"]}
    yield material.filled("book.lead", department=material.name("catalog.department", "department_id", lead))


def _nation(material: Material, one: Row, rows: list[Row]) -> Table:
    scale, share = material.scale(rows, one["unit_of_measure"]), one["unit_of_measure"] in SHARES
    printed = share and any(not isinstance(material.printed(row), str) for row in rows)
    columns = [Column(material.word("head.period"), width=2), Column(material.word("head.value"), "right", 1.5)]
    columns += [Column(material.word("head.interval"), "right", 2)] if share else []
    columns += [Column(material.word("head.printed"), "right", 1.3)] if printed else []
    columns += [Column(material.word("head.grade"), "centre", 1), Column(material.word("head.publisher"), width=4)]
    found = []
    for value in rows:
        cells = [material.period(value), material.number(value, scale)]
        extra: list[object] = [material.interval(value)] if share else []
        extra += [material.printed(value)] if printed else []
        found.append(row(*cells, *extra, material.grade(value), material.publishers(value)))
    return Table(material.filled("book.table.nation", title=sentences.title(one, material.language)), tuple(columns),
                 tuple(found), unit=scale.name, notes=_notes(material, rows))  # fmt: skip


def _notes(material: Material, rows: list[Row]) -> tuple[Sentence, ...]:
    found = [key for key in ("over", "about", "undetermined") if any(row["qualifier"] == key for row in rows)]
    notes = [material.filled(f"book.note.{key}") for key in found]
    if any("/" in row["period"] for row in rows):
        notes.append(material.filled("book.note.windows"))
    if any(row["period_certainty"] == "uncertain" for row in rows):
        notes.append(material.filled("book.note.uncertain"))
    return tuple(notes)


def _trend(material: Material, one: Row, rows: list[Row]) -> Picture:
    scale = material.scale(rows, one["unit_of_measure"])
    points = tuple(_point(material, row, scale, _place(row["period_end"]), row["period"][:4]) for row in rows)
    last, first = rows[-1], rows[0]
    alt = material.filled(
        "book.alt.trend", title=sentences.title(one, material.language),
        first=material.period(first), low=sentences.value_figure(first, material.language),
        last=material.period(last), high=sentences.value_figure(last, material.language),
    )  # fmt: skip
    broken = records(queries.breaks(material.release.cursor(), one["indicator_id"]))
    breaks = tuple(_place(f"{year}-01-31") for year in sorted({found["period"][:4] for found in broken})
                   if rows[0]["period_end"][:4] < year <= rows[-1]["period_end"][:4])  # fmt: skip
    caption = material.filled("book.picture.trend", title=sentences.title(one, material.language))
    notes = (material.filled("book.note.picture"),) if any(row["qualifier"] != "exact" for row in rows) else ()
    return Picture("trend", caption, points, scale.name, alt, breaks, notes, material.filled("book.source_as_table"))


def _place(day: str) -> float:
    """Where a day stands on the axis: a year's tick is its end."""
    return int(day[:4]) + (int(day[5:7]) - 12) / 12


def _point(material: Material, row: Row, scale: Scale, place: float, name: str, group: str = "") -> Point:
    low, high = (None if row[end] is None else float(row[end]) / scale.divisor for end in ("value_low", "value_high"))
    value = float(row["value"]) / scale.divisor
    return Point(material.number(row, scale), value, place, name, low, high, row["qualifier"], group)


def _units(material: Material, one: Row, rows: list[Row], drawn: Drawn) -> Iterator[Block]:
    """Figures of single units; where many units have a date in common, those of the newest one, also as a figure."""
    if not rows:
        return
    if one["indicator_id"] in (*IN_PROVINCES, *IN_CONTESTS) and not material.is_demonstration:
        key = "book.see_contests" if one["indicator_id"] in IN_CONTESTS else "book.see_provinces"
        yield Paragraph((material.filled(key),), "note")
        return
    newest = max(row["period_end"] for row in rows)
    latest = [row for row in rows if row["period_end"] == newest and not material.is_nested(row["unit_code"])]
    same = len({row["period"] for row in latest}) == 1
    if same and len({row["unit_code"] for row in latest}) >= LEAST_UNITS:
        provinces = [row for row in latest if material.group_of(row["unit_code"]) is not None]
        if drawn.room("dots"):
            yield _dots(material, one, provinces)
        yield _abreast(material, one, latest, earlier=len(rows) - len(latest))
        return
    yield _by_unit(material, one, rows)


def _official(material: Material, rows: list[Row]) -> list[Row]:
    order = {unit["unit_code"]: unit["order_number"] for unit in material.units}
    return sorted(rows, key=lambda row: (order[row["unit_code"]], row["period_end"], row["scope_id"]))


def _dots(material: Material, one: Row, rows: list[Row]) -> Picture:
    units = {unit["unit_code"]: unit for unit in material.units}
    language = material.language
    ordered = sorted(rows, key=lambda row: (units[row["unit_code"]]["group_order"], -row["value"]))
    scale = material.scale(rows, one["unit_of_measure"])
    points = tuple(
        _point(material, row, scale, place, units[row["unit_code"]]["short_zh" if language == "zh" else "name_en"],
               units[row["unit_code"]][f"group_name_{language}"])
        for place, row in enumerate(ordered)
    )  # fmt: skip
    most, least = max(rows, key=lambda row: row["value"]), min(rows, key=lambda row: row["value"])
    alt = material.filled(
        "book.alt.dots", title=sentences.title(one, language), period=material.period(most),
        most=material.unit(most["unit_code"]), high=sentences.value_figure(most, language),
        least=material.unit(least["unit_code"]), low=sentences.value_figure(least, language),
    )  # fmt: skip
    caption = material.filled("book.picture.dots", title=sentences.title(one, language), period=material.period(most))
    return Picture("dots", caption, points, material.unit_of_measure(one["unit_of_measure"]), alt,
                   notes=(alt,), source=material.filled("book.source_as_table"))  # fmt: skip


def _abreast(material: Material, one: Row, rows: list[Row], *, earlier: int) -> Table:
    """One figure a unit, several units beside each other, in official order down the columns."""
    ordered, scale = _official(material, rows), material.scale(rows, one["unit_of_measure"])
    depth = -(-len(ordered) // ABREAST)
    heads = (Column(material.word("head.region"), width=1.5), Column(material.word("head.value"), "right"),
             Column("", width=0.35))  # fmt: skip
    found = []
    for line in range(depth):
        cells: list[object] = []
        places = range(line, depth * ABREAST, depth)
        for value in (ordered[place] if place < len(ordered) else None for place in places):
            cells += ["", ""] if value is None else [material.unit(value["unit_code"], short=True),
                                                     material.number(value, scale)]  # fmt: skip
            cells.append("")
        found.append(row(*cells[:-1]))
    caption = material.filled("book.table.units_at", title=sentences.title(one, material.language),
                              period=material.period(rows[0]))  # fmt: skip
    source = material.filled("book.publishers", publishers=material.publishers(rows[0]), grade=material.grade(rows[0]))
    notes = (material.filled("book.note.earlier"),) if earlier else ()
    return Table(caption, (heads * ABREAST)[:-1], tuple(found), unit=scale.name, notes=notes, source=source)


def _by_unit(material: Material, one: Row, rows: list[Row]) -> Table:
    scale = material.scale(rows, one["unit_of_measure"])
    columns = (Column(material.word("head.region"), width=1.6), Column(material.word("head.period"), width=1.8),
               Column(material.word("head.value"), "right", 1.5), Column(material.word("head.grade"), "centre", 1),
               Column(material.word("head.publisher"), width=4))  # fmt: skip
    found = tuple(
        row(material.unit(value["unit_code"]), material.period(value), material.number(value, scale),
            material.grade(value), material.publishers(value))
        for value in _official(material, rows)
    )  # fmt: skip
    return Table(material.filled("book.table.units", title=sentences.title(one, material.language)), columns, found,
                 unit=scale.name, notes=_notes(material, rows))  # fmt: skip


def _awaited(material: Material, rows: list[Row]) -> Table:
    columns = (Column(material.word("head.indicator"), width=2.6), Column(material.word("book.head.state"), width=1.7),
               Column(material.word("book.head.request"), width=7))  # fmt: skip
    return Table(material.filled("book.awaited.caption"), columns, tuple(_request(material, one) for one in rows))


def _request(material: Material, one: Row) -> TableRow:
    request = text("catalog.indicator", {"indicator_id": one["indicator_id"]}, one, f"data_request_{material.language}")
    state = "book.state.unverified" if one["n_values"] else "book.state.refused" if one["refused_zh"] else None
    shown = material.word(state) if state else material.word("missing.awaited")
    asked = request if str(request) else material.word("book.request.verify")
    return row(sentences.title(one, material.language), cell(shown), asked)
