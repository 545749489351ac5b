"""The sweep over producers' files: one outcome a file and table, nothing silent, nothing twice, same bytes again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines import cli, importing
from pipelines.catalog import Catalog
from pipelines.home import VARIABLE
from pipelines.importing import Outcome, Sweep, report, rows
from pipelines.sources.declarations import DeclarationError
from pipelines.sources.tidy_rules import FIGURE, IMPORTED, refusals
from tests.nbs_files import EMPLOYED, new, old
from tests.nbs_files import rows as printed

GDP = "地区生产总值(亿元)"
BEIJING = "北京市,,124.5"
Sweeping = Callable[..., Sweep]


@pytest.fixture(scope="module")
def catalog(root: Path) -> Catalog:
    return Catalog(root / "data" / "catalog")


@pytest.fixture
def declarations(root: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "data" / "imports"
    folder.mkdir(parents=True)
    for path in (root / "data" / "imports").glob("*.yaml"):
        shutil.copy(path, folder)
    return folder


@pytest.fixture
def given(tmp_path: Path) -> Path:
    folder = tmp_path / "given"
    folder.mkdir()
    return folder


@pytest.fixture
def swept(given: Path, catalog: Catalog, declarations: Path) -> Sweeping:
    """A sweep over what lies in `given`, with what stands under data/sources."""

    def sweep(*paths: Path, replace: bool = False) -> Sweep:
        known = importing.standing(declarations.parent / "sources", catalog)
        found = importing.sweep(paths or [given], catalog, declarations, known, replace=replace)
        for one in found.outcomes:
            reading = one.reading
            assert reading.cells_read == reading.cells_accepted + reading.cells_refused + reading.cells_ignored
            assert (one.kind == "imported") == (one.why is None)
        return found

    return sweep


def put(path: Path, text: str, encoding: str = "gb18030") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))
    return path


def outcome(sweep: Sweep, name: str) -> Outcome:
    (one,) = [one for one in sweep.outcomes if one.name == name]
    return one


def codes(sweep: Sweep) -> set[str]:
    return {one.code for one in sweep.findings()}


def test_every_file_has_an_outcome_with_its_reason(given: Path, swept: Sweeping, tmp_path: Path) -> None:
    put(given / "a" / "old.csv", old())
    put(given / "a" / "same.csv", old())
    put(given / "new.csv", new(), "utf-8-sig")
    put(given / "other.csv", "x,y\n1,2\n")
    put(given / "README.md", "words")
    put(given / ".hidden.csv", old())
    (given / "junk.xlsx").write_bytes(b"PK\x03\x04 broken")
    (given / "leads-out.csv").symlink_to(put(tmp_path / "secret.csv", old(GDP)))
    (given / "nowhere.csv").symlink_to(tmp_path / "absent.csv")
    found = {one.name: (one.kind, one.why.code if one.why else "") for one in swept().outcomes}
    assert found.pop("junk.xlsx")[0] == "refused"
    assert found == {
        "a/old.csv": ("imported", ""),
        "a/same.csv": ("duplicate", "duplicate"),
        "new.csv": ("refused", "no_indicator"),
        "other.csv": ("refused", "unknown_producer"),
        "README.md": ("ignored", "document"),
        ".hidden.csv": ("ignored", "hidden"),
        "leads-out.csv": ("refused", "link"),
        "nowhere.csv": ("refused", "link"),
    }


def test_files_of_one_name_in_two_folders_stay_apart(given: Path, swept: Sweeping) -> None:
    first, second = put(given / "a" / "x.csv", old()), put(given / "b" / "x.csv", old())
    found = swept(first.parent, second.parent)
    assert [(one.name, one.kind) for one in found.outcomes] == [("a/x.csv", "imported"), ("b/x.csv", "duplicate")]
    assert found.outcomes[1].why is not None
    assert found.outcomes[1].why.found == "a/x.csv"


def test_what_the_import_wrote_itself_is_not_read(given: Path, swept: Sweeping, declarations: Path) -> None:
    put(declarations.parent / "sources" / "x.csv", ",".join(FIGURE) + "\n", "utf-8")
    found = swept(declarations.parent)
    assert {(one.kind, one.why.code) for one in found.outcomes if one.why} == {("ignored", "own_output")}


def test_the_same_figures_in_another_file_are_kept_once(given: Path, swept: Sweeping) -> None:
    put(given / "1.csv", old())
    put(given / "2.csv", old(), "utf-8")
    found = swept()
    assert (outcome(found, "1.csv").kind, outcome(found, "2.csv").kind) == ("imported", "repeats")
    assert outcome(found, "2.csv").repeated == 124
    assert codes(found) == set()


def test_another_value_in_another_copy_is_refused_with_both_shown(given: Path, swept: Sweeping) -> None:
    put(given / "1.csv", old())
    put(given / "2.csv", old().replace(BEIJING, "北京市,,124.6"))
    found = swept()
    (finding,) = found.findings()
    assert (finding.code, finding.severity, finding.file, finding.cell) == ("two_values", "hard", "2.csv", "C5")
    assert "1246000" in finding.found
    assert "1245000" in finding.found
    assert outcome(found, "2.csv").reading.figures == []
    assert outcome(found, "2.csv").reading.cells_refused == 1


def test_two_editions_of_one_table_are_two_vintages(given: Path, swept: Sweeping) -> None:
    put(given / "later.csv", old(GDP))
    earlier = range(2024, 2020, -1)
    put(given / "earlier.csv", old(GDP, earlier, printed(list(earlier), 2024).replace("123.5", "120.5")))
    found = swept()
    beijing = {(one.published, one.value) for each in found.outcomes for one in each.reading.figures
               if (one.unit_code, one.period) == ("110000", "2023")}  # fmt: skip
    assert beijing == {("2024", "123.5"), ("2023", "120.5")}


def test_the_file_that_names_its_indicator_goes_before_the_one_with_a_sidecar(given: Path, swept: Sweeping) -> None:
    put(given / "1.csv", new(), "utf-8-sig")
    put(given / "1.csv.yaml", f"indicator: {GDP}\nstated_by: a test\n", "utf-8")
    put(given / "2.csv", old(GDP))
    found = swept()
    assert [(one.name, one.kind) for one in found.outcomes] == [
        ("1.csv", "repeats"), ("1.csv.yaml", "ignored"), ("2.csv", "imported")]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["indicator: [1]\n", "indicator: x\n", "a: &a b\nc: *a\n", "- 1\n", "x: 'y\n", "stated_by: x\nyear: zwei\n"]
)
def test_a_sidecar_that_cannot_be_used_refuses_its_file_and_says_why(given: Path, swept: Sweeping, text: str) -> None:
    put(given / "1.csv", new(), "utf-8-sig")
    put(given / "1.csv.yaml", text, "utf-8")
    one = outcome(swept(), "1.csv")
    assert one.why is not None
    assert one.why.code == "sidecar"
    assert "1.csv.yaml" in one.why.found


def slipped(indicator: str) -> str:
    """The same digits under a unit 10,000 times smaller, as another edition."""
    years = range(2024, 2020, -1)
    return old(indicator, years, printed(list(years)).replace(".5", ""))


def test_a_unit_that_slipped_against_what_stands_refuses_the_new_table(
    given: Path, swept: Sweeping, declarations: Path, catalog: Catalog
) -> None:
    put(given / "right.csv", old())
    importing.write(swept(), declarations.parent / "sources", declarations, catalog)
    wrong = put(given / "b" / "wrong.csv", slipped("城镇单位就业人员(人)"))
    found = swept(wrong)
    (finding,) = found.findings()
    assert (finding.code, finding.file) == ("unit_slip", "wrong.csv")
    assert "right.csv" in finding.found
    assert outcome(found, "wrong.csv").kind == "refused"
    assert outcome(found, "wrong.csv").reading.cells_accepted == 0


def test_a_standing_table_whose_unit_slipped_is_named_by_file_and_line_on_each_new_table(
    given: Path, swept: Sweeping, declarations: Path, catalog: Catalog
) -> None:
    wrong = put(given / "a" / "wrong.csv", slipped("城镇单位就业人员(人)"))
    sources = declarations.parent / "sources"
    importing.write(swept(wrong), sources, declarations, catalog)
    earlier = range(2023, 2020, -1)
    put(given / "b" / "1.csv", old())
    put(given / "b" / "2.csv", old(EMPLOYED, earlier, printed(list(earlier), 2023)))
    found = swept(given / "b")
    assert [one.kind for one in found.outcomes] == ["imported", "imported"]
    findings = list(found.findings())
    assert [(one.code, one.severity, one.file) for one in findings] == [
        ("unit_slip", "hard", "1.csv"), ("unit_slip", "hard", "2.csv")]  # fmt: skip
    for one in findings:
        place = one.found.split()[1]
        file, line = place.split("#")
        row = rows.table(sources / file)[int(line) - 2]
        assert row["origin_file"] == "wrong.csv"
        assert "10^-4" in one.found
        assert one.cell


def test_of_copies_that_differ_by_rounding_the_finer_is_kept_whatever_its_name(given: Path, swept: Sweeping) -> None:
    put(given / "1.csv", old().replace(BEIJING, "北京市,,124.6"))
    put(given / "finer-with-a-long-name.csv", old().replace(BEIJING, "北京市,,124.58"))
    found = swept()
    assert [(one.name, one.kind) for one in found.outcomes] == [
        ("1.csv", "repeats"), ("finer-with-a-long-name.csv", "imported")]  # fmt: skip
    assert [(one.code, one.file) for one in found.findings()] == [("fewer_digits", "1.csv")]


def test_where_nothing_tells_which_unit_slipped_neither_is_used(given: Path, swept: Sweeping) -> None:
    put(given / "right.csv", old())
    put(given / "wrong.csv", slipped("城镇单位就业人员(人)"))
    found = swept()
    assert [one.kind for one in found.outcomes] == ["refused", "refused"]
    assert codes(found) == {"unit_slip"}


def test_a_third_source_tells_which_unit_slipped(given: Path, swept: Sweeping) -> None:
    earlier = range(2023, 2020, -1)
    put(given / "1.csv", old())
    put(given / "2.csv", slipped("城镇单位就业人员(人)"))
    put(given / "3.csv", old(EMPLOYED, earlier, printed(list(earlier), 2023)))
    found = swept()
    assert [one.kind for one in found.outcomes] == ["imported", "refused", "imported"]


def test_a_year_in_the_name_that_the_table_does_not_have_is_a_finding(given: Path, swept: Sweeping) -> None:
    years = range(2023, 2022, -1)
    put(given / "raw-2022.csv", old(EMPLOYED, years, printed([2023])))
    found = swept()
    assert [(one.code, one.severity) for one in found.findings()] == [("year_differs", "soft")]


def test_a_table_of_text_named_as_a_workbook_is_read_with_a_remark(given: Path, swept: Sweeping) -> None:
    put(given / "x.xls", old())
    found = swept()
    assert outcome(found, "x.xls").kind == "imported"
    assert len(codes(found)) == 1


def test_rows_have_the_declared_columns_and_pass_the_rules_for_source_files(
    given: Path, swept: Sweeping, declarations: Path, catalog: Catalog
) -> None:
    put(given / "1.csv", old().replace(BEIJING, "北京市,,…"))
    sources = declarations.parent / "sources"
    importing.write(swept(), sources, declarations, catalog)
    lines = rows.table(sources / "nbs_export.csv")
    assert tuple(lines[0]) == IMPORTED
    assert len(lines) == 124
    for line in lines:
        assert refusals({column: line[column] for column in FIGURE}, FIGURE, catalog, "nbs_export") == []
        assert line["url"] == ""
        assert line["grade"] == "C"
    beijing = next(line for line in lines if (line["unit_code"], line["period"]) == ("110000", "2024"))
    assert (beijing["value"], beijing["missing_reason"], beijing["origin_cell"]) == ("", "not_stated", "C5")


def test_writing_twice_gives_the_same_bytes_and_a_part_replaces_only_its_own_rows(
    given: Path, swept: Sweeping, declarations: Path, catalog: Catalog
) -> None:
    sources = declarations.parent / "sources"
    put(given / "1.csv", old())
    put(given / "2.csv", old(GDP))
    put(given / "3.csv", "x,y\n1,2\n")
    paths = importing.write(swept(), sources, declarations, catalog)
    before = {path: path.read_bytes() for path in paths}
    importing.write(swept(), sources, declarations, catalog)
    assert {path: path.read_bytes() for path in paths} == before
    importing.write(swept(given / "2.csv"), sources, declarations, catalog)
    assert {path: path.read_bytes() for path in paths} == before
    put(given / "2.csv", old(GDP).replace(BEIJING, "北京市,,125.5"))
    importing.write(swept(given / "2.csv", replace=True), sources, declarations, catalog)
    lines = rows.table(sources / "nbs_export.csv")
    beijing = {(line["measure_id"], line["value"]) for line in lines
               if (line["unit_code"], line["period"]) == ("110000", "2024")}  # fmt: skip
    assert beijing == {("urban_nonprivate_employment", "124.5"), ("gross_regional_product", "125.5")}
    ledger = rows.table(declarations / "files.csv")
    assert [row["input_name"] for row in ledger] == ["1.csv", "2.csv", "3.csv"]
    assert sorted(path.name for path in sources.iterdir()) == ["nbs_export.csv"]


def beijing_values(sources: Path) -> set[str]:
    return {line["value"] for line in rows.table(sources / "nbs_export.csv")
            if (line["unit_code"], line["period"]) == ("110000", "2024")}  # fmt: skip


def test_another_content_under_a_standing_name_is_refused_and_nothing_is_lost(
    given: Path, swept: Sweeping, declarations: Path, catalog: Catalog
) -> None:
    sources = declarations.parent / "sources"
    first, other = put(given / "a" / "x.csv", old()), put(given / "b" / "x.csv", old().replace(BEIJING, "北京市,,9"))
    paths = importing.write(swept(first), sources, declarations, catalog)
    before = {path: path.read_bytes() for path in paths}
    found = swept(other)
    (refused,) = found.outcomes
    assert refused.why is not None
    assert (refused.kind, refused.why.code, refused.reading.figures) == ("refused", "other_content", [])
    assert refused.sha256[:16] in refused.why.found
    assert rows.table(sources / "nbs_export.csv")[0]["origin_hash"] in refused.why.found
    assert "--replace" in refused.why.next_zh
    assert "--replace" in refused.why.next_en
    assert importing.removed(found, sources) == 0
    importing.write(found, sources, declarations, catalog)
    assert (sources / "nbs_export.csv").read_bytes() == before[sources / "nbs_export.csv"]
    ledger = {(row["input_name"], row["outcome"], row["code"]) for row in rows.table(declarations / "files.csv")}
    assert ledger == {("x.csv", "imported", "")}
    assert [row["code"] for row in rows.table(declarations / "findings.csv")] == ["other_content"]
    importing.write(swept(other), sources, declarations, catalog)
    importing.write(swept(first), sources, declarations, catalog)
    assert {path: path.read_bytes() for path in paths} == before


def test_a_standing_file_under_another_name_is_no_obstacle_and_a_refused_one_takes_no_rows_with_it(
    given: Path, swept: Sweeping, declarations: Path, catalog: Catalog
) -> None:
    sources = declarations.parent / "sources"
    first, second = old(), old(GDP)
    put(given / "x.csv", first)
    put(given / "y.csv", second)
    put(given / "z.csv", old(EMPLOYED, range(2024, 2020, -1)))
    importing.write(swept(given / "x.csv"), sources, declarations, catalog)
    importing.write(swept(given / "z.csv"), sources, declarations, catalog)
    held = len(rows.table(sources / "nbs_export.csv"))
    put(given / "x.csv", old(EMPLOYED, range(2024, 2020, -1)))  # the content of z.csv, which stands under its own name
    found = swept(given / "x.csv")
    assert [one.why.code for one in found.outcomes if one.why] == ["other_content"]
    importing.write(found, sources, declarations, catalog)
    assert len(rows.table(sources / "nbs_export.csv")) == held
    put(given / "w.csv", first)  # what stood as x.csv goes by another name now
    moved = swept(given)
    assert "other_content" not in {one.why.code for one in moved.outcomes if one.why}
    importing.write(moved, sources, declarations, catalog)
    assert {"w.csv", "x.csv"} <= {row["origin_file"] for row in rows.table(sources / "nbs_export.csv")}


def test_a_file_that_gave_no_figures_is_mended_under_its_own_name(
    given: Path, swept: Sweeping, declarations: Path, catalog: Catalog
) -> None:
    sources = declarations.parent / "sources"
    put(given / "x.csv", "x,y\n1,2\n")
    importing.write(swept(), sources, declarations, catalog)
    put(given / "x.csv", old())
    found = swept()
    assert [one.kind for one in found.outcomes] == ["imported"]
    importing.write(found, sources, declarations, catalog)
    assert len(rows.table(sources / "nbs_export.csv")) == 124


def test_a_failure_while_writing_changes_no_file_and_leaves_none_behind(
    given: Path, swept: Sweeping, declarations: Path, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = declarations.parent / "sources"
    put(given / "1.csv", old())
    paths = importing.write(swept(), sources, declarations, catalog)
    before = {path: path.read_bytes() for path in paths}
    put(given / "2.csv", old(GDP))
    found, synced = swept(), iter([None] * (len(paths) - 1))

    def full(_: int) -> None:
        if next(synced, "full") == "full":
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("pipelines.importing.writing.os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        importing.write(found, sources, declarations, catalog)
    assert {path: path.read_bytes() for path in paths} == before
    assert [path for folder in (sources, declarations) for path in folder.glob(".*")] == []


def test_no_cell_of_the_ledger_is_a_formula(given: Path, swept: Sweeping, declarations: Path, catalog: Catalog) -> None:
    put(given / "=HYPERLINK(1).csv", "数据库：分省年度数据\n指标：=cmd|'/c calc'!A1\n地区,2024年\n北京市,1\n")
    put(given / "@x.csv", "+1,2\n-1,=2\n")
    importing.write(swept(), declarations.parent / "sources", declarations, catalog)
    for name in ("files.csv", "findings.csv"):
        for row in rows.table(declarations / name):
            assert not [text for text in row.values() if text.startswith(("=", "+", "@", "-1"))]


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "\udcff"])
def test_a_source_file_of_ours_that_is_damaged_stops_the_writing_and_is_named(
    given: Path, swept: Sweeping, declarations: Path, catalog: Catalog, text: str
) -> None:
    put(given / "1.csv", old())
    found = swept()
    path = declarations.parent / "sources" / "nbs_export.csv"
    path.parent.mkdir()
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(DeclarationError, match=r"nbs_export\.csv"):
        importing.write(found, path.parent, declarations, catalog)
    assert not (declarations / "files.csv").exists()


def test_the_report_names_every_file_and_the_totals_add_up(given: Path, swept: Sweeping) -> None:
    put(given / "1.csv", old().replace(BEIJING, "北京市,,abc"))
    put(given / "2.csv", "x,y\n1,2\n")
    found = swept()
    imported, refused = report.files(found)
    assert imported.startswith("导入 imported，1.csv，nbs_urban_employment：123个数 figures，31个单位 units，2021–2024")
    assert refused.startswith("拒绝 refused，2.csv：没有读取器")
    assert "No reader" in refused
    (finding,) = report.findings(found)
    assert finding.startswith("错误 hard，1.csv 1 C5，not_a_number")
    assert "figures 123" in report.totals(found)


@pytest.fixture
def home(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, declarations: Path) -> Path:
    shutil.copytree(root / "data" / "catalog", tmp_path / "data" / "catalog")
    (tmp_path / "data" / "sources").mkdir()
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    return tmp_path


def test_the_command_imports_and_a_refused_file_is_no_failure(given: Path, home: Path) -> None:
    put(given / "1.csv", old())
    put(given / "2.csv", "x,y\n1,2\n")
    dry = CliRunner().invoke(cli.main, ["import", str(given), "--dry-run"])
    assert dry.exit_code == 0, dry.output
    assert list((home / "data" / "sources").iterdir()) == []
    done = CliRunner().invoke(cli.main, ["import", str(given)])
    assert done.exit_code == 0, done.output
    assert "1.csv，nbs_urban_employment：124个数" in done.output
    assert "2.csv：没有读取器" in done.output
    assert [path.name for path in (home / "data" / "sources").iterdir()] == ["nbs_export.csv"]


def test_the_command_replaces_only_when_told_and_prints_how_many_rows_went(given: Path, home: Path) -> None:
    put(given / "1.csv", old())
    assert CliRunner().invoke(cli.main, ["import", str(given)]).exit_code == 0
    put(given / "1.csv", old().replace(BEIJING, "北京市,,125.5"))
    kept = CliRunner().invoke(cli.main, ["import", str(given)])
    assert kept.exit_code == 0, kept.output
    assert "Another file of this name stands" in kept.output
    assert "rows removed" not in kept.output
    assert beijing_values(home / "data" / "sources") == {"124.5"}
    replaced = CliRunner().invoke(cli.main, ["import", str(given), "--replace"])
    assert replaced.exit_code == 0, replaced.output
    assert "standing rows removed: 124" in replaced.output
    assert beijing_values(home / "data" / "sources") == {"125.5"}
    assert [row["outcome"] for row in rows.table(home / "data" / "imports" / "files.csv")] == ["imported"]
    again = CliRunner().invoke(cli.main, ["import", str(given), "--replace"])
    assert "standing rows removed: 0" in again.output


def test_the_command_says_which_path_is_missing_and_what_is_wrong_with_a_declaration(given: Path, home: Path) -> None:
    missing = CliRunner().invoke(cli.main, ["import", str(given / "absent")])
    assert missing.exit_code == 2
    assert "absent" in missing.output
    (home / "data" / "imports" / "nbs_export.yaml").write_text("publisher: x\n", encoding="utf-8")
    broken = CliRunner().invoke(cli.main, ["import", str(given)])
    assert broken.exit_code == 1
    assert "nbs_export.yaml" in broken.output
    assert "Traceback" not in broken.output
