"""A backend's own calibration, written as a claim sheet.

What a provider's calibration page says is a claim like any other, once its conventions are
stated. They are those of IBM's documentation, as far as the target of a backend carries them:
T1, and T2 with an echo; the readout error as the mean of both assignments; a gate's error as
average gate infidelity from randomized benchmarking; a target does not say which gates were
driven at the same time. The layer fidelity is no part of a
target: it is what the gate errors would give if nothing else went wrong.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from statistics import fmean
from typing import Any, Final

from qassay.circuits.layouts import edge_colouring
from qassay.claims.metric import Part
from qassay.claims.metrics import metric_of_part
from qassay.devices.description import Pair
from qassay.devices.qiskit_gates import entanglers_of
from qassay.errors import DeviceFileError, Problem

# An error from which on a qubit or a coupling counts as out of order: services report 1.0 for it,
# and 1/2 is pure noise of a pulse and of a readout.
_BROKEN: Final = 0.5
_PULSES: Final = ("sx", "r", "rx", "x")


# What the target of a backend calls its times, and what they are figures of.
_TIMES: Final[dict[str, Part]] = {"t1": "relaxation", "t2": "dephasing"}


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
    broken_qubits = {q for known in (singles, readout) for q, e in known.items() if e >= _BROKEN}
    usable = {pair: e for pair, e in both.items() if broken_qubits.isdisjoint(pair)}
    good = {pair: error for pair, error in usable.items() if error < _BROKEN}
    properties = list(target.qubit_properties or ())
    relaxing, dephasing = (
        {
            q: time
            for q, one in enumerate(properties)
            if q not in broken_qubits and (time := _positive(getattr(one, key, None))) is not None
        }
        for key in _TIMES
    )
    ones = _without(singles, broken_qubits)
    return BackendReport(
        name=str(backend.name),
        qubits=qubits,
        t1=relaxing,
        t2=dephasing,
        readout=_without(readout, broken_qubits),
        one_qubit=ones,
        pulse=pulse,
        two_qubit=good,
        entanglers=tuple(sorted({names[pair] for pair in good})),
        broken_qubits=tuple(sorted(broken_qubits)),
        broken=tuple(sorted(set(usable) - set(good))),
        silent=tuple(
            sorted(pair for pair in set(names) - set(both) if broken_qubits.isdisjoint(pair))
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


def sheet_of(backend: Any, *, delta: float = 0.25) -> str:
    """Write a backend's calibration as a claim sheet.

    Args:
        backend: A BackendV2.
        delta: Tolerance of the decision rule.

    Returns:
        The sheet, TOML; each claim is a mean over the backend, at the reported value.

    Raises:
        DeviceFileError: The target reports no error and no time at all.
    """
    known = calibration_of(backend)
    pairs = ", ".join(f"[{a}, {b}]" for a, b in known.pairs)
    average, mean = 'convention = "average_gate_infidelity"', 'statistic = "mean"'
    on_pairs = f"scope = {{pairs = [{pairs}]}}"

    def each(values: Mapping[int, float]) -> tuple[str, ...]:
        """State mean and qubits, the latter where some are left out."""
        listed = f"scope = {{qubits = {sorted(values)}}}"
        return (mean,) if len(values) == known.qubits else (mean, listed)

    claims = [
        *(
            _claim(key, metric_of_part(part), "at least", _seconds(_mean(own)), *each(own))
            for (key, part), own in zip(_TIMES.items(), (known.t1, known.t2), strict=True)
        ),
        _claim(
            "readout",
            metric_of_part("readout"),
            "at most",
            _number(_mean(known.readout)),
            *each(known.readout),
        ),
        _claim(
            "1q",
            metric_of_part("turn"),
            "at most",
            _number(_mean(known.one_qubit)),
            average,
            *each(known.one_qubit),
        ),
        _claim(
            "2q",
            metric_of_part("entangler"),
            "at most",
            _number(_mean(known.two_qubit)),
            average,
            mean,
            on_pairs,
        ),
        _claim(
            "layers",
            "eplg",
            "at most",
            _number(_eplg(known)),
            'convention = "process_infidelity"',
            on_pairs,
        ),
    ]
    told = [text for text in claims if text]
    if not told:
        raise DeviceFileError(
            Problem(
                where=known.name,
                found="a target without errors and times",
                expected="a backend that reports its calibration",
            )
        )
    gates = " and ".join((known.pulse, *known.entanglers))
    return (
        "# Written from the calibration data of the backend's own target.\n\n[sheet]\n"
        f'title = {_text(known.name)[:-1]}, by its own calibration"\n'
        'vendor = "the backend\'s target"\n'
        f"machine = {_text(known.name)}\ndelta = {delta:g}\nnotes = [\n"
        f"    \"Conventions, after IBM's documentation: T2 with an echo; {gates} errors are average"
        f' gate infidelities{_left_out(known)}.",\n'
        '    "The claim on layers is derived: what the gate errors give if nothing else goes'
        ' wrong.",\n]\n' + "".join(told)
    )


def _left_out(known: BackendReport) -> str:
    """Name what is left out, and why."""
    words = []
    broken = [*(f"qubit {q}" for q in known.broken_qubits), *(f"{list(known.broken)}",)]
    if known.broken_qubits or known.broken:
        words.append(f"; out of order and left out: {', '.join(x for x in broken if x != '[]')}")
    silent = [
        f"{name} of {', '.join(map(str, missing))}"
        for name, values in (
            ("T1", known.t1),
            ("T2", known.t2),
            ("readout", known.readout),
            (known.pulse, known.one_qubit),
        )
        if values
        and (
            missing := [
                q for q in range(known.qubits) if q not in values and q not in known.broken_qubits
            ]
        )
    ]
    if silent:
        words.append(f"; not reported by qubit: {'; '.join(silent)}")
    if known.silent and known.two_qubit:
        words.append(f"; not reported by coupling: {', '.join(map(str, known.silent))}")
    return "".join(words)[:1500]


def _text(name: str) -> str:
    """Write a name as TOML text."""
    return json.dumps(
        "".join(char if char.isprintable() else "?" for char in name[:120]), ensure_ascii=False
    )


def _eplg(known: BackendReport) -> float | None:
    if known.layer_fidelity is None or not known.pairs:
        return None
    return float(1 - known.layer_fidelity ** (1 / len(known.pairs)))


def _claim(name: str, metric: str, relation: str, value: str, *more: str) -> str:
    if not value:
        return ""
    lines = [
        "",
        "[[claim]]",
        f'id = "{name}"',
        f'metric = "{metric}"',
        f'relation = "{relation}"',
        f"value = {value}",
        *more,
    ]
    return "\n".join(lines) + "\n"


def _number(value: float | None) -> str:
    return f"{value:.4g}" if value is not None and 0 < value < 1 else ""


def _seconds(value: float | None) -> str:
    return f'"{value * 1e6:.4g} us"' if value is not None else ""


def _mean(values: Mapping[Any, float]) -> float | None:
    return fmean(values.values()) if values else None


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
