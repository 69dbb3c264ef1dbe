"""What seconds say of a claim: those that the machine states of its jobs, and those of the journal.

Counts have no part in it. The seconds of a job are the machine's own statement, sealed with its
counts; the times of the journal are those of the computer that ran the test. Each figure has an
interval, and a claim is supported where all of it is within the limit, refuted where all of it
is beyond the claim; all claims on seconds of a sheet share one error probability.

Jobs are compared in pairs, one of each kind a cycle, so that a machine that grows slower does so in
both. The interval is `statistics.clocked_means`': that of Student over the cycles, with what the
targets differ by where there are more of them than were timed, and with the grain of the machine's
clock where its jobs scatter by less.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from qassay.claims.operations import Operation
from qassay.languages.english import said
from qassay.languages.sentence import Figures, Sentence, quantity_fact
from qassay.planning.plan import Plan
from qassay.planning.timed_jobs import EMPTY, GATES, MANY, ONE, PAIR, untimed
from qassay.protocols.batches import batch_id
from qassay.protocols.interface import Experiment, Target
from qassay.protocols.weighing.decision import Outcome
from qassay.statistics.clocked_means import Interval, grain_of, mean_of_jobs, mean_of_targets
from qassay.units import format_quantity

_FEWEST: Final = 3  # jobs from which a mean is told
_DAY: Final = 86_400.0
_STATED: Final = said("clock.stated")
_OURS: Final = said("clock.ours")


@dataclass(frozen=True, slots=True, kw_only=True)
class SentJob:
    """One attempt at a job that was sent to a provider.

    Attributes:
        job: Its name in the plan.
        answered: Whether its answer came; it was lost otherwise.
        sent_at: Seconds since 1970.
        ended_at: When its answer came or it was given up, likewise.
    """

    job: str
    answered: bool
    sent_at: float
    ended_at: float


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Timings:
    """The seconds of a run.

    Attributes:
        seconds: What the machine states of each job that it answered, by name of the batch.
        reckoned: Whether the machine states none, and they were reckoned from its own durations.
        sent: Attempts that ended, of a machine that jobs are sent to.
    """

    seconds: dict[str, float]
    reckoned: bool = False
    sent: tuple[SentJob, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationVerdict:
    """What the seconds say of one claim.

    Attributes:
        claim: The claim.
        outcome: The verdict.
        value: What was found, in SI units; None where nothing was.
        low: Lower end of its interval.
        high: Upper end.
        level: Confidence of the interval.
        jobs: Jobs whose seconds entered.
        reasons: Why, in sentences.
    """

    claim: Operation
    outcome: Outcome
    reasons: tuple[str, ...]
    value: float | None = None
    low: float = -math.inf
    high: float = math.inf
    level: float = 0.95
    jobs: int = 0

    @property
    def standing(self) -> str:
        """The verdict; where seconds settle nothing, how the document behind the claim stands."""
        settled = self.outcome in ("supported", "refuted")
        return self.outcome if settled else f"{self.outcome}, {self.claim.declared.standing}"

    @property
    def measured(self) -> str:
        """What was found, in words."""
        if self.value is None:
            return "nothing"
        dimension = self.claim.kind.dimension
        value, low, high = (
            format_quantity(x, dimension) for x in (self.value, self.low, self.high)
        )
        return f"{value} ({low} to {high}, {100 * self.level:.3g} %)"

    def as_json(self) -> dict[str, Any]:
        """Give it in the form of the contract, as plain JSON values."""
        estimate = None
        if self.value is not None:
            ends = (x if math.isfinite(x) else None for x in (self.low, self.high))
            low, high = ends
            estimate = {"value": self.value, "low": low, "high": high, "level": self.level}
        return {
            "claim": self.claim.id,
            "metric": self.claim.metric,
            "verdict": self.outcome,
            "standing": self.standing,
            "claimed": self.claim.value,
            "relation": self.claim.relation,
            "estimate": estimate,
            "jobs": self.jobs,
            "reasons": list(self.reasons),
        }


def operation_verdicts(plan: Plan, timings: Timings) -> tuple[OperationVerdict, ...]:
    """Judge every claim of a sheet that a clock is asked about, in its order."""
    many = len(plan.sheet.operations)
    return tuple(_judged(plan, one, timings, many) for one in plan.sheet.operations)


def _judged(plan: Plan, claim: Operation, timings: Timings, many: int) -> OperationVerdict:
    level = 1 - 2 * min(plan.alpha, plan.beta) / many
    if why := untimed(claim, plan.device):
        return _open(claim, "not tested", why)
    if claim.kind.clocked == "journal":
        return _by_journal(plan, claim, timings, level)
    if timings.reckoned:
        return _open(claim, "not tested", said("clock.reckoned"))
    try:
        (value, low, high), jobs = _timed(plan, claim, timings, level)
    except LookupError as error:
        return _open(claim, "not tested", error.args[0])
    if claim.metric in GATES and low <= 0:
        return _open(
            claim,
            "inconclusive",
            said(
                "clock.no_more",
                clock=_STATED,
                low=quantity_fact(format_quantity(low, "time")),
                high=quantity_fact(format_quantity(high, "time")),
            ),
        )
    bound = claim.metric in ("readout_time", "reset_time")
    return _decided(plan, claim, (value, low, high), level, jobs, _STATED, bound=bound)


def _decided(
    plan: Plan,
    claim: Operation,
    found: Interval,
    level: float,
    jobs: int,
    clock: Sentence,
    *,
    bound: bool = False,
) -> OperationVerdict:
    """Compare an interval with the claim; of an upper bound nothing is refuted."""
    value, low, high = found
    lower = claim.relation == "at most"
    delta = claim.delta if plan.rule == "tolerant" else 0.0
    limit = claim.value * (1 + delta) if lower else claim.value * (1 - delta)
    within = high <= limit if lower else low >= limit
    beyond = low > claim.value if lower else high < claim.value
    outcome: Outcome = "supported" if within else "refuted" if beyond else "inconclusive"
    shown = quantity_fact(format_quantity(limit, claim.kind.dimension))
    reasons = [said("clock.limit", limit=shown, clock=clock)]
    if bound:
        low = 0.0
        if outcome == "refuted" or (outcome == "supported" and not lower):
            outcome = "inconclusive"
        reasons.append(said("clock.whole" if outcome == "supported" else "clock.whole_only"))
    elif outcome == "inconclusive":
        reasons.append(said("clock.holds_both"))
    elif outcome == "supported" and beyond:
        reasons.append(said("clock.by_tolerance"))
    return OperationVerdict(
        claim=claim,
        outcome=outcome,
        value=value,
        low=low,
        high=high,
        level=level,
        jobs=jobs,
        reasons=tuple(reasons),
    )


def _open(claim: Operation, outcome: Outcome, reason: str) -> OperationVerdict:
    return OperationVerdict(claim=claim, outcome=outcome, reasons=(reason,))


def _timed(plan: Plan, claim: Operation, timings: Timings, level: float) -> tuple[Interval, int]:
    """Find a figure from timed jobs.

    Raises:
        LookupError: The run has no such jobs; the argument says why.
    """
    grain = grain_of(timings.seconds.values())
    if claim.metric in GATES:
        return _gate(plan, claim.metric, timings, level, grain)
    protocol = MANY if claim.kind.layered else ONE
    experiment = next((x for x in plan.experiments if x.protocol == protocol), None)
    if experiment is None:
        raise LookupError(_NO_JOBS)
    times = np.array([t for _, t in _times(experiment, timings)])
    if times.size == 0:
        raise LookupError(_NO_JOBS)
    shots = experiment.batch * experiment.shots
    value, low, high = mean_of_jobs(times / shots, level, grain / shots)
    if claim.kind.dimension == "time":
        return (value, max(low, 0.0), high), times.size
    done = experiment.lengths[0] if protocol == MANY else 1.0
    rate = done / high if math.isfinite(high) else 0.0
    return (done / value, rate, done / low if low > 0 else math.inf), times.size


_NO_JOBS: Final = said("clock.no_jobs")


def _gate(
    plan: Plan, metric: str, timings: Timings, level: float, grain: float
) -> tuple[Interval, int]:
    """Average a gate's time over the machine, of whose targets some were timed."""
    found: list[dict[int, float]] = []
    tick = 0.0
    for long, short in _compared(plan.experiments, metric):
        before = dict(_times(short, timings))
        gates = long.lengths[0] - (0.0 if metric == GATES[1] else short.lengths[0])
        scale = gates * long.batch
        each = {k: (t - before[k]) / scale for k, t in _times(long, timings) if k in before}
        if len(each) >= 2 and scale > 0:
            found.append(each)
            tick = max(tick, grain / scale)
    found.sort(key=len, reverse=True)
    while found and len(both := set.intersection(*map(set, found))) < 2:
        found.pop()  # its jobs were lost in the cycles that the others have
    if not found:
        raise LookupError(_NO_JOBS)
    table = np.array([[each[k] for k in sorted(both)] for each in found])
    places = plan.device.pairs if metric == GATES[1] else plan.device.usable
    return mean_of_targets(table, len(places), level, tick), 2 * table.size


def _compared(
    experiments: Sequence[Experiment], metric: str
) -> list[tuple[Experiment, Experiment]]:
    """Pair the jobs that differ in one kind of operation alone."""
    turns = [x for x in experiments if x.protocol == ONE]
    found = []
    if metric == GATES[0]:
        for long in turns:
            short = [
                x
                for x in turns
                if x.targets == long.targets and x.lengths == (EMPTY,) and x.batch == long.batch
            ]
            if len(long.targets) == 1 and long.lengths != (EMPTY,) and short:
                found.append((long, short[0]))
        return found
    for long in (x for x in experiments if x.protocol == PAIR):
        same: list[Target] = [(qubit,) for qubit in long.targets[0]]
        short = [
            x
            for x in turns
            if list(x.targets) == same and x.lengths == long.lengths and x.batch == long.batch
        ]
        if short:
            found.append((long, short[0]))
    return found


def _times(experiment: Experiment, timings: Timings) -> list[tuple[int, float]]:
    """Give cycle and seconds of the whole jobs of an experiment."""
    names = ((k, batch_id(experiment, k)) for k in range(experiment.batches))
    whole = ((k, name) for k, name in names if experiment.batch_size(k) == experiment.batch)
    return [(k, timings.seconds[name]) for k, name in whole if timings.seconds.get(name, 0.0) > 0]


def _by_journal(plan: Plan, claim: Operation, timings: Timings, level: float) -> OperationVerdict:
    """Judge what the times of sending and answering show."""
    ends = [x.ended_at for x in timings.sent]
    window = max(ends, default=0.0) - min((x.sent_at for x in timings.sent), default=0.0)
    wanted = claim.window or (_DAY if claim.metric == "uptime" else 0.0)
    if not timings.sent:
        return _open(claim, "not tested", said("clock.no_times"))
    if window < wanted:
        return _open(
            claim,
            "inconclusive",
            said("clock.too_short", covered=_span(window), wanted=_span(wanted)),
        )
    if claim.metric == "uptime":
        up, down = (
            _union([(x.sent_at, x.ended_at) for x in timings.sent if x.answered == kind]) / window
            if window
            else 0.0
            for kind in (True, False)
        )
        low, high = up, max(1 - down, up)
        known = said(
            "clock.seen_up",
            window=_span(window),
            up=_span(up * window),
            down=_span(down * window),
        )
        middle = ((low + high) / 2, low, high)
        return _decided(plan, claim, middle, 1.0, len(timings.sent), known)
    own = claim.metric == "waiting_time"
    trips = [
        x.ended_at - x.sent_at - (timings.seconds.get(x.job, 0.0) if own else 0.0)
        for x in timings.sent
        if x.answered
    ]
    if len(trips) < _FEWEST:
        few = said("clock.too_few", n=len(trips), enough=_FEWEST)
        return _open(claim, "inconclusive", few)
    value, low, high = mean_of_jobs(np.array(trips), level, 1.0)
    return _decided(plan, claim, (value, max(low, 0.0), high), level, len(trips), _OURS)


def _union(spans: Iterable[tuple[float, float]]) -> float:
    """Add up spans of time, what they share once."""
    total, end = 0.0, -math.inf
    for start, stop in sorted(spans):
        total += max(stop - max(start, end), 0.0)
        end = max(end, stop)
    return total


def _span(seconds: float) -> Figures:
    for unit, scale in (("days", _DAY), ("h", 3600.0), ("min", 60.0)):
        if seconds >= 2 * scale:
            return Figures(number=f"{seconds / scale:.3g}", unit=unit, joint=" ")
    return Figures(number=f"{seconds:.3g}", unit="s", joint=" ")
