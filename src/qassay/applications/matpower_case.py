"""MATPOWER cases: what the file says, or a refusal that names the line.

A case is a MATLAB function, so it may compute. Read are literal tables alone (format version 2 of
the MATPOWER User's Manual, appendix B): any other statement would change the numbers, and is
refused by its line instead of being skipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from qassay.errors import Problem, UsageError, quoted

Floats = npt.NDArray[np.float64]
_WORD: Final = re.compile(r"[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:[eEdD][-+]?\d+)?|[Ii]nf|[Nn]a[Nn])")
_TABLE: Final = re.compile(r"mpc\.(\w+(?:\.\w+)*)\s*=\s*(.*)", re.DOTALL)
_QUOTED: Final = r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\""  # a quote inside is written twice
_TEXTS: Final = re.compile(rf"{_QUOTED}|\{{(?:{_QUOTED}|[^{{}}'\"])*\}}", re.DOTALL)
_IDLE: Final = re.compile(r"end|endfunction|return|clear\b.*")
_HEAD: Final = re.compile(r"function\s+(?:mpc|\[\s*mpc\s*\])\s*=\s*(\w+)\s*(?:\(\s*\))?")
# Columns at least, and what stands in the others where a row ends before them.
_NEEDED: Final = {"bus": 3, "gen": 2, "branch": 4}
_DEFAULTS: Final = {
    "bus": (0, 1, 0, 0, 0, 0, 1, 1, 0, 1, 1, 1.1, 0.9),
    "gen": (0, 0, 0, 0, 0, 1, 100, 1, 0, 0),
    "branch": (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, -360, 360),
}
_MOST_TOLD: Final = 5
# Columns, from 0: MATPOWER User's Manual, tables B-1 to B-3.
BUS_I, BUS_TYPE, PD, GS = 0, 1, 2, 4
GEN_BUS, PG, GEN_STATUS = 0, 1, 7
F_BUS, T_BUS, BR_X, TAP, SHIFT, BR_STATUS, PF = 0, 1, 3, 8, 9, 10, 13
VM, PT = 7, 15
REGULATED, REFERENCE, ISOLATED = 2, 3, 4
_TYPES: Final = (1, REGULATED, REFERENCE, ISOLATED)
_STATES: Final = {"bus": "the type", "branch": "the status"}


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Case:
    """The tables of a case.

    Attributes:
        title: Name of its function.
        mva: Base power.
        bus: Shape (buses, 13 or more).
        gen: Shape (machines, 10 or more).
        branch: Shape (branches, 13 or more).
        direct: Whether a direct-current line of the case is in service.
    """

    title: str
    mva: float
    bus: Floats
    gen: Floats
    branch: Floats
    direct: bool


def read_case(text: str, name: str) -> Case:
    """Read a case.

    Raises:
        UsageError: A statement that is no literal table, or tables with mistakes.
    """
    title, problems = name, []
    found: dict[str, Any] = {}
    for line, statement in _statements(text):
        head, table = _HEAD.fullmatch(statement), _TABLE.fullmatch(statement)
        where = f"{name}:{line}"
        if head:
            title = head[1]
        elif table and table[1] in found:
            problems.append(
                Problem(where=where, found=f"mpc.{table[1]} once more", expected="each table once")
            )
        elif table:
            try:
                found[table[1]] = _value(table[2].strip())
            except ValueError as error:
                found[table[1]] = None
                problems.append(
                    _no_number(where, table[1], str(error))
                    if str(error)
                    else _computed(where, statement)
                )
        elif not _IDLE.fullmatch(statement):
            problems.append(_computed(where, statement))
    UsageError.raise_if_any(problems[:_MOST_TOLD])
    return _case(title, found, name)


def _computed(where: str, statement: str) -> Problem:
    return Problem(
        where=where,
        found=f"a computation, {quoted(' '.join(statement.split()), 60)}",
        expected="tables of numbers alone: what a file computes is not run here",
        advice="in MATPOWER: savecase('plain.m', loadcase('yours')), and give plain.m",
    )


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Split a file into statements, each with its first line; comments and blanks are gone."""
    held, depth, begun, blocks = "", 0, 0, 0
    for number, raw in enumerate(text.splitlines(), start=1):
        bare = raw.strip()
        if bare in ("%{", "#{"):
            blocks += 1
        if blocks:
            blocks -= bare in ("%}", "#}")
            continue
        code, joined = _code(raw)
        for piece, ends in code:
            if not held.strip() and piece.strip():
                begun = number
            held += piece
            depth += _opened(piece)
            if ends and depth > 0:
                held += ";"
            elif ends:
                if held.strip():
                    yield begun, held.strip()
                held, depth = "", 0
        if joined:
            continue
        if depth > 0:
            held += ";"  # inside brackets a line end ends a row
        elif held.strip():
            yield begun, held.strip()
            held, depth = "", 0
    if held.strip():
        yield begun, held.strip()


def _code(line: str) -> tuple[list[tuple[str, bool]], bool]:
    """Cut comments off a line and split it at semicolons outside of texts.

    Returns:
        Pieces, each with whether a semicolon ended it; and whether "..." joins the next line.
    """
    pieces: list[tuple[str, bool]] = []
    held, quote, last = "", "", ""
    for place, char in enumerate(line):
        if quote:
            held += char
            quote = "" if char == quote else quote
            continue
        if char in "%#":
            break
        if line.startswith("...", place):
            return [*pieces, (held + " ", False)], True
        if char in "'\"" and (not last or last in "=[{(,; '\""):
            quote = char  # once more where one ended: a quote inside is written twice
        if char == ";":
            pieces.append((held, True))
            held = ""
        else:
            held += char
        last = char
    return [*pieces, (held, False)], False


def _opened(piece: str) -> int:
    bare = re.sub(_QUOTED, "", piece)
    return sum(bare.count(x) for x in "[{(") - sum(bare.count(x) for x in "]})")


def _no_number(where: str, table: str, word: str) -> Problem:
    row, _, strange = word.partition(" ")
    return Problem(
        where=f"{where}, mpc.{table}, row {row}",
        found=quoted(strange, 40),
        expected="numbers alone",
    )


def _value(text: str) -> list[list[float]] | float | str:
    """Read a literal: a matrix of numbers, a number, a text, or a list of texts.

    Raises:
        ValueError: It is none; of a matrix with the row and the word that is no number.
    """
    if _WORD.fullmatch(text):
        return _number(text)
    if _TEXTS.fullmatch(text):
        return text
    if not re.fullmatch(r"\[[^\[\]]*\]", text):
        raise ValueError
    rows: list[list[float]] = []
    for row in text[1:-1].split(";"):
        words = row.replace(",", " ").split()
        for word in words:
            if not _WORD.fullmatch(word):
                raise ValueError(f"{len(rows) + 1} {word}")
        if words:
            rows.append(list(map(_number, words)))
    return rows


def _number(word: str) -> float:
    return float(word.lower().replace("d", "e"))


def _case(title: str, found: dict[str, Any], name: str) -> Case:
    problems, tables = [], {}
    version = str(found.get("version", "'2'")).strip("'\"")
    if version.split(".")[0] != "2":
        problems.append(Problem(where=f"{name}, mpc.version", found=quoted(version), expected="2"))
    mva = found.get("baseMVA", 100.0)
    if isinstance(mva, list) and [len(row) for row in mva] == [1]:
        mva = mva[0][0]  # a matrix of one number is that number
    if not (isinstance(mva, float) and np.isfinite(mva) and mva > 0):
        problems.append(
            Problem(
                where=f"{name}, mpc.baseMVA", found=quoted(str(mva)), expected="a number above 0"
            )
        )
    for key, columns in _NEEDED.items():
        rows = found.get(key)
        where = f"{name}, mpc.{key}"
        if not isinstance(rows, list) or not rows:
            problems.append(Problem(where=where, found="nothing", expected="a matrix of numbers"))
        elif len({len(row) for row in rows}) > 1 or len(rows[0]) < columns:
            odd = next((i for i, row in enumerate(rows) if len(row) != len(rows[0])), 0)
            problems.append(
                Problem(
                    where=f"{where}, row {odd + 1}",
                    found=f"{len(rows[odd])} numbers",
                    expected=f"{max(columns, len(rows[0]))} in every row",
                )
            )
        else:
            default = list(_DEFAULTS[key])
            tables[key] = np.array([[*row, *default[len(row) :]] for row in rows], np.float64)
    UsageError.raise_if_any(problems)
    direct = found.get("dcline") or []
    case = Case(
        title=title, mva=float(mva), direct=any(len(r) > 2 and r[2] > 0 for r in direct), **tables
    )
    UsageError.raise_if_any(_mistakes(case, name))
    return case


def _mistakes(case: Case, name: str) -> list[Problem]:
    """Find what no flow can be computed from."""
    problems = []

    def wrong(table: str, row: int, found: str, expected: str) -> None:
        problems.append(
            Problem(where=f"{name}, mpc.{table}, row {row + 1}", found=found, expected=expected)
        )

    numbers = case.bus[:, BUS_I]
    for row in np.flatnonzero(~np.isfinite(numbers) | (numbers != np.round(numbers)))[:1]:
        wrong("bus", row, f"the bus number {bus_number(numbers[row])}", "a whole number")
    _, firsts = np.unique(numbers, return_index=True)
    for row in sorted(set(range(numbers.size)) - set(firsts.tolist()))[:1]:
        wrong("bus", row, f"bus {bus_number(numbers[row])} once more", "each bus once")
    for table, rows, columns in (
        ("branch", case.branch, [F_BUS, T_BUS]),
        ("gen", case.gen, [GEN_BUS]),
    ):
        lacking = ~np.isin(rows[:, columns], numbers)
        for row in np.flatnonzero(lacking.any(axis=1))[:1]:
            bus = rows[row, columns][lacking[row]][0]
            wrong(table, row, f"bus {bus_number(bus)}", "buses of mpc.bus")
    for table, rows, columns in (
        ("bus", case.bus, [PD, GS]),
        ("gen", case.gen, [PG]),
        ("branch", case.branch, [BR_X, TAP, SHIFT]),
    ):
        for row in np.flatnonzero(~np.isfinite(rows[:, columns]).all(axis=1))[:1]:
            wrong(table, row, "a power or reactance that is not finite", "finite numbers")
    for row in np.flatnonzero((case.branch[:, BR_X] == 0) & (case.branch[:, BR_STATUS] > 0))[:1]:
        wrong("branch", row, "a reactance of 0", "another number, as MATPOWER's DC flow needs")
    for table, rows, column, known, expected in (
        ("bus", case.bus, BUS_TYPE, _TYPES, "1, 2, 3, or 4 where it is isolated"),
        ("branch", case.branch, BR_STATUS, (0, 1), "1, or 0 where it is out of service"),
    ):
        for row in np.flatnonzero(~np.isin(rows[:, column], known))[:1]:
            wrong(table, row, f"{_STATES[table]} {rows[row, column]:g}", expected)
    if not (case.gen[:, GEN_STATUS] > 0).any():
        where, expected = f"{name}, mpc.gen", "one machine at least that takes up the balance"
        problems.append(Problem(where=where, found="none in service", expected=expected))
    if case.direct:
        problems.append(
            Problem(
                where=f"{name}, mpc.dcline",
                found="a line in service",
                expected="none: they are not modelled here",
                advice="put its two ends into mpc.gen",
            )
        )
    return problems


def bus_number(bus: float) -> str:
    """Write the number of a bus with all its digits."""
    return f"{bus:.12g}"
