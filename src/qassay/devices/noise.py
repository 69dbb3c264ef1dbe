"""The noise of a virtual machine: numbers per qubit and per pair, and what they mean.

Averages are over all input states (average gate infidelity). In words:

* Waiting, in a `Delay` or idle in a layer: relaxation with T1 towards 0, coherence with T2.
  In a `Delay` there is besides a slow detuning, constant within a shot and Lorentzian over
  shots with half width 1/T2* - 1/T2, so that a Ramsey signal falls as exp(-t/T2*) and an
  echo in the middle brings back exp(-t/T2), both exactly. Within a layer it is left out:
  gates are far shorter than T2*, and T2 is what the machine file promises there.
* A pulse: its rotation, turned too far by the over-rotation about the pulse's own axis
  (twice as far for a half pulse), then relaxation for the duration of the gate, then
  depolarization by what is missing to the stated error. The phase of a pulse is a
  matter of the control clock, so the noise turns with it.
* A CZ: the gate, times exp(-i phi/2 ZZ) for the over-rotation phi, then relaxation of both
  qubits for its duration, then two-qubit depolarization up to the stated error plus the
  crosstalk of each simultaneous neighbour, then leakage: with probability `leakage` one of
  the two, either with the same chance, leaves for good. A leaked qubit is read as a 1,
  and its later gates do nothing to the partner, who idles.
* A pair is a neighbour of another when a coupling joins a qubit of one to a qubit of the
  other. On an all-to-all machine every coupling exists, so the qubits are taken to stand
  in one line in the order of their numbers (a chain of ions), and neighbours in that line
  count.
* Heating of a chain of ions: each ion that stands between the two adds `heating_error` to the
  stated error of their gate. It is in `two_qubit_error` once the file is read.
* Atom loss: with this chance an atom is lost before it is read, and is read as a 1 would be.
  It is in `readout_p01` once the file is read: p01 + loss (1 - p01 - p10).
* Correlated readout: with the chance of qubit q, the bits of q and q + 1 are flipped together,
  after their own readout errors.
* A dead qubit starts in 0 and stays there: no gate reaches it, and its partners idle instead.
* Over-rotation and leakage are added to the stated error; relaxation is inside it.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from qassay.devices.description import Durations

Floats = npt.NDArray[np.float64]

# The completely depolarizing channel: d=2 and d=4, infidelity 1 - 1/d.
WORST_ONE_QUBIT_ERROR: Final = 0.5
WORST_TWO_QUBIT_ERROR: Final = 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """A slow change of error rates: they are multiplied by 1 + amplitude * f(time).

    Attributes:
        kind: "sine": f = sin(2 pi t / period); "step": f = 0 before `period`, 1 from then
            on; "linear": f = t / period; "jumps": f = 1 in some periods, drawn once each,
            else 0.
        amplitude: Dimensionless; 0.2 is 20 %.
        period: Seconds.
        of_gates: Whether gate errors drift (the part above what T1 and T2 allow).
        of_readout: Whether both readout errors drift.
        chance: Of a period with a jump.
        seed: Of the jumps.
    """

    kind: Literal["sine", "step", "linear", "jumps"]
    amplitude: float
    period: float
    of_gates: bool = True
    of_readout: bool = False
    chance: float = 0.0
    seed: int = 0

    def factor(self, seconds: float) -> float:
        """Give the factor on the error rates at this device time, never negative."""
        turns = seconds / self.period
        shape = {
            "sine": math.sin(2 * math.pi * turns),
            "step": float(turns >= 1),
            "linear": turns,
            "jumps": float(self.chance > 0 and self._uniform(math.floor(turns)) < self.chance),
        }[self.kind]
        return max(0.0, 1.0 + self.amplitude * shape)

    def _uniform(self, period: int) -> float:
        """Draw a number from 0 to 1 for a period, the same whenever it is asked for."""
        digest = hashlib.sha256(f"{self.seed} {period}".encode()).digest()
        return int.from_bytes(digest[:8], "big") / 2.0**64


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NoiseModel:
    """All error rates of one machine.

    Arrays of shape (qubits,): `t1`, `t2`, `t2_star` (seconds, may be infinite),
    `one_qubit_error`, `one_qubit_overrotation` (radians a quarter pulse), `readout_p01`
    = P(read 1 | 0), `readout_p10` = P(read 0 | 1), `preparation_error` = P(starts in 1).
    `correlated_readout` = P(this bit and the next are flipped together). `dead`: numbers of dead
    qubits. Arrays of shape (pairs,), in the order of the description's `pairs`: `two_qubit_error`,
    `two_qubit_overrotation` (radians), `crosstalk_error`, `leakage`.
    """

    t1: Floats
    t2: Floats
    t2_star: Floats
    one_qubit_error: Floats
    one_qubit_overrotation: Floats
    readout_p01: Floats
    readout_p10: Floats
    preparation_error: Floats
    correlated_readout: Floats
    two_qubit_error: Floats
    two_qubit_overrotation: Floats
    crosstalk_error: Floats
    leakage: Floats
    drift: Drift | None = None
    dead: tuple[int, ...] = ()

    @property
    def slow_dephasing(self) -> Floats:
        """Half width of the Lorentzian detuning, rad/s, shape (qubits,)."""
        return np.maximum(0.0, 1.0 / self.t2_star - 1.0 / self.t2)

    def at(self, seconds: float, durations: Durations, ends: npt.NDArray[np.intp]) -> NoiseModel:
        """Give the noise as it is at a device time.

        Args:
            seconds: Device time since the start of the campaign.
            durations: The machine's gate times, for the part of the errors that cannot drift.
            ends: The two qubits of each pair, shape (pairs, 2).
        """
        if self.drift is None:
            return self
        factor = self.drift.factor(seconds)
        drifted = self
        if self.drift.of_gates:
            floor = one_qubit_coherence_limit(self.t1, self.t2, durations.one_qubit_gate)
            grown = floor + (self.one_qubit_error - floor) * factor
            floors = two_qubit_coherence_limit(self.t1, self.t2, durations.two_qubit_gate, ends)
            pair_grown = floors + (self.two_qubit_error - floors) * factor
            drifted = replace(
                drifted,
                one_qubit_error=np.minimum(grown, WORST_ONE_QUBIT_ERROR),
                two_qubit_error=np.minimum(pair_grown, WORST_TWO_QUBIT_ERROR),
                crosstalk_error=self.crosstalk_error * factor,
            )
        if self.drift.of_readout:
            drifted = replace(
                drifted,
                readout_p01=np.minimum(self.readout_p01 * factor, 1.0),
                readout_p10=np.minimum(self.readout_p10 * factor, 1.0),
            )
        return drifted


def one_qubit_coherence_limit(t1: Floats, t2: Floats, seconds: float) -> Floats:
    """Give the average infidelity of waiting, shape as t1 and t2.

    The Bloch matrix of relaxation is diag(e^-t/T2, e^-t/T2, e^-t/T1), and the average
    fidelity of a qubit channel is 1/2 + trace/6 (Nielsen, Phys. Lett. A 303, 249 (2002)).
    """
    # expm1 keeps the digits of limits near 1e-12, where 1 - exp loses them.
    lost: Floats = -(np.expm1(-seconds / t1) + 2 * np.expm1(-seconds / t2)) / 6
    return lost


def two_qubit_coherence_limit(
    t1: Floats, t2: Floats, seconds: float, ends: npt.NDArray[np.intp]
) -> Floats:
    """Give the average infidelity of two qubits waiting side by side, shape (pairs,).

    With e the process infidelity, the average infidelity is 4/5 e; the process fidelities
    of the two sides multiply.
    """
    process = 1.5 * one_qubit_coherence_limit(t1, t2, seconds)
    first, second = process[ends[:, 0]], process[ends[:, 1]]
    lost: Floats = 0.8 * (first + second - first * second)
    return lost
