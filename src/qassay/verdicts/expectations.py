"""How many shots each claim is expected to take, before the first one.

Three machines are imagined: one exactly at the claim, one exactly at the limit that the rule
allows, and one twice as bad as claimed. A claim on a mean is shared by its targets; a claim on
every target is told here for a typical target (the slowest of many takes longer).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from qassay.claims.claim import Claim
from qassay.claims.conventions import canonical_value
from qassay.claims.metrics import METRICS
from qassay.planning.designs import DECAYS
from qassay.planning.grouping import targets_of
from qassay.planning.pair_designs import pair_design
from qassay.planning.plan import Plan
from qassay.planning.register_designs import relative_tolerance
from qassay.planning.registers import LAYERED, LINKED
from qassay.protocols.catalog import estimator_of, is_published, targets_with
from qassay.protocols.interface import Experiment
from qassay.statistics.sample_size import expected_circuits
from qassay.statistics.sequential import RUNGS, WEIGHTS
from qassay.verdicts.lengths import lengths_of
from qassay.verdicts.register_tests import has_own_test
from qassay.verdicts.sequential_tests import has_test

_SPAM: Final = 0.01  # preparation and readout errors that a plan reckons with
_OVERSHOOT: Final = 0.1
_SHARE_REGRET: Final = 1.2  # nats lost to not knowing the one-qubit share, beside its variance
_UNTOLD: Final = ("qubits", "crosstalk", *LINKED)  # no rate that could be doubled
_MEDIAN: Final = 1.6  # variance of a median over that of a mean


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """Expected shots of one claim; None where the planned shots would not be enough.

    Attributes:
        claim: Its id.
        at_claim: On a machine exactly as claimed.
        at_limit: On a machine exactly at the limit.
        twice: On a machine twice as bad as claimed.
        planned: At most, by the plan.
    """

    claim: str
    at_claim: int | None
    at_limit: int | None
    twice: int | None
    planned: int

    @property
    def hopeless(self) -> bool:
        """Whether not even a machine twice as bad would be found out, nor a good one supported."""
        return self.at_claim is None and self.twice is None


def expectations(plan: Plan) -> tuple[Expectation, ...]:
    """Reckon with every claim of a plan that has experiments and a tolerance."""
    made = []
    for claim in plan.sheet.claims:
        own = [
            x
            for x in plan.experiments_for(claim.id)
            if x.protocol == METRICS[claim.metric].protocol and not (is_published(x) or x.problem)
        ]
        if own and claim.metric not in _UNTOLD and claim.value > 0:
            made.append(_expectation(plan, claim, own))
    return tuple(made)


def _expectation(plan: Plan, claim: Claim, experiments: list[Experiment]) -> Expectation:
    pairs = claim.metric == "two_qubit_gate_error"
    beside = [x for x in plan.experiments_for(claim.id) if pairs and x not in experiments]
    planned = sum(x.rounds for x in (*experiments, *beside))
    targets = len(targets_of(claim, METRICS[claim.metric].target, plan.device))
    count = len(experiments)
    ratios = (1.0, 1 + relative_tolerance(claim), 2.0)
    batch = sum(x.batch for x in (*experiments, *beside))
    for_one = planned / sum(x.rounds for x in experiments)  # circuits beside each of its own

    def shots(ratio: float) -> int | None:
        needed = for_one * count * _circuits(plan, claim, experiments[0], count, targets, ratio)
        if not needed <= planned:
            return None
        return min(planned, math.ceil(needed / batch) * batch)

    at_claim, at_limit, twice = (shots(ratio) for ratio in ratios)
    return Expectation(
        claim=claim.id, at_claim=at_claim, at_limit=at_limit, twice=twice, planned=planned
    )


def _circuits(
    plan: Plan, claim: Claim, experiment: Experiment, experiments: int, targets: int, ratio: float
) -> float:
    """Give circuits of each experiment to the verdict on a machine at `ratio` times the claim."""
    needed = math.log(1 / min(plan.alpha, plan.beta)) + _OVERSHOOT
    log_delta, distance = math.log1p(relative_tolerance(claim)), math.log(ratio)
    gap = max(log_delta - distance, distance)  # to the border that this machine is far from
    estimator = estimator_of(experiment)
    if estimator.model == "probability":
        per_shot = claim.value * ratio / (1 - min(claim.value * ratio, 0.9))
        relative = 1 / per_shot / (targets if claim.statistic == "mean" else 1)
        return needed * 2 * relative / gap**2
    if claim.metric == "two_qubit_gate_error" and has_test(claim, targets):
        return _pair_circuits(plan, claim, experiment, experiments, ratio)
    if has_test(claim, targets) and not has_own_test(claim, targets) and estimator.asymptote > 0:
        lengths = lengths_of(experiment)
        rate = DECAYS[estimator.asymptote].at_rate / lengths.span
        return expected_circuits(
            lengths,
            spam=_SPAM,
            rate=rate * ratio,
            claim=rate,
            tolerance=claim.delta,
            alpha=min(plan.alpha, plan.beta),
        )
    shared = len(targets_with(experiment, estimator.quantities[0])) * experiments
    if claim.statistic == "every" and claim.metric not in LAYERED:
        shared = 1
    relative = DECAYS[estimator.asymptote].shots / shared
    if claim.statistic == "median":
        relative *= _MEDIAN
    gains = [
        (needed - math.log(weight)) / (rung * log_delta * (gap - rung * log_delta / 2))
        for rung, weight in zip(RUNGS, WEIGHTS, strict=True)
        if gap > rung * log_delta / 2
    ]
    return relative * min(gains, default=math.inf)


def _pair_circuits(
    plan: Plan, claim: Claim, experiment: Experiment, matchings: int, ratio: float
) -> float:
    """Give layers of each matching to the verdict on pairs, the one-qubit gates as planned for."""
    ones = [canonical_value(c) for c in plan.sheet.claims if c.metric == "one_qubit_gate_error"]
    pair = canonical_value(claim)
    one = min(max(ones), pair) if ones else None
    design = pair_design(pair, one, claim.delta, matchings)
    alpha = min(plan.alpha, plan.beta)
    step = (ratio - 1) * design.tolerance / claim.delta  # the gate's part of the layer's change
    circuits = expected_circuits(
        lengths_of(experiment),
        spam=2 * _SPAM,
        rate=design.layer_rate * (1 + step),
        claim=design.layer_rate,
        tolerance=design.tolerance,
        alpha=alpha,
    )
    return circuits * design.factor * (1 + _SHARE_REGRET / math.log(1 / alpha))
