"""Planted faults change what they say, where they say, and leave sums alone where they ripple."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
import yaml

from pipelines.catalog import Catalog
from pipelines.demo import DemoError, Faults, country, faults, plant

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "data" / "catalog" / "channels" / "demo"
RIGHTS, WORKFORCE, CONTEST = "returns.rights", "returns.workforce", "returns.contest"


@cache
def catalog() -> Catalog:
    return Catalog(ROOT / "data" / "catalog", "demo")


@cache
def clean() -> dict[str, pa.Table]:
    return country(catalog(), FOLDER)


@cache
def declared() -> Faults:
    return faults(FOLDER / "faults.yaml", catalog())


def of(tmp_path: Path, **fault: Any) -> Faults:
    path = tmp_path / "faults.yaml"
    path.write_text(yaml.safe_dump({"one": {"rule": "R1", **fault}}), encoding="utf-8")
    return faults(path, catalog())


def latest(tables: dict[str, pa.Table], name: str, at: dict[str, str], column: str) -> Any:
    table = tables[name]
    for key, value in at.items():
        table = table.filter(pc.equal(table[key], value))
    return table.sort_by([("obs_vintage", "descending")])[column][0].as_py()


def test_all_faults_can_be_planted_together_and_each_changes_something() -> None:
    planted = plant(clean(), declared(), ["all"])
    touched = {fault.table for fault in declared().declared.values()}
    assert {name for name, table in planted.items() if not table.equals(clean()[name])} == touched


def test_the_tables_given_stay_as_they_are() -> None:
    before = clean()[RIGHTS]
    planted = plant(clean(), declared(), ["RG01"])
    assert clean()[RIGHTS] is before
    assert not planted[RIGHTS].equals(before)
    assert all(planted[name] is table for name, table in clean().items() if name != RIGHTS)


def test_every_rule_that_runs_on_returns_has_three_faults() -> None:
    rules = {}
    for path in (ROOT / "expectations" / "rules").glob("*.yaml"):
        if path.stem != "views":
            rules |= yaml.safe_load(path.read_text(encoding="utf-8"))
    counted = Counter(fault.rule for fault in declared().declared.values())
    assert set(counted) <= set(rules)
    assert {name for name, rule in rules.items() if "not_run" not in rule and counted[name] < 3} == set()
    assert set().union(*(fault.also for fault in declared().declared.values())) <= set(rules)
    assert sum(counted.values()) >= 200


def test_a_country_is_made_with_its_faults() -> None:
    name, fault = next(iter(declared().declared.items()))
    made = country(catalog(), FOLDER, faults=[name])
    assert made[fault.table].equals(plant(clean(), declared(), [name])[fault.table])


def test_a_ripple_reaches_every_total_and_the_nation_once(tmp_path: Path) -> None:
    at = {"unit_code": "210200", "period": "2021", "industry": "C", "ownership": "private"}
    one = of(tmp_path, table=WORKFORCE, at=at, column="iw_on_post", change={"add": 7}, ripple=True)
    planted = plant(clean(), one, ["one"])
    moved = {
        (unit, industry, ownership): latest(planted, WORKFORCE, place, "iw_on_post")
        - latest(clean(), WORKFORCE, place, "iw_on_post")
        for unit in ("210200", "210000", "000000", "330000")
        for industry in ("C", "_T", "D")
        for ownership in ("private", "_T", "state")
        for place in [{"unit_code": unit, "period": "2021", "industry": industry, "ownership": ownership}]
    }
    reached = {key for key, difference in moved.items() if difference == 7}
    assert reached == set(product(("210200", "210000", "000000"), ("C", "_T"), ("private", "_T")))
    assert set(moved.values()) == {Decimal(7), Decimal(0)}


def test_only_the_latest_version_is_changed(tmp_path: Path) -> None:
    receipts = clean()["returns.receipt"].to_pylist()
    twice = next(row for row in receipts if row["form_id"] == "rights" and row["obs_vintage"] == 2)
    at = {"unit_code": twice["unit_code"], "period": twice["period"]}
    one = of(tmp_path, table=RIGHTS, at=at, column="work_deaths", change={"add": 3})
    before, after = (
        [row for row in tables[RIGHTS].to_pylist() if all(row[key] == value for key, value in at.items())]
        for tables in (clean(), plant(clean(), one, ["one"]))
    )
    assert [b["work_deaths"] - a["work_deaths"] for a, b in zip(before, after, strict=True)] == [0, 3]


@pytest.mark.parametrize(
    ("change", "column", "wanted"),
    [
        ({"set": 5}, "disputes_closed", lambda row, _: Decimal(5)),
        ({"multiply": "0.1"}, "disputes_closed", lambda row, _: row["disputes_closed"] / 10),
        ({"swap": "disputes_accepted"}, "disputes_closed", lambda row, _: row["disputes_accepted"]),
        ({"complement_of": "disputes_accepted"}, "disputes_closed",
         lambda row, _: row["disputes_accepted"] - row["disputes_closed"]),
        ({"copy_from_previous": True}, "disputes_closed", lambda _, rows: rows["2020"]["disputes_closed"]),
        ({"null": True}, "disputes_closed", lambda *_: None),
        ({"round_to_hundreds": True}, "disputes_closed", lambda row, _: round(row["disputes_closed"], -2)),
    ],
)  # fmt: skip
def test_a_change_does_what_it_says(tmp_path: Path, change: dict[str, Any], column: str, wanted: Any) -> None:
    at = {"unit_code": "140000", "period": "2021"}
    found = {period: {name: latest(clean(), RIGHTS, at | {"period": period}, name)
                      for name in ("disputes_closed", "disputes_accepted")} for period in ("2020", "2021")}  # fmt: skip
    planted = plant(clean(), of(tmp_path, table=RIGHTS, at=at, column=column, change=change), ["one"])
    assert latest(planted, RIGHTS, at, column) == wanted(found["2021"], found)


def test_another_unit_is_added_subtracted_or_copied(tmp_path: Path) -> None:
    at, other = ({"unit_code": unit, "period": "2021"} for unit in ("000000", "660000"))
    own, theirs = (latest(clean(), RIGHTS, place, "work_deaths") for place in (at, other))
    for change, value in (("add_unit", own + theirs), ("subtract_unit", own - theirs), ("copy_from_unit", theirs)):
        one = of(tmp_path, table=RIGHTS, at=at, column="*", change={change: "660000"})
        assert latest(plant(clean(), one, ["one"]), RIGHTS, at, "work_deaths") == value


def test_rows_are_deleted_and_copied(tmp_path: Path) -> None:
    contest = clean()[CONTEST]["contest_id"][0].as_py()
    gone = of(tmp_path, table=CONTEST, at={"contest_id": contest}, change={"delete_row": True})
    assert contest not in plant(clean(), gone, ["one"])[CONTEST]["contest_id"].to_pylist()
    twice = of(tmp_path, table=CONTEST, at={"contest_id": contest}, change={"copy_row": {"row_number": 999}})
    copies = [row for row in plant(clean(), twice, ["one"])[CONTEST].to_pylist() if row["contest_id"] == contest]
    assert [row["row_number"] for row in copies] == [1, 999]
    assert {key: value for key, value in copies[0].items() if key != "row_number"} == {
        key: value for key, value in copies[1].items() if key != "row_number"}  # fmt: skip


def test_text_is_replaced(tmp_path: Path) -> None:
    at = {"form_id": "rights", "unit_code": "130000", "period": "2021"}
    one = of(tmp_path, table="returns.receipt", at=at, column="unit_name", change={"replace": ["河北", "河南"]})
    planted = plant(clean(), one, ["one"])
    assert latest(planted, "returns.receipt", at, "unit_name") == "河南省"


def test_an_unknown_name_is_refused_with_names_near_it() -> None:
    near = next(name for name in declared().declared if name.startswith("WF03"))
    with pytest.raises(DemoError, match=near):
        plant(clean(), declared(), [near[:-1]])


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"table": RIGHTS, "at": {"unit_code": "140000", "period": "2021"}, "column": "work_deaths",
          "change": {"add": 0}}, "nothing changes"),
        ({"table": RIGHTS, "at": {"unit_code": "999999", "period": "2021"}, "column": "work_deaths",
          "change": {"add": 1}}, "no row"),
        ({"table": "returns.nothing", "at": {}, "change": {"null": True}}, "returns.nothing"),
        ({"table": RIGHTS, "at": {}, "column": "iw_total", "change": {"null": True}}, "iw_total"),
        ({"table": RIGHTS, "at": {}, "column": "work_deaths", "change": {}}, "exactly one"),
        ({"table": RIGHTS, "at": {}, "column": "work_deaths", "change": {"add": 1, "set": 2}}, "exactly one"),
        ({"table": WORKFORCE, "at": {"unit_code": "E1006", "period": "2021", "industry": "C", "ownership": "private"},
          "column": "iw_other", "change": {"copy_from_unit": "999999"}}, "no row"),
    ],
)  # fmt: skip
def test_a_fault_that_cannot_stand_is_refused(tmp_path: Path, fault: dict[str, Any], said: str) -> None:
    with pytest.raises(DemoError, match=said):
        plant(clean(), of(tmp_path, **fault), ["one"])
