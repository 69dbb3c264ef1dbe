"""How long a circuit of any gates takes."""

from __future__ import annotations

from qassay.circuits.circuit import Circuit, native
from qassay.devices.description import Durations


def longest_chain(circuit: Circuit, durations: Durations) -> float:
    """Give the seconds of the slowest path through a circuit."""
    busy: dict[int, float] = {}
    times = {"prx": durations.one_qubit_gate, "cz": durations.two_qubit_gate}
    for gate in native(circuit).gates:
        end = max(busy.get(q, 0.0) for q in gate.qubits) + times.get(gate.kind, gate.seconds)
        busy |= dict.fromkeys(gate.qubits, end)
    return max(busy.values(), default=0.0)
