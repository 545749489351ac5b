"""Every expectation of every suite passes on the real tables and has a mutant that it rejects."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipelines import checks
from pipelines.catalog import Catalog
from pipelines.home import Home
from pipelines.warehouse import Tables, Warehouse

ROOT = Path(__file__).parents[2]
SUITES = checks.suites(ROOT / "expectations")
Mutant = Callable[[pd.DataFrame, dict[str, Any]], pd.DataFrame]


def put(frame: pd.DataFrame, column: str, value: object) -> pd.DataFrame:
    changed = frame.copy()
    changed[column] = pd.Series([value, *list(frame[column])[1:]], dtype=object)
    return changed


def repeated(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    if len(frame) == 1:
        return pd.concat([frame, frame], ignore_index=True)
    changed = frame.copy()
    for column in columns:
        values = list(frame[column])
        changed[column] = pd.Series([values[1], *values[1:]], dtype=object)
    return changed


def pair(frame: pd.DataFrame, kwargs: dict[str, Any]) -> pd.DataFrame:
    small, large = kwargs["column_A"], kwargs["column_B"]
    place = next(
        i for i, (a, b) in enumerate(zip(frame[small], frame[large], strict=True)) if a is not None and b is not None
    )
    changed = frame.iloc[place:].reset_index(drop=True)
    value = changed[large][0]
    return put(changed, small, "1900-01-01" if isinstance(value, str) else value - 1)


MUTANTS: dict[str, Mutant] = {
    "expect_table_columns_to_match_ordered_list": lambda frame, _: frame.assign(surplus=None),
    "expect_table_row_count_to_be_between": lambda frame, _: frame.iloc[:0],
    "expect_column_values_to_not_be_null": lambda frame, kwargs: put(frame, kwargs["column"], None),
    "expect_column_values_to_be_in_set": lambda frame, kwargs: put(frame, kwargs["column"], "no such value"),
    "expect_column_values_to_not_be_in_set": lambda frame, kwargs: put(frame, kwargs["column"], kwargs["value_set"][0]),
    "expect_column_values_to_match_regex": lambda frame, kwargs: put(frame, kwargs["column"], "no such form"),
    "expect_column_values_to_be_between": lambda frame, kwargs: put(
        frame, kwargs["column"], kwargs["min_value"] - Decimal(1)
    ),
    "expect_compound_columns_to_be_unique": lambda frame, kwargs: repeated(frame, kwargs["column_list"]),
    "expect_column_values_to_be_unique": lambda frame, kwargs: repeated(frame, [kwargs["column"]]),
    "expect_column_pair_values_a_to_be_greater_than_b": pair,
}


def failed(name: str, frame: pd.DataFrame, tables: Tables) -> set[int]:
    table = tables.table(name)
    rows = checks.results(name, frame, SUITES[name], table.names_row or table.key, "")
    return {row["expectation_number"] for row in rows if not row["success"]}


@pytest.fixture(scope="module")
def tables() -> Tables:
    return Tables(Catalog(ROOT / "data" / "catalog"))


EMPTY = {"staged.refused_row", "catalog.indicator_break", "quality.finding"}  # in the real channel; tried elsewhere
RETURNS = {name for name in SUITES if name.startswith("returns.")}  # see test_demo_job.py


@pytest.mark.parametrize("name", sorted(set(SUITES) - EMPTY - RETURNS))
def test_each_expectation_rejects_its_mutant(name: str, released: Home, tables: Tables) -> None:
    whole = Warehouse(released.warehouse("real"), tables).read(name)
    frame = sample(whole)
    standing = failed(name, frame, tables)
    for number, spec in enumerate(SUITES[name], start=1):
        taken = whole if spec["type"].startswith("expect_column_pair") else frame
        mutant = MUTANTS[spec["type"]](taken, spec["kwargs"])
        assert number in failed(name, mutant, tables) - (standing - {number}), f"{name}#{number} lets its mutant pass"
    assert all(SUITES[name][number - 1]["severity"] == "warning" for number in standing)


def sample(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.iloc[:6].reset_index(drop=True)


@pytest.mark.parametrize("column", ["source_line"])
def test_a_refused_row_is_rejected_with_its_reason(column: str, tables: Tables) -> None:
    row = {"source_file": "data/sources/a.csv", "source_line": 7, "column_name": "value", "found": "十五",
           "wanted": "a plain number", "next_step_zh": "请改正该行", "next_step_en": "Mend the row"}  # fmt: skip
    frame = tables.frame("staged.refused_row", [row])
    rows = checks.results("staged.refused_row", frame, SUITES["staged.refused_row"], list(frame.columns), "")
    said = "\n".join(checks.failures(rows, "critical"))
    for words in ("data/sources/a.csv", "第 7 行", "十五", "a plain number", "请改正该行", "Mend the row"):
        assert words in said
    assert failed("staged.refused_row", frame.iloc[:0], tables) == set()


def test_every_table_has_a_suite_and_every_suite_a_table(tables: Tables) -> None:
    unchecked = {"quality.check_result", "quality.change", "quality.release_info"}
    every = set(tables.declared) | set(Tables(Catalog(ROOT / "data" / "catalog", "demo")).declared)
    assert set(SUITES) == every - unchecked


def test_an_empty_suite_is_refused(tmp_path: Path) -> None:
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts" / "observation.yaml").write_text("expectations: []\n", encoding="utf-8")
    with pytest.raises(checks.SuiteError, match="wanted at least one"):
        checks.suites(tmp_path)
