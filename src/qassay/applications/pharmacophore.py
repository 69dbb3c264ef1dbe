"""Points at which a ligand and a receptor can touch: donors, acceptors, charges, rings, grease.

Rules of our own, few and plain, with no claim to replace a chemistry program; hydrogens and
aromatic bonds are those that RDKit finds:

* donor: N, O or S with a hydrogen; acceptor: O, or N without hydrogen and charge that is not
  in an amide, aniline or nitro group (no neighbour with a double or aromatic bond, unless the
  double or aromatic bond is its own).
* positive: an atom with a positive charge, but for nitro groups; negative: one with a negative
  charge, or the middle of the two oxygens of an acid, protonated or not.
* aromatic: the middle of a flat ring of five or six whose atoms all have a double bond to a
  ring atom, an aromatic bond, or, in rings of five, are N, O or S.
* hydrophobic: a methyl group on C or S, and Cl, Br, I.

In a receptor the same, read off the names of the atoms of the twenty amino acids; histidine is
neutral and may give and take, unless its name says where its hydrogens are (HID, HIE, HIP); LYN is
neutral, CYX and CYM give nothing; common metal ions are positive. Hydrogens are not needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from qassay.applications.ligand_chemistry import LigandAtom, Molecule
from qassay.applications.structure_files import ReceptorAtom

_FLAT: Final = 0.2  # angstrom from the plane of a ring
_SAME: Final = {
    "HID": "HIS",
    "HIE": "HIS",
    "HIP": "HIS",
    "HSD": "HIS",
    "HSE": "HIS",
    "HSP": "HIS",
    "CYX": "CYS",
    "CYM": "CYS",
    "ASH": "ASP",
    "GLH": "GLU",
    "LYN": "LYS",
    "MSE": "MET",
}
# What a name says of hydrogens: kind and atoms that are no points of it.
_NOT: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    **dict.fromkeys(("HID", "HSD"), (("donor", "NE2"), ("acceptor", "ND1"))),
    **dict.fromkeys(("HIE", "HSE"), (("donor", "ND1"), ("acceptor", "NE2"))),
    **dict.fromkeys(("HIP", "HSP"), (("acceptor", "ND1"), ("acceptor", "NE2"))),
    **dict.fromkeys(("CYX", "CYM"), (("donor", "SG"),)),
    "LYN": (("positive", "NZ"),),
}
_ALSO: Final = {
    **dict.fromkeys(("HIP", "HSP"), (("positive", "ND1 NE2"),)),
    "CYM": (("negative", "SG"),),
}
# kind: residue: groups of atoms, a point at the middle of each.
_GROUPS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "donor": {
        "SER": ("OG",),
        "THR": ("OG1",),
        "TYR": ("OH",),
        "ASN": ("ND2",),
        "GLN": ("NE2",),
        "TRP": ("NE1",),
        "HIS": ("ND1", "NE2"),
        "LYS": ("NZ",),
        "CYS": ("SG",),
        "ARG": ("NE", "NH1", "NH2"),
    },
    "acceptor": {
        "SER": ("OG",),
        "THR": ("OG1",),
        "TYR": ("OH",),
        "ASN": ("OD1",),
        "GLN": ("OE1",),
        "HIS": ("ND1", "NE2"),
        "ASP": ("OD1", "OD2"),
        "GLU": ("OE1", "OE2"),
    },
    "positive": {"LYS": ("NZ",), "ARG": ("NH1 NH2",)},
    "negative": {"ASP": ("OD1 OD2",), "GLU": ("OE1 OE2",)},
    "aromatic": {
        "PHE": ("CG CD1 CD2 CE1 CE2 CZ",),
        "TYR": ("CG CD1 CD2 CE1 CE2 CZ",),
        "TRP": ("CG CD1 NE1 CE2 CD2", "CD2 CE2 CE3 CZ2 CZ3 CH2"),
        "HIS": ("CG ND1 CE1 NE2 CD2",),
    },
    "hydrophobic": {
        "ALA": ("CB",),
        "VAL": ("CG1", "CG2"),
        "LEU": ("CD1", "CD2"),
        "ILE": ("CG2", "CD1"),
        "THR": ("CG2",),
        "MET": ("CE",),
    },
}
_RESIDUES: Final = frozenset(("GLY", "PRO")) | {r for g in _GROUPS.values() for r in g}
_METALS: Final = frozenset(("ZN", "MG", "MN", "FE", "FE2", "CU", "CO", "NI", "CA"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A point.

    Attributes:
        kind: "donor", "acceptor", "positive", "negative", "aromatic" or "hydrophobic".
        label: Kind and place in words, such as "negative ASP 129:A"; each once.
        place: In angstrom, shape (3,).
    """

    kind: str
    label: str
    place: np.ndarray[tuple[int], np.dtype[np.float64]]


def ligand_points(molecule: Molecule) -> list[Point]:
    """Find the points of a ligand."""
    found = []
    for kind, group in _ligand_groups(molecule):
        atoms = [molecule.atoms[k] for k in group]
        named = "+".join(f"{molecule.atoms[k].element}{k + 1}" for k in group)
        where = f"ring {named}" if kind == "aromatic" else named
        found.append(_point(kind, where, atoms))
    return found


def receptor_points(atoms: Sequence[ReceptorAtom]) -> list[Point]:
    """Find the points of a receptor."""
    residues: dict[tuple[str, str], dict[str, ReceptorAtom]] = {}
    for atom in atoms:
        residues.setdefault((atom.residue, atom.number), {}).setdefault(atom.name, atom)
    found = []
    for (written, number), own in residues.items():
        residue = _SAME.get(written, written)
        if residue in _METALS:
            found += [_point("positive", f"{residue} {number}", list(own.values())[:1])]
        if residue not in _RESIDUES:
            continue
        groups = [
            (kind, names) for kind, table in _GROUPS.items() for names in table.get(residue, ())
        ]
        groups = [one for one in groups if one not in _NOT.get(written, ())]
        groups += [*_ALSO.get(written, ()), ("acceptor", "O"), ("acceptor", "OXT")]
        groups += [("donor", "N")] if residue != "PRO" else []
        for kind, names in groups:
            there = [own[name] for name in names.split() if name in own]
            if len(there) == len(names.split()):
                word = names if " " not in names else ""
                if kind == "aromatic" and residue == "TRP":
                    word = f"ring of {len(there)}"
                found.append(_point(kind, f"{residue} {number} {word}".strip(), there))
    return found


def _point(kind: str, where: str, atoms: Sequence[LigandAtom | ReceptorAtom]) -> Point:
    return Point(
        kind=kind, label=f"{kind} {where}", place=np.mean([atom.place for atom in atoms], axis=0)
    )


def _ligand_groups(molecule: Molecule) -> Iterator[tuple[str, tuple[int, ...]]]:
    atoms = molecule.atoms
    near: list[dict[int, int]] = [{} for _ in atoms]
    for a, b, order in molecule.bonds:
        near[a][b] = near[b][a] = order
    rings = list(_rings(molecule, near))
    aromatic = {k for ring in rings for k in ring}
    acids = {}
    for k, atom in enumerate(atoms):
        tips = [
            o
            for o in near[k]
            if atoms[o].element == "O" and sum(atoms[x].element != "H" for x in near[o]) == 1
        ]
        if atom.element == "C" and len(tips) == 2:
            acids[k] = tuple(tips)
            yield "negative", tuple(tips)
    in_acids = {k for tips in acids.values() for k in tips}
    for k, atom in enumerate(atoms):
        beside = [atoms[other] for other in near[k]]
        if atom.element in ("N", "O", "S") and atom.hydrogens and k not in in_acids:
            yield "donor", (k,)
        if atom.element == "O" or (atom.element == "N" and _takes(k, near, atoms, atom.hydrogens)):
            yield "acceptor", (k,)
        if atom.charge > 0 and not any(other.charge < 0 for other in beside):
            yield "positive", (k,)
        if atom.charge < 0 and k not in in_acids and not any(other.charge > 0 for other in beside):
            yield "negative", (k,)
        heavy = [other.element for other in beside if other.element != "H"]
        methyl = atom.element == "C" and len(heavy) == 1 and heavy[0] in ("C", "S")
        if (methyl and set(near[k].values()) == {1}) or (
            atom.element in ("Cl", "Br", "I") and k not in aromatic
        ):
            yield "hydrophobic", (k,)
    for ring in rings:
        yield "aromatic", ring


def _takes(
    k: int, near: Sequence[dict[int, int]], atoms: Sequence[LigandAtom], hydrogens: int
) -> bool:
    """Whether a nitrogen has a pair of electrons to give away."""
    if atoms[k].charge > 0 or hydrogens:
        return False
    if any(order in (2, 3, 4) for order in near[k].values()):
        return len(near[k]) <= 2  # with three partners its pair is in the ring
    return not any(order in (2, 4) for other in near[k] for order in near[other].values())


def _rings(molecule: Molecule, near: Sequence[dict[int, int]]) -> Iterator[tuple[int, ...]]:
    """Find flat aromatic rings of five and six, each once."""
    cycles: dict[frozenset[int], tuple[int, ...]] = {}

    def walk(path: tuple[int, ...]) -> None:
        for other in near[path[-1]]:
            if other == path[0] and len(path) in (5, 6):
                cycles.setdefault(frozenset(path), path)
            elif other > path[0] and other not in path and len(path) < 6:
                walk((*path, other))

    for start in range(len(near)):
        walk((start,))
    members = {k for ring in cycles for k in ring}
    for ring in cycles.values():
        kinds = [molecule.atoms[k].element for k in ring]
        double = [
            any(order == 4 or (order == 2 and other in members) for other, order in near[k].items())
            for k in ring
        ]
        lone = [len(ring) == 5 and kind in ("N", "O", "S") for kind in kinds]
        if not all(a or b for a, b in zip(double, lone, strict=True)) or sum(double) < 4:
            continue
        places = np.array([molecule.atoms[k].place for k in ring])
        height = np.linalg.svd(places - places.mean(axis=0))[2][2]
        if np.abs((places - places.mean(axis=0)) @ height).max() <= _FLAT:
            yield tuple(sorted(ring))
