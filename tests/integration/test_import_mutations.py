"""More than 1,000 broken copies of whole files through the import: no traceback, no cell lost, no wrong figure."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from pipelines import importing
from pipelines.catalog import Catalog
from pipelines.grid import Book, read
from pipelines.importing import Outcome, producers, sweeping
from pipelines.importing.model import amount
from pipelines.sources.labels import Regions, number, tidied
from pipelines.sources.wild import Found
from tests import making
from tests.nbs_files import PROVINCES, new, old

Rows = list[list[str]]
ODD = ("abc", "#DIV/0!", "NaN", "1e400", "9" * 40, "一二三", "=1+1", "12,34", "1 2 3")
SHORT = [re.sub("省|市|自治区|壮族|回族|维吾尔", "", name) for name in PROVINCES]


@dataclass(frozen=True)
class Original:
    """A file of one producer: its cells, and how cells become a file."""

    name: str
    cells: Rows
    head: int
    made: Callable[[Rows], bytes]
    sidecar: str = ""


def text(cells: Rows) -> bytes:
    return "".join(",".join(row) + "\n" for row in cells).encode("gb18030")


def cells_of(printed: str) -> Rows:
    return [line.split(",") for line in printed.splitlines()]


def workbook(cells: Rows) -> bytes:
    return making.xlsx({"1": cells})


def biff(cells: Rows) -> bytes:
    return making.xls({"1": cells})


def locked(cells: Rows) -> bytes:
    return making.encrypted_xls(biff(cells))


def page(cells: Rows) -> bytes:
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in cells)
    return making.html(f"<table>{lines}</table>")


def yearbook() -> Rows:
    """Full-time equivalents by region, as the yearbook prints them: three kinds add up to the total."""
    head = [
        ["1-4 各地区研究与试验发展(R&D)人员全时当量(2023年)", "", "", "", "", ""],
        ["单位:人年", "", "", "", "", ""],
        ["地区", "R&D人员\n全时当量\nTotal", "", "", "", ""],
        ["", "", "#研究人员\nResearchers", "基础研究\nBasic", "应用研究\nApplied", "试验发展\nDevelopment"],
    ]
    body = []
    for place, name in enumerate(["全国", *SHORT]):
        basic, applied, experimental = 1000 + 37 * place, 3000 + 91 * place, 20000 + 411 * place
        if name == "全国":
            kinds = ((1000, 37), (3000, 91), (20000, 411))
            basic, applied, experimental = (31 * first + step * 496 for first, step in kinds)
        total = basic + applied + experimental
        body.append([name, *(str(one) for one in (total, total * 2 // 5, basic, applied, experimental))])
    return head + body


def panel() -> Rows:
    """One indicator of an exported panel: regions across, years down, units only provable by other figures."""
    anchors = {("北京", "2018"): "4.6929", ("北京", "2023"): "5.9993", ("广东", "2018"): "62.195",
               ("广东", "2023"): "92.0359", ("宁夏", "2023"): "1.2038"}  # fmt: skip
    years = [str(year) for year in range(2018, 2024)]
    start = {"广东": 60, "北京": 5, "宁夏": 1}
    body = [["研发人员全时当量" if year == "2018" else "", year,
             *(anchors.get((name, year), f"{start.get(name, 3) + int(year[-1]) / 16}") for name in SHORT)]
            for year in years]  # fmt: skip
    return [["", "", *SHORT], *body]


ORIGINALS = [
    Original("old.csv", cells_of(old()), 4, text),
    Original("new.csv", cells_of(new()), 3, text, "indicator: 地区生产总值(亿元)\nstated_by: a test\n"),
    Original("yearbook.xlsx", yearbook(), 4, workbook),
    Original("yearbook.xls", yearbook(), 4, biff),
    Original("locked.xls", yearbook(), 4, locked),
    Original("page.xls", yearbook(), 4, page),
    Original("panel.xlsx", panel(), 1, workbook),
]


def changed_rows(cells: Rows, which: Iterable[int], change: Callable[[list[str]], list[str]]) -> Rows:
    """The cells with some rows changed; every change is made before the next copy is asked for."""
    numbers = set(which)
    return [change(row) if at in numbers else row for at, row in enumerate(cells)]


def structural(one: Original, seed: int) -> Iterator[tuple[str, Rows]]:
    """Copies whose cells moved or changed: name of the fault and cells."""
    chance = random.Random(seed)
    height, width = len(one.cells), max(map(len, one.cells))
    even = [[*row, *[""] * (width - len(row))] for row in one.cells]
    body = range(one.head, height)
    filled = [(row, column) for row in body for column in range(1, width) if even[row][column].strip()]

    def copy() -> Rows:
        return [list(row) for row in even]

    for odd in ODD:
        row, column = chance.choice(filled)
        changed = copy()
        changed[row][column] = odd
        yield f"{odd[:10]} in a cell", changed
    for _ in range(3):
        row, column = chance.choice(filled)
        yield "row shifted right", changed_rows(copy(), [row], lambda cells: [cells[0], "", *cells[1:]])
        yield "row shifted left", changed_rows(copy(), [row], lambda cells: [cells[0], *cells[2:], ""])
        yield "body shifted right", changed_rows(copy(), body, lambda cells: [cells[0], "", *cells[1:]])
        at = column
        yield "column dropped", changed_rows(copy(), range(height), lambda cells: [*cells[:at], *cells[at + 1 :]])  # noqa: B023
        yield "column twice", changed_rows(copy(), range(height), lambda cells: [*cells[: at + 1], *cells[at:]])  # noqa: B023
        yield "heading dropped", changed_rows(copy(), [one.head - 1], lambda cells: [*cells[:at], *cells[at + 1 :]])  # noqa: B023
        yield "row twice", [*copy()[: row + 1], *copy()[row:]]
        yield "row dropped", [*copy()[:row], *copy()[row + 1 :]]
        a, b = chance.sample(range(1, width), 2)
        for name, rows in (("headings swapped", [one.head - 1]), ("columns swapped", range(height))):
            changed = copy()
            for at in rows:
                changed[at][a], changed[at][b] = changed[at][b], changed[at][a]
            yield name, changed
    yield "no regions", [cells[1:] for cells in copy()]
    yield "rows reversed", [*copy()[: one.head], *reversed(copy()[one.head :])]
    yield "no head", copy()[one.head :]
    yield "head only", copy()[: one.head]
    yield "twice", copy() + copy()
    yield "transposed", [list(cells) for cells in zip(*copy(), strict=True)]
    yield "all text", [[f"x{cell}" for cell in cells] for cells in copy()]


@pytest.fixture(scope="module")
def catalog(root: Path) -> Catalog:
    return Catalog(root / "data" / "catalog")


@pytest.fixture(scope="module")
def able(root: Path) -> producers.Producers:
    return producers.declared(root / "data" / "imports")


def put(folder: Path, one: Original, number: int, data: bytes) -> None:
    path = folder / f"{number:04}-{one.name}"
    path.write_bytes(data)
    if one.sidecar:
        path.with_name(path.name + ".yaml").write_text(one.sidecar, encoding="utf-8")


@cache
def copies(place: int) -> list[tuple[str, bytes]]:
    """The whole file first, then its broken copies."""
    one = ORIGINALS[place]
    whole = one.made(one.cells)
    found = [("whole", whole), *making.mutations(whole, 11), *making.mutations(whole, 12)]
    found += [(name, one.made(cells)) for seed in (13, 14) for name, cells in structural(one, seed)]
    return found


def really_says(figure: Found, book: Book, regions: Regions, units: set[str]) -> bool:
    """Whether the cell that the figure names prints it, beside its region, in a book that names its year and unit."""
    (sheet,) = [one for one in book.sheets if one.name == figure.origin.sheet]
    letters, digits = re.fullmatch(r"([A-Z]+)(\d+)", figure.origin.cell).groups()  # type: ignore[union-attr] # a cell
    row, column = int(digits) - 1, 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    cell = sheet.rows[row][column - 1]
    printed = number(cell)
    beside = [*sheet.rows[row], *(cells[column - 1] for cells in sheet.rows)]
    whole = " ".join(tidied(text) for each in book.sheets for cells in each.rows for text in cells)
    return (printed is not None and printed.value == figure.value and figure.unit_code in map(regions.code, beside)
            and figure.period in whole and (figure.unit in whole or figure.unit in units))  # fmt: skip


def facts(outcomes: list[Outcome], catalog: Catalog) -> dict[tuple[str, ...], Fraction | None]:
    return {figure.fact: amount(figure, catalog) for one in outcomes for figure in one.reading.figures}


@pytest.mark.parametrize("place", range(len(ORIGINALS)), ids=lambda place: ORIGINALS[place].name)
def test_no_broken_copy_gives_a_traceback_or_a_wrong_figure(
    place: int, tmp_path: Path, root: Path, catalog: Catalog, able: producers.Producers
) -> None:
    one, made = ORIGINALS[place], copies(place)
    for step, (_, data) in enumerate(made):
        put(tmp_path, one, step, data)
    outcomes = [each for each in sweeping.tables([tmp_path], catalog, root / "data" / "imports", able)
                if each.kind != "ignored"]  # fmt: skip
    by_file: dict[str, list[Outcome]] = {}
    for each in outcomes:
        by_file.setdefault(each.name, []).append(each)
    assert len(by_file) == len(made)
    right = facts(by_file[f"0000-{one.name}"], catalog)
    assert len(right) >= 30
    units = {figure.unit for each in by_file[f"0000-{one.name}"] for figure in each.reading.figures}
    regions = Regions(catalog)
    for each in outcomes:
        name = made[int(each.name[:4])][0]
        reading = each.reading
        assert reading.cells_read == reading.cells_accepted + reading.cells_refused + reading.cells_ignored, name
        assert (each.kind == "imported") == (each.why is None), name
        wrong = [figure for figure in reading.figures if right.get(figure.fact, "none") != amount(figure, catalog)]
        if wrong:
            book = read(tmp_path / each.name)
            lies = [figure for figure in wrong if not really_says(figure, book, regions, units) and figure.value]
            assert lies == [], name


def test_there_are_more_than_a_thousand_copies() -> None:
    assert sum(len(copies(place)) - 1 for place in range(len(ORIGINALS))) > 1_000


EXPECTED = {
    "rows reversed": "same", "no regions": "none", "no head": "none", "head only": "none", "all text": "none",
    "transposed": "subset", "twice": "subset", "row dropped": "subset", "row twice": "subset",
}  # fmt: skip


@pytest.mark.parametrize("one", [ORIGINALS[0], ORIGINALS[1], ORIGINALS[2]], ids=lambda one: one.name)
def test_what_moved_is_read_right_or_not_at_all(
    one: Original, tmp_path: Path, root: Path, catalog: Catalog, able: producers.Producers
) -> None:
    made = [("whole", one.cells), *((name, cells) for name, cells in structural(one, 15) if name in EXPECTED)]
    for place, (_, cells) in enumerate(made):
        put(tmp_path, one, place, one.made(cells))
    outcomes = sweeping.tables([tmp_path], catalog, root / "data" / "imports", able)
    right = facts([each for each in outcomes if each.name == f"0000-{one.name}"], catalog)
    for place, (name, _) in enumerate(made[1:], start=1):
        found = facts([each for each in outcomes if each.name == f"{place:04}-{one.name}"], catalog)
        if EXPECTED[name] == "same":
            assert found == right, name
        elif EXPECTED[name] == "none":
            assert found == {}, name
        else:
            assert found.items() <= right.items(), name


def test_a_sweep_over_all_copies_together_contradicts_itself_in_words_and_not_in_a_traceback(
    tmp_path: Path, root: Path, catalog: Catalog
) -> None:
    for place, one in enumerate(ORIGINALS):
        for step, (_, cells) in enumerate([("", one.cells), *structural(one, 16)]):
            put(tmp_path, one, 100 * place + step, one.made(cells))
    swept = importing.sweep([tmp_path], catalog, root / "data" / "imports")
    for each in swept.outcomes:
        reading = each.reading
        assert reading.cells_read == reading.cells_accepted + reading.cells_refused + reading.cells_ignored
    identities: dict[tuple[str, ...], Fraction | None] = {}
    for each in swept.outcomes:
        for figure in each.reading.figures:
            identity = (*figure.fact, figure.publisher, figure.title, figure.published)
            assert identity not in identities
            identities[identity] = amount(figure, catalog)
    sources, imports = tmp_path / "sources", tmp_path / "imports"
    importing.write(swept, sources, imports, catalog)
    assert (imports / "files.csv").read_text(encoding="utf-8").count("\n") > len(swept.outcomes)
