"""Trajectories of one diagonal layer: exact samples, qubit by qubit, for any width.

The state is U D |product>, with D diagonal and U one gate a qubit. A string is drawn as in Bravyi,
Gosset and Liu, Phys. Rev. Lett. 128, 220503 (2022), arXiv:2112.08499: first all bits z from the
product state, whose chances D does not change; then, for one qubit after another, its gate is
put on and its bit drawn anew, given all others. Gates on different qubits commute, and a gate on
one qubit does not change the chances of the rest, so the last string has the chances of the state.

Between two steps the amplitude is a sum over the old values of the qubits that have had their
gate. Each step sums its own qubit out and leaves a table over those later qubits that it or the
tables it takes up know (variable elimination; the order is that of smallest degree), so that all
steps together cost no more than a single amplitude: 2^(width + 1) operations a qubit, no marginal
and no bond. A table is divided by its value at the present string, which keeps single precision
far from its limits. Every shot has its own trajectory at no extra cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from qassay.devices.simulated.trajectories import Layer

Edge = tuple[int, int]
Bits = npt.NDArray[np.uint8]
Complex = npt.NDArray[np.complex64]
Rows = npt.NDArray[np.intp]

# Complex numbers of a table for all shots that are treated at once: 2 MiB, near the cache.
_AT_A_TIME: Final = 1 << 18


@dataclass(frozen=True, slots=True)
class Elimination:
    """One qubit gets its gate, and is summed out.

    Attributes:
        qubit: Which.
        later: Qubits of the table that it leaves, in the order of their steps.
        edges: Couplings with later qubits, as the layer names them.
        tables: Earlier steps whose tables are taken up.
    """

    qubit: int
    later: tuple[int, ...]
    edges: tuple[Edge, ...]
    tables: tuple[int, ...]


@lru_cache(maxsize=64)
def eliminations_of(edges: tuple[Edge, ...], qubits: int) -> tuple[Elimination, ...]:
    """Choose the order of the qubits: who knows the fewest others comes next.

    Args:
        edges: Couplings, each pair once.
        qubits: How many there are.
    """
    near: dict[int, set[int]] = {qubit: set() for qubit in range(qubits)}
    for a, b in edges:
        near[a].add(b)
        near[b].add(a)
    order: list[int] = []
    known: list[set[int]] = []
    while near:
        qubit = min(near, key=lambda q: (len(near[q]), q))
        others = near.pop(qubit)
        for other in others:
            near[other] |= others
            near[other] -= {other, qubit}
        order.append(qubit)
        known.append(others)
    at = {qubit: place for place, qubit in enumerate(order)}
    own: list[list[Edge]] = [[] for _ in order]
    for edge in edges:
        own[min(at[q] for q in edge)].append(edge)
    taken: list[list[int]] = [[] for _ in order]
    later = [tuple(sorted(others, key=at.__getitem__)) for others in known]
    for place, after in enumerate(later):
        if after:
            taken[at[after[0]]].append(place)
    return tuple(
        Elimination(qubit, later[place], tuple(own[place]), tuple(taken[place]))
        for place, qubit in enumerate(order)
    )


def width(steps: Sequence[Elimination]) -> int:
    """Give the qubits of the largest table."""
    return max(len(step.later) for step in steps)


def operations(steps: Sequence[Elimination]) -> float:
    """Count the multiplications that one shot costs."""
    return sum(8 * 2.0 ** len(step.later) + 500 for step in steps)


def sample_one_layer(
    steps: Sequence[Elimination],
    layers: Sequence[Layer],
    of_shot: Rows,
    generator: np.random.Generator,
) -> tuple[Bits, npt.NDArray[np.complex128]]:
    """Measure all qubits, once a shot.

    Args:
        steps: From `steps_of`, of the couplings of the layer.
        layers: Layer 0, whose gates make the product state, and the diagonal layer.
        of_shot: Trajectory of each shot, shape (shots,).
        generator: Of the outcomes.

    Returns:
        Bits, shape (shots, qubits), and the amplitude of each string that was drawn, up to a
        phase that is the same for all strings.
    """
    several = max(1, _AT_A_TIME >> width(steps))
    parts = [
        _drawn(steps, layers, of_shot[start : start + several], generator)
        for start in range(0, of_shot.size, several)
    ]
    bits, amplitudes = zip(*parts, strict=True)
    return np.concatenate(bits), np.concatenate(amplitudes)


def _drawn(
    steps: Sequence[Elimination],
    layers: Sequence[Layer],
    rows: Rows,
    generator: np.random.Generator,
) -> tuple[Bits, npt.NDArray[np.complex128]]:
    start, layer = layers[0].gates[rows, :, :, 0], layers[1]
    weight = np.abs(start) ** 2
    uniform = generator.random(weight.shape[:2]) * weight.sum(axis=2)
    bits = (uniform >= weight[:, :, 0]).astype(np.uint8).T  # qubits first: shots lie side by side
    amplitude = np.ones(rows.size, dtype=np.complex128)
    tables: dict[int, Complex] = {}
    for place, step in enumerate(steps):
        qubit = step.qubit
        turn = np.exp(-0.5j * layer.turns[rows, qubit])
        alone = start[:, qubit].T * np.stack([turn, turn.conj()])
        met = [tables.pop(number) for number in step.tables]
        owners = [steps[number].later for number in step.tables]
        angles = {_other(e, qubit): layer.couplings[e][rows] for e in step.edges}
        # The amplitude at the present string, for both old values of this qubit.
        both = alone.copy()
        if angles:
            theta = sum(angle * (1.0 - 2.0 * bits[k]) for k, angle in angles.items())
            both *= np.exp(-0.5j * np.multiply.outer([1, -1], theta))
        for table, own in zip(met, owners, strict=True):
            flat = table.reshape(2, -1, rows.size)
            both *= flat[:, _number(bits, own[1:]), np.arange(rows.size)]
        gate = layer.gates[rows, qubit].transpose(1, 2, 0)
        after = (gate * both).sum(axis=1)
        chance = np.abs(after) ** 2
        one = generator.random(rows.size) * chance.sum(axis=0) >= chance[0]
        bits[qubit] = one
        chosen = np.where(one, after[1], after[0])
        amplitude *= chosen
        if step.later:
            lead = np.where(one, gate[1], gate[0]) * alone / chosen
            tables[place] = _summed(step, lead.astype(np.complex64), angles, met, owners)
    return bits.T, amplitude


def _other(edge: Edge, qubit: int) -> int:
    return edge[1] if edge[0] == qubit else edge[0]


def _number(bits: Bits, qubits: Sequence[int]) -> Rows:
    """Number the present values of some qubits, the first being the highest bit."""
    number = np.zeros(bits.shape[1], dtype=np.intp)
    for qubit in qubits:
        number = number << 1 | bits[qubit]
    return number


def _summed(
    step: Elimination,
    lead: Complex,
    angles: dict[int, npt.NDArray[np.float64]],
    met: Sequence[Complex],
    owners: Sequence[tuple[int, ...]],
) -> Complex:
    """Sum a qubit out: the table over its later qubits, an axis each, the shots last."""
    shots = lead.shape[1]

    def spread(table: Complex, own: Sequence[int]) -> Complex:
        return table.reshape(*(2 if qubit in own else 1 for qubit in step.later), shots)

    beside = [qubit for qubit in step.later if qubit in angles]
    phases = np.ones((1 << len(beside), shots), dtype=np.complex64)
    for k, qubit in enumerate(reversed(beside)):
        turn = np.exp(-0.5j * angles[qubit]).astype(np.complex64)
        np.multiply(phases[: 1 << k], turn.conj(), out=phases[1 << k : 2 << k])
        phases[: 1 << k] *= turn
    whole = (*[2] * len(step.later), shots)
    total, part = np.zeros(whole, dtype=np.complex64), np.empty(whole, dtype=np.complex64)
    for value, own in enumerate((phases, phases.conj())):
        part[...] = spread(own * lead[value], beside)
        for table, known in zip(met, owners, strict=True):
            part *= spread(table.reshape(2, -1, shots)[value], known[1:])
        total += part
    return total
