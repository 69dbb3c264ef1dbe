"""What a Qiskit backend is made of, in one digest: it tells two runs under one name apart.

Hardware is calibrated anew every day, and a run that goes on after a break must still be one
run; so of hardware only name, version and couplings count. A simulator is what its gates' error
rates and its noise model say, and the file that it was made in.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from qassay.canonical import content_id
from qassay.devices.qiskit_description import is_simulator


def backend_id(backend: Any, target: Any, salt: str = "") -> str:
    """Give the digest of a backend.

    Args:
        backend: A BackendV2.
        target: Its gates and couplings.
        salt: A digest of what it was made from, where that is known.
    """
    kind, simulator = type(backend), is_simulator(backend)
    facts = [
        salt,
        kind.__module__,
        kind.__qualname__,
        str(backend.name),
        str(getattr(backend, "backend_version", "")),
        str(target.num_qubits),
    ]
    for name in sorted(target.operation_names):
        places = target[name] or {}
        for qubits, properties in sorted(places.items(), key=lambda item: str(item[0])):
            told = ""
            if simulator and properties is not None:
                told = f"{properties.duration!r} {properties.error!r}"
            facts.append(f"{name} {qubits} {told}")
    if simulator:
        facts.append(_noise(backend))
    return content_id("\n".join(facts).encode())


def source_id(name: str, found: Any) -> str:
    """Give the digest of the file that a simulator's `module:attribute` stands in.

    Args:
        name: Module and attribute.
        found: What they name.
    """
    if not (hasattr(found, "name") and is_simulator(found)):
        return ""
    module = sys.modules.get(name.partition(":")[0])
    try:
        return content_id(Path(str(getattr(module, "__file__", None))).read_bytes())
    except OSError:
        return ""


def _noise(backend: Any) -> str:
    """Write down an Aer noise model, if there is one."""
    model = getattr(getattr(backend, "options", None), "noise_model", None)
    try:
        return "" if model is None else repr(model.to_dict(serializable=True))
    except Exception:  # another library's model, of which the type is all that is known
        return type(model).__qualname__
