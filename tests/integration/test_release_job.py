import json
import sys
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from dashboards import release_file
from pipelines import definitions, line, stats, warehouse
from pipelines.home import Home
from pipelines.journal import Journal
from pipelines.release import build, fingerprint, gate, pointer, publish
from tests.conftest import fresh
from tests.running import alone, edit, run

BOOK_MODULES = {
    name: Path(module.__file__)
    for name, module in list(sys.modules.items())
    if name.startswith("dashboards.") and getattr(module, "__file__", None) and "fonts" not in name
}

CHONGQING = "500000,2022-10,high_skilled_total,_T,_T,_T,155,万人"


def rows(home: Home, sql: str) -> list[tuple[object, ...]]:
    current = pointer.current(home, "real")
    assert current is not None
    con = release_file.open_path(home.releases / current).cursor()
    try:
        return con.sql(sql).fetchall()
    finally:
        con.close()


def test_a_release_verifies_and_says_what_it_is_made_from(released: Home) -> None:
    manifest = publish.releases(released)[0]
    assert publish.faults(released.releases / manifest["release_id"]) == []
    assert manifest["inputs"] == fingerprint.inputs(released, "real")
    assert manifest["checks"]["run"] > 200
    assert manifest["tables"]["facts.observation"]["rows"] > 1000
    assert not (released.releases / manifest["release_id"] / "release.duckdb.wal").exists()


def test_rows_in_are_rows_out_and_rows_refused(released: Home) -> None:
    counted = rows(released, "SELECT input_name, rows_in, rows_out, rows_refused FROM quality.row_count")
    for name, rows_in, rows_out, refused in counted:
        lines = len((released.root / str(name)).read_text(encoding="utf-8").splitlines()) - 1
        assert (rows_in, rows_out, refused) == (lines, lines, 0)
    assert rows(released, "SELECT count(*) FROM facts.observation") == rows(
        released, "SELECT sum(rows_out)::BIGINT FROM quality.row_count WHERE table_name = 'staged.figure'"
    )


def test_every_asset_says_how_many_rows_it_made(released: Home) -> None:
    job = definitions.assembled(released, "real").resolve_job_def("release_real")
    result = job.execute_in_process(raise_on_error=False)
    made = [event.materialization for event in result.all_events if event.is_step_materialization]
    tables = [one for one in made if one.asset_key.path[1] != "release"]
    assert tables
    assert all("rows_out" in one.metadata for one in tables)


@pytest.mark.parametrize(
    ("column", "broken", "wanted"),
    [
        ("155,万人", "-155,万人", "min_value=0"),
        ("155,万人", "十五,万人", "a plain number"),
        ("155,万人", "155,万吨", "人 | 万人"),
        ("500000,2022-10", "999999,2022-10", "reporting_units.csv"),
    ],
)
def test_a_row_broken_critically_stops_the_release(home: Home, column: str, broken: str, wanted: str) -> None:
    before = pointer.current(home, "real")
    path = home.sources / "skilled_workforce.csv"
    edit(path, CHONGQING, CHONGQING.replace(column, broken))
    line = next(n for n, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if broken in text)

    said = "\n".join(run(home))

    assert "data/sources/skilled_workforce.csv" in said
    assert f"第 {line} 行" in said
    assert wanted in said
    assert "请" in said
    assert "Mend" in said
    assert pointer.current(home, "real") == before


def test_downstream_assets_alone_cannot_pass_the_closed_gate(home: Home) -> None:
    before = pointer.current(home, "real")
    edit(home.sources / "skilled_workforce.csv", CHONGQING, CHONGQING.replace("155", "-155"))
    assert run(home)
    said = alone(home, "candidate", "book", "current")
    assert any("闸门" in message for message in said)
    assert pointer.current(home, "real") == before


def test_a_file_changed_after_it_was_read_is_not_claimed_by_a_release(home: Home) -> None:
    before = pointer.current(home, "real")
    edit(home.sources / "skilled_workforce.csv", CHONGQING, CHONGQING.replace("155", "150"))
    said = "\n".join(alone(home, "candidate", "book", "current"))
    assert "data/sources/skilled_workforce.csv" in said
    assert "changed after they were staged" in said
    assert pointer.current(home, "real") == before


def test_a_damaged_release_is_set_aside_and_built_again(home: Home) -> None:
    current = str(pointer.current(home, "real"))
    with (home.releases / current / "manifest.json").open("rb") as file:
        made = json.load(file)
    name = next(name for name in made["files"] if name != "release.duckdb")
    (home.releases / current / name).write_bytes(b"damaged")
    assert publish.faults(home.releases / current) == [f"{name}: changed or missing"]
    assert run(home) == []
    assert publish.faults(home.releases / str(pointer.current(home, "real"))) == []
    assert list(home.releases.glob(".damaged-*"))


def test_a_missing_predecessor_is_stated_and_stops_nothing(home: Home) -> None:
    (home.releases / str(pointer.current(home, "real")) / "release.duckdb").unlink()
    edit(home.sources / "skilled_workforce.csv", CHONGQING, CHONGQING.replace("155", "156"))
    assert run(home) == []
    assert rows(home, "SELECT DISTINCT cause FROM quality.change") == [("previous release not comparable",)]


def test_what_was_rolled_back_is_not_published_again_by_a_run(home: Home) -> None:
    first = str(pointer.current(home, "real"))
    edit(home.sources / "skilled_workforce.csv", CHONGQING, CHONGQING.replace("155", "156"))
    assert run(home) == []
    second = str(pointer.current(home, "real"))
    publish.publish(home, first, "156 was a slip")
    assert run(home) == []
    assert pointer.current(home, "real") == first
    assert publish.held_back(home, "real", publish.manifest(home, second)["fingerprint"]) == second
    publish.publish(home, second, "it was right after all")
    assert publish.held_back(home, "real", publish.manifest(home, second)["fingerprint"]) is None


def test_undoing_an_edit_publishes_the_earlier_figures_again(home: Home) -> None:
    first = pointer.current(home, "real")
    path = home.sources / "skilled_workforce.csv"
    edit(path, CHONGQING, CHONGQING.replace("155", "156"))
    assert run(home) == []
    edit(path, CHONGQING.replace("155", "156"), CHONGQING)
    assert run(home) == []
    assert pointer.current(home, "real") == first


def test_an_unreadable_manifest_is_named_and_built_again(home: Home) -> None:
    current = str(pointer.current(home, "real"))
    (home.releases / current / "manifest.json").write_text("{", encoding="utf-8")
    assert publish.unreadable(home) == [current]
    assert publish.held_back(home, "real", "any") is None
    assert run(home) == []
    assert publish.unreadable(home) == []


def test_without_a_reason_nothing_moves(home: Home) -> None:
    edit(home.sources / "skilled_workforce.csv", CHONGQING, CHONGQING.replace("155", "156"))
    first = str(pointer.current(home, "real"))
    assert run(home) == []
    second = pointer.current(home, "real")
    with pytest.raises(ValueError, match="Say why"):
        publish.publish(home, first, "  ")
    assert pointer.current(home, "real") == second


def test_every_module_that_makes_the_book_is_in_the_fingerprint() -> None:
    made_of = fingerprint.code()
    loaded = {path for name, path in BOOK_MODULES.items() if name.startswith("dashboards")}
    assert loaded
    assert {path.relative_to(fingerprint.CODE).as_posix() for path in loaded} <= set(made_of)


def test_a_table_changed_after_its_check_is_refused(home: Home) -> None:
    produced = line.Line(home, "real")
    with produced.warehouse.connection() as con:
        con.execute("UPDATE stats.indicator_value SET value = value + 1 WHERE unit_code = '500000'")
    with pytest.raises(gate.GateClosedError, match=r"stats\.indicator_value.*Its content changed after the checks"):
        build.candidate(home, "real", produced.catalog, produced.warehouse)


def test_a_candidate_of_other_tables_is_not_sealed(home: Home) -> None:
    produced = line.Line(home, "real")
    folder = build.candidate(home, "real", produced.catalog, produced.warehouse)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["tables"]["stats.indicator_value"]["hash"] = "0" * 64
    (folder / "book").mkdir()
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(build.ReleaseError, match="not the ones that pass the gate"):
        publish.seal(home, "real", produced.warehouse)


def test_a_candidate_without_its_book_is_not_sealed(home: Home) -> None:
    produced = line.Line(home, "real")
    build.candidate(home, "real", produced.catalog, produced.warehouse)
    with pytest.raises(build.ReleaseError, match="found no book"):
        publish.seal(home, "real", produced.warehouse)


def test_changing_one_row_changes_exactly_what_depends_on_it(home: Home) -> None:
    edit(home.sources / "skilled_workforce.csv", CHONGQING, CHONGQING.replace("155", "156"))
    assert run(home) == []
    changed = {
        (row[0], tuple(json.loads(str(row[1])))) for row in rows(home, "SELECT table_name, row_key FROM quality.change")
    }
    place = ("500000", "2022-10", "_T")
    assert changed == {
        ("stats.indicator_value", ("high_skilled_share", *place)),
        ("stats.indicator_value", ("high_skilled_workers_total", *place)),
        ("stats.target_progress", ("chongqing_high_skilled_2025", "500000")),
    }


def test_a_second_run_over_the_same_inputs_gives_the_same_content(home: Home) -> None:
    first = publish.releases(home)[0]
    assert run(home) == []
    second = publish.releases(home)[0]
    assert second["content_hash"] == first["content_hash"]
    assert second["release_id"] == first["release_id"]


def test_rolling_back_moves_the_pointer_and_is_journalled(home: Home) -> None:
    first = pointer.current(home, "real")
    assert first is not None
    edit(home.sources / "skilled_workforce.csv", CHONGQING, CHONGQING.replace("155", "156"))
    assert run(home) == []
    assert pointer.current(home, "real") != first
    publish.publish(home, first, "156 was a slip")
    assert pointer.current(home, "real") == first
    entries = Journal(home.journal).entries()
    assert (entries[-1]["subject"], entries[-1]["reason"]) == (first, "156 was a slip")
    assert Journal(home.journal).faults() == []


@pytest.mark.parametrize("wrong", ["real-2020.01.01-00000000", "../../etc", "current-real.json", ""])
def test_an_unknown_release_is_named_with_the_ones_there_are(released: Home, wrong: str) -> None:
    with pytest.raises(build.ReleaseError, match="wanted one of the releases: real-"):
        publish.publish(released, wrong, "try")


def test_a_tampered_release_is_not_published(home: Home) -> None:
    current = pointer.current(home, "real")
    assert current is not None
    con = duckdb.connect(str(home.releases / current / "release.duckdb"))
    con.execute("UPDATE stats.indicator_value SET value = 99 WHERE unit_code = '500000'")
    con.close()
    with pytest.raises(build.ReleaseError, match="does not verify"):
        publish.publish(home, current, "try")


def test_a_file_in_the_inbox_takes_part_and_is_named(home: Home) -> None:
    header = (home.sources / "skilled_workforce.csv").read_text(encoding="utf-8").splitlines()[0]
    line = "500000,2025-12,skilled_total,_T,_T,_T,520,万人,exact,printed,stated,,A,重庆市人社局,测试用稿,2026-01-05,,,"
    (home.inbox / "补充.csv").write_text(f"{header}\n{line}\n", encoding="utf-8")
    assert run(home) == []
    wanted = "period = '2025-12' AND unit_code = '500000'"
    found = rows(home, f"SELECT source_file, source_line, value FROM facts.observation WHERE {wanted}")
    assert [(one[0], one[1], int(str(one[2]).split(".")[0])) for one in found] == [("data/inbox/补充.csv", 2, 5200000)]


def test_a_file_that_cannot_be_read_is_refused_not_ignored(home: Home) -> None:
    (home.inbox / "报表.xlsx").write_bytes(b"PK\x03\x04")
    said = "\n".join(run(home))
    assert "data/inbox/报表.xlsx" in said
    assert "收件箱" in said


def test_the_channel_may_ask_for_approval(home: Home) -> None:
    before = pointer.current(home, "real")
    figures = "approval: none\n  made_from: figures"
    edit(home.catalog / "channels.yaml", figures, figures.replace("none", "required"))
    assert run(home) == []
    assert pointer.current(home, "real") == before
    waiting = publish.releases(home)[0]["release_id"]
    assert waiting != before
    publish.publish(home, waiting, "approved")
    assert pointer.current(home, "real") == waiting


def test_a_release_of_an_older_format_is_verified_by_its_files(home: Home) -> None:
    folder = home.releases / str(pointer.current(home, "real"))
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    older = {"format": 1, "tables": {name: one | {"hash": "0"} for name, one in manifest["tables"].items()}}
    (folder / "manifest.json").write_text(json.dumps(manifest | older), encoding="utf-8")
    assert publish.faults(folder) == []
    (folder / "release.duckdb").write_bytes(b"changed")
    assert publish.faults(folder) == ["release.duckdb: changed or missing"]


def test_everything_that_is_in_git_makes_a_release(tmp_path: Path) -> None:
    home = fresh(tmp_path, whole=True)
    assert run(home) == []
    manifest = publish.manifest(home, str(pointer.current(home, "real")))
    assert manifest["checks"]["failed"] == ["stats.indicator_value#26"]  # a warning: one printed share of 2021 differs
    assert manifest["tables"]["staged.refused_row"]["rows"] == 0
    assert manifest["tables"]["facts.observation"]["rows"] == manifest["tables"]["staged.figure"]["rows"] > 25_000


def test_the_schedules_and_the_sensor_ask_for_the_job(home: Home, tmp_path: Path) -> None:
    repository = definitions.assembled(home, "real").get_repository_def()
    assert {one.name: one.cron_schedule for one in repository.schedule_defs} == {
        "monthly_real": "0 3 1 * *",
        "yearly_real": "0 4 1 4 *",
    }
    assert {one.job_name for one in repository.schedule_defs} == {"release_real"}
    sensor = repository.get_sensor_def("inbox")
    context = dg.build_sensor_context()
    assert isinstance(sensor(context), dg.SkipReason)
    (home.inbox / "a.csv").write_text("x", encoding="utf-8")
    asked = sensor(context)
    assert isinstance(asked, dg.RunRequest)
    assert isinstance(sensor(context), dg.SkipReason)
    (home.inbox / "a.csv").unlink()
    assert isinstance(sensor(context), dg.RunRequest)  # what a file brought is gone with it
    (home.inbox / "a.csv").write_text("x", encoding="utf-8")
    assert isinstance(sensor(context), dg.RunRequest)


def test_observations_are_used_or_left_out_for_a_counted_reason(released: Home) -> None:
    produced = line.Line(released, "real")
    observed = warehouse.rows_of(produced.warehouse.read("facts.observation"))
    working = warehouse.rows_of(produced.warehouse.read("stats.working"))
    used = {row["observation_id"] for row in working}
    counted = stats.left_out(observed, working, produced.catalog)
    assert len(used) + sum(counted.values()) == len(observed)
    assert {"measure feeds no indicator", "another source ranks before it"} <= set(counted)
