"""Sequential tests of means and medians over many targets, from estimates and their errors.

The estimate of a mean over many qubits is nearly normal, with errors whose increments are
independent: in the time of its information I = 1 / se^2, its score is a Brownian motion with
the distance to the border as drift. The likelihood ratio of a drift d to none,
exp(d I (border - estimate) - d^2 I / 2), is then an e-process; a mixture over a ladder of
drifts serves machines near to and far from the claim (Robbins, Ann. Math. Statist. 41, 1397
(1970); for estimates: Waudby-Smith et al., arXiv:2103.06476). It is asymptotic: the self-check
measures its error rates.
"""

from __future__ import annotations

import math
from dataclasses import replace

from qassay.claims.claim import Claim
from qassay.claims.conventions import canonical_value
from qassay.claims.metrics import METRICS
from qassay.languages.english import said
from qassay.protocols.known import quantity_of
from qassay.protocols.terms import Terms
from qassay.protocols.weighing.decision import canonical_limits
from qassay.protocols.weighing.lost_signal import lost_signal_wealth
from qassay.protocols.weighing.measurands import Measurand
from qassay.protocols.weighing.wealth import NO_WEALTH, Wealth
from qassay.statistics.estimate import Estimate
from qassay.statistics.intervals import normal_quantile
from qassay.statistics.sequential import RUNGS, WEIGHTS

_LEVEL = 0.95
_MOST_POWER = 700.0
_VAGUE = 0.6  # standard error of the logarithm beyond which an estimate is no normal variable


def normal_wealth(terms: Terms, claim: Claim, measurand: Measurand) -> Wealth:
    """Weigh a claim by the estimate of its statistic.

    Errors are taken from the side of the interval that faces the border, so that skewed
    intervals count as they are. Rates and times are compared on the logarithmic scale, on
    which their intervals are nearly symmetric.
    """
    estimate = measurand.statistic(_LEVEL)
    claimed, limit = canonical_limits(claim, terms)
    if claimed <= 0:
        return NO_WEALTH
    wealth = log_scale_wealth(
        estimate,
        claimed,
        limit,
        good_below=claim.relation == "at most",
        step=math.log1p(claim.delta),
    )
    return lost_signal_wealth(claim, measurand, claimed) if wealth is None else wealth


def log_scale_wealth(
    estimate: Estimate, claimed: float, limit: float, *, good_below: bool, step: float
) -> Wealth | None:
    """Weigh a claim by an estimate of a positive quantity, on the scale of its logarithm.

    Args:
        estimate: At the usual level.
        claimed: The claim, above 0.
        limit: What a supported machine is on the good side of.
        good_below: Whether small values are good.
        step: Logarithm of the tolerance, the distance of the first bettor.

    Returns:
        None where the estimate is too vague to be a normal variable.
    """
    if not estimate.informative or estimate.value <= 0:
        return None
    sign = 1.0 if good_below else -1.0
    value = sign * math.log(estimate.value)
    below, above = _errors(estimate.low, estimate.value, estimate.high)
    if not good_below:
        below, above = above, below
    if below > _VAGUE:
        return None
    edge = sign * math.log(limit) - value  # positive: on the good side of the limit
    beyond = value - sign * math.log(claimed)  # positive: on the bad side of the claim
    support, refute = mixture(edge, above, step), mixture(beyond, below, step)
    remarks: tuple[str, ...] = ()
    if edge > 0 and beyond > 0 and support >= refute:
        remarks = (said("remark.misses_claim"),)
    return Wealth(
        support=support,
        refute=refute,
        support_peak=support,
        refute_peak=refute,
        refuted_first=refute > support,
        remarks=remarks,
    )


def anytime_interval(estimate: Estimate, claim: Claim, alpha: float) -> Estimate | None:
    """Widen an interval so that it holds at every moment of a run at once.

    Robbins' normal mixture on the logarithmic scale: with information I = 1 / se^2 the half
    width is sqrt((I + k) / I^2 (2 ln(1 / alpha) + ln(1 + I / k))), asymptotically; k is chosen
    for the information that tells the claim from its limit (Howard et al., arXiv:1810.08240).

    Args:
        estimate: Of the claimed statistic, at the usual level.
        claim: Sets where the sequence is tightest.
        alpha: Probability that the true value is ever outside.

    Returns:
        The confidence sequence at this moment; None where the estimate bounds nothing.
    """
    quantity = quantity_of(claim.metric)
    if quantity is not None and quantity.near_zero:
        return _linear_sequence(estimate, claim, alpha)
    if not estimate.informative or estimate.value <= 0:
        return None
    below, above = _errors(estimate.low, estimate.value, estimate.high)
    step = math.log1p(claim.delta)
    most = 1.0 if METRICS[claim.metric].dimension == "probability" else math.inf
    return replace(
        estimate,
        low=estimate.value * math.exp(-_half(below, step, alpha)),
        high=min(estimate.value * _exp(_half(above, step, alpha)), most),
        level=1 - alpha,
        method="confidence sequence, normal mixture",
    )


def _exp(power: float) -> float:
    """Give e to a power, infinite where no float can hold it."""
    return math.exp(power) if power < _MOST_POWER else math.inf


def _half(error: float, step: float, alpha: float) -> float:
    """Give the half width of a confidence sequence, tightest where errors are as for `step`."""
    if not 0 < error < math.inf:
        return math.inf
    start = 2 * (2 / step) ** 2 / (2 * math.log(1 / alpha) + 3)
    information = error**-2
    spread = 2 * math.log(1 / alpha) + math.log1p(information / start)
    return math.sqrt((information + start) * spread) / information


def _linear_sequence(estimate: Estimate, claim: Claim, alpha: float) -> Estimate | None:
    """Give the confidence sequence of a value that may be zero or less, on its own scale."""
    step, quantile = claim.delta * canonical_value(claim), normal_quantile((1 - _LEVEL) / 2)
    if not estimate.informative or step <= 0 or estimate.low == estimate.high:
        return None
    error = max(estimate.high - estimate.value, estimate.value - estimate.low) / quantile
    half = _half(error, step, alpha)
    least, most = METRICS[claim.metric].bounds
    return replace(
        estimate,
        low=max(estimate.value - half, least),
        high=min(estimate.value + half, most),
        level=1 - alpha,
        method="confidence sequence, normal mixture",
    )


def _errors(low: float, value: float, high: float) -> tuple[float, float]:
    """Give standard errors of the logarithm below and above the value; infinite if unbounded."""
    quantile = normal_quantile((1 - _LEVEL) / 2)
    below = math.log(value / low) / quantile if low > 0 else math.inf
    above = math.log(high / value) / quantile if math.isfinite(high) else math.inf
    return below, above


def mixture(distance: float, error: float, step: float) -> float:
    """Give the log wealth of bettors on several drifts; 0 without information.

    Args:
        distance: Of the estimate from the border, positive on the far side of the hypothesis.
        error: Standard error of the estimate.
        step: What the first bettor bets on as the true distance.
    """
    if not 0 < error < math.inf:
        return 0.0
    information = error**-2
    paths = [
        math.log(weight) + rung * step * information * (distance - rung * step / 2)
        for rung, weight in zip(RUNGS, WEIGHTS, strict=True)
    ]
    highest = max(paths)
    return highest + math.log(sum(math.exp(path - highest) for path in paths))
