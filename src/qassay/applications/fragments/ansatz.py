"""The frozen circuit: hopping, couplings, hopping, on two lines of qubits with rungs between.

The local unitary cluster Jastrow form (Motta et al., Chem. Sci. 14, 11213 (2023)) in its
sparsest shape: Hartree-Fock's string, three layers of hops exp(t (a+_p a_p+1 - h.c.)) in a brick
pattern, zz on neighbours and on the two spins of an orbital with a turn about Z of each orbital,
and three layers of hops again. Both spins have the same angles. Every gate keeps the number of
electrons of each spin: a string with another number is the machine's error. The angles minimise
the energy of the noiseless state; that was done once, on an ordinary computer, and is frozen.
"""

from __future__ import annotations

from itertools import pairwise
from math import pi
from typing import Final

import numpy as np
import numpy.typing as npt

from qassay.applications.fragments.molecule import Bits, Floats, Fragment, hops_of, strings_of
from qassay.circuits.circuit import Circuit, Gate

VERSION: Final = 1
_LAYERS: Final = 3  # of hops, before and after the couplings


def bricks(orbitals: int) -> tuple[int, ...]:
    """List the lower orbital of every hop of one half, in order."""
    return tuple(p for layer in range(_LAYERS) for p in range(layer % 2, orbitals - 1, 2))


def _parts(turns: Floats, orbitals: int) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    hops = len(bricks(orbitals))
    cuts = np.cumsum([hops, orbitals - 1, orbitals, orbitals])
    first, along, rungs, free, last = np.split(turns, cuts)
    return first, along, rungs, free, last


def ansatz_circuit(
    fragment: Fragment, patch: tuple[int, ...], register: int, mask: Bits
) -> Circuit:
    """Write the circuit in native gates.

    Args:
        fragment: The fragment.
        patch: Device qubit of each spin orbital: alpha 0 .. m-1, beta 0 .. m-1.
        register: Qubits of the circuit.
        mask: Spin orbitals flipped before the measurement, shape (2 m,): the answer's pad.
    """
    size = fragment.orbitals
    first, along, rungs, free, last = _parts(np.array(fragment.turns), size)
    lines = (patch[:size], patch[size:])
    gates = [Gate("prx", (line[p],), pi) for line in lines for p in range(fragment.electrons)]
    gates += _hop_gates(first, lines, size)
    for line in lines:
        gates += [Gate("zz", pair, float(a)) for pair, a in zip(pairwise(line), along, strict=True)]
        gates += [Gate("rz", (q,), float(c)) for q, c in zip(line, free, strict=True)]
    gates += [Gate("zz", (a, b), float(t)) for a, b, t in zip(*lines, rungs, strict=True)]
    gates += _hop_gates(last, lines, size)
    gates += [Gate("prx", (q,), pi) for q, flip in zip(patch, mask.tolist(), strict=True) if flip]
    return Circuit(register, tuple(gates))


def _hop_gates(turns: Floats, lines: tuple[tuple[int, ...], ...], orbitals: int) -> list[Gate]:
    """Write hops: quarter turns take X Y - Y X, on which CZ stands, to two turns about X."""
    gates = []
    for p, t in zip(bricks(orbitals), turns.tolist(), strict=True):
        for line in lines:
            a, b = line[p], line[p + 1]
            gates += [
                *(Gate("prx", (q,), pi / 2) for q in (a, b)),
                Gate("cz", (a, b)),
                Gate("prx", (a,), -t),
                Gate("prx", (b,), t),
                Gate("cz", (a, b)),
                *(Gate("prx", (q,), -pi / 2) for q in (a, b)),
            ]
    return gates


def ideal_state(fragment: Fragment, turns: Floats) -> npt.NDArray[np.complex128]:
    """Give the noiseless amplitudes of all determinants, shape (strings, strings)."""
    size = fragment.orbitals
    first, along, rungs, free, last = _parts(turns, size)
    strings = strings_of(size, fragment.electrons)
    spins = 1.0 - 2.0 * strings
    line = (spins[:, :-1] * spins[:, 1:]) @ along + spins @ free
    phase = line[:, None] + line[None] + (spins * rungs) @ spins.T
    before = _rotation(first, fragment)[:, 0]
    state = np.exp(-0.5j * phase) * np.outer(before, before)
    after = _rotation(last, fragment)
    return np.asarray(after @ state @ after.T)


def _rotation(turns: Floats, fragment: Fragment) -> Floats:
    """Multiply the hops of one half out on the strings of one spin."""
    hops = hops_of(fragment.orbitals, fragment.electrons)
    whole = np.eye(hops.shape[2])
    for p, t in zip(bricks(fragment.orbitals), turns.tolist(), strict=True):
        turn = hops[p, p + 1] - hops[p + 1, p]  # its cube is its negative
        moved = turn @ whole
        whole = whole + np.sin(t) * moved + (1 - np.cos(t)) * (turn @ moved)
    return whole
