"""The circuit as the unit: how far all targets of one circuit rise and fall together.

Whatever disturbs a circuit (a bad shot, a factor of its own) reaches all targets at once, and a
mean over fifty targets does not shed it. It shows as scatter of the circuits' sums beyond what
the targets scatter each by itself. Few circuits of an arm without a bad one are no proof that
there are none, so every arm is given at least the scatter that all arms show together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qassay.statistics.target_groups import Floats, TargetGroup


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class CircuitScatter:
    """Weighted sums over the targets of one experiment, an arm each.

    Attributes:
        spans: Lengths beyond the shortest arm's, shape (arms,).
        circuits: Of each arm.
        excess: Sum of the fractions' excesses over the asymptote.
        own: Variance that a circuit's sum has from its targets, each by itself.
        common: Variance of what all targets of a circuit share, over the square of the excess.
    """

    spans: Floats
    circuits: Floats
    excess: Floats
    own: Floats
    common: Floats

    @classmethod
    def of(cls, groups: Sequence[TargetGroup]) -> CircuitScatter:
        """Measure groups that share their circuits; every arm needs two at least."""
        first = groups[0].trials
        base = np.concatenate([np.full(g.targets, g.asymptote) for g in groups])
        weights = np.concatenate([g.weights for g in groups])
        share = np.concatenate([g.trials.hits for g in groups], axis=1) / first.shots
        arms = first.lengths.size
        circuits, excess, own, seen, found = (np.empty(arms) for _ in range(5))
        for arm in range(arms):
            rows = share[first.arms == arm]
            n = float(rows.shape[0])
            circuits[arm] = n
            fraction = smoothed(rows, first.shots)
            between = rows.var(axis=0, ddof=1)
            own[arm] = float((weights**2 * own_variance(fraction, between, first.shots, n)).sum())
            excess[arm] = max(float((weights * (fraction - base)).sum()), 1e-9)
            seen[arm] = float((weights**2 * between).sum())
            found[arm] = float((rows @ weights).var(ddof=1))
        tau = (found - seen) / excess**2
        weight = (circuits - 1) * (excess / excess.max()) ** 4  # by what a circuit tells of it
        pooled = max(float((weight * tau).sum() / weight.sum()), 0.0)
        return cls(
            spans=groups[0].spans,
            circuits=circuits,
            excess=excess,
            own=own,
            common=np.maximum(tau, pooled),
        )

    @property
    def variances(self) -> tuple[float, float]:
        """Variance of the rate of the summed counts: by the targets alone, and in full."""
        weight = self.circuits * self.excess**2 / self.own
        off = self.spans - (weight * self.spans).sum() / weight.sum()
        pull = weight * off / (weight * off**2).sum()
        alone = pull**2 * self.own / (self.circuits * self.excess**2)
        whole = alone + pull**2 * self.common / self.circuits
        return float(alone.sum()), float(whole.sum())

    @property
    def freedom(self) -> float:
        """Degrees of freedom of that variance, where circuits are what it is measured by."""
        weight = self.circuits * self.excess**2 / self.own
        off = self.spans - (weight * self.spans).sum() / weight.sum()
        part = (weight * off) ** 2 * (self.own / self.excess**2 + self.common) / self.circuits
        return float(part.sum() ** 2 / (part**2 / np.maximum(self.circuits - 1, 1)).sum())


def inflation(scatters: Sequence[CircuitScatter], shares: Sequence[float]) -> float:
    """Give the factor by which likelihoods of single targets overrate what circuits tell.

    Args:
        scatters: Of each experiment.
        shares: What part of the sum each experiment has.
    """
    alone = whole = 0.0
    for scatter, share in zip(scatters, shares, strict=True):
        mine, full = scatter.variances
        alone += share**2 * mine
        whole += share**2 * full
    return max(whole / alone, 1.0) if alone > 0 else 1.0


def smoothed(rows: Floats, shots: int) -> Floats:
    """Give fractions of hits, never quite 0 or 1, from shares (circuits, targets)."""
    n = rows.shape[0] * shots
    return np.asarray((rows.sum(axis=0) * shots + 0.5) / (n + 1))


def own_variance(fraction: Floats, between: Floats, shots: int, circuits: float) -> Floats:
    """Give the variance of one circuit's share: what is seen, and never less than binomial."""
    plain = fraction * (1 - fraction) / shots
    if shots == 1:
        return np.asarray(plain * circuits / max(circuits - 1, 1))
    return np.maximum(between, plain)
