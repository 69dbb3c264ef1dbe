"""What every application offers beside its instances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, TypeGuard

from qassay.applications.exact import Solution
from qassay.applications.instance import Instance
from qassay.applications.ising import Bits, Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """How an application is told to people.

    Attributes:
        title: A heading.
        field: "energy" or "healthcare".
        question: What is asked, in one sentence without physics.
        merit: What the answer is worth, such as "power through the section".
        unit: Its unit.
        repair: What is done to every string, random ones included, before it is used.
        truth: What a reader must know of the classical side.
    """

    title: str
    field: str
    question: str
    merit: str
    unit: str
    repair: str
    truth: str


class Application(Protocol):
    """One application.

    Attributes:
        id: Name on the command line.
        words: For people.
        higher_is_better: Whether more of the merit is better.
    """

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def words(self) -> Words: ...  # noqa: D102
    @property
    def higher_is_better(self) -> bool: ...  # noqa: D102

    def repaired(self, instance: Instance, bits: Bits) -> Bits:
        """Make strings usable, device's and random ones alike, shape (strings, qubits)."""
        ...

    def merit(self, instance: Instance, bits: Bits) -> Floats:
        """Give what each string is worth, in the unit of the words, shape (strings,)."""
        ...

    def solve(self, instance: Instance) -> Solution:
        """Let the classical computer solve the real problem; the value is a merit."""
        ...

    def own(self, data: bytes, name: str, qubits: int | None) -> Instance:
        """Make an instance of a buyer's own file.

        Raises:
            UsageError: The file has mistakes, all of them named.
        """
        ...


def rounded(value: float, digits: int = 6) -> float:
    """Round a number for a file, so that it is the same on every machine."""
    return float(f"{value:.{digits}g}")


def text_of(data: bytes) -> str | None:
    """Decode a file; None if it is no text."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def is_number(value: Any) -> TypeGuard[float]:
    """Whether a JSON value is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e12
