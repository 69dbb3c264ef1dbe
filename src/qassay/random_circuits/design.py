"""Random circuits drawn from a seed: quarter pulses of free phases and layers of CZ gates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from qassay.circuits.circuit import Circuit
from qassay.circuits.family import Pair
from qassay.circuits.layouts import edge_colouring
from qassay.circuits.random_layers import layered_circuit
from qassay.devices.description import DeviceDescription
from qassay.errors import Problem, UsageError
from qassay.randomness import Stream

MOST_CIRCUITS: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingDesign:
    """What is run.

    Attributes:
        qubits: The first ones of the device.
        pairs: Coupled pairs among them.
        everybody: Whether all pairs are coupled: then every layer is a fresh random matching.
        depth: Layers of CZ gates; a round of pulses stands before each and one at the end.
        circuits: How many are released, K.
        shots: Of each, m.
        root: 32 secret bytes.
    """

    qubits: int
    pairs: tuple[Pair, ...]
    everybody: bool
    depth: int
    circuits: int
    shots: int
    root: bytes

    def layers(self, index: int) -> tuple[tuple[Pair, ...], ...]:
        """Give the pairs of each layer of one circuit."""
        if not self.everybody:
            colours = edge_colouring(self.pairs)
            return tuple(colours[place % len(colours)] for place in range(self.depth))
        stream = self._stream(index).child("matching")
        drawn = []
        for place in range(self.depth):
            order = stream.child(place).permutation(self.qubits).tolist()
            half = zip(order[0::2], order[1::2], strict=False)
            drawn.append(tuple(sorted((min(pair), max(pair)) for pair in half)))
        return tuple(drawn)

    def phases(self, index: int) -> npt.NDArray[np.int64]:
        """Give the phases of all pulses of a circuit in 1/256 turns, (depth + 1, qubits)."""
        drawn = self._stream(index).child("phases").bits((self.depth + 1, self.qubits), 8)
        return drawn.astype(np.int64)

    def circuit(self, index: int) -> Circuit:
        """Write one circuit in native gates, a barrier round every layer."""
        return layered_circuit(
            self.qubits, range(self.qubits), self.layers(index), self.phases(index)
        )

    def _stream(self, index: int) -> Stream:
        return Stream(self.root, f"random-circuits/{index}")


def make_sampling_design(
    device: DeviceDescription, root: bytes, *, qubits: int, depth: int, circuits: int, shots: int
) -> SamplingDesign:
    """Place random circuits on a device.

    Raises:
        UsageError: Numbers without meaning, or qubits that are not coupled; all at once.
    """
    problems = [
        Problem(where=where, found=str(value), expected=f"{low} to {high}")
        for where, value, low, high in (
            ("--qubits", qubits, 2, device.qubits),
            ("--depth", depth, 1, 1000),
            ("--circuits", circuits, 1, MOST_CIRCUITS),
            ("--shots", shots, 1, 10**6),
        )
        if not low <= value <= high
    ]
    UsageError.raise_if_any(problems)
    pairs = tuple(pair for pair in device.pairs if max(pair) < qubits)
    if not pairs:
        raise UsageError(
            Problem(where="--qubits", found="no coupled pair among them", expected="more qubits")
        )
    return SamplingDesign(
        qubits=qubits,
        pairs=pairs,
        everybody=len(pairs) == qubits * (qubits - 1) // 2 and qubits > 2,
        depth=depth,
        circuits=circuits,
        shots=shots,
        root=root,
    )
