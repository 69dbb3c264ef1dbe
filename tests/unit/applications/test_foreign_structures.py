"""Structures as other programs save them: flat molecules, many models, chains without a letter."""

import pytest

from qassay.applications.binding_graph import docking_of
from qassay.applications.pharmacophore import receptor_points
from qassay.applications.structure_files import read_ligand, read_receptor
from qassay.errors import UsageError

from .test_structures import KETONE, RECEPTOR


def atom(name, residue, chain, number, x, alt=" "):
    return (
        f"ATOM  {1:5d} {name:<4}{alt}{residue:>3} {chain}{number:>4}    {x:8.3f}{0:8.3f}{0:8.3f}\n"
    )


def labels(*atoms):
    found = receptor_points(read_receptor("".join(atoms).encode(), "r.pdb"))
    return sorted(point.label for point in found)


def test_a_molecule_that_is_flat_in_space_is_no_drawing():
    lines = [line.replace("    0.3000", "    0.0000", 1) for line in KETONE.decode().split("\n")]
    with pytest.raises(UsageError, match="a drawing"):
        read_ligand("\n".join(lines).encode(), "flat.mol")
    lines[1] = "     RDKit          3D"
    assert len(read_ligand("\n".join(lines).encode(), "flat.mol").atoms) == 6


def test_the_same_residue_of_a_chain_without_a_letter_is_another():
    one, other = atom(" OG", "SER", " ", 5, 1), atom(" OG", "SER", " ", 5, 30)
    assert labels(one, "TER\n", other) == [
        "acceptor SER 5 OG",
        "acceptor SER 5 copy 2 OG",
        "donor SER 5 OG",
        "donor SER 5 copy 2 OG",
    ]
    assert len(labels(atom(" OG", "SER", "A", 5, 1, "A"), atom(" OG", "SER", "A", 5, 2, "B"))) == 2


HISTIDINE = ("CG", "ND1", "CE1", "NE2", "CD2")


@pytest.mark.parametrize(
    ("residue", "atoms", "kinds"),
    [
        ("HIS", HISTIDINE, "acceptor acceptor aromatic donor donor"),
        ("HID", HISTIDINE, "acceptor aromatic donor"),
        ("HSP", HISTIDINE, "aromatic donor donor positive"),
        ("LYN", ("NZ",), "donor"),
        ("CYX", ("SG",), ""),
        ("CYM", ("SG",), "negative"),
    ],
)
def test_names_that_say_where_hydrogens_are(residue, atoms, kinds):
    rows = [atom(f" {name}", residue, "A", 7, x) for x, name in enumerate(atoms)]
    assert " ".join(label.split()[0] for label in labels(*rows)) == kinds


def test_what_of_a_file_is_not_read_is_told():
    two = KETONE + b"$$$$\r\n" + KETONE + b"$$$$\n"
    models = b"MODEL        1\n" + RECEPTOR + b"ENDMDL\nMODEL        2\n" + RECEPTOR + b"ENDMDL\n"
    notes = docking_of((two, "a.sdf"), (models, "b.pdb"), None, 50).source.notes
    assert notes[1:] == (
        "the first of 2 molecules in a.sdf is read",
        "the first of 2 models in b.pdb is read",
    )
    single = docking_of((KETONE + b"$$$$\n", "a.sdf"), (RECEPTOR, "b.pdb"), None, 50)
    assert len(single.source.notes) == 1


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("@<TRIPOS>MOLECULE\nx\n", "a MOL2 file"),
        ("$RXN\n\n\n\n  1  1\n", "a reaction"),
        ("ATOM      1  N   ALA A   1\n", "a PDB file"),
        ("CCO\n", "where atoms and bonds are counted"),
    ],
)
def test_another_kind_of_file_is_named(text, kind):
    with pytest.raises(UsageError, match=kind):
        read_ligand(text.encode(), "x.sdf")
    with pytest.raises(UsageError, match="an mmCIF file"):
        read_receptor(b"data_1\nloop_\n_atom_site.id\nATOM 1 N N . VAL\n", "r.pdb")
