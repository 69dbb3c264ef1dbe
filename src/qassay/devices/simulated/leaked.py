"""What becomes of a pair after one of its qubits has left the computational states."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from qassay.devices.noise import Floats
from qassay.devices.simulated.pulse_layers import LayerOfPulses, PulseBuffers, apply_layer
from qassay.devices.simulated.single_blocks import turn_about_z
from qassay.devices.simulated.strengths import Waiting


class Leaked:
    """Two branches of a pair: the first or the second qubit is gone, the partner lives on.

    Each branch is the partner's Pauli expectations, not normalised, shape
    (4, pairs, circuits); its weight is component 0. A lone partner cannot leak: the gate
    needs both.
    """

    def __init__(self, shape: tuple[int, ...]) -> None:
        """Start empty, for (pairs, circuits)."""
        self._room = PulseBuffers(shape)
        self._without_first = np.zeros((4, *shape))
        self._without_second = np.zeros((4, *shape))

    def pulses(self, first: LayerOfPulses, second: LayerOfPulses) -> None:
        """Apply a layer's pulses to the partners."""
        for u, layer in ((self._without_first, second), (self._without_second, first)):
            apply_layer(layer, u[0], u[1], u[2], u[3], self._room)

    def wait(self, waits: Sequence[Waiting], angles: Sequence[Floats] | None = None) -> None:
        """Let the partners relax; `waits` and detuning `angles` are of the first, the second."""
        for u, side in ((self._without_first, 1), (self._without_second, 0)):
            u[1:3] *= waits[side].across
            u[3] *= waits[side].along
            u[3] += waits[side].lift * u[0]
            if angles is not None:
                turn_about_z(u[1], u[2], angles[side])

    def skip_gate(self, shift: npt.NDArray[np.uint8], waits: Sequence[Waiting]) -> None:
        """Let the partners idle where the pair has its gate.

        Args:
            shift: Quarter turns of the frames. The gate does nothing to a lone partner, so
                its components turn back by what its frame goes forward.
            waits: Relaxation during the gate, of the first and of the second.
        """
        gone = shift.astype(bool)
        for u in (self._without_first, self._without_second):
            x = np.where(gone, u[2], u[1])
            u[2] = np.where(gone, -u[1], u[2])
            u[1] = x
        self.wait(waits)

    def take_over(self, v: Floats, leak: Floats) -> None:
        """Move what leaks after the gate from the pair `v` to the branches, half to each."""
        self._without_first += leak / 2 * v[0]
        self._without_second += leak / 2 * v[:, 0]
        v *= 1 - leak

    def read_as_one(self, found: Floats) -> None:
        """Add the branches to the probabilities of the four states, (2, 2, pairs, circuits)."""
        u = self._without_first
        found[1, 0] += (u[0] + u[3]) / 2
        found[1, 1] += (u[0] - u[3]) / 2
        u = self._without_second
        found[0, 1] += (u[0] + u[3]) / 2
        found[1, 1] += (u[0] - u[3]) / 2
