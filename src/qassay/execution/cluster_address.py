"""Where a Dask scheduler is said to be, and whether anybody listens there."""

from __future__ import annotations

import re
import socket
from pathlib import Path
from typing import Final

from qassay.errors import HostError, Problem, UsageError, quoted
from qassay.reading.limits import FOREIGN
from qassay.reading.strict_json import read_json

ANSWER_SECONDS: Final = 10.0  # in which a scheduler has to answer and to have a worker
_ADDRESS: Final = re.compile(
    r"(?:(?:tcp|tls)://)?(?P<host>\[[0-9a-fA-F:.]+\]|[\w.-]+):(?P<port>\d{1,5})"
)
_MOST_PORT: Final = 65_535


def reached(text: str) -> str:
    """Give the address of a scheduler where somebody listens.

    Args:
        text: HOST:PORT, with tcp:// or tls:// before it or not; or the path of the file that a
            scheduler writes with --scheduler-file, which ends in ".json".

    Raises:
        UsageError: It is neither.
        HostError: Nobody listens there.
    """
    address = _of_file(Path(text)) if text.endswith(".json") else text
    match = _ADDRESS.fullmatch(address)
    if match is None or not 1 <= int(match["port"]) <= _MOST_PORT:
        raise UsageError(
            Problem(
                where="--workers",
                found=quoted(f"dask://{text}") if address == text else quoted(address),
                expected="the address of a Dask scheduler, HOST:PORT or tls://HOST:PORT, or the"
                " file.json that it writes with --scheduler-file",
            )
        )
    try:
        where = (match["host"].strip("[]"), int(match["port"]))
        socket.create_connection(where, ANSWER_SECONDS).close()
    except (OSError, UnicodeError) as error:  # an unknown name is an OSError, a strange one is not
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise HostError(
            Problem(
                where="--workers",
                found=f"nobody who listens at {address} ({reason})",
                expected="a running Dask cluster",
                advice="start scheduler and workers, or give a number of processes, as in"
                " --workers 2",
            )
        ) from None
    return address


def _of_file(path: Path) -> str:
    """Read the address from a scheduler's file."""
    try:
        with path.open("rb") as file:
            text = file.read(FOREIGN.size + 1)
    except (OSError, ValueError) as error:
        raise UsageError(
            Problem(
                where="--workers",
                found=f"no file {quoted(str(path))} that can be read ({error.__class__.__name__})",
                expected="the file that a Dask scheduler writes with --scheduler-file",
            )
        ) from None
    address = read_json(text, path.name, limits=FOREIGN, error=UsageError)
    address = address.get("address") if isinstance(address, dict) else None
    if not isinstance(address, str):
        raise UsageError(
            Problem(
                where=path.name,
                found="no address",
                expected="the file that a Dask scheduler writes with --scheduler-file",
            )
        )
    return address
