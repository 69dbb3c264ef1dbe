"""The best chain against a hidden truth: what looks good in the first shots is not what is judged.

All pairs of the machine are equally good (5 %), so the chain that few first shots show as the best
is no better than others, and what they say of it is too good. A claim of that is refuted by
other shots: with a probability of 5 % or less it would not be, and the interval misses the truth
with 5 %; seeds are fixed.
"""

import pytest
from auditor import audit_further, audit_minimal

from qassay import assay
from qassay.auditing.audit import audit_bundle
from qassay.claims.claim_file import parse_claim_sheet
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated.machine import VirtualMachine

MACHINE = """
[machine]
name = "alike"
platform = "superconducting"
qubits = 6
connectivity = "grid:2x3"
seed = 8
[durations]
one_qubit_gate = "30 ns"
two_qubit_gate = "60 ns"
readout = "1 us"
[noise]
two_qubit_error = 0.05
one_qubit_error = 1e-6
preparation_error = 0
"""
PROCESS = 1.25 * 0.05
# A chain of four: three pairs in two layers; who waits there loses next to nothing.
TRUTH = (1 - PROCESS) ** 3
CLAIM = """[[claim]]
id = "{id}"
metric = "layer_fidelity"
relation = "at least"
value = {value:.4f}
delta = 0.07
scope = "best chain of 4"
conditions = {{chosen_from = "first.csv"}}
"""
HEAD = '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "alike"\n'
SEEN = 0.01  # of the luckiest, where few shots left each pair a standard error of 2 %


def test_a_chain_that_only_looks_good_is_judged_by_other_shots(tmp_path):
    machine = VirtualMachine(read_machine(MACHINE.encode(), "alike.toml"))
    pairs = machine.describe().pairs
    lucky = ((0, 1), (1, 4), (4, 5))
    rows = [f"{a}-{b},{SEEN if (a, b) in lucky else 0.05}" for a, b in pairs]
    (tmp_path / "first.csv").write_text("target,value\n" + "\n".join(rows) + "\n")
    claimed = (1 - 1.25 * SEEN) ** 3
    assert claimed / 1.07 > TRUTH * 1.02  # the first shots promise more than the limit forgives
    sheet = tmp_path / "sheet.toml"
    sheet.write_text(HEAD + CLAIM.format(id="seen", value=claimed))
    result = assay.run(sheet, machine, out=tmp_path / "run", seed=2)
    (verdict,) = result.verdicts
    assert verdict.outcome == "refuted"
    assert verdict.estimate.low <= TRUTH <= verdict.estimate.high
    (claim,) = result.analysis.plan.sheet.claims
    assert claim.scope.pairs == lucky
    page = result.datasheet.read_text(encoding="utf-8")
    assert "<bdi>chosen</bdi>: <bdi>0-1, 1-4, 4-5</bdi>" in page
    assert audit_bundle(result.bundle).failure is None
    for kind in (audit_minimal.Audit, audit_further.Further):
        assert audit_minimal.audit(result.bundle, [], kind)["failed"] is None


def test_the_second_auditor_makes_the_choice_again_and_refuses_another(tmp_path):
    sheet = parse_claim_sheet((HEAD + CLAIM.format(id="c", value=0.9)).encode()).as_json()
    (claim,) = sheet["claims"]
    claim["best"] |= {"sha256": "0" * 64, "losses": [[0, 1, 5], [1, 2, 9], [2, 3, 5], [0, 3, 1]]}
    claim["scope"] = {"pairs": [[0, 1], [0, 3], [2, 3]], "qubits": []}
    audit = object.__new__(audit_further.Further)
    text = HEAD + CLAIM.format(id="c", value=0.9)
    audit.data, audit.unchecked, audit.n = {audit_minimal.SHEET: text.encode()}, [], 4
    audit.plan = {
        "device": {"connectivity": "listed", "couplings": [[0, 1], [1, 2], [2, 3], [0, 3]]}
    }
    audit.sheet(sheet)
    claim["scope"]["pairs"] = [[0, 1], [1, 2], [2, 3]]
    with pytest.raises(audit_minimal.Refused, match="another chain"):
        audit.sheet(sheet)
