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

ROOT = Path(__file__).parents[2]
BLOCKS = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.DOTALL)
COMMANDS = [line for block in BLOCKS for line in block.splitlines() if line.strip()]
SERVERS = ("bluebook dashboard", "bluebook dagster")


def environment(home: Home) -> dict[str, str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return os.environ | {"BLUEBOOK_HOME": str(home.root), "PATH": path, "PYTHONWARNINGS": "ignore"}


def typed(command: str, home: Home, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", command], env=environment(home), cwd=cwd, capture_output=True, text=True, timeout=300
    )


def test_the_readme_names_commands() -> None:
    assert COMMANDS[:2] == ["make run", "make test"]
    assert len(COMMANDS) >= 12


@pytest.mark.parametrize("command", [one for one in COMMANDS if one not in SERVERS])
def test_a_command_of_the_readme_works(command: str, home: Home) -> None:
    release_id = str(pointer.current(home, "real"))
    cwd = home.root if command.startswith("ls ") else ROOT
    text = command.replace("<id>", release_id)
    if text.startswith("make "):  # they install and test: what they would do is asked, not done
        text = text.replace("make ", "make --dry-run ")
    elif text.startswith("source "):
        activate = Path(sys.executable).parent / "activate"
        text = f"source '{activate}' && command -v bluebook"
    elif text.startswith("python benchmarks/"):
        text = text.rsplit(" ", 1)[0] + " 1"
    done = typed(text, home, cwd)
    assert done.returncode == 0, done.stdout[-500:] + done.stderr[-1500:]


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
