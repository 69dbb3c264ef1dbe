"""Leakage in circuits of any width: which qubit leaves at which gate, drawn before the rest.

A gate leaks with a probability that does not depend on the state (`qassay.devices.noise`), so
the moments of leakage can be drawn first. Shots with the same pattern then share everything
else: a qubit that has gone has no more gates, its partners idle instead, and it is in the
state 1 when it is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qassay.circuits.circuit import Gate
from qassay.devices.simulated.schedule import Timed, gate_seconds
from qassay.devices.simulated.strengths import Strengths


@dataclass(frozen=True, slots=True, eq=False)
class LeakPattern:
    """Shots in which the same qubits leave at the same gates.

    Attributes:
        gone: Qubits that have left, and the place in the schedule of the gate they left at.
        shots: Which shots, shape (shots,).
    """

    gone: tuple[tuple[int, int], ...]
    shots: npt.NDArray[np.intp]

    @property
    def qubits(self) -> list[int]:
        """The qubits that have left."""
        return [qubit for qubit, _ in self.gone]


def leak_patterns(
    timed: Sequence[Timed], strengths: Strengths, shots: int, generator: np.random.Generator
) -> list[LeakPattern]:
    """Draw the leakage of every shot, and put shots with the same together.

    The half of a zz that leaks is not told apart: a zz leaks as its two CZ gates do, at its end.
    """
    every = np.arange(shots)
    meetings = [(place, x.gate) for place, x in enumerate(timed) if len(x.gate.qubits) == 2]
    if not meetings or not strengths.noise.leakage.any():
        return [LeakPattern((), every)]
    pairs = tuple((gate.qubits[0], gate.qubits[1]) for _, gate in meetings)
    rates = strengths.noise.leakage[strengths.machine.pair_places(pairs)]
    left: dict[int, list[tuple[int, int]]] = {}
    gone = np.zeros((1 + max(map(max, pairs)), shots), dtype=bool)
    for (place, gate), rate in zip(meetings, rates.tolist(), strict=True):
        if rate == 0:
            continue
        a, b = gate.qubits
        chance = rate if gate.kind == "cz" else 1 - (1 - rate) ** 2
        hit = (generator.random(shots) < chance) & ~gone[a] & ~gone[b]
        second = generator.random(shots) < 0.5
        for shot in np.flatnonzero(hit).tolist():
            qubit = b if second[shot] else a
            gone[qubit, shot] = True
            left.setdefault(shot, []).append((qubit, place))
    alike: dict[tuple[tuple[int, int], ...], list[int]] = {}
    for shot, events in left.items():
        alike.setdefault(tuple(events), []).append(shot)
    whole = np.setdiff1d(every, np.array(list(left), dtype=np.intp))
    found = [LeakPattern(events, np.array(which)) for events, which in alike.items()]
    return [LeakPattern((), whole), *found] if whole.size else found


def without_gone(
    timed: Sequence[Timed], pattern: LeakPattern, strengths: Strengths
) -> Sequence[Timed]:
    """Write a schedule as it runs when some qubits leave: later gates on them are only waits."""
    if not pattern.gone:
        return timed
    at = dict(pattern.gone)
    kept = []
    for place, entry in enumerate(timed):
        here = [
            (qubit, wait)
            for qubit, wait in zip(entry.gate.qubits, entry.waits, strict=True)
            if at.get(qubit, place) >= place
        ]
        if len(here) == len(entry.gate.qubits):
            kept.append(entry)
            continue
        # A barrier does nothing, and its waits are the partner's idling.
        seconds = gate_seconds(entry.gate, strengths.durations)
        kept += [
            Timed(Gate("barrier", (qubit,)), (wait + seconds,), entry.start) for qubit, wait in here
        ]
    return kept
