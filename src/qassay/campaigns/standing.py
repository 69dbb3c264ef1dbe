"""How far a campaign has come: a function of its plan, its seeds and its log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from qassay.assay import counted
from qassay.evidence.campaign_state import CampaignState, Place
from qassay.exchange.counts_file import Returned
from qassay.exchange.parts import Part, round_parts
from qassay.exchange.returns import End, batch_answers
from qassay.execution.runner import Finished, recalled
from qassay.planning.plan import Plan
from qassay.protocols.weighing.decision import Decision
from qassay.verdicts.course import asked_parts
from qassay.verdicts.judge import decisions

Roots = Callable[[int], bytes | None]
FilesOf = Callable[[Place, Part], Sequence[Returned]]


@dataclass(slots=True, eq=False, kw_only=True)
class Standing:
    """The state of a campaign.

    Attributes:
        done: Batches of all rounds that are over.
        known: Decisions so far.
        over: Rounds that are over.
        current: The round that is open or has yet to go out; None when the course has ended.
        parts: Canonical parts of the current round, by number, once its seed is open.
        asked: How many canonical parts the current round has.
    """

    done: list[Finished] = field(default_factory=list)
    known: dict[str, Decision] = field(default_factory=dict)
    over: int = 0
    current: int | None = None
    parts: dict[int, Part] = field(default_factory=dict)
    asked: tuple[int, ...] = ()


def follow(
    plan: Plan,
    state: CampaignState,
    roots: Roots,
    files_of: FilesOf,
    before: Standing | None = None,
) -> Standing:
    """Replay a campaign.

    Args:
        plan: The frozen plan.
        state: What the log comes to.
        roots: Gives the seed of a round, None while it cannot be known.
        files_of: Reads what came back for a part.
        before: How far the replay had come; it goes on from there.
    """
    before = before or Standing()
    standing = replace(
        before, done=list(before.done), known=dict(before.known), current=None, parts={}, asked=()
    )
    for number in range(standing.over + 1, len(plan.rounds) + 1):
        asked = asked_parts(plan, number, standing.known)
        if not asked:
            break
        root = roots(number)
        ended = all((number, index) in state.ended for index in asked)
        parts = {} if root is None else round_parts(number, asked, root)
        if number not in state.manifests or not ended or root is None:
            standing.current, standing.parts, standing.asked = number, parts, tuple(asked)
            break
        for index, part in parts.items():
            end = state.ended[number, index]
            files = files_of((number, index), part) if end.how == "counts" else ()
            told = End(end.how, end.reason)  # type: ignore[arg-type]
            answers = batch_answers(part, files, told)
            standing.done += [recalled(s, plan, root, answers[s.id]) for s in asked[index]]
        standing.known.update(decisions(plan, counted(standing.done), standing.known))
        standing.over = number
    return standing
