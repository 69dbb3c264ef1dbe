"""Which sequential test settles which claim, and what it says at any time.

Gates of single targets are tested as rates, with preparation and readout eliminated exactly, and
of an entangler all that its reference holds as well; times by the contrast at the claim
(`contrast_tests`); readout errors as probabilities, their means with the shot as the unit.
"""

from __future__ import annotations

import math

import numpy as np

from qassay.claims.claim import Claim
from qassay.protocols.known import by_reference, claimed_law, kind_of
from qassay.protocols.shares import share_of, wrong_shares
from qassay.protocols.terms import Terms
from qassay.protocols.weighing.contrast_tests import contrast_evidence
from qassay.protocols.weighing.decision import canonical_limits, limit_of
from qassay.protocols.weighing.lengths import lengths_of
from qassay.protocols.weighing.measurands import ClaimPart, Measurand
from qassay.protocols.weighing.wealth import NO_WEALTH, Wealth
from qassay.statistics.bounded_bets import (
    FEWER_WRONG,
    MORE_WRONG,
    log_e_mean_above,
    log_e_mean_below,
)
from qassay.statistics.sequential import Floats, confirm_every, refute_every
from qassay.statistics.sequential_probabilities import rare_event_evidence
from qassay.statistics.sequential_rates import (
    PRIOR,
    TwoLengths,
    log_e_present,
    rate_evidence,
    steps_of,
)

_LONGEST_RATE = 0.95
_NO_LAW = 2.0  # decay a layer over a value that is no decay of its own, as of a quarter turn
_OF_FOUR = (5.0, 15.0)  # a guess of hits and misses where one of four readings is a hit
_REFERENCE, _SPAM, _TURNS = 12.0, 0.02, 0.05  # shots that a guess of a reference is worth, ...

LogE = tuple[Floats, Floats]  # for the claim and against it, shape (steps, targets)


def has_test(claim: Claim, targets: int) -> bool:
    """Whether a claim is settled by an exact test; otherwise by the normal one."""
    kind = kind_of(claim.metric)
    against_the_buyer = (claim.relation == "at least") != (kind == "time")
    if against_the_buyer or claim.value <= 0:
        return False
    if kind == "share":
        known = claim.statistic in ("every", "mean") or targets == 1
        return known and claim.value * (1 + claim.delta) < 1
    return claim.statistic == "every" or targets == 1


def tested_wealth(terms: Terms, claim: Claim, measurand: Measurand) -> Wealth:
    """Add up the evidence for and against a claim for which `has_test` holds."""
    if claim.statistic == "mean" and len(measurand.parts) > 1:
        return NO_WEALTH  # bets on parts say nothing of the mean of them all
    kind = kind_of(claim.metric)
    test = contrast_evidence if kind == "time" else rate_wealth
    test = _readout if kind == "share" else test
    streams = [test(terms, claim, part) for part in measurand.parts]
    support, refute = _merged(streams)
    for_it, against = support >= -math.log(terms.beta), refute >= -math.log(terms.alpha)
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


def _readout(terms: Terms, claim: Claim, part: ClaimPart) -> LogE:
    """Test readout: each qubit by its own bits, the mean by the share of wrong bits of a circuit.

    One bit a circuit is a Bernoulli trial. Of several qubits, or several shots of one circuit,
    only the mean of the share is known, so the bets are those on bounded values.
    """
    claimed, limit = (share_of(claim.metric, x) for x in (claim.value, limit_of(claim, terms)))
    trials = part.trials
    if trials.shots == 1 and (claim.statistic == "every" or trials.targets == 1):
        game = rare_event_evidence(
            trials.hits,
            np.ones((trials.circuits, 1), dtype=np.int64),
            rate=claimed,
            tolerance=claim.delta,
            guarded=terms.rule == "guarded",
        )
        return game.confirm, game.refute
    columns = [trials.select([i]) for i in range(trials.targets)]
    values = [wrong_shares(one) for one in (columns if claim.statistic == "every" else [trials])]
    return (
        np.stack([log_e_mean_below(x, limit, 1.0, FEWER_WRONG) for x in values], axis=1),
        np.stack([log_e_mean_above(x, claimed, 0.0, MORE_WRONG) for x in values], axis=1),
    )


def rate_wealth(terms: Terms, claim: Claim, part: ClaimPart) -> LogE:
    """Test a gate error as a decay a layer."""
    claimed, _ = canonical_limits(claim, terms)
    lengths, rate = lengths_of(part.experiment, part.quantity), rate_of(claim, claimed)
    steps = steps_of(part.trials, lengths)
    game = rate_evidence(
        steps,
        lengths,
        rate=rate,
        tolerance=claim.delta,
        guarded=terms.rule == "guarded",
        prior=prior_of(claim, lengths, rate),
    )
    if lengths.asymptote == 0:  # two ways to be worse than claimed, and a bet against each
        return np.minimum(game.confirm, log_e_present(steps)), game.refute
    return game.confirm, game.refute


def prior_of(claim: Claim, lengths: TwoLengths, rate: float) -> tuple[float, float]:
    """Guess hits and misses of the short arm; it costs time where it is wrong, never validity.

    A reference holds as many turns as its layers: of them it is expected to lose a twentieth of
    what the claim allows the entanglers.
    """
    if lengths.asymptote == 0:
        return _OF_FOUR
    if not by_reference(claim.metric):
        return PRIOR
    kept = lengths.retention(rate) ** _TURNS
    hits = lengths.asymptote + (1 - _SPAM - lengths.asymptote) * kept
    return _REFERENCE * hits, _REFERENCE * (1 - hits)


def rate_of(claim: Claim, value: float) -> float:
    """Give the decay a layer of a value claimed of a gate, or of a pair's leakage."""
    law = claimed_law(claim.metric)
    return min(value * (_NO_LAW if law is None else 1 / law.value.factor), _LONGEST_RATE)
