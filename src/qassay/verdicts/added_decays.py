"""From the hits of a claim to the sum over targets that it speaks of.

A mean error, a mean of gates with the one-qubit part taken off, the logarithm of a layer
fidelity, a mean time: each is a sum of values of decays with weights. What is planned is judged
so (`statistics.mean_decays`); published counts keep their estimators.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from qassay.protocols.catalog import estimator_of, is_published
from qassay.statistics.mean_decays import MeanOfDecays
from qassay.statistics.target_groups import DecayValue, Floats, TargetGroup
from qassay.statistics.trials import Trials

if TYPE_CHECKING:
    from qassay.verdicts.measurands import Part

_LONG: Final = 0.6  # length of a long arm times the rate that it is made for
_FEWEST: Final = 2  # circuits that an arm must have to count
_ERROR: Final = {0.5: 0.5, 0.25: 15 / 16, 0.0: 1.0}  # of a gate, of a layer of pairs, leakage
TIMED: Final = DecayValue(meaning="time")


def has_decays(parts: Sequence[Part]) -> bool:
    """Whether parts are planned experiments on decays."""
    return all(
        not is_published(part.experiment)
        and estimator_of(part.experiment).model in ("geometric", "exponential")
        for part in parts
    )


def group_of(
    part: Part,
    weights: Floats,
    *,
    value: DecayValue | None = None,
    asymptote: float | None = None,
    scale: float | None = None,
    fineness: float = 0.25,
) -> TargetGroup:
    """Prepare one part.

    Args:
        part: One experiment's share of a claim.
        weights: Of its targets in the sum.
        value: What is added up; by default the error that the protocol measures.
        asymptote: Of the decay; the protocol's by default.
        scale: Decay constant at the claim; by default the one that the long arm is made for.
        fineness: Relative tolerance of the claim.
    """
    base = estimator_of(part.experiment).asymptote if asymptote is None else asymptote
    trials = usable(part.trials)
    reach = float(part.trials.lengths[:2].max() - part.trials.lengths.min())
    return TargetGroup(
        trials=trials,
        asymptote=base,
        value=value or DecayValue(meaning="infidelity", factor=_ERROR[base]),
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
    parts: Sequence[Part],
    *,
    share: Mapping[int, float] | None = None,
    scale: float | None = None,
    value: DecayValue | None = None,
    fineness: float = 0.25,
) -> MeanOfDecays:
    """Add up the targets of several experiments, alike or weighted by qubit."""
    return MeanOfDecays(
        experiments=tuple(
            (group_of(part, weights, value=value, scale=scale, fineness=fineness),)
            for part, weights in zip(parts, _weights(parts, share), strict=True)
        )
    )


def gates_of_layers(
    layers: Sequence[Part],
    ones: Sequence[Part],
    share: Mapping[int, float],
    fineness: float,
) -> MeanOfDecays:
    """Add up the entanglers: layers less their one-qubit gates, 1 - e = (1 - e_l) / (1 - e_ones).

    The product of the one-qubit fidelities that divides is taken at its likeliest mean.
    """
    single = mean_of_parts(ones, share=share)
    lost = 1.5 * sum(share.values()) * single.value if single.ready else 0.0
    scale = 0.8 / max(1 - max(lost, 0.0), 0.1)
    weights = _weights(layers, None)
    off = _weights(ones, share)
    total = sum(share.values())
    return MeanOfDecays(
        experiments=tuple(
            (group_of(part, scale * w, fineness=fineness),)
            for part, w in zip(layers, weights, strict=True)
        ),
        taken_off=tuple(
            (group_of(part, -1.5 * scale * total * w, fineness=fineness),)
            for part, w in zip(ones, off, strict=True)
        ),
    )


def _weights(parts: Sequence[Part], share: Mapping[int, float] | None) -> list[Floats]:
    """Give weights that add up to 1 over all parts."""
    if share is None:
        targets = sum(len(part.columns) for part in parts)
        return [np.full(len(part.columns), 1 / targets) for part in parts]
    rows = [np.array([share[qubit] for (qubit,) in part.targets]) for part in parts]
    total = sum(float(row.sum()) for row in rows)
    return [row / total for row in rows]
