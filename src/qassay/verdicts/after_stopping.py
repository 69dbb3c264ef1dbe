"""Intervals of a run that the data themselves have stopped.

A run stops where its data look decisive, so what stopped it leans to the side it stopped on:
the estimate of a supported claim flatters the machine, that of a refuted one wrongs it. An
interval for a fixed sample then covers 87 to 96 % in place of 95 %, and it misses on the side
that the run has turned its back on. That end is moved out, by a quarter where it lies between the
claim and its limit or beyond both, by a tenth where it does not come near the farther of the two.
At the claim itself nearly all of 5 % is spent on verdicts that are wrong, so an interval has no
room left to exclude it from the other side as well: a supported one reaches the claim, and a
refuted one the limit, unless the end falls short of it even if moved out by half.

By how much was found for Brownian motion, to which every estimate here comes near in the time of
its information, stopped by our mixtures (`benchmarks/stopped_intervals.py`,
`docs/decisions/0006-intervals.md`): the interval then covers 94 to 98 % wherever the machine is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from qassay.protocols.weighing.decision import Outcome
from qassay.statistics.estimate import Estimate

NEAR: Final = 1.25  # of what a fixed sample's end is away, where it gets to the farther border
FAR: Final = 1.1  # the same, where it stays clear of it
CLEAR: Final = 1.5  # how far an end that is to exclude the farther border must stay away


def after_stopping(
    estimate: Estimate, outcome: Outcome, claimed: float, limit: float, *, lower_is_better: bool
) -> Estimate:
    """Move out the end of an interval that faces the border a run was stopped for.

    Args:
        estimate: With the interval of a fixed sample.
        outcome: What the run was stopped by; anything but a verdict leaves it as it is.
        claimed: The claim, in the estimate's unit.
        limit: Its limit.
        lower_is_better: Of the claimed quantity.
    """
    if outcome not in ("supported", "refuted") or not estimate.informative:
        return estimate
    method = f"{estimate.method}, widened for stopping"
    farther = claimed if outcome == "supported" else limit
    if (outcome == "supported") == lower_is_better:
        high = moved_out(estimate.value, estimate.high, farther)
        return replace(estimate, high=high, method=method)
    low = moved_out(estimate.value, estimate.low, farther)
    floor = min(0.0, estimate.low)  # errors and times are not negative
    return replace(estimate, low=max(low, floor), method=method)


def moved_out(value: float, end: float, farther: float) -> float:
    """Give an end after stopping.

    Args:
        value: The estimate.
        end: Of a fixed sample, above or below it.
        farther: Of claim and limit the one that the verdict does not speak of.
    """
    sign, away = (1.0, end - value) if end > value else (-1.0, value - end)
    near, clear = (value + sign * factor * away for factor in (NEAR, CLEAR))
    if sign * (near - farther) >= 0:
        return near
    return farther if sign * (clear - farther) >= 0 else value + sign * FAR * away
