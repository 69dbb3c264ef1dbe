"""Where qubits and pairs are drawn: the machine's own layout, as far as its description says."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from qassay.devices.description import DeviceDescription

Place = tuple[float, float]
_ROW: Final = 10  # qubits in a row of a machine without a layout of its own
_HEAVY_HEX_ROW: Final = 15


def places(device: DeviceDescription) -> dict[int, Place] | None:
    """Give each qubit's place (column, row), in steps between neighbours, row 0 on top.

    Returns:
        The machine's own layout; None where its description gives none.
    """
    grid = re.fullmatch(r"grid:(\d{1,4})x(\d{1,4})", device.connectivity)
    heavy = re.fullmatch(r"heavy-hex(?::(\d{1,3}))?", device.connectivity)
    spots: Iterable[Place]
    if grid and int(grid[1]) * int(grid[2]) == device.qubits:
        return in_rows(range(device.qubits), int(grid[2]))
    if heavy and int(heavy[1] or _HEAVY_HEX_ROW) >= 3:
        spots = _heavy_hex(device.qubits, int(heavy[1] or _HEAVY_HEX_ROW))
    elif device.connectivity == "line":
        spots = _meander(device.qubits)
    elif device.connectivity == "ring":
        spots = _circle(device.qubits)
    else:
        return None
    return dict(enumerate(spots))


def in_rows(qubits: Sequence[int], columns: int = _ROW) -> dict[int, Place]:
    """Put qubits in rows, in the order of their numbers."""
    return {qubit: (float(i % columns), float(i // columns)) for i, qubit in enumerate(qubits)}


def layout_words(device: DeviceDescription) -> str:
    """Name the layout for people: "grid of 5 x 10"."""
    word = device.connectivity
    grid = re.fullmatch(r"grid:(\d{1,4})x(\d{1,4})", word)
    if grid:
        return f"grid of {grid[1]} × {grid[2]}"
    named = {"all-to-all": "every qubit coupled to every other", "listed": "couplings as listed"}
    return named.get(word, word.replace(":", ", rows of "))


def _meander(qubits: int) -> tuple[Place, ...]:
    """Fold a line so that neighbours stay neighbours: every second row runs backwards."""
    columns = min(_ROW, max(qubits, 1))
    return tuple(
        (
            float(q % columns if q // columns % 2 == 0 else columns - 1 - q % columns),
            float(q // columns),
        )
        for q in range(qubits)
    )


def _circle(qubits: int) -> tuple[Place, ...]:
    radius = max(qubits, 3) / (2 * math.pi)
    turn = 2 * math.pi / max(qubits, 1)
    return tuple(
        (radius * (1 + math.sin(q * turn)), radius * (1 - math.cos(q * turn)))
        for q in range(qubits)
    )


def _heavy_hex(qubits: int, row: int) -> Iterator[Place]:
    """Number a heavy-hex lattice as `devices.connectivity` does: a row, its bridges, a row, ..."""
    shifts = (0, 2) if row % 4 == 3 else (3, 1)
    made, line, gap = 0, 0, 0
    while made < qubits:
        bridges = range(shifts[gap % 2], row, 4)
        spots = [(float(c), float(line)) for c in range(row)]
        spots += [(float(c), line + 1.0) for c in bridges]
        yield from spots[: qubits - made]
        made, line, gap = made + len(spots), line + 2, gap + 1
