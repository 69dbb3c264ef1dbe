"""Random circuits of quarter pulses with free phases and layers of CZ gates, many at once.

Every qubit gets a pulse before each layer and one at the end. Phases lie on a grid of 256 steps
of a full turn, so a circuit's name does not hang on how a machine rounds, and no circuit is
Clifford but by a rare chance. Turning all phases of one qubit by half a turn flips its outcome
and nothing else, so no string is likelier than another over the draw.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from qassay.circuits.circuit import Circuit, Gate
from qassay.circuits.family import Pair
from qassay.circuits.layouts import edge_colouring

_PHASES: Final = 256  # steps of a full turn


def layered_circuit(
    qubits: int,
    register: Sequence[int],
    layers: Iterable[Iterable[Pair]],
    phases: npt.NDArray[np.int64],
) -> Circuit:
    """Write one circuit in native gates, a barrier round every layer.

    Args:
        qubits: Of the machine.
        register: Those that the circuit acts on.
        layers: Pairs of each layer, as qubits of the machine.
        phases: Of all pulses in steps, shape (layers + 1, len(register)).
    """
    turned = (phases * (2 * np.pi / _PHASES)).tolist()
    everybody = Gate("barrier", tuple(register))
    gates: list[Gate] = []
    for place, layer in enumerate((*(tuple(layer) for layer in layers), ())):
        gates += [
            Gate("prx", (q,), np.pi / 2, phase)
            for q, phase in zip(register, turned[place], strict=True)
        ]
        if layer:
            gates += [everybody, *(Gate("cz", pair) for pair in layer), everybody]
    return Circuit(qubits, tuple(gates))


def layered_probabilities(
    phases: npt.NDArray[np.int64], layers: Sequence[npt.NDArray[np.int64]]
) -> npt.NDArray[np.float64]:
    """Give the probability of every string of many such circuits.

    Args:
        phases: In steps, shape (circuits, layers + 1, qubits).
        layers: Pairs of each layer, as places in the register, shape (circuits, pairs, 2), or
            (1, pairs, 2) where all circuits have the same ones.

    Returns:
        Shape (circuits, 2^qubits), indexed as by `ideal.probabilities`.
    """
    count, rounds, n = phases.shape
    across = np.exp(-2j * np.pi / _PHASES * phases) * -1j
    bits = (np.arange(1 << n) >> np.arange(n)[::-1, None] & 1).astype(np.uint8)
    state = np.zeros((count, 1 << n), dtype=np.complex128)
    state[:, 0] = 1
    for place in range(rounds):
        for qubit in range(n):
            view = state.reshape(count, 1 << qubit, 2, -1)
            zero = view[:, :, 0].copy()
            down = across[:, place, qubit][:, None, None]
            view[:, :, 0] += down * view[:, :, 1]
            view[:, :, 1] -= np.conj(down) * zero
        if place < rounds - 1 and layers[place].shape[1]:
            pairs = layers[place]
            both = bits[pairs[:, :, 0]] & bits[pairs[:, :, 1]]
            state *= 1 - 2.0 * (both.sum(axis=1) & 1)
    chance: npt.NDArray[np.float64] = np.abs(state) ** 2 / 2.0 ** (n * rounds)
    return chance


def fixed_layers(
    register: Sequence[int], links: Iterable[Pair], depth: int
) -> list[npt.NDArray[np.int64]] | None:
    """Give the layers that all circuits share, by places; None where all qubits are coupled."""
    met = sorted({(min(pair), max(pair)) for pair in links})
    n = len(register)
    if n > 2 and len(met) == n * (n - 1) // 2:
        return None
    place = {qubit: index for index, qubit in enumerate(register)}
    colours = edge_colouring(met)
    return [
        np.array([[[place[a], place[b]] for a, b in colours[step % len(colours)]]])
        for step in range(depth)
    ]


def paired_layers(orders: npt.NDArray[np.int64]) -> list[npt.NDArray[np.int64]]:
    """Pair neighbours of each order; the last one of an odd number waits."""
    count, depth, n = orders.shape
    pairs = orders[:, :, : 2 * (n // 2)].reshape(count, depth, n // 2, 2)
    return [pairs[:, step] for step in range(depth)]
