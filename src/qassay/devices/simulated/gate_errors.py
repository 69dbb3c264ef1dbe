"""Each gate of a circuit as the ideal gate and, behind it, a Pauli error: the twirl.

The error of a gate is its noisy Pauli transfer matrix times the inverse of the ideal one; the
twirl keeps the diagonal. A zz is twirled as a whole: pulses, two CZ gates and the partner's
waiting composed exactly, and only the result made a Pauli error.
"""

from __future__ import annotations

import numpy as np

from qassay.circuits.circuit import Gate, native_zz
from qassay.circuits.gates import controlled_z, rotation, shorter_way
from qassay.devices.noise import Floats
from qassay.devices.simulated.circuit_blocks import Channels, side_by_side, zz_turn
from qassay.devices.simulated.pauli_twirl import one_qubit_probabilities, two_qubit_probabilities
from qassay.devices.simulated.strengths import Strengths


class GateErrors:
    """Pauli errors of a machine's gates, made once each.

    One-qubit errors have shape (4,) over I X Y Z, two-qubit errors (16,) over II IX .. ZZ, in
    the order of the gate's qubits.
    """

    def __init__(self, channels: Channels) -> None:
        """Take the noisy gates."""
        self.channels = channels
        self._made: dict[tuple[object, ...], Floats] = {}
        self._controlled_z = controlled_z()

    @classmethod
    def of(cls, strengths: Strengths) -> GateErrors:
        """Make the errors of a machine at one time."""
        return cls(Channels(strengths))

    def wait(self, qubit: int, seconds: float) -> Floats:
        """Relaxation while a qubit idles."""
        key = ("wait", qubit, seconds)
        if key not in self._made:
            matrix = self.channels.wait(qubit, seconds)
            self._made[key] = one_qubit_probabilities(np.diag(matrix))
        return self._made[key]

    def slow_wait(self, qubit: int, seconds: float) -> Floats:
        """A delay, slow detuning taken for a Pauli error too."""
        key = ("slow", qubit, seconds)
        if key not in self._made:
            diagonal = np.diag(self.channels.wait(qubit, seconds)).copy()
            slow = self.channels.strengths.noise.slow_dephasing[qubit]
            diagonal[1:3] *= np.exp(-seconds * slow)
            self._made[key] = one_qubit_probabilities(diagonal)
        return self._made[key]

    def pulse(self, qubit: int, angle: float, phase: float) -> Floats:
        """A pulse."""
        key = ("pulse", qubit, angle, phase)
        if key not in self._made:
            ideal = np.eye(4)
            ideal[1:, 1:] = rotation(*shorter_way(angle, phase))
            matrix = self.channels.pulse(qubit, angle, phase) @ ideal.T
            self._made[key] = one_qubit_probabilities(np.diag(matrix))
        return self._made[key]

    def meeting(self, gate: Gate, neighbours: int) -> Floats:
        """A cz or a zz."""
        key = (gate.kind, gate.qubits, gate.angle, neighbours)
        if key not in self._made:
            first, second = gate.qubits
            if gate.kind == "cz":
                noisy = self.channels.entangler(first, second, neighbours)
                ideal = self._controlled_z
            else:
                noisy = self._noisy_zz(first, second, gate.angle, neighbours)
                ideal = zz_turn(gate.angle)
            self._made[key] = two_qubit_probabilities(np.diag(noisy @ ideal.T))
        return self._made[key]

    def _noisy_zz(self, first: int, second: int, angle: float, neighbours: int) -> Floats:
        """Compose a zz as the hardware runs it; the first qubit waits beside the pulses."""
        rest = self.channels.wait(first, self.channels.strengths.durations.one_qubit_gate)
        whole: Floats = np.eye(16)
        for gate in native_zz(first, second, angle):
            if gate.kind == "cz":
                step = self.channels.entangler(first, second, neighbours)
            else:
                pulse = self.channels.pulse(second, gate.angle, gate.phase)
                step = side_by_side(rest, pulse)
            whole = np.asarray(step @ whole)
        return whole
