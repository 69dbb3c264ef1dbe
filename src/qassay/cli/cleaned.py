"""What a console prints, with everything cleaned that a stranger may have written."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderableType, RenderHook
from rich.segment import Segment

from qassay.cli.printing import clean


class Cleaning(RenderHook):
    """Cleans the text of all that a console prints, and leaves its own colours and moves alone."""

    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        """Wrap everything that is about to be printed."""
        return [_Cleaned(one) for one in renderables]


class _Cleaned:
    def __init__(self, inside: RenderableType) -> None:
        self.inside = inside

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        for text, style, control in console.render(self.inside, options):
            yield Segment(text if control else clean(text), style, control)
