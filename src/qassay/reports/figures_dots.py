"""The figure of all single estimates, sorted, against the claim and its limit."""

from __future__ import annotations

from typing import Final

import numpy as np

from qassay.protocols.interface import Target
from qassay.reports.chart import Chart
from qassay.reports.claim_data import ClaimData
from qassay.reports.drawing import Drawing
from qassay.reports.numbers import quantity, unit_for
from qassay.reports.svg import WIDTH, dense, framed, lettered, text
from qassay.reports.text import plural
from qassay.statistics.estimate import Estimate

Ordered = list[tuple[Target, Estimate]]
_RIGHT: Final = 58.0  # room for the names of claim and limit
_ROOM: Final = 1.12
_ALL_NAMED: Final = 12
_ROOMY: Final = 6  # so many names have room at any size
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

    chart, body = _drawn(data, ordered, top)
    described = _described(data, ordered, caption)
    svg = framed(f"{data.anchor}-dots", chart.box, title, described, chart.frame(whole=True) + body)
    return Drawing(svg=svg, title=title, caption=caption)


def _side(value: float, data: ClaimData) -> str:
    """Say by colour where an estimate lies: within the claim, the tolerance, or beyond."""
    if data.line is None or data.limit is None:
        return "data"
    if value <= data.line if data.lower else value >= data.line:
        return "good"
    return "between" if (value <= data.limit if data.lower else value >= data.limit) else "bad"


def _drawn(data: ClaimData, ordered: Ordered, top: float) -> tuple[Chart, str]:
    many = len(ordered)
    scale, unit = unit_for(data.line or top, data.dimension)
    words = data.quantity.split(",", maxsplit=1)[0]
    chart = Chart(
        x=(0.5 - 0.02 * many, 1.02 * many + 0.5),
        y=(_bottom(data, [one.value for _, one in ordered]) / scale, top / scale),
        x_label=f"{data.noun}s, best to worst",
        y_label=f"{words} ({unit})" if unit else words,
        right=_RIGHT if data.line is not None else 12.0,
    )
    dot = min(6.0, max(2.2, 0.75 * (WIDTH - chart.left - chart.right) / many))
    placed = [(at, one, _side(one.value, data)) for at, (_, one) in enumerate(ordered, start=1)]
    faint = "faint" if many <= _FEW else "fainter"
    parts = []
    for side in ("good", "between", "bad", "data"):
        chosen = [(at, one) for at, one, where in placed if where == side]
        bars = [(at, one.low / scale, one.high / scale) for at, one in chosen]
        parts.append(chart.bars(bars, min(1.4, dot / 3), f"e v-{side} {faint}"))
        points = [(at, one.value / scale) for at, one in chosen]
        parts.append(chart.points(points, dot, f"e v-{side}"))
    parts.append(_lines(chart, data, scale, top))
    named = placed if many <= _ALL_NAMED else placed[-1:] if many <= _FEW else []
    names = [
        text((x + 4, y - 5), _name(ordered[at - 1][0]), "soft")
        for at, one, _ in named
        if one.value < 0.93 * top
        for x, y in [chart.place(at, one.value / scale)]
    ]
    few = len(names) <= _ROOMY
    parts.append(lettered("".join(names)) if few else dense("".join(names)))
    return chart, "".join(parts)


def _lines(chart: Chart, data: ClaimData, scale: float, top: float) -> str:
    """Draw the claim and its limit across, named at the right end."""
    if data.line is None or data.limit is None:
        return ""
    if data.limit == data.line:
        return chart.across(data.line / scale, "e dashed", "claim")
    close = abs(data.line - data.limit) / top < 0.05
    above = -7.0 if close else 0.0  # so that the two names do not touch
    claim_shift, limit_shift = (above, -above) if data.line > data.limit else (-above, above)
    return chart.across(data.line / scale, "e dashed", "claim", claim_shift) + chart.across(
        data.limit / scale, "e dotted", "limit", limit_shift
    )


def _top(data: ClaimData, estimates: list[Estimate]) -> float:
    """Choose the top of the axis: claim and limit, nearly all points, some of their intervals."""
    values = [one.value for one in estimates]
    marks = [value for value in (data.line, data.limit) if value is not None]
    reach = max([float(np.quantile(values, _OUTLIERS)), *marks])
    ends = [one.high for one in estimates if np.isfinite(one.high)]
    intervals = float(np.quantile(ends, 0.8)) if ends else 0.0
    return _ROOM * max(reach, min(intervals, 1.8 * reach)) or 1.0


def _bottom(data: ClaimData, values: list[float]) -> float:
    """Choose the bottom of the axis: 0, but for differences, which noise can make negative."""
    return _ROOM * min(0.0, *values) if data.metric.difference else 0.0


def _described(data: ClaimData, ordered: Ordered, caption: str) -> str:
    best, worst = ordered[0], ordered[-1]
    return (
        f"{caption} Best: {_name(best[0])} with {quantity(best[1].value, data.dimension)}; worst:"
        f" {_name(worst[0])} with {quantity(worst[1].value, data.dimension)}."
    )


def _name(target: Target) -> str:
    return "–".join(str(qubit) for qubit in target)
