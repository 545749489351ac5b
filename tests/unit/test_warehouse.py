from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from pipelines.catalog import Catalog
from pipelines.warehouse import Tables, Warehouse, WarehouseError, rows_of

NAME = "stats.working"


@pytest.fixture(scope="module")
def tables(root: Path) -> Tables:
    return Tables(Catalog(root / "data" / "catalog"))


def row(**changes: object) -> dict[str, object]:
    one = {"indicator_id": "high_skilled_share", "unit_code": "500000", "period": "2022-10", "scope_id": "_T",
           "role": "numerator", "measure_id": "high_skilled_total", "observation_id": "a:1",
           "value": Fraction(1, 3)}  # fmt: skip
    return one | changes


def test_a_table_comes_back_as_it_was_written(tmp_path: Path, tables: Tables) -> None:
    warehouse = Warehouse(tmp_path / "库 房" / "real.duckdb", tables)
    frame = tables.frame(NAME, [row(role="denominator", value=None), row()])
    digest = warehouse.write(NAME, frame)
    back = warehouse.read(NAME)
    assert rows_of(back) == rows_of(frame)
    assert tables.digest(NAME, back) == digest
    assert [one["value"] for one in rows_of(back)] == [None, Decimal("0.333333333")]


def test_the_hash_speaks_of_content_not_of_order(tables: Tables) -> None:
    one, other = row(), row(observation_id="a:2", value=Fraction(2))
    assert tables.digest(NAME, tables.frame(NAME, [one, other])) == tables.digest(
        NAME, tables.frame(NAME, [other, one])
    )
    changed = tables.frame(NAME, [one, other | {"value": Fraction(21, 10)}])
    assert tables.digest(NAME, changed) != tables.digest(NAME, tables.frame(NAME, [one, other]))


def test_a_key_that_comes_twice_is_refused(tables: Tables) -> None:
    with pytest.raises(WarehouseError, match="comes twice"):
        tables.frame(NAME, [row(), row()])


def test_other_columns_than_declared_are_refused(tables: Tables) -> None:
    with pytest.raises(WarehouseError, match="surplus"):
        tables.frame(NAME, [row(surplus=1)])


def test_a_table_that_was_never_written_is_named(tmp_path: Path, tables: Tables) -> None:
    with pytest.raises(WarehouseError, match=r"stats\.working: not in the warehouse"):
        Warehouse(tmp_path / "real.duckdb", tables).read(NAME)


def test_hostile_text_is_only_text(tmp_path: Path, tables: Tables) -> None:
    warehouse = Warehouse(tmp_path / "real.duckdb", tables)
    hostile = "'; DROP TABLE stats.working; --"
    warehouse.write(NAME, tables.frame(NAME, [row(period=hostile)]))
    assert rows_of(warehouse.read(NAME))[0]["period"] == hostile
