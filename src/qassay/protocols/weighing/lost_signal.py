"""Machines so far from their claim that the long circuits hold no signal any more.

Then no rate can be estimated, yet the claim is plainly refuted: it promised a signal. The
summed excess over the asymptote is compared with the least that the claim allows,
g = (s1 - B) - R0 (s0 - B), which is linear in the counts and always defined. R0 is the least mean
retention that unlike targets can have which keep the claim together (`_least_kept`), so g >= 0
if they do.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import numpy as np

from qassay.claims.claim import Claim
from qassay.languages.english import said
from qassay.protocols.designs.register_designs import relative_tolerance
from qassay.protocols.known import estimator_of, kind_of
from qassay.protocols.weighing.lengths import lengths_of
from qassay.protocols.weighing.measurands import Measurand
from qassay.protocols.weighing.sequential_tests import rate_of
from qassay.protocols.weighing.wealth import NO_WEALTH, Wealth
from qassay.statistics.sequential import RUNGS, WEIGHTS

_CHORDS: Final = 40
_REMARK = said("remark.lost_signal")


def lost_signal_wealth(claim: Claim, measurand: Measurand, claimed: float) -> Wealth:
    """Weigh the absence of a signal that the claim promised.

    Args:
        claim: A claim on a decay.
        measurand: Its data so far.
        claimed: The claim in canonical units.
    """
    estimator = estimator_of(measurand.parts[0].experiment)
    rate = _claimed_rate(claim, claimed)
    if estimator.model == "probability" or rate is None:
        return NO_WEALTH
    lengths = lengths_of(measurand.parts[0].experiment, measurand.parts[0].quantity)
    hits, shots = np.zeros(2), np.zeros(2)
    for part in measurand.parts:
        counted, each = part.trials.totals()
        hits += counted[:2].sum(axis=1)
        shots += each[:2] * part.trials.targets
    if (shots == 0).any():
        return NO_WEALTH
    fractions = (hits + 0.5) / (shots + 1)  # never exactly 0 or 1, so that a variance remains
    short, long = fractions - lengths.asymptote
    targets = sum(part.trials.targets for part in measurand.parts)
    kept = _least_kept(claim, lengths.retention, rate, targets)
    noise = fractions * (1 - fractions) / shots
    variance = float(noise[1] + kept**2 * noise[0])
    gap = float(kept * short - long)
    paths = []
    for rung, weight in zip(RUNGS, WEIGHTS, strict=True):
        beyond = rate * (1 + relative_tolerance(claim)) ** rung
        drift = (kept - _least_kept(claim, lengths.retention, beyond, targets)) * max(short, 0.0)
        paths.append(math.log(weight) + (drift * gap - drift**2 / 2) / variance)
    refute = float(np.logaddexp.reduce(paths))
    return Wealth(
        support=0.0,
        refute=refute,
        support_peak=0.0,
        refute_peak=refute,
        refuted_first=True,
        remarks=(_REMARK,),
    )


def _least_kept(
    claim: Claim, retention: Callable[[float], float], rate: float, targets: int
) -> float:
    """Give the least mean retention of targets whose statistic keeps the claim.

    The retention is convex in a rate, so the mean over targets is at least that of the mean rate
    (Jensen). Where a median is claimed, half of the targets may have lost everything; of a best
    target, all others. In a time the retention is not convex: with one long and many short times
    a good mean hides a signal that is gone. There it is the lower convex envelope, from 0 to the
    time at which one target would make up for all.

    Args:
        claim: On a statistic over targets.
        retention: Of a rate, over the long arm.
        rate: That of the claim.
        targets: How many.
    """
    if claim.statistic == "median":
        return retention(rate) * ((targets + 1) // 2) / targets
    if claim.statistic == "best":
        return retention(rate) / targets
    if kind_of(claim.metric) != "time":
        return retention(rate)
    short = np.linspace(0.0, 1.0, _CHORDS)[:-1, None]  # times in units of the claimed one
    long = np.geomspace(1.0, max(targets, 1), _CHORDS)[None, 1:]
    early = np.array([[retention(rate / max(t, 1e-9))] for t in short[:, 0]])
    late = np.array([[retention(rate / t) for t in long[0]]])
    chords = ((long - 1) * early + (1 - short) * late) / (long - short)
    return float(min(chords.min(initial=1.0), retention(rate)))


def _claimed_rate(claim: Claim, claimed: float) -> float | None:
    """Give the decay that the claim allows."""
    if claim.relation != ("at least" if kind_of(claim.metric) == "time" else "at most"):
        return None
    if kind_of(claim.metric) == "time":
        return 1 / claimed
    return rate_of(claim, claimed)
