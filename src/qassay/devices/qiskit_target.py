"""The Qiskit target of a virtual machine: gates, couplings and durations, no errors."""

from __future__ import annotations

from typing import Any, Literal

from qassay.devices.machine_file import Machine
from qassay.devices.noise import NoiseModel

Style = Literal["sx", "r"]


def machine_target(machine: Machine, style: Style, errors: NoiseModel | None = None) -> Any:
    """Make a `Target` for a machine.

    Args:
        machine: The machine.
        style: "sx": sx, x and rz; "r": r and rz. Both with cz.
        errors: Tell these error rates to whoever asks; None keeps them secret.
    """
    from qiskit.circuit import Delay, Measure, Parameter
    from qiskit.circuit.library import CZGate, RGate, RZGate, SXGate, XGate
    from qiskit.transpiler import InstructionProperties, Target

    times, count = machine.description.durations, machine.description.qubits
    target = Target(
        description=machine.description.name,
        num_qubits=count,
        dt=None,
    )
    ones = range(count)

    def each(seconds: float | None, rates: Any = None) -> dict[Any, Any]:
        return {
            (q,): InstructionProperties(
                duration=seconds, error=None if rates is None else float(rates[q])
            )
            for q in ones
        }

    pulse = None if errors is None else errors.one_qubit_error
    angle, phase = Parameter("theta"), Parameter("phi")
    pulses = [SXGate(), XGate()] if style == "sx" else [RGate(angle, phase)]
    for gate in pulses:
        target.add_instruction(gate, each(times.one_qubit_gate, pulse))
    target.add_instruction(
        RZGate(Parameter("lambda")), each(0.0, None if errors is None else [0.0] * count)
    )
    pairs: dict[Any, Any] = {}
    for place, (a, b) in enumerate(machine.pair_ends.tolist()):
        error = None if errors is None else float(errors.two_qubit_error[place])
        both = InstructionProperties(duration=times.two_qubit_gate, error=error)
        pairs[a, b] = pairs[b, a] = both
    if pairs:
        target.add_instruction(CZGate(), pairs)
    read = None if errors is None else (errors.readout_p01 + errors.readout_p10) / 2
    target.add_instruction(Measure(), each(times.readout, read))
    target.add_instruction(Delay(Parameter("t")), {(q,): None for q in ones})
    return target
