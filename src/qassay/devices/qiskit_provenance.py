"""What drives a backend: its own version, and those of Qiskit and of its provider's package."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from typing import Any, Final

from qassay.devices.interface import Provenance

_ALWAYS: Final = ("qiskit", "qiskit_aer")
_LONGEST: Final = 200


def provenance(backend: Any) -> Provenance:
    """Name versions of a backend and of what drives it.

    Args:
        backend: A Qiskit BackendV2.
    """
    own = type(backend).__module__.partition(".")[0]
    modules = dict.fromkeys((*(name for name in _ALWAYS if name in sys.modules), own))
    packages = _installed()
    found = {}
    for module in modules:
        for package in packages.get(module, ()):
            try:
                found[package] = version(package)
            except PackageNotFoundError:
                continue
    said = str(getattr(backend, "backend_version", None) or "")
    return Provenance(version=said[:_LONGEST], libraries=tuple(sorted(found.items())))


@cache
def _installed() -> Mapping[str, list[str]]:
    """Find the packages of every module that can be imported: every file of all is looked at."""
    return packages_distributions()
