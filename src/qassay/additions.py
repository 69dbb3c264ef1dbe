"""What other packages add, by entry points: protocols, sources of counts, devices, applications.

A package is asked when something of its kind is looked for, never before, so `qassay --help` reads
none. Whatever goes wrong with one costs that one alone, and is told in a sentence: by `qassay
doctor`, and beside the words that are known where a word is not.

    [project.entry-points."qassay.protocols"]
    my_protocol = "my_package.my_protocol"        # a module: PROTOCOL, QUANTITIES, METRICS
    #                                         (and WORLDS, hidden machines for the self-check)
    [project.entry-points."qassay.sources"]
    my-format = "my_package.my_format"            # read_folder(folder) -> PublishedFolder
    [project.entry-points."qassay.devices"]
    mine = "my_package.my_device:open_device"     # called with what follows "mine:"
    [project.entry-points."qassay.applications"]
    my-problem = "my_package.my_problem:APPLICATION"   # an Application, `standard`, `instances`
    #                             (and `encoded`, `lowest`: audits work its problems out again)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Final, Literal

from qassay.errors import quoted

Group = Literal["qassay.protocols", "qassay.sources", "qassay.devices", "qassay.applications"]
GROUPS: Final[tuple[Group, ...]] = (
    "qassay.protocols",
    "qassay.sources",
    "qassay.devices",
    "qassay.applications",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """One thing that another package adds.

    Attributes:
        name: Of the entry point.
        group: Of the entry point.
        package: Name and version of the package.
        thing: What it names; None where it cannot be had.
        problem: Why not, in one sentence; empty where it can.
    """

    name: str
    group: Group
    package: str
    thing: Any
    problem: str = ""


@cache
def additions(group: Group) -> tuple[Addition, ...]:
    """List what other packages add to a group, by name; those that fail with their problem."""
    found = sorted(entry_points(group=group), key=lambda one: (one.name, one.value))
    return tuple(_loaded(one, group) for one in found)


def addition(group: Group, name: str) -> Addition | None:
    """Find what a name stands for; None where no package adds it, or what it adds fails."""
    return next((one for one in additions(group) if one.name == name and not one.problem), None)


def failed(group: Group) -> str:
    """Say in one sentence what other packages add to a group in vain; "" if nothing."""
    return "; ".join(one.problem for one in additions(group) if one.problem)


def in_vain(one: Addition, why: str) -> Addition:
    """Give an addition that cannot be had, and say why."""
    problem = f"{one.package} adds {quoted(one.name)} to {one.group} in vain: {why}"
    return replace(one, thing=None, problem=problem)


def _loaded(point: EntryPoint, group: Group) -> Addition:
    told = getattr(point.dist, "name", "a package"), getattr(point.dist, "version", "")
    package = " ".join(part for part in told if part)
    bare = Addition(name=point.name, group=group, package=package, thing=None)
    try:
        return replace(bare, thing=point.load())
    except Exception as error:  # whatever is wrong there, all else goes on
        words = " ".join(str(error).split()) or "no reason given"
        return in_vain(bare, f"{type(error).__name__}: {words}"[:200])
