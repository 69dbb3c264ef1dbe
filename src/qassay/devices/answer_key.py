"""The truth of a virtual machine, in the words of the metrics.

Written from the definitions, by formulas that the engines do not use, so that the two can
be held against each other. The self-check and the tests read it; a protocol or a judge that
could would be no judge (see the walls in pyproject.toml).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qassay.devices.description import Pair
from qassay.devices.machine_file import Machine
from qassay.devices.noise import WORST_TWO_QUBIT_ERROR, Floats


def t1(machine: Machine) -> Floats:
    """Relaxation times in seconds, shape (qubits,)."""
    return machine.noise.t1


def t2_star(machine: Machine) -> Floats:
    """Time in which a Ramsey signal falls to 1/e, seconds, shape (qubits,)."""
    return machine.noise.t2_star


def t2_echo(machine: Machine) -> Floats:
    """Time in which the signal with one echo in the middle falls to 1/e, seconds, (qubits,)."""
    return machine.noise.t2


def one_qubit_gate_error(machine: Machine, seconds: float = 0.0) -> Floats:
    """Average infidelity of a quarter pulse, over-rotation included, shape (qubits,).

    The stated error belongs to a channel with Bloch matrix diag(b, b, a); the over-rotation
    by e about the pulse's axis, whatever its phase, leaves the trace b + (a + b) cos e, and
    the average infidelity is 1/2 - trace/6.

    Args:
        machine: The machine.
        seconds: Device time, for drift.
    """
    noise, time = machine.noise_at(seconds), machine.description.durations.one_qubit_gate
    across, along = np.exp(-time / noise.t2), np.exp(-time / noise.t1)
    trace = 3 - 6 * noise.one_qubit_error  # of the channel without over-rotation
    share = across / (2 * across + along)
    turned = share + (1 - share) * np.cos(noise.one_qubit_overrotation)
    return np.asarray(0.5 - trace * turned / 6)


def two_qubit_gate_error(
    machine: Machine,
    pairs: Sequence[Pair],
    matching: Sequence[Pair] | None = None,
    seconds: float = 0.0,
) -> Floats:
    """Average infidelity of CZ: over-rotation, crosstalk and leakage included, (len(pairs),).

    exp(-i phi/2 ZZ) shortens by cos phi the eight Pauli operators that anticommute with ZZ;
    their share of the relaxation's trace is known, and what leaks has fidelity 0.

    Args:
        machine: The machine.
        pairs: Which pairs.
        matching: The pairs that have their gates at the same time; None for one at a time.
        seconds: Device time, for drift.
    """
    noise, time = machine.noise_at(seconds), machine.description.durations.two_qubit_gate
    places = machine.pair_places(tuple(pairs))
    beside = np.array([_neighbours(machine, pair, matching or ()) for pair in pairs])
    error = noise.two_qubit_error[places] + noise.crosstalk_error[places] * beside
    error = np.minimum(error, WORST_TWO_QUBIT_ERROR)
    first, second = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    across, along = 2 * np.exp(-time / noise.t2), 1 + np.exp(-time / noise.t1)
    # Pauli operators with X or Y on exactly one side anticommute with ZZ.
    odd = across[first] * along[second] + along[first] * across[second]
    even = across[first] * across[second] + along[first] * along[second] - 1
    share = odd / (odd + even)
    trace = (15 - 20 * error) * (1 - share + share * np.cos(noise.two_qubit_overrotation[places]))
    fidelity = (1 + (1 + trace) / 4) / 5
    return np.asarray(1 - (1 - noise.leakage[places]) * fidelity)


def _neighbours(machine: Machine, pair: Pair, matching: Sequence[Pair]) -> int:
    """Count the pairs of a matching that stand beside this one."""
    couplings = {frozenset(coupling) for coupling in machine.description.couplings}
    line = machine.description.connectivity == "all-to-all"
    return sum(
        any(
            abs(a - b) == 1 if line else frozenset((a, b)) in couplings for a in pair for b in other
        )
        for other in matching
        if set(other) != set(pair)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadoutErrors:
    """Readout errors of every qubit, arrays of shape (qubits,).

    Attributes:
        p01: P(read 1 | 0).
        p10: P(read 0 | 1).
    """

    p01: Floats
    p10: Floats

    @property
    def mean(self) -> Floats:
        """The mean of both directions, which is the metric `readout_error`."""
        return np.asarray((self.p01 + self.p10) / 2)


def readout_errors(machine: Machine, seconds: float = 0.0) -> ReadoutErrors:
    """Errors of the readout alone: of a qubit that is in 0 or 1 without doubt.

    A correlated readout flips the bit once more, with what its two neighbours in number share:
    an odd number of flips of chances c and d has the chance c + d - 2 c d.
    """
    noise = machine.noise_at(seconds)
    after = noise.correlated_readout.copy()
    after[-1:] = 0.0  # the last qubit has no next one
    before = np.concatenate([[0.0], after[:-1]])
    flipped = after + before - 2 * after * before
    p01, p10 = (p + flipped - 2 * p * flipped for p in (noise.readout_p01, noise.readout_p10))
    return ReadoutErrors(p01=p01, p10=p10)


def preparation_and_readout_errors(machine: Machine, seconds: float = 0.0) -> ReadoutErrors:
    """Errors as a protocol sees them that prepares, flips with a perfect pulse, and reads.

    With the probability of a wrong preparation the qubit is in the other state. What a real
    half pulse adds is a gate error and not counted here.
    """
    read, wrong = readout_errors(machine, seconds), machine.noise.preparation_error
    return ReadoutErrors(
        p01=(1 - wrong) * read.p01 + wrong * (1 - read.p10),
        p10=(1 - wrong) * read.p10 + wrong * (1 - read.p01),
    )


def leakage(machine: Machine, pairs: Sequence[Pair]) -> Floats:
    """Probability per CZ that one of the two leaks, shape (len(pairs),)."""
    return np.asarray(machine.noise.leakage[machine.pair_places(tuple(pairs))])


def crosstalk(machine: Machine, pairs: Sequence[Pair]) -> Floats:
    """Average infidelity that one simultaneous neighbour adds to a CZ, shape (len(pairs),)."""
    return np.asarray(machine.noise.crosstalk_error[machine.pair_places(tuple(pairs))])
