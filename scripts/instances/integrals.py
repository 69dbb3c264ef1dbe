"""Print the integrals of the fragments as JSON; run by `fragments.py` where pyscf is."""

import json

import numpy as np
import pyscf
from pyscf import ao2mo, gto, mcscf, scf

H4 = [("H", (0, 0, 1.2 * k)) for k in range(4)]
RING = [(1.397, "C"), (2.481, "H")]  # radius in angstrom
BENZENE = [
    (atom, (radius * np.cos(k * np.pi / 3), radius * np.sin(k * np.pi / 3), 0.0))
    for radius, atom in RING
    for k in range(6)
]


def told(atoms, size: int, pi: bool) -> dict:
    molecule = gto.M(atom=atoms, basis="sto-3g", verbose=0)
    field = scf.RHF(molecule).run(conv_tol=1e-12)
    orbitals = field.mo_coeff
    cas = mcscf.CASCI(field, size, size)
    if pi:  # orbitals that the plane of the molecule mirrors to their negative: pz alone
        odd = [k for k, label in enumerate(molecule.ao_labels()) if "2pz" in label]
        weight = (orbitals[odd] ** 2).sum(axis=0)
        chosen = [int(k) for k in np.flatnonzero(weight > 0.5)]
        orbitals = cas.sort_mo([k + 1 for k in chosen])
    cas.fcisolver.conv_tol = 1e-13
    exact = float(cas.kernel(orbitals)[0])
    one, constant = cas.get_h1eff(orbitals)
    active = orbitals[:, cas.ncore : cas.ncore + size]
    two = ao2mo.restore(4, ao2mo.kernel(molecule, active), size)
    pairs = [float(two[r, c]) for r in range(len(two)) for c in range(r + 1)]
    return {
        "orbitals": size,
        "electrons": size // 2,
        "constant": float(constant),
        "one": one.tolist(),
        "two": pairs,
        "hartree_fock": float(field.e_tot),
        "exact": exact,
    }


print(
    json.dumps(
        {
            "version": pyscf.__version__,
            "h4": told(H4, 4, False),
            "benzene-pi": told(BENZENE, 6, True),
        }
    )
)
