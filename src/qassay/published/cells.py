"""One count of a table that somebody published."""

from __future__ import annotations

from dataclasses import dataclass

from qassay.protocols.interface import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCount:
    """One count of a table.

    Attributes:
        target: Qubit or pair.
        length: Layers or seconds.
        circuit: Name of the circuit; of several targets, the same where they ran together.
        shots: Of this circuit.
        hits: Shots that gave the expected outcome.
        place: Where it stood, for people.
    """

    target: Target
    length: float
    circuit: str
    shots: int
    hits: int
    place: str
