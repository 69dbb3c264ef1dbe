"""What was measured of a median, a quantile, or the share of targets that meet a value.

With few shots of each target they are taken as one bulk (`statistics.bulk`); a claim that is to
be counted, and counts that somebody published, have intervals from the order of the targets' own
limits, which assume nothing of how targets differ.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from qassay.claims.claim import RANKED, Claim
from qassay.claims.conventions import canonical_value
from qassay.protocols.known import estimator_of, is_published, law_of
from qassay.protocols.shares import share_of
from qassay.protocols.weighing.measurands import ClaimPart, Measurand
from qassay.statistics.bulk import (
    BulkQuantile,
    Likelihoods,
    bulk_quantile,
    decay_likelihoods,
    event_likelihoods,
)
from qassay.statistics.combine import median_of, ranked_of
from qassay.statistics.estimate import Estimate, no_information
from qassay.statistics.intervals import normal_quantile

_FEWEST = 24  # circuits of an arm's experiment before which a bulk says nothing
_LARGEST = 0.95  # of what a decay a step can lose
_FARTHEST = 1.5  # decay over an arm, at the claim, beyond which it says little


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How a claimed value and a decay constant, or a probability of errors, belong together.

    Attributes:
        timed: Whether the value is a time constant.
        most: Value of a gate that leaves no signal after one step; None for a probability.
        share: Of a probability, what one error counts as in a share of wrong bits: half of an
            error of one direction, since half of the bits are set to the other.
    """

    timed: bool
    most: float | None
    share: float = 1.0

    def constant(self, value: float) -> float:
        """Give the decay constant a second or a step, or the probability itself."""
        if self.timed:
            return 1 / value
        if self.most is None:
            return self.share * value
        return -math.log1p(-self.lost(value))

    def lost(self, value: float) -> float:
        """Give what a decay loses a step, a time's rate, or the probability itself."""
        if self.timed or self.most is None:
            return self.constant(value)
        return min(value / self.most, _LARGEST)

    def value(self, constant: float) -> float:
        """Give the value of a decay constant, from none to infinite."""
        if self.timed:
            return 1 / constant if constant > 0 else math.inf
        if self.most is None:
            return min(constant / self.share, 1.0)
        return -self.most * math.expm1(-constant)


def scale_of(part: ClaimPart) -> Scale:
    """Give the scale of a quantity."""
    estimator = estimator_of(part.experiment)
    if estimator.model == "probability":
        return Scale(timed=False, most=None, share=share_of(part.quantity, 1.0))
    if estimator.model == "exponential":
        return Scale(timed=True, most=None)
    law = law_of(part.experiment, part.quantity)
    return Scale(timed=False, most=1.0 if law is None else law.value.factor)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class RankedMeasurand(Measurand):
    """The data of a claim on a median, a quantile or "share above"."""

    @property
    def low_is_good(self) -> bool:
        """Whether the claim is met by small decay constants."""
        return (self.claim.relation == "at most") != scale_of(self.parts[0]).timed

    @property
    def misses(self) -> int:
        """How many targets miss the limit at the least, if the statistic does."""
        many = len(self.targets)
        if self.claim.statistic == "median":
            return (many + 1) // 2
        return many - self.claim.meeting(many) + 1

    @property
    def meets(self) -> int:
        """How many targets meet the claim at the least, if the statistic does."""
        many = len(self.targets)
        return (many + 1) // 2 if self.claim.statistic == "median" else self.claim.meeting(many)

    def statistic(self, level: float) -> Estimate:
        """Estimate the quantile, in canonical units."""
        if self.is_bulk:
            return self._of_bulk(level)
        if self.claim.statistic == "median":
            return median_of(self.each, level=level)
        small_first = self.claim.relation == "at most"
        rank = self.meets if small_first else len(self.targets) - self.meets + 1
        return ranked_of(self.each, rank, level=level)

    @property
    def is_pooled(self) -> bool:
        """Whether one law is fitted to all targets together."""
        return self.is_bulk

    @property
    def is_bulk(self) -> bool:
        """Whether the targets are taken as one bulk."""
        part = self.parts[0]
        model = estimator_of(part.experiment)
        known = model.model == "probability" or model.asymptote > 0
        counted = self.claim.test == "counted" or is_published(part.experiment)
        return known and not counted

    def bulk(self) -> BulkQuantile | None:
        """Find the quantile of ln(constant / claimed constant); None before there are data."""
        scale = scale_of(self.parts[0])
        claimed = scale.constant(canonical_value(self.claim))
        seen = [_likelihoods(part, claimed) for part in self.parts]
        told = [one for one in seen if one is not None]
        if len(told) < len(seen):
            return None
        many = len(self.targets)
        place = many / 2
        if self.claim.statistic != "median":
            place = self.meets - 0.5 if self.low_is_good else many - self.meets + 0.5
        return bulk_quantile(told, place)

    def _of_bulk(self, level: float) -> Estimate:
        found = self.bulk()
        if found is None:
            return no_information(self.shots, self.circuits)
        scale, z = scale_of(self.parts[0]), normal_quantile((1 - level) / 2)
        claimed = scale.constant(canonical_value(self.claim))
        places = (found.value, found.value - z * found.below, found.value + z * found.above)
        value, *ends = (scale.value(claimed * math.exp(u)) for u in places)
        return Estimate(
            value=value,
            low=min(ends),
            high=max(ends),
            level=level,
            shots=self.shots,
            circuits=self.circuits,
            method=f"{self.claim.statistic_name} of {len(self.targets)} taken as one bulk",
        )


def is_bulk(claim: Claim, targets: int) -> bool:
    """Whether a claim is on a quantile of several targets."""
    return claim.statistic in RANKED and targets > 1


def _likelihoods(part: ClaimPart, claimed: float) -> Likelihoods | None:
    trials = part.trials
    if trials.circuits * trials.shots < _FEWEST:
        return None
    if estimator_of(part.experiment).model == "probability":
        return event_likelihoods(trials, claimed)
    present = np.bincount(trials.arms, minlength=trials.lengths.size)
    if present[0] == 0 or present[1] == 0:
        return None
    reach = claimed * (trials.lengths - trials.lengths[0])
    reach[reach > _FARTHEST] = 0.0  # sentinels, which only check the model
    if not np.any(reach[present > 0] > 0):
        return None
    asymptote = estimator_of(part.experiment).asymptote
    return decay_likelihoods(trials, asymptote, reach.tolist())
