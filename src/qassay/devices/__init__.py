"""What a device is and what it says of itself, and every way to reach one."""

from __future__ import annotations

from typing import Any

__all__ = ["virtual_backend"]


def __getattr__(name: str) -> Any:
    """Load Qiskit for those who ask for a Qiskit backend, not for all others."""
    if name == "virtual_backend":
        from importlib import import_module

        return import_module("qassay.devices.qiskit_virtual").virtual_backend
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
