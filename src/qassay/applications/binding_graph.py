"""From the structures of a ligand and its receptor to a graph of contacts.

A contact is a point of the ligand on a point of the receptor that attracts it: donor and
acceptor, positive and negative, aromatic and aromatic, hydrophobic and hydrophobic. Two
contacts fit at once if they share no point and the two distances, on the ligand and on the
receptor, differ by no more than tau + 2 epsilon: tau for how far the molecules bend, epsilon for
how far a contact reaches (Banchi et al., Science Advances 6, eaax1950 (2020),
arXiv:1902.00462), 1 angstrom each. Only distances inside each molecule count: the pose in the
file serves to find the pocket, the receptor's points within 6 angstrom of the ligand.
"""

from __future__ import annotations

import hashlib
from typing import Final

import numpy as np

from qassay.applications.docking_clique import clique_instance
from qassay.applications.instance import Instance, Origin
from qassay.applications.ising import Floats
from qassay.applications.pharmacophore import Point, ligand_points, receptor_points
from qassay.applications.structure_files import left_unread, read_ligand, read_receptor
from qassay.errors import Problem, UsageError

TAU: Final = 1.0
EPSILON: Final = 1.0
POCKET: Final = 6.0
_PARTNERS: Final = {
    "donor": "acceptor",
    "acceptor": "donor",
    "positive": "negative",
    "negative": "positive",
    "aromatic": "aromatic",
    "hydrophobic": "hydrophobic",
}


def docking_of(
    ligand: tuple[bytes, str], receptor: tuple[bytes, str], qubits: int | None, most: int
) -> Instance:
    """Make an instance of two structure files.

    Args:
        ligand: Content and name of a MOL or SDF file.
        receptor: Content and name of a PDB file.
        qubits: How many contacts to take, or None for all that fit on the device.
        most: Qubits of the device.

    Raises:
        UsageError: A file has mistakes, the two do not meet, or there are too few contacts.
    """
    molecule, atoms = read_ligand(*ligand), read_receptor(*receptor)
    places = np.array([atom.place for atom in molecule.atoms if atom.element != "H"])
    there = receptor_points(atoms)
    near = [point for point in there if places.size and _distance(places, point) <= POCKET]
    own = ligand_points(molecule)
    if there and not near:
        raise UsageError(
            Problem(
                where=f"{ligand[1]} and {receptor[1]}",
                found=f"no point of the receptor within {POCKET:g} angstrom of the ligand",
                expected="the ligand in its pocket, both files in the same coordinates",
            )
        )
    contacts = ordered_contacts(own, near)
    wanted = min(most, len(contacts)) if qubits is None else qubits
    if not 2 <= wanted <= len(contacts):
        where = "--qubits" if qubits is not None else f"{ligand[1]} and {receptor[1]}"
        found = str(qubits) if qubits is not None else f"{len(contacts)} contacts"
        expected = f"2 to {len(contacts)}, the contacts of the two structures"
        raise UsageError(
            Problem(
                where=where,
                found=found,
                expected=expected if len(contacts) > 1 else "two contacts or more",
                advice=f"{len(own)} points of the ligand and {len(near)} of the pocket were found",
            )
        )
    chosen = contacts[:wanted]
    title = f"{ligand[1]} in {receptor[1]}"
    if wanted < len(contacts):
        title += f", {wanted} of {len(contacts)} contacts"
    labels = [f"{a.label} on {b.label}" for a, b in chosen]
    source = Origin(
        title=title,
        licence="the owner's",
        notes=(
            f"{len(own)} points of the ligand, {len(near)} of the receptor within"
            f" {POCKET:g} angstrom; tau = epsilon = 1 angstrom; contacts in the order of a hash"
            " of their names",
            *left_unread(ligand, receptor),
        ),
    )
    return clique_instance(labels, fitting(chosen), ligand[1], title, source)


def _distance(places: Floats, point: Point) -> float:
    """Give the distance of a point from the nearest atom."""
    return float(np.linalg.norm(places - point.place, axis=1).min())


def ordered_contacts(own: list[Point], near: list[Point]) -> list[tuple[Point, Point]]:
    """List all contacts, in an order that says nothing of the pose: by a hash of their names."""
    contacts = [(a, b) for a in own for b in near if _PARTNERS[a.kind] == b.kind]
    return sorted(
        contacts, key=lambda c: hashlib.sha256(f"{c[0].label}\n{c[1].label}".encode()).digest()
    )


def fitting(contacts: list[tuple[Point, Point]]) -> list[tuple[int, int]]:
    """Join the contacts that can be made at the same time."""
    found = []
    for j, (a, b) in enumerate(contacts):
        for i, (c, d) in enumerate(contacts[:j]):
            # One atom may be two points (a hydroxyl gives and takes): its place counts.
            ligand, receptor = (
                float(np.linalg.norm(x.place - y.place)) for x, y in ((a, c), (b, d))
            )
            apart = min(ligand, receptor) > 0
            if apart and abs(ligand - receptor) <= TAU + 2 * EPSILON:
                found.append((i, j))
    return found
