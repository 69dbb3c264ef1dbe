"""How large and how deep a document may be, by where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonLimits:
    """What a JSON document may hold at most.

    Attributes:
        size: Bytes.
        values: Commas and opening brackets, which bound the number of values from above; the
            costliest, small objects, take some 100 bytes of memory each.
        depth: Levels of nesting.
        digits: Characters of one number.
        loose_numbers: Whether NaN, Infinity and whole numbers beyond 2^53 may stand there, as
            the writers of some programs write them. Evidence has one meaning for all readers,
            so there they may not.
    """

    size: int
    values: int
    depth: int = 24
    digits: int = 60
    loose_numbers: bool = False


# What a bundle holds, and what parties send: anybody may have written it, to anybody's harm.
EVIDENCE: Final = JsonLimits(size=6 << 20, values=300_000)
ALL_EVIDENCE_VALUES: Final = 1_000_000  # of all documents of a bundle together
ALL_EVIDENCE_BYTES: Final = 128 << 20  # of a bundle, which is held in memory
ALL_EVIDENCE_FILES: Final = 20_000
# What other programs write for purposes of their own: counts of makers, grids, units.
FOREIGN: Final = JsonLimits(size=32 << 20, values=1_200_000, digits=400, loose_numbers=True)
# What this program kept on disk for itself.
KEPT: Final = JsonLimits(size=256 << 20, values=20_000_000, loose_numbers=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class TomlLimits:
    """What a TOML text may hold at most.

    The standard library's reader keeps every prefix of a dotted key and some hundred bytes for
    each table that is opened, so keys and tables are bounded apart from values.

    Attributes:
        size: Bytes.
        values: Commas, equals signs and opening brackets.
        tables: Lines that open a table.
        dots: Dots between parts of keys, of all keys together.
        key_parts: Parts of one dotted key.
        depth: Levels of arrays and inline tables.
        word: Characters of one number, date or bare key.
    """

    size: int
    values: int = 150_000
    tables: int = 20_000
    dots: int = 20_000
    key_parts: int = 16
    depth: int = 24
    word: int = 100


SHEET: Final = TomlLimits(size=1 << 20)  # some 5,000 claims
MACHINE: Final = TomlLimits(size=1 << 20)
