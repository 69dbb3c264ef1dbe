"""Circuits of medians, quantiles and shares: one bulk shares them, a count does not.

The long arm is at 1 / rate: there a spread of the targets does not bend the mean of their curves
(the second derivative of exp(-x e^u) in u vanishes at x e^u = 1). A ninth of the circuits is
short. Figures: `docs/decisions/0014-medians.md`.
"""

from __future__ import annotations

import math
from typing import Final

from qassay.claims.claim import RANKED, Claim
from qassay.protocols.designs.timed_designs import Arms
from qassay.protocols.known import kind_of

ARMS: Final = Arms(at_rate=1.0, block=(1, 8))
_COUNTED_CAP: Final = 4.0  # times the fixed sample at one target: counting is dear at the claim
_BULK_CAP: Final = 3.0
_LEAST: Final = 0.35  # of it, however many targets there are
_SHARED: Final = 36.0  # targets by whose number the work is divided
_FEWEST: Final = 256
_MANY: Final = 32  # targets from which on the first look is a verdict in most cases
_BATCHES: Final = 128
_FIRST: Final = (32, 16)  # circuits of a batch, with few and with many targets


def is_ranked(claim: Claim, targets: int) -> bool:
    """Whether a claim is on a quantile of several targets."""
    return claim.statistic in RANKED and targets > 1 and kind_of(claim.metric) != "layered"


def told_targets(claim: Claim, targets: int) -> float:
    """Count the targets that tell a quantile: all of a median, fewer of one in a tail."""
    share = 0.5 if claim.share is None else claim.share
    return 4 * targets * share * (1 - share)


def rank_rounds(claim: Claim, targets: int, alone: int) -> int:
    """Give the circuits at most.

    Args:
        claim: The claim.
        targets: How many its statistic runs over.
        alone: Circuits of a fixed sample at one target.
    """
    if claim.test == "counted":
        return round(_COUNTED_CAP * alone)
    share = _LEAST + _SHARED / max(told_targets(claim, targets), 1.0)
    return max(_FEWEST, round(min(share, _BULK_CAP) * alone))


def rank_batch(claims: list[Claim], targets: int, rounds: int, block: tuple[int, ...]) -> int:
    """Choose circuits a batch: a bulk of many targets is settled at the first look.

    Args:
        claims: Of the experiment.
        targets: Of the experiment.
        rounds: Its circuits.
        block: Circuits of a block.
    """
    few = min(told_targets(claim, targets) for claim in claims) < _MANY
    size = sum(block)
    wanted = max(_FIRST[0] if few else _FIRST[1], math.ceil(rounds / _BATCHES))
    return max(1, round(wanted / size)) * size
