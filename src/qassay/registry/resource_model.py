"""What a machine would need to break a key, by the model of the Azure Quantum Resource Estimator.

The model is that of Beverland et al., "Assessing requirements to scale to practical quantum
advantage", arXiv:2211.07629: a surface code, factories of magic states, and a layout that holds
any program. It computes here, in the package `qdk` (the extra `estimator`), and asks nobody.
Errors and times are those that were published of the machine; what was not is taken from the
machine that the estimator knows by the name `qubit_gate_ns_e3` or, where gates take microseconds,
`qubit_gate_us_e3`, and is named.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from qassay.registry.codebreaking import AttackEstimate, attack_estimates, two_qubit_figure
from qassay.registry.records import RegisteredMachine

EXTRA: Final = "estimator"
MODEL: Final = "arXiv:2211.07629"
_BUDGET: Final = 1 / 3  # of the chance that the whole program goes wrong, as in the paper
# Near one error in a hundred the model's code would have to be longer than it knows any; beyond,
# it corrects nothing.
_MOST_ERROR: Final = 0.01
_BEYOND: Final = ("CodeParameterComputationFailed", "LogicalErrorRateComputationFailed")
_SLOW: Final = 1e-6  # seconds of a two-qubit gate from which a machine is one of microseconds
_NANO: Final = 1e9
# Of the machines that the estimator knows: seconds of a one- and two-qubit gate and of a readout.
_TIMES: Final = {
    "qubit_gate_ns_e3": (50e-9, 50e-9, 100e-9),
    "qubit_gate_us_e3": (100e-6, 100e-6, 100e-6),
}
_ERROR: Final = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class PhysicalMachine:
    """What the model is told of a machine.

    Attributes:
        like: The machine of the estimator that fills the gaps.
        errors: Error of a one-qubit gate, of a two-qubit gate, and of a readout.
        times: Seconds of the same three.
        taken: Which of them were not published: "one_qubit_error", "readout_time" and so on.
    """

    like: str
    errors: tuple[float, float, float]
    times: tuple[float, float, float]
    taken: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelledAttack:
    """The model's answer for one key.

    Attributes:
        attack: Whose logical qubits and Toffoli gates were asked for.
        qubits: Physical qubits; None where gates or readout err too often for the model's code.
        seconds: How long the program takes; None likewise.
    """

    attack: AttackEstimate
    qubits: int | None
    seconds: float | None


def model_version() -> str:
    """Name the package that computes the model; empty where it is not installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"qdk {version('qdk')}"
    except PackageNotFoundError:
        return ""


def stated_machine(machine: RegisteredMachine) -> PhysicalMachine | None:
    """Gather what was published of a machine; None without an error of its two-qubit gates."""
    figure = two_qubit_figure(machine)
    if figure is None or not figure.error:
        return None
    found = {
        "one_qubit_error": _error(machine, "one_qubit_fidelity"),
        "two_qubit_error": figure.error,
        "readout_error": _error(machine, "readout_fidelity") or _error(machine, "spam_fidelity"),
        "one_qubit_time": _time(machine, "gate_time_1q"),
        "two_qubit_time": _time(machine, "gate_time_2q"),
        "readout_time": _time(machine, "readout_time"),
    }
    slow = (found["two_qubit_time"] or found["readout_time"] or 0.0) >= _SLOW
    unknown = found["two_qubit_time"] is None and found["readout_time"] is None
    like = "qubit_gate_us_e3" if slow or (unknown and _moves(machine)) else "qubit_gate_ns_e3"
    usual = dict(zip([*found], (*(_ERROR,) * 3, *_TIMES[like]), strict=True))
    told = [found[name] or usual[name] for name in found]
    return PhysicalMachine(
        like=like,
        errors=(told[0], told[1], told[2]),
        times=(told[3], told[4], told[5]),
        taken=tuple(name for name, value in found.items() if not value),
    )


def usual_machine(like: str) -> PhysicalMachine:
    """Give a machine that the estimator knows by name: one error in a thousand."""
    return PhysicalMachine(like=like, errors=(_ERROR,) * 3, times=_TIMES[like], taken=())


def modelled(machine: PhysicalMachine) -> tuple[ModelledAttack, ...]:
    """Ask the model about every attack whose logical qubits and Toffoli gates are published.

    Raises:
        ImportError: The package is not installed.
    """
    return tuple(
        _modelled(one, machine) for one in attack_estimates() if one.logical and one.toffolis
    )


def _modelled(attack: AttackEstimate, machine: PhysicalMachine) -> ModelledAttack:
    if max(machine.errors) >= _MOST_ERROR:
        return ModelledAttack(attack=attack, qubits=None, seconds=None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from qdk.estimator import EstimatorError, LogicalCounts

        counts = LogicalCounts({"numQubits": attack.logical, "cczCount": attack.toffolis})
        try:
            result = counts.estimate(
                {"errorBudget": _BUDGET, "qubitParams": qubit_parameters(machine)}
            )
        except EstimatorError as error:
            if not any(name in str(error) for name in _BEYOND):
                raise
            return ModelledAttack(attack=attack, qubits=None, seconds=None)
    found: Mapping[str, Any] = result["physicalCounts"]
    return ModelledAttack(
        attack=attack,
        qubits=int(found["physicalQubits"]),
        seconds=float(found["runtime"]) / _NANO,
    )


def qubit_parameters(machine: PhysicalMachine) -> dict[str, Any]:
    """Write a machine as the estimator reads it: a qubit that waits errs as a gate on it does."""
    one, two, read = machine.errors
    gate, pair, readout = (f"{_NANO * seconds:g} ns" for seconds in machine.times)
    return {
        "name": "stated",
        "instructionSet": "GateBased",
        "oneQubitGateTime": gate,
        "twoQubitGateTime": pair,
        "oneQubitMeasurementTime": readout,
        "tGateTime": gate,
        "oneQubitGateErrorRate": one,
        "twoQubitGateErrorRate": two,
        "oneQubitMeasurementErrorRate": read,
        "tGateErrorRate": one,
        "idleErrorRate": one,
    }


def _error(machine: RegisteredMachine, metric: str) -> float | None:
    from qassay.registry.standing import speaker

    figure = speaker(machine.of(metric))
    return None if figure is None else figure.error


def _time(machine: RegisteredMachine, metric: str) -> float | None:
    from qassay.registry.standing import speaker

    figure = speaker(machine.of(metric))
    return None if figure is None else figure.value


def _moves(machine: RegisteredMachine) -> bool:
    """Whether a machine is of ions or atoms, whose gates take microseconds and more."""
    return any(word in machine.platform.lower() for word in ("ion", "atom"))
