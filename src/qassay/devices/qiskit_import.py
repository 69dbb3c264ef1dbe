"""Qiskit circuits as our own single circuits: native gates only, nothing guessed."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from qassay.devices.simulated.operations import OneCircuit, Operation
from qassay.errors import UnsupportedCircuitError

_SECONDS: Final = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9, "ps": 1e-12}


def read_circuit(circuit: Any, qubits: int, gates: frozenset[str]) -> OneCircuit:
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
    operations = []
    for entry in circuit.data:
        name, on = entry.operation.name, tuple(place[qubit] for qubit in entry.qubits)
        if name == "barrier":
            operations.append(Operation("barrier", on))
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
        operations.append(_operation(circuit, entry.operation, on))
    return OneCircuit(qubits, tuple(operations), tuple(measured))


def _operation(circuit: Any, gate: Any, on: tuple[int, ...]) -> Operation:
    if gate.name == "delay":
        return Operation("delay", on, seconds=_delay_seconds(circuit, gate))
    try:
        values = [float(value) for value in gate.params]
    except TypeError as error:
        raise UnsupportedCircuitError(
            f"circuit {circuit.name}: {gate.name} has an open parameter"
        ) from error
    if gate.name == "cz":
        return Operation("cz", on)
    if gate.name == "rz":
        return Operation("z", on, values[0])
    angle, phase = {"sx": (np.pi / 2, 0.0), "x": (np.pi, 0.0)}.get(gate.name) or tuple(values)
    # The control takes the shorter way round; a half turn stays one about its own axis.
    angle = float(np.pi - np.remainder(np.pi - angle, 2 * np.pi))
    if angle < 0:
        angle, phase = -angle, phase + np.pi
    return Operation("pulse", on, angle, float(np.remainder(phase, 2 * np.pi)))


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
