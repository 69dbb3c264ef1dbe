"""Layers of pulses in a moving frame: the inner loop of the exact engine.

A pulse with phase phi is: turn by -phi about z, one fixed map, turn back. Everything else
(relaxation, detuning, the ZZ part of a CZ, the measurement) does not care about turns about
z, so the turn back is left out and the next pulse turns by the difference of the two phases
only: always a multiple of a quarter turn. The engine keeps the frame as a number 0 .. 3.
Arrays have the circuits last, so that a qubit's numbers meet whole rows of circuits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qassay.circuits.family import Codes
from qassay.devices.noise import Floats

# Eight layers at a time: their frames stay in the cache until they are used (measured).
LAYERS_AT_A_TIME = 8


@dataclass(frozen=True, slots=True)
class LayerOfPulses:
    """One layer, ready to apply; arrays of shape (qubits, circuits).

    Attributes:
        cosine: Of the turn of the frame before the pulse, 0 or +-1.
        sine: Of the same.
        factors: The six coefficients of `Strengths.pulse_table`, shapes (qubits, 1) or
            (qubits, circuits).
        quarter: Whether all pulses are quarter pulses: their coefficients are then the same.
    """

    cosine: Floats
    sine: Floats
    factors: tuple[Floats, ...]
    quarter: bool


def layers_of_run(
    codes: Codes,
    rows: npt.NDArray[np.intp],
    qubits: npt.NDArray[np.intp],
    frame: npt.NDArray[np.uint8],
    shift: npt.NDArray[np.uint8],
    table: Floats,
) -> Iterator[LayerOfPulses]:
    """Go through the layers of a run.

    Args:
        codes: Pulse codes of the whole run, shape (N, depth, all qubits).
        rows: Which circuits, shape (circuits,).
        qubits: Which qubits, shape (qubits,).
        frame: Frame of every qubit in quarter turns, shape (qubits, circuits); left at the
            end as the run leaves it.
        shift: Quarter turns by which a CZ moves the frame after each layer, shape
            (qubits, circuits) or (qubits, 1).
        table: `Strengths.pulse_table` of these qubits, shape (6, codes, qubits).
    """
    common = tuple(np.ascontiguousarray(row[1])[:, None] for row in table)
    spread = [np.ascontiguousarray(row).ravel() for row in table]
    offsets = np.arange(table.shape[2], dtype=np.intp)[:, None]
    # Fresh memory for every block would cost more in page faults than the arithmetic.
    room = (LAYERS_AT_A_TIME, qubits.size, rows.size)
    sines, cosines = np.empty(room), np.empty(room)
    chosen = codes[_as_slice(rows)]
    some = _as_slice(qubits)
    for start in range(0, codes.shape[1], LAYERS_AT_A_TIME):
        block = chosen[:, start : start + LAYERS_AT_A_TIME, some].transpose(1, 2, 0)
        phases = np.array(block, order="C")  # always a copy: it is changed below
        phases -= 1  # code 0 becomes 255: its frame is then 3, as good as any for a wait
        quarter = np.asarray((phases < 4).all(axis=(1, 2)))
        phases &= 3
        turns = np.empty_like(phases)
        turns[0] = phases[0] - frame
        np.subtract(phases[1:], phases[:-1] + shift, out=turns[1:])
        frame[...] = (phases[-1] + shift) & 3
        signs = turns.view(np.int8) & 3
        odd = signs & 1
        signs = 1 - (signs & 2)
        count = phases.shape[0]
        np.copyto(sines[:count], signs * odd)
        np.copyto(cosines[:count], signs * (1 - odd))
        for number in range(count):
            if quarter[number]:
                factors = common
            else:
                index = block[number] * np.intp(table.shape[2]) + offsets
                factors = tuple(row[index] for row in spread)
            yield LayerOfPulses(cosines[number], sines[number], factors, bool(quarter[number]))


def _as_slice(numbers: npt.NDArray[np.intp]) -> slice | npt.NDArray[np.intp]:
    """Give evenly spaced numbers as a slice, which needs no copy of what it picks."""
    steps = np.diff(numbers)
    if numbers.size < 2 or steps[0] < 1 or (steps != steps[0]).any():
        return numbers
    return slice(int(numbers[0]), int(numbers[-1]) + 1, int(steps[0]))


class PulseBuffers:
    """Room for the intermediate results of one layer, used again for every layer."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        """Take room for arrays of this shape."""
        self.x = np.empty(shape)
        self.y = np.empty(shape)
        self.product = np.empty(shape)


def turn_frame(layer: LayerOfPulses, x: Floats, y: Floats, room: PulseBuffers) -> None:
    """Turn the frame before a layer's pulses in place, and nothing else; see `apply`."""
    _turned(layer, x, y, room)
    x[...] = room.x
    y[...] = room.y


def _turned(layer: LayerOfPulses, x: Floats, y: Floats, room: PulseBuffers) -> None:
    c, s, product = layer.cosine, layer.sine, room.product
    np.multiply(c, x, out=room.x)
    np.multiply(s, y, out=product)
    room.x += product
    np.multiply(c, y, out=room.y)
    np.multiply(s, x, out=product)
    room.y -= product


def apply_layer(
    layer: LayerOfPulses,
    w: Floats | None,
    x: Floats,
    y: Floats,
    z: Floats,
    room: PulseBuffers,
) -> None:
    """Apply a layer in place.

    Args:
        layer: Shapes (qubits, circuits).
        w: The weight that relaxation lifts z with: the identity component, shape as x;
            None where it is 1.
        x: Shape (..., qubits, circuits), as y and z: Bloch components in the frame.
        y: As x.
        z: As x.
        room: Buffers of the shape of x.
    """
    k0, k1, k2, k3, k4, k5 = layer.factors
    product = room.product
    _turned(layer, x, y, room)
    np.multiply(room.x, k0, out=x)
    np.multiply(room.y, k1, out=y)
    np.multiply(z, k2, out=product)
    y -= product
    z *= k4
    room.y *= k3
    z += room.y
    if w is None:
        z += k5
    else:
        np.multiply(w, k5, out=product)
        z += product
