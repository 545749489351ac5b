"""front: how the book was made, its marks, and on one page what can be said today."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards import sentences
from dashboards.bluebook.material import VALUES, Material, Row
from dashboards.bluebook.model import Block, Cell, Column, Heading, Paragraph, Table, cell, row
from dashboards.bluebook.model import Row as TableRow
from dashboards.lookups import Sentence, sentence

MARKS = ("no_data", "not_stated", "not_verified", "over", "at_most", "about", "undetermined", "interval")
ABOUT = ("scope", "proposed", "grades", "calendar", "nation", "same_scope")
MOST_HEADLINES = 3


def front(material: Material) -> Iterator[Block]:
    """Editor's note, marks and rounding."""
    yield Heading(1, material.filled("book.about.title"), "about")
    for key in ABOUT:
        yield Paragraph((material.filled(f"book.about.{key}"),))
    yield Paragraph((_sources(material),))
    yield Heading(1, material.filled("book.marks.title"), "marks")
    yield Paragraph((material.filled("book.marks.rounding"),))
    yield _marks(material)


def _sources(material: Material) -> Sentence:
    counted = material.ledger.counted
    grades = {grade: counted("facts.source", material.language, grade=grade) for grade in "ABCD"}
    return material.filled("book.about.sources", all=counted("facts.source", material.language),
                           figures=counted("facts.observation", material.language), **grades)  # fmt: skip


def _marks(material: Material) -> Table:
    rows = [row(material.word(f"book.mark.{key}"), material.word(f"book.mark.{key}.means")) for key in MARKS]
    for verdict in sentences.VERDICTS:
        shown = Cell(sentence(material.word(f"verdict.{verdict}")), mark=verdict)
        rows.append(row(shown, material.word(f"book.verdict.{verdict}.means")))
    columns = (Column(material.word("book.head.mark"), width=1.3), Column(material.word("book.head.meaning"), width=5))
    return Table(Sentence(()), columns, tuple(rows))


def today(material: Material) -> Iterator[Block]:
    """What can be said today, on one page."""
    yield Heading(1, material.filled("book.today.title"), "today")
    yield Paragraph((_answer(material),), "answer")
    yield _verdicts(material)
    met = [row for row in material.targets if row["verdict"] == "met"]
    if met:
        demo = material.is_demonstration
        yield Paragraph(tuple(sentences.progress(one, material.language, demo=demo) for one in met))
    yield _headlines(material)
    no_index = material.filled("book.today.not.index", number=material.bare_tasks)
    if material.is_demonstration:
        yield Paragraph((material.filled("book.today.not.streams"),))
        return
    yield Paragraph((no_index, *(material.filled(f"book.today.not.{key}") for key in ("rank", "union", "streams"))))


def _answer(material: Material) -> Sentence:
    ledger, language = material.ledger, material.language
    ids = tuple(material.headlines)
    return material.filled(
        "book.today.answer",
        indicators=ledger.counted("catalog.indicator", language),
        verified=ledger.counted(VALUES, language, "indicator_id", unit_code=sentences.NATION, is_verified=True,
                                scope_id="_T", indicator_id=ids),
        targets=ledger.counted("catalog.target", language),
        met=ledger.counted(sentences.PROGRESS, language, "target_id", verdict="met"),
    )  # fmt: skip


def _verdicts(material: Material) -> Table:
    counted = [material.ledger.counted(sentences.PROGRESS, material.language, verdict=verdict)
               for verdict in sentences.VERDICTS]  # fmt: skip
    heads = [Cell(sentence(material.word(f"verdict.{verdict}")), mark=verdict) for verdict in sentences.VERDICTS]
    columns = tuple(Column("", "centre") for _ in heads)
    return Table(material.filled("book.today.verdicts"), columns, (row(*heads), row(*counted)),
                 unit=material.word("book.unit.cases"))  # fmt: skip


def _headlines(material: Material) -> Table:
    columns = (Column(material.word("book.head.task"), width=2.1), Column(material.word("head.indicator"), width=3.2),
               Column(material.word("head.value"), "right", 2), Column(material.word("head.period"), width=1.9),
               Column(material.word("book.head.have"), "right", 1.1))  # fmt: skip
    rows = tuple(one for task in material.tasks for one in _task_rows(material, task))
    return Table(material.filled("book.today.headlines"), columns, rows,
                 notes=(material.filled("book.today.headlines.note"),))  # fmt: skip


def _task_rows(material: Material, task: Row) -> Iterator[TableRow]:
    own = [one for one in material.indicators if one["task_id"] == task["task_id"]]
    found = [material.headlines[one["indicator_id"]] for one in own if one["indicator_id"] in material.headlines]
    newest = sorted(found, key=lambda one: one["period_end"], reverse=True)[:MOST_HEADLINES]
    name, have = material.name("catalog.task", "task_id", task), _have(material, own)
    if not newest:
        state = "book.today.only_units" if any(one["n_verified"] for one in own) else "missing.awaited"
        yield row(name, cell(material.word(state)), "", "", have)
    for place, one in enumerate(newest):
        shown = (sentences.title(one, material.language), sentences.value_figure(one, material.language),
                 material.period(one))  # fmt: skip
        yield row("" if place else name, *shown, "" if place else have)


def _have(material: Material, own: list[Row]) -> Sentence:
    ids = tuple(one["indicator_id"] for one in own)
    counted = material.ledger.counted
    verified = counted(VALUES, material.language, "indicator_id", indicator_id=ids, is_verified=True)
    return sentence(verified, "/", counted("catalog.indicator", material.language, indicator_id=ids))
