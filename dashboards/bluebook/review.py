"""review: the annex on how figures came in: files imported, edit rules that ran or not, and what they found."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards import queries
from dashboards.bluebook.material import Material, Row, records
from dashboards.bluebook.model import Block, Column, Heading, Paragraph, Table, cell, group, row
from dashboards.bluebook.model import Row as TableRow
from dashboards.lookups import Figure, Sentence, figure, sentence, text
from dashboards.words import words

FILES, RULE, RUN, FINDING = "quality.import_file", "quality.rule", "quality.rule_run", "quality.finding"
MOST = 40  # suspicions or files that are printed; the app has all
CELLS = ("cells_read", "cells_accepted", "cells_refused", "cells_ignored")
SEVERITIES = ("hard", "soft", "info")


def chapter(material: Material) -> Iterator[Block]:
    """Files imported and edit rules; nothing where the release has neither."""
    imported, ruled = (material.ledger.number(table, ()) for table in (FILES, RULE))
    if not imported and not ruled:
        return
    yield Heading(1, material.filled("book.review.title"), "review")
    if imported:
        yield from _imports(material)
    if ruled:
        yield from _rules(material)
        yield from _findings(material)


def _imports(material: Material) -> Iterator[Block]:
    """How many files were read, and what was taken from each that was imported."""
    counted, language = material.ledger.counted, material.language
    yield Heading(2, material.filled("imports.title"), "imports")
    cells = {name: material.ledger.summed(FILES, name, language) for name in CELLS}
    yield Paragraph((material.filled("book.imports.said", number=counted(FILES, language),
                                     imported=counted(FILES, language, outcome="imported"), **cells),))  # fmt: skip
    rows = [one for one in records(queries.imports(material.release.cursor())) if one["outcome"] == "imported"]
    heads = ("book.head.rows", "book.head.read", "book.head.accepted", "book.head.refused", "book.head.ignored")
    columns = (Column(material.word("head.file"), width=4.6), Column(material.word("head.producer"), width=1.6),
               *(Column(material.word(key), "right", 1.1) for key in heads))  # fmt: skip
    yield Table(material.filled("book.imports.caption"), columns,
                tuple(_file(material, one) for one in rows[:MOST]), notes=_left(material, len(rows), FILES,
                {"outcome": "imported"}))  # fmt: skip


def _file(material: Material, one: Row) -> TableRow:
    key = {"input_name": one["input_name"], "table_id": one["table_id"]}
    numbers = [figure(FILES, key, one, (name,), "in_scale", material.language, divisor=1, decimals=0)
               for name in ("rows", *CELLS)]  # fmt: skip
    return row(text(FILES, key, one, "input_name"), text(FILES, key, one, "producer"), *numbers)


def _left(material: Material, number: int, table: str, key: Row) -> tuple[Sentence, ...]:
    """That a table lists only its first rows; nothing where it lists them all."""
    if number <= MOST:
        return ()
    return (material.filled("book.review.left", number=material.ledger.counted(table, material.language, **key)),)


def _rules(material: Material) -> Iterator[Block]:
    """How many rules ran, how many rows they spoke of, and which did not run, and why."""
    counted, summed, language = material.ledger.counted, material.ledger.summed, material.language
    yield Heading(2, material.filled("rules.title"), "rules")
    yield Paragraph((
        material.filled("book.rules.said", number=counted(RULE, language), ran=counted(RUN, language, state="ran"),
                        still=counted(RUN, language, state="not_run"), checked=summed(RUN, "rows_checked", language),
                        unchecked=summed(RUN, "rows_not_checked", language)),
        material.filled("book.rules.note"),
    ))  # fmt: skip
    if not material.ledger.number(RUN, (("state", "ran"),)):
        yield Paragraph((material.filled("rules.none_ran"),))
    still = [one for one in records(queries.rules(material.release.cursor())) if one["state"] == "not_run"]
    if still and len(still) < material.ledger.number(RULE, ()):
        columns = (Column(material.word("head.rule"), width=1), Column(material.word("book.head.statement"), width=4),
                   Column(material.word("head.reason"), width=4))  # fmt: skip
        yield Table(material.filled("rules.not_run"), columns, tuple(_still(material, one) for one in still))


def _still(material: Material, one: Row) -> TableRow:
    key, language = {"rule_id": one["rule_id"]}, material.language
    return row(text(RULE, key, one, "rule_id"), text(RULE, key, one, f"statement_{language}"),
               text(RUN, key, one, f"reason_{language}"))  # fmt: skip


def _findings(material: Material) -> Iterator[Block]:
    """How many suspicions of each severity, by rule, and the weightiest one by one."""
    counted, language = material.ledger.counted, material.language
    yield Heading(2, material.filled("findings.title"), "findings")
    numbers = {level: counted(FINDING, language, rule_severity=level) for level in SEVERITIES}
    yield Paragraph((material.filled("book.findings.said", number=counted(FINDING, language), **numbers),
                     material.filled("findings.note")))  # fmt: skip
    rows = records(queries.findings(material.release.cursor()))
    if not rows:
        return
    yield _by_rule(material)
    columns = (Column(material.word("head.unit"), width=2.2), Column(material.word("head.period"), width=1.5),
               Column(material.word("book.head.cell"), width=3), Column(material.word("head.found"), "right", 1.7),
               Column(material.word("head.expected"), "right", 1.7))  # fmt: skip
    yield Table(material.filled("findings.title"), columns, tuple(_listed(material, rows[:MOST])),
                notes=_left(material, len(rows), FINDING, {}))  # fmt: skip


def _by_rule(material: Material) -> Table:
    """Rules with suspicions: statement, severity, how many."""
    language = material.language
    rows = []
    for one in records(queries.rules(material.release.cursor())):
        if one["findings"]:
            key = {"rule_id": one["rule_id"]}
            number = figure(RUN, key, one, ("findings",), "in_scale", language, divisor=1, decimals=0)
            rows.append(row(text(RULE, key, one, "rule_id"), text(RULE, key, one, f"statement_{language}"),
                            _severity(material, one), number))  # fmt: skip
    columns = (Column(material.word("head.rule"), width=1), Column(material.word("book.head.statement"), width=5),
               Column(material.word("head.severity"), width=1.2), Column(material.word("head.findings"), "right", 1))
    return Table(material.filled("book.findings.by_rule"), columns, tuple(rows))


def _severity(material: Material, one: Row) -> Figure | str:
    """The word for a severity, read from the rule."""
    if f"severity.{one['rule_severity']}" not in words():
        return str(one["rule_severity"])
    key = {"rule_id": one["rule_id"]}
    return figure(RULE, key, one, ("rule_severity",), "code", material.language, list="severity")


def _listed(material: Material, rows: list[Row]) -> Iterator[TableRow]:
    """The suspicions below their rule."""
    language, rule = material.language, None
    for one in sorted(rows, key=lambda one: (SEVERITIES.index(one["rule_severity"]), one["rule_id"])):
        if one["rule_id"] != rule:
            rule = one["rule_id"]
            stated = text(RULE, {"rule_id": rule}, one, f"statement_{language}")
            yield group(sentence(text(RULE, {"rule_id": rule}, one, "rule_id"), material.word("book.colon"), stated))
        key = {"finding_id": one["finding_id"]}
        named = material.unit(one["unit_code"]) if one["unit_name_zh"] else text(FINDING, key, one, "unit_code")
        yield row(named, *(text(FINDING, key, one, name) for name in ("period", "cell")),
                  *(cell(text(FINDING, key, one, name)) for name in ("found", "expected")))  # fmt: skip
