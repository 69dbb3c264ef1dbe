"""The figure of all single estimates, sorted, against the claim and its limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from qassay.protocols.interface import Target
from qassay.reports.claim_data import ClaimData
from qassay.reports.figures import (
    BAD,
    BETWEEN,
    DATA,
    GOOD,
    INK,
    SOFT,
    Drawing,
    drawn,
    place,
    strokes,
)
from qassay.reports.numbers import quantity, unit_for
from qassay.reports.svg import WIDTH
from qassay.reports.text import plural
from qassay.statistics.estimate import Estimate

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HEIGHT: Final = 290
_LEFT: Final = 54
_RIGHT: Final = 62
_ROOM: Final = 1.12
_NAMED: Final = 3  # the worst of them are named


def dots_figure(data: ClaimData) -> Drawing | None:
    """Draw the estimates of all qubits or pairs from best to worst; None for fewer than two."""
    known = data.informative
    if len(known) < 2:
        return None
    ordered = sorted(known, key=lambda entry: (entry[1].value, entry[0]), reverse=not data.lower)
    silent = len(data.estimates) - len(known)
    parts = [
        f"Each point is one {data.noun}, from best to worst, with its own 95 % interval; intervals"
        " that leave the figure are cut."
    ]
    if silent:
        parts.append(f"{plural(silent, data.noun)} gave no information.")
    if data.remark:
        parts.append(data.remark)
    parts.append(_precision(ordered))
    caption = " ".join(part for part in parts if part)
    title = f"Every {data.noun} by itself"

    def draw(axes: Axes) -> None:
        _draw(axes, data, ordered)

    svg = drawn(f"{data.anchor}-dots", HEIGHT, title, _described(data, ordered, caption), draw)
    return Drawing(svg=svg, title=title, caption=caption)


def _side(value: float, data: ClaimData) -> str:
    """Say by colour where an estimate lies: within the claim, the tolerance, or beyond."""
    if data.line is None or data.limit is None:
        return DATA
    if value <= data.line if data.lower else value >= data.line:
        return GOOD
    return BETWEEN if (value <= data.limit if data.lower else value >= data.limit) else BAD


def _draw(axes: Axes, data: ClaimData, ordered: list[tuple[Target, Estimate]]) -> None:
    values = np.array([one.value for _, one in ordered])
    marks = [value for value in (data.line, data.limit) if value is not None]
    middle = float(np.median(values)) or float(values.max()) or max(marks, default=1.0)
    scale, unit = unit_for(middle, data.dimension)
    highest = _highest(values, [one.high for _, one in ordered], marks)
    many = len(ordered)
    dot = min(6.0, max(2.0, 0.75 * (WIDTH - _LEFT - _RIGHT) / many))
    for colour in (GOOD, BETWEEN, BAD, DATA):
        chosen = [
            (place_, one)
            for place_, (_, one) in enumerate(ordered, start=1)
            if _side(one.value, data) == colour
        ]
        bars = [
            (at, max(one.low, 0.0) / scale, at, min(one.high, 1.2 * highest) / scale)
            for at, one in chosen
        ]
        strokes(axes, bars, color=colour, linewidth=min(1.4, dot / 3), alpha=0.55)
        points = [(at, one.value / scale, at, one.value / scale) for at, one in chosen]
        strokes(axes, points, color=colour, linewidth=dot)
    axes.set_xlim(1 - 0.02 * many - 0.5, many * 1.02 + 0.5)
    axes.set_ylim(0, highest / scale)
    _lines(axes, data, scale, highest)
    for at, (target, one) in list(enumerate(ordered, start=1))[-_NAMED:]:
        if many <= 100 and one.value < 0.95 * highest:
            axes.annotate(_name(target), (at, one.value / scale), (0, 6), fontsize=9, color=SOFT,
                          textcoords="offset points", ha="center")  # fmt: skip
    axes.set_ylabel(f"{_short(data.quantity)} ({unit})" if unit else _short(data.quantity))
    axes.set_xlabel(f"{data.noun}s, best to worst")
    axes.locator_params(axis="y", nbins=6)
    axes.locator_params(axis="x", nbins=6, integer=True)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    place(axes, HEIGHT, left=_LEFT, bottom=46, right=_RIGHT if data.line is not None else 12)


def _lines(axes: Axes, data: ClaimData, scale: float, highest: float) -> None:
    """Draw the claim and its limit across, named at the right end."""
    if data.line is None or data.limit is None:
        return
    named = [("claim", data.line, (0, (5, 3)))]
    if data.limit != data.line:
        named.append(("limit", data.limit, (0, (1, 2))))
    apart = abs(data.line - data.limit) / highest > 0.05
    for word, value, dashes in named:
        axes.axhline(value / scale, color=INK, linewidth=1.2, linestyle=dashes)
        higher = value == max(data.line, data.limit)
        axes.annotate(word, (1, value / scale), (4, 0 if apart else (5 if higher else -5)),
                      xycoords=axes.get_yaxis_transform(), textcoords="offset points",
                      va="center", fontsize=10.5)  # fmt: skip


def _highest(values: np.ndarray, ends: list[float], marks: list[float]) -> float:
    """Choose the top of the axis: all points and lines, and most of the intervals."""
    finite = [end for end in ends if np.isfinite(end)]
    intervals = float(np.quantile(finite, 0.9)) if finite else 0.0
    points = float(values.max())
    top = max(points, *marks) if marks else points
    return _ROOM * max(top, min(intervals, 2.5 * top)) or 1.0


def _precision(ordered: list[tuple[Target, Estimate]]) -> str:
    """Warn where the single estimates are so coarse that their order is mostly noise."""
    widths = [
        (one.high - one.low) / 2 / one.value if one.value and np.isfinite(one.high) else np.inf
        for _, one in ordered
    ]
    typical = float(np.median(widths))
    if typical < 0.35:
        return ""
    if not np.isfinite(typical):
        return "Single estimates are open-ended: read them together, not one by one."
    return (
        f"A typical single estimate is known to ±{100 * typical:.0f} % only: much of the order"
        " here is noise; the claim speaks of all of them together."
    )


def _described(data: ClaimData, ordered: list[tuple[Target, Estimate]], caption: str) -> str:
    best, worst = ordered[0], ordered[-1]
    return (
        f"{caption} Best: {_name(best[0])} with {quantity(best[1].value, data.dimension)}; worst:"
        f" {_name(worst[0])} with {quantity(worst[1].value, data.dimension)}."
    )


def _name(target: Target) -> str:
    return "–".join(str(qubit) for qubit in target)


def _short(words: str) -> str:
    return words.split(",", maxsplit=1)[0]
