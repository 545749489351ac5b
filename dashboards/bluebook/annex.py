"""annex: sources and grades, figures that are not verified, checks, why there is no index, and the colophon."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from dashboards import queries, sentences
from dashboards.bluebook.material import VALUES, Material, Row, records
from dashboards.bluebook.model import Block, Column, Heading, Paragraph, Table, cell, group, row
from dashboards.bluebook.model import Row as TableRow
from dashboards.lookups import Sentence, figure, sentence, text


def sources(material: Material) -> Iterator[Block]:
    """Every publication with its grade; addresses only of grades A and B."""
    yield Heading(1, material.filled("book.sources.title"), "sources")
    yield Paragraph((material.filled("book.sources.lead"),))
    rows: list[TableRow] = []
    grade = None
    for one in records(queries.sources(material.release.cursor())):
        if one["grade"] != grade:
            grade = one["grade"]
            rows.append(group(_grade(material, one)))
        rows.append(_source(one))
    columns = (Column(material.word("head.publisher"), width=2.4), Column(material.word("head.title"), width=5.2),
               Column(material.word("head.date"), width=1.4))  # fmt: skip
    yield Table(material.filled("book.sources.caption"), columns, tuple(rows),
                notes=(material.filled("book.sources.note"),))  # fmt: skip


def _grade(material: Material, one: Row) -> Sentence:
    """The letter of a source's grade and what it means."""
    key = {"code_list": "grade", "code": one["grade"]}
    names = material.ledger.one("catalog.code_name", tuple(key.items()))
    letter = text("facts.source", {"source_id": one["source_id"]}, one, "grade")
    meaning = text("catalog.code_name", key, names, f"name_{material.language}")
    return sentence(letter, material.word("book.colon"), meaning)


def _source(one: Row) -> TableRow:
    key = {"source_id": one["source_id"]}
    cells = [text("facts.source", key, one, column) if one[column] else None for column in ("title", "published")]
    return row(text("facts.source", key, one, "publisher"), cell(cells[0], url=one["url"]), cells[1])


def unverified(material: Material) -> Iterator[Block]:
    """Figures and targets of grade C and D, as printed, without addresses."""
    yield Heading(1, material.filled("book.unverified.title"), "unverified")
    number = material.ledger.number("facts.observation", (("grade", ("C", "D")), ("missing_reason", None)))
    counted = material.ledger.counted("facts.observation", material.language, grade=("C", "D"), missing_reason=None)
    yield Paragraph((material.filled("book.unverified.lead", number=counted),))
    found = sorted(records(queries.unverified(material.release.cursor())), key=lambda one: _place(material, one))
    imported = _imported_files(material)
    rows = [one for one in found if one["source_file"] not in imported]
    if not number:
        yield from _unverified_targets(material)
        return
    columns = (Column(material.word("head.region"), width=1.5), Column(material.word("head.period"), width=1.6),
               Column(material.word("book.head.as_printed"), "right", 1.8),
               Column(material.word("head.grade"), "centre", 0.7), Column(material.word("head.publisher"), width=2.4),
               Column(material.word("head.title"), width=3.6))  # fmt: skip
    yield Table(material.filled("book.unverified.caption"), columns, tuple(_by_measure(material, rows)),
                notes=(material.filled("book.unverified.note"),))  # fmt: skip
    if len(rows) < len(found):
        yield _of_imports(material, [one for one in found if one["source_file"] in imported])
    yield from _unverified_targets(material)


def _imported_files(material: Material) -> set[str]:
    """Our tidy files that the import wrote: whole tables, which are too long to print figure by figure."""
    return {f"data/sources/{one['producer']}.csv" for one in material.ledger.rows("quality.import_file")}


def _of_imports(material: Material, rows: list[Row]) -> Table:
    """The imported figures, one row a tidy file and measure: how many, of how many units, from when to when."""
    by_table: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for one in rows:
        by_table[one["source_file"], one["measure_id"]].append(one)
    heads = ("book.head.first_period", "book.head.last_period", "book.head.figures", "book.head.units")
    columns = (Column(material.word("head.measure"), width=4.6), Column(material.word("head.file"), width=3),
               *(Column(material.word(name), "right", 1.2) for name in heads))  # fmt: skip
    found = tuple(_import(material, place, ours) for place, ours in sorted(by_table.items()))
    return Table(material.filled("book.unverified.imports"), columns, found,
                 notes=(material.filled("book.unverified.imports.note"),))  # fmt: skip


def _import(material: Material, place: tuple[str, str], rows: list[Row]) -> TableRow:
    source_file, measure_id = place
    language, table = material.language, "facts.observation"
    key: dict[str, Any] = {"source_file": source_file, "measure_id": measure_id, "grade": ("C", "D"),
                           "missing_reason": None}  # fmt: skip
    counted = material.ledger.counted
    measure = material.ledger.one("catalog.measure", (("measure_id", measure_id),))
    first, last = (pick(rows, key=lambda one: one["period_end"]) for pick in (min, max))
    columns = ("period", "period_start", "period_end")
    periods = [figure(table, {"observation_id": one["observation_id"]}, one, columns, "period", language)
               for one in (first, last)]  # fmt: skip
    return row(text("catalog.measure", {"measure_id": measure_id}, measure, f"title_{language}"),
               text(table, {"observation_id": first["observation_id"]}, first, "source_file"), *periods,
               counted(table, language, **key), counted(table, language, "unit_code", **key))  # fmt: skip


def _place(material: Material, one: Row) -> tuple[str, int, str, str]:
    """By measure, then in official order, then by period."""
    order = next(int(unit["order_number"]) for unit in material.units if unit["unit_code"] == one["unit_code"])
    return str(one["measure_id"]), order, str(one["period"]), str(one["observation_id"])


def _by_measure(material: Material, rows: list[Row]) -> Iterator[TableRow]:
    measure = None
    for one in rows:
        if one["measure_id"] != measure:
            measure = one["measure_id"]
            named = {f"title_{material.language}": one[f"measure_{material.language}"]}
            yield group(text("catalog.measure", {"measure_id": measure}, named, f"title_{material.language}"))
        key = {"observation_id": one["observation_id"]}
        seen = material.ledger.one("facts.observation", tuple(key.items()))
        source = {"source_id": seen["source_id"]}
        titled = text("facts.source", source, one, "title") if one["title"] else ""
        yield row(material.unit(one["unit_code"]),
                  figure("facts.observation", key, seen, ("period", "period_start", "period_end"), "period",
                         material.language),
                  _printed(material, seen), text("facts.observation", key, seen, "grade"),
                  text("facts.source", source, one, "publisher"), titled)  # fmt: skip


def _printed(material: Material, seen: Row) -> Sentence:
    """Sign, number and unit exactly as printed."""
    key = {"observation_id": seen["observation_id"]}
    sign = figure("facts.observation", key, seen, ("qualifier",), "code", material.language, list="sign")
    unit = text("facts.observation", key, seen, "unit_printed")
    space = "" if str(unit) == "%" else "\u202f"
    return sentence(sign, text("facts.observation", key, seen, "value_printed"), space, unit)


def _unverified_targets(material: Material) -> Iterator[Block]:
    rows = [one for one in material.targets if one["target_grade"] not in ("A", "B")]
    seen: dict[str, Row] = {one["target_id"]: one for one in rows}
    if not seen:
        return
    columns = (Column(material.word("head.target"), width=5), Column(material.word("head.grade"), "centre", 0.8))
    found = tuple(
        row(text("catalog.target", {"target_id": name}, one, f"title_{material.language}"),
            figure(sentences.PROGRESS, {"target_id": name, "unit_code": one["unit_code"]}, one, ("target_grade",),
                   "text", material.language))
        for name, one in seen.items()
    )  # fmt: skip
    yield Table(material.filled("book.unverified.targets"), columns, found,
                notes=(material.filled("book.unverified.targets.note"),))  # fmt: skip


def closing(material: Material) -> Iterator[Block]:
    """Checks, coverage and the colophon."""
    yield Heading(1, material.filled("book.closing.title"), "closing")
    yield Heading(2, material.filled("book.index.title"), "no-index")
    yield Paragraph((material.filled("book.index.why", number=material.bare_tasks),))
    yield _coverage(material)
    yield Heading(2, material.filled("book.checks.title"), "checks")
    yield Paragraph((_checks(material),))
    yield from _failed(material)
    yield _rows(material)
    yield Heading(2, material.filled("book.colophon.title"), "colophon")
    lines = tuple(row(material.word(f"book.colophon.{name}"), found) for name, found in facts(material))
    yield Table(Sentence(()), (Column("", width=1.3), Column("", width=4)), lines)


def facts(material: Material) -> Iterator[tuple[str, Sentence]]:
    """What the release says of itself."""
    for name in ("release_id", "created", "content_hash", "code_version"):
        found = material.ledger.one("quality.release_info", (("name", name),))
        form = "date" if name == "created" else "text"
        yield name, sentence(figure("quality.release_info", {"name": name}, found, ("text",), form, material.language))
    yield "checks", _checks(material)
    yield "weights", material.filled("book.colophon.weights.none")


def _checks(material: Material) -> Sentence:
    counted = material.ledger.counted
    passed = counted("quality.check_result", material.language, success=True)
    failed = counted("quality.check_result", material.language, success=False)
    return material.filled("book.checks.said", number=counted("quality.check_result", material.language),
                           passed=passed, failed=failed)  # fmt: skip


def _failed(material: Material) -> Iterator[Block]:
    """The checks that did not pass: table, what was found, and what it would mean."""
    failed = [one for one in records(queries.checks(material.release.cursor())) if not one["success"]]
    if not failed:
        return
    columns = (Column(material.word("book.head.table"), width=1.6), Column(material.word("book.head.result"), width=4),
               Column(material.word("book.head.meaning"), width=3.4))  # fmt: skip
    rows = []
    for one in failed:
        key = {"table_name": one["table_name"], "expectation_number": one["expectation_number"]}
        names = ("table_name", f"message_{material.language}", f"note_{material.language}")
        rows.append(row(*(text("quality.check_result", key, one, name) for name in names)))
    yield Table(material.filled("book.checks.failed"), columns, tuple(rows))


def _coverage(material: Material) -> Table:
    """For each task: proposed indicators, those with verified national figures, and with enough verified provinces."""
    rows = []
    for task in material.tasks:
        ids = tuple(one["indicator_id"] for one in material.indicators if one["task_id"] == task["task_id"])
        enough = material.covering(task)
        counted = material.ledger.counted
        rows.append(row(
            material.name("catalog.task", "task_id", task),
            counted("catalog.indicator", material.language, indicator_id=ids),
            counted(VALUES, material.language, "indicator_id", indicator_id=ids, is_verified=True,
                    unit_code=sentences.NATION),
            counted("catalog.indicator", material.language, indicator_id=enough),
        ))  # fmt: skip
    heads = ("book.head.proposed", "book.head.national", "book.head.enough")
    columns = (Column(material.word("book.head.task"), width=2.5),
               *(Column(material.word(key), "right", 1.5) for key in heads))  # fmt: skip
    return Table(material.filled("book.index.caption"), columns, tuple(rows), unit=material.word("book.unit.items"),
                 notes=(material.filled("book.index.note"),))  # fmt: skip


def _rows(material: Material) -> Table:
    found = []
    for one in records(queries.row_counts(material.release.cursor())):
        key = {"table_name": one["table_name"], "input_name": one["input_name"]}
        numbers = [figure("quality.row_count", key, one, (name,), "in_scale", material.language, divisor=1, decimals=0)
                   for name in ("rows_in", "rows_out", "rows_refused")]  # fmt: skip
        named = [text("quality.row_count", key, one, name) for name in ("table_name", "input_name")]
        found.append(row(*named, *numbers))
    heads = ("book.head.rows_in", "book.head.rows_out", "book.head.rows_refused")
    columns = (Column(material.word("book.head.table"), width=2.6), Column(material.word("book.head.input"), width=3.6),
               *(Column(material.word(key), "right", 1.2) for key in heads))  # fmt: skip
    return Table(material.filled("book.checks.rows"), columns, tuple(found), unit=material.word("book.unit.rows"),
                 notes=(material.filled("book.checks.rows.note"),))  # fmt: skip
