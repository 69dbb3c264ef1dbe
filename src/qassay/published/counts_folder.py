"""Counts in the form that anybody can write: `counts.toml`, and tables of what was seen.

docs/counts.md defines the form. What cannot be read costs only itself: a cell its target, a table
or an experiment no other one. Everything left out is named.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from qassay.canonical import canonical_bytes, content_id
from qassay.circuits.ideal import probabilities
from qassay.circuits.qasm_reader import read_qasm
from qassay.claims.metrics import METRICS
from qassay.errors import MalformedError, Problem, QassayError, UsageError, quoted
from qassay.headway import walked
from qassay.protocols.interface import Target
from qassay.protocols.published import PublishedReadout
from qassay.protocols.published_interleaved import PublishedInterleaved, coded_length
from qassay.protocols.published_scores import MEASURED, PublishedScores
from qassay.published.cells import TableCount
from qassay.published.converters import CONVERTERS, as_csv
from qassay.published.counts import (
    PublishedCounts,
    PublishedFolder,
    groups_of_alike,
    malformed,
    sentences,
)
from qassay.published.counts_toml import (
    FILE,
    NAME,
    CountsStated,
    stated_in,
    told_of_source,
    top_problems,
)
from qassay.published.csv_table import CsvTable, TableRow, is_fraction, positive, read_csv, whole
from qassay.published.ionq_drb import from_ionq, is_ionq
from qassay.published.joint_records import JointStated
from qassay.published.joint_tables import read_joint
from qassay.published.kept_shares import kept_shares
from qassay.published.mistaken_columns import mistaken_readout, without_rising
from qassay.published.table_kinds import TABLE_KINDS, TableKind
from qassay.reading.strict_toml import read_toml
from qassay.statistics.trials import Trials

_TARGET = re.compile(r"(\d{1,4})(?:-(\d{1,4}))?", re.ASCII)
_PROGRAMS: Final = {".json": "qiskit", ".txt": "pygsti"}  # that wrote a table, by its ending
_LOST: Final = "lost"  # the column of what is not among the shots
_BESIDE: Final = (_LOST, "time")
_MOST_SHOTS: Final = 10**6
_LONGEST: Final = 10**6
_MOST_PROBLEMS: Final = 100
_MOST_DRAWN: Final = 5  # targets that are named


def read_counts_folder(folder: Path) -> PublishedFolder:
    """Read `counts.toml` and the tables that it names.

    Raises:
        UsageError: Nothing there can be judged; all mistakes at once.
    """
    sheet = _bytes(folder, NAME)
    _, document = read_toml(sheet, NAME, error=UsageError)
    problems: list[Problem | str] = list(top_problems(document))
    if problems:
        raise UsageError(*problems)
    notes = list(told_of_source(document, sheet))
    counts: list[PublishedCounts] = []
    used = {NAME}
    listed = document["experiment"]
    names = [str(one.get("id")) for one in listed if isinstance(one, dict)]
    for number, one in enumerate(walked(listed, "tables"), 1):
        try:
            stated = stated_in(one, number, names)
            used |= {stated.table, stated.circuits, stated.reference}
            if stated.kind in MEASURED:
                right = document.get("bits") == "right"
                found, wrong, told = _joint(folder, stated, used, right=right)
            else:
                found, wrong, told = _experiment(folder, stated)
        except QassayError as error:
            problems += error.problems
            continue
        counts += found
        problems += wrong
        notes += told
    if not counts:
        raise UsageError(*problems[:_MOST_PROBLEMS])
    beside = sorted(path.name for path in folder.iterdir() if path.name not in used)
    if beside:
        shown = ", ".join(quoted(name, 40) for name in beside[:10])
        notes.append(
            f"Not used: {shown}" + (f" and {len(beside) - 10} more" if beside[10:] else "")
        )
    return PublishedFolder(
        counts=tuple(counts),
        notes=(*sentences(problems), *notes),
        machine=document.get("machine", ""),
        simulator=document.get("simulator", False),
    )


def _bytes(folder: Path, name: str) -> bytes:
    """Read a file that lies in the folder itself."""
    path = folder / name
    if FILE.fullmatch(name) is None or not path.is_file() or path.is_symlink():
        found = "no such file" if FILE.fullmatch(name) else quoted(name)
        raise UsageError(
            Problem(
                where=str(folder / name) if found == "no such file" else NAME,
                found=found,
                expected="a file that lies in the folder itself",
            )
        )
    if path.stat().st_size > 64 << 20:
        raise malformed(name, f"{path.stat().st_size} bytes", f"at most {64 << 20}")
    return path.read_bytes()


def _joint(
    folder: Path, stated: CountsStated, used: set[str], *, right: bool
) -> tuple[list[PublishedCounts], list[Problem | str], list[str]]:
    """Read one experiment on registers."""
    chances: dict[str, Sequence[float]] = {}

    def ideal(name: str, width: int) -> Sequence[float]:
        used.add(name)
        if name not in chances:
            circuit = read_qasm(_bytes(folder, name), name)
            if circuit.qubits != width:
                raise malformed(name, f"{circuit.qubits} qubits", f"the {width} of its targets")
            chances.clear()  # one of 22 qubits is 32 MiB
            chances[name] = probabilities(circuit).tolist()
        return chances[name]

    data = _bytes(folder, stated.table)
    about = _bytes(folder, stated.circuits) if stated.circuits else None
    joint = JointStated(
        id=stated.id,
        kind=stated.kind,
        table=stated.table,
        polarization=stated.parameters["polarization"],
        right=right,
    )
    made, problems, told = read_joint(joint, data, about, ideal, stated.rows)
    found = [
        PublishedCounts(
            protocol=PublishedScores.id,
            quantity=MEASURED[stated.kind],
            targets=(targets,),
            trials=trials,
            file=stated.table,
            sha256=content_id(data),
            problem=text,
        )
        for targets, trials, text in made
    ]
    if about is not None:
        told.append(f"{stated.circuits} has the sha256 {content_id(about)}")
    if not found and not problems:
        problems.append(Problem(where=stated.table, found="no counts", expected="a row at least"))
    told += _postselected(stated)
    return found, problems, told


def _postselected(stated: CountsStated) -> list[str]:
    removed = f"{stated.id}: shots were removed before they were counted: {stated.postselected}"
    return [removed] if stated.postselected else []


def _experiment(
    folder: Path, stated: CountsStated
) -> tuple[list[PublishedCounts], list[Problem | str], list[str]]:
    """Read one experiment's table, and that of its reference."""
    data = _bytes(folder, stated.table)
    table = _table(data, stated.table, stated)
    problems: list[Problem | str] = list(table.problems[:_MOST_PROBLEMS])
    cells, wrong, told = _cells(table, stated)
    problems += wrong
    if stated.kind == "decay":
        cells, wrong = without_rising(cells)
        problems += wrong
    if stated.kind == "assignment":
        mistaken = mistaken_readout(cells, stated.table)
        MalformedError.raise_if_any([mistaken] if mistaken else [])
    kind = TABLE_KINDS[stated.kind]
    protocol = kind.protocol
    if stated.reference:
        protocol = PublishedInterleaved.id
        other = _bytes(folder, stated.reference)
        beside = _table(other, stated.reference, stated)
        without, wrong, more = _cells(beside, stated)
        problems += [*beside.problems[:_MOST_PROBLEMS], *wrong]
        told += [*more, f"{stated.reference} has the sha256 {content_id(other)}"]
        cells = [*_coded(cells, interleaved=True), *_coded(without, interleaved=False)]
    groups, bad, drawn = groups_of_alike(cells, content_id(data))
    problems += bad
    told += _drawn(stated.table, drawn)
    if stated.kind == "assignment":
        groups, bad = _both_prepared(groups, stated)
        problems += bad
    text = canonical_bytes(dict(stated.parameters)).decode() if kind.decays else ""
    found = [
        PublishedCounts(
            protocol=protocol,
            quantity=stated.metric,
            targets=targets,
            trials=trials,
            file=stated.table,
            sha256=content_id(data),
            problem=text,
        )
        for targets, trials in groups
    ]
    if not found and not problems:
        problems.append(Problem(where=stated.table, found="no counts", expected="a row at least"))
    extra = [c for c in table.columns if c not in (*kind.columns, *_BESIDE)]
    if extra:
        told.append(f"{stated.table}: columns not used: {', '.join(quoted(c, 30) for c in extra)}")
    told += [*(kept_shares(table) if _LOST not in kind.columns else ()), *_postselected(stated)]
    return found, problems, told


def _drawn(table: str, drawn: Sequence[str]) -> list[str]:
    """Say of which targets fewer shots are used than the table has."""
    more = f"; and {len(drawn) - _MOST_DRAWN} targets more" if drawn[_MOST_DRAWN:] else ""
    return [f"{table}: unlike shots: {'; '.join(drawn[:_MOST_DRAWN])}{more}"] if drawn else []


def _table(data: bytes, name: str, stated: CountsStated) -> CsvTable:
    """Read a table, whatever program wrote it."""
    program = _PROGRAMS.get(Path(name).suffix.lower())
    if program is not None and stated.kind != "decay":
        raise malformed(name, f"a {stated.kind}", f"a decay: {program} files hold no other")
    if program == "qiskit" and is_ionq(data):
        rows = as_csv(from_ionq(data, name, stated.shots, stated.rows))
    elif stated.shots or stated.rows:
        raise malformed(name, "shots or rows", "neither: each row of such a table has its own")
    else:
        rows = data if program is None else as_csv(CONVERTERS[program](data, name))
    return read_csv(rows, name, TABLE_KINDS[stated.kind].columns)


def _coded(cells: list[TableCount], *, interleaved: bool) -> list[TableCount]:
    """Keep sequences with a gate and without it apart in one table."""
    return [
        replace(cell, length=coded_length(int(cell.length), interleaved=interleaved))
        for cell in cells
    ]


def _cells(
    table: CsvTable, stated: CountsStated
) -> tuple[list[TableCount], list[Problem | str], list[str]]:
    """Read the rows; a target with a cell that cannot be read is left out altogether."""
    cells: list[TableCount] = []
    problems: list[Problem | str] = []
    lost: dict[Target, int] = {}
    empty: list[str] = []
    fractions = 0
    size = 2 if METRICS[stated.metric].target == "pair" else 1
    kind = TABLE_KINDS[stated.kind]
    for row in table.rows:
        target: Target | None = None
        try:
            target = _target(row, size)
            if not row.cells[kind.hits]:
                empty.append(row.place(kind.hits))
                continue
            cells.append(_cell(row, target, kind))
            fractions += is_fraction(row, kind.hits)
        except MalformedError as error:
            problems += error.problems
            if target is not None:
                lost[target] = lost.get(target, 0) + 1
    cells = [cell for cell in cells if cell.target not in lost]
    problems += [
        f"{table.rows[0].table}: target {_written(target)}: {count} of its cells cannot be read,"
        " which costs the target"
        for target, count in lost.items()
    ]
    told = []
    if empty:
        told.append(
            f"Missing, and left so: {', '.join(empty[:10])}"
            + (f" and {len(empty) - 10} more" if empty[10:] else "")
        )
    if fractions:
        told.append(
            f"{table.rows[0].table}: {fractions} counts stood as fractions of the shots,"
            " which made them whole"
        )
    return cells, problems, told


def _cell(row: TableRow, target: Target, kind: TableKind) -> TableCount:
    shots = whole(row, "shots", 1, _MOST_SHOTS)
    hits = whole(row, kind.hits, 0, shots, shots=shots)
    circuit = row.cells["circuit"]
    if not circuit or len(circuit) > 200:
        raise MalformedError(row.problem("circuit", "a name of up to 200 characters"))
    if kind.length == "delay_s":
        length = positive(row, kind.length, 1e6)
    elif kind.decays:
        length = float(whole(row, kind.length, 0, _LONGEST))
    elif not kind.length:
        length = 0.0
    else:
        length = float(whole(row, kind.length, 0, 1))
        hits = shots - hits if length else hits  # from here on wrong bits
    return TableCount(
        target=target, length=length, circuit=circuit, shots=shots, hits=hits, place=row.place()
    )


def _target(row: TableRow, size: int) -> Target:
    match = _TARGET.fullmatch(row.cells["target"])
    target = tuple(int(part) for part in match.groups() if part is not None) if match else ()
    if len(set(target)) != size or len(target) != size:
        expected = "a pair such as 0-1" if size == 2 else "a qubit such as 3"
        raise MalformedError(row.problem("target", expected))
    return target if size == 1 else (min(target), max(target))


def _both_prepared(
    groups: list[tuple[tuple[Target, ...], Trials]], stated: CountsStated
) -> tuple[list[tuple[tuple[Target, ...], Trials]], list[Problem | str]]:
    """Keep the preparation that the metric speaks of; for both, as many circuits of each."""
    wanted = PublishedReadout.prepared.get(stated.metric, (0.0, 1.0))
    kept, problems = [], []
    for targets, trials in groups:
        prepared = trials.lengths[trials.arms]
        rows = [place for place, one in enumerate(prepared) if one in wanted]
        each = [int((prepared == one).sum()) for one in wanted]
        if not min(each) or len(set(each)) > 1:
            names = ", ".join(_written(target) for target in targets[:5])
            problems.append(
                Problem(
                    where=f"{stated.table}, {names}",
                    found=f"{each} circuits prepared in {[int(x) for x in wanted]}",
                    expected="as many of each, one at least",
                )
            )
            continue
        kept.append(
            (
                targets,
                Trials(
                    lengths=trials.lengths[:1] * 0,
                    arms=trials.arms[rows] * 0,
                    hits=trials.hits[rows],
                    shots=trials.shots,
                ),
            )
        )
    return kept, list[Problem | str](problems)


def _written(target: Target) -> str:
    return "-".join(map(str, target))
