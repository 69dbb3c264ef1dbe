"""Leakage: long sequences, and how often both bits of a pair still read 0.

Measures: the probability per layer that a pair leaves its computational states for good, as
far as a lost qubit is read as a 1 (as most machines do: a dark ion or a missing atom has one
fixed reading, and the higher levels of a transmon fall to the side of the 1).
Design: the layers of the two-qubit benchmark, long enough for the claimed leakage, with
random expected bits: a pair that is still there reads 00 one time in four whatever its gates
do, right or wrong, once the errors of readout and preparation are allowed for in A. A pair
that has left never does.
Model: P(read 00) = A (1 - l)^m, with l the leakage of one layer; the asymptote is 0 because a
lost qubit is read as 1. Gate errors, relaxation and readout errors enter A alone.
What can fool it: leakage that is read as 0, or at random, hides in
part or in full, and leakage that comes back (seepage) bends the decay. So a value too high is
leakage for certain, while a value within the claim is leakage only on the assumption that a
lost qubit is read as 1: "refuted" needs no assumption about the reading, "supported" does. Up to
one reading of 00 in twenty of a lost pair is allowed for where pairs are told from lost ones.
A readout that answers at random reads 00 one time in four for ever, so nothing is supported before
the shortest circuits have read their random expected bits more often than a coin would.
Reference: C. Wood and J. Gambetta, PRA 97, 032306 (2018), arXiv:1704.03081 (leakage rate L1,
seepage); long sequences with a fixed reading of the lost state: Z. Chen et al., PRL 116,
020501 (2016), arXiv:1509.05470.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

from qassay.devices.description import Durations
from qassay.protocols.interface import Bits, DecayLaw, Drawn, Experiment, Model, Reach, Target
from qassay.protocols.pair_layers import draw_layers, layers_seconds
from qassay.protocols.quantity import Quantity
from qassay.protocols.scoring import all_bits_right
from qassay.randomness import Stream
from qassay.statistics.averages import mean_rate
from qassay.statistics.combine import linear_combination
from qassay.statistics.decays import fit_decays
from qassay.statistics.estimate import Estimate
from qassay.statistics.intervals import binomial_estimate
from qassay.statistics.target_groups import DecayValue
from qassay.statistics.trials import Trials

READING: Final = "pair_reading"


class Leakage:
    """Leakage of every pair of a matching, all pairs at once."""

    id = "leakage"
    version = 1
    title = "Leakage in long sequences"
    model: Model = "geometric"
    reach: Reach = "pairs"
    asymptote = 0.0
    quantities = ("leakage", READING)
    titles: Mapping[str, str] = MappingProxyType(
        {READING: "share of the shortest circuits in which a pair reads as expected"}
    )
    laws: Mapping[str, DecayLaw] = MappingProxyType(
        {"leakage": DecayLaw(asymptote=0.0, value=DecayValue(meaning="infidelity", factor=1.0))}
    )
    assumptions = (
        "a qubit that has left its two levels is read as 1 and does not come back",
        "leakage that is read as 0, or at random, is not seen: the value is a lower bound then",
    )

    def draw(
        self, length: float, count: int, targets: tuple[Target, ...], qubits: int, stream: Stream
    ) -> Drawn:
        """Draw `length` layers on every pair between a random state and two random bits."""
        return draw_layers(length, count, targets, qubits, stream)

    def score(
        self, key: Bits, outcomes: Bits, experiment: Experiment, arms: npt.NDArray[np.intp]
    ) -> Mapping[str, Trials]:
        """Count shots in which both bits of a pair read 0, whatever was expected."""
        nothing = np.zeros_like(key)
        trials, right = (
            all_bits_right(bits, outcomes, experiment.targets, experiment.lengths, arms)
            for bits in (nothing, key)
        )
        return {"leakage": trials, READING: right.of_arms((0,))}

    def estimate(self, quantity: str, trials: Trials, level: float) -> tuple[Estimate, ...]:
        """Fit the decay of the reading 00, whose rate is the leakage of a layer; or count."""
        if quantity == READING:
            circuits = trials.circuits
            return tuple(
                binomial_estimate(n, circuits * trials.shots, level=level, circuits=circuits)
                for n in trials.hits.sum(axis=0).tolist()
            )
        fits = fit_decays(trials, asymptote=self.asymptote, kind="geometric", level=level)
        return fits.estimates()

    def mean(self, quantity: str, trials: Trials, level: float) -> Estimate:
        """Average over targets without the bias of averaging fits."""
        if quantity == READING:
            each = self.estimate(quantity, trials, level)
            return linear_combination([1 / len(each)] * len(each), each)
        return mean_rate(
            fit_decays(trials, asymptote=self.asymptote, kind="geometric", level=level)
        )

    def seconds(self, length: float, durations: Durations) -> float:
        """The layers, a way in and a way out, then readout."""
        return layers_seconds(length, durations)


QUANTITIES = (
    Quantity(
        metric="leakage",
        rate="leakage",
        kind="decay",
        studied=True,
        seen="00, as one in four does that has not leaked",
        alone=True,
        near_zero=True,
        read_by=READING,
    ),
)
PROTOCOL = Leakage()
