"""What is not known of a machine, by how it is not known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from qassay.languages.english import said
from qassay.languages.sentence import Sentence
from qassay.registry.figure_words import group_title
from qassay.registry.records import RegisteredMachine
from qassay.registry.vocabulary import FIGURE_KINDS, GROUPS, NOT_APPLICABLE

_WAYS: Final = ("withheld", "mentioned", "unread", "not found", "not applicable")


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingKinds:
    """Groups of figures that are missing in one way.

    Attributes:
        how: "withheld", "mentioned", "unread", "not found" or "not applicable".
        groups: Ids of groups.
    """

    how: str
    groups: tuple[str, ...]

    @property
    def words(self) -> Sentence:
        """The way in words."""
        return said(f"absence.{self.how.replace(' ', '_')}")

    @property
    def titles(self) -> tuple[Sentence, ...]:
        """The groups in words."""
        return tuple(group_title(name) for name in self.groups)


def missing_kinds(machine: RegisteredMachine) -> tuple[MissingKinds, ...]:
    """Sort the groups of which a machine has no figure by how they are missing."""
    has = {FIGURE_KINDS[one.metric].group for one in machine.figures}
    apart = NOT_APPLICABLE[machine.kind]
    sorted_by: dict[str, list[str]] = {how: [] for how in _WAYS}
    for group in GROUPS:
        if group in has or group == "spread":
            continue
        how = "not applicable" if group in apart else _how(machine, group)
        sorted_by[how].append(group)
    return tuple(
        MissingKinds(how=how, groups=tuple(names)) for how, names in sorted_by.items() if names
    )


def _how(machine: RegisteredMachine, group: str) -> str:
    kinds = {kind.id for kind in FIGURE_KINDS.values() if kind.group == group}
    found = [gap.kind for gap in machine.gaps if kinds & set(gap.figures)]
    return next((how for how in ("withheld", "unread", "mentioned") if how in found), "not found")
