"""What missing counts do to verdicts: in an exchange by files they count against the claim.

A vendor who sees his own counts can tell which batches look bad, and need not return them. What
was handed out and did not come back may therefore hold whatever speaks most against a claim, and
no claim that it belongs to is supported. What speaks against a claim all the same still refutes
it. A part that was excused before its release is no choice among outcomes, and costs only shots.

On a device that answers by itself (a plan without rounds) a lost job is assumed to be lost
whatever its outcome would have been; the verdict says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qassay.languages.english import said
from qassay.planning.plan import Plan
from qassay.planning.schedule import part_of_cycle
from qassay.protocols.weighing.counted import Counted
from qassay.protocols.weighing.decision import Decision
from qassay.verdicts.agreement import reopened
from qassay.verdicts.verdict import Verdict

EXCUSED = "excused before its release"  # how the failure of an excused batch begins
_NAMED = 3  # parts that a sentence names


def is_missing(outcomes: object, failures: Sequence[str]) -> bool:
    """Say whether a batch was handed out and brought no outcomes.

    Args:
        outcomes: Of the batch; None if it has none.
        failures: Why not, in words.
    """
    return outcomes is None and not any(one.startswith(EXCUSED) for one in failures)


def weighed(verdict: Verdict, plan: Plan, counted: Counted, decision: Decision) -> Verdict:
    """Take account of the batches that were missing when a verdict came to stand.

    Args:
        verdict: What the counts that came back say.
        plan: The plan; one with rounds is an exchange by files.
        counted: All hits, and which batches are missing.
        decision: When the verdict stood; what went missing later cannot have changed it.
    """
    until = counted.cycles if decision.cycle is None else decision.cycle
    missing = sorted(
        {
            index
            for experiment in plan.experiments_for(verdict.claim)
            for index in counted.missing.get(experiment.id, ())
            if index < until
        }
    )
    if not missing:
        return verdict
    if not plan.rounds:
        told = (
            f"batches that the device lost ({len(missing)} cycles are touched) were lost"
            " whatever their outcomes would have been"
        )
        return replace(verdict, assumptions=(*verdict.assumptions, told))
    if verdict.outcome != "supported":
        return verdict
    names = [part_of_cycle(plan, index) for index in missing]
    more = "_many" if len(names) > _NAMED else ""
    reason = said(f"verdict.missing{more}", parts=", ".join(names[:_NAMED]))
    return reopened(verdict, plan, (reason,))
