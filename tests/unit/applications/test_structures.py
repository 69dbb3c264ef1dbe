"""Structures of a ligand and its receptor: points by hand, contacts by hand, and what is wrong."""

import contextlib

import numpy as np
import pytest

from qassay.applications.binding_graph import docking_of, fitting, ordered_contacts
from qassay.applications.catalog import find_instance
from qassay.applications.pharmacophore import ligand_points, receptor_points
from qassay.applications.structure_files import read_ligand, read_receptor
from qassay.cli.main import main
from qassay.errors import UsageError


def mol(atoms, bonds, more=(), head="V2000"):
    lines = [
        "name",
        "  test",
        "",
        f"{len(atoms):3d}{len(bonds):3d}  0  0  0  0  0  0  0  0999 {head}",
    ]
    lines += [f"{x:10.4f}{y:10.4f}{z:10.4f} {e:<3} 0  0" for e, x, y, z in atoms]
    lines += [f"{a:3d}{b:3d}{o:3d}  0" for a, b, o in bonds]
    return ("\n".join([*lines, *more, "M  END"]) + "\n").encode()


def pdb(atoms, kind="ATOM"):
    return "".join(
        f"{kind:<6}{n:5d} {name:<4} {residue:>3} A{number:4d}    {x:8.3f}{y:8.3f}{z:8.3f}\n"
        for n, (name, residue, number, x, y, z) in enumerate(atoms, start=1)
    ).encode()


# A chain N - C - C - C(=O) - C, hydrogens left out: a donor, an acceptor, a methyl group.
KETONE = mol(
    [
        ("N", 0, 0, 0),
        ("C", 1.4, 0, 0.3),
        ("C", 2.8, 0, 0),
        ("C", 4, 0, 0),
        ("O", 4, 1.2, 0),
        ("C", 5.4, 0, 0),
    ],
    [(1, 2, 1), (2, 3, 1), (3, 4, 1), (4, 5, 2), (4, 6, 1)],
)
RECEPTOR = pdb([("O", "GLY", 1, 0, 3, 0), ("N", "ALA", 2, 4, 3.2, 0), ("N", "ALA", 3, 8.5, 3, 0)])


def kinds(points):
    return sorted(point.kind for point in points)


def test_a_small_case_by_hand():
    """Donor N1 on O of residue 1; acceptor O5 on N of 2 or of 3.

    On the ligand N1 and O5 are sqrt(16 + 1.44) = 4.18 apart, O1 and N2 on the receptor 4.00, O1
    and N3 8.50: the first pair fits within 3 angstrom, the second does not.
    """
    instance = docking_of((KETONE, "a.mol"), (RECEPTOR, "b.pdb"), None, 50)
    names = instance.data["vertices"]
    assert sorted(names) == [
        "acceptor O5 on donor ALA 2:A N",
        "acceptor O5 on donor ALA 3:A N",
        "donor N1 on acceptor GLY 1:A O",
    ]
    joined = {frozenset((names[a], names[b])) for a, b in instance.data["edges"]}
    assert joined == {
        frozenset(
            (names[names.index("donor N1 on acceptor GLY 1:A O")], "acceptor O5 on donor ALA 2:A N")
        )
    }
    assert instance.optimum.energy == -2
    assert instance.optimum.proven
    assert instance.title == "a.mol in b.pdb"


def test_the_order_of_contacts_says_nothing_of_the_pose():
    """Moved and turned as a whole, the structures give the same contacts in the same order."""
    own, near = (
        ligand_points(read_ligand(KETONE, "l")),
        receptor_points(read_receptor(RECEPTOR, "r")),
    )
    contacts = ordered_contacts(own, near)
    turned = [np.array([[0, -1, 0], [1, 0, 0], [0, 0, 1]]) @ point.place + 7 for point in own]
    moved = [type(p)(kind=p.kind, label=p.label, place=x) for p, x in zip(own, turned, strict=True)]
    again = ordered_contacts(moved, near)
    assert [(a.label, b.label) for a, b in again] == [(a.label, b.label) for a, b in contacts]
    assert fitting(again) == fitting(contacts)


MOLECULES = {
    "phenol ether": "CC(O)Cc1ccc(O)cc1",
    "tacrine": "Nc1c2CCCCc2nc2ccccc12",
    "histamine": "NCCc1c[nH]cn1",
    "aspirin": "CC(=O)Oc1ccccc1C(=O)O",
    "caffeine": "Cn1cnc2c1c(=O)n(C)c(=O)n2C",
    "cysteine": "N[C@@H](CS)C(=O)O",
    "choline": "C[N+](C)(C)CCO",
    "sulfonamide": "Nc1ccc(cc1)S(N)(=O)=O",
    "guanidine": "CNC(N)=[NH2+]",
    "nitro": "Oc1ccc([N+](=O)[O-])cc1",
    "thiophene": "Cc1ccsc1Cl",
    "phosphate": "COP(=O)([O-])O",
    "nitrile": "N#CCC(=O)NC",
}


@pytest.mark.parametrize("name", MOLECULES)
@pytest.mark.parametrize("aromatic", [False, True], ids=["Kekule", "aromatic bonds"])
def test_however_many_hydrogens_a_file_draws_the_points_are_the_same(name, aromatic):
    """None, one, each single one, half, or all; a file means one molecule."""
    chem = pytest.importorskip("rdkit.Chem", reason="the extra structures is not installed")
    from rdkit.Chem import AllChem

    whole = chem.AddHs(chem.MolFromSmiles(MOLECULES[name]))
    AllChem.EmbedMolecule(whole, randomSeed=7)
    if not aromatic:
        chem.Kekulize(whole, clearAromaticFlags=True)
    for atom in whole.GetAtoms():
        atom.SetNoImplicit(False)  # as a file that says nothing of valences
    drawn = [a.GetIdx() for a in whole.GetAtoms() if a.GetSymbol() == "H"]
    keeps = [(), tuple(drawn), tuple(drawn[::2]), *((k,) for k in drawn)]

    def points(kept):
        part = chem.RWMol(whole)
        for k in sorted(set(drawn) - set(kept), reverse=True):
            part.RemoveAtom(k)
        part.UpdatePropertyCache(strict=False)
        # aromatic bonds without the hydrogen of a ring's nitrogen mean no single molecule
        if aromatic and ("[nH]" in MOLECULES[name]) and kept != tuple(drawn):
            return None
        block = chem.MolToMolBlock(part, kekulize=False)
        return [
            (p.kind, p.label, tuple(np.round(p.place, 3)))
            for p in ligand_points(read_ligand(block.encode(), "x"))
        ]

    wanted = points(tuple(drawn))
    assert wanted
    for kept in keeps:
        found = points(kept)
        assert found is None or found == wanted


def test_a_table_of_version_3000_is_the_same_molecule():
    chem = pytest.importorskip("rdkit.Chem", reason="the extra structures is not installed")
    mol_ = chem.MolFromMolBlock(KETONE.decode(), sanitize=True, removeHs=False)
    block = chem.MolToV3KMolBlock(mol_)
    assert read_ligand(block.encode(), "x") == read_ligand(KETONE, "x")


RING = [
    ("C", 1.39 * np.cos(a), 1.39 * np.sin(a), 0.001 * k)
    for k, a in enumerate(np.arange(6) * np.pi / 3)
]
KEKULE = [(1, 2, 2), (2, 3, 1), (3, 4, 2), (4, 5, 1), (5, 6, 2), (1, 6, 1)]


@pytest.mark.parametrize(
    ("atoms", "bonds", "more", "expected"),
    [
        (RING, KEKULE, (), ["aromatic"]),
        (RING, [(a, b, 4) for a, b, _ in KEKULE], (), ["aromatic"]),
        (RING, [(a, b, 1) for a, b, _ in KEKULE], (), []),  # cyclohexane
        ([*RING[:3], ("C", -1.39, 0, 1.4), *RING[4:]], KEKULE, (), []),  # bent
        # Acetic acid, and acetate with its charge: one negative point, two acceptors.
        (
            [("C", 0, 0, 0), ("C", 1.5, 0, 0), ("O", 2, 1, 0), ("O", 2, -1, 0.1)],
            [(1, 2, 1), (2, 3, 2), (2, 4, 1)],
            (),
            ["acceptor", "acceptor", "hydrophobic", "negative"],
        ),
        (
            [("C", 0, 0, 0), ("C", 1.5, 0, 0), ("O", 2, 1, 0), ("O", 2, -1, 0.1)],
            [(1, 2, 1), (2, 3, 2), (2, 4, 1)],
            ("M  CHG  1   4  -1",),
            ["acceptor", "acceptor", "hydrophobic", "negative"],
        ),
        # Methylammonium: positive, and it gives a hydrogen; the methyl group sits on N.
        (
            [("C", 0, 0, 0), ("N", 1.5, 0, 0.1)],
            [(1, 2, 1)],
            ("M  CHG  1   2   1",),
            ["donor", "positive"],
        ),
        # An amide's nitrogen gives and does not take.
        (
            [("C", 0, 0, 0), ("O", 0, 1.2, 0), ("N", 1.3, 0, 0.1)],
            [(1, 2, 2), (1, 3, 1)],
            (),
            ["acceptor", "donor"],
        ),
        # A nitro group has no charge to meet.
        (
            [("C", 0, 0, 0), ("N", 1.5, 0, 0), ("O", 2, 1, 0), ("O", 2, -1, 0.1)],
            [(1, 2, 1), (2, 3, 2), (2, 4, 1)],
            ("M  CHG  2   2   1   4  -1",),
            ["acceptor", "acceptor"],
        ),
    ],
)
def test_points_of_small_molecules(atoms, bonds, more, expected):
    assert kinds(ligand_points(read_ligand(mol(atoms, bonds, more), "x"))) == expected


def test_points_of_residues():
    asp = [
        ("N", "ASP", 7, 0, 0, 0),
        ("O", "ASP", 7, 1, 0, 0),
        ("OD1", "ASP", 7, 2, 0, 0),
        ("OD2", "ASP", 7, 4, 0, 0),
    ]
    points = receptor_points(read_receptor(pdb(asp), "r"))
    assert kinds(points) == ["acceptor"] * 3 + ["donor", "negative"]
    (negative,) = (point for point in points if point.kind == "negative")
    assert negative.place == pytest.approx([3, 0, 0])
    assert negative.label == "negative ASP 7:A"
    assert kinds(receptor_points(read_receptor(pdb([("N", "PRO", 1, 0, 0, 0)]), "r"))) == []
    zinc = pdb([("ZN", "ZN", 301, 0, 0, 0)], kind="HETATM")
    assert kinds(receptor_points(read_receptor(zinc, "r"))) == ["positive"]
    water = pdb([("O", "HOH", 301, 0, 0, 0)], kind="HETATM")
    assert receptor_points(read_receptor(water, "r")) == []


def test_the_first_molecule_and_the_first_model_count():
    two = KETONE + b"$$$$\n" + KETONE
    assert len(read_ligand(two, "l").atoms) == 6
    assert len(read_receptor(RECEPTOR + b"ENDMDL\n" + RECEPTOR, "r")) == 3


FLAT = mol([("C", k, 0, 0) for k in range(5)], [])
FAR = RECEPTOR.replace(b"   3.000   0.000", b"  93.000   0.000").replace(b"   3.200", b"  93.200")


@pytest.mark.parametrize(
    ("ligand", "receptor", "qubits", "says"),
    [
        (b"", RECEPTOR, None, "a.mol: found an empty file"),
        (b"\xff\xfe\x00", RECEPTOR, None, "a.mol: found no text"),
        (b"hello", RECEPTOR, None, r"a.mol:4: .* a MOL or SDF file"),
        (RECEPTOR, KETONE, None, r"a.mol:4: .* a MOL or SDF file"),
        (mol([("C", 0, 0, 0)], [], head="V3000"), RECEPTOR, None, "V3000 mol blocks"),
        (KETONE.replace(b"  6  5", b"999999"), RECEPTOR, None, "999 atoms and 999 bonds"),
        (KETONE.replace(b"  6  5", b" -1 -1"), RECEPTOR, None, "a.mol:4"),
        (
            KETONE.replace(b"    4.0000    1.2000", b"    4.0000    1.x000"),
            RECEPTOR,
            None,
            "a.mol:9: .* coordinates",
        ),
        (
            KETONE.replace(b"    4.0000    1.2000", b"    4.0000       nan"),
            RECEPTOR,
            None,
            "a.mol:9",
        ),
        (KETONE.replace(b"  4  6  1", b"  4  7  1"), RECEPTOR, None, "two atoms of 1 to 6"),
        (KETONE.replace(b"M  END", b"M  CHG  1   9   1"), RECEPTOR, None, "an atom and its charge"),
        (FLAT, RECEPTOR, None, "a drawing"),
        (KETONE, b"hello\n", None, "b.pdb: found no record ATOM"),
        (KETONE, RECEPTOR.replace(b"   3.200", b"   3.x00"), None, "b.pdb:2: .* columns 31 to 54"),
        (KETONE, FAR, None, "no point of the receptor within 6 angstrom"),
        (KETONE, pdb([("CA", "GLY", 1, 0, 3, 0)]), None, "0 contacts, expected two"),
        (KETONE, RECEPTOR, 9, "--qubits: found 9, expected 2 to 3"),
        (KETONE, RECEPTOR, 1, "--qubits: found 1"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(ligand, receptor, qubits, says):
    with pytest.raises(UsageError, match=says) as caught:
        docking_of((ligand, "a.mol"), (receptor, "b.pdb"), qubits, 50)
    assert all(len(str(problem)) < 400 for problem in caught.value.problems)


def test_any_bytes_give_an_instance_or_a_sentence():
    generator = np.random.default_rng(5)
    for source, other in ((KETONE, RECEPTOR), (RECEPTOR, KETONE)):
        for _ in range(300):
            data = bytearray(source)
            for place in generator.integers(0, len(data), 3):
                data[place] = generator.integers(0, 256)
            pair = (
                ((bytes(data), "a"), (other, "b"))
                if source is KETONE
                else ((other, "a"), (bytes(data), "b"))
            )
            with contextlib.suppress(UsageError):
                docking_of(*pair, None, 50)


def test_the_command_line_takes_two_files(tmp_path, monkeypatch, capsys):
    (tmp_path / "a.mol").write_bytes(KETONE)
    (tmp_path / "b.pdb").write_bytes(RECEPTOR)
    own = ["--instance", str(tmp_path / "a.mol")]
    both = [*own, "--receptor", str(tmp_path / "b.pdb")]
    run = [
        "--device",
        "virtual:perfect-50",
        "--depths",
        "1",
        "--shots",
        "480",
        "--seed",
        "1",
        "--out",
        str(tmp_path / "o"),
        "--json",
    ]
    (tmp_path / "c.pdb").write_bytes(RECEPTOR)
    for words, code, says in (
        (["docking-clique", *own], 2, "--receptor RECEPTOR.pdb"),
        (["grid-section", *both], 2, "--receptor"),
        (["docking-clique", *own, "--receptor", "absent.pdb"], 2, "no such file"),
        (["docking-clique", *both], 0, ""),
        (["docking-clique", *both], 0, ""),  # taken up again
        (["docking-clique", *own, "--receptor", str(tmp_path / "c.pdb")], 2, "another --receptor"),
    ):
        monkeypatch.setattr("sys.argv", ["qassay", "apply", *words, *run])
        assert main() == code
        told = capsys.readouterr()
        assert says in told.err
        assert "Traceback" not in told.err
    assert "a.mol in b.pdb" in (tmp_path / "o" / "datasheet.html").read_text()


def test_as_many_contacts_as_fit_are_taken(tmp_path):
    for name, data in (("a.mol", KETONE), ("b.pdb", RECEPTOR)):
        (tmp_path / name).write_bytes(data)
    paths = str(tmp_path / "a.mol"), str(tmp_path / "b.pdb")
    assert find_instance("docking-clique", paths[0], None, 50, paths[1]).qubits == 3
