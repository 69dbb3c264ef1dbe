"""From a matplotlib figure to an inline SVG that lives on a page: small, themed, accessible.

A figure is drawn in marker colours, each of which stands for a CSS variable of the page, so
that one drawing serves light, dark and print. The same input gives the same bytes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from qassay.reports.svg import WIDTH, framed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, SOFT, LINE, WASH = "#010203", "#010204", "#010205", "#010206"
GOOD, BETWEEN, BAD, DATA = "#010207", "#010208", "#010209", "#010210"
_VARIABLES: Final = {
    INK: "--ink", SOFT: "--soft", LINE: "--line", WASH: "--wash",
    GOOD: "--good", BETWEEN: "--mid", BAD: "--bad", DATA: "--data",
}  # fmt: skip
_STYLE: Final[Any] = {
    "svg.fonttype": "none", "svg.hashsalt": "qassay", "path.simplify": False,
    "font.family": "DejaVu Sans", "font.size": 11, "axes.labelsize": 11, "axes.titlesize": 11,
    "xtick.labelsize": 10.5, "ytick.labelsize": 10.5, "xtick.major.size": 0,
    "ytick.major.size": 0, "axes.edgecolor": LINE, "axes.labelcolor": SOFT,
    "xtick.color": SOFT, "ytick.color": SOFT, "text.color": INK, "axes.grid": True,
    "axes.grid.axis": "y", "grid.color": LINE, "grid.linewidth": 0.8, "axes.linewidth": 0.8,
    "axes.axisbelow": True, "axes.spines.top": False, "axes.spines.right": False,
    "axes.spines.left": False, "axes.facecolor": "none", "figure.facecolor": "none",
    "lines.solid_capstyle": "round", "axes.unicode_minus": True,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A figure ready for the page.

    Attributes:
        svg: The drawing.
        title: Its heading.
        caption: What is to be seen, in sentences.
        legend: Colour classes: number of the class (-1 for none), what it stands for, how many.
    """

    svg: Markup
    title: str
    caption: str
    legend: tuple[tuple[int, str, str], ...] = ()


def drawn(
    name: str, height: float, title: str, description: str, draw: Callable[[Axes], None]
) -> Markup:
    """Draw on one pair of axes and give the SVG.

    Args:
        name: Prefix of the ids inside, different for each figure of a page.
        height: Of the view box, in the units of `WIDTH`.
        title: Short name, read by screen readers.
        description: What a reader who cannot see it should know.
        draw: Draws; the axes are laid out afterwards.
    """
    from matplotlib import rc_context, rcdefaults, rcParams
    from matplotlib.figure import Figure

    with rc_context():
        rcdefaults()  # whatever the reader's own settings are
        rcParams.update(_STYLE)
        figure = Figure(figsize=(WIDTH / 72, height / 72))
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        draw(axes)
        return _inline(_svg_of(figure), name, title, description)


def place(axes: Axes, height: float, *, left: float, bottom: float, right: float = 12,
          top: float = 12) -> None:  # fmt: skip
    """Set the margins of the axes, in view box units."""
    wide, high = WIDTH - left - right, height - bottom - top
    axes.set_position((left / WIDTH, bottom / height, wide / WIDTH, high / height))
    # Labels at fixed places: measuring the tick labels to find one takes a third of the time.
    axes.xaxis.set_label_coords(0.5, -30 / high)
    axes.yaxis.set_label_coords(-38 / wide, 0.5)


def strokes(
    axes: Axes, segments: Iterable[tuple[float, float, float, float]], **style: Any
) -> None:
    """Draw many separate lines as one SVG path; a line of no length is a dot."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    ends = [point for x0, y0, x1, y1 in segments for point in ((x0, y0), (x1, y1))]
    if ends:
        codes = [Path.MOVETO, Path.LINETO] * (len(ends) // 2)
        axes.add_patch(PathPatch(Path(ends, codes), fill=False, capstyle="round", **style))


def _svg_of(figure: Figure) -> str:
    buffer = io.StringIO()
    blank = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    figure.savefig(buffer, format="svg", metadata=blank)
    return buffer.getvalue()


def _inline(svg: str, name: str, title: str, description: str) -> Markup:
    """Strip what a page does not need, and what would leak from one figure into another."""
    body = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
    box = re.search(r'viewBox="([^"]*)"', svg)
    body = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->|<style.*?</style>", "", body, flags=re.S)
    referenced = set(re.findall(r'(?:href="#|url\(#)([^")]+)', body))
    body = re.sub(
        r' id="([^"]*)"',
        lambda match: f' id="{name}-{match[1]}"' if match[1] in referenced else "",
        body,
    )
    body = re.sub(r'(href="#|url\(#)', rf"\1{name}-", body)
    body = re.sub(r' d="([^"]*)"', lambda match: f' d="{_short_path(match[1])}"', body)
    body = re.sub(r"font: ([\d.]+)px [^;\"]*", r"font-size:\1px", body)
    body = re.sub("|".join(_VARIABLES), lambda match: f"var({_VARIABLES[match[0]]})", body)
    body = re.sub(r"<defs>\s*</defs>|<path[^>]*style=\"fill: none\"[^>]*/>", "", body)
    body = re.sub(r">\s+<", "><", body).strip()
    while "<g></g>" in body:
        body = body.replace("<g></g>", "")
    return framed(name, box[1] if box else "", title, description, body)


def _short_path(path: str) -> str:
    """Write a path with one decimal and no needless blanks."""
    path = re.sub(r"-?\d+\.\d+", lambda match: f"{float(match[0]):.1f}".removesuffix(".0"), path)
    return re.sub(r"\s*([A-Za-z])\s*", r"\1", path).replace("\n", " ").strip()
