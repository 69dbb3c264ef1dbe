"""Quantinuum's hardware specifications: raw survival counts, one JSON file an experiment.

Files of one date: `SQ_RB.json`, `TQ_RB.json`, `Memory_RB.json` (survival by qubit or pair,
length and sequence), `SPAM.json` (survival by qubit and prepared state),
`Measurement_crosstalk.json` and `Reset_crosstalk.json` (survival by qubit and number of
measurements or resets elsewhere), `SU4_RB.json`. The publisher's benchmarks of H2 call the first
three `1Q_RB`, `2Q_RB` and `Transport_1QRB`. Files with a check for lost qubits hold
`leakage_postselect` besides: the shots in which none was found. Names differ in upper and lower
case between dates; pairs are written "0, 1" or "(0, 1)".
Published in the repositories CQCL/quantinuum-hardware-specifications and
CQCL/quantinuum-hardware-h2-benchmark under Apache-2.0.

What cannot be read costs only itself: a target, or a file. It is named beside what is judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from qassay.canonical import canonical_bytes, content_id
from qassay.claims.metrics import METRICS
from qassay.errors import MalformedError, Problem, UsageError, quoted
from qassay.headway import walked
from qassay.protocols.interface import Estimator, Target
from qassay.protocols.published import (
    PublishedDecay,
    PublishedMeasurementCrosstalk,
    PublishedMemoryRB,
    PublishedOneQubitRB,
    PublishedReadout,
    PublishedTwoQubitLeakage,
    PublishedTwoQubitRB,
)
from qassay.published.cells import TableCount
from qassay.published.counts import (
    PublishedCounts,
    PublishedFolder,
    groups_of_alike,
    malformed,
    sentences,
)
from qassay.published.quantinuum_shots import EXPECTED, RAW, wrong_bits
from qassay.reading.limits import FOREIGN
from qassay.reading.strict_json import read_members
from qassay.statistics.trials import Trials

_LARGEST = 64 << 20
_NAME = re.compile(r"\(?\s*(\d{1,4})(?:\s*,\s*(\d{1,4}))?\s*\)?", re.ASCII)
_LOST = "leakage_postselect"
_LENGTH = re.compile(r"\d{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """One kind of file.

    Attributes:
        estimator: What estimates it.
        quantity: What is estimated; the estimator's own where it has one only.
        levels: 2 where sequences stand under each length, 1 where one circuit was run.
        terms: What an estimator has to know besides.
    """

    estimator: Estimator
    quantity: str = ""
    levels: int = 2
    terms: Mapping[str, Any] = field(default_factory=dict)

    @property
    def measured(self) -> str:
        """The metric that its counts are of."""
        return self.quantity or self.estimator.quantities[0]

    @property
    def size(self) -> int:
        """Qubits of a target."""
        return 2 if METRICS[self.measured].target == "pair" else 1

    @property
    def of_bits(self) -> bool:
        """Whether it holds prepared bits, right or wrong."""
        return isinstance(self.estimator, PublishedReadout)


_TWO = _Kind(estimator=PublishedTwoQubitRB())
_ONE = _Kind(estimator=PublishedOneQubitRB())
_MEMORY = _Kind(estimator=PublishedMemoryRB())
# By the names of the specifications, and of the publisher's benchmarks of H2.
_KINDS: Final = {
    "sq_rb.json": _ONE,
    "1q_rb.json": _ONE,
    "tq_rb.json": _TWO,
    "2q_rb.json": _TWO,
    "memory_rb.json": _MEMORY,
    "transport_1qrb.json": _MEMORY,
    "su4_rb.json": _Kind(
        estimator=PublishedDecay(),
        quantity="su4_gate_error",
        terms={"asymptote": 0.25, "error_of": "su4"},
    ),
    "measurement_crosstalk.json": _Kind(estimator=PublishedMeasurementCrosstalk(), levels=1),
    "reset_crosstalk.json": _Kind(
        estimator=PublishedDecay(),
        quantity="reset_crosstalk",
        levels=1,
        terms={"asymptote": 1 / 9, "error_of": "step"},
    ),
    "spam.json": _Kind(estimator=PublishedReadout(), levels=1),
}
_LEAKAGE: Final = _Kind(estimator=PublishedTwoQubitLeakage())


def read_machine_date(folder: Path) -> PublishedFolder:
    """Read all files of one machine-date that the format knows.

    Raises:
        UsageError: Nothing there can be judged, with file and place of every mistake.
    """
    found: list[PublishedCounts] = []
    problems: list[Problem | str] = []
    notes: list[str] = []
    for path in walked(sorted(folder.iterdir()), "files"):
        if not path.is_file() or path.suffix.lower() != ".json":
            continue
        kind = _KINDS.get(path.name.lower())
        if kind is None:
            why = "no definition of such a file is known"
            notes.append(f"Not judged: {path.name}: {why}")
            continue
        try:
            data, tables, shots = _open(path, single=kind.of_bits)
        except MalformedError as error:
            problems += error.problems
            continue
        shots_of: dict[tuple[Target, ...], tuple[int, ...] | None] = {}
        for member, which in (("survival", kind), (_LOST, _LEAKAGE)):
            if member not in tables:
                continue
            if member == _LOST and kind.size != 2:
                notes.append(
                    f"Not judged: {path.name}, {_LOST}: no metric speaks of leakage by one-qubit"
                    " gates"
                )
                continue
            parts, wrong = _read(tables[member], shots, which, f"{path.name}, {member}")
            problems += wrong
            if which.of_bits:
                shots_of = {targets: wrong_bits(tables, targets, own) for targets, own in parts}
            found += [
                PublishedCounts(
                    problem=_problem(shots_of.get(targets), which),
                    protocol=which.estimator.id,
                    quantity=which.measured,
                    targets=targets,
                    trials=trials,
                    file=path.name,
                    sha256=content_id(data),
                )
                for targets, trials in parts
            ]
    if not found and problems:
        raise UsageError(*problems)  # these are what the caller hands in, and no evidence yet
    if not found:
        raise UsageError(
            Problem(
                where=str(folder),
                found="none of them",
                expected="files such as TQ_RB.json, SQ_RB.json, SPAM.json",
            )
        )
    return PublishedFolder(counts=tuple(found), notes=(*sentences(problems), *notes))


def _problem(wrong: tuple[int, ...] | None, kind: _Kind) -> str:
    if kind.terms:
        return canonical_bytes({"metric": kind.measured, **kind.terms}).decode()
    return "" if wrong is None else canonical_bytes({"wrong_bits": list(wrong)}).decode()


def _open(path: Path, *, single: bool) -> tuple[bytes, Mapping[str, Mapping[str, Any]], int]:
    """Give the bytes, the tables of counts and the shots of one file.

    Args:
        path: The file.
        single: Whether strings of single shots are wanted as well.
    """
    if path.stat().st_size > _LARGEST:
        raise malformed(path.name, f"{path.stat().st_size} bytes", f"at most {_LARGEST}")
    data = path.read_bytes()
    # Some dates bring the gates of every circuit along; limits are for what is read.
    names = ("survival", _LOST, *((*RAW, EXPECTED) if single else ()))
    try:
        document = read_members(data, path.name, ("shots", *names), limits=FOREIGN)
    except MalformedError:
        if not single:
            raise
        return _open(path, single=False)  # strings may be too many; the counts are not
    if not isinstance(document, dict) or not isinstance(document.get("survival"), dict):
        raise malformed(path.name, "no table of survival", 'a key "survival"')
    shots = document.get("shots")
    if not isinstance(shots, int) or isinstance(shots, bool) or shots < 1:
        raise malformed(f"{path.name}, shots", quoted(shots), "a whole number from 1")
    if not document["survival"]:
        raise malformed(f"{path.name}, survival", "nothing", "at least one qubit or pair")
    tables = {name: document[name] for name in names if isinstance(document.get(name), dict)}
    return data, tables, shots


def _read(
    table: Mapping[str, Any], shots: int, kind: _Kind, where: str
) -> tuple[list[tuple[tuple[Target, ...], Trials]], list[Problem | str]]:
    """Read table[target][length][sequence], or [target][length]; each target by itself."""
    cells: list[TableCount] = []
    problems: list[Problem | str] = []
    for name, own in table.items():
        try:
            target = _target(name, kind.size, where)
            cells += list(_cells(target, own, shots, kind, f"{where}, {name}"))
        except MalformedError as error:
            problems += error.problems
    parts, wrong, _ = groups_of_alike(cells, "")  # a file has one number of shots
    if kind.of_bits:
        parts = [(targets, _errors(trials)) for targets, trials in parts]
    return parts, [*problems, *wrong]


def _cells(target: Target, table: Any, shots: int, kind: _Kind, where: str) -> Iterator[TableCount]:
    for length, under in _table(table, where).items():
        if _LENGTH.fullmatch(length) is None:
            raise malformed(where, quoted(length), "a length or sequence number")
        rows = {"0": under} if kind.levels == 1 else _table(under, f"{where}, length {length}")
        for sequence, value in rows.items():
            if _LENGTH.fullmatch(sequence) is None:
                raise malformed(where, quoted(sequence), "a length or sequence number")
            place = f"{where}, length {length}"
            place += f", sequence {sequence}" if kind.levels == 2 else ""
            yield TableCount(
                target=target,
                length=float(length),
                circuit=sequence,
                shots=shots,
                hits=_count(value, shots, place),
                place=place,
            )


def _errors(trials: Trials) -> Trials:
    """Count the wrong shots of both preparations in place of the right ones."""
    return Trials(
        lengths=trials.lengths[:1] * 0,
        arms=trials.arms * 0,
        hits=trials.shots - trials.hits,
        shots=trials.shots,
    )


def _target(name: str, size: int, where: str) -> Target:
    match = _NAME.fullmatch(name)
    if match is None:
        raise malformed(where, quoted(name), "a qubit such as 3 or a pair such as (0, 1)")
    target = tuple(int(part) for part in match.groups() if part is not None)
    if len(target) != size or len(set(target)) != size:
        expected = "a pair of two qubits" if size == 2 else "a single qubit"
        raise malformed(where, quoted(name), expected)
    return target if size == 1 else (min(target), max(target))


def _table(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict) or not value:
        raise malformed(where, quoted(value), "a table with at least one entry")
    return value


def _count(value: Any, shots: int, where: str) -> int:
    """Read a count; some files write 9991.0."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not 0 <= value <= shots or value != int(value):
        raise malformed(where, quoted(value), f"a whole number from 0 to the {shots} shots")
    return int(value)
