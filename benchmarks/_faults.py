"""Faults below all file functions: a process is ended, or its disk is full, at a chosen write.

Everything by which a file, a name or a length can change is counted: opening for writing, writing
(of thousands of writes to one file some dozen), syncing, renaming, folders, cutting off. At the
one that was chosen the process kills itself (SIGKILL, with half of what it was writing on the
disk), or the disk is full from there on.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

KILL, FULL = "kill", "full"
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Faults:
    """Counts what changes the disk below a folder, and ends it at one of them.

    Attributes:
        at: Number of the change that is hit, from 1; 0 for none.
        how: `KILL` or `FULL`.
        count: Changes so far.
    """

    def __init__(self, at: int, how: str) -> None:
        self.at, self.how, self.count = at, how, 0

    def tick(self, *, grows: bool, half: Callable[[], object] | None = None) -> None:
        """Count a change; at the chosen one the process is killed, or the disk is full."""
        self.count += 1
        if not self.at or self.count < self.at:
            return
        if self.how == KILL:
            if half is not None:
                half()
            os.kill(os.getpid(), signal.SIGKILL)
        elif grows:
            if half is not None and self.count == self.at:
                half()
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def install(self) -> None:
        """Stand before the functions of this process; there is no way back."""
        for name, grows in (
            ("replace", False),
            ("rename", False),
            ("mkdir", True),
            ("truncate", False),
            ("ftruncate", False),
            ("fsync", True),
        ):
            setattr(os, name, self._counted(getattr(os, name), grows=grows))
        opened, fdopen, pwrite = os.open, os.fdopen, os.pwrite

        def os_open(path: Any, flags: int, *more: Any, **options: Any) -> int:
            if flags & _WRITES:
                self.tick(grows=True)
            return opened(path, flags, *more, **options)

        def os_fdopen(handle: int, mode: str = "r", *more: Any, **options: Any) -> Any:
            file = fdopen(handle, mode, *more, **options)
            return _Counted(file, self) if _writing(mode) else file

        def os_pwrite(handle: int, data: bytes, offset: int) -> int:
            self.tick(grows=True, half=lambda: pwrite(handle, data[: len(data) // 2], offset))
            return pwrite(handle, data, offset)

        os.open, os.fdopen, os.pwrite = os_open, os_fdopen, os_pwrite
        plain = builtins.open

        def any_open(file: Any, mode: str = "r", *more: Any, **options: Any) -> Any:
            inner = isinstance(file, int) or options.get("opener") is not None
            if _writing(mode) and not inner and Path(file) != Path(os.devnull):
                self.tick(grows=True)
            made = plain(file, mode, *more, **options)
            return _Counted(made, self) if _writing(mode) else made

        builtins.open, io.open = any_open, any_open

    def _counted(self, real: Callable[..., Any], *, grows: bool) -> Callable[..., Any]:
        def counted(*args: Any, **options: Any) -> Any:
            self.tick(grows=grows)
            return real(*args, **options)

        return counted


class _Counted:
    """A file of which writes are counted: the first, the second, the fourth, and so on."""

    def __init__(self, file: Any, faults: Faults) -> None:
        self._file, self._faults, self._writes = file, faults, 0

    def write(self, data: Any) -> int:
        self._writes += 1
        if self._writes & (self._writes - 1):
            return int(self._file.write(data))

        def half() -> None:
            self._file.write(data[: len(data) // 2])
            self._file.flush()

        self._faults.tick(grows=True, half=half)
        return int(self._file.write(data))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> _Counted:
        self._file.__enter__()
        return self

    def __exit__(self, *details: object) -> Any:
        return self._file.__exit__(*details)

    def __iter__(self) -> Any:
        return iter(self._file)


def _writing(mode: str) -> bool:
    return any(letter in mode for letter in "wax+")
