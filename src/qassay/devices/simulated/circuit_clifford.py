"""Clifford circuits of any width by stim, noise twirled into Pauli errors and flagged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from qassay.circuits.circuit import Gate
from qassay.circuits.gates import HALF_X, HALF_Y, IDLE, QUARTER, STIM_NAMES, quarter_turns
from qassay.devices.noise import Floats
from qassay.devices.simulated.gate_errors import GateErrors
from qassay.devices.simulated.leak_patterns import leak_patterns, without_gone
from qassay.devices.simulated.schedule import Timed

_Z_NAMES = ("I", "S", "Z", "S_DAG")


def is_clifford(timed: Sequence[Timed]) -> bool:
    """Whether every pulse, turn and zz is one of quarter turns."""
    return all(
        quarter_turns(x.gate.angle) is not None
        and (x.gate.kind != "prx" or quarter_turns(x.gate.phase) is not None)
        for x in timed
    )


def pulse_code(gate: Gate) -> int:
    """Find the pulse code of a Clifford pulse."""
    angle, phase = quarter_turns(gate.angle), quarter_turns(gate.phase)
    if angle is None or phase is None:
        raise ValueError("not a Clifford pulse")
    if angle == 2:
        return HALF_Y if phase % 2 else HALF_X
    return (IDLE, QUARTER[phase], IDLE, QUARTER[(phase + 2) % 4])[angle]


def sample_clifford(
    qubits: Sequence[int],
    timed: Sequence[Timed],
    errors: GateErrors,
    shots: int,
    into: npt.NDArray[np.uint8],
    generator: np.random.Generator,
) -> None:
    """Draw the states of some qubits, before readout.

    Args:
        qubits: Which; nobody else meets them.
        timed: Their schedule, zz written out.
        errors: Of the machine's gates.
        shots: How many.
        into: Written to in the columns of the qubits, shape (shots, qubits of the circuit).
        generator: Of the outcomes.
    """
    import stim

    strengths = errors.channels.strengths
    columns = np.array(qubits, dtype=np.intp)
    for pattern in leak_patterns(timed, strengths, shots, generator):
        entries = without_gone(timed, pattern, strengths)
        text = "\n".join([*_lines(qubits, entries, errors)]) + "\n"
        seed = int(generator.integers(2**62))
        sampler = stim.Circuit(text).compile_sampler(seed=seed)
        into[np.ix_(pattern.shots, columns)] = sampler.sample(pattern.shots.size)
        for qubit in pattern.qubits:
            into[pattern.shots, qubit] = 1


def _lines(qubits: Sequence[int], timed: Sequence[Timed], errors: GateErrors) -> Iterator[str]:
    preparation = errors.channels.strengths.noise.preparation_error
    for qubit in qubits:
        if preparation[qubit] > 0:
            yield f"X_ERROR({preparation[qubit]:.6g}) {qubit}"
    for entry in timed:
        gate, on = entry.gate, entry.gate.qubits
        for qubit, seconds in zip(on, entry.waits, strict=True):
            if seconds > 0:
                yield _channel(errors.wait(qubit, seconds), qubit)
        if gate.kind == "cz":
            yield f"CZ {on[0]} {on[1]}"
            chances = errors.meeting(gate, entry.neighbours)
            if chances[0] < 1:
                listed = ",".join(f"{p:.6g}" for p in chances[1:])
                yield f"PAULI_CHANNEL_2({listed}) {on[0]} {on[1]}"
        elif gate.kind == "prx":
            yield f"{STIM_NAMES[pulse_code(gate)]} {on[0]}"
            yield _channel(errors.pulse(on[0], gate.angle, gate.phase), on[0])
        elif gate.kind == "rz":
            yield f"{_Z_NAMES[quarter_turns(gate.angle) or 0]} {on[0]}"
        elif gate.kind == "delay":
            yield _channel(errors.slow_wait(on[0], gate.seconds), on[0])
    yield "M " + " ".join(map(str, qubits))


def _channel(chances: Floats, qubit: int) -> str:
    if chances[0] == 1:
        return ""
    return f"PAULI_CHANNEL_1({chances[1]:.6g},{chances[2]:.6g},{chances[3]:.6g}) {qubit}"
