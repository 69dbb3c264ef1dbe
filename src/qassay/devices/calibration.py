"""A backend's own calibration, written as a claim sheet.

What a provider's calibration page says is a claim like any other, once its conventions are
stated. They are those of IBM's documentation, as far as the target of a backend carries them:
T1, and T2 with an echo; the readout error as the mean of both assignments; a gate's error as
average gate infidelity from randomized benchmarking; a target does not say which gates were
driven at the same time. The layer fidelity is no part of a
target: it is what the gate errors would give if nothing else went wrong.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any, Final

from qassay.circuits.layouts import edge_colouring
from qassay.devices.description import Pair
from qassay.errors import DeviceFileError, Problem

_BROKEN: Final = 0.5  # an error from which on a coupling counts as out of order
_ENTANGLERS: Final = ("cz", "ecr", "cx", "rzz")


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """The means of what a backend reports.

    Attributes:
        name: Of the backend.
        t1: Mean T1 in seconds; None where not reported, as all others.
        t2: Mean T2 in seconds.
        readout: Mean readout error.
        one_qubit: Mean error of `pulse`.
        pulse: Name of the one-qubit gate.
        two_qubit: Mean error of `entangler` over the pairs that work.
        entangler: Name of the two-qubit gate.
        pairs: Pairs that work, each a < b.
        broken: Pairs that are reported out of order.
        layer_fidelity: What the errors of all gates in the layers of `pairs` would give.
    """

    name: str
    t1: float | None
    t2: float | None
    readout: float | None
    one_qubit: float | None
    pulse: str
    two_qubit: float | None
    entangler: str
    pairs: tuple[Pair, ...]
    broken: tuple[Pair, ...]
    layer_fidelity: float | None


def calibration_of(backend: Any) -> Calibration:
    """Read the errors and times that a BackendV2's target reports."""
    target = backend.target
    properties = [p for p in target.qubit_properties or () if p is not None]
    pulse = next((n for n in ("sx", "r", "rx", "x") if n in target.operation_names), "")
    gate = next((n for n in _ENTANGLERS if n in target.operation_names), "")
    singles = {q[0]: e for q, e in _errors(target, pulse).items()}
    both: dict[Pair, float] = {}
    for qubits, error in _errors(target, gate).items():
        pair = (min(qubits), max(qubits))
        both[pair] = max(error, both.get(pair, 0.0))
    good = {pair: error for pair, error in both.items() if error < _BROKEN}
    loss = None
    if good and singles:
        # In each layer every qubit of the register turns once, with a partner or without.
        register, layers = {q for pair in good for q in pair}, len(edge_colouring(good))
        ones = layers * sum(math.log1p(-1.5 * singles.get(q, 0.0)) for q in register)
        loss = sum(math.log1p(-1.25 * error) for error in good.values()) + ones
    return Calibration(
        name=str(backend.name),
        t1=_mean([p.t1 for p in properties]),
        t2=_mean([p.t2 for p in properties]),
        readout=_mean(list(_errors(target, "measure").values())),
        one_qubit=_mean(list(singles.values())),
        pulse=pulse,
        two_qubit=_mean(list(good.values())),
        entangler=gate,
        pairs=tuple(sorted(good)),
        broken=tuple(sorted(set(both) - set(good))),
        layer_fidelity=None if loss is None else math.exp(loss),
    )


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
    average = 'convention = "average_gate_infidelity"'
    claims = [
        _claim("t1", "t1", "at least", _seconds(known.t1), 'statistic = "mean"'),
        _claim("t2", "t2_echo", "at least", _seconds(known.t2), 'statistic = "mean"'),
        _claim("readout", "readout_error", "at most", _number(known.readout), 'statistic = "mean"'),
        _claim("1q", "one_qubit_gate_error", "at most", _number(known.one_qubit),
               average, 'statistic = "mean"'),
        _claim("2q", "two_qubit_gate_error", "at most", _number(known.two_qubit),
               average, 'statistic = "mean"', f"scope = {{pairs = [{pairs}]}}"),
        _claim("layers", "eplg", "at most", _number(_eplg(known)),
               'convention = "process_infidelity"', f"scope = {{pairs = [{pairs}]}}"),
    ]  # fmt: skip
    told = [text for text in claims if text]
    if not told:
        raise DeviceFileError(
            Problem(where=known.name, found="a target without errors and times",
                    expected="a backend that reports its calibration")
        )  # fmt: skip
    broken = f"; out of order and left out: {list(known.broken)}" if known.broken else ""
    return (
        "# Written from the calibration data of the backend's own target.\n\n[sheet]\n"
        f'title = "{known.name}, by its own calibration"\nvendor = "the backend\'s target"\n'
        f'machine = "{known.name}"\ndelta = {delta:g}\nnotes = [\n'
        f"    \"Conventions, after IBM's documentation: T2 with an echo; {known.pulse} and"
        f' {known.entangler} errors are average gate infidelities{broken}.",\n'
        '    "The claim on layers is derived: what the gate errors give if nothing else goes'
        ' wrong.",\n]\n' + "".join(told)
    )


def _eplg(known: Calibration) -> float | None:
    if known.layer_fidelity is None or not known.pairs:
        return None
    return float(1 - known.layer_fidelity ** (1 / len(known.pairs)))


def _claim(name: str, metric: str, relation: str, value: str, *more: str) -> str:
    if not value:
        return ""
    lines = ["", "[[claim]]", f'id = "{name}"', f'metric = "{metric}"',
             f'relation = "{relation}"', f"value = {value}", *more]  # fmt: skip
    return "\n".join(lines) + "\n"


def _number(value: float | None) -> str:
    return f"{value:.4g}" if value is not None and 0 < value < 1 else ""


def _seconds(value: float | None) -> str:
    return f'"{value * 1e6:.4g} us"' if value is not None and math.isfinite(value) else ""


def _mean(values: Sequence[float | None]) -> float | None:
    known = [float(value) for value in values if value is not None]
    return fmean(known) if known else None


def _errors(target: Any, name: str) -> dict[tuple[int, ...], float]:
    """Give the reported error of a gate by qubits."""
    if name not in target.operation_names:
        return {}
    return {
        qubits: float(known.error)
        for qubits, known in target[name].items()
        if qubits is not None and known is not None and known.error is not None
    }
