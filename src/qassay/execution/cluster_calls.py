"""What a worker of a cluster does with a call: it checks its software, and makes it alone."""

from __future__ import annotations

import hashlib
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import qassay

_DECIDE: Final = ("numpy", "scipy", "stim")  # libraries that numbers may depend on
# Simulated machines keep what they have computed from call to call, and Dask's workers may have
# several threads; none is lost by it, since a call holds the interpreter anyhow.
_alone: Final = threading.Lock()


@dataclass(frozen=True, slots=True)
class Otherwise:
    """In the place of a result: the worker has other software.

    Attributes:
        software: Which.
    """

    software: str


@cache
def software() -> str:
    """Name all that numbers may depend on: qassay with a digest of its sources, and libraries."""
    home = Path(qassay.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(home.rglob("*.py")):
        digest.update(path.relative_to(home).as_posix().encode())
        digest.update(path.read_bytes())
    parts = [f"qassay {qassay.__version__} (sources {digest.hexdigest()[:12]})"]
    parts.append(f"Python {sys.version_info.major}.{sys.version_info.minor}")
    parts += [f"{name} {_version(name)}" for name in _DECIDE]
    return ", ".join(parts)


def call_there(
    expected: str, function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> Any:
    """Make a call in a worker.

    Args:
        expected: Software of the process that asks.
        function: What to call.
        args: Its arguments.
        kwargs: Those with a name.

    Returns:
        What it returns; `Otherwise` where the software differs, and nothing was called.
    """
    with _alone:
        here = software()
        return function(*args, **kwargs) if here == expected else Otherwise(here)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"
