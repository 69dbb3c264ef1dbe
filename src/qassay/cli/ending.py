"""How a command ends when it does not end well: one sentence, and never the code of a verdict."""

from __future__ import annotations

import errno
import logging
import os
import shutil
import sys
import textwrap
import traceback
from typing import Final

import click

from qassay.cli.printing import echo
from qassay.errors import Problem, QassayError

CRASH: Final = 70  # EX_SOFTWARE of sysexits.h
INTERRUPTED: Final = 130  # as shells have it: 128 and the number of the signal
_NOBODY_READS: Final = 141
TRACEBACK: Final = "QASSAY_TRACEBACK"  # variable that asks for the whole report of a crash

_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_BARRED: Final = (errno.EACCES, errno.EPERM, errno.EROFS)
_SHORT: Final = (errno.EMFILE, errno.ENFILE, errno.EAGAIN)


def ended(error: BaseException) -> int:
    """Say in one sentence what went wrong, and give the exit code.

    Args:
        error: What ended the command. Its notes say what is kept.
    """
    if os.environ.get(TRACEBACK) and not isinstance(error, SystemExit | click.exceptions.Exit):
        _say("".join(traceback.format_exception(error)).rstrip())
    match error:
        case click.exceptions.Exit():  # help and version, which have been printed
            return error.exit_code
        case SystemExit():  # of rich, where nobody reads its tables
            broken = isinstance(error.__context__, BrokenPipeError)
            return _unread() if broken else int(error.code or 0)
        case BrokenPipeError():
            return _unread()
        case click.exceptions.NoArgsIsHelpError():  # a group alone: its message is the help
            _say(error.format_message())
            return 2
        case click.ClickException():
            usage = getattr(error, "ctx", None)
            if usage is not None:
                _say(f"{usage.get_usage()}\nTry '{usage.command_path} --help' for help.\n")
            _say(f"Error: {error.format_message()}{_closest(error)}")
            return 2
        case click.Abort() | KeyboardInterrupt():
            if sys.stderr.isatty():  # behind the ^C that the terminal shows
                _say("")
            _say("interrupted" + _kept(error.__cause__ or error, "nothing is left half-written"))
            return INTERRUPTED
        case QassayError():
            for problem in error.problems:
                _say(f"error: {problem}")
            kept = _kept(error, "")
            if kept:
                _say(kept.removeprefix("; "))
            return error.exit_code
    _say(f"error: {_crash(error)}{_kept(error, '')}")
    try:
        flush()
    except OSError:
        _silence(sys.stdout)
    return CRASH


def _closest(error: click.ClickException) -> str:
    """Say which device there is, to who gives none: it is what a first call lacks."""
    param = error.param if isinstance(error, click.MissingParameter) else None
    if param is None or param.name != "device":
        return ""
    return " `qassay machines` lists built-in ones, and a machine file of your own will do."


def open_streams() -> None:
    """Put nowhere in the place of standard streams that whoever began the command has closed.

    Without them the next file that is opened, a journal say, would take their number, and what is
    printed would go into it.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free, which is this
        if getattr(sys, name) is None:
            mode = "w" if number else "r"
            stream = os.fdopen(number, mode, encoding="utf-8", closefd=False)
            setattr(sys, name, stream)


def flush() -> None:
    """Write out what was printed while it can still be said that it could not be written."""
    sys.stdout.flush()


def tell_notes() -> None:
    """Print what the libraries note, such as work that is done in one process."""
    if logging.lastResort is not None and not os.environ.get(TRACEBACK):
        logging.lastResort.setLevel(logging.ERROR)  # advice of libraries to their own users
    log = logging.getLogger("qassay")
    if not any(isinstance(handler, _Notes) for handler in log.handlers):
        log.addHandler(_Notes())
        log.propagate = False


class _Notes(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        _say(f"note: {record.getMessage()}")


def _say(text: str) -> None:
    try:
        echo(_fitted(text), err=True)
    except OSError:  # nobody reads that either
        _silence(sys.stderr)


def _fitted(text: str) -> str:
    """Break lines between words, where a terminal would break them anywhere."""
    if not sys.stderr.isatty():
        return text
    columns = shutil.get_terminal_size().columns
    lines = (
        textwrap.wrap(line, columns, break_long_words=False, break_on_hyphens=False) or [""]
        for line in text.splitlines()
    )
    return "\n".join(line for wrapped in lines for line in wrapped)


def _crash(error: BaseException) -> str:
    """Say what failed, where, and what to do."""
    if isinstance(error, MemoryError):
        return str(
            Problem(
                where="this computer",
                found="no memory left",
                expected="enough for this job",
                advice="close other programs, or give fewer --workers or a smaller job",
            )
        )
    if isinstance(error, OSError) and error.errno is not None:
        where = _place(error)
        reason = os.strerror(error.errno)
        if error.errno in _FULL:
            return str(
                Problem(
                    where=where,
                    found=f"no room left on the disk ({reason})",
                    expected="room for the file",
                    advice="make room there, or choose another folder",
                )
            )
        if error.errno in _BARRED:
            return str(
                Problem(
                    where=where,
                    found=f"a place that qassay may not use ({reason})",
                    expected="a file or folder that it may read and write",
                    advice="change the rights, or choose another folder",
                )
            )
        if error.errno in _SHORT:
            return str(
                Problem(
                    where=where,
                    found=f"a limit of the system ({reason})",
                    expected="more files and processes",
                    advice="raise it (ulimit -a shows it), or give fewer --workers",
                )
            )
        return str(
            Problem(
                where=where, found=reason, expected="a file or folder that can be read and written"
            )
        )
    said = " ".join(str(error).split())[:200]
    return (
        f"qassay itself failed: {type(error).__name__}{f': {said}' if said else ''}"
        f" ({_origin(error)}); this is a fault of qassay and no verdict. With {TRACEBACK}=1"
        " the same command prints what a report of it needs"
    )


def _place(error: OSError) -> str:
    if error.filename is not None:
        return str(error.filename)
    return "standard output" if _ends_in_stream(error) else "this computer"


def _ends_in_stream(error: BaseException) -> bool:
    """Whether an error came from printing: click and rich are the last to be called then."""
    from pathlib import Path

    frames = traceback.extract_tb(error.__traceback__)
    last = Path(frames[-1].filename) if frames else Path()
    return last.parent.name in ("click", "rich") or last.name == "ending.py"


def _origin(error: BaseException) -> str:
    """Name the innermost line of ours."""
    from pathlib import Path

    frames = traceback.extract_tb(error.__traceback__)
    home = Path(__file__).parents[1]
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(home)]
    if not ours:
        return "before it had begun"
    return f"{Path(ours[-1].filename).relative_to(home)}:{ours[-1].lineno}"


def _kept(error: BaseException, otherwise: str) -> str:
    notes = "; ".join(getattr(error, "__notes__", ())) or otherwise
    return f"; {notes}" if notes else ""


def _unread() -> int:
    """End quietly: whoever read our output has gone, as in `qassay run ... | head`."""
    _silence(sys.stdout)
    return _NOBODY_READS


def _silence(stream: object) -> None:
    """Let the interpreter flush what is left into nothing when it ends."""
    try:
        number = stream.fileno()  # type: ignore[attr-defined]
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, number)
        os.close(nothing)
    except (OSError, ValueError, AttributeError):
        pass
