"""What stands beside the counts of a provider's machine: its jobs, prices and calibration.

The program that ran the test wrote it down as the provider said it; nobody has signed it, and no
verdict rests on it. A stranger can ask the provider about the ids.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from qassay.errors import MalformedError, Problem, quoted

_TEXT: Final = 400
_LONGEST: Final = 100_000  # entries of a table


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One attempt at one job.

    Attributes:
        job: Its name in the plan.
        standing: "done", "lost", "out", "may be out".
        ids: The provider's own, separated by commas.
        circuits: Circuits of the job.
        shots: Of all its circuits.
        price: In the ledger's currency, as a decimal number; empty where unknown.
        currency: Of the price.
        sent_at: UTC.
        ended_at: UTC.
    """

    job: str
    standing: str
    ids: str
    circuits: int
    shots: int
    price: str
    currency: str
    sent_at: str
    ended_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What a backend said of itself at one time.

    Attributes:
        read_at: When it was asked, UTC.
        facts: Names and words, such as the date of the snapshot.
        numbers: Names and values in SI units, such as reported errors.
    """

    read_at: str
    facts: tuple[tuple[str, str], ...] = ()
    numbers: tuple[tuple[str, float], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Give it as plain JSON values."""
        return {
            "read_at": self.read_at,
            "facts": dict(self.facts),
            "numbers": dict(self.numbers),
        }


def paid_in(ledger: tuple[LedgerEntry, ...]) -> Decimal:
    """Add up the prices of a ledger."""
    return sum((Decimal(entry.price) for entry in ledger if entry.price), Decimal(0))


def ledger_json(ledger: tuple[LedgerEntry, ...]) -> list[dict[str, Any]]:
    """Give a ledger as plain JSON values."""
    return [asdict(entry) for entry in ledger]


def read_ledger(document: Any, where: str) -> tuple[LedgerEntry, ...]:
    """Read a ledger back from a bundle, which a stranger may have written.

    Raises:
        MalformedError: It is none.
    """
    names = LedgerEntry.__dataclass_fields__
    if not isinstance(document, list) or len(document) > _LONGEST:
        raise _refused(where, document, "a list of jobs")
    entries = []
    for number, row in enumerate(document):
        place = f"{where}[{number}]"
        if not isinstance(row, Mapping) or sorted(row) != sorted(names):
            raise _refused(place, row, f"the keys {', '.join(names)}")
        for name, value in row.items():
            whole = name in ("circuits", "shots")
            sound = type(value) is int and value >= 0 if whole else _is_text(value)
            if not sound or (name == "price" and not _is_price(value)):
                raise _refused(f"{place}, {name}", value, "what a ledger holds")
        entries.append(LedgerEntry(**row))
    return tuple(entries)


def read_calibrations(document: Any, where: str) -> tuple[Calibration, ...]:
    """Read calibrations back from a bundle, which a stranger may have written.

    Raises:
        MalformedError: They are none.
    """
    if not isinstance(document, list) or len(document) > _LONGEST:
        raise _refused(where, document, "a list of calibrations")
    found = []
    for number, row in enumerate(document):
        place = f"{where}[{number}]"
        if not isinstance(row, Mapping) or sorted(row) != ["facts", "numbers", "read_at"]:
            raise _refused(place, row, "the keys facts, numbers, read_at")
        facts, numbers = row["facts"], row["numbers"]
        tables = isinstance(facts, Mapping) and isinstance(numbers, Mapping)
        if not (
            tables
            and _is_text(row["read_at"])
            and all(_is_text(word) for word in (*facts, *facts.values(), *numbers))
            and all(_is_number(value) for value in numbers.values())
        ):
            raise _refused(place, row, "names with words, and names with numbers")
        found.append(
            Calibration(
                read_at=row["read_at"],
                facts=tuple(sorted(facts.items())),
                numbers=tuple(sorted((name, float(x)) for name, x in numbers.items())),
            )
        )
    return tuple(found)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _TEXT


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_price(value: str) -> bool:
    try:
        return not value or (Decimal(value).is_finite() and 0 <= Decimal(value) < 10**15)
    except InvalidOperation:
        return False


def _refused(where: str, found: Any, expected: str) -> MalformedError:
    return MalformedError(Problem(where=where, found=quoted(found), expected=expected))
