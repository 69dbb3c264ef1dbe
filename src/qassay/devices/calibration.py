"""What a backend reports of itself: errors and times, without what is out of order.

Conventions are those of IBM's documentation, as far as the target of a backend carries them:
T1, and T2 with an echo; the readout error as the mean of both assignments; a gate's error as
average gate infidelity from randomized benchmarking; a target does not say which gates were
driven at the same time. The layer fidelity is no part of a
target: it is what the gate errors would give if nothing else went wrong.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from qassay.circuits.layouts import edge_colouring
from qassay.devices.description import Pair
from qassay.devices.qiskit_gates import entanglers_of

# An error from which on a qubit or a coupling counts as out of order: services report 1.0 for it,
# and 1/2 is pure noise of a pulse and of a readout.
_BROKEN: Final = 0.5
_PULSES: Final = ("sx", "r", "rx", "x")


TIMES: Final = ("t1", "t2")  # as a target calls those of a qubit


@dataclass(frozen=True, slots=True, kw_only=True)
class BackendReport:
    """What a backend reports, without what it reports as out of order.

    A figure that is no number, no time at all, endless, or an error of exactly 0 is a
    placeholder: it stands for nothing, and its qubit or pair is left out of that one mean.

    Attributes:
        name: Of the backend.
        qubits: How many there are.
        t1: T1 in seconds, by qubit.
        t2: T2 in seconds, by qubit.
        readout: Readout error, by qubit.
        one_qubit: Error of `pulse`, by qubit.
        pulse: Name of the one-qubit gate.
        two_qubit: Error of the entangler that the device would use, by pair that works.
        entanglers: Names of the two-qubit gates in `two_qubit`.
        broken_qubits: Qubits that are reported out of order.
        broken: Pairs that are reported out of order, their qubits being in order.
        silent: Pairs that have an entangler and no error that stands for anything.
        layer_fidelity: What the errors of all gates in the layers of `two_qubit` would give.
    """

    name: str
    qubits: int
    t1: Mapping[int, float]
    t2: Mapping[int, float]
    readout: Mapping[int, float]
    one_qubit: Mapping[int, float]
    pulse: str
    two_qubit: Mapping[Pair, float]
    entanglers: tuple[str, ...]
    broken_qubits: tuple[int, ...]
    broken: tuple[Pair, ...]
    silent: tuple[Pair, ...]
    layer_fidelity: float | None

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """Pairs that work, each a < b, sorted."""
        return tuple(sorted(self.two_qubit))


def calibration_of(backend: Any) -> BackendReport:
    """Read the errors and times that a BackendV2's target reports."""
    target = backend.target
    qubits = int(target.num_qubits or backend.num_qubits)
    pulse = next((n for n in _PULSES if n in target.operation_names), "")
    singles = {q[0]: e for q, e in _errors(target, pulse).items()}
    readout = {q[0]: e for q, e in _errors(target, "measure").items()}
    both, names = _pair_errors(target)
    properties = list(target.qubit_properties or ())
    relaxing, dephasing = (
        {
            q: time
            for q, one in enumerate(properties)
            if (time := _positive(getattr(one, key, None))) is not None
        }
        for key in TIMES
    )
    return report_of(
        name=str(backend.name),
        qubits=qubits,
        times=(relaxing, dephasing),
        readout=readout,
        one_qubit=singles,
        pulse=pulse,
        two_qubit=both,
        names=names,
    )


def report_of(
    *,
    name: str,
    qubits: int,
    times: tuple[Mapping[int, float], Mapping[int, float]],
    readout: Mapping[int, float],
    one_qubit: Mapping[int, float],
    pulse: str,
    two_qubit: Mapping[Pair, float],
    names: Mapping[Pair, str],
    out_of_order: Collection[int] = (),
) -> BackendReport:
    """Leave out what is out of order of what somebody reports.

    Args:
        name: Of the machine.
        qubits: How many there are.
        times: T1 and T2 in seconds, by qubit.
        readout: Readout errors, by qubit.
        one_qubit: Errors of `pulse`, by qubit.
        pulse: Name of the one-qubit gate.
        two_qubit: Errors of entanglers, by pair, each a < b.
        names: The entangler of each pair that has one.
        out_of_order: Qubits that are said to be.
    """
    broken_qubits = {q for known in (one_qubit, readout) for q, e in known.items() if e >= _BROKEN}
    broken_qubits |= set(out_of_order)
    usable = {pair: e for pair, e in two_qubit.items() if broken_qubits.isdisjoint(pair)}
    good = {pair: error for pair, error in usable.items() if error < _BROKEN}
    ones = _without(one_qubit, broken_qubits)
    return BackendReport(
        name=name,
        qubits=qubits,
        t1=_without(times[0], broken_qubits),
        t2=_without(times[1], broken_qubits),
        readout=_without(readout, broken_qubits),
        one_qubit=ones,
        pulse=pulse,
        two_qubit=good,
        entanglers=tuple(sorted({names[pair] for pair in good})),
        broken_qubits=tuple(sorted(broken_qubits)),
        broken=tuple(sorted(set(usable) - set(good))),
        silent=tuple(
            sorted(pair for pair in set(names) - set(two_qubit) if broken_qubits.isdisjoint(pair))
        ),
        layer_fidelity=_layer_fidelity(good, ones),
    )


def _layer_fidelity(pairs: Mapping[Pair, float], singles: Mapping[int, float]) -> float | None:
    """Multiply what is left after all gates; in each layer every qubit of the register turns."""
    if not pairs or not singles:
        return None
    register, layers = {q for pair in pairs for q in pair}, len(edge_colouring(pairs))
    ones = layers * sum(math.log1p(-1.5 * singles.get(q, 0.0)) for q in register)
    return math.exp(sum(math.log1p(-1.25 * error) for error in pairs.values()) + ones)


def _pair_errors(target: Any) -> tuple[dict[Pair, float], dict[Pair, str]]:
    """Give error and gate of each pair: of the entangler that the device would use on it."""
    both: dict[Pair, float] = {}
    names: dict[Pair, str] = {}
    for entangler in entanglers_of(target):
        for pair in entangler.pairs or ():
            names.setdefault(pair, entangler.name)
        for qubits, error in _errors(target, entangler.name).items():
            pair = (min(qubits), max(qubits))
            if names.setdefault(pair, entangler.name) == entangler.name:
                both[pair] = max(error, both.get(pair, 0.0))
    return both, names


def _without(known: Mapping[int, float], broken: Collection[int]) -> dict[int, float]:
    return {qubit: value for qubit, value in known.items() if qubit not in broken}


def _positive(value: Any) -> float | None:
    """Read a number; None, NaN, infinity and 0 are placeholders."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) and number > 0 else None


def _errors(target: Any, name: str) -> dict[tuple[int, ...], float]:
    """Give the reported error of a gate by qubits, without placeholders."""
    if name not in target.operation_names:
        return {}
    return {
        qubits: error
        for qubits, known in target[name].items()
        if qubits is not None and (error := _positive(getattr(known, "error", None))) is not None
    }
