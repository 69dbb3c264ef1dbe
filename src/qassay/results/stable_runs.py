"""Runs of one sheet over hours or days: what held at every one of them, typically, and what moved.

Each run is one moment of the machine, and its shots are its own. A claim held at every moment if it
is supported in each run: an error of that takes an error in some run, so no level has to be
divided. It was missed at some moment if the mean of the runs' e-values against it is large, which
is an e-value against "it held at all of them" (Vovk and Wang, arXiv:1912.06116), or if more runs
refute it than would by chance; half of the error probability goes to each. "Typically" is the
median over the runs: if it misses the limit, at least half of the runs do, and each of those is
supported with probability beta at most, so more supported runs than that explains are needed;
likewise against the claim. What lies between the runs no count tells, so the span that they cover
and the longest gap are said.

Drift: of every quantity of every target that all runs have, two tests, whether the runs agree
(Cochran's Q, a chi squared with one degree of freedom less than runs) and whether the value moves
with time (the weighted slope). The number of all tests is reckoned with (Holm), so the
probability that any drift is told of a machine that stands still is at most the level. Intervals
are taken as normal; those of few shots are wider than that, so less is told.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from qassay.auditing.audit import audit_bundle
from qassay.auditing.measurement import counted_twice
from qassay.auditing.state import Audit, known
from qassay.claims.claim import Claim
from qassay.errors import Problem, UsageError
from qassay.evidence import bundle as layout
from qassay.evidence.roles import Pinned
from qassay.evidence.run_record import read_run_record
from qassay.headway import walked
from qassay.protocols.known import is_published
from qassay.protocols.weighing.decision import Outcome
from qassay.statistics.estimate import Estimate
from qassay.statistics.runs_in_time import drift_tests, judged_together
from qassay.verdicts.judge import wealth_of

FEWEST_RUNS: Final = 3
LEVEL: Final = 0.05
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One run.

    Attributes:
        bundle: Its file.
        started: When its first counts came, UTC.
        plan: Id of its plan.
        calibrated: What the machine says of its last calibration; empty where it says nothing.
    """

    bundle: Path
    started: datetime
    plan: str
    calibrated: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StableClaim:
    """One claim over all runs.

    Attributes:
        claim: Its id.
        outcomes: In each run alone, in the order of time.
        estimates: In each run; None where it has no information.
        always: Whether it held at every run.
        typically: Whether it held of the median over the runs.
        missed: Places of the runs, from 1, in which it was missed for certain, all runs reckoned
            with.
    """

    claim: str
    outcomes: tuple[Outcome, ...]
    estimates: tuple[float | None, ...]
    always: Outcome
    typically: Outcome
    missed: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drifting:
    """One quantity of one target over all runs.

    Attributes:
        quantity: What was estimated.
        target: Numbers of the qubits, joined by "-".
        test: "runs differ", or "moves with time".
        values: The estimates, in the order of time.
        adjusted: The p-value, reckoned with all tests made.
    """

    quantity: str
    target: str
    test: str
    values: tuple[float, ...]
    adjusted: float


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Stability:
    """What several runs of one sheet say together.

    Attributes:
        moments: The runs, in the order of time.
        device: What the machine calls itself.
        simulator: Whether no hardware stands behind it.
        claims: One entry a claim.
        drifting: Tests beyond chance, the most telling first.
        tests: How many were made.
        level: Largest probability of telling any drift where there is none.
        window: Seconds that the runs have to cover; 0 for any.
    """

    moments: tuple[Moment, ...] = field(repr=False)
    device: str
    simulator: bool
    claims: tuple[StableClaim, ...]
    drifting: tuple[Drifting, ...]
    tests: int
    level: float
    window: float = 0.0

    @property
    def span(self) -> float:
        """Seconds from the first run to the last."""
        return (self.moments[-1].started - self.moments[0].started).total_seconds()

    @property
    def gap(self) -> float:
        """The longest time without a run, in seconds."""
        times = [one.started for one in self.moments]
        return max((b - a).total_seconds() for a, b in pairwise(times))

    @property
    def covered(self) -> bool:
        """Whether the runs span the window."""
        return self.span >= self.window

    @property
    def calibrations(self) -> int:
        """How many calibrations the runs say they had; 0 where any of them says nothing."""
        told = {one.calibrated for one in self.moments}
        return 0 if "" in told else len(told)

    @property
    def exit_code(self) -> int:
        """0 all held at every run of the window, 1 one was missed in some run, 3 else."""
        outcomes = {one.always for one in self.claims}
        if "refuted" in outcomes:
            return 1
        return 0 if outcomes == {"supported"} and self.covered else 3

    def sentences(self) -> list[str]:
        """Say what was found, first how much of time the runs see."""
        told = [
            f"{len(self.moments)} runs over {_time(self.span)}, the longest gap {_time(self.gap)};"
            " what happened between them no count tells."
        ]
        if not self.covered:
            told.append(
                f"They do not span the window of {_time(self.window)}: nothing is said of it."
            )
        if self.calibrations:
            several = "calibrations were" if self.calibrations > 1 else "calibration was"
            told.append(f"By what the machine says of itself, {self.calibrations} {several} in it.")
        found = len(self.drifting)
        told.append(
            f"{found or 'None'} of {self.tests} tests of drift {'are' if found > 1 else 'is'}"
            f" beyond chance (the probability to tell any of a machine that stands still is at most"
            f" {100 * self.level:g} %, Holm's correction for {self.tests})."
        )
        return told

    def as_json(self) -> dict[str, Any]:
        """Give the document of `qassay stability --json`."""
        return {
            "runs": [
                {
                    "bundle": str(one.bundle),
                    "started": one.started.isoformat(),
                    "plan": one.plan,
                    "calibrated": one.calibrated,
                }
                for one in self.moments
            ],
            "device": self.device,
            "simulator": self.simulator,
            "span_seconds": self.span,
            "longest_gap_seconds": self.gap,
            "window_seconds": self.window,
            "covered": self.covered,
            "claims": [asdict(one) for one in self.claims],
            "tests": self.tests,
            "level": self.level,
            "drifting": [asdict(one) for one in self.drifting],
            "sentences": self.sentences(),
        }


def stability_of(
    *bundles: str | Path, window: float = 0.0, level: float = LEVEL, trust: Pinned = None
) -> Stability:
    """Put runs of one sheet on one machine in the order of time.

    Args:
        bundles: Three or more, each of a run of its own.
        window: Seconds that they have to cover; 0 for any.
        level: Largest probability of telling any drift where there is none.
        trust: What the reader has pinned.

    Raises:
        UsageError: Fewer than three runs, or runs that do not belong together.
        EvidenceError: A bundle does not hold.
    """
    if len(bundles) < FEWEST_RUNS:
        raise UsageError(
            Problem(
                where="stability",
                found=f"{len(bundles)} bundle{'s' * (len(bundles) != 1)}",
                expected=f"{FEWEST_RUNS} or more runs of one sheet",
                advice="two are put side by side by `qassay compare`",
            )
        )
    audits = []
    for path in walked(bundles, "bundles"):
        audit = audit_bundle(Path(path), trust=trust, page=False)
        if audit.failure is not None:
            raise audit.failure
        audits.append(audit)
    _check(audits)
    pairs = sorted(((_moment(one), one) for one in audits), key=lambda pair: pair[0].started)
    moments, audits = tuple(pair[0] for pair in pairs), [pair[1] for pair in pairs]
    tests = _holm(_drifts(moments, audits))
    return Stability(
        moments=moments,
        device=known(audits[0].plan).device.name,
        simulator=known(audits[0].plan).device.simulator,
        claims=tuple(_over_runs(claim.id, audits) for claim in _claims(audits[0])),
        drifting=tuple(one for one in tests if one.adjusted <= level),
        tests=len(tests),
        level=level,
        window=window,
    )


def _claims(audit: Audit) -> tuple[Claim, ...]:
    return known(audit.plan).sheet.claims


def _check(audits: Sequence[Audit]) -> None:
    """Refuse bundles that are no runs of one sheet on one machine, or the same run twice."""
    plans = [known(one.plan) for one in audits]
    first, ids = plans[0], [plan.id for plan in plans]
    problems = [
        Problem(
            where=audit.path.name,
            found=f"counts of {earlier.path.name}",
            expected="a run of its own in each bundle",
        )
        for audit, earlier in counted_twice(audits)
        if known(audit.plan).id != known(earlier.plan).id  # else it is told below
    ]
    for audit, plan in zip(audits, plans, strict=True):
        found = expected = ""
        if ids.count(plan.id) > 1:
            found, expected = f"the plan {plan.id[:16]} twice", "a run of its own in each bundle"
        elif any(map(is_published, plan.experiments)):
            found, expected = "counts that somebody published", "runs on a machine"
        elif plan.device.name != first.device.name:
            found, expected = f"the machine {plan.device.name}", f"{first.device.name} in each"
        elif plan.sheet.text_id != first.sheet.text_id:
            found, expected = "another claim sheet", "the same sheet in each bundle"
        elif plan.rule != first.rule:
            found, expected = f"limits by the {plan.rule} rule", f"the {first.rule} rule in each"
        if found:
            problems.append(Problem(where=audit.path.name, found=found, expected=expected))
    UsageError.raise_if_any(problems)


def _moment(audit: Audit) -> Moment:
    """Find when a run was made, by its record."""
    held, plan = known(audit.bundle), known(audit.plan)
    record = None
    if layout.RUN_RECORD in held.files:
        record = read_run_record(held.document(layout.RUN_RECORD), layout.RUN_RECORD)
    if record is None or not record.measured_from:
        raise UsageError(
            Problem(
                where=audit.path.name,
                found="no time of its first counts",
                expected="a run that says when it was made",
            )
        )
    facts = dict(record.calibration[-1].facts) if record.calibration else {}
    told = next((str(v) for k, v in sorted(facts.items()) if "calibrat" in k.lower()), "")
    return Moment(
        bundle=audit.path,
        started=datetime.fromisoformat(record.measured_from),
        plan=plan.id,
        calibrated=told,
    )


def _over_runs(name: str, audits: Sequence[Audit]) -> StableClaim:
    """Judge one claim over all runs."""
    verdicts = [
        next(v for v in known(audit.analysis).verdicts if v.claim == name) for audit in audits
    ]
    # The smallest that any run was planned for: else the first to be named would choose.
    plans = [known(audit.plan) for audit in audits]
    alpha, beta = min(p.alpha for p in plans), min(p.beta for p in plans)
    support, refute = _evidence(name, audits)
    always: Outcome = "inconclusive"
    typically: Outcome = "inconclusive"
    missed: tuple[int, ...] = ()
    if support is not None and refute is not None:
        always, typically = judged_together(support, refute, alpha, beta)
        sure = math.log(len(audits) / alpha)
        missed = tuple(place for place, e in enumerate(refute, 1) if e >= sure)
    return StableClaim(
        claim=name,
        outcomes=tuple(one.outcome for one in verdicts),
        estimates=tuple(
            one.estimate.value if one.estimate is not None and one.estimate.informative else None
            for one in verdicts
        ),
        always=always,
        typically=typically,
        missed=missed,
    )


def _evidence(name: str, audits: Sequence[Audit]) -> tuple[Floats | None, Floats | None]:
    """Give the log e-values of a claim in each run; None where a run has no sequential test."""
    support, refute = [], []
    for audit in audits:
        plan = known(audit.plan)
        claim = next(one for one in plan.sheet.claims if one.id == name)
        found = wealth_of(plan, claim, known(audit.counted))
        if found is None:
            return None, None
        support.append(found.support)
        refute.append(found.refute)
    return np.array(support), np.array(refute)


def _drifts(moments: Sequence[Moment], audits: Sequence[Audit]) -> list[Drifting]:
    """Test every quantity of every target that all runs have, both ways."""
    tables = [_sharpest(audit) for audit in audits]
    shared = sorted(set.intersection(*(set(table) for table in tables)))
    times = np.array([one.started.timestamp() for one in moments])
    made = []
    for quantity, target in shared:
        found = [table[quantity, target] for table in tables]
        values = np.array([one.value for one in found])
        errors = np.array([_error(one) for one in found])
        if not (np.isfinite(errors).all() and (errors > 0).all()):
            continue
        for test, p in drift_tests(times, values, errors):
            made.append(
                Drifting(
                    quantity=quantity,
                    target="-".join(map(str, target)),
                    test=test,
                    values=tuple(values.tolist()),
                    adjusted=p,
                )
            )
    return made


def _error(one: Estimate) -> float:
    """Give a standard error from the wider half of an interval."""
    half = max(one.high - one.value, one.value - one.low)
    return half / float(ndtri((1 + one.level) / 2))


def _sharpest(audit: Audit) -> dict[tuple[str, tuple[int, ...]], Estimate]:
    """List the sharpest estimate of each quantity and target of a run."""
    found: dict[tuple[str, tuple[int, ...]], Estimate] = {}
    for parts in known(audit.analysis).measured.values():
        for part in parts:
            for target, one in zip(part.targets, part.estimates, strict=True):
                key = (part.quantity, tuple(target))
                if one.informative and (
                    key not in found or one.high - one.low < found[key].high - found[key].low
                ):
                    found[key] = one
    return found


def _holm(made: Sequence[Drifting]) -> list[Drifting]:
    """Adjust the p-values, from the smallest on."""
    ordered = sorted(made, key=lambda one: (one.adjusted, one.quantity, one.target, one.test))
    largest, adjusted = 0.0, []
    for place, one in enumerate(ordered):
        largest = max(largest, min(1.0, (len(ordered) - place) * one.adjusted))
        adjusted.append(replace(one, adjusted=largest))
    return adjusted


def _time(seconds: float) -> str:
    """Write a span of time for people."""
    for unit, size in (("days", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s"
