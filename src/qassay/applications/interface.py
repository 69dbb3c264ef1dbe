"""What every application offers beside its instances."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeGuard, runtime_checkable

from qassay.applications.exact import Solution
from qassay.applications.instance import Instance
from qassay.applications.ising import Bits, Floats, Ising
from qassay.errors import Problem, UsageError

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)  # the longer ones first: one of UTF-16 begins one of UTF-32


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


@runtime_checkable
class Encodes(Protocol):
    """An application whose instances can be made again from their own data, by whoever audits."""

    def encoded(self, instance: Instance) -> Ising:
        """Write the cost anew from what else the instance holds."""
        ...

    def lowest(self, instance: Instance) -> Solution:
        """Find the lowest cost again; the value is a cost."""
        ...


def rounded(value: float, digits: int = 6) -> float:
    """Round a number for a file, so that it is the same on every machine."""
    return float(f"{value:.{digits}g}")


def text_of(data: bytes, name: str, expected: str) -> str:
    """Decode a file: UTF-8, or what its byte order mark says.

    Files of networks, units and molecules have comments and names in the letters of any country
    and in the code page of any office; their keys and numbers are ASCII in all of them. So a letter
    that cannot be told becomes U+FFFD, which the eye sees, and the numbers are read.

    Raises:
        UsageError: Nothing is in it, or it is no text.
    """
    coding = next((one for mark, one in _MARKS if data.startswith(mark)), "utf-8")
    text = data.decode(coding, "replace")
    strange = text.count("\ufffd") > len(text) / 5 or "\0" in text
    if strange or not text.strip():
        found = "no text" if strange else "an empty file"
        raise UsageError(Problem(where=name, found=found, expected=expected))
    return text


def is_number(value: Any) -> TypeGuard[float]:
    """Whether a JSON value is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e12
