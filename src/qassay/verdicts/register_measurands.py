"""What was measured of whole layers and of crosstalk: figures made of many rates.

The logarithm of a layer fidelity is the sum over pairs, and over qubits without a partner, of
the logarithms of their fidelities, all from the same shots. Crosstalk is the difference of a
pair's errors with and without working neighbours; the one-qubit gates of both are the same.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from qassay.protocols.two_qubit_gates import TwoQubitGates
from qassay.statistics.averages import mean_rate
from qassay.statistics.combine import linear_combination
from qassay.statistics.decays import fit_decays
from qassay.statistics.estimate import Estimate
from qassay.statistics.pooled import pooled_mean_decay
from qassay.verdicts.measurands import MANY, THIN, Measurand, Part, mean_over

_AVERAGE = 0.8  # average gate infidelity over process infidelity, d / (d + 1) with d = 4
_MOST_LOST = 0.999999

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LayeredMeasurand(Measurand):
    """The data of a claim on a layer fidelity or on EPLG.

    Attributes:
        idle: Qubits without a partner, in the same experiments as the pairs.
    """

    idle: tuple[Part, ...] = ()

    def loss(self, level: float) -> Estimate:
        """Estimate -ln LF, the sum over all pairs and partnerless qubits.

        Experiments are independent of one another; pairs and lone qubits of one experiment are
        taken to be, though a disturbance of a whole shot would reach both.
        """
        pairs, alone = TwoQubitGates.asymptote, TwoQubitGates.idle_asymptote
        sums = _losses(self.parts, pairs, TwoQubitGates.infidelity_per_rate, level)
        sums += _losses(self.idle, alone, TwoQubitGates.idle_infidelity_per_rate, level)
        weights, parts = [count for count, _ in sums], [mean for _, mean in sums]
        whole = linear_combination(weights, parts, low=0.0)
        method = "sum of logarithms over pairs and waiting qubits"
        return replace(whole, shots=self.circuits, circuits=self.circuits, method=method)

    def statistic(self, level: float) -> Estimate:
        """Estimate LF, or EPLG as average gate infidelity."""
        loss = self.loss(level)
        if not loss.informative:
            return loss
        if self.claim.metric == "layer_fidelity":
            value, high, low = (math.exp(-x) for x in (loss.value, loss.low, loss.high))
        else:
            gates = len(self.targets)
            value, low, high = (
                -_AVERAGE * math.expm1(-x / gates) for x in (loss.value, loss.low, loss.high)
            )
        return replace(loss, value=value, low=low, high=high)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class CrosstalkMeasurand(Measurand):
    """The data of a claim on crosstalk: `parts` hold whole matchings at work.

    Attributes:
        alone: The same pairs without working neighbours.
    """

    alone: tuple[Part, ...] = ()

    @property
    def all_parts(self) -> tuple[Part, ...]:
        """Both halves."""
        return (*self.parts, *self.alone)

    def each(self, level: float) -> list[Estimate]:
        """Estimate the difference of every pair, as average gate infidelity."""
        apart = {
            pair: one
            for part in self.alone
            for pair, one in zip(part.targets, part.estimates(level), strict=True)
        }
        return [
            difference(together, apart[pair])
            for part in self.parts
            for pair, together in zip(part.targets, part.estimates(level), strict=True)
        ]

    def mean(self, level: float) -> Estimate:
        """Estimate the mean difference."""
        return difference(mean_over(self.parts, level), mean_over(self.alone, level))


def difference(together: Estimate, alone: Estimate) -> Estimate:
    """Take the layer without neighbours off the one with them; the one-qubit gates drop out.

    To first order: the exact difference of the gates is larger by the inverse of the one-qubit
    gates' fidelity, which is close to 1.
    """
    return linear_combination([_AVERAGE, -_AVERAGE], [together, alone])


def _losses(
    parts: Sequence[Part], asymptote: float, factor: float, level: float
) -> list[tuple[int, Estimate]]:
    """Give for some experiments the number of targets and the mean of -ln F over them."""
    if not parts:
        return []

    def lost(rate: Floats) -> Floats:
        return np.asarray(-np.log1p(-np.minimum(factor * rate, _MOST_LOST)))

    targets = sum(part.trials.targets for part in parts)
    if max(part.trials.circuits for part in parts) < THIN and targets >= MANY:
        constant = pooled_mean_decay(
            [part.trials for part in parts], asymptote=asymptote, level=level
        )
        if constant.informative:
            ends = (constant.value, constant.low, constant.high)
            value, low, high = (float(lost(-np.expm1(-np.float64(x)))) for x in ends)
            constant = replace(constant, value=value, low=low, high=high)
        return [(targets, constant)]
    means = []
    for part in parts:
        trials = part.trials.two_arms()
        fits = fit_decays(trials, asymptote=asymptote, kind="geometric", level=level)
        means.append((trials.targets, mean_rate(fits, transform=lost)))
    return means
