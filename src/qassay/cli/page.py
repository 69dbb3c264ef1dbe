"""A terminal on which nothing breaks: words stay whole, and tables fit or become lists."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from typing import Any, Final

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.control import Control
from rich.measure import Measurement
from rich.table import Column, Table
from rich.text import Text

from qassay.cli.cleaned import Cleaning
from qassay.cli.printing import echo, make_room

WITHOUT_TERMINAL: Final = 100  # columns, where the output goes into a file or a pipe
_BULLET: Final = re.compile(r" *(?:[–✔✘·?] )?")
_WORD: Final = re.compile(r"[^ \t]+")  # a space that does not break is inside a word
_TALLEST: Final = 3  # lines of a cell; a list is easier to read than a tower of words
_BETWEEN: Final = 2  # blanks between two columns


class Page(Console):
    """A console that breaks lines between words only: a path or a digest stays in one piece."""

    def print(self, *objects: Any, **options: Any) -> None:
        """Print; options as those of rich."""
        if not (objects and isinstance(objects[0], Control)):  # as what moves the line itself
            make_room()
        if options.get("soft_wrap") or len(objects) != 1 or not isinstance(objects[0], str):
            super().print(*objects, **options)
            return
        marked = options.pop("markup", True)
        text = Text.from_markup(objects[0]) if marked else Text(objects[0])
        for line in fitted(text, self.width):
            super().print(line, **{**options, "overflow": "ignore", "crop": False})


def fitted(text: Text, width: int) -> Iterator[Text]:
    """Break a text between words; a line that goes on stands under the first word of its own.

    Args:
        text: Of one or more lines.
        width: Columns; a word that is longer stands on a line of its own, whole.
    """
    for line in text.split("\n", allow_blank=True):
        indent = len(_BULLET.match(line.plain)[0])  # type: ignore[index]  # it may be empty
        room, start, at = width, 0, 0
        for word in _WORD.finditer(line.plain):
            if cell_len(line.plain[start : word.end()].rstrip()) > room and word.start() > at:
                piece = line[start : word.start()]
                piece.rstrip()
                yield Text(" " * (width - room)) + piece
                start = at = word.start()
                room = width - indent
        yield Text(" " * (width - room)) + line[start:]


class FittingTable(Table):
    """A table without lines; where its cells do not fit side by side, a list of its rows."""

    def __init__(self, *, head: bool = True) -> None:
        """Make an empty one.

        Args:
            head: Whether the columns have names.
        """
        super().__init__(box=None, pad_edge=False, header_style="bold", show_header=head)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Share out the columns of the terminal, each at least as wide as its longest word."""
        if not self.rows:  # a head over nothing says nothing
            return
        spans = [_span(column, self.show_header) for column in self.columns]
        room = options.max_width - _BETWEEN * (len(spans) - 1)
        least = sum(span.minimum for span in spans)
        table = None if least > room else _laid_out(self, _shared(spans, room - least))
        if table is None or _tallest(table) > _TALLEST:
            yield from self._listed(options.max_width)
        else:
            yield table

    def _listed(self, width: int) -> RenderResult:
        """Give each row as a heading with a line a column."""
        names = [str(column.header) for column in self.columns]
        cells = [list(column.cells) for column in self.columns]
        for row in zip(*cells, strict=True):
            head = str(row[0])
            head = f"{names[0]} {head}" if Text.from_markup(head).plain.isdigit() else head
            yield from _whole(fitted(Text.from_markup(head, style="bold"), width))
            for name, cell in zip(names[1:], row[1:], strict=True):
                if str(cell):
                    said = f"  {name}: {cell}" if name else f"  {cell}"
                    yield from _whole(fitted(Text.from_markup(said), width))
        if self.caption:
            yield from _whole(fitted(Text.from_markup(str(self.caption)), width))


def _whole(lines: Iterable[Text]) -> Iterator[Text]:
    """Keep rich from breaking lines that have been broken."""
    for line in lines:
        line.overflow, line.no_wrap = "ignore", True
        yield line


def _shared(spans: list[Measurement], spare: int) -> list[int]:
    """Give each column its longest word, and what is left to those that need little more."""
    widths = [span.minimum for span in spans]
    order = sorted(range(len(spans)), key=lambda k: spans[k].maximum - spans[k].minimum)
    for turn, place in enumerate(order):
        wish = spans[place].maximum - spans[place].minimum
        share = min(wish, spare // (len(order) - turn))
        widths[place] += share
        spare -= share
    return widths


def _laid_out(table: FittingTable, widths: list[int]) -> Table:
    """Give a table whose cells are broken already, as rich breaks at every space."""
    made = Table(
        box=None,
        pad_edge=False,
        header_style=table.header_style,
        show_header=table.show_header,
        caption=table.caption,
    )
    for column, width in zip(table.columns, widths, strict=True):
        head = _stacked(str(column.header), width)
        made.add_column(head, justify=column.justify, width=width, no_wrap=True)
    for row in zip(*(column.cells for column in table.columns), strict=True):
        made.add_row(*(_stacked(str(cell), w) for cell, w in zip(row, widths, strict=True)))
    return made


def _tallest(table: Table) -> int:
    return max(
        (str(cell).count("\n") + 1 for column in table.columns for cell in column.cells), default=0
    )


def _stacked(cell: str, width: int) -> Text:
    return Text("\n").join(fitted(Text.from_markup(cell), width))


def _span(column: Column, head: bool) -> Measurement:
    """Measure the longest word and the longest line of a column."""
    texts = [str(cell) for cell in column.cells] + ([str(column.header)] if head else [])
    lines = [line for text in texts for line in Text.from_markup(text).plain.split("\n")]
    words = [word for line in lines for word in _WORD.findall(line)]
    return Measurement(max(map(cell_len, words), default=0), max(map(cell_len, lines), default=0))


_open: list[tuple[Any, Page]] = []


def open_page() -> Page:
    """Open the terminal, at a readable width where there is none.

    There is one page a stream, so that a line that moves knows of all that is printed above it.
    """
    stream = getattr(sys.stdout, "rich_proxied_file", sys.stdout)
    if not _open or _open[0][0] is not stream:
        made = Page(highlight=False)
        width = None if made.is_terminal else WITHOUT_TERMINAL
        made = made if width is None else Page(highlight=False, width=width)
        made.push_render_hook(Cleaning())  # of what strangers wrote
        _open[:] = [(stream, made)]
    return _open[0][1]


def say(text: str) -> None:
    """Print a text for programs and people: as it is into a pipe, fitted on a terminal."""
    if sys.stdout.isatty():
        open_page().print(text, markup=False)
    else:
        echo(text)
