"""The course of a run: which batches a plan asks for, given what came back.

The runner asks after each cycle which experiments to stop; an auditor asks afterwards which
batches must be there. Both ask here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from qassay.planning.plan import Plan
from qassay.planning.schedule import cycle, cycles
from qassay.statistics.trials import Trials

Scored = Mapping[str, Mapping[str, Trials]]


def stopped_experiments(plan: Plan, scored: Scored) -> frozenset[str]:
    """Name the experiments whose claims are all settled by the hits so far."""
    return frozenset()


def course_of(plan: Plan, scored: Scored, answered: Collection[str]) -> Iterator[str]:
    """Give the ids of the batches that the plan asks for, in order.

    Args:
        plan: The frozen plan.
        scored: All hits of the run, by experiment and quantity.
        answered: Batches that brought outcomes; others ended without any.
    """
    for number in range(cycles(plan)):
        for slot in cycle(plan, number):
            yield slot.id
