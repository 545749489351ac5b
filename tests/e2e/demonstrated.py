"""demonstrated: a home whose real release stands a second time, as one of the demonstration channel."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb

from pipelines.home import Home
from pipelines.release import pointer

DEMONSTRATION = "demo-2026.01.01-0badcafe"
FILES = ("imported.csv", "产改 附件.xls")
FORM = "项目自拟，未经批准，不得用于实际统计调查"


def demonstrated(released: Home, folder: Path) -> Home:
    """A new home in the folder with the real release, a copy of it in the channel demo, and both pointers."""
    current = str(pointer.current(released, "real"))
    home = Home(folder)
    shutil.copytree(released.releases / current, home.releases / current)
    copy = home.releases / DEMONSTRATION
    shutil.copytree(released.releases / current, copy, ignore=shutil.ignore_patterns("book"))
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    manifest |= {"release_id": DEMONSTRATION, "channel": "demo", "is_demonstration": True}
    (copy / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    for channel, name in (("real", current), ("demo", DEMONSTRATION)):
        (home.releases / f"current-{channel}.json").write_text(json.dumps({"release_id": name}), encoding="utf-8")
    with duckdb.connect(str(copy / "release.duckdb")) as con:
        con.execute("UPDATE quality.release_info SET text = 'demo' WHERE name = 'channel'")
        con.execute("UPDATE quality.release_info SET text = 'True' WHERE name = 'is_demonstration'")
        con.execute("UPDATE quality.release_info SET text = $name WHERE name = 'release_id'", {"name": DEMONSTRATION})
        con.execute("""UPDATE facts.observation SET source_file = 'returns.skill', source_line = 2,
                           origin_file = 'skill', origin_sheet = concat_ws(' ', unit_code, period, 'v2'),
                           origin_cell = measure_id
                       WHERE unit_code = '500000'""")
        _suspicious(con)
    return home


def _suspicious(con: duckdb.DuckDBPyConnection) -> None:
    """Two rules, one of which did not run, and findings of two severities."""
    for table in ("quality.rule", "quality.rule_run", "quality.finding"):
        con.execute(f"DELETE FROM {table}")
    con.execute("""
        INSERT INTO quality.rule (rule_id, form_id, rule_severity, statement_zh, statement_en, mend_zh, mend_en) VALUES
            ('WF03', 'workforce', 'hard', '合计 = 在岗 + 派遣 + 其他', 'total = sum', '改正合计', 'mend'),
            ('X06', 'workforce', 'soft', '不泄密', 'no disclosure', '核实', 'verify')""")
    con.execute("""
        INSERT INTO quality.rule_run (rule_id, state, reason_zh, reason_en, rows_checked, rows_not_checked, findings)
        VALUES ('WF03', 'ran', NULL, NULL, 1200, 34, 2), ('X06', 'not_run', '缺表', 'no table', NULL, NULL, NULL)""")
    con.execute("""
        INSERT INTO quality.finding (finding_id, rule_id, rule_severity, form_id, unit_code, period, obs_vintage, cell,
                                     found, expected, mend_zh, mend_en) VALUES
            ('1', 'WF03', 'hard', 'workforce', '370000', '2021', 1, 'iw_total', '100', '96', '改正', 'mend'),
            ('2', 'WF03', 'soft', 'workforce', '440000', '2022', 1, 'iw_total', '7', '8', '核实', 'verify')""")


def imported(released: Home, folder: Path) -> Home:
    """A new home whose real release rests on one imported file, and refused another."""
    current = str(pointer.current(released, "real"))
    home = Home(folder)
    shutil.copytree(released.releases / current, home.releases / current, ignore=shutil.ignore_patterns("book"))
    (home.releases / "current-real.json").write_text(json.dumps({"release_id": current}), encoding="utf-8")
    with duckdb.connect(str(home.releases / current / "release.duckdb")) as con:
        for table in ("quality.import_file", "quality.import_finding"):
            con.execute(f"DELETE FROM {table}")
        con.execute("""INSERT INTO quality.import_file (input_name, file_hash, format, encoding, producer, table_id,
                           outcome, rows, units, first_year, last_year, cells_read, cells_accepted, cells_refused,
                           cells_ignored, reason_zh, reason_en)
                       VALUES ($a, repeat('ab', 32), 'csv', 'gb18030', 'nbs_export', 't1', 'imported', 93, 31, '2012',
                               '2014', 200, 93, 2, 105, NULL, NULL),
                              ($b, repeat('cd', 32), 'xls', NULL, NULL, '', 'refused', NULL, NULL, NULL, NULL, 10, 0, 9,
                               0, '有密码', 'it has a password')""", {"a": FILES[0], "b": FILES[1]})
        con.execute("""INSERT INTO quality.import_finding (finding_id, input_name, sheet, cell, code, rule_severity,
                           found, wanted, next_step_zh, next_step_en)
                       VALUES ('f1', $a, 'Sheet1', 'C7', 'odd', 'soft', '12..5', '一个数', '核对原文', 'look')""",
                    {"a": FILES[0]})  # fmt: skip
        con.execute("""UPDATE facts.observation SET origin_file = $a, origin_hash = repeat('ab', 32),
                           origin_sheet = 'Sheet1', origin_cell = 'C7' WHERE unit_code = '500000'""", {"a": FILES[0]})
    return home
