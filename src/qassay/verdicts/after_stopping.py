"""Intervals of a run that the data themselves have stopped.

A run stops where its data look decisive, so what stopped it leans to the side it stopped on:
the estimate of a supported claim flatters the machine, that of a refuted one wrongs it. An
interval for a fixed sample then covers 87 to 96 % in place of 95 %, and it misses on the side
of the border that the run has turned its back on. That end is moved out. By how much was found
for Brownian motion, to which every estimate here comes near in the time of its information,
stopped by our mixtures (`benchmarks/stopped_intervals.py`, `docs/decisions/0006-intervals.md`):
the interval then covers 94 to 98 % wherever the machine is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from qassay.protocols.weighing.decision import Outcome
from qassay.statistics.estimate import Estimate

WIDENED: Final = 1.17  # the end that faces the border, over that of a fixed sample


def after_stopping(estimate: Estimate, outcome: Outcome, *, lower_is_better: bool) -> Estimate:
    """Move out the end of an interval that faces the border a run was stopped for.

    Args:
        estimate: With the interval of a fixed sample.
        outcome: What the run was stopped by; anything but a verdict leaves it as it is.
        lower_is_better: Of the claimed quantity.
    """
    if outcome not in ("supported", "refuted") or not estimate.informative:
        return estimate
    method = f"{estimate.method}, widened for stopping"
    if (outcome == "supported") == lower_is_better:
        high = estimate.value + WIDENED * (estimate.high - estimate.value)
        return replace(estimate, high=high, method=method)
    low = estimate.value - WIDENED * (estimate.value - estimate.low)
    floor = min(0.0, estimate.low)  # errors and times are not negative
    return replace(estimate, low=max(low, floor), method=method)
