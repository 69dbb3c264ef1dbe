"""What missing counts do to verdicts: in an exchange by files they count against the claim.

A vendor who sees his own counts can tell which batches look bad, and need not return them. What
was handed out and did not come back may therefore hold whatever speaks most against a claim, and
no claim that it belongs to is supported. What speaks against a claim all the same still refutes
it. A part that was excused before its release is no choice among outcomes, and costs only shots.

Answers to questions are no better: where a protocol does not itself count what is missing as
failed, no answer stands that a choice among the counts could have made.

On a device that answers by itself (a plan without rounds) a lost job is assumed to be lost
whatever its outcome would have been; the verdict says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from qassay.languages.english import said
from qassay.planning.plan import Plan
from qassay.planning.schedule import part_of_cycle
from qassay.protocols.asked import Answer
from qassay.protocols.interface import Experiment
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
    more, parts = _parts(plan, missing)
    return reopened(verdict, plan, (said(f"verdict.missing{more}", parts=parts),))


def standing(
    answer: Answer, plan: Plan, experiments: Iterable[Experiment], counted: Counted
) -> Answer:
    """Take account of the batches that were handed out for an answer and brought nothing.

    Args:
        answer: What the counts that came back say.
        plan: The plan; one with rounds is an exchange by files.
        experiments: Those behind the answer.
        counted: All hits, and which batches are missing.
    """
    missing = [index for x in experiments for index in counted.missing.get(x.id, ())]
    if not missing:
        return answer
    if not plan.rounds:
        told = said("answer.lost_jobs", n=len(missing))
        return replace(answer, assumptions=(*answer.assumptions, told))
    more, parts = _parts(plan, sorted({*missing}))
    told = said(f"answer.kept_back{more}", parts=parts, told=answer.headline)
    return replace(answer, telling=False, headline=told)


def _parts(plan: Plan, missing: Sequence[int]) -> tuple[str, str]:
    """Name the parts of cycles, and say whether there are more than can be named."""
    names = list(dict.fromkeys(part_of_cycle(plan, index) for index in missing))
    return "_many" if len(names) > _NAMED else "", ", ".join(names[:_NAMED])
