"""The charts of the index, with logarithmic axes, as inline SVG in the classes of the pages."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from markupsafe import Markup

from qassay.languages.english import said
from qassay.languages.sentence import Figures
from qassay.languages.speaker import Speaker
from qassay.reports.svg import WIDTH, framed, lettered, lines, number, text

HEIGHT: Final = 330.0
_COUNTS: Final = (1, 3, 10, 30, 100, 300, 1000, 3000, 10_000, 100_000, 1_000_000)
_LEFT: Final = 72.0
_RIGHT: Final = 14.0
_TOP: Final = 14.0
_BOTTOM: Final = 48.0
_LEAST_APART: Final = 13.0  # view box units between two labels
_LEADER: Final = 26.0  # beyond it a thin line leads from a dot to its number
_DAYS_A_YEAR: Final = 365.25

Spot = tuple[float, float]
# Where a number may stand beside its dot: beside, below, above, and farther away.
_OFFSETS: Final = (
    (8, 4),
    (-20, 4),
    (-5, 19),
    (-5, -9),
    (8, 17),
    (8, -9),
    (-20, 17),
    (-20, -9),
    (22, 4),
    (-34, 4),
    (-5, 33),
    (-5, -23),
    (22, 19),
    (22, -14),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartPoint:
    """One figure on a chart.

    Attributes:
        label: The number by which the key names it.
        x: In the units of its axis.
        y: An error rate.
        solid: Whether it is drawn full: a middle value, or a maker's statement; else a ring.
    """

    label: str
    x: float
    y: float
    solid: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Axes:
    x: Spot
    y: Spot
    log_x: bool

    def place(self, x: float, y: float) -> Spot:
        across = _share(x, self.x, logarithmic=self.log_x)
        up = _share(y, self.y, logarithmic=True)
        wide, high = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM
        return _LEFT + across * wide, HEIGHT - _BOTTOM - up * high


def _share(value: float, ends: Spot, *, logarithmic: bool) -> float:
    if logarithmic:
        value, ends = math.log10(value), (math.log10(ends[0]), math.log10(ends[1]))
    return (value - ends[0]) / (ends[1] - ends[0])


def error_chart(points: Sequence[ChartPoint], speaker: Speaker) -> Markup:
    """Draw two-qubit errors against counts of qubits, both logarithmic, in a language."""
    least, most = min(one.x for one in points), max(one.x for one in points)
    axes = _Axes(x=(least / 1.3, most * 1.5), y=_decades(points), log_x=True)
    counts = [x for x in _COUNTS if axes.x[0] < x < axes.x[1]]
    ticks = [(float(x), speaker.number(str(x))) for x in counts]
    body = _frame(axes, ticks, "chart.qubits", speaker)
    body += _dots(axes, points, speaker)
    return framed(
        "errors",
        _box(),
        speaker.say(said("registry.errors")),
        speaker.say(said("chart.errors", n=len(points))),
        body,
    )


def history_chart(name: str, series: Sequence[Sequence[ChartPoint]], speaker: Speaker) -> Markup:
    """Draw the published errors of some machines over the years, one line a machine.

    Args:
        name: Prefix of the drawing's ids.
        series: Points of each machine by date; `x` is a year with its fraction.
        speaker: Its language.
    """
    points = [point for one in series for point in one]
    first = math.floor(min(point.x for point in points))
    last = max(math.ceil(max(point.x for point in points)), first + 1)
    axes = _Axes(x=(float(first), float(last)), y=_decades(points), log_x=False)
    ticks = [(float(year), speaker.number(str(year))) for year in range(first, last + 1)]
    body = _frame(axes, ticks, "chart.year", speaker)
    for one in series:
        places = [axes.place(point.x, point.y) for point in one]
        body += lines(itertools.pairwise(places), 1.4, "spread")
    body += _dots(axes, points, speaker)
    return framed(
        name,
        _box(),
        speaker.say(said("chart.history")),
        speaker.say(said("chart.history_told", machines=len(series), figures=len(points))),
        body,
    )


def year_of(day: date) -> float:
    """Give a day as a year with its fraction."""
    return day.year + (day - date(day.year, 1, 1)).days / _DAYS_A_YEAR


def _box() -> str:
    return f"0 0 {WIDTH} {number(HEIGHT)}"


def _decades(points: Sequence[ChartPoint]) -> Spot:
    low = min(point.y for point in points)
    high = max(point.y for point in points)
    bottom = 10.0 ** math.floor(math.log10(low) - 0.05)
    return bottom, max(10.0 ** math.ceil(math.log10(high) - 0.01), 10 * bottom)


def _frame(axes: _Axes, ticks: Sequence[tuple[float, str]], along: str, speaker: Speaker) -> str:
    floor, decades = HEIGHT - _BOTTOM, []
    y = axes.y[0]
    while y <= axes.y[1] * 1.001:
        decades.append(y)
        y *= 10
    grid = lines(
        ((axes.place(axes.x[0], one), axes.place(axes.x[1], one)) for one in decades), 0.8, "grid"
    )
    below = [
        text((axes.place(x, axes.y[0])[0], floor + 17), words, "soft mid") for x, words in ticks
    ]
    beside = [
        text((_LEFT - 6, axes.place(axes.x[0], one)[1] + 4.2), _percent(one, speaker), "soft end")
        for one in decades
    ]
    middle = (_LEFT + WIDTH - _RIGHT) / 2
    named = text((middle, floor + 38), speaker.say(said(along)), "soft mid")
    upright = text((0, 0), speaker.say(said("chart.error")), "soft mid")
    turned = f'<g transform="translate(11 {number((_TOP + floor) / 2)}) rotate(-90)">{upright}</g>'
    return grid + lettered("".join((*below, *beside, named, turned)))


def _percent(value: float, speaker: Speaker) -> str:
    share = f"{100 * value:.10f}".rstrip("0").rstrip(".")
    return speaker.figures(Figures(number=share, unit="%"))


def _dots(axes: _Axes, points: Sequence[ChartPoint], speaker: Speaker) -> str:
    """Draw the points, and beside each its number, moved away from numbers that are there."""
    places = [axes.place(point.x, point.y) for point in points]
    circles, words = [], []
    taken: list[Spot] = []
    for point, (x, y) in zip(points, places, strict=True):
        css = "full" if point.solid else "ring"
        circles.append(f'<circle class="point {css}" cx="{number(x)}" cy="{number(y)}" r="4.5"/>')
        spots = [(x + dx, y + dy) for dx, dy in _OFFSETS]
        spot = min(spots, key=lambda one: _crowd(one, places, taken))
        taken.append(spot)
        if abs(spot[0] - x) + abs(spot[1] - y) > _LEADER:
            circles.insert(0, lines([((x, y), (spot[0] + 6, spot[1] - 4))], 0.7, "leader"))
        words.append(text(spot, speaker.number(point.label), ""))
    return "".join(circles) + lettered("".join(words))


def _crowd(spot: Spot, places: Sequence[Spot], taken: Sequence[Spot]) -> int:
    """Count what a number at a place would cover: dots, and numbers, which are worse."""
    middle = (spot[0] + 6, spot[1] - 4)
    dots = sum(abs(middle[0] - x) < 11 and abs(middle[1] - y) < 10 for x, y in places)
    others = sum(abs(spot[0] - x) < 15 and abs(spot[1] - y) < _LEAST_APART for x, y in taken)
    return dots + 2 * others
