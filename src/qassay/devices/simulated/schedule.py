"""A single circuit on the clock of a machine: when each gate runs, and what waits for it.

A circuit runs as late as it can: the last gate of every qubit ends at the readout, and before
its first gate a qubit rests in its ground state.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from qassay.circuits.circuit import Circuit, Gate, native
from qassay.devices.description import Durations, Pair
from qassay.devices.machine_file import Machine


class Timed(NamedTuple):
    """A gate on the schedule; a tuple, since there is one for every gate of every circuit.

    Attributes:
        gate: What; no barrier, and a delay has one qubit.
        waits: Seconds that each of its qubits has idled since its last gate.
        start: Seconds before the readout at which it starts.
        neighbours: Of a cz or zz: how many coupled pairs have theirs at the same time.
    """

    gate: Gate
    waits: tuple[float, ...]
    start: float
    neighbours: int = 0


def gate_seconds(gate: Gate, durations: Durations) -> float:
    """Give the seconds that a gate takes; a zz is three pulses and two CZ gates."""
    return gate.seconds if gate.kind == "delay" else _times(durations).get(gate.kind, 0.0)


def _times(durations: Durations) -> dict[str, float]:
    pulse, meet = durations.one_qubit_gate, durations.two_qubit_gate
    return {"prx": pulse, "cz": meet, "zz": 3 * pulse + 2 * meet}


def schedule(circuit: Circuit, machine: Machine) -> list[Timed]:
    """Put a circuit on the clock, as late as possible.

    Raises:
        UnsupportedCircuitError: A pair is not coupled.
    """
    durations = machine.description.durations
    machine.pair_places(circuit.pairs)
    starts, lengths = _starts(circuit, durations)
    beside = _neighbours(circuit, machine, starts)
    # When each qubit was last busy; before its first gate it waits for nothing.
    last = [-np.inf] * circuit.qubits
    timed = []
    for place, (gate, start, length) in enumerate(zip(circuit.gates, starts, lengths, strict=True)):
        if gate.kind == "barrier":
            continue
        qubits = gate.qubits
        if len(qubits) == 1 and gate.kind != "delay":  # nearly every gate of a circuit
            wait = last[qubits[0]] - start
            timed.append(Timed(gate, (wait if wait > 0 else 0.0,), start))
            last[qubits[0]] = start - length
            continue
        waits = tuple([max(last[qubit] - start, 0.0) for qubit in qubits])
        if gate.kind == "delay":
            timed += [
                Timed(replace(gate, qubits=(q,)), (wait,), start)
                for q, wait in zip(qubits, waits, strict=True)
            ]
        else:
            timed.append(Timed(gate, waits, start, beside.get(place, 0)))
        for qubit in qubits:
            last[qubit] = start - length
    return timed


def circuit_seconds(circuit: Circuit, durations: Durations) -> float:
    """Seconds from the first gate to the readout."""
    return max(_starts(native(circuit), durations)[0], default=0.0)


def _starts(circuit: Circuit, durations: Durations) -> tuple[list[float], list[float]]:
    """Seconds before the readout at which each gate starts, as late as possible, and how long."""
    times = _times(durations)
    free = [0.0] * circuit.qubits
    starts, lengths = [], []
    for gate in reversed(circuit.gates):
        length = times.get(gate.kind, gate.seconds)
        qubits = gate.qubits
        start = (free[qubits[0]] if len(qubits) == 1 else max([free[q] for q in qubits])) + length
        for qubit in qubits:
            free[qubit] = start
        starts.append(start)
        lengths.append(length)
    return starts[::-1], lengths[::-1]


def _neighbours(circuit: Circuit, machine: Machine, starts: Sequence[float]) -> dict[int, int]:
    """Count simultaneous neighbours of each entangler, where the machine has crosstalk at all."""
    if not machine.noise.crosstalk_error.any():
        return {}
    gates = sorted(
        (starts[place], place) for place, x in enumerate(circuit.gates) if x.kind in ("cz", "zz")
    )
    line = machine.description.connectivity == "all-to-all"
    near = {tuple(pair) for pair in machine.description.couplings}
    times = [start for start, _ in gates]
    length = machine.description.durations.two_qubit_gate
    slack = 1e-9 * length
    found = {}
    for start, place in gates:
        low = bisect_right(times, start - length + slack)
        high = bisect_left(times, start + length - slack)
        own = circuit.gates[place].qubits
        others = {x for _, p in gates[low:high] if not set(x := circuit.gates[p].qubits) & set(own)}
        found[place] = sum(
            any(
                abs(a - b) == 1 if line else (min(a, b), max(a, b)) in near
                for a in own
                for b in other
            )
            for other in others
        )
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
