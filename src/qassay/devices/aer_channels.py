"""Circuits under the noise that Aer makes of a calibration, exactly, group by group.

That noise is local: each gate, delay and reading disturbs its own qubits. So Aer is asked for the
superoperator of every distinct operation, once, and circuits are products of these; qubits that
never meet in a circuit are simulated one group after another. Nothing is left out but what Aer
itself leaves out. A thousand circuits of a thousand gates would keep Aer busy for hours, most of
them spent on taking circuits apart and putting them together.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from qassay.errors import UnsupportedCircuitError

MOST_TOGETHER: Final = 10  # qubits of one group, whose density matrix takes 16 MiB
_SMALL: Final = 2
Matrix = npt.NDArray[np.complex128]


class AerChannels:
    """Superoperators of a backend's operations, and chances of its readings."""

    def __init__(self, part: Callable[[tuple[int, ...]], Any]) -> None:
        """Take a function that gives Aer's noise model of some qubits, numbered anew."""
        self._part = part
        self._models: dict[tuple[int, ...], Any] = {}
        self._made: dict[tuple[Any, ...], Matrix] = {}
        self._readings: dict[int, npt.NDArray[np.float64]] = {}

    def _model(self, qubits: tuple[int, ...]) -> Any:
        if qubits not in self._models:
            self._models[qubits] = self._part(qubits)
        return self._models[qubits]

    def superoperator(self, operation: Any, qubits: tuple[int, ...]) -> Matrix:
        """Give the noisy map of an operation on one or two qubits.

        Returns:
            Shape (4^k, 4^k), the first qubit being the first digit; a qubit's digit is 2 c + r
            for the entry <r| rho |c> of its density matrix.
        """
        key = (operation.name, *operation.params, getattr(operation, "unit", None), qubits)
        if key not in self._made:
            self._made[key] = self._asked(operation, qubits)
        return self._made[key]

    def _asked(self, operation: Any, qubits: tuple[int, ...]) -> Matrix:
        from qiskit import QuantumCircuit
        from qiskit_aer import AerSimulator

        count = len(qubits)
        circuit = QuantumCircuit(count)
        circuit.append(operation, range(count))
        circuit.save_superop()
        simulator = AerSimulator(method="superop", noise_model=self._model(qubits))
        found = simulator.run(circuit).result()
        if not found.success:
            raise UnsupportedCircuitError(f"Aer has no channel for {operation.name}")
        # Qiskit stacks columns, the last qubit first: digits c1 c0 r1 r0 for two qubits.
        raw = np.asarray(found.data(0)["superop"], dtype=np.complex128)
        axes = [axis for q in range(count) for axis in (count - 1 - q, 2 * count - 1 - q)]
        both = [*axes, *(2 * count + axis for axis in axes)]
        return raw.reshape((2,) * (4 * count)).transpose(both).reshape(raw.shape)

    def reading(self, qubit: int) -> npt.NDArray[np.float64]:
        """Give the chances of what is read, [bit, state]."""
        if qubit not in self._readings:
            known = np.eye(2)
            for error in self._model((qubit,)).to_dict()["errors"]:
                if error["type"] == "roerror":
                    known = np.array(error["probabilities"]).T
            self._readings[qubit] = known
        return self._readings[qubit]


def run_in_groups(
    channels: AerChannels, circuits: Sequence[Any], shots: int, seed: int | None
) -> Any:
    """Simulate circuits.

    Args:
        channels: Of the backend that the circuits are written for.
        circuits: Circuits that end with their measurements.
        shots: Shots of each.
        seed: Of the outcomes; None for a random one.

    Returns:
        A finished job with the results as one backend would give them.

    Raises:
        UnsupportedCircuitError: More qubits hang together than a density matrix can hold, or
            a measurement is not the end of its qubit.
    """
    generator = np.random.default_rng(seed)
    results = []
    for circuit in circuits:
        memory = [0] * shots
        for qubits, operations, read in _groups(circuit):
            chances = _chances(channels, qubits, operations)
            for place, qubit in enumerate(qubits):
                chances = np.moveaxis(
                    np.tensordot(channels.reading(qubit), chances, axes=([1], [place])), 0, place
                )
            ladder = np.cumsum(chances.ravel())
            drawn = np.searchsorted(ladder[:-1] / ladder[-1], generator.random(shots), "right")
            bits = np.zeros(shots, dtype=object)
            for place, qubit in enumerate(qubits):
                if qubit in read:
                    ones = (drawn >> (len(qubits) - 1 - place) & 1).astype(object)
                    bits += ones * (1 << read[qubit])
            memory = [a | b for a, b in zip(memory, bits.tolist(), strict=True)]
        data = SimpleNamespace(memory=[hex(value) for value in memory])
        results.append(SimpleNamespace(success=True, header={"name": circuit.name}, data=data))
    whole = SimpleNamespace(results=results, success=True, status="COMPLETED")
    key = str(uuid.uuid4())
    return SimpleNamespace(job_id=lambda: key, in_final_state=lambda: True, result=lambda: whole)


Operations = list[tuple[Any, tuple[int, ...]]]


def _groups(circuit: Any) -> list[tuple[list[int], Operations, dict[int, int]]]:
    """Split a circuit into qubits, operations and {qubit: bit} of each group that meets."""
    place = {qubit: index for index, qubit in enumerate(circuit.qubits)}
    bit = {clbit: index for index, clbit in enumerate(circuit.clbits)}
    group = list(range(len(place)))

    def root(at: int) -> int:
        while group[at] != at:
            at = group[at]
        return at

    operations: Operations = []
    read: dict[int, int] = {}
    for entry in circuit.data:
        operation = entry.operation
        name = operation.name
        if name == "barrier":
            continue
        qubits = tuple(place[qubit] for qubit in entry.qubits)
        if any(qubit in read for qubit in qubits):
            raise UnsupportedCircuitError(
                f"{circuit.name}: a gate on a qubit that has been measured; only measurements at"
                " the end of a circuit are simulated here"
            )
        if name == "measure":
            read[qubits[0]] = bit[entry.clbits[0]]
            continue
        operations.append((operation, qubits))
        if len(qubits) > 1:
            first, *others = (root(qubit) for qubit in qubits)
            for other in others:
                group[other] = first
    members: dict[int, list[int]] = {}
    for qubit in range(len(place)):
        members.setdefault(root(qubit), []).append(qubit)
    own: dict[int, Operations] = {name: [] for name in members}
    for operation, qubits in operations:
        own[root(qubits[0])].append((operation, qubits))
    for together in members.values():
        if len(together) > MOST_TOGETHER:
            raise UnsupportedCircuitError(
                f"{circuit.name}: {len(together)} qubits hang together, and exact noise reaches"
                f" {MOST_TOGETHER} here: claim a smaller register, or measure pairs side by side"
            )
    return [(qubits, own[name], read) for name, qubits in members.items() if read.keys() & qubits]


def _chances(
    channels: AerChannels, qubits: Sequence[int], operations: Operations
) -> npt.NDArray[np.float64]:
    """Evolve a group from 0 and give the chances of its states, an axis a qubit."""
    at = {qubit: place for place, qubit in enumerate(qubits)}
    count = len(qubits)
    state = np.zeros(4**count, dtype=np.complex128)
    state[0] = 1
    whole: dict[tuple[int, tuple[int, ...]], Matrix] = {}
    for operation, here in operations:
        matrix = channels.superoperator(operation, here)
        places = tuple(at[qubit] for qubit in here)
        if count > _SMALL:
            state = _applied(matrix, places, count, state)
            continue
        # One product with a matrix of the whole group is the fastest for so few.
        key = (id(matrix), places)
        if key not in whole:
            every = np.eye(4**count, dtype=np.complex128)
            whole[key] = _applied(matrix, places, count, every)
        state = whole[key].dot(state)
    digits = state.reshape((4,) * count)
    chances = digits[np.ix_(*[[0, 3]] * count)].real
    return np.asarray(np.clip(chances, 0.0, None))


def _applied(matrix: Matrix, places: tuple[int, ...], count: int, states: Matrix) -> Matrix:
    """Apply a map to some qubits of states, shape (4^n,) or (4^n, states)."""
    digits = states.reshape(*(4,) * count, -1)
    moved = np.moveaxis(digits, places, range(len(places)))
    after = (matrix @ moved.reshape(len(matrix), -1)).reshape(moved.shape)
    return np.moveaxis(after, range(len(places)), places).reshape(states.shape)
