"""One circuit of a family as text for stim; `qasm` writes them for a real machine."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from qassay.circuits.family import Codes, Pair, Pulses
from qassay.circuits.gates import PULSES, STIM_NAMES

_name = cache(str)  # of a qubit: the same few, a million times


def active_pairs(run: Pulses, index: int) -> tuple[Pair, ...]:
    """Give the pairs whose CZ circuit `index` really has in this run."""
    if run.active is None:
        return run.pairs
    return tuple(pair for pair, there in zip(run.pairs, run.active[index], strict=True) if there)


def pulse_lines(codes: Codes) -> list[str]:
    """Write one layer of pulses for stim, a line a kind of pulse.

    Args:
        codes: Pulse codes, shape (qubits,).
    """
    groups: list[list[str]] = [[] for _ in PULSES]
    for qubit, code in enumerate(codes.tolist()):
        groups[code].append(_name(qubit))
    return [
        f"{STIM_NAMES[code]} {' '.join(names)}"
        for code, names in enumerate(groups)
        if names and code != PULSES[0]
    ]


def entangler_line(pairs: Sequence[Pair]) -> str:
    """Write a layer of CZ gates for stim, at least one pair."""
    return "CZ " + " ".join(f"{a} {b}" for a, b in pairs)


def measurement_line(qubits: int) -> str:
    """Write the final measurement of all qubits for stim: record q is qubit q."""
    return "M " + " ".join(map(str, range(qubits)))
