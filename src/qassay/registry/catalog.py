"""The pages that are shipped: all machines, and what was collected and left out."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from qassay.errors import Problem, RegistryError, quoted
from qassay.reading.limits import MACHINE
from qassay.reading.strict_toml import read_toml
from qassay.registry.reader import parse_machine
from qassay.registry.records import RegisteredMachine


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A figure that was collected and is not published.

    Attributes:
        machine: Id of its machine.
        id: Its place in the collection.
        metric: Kind of figure.
        reason: "from-memory" or "emulator".
        why: In a sentence.
    """

    machine: str
    id: str
    metric: str
    reason: str
    why: str


def registered_names() -> tuple[str, ...]:
    """List the ids of all machines, sorted."""
    return tuple(
        sorted(
            entry.name.removesuffix(".toml")
            for entry in _folder().iterdir()
            if entry.name.endswith(".toml")
        )
    )


@cache
def registered(name: str) -> RegisteredMachine:
    """Read one machine.

    Raises:
        RegistryError: There is no such machine.
    """
    known = registered_names()
    if name not in known:
        close = get_close_matches(name, known, 1, 0.5)
        raise RegistryError(
            Problem(
                where="registry",
                found=quoted(name),
                expected="a machine that `qassay registry list` names",
                advice=f'did you mean "{close[0]}"?' if close else "",
            )
        )
    return parse_machine(_folder().joinpath(f"{name}.toml").read_bytes(), f"{name}.toml")


def all_registered() -> tuple[RegisteredMachine, ...]:
    """Read all machines, by id."""
    return tuple(map(registered, registered_names()))


@cache
def figures_left_out() -> tuple[LeftOut, ...]:
    """Give the figures that were collected and are not published, with the reasons."""
    data = files("qassay.registry").joinpath("left_out.toml").read_bytes()
    _, document = read_toml(data, "left_out.toml", limits=MACHINE, error=RegistryError)
    return tuple(LeftOut(**row) for row in document["figure"])


def _folder() -> Traversable:
    return files("qassay.registry").joinpath("machines")
