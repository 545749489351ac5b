"""medals: whether totals of medals add up over the years, and whether a list by skill agrees with them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from pipelines.catalog import Declared
from pipelines.sources.candidates import Candidate
from pipelines.sources.ledger import Advice, Ledger, Spot

Medal = Literal["gold", "silver", "bronze", "merit"]
MEDALS: tuple[Medal, ...] = ("gold", "silver", "bronze", "merit")
NO_SUM = Advice("earlier total + later competitions = later total", "请与原报道核对", "Compare with the original")
NO_MATCH = Advice("as many rows as the printed total", "请与原报道核对名单", "Compare the list with the original")
TWICE = Advice("one row a skill and medal", "请删去重复的行", "Remove the repeated row")


class PrintedTotal(Declared):
    """The medals of one competition, as printed; a colour that the source does not mention is None."""

    edition: str
    gold: int | None = None
    silver: int | None = None
    bronze: int | None = None
    merit: int | None = None
    source: str


@dataclass(frozen=True)
class Row:
    """One row of a list: competition, edition, skill and medal, and where it stands."""

    competition: str
    edition: str
    skill: str
    medal: Medal
    spot: Spot


def report_sums(ledger: Ledger, kept: Iterable[Candidate]) -> None:
    """Tells where an earlier total and the competitions since do not make the later total.

    A sum in which a competition says nothing is told as not checked.
    """
    totals: dict[tuple[str, str], dict[tuple[str, str], Candidate]] = defaultdict(dict)
    singles: dict[tuple[str, str], dict[str, Candidate]] = defaultdict(dict)
    for one in kept:
        first, slash, last = one.period.partition("/")
        if slash:
            totals[one.unit_code, one.measure_id][first, last] = one
        else:
            singles[one.unit_code, one.measure_id][first[:4]] = one
    for series, found in totals.items():
        spans = sorted(found)
        for earlier, later in pairwise(spans):
            if earlier[0] == later[0]:
                between = [one for year, one in sorted(singles[series].items()) if earlier[1] < year <= later[1]]
                _report_sum(ledger, found[earlier], between, found[later])


def _report_sum(ledger: Ledger, earlier: Candidate, between: Sequence[Candidate], later: Candidate) -> None:
    parts = [earlier, *between]
    written = " + ".join(one.printed.value or "?" for one in parts)
    found = f"{later.unit_code} {later.measure_id}: {written} = {later.printed.value or '?'}"
    if not between or not all(one.printed.value for one in (*parts, later)):
        ledger.report("sum_not_checked", "info", later.spot, found, NO_SUM)
    elif sum(int(one.printed.value) for one in parts) != int(later.printed.value):
        ledger.report("sum_differs", "soft", later.spot, found, NO_SUM)


def compare_list(ledger: Ledger, rows: Sequence[Row], printed: Mapping[str, PrintedTotal]) -> str:
    """Compares a list with the printed totals, colour by colour; a colour that has no row is not stated there.

    Returns:
        What was compared, in few words.
    """
    seen: dict[tuple[str, ...], Spot] = {}
    for row in rows:
        key = (row.competition, row.edition, row.skill, row.medal)
        if seen.setdefault(key, row.spot) != row.spot:
            ledger.report("repeated_row", "soft", row.spot, f"{', '.join(key)}: {seen[key].cell}", TWICE)
    counts = Counter((row.edition, row.medal) for row in rows)
    told = []
    for edition in sorted({row.edition for row in rows}):
        total = printed.get(edition)
        for medal in MEDALS:
            counted, wanted = counts[edition, medal], getattr(total, medal, None)
            if counted:
                told.append(f"{edition} {medal} {counted}/{wanted if wanted is not None else '?'}")
            if counted and counted != wanted:
                first = next(row.spot for row in rows if (row.edition, row.medal) == (edition, medal))
                source = f" ({total.source})" if total else ""
                found = f"{edition} {medal}: {counted} rows, {wanted if wanted is not None else 'no total'}{source}"
                ledger.report("list_differs", "soft", first, found, NO_MATCH)
    return f"{len(rows)} rows: {', '.join(told)}"
