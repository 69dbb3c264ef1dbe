"""Readout: prepare random bit strings, read them.

Measures: P(read 1 | prepared 0), P(read 0 | prepared 1) and their mean on every qubit.
Model: none. The share of wrong bits of a shot has the mean error over the qubits as its mean,
because a fair coin set each bit; bits of one shot may hang together in any way, so the shot is the
unit (where a circuit is run several times: the circuit, whose shots have one string).
Design: every circuit has a random string of its own; half of the qubits are in each state in a
typical shot, which is how an algorithm finds them. A bit that was prepared in 0 and read wrong
comes up with half of P(1|0) in a shot, whatever else happens in it; so one direction is twice the
share of such bits, and its largest value is 2.
What it cannot tell: preparation errors and the error of the half turn that makes a 1 are in
the number (readout alone is never worse). A machine that knows the string can cheat.
Reference: M. Geller, "Rigorous measurement error correction", arXiv:2002.01471 (definition
of the assignment errors); intervals: `statistics.intervals.bounded_mean_estimate`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from qassay.circuits.family import CircuitFamily, Pulses
from qassay.circuits.gates import HALF_X
from qassay.devices.description import Durations
from qassay.protocols.interface import Bits, DecayLaw, Drawn, Experiment, Model, Reach, Target
from qassay.protocols.quantity import Quantity
from qassay.protocols.scoring import all_bits_right, overhead
from qassay.protocols.shares import DIRECTIONS, share_of, wrong_shares
from qassay.randomness import Stream
from qassay.statistics.estimate import Estimate, physical
from qassay.statistics.intervals import bounded_mean_estimate
from qassay.statistics.trials import Trials


def error_estimate(
    quantity: str, shares: npt.NDArray[np.float64], trials: Trials, level: float
) -> Estimate:
    """Turn shares of wrong bits, one a circuit, into an estimate of the error."""
    most = 1 / share_of(quantity, 1.0)
    shots = trials.circuits * trials.shots
    found = bounded_mean_estimate(shares * most, level=level, shots=shots, most=most)
    return physical(found, most=1.0)


class Readout:
    """Readout and preparation error of every qubit, all qubits at once.

    Attributes:
        directions: The errors of a 0 and of a 1.
    """

    id = "readout"
    version = 2
    title = "Readout and preparation"
    model: Model = "probability"
    reach: Reach = "qubits"
    asymptote = 0.0
    laws: Mapping[str, DecayLaw] = MappingProxyType({})
    directions = DIRECTIONS
    quantities = ("readout_error", *directions)
    assumptions = (
        "state preparation and readout errors are counted together",
        "the errors are those of a register in which about half of the qubits are in 1",
    )

    def draw(
        self, length: float, count: int, targets: tuple[Target, ...], qubits: int, stream: Stream
    ) -> Drawn:
        """Draw a random string for every circuit."""
        expected = stream.bits((count, qubits))
        codes = (expected * np.uint8(HALF_X))[:, None, :]
        family = CircuitFamily(qubits=qubits, size=count, elements=(Pulses(codes),))
        return Drawn(circuits=family, key=expected)

    def score(
        self, key: Bits, outcomes: Bits, experiment: Experiment, arms: npt.NDArray[np.intp]
    ) -> Mapping[str, Trials]:
        """Count wrong bits: of all shots, and of those in which the bit was set to 0 or to 1."""
        both = all_bits_right(key, outcomes, experiment.targets, experiment.lengths, arms)
        wrong = both.shots - both.hits
        qubits = np.array(experiment.targets, dtype=np.intp)[:, 0]
        ones = key[:, qubits].astype(bool)
        counted = {
            "readout_error": wrong,
            "readout_error_0": np.where(ones, 0, wrong),
            "readout_error_1": np.where(ones, wrong, 0),
        }
        return {quantity: replace(both, hits=hits) for quantity, hits in counted.items()}

    def estimate(self, quantity: str, trials: Trials, level: float) -> tuple[Estimate, ...]:
        """Give the fraction of wrong bits; with one shot a circuit, by Clopper and Pearson."""
        return tuple(
            error_estimate(quantity, column / trials.shots, trials, level)
            for column in trials.hits.T
        )

    def mean(self, quantity: str, trials: Trials, level: float) -> Estimate:
        """Average over qubits, shot by shot: bits of one shot may hang together in any way."""
        return error_estimate(quantity, wrong_shares(trials), trials, level)

    def seconds(self, length: float, durations: Durations) -> float:
        """One half turn, then readout."""
        return overhead(durations) + durations.one_qubit_gate


QUANTITIES = (
    Quantity(
        metric="readout_error", rate="readout_error", kind="share", studied=True, tells="readout"
    ),
    Quantity(metric="readout_error_0", rate="readout_error_0", kind="share", studied=True),
    Quantity(metric="readout_error_1", rate="readout_error_1", kind="share", studied=True),
    Quantity(metric="qubits", rate="readout_error", kind="count", studied=True),
)
PROTOCOL = Readout()
