"""What medians, quantiles and shares are expected to take.

How much the targets of a machine differ is not known before it is measured, and where they are
few it matters: a spread moves the middle target away from the bulk's own middle. So a plan
foretells two numbers, for targets alike and for a log-normal spread of 0.5, which is that of
chips. The factors are those of `benchmarks/medians.py`.
"""

from __future__ import annotations

import math
from typing import Final

from qassay.claims.claim import Claim
from qassay.protocols.designs.rank_designs import told_targets

SPREAD: Final = 0.5  # of the logarithm, for the larger number
_VAGUE: Final = 1.2  # variance over that of a mean of the same targets
_TAIL: Final = 1.5  # and more for a quantile, which leans on the form of the law
_MOVED: Final = 3.8  # ln of the factor, times targets and squared tolerance, over squared spread
_MOST_MOVED: Final = 1.1
FIRST: Final = 32.0  # circuits before which a bulk hardly settles anything


def bulk_variance(claim: Claim, single: float, targets: int) -> float:
    """Give the variance of a bulk's quantile, relative, times the circuits.

    Args:
        claim: The claim.
        single: The same of one target.
        targets: How many.
    """
    tail = 1.0 if claim.share is None else _TAIL
    return _VAGUE * tail * single / max(told_targets(claim, targets), 1.0)


def spread_factor(claim: Claim, targets: int, step: float) -> float:
    """Give how many times more circuits a spread of `SPREAD` takes than targets alike.

    Args:
        claim: The claim.
        targets: How many.
        step: Logarithm of the tolerance.
    """
    told = max(told_targets(claim, targets), 1.0)
    return math.exp(min(_MOVED * SPREAD**2 / (told * step**2), _MOST_MOVED))
