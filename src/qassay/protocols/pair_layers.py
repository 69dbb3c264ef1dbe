"""What the protocols on pairs share: layers of quarter turns and entanglers, all pairs at once.

On every pair a uniformly random one of the 60 two-qubit stabilizer states, m layers of quarter
turns with random phases and CZ, then the shortest way (one CZ in two cases of five) to a
random computational state. Qubits without a partner start in a random one of their 6
stabilizer states, turn in every layer, wait while the others meet, and end in a random bit.

The reference leaves the entangler out of all layers, or of some, and keeps everything else: the
states with their entanglers, the turns, the way out, which is that of what was run. Layers and
reference then differ by entanglers alone, and what is lost between them is the entanglers'.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from qassay.circuits.family import CircuitFamily, Pulses
from qassay.circuits.gates import QUARTER
from qassay.circuits.states import one_qubit_states, two_qubit_states
from qassay.devices.description import Durations
from qassay.protocols.interface import Drawn, Target
from qassay.protocols.scoring import overhead
from qassay.randomness import Stream

Codes = npt.NDArray[np.uint8]
Pairs = tuple[tuple[int, int], ...]


def draw_layers(
    length: float,
    count: int,
    targets: tuple[Target, ...],
    qubits: int,
    stream: Stream,
    *,
    entanglers: float | None = None,
) -> Drawn:
    """Draw `length` layers between random states and random bits.

    Args:
        length: Layers.
        count: Circuits.
        targets: Disjoint pairs, and qubits without a partner.
        qubits: Width of the register; whoever is no target is left alone.
        stream: Randomness.
        entanglers: How many of the layers hold them, the first ones; None for all.
    """
    states, depth = two_qubit_states(), round(length)
    meeting = depth if entanglers is None else round(entanglers)
    pairs: Pairs = tuple((t[0], t[1]) for t in targets if len(t) == 2)
    first, second = np.array(pairs, dtype=np.intp).T
    state = stream.child("start").below(60, (count, len(pairs)))
    bits = stream.child("expected").bits((count, len(pairs)), 2)
    phases = stream.child("layers").bits((count, depth, len(pairs), 2), 2)
    enter = states.enter[state]
    # Sixteen times the state, plus both phases of a layer: the place of what comes after it.
    place = state * np.intp(16)
    turns = (phases[..., 0] * 4 + phases[..., 1]).transpose(1, 0, 2)
    met, turned = (
        16 * one.reshape(60 * 16).astype(np.intp) for one in (states.after, states.turned)
    )
    for step in range(depth):
        place = (met if step < meeting else turned)[place + turns[step]]
    leave = states.leave[place // 16, bits]
    layers = np.zeros((count, depth, qubits), dtype=np.uint8)
    layers[:, :, first] = phases[..., 0] + QUARTER[0]
    layers[:, :, second] = phases[..., 1] + QUARTER[0]
    expected = np.zeros((count, qubits), dtype=np.uint8)
    expected[:, first], expected[:, second] = bits >> 1, bits & 1
    way_in, way_out = _way(enter, pairs, qubits), _way(leave, pairs, qubits)
    alone = np.array([t[0] for t in targets if len(t) == 1], dtype=np.intp)
    if alone.size:
        begin, turns, end, right = _partnerless(alone.size, count, depth, stream.child("alone"))
        way_in[0].codes[:, 0, alone] = begin
        layers[:, :, alone] = turns
        way_out[1].codes[:, 0, alone] = end
        expected[:, alone] = right
    family = CircuitFamily(
        qubits=qubits,
        size=count,
        elements=(*way_in, *_runs(layers, pairs, meeting), *way_out),
    )
    return Drawn(circuits=family, key=expected)


def _runs(layers: Codes, pairs: Pairs, meeting: int) -> tuple[Pulses, ...]:
    """Split layers into those with entanglers and those without; one run where all are alike."""
    if meeting == layers.shape[1]:
        return (Pulses(layers, pairs),)
    with_them, without = Pulses(layers[:, :meeting], pairs), Pulses(layers[:, meeting:])
    return (with_them, without) if meeting else (without,)


def _partnerless(
    width: int, count: int, depth: int, stream: Stream
) -> tuple[Codes, Codes, Codes, Codes]:
    """Draw first pulses, quarter turns, last pulses and bits of qubits that meet nobody."""
    states = one_qubit_states()
    state = stream.child("start").below(6, (count, width)).astype(np.uint8)
    expected = stream.child("expected").bits((count, width))
    begin = states.enter[state]
    turns = stream.child("layers").bits((count, depth, width), 2) + np.uint8(QUARTER[0])
    for step in range(depth):
        state = states.after[state, turns[:, step]]
    return begin, turns, states.leave[state, expected], expected


def layers_seconds(length: float, durations: Durations) -> float:
    """The layers, a way in and a way out (two layers and a pulse each), then readout."""
    layer = durations.one_qubit_gate + durations.two_qubit_gate
    return overhead(durations) + (length + 2) * layer + 2 * durations.one_qubit_gate


def _way(way: Codes, pairs: Pairs, qubits: int) -> tuple[Pulses, Pulses]:
    """Spread codes (circuits, pairs, 5) over the register: pulses, CZ where needed, pulses."""
    first, second = np.array(pairs, dtype=np.intp).T
    before = np.zeros((way.shape[0], 1, qubits), dtype=np.uint8)
    behind = np.zeros_like(before)
    before[:, 0, first], before[:, 0, second] = way[..., 0], way[..., 1]
    behind[:, 0, first], behind[:, 0, second] = way[..., 3], way[..., 4]
    return Pulses(before, pairs, way[..., 2].astype(bool)), Pulses(behind)
