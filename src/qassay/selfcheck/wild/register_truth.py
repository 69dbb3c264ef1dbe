"""What is true of GHZ states and mirror circuits on a wild machine.

Both are means over random Pauli operators, and the mean of one is the product over its qubits of
1 - 2 (chance of a wrong bit), times what flips of neighbours leave: such a flip changes the sign
if exactly one of its two qubits is in the operator. Sums over all operators of a register go
along its qubits in the order of their numbers, by a matrix of 2 x 2 each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from qassay.protocols.ghz import PROTOCOL as GHZ
from qassay.protocols.mirror import PROTOCOL as MIRROR
from qassay.selfcheck.wild.machine import Floats, WildMachine


def ghz_fidelity(machine: WildMachine, register: Sequence[int], moved: float) -> float:
    """Give the mean over all stabilizers: half are Z on even sets, half X and Y on all qubits."""
    keeps = _keeps(machine, register, moved)
    flips = _flips(machine, register)
    n = len(register)
    even = (_over_sets(keeps, flips) + _over_sets(-keeps, flips)) / 2**n
    everything = float(keeps.prod())  # a flip of two members changes no sign
    state = (even + everything) / 2
    alive = (1 - machine.bad) * machine.register
    return float(alive * state + (1 - alive) / 2**n)


def mirror_polarization(machine: WildMachine, register: Sequence[int], moved: float) -> float:
    """Give the mean over operators that hold each qubit with probability 3/4, none empty."""
    keeps = _keeps(machine, register, moved)
    n = len(register)
    whole = _over_sets(3 * keeps, _flips(machine, register)) / 4**n
    empty = 4.0**-n
    return float((1 - machine.bad) * machine.register * (whole - empty) / (1 - empty))


def _keeps(machine: WildMachine, register: Sequence[int], moved: float) -> Floats:
    """Give 1 - 2 (chance of a wrong bit) of each qubit, flips of neighbours left out."""
    own = list(register)
    wrong = machine.preparation + machine.unreset / 2 - machine.preparation * machine.unreset
    read = 1 - (machine.p01 + machine.p10) * moved
    return np.asarray(((1 - 2 * wrong) * read)[own])


def _flips(machine: WildMachine, register: Sequence[int]) -> Floats:
    """Give 1 - 2 c of the flip that a qubit shares with the next one of the register.

    Registers are whole machines here, so the next one is the neighbour in number.
    """
    return np.asarray(1 - 2 * machine.together[list(register)][:-1])


def _over_sets(keeps: Floats, flips: Floats) -> float:
    """Sum over all sets: keeps of its qubits, times flips between a member and a neighbour."""
    out, inside = 1.0, float(keeps[0])
    for keep, flip in zip(keeps[1:].tolist(), flips.tolist(), strict=True):
        out, inside = out + flip * inside, (flip * out + inside) * keep
    return out + inside


# By the protocol whose circuits the law imitates.
REGISTER_TRUTHS: Final[dict[str, Callable[[WildMachine, Sequence[int], float], float]]] = {
    GHZ.id: ghz_fidelity,
    MIRROR.id: mirror_polarization,
}
