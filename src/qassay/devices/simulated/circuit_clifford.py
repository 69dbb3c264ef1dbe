"""One Clifford circuit of any width by stim, noise twirled into Pauli errors and flagged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from qassay.circuits.circuit import Circuit, Gate
from qassay.circuits.gates import HALF_X, HALF_Y, IDLE, QUARTER, STIM_NAMES, quarter_turns
from qassay.devices.simulated.pauli_twirl import (
    delay_errors,
    entangler_errors,
    turn_errors,
    waiting_errors,
)
from qassay.devices.simulated.schedule import Timed
from qassay.devices.simulated.strengths import Strengths

_Z_NAMES = ("I", "S", "Z", "S_DAG")


def is_clifford(circuit: Circuit) -> bool:
    """Whether every pulse and turn is one of quarter turns."""
    return all(
        quarter_turns(x.angle) is not None
        and (x.kind == "rz" or quarter_turns(x.phase) is not None)
        for x in circuit.gates
        if x.kind in ("prx", "rz")
    )


def pulse_code(gate: Gate) -> int:
    """Find the pulse code of a Clifford pulse."""
    angle, phase = quarter_turns(gate.angle), quarter_turns(gate.phase)
    if angle is None or phase is None:
        raise ValueError("not a Clifford pulse")
    if angle == 2:
        return HALF_Y if phase % 2 else HALF_X
    return (IDLE, QUARTER[phase], IDLE, QUARTER[(phase + 2) % 4])[angle]


def sample(
    circuit: Circuit,
    timed: Sequence[Timed],
    strengths: Strengths,
    shots: int,
    generator: np.random.Generator,
) -> npt.NDArray[np.uint8]:
    """Draw the state of every qubit as it is read, shape (shots, qubits)."""
    import stim

    text = "\n".join([*_lines(circuit, timed, strengths)]) + "\n"
    seed = int(generator.integers(2**62))
    bits = stim.Circuit(text).compile_sampler(seed=seed).sample(shots).astype(np.uint8)
    noise, some = strengths.noise, slice(circuit.qubits)
    chance = np.where(bits, noise.readout_p10[some], noise.readout_p01[some])
    bits ^= generator.random(bits.shape) < chance
    return np.asarray(bits)


def _lines(circuit: Circuit, timed: Sequence[Timed], strengths: Strengths) -> Iterator[str]:
    for qubit, wrong in enumerate(strengths.noise.preparation_error[: circuit.qubits]):
        if wrong > 0:
            yield f"X_ERROR({wrong:.6g}) {qubit}"
    pulses: dict[tuple[int, float, float], str] = {}
    waits: dict[float, npt.NDArray[np.float64]] = {}
    delays: dict[float, npt.NDArray[np.float64]] = {}
    for entry in timed:
        gate, qubits = entry.gate, entry.gate.qubits
        for qubit, seconds in zip(qubits, entry.waits, strict=True):
            if seconds > 0:
                if seconds not in waits:
                    waits[seconds] = waiting_errors(strengths, seconds)
                yield _channel(waits[seconds][:, qubit], qubit)
        if gate.kind == "cz":
            a, b = min(qubits), max(qubits)
            yield f"CZ {a} {b}"
            errors = entangler_errors(strengths, (a, b), entry.neighbours)
            if errors.any():
                yield f"PAULI_CHANNEL_2({','.join(f'{p:.6g}' for p in errors)}) {a} {b}"
        elif gate.kind == "prx":
            code = pulse_code(gate)
            yield f"{STIM_NAMES[code]} {qubits[0]}"
            key = (qubits[0], gate.angle, gate.phase)
            if key not in pulses:
                pulses[key] = _channel(turn_errors(strengths, *key), qubits[0])
            yield pulses[key]
        elif gate.kind == "rz":
            yield f"{_Z_NAMES[quarter_turns(gate.angle) or 0]} {qubits[0]}"
        else:
            seconds = gate.seconds
            if seconds not in delays:
                delays[seconds] = delay_errors(strengths, seconds)
            yield _channel(delays[seconds][:, qubits[0]], qubits[0])
    yield "M " + " ".join(map(str, range(circuit.qubits)))


def _channel(errors: npt.NDArray[np.float64], qubit: int) -> str:
    if not errors.any():
        return ""
    return f"PAULI_CHANNEL_1({errors[0]:.6g},{errors[1]:.6g},{errors[2]:.6g}) {qubit}"
