"""The calibration table that IBM Quantum's pages offer as CSV: a row a qubit.

Columns came and went: of 2021 are `CNOT error ` (with a blank at its end) and cells such as
`0_1:0.0063; 0_14:0.0071`, of 2023 `ECR error`, of 2025 `CZ error`, `Single-qubit gate length (ns)`
and cells such as `1:0.0021;7:0.0030`, which name the neighbour alone. So columns are known by their
words, whatever the case and blanks, and units are read from their headers. Programs that opened
and saved a table leave a byte order mark, semicolons between cells and decimal commas.

What stands for nothing (an empty cell, 0, "N/A") is left out; an error of 1 is how a service writes
"not calibrated", and its qubit or pair is out of order, as is a qubit that is not operational.
Conventions: T2 with an echo, errors of gates as average gate infidelities by randomized
benchmarking (IBM Quantum documentation, "QPU information"; M. AbuGhanem, arXiv:2410.00916,
section VI).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from qassay.devices.calibration import TIMES, BackendReport, report_of
from qassay.devices.description import Pair
from qassay.devices.machine_file import MOST_QUBITS
from qassay.errors import CountsError, MalformedError, Problem, quoted
from qassay.published.csv_table import CsvTable, TableRow, read_csv
from qassay.published.foreign_text import without_mark

_EXPECTED: Final = (
    "the calibration data of an IBM Quantum computer as CSV, with the columns Qubit and T1 (us)"
    " or an error"
)
_MOST_BYTES: Final = 4 << 20
_LONGEST: Final = 1e5  # seconds
_UNITS: Final = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ns": 1e-9}
_TIMES: Final = {
    **{name: name for name in TIMES},
    "readout length": "readout_length",
    "single-qubit gate length": "one_qubit_length",
}
_SPANS: Final = ("gate time", "gate length")
_ERRORS: Final = {
    "readout assignment error": "readout",
    "readout error": "readout",
    "prob meas1 prep0": "up",
    "prob meas0 prep1": "down",
}
_PULSES: Final = {  # the first that is there
    "√x (sx) error": "sx",
    "sx error": "sx",
    "pauli-x error": "x",
    "x error": "x",
    "single-qubit pauli-x error": "x",
    "single-qubit u2 error rate": "u2",
    "single-qubit u2 error": "u2",
    "id error": "id",
}
_ENTANGLERS: Final = {
    "cz error": "cz",
    "ecr error": "ecr",
    "cnot error": "cx",
    "cnot error rate": "cx",
    "cx error": "cx",
}
_HEADER: Final = re.compile(r"(.*?)\s*(?:\(([^()]{1,8})\))?", re.DOTALL)
_ENTRY: Final = re.compile(r"(?:(?:cx|ecr|cz)?(\d{1,5})[_-])?(\d{1,5})\s*[:=]\s*(\S+)", re.ASCII)
_NUMBER: Final = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d{1,4})?", re.ASCII)
_NOTHING: Final = frozenset(
    {"", "-", "n/a", "na", "nan", "none", "null", "undefined", "inf", "infinity"}
)
_YES: Final = frozenset({"true", "yes", "1", "operational"})
_NO: Final = frozenset({"false", "no", "0"})
_DAY: Final = re.compile(r"[_-](\d{4}-\d\d-\d\d)(?=\D|$)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class IbmCalibration:
    """What a table says.

    Attributes:
        report: Errors and times, without what is out of order.
        up: Chance to read 1 of a qubit prepared in 0, by qubit.
        down: The other one.
        durations: Medians in seconds, by the names of a machine file.
        day: Of the calibration, by the file's name; empty if that says none.
        unused: Columns that nothing was taken from.
    """

    report: BackendReport
    up: Mapping[int, float]
    down: Mapping[int, float]
    durations: Mapping[str, float]
    day: str
    unused: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """A column: how the file calls it, its words, and what its numbers are multiplied by."""

    name: str
    words: str
    scale: float | None


def read_calibration(path: Path) -> IbmCalibration:
    """Read a table.

    Raises:
        CountsError: No such file, no such table, or a cell that cannot be; the sentence says which.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        where = quoted(str(path), 200)
        raise CountsError(Problem(where=where, found=reason, expected=_EXPECTED)) from None
    if len(data) > _MOST_BYTES:
        found = f"more than {_MOST_BYTES} bytes"
        raise CountsError(Problem(where=path.name, found=found, expected=_EXPECTED))
    first = without_mark(data).split(b"\n", 1)[0]
    between = max(",;\t", key=lambda sign: first.count(sign.encode()))
    try:
        table = read_csv(data, path.name, (), between)
    except MalformedError as error:
        raise CountsError(*error.problems) from None
    if table.problems:
        raise CountsError(*table.problems[:5])
    return _calibration(table, path)


def _calibration(table: CsvTable, path: Path) -> IbmCalibration:
    columns = {one.words: one for one in map(_column, table.columns)}
    known = {*_TIMES, *_SPANS, *_ERRORS, *_PULSES, *_ENTANGLERS}
    if "qubit" not in columns or not known & columns.keys():
        found = f"the columns {', '.join(quoted(name, 24) for name in table.columns[:6])}"
        raise CountsError(Problem(where=f"{path.name}, row 1", found=found, expected=_EXPECTED))
    rows = _rows(table, columns["qubit"])
    if not rows:
        raise CountsError(Problem(where=path.name, found="no row", expected="a row a qubit"))
    count = max(rows) + 1
    times = {
        key: _each(rows, column, time=True)
        for words, key in _TIMES.items()
        if (column := columns.get(words)) is not None
    }
    errors: dict[str, dict[int, float]] = {}
    for words, key in _ERRORS.items():
        if words in columns and key not in errors:
            errors[key] = _each(rows, columns[words], time=False)
    up, down = errors.get("up", {}), errors.get("down", {})
    both = {q: (up[q] + down[q]) / 2 for q in up.keys() & down.keys()}
    pulse, single = _pulse(rows, columns)
    entangler, pairs = _entangler(rows, columns, count)
    spans = next((columns[words] for words in _SPANS if words in columns), None)
    off = {q for q, row in rows.items() if _is_off(row, columns)} | (set(range(count)) - {*rows})
    relaxing, dephasing = (times.get(name, {}) for name in TIMES)
    report = report_of(
        name=_name(path),
        qubits=count,
        times=(relaxing, dephasing),
        readout=both | errors.get("readout", {}),
        one_qubit=single,
        pulse=pulse,
        two_qubit=pairs,
        names=dict.fromkeys(pairs, entangler),
        out_of_order=off,
    )
    lengths = {
        "one_qubit_gate": times.get("one_qubit_length", {}).values(),
        "two_qubit_gate": _pairs(rows, spans, count, time=True).values() if spans else (),
        "readout": times.get("readout_length", {}).values(),
    }
    day = _DAY.search(path.stem)
    gates = {words for words, name in (_ENTANGLERS | _PULSES).items() if name in (entangler, pulse)}
    used = {"qubit", "operational", *_TIMES, *_SPANS, *_ERRORS, *gates}
    return IbmCalibration(
        report=report,
        up=up,
        down=down,
        durations={key: _median(list(own)) for key, own in lengths.items() if own},
        day=day[1] if day else "",
        unused=tuple(one.name for one in columns.values() if one.words not in used),
    )


def _column(name: str) -> _Column:
    """Take the words of a header apart from its unit."""
    plain = " ".join(name.replace("\u221a ", "√").split()).casefold()
    match = _HEADER.fullmatch(plain)
    words, unit = (match[1], match[2]) if match else (plain, None)
    return _Column(name=name, words=words, scale=_UNITS.get(unit) if unit else None)


def _rows(table: CsvTable, qubit: _Column) -> dict[int, TableRow]:
    rows: dict[int, TableRow] = {}
    for row in table.rows:
        text = row.cells[qubit.name].lower().removeprefix("q")
        expected = f"the number of a qubit from 0 to {MOST_QUBITS - 1}"
        if not re.fullmatch(r"\d{1,5}", text, re.ASCII) or int(text) >= MOST_QUBITS:
            raise CountsError(row.problem(qubit.name, expected))
        if int(text) in rows:
            raise CountsError(row.problem(qubit.name, f"{expected}, each once"))
        rows[int(text)] = row
    return rows


def _each(rows: Mapping[int, TableRow], column: _Column, *, time: bool) -> dict[int, float]:
    """Read a column of numbers, without what stands for nothing."""
    found = {}
    for qubit, row in rows.items():
        value = _value(row, column, row.cells[column.name], time=time)
        if value is not None:
            found[qubit] = value
    return found


def _value(row: TableRow, column: _Column, text: str, *, time: bool) -> float | None:
    """Read a time in seconds, or an error; None for a placeholder."""
    if text.casefold() in _NOTHING:
        return None
    most = "a time above 0" if time else "an error from 0 to 1, as a fraction"
    if _NUMBER.fullmatch(text) is None or len(text) > 30:
        raise CountsError(row.problem(column.name, f"{most}, or an empty cell"))
    number = float(text.replace(",", "."))
    if not time:
        if not 0 <= number <= 1:
            raise CountsError(row.problem(column.name, f"{most} (is it in per cent?)"))
        return number or None
    if column.scale is None:
        expected = f"a unit in its header, such as {column.words.upper()} (us)"
        raise CountsError(row.problem(column.name, expected))
    seconds = number * column.scale
    if not 0 <= seconds <= _LONGEST:
        raise CountsError(row.problem(column.name, f"{most}, of {_LONGEST:g} s at most"))
    return seconds or None


def _pulse(
    rows: Mapping[int, TableRow], columns: Mapping[str, _Column]
) -> tuple[str, dict[int, float]]:
    """Read the errors of the first one-qubit gate that has any."""
    for words, name in _PULSES.items():
        if words in columns and (found := _each(rows, columns[words], time=False)):
            return name, found
    return "", {}


def _entangler(
    rows: Mapping[int, TableRow], columns: Mapping[str, _Column], count: int
) -> tuple[str, dict[Pair, float]]:
    """Read the errors of the entangler that most pairs have; of both directions the worse."""
    there = {
        words: _pairs(rows, columns[words], count, time=False)
        for words in _ENTANGLERS
        if words in columns
    }
    many = Counter({words: len(found) for words, found in there.items()})
    best = max(there, key=lambda words: many[words], default="")
    return _ENTANGLERS.get(best, ""), there.get(best, {})


def _pairs(
    rows: Mapping[int, TableRow], column: _Column, count: int, *, time: bool
) -> dict[Pair, float]:
    """Read cells such as 0_1:0.006;0_14:0.007, or 1:0.006;14:0.007 in the row of qubit 0."""
    found: dict[Pair, float] = {}
    expected = "entries such as 0_1:0.006, with semicolons between them"
    for qubit, row in rows.items():
        for entry in filter(None, map(str.strip, re.split(r"[;|]", row.cells[column.name]))):
            if entry.casefold() in _NOTHING:
                continue
            match = _ENTRY.fullmatch(entry)
            if match is None:
                raise CountsError(row.problem(column.name, expected))
            a, b = int(match[1] or qubit), int(match[2])
            if a == b or max(a, b) >= count:
                pair = f"pairs of different qubits from 0 to {count - 1}"
                raise CountsError(row.problem(column.name, pair))
            value = _value(row, column, match[3], time=time)
            if value is not None:
                pair_of = (min(a, b), max(a, b))
                found[pair_of] = max(value, found.get(pair_of, 0.0))
    return found


def _is_off(row: TableRow, columns: Mapping[str, _Column]) -> bool:
    """Whether a row says that its qubit is not operational."""
    column = columns.get("operational")
    text = row.cells[column.name].casefold() if column is not None else ""
    if column is not None and text not in _YES | _NO | _NOTHING:
        raise CountsError(row.problem(column.name, "Yes or No"))
    return text in _NO


def _name(path: Path) -> str:
    """Take the machine's name from that of the file, as the download calls it."""
    return re.split(r"[_-]calibrations?(?:[_-]|$)", path.stem, maxsplit=1)[0] or path.stem


def _median(values: list[float]) -> float:
    ordered = sorted(values)
    return math.fsum(ordered[(len(ordered) - 1) // 2 : len(ordered) // 2 + 1]) / (
        2 - len(ordered) % 2
    )
