"""Measured bits as text: one line a circuit and shot, character q is qubit q."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from qassay.errors import MalformedError, Problem, quoted

Bits = npt.NDArray[np.uint8]


def outcome_lines(outcomes: Bits) -> list[str]:
    """Write outcomes (circuits, shots, qubits) as texts of 0 and 1, circuit by circuit."""
    qubits = outcomes.shape[2]
    text = (outcomes.reshape(-1, qubits) + np.uint8(ord("0"))).tobytes().decode("ascii")
    return [text[start : start + qubits] for start in range(0, len(text), qubits)]


def read_outcome_lines(lines: object, where: str, circuits: int, shots: int, qubits: int) -> Bits:
    """Read outcomes back, and refuse what does not add up.

    Args:
        lines: A list of texts of 0 and 1.
        where: What a complaint calls it.
        circuits: Expected number of circuits.
        shots: Expected shots of each.
        qubits: Expected length of each text.

    Returns:
        uint8 of shape (circuits, shots, qubits).

    Raises:
        MalformedError: Wrong number of shots, or a text that is not `qubits` bits.
    """
    if not isinstance(lines, list) or len(lines) != circuits * shots:
        found = f"{len(lines)} outcomes" if isinstance(lines, list) else quoted(lines)
        raise MalformedError(
            Problem(
                where=where,
                found=found,
                expected=f"{circuits * shots} outcomes, {shots} of each of {circuits} circuits",
                advice="every planned shot must be returned, once",
            )
        )
    for number, line in enumerate(lines):
        if not isinstance(line, str) or len(line) != qubits or line.strip("01"):
            raise MalformedError(
                Problem(
                    where=f"{where}, outcome {number}",
                    found=quoted(line),
                    expected=f"{qubits} characters 0 or 1",
                )
            )
    joined = "".join(lines).encode("ascii")
    return (np.frombuffer(joined, dtype=np.uint8) - np.uint8(ord("0"))).reshape(
        circuits, shots, qubits
    )
