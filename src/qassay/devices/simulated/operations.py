"""A single circuit as somebody else wrote it: any pulses, in any order, on its own schedule.

Families (`qassay.circuits.family`) hold layered circuits by the thousand; here is one circuit
with free angles. It runs as late as it can: the last gate of every qubit ends at the readout,
and before its first gate a qubit rests in its ground state.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from qassay.devices.description import Durations, Pair
from qassay.devices.machine_file import Machine
from qassay.errors import UnsupportedCircuitError


@dataclass(frozen=True, slots=True)
class Operation:
    """One step of a circuit.

    Attributes:
        kind: "pulse": turn by `angle` about cos(phase) X + sin(phase) Y; "z": turn by `angle`
            about Z, in no time and without error; "cz"; "delay"; "barrier".
        qubits: One, for cz two, for a barrier any number.
        angle: Radians.
        phase: Radians.
        seconds: Of a delay.
    """

    kind: Literal["pulse", "z", "cz", "delay", "barrier"]
    qubits: tuple[int, ...]
    angle: float = 0.0
    phase: float = 0.0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class OneCircuit:
    """A circuit that ends with a measurement of some qubits.

    Attributes:
        qubits: Of the machine.
        operations: In order.
        measured: Qubit of each classical bit, -1 where a bit is never written.
    """

    qubits: int
    operations: tuple[Operation, ...]
    measured: tuple[int, ...]

    def pairs(self) -> tuple[Pair, ...]:
        """The pairs that meet, each a < b, sorted."""
        met = {x.qubits for x in self.operations if x.kind == "cz"}
        return tuple(sorted({(min(pair), max(pair)) for pair in met}))


@dataclass(frozen=True, slots=True)
class Timed:
    """An operation on the schedule.

    Attributes:
        operation: What.
        waits: Seconds that each of its qubits has idled since its last operation.
        start: Seconds before the readout at which it starts.
        neighbours: Of a cz: how many coupled pairs have theirs at the same time.
    """

    operation: Operation
    waits: tuple[float, ...]
    start: float
    neighbours: int = 0


def duration(operation: Operation, durations: Durations) -> float:
    """Give the seconds that an operation takes."""
    times = {"pulse": durations.one_qubit_gate, "cz": durations.two_qubit_gate}
    return operation.seconds if operation.kind == "delay" else times.get(operation.kind, 0.0)


def schedule(circuit: OneCircuit, machine: Machine) -> list[Timed]:
    """Put a circuit on the clock, as late as possible.

    Raises:
        UnsupportedCircuitError: A pair is not coupled.
    """
    durations = machine.description.durations
    machine.pair_places(circuit.pairs())
    free = [0.0] * circuit.qubits
    starts = []
    for operation in reversed(circuit.operations):
        start = max((free[q] for q in operation.qubits), default=0.0)
        start += duration(operation, durations)
        for qubit in operation.qubits:
            free[qubit] = start
        starts.append(start)
    starts.reverse()
    beside = _neighbours(circuit, machine, starts)
    last: list[float | None] = [None] * circuit.qubits
    timed = []
    for place, (operation, start) in enumerate(zip(circuit.operations, starts, strict=True)):
        if operation.kind == "barrier":
            continue
        ends = [last[q] for q in operation.qubits]
        waits = tuple(0.0 if end is None else max(end - start, 0.0) for end in ends)
        timed.append(Timed(operation, waits, start, beside.get(place, 0)))
        end = start - duration(operation, durations)
        for qubit in operation.qubits:
            last[qubit] = end
    return timed


def _neighbours(circuit: OneCircuit, machine: Machine, starts: Sequence[float]) -> dict[int, int]:
    """Count simultaneous neighbours of each cz, where the machine has crosstalk at all."""
    if not machine.noise.crosstalk_error.any():
        return {}
    gates = sorted((starts[place], place) for place, x in enumerate(circuit.operations)
                   if x.kind == "cz")  # fmt: skip
    line = machine.description.connectivity == "all-to-all"
    near = {tuple(pair) for pair in machine.description.couplings}
    times = [start for start, _ in gates]
    length = machine.description.durations.two_qubit_gate
    slack = 1e-9 * length
    found = {}
    for start, place in gates:
        low = bisect_right(times, start - length + slack)
        high = bisect_left(times, start + length - slack)
        own = circuit.operations[place].qubits
        others = {x for _, p in gates[low:high] if not set(
            x := circuit.operations[p].qubits) & set(own)}  # fmt: skip
        found[place] = sum(
            any(abs(a - b) == 1 if line else (min(a, b), max(a, b)) in near
                for a in own for b in other)
            for other in others
        )  # fmt: skip
    return found


def blocks_of(pairs: Iterable[Pair], qubits: int) -> list[tuple[int, ...]]:
    """Split qubits into groups that meet, each sorted."""
    parent = list(range(qubits))

    def root(qubit: int) -> int:
        while parent[qubit] != qubit:
            parent[qubit] = parent[parent[qubit]]
            qubit = parent[qubit]
        return qubit

    for a, b in pairs:
        parent[root(a)] = root(b)
    groups: dict[int, list[int]] = {}
    for qubit in range(qubits):
        groups.setdefault(root(qubit), []).append(qubit)
    return sorted(tuple(group) for group in groups.values())


def quarters(angle: float) -> int | None:
    """Give an angle in quarter turns, 0 .. 3, or None where it is not one within 1e-9."""
    turns = angle / (np.pi / 2)
    return round(turns) % 4 if abs(turns - round(turns)) < 1e-9 else None


def needs_leakage(circuit: OneCircuit, machine: Machine) -> None:
    """Refuse a circuit whose cz gates leak.

    Raises:
        UnsupportedCircuitError: They do; this path has no leakage.
    """
    places = machine.pair_places(circuit.pairs())
    if machine.noise.leakage[places].any():
        raise UnsupportedCircuitError(
            f"{machine.description.name} has leakage, which circuits from outside cannot have"
            " yet: set leakage = 0 in the machine file, or measure with qassay's own circuits"
        )
