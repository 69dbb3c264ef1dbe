"""Counts in the form that anybody can write: `counts.toml`, and tables of what was seen.

docs/counts.md defines the form. What cannot be read costs only itself: a cell its target, a table
or an experiment no other one. Everything left out is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from qassay.canonical import canonical_bytes, content_id
from qassay.errors import MalformedError, Problem, QassayError, UsageError, quoted
from qassay.headway import walked
from qassay.protocols.interface import Target
from qassay.published.converters import CONVERTERS, as_csv
from qassay.published.counts import (
    Cell,
    PublishedCounts,
    PublishedFolder,
    grouped,
    malformed,
    sentences,
)
from qassay.published.csv_table import CsvTable, Row, is_fraction, positive, read_csv, whole
from qassay.reading.strict_toml import read_toml
from qassay.statistics.trials import Trials

NAME: Final = "counts.toml"
FORMAT: Final = 1
_TARGET = re.compile(r"(\d{1,4})(?:-(\d{1,4}))?", re.ASCII)
_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_. -]{0,99}", re.ASCII)
_KINDS: Final = ("decay", "delay", "assignment")
_NOT_YET: Final = ("ghz", "mirror", "heavy", "crossentropy")
_ERRORS: Final = ("clifford", "direct", "su4", "step")
_PROGRAMS: Final = {".json": "qiskit", ".txt": "pygsti"}  # that wrote a table, by its ending
_PAIRS: Final = ("two_qubit_gate_error", "leakage")
_METRICS: Final = {
    "decay": ("one_qubit_gate_error", "two_qubit_gate_error", "memory_error", "leakage",
              "measurement_crosstalk"),
    "delay": ("t1", "t2_star", "t2_echo"),
    "assignment": ("readout_error", "readout_error_0", "readout_error_1"),
}  # fmt: skip
_COLUMNS: Final = {
    "decay": ("target", "length", "circuit", "shots", "hits"),
    "delay": ("target", "delay_s", "circuit", "shots", "hits"),
    "assignment": ("target", "prepared", "circuit", "shots", "ones"),
}
_BESIDE: Final = ("lost", "time")
_TOP: Final = ("format", "machine", "measured", "source", "bits", "experiment")
_KEYS: Final = ("id", "kind", "metric", "table", "per_step", "error_of", "asymptote",
                "why_asymptote", "simultaneous", "postselected")  # fmt: skip
_MOST_SHOTS: Final = 10**6
_LONGEST: Final = 10**6
_MOST_PROBLEMS: Final = 100
_MOST_EXPERIMENTS: Final = 100
_MOST_WORDS: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stated:
    """One experiment of `counts.toml`, checked."""

    id: str
    kind: str
    metric: str
    table: str
    parameters: Mapping[str, Any]
    postselected: str


def read_folder(folder: Path) -> PublishedFolder:
    """Read `counts.toml` and the tables that it names.

    Raises:
        UsageError: Nothing there can be judged; all mistakes at once.
    """
    sheet = _bytes(folder, NAME)
    _, document = read_toml(sheet, NAME, error=UsageError)
    problems: list[Problem | str] = list(_top_problems(document))
    if problems:
        raise UsageError(*problems)
    notes = list(_told(document, sheet))
    counts: list[PublishedCounts] = []
    used = {NAME}
    listed = document["experiment"]
    names = [str(one.get("id")) for one in listed if isinstance(one, dict)]
    for number, one in enumerate(walked(listed, "tables"), 1):
        try:
            stated = _stated(one, number, names)
            used.add(stated.table)
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
    )


def _bytes(folder: Path, name: str) -> bytes:
    """Read a file that lies in the folder itself."""
    path = folder / name
    if _FILE.fullmatch(name) is None or not path.is_file() or path.is_symlink():
        found = "no such file" if _FILE.fullmatch(name) else quoted(name)
        raise UsageError(
            Problem(where=f"{folder.name}/{name}" if found == "no such file" else NAME, found=found,
                    expected="a file that lies in the folder itself")
        )  # fmt: skip
    if path.stat().st_size > 64 << 20:
        raise malformed(name, f"{path.stat().st_size} bytes", f"at most {64 << 20}")
    return path.read_bytes()


def _top_problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    for key in document.keys() - set(_TOP):
        yield Problem(where=NAME, found=f"the key {quoted(key, 40)}", expected=", ".join(_TOP))
    if document.get("format") != FORMAT or isinstance(document.get("format"), bool):
        found = quoted(document.get("format"))
        yield Problem(where=f"{NAME}, format", found=found, expected=str(FORMAT))
    listed = document.get("experiment")
    if not isinstance(listed, list) or not listed or not all(isinstance(x, dict) for x in listed):
        yield Problem(where=NAME, found="no [[experiment]]", expected="at least one table of them")
    elif len(listed) > _MOST_EXPERIMENTS:
        yield Problem(where=NAME, found=f"{len(listed)} experiments",
                      expected=f"at most {_MOST_EXPERIMENTS}")  # fmt: skip
    if document.get("bits", "left") not in ("left", "right"):
        found = quoted(document["bits"])
        yield Problem(where=f"{NAME}, bits", found=found, expected='"left" or "right"')
    if not isinstance(document.get("machine", ""), str):
        yield Problem(where=f"{NAME}, machine", found=quoted(document["machine"]),
                      expected="a name")  # fmt: skip
    source = document.get("source", {})
    if not isinstance(source, dict) or not all(isinstance(x, str) for x in source.values()):
        yield Problem(where=f"{NAME}, source", found=quoted(source), expected="a table of texts")
    measured = document.get("measured")
    times = measured if isinstance(measured, list) else [measured]
    if measured is not None and not (
        len(times) in (1, 2) and all(isinstance(x, date | datetime) for x in times)
    ):
        yield Problem(where=f"{NAME}, measured", found=quoted(measured),
                      expected="a date, or [from, to]")  # fmt: skip


def _told(document: Mapping[str, Any], sheet: bytes) -> Iterator[str]:
    """Say where the counts come from, as their writer states it."""
    machine, measured = document.get("machine", ""), document.get("measured")
    times = measured if isinstance(measured, list) else [measured] if measured else []
    if machine or times:
        when = " to ".join(str(one) for one in times)
        yield (
            f"Counts of {machine or 'a machine without a name'}"
            + (f", measured {when}" if when else "")
            + ", as their writer states"
        )
    source = document.get("source", {})
    if source:
        yield "Source: " + ", ".join(source[key][:_MOST_WORDS] for key in sorted(source))
    yield f"{NAME} has the sha256 {content_id(sheet)}"


def _stated(one: Mapping[str, Any], number: int, names: list[str]) -> _Stated:
    """Check one [[experiment]].

    Raises:
        MalformedError: With every mistake in it.
    """
    name = one.get("id")
    where = f"{NAME}, experiment {quoted(name, 40) if isinstance(name, str) else number}"
    wrong: list[Problem] = []

    def note(key: str, found: object, expected: str) -> None:
        wrong.append(Problem(where=f"{where}, {key}", found=quoted(found), expected=expected))

    for key in one.keys() - set(_KEYS):
        note(key, key, f"one of {', '.join(_KEYS)}")
    if not isinstance(name, str) or not name or names.count(name) > 1:
        note("id", name, "a name of its own")
    kind, metric, table = one.get("kind"), one.get("metric"), one.get("table")
    if kind in _NOT_YET:
        note("kind", kind, f"{', '.join(_KINDS)}: no estimator reads this kind yet")
        raise MalformedError(*wrong)
    if kind not in _KINDS:
        note("kind", kind, ", ".join(_KINDS))
        raise MalformedError(*wrong)
    if metric not in _METRICS[kind]:
        note("metric", metric, f"of a {kind}: {', '.join(_METRICS[kind])}")
    if not isinstance(table, str) or _FILE.fullmatch(table) is None:
        note("table", table, "the plain name of a file in the folder")
    for key in ("postselected", "why_asymptote"):
        if not isinstance(one.get(key, ""), str):
            note(key, one[key], "a text")
    if not isinstance(one.get("simultaneous", True), bool):
        note("simultaneous", one["simultaneous"], "true or false")
    parameters: dict[str, Any] = {"metric": metric}
    if kind != "assignment":
        parameters["asymptote"] = _asymptote(one.get("asymptote"), note)
    if kind == "decay":
        error_of = one.get("error_of")
        if error_of == "interleaved":
            note(
                "error_of", error_of, f"{', '.join(_ERRORS)}: a reference is not yet compared with"
            )
        elif error_of not in _ERRORS:
            note("error_of", error_of, ", ".join(_ERRORS))
        parameters |= {"error_of": error_of, "per_step": _per_step(one, metric, note)}
    if one.get("simultaneous") is True:
        parameters["together"] = True
    MalformedError.raise_if_any(wrong)
    return _Stated(
        id=str(name),
        kind=str(kind),
        metric=str(metric),
        table=str(table),
        parameters=parameters,
        postselected=one.get("postselected", "")[:_MOST_WORDS],
    )


def _asymptote(value: Any, note: Any) -> float | str:
    """Read "1/4", 0.25 or "fit"; it is never assumed."""
    if value == "fit":
        return "fit"
    text = value if isinstance(value, str) else repr(value)
    plain = not isinstance(value, bool) and re.fullmatch(r"\d{1,4}/\d{1,4}|\d?\.?\d{1,12}", text)
    try:
        number = float(Fraction(text)) if plain else -1.0
    except ZeroDivisionError:
        number = -1.0
    if not 0 <= number <= 0.75:
        note("asymptote", value, 'a number from 0 to 3/4 such as "1/4", or "fit": it is never'
             " assumed")  # fmt: skip
    return number


def _per_step(one: Mapping[str, Any], metric: Any, note: Any) -> float:
    """Read how many of the gates in question a step has."""
    per_step, key = one.get("per_step"), "entanglers" if metric in _PAIRS else "pulses"
    if one.get("error_of") == "step":
        if per_step is not None:
            note("per_step", per_step, "none: the error is that of a whole step")
        return 1.0
    value = per_step.get(key) if isinstance(per_step, dict) else None
    if isinstance(per_step, dict) and per_step.keys() - {"entanglers", "pulses"}:
        note("per_step", per_step, "{entanglers = ..., pulses = ...}")
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.01 <= value <= 100:
        note("per_step", per_step, f"{{{key} = ...}}, from 0.01 to 100 a step on average")
        return 1.0
    return float(value)


def _experiment(
    folder: Path, stated: _Stated
) -> tuple[list[PublishedCounts], list[Problem | str], list[str]]:
    """Read one experiment's table."""
    data = _bytes(folder, stated.table)
    program = _PROGRAMS.get(Path(stated.table).suffix.lower())
    if program is not None and stated.kind != "decay":
        raise malformed(stated.table, f"a {stated.kind}", f"a decay: {program} files hold no other")
    rows = data if program is None else as_csv(CONVERTERS[program](data, stated.table))
    table = read_csv(rows, stated.table, _COLUMNS[stated.kind])
    problems: list[Problem | str] = list(table.problems[:_MOST_PROBLEMS])
    cells, wrong, told = _cells(table, stated)
    problems += wrong
    groups, bad = grouped(cells)
    problems += bad
    if stated.kind == "assignment":
        groups, bad = _both_prepared(groups, stated)
        problems += bad
    text = "" if stated.kind == "assignment" else canonical_bytes(dict(stated.parameters)).decode()
    found = [
        PublishedCounts(
            protocol="published_readout" if stated.kind == "assignment" else "published_decay",
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
    extra = [c for c in table.columns if c not in (*_COLUMNS[stated.kind], *_BESIDE)]
    if extra:
        told.append(f"{stated.table}: columns not used: {', '.join(quoted(c, 30) for c in extra)}")
    if stated.postselected:
        told.append(
            f"{stated.id}: shots were removed before they were counted: {stated.postselected}"
        )
    return found, problems, told


def _cells(table: CsvTable, stated: _Stated) -> tuple[list[Cell], list[Problem | str], list[str]]:
    """Read the rows; a target with a cell that cannot be read is left out altogether."""
    cells: list[Cell] = []
    problems: list[Problem | str] = []
    lost: dict[Target, int] = {}
    empty: list[str] = []
    fractions = 0
    size = 2 if stated.metric in _PAIRS else 1
    column = "ones" if stated.kind == "assignment" else "hits"
    for row in table.rows:
        target: Target | None = None
        try:
            target = _target(row, size)
            if not row.cells[column]:
                empty.append(row.place(column))
                continue
            cells.append(_cell(row, target, stated, column))
            fractions += is_fraction(row, column)
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
        told.append(f"Missing, and left so: {', '.join(empty[:10])}"
                    + (f" and {len(empty) - 10} more" if empty[10:] else ""))  # fmt: skip
    if fractions:
        told.append(f"{table.rows[0].table}: {fractions} counts stood as fractions of the shots,"
                    " which made them whole")  # fmt: skip
    return cells, problems, told


def _cell(row: Row, target: Target, stated: _Stated, column: str) -> Cell:
    shots = whole(row, "shots", 1, _MOST_SHOTS)
    hits = whole(row, column, 0, shots, shots=shots)
    circuit = row.cells["circuit"]
    if not circuit or len(circuit) > 200:
        raise MalformedError(row.problem("circuit", "a name of up to 200 characters"))
    if stated.kind == "delay":
        length = positive(row, "delay_s", 1e6)
    elif stated.kind == "decay":
        length = float(whole(row, "length", 0, _LONGEST))
    else:
        length = float(whole(row, "prepared", 0, 1))
        hits = shots - hits if length else hits  # from here on wrong bits
    return Cell(target=target, length=length, circuit=circuit, shots=shots, hits=hits,
                place=row.place())  # fmt: skip


def _target(row: Row, size: int) -> Target:
    match = _TARGET.fullmatch(row.cells["target"])
    target = tuple(int(part) for part in match.groups() if part is not None) if match else ()
    if len(set(target)) != size or len(target) != size:
        expected = "a pair such as 0-1" if size == 2 else "a qubit such as 3"
        raise MalformedError(row.problem("target", expected))
    return target if size == 1 else (min(target), max(target))


def _both_prepared(
    groups: list[tuple[tuple[Target, ...], Trials]], stated: _Stated
) -> tuple[list[tuple[tuple[Target, ...], Trials]], list[Problem | str]]:
    """Keep the preparation that the metric speaks of; for both, as many circuits of each."""
    wanted = {"readout_error_0": (0.0,), "readout_error_1": (1.0,)}.get(stated.metric, (0.0, 1.0))
    kept, problems = [], []
    for targets, trials in groups:
        prepared = trials.lengths[trials.arms]
        rows = [place for place, one in enumerate(prepared) if one in wanted]
        each = [int((prepared == one).sum()) for one in wanted]
        if not min(each) or len(set(each)) > 1:
            names = ", ".join(_written(target) for target in targets[:5])
            problems.append(
                Problem(where=f"{stated.table}, {names}", found=f"{each} circuits prepared in"
                        f" {[int(x) for x in wanted]}", expected="as many of each, one at least")
            )  # fmt: skip
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
