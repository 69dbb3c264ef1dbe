"""Libraries that print although they were asked not to, kept off the standard output.

HiGHS writes a line of its own to C's `stdout` in some searches, whatever its options say
(github.com/jump-dev/HiGHS.jl/issues/312). Among the lines of a document that another program reads,
it would spoil the document.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

_STDOUT: Final = 1
_one_at_a_time = threading.RLock()


@contextmanager
def muted() -> Iterator[None]:
    """Let nothing that C prints come out; what Python prints goes where it went."""
    with _one_at_a_time:
        try:
            kept = os.dup(_STDOUT)
        except OSError:  # there is no standard output
            yield
            return
        seen = sys.stdout
        try:
            with suppress(OSError, ValueError):
                seen.flush()
            if _is_standard(seen):
                sys.stdout = os.fdopen(
                    os.dup(kept), "w", buffering=1, encoding=seen.encoding, errors=seen.errors
                )
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, _STDOUT)
            os.close(nowhere)
            yield
        finally:
            _flush()  # what C has kept back would come out later
            os.dup2(kept, _STDOUT)
            os.close(kept)
            if sys.stdout is not seen:
                with suppress(OSError, ValueError):
                    sys.stdout.close()
                sys.stdout = seen


def _is_standard(stream: object) -> bool:
    try:
        return bool(stream.fileno() == _STDOUT)  # type: ignore[attr-defined]
    except (AttributeError, OSError, ValueError):
        return False


def _flush() -> None:
    """Empty the buffers of C."""
    with suppress(OSError, AttributeError, TypeError):
        library = ctypes.cdll.msvcrt if os.name == "nt" else ctypes.CDLL(None)
        library.fflush(None)
