"""What a ligand's file leaves to chemistry: hydrogens that are not drawn, rings, valences.

RDKit decides it atom by atom, by its model of valence: a file may draw no hydrogens, some, or all,
and means the same molecule.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from qassay.errors import Problem, UsageError, quoted

Place = tuple[float, float, float]
_AROMATIC: Final = 4  # as CTfile writes it
_MOST_TOLD: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class LigandAtom:
    """One atom of a ligand.

    Attributes:
        element: Symbol.
        place: In angstrom.
        charge: Formal charge.
        hydrogens: How many it has, drawn or not.
    """

    element: str
    place: Place
    charge: int = 0
    hydrogens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Molecule:
    """A ligand.

    Attributes:
        atoms: In the order of the file.
        bonds: (atom, atom, order), counted from 0; order 4 is aromatic.
    """

    atoms: tuple[LigandAtom, ...]
    bonds: tuple[tuple[int, int, int], ...]


def molecule_of_block(block: str, name: str) -> Molecule:
    """Let RDKit understand the connection table of one molecule.

    Raises:
        UsageError: It cannot, or RDKit is not installed.
    """
    try:
        from rdkit import Chem
    except ImportError:
        raise UsageError(
            Problem(
                where=name,
                found="a ligand, whose hydrogens and rings are found by RDKit, which is not"
                " installed",
                expected="the extra structures",
                advice="`python3 dev.py setup --with structures`, or `pip install rdkit`",
            )
        ) from None
    with _told() as said:
        mol: Any = Chem.MolFromMolBlock(block, sanitize=False, removeHs=False, strictParsing=True)
        problems = [] if mol is None else [x.Message() for x in Chem.DetectChemistryProblems(mol)]
        if mol is not None and not problems:
            Chem.SanitizeMol(mol)
    if mol is None or problems:
        told = problems[:_MOST_TOLD] or said[:1] or ["no connection table"]
        raise UsageError(
            *(
                Problem(
                    where=name,
                    found=quoted(words, 120),
                    expected="a molecule that RDKit reads",
                    advice="check charges and bonds in your chemistry program",
                )
                for words in told
            )
        )
    return _molecule(mol)


def _molecule(mol: Any) -> Molecule:
    places = mol.GetConformer().GetPositions()
    return Molecule(
        atoms=tuple(
            LigandAtom(
                element=atom.GetSymbol(),
                place=(float(x), float(y), float(z)),
                charge=atom.GetFormalCharge(),
                hydrogens=atom.GetTotalNumHs(includeNeighbors=True),
            )
            for atom, (x, y, z) in zip(mol.GetAtoms(), places, strict=True)
        ),
        bonds=tuple(
            (
                bond.GetBeginAtomIdx(),
                bond.GetEndAtomIdx(),
                _AROMATIC if bond.GetIsAromatic() else round(bond.GetBondTypeAsDouble()),
            )
            for bond in mol.GetBonds()
        ),
    )


@contextmanager
def _told() -> Iterator[list[str]]:
    """Collect what RDKit would print."""
    from rdkit import rdBase

    said: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            words = record.getMessage().partition("] ")[2]
            if words and not words.startswith("Warning"):
                said.append(words)

    log, handler = logging.getLogger("rdkit"), Keep()
    before = log.propagate
    rdBase.LogToPythonLogger()
    log.addHandler(handler)
    log.propagate = False
    try:
        yield said
    finally:
        log.removeHandler(handler)
        log.propagate = before
        rdBase.LogToCppStreams()
