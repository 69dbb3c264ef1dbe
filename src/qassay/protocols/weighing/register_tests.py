"""Sequential tests of claims on whole registers and on crosstalk.

Shots of one register that hit or miss (GHZ, mirror): one Bernoulli trial a shot, so an exact
e-process, valid at any time for any state and any noise. Crosstalk: a mixture of likelihood ratios
as in `normal_tests` for a difference, which may be zero or below, so on its own scale and not on
the logarithm; a median of leakage likewise. Layer fidelity and EPLG: `mean_tests`.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import logsumexp

from qassay.claims.claim import RANKED, Claim
from qassay.claims.metrics import METRICS
from qassay.protocols.designs.register_designs import is_given, leakage_variance, share_at
from qassay.protocols.known import kind_of, mark_for, quantity_of
from qassay.protocols.terms import Terms
from qassay.protocols.weighing.decision import canonical_limits, limit_of
from qassay.protocols.weighing.file_tests import ratio_wealth_of_file
from qassay.protocols.weighing.mark_tests import marked_wealth
from qassay.protocols.weighing.measurands import Measurand
from qassay.protocols.weighing.normal_tests import mixture
from qassay.protocols.weighing.register_measurands import CrosstalkMeasurand
from qassay.protocols.weighing.wealth import NO_WEALTH, Wealth
from qassay.statistics.estimate import Estimate
from qassay.statistics.intervals import normal_quantile
from qassay.statistics.sequential import RUNGS, Floats, Ints, Side
from qassay.statistics.sequential_probabilities import log_e_probability
from qassay.statistics.trials import Trials

_LEVEL = 0.95
_STEPS = (0.05, 0.3, 0.6, 0.9)  # of the way to certainty, where the claim itself is the border
_EDGE = 1e-9


def has_own_test(claim: Claim, targets: int) -> bool:
    """Whether a claim is tested here; a median of leakage where it is told of many pairs."""
    quantity = quantity_of(claim.metric)
    if quantity is None:
        return False
    if quantity.kind == "decay" and quantity.near_zero:
        return claim.statistic in RANKED and claim.test == "usual" and targets > 1
    return quantity.kind in ("register", "difference")


def own_wealth(terms: Terms, claim: Claim, measurand: Measurand) -> Wealth:
    """Add up the evidence for and against a claim for which `has_own_test` holds."""
    if isinstance(measurand, CrosstalkMeasurand):
        return _crosstalk(terms, claim, measurand)
    if kind_of(claim.metric) == "decay":
        return _leakage(terms, claim, measurand)
    return _register(terms, claim, measurand)


def _leakage(terms: Terms, claim: Claim, measurand: Measurand) -> Wealth:
    """Compare a median leakage with the claim; most machines have none, so not by its logarithm.

    Near zero the estimate's own error is smaller than it would be at the border, so the error
    there is reckoned with.
    """
    estimate = measurand.statistic(_LEVEL)
    claimed, limit = canonical_limits(claim, terms)
    if claimed <= 0 or not estimate.informative:
        return NO_WEALTH
    layers = measurand.parts[0].experiment.lengths[1]
    circuits = sum(part.trials.circuits * part.trials.targets for part in measurand.parts)
    least = limit * math.sqrt(leakage_variance(limit * layers) / circuits)
    support, refute = _difference_log_e(
        estimate, claim, claimed, limit, claim.delta * claimed, least
    )
    return _wealth(np.array([support]), np.array([refute]))


def _register(terms: Terms, claim: Claim, measurand: Measurand) -> Wealth:
    """Bet on each shot of a register, which hits with a probability that its value gives."""
    mark = mark_for(claim)
    if mark is not None:
        return _wealth(*marked_wealth(claim, mark, measurand))
    if is_given(claim):
        return _wealth(*ratio_wealth_of_file(claim, measurand, terms))
    trials = measurand.parts[0].trials
    shots = np.full((trials.circuits, 1), trials.shots)
    border, promised = _share(claim, limit_of(claim, terms)), _share(claim, claim.value)
    # Hits are good: their share rises with the value where a higher one is better.
    rises = METRICS[claim.metric].better == "higher"
    factor = 1 + claim.delta

    def worse_by(rung: float) -> float:
        power = math.pow(factor, rung)
        return claim.value / power if rises else claim.value * power

    if (claim.relation == "at least") == rises:
        better = [border + (1 - border) * part for part in _STEPS]
        better[0] = promised if promised > border else better[0]
        worse = [_share(claim, worse_by(rung)) for rung in RUNGS]
        support = _bets(trials, shots, border, "at most", better)
        refute = _bets(trials, shots, promised, "at least", worse)
    else:
        worse = [_share(claim, worse_by(rung - 1)) for rung in RUNGS]
        worse[0] = worse[0] if promised < border else worse[1]
        better = [promised + (1 - promised) * part for part in _STEPS]
        support = _bets(trials, shots, border, "at least", worse)
        refute = _bets(trials, shots, promised, "at most", better)
    return _wealth(support, refute)


def _bets(trials: Trials, shots: Ints, border: float, side: Side, others: list[float]) -> Floats:
    """Give the log wealth after each circuit of bets against one side of a border."""
    inside = [min(max(x, _EDGE), 1 - _EDGE) for x in others]
    return log_e_probability(trials.hits, shots, null=border, side=side, alternatives=inside)[:, 0]


def _share(claim: Claim, value: float) -> float:
    """Give the probability of a hit at a value, held just off 0 and 1."""
    share: float = share_at(claim)(value)
    return min(max(share, 2 * _EDGE), 1 - 2 * _EDGE)


def _crosstalk(terms: Terms, claim: Claim, measurand: CrosstalkMeasurand) -> Wealth:
    """Compare differences with the claim; "every" holds if it holds of each pair."""
    claimed, limit = canonical_limits(claim, terms)
    if claimed <= 0:
        return NO_WEALTH
    every = claim.statistic == "every"
    parts = measurand.each(_LEVEL) if every else [measurand.statistic(_LEVEL)]
    step = claim.delta * claimed
    pairs = [_difference_log_e(one, claim, claimed, limit, step) for one in parts]
    support = min(for_it for for_it, _ in pairs)
    refute = float(logsumexp([against for _, against in pairs])) - math.log(len(pairs))
    return _wealth(np.array([support]), np.array([refute]))


def _difference_log_e(
    estimate: Estimate, claim: Claim, claimed: float, limit: float, step: float, least: float = 0.0
) -> tuple[float, float]:
    """Bet for and against one value with a nearly normal error, `least` or more towards a limit."""
    if not estimate.informative:
        return 0.0, 0.0
    quantile = normal_quantile((1 - _LEVEL) / 2)
    below = (estimate.value - estimate.low) / quantile
    above = (estimate.high - estimate.value) / quantile
    sign = 1.0 if claim.relation == "at most" else -1.0
    if sign < 0:
        below, above = above, below
    above = max(above, least)
    edge, beyond = sign * (limit - estimate.value), sign * (estimate.value - claimed)
    return mixture(edge, above, step), mixture(beyond, below, step)


def _wealth(support: Floats, refute: Floats) -> Wealth:
    """Gather log e-values over time; which of two peaks came first is told by their places."""
    return Wealth(
        support=float(support[-1]),
        refute=float(refute[-1]),
        support_peak=float(support.max()),
        refute_peak=float(refute.max()),
        refuted_first=int(refute.argmax()) < int(support.argmax())
        or float(refute.max()) > float(support.max()),
    )
