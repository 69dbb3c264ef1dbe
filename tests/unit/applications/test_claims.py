"""Claims about applications: planned, run, judged, audited; and predictions from claims."""

import pytest
from tests.unit.applications.ideal_device import IdealDevice

from qassay import assay
from qassay.applications.catalog import frozen
from qassay.applying.predicting import claimed_machine, predict
from qassay.auditing.audit import audit_bundle
from qassay.claims.claim_file import parse_claim_sheet
from qassay.devices.description import DeviceDescription
from qassay.devices.machine_file import read_machine
from qassay.errors import PlanError
from qassay.planning.application_designs import application_experiment
from qassay.reports.claimed_rates import claimed_rates, silent_on

SHEET = """
[sheet]
title = "Applications"
vendor = "V"
machine = "M"

[[claim]]
id = "{name}"
metric = "approximation_ratio"
value = {value}
conditions = {{application = "grid-section", qubits = 8, depth = {depth}}}
"""


def verdict(tmp_path, value, device=None):
    sheet = tmp_path / "sheet.toml"
    sheet.write_text(SHEET.format(name="r", value=value, depth=1))
    result = assay.run(sheet, device or IdealDevice(8), out=tmp_path / "run", seed=4)
    assert audit_bundle(result.bundle).failure is None
    (one,) = result.verdicts
    return one


def test_a_true_claim_is_supported(tmp_path):
    # the ideal score is 0.500; the limit of 0.45 is 0.36
    one = verdict(tmp_path, 0.45)
    assert one.outcome == "supported"
    assert one.shots < 6400  # stopped before the planned shots were used up
    assert one.e_support > 20


def test_a_false_claim_is_refuted(tmp_path):
    assert verdict(tmp_path, 0.65).outcome == "refuted"


def test_a_coin_is_refuted(tmp_path):
    assert verdict(tmp_path, 0.3, IdealDevice(8, coin=True)).outcome == "refuted"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("grid-section", "weather", "application = one of"),
        ("qubits = 8", "qubits = 9", "one of 8"),
        ("depth = 1", "depth = 1.5", "depth = 1 to"),
        ("qubits = 8", "qubits = 64", "64 qubits"),
    ],
)
def test_conditions_that_name_no_circuit(tmp_path, old, new, says):
    sheet = tmp_path / "sheet.toml"
    sheet.write_text(SHEET.format(name="r", value=0.4, depth=1).replace(old, new))
    with pytest.raises(PlanError, match=says):
        assay.plan(sheet, IdealDevice(8))


def test_prediction_takes_claims_at_their_word():
    text = """
[sheet]
title = "t"
vendor = "V"
machine = "M"
[[claim]]
id = "2q"
metric = "two_qubit_gate_error"
convention = "process_infidelity"
value = "1 %"
[[claim]]
id = "ro"
metric = "readout_error"
value = "1 %"
"""
    rates = claimed_rates(parse_claim_sheet(text.encode()))
    assert rates == {
        "two_qubit_error": pytest.approx(0.008),
        "readout_p01": 0.01,
        "readout_p10": 0.01,
    }
    # Claims on some pairs stand for all where no claim speaks of all; where one does, it counts.
    part = text.replace('value = "1 %"', 'value = "2 %"\nscope = {pairs = [[0, 1]]}', 1)
    assert claimed_rates(parse_claim_sheet(part.encode()))["two_qubit_error"] == (
        pytest.approx(0.016)
    )
    both = text + part.split('machine = "M"')[1].split('[[claim]]\nid = "ro')[0].replace("2q", "3q")
    assert claimed_rates(parse_claim_sheet(both.encode())) == rates
    assert not silent_on(rates)
    assert "no two-qubit gate error" in silent_on({"readout_p01": 0.01})
    device = DeviceDescription(name="d", platform="trapped-ion", qubits=8)
    machine = read_machine(claimed_machine(rates, device), "claims")
    assert machine.description.qubits == 8
    experiment = application_experiment(
        frozen("grid-section", "case118/8"), device, 1, shots=4800, batches=24
    )
    worse = predict(experiment, device, {**rates, "two_qubit_error": 0.08})
    better = predict(experiment, device, rates)
    ideal = predict(experiment, device, {})
    # 16 entanglers: 8 % each takes a large part of the signal, 0.8 % little; 6 errors apart
    assert worse["value"] + 6 * worse["error"] < better["value"]
    assert abs(ideal["value"] - 0.5) < 6 * ideal["error"] + 0.001
