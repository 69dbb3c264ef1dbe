"""Doors by the makers' names: `ibm:`, `ionq:`, `iqm:`, `aqt:`, `braket:`, `azure:`, `cirq:`.

Each opens one machine through the maker's own package and hands it to the adapter that every Qiskit
backend goes through (Cirq has one of its own). Credentials are the package's business: what it
reads from its files or the environment. docs/providers.md says what was tried, with versions.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from qassay.devices.description import Platform
from qassay.devices.interface import Device
from qassay.errors import DeviceFileError, Problem, QassayError, UnavailableError, quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One maker's door.

    Attributes:
        name: The word before the colon.
        package: What is to be installed.
        takes: What may stand behind the colon, for people.
        backend: Gives the backend of what stands there.
        platform: Of all its machines; None where they differ.
        local: How the names of those begin that compute here.
        options: Of each job, for `backend.run`.
    """

    name: str
    package: str
    takes: str
    backend: Callable[[str], Any]
    platform: Platform | None = None
    local: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)


def _ibm(rest: str) -> Any:
    """Open a machine of IBM Quantum, or one of the fakes with a machine's calibration."""
    if rest.startswith("fake"):
        fakes = importlib.import_module("qiskit_ibm_runtime.fake_provider")
        name = "".join(word.capitalize() for word in rest.split("_"))
        kind = getattr(fakes, f"{name}V2", None) or getattr(fakes, name, None)
        if kind is None:
            raise _unknown(rest, "the name of a fake backend, such as fake_torino")
        return kind()
    return importlib.import_module("qiskit_ibm_runtime").QiskitRuntimeService().backend(rest)


def _ionq(rest: str) -> Any:
    """Open a machine of IonQ in its native gates: nothing is compiled again."""
    provider = importlib.import_module("qiskit_ionq").IonQProvider()
    name = rest if rest.startswith("ionq_") else f"ionq_{rest}"
    return provider.get_backend(name, gateset="native")


def _iqm(rest: str) -> Any:
    """Open a fake of IQM, or a computer of a server: URL, or URL#COMPUTER."""
    package = importlib.import_module("iqm.qiskit_iqm")
    if rest.startswith("fake-"):
        kind = getattr(package, f"IQMFake{rest.removeprefix('fake-').capitalize()}", None)
        if kind is None:
            fakes = sorted(
                name.removeprefix("IQMFake").lower()
                for name in dir(package)
                if name.startswith("IQMFake")
            )
            raise _unknown(rest, ", ".join(f"fake-{name}" for name in fakes))
        return _without_resonators(kind(), rest)
    url, _, computer = rest.partition("#")
    provider = package.IQMProvider(url, quantum_computer=computer or None)
    return _without_resonators(provider.get_backend(), rest)


def _without_resonators(backend: Any, rest: str) -> Any:
    """Refuse a star of qubits around a resonator: its pairs meet by MOVE, which we do not write."""
    if getattr(backend, "has_resonators", lambda: False)():
        raise _unknown(f"{rest}, whose qubits meet by MOVE and a resonator", "CZ between qubits")
    return backend


def _aqt(rest: str) -> Any:
    """Open a simulator of AQT, or a machine in the own network: URL, with a token in AQT_TOKEN."""
    provider = importlib.import_module("qiskit_aqt_provider").AQTProvider()
    if rest in ("ideal", "noisy"):
        return getattr(provider.offline, rest)()
    if "://" not in rest:
        raise _unknown(rest, "ideal, noisy, or the URL of a machine")
    return provider.direct_access().get_resource(rest, os.environ.get("AQT_TOKEN", ""))


def _braket(rest: str) -> Any:
    """Open a local simulator of Braket, or a device of AWS by its name."""
    package = importlib.import_module("qiskit_braket_provider")
    if rest.startswith("local"):
        return package.BraketLocalBackend(rest.partition("-")[2] or "default")
    return package.BraketProvider().get_backend(rest)


def _azure(rest: str) -> Any:
    """Open a target of an Azure Quantum workspace, named in the environment as Azure's tools do."""
    workspace = importlib.import_module("azure.quantum").Workspace(
        resource_id=os.environ.get("AZURE_QUANTUM_RESOURCE_ID")
    )
    provider = importlib.import_module("azure.quantum.qiskit").AzureQuantumProvider(workspace)
    return provider.get_backend(rest)


DOORS: Final = {
    door.name: door
    for door in (
        Door(
            name="ibm",
            package="qiskit-ibm-runtime",
            takes="ibm:ibm_kingston, ibm:fake_torino",
            backend=_ibm,
            platform="superconducting",
        ),
        Door(
            name="ionq",
            package="qiskit-ionq",
            takes="ionq:qpu.forte-1, ionq:simulator",
            backend=_ionq,
            platform="trapped-ion",
        ),
        Door(
            name="iqm",
            package="iqm-client[qiskit]",
            takes="iqm:https://SERVER#COMPUTER, iqm:fake-adonis",
            backend=_iqm,
            platform="superconducting",
            local=("fake-",),
        ),
        Door(
            name="aqt",
            package="qiskit-aqt-provider",
            takes="aqt:noisy, aqt:ideal, aqt:https://MACHINE",
            backend=_aqt,
            platform="trapped-ion",
            local=("ideal", "noisy"),
        ),
        Door(
            name="braket",
            package="qiskit-braket-provider",
            takes="braket:local-braket_dm, braket:Forte 1",
            backend=_braket,
            local=("local",),
            options={"verbatim": True},
        ),
        Door(
            name="azure",
            package="azure-quantum[qiskit]",
            takes="azure:ionq.qpu.aria-1",
            backend=_azure,
        ),
    )
}


def open_door(name: str, rest: str) -> Device:
    """Open a machine by its maker's name.

    Args:
        name: The word before the colon, of `DOORS`, or "cirq".
        rest: What stands behind it.

    Raises:
        UnavailableError: The maker's package is not installed.
        DeviceFileError: It has no such machine, or will not open it.
    """
    text = f"{name}:{rest}"
    if name == "cirq":
        from qassay.devices.cirq_sampler import open_cirq

        return open_cirq(rest)
    door = DOORS[name]
    try:
        backend = door.backend(rest)
    except ImportError as error:
        raise UnavailableError(
            f"{text} needs {door.package}, which is not installed ({error}); in an environment of"
            f" its own: pip install qassay '{door.package}'"
        ) from error
    except QassayError:
        raise
    except Exception as error:  # whatever a maker's package raises
        raise DeviceFileError(
            Problem(
                where=f"device {text}",
                found=quoted(f"{type(error).__name__}: {error}", 200),
                expected=f"such as {door.takes}",
                advice=f"{door.package} reads its credentials from its own files and variables",
            )
        ) from error
    from qassay.devices.qiskit_backend import QiskitDevice

    local = bool(door.local) and rest.startswith(door.local)
    options = None if local or not door.options else _always(door.options)
    return QiskitDevice(
        backend, name=text, platform=door.platform, options=options, local=local or None
    )


def _always(options: Mapping[str, Any]) -> Callable[[Any], dict[str, Any]]:
    return lambda _job: dict(options)


def _unknown(rest: str, expected: str) -> DeviceFileError:
    return DeviceFileError(Problem(where="device", found=quoted(rest), expected=expected))
