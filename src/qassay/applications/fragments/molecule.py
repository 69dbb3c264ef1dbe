"""A molecular fragment: frozen integrals, its Hamiltonian, and the exact energy.

Orbitals p of one spatial function each hold an electron of spin alpha and one of spin beta.
A determinant is a pair of strings (a, b) of as many occupied orbitals each. With
E_pq = sum over spins of a+_p a_q the Hamiltonian is

    H = constant + sum (h_pq - 1/2 sum_r (pr|rq)) E_pq + 1/2 sum (pq|rs) E_pq E_rs

(Helgaker, Jorgensen, Olsen, Molecular Electronic-Structure Theory, 2000, section 2.2).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import combinations
from math import comb
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from qassay.errors import Problem, UsageError, quoted
from qassay.reading.strict_json import read_json

Floats = npt.NDArray[np.float64]
Bits = npt.NDArray[np.uint8]
APPLICATION: Final = "fragment-energy"
STANDARD: Final = "benzene-pi"
MILLI: Final = 1000.0  # millihartree in a hartree


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Fragment:
    """A frozen fragment.

    Attributes:
        name: Of the instance.
        title: For people.
        orbitals: m; the circuit has 2 m qubits.
        electrons: Of each spin.
        constant: Energy of nuclei and frozen electrons, hartree.
        one: h_pq, hartree, shape (m, m).
        two: (pq|rs), hartree, shape (m, m, m, m).
        hartree_fock: Energy as the maker's package printed it, hartree.
        exact: Lowest energy in these orbitals, from the same package, hartree.
        strings: d: strings of each spin in the sampled subspace, which has d^2 determinants.
        turns: Angles of the circuit, frozen, radians; see `ansatz`.
        source: Where the integrals come from.
        licence: Of that.
    """

    name: str
    title: str
    orbitals: int
    electrons: int
    constant: float
    one: Floats
    two: Floats
    hartree_fock: float
    exact: float
    strings: int
    turns: tuple[float, ...]
    source: str
    licence: str

    @property
    def qubits(self) -> int:
        """Qubits of the circuit: one a spin orbital."""
        return 2 * self.orbitals

    @property
    def determinants(self) -> int:
        """Size of the whole space."""
        return comb(self.orbitals, self.electrons) ** 2


def fragment_from_json(document: dict[str, Any], name: str) -> Fragment:
    """Read a frozen fragment.

    `two` lists (pq|rs) once a class of equal integrals: rows and columns of the lower triangle
    over pairs p >= q, themselves in the order of the lower triangle.
    """
    size = int(document["orbitals"])
    rows, columns = np.tril_indices(size)
    pairs = rows.size
    packed = np.zeros((pairs, pairs))
    packed[np.tril_indices(pairs)] = document["two"]
    packed = np.tril(packed) + np.tril(packed, -1).T
    index = np.zeros((size, size), dtype=np.intp)
    index[rows, columns] = index[columns, rows] = np.arange(pairs)
    return Fragment(
        name=name,
        title=str(document["title"]),
        orbitals=size,
        electrons=int(document["electrons"]),
        constant=float(document["constant"]),
        one=np.array(document["one"], dtype=np.float64),
        two=packed[index[:, :, None, None], index[None, None]],
        hartree_fock=float(document["hartree_fock"]),
        exact=float(document["exact"]),
        strings=int(document["strings"]),
        turns=tuple(map(float, document["turns"])),
        source=str(document["source"]),
        licence=str(document["licence"]),
    )


@cache
def fragment_names() -> tuple[str, ...]:
    """List the frozen fragments, the smallest first."""
    names = [
        entry.name.removesuffix(".json")
        for entry in _folder().iterdir()
        if entry.name.endswith(".json")
    ]
    return tuple(sorted(names, key=lambda name: (fragment(name).qubits, name)))


@cache
def fragment(name: str) -> Fragment:
    """Read the frozen fragment of a name.

    Raises:
        UsageError: There is none.
    """
    place = _folder().joinpath(f"{name}.json")
    if not name.replace("-", "").isalnum() or not place.is_file():
        raise UsageError(
            Problem(where="--instance", found=quoted(name), expected=" or ".join(fragment_names()))
        )
    return fragment_from_json(read_json(place.read_bytes(), name), name)


def digest_of(name: str) -> str:
    """Give the sha256 digest (hex) of the file of a frozen fragment."""
    return hashlib.sha256(_folder().joinpath(f"{name}.json").read_bytes()).hexdigest()


def find_fragment(name: str | None, qubits: int | None, most: int) -> Fragment:
    """Find the fragment that a user asks for.

    Args:
        name: Of the instance, or None.
        qubits: Its size, or None for the standard one.
        most: Qubits of the device.

    Raises:
        UsageError: There is none, or it does not fit on the device.
    """
    known = {fragment(one).qubits: one for one in fragment_names()}
    if name is None and qubits is not None and qubits not in known:
        raise UsageError(
            Problem(where="--qubits", found=str(qubits), expected=" or ".join(map(str, known)))
        )
    found = fragment(name or (STANDARD if qubits is None else known[qubits]))
    if qubits not in (None, found.qubits):
        raise UsageError(
            Problem(
                where="--qubits",
                found=str(qubits),
                expected=f"{found.qubits}, the size of {found.name}",
            )
        )
    if found.qubits > most:
        raise UsageError(
            Problem(
                where="--device",
                found=f"{most} qubits",
                expected=f"at least {found.qubits} for {found.name}",
                advice="choose a smaller --instance",
            )
        )
    return found


@cache
def strings_of(orbitals: int, electrons: int) -> Bits:
    """List the strings of one spin, Hartree-Fock's first, shape (strings, orbitals)."""
    rows = np.zeros((len(list(combinations(range(orbitals), electrons))), orbitals), dtype=np.uint8)
    for row, occupied in enumerate(combinations(range(orbitals), electrons)):
        rows[row, list(occupied)] = 1
    return rows


@cache
def hops_of(orbitals: int, electrons: int) -> Floats:
    """Give a+_p a_q on the strings of one spin, shape (orbitals, orbitals, strings, strings)."""
    strings = strings_of(orbitals, electrons)
    place = {row.tobytes(): index for index, row in enumerate(strings)}
    hops = np.zeros((orbitals, orbitals, len(strings), len(strings)))
    for column, row in enumerate(strings):
        for q in np.flatnonzero(row):
            taken = row.copy()
            taken[q] = 0
            for p in np.flatnonzero(taken == 0):
                put = taken.copy()
                put[p] = 1
                sign = (-1) ** int(row[:q].sum() + taken[:p].sum())  # electrons passed by
                hops[p, q, place[put.tobytes()], column] = sign
    return hops


def hamiltonian(one: Fragment) -> Floats:
    """Write H on all determinants, hartree, shape (strings^2, strings^2); index a strings + b."""
    hops = hops_of(one.orbitals, one.electrons)
    count = hops.shape[2]
    single = one.one - 0.5 * np.einsum("prrq->pq", one.two)
    dressed = np.einsum("pqrs,rsij->pqij", one.two, hops)
    same = np.einsum("pq,pqij->ij", single, hops)
    same += 0.5 * np.einsum("pqij,pqjk->ik", hops, dressed)
    across = np.einsum("pqij,pqkl->ikjl", hops, dressed).reshape(count**2, count**2)
    whole = np.eye(count)
    return np.asarray(
        np.kron(same, whole) + np.kron(whole, same) + across + one.constant * np.eye(count**2)
    )


def lowest_eigenvalue(matrix: Floats) -> float:
    """Give the lowest eigenvalue."""
    return float(np.linalg.eigvalsh(matrix)[0])


def _folder() -> Any:
    return files("qassay.applications.fragments").joinpath("instances")
