"""theme: the tokens as CSS, as Streamlit's configuration and as a Plotly template."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Literal

import plotly.graph_objects as go

from dashboards.fonts import FACES, LATIN, file_name

Mode = Literal["light", "dark", "contrast"]
HERE = Path(__file__).parent
CONFIGURATION = HERE / ".streamlit" / "config.toml"
WATERMARK, WATERMARK_SIZE = "demonstration", 64
WATERMARK_OPACITY: dict[Mode, float] = {"light": 0.075, "dark": 0.075, "contrast": 0.11}
GROUND_OPACITY: dict[Mode, float] = {"light": 0.05, "dark": 0.05, "contrast": 0.07}
PLAIN = ("paper", "surface", "band", "ink", "ink2", "ink3", "rule", "grid", "control", "accent", "target", "demo",
         "demo_bg")  # fmt: skip
OPTIONS = """# Written by `python -m dashboards.theme` from tokens.json; read because it lies beside app.py.
[browser]
gatherUsageStats = false

[client]
toolbarMode = "minimal"
showSidebarNavigation = false
showErrorDetails = "none"

[server]
headless = true
address = "127.0.0.1"
enableStaticServing = true
fileWatcherType = "none"

[runner]
magicEnabled = false
"""


@cache
def tokens() -> dict[str, Any]:
    """The tokens: themes, symbols, dashes, fonts, sizes."""
    content: dict[str, Any] = json.loads((HERE / "tokens.json").read_text(encoding="utf-8"))
    return content


def colours(mode: Mode) -> dict[str, Any]:
    """The colours of one mode."""
    found: dict[str, Any] = tokens()["themes"][mode]
    return found


@cache
def css(mode: Mode) -> str:
    """The style sheet of the app in one mode: the tokens as variables, then style.css."""
    chosen, fonts, sizes = colours(mode), tokens()["fonts"], tokens()["sizes"]
    lines = [f"--{name}: {chosen[name]};" for name in PLAIN]
    lines += [f"--{name}: {colour};" for name, colour in chosen["status"].items()]
    lines += [f"--seq{place}: {colour};" for place, colour in enumerate(chosen["seq"], start=1)]
    lines += [f"--tile{place}: {_readable(colour)};" for place, colour in enumerate(chosen["seq"], start=1)]
    lines += [f"--{name}: {stack};" for name, stack in fonts.items()]
    lines += [f"--figure-opacity: {WATERMARK_OPACITY[mode]};", f"--ground-opacity: {GROUND_OPACITY[mode]};"]
    lines += [f"--size-{name.replace('_', '-')}: {size}px;" for name, size in sizes.items()]
    return ":root{" + "".join(lines) + "}\n" + (HERE / "style.css").read_text(encoding="utf-8")


def _readable(ground: str) -> str:
    """Dark or white ink, whichever stands out more from a ground (relative luminance of WCAG 2)."""
    parts = [int(ground[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#FFFFFF" if 1.05 / (luminance + 0.05) > (luminance + 0.05) / 0.063 else tokens()["themes"]["light"]["ink"]


@cache
def template(mode: Mode, watermark: str = "") -> go.layout.Template:
    """Paper ground, hairlines across only, sans numbers, no frame, no legend, no motion.

    Args:
        mode: of the colours.
        watermark: the text that stands large and pale across every figure, as a named annotation; none without it.
    """
    chosen = colours(mode)
    words = {"family": tokens()["fonts"]["sans"], "size": 12.5, "color": chosen["ink2"]}
    axis = {"showline": False, "zeroline": False, "ticks": "", "automargin": False, "fixedrange": True}
    return go.layout.Template(
        layout={
            "annotations": [_watermark(mode, watermark)] if watermark else [],
            "font": words,
            "paper_bgcolor": chosen["paper"],
            "plot_bgcolor": chosen["paper"],
            "colorway": chosen["cat"],
            "showlegend": False,
            "dragmode": False,
            "hovermode": "closest",
            "hoverlabel": {"font": words, "bgcolor": chosen["surface"], "bordercolor": chosen["control"]},
            "margin": {"l": 46, "r": 84, "t": 26, "b": 30},
            "xaxis": axis | {"showgrid": False},
            "yaxis": axis | {"gridcolor": chosen["grid"], "gridwidth": 1, "nticks": 5, "tickformat": ",.2~f"},
        }
    )


def _watermark(mode: Mode, text: str) -> dict[str, Any]:
    """A named annotation: a template gives it to every figure, whatever annotations the figure has of its own."""
    lines = text.split("\n")
    size = WATERMARK_SIZE if len(lines) == 1 else WATERMARK_SIZE // 2
    font = {"family": tokens()["fonts"]["sans"], "size": size, "color": colours(mode)["ink"]}
    return {"name": WATERMARK, "text": "<br>".join(lines), "textangle": -24, "opacity": WATERMARK_OPACITY[mode],
            "font": font, "xref": "paper", "yref": "paper", "x": 0.5, "y": 0.5, "xanchor": "center",
            "yanchor": "middle", "showarrow": False}  # fmt: skip


def streamlit_configuration() -> str:
    """The text of config.toml: both themes and the web fonts, from the tokens."""
    blocks = [OPTIONS]
    for number, mode in enumerate(("light", "dark")):
        chosen = colours(mode)  # type: ignore[arg-type]
        if number == 0:
            blocks.append("[theme]\n" + _fonts())
        blocks.append(
            f'[theme.{mode}]\nprimaryColor = "{chosen["accent"]}"\nbackgroundColor = "{chosen["paper"]}"\n'
            f'secondaryBackgroundColor = "{chosen["band"]}"\ntextColor = "{chosen["ink"]}"\n'
            f'linkColor = "{chosen["accent"]}"\nborderColor = "{chosen["rule"]}"\n'
        )
    blocks += [_face(family, part) for family in FACES for part in ("chinese", "latin")]
    return "\n".join(blocks)


def _fonts() -> str:
    fonts = tokens()["fonts"]
    return (f'font = "{fonts["sans"]}"\nheadingFont = "{fonts["serif"]}"\nbaseFontSize = 15\nbaseRadius = "2px"\n'
            'buttonRadius = "2px"\nshowWidgetBorder = true\n')  # fmt: skip


def _face(family: str, part: str) -> str:
    lines = ["[[theme.fontFaces]]", f'family = "{family}"', f'url = "app/static/{file_name(family, part)}"',
             'weight = "100 900"', 'style = "normal"']  # fmt: skip
    if part == "latin":
        lines.append(f'unicodeRange = "{_ranges(sorted(LATIN))}"')
    return "\n".join(lines) + "\n"


def _ranges(points: list[int]) -> str:
    """Code points as a CSS unicode-range."""
    spans: list[list[int]] = []
    for point in points:
        if spans and point == spans[-1][1] + 1:
            spans[-1][1] = point
        else:
            spans.append([point, point])
    return ", ".join(f"U+{low:X}" if low == high else f"U+{low:X}-{high:X}" for low, high in spans)


if __name__ == "__main__":
    CONFIGURATION.parent.mkdir(exist_ok=True)
    CONFIGURATION.write_text(streamlit_configuration(), encoding="utf-8")
