"""Strings of whole registers: what each circuit's answers score."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from qassay.errors import MalformedError, Problem, quoted
from qassay.protocols.published_scores import OF_CIRCUITS, hamming_polarization
from qassay.published.csv_table import TableRow, positive, read_csv, whole
from qassay.published.joint_records import (
    DEEPEST,
    MOST_SHOTS,
    Ideal,
    JointStated,
    Scored,
    bad_table,
    cell_problem,
    register_in,
    success_polarization,
)

_ENOUGH: Final = 4  # circuits, from whose gain an order of bits can be told
_FAR: Final = 0.15  # of a score
_BEYOND: Final = 5.0  # standard errors; honest circuits score no better from their other end
_NEAR: Final = 1e-3  # of an angle, in units of pi / n


def of_strings(
    stated: JointStated,
    rows: Sequence[TableRow],
    about: bytes | None,
    ideal: Ideal,
    *,
    ideal_given: bool,
) -> Iterator[Scored | Problem | str]:
    """Score circuits by the strings that they answered; what cannot be read is a problem.

    Args:
        stated: What was done.
        rows: Of the table: circuit, outcome, count.
        about: The table of the circuits.
        ideal: Gives the probabilities of an ideal machine.
        ideal_given: Whether the rows hold these.

    Raises:
        MalformedError: There is no readable table of the circuits.
    """
    if about is None:
        raise MalformedError(
            bad_table(stated, "no circuits.csv", 'its name, as circuits = "circuits.csv"')
        )
    circuits = read_csv(about, "circuits.csv", OF_CIRCUITS[stated.kind])
    yield from circuits.problems
    strings: dict[str, list[TableRow]] = {}
    for row in rows:
        strings.setdefault(row.cells["circuit"], []).append(row)
    seen: set[str] = set()
    gains: list[float] = []  # of each circuit, were its strings read from the other end
    for row in circuits.rows:
        name = row.cells["circuit"]
        mine = strings.pop(name, None)
        try:
            if name in seen or not name:
                raise MalformedError(row.problem("circuit", "a name of its own"))
            seen.add(name)
            if mine is None:
                yield f"{row.place('circuit')}: no strings of circuit {quoted(name, 40)} are there"
                continue
            one = _scored(stated, row, mine, ideal, ideal_given=ideal_given)
            if not stated.in_settings and (row.cells.get("qasm") or stated.expects_a_string):
                other = _scored(stated, row, _turned(mine), ideal, ideal_given=False)
                gains.append(other.score - one.score)
            yield one
        except MalformedError as error:
            yield from error.problems
    _refuse_turned(stated, gains)
    for name, mine in strings.items():
        yield f"{mine[0].place('circuit')}: circuits.csv has no circuit {quoted(name, 40)}"


def _turned(rows: Sequence[TableRow]) -> list[TableRow]:
    return [
        replace(row, cells={**row.cells, "outcome": row.cells["outcome"][::-1]}) for row in rows
    ]


def _refuse_turned(stated: JointStated, gains: Sequence[float]) -> None:
    """Refuse strings that are right from their other end: an order of bits is no physics.

    Raises:
        MalformedError: Read so, circuits score far better than as they stand, beyond chance.
    """
    gains = [gain for gain in gains if gain]  # of strings that are the same from both ends: none
    count = len(gains)
    mean = math.fsum(gains) / max(count, 1)
    spread = math.fsum((gain - mean) ** 2 for gain in gains) / max(count - 1, 1)
    if count < _ENOUGH or mean < _FAR or mean < _BEYOND * math.sqrt(spread / count):
        return
    raise MalformedError(
        Problem(
            where=stated.table,
            found=f"{count} circuits that score {mean:.2g} more on average where their strings are"
            " read from the other end",
            expected="outcomes in the order of the targets, as circuits.csv has them",
            advice="turn outcomes or expected strings round"
            if stated.expects_a_string
            else 'write bits = "right" where Qiskit wrote them, "left" where not',
        )
    )


def _scored(
    stated: JointStated,
    about: TableRow,
    rows: Sequence[TableRow],
    ideal: Ideal,
    *,
    ideal_given: bool,
) -> Scored:
    """Score one circuit."""
    targets = register_in(about, "targets")
    width = len(targets)
    counts: dict[str, int] = {}
    for row in rows:
        outcome = _string(row, "outcome", width)
        if outcome in counts:
            raise MalformedError(row.problem("outcome", "each string of a circuit once"))
        counts[outcome] = whole(row, "count", 0, MOST_SHOTS)
    shots = sum(counts.values())
    if not 1 <= shots <= MOST_SHOTS:
        raise MalformedError(
            Problem(where=rows[0].place(), found=f"{shots} shots", expected=f"1 to {MOST_SHOTS}")
        )
    arm, spread = 0, None
    deep = "depth" in OF_CIRCUITS[stated.kind]
    depth = whole(about, "depth", 0, DEEPEST) if deep else None
    if stated.in_settings:
        arm, right = _ghz_setting(about, width)
        score = sum(n * right(outcome) for outcome, n in counts.items()) / shots
    elif stated.expects_a_string:
        expected = _string(about, "expected", width)
        distances = [0] * (width + 1)
        for outcome, n in counts.items():
            distances[sum(a != b for a, b in zip(outcome, expected, strict=True))] += n
        if stated.polarization == "success":
            score = success_polarization(distances[0], shots, width)
        else:
            score, spread = hamming_polarization(distances)
    elif stated.splits_strings:
        score = _heavy(stated, ideal(about.cells["qasm"], width), counts) / shots
    else:
        score, spread = _cross_entropy(stated, about, rows, counts, ideal, ideal_given=ideal_given)
    return Scored(
        targets=tuple(sorted(targets)),
        depth=depth,
        arm=arm,
        shots=shots,
        score=score,
        spread=spread,
        place=about.place(),
        ideal_here=bool(about.cells.get("qasm")),
    )


def _ghz_setting(about: TableRow, width: int) -> tuple[int, Callable[[str], int]]:
    """Read how a GHZ state was measured: its arm, and +1 or -1 for each string."""
    setting = about.cells["setting"]
    if setting == "z":
        return 0, lambda outcome: 1 if len(set(outcome)) == 1 else -1
    if setting == "stabilizer":
        expected = about.cells.get("expected", "")
        if re.fullmatch(f"[01-]{{{width}}}", expected) is None:
            raise MalformedError(
                cell_problem(about, "expected", f"{width} of 0, 1 and - (not checked)")
            )

        def even(outcome: str) -> int:
            wrong = sum(a != b != "-" for a, b in zip(outcome, expected, strict=True))
            return 1 - 2 * (wrong % 2)

        return -1, even
    if setting != "parity":
        raise MalformedError(about.problem("setting", "z, parity or stabilizer"))
    if not about.cells.get("angle"):
        raise MalformedError(cell_problem(about, "angle", f"k pi / {width}, in radians"))
    step = positive(about, "angle", 10.0) * width / math.pi
    if abs(step - round(step)) > _NEAR or round(step) >= width:
        raise MalformedError(
            about.problem("angle", f"k pi / {width} with k from 0 to {width - 1}, in radians")
        )
    return 1 + round(step), lambda outcome: 1 - 2 * (outcome.count("1") % 2)


def _cross_entropy(
    stated: JointStated,
    about: TableRow,
    rows: Sequence[TableRow],
    counts: Mapping[str, int],
    ideal: Ideal,
    *,
    ideal_given: bool,
) -> tuple[float, float]:
    """Give 2^n <p> - 1, and the variance of a shot's."""
    width = len(next(iter(counts)))
    qasm = about.cells.get("qasm", "")
    if qasm:
        chances = ideal(qasm, width)
        given = {
            outcome: float(chances[int(outcome[::-1] if stated.right else outcome, 2)])
            for outcome in counts
        }
    elif ideal_given:
        given = {row.cells["outcome"].replace(" ", ""): positive(row, "p_ideal", 1) for row in rows}
    else:
        raise MalformedError(
            cell_problem(about, "qasm", "a file of OpenQASM, or p_ideal in the table")
        )
    values = np.array([2.0**width * given[outcome] - 1 for outcome in counts])
    taken = np.array(list(counts.values()), dtype=np.float64)
    mean = float(values @ taken / taken.sum())
    return mean, float((values - mean) ** 2 @ taken / taken.sum())


def _heavy(stated: JointStated, chances: Sequence[float], counts: Mapping[str, int]) -> int:
    """Count shots whose string has an ideal probability above the median of all strings."""
    median = float(np.median(chances))
    return sum(
        n
        for outcome, n in counts.items()
        if chances[int(outcome[::-1] if stated.right else outcome, 2)] > median
    )


def _string(row: TableRow, column: str, width: int) -> str:
    text = row.cells[column].replace(" ", "")
    if re.fullmatch(f"[01]{{{width}}}", text) is None:
        raise MalformedError(row.problem(column, f"{width} bits, one a target"))
    return text
