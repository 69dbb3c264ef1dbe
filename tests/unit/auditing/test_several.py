"""Several campaigns of one claim: e-values multiply, and what is known bounds the best of them."""

import json
import math
import sys
from dataclasses import replace
from types import SimpleNamespace

import pytest

from qassay import assay
from qassay.auditing import several
from qassay.auditing.audit import audit_bundle
from qassay.auditing.several import _rejected, combined_audits
from qassay.cli import main
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated.machine import VirtualMachine
from qassay.errors import UsageError
from qassay.verdicts.judge import wealth_of

MACHINE = b"""
[machine]
name = "small-2"
qubits = 2
connectivity = "line"
seed = 5
[durations]
one_qubit_gate = "30 ns"
two_qubit_gate = "100 ns"
readout = "1 us"
[noise]
readout_p01 = 0.01
readout_p10 = 0.01
"""
SHEET = (
    '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "small-2"\n[[claim]]\nid = "r"\n'
    'metric = "readout_error"\nvalue = "2 %"\n'
)


@pytest.fixture(scope="module")
def bundles(tmp_path_factory):
    folder = tmp_path_factory.mktemp("several")
    sheet = folder / "sheet.toml"
    sheet.write_text(SHEET, encoding="utf-8")
    device = VirtualMachine(read_machine(MACHINE, "m.toml"))
    return [assay.run(sheet, device, out=folder / f"{n}", seed=n).bundle for n in (1, 2)]


def test_e_values_of_campaigns_of_one_claim_are_multiplied(bundles):
    audits = [audit_bundle(path) for path in bundles]
    (one,) = combined_audits(audits)
    assert (one.campaigns, one.known) == (2, 2)
    each = [wealth_of(a.plan, a.plan.sheet.claims[0], a.counted) for a in audits]
    assert math.isclose(one.support, sum(wealth.support for wealth in each))
    assert math.isclose(one.refute, sum(wealth.refute for wealth in each))
    assert f"up to {200 * audits[0].plan.beta:g} %" in one.sentence


def test_a_campaign_counts_once(bundles):
    audit = audit_bundle(bundles[0])
    with pytest.raises(UsageError, match="a bundle of each campaign"):
        combined_audits([audit, audit])


def test_counts_judged_for_another_sheet_are_no_second_campaign(bundles, tmp_path):
    """The same shots under another title have another plan: multiplied with themselves."""
    sheet = tmp_path / "sheet.toml"
    sheet.write_text(SHEET.replace('"T"', '"Another title"'), encoding="utf-8")
    again = assay.run(sheet, f"replay:{bundles[0]}", out=tmp_path / "out").bundle
    audits = [audit_bundle(bundles[0]), audit_bundle(again)]
    assert all(audit.failure is None for audit in audits)
    assert audits[0].plan.id != audits[1].plan.id
    with pytest.raises(UsageError, match="new shots in each campaign"):
        combined_audits(audits)


def planned_otherwise(audit, **changes):
    """The same evidence, as if its plan had said something else."""
    return replace(audit, plan=replace(audit.plan, **changes))


def test_the_smallest_error_probabilities_count(bundles, monkeypatch):
    """A campaign planned for errors of 40 % does not make the threshold of both lower."""
    first, second = (audit_bundle(path) for path in bundles)
    lax = planned_otherwise(first, alpha=0.4, beta=0.4)
    owned = SimpleNamespace(support=math.log(2.0), refute=-1.0)  # 4 together: 2.5 would do alone
    monkeypatch.setattr(several, "wealth_of", lambda *_: owned)
    for audits in ([lax, second], [second, lax]):
        (one,) = combined_audits(audits)
        assert one.outcome == "inconclusive"
        assert one.beta == pytest.approx(0.45)
    (both,) = combined_audits([lax, planned_otherwise(second, alpha=0.4, beta=0.4)])
    assert both.outcome == "supported"


def test_rules_are_not_mixed(bundles):
    first, second = (audit_bundle(path) for path in bundles)
    with pytest.raises(UsageError, match="limits by the guarded rule"):
        combined_audits([first, planned_otherwise(second, rule="guarded")])


def test_claims_of_a_sheet_share_the_errors():
    """Of twenty claims one has an e-value of 25: by itself supported, among them not."""
    logs = [math.log(25.0), *[0.0] * 19]
    terms = {name: SimpleNamespace(multiplicity=name) for name in ("none", "fdr", "family-wise")}
    assert _rejected([terms["none"]], logs, 0.05).sum() == 1
    assert _rejected([terms["none"], terms["fdr"]], logs, 0.05).sum() == 0
    assert _rejected([terms["fdr"], terms["family-wise"]], logs, 0.05).sum() == 0
    strong = [math.log(1000.0)] * 20
    assert _rejected([terms["fdr"]], strong, 0.05).all()
    assert not _rejected([terms["fdr"]], [None] * 3, 0.05).any()


def test_the_command_audits_each_and_says_what_they_say_together(bundles, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["qassay", "audit", *map(str, bundles), "--json"])
    assert main() == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["valid"] for one in told["bundles"]] == [True, True]
    assert told["together"][0]["campaigns"] == 2
    monkeypatch.setattr(sys, "argv", ["qassay", "audit", *map(str, bundles)])
    assert main() == 0
    assert "e-values of 2 campaigns multiplied" in " ".join(capsys.readouterr().out.split())
