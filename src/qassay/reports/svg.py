"""Pieces of inline SVG: the frame that screen readers understand, and plain shapes.

What is a plan of places rather than a chart is drawn here directly, in CSS classes of the
page, without a plotting library.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from markupsafe import Markup, escape

from qassay.reports.text import visible

WIDTH: Final = 440  # of a figure's view box; about the CSS pixels it has on a page
Point = tuple[float, float]


def framed(name: str, box: str, title: str, description: str, body: str) -> Markup:
    """Frame the inside of a drawing.

    Args:
        name: Prefix of its ids, different for each drawing of a page.
        box: The view box.
        title: Short name, read by screen readers.
        description: What a reader who cannot see it should know.
        body: SVG made by qassay, with every text in it escaped.
    """
    head = (
        f'<svg viewBox="{box}" role="img" aria-labelledby="{name}-t {name}-d">'
        f'<title id="{name}-t">{escape(visible(title))}</title>'
        f'<desc id="{name}-d">{escape(visible(description))}</desc>'
    )
    return Markup(head + body + "</svg>")  # noqa: S704 - texts are escaped, here or in `text`


def number(value: float) -> str:
    """Write a coordinate with one decimal at the most."""
    return f"{value:.1f}".removesuffix(".0")


def squares(centres: Iterable[Point], size: float, css: str) -> str:
    """Draw equal squares as one path."""
    side = number(size)
    path = "".join(
        f"M{number(x - size / 2)} {number(y - size / 2)}h{side}v{side}h-{side}z" for x, y in centres
    )
    return f'<path class="{css}" d="{path}"/>' if path else ""


def lines(ends: Iterable[tuple[Point, Point]], width: float, css: str) -> str:
    """Draw separate lines as one path; a line of no length is a dot."""
    path = "".join(
        f"M{number(x0)} {number(y0)}L{number(x1)} {number(y1)}" for (x0, y0), (x1, y1) in ends
    )
    style = f'class="{css}" stroke-width="{number(width)}"'
    return f'<path {style} d="{path}"/>' if path else ""


def dots(centres: Iterable[Point], width: float, css: str) -> str:
    """Draw equal dots as one path."""
    return lines(((centre, centre) for centre in centres), width, css)


def text(at: Point, words: str, css: str) -> str:
    """Write words; their alignment comes from the class."""
    place = f'x="{number(at[0])}" y="{number(at[1])}"'
    return f'<text class="{css}" {place}>{escape(visible(words))}</text>'


def lettered(body: str) -> str:
    """Give text the size that can be read on a screen, a phone and paper; see the style sheet."""
    return f'<g class="letters">{body}</g>' if body else ""


def dense(body: str) -> str:
    """Give text the same size where there is room for it on a desk alone; elsewhere it goes."""
    return f'<g class="dense">{body}</g>' if body else ""
