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
_LEFT: Final = 50
_RIGHT: Final = 62
_ROOM: Final = 1.12
_ALL_NAMED: Final = 12
_FEW: Final = 100  # up to so many, the worst is named
_OUTLIERS: Final = 0.98  # share of the points that the axis must hold, and twice the claim


def dots_figure(data: ClaimData) -> Drawing | None:
    """Draw the estimates of all qubits or pairs from best to worst; None for fewer than two."""
    known = data.informative
    if len(known) < 2:
        return None
    ordered = sorted(known, key=lambda entry: (entry[1].value, entry[0]), reverse=not data.lower)
    silent = len(data.estimates) - len(known)
    top = _top(data, [one for _, one in ordered])
    above = sum(one.value > top for _, one in ordered)
    parts = [
        f"Each point is one {data.noun}, from best to worst, with its own 95 % interval, cut where"
        " it leaves the figure."
    ]
    if above:
        most = quantity(max(one.value for _, one in ordered), data.dimension, 2)
        parts.append(f"{plural(above, data.noun)} lie above it, up to {most}.")
    if silent:
        parts.append(f"{plural(silent, data.noun)} gave no information.")
    if data.remark:
        parts.append(data.remark)
    parts.append(data.coarseness)
    caption = " ".join(part for part in parts if part)
    title = f"Every {data.noun} by itself"

    def draw(axes: Axes) -> None:
        _draw(axes, data, ordered, top)

    svg = drawn(f"{data.anchor}-dots", HEIGHT, title, _described(data, ordered, caption), draw)
    return Drawing(svg=svg, title=title, caption=caption)


def _side(value: float, data: ClaimData) -> str:
    """Say by colour where an estimate lies: within the claim, the tolerance, or beyond."""
    if data.line is None or data.limit is None:
        return DATA
    if value <= data.line if data.lower else value >= data.line:
        return GOOD
    return BETWEEN if (value <= data.limit if data.lower else value >= data.limit) else BAD


def _draw(axes: Axes, data: ClaimData, ordered: list[tuple[Target, Estimate]], top: float) -> None:
    many = len(ordered)
    scale, unit = unit_for(data.line or top, data.dimension)
    dot = min(6.0, max(2.2, 0.75 * (WIDTH - _LEFT - _RIGHT) / many))
    placed = [(at, one, _side(one.value, data)) for at, (_, one) in enumerate(ordered, start=1)]
    for colour in (GOOD, BETWEEN, BAD, DATA):
        chosen = [(at, one) for at, one, side in placed if side == colour]
        bars = [
            (at, max(one.low, 0.0) / scale, at, min(one.high, 1.2 * top) / scale)
            for at, one in chosen
        ]
        thin = min(1.4, dot / 3)
        strokes(axes, bars, color=colour, linewidth=thin, alpha=0.5 if many <= _FEW else 0.2)
        points = [(at, one.value / scale, at, one.value / scale) for at, one in chosen]
        strokes(axes, points, color=colour, linewidth=dot)
    axes.set_xlim(1 - 0.02 * many - 0.5, many * 1.02 + 0.5)
    axes.set_ylim(0, top / scale)
    _lines(axes, data, scale, top)
    named = placed if many <= _ALL_NAMED else placed[-1:] if many <= _FEW else []
    for at, one, _ in named:
        if one.value < 0.93 * top:
            axes.annotate(_name(ordered[at - 1][0]), (at, one.value / scale), (5, 5), fontsize=9.5,
                          color=SOFT, textcoords="offset points", ha="left")  # fmt: skip
    axes.set_ylabel(f"{_short(data.quantity)} ({unit})" if unit else _short(data.quantity))
    axes.set_xlabel(f"{data.noun}s, best to worst")
    axes.locator_params(axis="y", nbins=6)
    axes.locator_params(axis="x", nbins=6, integer=True)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    place(axes, HEIGHT, left=_LEFT, bottom=42, right=_RIGHT if data.line is not None else 12)


def _lines(axes: Axes, data: ClaimData, scale: float, top: float) -> None:
    """Draw the claim and its limit across, named at the right end."""
    if data.line is None or data.limit is None:
        return
    named = [("claim", data.line, (0, (5, 3)))]
    if data.limit != data.line:
        named.append(("limit", data.limit, (0, (1, 2))))
    apart = abs(data.line - data.limit) / top > 0.05
    for word, value, dashes in named:
        axes.axhline(value / scale, color=INK, linewidth=1.2, linestyle=dashes)
        higher = value == max(data.line, data.limit)
        axes.annotate(word, (1, value / scale), (4, 0 if apart else (5 if higher else -5)),
                      xycoords=axes.get_yaxis_transform(), textcoords="offset points",
                      va="center", fontsize=10.5)  # fmt: skip


def _top(data: ClaimData, estimates: list[Estimate]) -> float:
    """Choose the top of the axis: claim and limit, nearly all points, some of their intervals."""
    values = [one.value for one in estimates]
    marks = [value for value in (data.line, data.limit) if value is not None]
    reach = max([float(np.quantile(values, _OUTLIERS)), *marks])
    ends = [one.high for one in estimates if np.isfinite(one.high)]
    intervals = float(np.quantile(ends, 0.8)) if ends else 0.0
    return _ROOM * max(reach, min(intervals, 1.8 * reach)) or 1.0


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
