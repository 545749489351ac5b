"""doctor: what is missing on this machine, what that costs, and how to mend it."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.home import Home
from pipelines.journal import Journal
from pipelines.release import pointer, publish

NEEDED_SPACE = 2 * 1024**3


@dataclass(frozen=True)
class Finding:
    """One thing looked at: whether it is well, what was found, and what to do where it is not."""

    subject: str
    is_well: bool
    found: str
    mend: str = ""
    is_needed: bool = True


def findings(home: Home, channel: str = "real") -> Iterator[Finding]:
    """Everything that the main job, the dashboard and the tests need, looked at in turn."""
    yield _python()
    yield from _packages()
    yield _space(home)
    yield _writable(home)
    yield _release(home, channel)
    yield _journal(home)
    yield from _programs()
    yield _fonts()


def _python() -> Finding:
    version = sys.version_info
    found = f"{version.major}.{version.minor}.{version.micro}"
    mend = "apt install python3 python3-venv"
    return Finding("Python", (3, 11) <= version < (3, 14), found, mend)


def _packages() -> Iterator[Finding]:
    for name in (
        "dagster",
        "duckdb",
        "great_expectations",
        "pandas",
        "plotly",
        "streamlit",
        "typst",
        "docx",
        "mplfonts",
    ):
        there = importlib.util.find_spec(name) is not None
        yield Finding(name, there, "installed / 已安装" if there else "missing / 缺少", "make setup")


def _space(home: Home) -> Finding:
    free = shutil.disk_usage(home.root).free
    mend = "清理磁盘 / free some space"
    return Finding("磁盘 / disk", free > NEEDED_SPACE, f"{free / 1024**3:.1f} GiB free", mend)


def _writable(home: Home) -> Finding:
    there = home.data.is_dir() and os.access(home.data, os.W_OK)
    return Finding("data/", there, str(home.data), "检查文件夹的权限 / check the folder's permissions")


def _release(home: Home, channel: str) -> Finding:
    current = pointer.current(home, channel)
    if current is None:
        return Finding("当前发布 / release", is_well=False, found="还没有 / none yet", mend="bluebook run")
    try:
        faults = publish.faults(home.releases / current)
    except (OSError, ValueError) as fault:
        faults = [str(fault)]
    found = f"{current}: {'; '.join(faults[:3])}" if faults else current
    mend = "bluebook run --force, 或 / or bluebook release use ID"
    return Finding("当前发布 / release", not faults, found, mend)


def _journal(home: Home) -> Finding:
    if not home.journal.exists():
        return Finding("日志 / journal", is_well=True, found="空 / empty")
    faults = Journal(home.journal).faults()
    found = "; ".join(faults[:3]) or "链条完整 / chain intact"
    return Finding("日志 / journal", not faults, found, "查明谁改动了 data/journal.sqlite / find out who changed it")


def _programs() -> Iterator[Finding]:
    wanted = {"chromium": "chromium", "soffice": "libreoffice-writer", "pdftoppm": "poppler-utils"}
    for name, package in wanted.items():
        path = shutil.which(name)
        yield Finding(f"{name}（仅测试 / tests only）", path is not None, path or "missing / 缺少",
                      f"apt install {package}", is_needed=False)  # fmt: skip


def _fonts() -> Finding:
    mend, subject = "apt install fonts-noto-cjk", "中文字体（仅截图 / screenshots only）"
    lister = shutil.which("fc-list")
    if lister is None:
        return Finding(
            subject, is_well=False, found="fc-list missing / 缺少", mend=f"{mend} fontconfig", is_needed=False
        )
    listed = subprocess.run([lister, ":lang=zh", "family"], capture_output=True, text=True, check=False)  # noqa: S603 - no shell
    families = sorted({line.split(",")[0] for line in listed.stdout.splitlines() if line})
    return Finding(subject, bool(families), ", ".join(families[:2]) or "none / 无", mend, is_needed=False)
