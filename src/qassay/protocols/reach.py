"""What the targets of an experiment are, and which of them each quantity speaks of."""

from __future__ import annotations

from typing import Final

from qassay.protocols.interface import Reach, Target

IDLE_ERROR: Final = "idle_error"


def measured_targets(
    reach: Reach, quantity: str, targets: tuple[Target, ...]
) -> tuple[Target, ...]:
    """List what has a value of its own.

    Args:
        reach: "qubits" or "pairs": each target; "layer": pairs, and beside them qubits without
            a partner, which have a quantity of their own; "links": pairs that join one
            register, which is measured as a whole.
        quantity: The quantity.
        targets: The experiment's targets.
    """
    if reach == "links":
        return (register_of(targets),)
    if reach == "layer":
        size = 1 if quantity == IDLE_ERROR else 2
        return tuple(target for target in targets if len(target) == size)
    return targets


def register_of(links: tuple[Target, ...]) -> Target:
    """List the qubits that links join, in the order of their numbers."""
    return tuple(sorted({qubit for link in links for qubit in link}))
