"""Make the frozen fragments: `python3 scripts/instances/fragments.py VENV`. See README.md."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from qassay.applications.fragments import ansatz
from qassay.applications.fragments.molecule import Fragment, fragment_from_json, hamiltonian

PACKAGE = "pyscf==2.14.0"
HERE = Path(__file__).parent
TARGET = HERE.parents[1] / "src" / "qassay" / "fragments" / "instances"
TITLES = {
    "h4": "Four hydrogen atoms in a line, 1.2 angstrom apart (4 electrons in 4 orbitals)",
    "benzene-pi": "Benzene, the commonest ring of medicines: its 6 pi electrons in 6 orbitals",
}
STRINGS = {"h4": 3, "benzene-pi": 8}  # of 6 and of 20
STARTS = 8


def _turns_needed(orbitals: int) -> int:
    """Count the angles: hops, zz along a line, zz of the rungs, turns, hops."""
    return 2 * len(ansatz.bricks(orbitals)) + (orbitals - 1) + 2 * orbitals


def told(place: Path) -> dict:
    python = place / "bin" / "python"
    if not python.exists():
        venv.create(place, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "-q", PACKAGE], check=True)
    printed = subprocess.run([python, HERE / "integrals.py"], check=True, capture_output=True)
    return json.loads(printed.stdout)


def trained(fragment: Fragment) -> tuple[float, ...]:
    """Minimise the energy of the noiseless state, from several starts."""
    energies = hamiltonian(fragment)

    def energy(turns: np.ndarray) -> float:
        state = ansatz.ideal_state(fragment, turns).ravel()
        return float(np.vdot(state, energies @ state).real)

    rng = np.random.default_rng(2026)
    size = _turns_needed(fragment.orbitals)
    found = [
        minimize(energy, rng.normal(0, 0.3, size), method="BFGS", options={"maxiter": 150})
        for _ in range(STARTS)
    ]
    best = min(found, key=lambda one: one.fun)
    print(f"{fragment.name}: {1000 * (best.fun - fragment.exact):.2f} mHa above exact, noiseless")
    return tuple(round(float(turn), 6) for turn in best.x)


def main() -> None:
    found = told(Path(sys.argv[1]))
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, title in TITLES.items():
        facts = found[name]
        document = {
            "title": title,
            **facts,
            "one": np.round(facts["one"], 12).tolist(),
            "two": np.round(facts["two"], 12).tolist(),
            "strings": STRINGS[name],
            "turns": [0.0] * _turns_needed(facts["orbitals"]),
            "source": f"integrals, Hartree-Fock and exact energy computed with pyscf"
            f" {found['version']}, STO-3G",
            "licence": "computed facts; pyscf is Apache-2.0",
        }
        document["turns"] = list(trained(fragment_from_json(document, name)))
        text = json.dumps(document, separators=(",", ":"))
        (TARGET / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
