"""A sheet in the vendor's own words is run, and every auditor agrees on what it says."""

import pytest
from auditor import audit_further, audit_minimal

from qassay import assay
from qassay.auditing.audit import audit_bundle
from qassay.devices.catalog import device_of

MACHINE = """
[machine]
name = "four"
qubits = 4
connectivity = "line"
[noise]
readout_p01 = 0.01
readout_p10 = 0.01
two_qubit_error = 2e-3
"""
SHEET = """
[sheet]
title = "In other words"
vendor = "V"
machine = "four"
source = "arXiv:2411.05983"
[[claim]]
id = "ro"
metric = "readout fidelity"
value = "95(1) %"
scope = "0-3"
valid_until = 2030-01-01
[[claim]]
id = "2q"
metric = "CZ fidelity"
convention = "unstated"
value = "97,0 %"
statistic = "average"
[[claim]]
id = "power"
kind = "declared"
metric = "power"
value = "20 kW"
[[claim]]
id = "up"
kind = "operations"
metric = "uptime"
relation = "at least"
value = "95 %"
"""


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("words")
    (folder / "m.toml").write_text(MACHINE)
    (folder / "s.toml").write_text(SHEET)
    device = device_of(str(folder / "m.toml"))
    return assay.run(folder / "s.toml", device, out=folder / "out", seed=1)


def test_the_claims_are_judged_as_they_were_understood(result):
    held = {verdict.claim: verdict for verdict in result.verdicts}
    assert (held["ro"].claimed, held["ro"].outcome) == (0.05, "supported")
    assert (held["2q"].claimed, held["2q"].outcome) == (0.03, "supported")
    (both,) = [reason for reason in held["2q"].reasons if "no convention is stated" in reason]
    assert "as average gate infidelity" in both
    assert "as process infidelity" in both
    page = result.datasheet.read_text(encoding="utf-8")
    for words in ("standard error as stated", "2030-01-01", "arXiv:2411.05983"):
        assert words in page


def test_every_auditor_holds_it_valid(result):
    audit = audit_bundle(result.bundle)
    assert audit.failure is None, audit.failure
    for kind in (audit_minimal.Audit, audit_further.Further):
        report = audit_minimal.audit(result.bundle, [], kind)
        assert report["valid"], report
        assert any("words" in one for one in report["not_checked"])
