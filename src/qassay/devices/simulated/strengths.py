"""From the error rates of a machine to the numbers that its channels are made of.

One-qubit channels act on the Bloch vector: x, y shrink by one factor, z by another, and
relaxation lifts z towards 1 (the state 0). See `qassay.devices.noise` for the model.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from qassay.circuits.gates import ANGLES, IDLE
from qassay.devices.description import Durations
from qassay.devices.machine_file import Machine
from qassay.devices.noise import WORST_TWO_QUBIT_ERROR, Floats, NoiseModel


@dataclass(frozen=True, slots=True)
class Waiting:
    """Relaxation for some time, arrays of one shape: across (x, y), along (z), lift of z."""

    across: Floats
    along: Floats
    lift: Floats

    def of(self, qubits: npt.NDArray[np.intp]) -> Waiting:
        """Pick qubits."""
        return Waiting(self.across[qubits], self.along[qubits], self.lift[qubits])


@dataclass(frozen=True, slots=True, eq=False)
class Strengths:
    """A machine's noise at one time, and its gate times.

    Attributes:
        noise: Drift included.
        durations: Gate times in seconds.
        machine: Whose they are; for the places of pairs.
    """

    noise: NoiseModel
    durations: Durations
    machine: Machine
    _waits: dict[float, Waiting] = field(default_factory=dict)
    _tables: dict[float, Floats] = field(default_factory=dict)

    @classmethod
    def of(cls, machine: Machine, seconds: float) -> Strengths:
        """Take a machine at a device time in seconds."""
        return cls(machine.noise_at(seconds), machine.description.durations, machine)

    @property
    def couplings(self) -> npt.NDArray[np.intp] | None:
        """The coupled qubits, shape (couplings, 2); None on an all-to-all machine."""
        if self.machine.description.connectivity == "all-to-all":
            return None
        return self.machine.pair_ends

    def waiting(self, seconds: float) -> Waiting:
        """Relaxation of every qubit that waits, shapes (qubits,)."""
        if seconds not in self._waits:
            t1, t2 = self.noise.t1, self.noise.t2
            self._waits[seconds] = Waiting(
                np.exp(-seconds / t2), np.exp(-seconds / t1), -np.expm1(-seconds / t1)
            )
        return self._waits[seconds]

    def pulse_keeps(self) -> Floats:
        """The factor of a pulse's depolarization, shape (qubits,).

        The Bloch matrix of relaxation times this factor k has the stated infidelity
        1 - 1/2 - k trace / 6.
        """
        wait = self.waiting(self.durations.one_qubit_gate)
        trace = 2 * wait.across + wait.along
        return np.clip((3 - 6 * self.noise.one_qubit_error) / trace, 0.0, 1.0)

    def pulse_table(self, then_wait: float = 0.0) -> Floats:
        """Coefficients of every pulse in the frame of its own axis.

        Args:
            then_wait: Seconds of waiting after the pulse.

        Returns:
            Shape (6, codes, qubits): with x along the pulse's axis, the pulse maps
            x to k0 x, y to k1 y - k2 z, and z to k3 y + k4 z + k5.
        """
        if then_wait not in self._tables:
            self._tables[then_wait] = self._pulse_table(then_wait)
        return self._tables[then_wait]

    def _pulse_table(self, then_wait: float) -> Floats:
        qubits = self.noise.t1.size
        wait, after = self.waiting(self.durations.one_qubit_gate), self.waiting(then_wait)
        keep = self.pulse_keeps()
        table = np.empty((6, len(ANGLES), qubits))
        for code, angle in enumerate(ANGLES):
            kept = np.ones(qubits) if code == IDLE else keep
            turned = angle + angle / (np.pi / 2) * self.noise.one_qubit_overrotation
            # Away from rounding: a perfect quarter pulse must be exact.
            cosine, sine = _clean(np.cos(turned)), _clean(np.sin(turned))
            across = kept * wait.across * after.across
            along = kept * wait.along * after.along
            table[0, code] = across
            table[1, code], table[2, code] = across * cosine, across * sine
            table[3, code], table[4, code] = along * sine, along * cosine
            table[5, code] = kept * wait.lift * after.along + after.lift
        return table

    def entangler_keeps(
        self, pairs: tuple[tuple[int, int], ...], neighbours: npt.NDArray[np.intp]
    ) -> Floats:
        """The factor of a CZ's two-qubit depolarization.

        Args:
            pairs: The pairs of a run.
            neighbours: Simultaneous neighbours of each, shape (circuits or 1, pairs).

        Returns:
            Shape of `neighbours`. With T the trace of both relaxations' Pauli transfer
            matrix, a factor k has the average infidelity 1 - (4 (1 + k (T - 1)) / 16 + 1) / 5.
        """
        places = self.machine.pair_places(pairs)
        ends = np.array(pairs, dtype=np.intp).reshape(-1, 2)
        wait = self.waiting(self.durations.two_qubit_gate)
        traces = 1 + 2 * wait.across + wait.along
        error = self.noise.two_qubit_error[places]
        error = error + self.noise.crosstalk_error[places] * neighbours
        error = np.minimum(error, WORST_TWO_QUBIT_ERROR)
        keeps = (15 - 20 * error) / (traces[ends].prod(axis=1) - 1)
        return np.asarray(np.clip(keeps, 0.0, 1.0))


def _clean(values: Floats) -> Floats:
    """Set the rounding error of cos(pi/2) and its like to zero."""
    return np.where(np.abs(values) < 1e-15, 0.0, values)
