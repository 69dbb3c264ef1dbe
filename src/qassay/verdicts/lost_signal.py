"""Machines so far from their claim that the long circuits hold no signal any more.

Then no rate can be estimated, yet the claim is plainly refuted: it promised a signal. The
summed excess over the asymptote is compared with the least that the claim allows,
g = (s1 - B) - R0 (s0 - B), which is linear in the counts and always defined. If the mean rate is
within the claim, g >= 0, the more so the more unlike the targets are (Jensen).
"""

from __future__ import annotations

import math

import numpy as np

from qassay.claims.claim import Claim
from qassay.claims.conventions import process_from_average
from qassay.planning.register_designs import relative_tolerance
from qassay.protocols.catalog import estimator_of
from qassay.statistics.sequential import RUNGS, WEIGHTS
from qassay.statistics.sequential_shares import PAIR_LAYERS
from qassay.verdicts.lengths import lengths_of
from qassay.verdicts.measurands import Measurand
from qassay.verdicts.register_measurands import LayeredMeasurand
from qassay.verdicts.sequential_tests import TIMES, rate_of
from qassay.verdicts.wealth import NO_WEALTH, Wealth

_SURE = 1e-3  # error probability of the bound on one-qubit gates in a layer
_MOST = 0.9
_REMARK = "the long circuits hold no signal any more: the errors are far beyond the claim"


def lost_signal_wealth(claim: Claim, measurand: Measurand, claimed: float) -> Wealth:
    """Weigh the absence of a signal that the claim promised.

    Args:
        claim: A claim on a decay.
        measurand: Its data so far.
        claimed: The claim in canonical units; of a layered claim, its -ln LF.
    """
    estimator = estimator_of(measurand.parts[0].experiment)
    rate = _claimed_rate(claim, measurand, claimed)
    if estimator.model == "probability" or rate is None:
        return NO_WEALTH
    lengths = lengths_of(measurand.parts[0].experiment)
    hits, shots = np.zeros(2), np.zeros(2)
    for part in measurand.parts:
        counted, each = part.trials.totals()
        hits += counted[:2].sum(axis=1)
        shots += each[:2] * part.trials.targets
    if (shots == 0).any():
        return NO_WEALTH
    fractions = (hits + 0.5) / (shots + 1)  # never exactly 0 or 1, so that a variance remains
    short, long = fractions - lengths.asymptote
    kept = lengths.retention(rate)
    noise = fractions * (1 - fractions) / shots
    variance = float(noise[1] + kept**2 * noise[0])
    gap = float(kept * short - long)
    paths = []
    for rung, weight in zip(RUNGS, WEIGHTS, strict=True):
        drift = (kept - lengths.retention(rate * (1 + relative_tolerance(claim)) ** rung)) * max(
            short, 0.0
        )
        paths.append(math.log(weight) + (drift * gap - drift**2 / 2) / variance)
    refute = float(np.logaddexp.reduce(paths))
    return Wealth(
        support=0.0, refute=refute, support_peak=0.0, refute_peak=refute, refuted_first=True,
        remarks=(_REMARK,),
    )  # fmt: skip


def _claimed_rate(claim: Claim, measurand: Measurand, claimed: float) -> float | None:
    """Give the decay that the claim allows, with the one-qubit gates of a layer at their most.

    Of a layer fidelity: of the mean pair, if no loss were with the waiting qubits.
    """
    if isinstance(measurand, LayeredMeasurand):
        if claim.relation != ("at most" if claim.metric == "eplg" else "at least"):
            return None
        return min(16 / 15 * -math.expm1(-claimed / len(measurand.targets)), 0.95)
    if claim.relation != ("at least" if claim.metric in TIMES else "at most"):
        return None
    if claim.metric in TIMES:
        return 1 / claimed
    if not measurand.singles:
        return rate_of(claim, claimed)
    most = measurand.one_qubit_share(1 - 2 * _SURE).high
    if most >= _MOST:
        return None
    gate = min(process_from_average(claimed, 4), _MOST)
    return float(PAIR_LAYERS.layer(gate, np.array(-math.log1p(-most))))
