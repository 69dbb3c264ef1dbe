"""From a laboratory's files of counts to the files that are signed: one part's circuits in each.

A laboratory may send a round in any files it likes. An event of the log names files that hold
circuits of its own part alone, so the files are cut into pieces by part before they are signed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from qassay.canonical import canonical_bytes
from qassay.errors import CountsError, Problem
from qassay.evidence.events import MOST_FILES
from qassay.exchange.counts_file import FORMAT, MOST_BYTES
from qassay.reading.strict_json import values_in

_VALUES_A_CIRCUIT: Final = 4  # of one shot; each further shot is one more
_VALUES_A_FILE: Final = 64


def cut_by_part(
    documents: Sequence[Mapping[str, Any]], number: int, parts: Mapping[int, Sequence[str]]
) -> dict[int, list[bytes]]:
    """Cut files of counts, each read and found right, into pieces by part.

    Args:
        documents: The files, as JSON values.
        number: Of the round.
        parts: Names of circuits by number of the part.

    Returns:
        The files to be signed, by number of the part; parts of which nothing came are left out.

    Raises:
        CountsError: Two different answers to one circuit, or more than a part can hold.
    """
    answered: dict[str, Any] = {}
    failed: dict[str, str] = {}
    for document in documents:
        _join(answered, document.get("circuits", {}), failed)
        _join(failed, document.get("failed", {}), answered)
    pieces = {}
    for index, ids in parts.items():
        mine = {name: answered[name] for name in ids if name in answered}
        lost = {name: failed[name] for name in ids if name in failed}
        if mine or lost:
            own = set(mine) | set(lost)
            touched = [one for one in documents if own & _names(one)]
            head = {"qassay_counts": FORMAT, "round": number, **_beside(touched, own)}
            pieces[index] = list(_whole(head, mine, lost, index))
    return pieces


def check_values(data: bytes, shots: Mapping[str, int], where: str) -> None:
    """Refuse a file of counts that holds far more than its circuits need.

    Raises:
        CountsError: It could fill up the evidence, so that nobody can audit it any more.
    """
    most = sum(_VALUES_A_CIRCUIT + n for n in shots.values()) + _VALUES_A_FILE
    if values_in(data) > most:
        raise CountsError(
            Problem(
                where=where,
                found=f"{values_in(data)} values (commas and brackets)",
                expected=f"at most {most} for {len(shots)} circuits",
                advice="leave long notes out",
            )
        )


def _join(mine: dict[str, Any], more: Mapping[str, Any], others: Mapping[str, Any]) -> None:
    CountsError.raise_if_any(
        Problem(
            where=f"circuit {name}",
            found="another answer than the one that came before",
            expected="each circuit run once, and its first answer kept",
        )
        for name, answer in more.items()
        if mine.get(name, answer) != answer or name in others
    )
    mine.update(more)


def _names(document: Mapping[str, Any]) -> set[str]:
    return {*document.get("circuits", {}), *document.get("failed", {})}


def _beside(documents: Sequence[Mapping[str, Any]], own: set[str]) -> dict[str, Any]:
    """Give notes, and a share of the time, of the files that a part's circuits came in."""
    notes = list(dict.fromkeys(note for one in documents for note in one.get("notes", ())))
    seconds = 0.0
    for one in documents:
        circuits = one.get("circuits", {})
        if circuits and "seconds" in one:
            seconds += one["seconds"] * len(own & circuits.keys()) / len(circuits)
    return {**({"notes": notes} if notes else {}), **({"seconds": seconds} if seconds else {})}


def _whole(
    head: Mapping[str, Any], circuits: Mapping[str, Any], failed: Mapping[str, str], index: int
) -> Iterator[bytes]:
    """Write a part's files, as few as will do."""
    for count in (1, 2, 4, MOST_FILES):
        size = max(-(-len(circuits) // count), 1)
        names = list(circuits)
        shares = [names[at : at + size] for at in range(0, len(names), size)] or [[]]
        files = []
        for place, share in enumerate(shares):
            document = {**head, "circuits": {name: circuits[name] for name in share}}
            if place:  # notes and time are told once
                document.pop("notes", None)
                document.pop("seconds", None)
            elif failed:
                document["failed"] = dict(failed)
            files.append(canonical_bytes(document))
        if max(map(len, files)) <= MOST_BYTES:
            yield from files
            return
    raise CountsError(
        Problem(
            where=f"part {index}",
            found=f"counts that {MOST_FILES} files of {MOST_BYTES} bytes cannot hold",
            expected="counts of a part",
        )
    )
