"""The doors of ARCHITECTURE.md: which room may import which."""

import ast
from pathlib import Path

import pytest

PURE: set[str] = set()
BASE = {"pipelines.catalog", "pipelines.methods", "pipelines.home", "pipelines.warehouse", "pipelines.journal"}
READ = {
    f"dashboards.{name}"
    for name in (
        "release_file",
        "queries",
        "figures",
        "sentences",
        "notation",
        "words",
        "theme",
        "lookups",
        "tables",
        "tiles",
    )
} | {"pipelines.methods"}
MAY = {
    "pipelines.catalog": PURE,
    "pipelines.home": PURE,
    "pipelines.journal": PURE,
    "pipelines.methods": {"pipelines.methods"},
    "pipelines.checks": PURE,
    "pipelines.warehouse": {"pipelines.catalog"},
    "pipelines.catalog_rules": {"pipelines.catalog"},
    "pipelines.declared": {"pipelines.catalog"},
    "pipelines.grid": PURE,
    "pipelines.ledger": PURE,
    "pipelines.sources": {"pipelines.catalog", "pipelines.grid", "pipelines.methods"},
    "pipelines.importing": {"pipelines.catalog", "pipelines.grid", "pipelines.methods", "pipelines.sources"},
    "pipelines.demo": {"pipelines.catalog", "pipelines.methods"},
    "pipelines.returned": {"pipelines.catalog", "pipelines.methods"},
    "pipelines.audit": {"pipelines.catalog", "pipelines.warehouse"},
    "pipelines.trial": {"pipelines.audit", "pipelines.catalog", "pipelines.declared", "pipelines.demo",
                        "pipelines.warehouse"},
    "pipelines.facts": {"pipelines.catalog", "pipelines.methods"},
    "pipelines.stats": {"pipelines.catalog", "pipelines.methods"},
    "pipelines.targets": {"pipelines.catalog", "pipelines.methods"},
    "pipelines.audit_command": {"pipelines.audit", "pipelines.catalog", "pipelines.declared", "pipelines.demo",
                                "pipelines.home", "pipelines.trial", "pipelines.warehouse"},
    "pipelines.release": BASE | {"pipelines.release"},
    "pipelines.doctor": BASE | {"pipelines.release"},
    "pipelines.line": {"pipelines", "dashboards.bluebook"},
    "pipelines.definitions": {"pipelines"},
    "pipelines.cli": {"pipelines", "dashboards.bluebook", "dashboards.explain", "dashboards.release_file"},
    "dashboards.release_file": PURE,
    "dashboards.queries": {"pipelines.methods"},
    "dashboards.words": PURE,
    "dashboards.tables": PURE,
    "dashboards.fonts": PURE,
    "dashboards.theme": {"dashboards.fonts"},
    "dashboards.notation": {"dashboards.words"},
    "dashboards.lookups": {"dashboards.notation", "dashboards.words"},
    "dashboards.sentences": {"dashboards.lookups", "dashboards.notation", "dashboards.words", "pipelines.methods"},
    "dashboards.figures": {"dashboards.notation", "dashboards.theme", "dashboards.words"},
    "dashboards.tiles": {"dashboards.figures", "dashboards.notation", "dashboards.tables", "dashboards.words"},
    "dashboards.explain": READ,
    "dashboards.bluebook": READ,
    "dashboards.app": {"dashboards"},
    "dashboards.screens": {"dashboards"},
    "dashboards.choose": {"dashboards"},
    "dashboards.show": {"dashboards"},
    "dashboards.working": {"dashboards"},
}
STREAMLIT = {f"dashboards.{name}" for name in ("app", "screens", "choose", "show", "working")}


def modules(root: Path) -> list[Path]:
    return sorted(path for package in ("pipelines", "dashboards") for path in (root / package).rglob("*.py"))


def dotted(root: Path, path: Path) -> str:
    return ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            whole = node.module in ("pipelines", "dashboards") or node.module.count(".") == 0
            found |= {f"{node.module}.{alias.name}" for alias in node.names} if whole else {node.module}
    return found


def room(name: str) -> str:
    return ".".join(name.split(".")[:2])


def test_every_module_has_its_room(root: Path) -> None:
    rooms = {room(dotted(root, path)) for path in modules(root)} - {"pipelines", "dashboards"}
    assert rooms <= set(MAY), "give the new room its doors in ARCHITECTURE.md and here"


def test_rooms_import_only_what_their_doors_allow(root: Path) -> None:
    broken = []
    for path in modules(root):
        name = dotted(root, path)
        if room(name) not in MAY:
            continue
        allowed = MAY[room(name)]
        for other in imports(path):
            if other.split(".")[0] not in ("pipelines", "dashboards") or other in ("pipelines", "dashboards"):
                continue
            if room(other) != room(name) and not {other.split(".")[0], room(other)} & allowed:
                broken.append(f"{name} → {other}")
    assert broken == []


def test_only_the_pages_know_streamlit(root: Path) -> None:
    users = {
        room(dotted(root, path))
        for path in modules(root)
        if "streamlit" in {one.split(".")[0] for one in imports(path)}
    }
    assert users <= STREAMLIT


@pytest.mark.parametrize("name", ["pipelines/methods", "pipelines/catalog"])
def test_the_pure_rooms_know_no_file_format_or_server(root: Path, name: str) -> None:
    found: set[str] = set()
    for path in sorted((root / name).glob("*.py")):
        found |= {one.split(".")[0] for one in imports(path)}
    assert not found & {"duckdb", "dagster", "streamlit", "great_expectations", "plotly", "sqlite3"}
