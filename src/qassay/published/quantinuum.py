"""Quantinuum's hardware specifications: raw survival counts, one JSON file an experiment.

Files of one date: `SQ_RB.json`, `TQ_RB.json`, `Memory_RB.json` (survival by qubit or pair,
length and sequence), `SPAM.json` (survival by qubit and prepared state) and
`Measurement_crosstalk.json` (survival by qubit and number of measurements elsewhere). Names
differ in upper and lower case between dates; pairs are written "0, 1" or "(0, 1)".
Published in the repository CQCL/quantinuum-hardware-specifications under Apache-2.0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from qassay.canonical import content_id
from qassay.errors import MalformedError, Problem, UsageError, quoted
from qassay.protocols.interface import Target
from qassay.published.counts import PublishedCounts
from qassay.reading.limits import FOREIGN
from qassay.reading.strict_json import read_members
from qassay.statistics.trials import Trials

_LARGEST = 64 << 20
_NAME = re.compile(r"\(?\s*(\d{1,4})(?:\s*,\s*(\d{1,4}))?\s*\)?", re.ASCII)
Survival = Mapping[str, Any]
Counts = tuple[tuple[Target, ...], Trials]


def read_folder(folder: Path) -> tuple[PublishedCounts, ...]:
    """Read all files of one machine-date that the format knows.

    Raises:
        UsageError: None of them is there, or counts that do not add up, with file and place;
            all files at once.
    """
    found: list[PublishedCounts] = []
    problems: list[Problem | str] = []
    for path in sorted(folder.iterdir()):
        kind = _KINDS.get(path.name.lower())
        if kind is None or not path.is_file():
            continue
        protocol, quantity, read = kind
        try:
            data, survival, shots = _open(path)
            targets, trials = read(survival, shots, path.name)
            _check_size(targets, 2 if "two_qubit" in quantity else 1, path.name)
        except MalformedError as error:
            problems += error.problems
            continue
        found.append(
            PublishedCounts(
                protocol=protocol,
                quantity=quantity,
                targets=targets,
                trials=trials,
                file=path.name,
                sha256=content_id(data),
            )
        )
    if problems:
        raise UsageError(*problems)  # these are what the caller hands in, and no evidence yet
    if not found:
        raise UsageError(
            Problem(where=str(folder), found="none of them",
                    expected="files such as TQ_RB.json, SQ_RB.json, SPAM.json")
        )  # fmt: skip
    return tuple(found)


def _open(path: Path) -> tuple[bytes, Survival, int]:
    if path.stat().st_size > _LARGEST:
        raise _malformed(path.name, f"{path.stat().st_size} bytes", f"at most {_LARGEST}")
    data = path.read_bytes()
    # Some dates bring the gates of every circuit along; limits are for what is read.
    document = read_members(data, path.name, ("shots", "survival"), limits=FOREIGN)
    if not isinstance(document, dict) or not isinstance(document.get("survival"), dict):
        raise _malformed(path.name, "no table of survival", 'a key "survival"')
    shots = document.get("shots")
    if not isinstance(shots, int) or isinstance(shots, bool) or shots < 1:
        raise _malformed(f"{path.name}, shots", quoted(shots), "a whole number from 1")
    if not document["survival"]:
        raise _malformed(f"{path.name}, survival", "nothing", "at least one qubit or pair")
    return data, document["survival"], shots


def _benchmark(survival: Survival, shots: int, where: str) -> Counts:
    """Read survival[target][length][sequence]; every target must have the same sequences."""
    targets = _targets(survival, where)
    first = next(iter(survival.values()))
    shape = [
        (length, sequence)
        for length in sorted(_table(first, where), key=lambda x: _whole(x, where))
        for sequence in sorted(_table(first[length], where), key=lambda x: _whole(x, where))
    ]
    for name, table in survival.items():
        own = {(length, x) for length in _table(table, where) for x in _table(table[length], where)}
        if own != set(shape):
            raise _malformed(
                f"{where}, {name}", "other lengths or sequences", "the entries of the other targets"
            )
    lengths = sorted({_whole(length, where) for length, _ in shape})
    rows = [
        [
            _count(survival[name][length][sequence], shots,
                   f"{where}, {name}, length {length}, sequence {sequence}")
            for name in survival
        ]
        for length, sequence in shape
    ]  # fmt: skip
    arms = [lengths.index(_whole(length, where)) for length, _ in shape]
    return targets, _trials(lengths, arms, rows, shots)


def _one_level(survival: Survival, shots: int, where: str) -> Counts:
    """Read survival[target][length], one circuit a length."""
    deeper = {
        name: {length: {"0": value} for length, value in _table(table, where).items()}
        for name, table in survival.items()
    }
    return _benchmark(deeper, shots, where)


def _preparation(survival: Survival, shots: int, where: str) -> Counts:
    """Read survival[qubit][prepared state]; hits of the trials are the wrong shots."""
    targets, trials = _one_level(survival, shots, where)
    wrong = trials.shots - trials.hits
    arms = np.zeros(trials.circuits, dtype=np.intp)
    return targets, Trials(lengths=np.zeros(1), arms=arms, hits=wrong, shots=shots)


_KINDS: dict[str, tuple[str, str, Callable[[Survival, int, str], Counts]]] = {
    "sq_rb.json": ("published_one_qubit_rb", "one_qubit_gate_error", _benchmark),
    "tq_rb.json": ("published_two_qubit_rb", "two_qubit_gate_error", _benchmark),
    "memory_rb.json": ("published_memory_rb", "memory_error", _benchmark),
    "measurement_crosstalk.json": (
        "published_measurement_crosstalk", "measurement_crosstalk", _one_level,
    ),
    "spam.json": ("published_readout", "readout_error", _preparation),
}  # fmt: skip


def _targets(survival: Survival, where: str) -> tuple[Target, ...]:
    targets = []
    for name in survival:
        match = _NAME.fullmatch(name)
        if match is None:
            raise _malformed(where, quoted(name), "a qubit such as 3 or a pair such as (0, 1)")
        targets.append(tuple(int(part) for part in match.groups() if part is not None))
    if len(set(targets)) != len(targets) or len({len(target) for target in targets}) != 1:
        raise _malformed(where, "targets twice or of several kinds", "every target once")
    return tuple(targets)


def _check_size(targets: tuple[Target, ...], size: int, where: str) -> None:
    for target in targets:
        if len(set(target)) != size:
            expected = "pairs of two qubits" if size == 2 else "single qubits"
            raise _malformed(where, quoted(target), expected)


def _trials(lengths: list[int], arms: list[int], rows: list[list[int]], shots: int) -> Trials:
    return Trials(
        lengths=np.array(lengths, dtype=np.float64),
        arms=np.array(arms, dtype=np.intp),
        hits=np.array(rows, dtype=np.int64),
        shots=shots,
    )


def _table(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict) or not value:
        raise _malformed(where, quoted(value), "a table with at least one entry")
    return value


def _whole(text: str, where: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        raise _malformed(where, quoted(text), "a length or sequence number")
    return int(text)


def _count(value: Any, shots: int, where: str) -> int:
    """Read a count; some files write 9991.0."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or value != int(value) or not 0 <= value <= shots:
        raise _malformed(where, quoted(value), f"a whole number from 0 to the {shots} shots")
    return int(value)


def _malformed(where: str, found: str, expected: str) -> MalformedError:
    return MalformedError(Problem(where=where, found=found, expected=expected))
