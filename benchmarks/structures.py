"""Ligands with no, one, every second and all hydrogens drawn: the same points of contact.

    python3 dev.py bench structures [FILE.sdf ...]

The sets are those that RDKit itself ships, ligands of CDK2, EGFR and c-MET in three dimensions, or
FILEs of your own. Each molecule's hydrogens are added where the file
has none, then taken away again in the ways named, and each block is read by qassay. A molecule that
qassay refuses is named with its reason; it must be refused in every way of drawing it.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path

import numpy as np
from rdkit import Chem, RDConfig, RDLogger

from qassay.applications.pharmacophore import ligand_points
from qassay.applications.structure_files import read_ligand
from qassay.errors import QassayError

RDLogger.DisableLog("rdApp.*")
SETS = (
    "Contrib/Fastcluster/testdata/cdk2.sdf",
    "Contrib/PBF/testData/egfr.sdf",
    "Contrib/FreeWilson/data/cmet_ligands.sdf",
)
SHOWN = 5


def blocks(molecule):
    """Give the same molecule's connection table in every way of drawing its hydrogens."""
    whole = Chem.AddHs(molecule, addCoords=True)
    Chem.Kekulize(whole, clearAromaticFlags=True)
    for atom in whole.GetAtoms():
        atom.SetNoImplicit(False)  # as a file that says nothing of valences
        atom.SetNumRadicalElectrons(0)
    drawn = [atom.GetIdx() for atom in whole.GetAtoms() if atom.GetSymbol() == "H"]
    for name, kept in (("no", ()), ("one", drawn[:1]), ("half", drawn[::2]), ("all", drawn)):
        part = Chem.RWMol(whole)
        for place in sorted(set(drawn) - set(kept), reverse=True):
            part.RemoveAtom(place)
        part.UpdatePropertyCache(strict=False)
        yield name, Chem.MolToMolBlock(part, kekulize=False)


def points(block):
    """Give a molecule's points of contact, or the sentence that refuses it."""
    try:
        found = ligand_points(read_ligand(block.encode(), "ligand"))
    except QassayError as error:
        return str(error.problems[0])
    return sorted((p.kind, p.label, *np.round(p.place, 3).tolist()) for p in found)


def examined(path):
    """Print what came of one set; give whether every molecule means one thing."""
    told, kinds, unlike = Counter(), Counter(), []
    for number, molecule in enumerate(Chem.SDMolSupplier(str(path), removeHs=False), 1):
        if molecule is None:
            told["not read by RDKit"] += 1
            continue
        if any(atom.GetNumRadicalElectrons() for atom in molecule.GetAtoms()):
            told["radicals, left out"] += 1
            continue
        ways = {name: points(block) for name, block in blocks(molecule)}
        if any(one != ways["all"] for one in ways.values()):
            unlike.append((number, ways))
        elif isinstance(ways["all"], str):
            told[f"refused: {ways['all']}"[:150]] += 1
        else:
            told["the same"] += 1
            kinds.update(kind for kind, *_ in ways["all"])
    print(
        f"{path.name}: {told['the same']} molecules with the same points in 4 ways of drawing,"
        f" {len(unlike)} with others; {dict(sorted(kinds.items()))}"
    )
    for words, count in told.items():
        if words != "the same":
            print(f"  {count} {words}")
    for number, ways in unlike[:SHOWN]:
        print(f"  molecule {number}: {ways}"[:400])
    return not unlike


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path)
    chosen = parser.parse_args().files
    home = Path(RDConfig.RDContribDir).parent
    same = [examined(path) for path in chosen or [home / one for one in SETS]]
    sys.exit(not all(same))
