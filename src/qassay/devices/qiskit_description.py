"""What a Qiskit backend says of itself, without its errors; and how to come by one."""

from __future__ import annotations

import importlib
import math
import re
import sys
from itertools import combinations
from pathlib import Path
from statistics import median
from typing import Any, Final

from qassay.devices.description import DeviceDescription, Durations, Pair, Platform
from qassay.devices.qiskit_gates import QiskitGates
from qassay.errors import DeviceFileError, Problem, UnavailableError, quoted, setup_words

_SIMULATORS: Final = (
    "qiskit_aer",
    "qiskit.providers.fake_provider",
    "qiskit.providers.basic_provider",
    "qiskit_ibm_runtime.fake_provider",
    "qassay.",
)
# Of others: modules, and words in names, of what computes somewhere else.
_REMOTE_SIMULATORS: Final = ("iqm.qiskit_iqm.fake_backends", "mqt.ddsim", "qiskit_qulacs")
_SIMULATOR_NAMES: Final = re.compile(
    r"simulator|emulator|fake|statevector|state_vector|density_matrix|ddsim|noiseless"
    r"|(?:^|[^a-z])(?:sim|ideal|sv1|dm1|tn1)(?:[^a-z]|$)"
)
_PLATFORMS: Final[tuple[tuple[str, Platform], ...]] = (
    ("qiskit_ibm_runtime", "superconducting"),
    ("iqm", "superconducting"),
    ("qiskit_ionq", "trapped-ion"),
    ("qiskit_aqt_provider", "trapped-ion"),
)


def need_qiskit(what: str, package: str = "qiskit") -> None:
    """Import Qiskit.

    Raises:
        UnavailableError: It is not installed; the message has the line that installs it.
    """
    try:
        importlib.import_module(package)
    except ImportError as error:
        raise UnavailableError(
            f"{what} needs {package}, which is not installed ({error}); {setup_words('qiskit')}"
        ) from error


def find_backend(text: str) -> Any:
    """Import `module:attribute` and make a backend or a device of it.

    Args:
        text: The attribute is a backend, or a class or function that gives one when called
            without arguments. The current folder is searched after everything installed.

    Raises:
        DeviceFileError: There is no such thing, or making it failed.
    """
    where = f"device qiskit:{text}"
    module_name, _, attribute = text.partition(":")
    expected = "qiskit:MODULE:ATTRIBUTE, where ATTRIBUTE is a backend or gives one when called"
    if not module_name or not attribute:
        raise DeviceFileError(Problem(where=where, found=quoted(text), expected=expected))
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.append(here)
    try:
        found: Any = importlib.import_module(module_name)
        for part in attribute.split("."):
            found = getattr(found, part)
        ready = hasattr(found, "target") or hasattr(found, "submit")
        if isinstance(found, type) or (callable(found) and not ready):
            found = found()
    except Exception as error:  # whatever a provider's code raises
        said = f"{type(error).__name__}: {error}"
        raise DeviceFileError(
            Problem(where=where, found=quoted(said, 200), expected=expected)
        ) from error
    if not hasattr(found, "submit") and getattr(found, "target", None) is None:
        kind = type(found).__name__
        raise DeviceFileError(
            Problem(
                where=where,
                found=f"an object of type {kind}",
                expected="a Qiskit BackendV2, which has a target",
            )
        )
    return found


def is_local(backend: Any) -> bool:
    """Whether a backend computes in this process: its jobs do not outlive it."""
    return any(kind.__module__.startswith(_SIMULATORS) for kind in type(backend).__mro__)


def is_simulator(backend: Any) -> bool:
    """Whether no quantum hardware stands behind a backend, as far as one can tell."""
    if is_local(backend):
        return True
    if any(kind.__module__.startswith(_REMOTE_SIMULATORS) for kind in type(backend).__mro__):
        return True
    noise = getattr(getattr(backend, "options", None), "noise_model", None)
    modelled = noise is not None and not isinstance(noise, str)  # a word is a default of IonQ's
    declared = bool(getattr(backend, "simulator", False)) or modelled
    return declared or _SIMULATOR_NAMES.search(str(backend.name).lower()) is not None


def describe(
    backend: Any, target: Any, gates: QiskitGates, name: str, platform: Platform | None
) -> DeviceDescription:
    """Read a backend's target."""
    qubits = int(target.num_qubits or backend.num_qubits)
    pulse = _pulse(gates)
    faulty, apart = _faulty(backend)
    broken = {
        qubit
        for qubit in range(qubits)
        if qubit in faulty or not all(_has(target, name, qubit) for name in (pulse, "measure"))
    }
    coupled = gates.pairs
    every = coupled is None or (qubits > 2 and coupled == tuple(combinations(range(qubits), 2)))
    couplings = () if every else coupled or ()
    left = sorted(pair for pair in apart if broken.isdisjoint(pair))
    module = type(backend).__module__
    guessed: Platform = "other"
    for start, kind in _PLATFORMS:
        if module.startswith(start):
            guessed = kind
    return DeviceDescription(
        name=name,
        platform=platform or guessed,
        qubits=qubits,
        connectivity="all-to-all" if every else "listed",
        couplings=couplings,
        durations=Durations(
            one_qubit_gate=_duration(target, pulse),
            two_qubit_gate=_meeting(target, gates),
            readout=_duration(target, "measure"),
            shot_overhead=float(getattr(backend, "default_rep_delay", None) or 0.0),
        ),
        simulator=is_simulator(backend),
        out_of_order=tuple(sorted(broken)),
        pairs_out_of_order=tuple(left),
        lacks=() if "delay" in target.operation_names else ("delay",),
    )


def _pulse(gates: QiskitGates) -> str:
    """Name the gate of the target that a quarter turn is made of."""
    return {"r": "r", "gpi2": "gpi2", "rx": "rx"}.get(gates.style, "sx")


def _has(target: Any, name: str, qubit: int) -> bool:
    """Whether a target has a gate on a qubit; a gate without places is everywhere."""
    if name not in target.operation_names:
        return True  # the whole target lacks it, which is no fault of the qubit
    places = target.qargs_for_operation_name(name)
    return places is None or (qubit,) in places


def _faulty(backend: Any) -> tuple[set[int], set[Pair]]:
    """Read which qubits and pairs a provider's own properties call faulty."""
    try:
        properties = (
            backend.properties() if callable(getattr(backend, "properties", None)) else None
        )
        qubits = {int(qubit) for qubit in properties.faulty_qubits()} if properties else set()
        gates = properties.faulty_gates() if properties else ()
        pairs = {(min(gate.qubits), max(gate.qubits)) for gate in gates if len(gate.qubits) == 2}
        single = {int(gate.qubits[0]) for gate in gates if len(gate.qubits) == 1}
    except Exception:  # whatever a provider's code raises: then the target alone speaks
        return set(), set()
    return qubits | single, pairs


def _meeting(target: Any, gates: QiskitGates) -> float:
    """Give the median duration of the entanglers that are used, 0 where nobody says."""
    if gates.pairs is None:
        return _duration(target, gates.entanglers[0].name)
    known = []
    for pair in gates.pairs:
        entangler, ordered = gates.entangler_on(pair)
        known.append(_seconds(target[entangler.name].get(ordered)))
    told = [seconds for seconds in known if seconds is not None]
    return median(told) if told else 0.0


def _duration(target: Any, name: str) -> float:
    """Give the median duration of a gate in seconds, 0 where the target does not say."""
    if name not in target.operation_names:
        return 0.0
    known = [_seconds(properties) for properties in target[name].values()]
    told = [seconds for seconds in known if seconds is not None]
    return median(told) if told else 0.0


def _seconds(properties: Any) -> float | None:
    """Read a duration; nothing, no number and no time at all are placeholders."""
    seconds = getattr(properties, "duration", None)
    if seconds is None or not math.isfinite(float(seconds)) or float(seconds) <= 0:
        return None
    return float(seconds)
