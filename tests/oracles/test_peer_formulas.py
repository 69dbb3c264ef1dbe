"""Our formulas give the numbers of pyGSTi 0.10.2 and qiskit-experiments 0.14.2 on the same data.

What their own functions answered is kept in `peer_formulas.json`, which
`benchmarks/peer_formulas.py --peers PYTHON --write FILE` makes anew. pyGSTi leaves the term 4^-n
of a polarization out from 20 qubits on, which is 1e-12 there.
"""

import importlib.util
import json
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SAID = json.loads((HERE / "peer_formulas.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def found():
    place = HERE.parents[1] / "benchmarks" / "peer_formulas.py"
    spec = importlib.util.spec_from_file_location("peer_formulas", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.differences(SAID["cases"])


@pytest.mark.parametrize("formula", sorted(SAID["cases"]))
def test_our_formula_gives_the_peers_number(formula, found):
    count, most = found[formula]
    assert count >= 5
    assert most < 1e-9


def test_the_peer_clamps_what_lies_above_one_and_nothing_else():
    for *_, before, after in SAID["cases"]["mirror"]:
        assert after == pytest.approx(min(max(before, 0.0), 1.0), abs=1e-12)
