"""The command `bluebook` as a person types it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.home import Home
from pipelines.release import pointer
from tests.running import edit

CHONGQING = "500000,2022-10,high_skilled_total,_T,_T,_T,155,万人"


def bluebook(home: Home, *words: str) -> subprocess.CompletedProcess[str]:
    named = os.environ | {"BLUEBOOK_HOME": str(home.root), "COLUMNS": "160", "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-m", "pipelines.cli", *words]
    return subprocess.run(
        command, env=named, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=240
    )


def test_an_unchanged_run_says_so_and_loads_nothing_heavy(home: Home) -> None:
    done = bluebook(home, "run", "--channel", "real")
    assert done.returncode == 0, done.stderr
    assert "Nothing changed" in done.stdout
    assert str(pointer.current(home, "real")) in done.stdout
    heavy = ("dagster", "great_expectations", "streamlit")
    code = f"import sys, pipelines.cli; print([name for name in {heavy} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], capture_output=True, text=True)
    assert loaded.stdout.strip() == "[]"


def test_a_broken_row_is_told_in_both_languages_and_nothing_is_published(home: Home) -> None:
    before = pointer.current(home, "real")
    edit(home.sources / "skilled_workforce.csv", CHONGQING, CHONGQING.replace("155,", "十五,"))
    done = bluebook(home, "run", "--channel", "real")
    assert done.returncode == 1
    for words in (
        "未发布",
        "Not released",
        "skilled_workforce.csv",
        "十五",
        "a plain number",
        "请改正该行",
        "Mend the row",
    ):
        assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert pointer.current(home, "real") == before


def test_a_broken_declaration_is_told_with_file_and_field(home: Home) -> None:
    edit(home.catalog / "indicators" / "high_skilled_share.yaml", "direction: higher", "direction: upwards")
    done = bluebook(home, "run", "--channel", "real")
    assert done.returncode == 1
    for words in ("high_skilled_share.yaml", "direction", "upwards", "Mend the declaration"):
        assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_channel_is_told_with_those_that_are_declared(home: Home) -> None:
    done = bluebook(home, "run", "--channel", "test")
    assert done.returncode == 1
    for words in ("频道", "'test'", "real, demo"):
        assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_run_at_the_same_time_is_sent_away(home: Home) -> None:
    with home.claimed("real"):
        done = bluebook(home, "run", "--channel", "real", "--force")
    assert done.returncode == 1
    for words in ("另一次运行正在进行", "Another run", "wait until it ends"):
        assert words in done.stderr


def test_releases_are_listed_shown_used_and_published(home: Home) -> None:
    current = str(pointer.current(home, "real"))
    assert current in bluebook(home, "release", "list").stdout
    shown = bluebook(home, "release", "show", current)
    assert "verifies" in shown.stdout
    assert "facts.observation" in shown.stdout
    assert bluebook(home, "release", "use", current, "--reason", "try").returncode == 0
    assert bluebook(home, "release", "publish", current, "--reason", "try").returncode == 0
    wrong = bluebook(home, "release", "use", "real-2020.01.01-00000000", "--reason", "try")
    assert wrong.returncode == 1
    assert current in wrong.stderr


def test_a_number_is_traced_to_file_and_line(released: Home) -> None:
    done = bluebook(released, "explain", "high_skilled_share", "500000", "2022-10")
    assert done.returncode == 0, done.stderr
    for words in ("155", "494", "31.4", "31.24", "31.51", "31.5", "一致"):
        assert words in done.stdout
    line = re.search(r"data/sources/skilled_workforce\.csv\D{1,4}(\d+)", done.stdout)
    assert line is not None
    text = (released.sources / "skilled_workforce.csv").read_text(encoding="utf-8").splitlines()[int(line[1]) - 1]
    assert text.startswith("500000,2022-10,")


@pytest.mark.parametrize("words", [("no_such", "500000", "latest"), ("high_skilled_share", "999999", "latest"),
                                   ("high_skilled_share", "500000", "1999")])  # fmt: skip
def test_what_cannot_be_explained_is_answered_with_what_there_is(released: Home, words: tuple[str, ...]) -> None:
    done = bluebook(released, "explain", *words)
    assert done.returncode == 1
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


def test_the_doctor_names_what_is_missing(home: Home) -> None:
    assert bluebook(home, "doctor").returncode == 0
    for path in home.releases.glob("current-*"):
        path.unlink()
    done = bluebook(home, "doctor")
    assert done.returncode == 1
    assert "bluebook run" in done.stdout
