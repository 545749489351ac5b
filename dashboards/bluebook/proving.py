"""proving: every number in the book is read again in the release, and no other number stands in its prose."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dashboards.bluebook.ledger import Ledger, LookupFaultError
from dashboards.bluebook.model import Book, Heading, Paragraph, sentences_of
from dashboards.lookups import Figure, Sentence
from dashboards.release_file import Release

DIGIT = re.compile(r"[0-9０-９]")
ANNEX = "sources"
UNVERIFIED = {"C", "D"}
NUMBERS = {  # columns that carry figures; a target's title carries its value
    "stats.indicator_value": ("value", "derived_low", "derived_value", "reported_value", "reported_printed"),
    "stats.target_progress": ("actual_value",),
    "facts.observation": ("value", "value_printed"),
    "catalog.target": ("title_zh", "title_en", "value"),
}


def proof(book: Book, release: Release, ledger: Ledger | None = None) -> list[str]:
    """The faults of a book against its release; empty when its text and the tables agree.

    Args:
        book: the content.
        release: what it was made from.
        ledger: the tables of the release, where they have been read already.
    """
    ledger = ledger or Ledger(release)
    return [*_unlike(book, ledger), *_loose(book), *_not_verified(book, ledger)]


def _unlike(book: Book, ledger: Ledger) -> Iterator[str]:
    """Lookups that read otherwise in the release than in the text."""
    for found in _sentences(book):
        for figure in found.figures:
            try:
                again = ledger.text_of(figure)
            except (LookupFaultError, KeyError, ValueError) as fault:
                yield f"{figure.text!r} cannot be read again: {fault}"
                continue
            if again != figure.text:
                where = f"{figure.table} {dict(figure.key)} {figure.column}"
                yield f"the text says {figure.text!r}, the release says {again!r} ({where}): {str(found)[:60]}"


def _not_verified(book: Book, ledger: Ledger) -> Iterator[str]:
    """Figures of grade C or D before the annex."""
    for block in book.blocks:
        if isinstance(block, Heading) and block.anchor == ANNEX:
            return
        for found in sentences_of(block):
            for figure in found.figures:
                grades = _grades(figure, ledger)
                if grades & UNVERIFIED:
                    yield f"{figure.text!r} is of grade {'/'.join(sorted(grades))} and stands before the annex: {found}"


def _grades(figure: Figure, ledger: Ledger) -> set[str]:
    """The grades of what a figure rests on; none for texts and counts."""
    named = dict(figure.key)
    if figure.form in ("count", "total") or figure.column not in NUMBERS.get(figure.table, ()):
        return set()
    if figure.table == "catalog.target":
        return {row["target_grade"] for row in ledger.having("stats.target_progress", figure.key)}
    row = ledger.one(figure.table, figure.key, ("grade",) if figure.table != "stats.target_progress" else None)
    if figure.table == "stats.target_progress":
        return {row["actual_grade"]}
    if figure.table == "facts.observation" or figure.column == "value":
        return {row["grade"]}
    roles = ("reported",) if figure.column in ("reported_value", "reported_printed") else ("numerator", "denominator")
    behind = [one for one in ledger.having("stats.working", tuple(named.items())) if one["role"] in roles]
    return {ledger.one("facts.observation", (("observation_id", one["observation_id"]),), ("grade",))["grade"]
            for one in behind}  # fmt: skip


def _loose(book: Book) -> Iterator[str]:
    """Digits in prose that no lookup accounts for."""
    for block in book.blocks:
        if isinstance(block, Heading | Paragraph):
            for found in sentences_of(block):
                yield from _digits(found)


def _digits(found: Sentence) -> Iterator[str]:
    for fixed in found.fixed:
        if DIGIT.search(fixed):
            yield f"a number without a lookup: {fixed!r}. Make it a lookup; a year of a rule is written in words."


def _sentences(book: Book) -> Iterator[Sentence]:
    for _, found in book.facts:
        yield found
    for block in book.blocks:
        yield from sentences_of(block)
