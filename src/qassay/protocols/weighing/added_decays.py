"""From the hits of a claim to the sum over targets that it speaks of.

A mean error, the logarithm of a layer fidelity, a mean time: each is a sum of values of decays
with weights. What is planned is judged so (`statistics.mean_decays`); published counts keep their
estimators.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from qassay.protocols.known import is_published, law_of
from qassay.statistics.mean_decays import MeanOfDecays
from qassay.statistics.target_groups import DecayValue, Floats, TargetGroup
from qassay.statistics.trials import Trials

if TYPE_CHECKING:
    from qassay.protocols.weighing.measurands import ClaimPart

_LONG: Final = 0.6  # length of a long arm times the rate that it is made for
_FEWEST: Final = 2  # circuits that an arm must have to count


def has_decays(parts: Sequence[ClaimPart]) -> bool:
    """Whether parts are planned experiments on decays."""
    return all(
        not is_published(part.experiment) and law_of(part.experiment, part.quantity) is not None
        for part in parts
    )


def group_of(
    part: ClaimPart,
    weights: Floats,
    *,
    value: DecayValue | None = None,
    scale: float | None = None,
    fineness: float = 0.25,
) -> TargetGroup:
    """Prepare one part.

    Args:
        part: One experiment's share of a claim.
        weights: Of its targets in the sum.
        value: What is added up; by default what the protocol measures.
        scale: Decay constant at the claim; by default the one that the long arm is made for.
        fineness: Relative tolerance of the claim.
    """
    law = law_of(part.experiment, part.quantity)
    if law is None:
        raise ValueError(f"{part.quantity} of {part.experiment.protocol} is no decay")
    trials = usable(part.trials)
    reach = float(part.trials.lengths[:2].max() - part.trials.lengths.min())
    return TargetGroup(
        trials=trials,
        asymptote=law.asymptote,
        value=value or law.value,
        weights=weights,
        scale=_LONG / max(reach, 1e-300) if scale is None else scale,
        fineness=fineness,
    )


def usable(trials: Trials) -> Trials:
    """Keep arms that enter estimates and have circuits enough to scatter, the shortest first."""
    kept = trials.without_sentinels()
    counts = np.bincount(kept.arms, minlength=kept.lengths.size)
    order = np.argsort(kept.lengths, kind="stable")
    return kept.of_arms(order[counts[order] >= _FEWEST])


def mean_of_parts(
    parts: Sequence[ClaimPart],
    *,
    scale: float | None = None,
    fineness: float = 0.25,
) -> MeanOfDecays:
    """Add up the targets of several experiments."""
    return MeanOfDecays(
        experiments=tuple(
            (group_of(part, weights, scale=scale, fineness=fineness),)
            for part, weights in zip(parts, _weights(parts), strict=True)
        )
    )


def _weights(parts: Sequence[ClaimPart]) -> list[Floats]:
    """Give weights that add up to 1 over all parts."""
    targets = sum(len(part.columns) for part in parts)
    return [np.full(len(part.columns), 1 / targets) for part in parts]
