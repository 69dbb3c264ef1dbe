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
from qassay.planning import designs, register_designs
from qassay.planning.mean_designs import is_mean, is_mean_time, mean_rounds
from qassay.planning.options import Options
from qassay.planning.pair_designs import PairDesign, pair_design
from qassay.planning.rank_designs import is_ranked, rank_rounds
from qassay.planning.registers import LAYERED

SMALLEST_RATE = 1e-7  # a claim of zero error is planned as if it were this
_FEWEST_POOLED = 64  # circuits of one matching where many matchings share a mean
# A test that holds for any one-qubit share takes about 3 nats more than one that knows it.
_PAIR_CAP = 1.5
# Error of one-qubit gates over the pair's where none is claimed: two fifths of a layer are theirs.
_HARD_SHARE = 0.3
_MOST_SPAM = 0.2


def one_qubit_rate(claim: Claim) -> float:
    """Decay per quarter turn: 1 - p = 2 r."""
    return max(2 * canonical_value(claim), SMALLEST_RATE)


def layer_rate(claim: Claim, claims: list[Claim], targets: int) -> float:
    """Decay per layer, 1 - p = 16/15 e_F, with the one-qubit gates of the layer."""
    if claim.metric in LAYERED:
        return max(16 / 15 * register_designs.layer_error(claim, targets), SMALLEST_RATE)
    return max(pair_design_of(claim, claims).layer_rate, SMALLEST_RATE)


def pair_design_of(
    claim: Claim, claims: list[Claim], matchings: int = 1, one: float | None = None
) -> PairDesign:
    """Design the test of one claim on pairs beside what is claimed of one-qubit gates.

    Args:
        claim: On pairs.
        claims: The whole sheet.
        matchings: As in `pair_design`.
        one: Error of one-qubit gates over the pair's to reckon with where none is claimed.
    """
    ones = [canonical_value(c) for c in claims if c.metric == "one_qubit_gate_error"]
    pair = canonical_value(claim)
    if claim.metric == "crosstalk":
        pair = register_designs.gate_error_beside(claim, claims)
    pair = max(pair, SMALLEST_RATE)
    single = min(max(ones), pair) if ones else None if one is None else one * pair
    return pair_design(pair, single, claim.delta, matchings)


def rounds_for(claim: Claim, targets: int, alone: int, asymptote: float, options: Options) -> int:
    """Share the work of a mean over its targets; other statistics need all of it at each.

    Args:
        claim: The claim.
        targets: How many targets its statistic runs over.
        alone: Circuits of a fixed sample at one target.
        asymptote: Of the decay.
        options: Error probabilities.

    Returns:
        Circuits at most: beyond them the claim stays inconclusive.
    """
    if is_mean(claim, targets):
        return mean_rounds(asymptote, targets, alone, min(options.alpha, options.beta))
    if is_mean_time(claim, targets):
        # A time that has no end hides as an error does that has lost its signal.
        return mean_rounds(asymptote, targets, alone, min(options.alpha, options.beta))
    if claim.statistic == "mean" and targets > 1:
        return max(_FEWEST_POOLED, round(designs.LOOKS_CAP * alone / targets))
    if is_ranked(claim, targets):
        return rank_rounds(claim, targets, alone)
    return round(designs.SEQUENTIAL_CAP * alone)


def one_target(claim: Claim, claims: list[Claim], asymptote: float, options: Options) -> int:
    """Circuits of a fixed sample that settle a claim on a decay at one target."""
    spread = designs.normal_sum(options.alpha, options.beta)
    if claim.metric == "crosstalk":
        error = register_designs.gate_error_beside(claim, claims)
        return register_designs.crosstalk_rounds(claim, error, spread)
    spam = _claimed_spam(claim, claims)
    if claim.metric == "two_qubit_gate_error":
        design = pair_design_of(claim, claims, one=_HARD_SHARE)
        alone = designs.decay_rounds(asymptote, options.alpha, options.beta, design.tolerance, spam)
        return math.ceil(_PAIR_CAP * alone * design.factor)
    delta = register_designs.relative_tolerance(claim)
    if claim.metric == "leakage":
        rate = max(claim.value, SMALLEST_RATE)
        shots = register_designs.leakage_variance(rate * register_designs.leakage_length(rate))
        return math.ceil(shots * (spread / math.log1p(delta)) ** 2)
    return designs.decay_rounds(asymptote, options.alpha, options.beta, delta, spam)


def _claimed_spam(claim: Claim, claims: list[Claim]) -> float:
    """Foresee the readout's part in a decay by what is claimed of it, or by what is usual."""
    readout = [c.value for c in claims if c.metric == "readout_error"]
    each = max(designs.LITTLE_SPAM, *readout) if readout else designs.USUAL_SPAM
    each = min(each, _MOST_SPAM)
    qubits = 2 if METRICS[claim.metric].target == "pair" else 1
    return 1 - (1 - each) ** qubits
