"""Which error patterns traps see: Pauli frames pushed through traps, exactly or by sampling.

A pattern says which Paulis strike where in one shot: X flips at preparation, a Pauli after the
CZ gates of each layer, flips at readout. Errors of one-qubit gates belong to the layer beside
them, since the gates are merged.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from qassay.circuits.family import Pair

Frames = npt.NDArray[np.uint8]
Layers = tuple[tuple[Pair, ...], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Patterns:
    """Error patterns, one a row.

    Attributes:
        prepared: X flips of the first state, shape (patterns, qubits).
        gates: Paulis after the CZ gates, shape (patterns, layers, 2, qubits): X parts, Z parts.
        readout: Flips of what is read, shape (patterns, qubits).
    """

    prepared: Frames
    gates: Frames
    readout: Frames


def coins(layers: Layers, bits: Frames) -> Frames:
    """Lay coins out: 1 for H, 0 for S, the two of a CZ gate unlike.

    Args:
        layers: Pairs of each layer.
        bits: Fair bits, shape (rows, layers, qubits); those of second partners are not used.
    """
    laid = bits.copy()
    for place, layer in enumerate(layers):
        for a, b in layer:
            laid[:, place, b] = 1 - laid[:, place, a]
    return laid


def trap_fails(layers: Layers, patterns: Patterns, turned: Frames, laid: Frames) -> Frames:
    """Say for each row whether its trap fails under its pattern.

    Args:
        layers: Pairs of each layer.
        patterns: One a row.
        turned: The coin t of each row's trap, shape (rows,).
        laid: Coins of each row's trap, from `coins`.
    """
    side = turned.astype(bool)[:, None]
    x = np.where(side, 0, patterns.prepared).astype(np.uint8)
    z = np.where(side, patterns.prepared, 0).astype(np.uint8)
    for place, layer in enumerate(layers):
        hadamard = laid[:, place].astype(bool)
        x, z = _conjugated(x, z, hadamard)
        for a, b in layer:
            z[:, a] ^= x[:, b]
            z[:, b] ^= x[:, a]
        x ^= patterns.gates[:, place, 0]
        z ^= patterns.gates[:, place, 1]
        x, z = _conjugated(x, z, hadamard)
    flips = np.where(side, z, x) ^ patterns.readout
    return np.asarray(flips.any(axis=1).astype(np.uint8))


def _conjugated(x: Frames, z: Frames, hadamard: npt.NDArray[np.bool_]) -> tuple[Frames, Frames]:
    """Push frames through H where `hadamard`, else through S or its inverse."""
    return np.where(hadamard, z, x), np.where(hadamard, x, z ^ x)


def detection_probabilities(
    layers: Layers, qubits: int, patterns: Patterns
) -> npt.NDArray[np.float64]:
    """Count over all traps of a skeleton: the share that sees each pattern, shape (patterns,).

    Exact: every coin is tried, two to the power of CZ gates and idle places, at most a million.
    """
    free = [
        (place, qubit)
        for place, layer in enumerate(layers)
        for qubit in range(qubits)
        if qubit not in {b for _, b in layer}
    ]
    rows = patterns.readout.shape[0]
    total = np.zeros(rows)
    for turned, *thrown in product((0, 1), repeat=1 + len(free)):
        bits = np.zeros((1, len(layers), qubits), dtype=np.uint8)
        for (place, qubit), bit in zip(free, thrown, strict=True):
            bits[0, place, qubit] = bit
        laid = np.broadcast_to(coins(layers, bits), (rows, len(layers), qubits))
        total += trap_fails(layers, patterns, np.full(rows, turned, dtype=np.uint8), laid)
    return np.asarray(total / 2.0 ** (1 + len(free)))


def all_patterns(layers: int, qubits: int) -> Patterns:
    """List every pattern of a small skeleton, the empty one first: 4^(qubits (layers + 1))."""
    width = qubits * (2 * layers + 2)
    numbers = np.arange(1 << width, dtype=np.int64)
    bits = ((numbers[:, None] >> np.arange(width)) & 1).astype(np.uint8)
    gates = bits[:, 2 * qubits :].reshape(-1, layers, 2, qubits)
    return Patterns(bits[:, :qubits], gates, bits[:, qubits : 2 * qubits])
