"""style: colours and fonts of the printed book, from the one token file and the packaged open fonts."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

TOKENS = Path(__file__).parents[1] / "tokens.json"
SANS = "NotoSansCJKsc-Regular.otf"
SERIF = "SourceHanSerifSC-Regular.otf"


class MissingFontError(FileNotFoundError):
    """A packaged font that is not there; the book is never set in another one."""


@cache
def tokens() -> dict[str, Any]:
    """The light theme's colours, and the font stacks."""
    content = json.loads(TOKENS.read_text(encoding="utf-8"))
    return {**content["themes"]["light"], "fonts": content["fonts"]}


def font(name: str) -> Path:
    """The file of a packaged font.

    Raises:
        MissingFontError: the package mplfonts does not carry it.
    """
    path = Path(str(files("mplfonts") / "fonts" / name))
    if not path.is_file():
        raise MissingFontError(f"{path}: not found. Install the locked requirements: mplfonts carries this font.")
    return path


def css_variables() -> str:
    """The colours as CSS custom properties."""
    names = ("paper", "surface", "band", "ink", "ink2", "ink3", "rule", "grid", "accent", "target", "demo", "demo_bg")
    lines = [f"  --{name}: {tokens()[name]};" for name in names]
    lines += [f"  --status-{name}: {colour};" for name, colour in tokens()["status"].items()]
    lines += [f"  --{name}: {stack};" for name, stack in tokens()["fonts"].items()]
    return ":root {\n" + "\n".join(lines) + "\n}\n"
