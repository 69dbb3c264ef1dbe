"""Medians, quantiles and shares through the whole product, with all auditors."""

import pytest
from auditor import audit_further, audit_minimal

from qassay import assay
from qassay.auditing.audit import audit_bundle
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated.machine import VirtualMachine
from qassay.protocols.weighing.rank_tests import BULK_REMARK, COUNTED_REMARK

MACHINE = """
[machine]
name = "twelve"
qubits = 12
connectivity = "line"
seed = 3
[durations]
one_qubit_gate = "30 ns"
two_qubit_gate = "100 ns"
readout = "1 us"
shot_overhead = "10 us"
[noise]
t1 = {median = "100 us", spread = 0.3}
one_qubit_error = {median = 2e-3, spread = 0.4}
two_qubit_error = 8e-3
readout_p01 = {median = 0.01, spread = 0.3}
readout_p10 = 0.02
"""
HEAD = '[sheet]\ntitle = "Ranks"\nvendor = "V"\nmachine = "twelve"\n'
CLAIMS = (
    ("time, counted", "t1", '"40 us"', 'statistic = "median"\ntest = "counted"', "supported"),
    ("times", "t1", '"120 us"', 'statistic = "quantile 0.9"', "refuted"),
    ("gates", "one_qubit_gate_error", "0.01", 'statistic = "median"', "supported"),
    (
        "share",
        "one_qubit_gate_error",
        "0.01",
        'statistic = "share above"\nshare = 0.9',
        "supported",
    ),
    (
        "one share",
        "one_qubit_gate_error",
        "4e-4",
        'statistic = "share above"\nshare = 0.5\ntest = "counted"',
        "refuted",
    ),
    ("read", "readout_error", "0.05", 'statistic = "median"\ntest = "counted"', "supported"),
    ("ones", "readout_error_1", "0.06", 'statistic = "median"\ntest = "counted"', "supported"),
    ("all ones", "readout_error_1", "0.008", 'statistic = "median"', "refuted"),
    ("mean", "one_qubit_gate_error", "0.01", 'statistic = "mean"', "supported"),
)


def sheet_of(claims):
    parts = [HEAD]
    for number, (_, metric, value, more, _) in enumerate(claims):
        convention = "average_gate_infidelity"
        parts.append(f'[[claim]]\nid = "c{number}"\nmetric = "{metric}"\nvalue = {value}\n{more}\n')
        parts.append(f'convention = "{convention}"\n' if "gate" in metric else "")
    return "".join(parts)


def run(folder, claims):
    sheet = folder / "ranks.toml"
    sheet.write_text(sheet_of(claims), encoding="utf-8")
    device = VirtualMachine(read_machine(MACHINE.encode(), "twelve.toml"))
    return assay.run(sheet, device, out=folder / "out", seed=1)


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    return run(tmp_path_factory.mktemp("ranks"), CLAIMS)


@pytest.fixture(scope="module")
def further(result):
    return audit_minimal.audit(result.bundle, [], audit_further.Further)


def test_every_claim_is_settled_rightly(result):
    """All are far from the machine: a wrong or open one has a probability below 1e-6."""
    assert [v.outcome for v in result.verdicts] == [claim[-1] for claim in CLAIMS]


def test_a_verdict_says_what_it_rests_on(result):
    for verdict, (_, _, _, more, _) in zip(result.verdicts, CLAIMS, strict=True):
        counted, bulk = (remark in verdict.reasons for remark in (COUNTED_REMARK, BULK_REMARK))
        assert counted + bulk == ("mean" not in more)
        assert counted or "counted" not in more
    page = result.datasheet.read_text(encoding="utf-8")
    assert "taken as one bulk" in page
    assert "at least 90" in page


@pytest.mark.slow
def test_all_auditors_agree(result, further):
    assert audit_bundle(result.bundle).failure is None
    for report in (audit_minimal.audit(result.bundle, []), further):
        assert report["valid"], report["failed"]


def test_the_further_auditor_bets_again_on_what_is_counted_and_says_what_it_does_not(
    further, tmp_path
):
    told = further["not_checked"]
    for number, claim in enumerate(CLAIMS):
        if "counted" not in claim[3]:
            assert any(f"the e-values of 'c{number}'" in text for text in told)
    counted = run(tmp_path, [claim for claim in CLAIMS if "counted" in claim[3]])
    assert {v.outcome for v in counted.verdicts} == {"supported", "refuted"}
    report = audit_minimal.audit(counted.bundle, [], audit_further.Further)
    assert report["valid"], report["failed"]
    assert not any("the e-values of" in text for text in report["not_checked"])
