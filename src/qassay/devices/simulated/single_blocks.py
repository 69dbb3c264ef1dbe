"""Exact evolution of qubits that meet nobody: one Bloch vector per circuit and qubit."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from qassay.circuits.family import CircuitFamily, Delay
from qassay.circuits.gates import IDLE
from qassay.devices.noise import Floats
from qassay.devices.simulated.pulse_layers import PulseBuffers, apply_layer, layers_of_run
from qassay.devices.simulated.strengths import Strengths


def probability_of_one(
    family: CircuitFamily,
    strengths: Strengths,
    qubits: npt.NDArray[np.intp],
    rows: npt.NDArray[np.intp],
    detuning: Floats | None,
) -> Floats:
    """Evolve single qubits and give the probability of the state 1 before readout.

    Args:
        family: The circuits.
        strengths: The noise.
        qubits: Which qubits, shape (qubits,).
        rows: Which circuits, shape (rows,); a circuit may come more than once.
        detuning: Slow detuning in rad/s, shape (rows, qubits of the family), or None.

    Returns:
        Shape (qubits, rows).
    """
    shape = (qubits.size, rows.size)
    x, y = np.zeros(shape), np.zeros(shape)
    z = np.repeat(1 - 2 * strengths.noise.preparation_error[qubits], rows.size).reshape(shape)
    room = PulseBuffers(shape)
    frame = np.zeros(shape, dtype=np.uint8)
    still = np.zeros((qubits.size, 1), dtype=np.uint8)
    for element in family.elements:
        if isinstance(element, Delay):
            wait = strengths.waiting(element.seconds).of(qubits)
            x *= wait.across[:, None]
            y *= wait.across[:, None]
            z *= wait.along[:, None]
            z += wait.lift[:, None]
            if detuning is not None:
                turn_about_z(x, y, element.seconds * detuning[:, qubits].T)
            continue
        wait_for_cz = strengths.durations.two_qubit_gate if element.pairs else 0.0
        table = strengths.pulse_table(wait_for_cz)[:, :, qubits]
        for layer in layers_of_run(element.codes, rows, qubits, frame, still, table):
            apply_layer(layer, None, x, y, z, room)
    return (1 - z) / 2


def rests(family: CircuitFamily, qubits: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
    """Say which qubits no circuit ever drives, shape (qubits,)."""
    driven = np.zeros(family.qubits, dtype=np.bool_)
    for element in family.elements:
        if not isinstance(element, Delay):
            driven |= element.codes.reshape(-1, family.qubits).max(axis=0, initial=IDLE) > IDLE
    return np.asarray(~driven[qubits])


def probability_of_one_at_rest(
    family: CircuitFamily, strengths: Strengths, qubits: npt.NDArray[np.intp]
) -> Floats:
    """Give what `probability_of_one` gives of qubits that nobody drives, one column for all rows.

    They stay on the z axis, where no detuning tells, and every circuit has them wait alike.

    Returns:
        Shape (qubits, 1).
    """
    z = 1 - 2 * strengths.noise.preparation_error[qubits]
    for element in family.elements:
        if isinstance(element, Delay):
            wait = strengths.waiting(element.seconds).of(qubits)
            z *= wait.along
            z += wait.lift
            continue
        wait_for_cz = strengths.durations.two_qubit_gate if element.pairs else 0.0
        keep, lift = strengths.pulse_table(wait_for_cz)[4:, IDLE, qubits]
        for _ in range(element.depth):
            z *= keep
            z += lift
    return ((1 - z) / 2)[:, None]


def turn_about_z(x: Floats, y: Floats, angle: Floats) -> None:
    """Turn Bloch components in place by an angle in radians, which broadcasts against them."""
    cosine, sine = np.cos(angle), np.sin(angle)
    turned = cosine * x - sine * y
    y *= cosine
    y += sine * x
    x[...] = turned
