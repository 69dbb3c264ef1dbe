"""Where a key stands in a TOML text: the standard library's reader does not say.

A light scan of headers and `key =` lines. It decides nothing about the content, so where a
text is too clever for it, a message only names a line further up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

KeyPath = tuple[str | int, ...]

_PART = r"""(?:[\w-]+|"[^"]*"|'[^']*')"""
_DOTTED = rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*"
_HEADER = re.compile(rf"[ \t]*(\[\[?)[ \t]*({_DOTTED})[ \t]*\]")
_KEY = re.compile(rf"[ \t]*({_DOTTED})[ \t]*=")
_LOOK_AT = 200  # characters of a line: keys are short, and a hostile line costs nothing


@dataclass(slots=True)
class Places:
    """Line numbers (from 1) by key path, such as ("claim", 1, "value")."""

    lines: dict[KeyPath, int] = field(default_factory=dict)

    def line(self, path: KeyPath) -> int | None:
        """Give the line of a key, or of the nearest table around it."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return None


def find_places(text: str) -> Places:
    """Note the line of every header and key of a TOML text."""
    places = Places()
    sizes: dict[KeyPath, int] = {}  # how many [[tables]] of a name have begun
    table: KeyPath = ()
    fence = ""  # the quotes that end a multi-line string we are inside of
    for number, line in enumerate(text.split("\n"), start=1):
        if fence:
            fence = "" if fence in line else fence
            continue
        if header := _HEADER.match(line[:_LOOK_AT]):
            table = _table_path(header[2], is_array=header[1] == "[[", sizes=sizes)
            places.lines.setdefault(table, number)
        elif key := _KEY.match(line[:_LOOK_AT]):
            path = table
            for part in _parts(key[1]):
                path = (*path, part)
                places.lines.setdefault(path, number)
            fence = next((mark for mark in ('"""', "'''") if line.count(mark) % 2), "")
    return places


def _parts(dotted: str) -> list[str]:
    return [part.strip("\"'") for part in re.findall(_PART, dotted)]


def _table_path(dotted: str, *, is_array: bool, sizes: dict[KeyPath, int]) -> KeyPath:
    """Resolve a header; `[claim.conditions]` belongs to the last `[[claim]]`."""
    parts = _parts(dotted)
    path: KeyPath = ()
    for position, part in enumerate(parts):
        path = (*path, part)
        if is_array and position == len(parts) - 1:
            sizes[path] = sizes.get(path, 0) + 1
        if path in sizes:
            path = (*path, sizes[path] - 1)
    return path
