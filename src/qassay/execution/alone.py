"""One call at a time on a folder: a second one would not see what the first is about to do."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from qassay.errors import Problem, UsageError

if sys.platform != "win32":  # where folders cannot be locked
    import fcntl


@contextmanager
def only_call(folder: Path) -> Iterator[None]:
    """Hold a folder against all other calls, for as long as this one is at work.

    The lock is the system's, on the folder itself: there is no lock file, and it is gone with
    the process, however that ends. Where the system has no such lock (Windows), none is taken.

    Args:
        folder: Made if it is not there, and taken away again if it stays empty.

    Raises:
        UsageError: Another call is at work there; nothing has changed.
    """
    if sys.platform == "win32" or (folder.exists() and not folder.is_dir()):
        yield
        return
    made = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError(
                Problem(
                    where=str(folder),
                    found="another call of qassay at work in this folder",
                    expected="one call at a time",
                    advice="give the command again when the other one has ended; nothing has"
                    " been changed by this one",
                )
            ) from None
        except OSError:  # a file system without locks
            pass
        yield
    finally:
        if made:
            with suppress(OSError):
                folder.rmdir()  # fails if anything is in it
        os.close(handle)
