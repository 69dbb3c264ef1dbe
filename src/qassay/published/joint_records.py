"""One circuit on a whole register as a table tells it, and what its cells may hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from qassay.errors import MalformedError, Problem, quoted
from qassay.protocols.interface import Target
from qassay.protocols.published_scores import OF_CIRCUITS
from qassay.published.csv_table import TableRow

POLARIZATIONS: Final = ("hamming", "success")
STRINGS: Final = ("circuit", "outcome", "count")
MOST_SHOTS: Final = 10**6
DEEPEST: Final = 10**6
_WIDEST: Final = 1000
_PART: Final = re.compile(r"\d{1,4}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class JointStated:
    """What `counts.toml` says of an experiment on registers.

    Attributes:
        id: Its name.
        kind: One of `OF_CIRCUITS`.
        table: Name of the table, for messages.
        polarization: Of a mirror circuit: by distances, or by successes alone.
        right: Whether the first target of a string is rightmost.
    """

    id: str
    kind: str
    table: str
    polarization: str = "hamming"
    right: bool = False

    @property
    def in_settings(self) -> bool:
        """Whether a figure is put together from circuits of several settings."""
        return "setting" in OF_CIRCUITS[self.kind]

    @property
    def expects_a_string(self) -> bool:
        """Whether an ideal machine answers each circuit with one string."""
        return "expected" in OF_CIRCUITS[self.kind]

    @property
    def splits_strings(self) -> bool:
        """Whether strings are right or wrong, by the ideal distribution of their circuit."""
        return "qasm" in OF_CIRCUITS[self.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """One circuit.

    Attributes:
        targets: Its register, sorted.
        depth: Layers; None where that has no meaning.
        arm: Setting.
        shots: Executions.
        score: Mean over them.
        spread: Variance of a shot's score; None where shots score either end.
        place: Where it stood, for people.
        ideal_here: Whether its ideal probabilities were computed here.
    """

    targets: Target
    depth: int | None
    arm: int
    shots: int
    score: float
    spread: float | None
    place: str
    ideal_here: bool = False


# From a file of OpenQASM, and its number of qubits, to the probability of each string.
Ideal = Callable[[str, int], Sequence[float]]


def bad_table(stated: JointStated, found: str, expected: str) -> Problem:
    """Say what is wrong with a table as a whole."""
    return Problem(where=stated.table, found=found, expected=expected)


def cell_problem(row: TableRow, column: str, expected: str) -> Problem:
    """Say what is wrong with a cell whose column may be missing."""
    found = quoted(row.cells[column], 40) if column in row.cells else f"no column {column}"
    return Problem(where=row.place(column), found=found, expected=expected)


def register_in(row: TableRow, column: str) -> tuple[int, ...]:
    """Read the qubits of a register, in the order in which its strings have them.

    Raises:
        MalformedError: Something else.
    """
    parts = row.cells[column].replace(" ", "-").split("-")
    targets = tuple(int(part) for part in parts if _PART.fullmatch(part))
    if len(targets) != len(parts) or len(set(targets)) != len(targets) or len(parts) > _WIDEST:
        raise MalformedError(row.problem(column, "qubits such as 0-1-2, each once"))
    return targets


def success_polarization(hits: int, shots: int, width: int) -> float:
    """Give (p - 2^-n) / (1 - 2^-n), p the share of expected strings."""
    chance = 0.5**width
    return (hits / shots - chance) / (1 - chance)
