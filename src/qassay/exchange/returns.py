"""From what a laboratory returned to the outcomes of the plan's batches.

Whoever collects counts and whoever audits them come through here, so both find the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from qassay.errors import CountsError, Problem
from qassay.exchange.counts_file import Returned
from qassay.exchange.parts import Part, Place
from qassay.verdicts.missing import EXCUSED

How = Literal["counts", "failed", "expired", "excused"]
_NAMED = 3  # reasons that are told of the circuits of one batch
_WORDS = {
    "failed": "not run",
    "expired": "nothing came before the deadline",
    "excused": EXCUSED,
}


@dataclass(frozen=True, slots=True)
class End:
    """How a part ended otherwise than by all its counts.

    Attributes:
        how: "counts" where the laboratory says that no more will come.
        reason: In words; may be empty.
    """

    how: How
    reason: str = ""


def merged(files: Iterable[Returned]) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """Join the files of a round: outcomes and failures by circuit.

    Raises:
        CountsError: Two files contradict each other; a circuit is run once.
    """
    outcomes: dict[str, tuple[str, ...]] = {}
    failed: dict[str, str] = {}
    for file in files:
        CountsError.raise_if_any(
            Problem(
                where=f"file {file.sha256[:16]}, circuit {name}",
                found="another answer than the one that came before",
                expected="each circuit run once, and its first answer kept",
            )
            for name in _contradictions(file, outcomes, failed)
        )
        outcomes.update(file.outcomes)
        failed.update(file.failed)
    return outcomes, failed


def _contradictions(
    file: Returned, outcomes: Mapping[str, tuple[str, ...]], failed: Mapping[str, str]
) -> list[str]:
    changed = [n for n, given in file.outcomes.items() if outcomes.get(n, given) != given]
    crossed = [n for n in file.outcomes if n in failed] + [n for n in file.failed if n in outcomes]
    return (changed + crossed)[:20]


def unanswered(part: Part, files: Iterable[Returned]) -> list[str]:
    """List the circuits of a part of which nothing came back, in order of execution."""
    answered = {name for file in files for name in (*file.outcomes, *file.failed)}
    return [name for name in part.ids if name not in answered]


def batch_answers(
    part: Part, files: Iterable[Returned], end: End | None
) -> dict[str, dict[str, Any]]:
    """Give what came back for each batch of a part, in the form of a journal's event.

    Args:
        part: What went out.
        files: What came back.
        end: How the part ended, if not by all its counts.

    Returns:
        By batch: outcomes (None where a circuit is missing), seconds, notes and failures.
    """
    files = list(files)
    outcomes, failed = merged(files)
    by_batch: dict[str, list[Place]] = {}
    for place in part.places:
        by_batch.setdefault(place.slot.id, []).append(place)
    answers = {}
    for name, places in by_batch.items():
        ids = [place.id for place in places]
        lines = [line for one in ids for line in outcomes.get(one, ())]
        failures = _failures(ids, outcomes, failed, end)
        answers[name] = {
            "outcomes": None if failures else lines,
            "seconds": 0.0 if failures else float(sum(_share(file, ids) for file in files)),
            "notes": [] if failures else _notes(files, ids),
            "failures": failures,
        }
    return answers


def _failures(
    ids: list[str], outcomes: Mapping[str, Any], failed: Mapping[str, str], end: End | None
) -> list[str]:
    """Say why a batch has no outcomes; nothing if it has them all."""
    missing = [name for name in ids if name not in outcomes]
    if not missing:
        return []
    told = list(dict.fromkeys(failed[name] for name in missing if name in failed))
    silent = sum(name not in failed for name in missing)
    said = [f"{len(missing) - silent} of {len(ids)} circuits failed: {'; '.join(told[:_NAMED])}"]
    if not silent:
        return said
    words = _WORDS.get(end.how if end else "", "did not come back")
    reason = f": {end.reason}" if end and end.reason else ""
    count = "" if silent == len(ids) else f"{silent} of {len(ids)} circuits: "
    return [*(said if told else []), f"{count}{words}{reason}"]


def _share(file: Returned, ids: list[str]) -> float:
    """Give a batch's share of the time that a file states."""
    mine = sum(name in file.outcomes for name in ids)
    return file.seconds * mine / len(file.outcomes) if mine else 0.0


def _notes(files: list[Returned], ids: list[str]) -> list[str]:
    mine = set(ids)
    return list(dict.fromkeys(n for f in files for n in f.notes if not mine.isdisjoint(f.outcomes)))


def shots_of(parts: Iterable[Part]) -> dict[str, int]:
    """Give the shots of every circuit that went out, by its name."""
    return {place.id: place.slot.experiment.shots for part in parts for place in part.places}
