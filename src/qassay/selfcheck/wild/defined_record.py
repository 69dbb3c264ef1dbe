"""One verdict beside a truth that is one by definition, as the tables take it."""

from __future__ import annotations

import math

from qassay.protocols.weighing.decision import Outcome
from qassay.selfcheck.records import SAME, Record
from qassay.verdicts.verdict import Verdict


def interval_of(verdict: Verdict) -> tuple[float, float, float] | None:
    """Give value, low and high of what was found; None where the product knows nothing."""
    found = verdict.estimate
    return (found.value, found.low, found.high) if found and found.informative else None


def defined_record(
    *,
    number: int,
    metric: str,
    form: str,
    ratio: float,
    delta: float,
    outcome: Outcome,
    worse: float,
    truth: float,
    interval: tuple[float, float, float] | None,
    circuits: int,
    capped: bool = False,
    border: float | None = None,
) -> Record:
    """Write a record.

    Args:
        number: Of the machine.
        metric: Of the claim.
        form: Its statistic.
        ratio: Where the machine was placed.
        delta: The claim's tolerance.
        outcome: The verdict.
        worse: Truth over claim, above 1 where the machine is worse than claimed.
        truth: In the claim's unit.
        interval: Value, low and high; None where the product says that it knows nothing.
        circuits: That the verdict stands on.
        capped: Whether a check of the model held a settled verdict back.
        border: What `worse` is at the limit; 1 + delta without it.
    """
    value, low, high = interval or (math.nan, -math.inf, math.inf)
    limit = 1 + delta if border is None else border
    return Record(
        machine=number,
        traits=None,
        metric=metric,
        form=form,
        ratio=ratio,
        delta=delta,
        outcome=outcome,
        meets=worse <= 1 + SAME,
        misses=worse >= limit * (1 - SAME),
        truth=truth,
        value=value,
        low=low,
        high=high,
        in_sequence=None,
        capped=capped,
        circuits=circuits,
        bound=math.nan,
        one_qubit_share=math.nan,
        kinds=("true by definition",),
    )
