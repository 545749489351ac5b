"""What a cell of a published table says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from pipelines.catalog import Catalog, CatalogError
from pipelines.sources.labels import Printed, Regions, number, tidied

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def regions() -> Regions:
    return Regions(Catalog(ROOT / "data" / "catalog"))


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("北京市", "110000"), ("北 京", "110000"), ("北京 Beijing", "110000"), ("河北Hebei", "130000"),
        ("全    国", "000000"), ("全国 National", "000000"), ("合\n计", "000000"), ("  National Total", "000000"),
        ("兵团", "660000"), ("新疆生产建设兵团", "660000"), ("新疆建\r\n设兵团", "660000"),
        ("新疆建设兵团\nstruc-", "660000"), ("内蒙古自治区", "150000"), ("黑 龙 江", "230000"),
        ("云南 Y unnan", "530000"), ("Inner Mongolia", "150000"), ("大连", "210200"), ("重床", "500000"),
        ("西藏①", None), ("北京2", None), ("石家庄市", None), ("新疆建设兵", None), ("东部地区", None), ("", None),
    ],
)  # fmt: skip
def test_a_region_is_known_by_its_name_however_it_is_set(regions: Regions, label: str, code: str | None) -> None:
    assert regions.code(label) == code


@pytest.mark.parametrize("label", ["东部地区", "中　部", "东北地区 Northeast Region", "Western Region", "其他"])
def test_an_aggregate_is_recognised_and_is_no_unit(regions: Regions, label: str) -> None:
    assert regions.aggregate(label)
    assert regions.code(label) is None


def test_every_name_of_the_catalogue_is_recognised(regions: Regions) -> None:
    units = Catalog(ROOT / "data" / "catalog").reporting_units
    for code, one in units.items():
        assert {regions.code(name) for name in (one.name.zh, one.short.zh, one.name.en)} == {code}
        assert regions.aggregate(one.name.zh) is None
        assert regions.doubt(one.short.zh + one.name.en) is None


@pytest.mark.parametrize(("label", "words"), [("陕西Shanxi", "140000"), ("内蒙占", "150000"), ("石家庄", None)])
def test_a_doubtful_label_is_named(regions: Regions, label: str, words: str | None) -> None:
    doubt = regions.doubt(label)
    assert (doubt is None) if words is None else (doubt is not None and words in doubt)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("43760", "43760"), ("3\u2009358\u2009813.52", "3358813.52"), ("3 358 813.52", "3358813.52"),
        ("1\u00a0234", "1234"), ("1，234", "1234"), ("１２３", "123"), (" 93 ", "93"), ("\r\n93", "93"),
        ("5.9990", "5.9990"), ("-5.2", "-5.2"), ("−5", "-5"), (".5", "0.5"), ("007", "007"),
    ],
)  # fmt: skip
def test_a_number_keeps_its_printed_digits(text: str, value: str) -> None:
    assert number(text) == Printed(value)


@pytest.mark.parametrize("text", ["<0.01", "＜ 0.01", "≤0.01"])
def test_an_upper_bound_is_qualified(text: str) -> None:
    assert number(text) == Printed("0.01", "at_most")


@pytest.mark.parametrize("text", ["…", "……", "...", "-", "—", "–", "——", "空", " ", ""])
def test_a_mark_of_absence_is_missing_with_its_reason(text: str) -> None:
    assert number(text) == Printed("", "exact", "not_stated")


@pytest.mark.parametrize(
    "text",
    ["abc", "#DIV/0!", "1e5", "1.5E+07", "123①", "12²", "½", "1 121521.01", "1 3 61.77", "1,23", "12\n34", "1 l60",
     "5.", "0. 00", "<", "< -", "缺失", "三", "12%", "1-2", "٣"],
)  # fmt: skip
def test_what_is_no_number_is_refused(text: str) -> None:
    assert number(text) is None


def test_tidied_text_has_no_white_space_of_any_kind() -> None:
    assert tidied("R&D 人员\r\n（人\u3000年）\ufeff\u200b\u2009 ") == "R&D人员(人年)"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"aliases": {"990000": ["某地"]}}, "990000"),
        ({"aliases": {"110000": ["天津"]}}, "120000"),
        ({"aggregates": [["北京"]]}, "北京"),
        ({"misprints": {"北京": "120000"}}, "北京"),
        ({"regions": []}, "regions"),
    ],
)  # fmt: skip
def test_a_contradictory_declaration_is_refused(tmp_path: Path, change: dict[str, object], words: str) -> None:
    shutil.copytree(ROOT / "data" / "catalog", tmp_path / "catalog")
    path = tmp_path / "catalog" / "region_labels.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text(encoding="utf-8")) | change), encoding="utf-8")
    with pytest.raises(CatalogError, match=words):
        Regions(Catalog(tmp_path / "catalog"))
