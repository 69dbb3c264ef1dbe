"""The map of the machine: each qubit and pair coloured by its estimate against the claim."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from qassay.devices.description import DeviceDescription
from qassay.protocols.interface import Target
from qassay.reports.claim_data import ClaimData
from qassay.reports.drawing import Drawing
from qassay.reports.map_scale import CLASSES, NONE, map_scale_of
from qassay.reports.numbers import unit_for
from qassay.reports.places import in_rows, layout_words, places
from qassay.reports.svg import (
    WIDTH,
    Point,
    dense,
    dots,
    framed,
    lettered,
    lines,
    number,
    squares,
    text,
)
from qassay.reports.text import plural
from qassay.statistics.estimate import Estimate

_MARGIN: Final = 18
_LARGEST_CELL: Final = 54
_SMALLEST_NAMED: Final = 24  # a smaller cell has no room for a number
_ROOMY: Final = 40  # a cell that has room for it on a phone and on paper
_FEWEST_ELSEWHERE: Final = 13  # without a layout, fewer are all named in the other figure
Classed = tuple[Target, int, bool]  # a target, its class, and whether it is clearly beyond


def map_figure(data: ClaimData, device: DeviceDescription) -> Drawing | None:
    """Draw the map of a claim; None where the figure of single estimates already names all."""
    layout = places(device)
    if data.of_one_register:
        return None
    if len(data.estimates) < (_FEWEST_ELSEWHERE if layout is None else 2) or not data.informative:
        return None
    scale = map_scale_of(data)
    classed = [(target, scale.class_of(one), _beyond(data, one)) for target, one in data.estimates]
    roomy = True
    legend = _legend(scale.names, [kind for _, kind, _ in classed], data.noun)
    touched = sorted({qubit for target, _, _ in classed for qubit in target})
    if layout is None and data.noun == "pair":
        height, body = _matrix(classed, touched)
    else:
        unit, height, centres = _scaled(layout or in_rows(touched))
        roomy = unit >= _ROOMY
        draw = _edges if data.noun == "pair" else _cells
        body = draw(data, classed, centres, unit)
    title = f"Map of the {data.noun}s"
    beyond = sum(x for _, _, x in classed)
    caption = _caption(data, device, own=layout is not None, beyond=beyond, roomy=roomy)
    described = f"{caption} {'; '.join(f'{name}: {many}' for _, name, many in legend)}."
    box = f"0 0 {WIDTH} {number(height)}"
    svg = framed(f"{data.anchor}-map", box, title, described, body)
    return Drawing(svg=svg, title=title, caption=caption, legend=legend)


def _legend(
    names: Sequence[str], kinds: Sequence[int], noun: str
) -> tuple[tuple[int, str, str], ...]:
    """Name the classes from the first to the last that occur, and how many are in each."""
    found = [kind for kind in kinds if kind != NONE]
    shown = [
        (kind, name, plural(kinds.count(kind), noun))
        for kind, name in enumerate(names)
        if name and min(found) <= kind <= max(found)
    ]
    if NONE in kinds:
        shown.append((NONE, "no information", plural(kinds.count(NONE), noun)))
    return tuple(shown)


def _beyond(data: ClaimData, one: Estimate) -> bool:
    """Whether an estimate's whole interval lies beyond the limit."""
    if data.limit is None or not one.informative:
        return False
    return one.low > data.limit if data.lower else one.high < data.limit


def _caption(
    data: ClaimData, device: DeviceDescription, *, own: bool, beyond: int, roomy: bool
) -> str:
    words = layout_words(device)
    if data.noun == "pair":
        first = (
            f"Qubits by number, pairs as the lines between them ({words})."
            if own
            else f"A cell is a pair, its two qubits at the edges ({words})."
        )
    elif own:
        first = f"Qubits where the machine has them ({words})."
    else:
        first = "Qubits in the order of their numbers."
    if data.noun == "qubit":
        _, unit = _unit(data)
        measure = f" in {unit}" if unit else ""
        told = f", and its estimate{measure}" if roomy else ""
        first += f" In each cell the number of the qubit{told}."
    parts = [first]
    if data.limit is not None:
        parts.append(
            f"A dot marks the {plural(beyond, data.noun)} whose whole interval is beyond the limit."
            if beyond
            else f"No single {data.noun}'s whole interval is beyond the limit."
        )
    if data.coarseness:
        parts.append(f"Differences between single {data.noun}s are mostly noise.")
    return " ".join(parts)


def _unit(data: ClaimData) -> tuple[float, str]:
    """Choose the unit for the values in the cells."""
    return unit_for(float(np.median([one.value for _, one in data.informative])), data.dimension)


def _scaled(spots: Mapping[int, Point]) -> tuple[float, float, dict[int, Point]]:
    """Choose the step between neighbours; give it, the height, and each qubit's place."""
    columns, rows = (max(ends) + 1 for ends in zip(*spots.values(), strict=True))
    unit = min(_LARGEST_CELL, WIDTH / columns)
    left = (WIDTH - columns * unit) / 2
    centres = {q: (left + (x + 0.5) * unit, (y + 0.5) * unit) for q, (x, y) in spots.items()}
    return unit, rows * unit, centres


def _matrix(classed: Sequence[Classed], qubits: Sequence[int]) -> tuple[float, str]:
    """Draw a cell for each pair below the diagonal, qubit numbers along both edges."""
    unit = min(_LARGEST_CELL, (WIDTH - _MARGIN - 2) / (len(qubits) - 1))
    place = {qubit: index for index, qubit in enumerate(qubits)}

    def centre(target: Target) -> Point:
        return _MARGIN + (place[min(target)] + 0.5) * unit, (place[max(target)] - 0.5) * unit

    drawn = [
        squares((centre(t) for t, c, _ in classed if c == kind), unit * 0.94, f"k k{kind}")
        for kind in range(CLASSES)
    ]
    drawn.append(squares((centre(t) for t, c, _ in classed if c == NONE), unit * 0.7, "none"))
    drawn.append(dots((centre(t) for t, _, beyond in classed if beyond), unit * 0.36, "beyond"))
    last = len(qubits) - 1
    step = 1 if last < 12 else 5 if last < 60 else 10
    labels = [
        text((_MARGIN + (q + 0.5) * unit, last * unit + 13), str(qubits[q]), "soft mid")
        for q in range(0, last, step)
    ]
    labels += [
        text((_MARGIN - 4, (q - 0.5) * unit + 3.5), str(qubits[q]), "soft end")
        for q in range(step, len(qubits), step)
    ]
    return last * unit + _MARGIN, "".join(drawn) + lettered("".join(labels))


def _edges(
    _: ClaimData, classed: Sequence[Classed], centres: Mapping[int, Point], unit: float
) -> str:
    """Draw pairs as thick lines between numbered qubits."""
    drawn = []
    for kind in range(NONE, CLASSES):
        ends = [(centres[a], centres[b]) for (a, b), c, _ in classed if c == kind]
        known = kind != NONE
        drawn.append(
            lines(ends, unit * (0.34 if known else 0.05), f"e e{kind}" if known else "e gap")
        )
    middles = [
        ((centres[a][0] + centres[b][0]) / 2, (centres[a][1] + centres[b][1]) / 2)
        for (a, b), _, beyond in classed
        if beyond
    ]
    drawn.append(dots(middles, unit * 0.13, "beyond"))
    touched = sorted({qubit for target, _, _ in classed for qubit in target})
    drawn.append(dots((centres[qubit] for qubit in touched), unit * 0.5, "node"))
    labels = [
        text((centres[q][0], centres[q][1] + unit * 0.09), str(q), "mid")
        for q in touched
        if unit >= _SMALLEST_NAMED
    ]
    return "".join(drawn) + _written(unit, "".join(labels))


def _cells(
    data: ClaimData, classed: Sequence[Classed], centres: Mapping[int, Point], unit: float
) -> str:
    """Draw a square for each qubit with its number and its estimate."""
    size, _ = _unit(data)
    values = dict(data.estimates)
    decimals = _decimals(data, size)
    drawn, above, below = [], [], []
    for kind in range(CLASSES):
        chosen = [centres[target[0]] for target, c, _ in classed if c == kind]
        drawn.append(squares(chosen, unit * 0.94, f"k k{kind}"))
    nothing = [centres[target[0]] for target, c, _ in classed if c == NONE]
    drawn.append(squares(nothing, unit * 0.9, "none"))
    for target, kind, beyond in classed:
        if unit < _SMALLEST_NAMED:
            break
        x, y = centres[target[0]]
        css = f"mid on{kind}" if kind != NONE else "mid soft"
        if unit < _ROOMY:  # a number has room, its estimate has not
            above.append(text((x, y + 4.4), str(target[0]), css))
            continue
        above.append(text((x, y - unit * 0.1), f"{target[0]}{' ●' if beyond else ''}", css))
        below.append(text((x, y + unit * 0.3), _value(values[target], size, decimals), css))
    return "".join(drawn) + _written(unit, "".join((*above, *below)))


def _written(unit: float, body: str) -> str:
    """Write into cells in a size that fits and can be read."""
    return lettered(body) if unit >= _ROOMY else dense(body)


def _decimals(data: ClaimData, size: float) -> int:
    """Give all cells the decimals that show two digits of a typical value."""
    middle = float(np.median([one.value for _, one in data.informative])) / size
    middle = middle or float(np.median([one.high for _, one in data.informative])) / size
    if not (np.isfinite(middle) and middle > 0):
        return 0
    return min(max(1 - math.floor(math.log10(middle)), 0), 4)


def _value(one: Estimate, size: float, decimals: int) -> str:
    """Write a cell's estimate; where nothing was counted, the end of its interval."""
    if not one.informative:
        return "–"
    if one.value == 0:
        return f"<{one.high / size:.{max(decimals - 1, 0)}f}" if np.isfinite(one.high) else "0"
    return f"{one.value / size:.{decimals}f}"
