"""Files that are there whole or not at all, whatever ends the program or fills the disk.

Nothing is written through a link but to the streams of the system, and what holds a secret is its
owner's alone from its first byte on, whatever the process masks.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

PRIVATE: Final = 0o600  # of files that hold keys, seeds, shares, or circuits before their time
UNFINISHED: Final = ".part"  # how the names of files end that are still being written
_FLAGS: Final = (
    os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
)


def is_stream(path: Path) -> bool:
    """Say whether a path names a stream of the system, such as /dev/stdout, and no file."""
    parts = Path(os.path.abspath(path)).parts  # noqa: PTH100  what it is called, links and all
    return parts[1:2] in (("dev",), ("proc",)) and parts[2:3] != ("shm",) and path.exists()


@contextmanager
def whole_file(path: Path, mode: int = 0o666) -> Iterator[BinaryIO]:
    """Write a file under a name that nobody can foresee; at the end it takes its own.

    The bytes are on the disk before the name is, and the name is before the call returns.

    Args:
        path: Where to; a file that is there is replaced, a stream of the system never.
        mode: Access rights, less those that the process masks.

    Raises:
        OSError: It cannot be written; then what stood there before stands there still.
    """
    if is_stream(path):
        try:
            with path.open("ab") as stream:
                yield stream
        except OSError as error:
            error.filename = str(path)
            raise
        return
    part = path.with_name(f".{secrets.token_hex(8)}{UNFINISHED}")
    try:
        with os.fdopen(os.open(part, _FLAGS, mode), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        if isinstance(error, OSError):
            error.filename, error.filename2 = str(path), None
        raise
    keep_name(path)


def write_whole(path: Path, data: bytes, mode: int = 0o666) -> None:
    """Write a file whole or not at all; errors as in `whole_file`."""
    with whole_file(path, mode) as file:
        file.write(data)


def add_line(path: Path, line: bytes, mode: int = 0o666) -> int:
    """Write at the end of a file, and have it on the disk before returning.

    Args:
        path: The file; made if it is not there.
        line: What is added.
        mode: Access rights of a file that is made.

    Returns:
        Where the file ended before.

    Raises:
        OSError: It cannot be written, or the file is a link.
    """
    with open(path, "ab", opener=_unlinked(mode)) as file:
        end = file.tell()
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
    return end


def cut_off(path: Path, end: int) -> None:
    """Shorten a file that is no link, and have that on the disk before returning."""
    with open(path, "r+b", opener=_unlinked(0)) as file:
        file.truncate(end)
        os.fsync(file.fileno())


def private_folder(path: Path) -> Path:
    """Make a folder for its owner alone, from the start; one that is there stays as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def _unlinked(mode: int) -> Callable[[str, int], int]:
    def opened(name: str, flags: int) -> int:
        return os.open(name, flags | getattr(os, "O_NOFOLLOW", 0), mode)

    return opened


def keep_name(path: Path) -> None:
    """Wait until the disk has the name of a new file, on systems where that can be asked for."""
    with suppress(OSError):
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def clear_unfinished(folder: Path) -> None:
    """Take away what calls that were killed have left half-written in a folder."""
    for path in folder.glob(f".*{UNFINISHED}"):
        with suppress(OSError):
            path.unlink()
