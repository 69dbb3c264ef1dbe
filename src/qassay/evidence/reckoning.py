"""From a closed log to what counts: each part that the course asks for, with its one end.

The log says what went out and how it ended; the course, which only plan, seed and counts can
tell, says what had to. Whoever collects and whoever audits come through here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from qassay.errors import IncompleteError, NotReproducedError, Problem, TamperedError
from qassay.evidence.campaign_state import CampaignState, Place
from qassay.evidence.events import ENTRIES

Answers = Mapping[str, Any]
Asked = Callable[[int, Mapping[Place, Answers | None]], Mapping[Place, tuple[str, ...]]]


@dataclass(slots=True, kw_only=True)
class Reckoning:
    """What counts.

    Attributes:
        answers: What came back of each part that was asked for, by circuit; None where it was
            excused.
        finished: Whether every part that the course asks for has its end.
        rounds: Rounds that are over.
    """

    answers: dict[Place, Answers | None] = field(default_factory=dict)
    finished: bool = False
    rounds: int = 0


def reckon(
    state: CampaignState,
    asked: Asked,
    sent: Mapping[int, Mapping[Place, tuple[str, ...]]],
    files: Mapping[str, Answers],
) -> Reckoning:
    """Follow the course through a log.

    Args:
        state: What the log comes to.
        asked: Gives the circuits of each part that the course asks for in a round, by what
            came back of the rounds before; nothing once it is over.
        sent: The circuits that went out, by round and part.
        files: What came back, by name of the file and circuit.

    Raises:
        NotReproducedError: Other circuits went out than the course asks for.
        TamperedError: Counts that belong to no circuit of their part, or two answers to one.
        IncompleteError: A part that went out has no end.
    """
    told = Reckoning()
    for number in range(1, len(state.rules.sizes) + 1):
        wanted = asked(number, told.answers)
        if not wanted:
            told.finished = True
            break
        excused = {
            place
            for place in wanted
            if place in state.ended and state.ended[place].how == "excused"
        }
        due = {place: ids for place, ids in wanted.items() if place not in excused}
        if number not in state.manifests:
            break
        went = dict(sent.get(number, {}))
        released = {place for place in state.released if place[0] == number}
        if went != due or released != due.keys():
            raise NotReproducedError(
                Problem(
                    where=f"{ENTRIES}, round {number}",
                    found="other circuits or parts that went out",
                    expected="those that follow from plan, seed and the counts before, each once",
                )
            )
        told.answers |= dict.fromkeys(excused)
        for place, ids in due.items():
            told.answers[place] = _returned(state, place, ids, files)
        told.rounds = number
    else:
        told.finished = True
    late = [number for number in state.manifests if number > told.rounds]
    NotReproducedError.raise_if_any(
        Problem(
            where=f"{ENTRIES}, round {number}",
            found="circuits that went out",
            expected="none: the course ends before this round",
        )
        for number in late
    )
    return told


def _returned(
    state: CampaignState, place: Place, ids: tuple[str, ...], files: Mapping[str, Answers]
) -> Answers:
    """Give what came back of a part."""
    where = f"{ENTRIES}, round {place[0]}, part {place[1]}"
    end = state.ended.get(place)
    if end is None:
        raise IncompleteError(Problem(where=where, found="no end", expected="exactly one end"))
    return joined_files({name: files[name] for name in end.files}, ids, end.circuits, where)


def joined_files(
    files: Mapping[str, Answers], ids: Iterable[str], circuits: int, where: str
) -> Answers:
    """Join the files of a part; they hold its own circuits, and one answer to each.

    Args:
        files: What came back, by name of the file and circuit.
        ids: The part's circuits.
        circuits: How many the event says were answered.
        where: What messages call the part.

    Raises:
        TamperedError: Circuits of another part, two answers to one, or another number of them.
    """
    together: dict[str, Any] = {}
    own = set(ids)
    for name, answers in files.items():
        TamperedError.raise_if_any(
            Problem(where=f"{where}, {name}", found=f"counts of {one}", expected=what)
            for one, what in (
                *((c, "circuits of this part alone") for c in answers if c not in own),
                *((c, "one answer to a circuit") for c in answers if c in together),
            )
        )
        together |= answers
    if len(together) != circuits:
        raise TamperedError(
            Problem(
                where=where,
                found=f"counts of {len(together)} circuits",
                expected=f"{circuits}, as the event says",
            )
        )
    return together
