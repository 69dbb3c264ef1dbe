"""The map of the machine: each qubit and pair coloured by its estimate against the claim.

Colours are classes, few enough to name in a printed legend; they run from teal (better than
claimed) over sand (within the tolerance) to orange (beyond it), which eyes that do not tell red
from green can tell apart, and differ in lightness within each side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from qassay.devices.description import DeviceDescription
from qassay.protocols.interface import Target
from qassay.reports.claim_data import ClaimData
from qassay.reports.figures import CLASSES, INK, LINE, ON_CLASSES, SOFT, WIDTH, Drawing, drawn, strokes
from qassay.reports.numbers import significant, unit_for
from qassay.reports.places import follows_machine, places
from qassay.reports.text import plural
from qassay.statistics.estimate import Estimate

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_STEPS: Final = (0.5, 0.75, 1.0)  # edges of the classes within the claim, as parts of it
_BEYOND: Final = (1.0, 1.5, 2.5)  # and beyond the limit, as multiples of it
_MARGIN: Final = 16
_LARGEST_CELL: Final = 54
_NONE: Final = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Classes from best to worst.

    Attributes:
        edges: Upper ends of the classes but the last, in units of a bad value.
        names: What each class holds, in words.
        lower: Whether small values are good.
        first: Number of the first class' colour.
    """

    edges: tuple[float, ...]
    names: tuple[str, ...]
    lower: bool

    def class_of(self, estimate: Estimate) -> int:
        """Find the class of an estimate; -1 without information."""
        if not estimate.informative:
            return _NONE
        sign = 1.0 if self.lower else -1.0
        edges = [sign * edge for edge in self.edges]
        return int(np.searchsorted(edges, sign * estimate.value, side="left"))


def map_figure(data: ClaimData, device: DeviceDescription) -> Drawing | None:
    """Draw the map of a claim; None for fewer than two estimates."""
    if len(data.estimates) < 2 or not data.informative:
        return None
    scale = scale_of(data)
    classes = [(target, scale.class_of(one), _clear(data, one)) for target, one in data.estimates]
    counts = [sum(number == kind for _, kind, _ in classes) for number in range(-1, 7)]
    legend = [
        (number, name, plural(counts[number + 1], data.noun))
        for number, name in enumerate(scale.names)
        if name
    ]
    if counts[0]:
        legend.append((_NONE, "no information", plural(counts[0], data.noun)))
    matrix = data.noun == "pair" and not follows_machine(device)
    marked = sum(clear for _, _, clear in classes)
    caption = _caption(data, device, matrix=matrix, marked=marked)
    title = f"Map of the {data.noun}s"
    spots = places(device)
    height, unit = _size(spots, device.qubits, matrix=matrix)

    def draw(axes: Axes) -> None:
        axes.axis("off")
        axes.set_xlim(0, WIDTH)
        axes.set_ylim(height, 0)
        if matrix:
            _matrix(axes, classes, device.qubits, unit)
        elif data.noun == "pair":
            _edges(axes, classes, _scaled(spots, unit), unit)
        else:
            _cells(axes, data, classes, _scaled(spots, unit), unit)

    described = f"{caption} {'; '.join(f'{name}: {many}' for _, name, many in legend)}."
    svg = drawn(f"{data.anchor}-map", height, title, described, draw)
    return Drawing(svg=svg, title=title, caption=caption, legend=tuple(legend))


def scale_of(data: ClaimData) -> Scale:
    """Make the classes around a claim and its limit, or fifths of the data where there is none."""
    if data.line is None or data.limit is None or data.line == 0:
        values = [one.value for _, one in data.informative]
        ends = [float(end) for end in np.quantile(values, (0.2, 0.4, 0.6, 0.8))]
        # Colours of one side only: there is no better and worse than something here.
        edges = (ends[0], ends[1], ends[2], ends[3])
        return Scale(edges=edges, names=_names(edges, data), lower=data.lower)
    within = [data.line * step if data.lower else data.line / step for step in _STEPS]
    beyond = [data.limit * step if data.lower else data.limit / step for step in _BEYOND]
    edges = (*within, *beyond)
    return Scale(edges=edges, names=_names(edges, data), lower=data.lower)


def _names(edges: Sequence[float], data: ClaimData) -> tuple[str, ...]:
    """Write the range of each class; empty where it can hold nothing."""
    size, unit = unit_for(edges[len(edges) // 2], data.dimension)
    texts = [significant(edge / size, 3) for edge in edges]
    blank = f"\u00a0{unit}" if unit else ""
    best, worst = ("up to", "above") if data.lower else ("from", "below")
    names = [f"{best} {texts[0]}{blank}"]
    for near, far in zip(texts, texts[1:], strict=False):
        names.append("" if near == far else f"{near}–{far}{blank}")
    return (*names, f"{worst} {texts[-1]}{blank}")


def _clear(data: ClaimData, one: Estimate) -> bool:
    """Whether an estimate's whole interval lies beyond the limit."""
    if data.limit is None or not one.informative:
        return False
    return one.low > data.limit if data.lower else one.high < data.limit


def _caption(data: ClaimData, device: DeviceDescription, *, matrix: bool, marked: int) -> str:
    parts = []
    if matrix:
        parts.append("Every qubit can meet every other: a cell is a pair, its two qubits at the edges.")
    elif data.noun == "pair":
        parts.append(f"Qubits by number, pairs as the lines between them ({device.connectivity}).")
    elif follows_machine(device):
        parts.append(f"Qubits where the machine has them ({device.connectivity}): number, estimate.")
    else:
        parts.append("Qubits in the order of their numbers: number above, estimate below.")
    if data.limit is not None and marked:
        parts.append(f"A dot marks the {plural(marked, data.noun)} whose whole interval is beyond"
                     " the limit.")  # fmt: skip
    elif data.limit is not None:
        parts.append(f"No single {data.noun}'s whole interval is beyond the limit.")
    return " ".join(parts)


def _size(spots: tuple[tuple[float, float], ...], qubits: int, *, matrix: bool) -> tuple[float, float]:
    """Choose the height of the figure and the step between neighbours."""
    if matrix:
        unit = (WIDTH - 2 * _MARGIN) / qubits
        return WIDTH - _MARGIN, unit
    columns = max(x for x, _ in spots) + 1
    rows = max(y for _, y in spots) + 1
    unit = min(_LARGEST_CELL, (WIDTH - 2) / columns)
    return rows * unit + 2, unit


def _scaled(spots: tuple[tuple[float, float], ...], unit: float) -> list[tuple[float, float]]:
    """Turn steps into places in the view box, centred across."""
    left = (WIDTH - (max(x for x, _ in spots) + 1) * unit) / 2
    return [(left + (x + 0.5) * unit, 1 + (y + 0.5) * unit) for x, y in spots]


def _squares(axes: Axes, centres: Sequence[tuple[float, float]], size: float, **style: object) -> None:
    """Draw equal squares as one path."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    if not centres:
        return
    half = size / 2
    corners = [
        corner
        for x, y in centres
        for corner in ((x - half, y - half), (x + half, y - half), (x + half, y + half),
                       (x - half, y + half), (x - half, y - half))
    ]  # fmt: skip
    codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY] * len(centres)
    axes.add_patch(PathPatch(Path(corners, codes), **style))


def _matrix(
    axes: Axes, classes: Sequence[tuple[Target, int, bool]], qubits: int, unit: float
) -> None:
    """Draw a cell for each pair below the diagonal, qubit numbers along both edges."""

    def centre(target: Target) -> tuple[float, float]:
        low, high = min(target), max(target)
        return _MARGIN + (low + 0.5) * unit, 2 + (high - 0.5) * unit

    for number, colour in enumerate(CLASSES):
        chosen = [centre(target) for target, kind, _ in classes if kind == number]
        _squares(axes, chosen, unit * 0.94, facecolor=colour, linewidth=0)
    nothing = [centre(target) for target, kind, _ in classes if kind == _NONE]
    _squares(axes, nothing, unit * 0.7, fill=False, edgecolor=LINE, linewidth=0.8)
    dots = [centre(target) for target, _, clear in classes if clear]
    strokes(axes, [(x, y, x, y) for x, y in dots], color=ON_CLASSES[6], linewidth=unit * 0.34)
    step = 5 if qubits <= 60 else 10
    bottom = 2 + (qubits - 1) * unit
    for qubit in range(0, qubits, step):
        axes.text(_MARGIN + (qubit + 0.5) * unit, bottom + 10, str(qubit), ha="center",
                  fontsize=9.5, color=SOFT) if qubit < qubits - 1 else None  # fmt: skip
        if qubit:
            axes.text(_MARGIN - 3, 2 + (qubit - 0.5) * unit, str(qubit), ha="right", va="center",
                      fontsize=9.5, color=SOFT)  # fmt: skip


def _edges(
    axes: Axes,
    classes: Sequence[tuple[Target, int, bool]],
    centres: Sequence[tuple[float, float]],
    unit: float,
) -> None:
    """Draw pairs as thick lines between numbered qubits."""
    for number in range(_NONE, len(CLASSES)):
        lines = [
            (*centres[target[0]], *centres[target[1]])
            for target, kind, _ in classes
            if kind == number
        ]
        strokes(axes, lines, color=CLASSES[number] if number >= 0 else LINE,
                linewidth=unit * (0.3 if number >= 0 else 0.06))  # fmt: skip
    middles = [
        ((centres[a][0] + centres[b][0]) / 2, (centres[a][1] + centres[b][1]) / 2)
        for (a, b), _, clear in classes
        if clear
    ]
    strokes(axes, [(x, y, x, y) for x, y in middles], color=ON_CLASSES[6], linewidth=unit * 0.12)
    touched = sorted({qubit for target, _, _ in classes for qubit in target})
    strokes(axes, [(*centres[q], *centres[q]) for q in touched], color=LINE, linewidth=unit * 0.48)
    for qubit in touched:
        axes.text(*centres[qubit], str(qubit), ha="center", va="center",
                  fontsize=min(10.5, unit * 0.25), color=INK)  # fmt: skip


def _cells(
    axes: Axes,
    data: ClaimData,
    classes: Sequence[tuple[Target, int, bool]],
    centres: Sequence[tuple[float, float]],
    unit: float,
) -> None:
    """Draw a square for each qubit with its number and its estimate."""
    values = dict(data.estimates)
    middle = float(np.median([one.value for _, one in data.informative]))
    size, _ = unit_for(middle, data.dimension)
    for number, colour in enumerate(CLASSES):
        chosen = [centres[target[0]] for target, kind, _ in classes if kind == number]
        _squares(axes, chosen, unit * 0.94, facecolor=colour, linewidth=0)
    nothing = [centres[target[0]] for target, kind, _ in classes if kind == _NONE]
    _squares(axes, nothing, unit * 0.9, fill=False, edgecolor=LINE, linewidth=1)
    for target, kind, clear in classes:
        x, y = centres[target[0]]
        ink = ON_CLASSES[kind] if kind >= 0 else SOFT
        mark = " •" if clear else ""
        axes.text(x, y - unit * 0.17, f"{target[0]}{mark}", ha="center", va="center", color=ink,
                  fontsize=unit * 0.22, alpha=0.85)  # fmt: skip
        text = significant(values[target].value / size, 2) if kind >= 0 else "–"
        axes.text(x, y + unit * 0.18, text, ha="center", va="center", color=ink,
                  fontsize=unit * 0.29)  # fmt: skip
