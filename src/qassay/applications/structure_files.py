"""A buyer's own structures: a ligand as MOL or SDF, a receptor as PDB.

Formats: BIOVIA, CTfile formats (2020), connection tables V2000 (looked through line by line, so
that a mistake is told with its place) and V3000; wwPDB, Atomic Coordinate Entry Format 3.3, records
ATOM, HETATM, ENDMDL. Of several molecules or models the first is read, which `left_unread` says, of
several places of an atom the first. The same residue once more, with no letter for another place,
is one of another chain.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import Final

from qassay.applications.interface import text_of
from qassay.applications.ligand_chemistry import Molecule, Place, molecule_of_block
from qassay.errors import Problem, UsageError, quoted

_LIGAND: Final = "a ligand in a MOL or SDF file with coordinates in space"
_RECEPTOR: Final = "a receptor in a PDB file, with records ATOM"
_MOST_LIGAND: Final = 500  # atoms
_MOST_TOLD: Final = 5  # mistakes
_IN_SPACE: Final = "3D"  # in columns 21 and 22 of a connection table's second line
# How files of other kinds begin, or what stands in them, that chemists take for these.
_OTHERS: Final = (
    ("@<TRIPOS>", "a MOL2 file"),
    ("$RXN", "a reaction"),
    ("_atom_site.", "an mmCIF file"),
    ("HETATM", "a PDB file"),
    ("ATOM  ", "a PDB file"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceptorAtom:
    """One atom of a receptor.

    Attributes:
        place: In angstrom.
        name: In its residue, such as "OD1".
        residue: Three letters, such as "ASP".
        number: Number and chain of the residue, such as "129:A".
    """

    place: Place
    name: str
    residue: str
    number: str


def read_ligand(data: bytes, name: str) -> Molecule:
    """Read the first molecule of a MOL or SDF file.

    Raises:
        UsageError: It is none, or has mistakes; the first five are told.
    """
    lines = _lines(data, name, _LIGAND)
    end = next((k for k, line in enumerate(lines) if line.startswith("$$$$")), len(lines))
    lines = lines[:end]
    head = lines[3] if len(lines) > 3 else ""
    if "V3000" not in head:
        _look_through(lines, head, name)
    molecule = molecule_of_block("\n".join(lines) + "\n", name)
    flat = len(lines) < 2 or lines[1][20:22] != _IN_SPACE
    count = len(molecule.atoms)
    if not 1 <= count <= _MOST_LIGAND:
        raise UsageError(
            Problem(where=name, found=f"{count} atoms", expected=f"1 to {_MOST_LIGAND} atoms")
        )
    if flat and count > 3 and len({atom.place[2] for atom in molecule.atoms}) == 1:
        raise UsageError(
            Problem(
                where=name,
                found="a drawing, all atoms in one plane",
                expected="coordinates in space",
            )
        )
    return molecule


def _look_through(lines: list[str], head: str, name: str) -> None:
    """Find the mistakes of a connection table V2000, each with its line."""
    atoms, bonds = _whole(head[0:3]), _whole(head[3:6])
    if "V2000" not in head or atoms is None or bonds is None or bonds < 0:
        found = _kind_of(lines) or f"{quoted(head)} where atoms and bonds are counted"
        raise UsageError(Problem(where=f"{name}:4", found=found, expected=_LIGAND))
    if not 1 <= atoms <= _MOST_LIGAND or len(lines) < 4 + atoms + bonds:
        found = f"{atoms} atoms and {bonds} bonds in {len(lines)} lines"
        raise UsageError(
            Problem(
                where=f"{name}:4", found=found, expected=f"1 to {_MOST_LIGAND} atoms, a line each"
            )
        )
    problems: list[Problem] = []
    for number, line in enumerate(lines[4 : 4 + atoms], start=5):
        _check_atom(line, f"{name}:{number}", problems)
    for number, line in enumerate(lines[4 + atoms : 4 + atoms + bonds], start=5 + atoms):
        _check_bond(line, atoms, f"{name}:{number}", problems)
    _check_charges(lines, 4 + atoms + bonds, atoms, name, problems)
    UsageError.raise_if_any(problems[:_MOST_TOLD])


def _kind_of(lines: list[str]) -> str:
    """Name another kind of file, or ""."""
    text = "\n".join(lines)
    return next((kind for mark, kind in _OTHERS if mark in text), "")


def left_unread(ligand: tuple[bytes, str], receptor: tuple[bytes, str]) -> tuple[str, ...]:
    """Say in sentences which molecules and models of two files were not read."""
    molecules = 1 + sum(
        bool(rest.strip()) for rest in ligand[0].replace(b"\r", b"\n").split(b"\n$$$$")[1:]
    )
    models = sum(line.startswith(b"MODEL ") for line in receptor[0].splitlines())
    return tuple(
        f"the first of {count} {kind} in {name} is read"
        for count, kind, name in (
            (molecules, "molecules", ligand[1]),
            (models, "models", receptor[1]),
        )
        if count > 1
    )


def read_receptor(data: bytes, name: str) -> tuple[ReceptorAtom, ...]:
    """Read the atoms of the first model of a PDB file.

    Raises:
        UsageError: It is none, or has mistakes; the first five are told.
    """
    problems: list[Problem] = []
    found: dict[tuple[str, ...], ReceptorAtom] = {}
    copies: Counter[tuple[str, ...]] = Counter()
    lines = _lines(data, name, _RECEPTOR)
    if any(line.startswith("_atom_site.") for line in lines):
        raise UsageError(
            Problem(
                where=name,
                found="an mmCIF file",
                expected=_RECEPTOR,
                advice="save it as PDB in your viewer of molecules",
            )
        )
    for number, line in enumerate(lines, start=1):
        if line.startswith("ENDMDL"):
            break
        if not line.startswith(("ATOM  ", "HETATM")):
            continue
        place = _place(line[30:38], line[38:46], line[46:54])
        if place is None:
            problems.append(
                Problem(
                    where=f"{name}:{number}",
                    found=quoted(line[30:54]),
                    expected="three coordinates in columns 31 to 54",
                )
            )
            if len(problems) == _MOST_TOLD:
                break
            continue
        chain = line[21:22].strip()
        residue = line[22:27].strip() + (f":{chain}" if chain else "")
        own = (line[12:16].strip().upper(), line[17:20].strip().upper(), residue)
        if not line[16:17].strip():
            copies[own] += 1
        copy = max(1, copies[own])
        atom = ReceptorAtom(
            place=place,
            name=own[0],
            residue=own[1],
            number=residue + (f" copy {copy}" if copy > 1 else ""),
        )
        found.setdefault((atom.name, atom.residue, atom.number), atom)
    UsageError.raise_if_any(problems)
    if not found:
        raise UsageError(Problem(where=name, found="no record ATOM", expected=_RECEPTOR))
    return tuple(found.values())


def _lines(data: bytes, name: str, expected: str) -> list[str]:
    return text_of(data, name, expected).splitlines()


def _check_atom(line: str, where: str, problems: list[Problem]) -> None:
    place = _place(line[0:10], line[10:20], line[20:30])
    element = line[31:34].strip()
    if place is None or not element.isalpha() or _whole(line[36:39].strip() or "0") is None:
        problems.append(
            Problem(
                where=where,
                found=quoted(line.strip()),
                expected="coordinates and the symbol of an element",
            )
        )


def _check_bond(line: str, atoms: int, where: str, problems: list[Problem]) -> None:
    first, second, order = (_whole(line[start : start + 3]) for start in (0, 3, 6))
    if (
        first is None
        or second is None
        or order is None
        or first == second
        or not (1 <= first <= atoms and 1 <= second <= atoms and 1 <= order <= 4)
    ):
        expected = f"two atoms of 1 to {atoms} and the kind of bond, 1 to 4"
        problems.append(Problem(where=where, found=quoted(line.strip()), expected=expected))


def _check_charges(
    lines: list[str], start: int, atoms: int, name: str, problems: list[Problem]
) -> None:
    """Look through the lines M CHG, up to the end of the molecule."""
    for number, line in enumerate(lines[start:], start=start + 1):
        if line.startswith("M  END"):
            return
        if not line.startswith("M  CHG"):
            continue
        numbers = [_whole(word) for word in line[9:].split()]
        whole = [value for value in numbers if value is not None]
        pairs = list(zip(whole[::2], whole[1::2], strict=False))
        if (
            len(whole) != len(numbers)
            or len(numbers) % 2
            or not all(1 <= atom <= atoms and abs(charge) <= 15 for atom, charge in pairs)
        ):
            problems.append(
                Problem(
                    where=f"{name}:{number}",
                    found=quoted(line.strip()),
                    expected="pairs of an atom and its charge",
                )
            )


def _place(*texts: str) -> Place | None:
    try:
        x, y, z = (float(text) for text in texts)
    except ValueError:
        return None
    return (x, y, z) if all(math.isfinite(v) and abs(v) < 1e5 for v in (x, y, z)) else None


def _whole(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:
        return None
