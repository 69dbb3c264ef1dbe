"""Two-qubit gates: simultaneous direct randomized benchmarking of a layer of pairs.

Measures: the process infidelity of one layer (a quarter turn on each qubit, then the
entangler) on each of many disjoint pairs that work at the same time. The gate alone follows
when the one-qubit errors, measured on the same sheet, are taken off. Where a claim speaks of
whole layers (layer fidelity), the qubits without a partner turn and wait in the same shots,
and their error of a layer is measured too.
Design: on every pair a uniformly random one of the 60 two-qubit stabilizer states, m layers
of quarter turns with random phases and CZ, then the shortest way (one CZ in two cases of
five) to a random computational state. The uniform start is stationary under the layers, so
the three classes of Pauli errors (first qubit, second, both) carry their final weights 3/15,
3/15, 9/15 from the first layer on: there is no transient, and to first order each layer
loses the infidelity averaged over the 60 states, a 2-design.
Model: P(both bits as expected) = 1/4 + A p^m, e_F = 15/16 (1 - p); 1/4 is exact since the
two expected bits are random. Without a partner: 1/2 + A p^m, e_F = 3/4 (1 - p).
What can fool it: leakage bends the decay; errors that couple different pairs are seen only
as errors inside each pair.
Reference: T. Proctor et al., PRL 123, 030503 (2019), arXiv:1807.07975; D. McKay et al.,
arXiv:2311.05933 (simultaneous layers).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from qassay.devices.description import Durations
from qassay.protocols.interface import Bits, Drawn, Experiment, Model, Reach, Target
from qassay.protocols.pair_layers import draw_layers, layers_seconds
from qassay.protocols.reach import IDLE_ERROR, measured_targets
from qassay.protocols.scoring import all_bits_right
from qassay.randomness import Stream
from qassay.statistics.averages import mean_rate
from qassay.statistics.decays import DecayFit, fit_decays
from qassay.statistics.estimate import Estimate
from qassay.statistics.trials import Trials


class TwoQubitGates:
    """Error of a layer with one entangler on every pair of a matching, all pairs at once."""

    id = "two_qubit_gates"
    version = 1
    title = "Two-qubit gates"
    model: Model = "geometric"
    reach: Reach = "layer"
    asymptote = 0.25
    quantities = ("layer_error", IDLE_ERROR)
    infidelity_per_rate = 15.0 / 16.0  # e_F = (d^2 - 1) / d^2 (1 - p), d = 4
    idle_asymptote = 0.5
    idle_infidelity_per_rate = 3.0 / 4.0  # the same with d = 2
    assumptions = (
        "errors do not depend on what was run before (no heating, no leakage)",
        "all pairs of a matching work at the same time",
    )

    def draw(
        self, length: float, count: int, targets: tuple[Target, ...], qubits: int, stream: Stream
    ) -> Drawn:
        """Draw `length` layers on every pair between a random state and two random bits."""
        return draw_layers(length, count, targets, qubits, stream)

    def score(self, expected: Bits, outcomes: Bits, experiment: Experiment,
              arms: npt.NDArray[np.intp]) -> Mapping[str, Trials]:  # fmt: skip
        """Count shots in which both bits of a pair are as expected, or the one of a lone qubit."""
        found = {}
        for quantity in self.quantities:
            targets = measured_targets(self.reach, quantity, experiment.targets)
            if targets:
                found[quantity] = all_bits_right(
                    expected, outcomes, targets, experiment.lengths, arms
                )
        return found

    def estimate(self, quantity: str, trials: Trials, level: float) -> tuple[Estimate, ...]:
        """Fit the decay; give the layer's process infidelity e_F = 15/16 (1 - p)."""
        fits, factor = self._fits(quantity, trials, level)
        return fits.estimates(transform=lambda rate: rate * factor)

    def mean(self, quantity: str, trials: Trials, level: float) -> Estimate:
        """Average over targets without the bias of averaging fits."""
        fits, factor = self._fits(quantity, trials, level)
        return mean_rate(fits, transform=lambda rate: rate * factor)

    def _fits(self, quantity: str, trials: Trials, level: float) -> tuple[DecayFit, float]:
        alone = quantity == IDLE_ERROR
        asymptote = self.idle_asymptote if alone else self.asymptote
        factor = self.idle_infidelity_per_rate if alone else self.infidelity_per_rate
        fits = fit_decays(
            trials.without_sentinels(), asymptote=asymptote, kind="geometric", level=level
        )
        return fits, factor

    def seconds(self, length: float, durations: Durations) -> float:
        """The layers, a way in and a way out, then readout."""
        return layers_seconds(length, durations)
