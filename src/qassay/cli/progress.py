"""What a person sees while a command works: one line that moves, and on a terminal alone.

Every command shows it through this one component, so that a line is right at every width,
whether or not it is known how much there is to do. A command that shows none of its own gets
one when it has been silent for a second.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Column
from rich.text import Text

from qassay.cli.page import open_page
from qassay.cli.printing import make_room_with
from qassay.headway import listening
from qassay.numerals import numeral

_SILENT_SECONDS: Final = 1.0
_ROOM: Final = 4


class _Count(ProgressColumn):
    """How much is done, of how much if that is known: "1 200 of at most 41 000 shots"."""

    def __init__(self) -> None:
        super().__init__(table_column=Column(no_wrap=True, overflow="ellipsis"))

    def render(self, task: Task) -> Text:
        unit, limit = task.fields["unit"], task.fields["limit"]
        if not unit or (task.total is None and not task.completed):
            return Text("")
        total = "" if task.total is None else f"{limit} {numeral(task.total)} "
        return Text(f"{numeral(task.completed)} {total}{unit}")


class _Shorter:
    """What it holds, with room at the end."""

    def __init__(self, shown: RenderableType) -> None:
        self._shown = shown

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from console.render(
            self._shown, options.update(max_width=max(options.max_width - _ROOM, 1))
        )


class _Line(Progress):
    """Leaves room at its end: a terminal writes ^C there, and would break a line that is full."""

    def get_renderables(self) -> Iterable[RenderableType]:
        for shown in super().get_renderables():
            yield _Shorter(shown)


class Work:
    """The line of a command: what it does now, and how far it is."""

    def __init__(self, bar: Progress, words: str) -> None:
        """Take the line and what is done first."""
        self._bar = bar
        self._task = bar.add_task(words, total=None, unit="", limit="of")
        self._counts = False  # of its own, and not those of loops inside

    def begin(
        self, words: str, total: float | None = None, unit: str = "", *, at_most: bool = False
    ) -> None:
        """Say what is done from now on.

        Args:
            words: What is done.
            total: How much of it there is; None or 0 if nobody knows.
            unit: What is counted; nothing is counted without one.
            at_most: Whether it may end before all of it is done.
        """
        self._counts = bool(total)
        limit = "of at most" if at_most else "of"
        self._bar.reset(self._task, description=words, completed=0, unit=unit, limit=limit)
        for task in self._bar.tasks:  # of which rich keeps a total that it is to forget
            task.total = total or None

    def advance(self, amount: float = 1) -> None:
        """Say that so much more is done."""
        self._bar.advance(self._task, amount)

    def reached(self, completed: float) -> None:
        """Say that so much is done in all."""
        self._bar.update(self._task, completed=completed)

    def counted(self, unit: str, done: int, total: int) -> None:
        """Hear how far a loop inside is; shown where nothing else is counted."""
        if not self._counts:
            self._bar.update(self._task, total=total, completed=done, unit=unit)


class _Silence:
    """Shows a line of its own where nobody else shows one for a while."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._words = ""
        self._timer: threading.Timer | None = None
        self._bar: Progress | None = None
        self._work: Work | None = None
        self._count = ("", 0, 0)

    def watch(self, words: str) -> None:
        """Begin to wait; without words for good and all nothing is shown."""
        with self._lock:
            self._words, self._count = words, ("", 0, 0)
            self.again()

    def hush(self) -> None:
        """Take the line away, and wait no more."""
        with self._lock:
            timer, bar = self._timer, self._bar
            self._timer = self._bar = self._work = None
            if timer is not None:
                timer.cancel()
            if bar is not None:
                bar.stop()

    def aside(self) -> None:
        """Make room for what is printed now, which would stand behind the line, not above it."""
        if self._timer is not None:
            self.again()

    def counted(self, unit: str, done: int, total: int) -> None:
        """Hear how far a loop is, whether the line is there already or not."""
        with self._lock:
            self._count = (unit, done, total)
            if self._work is not None:
                self._work.counted(*self._count)

    def again(self) -> None:
        """Wait anew."""
        with self._lock:
            self.hush()
            if self._words and sys.stdout.isatty():
                self._timer = threading.Timer(_SILENT_SECONDS, self._show)
                self._timer.daemon = True
                self._timer.start()

    def _show(self) -> None:
        with self._lock:
            if self._timer is threading.current_thread() and self._bar is None:
                self._bar = _line(open_page(), quiet=False)
                self._work = Work(self._bar, self._words)
                if self._count[-1]:
                    self._work.counted(*self._count)
                self._bar.start()


_silence = _Silence()


@contextmanager
def work(words: str, terminal: Console, *, quiet: bool = False) -> Iterator[Work]:
    """Show a line while something is done, and take it away at the end.

    Args:
        words: What is done first.
        terminal: Through which all else is printed meanwhile, so that it stands above the line.
        quiet: Show nothing, as with `--json`.
    """
    _silence.hush()
    with _line(terminal, quiet=quiet) as bar:
        shown = Work(bar, words)
        with listening(shown.counted):
            yield shown
    _silence.again()


@contextmanager
def line_when_long(words: str) -> Iterator[None]:
    """Show a line for a whole command whenever it shows none itself for a second.

    Args:
        words: What is done; nothing is shown without any.
    """
    _silence.watch(words)
    make_room_with(_silence.aside)
    try:
        with listening(_silence.counted):
            yield
    finally:
        _silence.watch("")


@contextmanager
def no_line() -> Iterator[None]:
    """Keep the terminal free, as for a question to the user."""
    _silence.hush()
    yield
    _silence.again()


def _line(terminal: Console, *, quiet: bool) -> Progress:
    return _Line(
        SpinnerColumn("line"),
        TextColumn("[bold]{task.description}", table_column=Column(no_wrap=True)),
        BarColumn(bar_width=None, table_column=Column(min_width=4, max_width=40)),
        _Count(),
        TimeElapsedColumn(table_column=Column(no_wrap=True)),
        console=terminal,
        disable=quiet or not sys.stdout.isatty(),
        transient=True,
    )
