"""What one claim asks for: the rate its circuits are made for, and circuits at the most.

The most is what a fixed sample would take, and some more: beyond it a claim stays open. It
reckons with what the sheet itself says of the readout and of one-qubit gates, since on a
machine with poor readout, or whose layers are half one-qubit gates, the same claim takes
several times the circuits.
"""

from __future__ import annotations

import math

from qassay.claims.claim import Claim
from qassay.claims.conventions import canonical_value
from qassay.claims.metrics import METRICS
from qassay.protocols.designs import decay_designs, register_designs
from qassay.protocols.designs.mean_designs import is_mean, is_mean_time, mean_rounds
from qassay.protocols.designs.pair_designs import (
    HARD_SHARE,
    USUAL_SHARE,
    gate_circuits,
    gate_rate,
    layer_rate,
    turn_share,
)
from qassay.protocols.designs.rank_designs import is_ranked, rank_rounds
from qassay.protocols.known import by_reference, claimed_law, kind_of, tells
from qassay.protocols.terms import Terms

SMALLEST_RATE = 1e-7  # a claim of zero error is planned as if it were this
_SHORTEST_TIME = 1e-9
_FEWEST_POOLED = 64  # circuits of one matching where many matchings share a mean
_USUAL_SINGLE = 0.2  # error of a one-qubit gate over the pair's, where nothing is claimed
_PAIR_CAP = 1.4  # more, since a machine with a large one-qubit share has little signal left
_MOST_SPAM = 0.45  # above it circuits beyond any number hold no signal


def planned_rate(claim: Claim, claims: list[Claim], targets: int) -> float:
    """Give the decay a layer, or a second, by which a claim chooses its circuits.

    Of an entangler its own; of layers and of crosstalk that with the one-qubit gates.

    Args:
        claim: The claim.
        claims: The whole sheet.
        targets: How many targets its statistic runs over.
    """
    kind = kind_of(claim.metric)
    if kind == "time":
        return 1 / max(claim.value, _SHORTEST_TIME)
    if kind == "layered":
        rate = 16 / 15 * register_designs.layer_error(claim, targets)
    elif kind == "difference":
        error = register_designs.gate_error_beside(claim, claims)
        one = claimed_single(claims)
        rate = layer_rate(error, _USUAL_SINGLE * error if one is None else min(one, error))
    elif by_reference(claim.metric):
        rate = gate_rate(canonical_value(claim))
    else:
        law = claimed_law(claim.metric)
        rate = canonical_value(claim) * (1.0 if law is None else 1 / law.value.factor)
    return max(rate, SMALLEST_RATE)


def claimed_single(claims: list[Claim]) -> float | None:
    """Give the largest error that is claimed of one-qubit gates; None without such a claim."""
    ones = [canonical_value(c) for c in claims if tells(c.metric) == "turns"]
    return max(ones) if ones else None


def one_qubit_share(claim: Claim, claims: list[Claim], unknown: float) -> float:
    """Give the share of one-qubit gates in a layer to reckon with; `unknown` if none is claimed.

    Never less than is usual: whoever claims nothing of them may have them as well.
    """
    one = claimed_single(claims)
    if one is None:
        return unknown
    return min(max(turn_share(canonical_value(claim), one), USUAL_SHARE), 2 * HARD_SHARE)


def rounds_for(claim: Claim, targets: int, alone: int, asymptote: float, terms: Terms) -> int:
    """Share the work of a mean over its targets; other statistics need all of it at each.

    Args:
        claim: The claim.
        targets: How many targets its statistic runs over.
        alone: Circuits of a fixed sample at one target.
        asymptote: Of the decay.
        terms: Error probabilities.

    Returns:
        Circuits at most: beyond them the claim stays inconclusive.
    """
    if is_mean(claim, targets):
        return mean_rounds(asymptote, targets, alone, min(terms.alpha, terms.beta))
    if is_mean_time(claim, targets):
        # A time that has no end hides as an error does that has lost its signal.
        return mean_rounds(asymptote, targets, alone, min(terms.alpha, terms.beta))
    if claim.statistic == "mean" and targets > 1:
        return max(_FEWEST_POOLED, round(decay_designs.LOOKS_CAP * alone / targets))
    if is_ranked(claim, targets):
        return rank_rounds(claim, targets, alone)
    return round(decay_designs.SEQUENTIAL_CAP * alone)


def one_target(
    claim: Claim, claims: list[Claim], asymptote: float, terms: Terms, targets: int = 1
) -> int:
    """Circuits of a fixed sample that settle a claim on a decay at one target of `targets`."""
    spread = decay_designs.normal_sum(terms.alpha, terms.beta)
    if kind_of(claim.metric) == "difference":
        error = register_designs.gate_error_beside(claim, claims)
        return register_designs.crosstalk_rounds(claim, error, spread)
    spam = claimed_spam(claim, claims)
    if by_reference(claim.metric):
        share = one_qubit_share(claim, claims, HARD_SHARE)
        relative = math.log1p(claim.delta) / spread
        return math.ceil(_PAIR_CAP * gate_circuits(spam, share) / relative**2)
    delta = register_designs.relative_tolerance(claim)
    if asymptote == 0:  # what leaks does not come back
        rate = max(claim.value, SMALLEST_RATE)
        length = register_designs.leakage_length(rate, mean=is_mean(claim, targets))
        shots = register_designs.leakage_variance(rate * length)
        return math.ceil(shots * (spread / math.log1p(delta)) ** 2)
    return decay_designs.decay_rounds(asymptote, terms.alpha, terms.beta, delta, spam)


def claimed_spam(claim: Claim, claims: list[Claim]) -> float:
    """Foresee the readout's part in a decay by what is claimed of it, or by what is usual."""
    readout = [c.value for c in claims if tells(c.metric) == "readout"]
    each = max(decay_designs.LITTLE_SPAM, *readout) if readout else decay_designs.USUAL_SPAM
    each = min(each, _MOST_SPAM)
    qubits = 2 if METRICS[claim.metric].target == "pair" else 1
    return 1 - (1 - each) ** qubits
