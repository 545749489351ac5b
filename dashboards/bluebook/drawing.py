"""drawing: the book's figures for print: readable in black and white, the same bytes for the same release."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any, cast

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager

from dashboards.bluebook import style
from dashboards.bluebook.model import Picture, Point

INCH = 25.4
WIDE, NARROW = 168.0, 92.0  # millimetres: print and desktop, telephone
ROW = 4.7
LETTER = 1.75  # millimetres that a letter of a label takes
OPEN = {"over": "^", "about": "o", "at_most": "v", "undetermined": "D"}
MARK, MARK_SIZE = "demonstration", 40
FAMILY = "Noto Sans CJK SC Regular"


@contextmanager
def _printed() -> Iterator[None]:
    """The print style: one family, text as paths, hairlines, a fixed salt for the names inside the SVG."""
    if FAMILY not in {one.name for one in fontManager.ttflist}:
        fontManager.addfont(str(style.font(style.SANS)))
    ink = style.tokens()
    rules: Mapping[str, Any] = {
        "font.family": FAMILY, "font.size": 8, "svg.fonttype": "path", "svg.hashsalt": "bluebook",
        "axes.edgecolor": ink["ink3"], "axes.linewidth": 0.6, "axes.unicode_minus": True, "text.color": "#000000",
        "xtick.color": ink["ink3"], "ytick.color": ink["ink3"], "xtick.labelcolor": "#000000",
        "ytick.labelcolor": "#000000", "grid.color": ink["rule"], "grid.linewidth": 0.5, "figure.facecolor": "white",
        "axes.facecolor": "white", "savefig.facecolor": "white", "font.weight": "normal",
    }  # fmt: skip
    with mpl.rc_context(cast(Any, rules)):
        yield


def svg(picture: Picture, width: float = WIDE, mark: str = "") -> bytes:
    """The figure as SVG with its text as paths; `mark` stands large and pale across it."""
    return _saved(picture, width, mark, "svg", {"Date": None, "Creator": None})


def png(picture: Picture, width: float = WIDE, mark: str = "") -> bytes:
    """The figure as PNG, for word processors; `mark` stands large and pale across it."""
    return _saved(picture, width, mark, "png", {"Software": None})


def _saved(picture: Picture, width: float, mark: str, kind: str, metadata: dict[str, Any]) -> bytes:
    with _printed():
        drawn = _trend(picture, width) if picture.kind == "trend" else _dots(picture, width)
        if mark:
            size = MARK_SIZE / len(mark.split("\n"))
            drawn.text(0.5, 0.5, mark, fontsize=size, rotation=24, alpha=0.075, ha="center", va="center",
                       linespacing=1.3, gid=MARK)  # fmt: skip
        out = io.BytesIO()
        drawn.savefig(out, format=kind, metadata=metadata, dpi=220)
    return out.getvalue()


def _plain(text: str) -> str:
    return text.replace("\u202f", "\u00a0")


def _trend(picture: Picture, width: float) -> Figure:
    """Points over time; a line only between exact figures of neighbouring years, cut at a break."""
    figure = Figure(figsize=(width / INCH, 56 / INCH))
    left = 13 / width
    axes = figure.add_axes((left, 0.13, 1 - left - 5 / width, 0.79))
    accent = style.tokens()["accent"]
    points = sorted(picture.points, key=lambda one: one.place)
    for one, other in pairwise(points):
        if _joined(picture, one, other):
            axes.plot((one.place, other.place), (one.value, other.value), color=accent, linewidth=1.4, zorder=2)
    for one in points:
        _mark(axes, one.place, one.value, one)
    _labels(axes, points, width)
    for place in picture.breaks:
        axes.axvline(place, color="#000000", linewidth=0.7, linestyle=(0, (1, 2)))
    _frame(axes, points)
    return figure


def _joined(picture: Picture, one: Point, other: Point) -> bool:
    broken = any(one.place < place <= other.place for place in picture.breaks)
    exact = one.qualifier == other.qualifier == "exact"
    return exact and not broken and other.place - one.place < 1.1


def _mark(axes: Axes, x: float, y: float, point: Point) -> None:
    accent = style.tokens()["accent"]
    if point.qualifier == "exact":
        axes.plot(x, y, "o", color=accent, markersize=5.2, zorder=3)
        return
    axes.plot(x, y, OPEN[point.qualifier], color=accent, markerfacecolor="white", markeredgewidth=1, markersize=6,
              zorder=3)  # fmt: skip


def _labels(axes: Axes, points: list[Point], drawn_width: float) -> None:
    """Values above the points; below where the label before stands above and would touch."""
    span = max(one.value for one in points) - min(one.value for one in points) or 1
    width = points[-1].place - points[0].place or 1
    above: Point | None = None
    millimetres = axes.get_position().width * drawn_width
    for one in points:
        room = width * LETTER * len(str(one.label)) / millimetres
        touches = above is not None and one.place - above.place < room and abs(one.value - above.value) < 0.25 * span
        axes.annotate(_plain(str(one.label)), (one.place, one.value), (0, -6 if touches else 5), fontsize=8,
                      textcoords="offset points", ha="center", va="top" if touches else "bottom")  # fmt: skip
        above = above if touches else one


def _frame(axes: Axes, points: list[Point]) -> None:
    low, high = min(one.value for one in points), max(one.value for one in points)
    room = (high - low) or abs(high) or 1
    axes.set_ylim(low - 0.25 * room, high + 0.3 * room)
    first, last = points[0].place, points[-1].place
    side = max(0.5, (last - first) * 0.06)
    axes.set_xlim(first - side, last + side)
    axes.locator_params(axis="y", nbins=4)
    years = range(-int(-first // 1), -int(-last // 1) + 1)
    step = max(1, -(-len(years) // 9))
    axes.set_xticks([*years][::step])
    axes.set_xticklabels([str(year) for year in [*years][::step]])
    comma = "," if points[0].label.language == "en" else "\u00a0"
    axes.yaxis.set_major_formatter(lambda value, _: _tick(value, comma))
    axes.grid(axis="y")
    axes.set_axisbelow(True)
    axes.tick_params(length=0, pad=4)
    for name in ("top", "right", "left"):
        axes.spines[name].set_visible(False)


def _tick(value: float, comma: str) -> str:
    return f"{value:,.0f}".replace(",", comma) if abs(value) >= 100 else f"{value:g}"


def _dots(picture: Picture, width: float) -> Figure:
    """One row a unit, in groups; a thin line from zero, the value at the right."""
    groups = list(dict.fromkeys(point.group for point in picture.points))
    rows = len(picture.points) + 1.15 * len(groups)
    height = rows * ROW + 8
    figure = Figure(figsize=(width / INCH, height / INCH))
    left, right = (27 if width == WIDE else 24) / width, 12 / width
    axes = figure.add_axes((left, 6 / height, 1 - left - right, 1 - 7 / height))
    line, placed = 0.0, []
    for name in groups:
        axes.text(-left * width / ((1 - left - right) * width), line + 0.1, name, transform=axes.get_yaxis_transform(),
                  fontproperties=FontProperties(fname=str(style.font(style.SERIF)), size=9), va="center")  # fmt: skip
        line += 1.15
        for one in (point for point in picture.points if point.group == name):
            placed.append((line, one))
            line += 1
    _rows(axes, placed)
    axes.set_ylim(line - 0.3, -0.7)
    axes.set_xlim(0, max(point.value for point in picture.points) * (1.04 if width == WIDE else 1.1))
    axes.set_yticks([])
    axes.locator_params(axis="x", nbins=5)
    axes.grid(axis="x")
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    for name in ("top", "right", "left"):
        axes.spines[name].set_visible(False)
    return figure


def _rows(axes: Axes, placed: Sequence[tuple[float, Point]]) -> None:
    """A thin line, a mark, a name and a value for each row; what is exact is drawn in one stroke."""
    side, ink = axes.get_yaxis_transform(), style.tokens()
    lines, values = [line for line, _ in placed], [one.value for _, one in placed]
    axes.hlines(lines, 0, values, color=ink["ink3"], linewidth=0.5, zorder=2)
    exact = [(line, one.value) for line, one in placed if one.qualifier == "exact"]
    axes.plot([value for _, value in exact], [line for line, _ in exact], "o", color=ink["accent"], markersize=5.2,
              zorder=3)  # fmt: skip
    for line, one in placed:
        if one.qualifier != "exact":
            _mark(axes, one.value, line, one)
        axes.text(-0.012, line, one.name, transform=side, ha="right", va="center", fontsize=8)
        axes.text(1.075, line, _plain(str(one.label)), transform=side, ha="right", va="center", fontsize=8)
