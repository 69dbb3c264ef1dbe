"""A chart with two linear axes, drawn as inline SVG in the CSS classes of the page.

A plotting library would take four times as long as the whole datasheet, and its next version
would draw other bytes, so that an auditor could not draw a datasheet again and compare it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from qassay.numerals import numeral
from qassay.reports.svg import WIDTH, dots, lettered, lines, number, text

HEIGHT: Final = 290.0
_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)
_MOST_TICKS: Final = 6
Span = tuple[float, float]
Row = Sequence[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Where data lie on the drawing.

    Attributes:
        x: Ends of the horizontal axis, in the data's units.
        y: Ends of the vertical axis.
        x_label: What is along, with its unit.
        y_label: What is up, with its unit.
        right: Room at the right side, in view box units.
    """

    x: Span
    y: Span
    x_label: str
    y_label: str
    right: float = 12.0
    left: float = 58.0
    top: float = 12.0
    bottom: float = 50.0

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Give the place of a point; beyond the vertical ends it stays at them."""
        across = (x - self.x[0]) / (self.x[1] - self.x[0])
        up = (min(max(y, self.y[0]), self.y[1]) - self.y[0]) / (self.y[1] - self.y[0])
        wide, high = WIDTH - self.left - self.right, HEIGHT - self.top - self.bottom
        return self.left + across * wide, HEIGHT - self.bottom - up * high

    @property
    def box(self) -> str:
        """The view box."""
        return f"0 0 {WIDTH} {number(HEIGHT)}"

    def frame(self, *, whole: bool = False) -> str:
        """Draw grid, ticks and labels.

        Args:
            whole: Whether the horizontal axis counts things.
        """
        across, up = ticks(*self.x, whole=whole), ticks(*self.y)
        floor = HEIGHT - self.bottom
        grid = lines(
            ((self.place(self.x[0], y), self.place(self.x[1], y)) for y in up), 0.8, "grid"
        )
        below = [text((self.place(x, 0)[0], floor + 16), tick(x), "soft mid") for x in across]
        beside = [text((self.left - 5, self.place(0, y)[1] + 4.2), tick(y), "soft end") for y in up]
        middle = (self.left + WIDTH - self.right) / 2
        half = (self.top + floor) / 2
        along = text((middle, floor + 38), self.x_label, "soft mid")
        upright = text((0, 0), self.y_label, "soft mid")
        turned = f'<g transform="translate(11 {number(half)}) rotate(-90)">{upright}</g>'
        return grid + lettered("".join((*below, *beside, along, turned)))

    def curve(self, x: Row, y: Row, width: float, css: str) -> str:
        """Draw a line through points."""
        places = (self.place(a, b) for a, b in zip(x, y, strict=True))
        path = "L".join(f"{number(a)} {number(b)}" for a, b in places)
        return f'<path class="{css}" stroke-width="{number(width)}" d="M{path}"/>'

    def band(self, x: Row, low: Row, high: Row, css: str) -> str:
        """Fill the space between two curves."""
        ends = [*zip(x, low, strict=True), *reversed(list(zip(x, high, strict=True)))]
        path = "L".join(" ".join(map(number, self.place(a, b))) for a, b in ends)
        return f'<path class="{css}" d="M{path}z"/>'

    def bars(self, spans: Iterable[tuple[float, float, float]], width: float, css: str) -> str:
        """Draw upright lines, each from a lower to an upper end, cut at the chart's ends."""
        ends = ((self.place(x, low), self.place(x, high)) for x, low, high in spans)
        return lines(ends, width, css)

    def points(self, places: Iterable[Span], width: float, css: str) -> str:
        """Draw dots; those beyond the vertical ends are left out."""
        inside = (self.place(x, y) for x, y in places if self.y[0] <= y <= self.y[1])
        return dots(inside, width, css)

    def across(self, y: float, css: str, word: str = "", shift: float = 0.0) -> str:
        """Draw a level line from end to end, named at the right."""
        start, end = self.place(self.x[0], y), self.place(self.x[1], y)
        named = text((end[0] + 4, end[1] + 4.2 + shift), word, "") if word else ""
        return lines([(start, end)], 1.2, css) + lettered(named)


def ticks(low: float, high: float, *, whole: bool = False) -> list[float]:
    """Choose round numbers inside an axis, six at the most."""
    step = (high - low) / _MOST_TICKS
    decade = 10.0 ** math.floor(math.log10(step))
    step = next(decade * size for size in _STEPS if decade * size >= step * (1 - 1e-9))
    step = max(round(step), 1.0) if whole else step
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [n * step for n in range(first, last + 1) if not (whole and n * step < 1)]


def tick(value: float) -> str:
    """Write a number at an axis."""
    if abs(value) >= 10_000:
        return numeral(round(value))
    return f"{value:.6g}".replace("-", "\u2212")
