"""Every command in the README is run."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from pipelines.home import Home
from pipelines.release import pointer
from tests import nbs_files

ROOT = Path(__file__).parents[2]
BLOCKS = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.DOTALL)
COMMANDS = [line for block in BLOCKS for line in block.splitlines() if line.strip()]
SERVERS = ("bluebook dashboard", "bluebook dagster")
RUNS = ("bluebook run --channel demo", "bluebook run")


def environment(home: Home) -> dict[str, str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return os.environ | {"BLUEBOOK_HOME": str(home.root), "PATH": path, "PYTHONWARNINGS": "ignore"}


def typed(command: str, home: Home, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", command], env=environment(home), cwd=cwd, capture_output=True, text=True, timeout=900
    )


def test_the_readme_names_commands() -> None:
    assert COMMANDS[:2] == ["make run", "make test"]
    assert len(COMMANDS) >= 12


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """A folder with one export of the national data site, of years that the project has no figures of."""
    folder = tmp_path / "下载 的表"
    folder.mkdir()
    years = range(2005, 2000, -1)
    body = nbs_files.rows(list(years)).replace(".5", "")
    text = nbs_files.old("国内专利申请受理量(项)", years, body)
    (folder / "分省年度数据.csv").write_bytes(text.replace("\n", "\r\n").encode("gb18030"))
    return folder


@pytest.mark.parametrize("command", [one for one in COMMANDS if one not in (*SERVERS, *RUNS)])
def test_a_command_of_the_readme_works(command: str, home: Home, tables: Path) -> None:
    release_id = str(pointer.current(home, "real"))
    cwd = home.root if command.startswith("ls ") else ROOT
    text = command.replace("<id>", release_id).replace("<folder>", f"'{tables}'")
    if text.startswith("make "):  # they install and test: what they would do is asked, not done
        text = text.replace("make ", "make --dry-run ")
    elif text.startswith("source "):
        activate = Path(sys.executable).parent / "activate"
        text = f"source '{activate}' && command -v bluebook"
    elif text.startswith("python benchmarks/"):
        text = text.rsplit(" ", 1)[0] + " 1 1"
    done = typed(text, home, cwd)
    assert done.returncode == 0, done.stdout[-500:] + done.stderr[-1500:]
    if command.startswith("bluebook import"):
        has_figures = ",2001,patent_applications," in (home.sources / "nbs_export.csv").read_text(encoding="utf-8")
        assert "155个数 figures，31个单位 units，2001–2005" in done.stdout  # 31 provinces, five years
        assert has_figures == ("--dry-run" not in command)


def test_the_runs_of_the_readme_make_what_is_missing_and_nothing_twice(home: Home) -> None:
    assert set(RUNS) <= set(COMMANDS)
    made, again = (typed(command, home, ROOT) for command in RUNS)
    assert (made.returncode, again.returncode) == (0, 0), made.stderr[-1500:] + again.stderr[-1500:]
    for channel in ("real", "demo"):
        assert f"当前发布仍是 {pointer.current(home, channel)}" in again.stdout


@pytest.mark.parametrize("command", SERVERS)
def test_a_server_of_the_readme_answers(command: str, home: Home) -> None:
    assert command in COMMANDS
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    said = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    line = ["bash", "-c", f"exec {command} --port {port}"]
    process = subprocess.Popen(line, env=environment(home), cwd=ROOT, start_new_session=True, **said)
    try:
        assert answers(port, process)
    finally:
        stopped(process)


def stopped(process: subprocess.Popen[bytes]) -> None:
    """Ends a server and its children; Dagster outlives a polite request by many seconds."""
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)


def answers(port: int, process: subprocess.Popen[bytes]) -> bool:
    for _ in range(240):
        if process.poll() is not None:
            return False
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            time.sleep(0.5)
    return False


def test_the_pictures_of_the_readme_are_there() -> None:
    for name in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", (ROOT / "README.md").read_text(encoding="utf-8")):
        assert (ROOT / name).is_file()


def test_bash_is_there_for_these_tests() -> None:
    assert shutil.which("bash")
