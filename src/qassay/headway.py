"""How far a piece of work is, told to whoever listens, and to nobody otherwise.

A loop that may take long says what it counts; it knows of no terminal. The command line listens
and shows "120 of 1370 batches"; where nobody does, a loop costs what it costs without.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import TypeVar

Listener = Callable[[str, int, int], None]
Item = TypeVar("Item")

_listening: list[Listener] = []  # one at the most; nobody inside a loop that is told


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Tell a listener of all loops that are walked meanwhile; of those that nest, the outermost.

    Args:
        listener: Called with the plural of what is counted, how many are done, and of how many.
    """
    before = list(_listening)
    _listening[:] = [listener]
    try:
        yield
    finally:
        _listening[:] = before


def walked(items: Collection[Item], unit: str) -> Iterator[Item]:
    """Walk a loop and tell how far it is.

    Args:
        items: What is walked.
        unit: Plural of what they are, such as "batches".
    """
    if not _listening:
        yield from items
        return
    listener = _listening.pop()
    try:
        for done, item in enumerate(items):
            listener(unit, done, len(items))
            yield item
        listener(unit, len(items), len(items))
    finally:
        _listening.append(listener)
