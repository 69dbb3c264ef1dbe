"""What a Qiskit backend says of itself, without its errors; and how to come by one."""

from __future__ import annotations

import importlib
import sys
from itertools import combinations
from pathlib import Path
from statistics import median
from typing import Any, Final

from qassay.devices.description import DeviceDescription, Durations, Pair, Platform
from qassay.devices.qiskit_gates import NativeGates
from qassay.errors import DeviceFileError, Problem, UnavailableError, quoted, setup_words

_SIMULATORS: Final = (
    "qiskit_aer", "qiskit.providers.fake_provider", "qiskit.providers.basic_provider",
    "qiskit_ibm_runtime.fake_provider", "qassay.",
)  # fmt: skip
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
            Problem(where=where, found=f"an object of type {kind}",
                    expected="a Qiskit BackendV2, which has a target")
        )  # fmt: skip
    return found


def is_simulator(backend: Any) -> bool:
    """Whether no quantum hardware stands behind a backend, as far as one can tell."""
    if any(kind.__module__.startswith(_SIMULATORS) for kind in type(backend).__mro__):
        return True
    return bool(getattr(backend, "simulator", False)) or "simulator" in str(backend.name).lower()


def describe(
    backend: Any, target: Any, gates: NativeGates, name: str, platform: Platform | None
) -> DeviceDescription:
    """Read a backend's target."""
    qubits = int(target.num_qubits or backend.num_qubits)
    pairs: tuple[Pair, ...] | None = ()
    if gates.entangler is not None:
        pairs = gates.entangler.pairs
    every = pairs is None or (qubits > 2 and pairs == tuple(combinations(range(qubits), 2)))
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
        couplings=() if every else pairs or (),
        durations=Durations(
            one_qubit_gate=_duration(target, {"r": "r", "gpi2": "gpi2", "rx": "rx"}.get(
                gates.style, "sx")),
            two_qubit_gate=_duration(target, gates.entangler.name) if gates.entangler else 0.0,
            readout=_duration(target, "measure"),
            shot_overhead=float(getattr(backend, "default_rep_delay", None) or 0.0),
        ),
        simulator=is_simulator(backend),
    )  # fmt: skip


def _duration(target: Any, name: str) -> float:
    """Give the median duration of a gate in seconds, 0 where the target does not say."""
    if name not in target.operation_names:
        return 0.0
    known = [
        float(properties.duration)
        for properties in target[name].values()
        if properties is not None and properties.duration is not None
    ]
    return median(known) if known else 0.0
