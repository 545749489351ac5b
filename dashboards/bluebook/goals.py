"""goals: every verified target with its figure, its verdict and the reason."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from dashboards import sentences
from dashboards.bluebook.material import VERIFIED, Material, Row
from dashboards.bluebook.model import Block, Cell, Column, Heading, Paragraph, Table, cell, group, row
from dashboards.bluebook.model import Row as TableRow
from dashboards.lookups import Sentence, figure, sentence, text


def chapter(material: Material) -> Iterator[Block]:
    """Progress to targets: the nation first, then the provinces by group."""
    yield Heading(1, material.filled("book.targets.title"), "targets")
    verified = [one for one in material.targets if one["target_grade"] in VERIFIED]
    left = material.ledger.counted(sentences.PROGRESS, material.language, target_grade=("C", "D"))
    yield Paragraph((sentences.overall(material.targets, material.language, demo=material.is_demonstration),
                     material.filled("book.targets.left", number=left)))  # fmt: skip
    yield Paragraph((material.filled("book.targets.rule"),))
    nation = [one for one in verified if one["unit_code"] == sentences.NATION]
    others = [one for one in verified if one["unit_code"] != sentences.NATION]
    notes = (material.filled("book.targets.note"),)
    yield Table(material.filled("book.targets.nation"), _columns(material),
                tuple(_row(material, one) for one in nation), notes=notes)  # fmt: skip
    yield Table(material.filled("book.targets.provinces"), _columns(material), tuple(_grouped(material, others)),
                notes=notes)  # fmt: skip


def _columns(material: Material) -> tuple[Column, ...]:
    widths = {"head.target": 4.2, "head.actual": 2.3, "head.verdict": 1.5, "head.reason": 3.4}
    return tuple(Column(material.word(key), width=width) for key, width in widths.items())


def _grouped(material: Material, rows: list[Row]) -> Iterator[TableRow]:
    known = {one["unit_code"]: one["group_name_zh"] for one in material.units}
    for _, found in groupby(rows, key=lambda one: known.get(one["unit_code"])):
        members = list(found)
        of_group = {"group_id": members[0]["group_four"], f"name_{material.language}":
                    members[0][f"group_name_{material.language}"]}  # fmt: skip
        yield group(text("catalog.group_name", {"group_id": of_group["group_id"]}, of_group,
                         f"name_{material.language}"))  # fmt: skip
        yield from (_row(material, one) for one in members)


def _row(material: Material, one: Row) -> TableRow:
    language = material.language
    key = {"target_id": one["target_id"], "unit_code": one["unit_code"]}
    title = text("catalog.target", {"target_id": one["target_id"]}, one, f"title_{language}")
    verdict = figure(sentences.PROGRESS, key, one, ("verdict",), "code", language, list="verdict")
    reason = figure(sentences.PROGRESS, key, one, ("reason_id",), "code", language, list="reason")
    said = sentence(verdict, material.word("verdict.after"))
    why = f"no_verdict_{language}"
    declared = text("catalog.target", {"target_id": one["target_id"]}, one, why) if one[why] else None
    return row(title, _actual(material, one), Cell(said, mark=one["verdict"]), cell(declared or reason))


def _actual(material: Material, one: Row) -> Sentence:
    if one["actual_value"] is None:
        return material.filled("book.none")
    period = sentences.actual_period(one, material.language)
    return material.filled("book.targets.actual", value=sentences.actual_figure(one, material.language), period=period)
