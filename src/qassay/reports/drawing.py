"""A drawing ready for the page."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A figure with its words.

    Attributes:
        svg: The drawing.
        title: Its heading.
        caption: What is to be seen, in sentences.
        legend: Colour classes: number of the class (-1 for none), what it stands for, how many.
    """

    svg: Markup
    title: str
    caption: str
    legend: tuple[tuple[int, str, str], ...] = ()
