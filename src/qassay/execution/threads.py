"""Numerical libraries keep to one thread: their matrices here are small, and cores have processes.

On matrices of 16 x 16 several threads cost ten times what they bring once the machine has
anything else to do. The names are read when such a library is loaded, so this comes first.
"""

from __future__ import annotations

import os
from typing import Final

_LIBRARIES: Final = ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM")


def keep_to_one_thread() -> None:
    """Ask for one thread, unless the user has asked for something else."""
    for name in _LIBRARIES:
        os.environ.setdefault(f"{name}_NUM_THREADS", "1")
