"""Qiskit circuits as our own circuits: native gates only, nothing guessed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from qassay.circuits.circuit import Circuit, Gate
from qassay.errors import UnsupportedCircuitError

_SECONDS: Final = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9, "ps": 1e-12}


@dataclass(frozen=True, slots=True)
class ReadCircuit:
    """A circuit from Qiskit.

    Attributes:
        circuit: On the qubits of the machine.
        measured: Qubit of each classical bit, -1 where a bit is never written.
    """

    circuit: Circuit
    measured: tuple[int, ...]


def read_circuit(circuit: Any, qubits: int, gates: frozenset[str]) -> ReadCircuit:
    """Read a Qiskit circuit.

    Args:
        circuit: A QuantumCircuit on physical qubits.
        qubits: Of the machine.
        gates: Names that the machine's target has.

    Raises:
        UnsupportedCircuitError: It is too wide, holds a gate that the target has not, an open
            parameter, or does something with a qubit that was measured.
    """
    if circuit.num_qubits > qubits:
        raise UnsupportedCircuitError(
            f"circuit {circuit.name} has {circuit.num_qubits} qubits, the machine {qubits}"
        )
    place = {qubit: number for number, qubit in enumerate(circuit.qubits)}
    bit = {clbit: number for number, clbit in enumerate(circuit.clbits)}
    measured = [-1] * circuit.num_clbits
    closed: set[int] = set()
    read = []
    for entry in circuit.data:
        name, on = entry.operation.name, tuple(place[qubit] for qubit in entry.qubits)
        if name == "barrier":
            read.append(Gate("barrier", on))
            continue
        if closed & set(on):
            raise UnsupportedCircuitError(
                f"circuit {circuit.name}: {name} on qubit {min(closed & set(on))} after its"
                " measurement; mid-circuit measurement is not simulated"
            )
        if name == "measure":
            measured[bit[entry.clbits[0]]] = on[0]
            closed.update(on)
            continue
        if name not in gates:
            raise UnsupportedCircuitError(
                f"circuit {circuit.name}: unknown gate {name}, expected one of"
                f" {', '.join(sorted(gates))}; transpile it for this backend first"
            )
        read.append(_gate(circuit, entry.operation, on))
    return ReadCircuit(Circuit(qubits, tuple(read)), tuple(measured))


def _gate(circuit: Any, gate: Any, on: tuple[int, ...]) -> Gate:
    if gate.name == "delay":
        return Gate("delay", on, seconds=_delay_seconds(circuit, gate))
    try:
        values = [float(value) for value in gate.params]
    except TypeError as error:
        raise UnsupportedCircuitError(
            f"circuit {circuit.name}: {gate.name} has an open parameter"
        ) from error
    if gate.name == "cz":
        return Gate("cz", on)
    if gate.name == "rz":
        return Gate("rz", on, values[0])
    angle, phase = {"sx": (np.pi / 2, 0.0), "x": (np.pi, 0.0)}.get(gate.name) or tuple(values)
    return Gate("prx", on, angle, phase)


def _delay_seconds(circuit: Any, gate: Any) -> float:
    unit = _SECONDS.get(gate.unit)
    try:
        seconds = float(gate.duration) * (unit or np.nan)
    except TypeError:
        seconds = np.nan
    if not (np.isfinite(seconds) and seconds >= 0):
        raise UnsupportedCircuitError(
            f"circuit {circuit.name}: a delay of {gate.duration} {gate.unit}; this machine has no"
            " clock of its own, write delays in seconds"
        )
    return seconds
