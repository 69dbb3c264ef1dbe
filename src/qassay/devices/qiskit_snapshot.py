"""What a backend reports of itself when jobs are sent: kept beside the counts, never looked at.

No plan and no verdict sees these numbers; a reader who holds a verdict against the machine's own
calibration of the day finds them in the bundle.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Final

from qassay.devices.calibration import TIMES
from qassay.devices.secrets_out import without_secrets

Snapshot = tuple[dict[str, str], dict[str, float]]
_FACTS: Final = (
    "backend_name",
    "backend_version",
    "last_update_date",
    "calibration_id",
    "calibration_set_id",
    "processor_type",
    "general_qlists",
)
_MOST: Final = 20_000
_TEXT: Final = 200


def snapshot_of(backend: Any, target: Any) -> Snapshot:
    """Read names and numbers, as far as a backend gives any.

    Args:
        backend: A BackendV2.
        target: Its gates.

    Returns:
        Words, such as the date of its calibration; and times in seconds and errors, by name.
    """
    facts = {"name": str(backend.name)[:_TEXT]}
    for owner in (_properties(backend), backend):
        for name in _FACTS:
            value = getattr(owner, name, None)
            if value is not None and not callable(value) and name not in facts:
                facts[name] = without_secrets(str(value))[:_TEXT]
    numbers = dict(item for item, _ in zip(_numbers(target), range(_MOST), strict=False))
    return facts, numbers


def _properties(backend: Any) -> Any:
    try:
        return backend.properties()
    except Exception:  # whatever a provider's code raises, or there is no such thing
        return None


def _numbers(target: Any) -> Iterator[tuple[str, float]]:
    for qubit, known in enumerate(getattr(target, "qubit_properties", None) or ()):
        for name in (*TIMES, "frequency"):
            value: Any = getattr(known, name, None)
            if _is_number(value):
                yield f"{name} {qubit}", float(value)
    for name in sorted(target.operation_names):
        for qubits, known in sorted((target[name] or {}).items(), key=str):
            for kind in ("error", "duration"):
                value = getattr(known, kind, None)
                if qubits is not None and _is_number(value):
                    yield f"{name} {kind} {'-'.join(map(str, qubits))}", float(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)
