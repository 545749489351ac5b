"""worldskills: tables of medals: totals become figures, lists by skill are compared with the printed totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from re import Match, Pattern

from pipelines.catalog import Catalog, Declared
from pipelines.grid import Book, Sheet
from pipelines.sources import panel
from pipelines.sources.candidates import Candidate, candidate, kept_once
from pipelines.sources.crosstab import year
from pipelines.sources.declarations import Producer, declaration
from pipelines.sources.labels import Regions, tidied
from pipelines.sources.ledger import Advice, Ledger, Mark, Spot
from pipelines.sources.medals import MEDALS, Medal, PrintedTotal, Row, compare_list, report_sums
from pipelines.sources.wild import Found, Reading, Refused, Sidecar

TEXTS = ("csv", "tsv", "txt", "text", "xls", "xlsx", "ods")
LIST = ("competition", "edition", "year", "skill", "medal")
TOTALS = ("competition", "edition", "year", "delegation", *MEDALS)
SPAN = 2
LIST_ID = "worldskills_medal_list"
TOTALS_ID = "worldskills_medals"
NOT_DECLARED = Advice("a competition, delegation, year or medal that data/imports declares",
                      "请核对该行，需要时在 data/imports/worldskills.yaml 中声明",
                      "Check the row, and declare it in data/imports/worldskills.yaml if it is wanted")  # fmt: skip


class Competition(Declared):
    """A competition whose medals are wanted; two groups in the name are the first and last year of a total.

    Args:
        name: its names.
        measures: the measure of each medal.
        periods: years for which the month of the competition is known, so that its figures meet those of other sources.
    """

    name: Pattern[str]
    measures: Mapping[Medal, str]
    table_id: str
    periods: Mapping[str, str] = {}


class MedalDeclaration(Producer):
    """worldskills.yaml: headers, competitions, delegations, and the printed totals for lists."""

    columns: Mapping[str, Pattern[str]]
    ignored_columns: Pattern[str]
    delegation: Pattern[str]
    delegations: Mapping[str, str]
    competitions: tuple[Competition, ...]
    ignored_competitions: Pattern[str]
    medals: Mapping[Medal, Pattern[str]]
    units: Mapping[Medal, str]
    printed_totals: tuple[PrintedTotal, ...]


@dataclass(frozen=True)
class _Table:
    """The sheet with its header: role → column."""

    sheet: Sheet
    top: int
    columns: Mapping[str, int]
    twice: tuple[str, ...]

    def text(self, row: int, role: str) -> str:
        return self.sheet.rows[row][self.columns[role]]

    def spot(self, row: int, role: str) -> Spot:
        return Spot(self.sheet.name, row, self.columns[role])

    def spots(self, row: int, roles: Sequence[str]) -> tuple[Spot, ...]:
        return tuple(self.spot(row, role) for role in roles if self.text(row, role).strip())


class WorldSkills:
    """Reader of medal tables; a list by skill gives no figures, because a count of its rows would be our arithmetic."""

    producer = "worldskills"

    def __init__(self, declared: MedalDeclaration) -> None:
        self.declaration = declared

    @classmethod
    def declared(cls, folder: Path) -> WorldSkills:
        """The reader as `worldskills.yaml` in the folder declares it.

        Raises:
            DeclarationError: the declaration cannot be used.
        """
        return cls(declaration(folder / f"{cls.producer}.yaml", MedalDeclaration))

    def recognises(self, book: Book) -> bool:
        """Whether the header names a competition, a year, and medals."""
        table = self._table(book)
        return table is not None and {"competition", "year"} <= set(table.columns) and bool(
            {"gold", "medal"} & set(table.columns))  # fmt: skip

    def read(self, book: Book, catalog: Catalog, sidecar: Sidecar | None) -> Sequence[Reading]:  # noqa: ARG002 - the table says all
        """One reading: totals as figures, or a list compared and refused."""
        units = {one: tuple(self.declaration.units.values()) for competition in self.declaration.competitions
                 for one in competition.measures.values()}  # fmt: skip
        panel.check_measures(catalog, self.producer, units)
        table = self._table(book)
        is_list = table is not None and "medal" in table.columns
        ledger = Ledger(book, self.producer, LIST_ID if is_list else TOTALS_ID)
        missing = [role for role in (LIST if is_list else TOTALS) if table is None or role not in table.columns]
        if table is None or missing or table.twice:
            found = f"missing: {', '.join(missing) or '-'}; twice: {', '.join(table.twice if table else ()) or '-'}"
            wanted = " | ".join(LIST if is_list else TOTALS)
            return [ledger.refused(book.sheets, Refused("header", found, wanted, "请恢复表头", "Restore the header"))]
        self._mark_columns(ledger, table)
        if is_list:
            return [self._list(ledger, table)]
        return [self._totals(ledger, table, catalog)]

    def _table(self, book: Book) -> _Table | None:
        """The first sheet, if its first filled row is a header."""
        first = next(((sheet, row) for sheet in book.sheets for row, _, _ in sheet.filled()), None)
        if book.format not in TEXTS or first is None:
            return None
        sheet, top = first
        headers = [(column, tidied(text).casefold()) for column, text in enumerate(sheet.rows[top])]
        named = [(role, column) for column, text in headers
                 for role, pattern in self.declaration.columns.items() if pattern.fullmatch(text)]  # fmt: skip
        counts = Counter(role for role, _ in named)
        return _Table(sheet, top, dict(named), tuple(role for role, count in counts.items() if count > 1))

    def _mark_columns(self, ledger: Ledger, table: _Table) -> None:
        """Marks columns that are not wanted, e.g. addresses of mirrors."""
        is_ignored = panel.fits(self.declaration.ignored_columns)
        for column, header in enumerate(table.sheet.rows[table.top]):
            if is_ignored(header):
                ledger.mark(Mark.IGNORED, (Spot(table.sheet.name, row, at) for row, at, _ in table.sheet.filled()
                                           if at == column))  # fmt: skip

    def _list(self, ledger: Ledger, table: _Table) -> Reading:
        """A list by skill: nothing is stored."""
        rows = []
        header = [Spot(table.sheet.name, table.top, column) for column in table.columns.values()]
        ledger.mark(Mark.IGNORED, header)
        for row in range(table.top + 1, len(table.sheet.rows)):
            said = tidied(table.text(row, "medal")).casefold()
            medal = next((one for one, names in self.declaration.medals.items() if names.fullmatch(said)), None)
            competition = self._competition(table.text(row, "competition"))
            if medal is None or competition is None or not table.text(row, "skill").strip():
                self._refuse_row(ledger, table, row, LIST)
                continue
            ledger.mark(Mark.IGNORED, table.spots(row, LIST))
            name, edition, skill = (tidied(table.text(row, role)) for role in ("competition", "edition", "skill"))
            rows.append(Row(name, edition, skill, medal, table.spot(row, "medal")))
        printed = {one.edition: one for one in self.declaration.printed_totals}
        found = compare_list(ledger, rows, printed)
        return ledger.reading(ledger.book.sheets, Refused(
            "medal_list", found, "printed totals", "名单只用于核对，数取自公布的总数",
            "The list serves for comparison only; figures are taken from printed totals"))  # fmt: skip

    def _totals(self, ledger: Ledger, table: _Table, catalog: Catalog) -> Reading:
        """Totals: one figure a row and medal."""
        regions = Regions(catalog)
        found: list[Candidate] = []
        medals: dict[str, Medal] = {}
        for row in range(table.top + 1, len(table.sheet.rows)):
            if not any(text.strip() for text in table.sheet.rows[row]):
                continue
            named = self._competition(table.text(row, "competition"))
            if panel.fits(self.declaration.ignored_competitions)(table.text(row, "competition")):
                ledger.mark(Mark.IGNORED, table.spots(row, TOTALS))
                continue
            unit = self._unit(table.text(row, "delegation"), regions)
            period = _period(named, table.text(row, "year")) if named else None
            if named is None or unit is None or period is None:
                self._refuse_row(ledger, table, row, TOTALS)
                continue
            labels = table.spots(row, ("competition", "edition", "year", "delegation"))
            for medal, measure_id in named[0].measures.items():
                medals[measure_id] = medal
                cell = table.spot(row, medal), table.text(row, medal)
                one = candidate(ledger, cell, (unit, period, measure_id, "_T"), labels, is_whole=True)
                found += [one] if one else []
        kept = kept_once(ledger, found)
        for one in kept:
            self._accept(ledger, table, one, medals[one.measure_id])
        report_sums(ledger, kept)
        sheets = ledger.book.sheets
        return ledger.reading(sheets) if kept else ledger.refused(sheets, panel.no_figures(ledger))

    def _accept(self, ledger: Ledger, table: _Table, one: Candidate, medal: Medal) -> None:
        said = self.declaration
        competition, edition = (table.text(one.spot.row, role).strip() for role in ("competition", "edition"))
        header = [Spot(table.sheet.name, table.top, column) for column in table.columns.values()]
        ledger.mark(Mark.ACCEPTED, (one.spot, *one.labels, *header))
        ledger.figures.append(Found(
            *one.fact[:3], one.printed.value, said.units[medal], ledger.origin(one.spot), TOTALS_ID,
            f"{competition}{f'（第{edition}届）' if edition else ''}奖牌", said.publisher,
            tidied(table.text(one.spot.row, "year"))[:4], qualifier=one.printed.qualifier,
            missing_reason=one.printed.missing_reason,
        ))  # fmt: skip

    def _refuse_row(self, ledger: Ledger, table: _Table, row: int, roles: Sequence[str]) -> None:
        spots = table.spots(row, roles)
        if spots:
            ledger.mark(Mark.REFUSED, spots)
            said = ", ".join(table.text(row, role).strip() for role in roles)
            ledger.report("row_not_declared", "hard", spots[0], said, NOT_DECLARED)

    def _competition(self, text: str) -> tuple[Competition, Match[str]] | None:
        plain = tidied(text)
        found = ((one, one.name.fullmatch(plain)) for one in self.declaration.competitions)
        return next(((one, match) for one, match in found if match), None)

    def _unit(self, text: str, regions: Regions) -> str | None:
        match = self.declaration.delegation.fullmatch(tidied(text))
        return self.declaration.delegations.get(match[1]) or regions.code(match[1]) if match else None


def _period(named: tuple[Competition, Match[str]], text: str) -> str | None:
    """The period of a row: its year, its month where known, or the span of a total, which must end in its year."""
    competition, match = named
    stated, span = year(text), [one for one in match.groups() if one and one.isdecimal()]
    if stated and len(span) == SPAN:
        return "/".join(span) if span[0] < span[1] == stated else None
    return competition.periods.get(stated, stated) if stated else None
