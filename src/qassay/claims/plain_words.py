"""One of a few words, in the sheet's own spelling or in another that is unmistakable."""

from __future__ import annotations

from collections.abc import Iterable

from qassay.claims.toml_table import Table
from qassay.claims.usual_words import advice, understood
from qassay.errors import quoted
from qassay.languages.english import said


def read_word(
    table: Table, key: str, words: Iterable[str], told: list[str], why: str = ""
) -> str | None:
    """Read a word.

    Args:
        table: The claim's table; mistakes are noted there.
        key: Of the table, which has it.
        words: What the sheet may say.
        told: Where to note how another spelling was understood.
        why: Advice with a complaint.

    Returns:
        One of the words; None after a complaint.
    """
    value, own = table.value(key), tuple(words)
    if isinstance(value, str) and value not in own:
        plain = " ".join(value[:60].split()).lower()
        meant = plain if plain in own else understood(key, value)
        if meant in own:
            told.append(said("read.word", key=key, found=quoted(value), meant=meant))
            return meant
        why = advice(key, value) or why
    return table.choice(key, own, why)
