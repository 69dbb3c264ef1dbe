"""What was measured of whole layers and of crosstalk: figures made of many rates.

The logarithm of a layer fidelity is the sum over pairs, and over qubits without a partner, of
the logarithms of their fidelities, all from the same shots. Crosstalk is the difference of a
pair's errors with and without working neighbours; the one-qubit gates of both are the same.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from qassay.protocols.designs.register_designs import is_product, relative_tolerance
from qassay.protocols.known import law_of
from qassay.protocols.weighing.added_decays import group_of
from qassay.protocols.weighing.measurands import ClaimPart, Measurand, mean_over
from qassay.statistics.combine import linear_combination
from qassay.statistics.estimate import Estimate
from qassay.statistics.mean_decays import MeanOfDecays
from qassay.statistics.target_groups import DecayValue

_AVERAGE = 0.8  # average gate infidelity over process infidelity, d / (d + 1) with d = 4


@dataclass(frozen=True, eq=False, kw_only=True)
class LayeredMeasurand(Measurand):
    """The data of a claim on a layer fidelity or on EPLG.

    Attributes:
        idle: Qubits without a partner, in the same experiments as the pairs.
    """

    idle: tuple[ClaimPart, ...] = ()

    def loss(self, level: float) -> Estimate:
        """Estimate -ln LF, the sum over all pairs and partnerless qubits."""
        method = "sum of logarithms over pairs and waiting qubits"
        whole = self.losses.estimate(level)
        return replace(whole, shots=self.circuits, circuits=self.circuits, method=method)

    @cached_property
    def losses(self) -> MeanOfDecays:
        """The sum over pairs and partnerless qubits; those of one experiment share circuits."""
        fineness = relative_tolerance(self.claim)
        made = []
        for pairs in self.parts:
            groups = [
                group_of(
                    pairs, np.ones(len(pairs.columns)), value=_loss_of(pairs), fineness=fineness
                )
            ]
            groups += [
                group_of(
                    part,
                    np.ones(len(part.columns)),
                    value=_loss_of(part),
                    fineness=fineness,
                )
                for part in self.idle
                if part.experiment.id == pairs.experiment.id
            ]
            made.append(tuple(groups))
        return MeanOfDecays(experiments=tuple(made))

    def statistic(self, level: float) -> Estimate:
        """Estimate LF, or EPLG as average gate infidelity."""
        loss = self.loss(level)
        if not loss.informative:
            return loss
        if is_product(self.claim):
            value, high, low = (math.exp(-x) for x in (loss.value, loss.low, loss.high))
        else:
            gates = len(self.targets)
            value, low, high = (
                -_AVERAGE * math.expm1(-x / gates) for x in (loss.value, loss.low, loss.high)
            )
        return replace(loss, value=value, low=low, high=high)


@dataclass(frozen=True, eq=False, kw_only=True)
class CrosstalkMeasurand(Measurand):
    """The data of a claim on crosstalk: `parts` hold whole matchings at work.

    Attributes:
        alone: The same pairs without working neighbours.
    """

    alone: tuple[ClaimPart, ...] = ()

    @property
    def all_parts(self) -> tuple[ClaimPart, ...]:
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


def _loss_of(part: ClaimPart) -> DecayValue:
    """Give minus the logarithm of the fidelity whose infidelity a protocol measures."""
    law = law_of(part.experiment, part.quantity)
    return DecayValue(meaning="log fidelity", factor=1.0 if law is None else law.value.factor)
