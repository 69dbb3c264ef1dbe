"""What a person sees while a command works: one line that moves, and on a terminal alone.

Every command that can take longer than a second shows it through this one component, so that
a line is right at every width, whether or not it is known how much there is to do.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
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


class _Count(ProgressColumn):
    """How much is done, of how much if that is known: "1 200 of at most 41 000 shots"."""

    def __init__(self) -> None:
        super().__init__(table_column=Column(no_wrap=True, overflow="ellipsis"))

    def render(self, task: Task) -> Text:
        unit, limit = task.fields["unit"], task.fields["limit"]
        if not unit or (task.total is None and not task.completed):
            return Text("")
        total = "" if task.total is None else f"{limit} {task.total:,.0f} "
        return Text(f"{task.completed:,.0f} {total}".replace(",", " ") + unit)


class Work:
    """The line of a command: what it does now, and how far it is."""

    def __init__(self, bar: Progress, words: str) -> None:
        """Take the line and what is done first."""
        self._bar = bar
        self._task = bar.add_task(words, total=None, unit="", limit="of")

    @property
    def live(self) -> bool:
        """Whether anybody sees it."""
        return not self._bar.disable

    def begin(
        self, words: str, total: float | None = None, unit: str = "", *, at_most: bool = False
    ) -> None:
        """Say what is done from now on.

        Args:
            words: What is done.
            total: How much of it there is; None if nobody knows.
            unit: What is counted; nothing is counted without one.
            at_most: Whether it may end before all of it is done.
        """
        self._bar.reset(
            self._task,
            description=words,
            total=total,
            completed=0,
            unit=unit,
            limit="of at most" if at_most else "of",
        )

    def advance(self, amount: float = 1) -> None:
        """Say that so much more is done."""
        self._bar.advance(self._task, amount)

    def reached(self, completed: float) -> None:
        """Say that so much is done in all."""
        self._bar.update(self._task, completed=completed)


@contextmanager
def work(words: str, terminal: Console, *, quiet: bool = False) -> Iterator[Work]:
    """Show a line while something is done, and take it away at the end.

    Args:
        words: What is done first.
        terminal: Through which all else is printed meanwhile, so that it stands above the line.
        quiet: Show nothing, as with `--json`.
    """
    bar = Progress(
        SpinnerColumn("line"),
        TextColumn("[bold]{task.description}", table_column=Column(no_wrap=True, ratio=None)),
        BarColumn(bar_width=None, table_column=Column(min_width=4, max_width=40)),
        _Count(),
        TimeElapsedColumn(table_column=Column(no_wrap=True)),
        console=terminal,
        disable=quiet or not sys.stdout.isatty(),
        transient=True,
    )
    with bar:
        yield Work(bar, words)
