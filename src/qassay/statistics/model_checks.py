"""All checks of the model behind an experiment, and what their failures do to verdicts.

The assumptions printed with every verdict (exponential decay, known asymptote, independent shots)
are tried on the data themselves, pooled over targets. A failed check can only turn a verdict into
"inconclusive". Each check says what it would have noticed at this size of data; at the few
hundred shots that settle a verdict that may be little, and then it says so. A good simulation of
a noisy machine passes every one of them: only made-up, smoothed or copied data are caught.

Pieces: `check_sentinels` (shape of the decay, leakage), `check_batches` (drift, too good data),
`check_independence` (shots, targets), `check_replays` (copied data).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qassay.statistics.batch_cells import equal_batches
from qassay.statistics.check_batches import (
    TOO_GOOD,
    drift_checks,
    drift_names,
    too_good_check,
)
from qassay.statistics.check_independence import (
    SHOTS,
    TARGETS,
    between_targets_check,
    consecutive_shots_check,
)
from qassay.statistics.check_replays import (
    RepeatedRun,
    longest_repeated_run,
    replay_check,
    run_bound,
)
from qassay.statistics.check_sentinels import LEAKAGE, SHAPE, leakage_check, shape_check
from qassay.statistics.intervals import check_level
from qassay.statistics.model_check import Cap, ModelCheck, not_applicable
from qassay.statistics.trials import Trials

__all__ = [
    "CHECKS",
    "Cap",
    "CheckedModel",
    "ModelCheck",
    "RepeatedRun",
    "between_targets_check",
    "check_model",
    "combined",
    "consecutive_shots_check",
    "drift_checks",
    "equal_batches",
    "leakage_check",
    "longest_repeated_run",
    "replay_check",
    "run_bound",
    "shape_check",
    "too_good_check",
]

REPLAYED_HITS = "replayed hits"
REPLAYED_OUTCOMES = "replayed outcomes"
CHECKS = (
    SHAPE,
    LEAKAGE,
    *drift_names(1),
    *drift_names(0),
    SHOTS,
    TARGETS,
    REPLAYED_HITS,
    REPLAYED_OUTCOMES,
    TOO_GOOD,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedModel:
    """The checks of one experiment at a total level.

    Attributes:
        checks: All of them, those that were not applicable too.
        level: Largest probability that an honest machine that obeys the model fails any.
        each: Level of a single check (Bonferroni over all that were planned, so that what is
            applicable cannot matter).
    """

    checks: tuple[ModelCheck, ...]
    level: float
    each: float

    @property
    def failed(self) -> tuple[ModelCheck, ...]:
        """Checks beyond their level."""
        return tuple(x for x in self.checks if x.p_value is not None and x.p_value < self.each)

    @property
    def passed(self) -> bool:
        """Whether no check failed."""
        return not self.failed

    @property
    def caps(self) -> frozenset[Cap]:
        """Verdicts that can only be "inconclusive" now."""
        return frozenset(cap for check in self.failed for cap in check.caps)


def combined(checks: tuple[ModelCheck, ...], *, level: float = 1e-3) -> CheckedModel:
    """Judge checks together at a total level."""
    return CheckedModel(checks=checks, level=check_level(level), each=level / max(len(checks), 1))


def check_model(
    trials: Trials,
    *,
    asymptote: npt.ArrayLike | None,
    batches: npt.NDArray[np.intp] | None = None,
    outcomes: npt.NDArray[np.uint8] | None = None,
    level: float = 1e-3,
) -> CheckedModel:
    """Make every check of one experiment.

    Args:
        trials: Arm 0 short, arm 1 long, arm 2 (if any) sentinels, in order of execution.
        asymptote: B, known, one number or one a target; None where there is no decay.
        batches: Batch of each circuit, shape (circuits,), in order; ten equal ones by default.
        outcomes: Bits as they were read, shape (circuits, qubits), against replays.
        level: Total level of all checks.
    """
    each = check_level(level) / len(CHECKS)
    if batches is not None and np.shape(batches) != trials.arms.shape:
        raise ValueError("batches: expected one label for each circuit")
    if asymptote is None:
        shape, leakage = (not_applicable(name, "no decay") for name in (SHAPE, LEAKAGE))
    else:
        shape = shape_check(trials, asymptote=asymptote, level=each)
        leakage = leakage_check(trials, asymptote=asymptote, level=each)
    drifts: list[ModelCheck] = []
    for arm in (1, 0):
        if arm < trials.lengths.size:
            drifts += drift_checks(trials, arm, level=each, asymptote=asymptote, batches=batches)
        else:
            drifts += [not_applicable(name, "no such arm") for name in drift_names(arm)]
    if trials.shots > 1:
        hits = not_applicable(REPLAYED_HITS, "more than one shot a circuit")
    else:
        hits = replay_check(trials.hits, groups=trials.arms, level=each, name=REPLAYED_HITS)
    if outcomes is None:
        raw = not_applicable(REPLAYED_OUTCOMES, "the raw outcomes were not given")
    else:
        groups = trials.arms if len(outcomes) == trials.circuits else None
        raw = replay_check(outcomes, groups=groups, level=each, name=REPLAYED_OUTCOMES)
    checks = (
        shape,
        leakage,
        *drifts,
        consecutive_shots_check(trials, level=each, batches=batches),
        between_targets_check(trials, level=each),
        hits,
        raw,
        too_good_check(trials, level=each, batches=batches),
    )
    return combined(checks, level=level)
