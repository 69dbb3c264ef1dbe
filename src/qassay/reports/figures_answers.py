"""Pictures of answers: a grid cut in two, stations hour by hour, a graph with its clique.

The same picture is drawn of what the machine found and of what the classical computer found,
so that they can be compared at a glance.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from qassay.applications.instance import Instance
from qassay.applications.unit_commitment import Fleet, fleet_of, outputs
from qassay.numerals import numeral
from qassay.protocols.interface import Bits
from qassay.reports.drawing import Drawing
from qassay.reports.svg import WIDTH, Point, dense, dots, framed, lettered, lines, number, text
from qassay.reports.text import plural

_HEIGHT: Final = 330
_EDGE: Final = 16
_NAMED: Final = 40  # buses or contacts beyond which names have no room


def answer_figure(instance: Instance, bits: Bits, name: str, title: str) -> Drawing:
    """Draw one answer.

    Args:
        instance: The instance.
        bits: The string, shape (qubits,).
        name: Prefix of the drawing's ids.
        title: Whose answer it is, and what it is worth.
    """
    draw = {"grid-section": _grid, "unit-commitment": _units, "docking-clique": _clique}
    body, height, caption, legend = draw.get(instance.application, _strings)(instance, bits)
    svg = framed(name, f"0 0 {WIDTH} {number(height)}", title, caption, body)
    return Drawing(svg=svg, title=title, caption=caption, legend=legend)


Parts = tuple[str, float, str, tuple[tuple[int, str, str], ...]]


def _grid(instance: Instance, bits: Bits) -> Parts:
    """Draw buses where the network has them, lines as thick as their power."""
    spots = _spread(instance)
    side = bits ^ bits[0]
    most = max(mw for *_, mw in instance.data["lines"])
    cut, kept, power = "", "", 0.0
    for i, j, mw in instance.data["lines"]:
        width = 1.0 + 5.0 * math.sqrt(mw / most)
        ends = [(spots[int(i)], spots[int(j)])]
        if side[int(i)] != side[int(j)]:
            cut += lines(ends, width, "e v-data")
            power += mw
        else:
            kept += lines(ends, width, "e grid")
    body = kept + cut
    size = 19 if len(spots) <= _NAMED else 13
    for one, css in ((0, "e e0"), (1, "e e5")):
        body += dots([spots[q] for q in range(len(spots)) if side[q] == one], size, css)
    if len(spots) <= _NAMED:
        body += dense(
            "".join(
                text((x, y + 4.4), str(label), f"mid on{5 * int(side[q])}")
                for q, ((x, y), label) in enumerate(zip(spots, instance.data["buses"], strict=True))
            )
        )
    number_cut = sum(bool(side[int(i)] != side[int(j)]) for i, j, _ in instance.data["lines"])
    caption = (
        f"Buses by number, lines as thick as the power they carry. The section cuts"
        f" {plural(number_cut, 'line')} (blue) with {numeral(power)} MW together."
    )
    sizes = [int((side == one).sum()) for one in (0, 1)]
    legend = (
        (0, "one side", plural(sizes[0], "bus", "buses")),
        (5, "the other side", plural(sizes[1], "bus", "buses")),
    )
    return body, _HEIGHT, caption, legend


def _strings(instance: Instance, bits: Bits) -> Parts:
    """Draw an answer of which nothing else is known: the string, on what couples its qubits."""
    spots = _spread(instance)
    pairs = [(spots[i], spots[j]) for i, j, _ in instance.ising.couplings]
    body = "".join(lines([pair], 1.0, "e grid") for pair in pairs)
    for one, css in ((0, "e e0"), (1, "e e5")):
        body += dots([spots[q] for q in range(len(spots)) if bits[q] == one], 13, css)
    ones = int(bits.sum())
    caption = "A dot a qubit, in the order of their numbers; lines join those that are coupled."
    return body, _HEIGHT, caption, ((0, "0", str(bits.size - ones)), (5, "1", str(ones)))


def _spread(instance: Instance) -> list[Point]:
    """Place buses in the frame, or on a circle where the file has no places."""
    layout = instance.data.get("layout") or []
    if len(layout) != instance.qubits:
        return _circle(instance.qubits)
    places = np.array(layout, dtype=np.float64)
    low, high = places.min(axis=0), places.max(axis=0)
    scale = np.array([WIDTH - 2 * _EDGE, _HEIGHT - 2 * _EDGE]) / np.maximum(high - low, 1e-9)
    x, y = ((places - low) * scale + _EDGE).T
    return [(float(a), float(_HEIGHT - b)) for a, b in zip(x, y, strict=True)]


def _circle(count: int) -> list[Point]:
    radius = _HEIGHT / 2 - _EDGE
    turns = [2 * math.pi * k / count - math.pi / 2 for k in range(count)]
    return [(WIDTH / 2 + radius * math.cos(a), _HEIGHT / 2 + radius * math.sin(a)) for a in turns]


def _units(instance: Instance, bits: Bits) -> Parts:
    """Draw a row for each station and a column for each period."""
    fleet = fleet_of(instance.data)
    made = outputs(fleet, bits)
    periods, count = made.shape
    left, row = 112.0, 24.0
    width = (WIDTH - left) / periods
    body = lettered(
        "".join(
            text((left + (t + 0.5) * width, 12), _hours(fleet, t), "mid soft")
            for t in range(periods)
        )
    )
    rows = [("nuclear", [fleet.nuclear] * periods, "k0", "on0")] if fleet.nuclear else []
    rows += [(unit.name, list(made[:, i]), "k2", "on2") for i, unit in enumerate(fleet.units)]
    on = bits.reshape(periods, count)
    for place, (label, power, css, ink) in enumerate(rows):
        top = 20 + place * row
        body += lettered(text((left - 8, top + 15), label, "end"))
        for t, mw in enumerate(power):
            unit = place - bool(fleet.nuclear)
            runs = unit < 0 or on[t, unit]
            x = left + t * width
            if runs:
                body += _box(x + 1, top + 1, width - 2, row - 2, css)
                body += lettered(text((x + width / 2, top + 15), numeral(mw), f"mid {ink}"))
            else:
                body += lines([((x + 6, top + row / 2), (x + width - 6, top + row / 2))], 1, "grid")
    top = 20 + len(rows) * row
    short = np.maximum(np.array(fleet.load) - made.sum(axis=1), 0.0)
    body += lettered(
        text((left - 8, top + 15), "load", "end")
        + "".join(
            text((left + (t + 0.5) * width, top + 15), numeral(load + fleet.nuclear), "mid soft")
            for t, load in enumerate(fleet.load)
        )
    )
    missing = float(short.sum()) * fleet.hours
    caption = "Megawatts of each station in each period; a line where it stands still." + (
        f" {numeral(missing)} MWh of the load are not served."
        if missing > 0.5
        else " The load is served at all hours."
    )
    legend: tuple[tuple[int, str, str], ...] = ()
    if fleet.nuclear:
        legend = ((0, "nuclear, always on", ""),)
    legend += ((2, "running", plural(int(bits.sum()), "period")),)
    return body, top + row, caption, legend


def _hours(fleet: Fleet, period: int) -> str:
    begin, end = period * fleet.hours, (period + 1) * fleet.hours
    return f"{_clock(begin)}–{_clock(end)}"


def _clock(hours: float) -> str:
    minutes = round(hours * 60)
    return f"{minutes // 60}" if minutes % 60 == 0 else f"{minutes // 60}:{minutes % 60:02d}"


def _box(x: float, y: float, width: float, height: float, css: str) -> str:
    path = f"M{number(x)} {number(y)}h{number(width)}v{number(height)}h-{number(width)}z"
    return f'<path class="{css}" d="{path}"/>'


def _clique(instance: Instance, bits: Bits) -> Parts:
    """Draw contacts on a circle, joined where both fit; the pose in colour."""
    spots = _circle(instance.qubits)
    chosen = {q for q in range(instance.qubits) if bits[q]}
    inside: list[tuple[Point, Point]] = []
    outside: list[tuple[Point, Point]] = []
    for i, j in instance.data["edges"]:
        (inside if {i, j} <= chosen else outside).append((spots[i], spots[j]))
    body = lines(outside, 0.7, "e grid") + lines(inside, 2.2, "e v-data")
    size = 19 if instance.qubits <= _NAMED else 13
    body += dots([spots[q] for q in range(instance.qubits) if q not in chosen], size, "e e3")
    body += dots([spots[q] for q in sorted(chosen)], size, "e e0")
    if instance.qubits <= _NAMED:
        body += dense(
            "".join(
                text((x, y + 4.4), str(label), f"mid on{0 if q in chosen else 3}")
                for q, ((x, y), label) in enumerate(
                    zip(spots, instance.data["vertices"], strict=True)
                )
            )
        )
    fits = len(inside) == len(chosen) * (len(chosen) - 1) // 2
    caption = (
        "A dot is a contact between drug and protein, a line joins contacts that fit"
        " together."
        + (
            f" The {plural(len(chosen), 'contact')} of this pose all fit."
            if fits and chosen
            else " The contacts chosen do not all fit together: this is no pose."
        )
    )
    legend = (
        (0, "in the pose", plural(len(chosen), "contact")),
        (3, "left out", plural(instance.qubits - len(chosen), "contact")),
    )
    return body, _HEIGHT, caption, legend
