"""What every reader of published counts gives back, and the readers there are."""

from __future__ import annotations

import pkgutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from qassay.additions import addition, additions, failed
from qassay.errors import MalformedError, Problem, UsageError, quoted
from qassay.protocols.interface import Target
from qassay.published.cells import TableCount
from qassay.published.unlike_shots import evened
from qassay.statistics.trials import Trials

_TABLES: Final = "qassay.published.counts_folder:read_counts_folder"
FORMATS: Final = {  # where the reader of each is
    "counts": _TABLES,
    "ionq": _TABLES,
    "iqm": _TABLES,
    "pygsti": _TABLES,  # tables may be files of these programs
    "qiskit": _TABLES,
    "quantinuum": "qassay.published.quantinuum:read_machine_date",
}
_NOTES_AT_MOST = 40
_MOST_GROUPS = 200  # of targets with circuits of their own
_AUDITED_SHOTS = 10**6  # of one part: what every auditor is ready to add up


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PublishedCounts:
    """One published experiment, or some targets of it that have the same circuits.

    Attributes:
        protocol: Id of the estimator in `protocols.published`.
        quantity: What it estimates: a metric's id.
        targets: Qubits or pairs, as the publisher numbers them.
        trials: The counts.
        file: Where they stood, for people.
        sha256: Of that file.
        problem: What the estimator has to know besides, as JSON text.
    """

    protocol: str
    quantity: str
    targets: tuple[Target, ...]
    trials: Trials
    file: str
    sha256: str
    problem: str = ""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PublishedFolder:
    """All that was found in one folder.

    Attributes:
        counts: What can be judged.
        notes: What was not read or left out, and why, in sentences.
        machine: Name of the machine, where the folder says it.
        simulator: Whether the folder says that no hardware stands behind the counts.
    """

    counts: tuple[PublishedCounts, ...]
    notes: tuple[str, ...] = ()
    machine: str = ""
    simulator: bool = False


def read_published(format_name: str, folder: Path) -> PublishedFolder:
    """Read a folder of published counts; what cannot be read is named beside what can.

    Raises:
        UsageError: An unknown format, or nothing in the folder that can be judged; all mistakes
            at once.
    """
    outside = None if format_name in FORMATS else addition("qassay.sources", format_name)
    if format_name not in FORMATS and outside is None:
        names = [one.name for one in additions("qassay.sources") if not one.problem]
        raise UsageError(
            Problem(
                where="import",
                found=quoted(format_name),
                expected=", ".join([*FORMATS, *names]),
                advice=failed("qassay.sources"),
            )
        )
    if not folder.is_dir():
        found = "a file" if folder.exists() else "no such folder"
        raise UsageError(
            Problem(where=str(folder), found=found, expected="a folder with published counts")
        )
    if outside is None:
        read_folder = pkgutil.resolve_name(FORMATS[format_name])
    else:
        read_folder = outside.thing.read_folder
    found_there: PublishedFolder = read_folder(folder)
    return found_there


def sentences(problems: Sequence[Problem | str]) -> tuple[str, ...]:
    """Turn what is wrong with some parts into sentences beside the others."""
    told = [f"Not judged: {problem}" for problem in problems[:_NOTES_AT_MOST]]
    if len(problems) > _NOTES_AT_MOST:
        told.append(f"Not judged: {len(problems) - _NOTES_AT_MOST} parts more")
    return tuple(told)


def malformed(where: str, found: str, expected: str) -> MalformedError:
    """Say what stands in a place and what should."""
    return MalformedError(Problem(where=where, found=found, expected=expected))


def groups_of_alike(
    cells: Sequence[TableCount], sha256: str
) -> tuple[list[tuple[tuple[Target, ...], Trials]], list[Problem | str], list[str]]:
    """Put targets side by side that have the same circuits with the same shots.

    A table may be ragged: targets with other circuits become a group of their own. Cells that
    stand there twice, or circuits of one target with shots that are too unlike, cost that target
    alone.

    Args:
        cells: Of one table.
        sha256: Of its file: it names the draws where shots are unlike.

    Returns:
        The groups, in the order in which their first targets stand in the table; what is wrong
        with the targets left out; and which had more shots than are used, in sentences.
    """
    cells, wrong, drawn = evened(cells, sha256)
    own: dict[Target, dict[tuple[float, str], TableCount]] = {}
    bad: dict[Target, Problem] = {}
    for cell in cells:
        table = own.setdefault(cell.target, {})
        before = table.setdefault((cell.length, cell.circuit), cell)
        if before is not cell:
            bad.setdefault(cell.target, _twice(before, cell))
    groups: dict[tuple[int, tuple[tuple[float, str], ...]], list[Target]] = {}
    for target, table in own.items():
        first = next(iter(table.values()))
        if target not in bad:
            groups.setdefault((first.shots, tuple(sorted(table, key=_row))), []).append(target)
    found: list[tuple[tuple[Target, ...], Trials]] = []
    problems: list[Problem | str] = [*wrong, *bad.values()]
    for (_, rows), targets in list(groups.items())[_MOST_GROUPS:]:
        problems.append(
            Problem(
                where=own[targets[0]][rows[0]].place,
                found="one more list of circuits",
                expected=f"at most {_MOST_GROUPS} in one table",
            )
        )
    for (shots, rows), targets in list(groups.items())[:_MOST_GROUPS]:
        if shots * len(rows) > _AUDITED_SHOTS:
            problems.append(
                Problem(
                    where=own[targets[0]][rows[0]].place,
                    found=f"{shots * len(rows)} shots",
                    expected=f"at most {_AUDITED_SHOTS} in one table",
                )
            )
            continue
        lengths = sorted({length for length, _ in rows})
        found.append(
            (
                tuple(targets),
                Trials(
                    lengths=np.array(lengths, dtype=np.float64),
                    arms=np.array([lengths.index(length) for length, _ in rows], dtype=np.intp),
                    hits=np.array(
                        [[own[t][row].hits for t in targets] for row in rows], dtype=np.int64
                    ),
                    shots=shots,
                ),
            )
        )
    return found, problems, [f"{_name(t)}: {text}" for t, text in drawn.items() if t not in bad]


def _name(target: Target) -> str:
    return "-".join(map(str, target))


def _row(row: tuple[float, str]) -> tuple[float, int, str]:
    """Sort by length, then circuits that are numbers by number."""
    length, circuit = row
    return length, int(circuit) if circuit.isdecimal() and circuit.isascii() else -1, circuit


def _twice(before: TableCount, cell: TableCount) -> Problem:
    return Problem(
        where=cell.place, found=f"the cell of {before.place} once more", expected="each cell once"
    )
