"""receipts: which returns came, when, in how many versions, and with which explanation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from pipelines.catalog import Catalog, Form, Words
from pipelines.demo.draws import stream
from pipelines.demo.land import Land, Node
from pipelines.demo.models import Filing
from pipelines.demo.reading import DemoError

NONE = Words(zh="", en="")


@dataclass(frozen=True)
class Receipt:
    """One version of one return; `received` is None where it never came."""

    form: str
    version: str
    node: Node
    period: str
    vintage: int
    status: str | None
    due: date
    received: date | None
    notes: tuple[Words, ...] = ()

    @property
    def is_on_time(self) -> bool:
        return self.vintage == 1 and self.received is not None and self.received <= self.due


def receipts(land: Land, catalog: Catalog, forms: Sequence[str]) -> list[Receipt]:
    """The receipts of every form, unit and period, the nation's compiled from the others."""
    absent = {(one.form, one.unit, str(one.period)): one.note for one in land.country.filing.unreported}
    made: list[Receipt] = []
    for form_id in forms:
        form = catalog.forms[form_id]
        for period in land.periods:
            of_units: list[Receipt] = []
            for node in land.nodes:
                never = absent.get((form_id, node.code, period))
                of_units += _of_unit(land, form_id, form, node, period, never)
            made += [*of_units, _of_nation(land, form_id, form, period, of_units)]
    return made


def period_days(period: str) -> tuple[date, date]:
    """First and last day of a union year: 1 October of the year before to 30 September."""
    return date(int(period) - 1, 10, 1), date(int(period), 9, 30)


def form_version(form_id: str, form: Form, period: str) -> str:
    """The version of a form that is valid on the last day of the period.

    Raises:
        DemoError: the form has no such version.
    """
    end = period_days(period)[1]
    for one in form.versions:
        if one.valid_from <= end <= one.valid_to:
            return one.version
    raise DemoError(f"forms.yaml, {form_id}: found no version valid on {end}, wanted one for every period of"
                    " country.yaml. Add a version. 该日期没有有效表式，请补充版本。")  # fmt: skip


def _of_unit(land: Land, form_id: str, form: Form, node: Node, period: str, never: Words | None) -> Iterator[Receipt]:
    filing = land.country.filing
    due = period_days(period)[1] + timedelta(days=form.days_to_file)
    first = Receipt(form_id, form_version(form_id, form, period), node, period, 1, "final", due, None)
    if never is not None:
        yield replace(first, status=None, notes=(never,))
        return
    chance = stream(land.country.seed, node.code, f"receipt/{form_id}/{period}")
    early = timedelta(days=int(chance.integers(*filing.days_early)))
    fate, detail = chance.random(), int(chance.integers(1_000_000))
    if fate < filing.late_share:
        late = timedelta(days=_between(detail, filing.days_late))
        yield replace(first, received=due + late, notes=(filing.late[detail % len(filing.late)],))
    elif fate < filing.late_share + filing.two_versions_share:
        yield replace(first, received=due - early, status="preliminary")
        yield _second(first, filing, due, early, detail)
    else:
        yield replace(first, received=due - early)


def _second(first: Receipt, filing: Filing, due: date, early: timedelta, detail: int) -> Receipt:
    """A return sent again: within the time as its final version, or after it as a revision with its reason."""
    second = replace(first, vintage=2)
    if detail % 1000 < 1000 * filing.revised_share:
        day = due + timedelta(days=_between(detail, filing.days_to_revision))
        return replace(second, received=day, status="revised", notes=(filing.revised[detail % len(filing.revised)],))
    return replace(second, received=due - min(early // 2, early - timedelta(days=1)))


def _between(number: int, ends: tuple[int, int]) -> int:
    return ends[0] + number % (ends[1] - ends[0] + 1)


def _of_nation(land: Land, form_id: str, form: Form, period: str, of_units: Sequence[Receipt]) -> Receipt:
    """The nation's return, compiled on the day it is due; it says what was not there yet or was put right later."""
    due = period_days(period)[1] + timedelta(days=form.days_to_file)
    missing = [one.node for one in of_units if one.received is None]
    later = [one.node for one in of_units if one.received is not None and one.received > due]
    words = land.country.filing.compiled
    notes = tuple(_filled(words, {"missing": missing, "later": later}) for _ in range(bool(missing or later)))
    status = "revised" if later else "final"
    return Receipt(form_id, form_version(form_id, form, period), land.nation, period, 1, status, due, due, notes)


def _filled(words: Words, lists: dict[str, list[Node]]) -> Words:
    zh = {key: "、".join(node.short.zh for node in nodes) or "无" for key, nodes in lists.items()}
    en = {key: ", ".join(node.short.en for node in nodes) or "none" for key, nodes in lists.items()}
    return Words(zh=words.zh.format(**zh), en=words.en.format(**en))
