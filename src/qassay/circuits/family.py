"""Families of circuits: one layered template, many circuits, stored as arrays.

A family holds N circuits that share a skeleton (which pairs meet, how long a delay lasts)
and differ in their pulses. A fresh random circuit for every shot then costs no more than
many shots of one circuit: a thousand circuits are one array. Every circuit ends with the
measurement of all qubits in the Z basis.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qassay.canonical import canonical_bytes
from qassay.circuits.gates import PULSES
from qassay.errors import UnsupportedCircuitError

Codes = npt.NDArray[np.uint8]
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Pulses:
    """A run of `depth` layers: in each, pulses on all qubits, then CZ on `pairs`.

    Attributes:
        codes: Pulse codes of `gates.PULSES`, shape (N, depth, qubits).
        pairs: Disjoint pairs that meet in a CZ after each layer's pulses; may be empty.
        active: Whether a pair's CZ is really there, shape (N, len(pairs)), the same in all
            layers of the run; None means always.
    """

    codes: Codes
    pairs: tuple[Pair, ...] = ()
    active: npt.NDArray[np.bool_] | None = None

    @property
    def depth(self) -> int:
        """Number of layers in the run."""
        return int(self.codes.shape[1])


@dataclass(frozen=True, slots=True)
class Delay:
    """All qubits wait for `seconds`."""

    seconds: float


Element = Pulses | Delay


@dataclass(frozen=True, slots=True, eq=False)
class CircuitFamily:
    """N circuits of the same skeleton on qubits 0 .. qubits-1, each measured at its end."""

    qubits: int
    size: int
    elements: tuple[Element, ...]

    def __post_init__(self) -> None:
        """Refuse arrays of a wrong shape, unknown pulses and pairs that overlap."""
        for element in self.elements:
            if isinstance(element, Pulses):
                self._check(element)
            elif not (np.isfinite(element.seconds) and element.seconds >= 0):
                raise UnsupportedCircuitError(f"a delay of {element.seconds} s has no meaning")

    def _check(self, run: Pulses) -> None:
        if run.codes.dtype != np.uint8 or run.codes.ndim != 3:
            raise UnsupportedCircuitError("pulse codes are a uint8 array (circuits, depth, qubits)")
        if (run.codes.shape[0], run.codes.shape[2]) != (self.size, self.qubits):
            raise UnsupportedCircuitError(
                f"pulse codes of shape {run.codes.shape} in a family of {self.size} circuits"
                f" on {self.qubits} qubits"
            )
        if run.codes.size and int(run.codes.max()) >= len(PULSES):
            raise UnsupportedCircuitError(f"unknown pulse code {int(run.codes.max())}")
        met = [qubit for pair in run.pairs for qubit in pair]
        if len(set(met)) != len(met) or any(not 0 <= qubit < self.qubits for qubit in met):
            raise UnsupportedCircuitError("the pairs of one layer must be disjoint and on the chip")
        if run.active is not None and run.active.shape != (self.size, len(run.pairs)):
            raise UnsupportedCircuitError("the mask of active pairs has a wrong shape")

    @property
    def skeleton(self) -> list[object]:
        """Describe what all circuits of the family share, as plain JSON values."""
        described: list[object] = []
        for element in self.elements:
            if isinstance(element, Delay):
                described.append({"delay": element.seconds})
            else:
                described.append(
                    {"depth": element.depth, "pairs": [list(pair) for pair in element.pairs]}
                )
        return described

    def circuit_ids(self) -> list[str]:
        """Name each circuit by its content.

        Returns:
            N sha256 digests (hex) over the skeleton, then each run's pulse codes in order
            (layer by layer, a byte a qubit) and its active pairs (a byte a pair).
        """
        head = canonical_bytes(
            {"qassay_circuit": 1, "qubits": self.qubits, "elements": self.skeleton}
        )
        common = hashlib.sha256(len(head).to_bytes(4, "big") + head)
        runs = [run for run in self.elements if isinstance(run, Pulses)]
        codes = [np.ascontiguousarray(run.codes) for run in runs]
        ids = []
        for index in range(self.size):
            digest = common.copy()
            for run, array in zip(runs, codes, strict=True):
                digest.update(array[index])
                active = run.active
                digest.update(
                    bytes([1]) * len(run.pairs)
                    if active is None
                    else active[index].astype(np.uint8).tobytes()
                )
            ids.append(digest.hexdigest())
        return ids

    def two_qubit_gates(self) -> int:
        """Count the CZ gates of the largest circuit in the family."""
        return sum(run.depth * len(run.pairs) for run in self.elements if isinstance(run, Pulses))
