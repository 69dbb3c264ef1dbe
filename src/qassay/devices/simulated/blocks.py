"""Split a family into blocks of qubits that never meet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qassay.circuits.family import CircuitFamily, Pulses


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """A family in blocks of one and two qubits.

    Attributes:
        singles: Qubits that meet nobody, shape (singles,).
        pairs: Pairs that meet each other alone, each a < b, shape (pairs, 2).
    """

    singles: npt.NDArray[np.intp]
    pairs: npt.NDArray[np.intp]


def meeting_pairs(family: CircuitFamily) -> set[tuple[int, int]]:
    """Collect the pairs that meet in a CZ of any circuit of the family, each a < b."""
    met: set[tuple[int, int]] = set()
    for run in family.elements:
        if not isinstance(run, Pulses) or not run.depth:
            continue
        for place, (a, b) in enumerate(run.pairs):
            if run.active is None or bool(run.active[:, place].any()):
                met.add((min(a, b), max(a, b)))
    return met


def split(family: CircuitFamily) -> Blocks | None:
    """Split a family, or give None where more than two qubits hang together."""
    met = sorted(meeting_pairs(family))
    ends = [qubit for pair in met for qubit in pair]
    if len(set(ends)) != len(ends):
        return None
    singles = np.setdiff1d(np.arange(family.qubits), np.array(ends, dtype=np.intp))
    return Blocks(singles.astype(np.intp), np.array(met, dtype=np.intp).reshape(-1, 2))


def simultaneous_neighbours(
    run: Pulses, couplings: npt.NDArray[np.intp] | None
) -> npt.NDArray[np.intp]:
    """Count for each pair of a run the neighbouring pairs that are at work with it.

    Args:
        run: A run of layers.
        couplings: Coupled qubits, shape (couplings, 2); None for the line in which the
            qubits of an all-to-all machine stand (see `qassay.devices.noise`).

    Returns:
        Counts, shape (1, pairs) where all circuits are alike, else (circuits, pairs).
    """
    place = {qubit: number for number, pair in enumerate(run.pairs) for qubit in pair}
    count = len(run.pairs)
    beside = np.zeros((count, count), dtype=np.intp)
    line = ((qubit, qubit + 1) for qubit in place)
    for a, b in line if couplings is None else couplings.tolist():
        first, second = place.get(a), place.get(b)
        if first is not None and second is not None and first != second:
            beside[first, second] = beside[second, first] = 1
    if run.active is None:
        return np.asarray(beside.sum(axis=0, keepdims=True))
    return np.asarray(run.active.astype(np.intp) @ beside)
