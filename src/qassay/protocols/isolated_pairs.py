"""Isolated pairs: the layers of the two-qubit benchmark with nobody working next door.

Measures: the process infidelity of one layer (a quarter turn on each qubit, then the
entangler) on pairs none of which is coupled to another pair that works at the same time; all
other qubits rest. Crosstalk is what the same pair's layer loses more when its whole matching
works: 1 - e = (1 - e_simultaneous) / (1 - e_isolated), so the one-qubit gates drop out.
Design: the circuits of the two-qubit benchmark on a part of its matching, in the same run and
in turns with it, so that a slow drift meets both.
Model: P(both bits as expected) = 1/4 + A p^m, e_F = 15/16 (1 - p).
What can fool it: crosstalk from pairs that are far away is in both halves and cancels, unless
each pair is run quite alone, as on an all-to-all machine; drift between a batch of the one
half and of the other counts as crosstalk.
Reference: J. Gambetta et al., PRL 109, 240504 (2012), arXiv:1204.6308 (simultaneous against
individual benchmarking); T. Proctor et al., arXiv:1807.07975.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from qassay.devices.description import Durations
from qassay.protocols.interface import Bits, DecayLaw, Drawn, Experiment, Model, Reach, Target
from qassay.protocols.pair_layers import draw_layers, layers_seconds
from qassay.protocols.scoring import all_bits_right
from qassay.randomness import Stream
from qassay.statistics.averages import mean_rate
from qassay.statistics.decays import fit_decays
from qassay.statistics.estimate import Estimate
from qassay.statistics.target_groups import DecayValue
from qassay.statistics.trials import Trials


class IsolatedPairs:
    """Error of a layer on pairs that have no working neighbour."""

    id = "isolated_pairs"
    version = 1
    title = "Two-qubit gates without neighbours"
    model: Model = "geometric"
    reach: Reach = "pairs"
    asymptote = 0.25
    quantities = ("isolated_layer_error",)
    laws: Mapping[str, DecayLaw] = MappingProxyType(
        {
            "isolated_layer_error": DecayLaw(
                asymptote=0.25, value=DecayValue(meaning="infidelity", factor=15 / 16)
            )
        }
    )  # e_F = (d^2 - 1) / d^2 (1 - p), d = 4
    assumptions = (
        "errors do not depend on what was run before (no heating, no leakage)",
        "a pair that is not coupled to another does not disturb it",
    )

    def draw(
        self, length: float, count: int, targets: tuple[Target, ...], qubits: int, stream: Stream
    ) -> Drawn:
        """Draw `length` layers on every pair between a random state and two random bits."""
        return draw_layers(length, count, targets, qubits, stream)

    def score(self, expected: Bits, outcomes: Bits, experiment: Experiment,
              arms: npt.NDArray[np.intp]) -> Mapping[str, Trials]:  # fmt: skip
        """Count shots in which both bits of a pair are as expected."""
        trials = all_bits_right(expected, outcomes, experiment.targets, experiment.lengths, arms)
        return {self.quantities[0]: trials}

    def estimate(self, quantity: str, trials: Trials, level: float) -> tuple[Estimate, ...]:
        """Fit the decay; give the layer's process infidelity e_F = 15/16 (1 - p)."""
        fits = fit_decays(
            trials.without_sentinels(), asymptote=self.asymptote, kind="geometric", level=level
        )
        return fits.estimates(transform=lambda rate: rate * self.laws[quantity].value.factor)

    def mean(self, quantity: str, trials: Trials, level: float) -> Estimate:
        """Average over targets without the bias of averaging fits."""
        fits = fit_decays(
            trials.without_sentinels(), asymptote=self.asymptote, kind="geometric", level=level
        )
        return mean_rate(fits, transform=lambda rate: rate * self.laws[quantity].value.factor)

    def seconds(self, length: float, durations: Durations) -> float:
        """The layers, a way in and a way out, then readout."""
        return layers_seconds(length, durations)
