"""The cheapest split between layers of pairs and the one-qubit circuits that isolate the gate.

What is judged is an entangler, what decays is a layer. The relative gap between claim and limit
is narrower in the layer, and what is not known of the one-qubit gates adds to the variance:
with k one-qubit circuits for each of one matching's layers, a layer is worth 1 / (1 + c / k) of
what it would be beside known one-qubit gates (`statistics.sequential_shares`). One circuit
serves all M matchings, so (M + k) (1 + c / k) is least at k = sqrt(c M).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from qassay.claims.conventions import process_from_average
from qassay.planning.designs import DECAYS
from qassay.statistics.sequential_rates import TwoLengths
from qassay.statistics.sequential_shares import PAIR_LAYERS, share_cost

_SHARES: Final = 1 / 9  # of short circuits
_ASSUMED: Final = 0.2  # error of a one-qubit gate over a two-qubit gate's, if nothing is claimed
_LENGTH_FOR: Final = (
    0.4  # the same, where the one-qubit circuits see most; from 0.1 to 1 they serve
)
_LEAST_RATIO: Final = 0.15
_MOST_RATIO: Final = 3.0
_LARGEST: Final = 0.9
_LEAST_TOLERANCE: Final = 1e-3  # near pure noise layers at claim and limit look the same


@dataclass(frozen=True, slots=True, kw_only=True)
class PairDesign:
    """What a claim on the gates of pairs asks of layers and one-qubit circuits.

    Attributes:
        layer_rate: Decay a layer of a machine at its claim, as far as foreseen.
        single_rate: Decay a quarter turn for which the one-qubit circuits are made.
        tolerance: By which the layer's decay at the limit exceeds that at the claim.
        ratio: One-qubit circuits for each circuit of one matching's layers.
        factor: Layers needed, over those needed beside known one-qubit gates.
    """

    layer_rate: float
    single_rate: float
    tolerance: float
    ratio: float
    factor: float


def pair_design(pair: float, one: float | None, delta: float, matchings: int = 1) -> PairDesign:
    """Design the test of a claim on two-qubit gates.

    Args:
        pair: Claimed average gate infidelity of the entangler.
        one: Claimed average gate infidelity of one-qubit gates; None without a claim.
        delta: Tolerance of the claim.
        matchings: Experiments with layers that the one-qubit circuits serve.
    """
    gate = min(process_from_average(pair, 4), _LARGEST)
    single = 2 * min(pair * _ASSUMED if one is None else one, 0.4)
    each = PAIR_LAYERS.taken(np.array([single]))
    at_claim, at_limit = (
        float(PAIR_LAYERS.layer(min(x, _LARGEST), 2 * each)[0]) for x in (gate, gate * (1 + delta))
    )
    made_for = single if one is not None else 2 * min(pair * _LENGTH_FOR, 0.4)
    layer, ones = (
        TwoLengths(
            asymptote=asymptote,
            span=max(DECAYS[asymptote].at_rate / max(rate, 1e-9), 1.0),
            short_share=_SHARES,
        )
        for asymptote, rate in ((0.25, at_claim), (0.5, made_for))
    )
    alone = float(share_cost(PAIR_LAYERS, layer, ones, gate, each, 1.0)[0])
    ratio = min(max(math.sqrt(alone * matchings), _LEAST_RATIO), _MOST_RATIO)
    return PairDesign(
        layer_rate=at_claim,
        single_rate=made_for,
        tolerance=max(at_limit / at_claim - 1, _LEAST_TOLERANCE),
        ratio=ratio,
        factor=1 + alone / ratio,
    )
