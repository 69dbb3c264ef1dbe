"""Which sequential test settles which claim, and what it says at any time.

Gates of single targets are tested as rates, with preparation and readout eliminated exactly; times
by the contrast at the claim (`contrast_tests`);
readout errors as probabilities, their means with the shot as the unit; gates of pairs through
their layers (`pair_tests`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from qassay.claims.claim import Claim
from qassay.planning.contrast_designs import TIMES
from qassay.planning.plan import Plan
from qassay.protocols.readout import share_of, wrong_shares
from qassay.statistics.bounded_bets import (
    FEWER_WRONG,
    MORE_WRONG,
    log_e_mean_above,
    log_e_mean_below,
)
from qassay.statistics.sequential import Floats, confirm_every, refute_every
from qassay.statistics.sequential_probabilities import rare_event_evidence
from qassay.statistics.sequential_rates import PRIOR, rate_evidence, steps_of
from qassay.verdicts.contrast_tests import contrast_evidence
from qassay.verdicts.decision import canonical_limits, limit_of
from qassay.verdicts.lengths import lengths_of
from qassay.verdicts.measurands import Measurand, Part
from qassay.verdicts.pair_tests import pair_evidence
from qassay.verdicts.wealth import NO_WEALTH, Wealth

READOUT = ("readout_error", "readout_error_0", "readout_error_1")
_LONGEST_RATE = 0.95
_OF_FOUR = (5.0, 15.0)  # a guess of hits and misses where one of four readings is a hit

LogE = tuple[Floats, Floats]  # for the claim and against it, shape (steps, targets)


def has_test(claim: Claim, targets: int) -> bool:
    """Whether a claim is settled by an exact test; otherwise by the normal one."""
    against_the_buyer = (claim.relation == "at least") != (claim.metric in TIMES)
    if against_the_buyer or claim.value <= 0:
        return False
    if claim.metric in READOUT:
        return claim.statistic in ("every", "mean") and claim.value * (1 + claim.delta) < 1
    return claim.statistic == "every" or targets == 1


def tested_wealth(plan: Plan, claim: Claim, moments: Sequence[Measurand]) -> Wealth:
    """Add up the evidence for and against a claim.

    Args:
        plan: The plan.
        claim: A claim for which `has_test` holds.
        moments: Its data at the ends of the stages of the run, the last now.
    """
    if claim.statistic == "mean" and len(moments[-1].parts) > 1 and not moments[-1].singles:
        return NO_WEALTH  # bets on parts say nothing of the mean of them all
    streams = _streams(plan, claim, moments)
    support, refute = _merged(streams)
    for_it, against = support >= -math.log(plan.beta), refute >= -math.log(plan.alpha)
    return Wealth(
        support=min(float(s[-1].min()) for s, _ in streams),
        refute=float(refute[-1]),
        support_peak=float(support.max()),
        refute_peak=float(refute.max()),
        refuted_first=bool(against.any())
        and (not for_it.any() or int(against.argmax()) < int(for_it.argmax())),
    )


def _merged(streams: list[LogE]) -> tuple[Floats, Floats]:
    """Merge targets into "every target"; several experiments are compared at their ends."""
    if len(streams) == 1:
        support, refute = streams[0]
    else:
        support = np.concatenate([s.max(axis=0, keepdims=True) for s, _ in streams], axis=1)
        refute = np.concatenate([r[-1:] for _, r in streams], axis=1)
    return confirm_every(support)[:, 0], refute_every(refute)[:, 0]


def _streams(plan: Plan, claim: Claim, moments: Sequence[Measurand]) -> list[LogE]:
    measurand = moments[-1]
    if claim.metric in READOUT:
        return [_readout(plan, claim, part) for part in measurand.parts]
    if measurand.singles:
        return pair_evidence(plan, claim, moments)
    if claim.metric in TIMES:
        return [contrast_evidence(plan, claim, part) for part in measurand.parts]
    return [_rate(plan, claim, part) for part in measurand.parts]


def _readout(plan: Plan, claim: Claim, part: Part) -> LogE:
    """Test readout: each qubit by its own bits, the mean by the share of wrong bits of a circuit.

    One bit a circuit is a Bernoulli trial. Of several qubits, or several shots of one circuit,
    only the mean of the share is known, so the bets are those on bounded values.
    """
    claimed, limit = (share_of(claim.metric, x) for x in (claim.value, limit_of(claim, plan)))
    trials = part.trials
    if trials.shots == 1 and (claim.statistic == "every" or trials.targets == 1):
        game = rare_event_evidence(
            trials.hits,
            np.ones((trials.circuits, 1), dtype=np.int64),
            rate=claimed,
            tolerance=claim.delta,
            guarded=plan.rule == "guarded",
        )
        return game.confirm, game.refute
    columns = [trials.select([i]) for i in range(trials.targets)]
    values = [wrong_shares(one) for one in (columns if claim.statistic == "every" else [trials])]
    return (
        np.stack([log_e_mean_below(x, limit, 1.0, FEWER_WRONG) for x in values], axis=1),
        np.stack([log_e_mean_above(x, claimed, 0.0, MORE_WRONG) for x in values], axis=1),
    )


def _rate(plan: Plan, claim: Claim, part: Part) -> LogE:
    """Test a gate error as a decay a layer."""
    claimed, _ = canonical_limits(claim, plan)
    lengths = lengths_of(part.experiment)
    game = rate_evidence(
        steps_of(part.trials, lengths),
        lengths,
        rate=rate_of(claim, claimed),
        tolerance=claim.delta,
        guarded=plan.rule == "guarded",
        prior=_OF_FOUR if claim.metric == "leakage" else PRIOR,
    )
    return game.confirm, game.refute


def rate_of(claim: Claim, value: float) -> float:
    """Give the decay a layer of a value claimed of one qubit's gate, or of a pair's leakage."""
    return min(value if claim.metric == "leakage" else 2 * value, _LONGEST_RATE)
