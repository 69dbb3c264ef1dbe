"""The counts that a laboratory sends back: one JSON file, read strictly.

    {"qassay_counts": 1, "round": 1,
     "circuits": {"ID": {"shots": 1, "counts": {"0101": 1}}, "ID": {"shots": 1, "memory": ["01"]}},
     "failed": {"ID": "reason"}, "notes": ["..."], "seconds": 12}

"circuits" or "failed" must be there, the rest may be. Character q of an outcome is qubit q.
`counts` says how often each outcome came, `memory` gives the outcomes in the order of the shots.
A file may hold any part of a round.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from qassay.canonical import content_id
from qassay.errors import CountsError, Problem, quoted
from qassay.reading.strict_json import read_json

FORMAT: Final = 1
MOST_BYTES: Final = 2 << 20  # some 16,000 circuits of 50 qubits; a round may come in several files
_MOST_PROBLEMS: Final = 20
_MOST_TEXT: Final = 400
_MOST_NOTES: Final = 100
_KEYS: Final = ("qassay_counts", "round", "circuits", "failed", "notes", "seconds")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Returned:
    """What one file says.

    Attributes:
        sha256: Of the file's bytes.
        outcomes: Texts of 0 and 1, one a shot, by circuit.
        failed: Why a circuit was not run, by circuit.
        notes: Of the laboratory.
        seconds: Time on the machine, as the laboratory says; 0 where it says nothing.
    """

    sha256: str
    outcomes: Mapping[str, tuple[str, ...]]
    failed: Mapping[str, str]
    notes: tuple[str, ...] = ()
    seconds: float = 0.0


def read_counts_bytes(path: Path) -> bytes:
    """Read the bytes of a file of counts.

    Raises:
        CountsError: There is no such file, or it is larger than any that a round can bring.
    """
    expected = f"a file of counts of at most {MOST_BYTES} bytes"
    try:
        if not path.is_file():
            found = "no such file" if not path.exists() else "no regular file"
            raise CountsError(Problem(where=quoted(str(path), 200), found=found, expected=expected))
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise CountsError(
            Problem(where=quoted(str(path), 200), found=quoted(str(error)), expected=expected)
        ) from None
    if len(data) > MOST_BYTES:
        raise CountsError(
            Problem(
                where=path.name,
                found=f"more than {MOST_BYTES} bytes",
                expected=expected,
                advice="send a round in several files",
            )
        )
    return data


def parse_counts(
    data: bytes, where: str, rounds: Mapping[int, Mapping[str, int]], qubits: int
) -> Returned:
    """Read a file of counts; a wrong file gives nothing.

    Args:
        data: The file.
        where: What messages call it.
        rounds: Shots of each circuit by its name, for every round that went out.
        qubits: Length of every outcome.

    Raises:
        CountsError: With every mistake (the first twenty, and how many more there are).
    """
    if len(data) > MOST_BYTES:
        raise CountsError(
            Problem(where=where, found=f"{len(data)} bytes", expected=f"at most {MOST_BYTES}")
        )
    document = read_json(data, where, error=CountsError)
    number = document.get("round") if isinstance(document, dict) else None
    head = list(_head_problems(document, where, rounds))
    CountsError.raise_if_any(head)
    expected = rounds[number]  # type: ignore[index]
    problems: list[Problem] = []
    left_out = 0
    for problem in _problems(document, where, expected, qubits):
        if len(problems) < _MOST_PROBLEMS:
            problems.append(problem)
        else:
            left_out += 1
    if left_out:
        problems.append(Problem(where=where, found=f"{left_out} more mistakes", expected="none"))
    CountsError.raise_if_any(problems)
    return Returned(
        sha256=content_id(data),
        outcomes={name: _outcomes(one) for name, one in document.get("circuits", {}).items()},
        failed=dict(document.get("failed", {})),
        notes=tuple(document.get("notes", ())),
        seconds=float(document.get("seconds", 0)),
    )


def _head_problems(
    document: Any, where: str, rounds: Mapping[int, Mapping[str, int]]
) -> Iterator[Problem]:
    version = document.get("qassay_counts") if isinstance(document, dict) else None
    if type(version) is not int or version != FORMAT:
        yield Problem(
            where=where,
            found=quoted(document),
            expected='{"qassay_counts": 1, ...}',
            advice="docs/exchange.md has the form and a writer of 30 lines",
        )
        return
    for key in document:
        if key not in _KEYS:
            yield Problem(
                where=where, found=f"the key {quoted(key)}", expected="one of " + ", ".join(_KEYS)
            )
    number = document.get("round")
    if type(number) is not int or number not in rounds:
        yield Problem(
            where=f"{where}, round",
            found=quoted(number),
            expected=f"a round that went out, 1 to {max(rounds, default=0)}",
        )
    if "circuits" not in document and "failed" not in document:
        yield Problem(where=where, found="neither circuits nor failed", expected="at least one")
    for key, kind in (("circuits", dict), ("failed", dict), ("notes", list)):
        if key in document and not isinstance(document[key], kind):
            yield Problem(
                where=f"{where}, {key}",
                found=quoted(document[key]),
                expected="a table" if kind is dict else "a list of texts",
            )
    seconds = document.get("seconds", 0)
    if type(seconds) not in (int, float) or not 0 <= seconds <= 1e9:
        yield Problem(where=f"{where}, seconds", found=quoted(seconds), expected="0 to 1e9 seconds")


def _problems(
    document: Mapping[str, Any], where: str, expected: Mapping[str, int], qubits: int
) -> Iterator[Problem]:
    circuits, failed = document.get("circuits", {}), document.get("failed", {})
    right = re.compile(rf"[01]{{{qubits}}}", re.ASCII)
    for name, one in circuits.items():
        place = f"{where}, circuit {quoted(name, 30)}"
        if name not in expected:
            yield Problem(
                where=place,
                found="a circuit that was not sent in this round",
                expected="the names of the manifest",
            )
        elif name in failed:
            yield Problem(where=place, found="counts and a failure", expected="one of them")
        else:
            yield from _circuit_problems(one, place, expected[name], right)
    for name, reason in failed.items():
        place = f"{where}, failed {quoted(name, 30)}"
        if name not in expected:
            yield Problem(
                where=place,
                found="a circuit that was not sent in this round",
                expected="the names of the manifest",
            )
        if not _is_line(reason):
            yield Problem(where=place, found=quoted(reason), expected="a line of text")
    notes = document.get("notes", [])
    if len(notes) > _MOST_NOTES or not all(map(_is_line, notes)):
        yield Problem(
            where=f"{where}, notes",
            found=quoted(notes),
            expected=f"at most {_MOST_NOTES} lines of text",
        )


def _circuit_problems(
    one: Any, place: str, shots: int, right: re.Pattern[str]
) -> Iterator[Problem]:
    if not isinstance(one, dict) or one.keys() not in ({"shots", "counts"}, {"shots", "memory"}):
        yield Problem(where=place, found=quoted(one), expected='"shots" and "counts" or "memory"')
        return
    if type(one["shots"]) is not int or one["shots"] != shots:
        yield Problem(where=f"{place}, shots", found=quoted(one["shots"]), expected=f"{shots}")
    given: Any = one.get("counts", one.get("memory"))
    if not isinstance(given, dict if "counts" in one else list):
        yield Problem(where=place, found=quoted(given), expected="counts {...} or memory [...]")
        return
    wrong = [text for text in given if not (isinstance(text, str) and right.fullmatch(text))]
    if wrong:
        yield Problem(
            where=place,
            found=quoted(wrong[0]),
            expected="outcomes of one 0 or 1 a qubit, qubit 0 first",
        )
    total = len(given)
    if isinstance(given, dict):
        odd = [count for count in given.values() if type(count) is not int or count < 1]
        if odd:
            yield Problem(
                where=place,
                found=quoted(odd[0]),
                expected="whole numbers from 1",
                advice="leave out outcomes that did not occur",
            )
            return
        total = sum(given.values())
    if total != shots:
        yield Problem(
            where=place,
            found=f"{total} outcomes",
            expected=f"{shots}, one a shot",
            advice="every shot must be returned, none discarded",
        )


def _outcomes(one: Mapping[str, Any]) -> tuple[str, ...]:
    """Give an outcome a shot; where only counts came, in the order of the texts."""
    if "memory" in one:
        return tuple(one["memory"])
    return tuple(text for text, count in sorted(one["counts"].items()) for _ in range(count))


def _is_line(text: object) -> bool:
    return (
        isinstance(text, str)
        and 0 < len(text) <= _MOST_TEXT
        and not any(
            unicodedata.category(c) in ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp") for c in text
        )
    )
