"""A bundle beside the published figures: audited, signed or not, hardware or not."""

import json
from datetime import date

import pytest

from qassay import assay
from qassay.assay.importing import import_counts
from qassay.errors import EvidenceError
from qassay.registry.catalog import registered
from qassay.registry.disclosure import disclosure
from qassay.site.measured import measured_bundle

SHEET = """[sheet]
title = "T"
vendor = "V"
machine = "H2"
[[claim]]
id = "2q"
metric = "two_qubit_gate_error"
convention = "process_infidelity"
value = "1 %"
[[claim]]
id = "pair"
metric = "two_qubit_gate_error"
convention = "average_gate_infidelity"
value = "1 %"
scope = {pairs = [[0, 1]]}
"""
MACHINE = """[machine]
name = "three"
platform = "superconducting"
qubits = 3
connectivity = "line"
[noise]
two_qubit_error = 2e-3
readout_p01 = 0.01
readout_p10 = 0.01
"""


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    """Counts that somebody published, without a signature."""
    folder = tmp_path_factory.mktemp("counts")
    survival = {
        pair: {
            n: {str(k): 100 - int(n) // 4 - (k * 3 + turn) % 4 for k in range(5)}
            for n in ("2", "20", "60")
        }
        for turn, pair in enumerate(("0, 1", "2, 3"))
    }
    (folder / "TQ_RB.json").write_text(json.dumps({"shots": 100, "survival": survival}))
    (folder / "s.toml").write_text(SHEET)
    return import_counts("quantinuum", folder, folder / "s.toml", out=folder / "out").bundle


def test_an_estimate_becomes_a_figure_in_the_one_convention(imported):
    found = measured_bundle(imported)
    assert not found.simulator
    (figure,) = found.figures  # a claim on one pair is none on the machine
    verdict = next(one for one in found.verdicts if one.claim == "2q")
    assert figure.value == pytest.approx(1 - 0.8 * verdict.estimate.value)
    assert figure.statistic == "mean"
    assert figure.uncertainty > 0
    assert figure.verification == "unsigned_bundle"
    assert "nobody signed" in found.verified


def test_counts_that_nobody_signed_raise_no_score(imported):
    machine = registered("ionq-tempo")
    beside = measured_bundle(imported).beside(machine)
    from dataclasses import replace

    more = replace(machine, figures=(*machine.figures, *beside.figures))
    day = date(2026, 12, 31)
    assert disclosure(more, day).low == disclosure(machine, day).low


def test_a_simulator_says_so(tmp_path):
    (tmp_path / "s.toml").write_text(SHEET)
    (tmp_path / "m.toml").write_text(MACHINE)
    run = assay.run(tmp_path / "s.toml", str(tmp_path / "m.toml"), out=tmp_path / "run", seed=1)
    assert measured_bundle(run.bundle).simulator


def test_a_bundle_that_does_not_hold_gives_nothing(imported, tmp_path):
    broken = tmp_path / "broken.zip"
    broken.write_bytes(imported.read_bytes()[:-200])
    with pytest.raises(EvidenceError):
        measured_bundle(broken)
