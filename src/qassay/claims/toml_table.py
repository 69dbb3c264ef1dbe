"""Read a TOML table key by key, and gather every mistake with its place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time

from qassay.claims.toml_places import KeyPath, Places
from qassay.claims.usual_words import KEYS
from qassay.errors import Problem, did_you_mean, quoted
from qassay.units import SCALES, Dimension

MOST_PROBLEMS = 50
_LARGEST_WHOLE = 2**53  # beyond it JSON readers disagree about integers
_FORBIDDEN = ("Cc", "Cn", "Co", "Cs", "Zl", "Zp")  # Unicode categories
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


class MistakeList:
    """All mistakes of one file.

    After the fiftieth they are only counted: a hostile file must not cost a page each.
    """

    def __init__(self, name: str, places: Places) -> None:
        """Take the file's name as messages show it, and the places of its keys."""
        self.name = printable(name, 200)
        self.places = places
        self.left_out = 0
        self._problems: list[tuple[int, Problem]] = []  # with their lines

    @property
    def is_full(self) -> bool:
        """Whether further mistakes are only counted."""
        return len(self._problems) >= MOST_PROBLEMS

    def __len__(self) -> int:
        """How many mistakes there are, listed or only counted."""
        return len(self._problems) + self.left_out

    def add(self, path: KeyPath, words: str, found: str, expected: str, advice: str = "") -> None:
        """Note a mistake at a key path, which people read as `words`."""
        if self.is_full:
            self.left_out += 1
            return
        line = self.places.line(path)
        where = f"{self.name}:{line}: {words}" if line else f"{self.name}: {words}"
        problem = Problem(where=where, found=found, expected=expected, advice=advice)
        self._problems.append((line or 0, problem))

    def all(self) -> list[Problem]:
        """Give the problems by line, with a last word where some were only counted."""
        listed = [problem for _, problem in sorted(self._problems, key=lambda each: each[0])]
        if not self.left_out:
            return listed
        rest = Problem(
            where=self.name,
            found=f"{self.left_out} more mistakes",
            expected="none",
            advice="mend the ones above first",
        )
        return [*listed, rest]


class Table:
    """One table of the file; hands out checked values, `None` after a complaint."""

    def __init__(
        self,
        content: Mapping[str, object],
        *,
        known: tuple[str, ...],
        path: KeyPath,
        words: str,
        mistakes: MistakeList,
    ) -> None:
        """Take a table and complain at once of the keys that do not belong in it."""
        self.content = content
        self.path = path
        self.words = words
        self.mistakes = mistakes
        for key in content:
            if key not in known:
                self.complain(
                    key,
                    "an unknown key",
                    f"one of {', '.join(known)}",
                    "" if mistakes.is_full else _key_advice(key, known),
                )

    def complain(self, key: str, found: str, expected: str, advice: str = "") -> None:
        """Note a mistake at one key of this table."""
        name = printable(key, 40)
        words = f"{self.words}, {name}" if self.words else name
        self.mistakes.add((*self.path, key), words, found, expected, advice)

    def __contains__(self, key: str) -> bool:
        """Whether the table has the key."""
        return key in self.content

    def value(self, key: str) -> object:
        """Give the raw value of a key that is there."""
        return self.content[key]

    def text(self, key: str, *, longest: int = 200, required: bool = False) -> str | None:
        """Read one line of text without control characters.

        Returns:
            The text; "" where an optional key is absent; None after a complaint.
        """
        expected = f"a line of text, at most {longest} characters"
        if key not in self.content:
            if not required:
                return ""
            self.complain(key, "nothing", expected, f'write {key} = "..."')
            return None
        value = self.content[key]
        mistake = text_mistake(value, longest)
        if mistake or not isinstance(value, str):
            self.complain(key, mistake, expected)
            return None
        if required and not value.strip():
            self.complain(key, "an empty text", expected)
            return None
        return value.strip()

    def day(self, key: str) -> str:
        """Read a day as "YYYY-MM-DD"; "" where absent or wrong."""
        value = self.content.get(key)
        if value is None:
            return ""
        if isinstance(value, datetime):
            return value.date().isoformat()
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value.strip(), re.ASCII):
            try:
                return date.fromisoformat(value.strip()).isoformat()
            except ValueError:
                pass
        self.complain(key, shown(value), "a day, such as 2024-12-19")
        return ""

    def choice(self, key: str, options: Iterable[str], why: str = "") -> str | None:
        """Read one of a few words; None after a complaint."""
        words = tuple(options)
        expected = " or ".join(f'"{word}"' for word in words)
        if key not in self.content:
            self.complain(key, "nothing", expected, why)
            return None
        value = self.content[key]
        if isinstance(value, str) and value in words:
            return value
        guess = did_you_mean(value, words) if isinstance(value, str) else ""
        self.complain(key, shown(value), expected, guess or why)
        return None


def text_mistake(value: object, longest: int) -> str:
    """Say what is wrong with a text, or "" where it is one line of clean text."""
    if not isinstance(value, str):
        return shown(value)
    if len(value) > longest:
        return f"{quoted(value, 40)}, {len(value)} characters long"
    # Controls and direction marks can forge a terminal line or the look of a report.
    if any(unicodedata.category(char) in _FORBIDDEN for char in value):
        return f"{quoted(value)}, with control characters"
    if any(char in _BIDI for char in value):
        return f"{quoted(value)}, with marks that turn the direction of writing"
    return ""


def finite_number(value: object) -> float | None:
    """Give a finite float for a TOML number, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if number - number == 0 else None


def printable(text: str, limit: int) -> str:
    """Cut a text and blank what cannot be printed, for use inside a message."""
    return quoted(text, limit + 2).strip('"')


def shown(value: object) -> str:
    """Describe a value found in a file, short whatever it holds."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        # Python refuses to print integers of thousands of digits.
        return str(value) if abs(value) <= _LARGEST_WHOLE else "a number of too many digits"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list):
        return f"an array of {len(value)}" if value else "an empty array"
    if isinstance(value, date | datetime | time):
        return f"the date or time {value.isoformat()}"
    return str(value)


def _key_advice(key: str, known: tuple[str, ...]) -> str:
    """Say what to write for a key that people try, else suggest the closest one."""
    tried = KEYS.get(key.strip().lower()[:60], "") if "metric" in known else ""
    return tried or did_you_mean(key, known)


def unit_advice(raw: object, dimension: Dimension) -> str:
    """Say that a unit is one of another kind of quantity, where it is."""
    if not isinstance(raw, str):
        return ""
    unit = raw.strip().lstrip("+-0123456789.eE").strip()
    for other, scales in SCALES.items():
        if other != dimension and unit in scales:
            return f'"{unit}" is a unit of {other}'
    return ""
