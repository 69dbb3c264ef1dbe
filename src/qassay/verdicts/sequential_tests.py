"""Which sequential test settles which claim, and what it says at any time.

Decays of single targets are tested as rates, with preparation and readout eliminated exactly;
readout errors as probabilities. A gate of a pair is tested through its layer: the limits are
moved by bounds on the one-qubit share, taken from the first cycle alone (so that they are
fixed before the bets that use them), and those bounds get a fifth of the error probabilities.
"""

from __future__ import annotations

import math

import numpy as np

from qassay.claims.claim import Claim
from qassay.claims.conventions import process_from_average
from qassay.planning.plan import Plan
from qassay.protocols.catalog import estimator_of
from qassay.protocols.interface import Experiment
from qassay.statistics.sequential import RUNGS, Floats, confirm_every, refute_every
from qassay.statistics.sequential_probabilities import rare_event_evidence
from qassay.statistics.sequential_rates import (
    PRIOR,
    TwoLengths,
    log_e_rate,
    rate_evidence,
    steps_of,
)
from qassay.verdicts.decision import canonical_limits
from qassay.verdicts.measurands import Measurand, Part
from qassay.verdicts.wealth import Wealth

ONE_QUBIT_SHARE = 0.2  # of the error probabilities, for the bounds on one-qubit gates
_READOUT = ("readout_error", "readout_error_0", "readout_error_1")
TIMES = ("t1", "t2_star", "t2_echo")
_GROUPS = 8  # pairs with like one-qubit bounds share a test
_APART = 0.98  # an alternative keeps this distance from the border of what it speaks against
_LONGEST_RATE = 0.95
_OF_FOUR = (5.0, 15.0)  # a guess of hits and misses where one of four readings is a hit

LogE = tuple[Floats, Floats]  # for the claim and against it, shape (steps, targets)


def has_test(claim: Claim, targets: int) -> bool:
    """Whether a claim is settled by an exact test; otherwise by the normal one."""
    against_the_buyer = (claim.relation == "at least") != (claim.metric in TIMES)
    if against_the_buyer or claim.value <= 0:
        return False
    if claim.metric in _READOUT:
        return claim.statistic in ("every", "mean") and claim.value * (1 + claim.delta) < 1
    return claim.statistic == "every" or targets == 1


def tested_wealth(plan: Plan, claim: Claim, measurand: Measurand, first: Measurand) -> Wealth:
    """Add up the evidence for and against a claim.

    Args:
        plan: The plan.
        claim: A claim for which `has_test` holds.
        measurand: Its data so far.
        first: Its data after the first cycle.
    """
    share = 1 - ONE_QUBIT_SHARE if measurand.singles else 1.0
    streams = _streams(plan, claim, measurand, first)
    support, refute = _merged(streams)
    at_support, at_refute = -math.log(share * plan.beta), -math.log(share * plan.alpha)
    for_it, against = support >= at_support, refute >= at_refute
    return Wealth(
        support=min(float(s[-1].min()) for s, _ in streams),
        refute=float(refute[-1]),
        support_peak=float(support.max()),
        refute_peak=float(refute.max()),
        refuted_first=bool(against.any())
        and (not for_it.any() or int(against.argmax()) < int(for_it.argmax())),
        share=share,
    )


def _merged(streams: list[LogE]) -> tuple[Floats, Floats]:
    """Merge targets into "every target"; several experiments are compared at their ends."""
    if len(streams) == 1:
        support, refute = streams[0]
    else:
        support = np.concatenate([s.max(axis=0, keepdims=True) for s, _ in streams], axis=1)
        refute = np.concatenate([r[-1:] for _, r in streams], axis=1)
    return confirm_every(support)[:, 0], refute_every(refute)[:, 0]


def _streams(plan: Plan, claim: Claim, measurand: Measurand, first: Measurand) -> list[LogE]:
    if claim.metric in _READOUT:
        return [_probability(plan, claim, part) for part in measurand.parts]
    if measurand.singles:
        return _pairs(plan, claim, measurand, first)
    return [_rate(plan, claim, part) for part in measurand.parts]


def _probability(plan: Plan, claim: Claim, part: Part) -> LogE:
    """Test readout: each qubit, or all qubits together where the claim is of their mean.

    Counts of several qubits may be added up: a product of factors 1 + u (y - s) over unlike
    independent trials is at most what trials of the same mean would give (AM-GM).
    """
    hits, shots = part.trials.hits, np.full((part.trials.circuits, 1), part.trials.shots)
    if claim.statistic == "mean":
        hits, shots = hits.sum(axis=1, keepdims=True), shots * part.trials.targets
    game = rare_event_evidence(
        hits, shots, rate=claim.value, tolerance=claim.delta, guarded=plan.rule == "guarded"
    )
    return game.confirm, game.refute


def _rate(plan: Plan, claim: Claim, part: Part) -> LogE:
    """Test a gate error as a decay a layer, a time T as the rate 1 / T."""
    claimed, _ = canonical_limits(claim, plan)
    lengths = lengths_of(part.experiment)
    rate = 1 / claimed if claim.metric in TIMES else rate_of(claim, claimed)
    game = rate_evidence(
        steps_of(part.trials, lengths),
        lengths,
        rate=rate,
        tolerance=claim.delta,
        guarded=plan.rule == "guarded",
        prior=_OF_FOUR if claim.metric == "leakage" else PRIOR,
    )
    return game.confirm, game.refute


def rate_of(claim: Claim, value: float) -> float:
    """Give the decay a layer of a value claimed of one qubit's gate, or of a pair's leakage."""
    return min(value if claim.metric == "leakage" else 2 * value, _LONGEST_RATE)


def _pairs(plan: Plan, claim: Claim, measurand: Measurand, first: Measurand) -> list[LogE]:
    """Test the gates of pairs by their layers, pairs of like one-qubit errors together."""
    ones = _one_qubit_bounds(plan, measurand, first)
    made = []
    for part in measurand.parts:
        bounds = np.array([ones[pair] for pair in part.targets])
        order = np.argsort(bounds[:, 1])
        for group in np.array_split(order, min(_GROUPS, order.size)):
            chosen = part.only({part.targets[index] for index in group})
            low, middle, high = bounds[group].T
            made.append(
                _layer(plan, claim, chosen, float(low.min()), float(middle.mean()),
                       float(high.max()))
            )  # fmt: skip
    return made


def _layer(plan: Plan, claim: Claim, part: Part, low: float, middle: float, high: float) -> LogE:
    """Test layers of pairs whose one-qubit share lies between bounds."""
    claimed, limit = canonical_limits(claim, plan)
    lengths, step = lengths_of(part.experiment), 1 + claim.delta
    steps = steps_of(part.trials, lengths)
    border = layer_rate(limit, low)
    support = log_e_rate(
        steps, lengths, null=border, side="at least",
        alternatives=[min(layer_rate(limit / step**x, middle), border * _APART) for x in RUNGS],
    )  # fmt: skip
    border = layer_rate(claimed, high)
    refute = log_e_rate(
        steps, lengths, null=border, side="at most",
        alternatives=[max(layer_rate(claimed * step**x, middle), border / _APART) for x in RUNGS],
    )  # fmt: skip
    return support, refute


def layer_rate(gate: float, ones: float) -> float:
    """Give the decay 1 - p a layer of a gate of average infidelity `gate` beside one-qubit gates.

    Fidelities multiply: e = 1 - (1 - 5/4 r) (1 - e_ones); the layer decays with 16/15 e.

    Args:
        gate: Average gate infidelity of the entangler.
        ones: Process infidelity of the layer's one-qubit gates together.
    """
    error = 1 - (1 - min(process_from_average(gate, 4), 0.9)) * (1 - ones)
    return min(16 / 15 * error, _LONGEST_RATE)


def _one_qubit_bounds(
    plan: Plan, measurand: Measurand, first: Measurand
) -> dict[tuple[int, ...], tuple[float, float, float]]:
    """Bound the process infidelity of both one-qubit gates on each pair: low, middle, high."""
    count = len(measurand.targets)
    lows = first.one_qubit_errors(1 - ONE_QUBIT_SHARE * plan.beta)
    highs = first.one_qubit_errors(1 - ONE_QUBIT_SHARE * plan.alpha / count)
    bounds: dict[tuple[int, ...], tuple[float, float, float]] = {}
    for pair in measurand.targets:
        low = sum(1.5 * lows[qubit].low for qubit in pair)
        middle = sum(1.5 * lows[qubit].value for qubit in pair)
        high = sum(1.5 * highs[qubit].high for qubit in pair)
        bounds[pair] = (max(low, 0.0), middle, min(high, 0.9))
    return bounds


def lengths_of(experiment: Experiment) -> TwoLengths:
    """Give the two lengths of an experiment to the tests of rates."""
    short, long = experiment.lengths[:2]
    estimator = estimator_of(experiment)
    shares = experiment.block[:2]
    return TwoLengths(
        asymptote=estimator.asymptote,
        span=long - short,
        law="exponential" if estimator.model == "exponential" else "geometric",
        block=None if experiment.coin else (shares[0], shares[1]),
        short_share=shares[0] / sum(shares),
    )
