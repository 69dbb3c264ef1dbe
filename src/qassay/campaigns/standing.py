"""How far a campaign has come: a function of its plan, its seed and what is on record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from qassay.assay import Request, counted
from qassay.exchange.counts_file import Returned
from qassay.exchange.pack import Release
from qassay.exchange.parts import Part, round_parts
from qassay.exchange.returns import End, batch_answers, unanswered
from qassay.execution.runner import Finished, recalled
from qassay.planning.schedule import round_slots, rounds
from qassay.verdicts.course import stopped_experiments
from qassay.verdicts.decision import Decision
from qassay.verdicts.judge import decisions


@dataclass(slots=True)
class Record:
    """What has happened so far.

    Attributes:
        releases: When each round went out, by its number.
        files: What came back, by name of the round or, where parts are signed one by one, of
            the part, in the order in which it came.
        ends: How parts ended, by name.
        must_end: Whether a part is open until its end is on record, even with all its counts.
    """

    releases: dict[int, Release] = field(default_factory=dict)
    files: dict[str, list[Returned]] = field(default_factory=dict)
    ends: dict[str, End] = field(default_factory=dict)
    must_end: bool = False

    def files_for(self, part: Part) -> list[Returned]:
        """Give the files that may hold counts of a part."""
        return self.files.get(part.name) or self.files.get(part.name.partition("/")[0]) or []

    def is_open(self, part: Part) -> bool:
        """Say whether more may come for a part."""
        if part.name in self.ends:
            return False
        return self.must_end or bool(unanswered(part, self.files_for(part)))


@dataclass(slots=True, eq=False, kw_only=True)
class Standing:
    """The state of a campaign.

    Attributes:
        done: Batches of all rounds that are over.
        known: Decisions so far.
        sent: Parts of every round that is over or current, by its number.
        current: The round that is open or has yet to go out; None when the run is over.
        open_parts: Its parts for which counts may still come.
    """

    done: list[Finished] = field(default_factory=list)
    known: dict[str, Decision] = field(default_factory=dict)
    sent: dict[int, tuple[Part, ...]] = field(default_factory=dict)
    current: int | None = None
    open_parts: tuple[Part, ...] = ()


def follow(request: Request, record: Record) -> Standing:
    """Replay a campaign.

    Args:
        request: Plan and seed.
        record: What has happened.
    """
    plan, root = request.plan, request.root
    standing = Standing()
    for number, span in enumerate(rounds(plan), start=1):
        stopped = stopped_experiments(plan, standing.known)
        parts = round_parts(plan, root, number, stopped)
        if not parts:
            break
        standing.sent[number] = parts
        standing.open_parts = tuple(part for part in parts if record.is_open(part))
        if standing.open_parts:
            standing.current = number
            break
        answers: dict[str, dict[str, Any]] = {}
        for part in parts:
            answers |= batch_answers(part, record.files_for(part), record.ends.get(part.name))
        standing.done += [
            recalled(slot, plan, root, answers[slot.id])
            for slot in round_slots(plan, span, stopped)
        ]
        standing.known.update(decisions(plan, counted(standing.done), standing.known))
    return standing
