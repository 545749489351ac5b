"""Medals: printed totals become figures and must add up; a list by skill is compared with them and never stored."""

from pathlib import Path

import pytest

from pipelines.catalog import Catalog
from pipelines.grid import Book, Sheet
from pipelines.sources.wild import Reading
from pipelines.sources.worldskills import WorldSkills

ROOT = Path(__file__).parents[2]
MIRROR = "http://mirror.example/1.html"
TOTALS = """competition,edition,year,delegation,gold,silver,bronze,excellence,source_url
世界技能大赛,44,2017,中国代表团,15,7,8,,http://mirror.example/1.html
世界技能大赛,45,2019,中国代表团,16,14,5,17,http://mirror.example/1.html
世界技能大赛特别赛,46,2022,中国代表团,21,3,4,5,http://mirror.example/1.html
世界技能大赛,47,2024,中国代表团,36,9,4,8,http://mirror.example/1.html
世界技能大赛累计(2011-2019),,2019,中国代表团,36,29,20,58,http://mirror.example/1.html
世界技能大赛累计(2011-2024),,2024,中国代表团,93,41,28,71,http://mirror.example/1.html
世界技能大赛,47,2024,广东省选手,13,5,1,3,http://mirror.example/1.html
中华人民共和国第一届职业技能大赛,1,2020,广东代表团,32,13,11,27,http://mirror.example/1.html
“一带一路”国际技能大赛,2,2024,全部代表队,18,18,18,41,http://mirror.example/1.html"""
LIST_HEADER = "competition,edition,year,host,skill_cn,medal,source_url"


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog(ROOT / "data" / "catalog")


@pytest.fixture(scope="module")
def reader() -> WorldSkills:
    return WorldSkills.declared(ROOT / "data" / "imports")


def book(text: str, name: str = "medals.csv") -> Book:
    rows = tuple(tuple(line.split(",")) for line in text.splitlines())
    return Book(name, "0" * 64, "csv", "utf-8", (Sheet("medals", rows),))


def read(reader: WorldSkills, catalog: Catalog, text: str) -> Reading:
    found = book(text)
    assert reader.recognises(found)
    (reading,) = reader.read(found, catalog, None)
    assert reading.cells_read == sum(1 for _ in found.sheets[0].filled())
    assert reading.cells_read == reading.cells_accepted + reading.cells_refused + reading.cells_ignored
    return reading


def medal_list(golds: int = 36, silvers: int = 0) -> str:
    medals = ["金牌"] * golds + ["银牌"] * silvers
    rows = [f"世界技能大赛,47,2024,里昂,项目{at},{medal},{MIRROR}" for at, medal in enumerate(medals)]
    return "\n".join([LIST_HEADER, *rows])


def test_printed_totals_are_figures_and_add_up(reader, catalog) -> None:
    reading = read(reader, catalog, TOTALS)
    figures = {one.fact[:3]: one for one in reading.figures}
    medals = ("gold", "silver", "bronze", "merit")
    for period, wanted in {"2011/2019": (36, 29, 20, 58), "2022": (21, 3, 4, 5), "2024": (36, 9, 4, 8),
                           "2011/2024": (93, 41, 28, 71)}.items():  # fmt: skip
        assert tuple(int(figures["000000", period, f"worldskills_medals_{one}"].value) for one in medals) == wanted
    assert figures["440000", "2024", "worldskills_medals_gold"].value == "13"
    assert reading.findings == []
    assert len(reading.figures) == 8 * 4


def test_an_empty_medal_cell_is_not_stated_and_not_zero(reader, catalog) -> None:
    (found,) = [one for one in read(reader, catalog, TOTALS).figures if not one.value]
    assert (found.fact[:3], found.missing_reason) == (("000000", "2017", "worldskills_medals_merit"), "not_stated")


def test_a_contest_whose_month_is_known_meets_the_figures_of_other_sources(reader, catalog) -> None:
    found = {one.period for one in read(reader, catalog, TOTALS).figures if one.measure_id == "nsc_medals_gold"}
    assert found == {"2020-12"}


def test_addresses_of_mirrors_are_never_kept(reader, catalog) -> None:
    reading = read(reader, catalog, TOTALS)
    assert "mirror.example" not in repr(reading.figures) + repr(reading.findings)
    assert reading.cells_ignored == 10 + 8  # the column of addresses, and the contest that is not wanted


@pytest.mark.parametrize(
    ("old", "new", "code"), [("93,41", "94,41", "sum_differs"), ("21,3,4,5", "21,3,4,", "sum_not_checked")]
)
def test_totals_that_do_not_add_up_are_told(reader, catalog, old: str, new: str, code: str) -> None:
    reading = read(reader, catalog, TOTALS.replace(old, new))
    assert [one.code for one in reading.findings] == [code]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("16,14,5,17", "abc,14,5,17", "not_a_number"),
        ("16,14,5,17", "15.5,14,5,17", "not_whole"),
        ("16,14,5,17", "-1,14,5,17", "negative"),
        ("45,2019,中国代表团", "45,2019,火星代表团", "row_not_declared"),
        ("45,2019,中国代表团", "45,去年,中国代表团", "row_not_declared"),
        ("世界技能大赛,45", "星际技能大赛,45", "row_not_declared"),
        ("(2011-2024),,2024", "(2011-2024),,2023", "row_not_declared"),
    ],
)
def test_what_cannot_stand_is_refused_with_its_cell(reader, catalog, old: str, new: str, code: str) -> None:
    assert old in TOTALS
    reading = read(reader, catalog, TOTALS.replace(old, new, 1))
    (finding,) = [one for one in reading.findings if one.severity == "hard"]
    assert (finding.code, bool(finding.cell)) == (code, True)
    assert reading.cells_refused > 0
    assert len(reading.figures) in (8 * 4 - 1, 8 * 4 - 4)


def test_two_totals_for_one_fact_are_not_chosen_between(reader, catalog) -> None:
    reading = read(reader, catalog, TOTALS + f"\n世界技能大赛,45,2019,中国代表团,17,14,5,17,{MIRROR}")
    assert [one.code for one in reading.findings if one.severity == "hard"] == ["two_values"]
    assert ("000000", "2019", "worldskills_medals_gold") not in {one.fact[:3] for one in reading.figures}


@pytest.mark.parametrize("header", [TOTALS.splitlines()[0].replace("gold", "gold,gold"),
                                    TOTALS.splitlines()[0].replace("bronze,", "")])  # fmt: skip
def test_a_doubled_or_missing_header_refuses_the_file(reader, catalog, header: str) -> None:
    width = header.count(",") + 1
    rows = [",".join([*line.split(","), ""][:width]) for line in TOTALS.splitlines()[1:]]
    reading = read(reader, catalog, "\n".join([header, *rows]))
    assert reading.refused is not None
    assert reading.refused.code == "header"
    assert reading.figures == []


def test_a_list_is_compared_with_the_printed_total_and_gives_no_figure(reader, catalog) -> None:
    reading = read(reader, catalog, medal_list())
    assert reading.refused is not None
    assert (reading.refused.code, reading.refused.found) == ("medal_list", "36 rows: 47 gold 36/36")
    assert (reading.figures, reading.findings, reading.cells_refused) == ([], [], 0)


def test_a_list_that_differs_from_the_printed_total_is_told(reader, catalog) -> None:
    told = read(reader, catalog, medal_list(golds=35, silvers=9)).findings
    assert [(one.code, "35 rows, 36" in one.found) for one in told] == [("list_differs", True)]


def test_a_row_that_is_repeated_or_has_an_unknown_medal_is_told(reader, catalog) -> None:
    row = f"世界技能大赛,47,2024,里昂,项目0,金牌,{MIRROR}"
    reading = read(reader, catalog, "\n".join([medal_list(), row, row.replace("金牌", "木牌")]))
    assert {one.code for one in reading.findings} == {"repeated_row", "list_differs", "row_not_declared"}
    assert reading.cells_refused == 5


def test_other_tables_are_not_recognised(reader) -> None:
    assert not reader.recognises(book("code,name\n11,北京市"))
    assert not reader.recognises(Book("a.csv", "", "csv", None, ()))
