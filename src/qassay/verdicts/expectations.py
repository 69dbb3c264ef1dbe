"""How many shots and seconds each claim is expected to take, before the first one.

Machines are imagined: better than claimed (0.7 of the error), exactly as claimed, exactly at
the limit that the rule allows, and false (1.5 and 2.5 times the error). All targets of the
machine are alike. "Every target": the slowest of them is waited for. A circuit of many shots
counts as so many single ones as the test stakes on it.
`benchmarks/expected_shots.py` prints what is foretold beside what games take.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import numpy as np
from scipy.special import gammaln

from qassay.claims.claim import Claim
from qassay.claims.conventions import canonical_value
from qassay.claims.metrics import METRICS
from qassay.headway import walked
from qassay.planning.plan import Plan
from qassay.planning.schedule import experiment_seconds
from qassay.protocols.designs.demands import claimed_single
from qassay.protocols.designs.grouping import targets_of
from qassay.protocols.designs.mark_designs import stated_share
from qassay.protocols.designs.mean_designs import is_mean, is_mean_time
from qassay.protocols.designs.pair_designs import HARD_SHARE, USUAL_SHARE
from qassay.protocols.designs.rank_designs import is_ranked
from qassay.protocols.designs.register_designs import (
    crosstalk_rounds,
    gate_error_beside,
    layer_error,
    leakage_variance,
    relative_tolerance,
)
from qassay.protocols.designs.timed_designs import Arms
from qassay.protocols.interface import Experiment
from qassay.protocols.known import (
    by_reference,
    estimator_of,
    in_bulk,
    is_gate,
    is_published,
    kind_of,
    mark_for,
)
from qassay.protocols.shares import share_of
from qassay.protocols.weighing.contrast_tests import contrast_arms, contrast_lengths
from qassay.protocols.weighing.register_tests import has_own_test
from qassay.protocols.weighing.sequential_tests import has_test, rate_of
from qassay.statistics.bounded_bets import FEWER_WRONG, MORE_WRONG, mean_gains
from qassay.statistics.intervals import normal_quantile
from qassay.statistics.sample_size import (
    bettors,
    expected_circuits,
    mean_crossing,
    share_straight,
)
from qassay.statistics.sequential import RUNGS, Floats
from qassay.statistics.sequential_rates import usual_stake
from qassay.statistics.stopping_range import stopping_range
from qassay.verdicts.foretold_arms import ForetoldArms
from qassay.verdicts.mean_expectations import mean_circuits
from qassay.verdicts.outlooks import Expectation, Outlook
from qassay.verdicts.rank_expectations import FIRST, bulk_variance, spread_factor
from qassay.verdicts.register_expectations import bernoulli, marked_circuits, register_circuits

MULTIPLES: Final = (0.7, 1.0, 1.5, 2.5)  # of the claimed error, and the limit between them

_SHORT_REACH: Final = 0.4  # of 1 / rate: shorter circuits tell a rate from less signal
_FAR_BETTER: Final = 0.1  # of the claimed error
_PART: Final = 1.8  # circuits of a counted test, a tenth of the stake: (ln 20 + ln 10) / ln 20


def short_reaches(plan: Plan) -> tuple[tuple[str, float, int | None], ...]:
    """Name the claims whose circuits cannot be as long as their tests would have them.

    Returns:
        Id, longest circuit over 1 / rate of the claim, and shots expected on a machine with a
        tenth of the claimed error; None where the planned ones would not be enough.
    """
    made = []
    for claim in plan.sheet.claims:
        own = _own(plan, claim)
        if not own or claim.value <= 0 or estimator_of(own[0]).model != "geometric":
            continue
        targets = len(targets_of(claim, plan.device))
        reach = (
            _rate(claim, targets) * ForetoldArms.of(own[0], claim, plan, USUAL_SHARE).lengths.span
        )
        if reach < _SHORT_REACH:
            circuits = _far_better(plan, claim, own, targets) * len(own)
            planned = sum(x.rounds * x.shots for x in own)
            batch = sum(x.batch for x in own)
            whole = math.ceil(circuits / batch) * batch if circuits <= planned else None
            made.append((claim.id, reach, whole))
    return tuple(made)


def _far_better(plan: Plan, claim: Claim, own: list[Experiment], targets: int) -> float:
    """Foretell a machine far better than claimed; of a quantile a counted test may be first."""
    whole = _circuits(plan, claim, own, _FAR_BETTER, USUAL_SHARE)
    if not in_bulk(claim.metric) or not is_ranked(claim, targets):
        return whole
    alpha, rate = min(plan.alpha, plan.beta), _rate(claim, targets)
    part = ForetoldArms.of(own[0], claim, plan, USUAL_SHARE)
    alone = _rate_circuits(part, rate, _FAR_BETTER, claim.delta, alpha, targets, 0.0)
    return min(whole, _PART * alone)


def _own(plan: Plan, claim: Claim) -> list[Experiment]:
    """Give the experiments of a claim's own protocol."""
    return [
        x
        for x in plan.experiments_for(claim.id)
        if x.protocol == METRICS[claim.metric].protocol and not (is_published(x) or x.problem)
    ]


def expectations(plan: Plan) -> tuple[Expectation, ...]:
    """Reckon with every claim of a plan that has experiments and a tolerance."""
    found = (_expectation(plan, claim, own) for claim, own in _reckoned(plan))
    return tuple(one for one in found if one is not None)


def unsettled_expectations(plan: Plan) -> tuple[Expectation, ...]:
    """Reckon with those claims alone that a machine at claim or limit would leave open."""
    found = (_expectation(plan, claim, own, settled=False) for claim, own in _reckoned(plan))
    return tuple(one for one in found if one is not None)


def _reckoned(plan: Plan) -> Iterator[tuple[Claim, list[Experiment]]]:
    for claim in walked(plan.sheet.claims, "claims"):
        own = _own(plan, claim)
        if own and kind_of(claim.metric) != "count" and claim.value > 0:
            yield claim, own


def _expectation(
    plan: Plan, claim: Claim, experiments: list[Experiment], *, settled: bool = True
) -> Expectation | None:
    """Foretell one claim; nothing where it is settled and `settled` says that this is enough."""
    planned = sum(x.rounds * x.shots for x in experiments)
    planned_seconds = sum(
        experiment_seconds(x, x.rounds, plan.device.durations) for x in experiments
    )
    batch = sum(x.batch * x.shots for x in experiments)
    own = sum(x.rounds * usual_stake(x.shots) for x in experiments)  # in single shots
    mark = mark_for(claim)
    guarded = plan.rule == "guarded" and mark is None
    limit = 1 + relative_tolerance(claim)
    if mark is not None:
        limit = mark.multiple(stated_share(claim, mark) or mark.planned)
    targets = len(targets_of(claim, plan.device))
    step = math.log1p(relative_tolerance(claim))
    unlike = spread_factor(claim, targets, step) if is_ranked(claim, targets) else 1.0
    unknown = by_reference(claim.metric) and claimed_single(list(plan.sheet.claims)) is None

    def shots_at(error: float, share: float, factor: float = 1.0) -> int | None:
        if not guarded:
            circuits = _circuits(plan, claim, experiments, error, share)
        elif error < 1:  # the claim itself is the border: as if the tolerance lay below it
            circuits = _circuits(plan, claim, experiments, min(error * limit, 1.0), share)
        else:
            circuits = math.inf
            if error > 1:
                circuits = _circuits(plan, claim, experiments, error, share)
        needed = factor * planned / own * len(experiments) * circuits
        if not needed <= planned:
            return None
        return min(planned, math.ceil(needed / batch) * batch)

    borders = (1.0,) if mark is not None else (1.0, limit)
    if not settled and all(shots_at(x, USUAL_SHARE) is not None for x in borders):
        return None

    def outlook(error: float) -> Outlook:
        shots = shots_at(error, USUAL_SHARE)
        if shots is None:
            return Outlook(error=error, shots=None, seconds=None)
        most = None
        if unlike > 1 or unknown:
            hard = shots_at(error, HARD_SHARE if unknown else USUAL_SHARE, unlike)
            most = planned if hard is None else hard
        seconds = planned_seconds * shots / planned
        least, utmost = stopping_range(min(plan.alpha, plan.beta))
        between = (
            max(batch, math.floor(least * shots / batch) * batch),
            min(planned, math.ceil(utmost * (most or shots) / batch) * batch),
        )
        return Outlook(error=error, shots=shots, seconds=seconds, most=most, between=between)

    better, at_claim, at_limit = (outlook(x) for x in (0.7, 1.0, limit))
    worse, far = (outlook(x) if x > limit - 1e-9 else None for x in MULTIPLES[2:])
    return Expectation(
        claim=claim.id,
        better=better,
        at_claim=at_claim,
        at_limit=at_limit,
        worse=worse,
        far=far,
        planned=planned,
        planned_seconds=planned_seconds,
        marked=mark is not None,
    )


def _circuits(
    plan: Plan, claim: Claim, experiments: list[Experiment], error: float, share: float
) -> float:
    """Give circuits of each experiment to the verdict on a machine of `error` times the claim's.

    `share` is that of one-qubit gates in a layer, where nothing is claimed of them.
    """
    alpha = min(plan.alpha, plan.beta)
    targets = len(targets_of(claim, plan.device))
    mark = mark_for(claim)
    if mark is not None:
        return marked_circuits(claim, mark, error, alpha, experiments[0].batch)
    if kind_of(claim.metric) == "register":
        return register_circuits(claim, error, alpha, experiments[0].batch)
    if is_ranked(claim, targets) and in_bulk(claim.metric):
        return _ranked_circuits(plan, claim, experiments[0], error, alpha, targets, share)
    if estimator_of(experiments[0]).model == "probability":
        return _readout_circuits(claim, error, alpha, targets, experiments[0].batch)
    if kind_of(claim.metric) == "difference":
        x = experiments[0]
        halves = sum(x.block) / sum(
            n for arm, n in enumerate(x.block) if not (x.working and x.working[arm])
        )
        looks = round(x.batch / halves)
        return halves * _crosstalk_circuits(plan, claim, error, targets, looks)
    exact = has_test(claim, targets) and not has_own_test(claim, targets)
    part = ForetoldArms.of(experiments[0], claim, plan, share)
    rate = _rate(claim, targets)
    if exact:
        return _rate_circuits(part, rate, error, claim.delta, alpha, targets)
    return _mean_circuits(claim, part, rate, error, targets, alpha)


def _ranked_circuits(
    plan: Plan,
    claim: Claim,
    x: Experiment,
    error: float,
    alpha: float,
    targets: int,
    share: float,
) -> float:
    """Foretell a quantile of several targets that are alike."""
    step, read = math.log1p(claim.delta), estimator_of(x).model == "probability"
    if claim.test == "counted":  # the target in the middle is waited for
        if read:
            return _readout_circuits(claim, error, alpha, 1, x.batch)
        part, rate = ForetoldArms.of(x, claim, plan, share), _rate(claim, targets)
        return _rate_circuits(part, rate, error, claim.delta, alpha, targets, 0.0)
    if read:
        single = 1 / share_of(claim.metric, 1.0) / min(claim.value * error, 0.9)
    else:
        single = _variance(ForetoldArms.of(x, claim, plan, share), _rate(claim, targets) * error)
    variance = bulk_variance(claim, single, targets)
    circuits = _normal_circuits(variance, 0.0, step, math.log(error), step, alpha, x.batch)
    return max(circuits, FIRST)


def _rate(claim: Claim, targets: int) -> float:
    """Give the decay a layer, or a second, of a machine at its claim."""
    kind = kind_of(claim.metric)
    if kind == "layered":
        return 16 / 15 * layer_error(claim, targets)
    value = canonical_value(claim)
    return 1 / value if kind == "time" else rate_of(claim, value)


def _rate_circuits(
    part: ForetoldArms,
    rate: float,
    error: float,
    delta: float,
    alpha: float,
    targets: int,
    luck: float | None = None,
) -> float:
    """Foretell the exact test of a rate; of many targets, the one that is waited for."""
    good = error < 1 + delta * (1 - 1e-9)
    x, claimed = part.experiment, rate
    lengths, spam, two, looks = part.lengths, part.spam, part.two, x.batch
    if estimator_of(x).model == "exponential":
        arm = contrast_arms(x.lengths, 1 / rate, 1 / (rate * (1 + delta)))[0 if good else 1]
        if not arm:
            return math.inf
        lengths = contrast_lengths(x, arm)
        claimed = ((1 + 1e-9) / (1 + delta) if good else 1.0) / lengths.span
        two = (x.block[0] + x.block[arm]) / sum(x.block)
    if targets == 1:
        one = expected_circuits(
            lengths,
            spam=spam,
            rate=rate * error,
            claim=claimed,
            tolerance=delta,
            alpha=alpha,
            looks=1.0 if part.peaks else looks * two,
        )
        return one / two
    if error > 1 and good:
        return math.inf
    border, sign = (claimed * (1 + delta), -1) if good else (claimed, 1)
    means, spreads = bettors(
        lengths,
        spam=spam,
        rate=rate * error,
        border=border,
        alternatives=[border * (1 + delta) ** (sign * rung) for rung in RUNGS],
    )
    each = looks * two
    if luck is not None:
        return mean_crossing(means, spreads, alpha, luck=luck, looks=each) / two
    return _of_many(means, spreads, alpha, targets, each, good=good) / two


def _of_many(
    means: Floats, spreads: Floats, alpha: float, targets: int, looks: float, *, good: bool
) -> float:
    """Foretell "every": the unluckiest target supports it, the luckiest ones refute it."""
    luck = float(normal_quantile(1 / (targets + 1)))
    if good:
        return mean_crossing(means, spreads, alpha, luck=-luck, looks=looks)
    return mean_crossing(means, spreads, alpha, luck=luck, more=math.log(targets), looks=looks)


def _mean_circuits(
    claim: Claim, part: ForetoldArms, rate: float, error: float, targets: int, alpha: float
) -> float:
    """Foretell the normal test of a mean, a median, or a layer fidelity over its own targets."""
    x, timed = part.experiment, is_mean_time(claim, targets)
    if timed or is_mean(claim, targets):
        step, gate = relative_tolerance(claim), is_gate(x, claim.metric)
        return mean_circuits(
            x, rate, error, step, targets, alpha, gate=gate, spam=part.spam, timed=timed
        )
    if estimator_of(x).asymptote == 0:
        return _normal_circuits(
            leakage_variance(rate * (1 + claim.delta) * x.lengths[1])
            / targets
            * (1 + claim.delta) ** 2,
            1.0,
            1 + claim.delta,
            error,
            claim.delta,
            alpha,
            x.batch,
        )
    variance = _variance(part, rate * error) / targets
    step = math.log1p(relative_tolerance(claim))
    return _normal_circuits(variance, 0.0, step, math.log(error), step, alpha, x.batch)


def _variance(part: ForetoldArms, rate: float) -> float:
    """Give the circuits for a relative standard error of one at a target (`Arms.variance`)."""
    x, lengths = part.experiment, part.lengths
    third = estimator_of(x).model == "exponential" and len(x.lengths) > 2
    short, long = (round(sum(x.block) * part.two * share) for share in lengths.shares)
    block = (short, long, x.block[2]) if third else (short, long)
    check = x.lengths[2] * rate if third else 1.0
    made = Arms(at_rate=lengths.span * rate, block=block, check=check)
    return made.variance(lengths.asymptote, part.spam) * sum(x.block) / sum(block)


def _normal_circuits(
    variance: float,
    claim: float,
    limit: float,
    value: float,
    step: float,
    alpha: float,
    looks: float,
    every: int = 1,
) -> float:
    """Foretell the mixture of normal likelihood ratios on any scale.

    Args:
        variance: Of the estimate, times the circuits.
        claim: On that scale.
        limit: On that scale.
        value: Of the machine.
        step: What the first bettor bets on.
        alpha: Error probability.
        looks: Circuits between looks.
        every: How many such values have to hold, each by itself.
    """
    good = value <= claim + 1e-12
    gap = limit - value if good else value - claim
    if claim + 1e-12 < value < limit - 1e-9:
        return math.inf
    bets = step * np.array(RUNGS)
    means, spreads = bets * (gap - bets / 2) / variance, bets / math.sqrt(variance)
    if every > 1:
        return _of_many(means, spreads, alpha, every, looks, good=good)
    straight = share_straight(max(gap / step, 1.0), alpha)
    return mean_crossing(means, spreads, alpha, looks=looks) * straight


def _readout_circuits(claim: Claim, error: float, alpha: float, targets: int, batch: int) -> float:
    """Foretell readout: whole shots of independent qubits for a mean, the slowest one for "every".

    Qubits that go wrong together take more: at the most what a single one takes.
    """
    step = 1 + claim.delta
    good = error <= 1 + 1e-9
    if not good and error < step * (1 - 1e-9):
        return math.inf
    value, limit = (share_of(claim.metric, min(x, 0.99)) for x in (claim.value, claim.value * step))
    truth = share_of(claim.metric, min(claim.value * error, 0.99))
    distance = max((math.log(step / error) if good else math.log(error)) / math.log(step), 1.0)
    straight = share_straight(distance, alpha)
    if claim.statistic == "mean" and targets > 1:
        shares, chances = _binomial(truth, targets)
        border, end, bets = (limit, 1.0, FEWER_WRONG) if good else (-value, 0.0, MORE_WRONG)
        means, spreads = mean_gains(shares if good else -shares, chances, border, end, bets)
        weights = tuple(weight for _, weight in bets)
        return mean_crossing(means, spreads, alpha, looks=batch, weights=weights) * straight
    if good:
        means, spreads = bernoulli(truth, limit, [limit / step**rung for rung in RUNGS])
    else:
        means, spreads = bernoulli(
            truth, value, [min(value * step**x, 1 - (1 - value) * 0.5**x) for x in RUNGS]
        )
    if claim.statistic == "every" and targets > 1:
        return _of_many(means, spreads, alpha, targets, batch, good=good)
    return mean_crossing(means, spreads, alpha, looks=batch) * straight


def _binomial(chance: float, targets: int) -> tuple[Floats, Floats]:
    """Give the shares of wrong bits of a shot of independent qubits, and their probabilities."""
    wrong = np.arange(targets + 1)
    logs = gammaln(targets + 1) - gammaln(wrong + 1) - gammaln(targets - wrong + 1)
    chances = np.exp(logs + wrong * math.log(chance) + (targets - wrong) * math.log1p(-chance))
    return wrong / targets, chances


def _crosstalk_circuits(plan: Plan, claim: Claim, error: float, targets: int, looks: int) -> float:
    """Foretell a difference of two errors, each known to a fraction of itself."""
    alpha = min(plan.alpha, plan.beta)
    gate = gate_error_beside(claim, list(plan.sheet.claims))
    variance = crosstalk_rounds(claim, gate, 1.0) * claim.delta**2
    shared = targets if claim.statistic == "mean" else 1
    every = targets if claim.statistic == "every" else 1
    return _normal_circuits(
        variance / shared, 1.0, 1 + claim.delta, error, claim.delta, alpha, looks, every
    )
