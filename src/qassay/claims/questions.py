"""Questions: what a sheet asks beside its claims, with numbers to plan by and no threshold.

A claim has a value that counts support or refute; a question has an answer. It stands on the sheet
as `[[question]]`, is planned, run, sealed, signed and audited as claims are, and has a place of its
own on the datasheet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from qassay.claims.rows import asked
from qassay.claims.rows.asked import Ask, Setting, Value
from qassay.claims.toml_table import Table, finite_number, shown
from qassay.errors import did_you_mean
from qassay.numerals import numeral

_LONGEST: Final = 200
_MOST_QUBITS: Final = 10_000
_RATES: Final = 3


ASKS: Final[dict[str, Ask]] = {row.id: row for row in asked.ROWS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a sheet asks.

    Attributes:
        id: Its short name on the sheet.
        ask: Id of a row of `ASKS`.
        settings: What the sheet says of it, usual values filled in, in the order of the row.
    """

    id: str
    ask: str
    settings: tuple[tuple[str, Value], ...]

    @property
    def kind(self) -> Ask:
        """The row of the table."""
        return ASKS[self.ask]

    def setting(self, key: str) -> Any:
        """Give what was set; None where nothing was, and nothing is usual."""
        return dict(self.settings).get(key)

    @property
    def files(self) -> Iterator[str]:
        """Name the files that it needs beside the sheet."""
        forms = {one.key: one.form for one in self.kind.settings}
        return (str(value) for key, value in self.settings if forms.get(key) == "file")


def asked_by(command: str) -> str:
    """Find the kind of question that a command asks.

    Raises:
        StopIteration: It asks none.
    """
    return next(row.id for row in ASKS.values() if row.command == command)


def question_keys(word: object) -> tuple[str, ...]:
    """List the keys that a `[[question]]` of a kind has; of no kind, those of all."""
    rows = [ASKS[word]] if isinstance(word, str) and word in ASKS else list(ASKS.values())
    return ("id", "ask", *dict.fromkeys(one.key for row in rows for one in row.settings))


def read_question(table: Table) -> Question | None:
    """Read a `[[question]]`, whose id is checked already.

    Returns:
        The question, or None where anything was wrong.
    """
    before = len(table.mistakes)
    word = table.value("ask") if "ask" in table else None
    row = ASKS.get(word) if isinstance(word, str) else None
    if row is None:
        table.complain(
            "ask",
            "nothing" if word is None else shown(word),
            f"one of {', '.join(ASKS)}",
            did_you_mean(word, ASKS) if isinstance(word, str) else "",
        )
        return None
    settings = tuple(
        (one.key, value) for one in row.settings if (value := read_setting(table, one)) is not None
    )
    if len(table.mistakes) > before or "id" not in table:
        return None
    return Question(id=str(table.value("id")), ask=row.id, settings=settings)


def read_setting(table: Table, one: Setting) -> Value | None:
    """Read one key; None where it is left out, or after a complaint."""
    if one.key not in table:
        if one.required:
            table.complain(one.key, "nothing", expected_of(one))
        return one.usual
    raw = table.value(one.key)
    found = _read(raw, one)
    if found is None:
        table.complain(one.key, shown(raw), expected_of(one))
    return found


def _read(raw: object, one: Setting) -> Value | None:
    """Read a value of a form; None where it is none."""
    if one.form in ("file", "word"):
        sound = isinstance(raw, str) and 0 < len(raw) <= _LONGEST and raw.isprintable()
        return raw if sound and isinstance(raw, str) and raw in (one.words or (raw,)) else None
    if one.form == "whole":
        whole = isinstance(raw, int) and not isinstance(raw, bool)
        return raw if whole and isinstance(raw, int) and one.low <= raw <= one.high else None
    if one.form == "number":
        number = finite_number(raw)
        return number if number is not None and one.low <= number <= one.high else None
    numbers = [finite_number(each) for each in raw] if isinstance(raw, list) else [None]
    if one.form == "rates":
        rates = tuple(each for each in numbers if each is not None and 0 <= each < 1)
        return rates if len(rates) == len(numbers) == _RATES else None
    qubits = tuple(int(x) for x in numbers if x is not None and x % 1 == 0 and x >= 0)
    sound = 0 < len(qubits) == len(numbers) == len(set(qubits)) <= _MOST_QUBITS
    return qubits if sound else None


def expected_of(one: Setting) -> str:
    """Say what a key takes."""
    if one.form == "figure":
        return " or ".join(one.words)
    if one.form == "file":
        return "the name of a file beside the sheet"
    if one.form == "word":
        return " or ".join(f'"{word}"' for word in one.words) or "a text"
    if one.form == "whole":
        return f"a whole number from {numeral(int(one.low))} to {numeral(int(one.high))}"
    if one.form == "number":
        return f"a number from {one.low:g} to {one.high:g}"
    if one.form == "rates":
        return "three error rates (Pauli) of pulse, CZ and readout, such as [3e-4, 3e-3, 0.01]"
    return "different qubits of the device, such as [3, 4, 5]"
