"""A machine is accused of missing its claims by figures that were claimed, and by nothing else."""

import pytest

import qassay
from qassay.applying.preparing import Wish
from qassay.claims.claim_file import parse_claim_sheet
from qassay.reports.claimed_rates import assumed, claimed_rates

MACHINE = """
[machine]
name = "ions-8"
platform = "trapped-ion"
qubits = 8
connectivity = "all-to-all"

[noise]
one_qubit_error = {one}
two_qubit_error = {two}
readout_p01 = {readout}
readout_p10 = {readout}
"""
SHEET = """
[sheet]
title = "Eight ions"
vendor = "A vendor"
machine = "Ions 8"
source = {title = "A page", publisher = "A publisher", date = 2026-01-01}
"""
CLAIM = """
[[claim]]
id = "{metric}"
metric = "{metric}"
relation = "{relation}"
value = "{value}"
{more}
"""
ERRORS = {"one_qubit_gate_error": "0.05 %", "two_qubit_gate_error": "0.5 %"}
READOUT = {"readout_error": "0.2 %"}
REST = {"t1": "1000 s", "t2_echo": "1000 s", "leakage": "0.0001 %"}


def sheet_of(claims, more=""):
    text = SHEET
    for metric, value in claims.items():
        gate = 'convention = "average_gate_infidelity"\n' if metric in ERRORS else ""
        relation = "at least" if metric.startswith("t") and "gate" not in metric else "at most"
        text += CLAIM.format(metric=metric, value=value, relation=relation, more=gate + more)
    return text


def applied(tmp_path, claims, *, one=0.0005, two=0.005, readout=0.002):
    (tmp_path / "sheet.toml").write_text(sheet_of(claims), encoding="utf-8")
    machine = tmp_path / "machine.toml"
    machine.write_text(MACHINE.format(one=one, two=two, readout=readout), encoding="utf-8")
    wish = Wish(
        application="grid-section",
        qubits=8,
        depths=(1,),
        shots=9600,
        claims=str(tmp_path / "sheet.toml"),
    )
    return qassay.apply(wish, str(machine), out=tmp_path / "out", seed=3)


def test_a_machine_exactly_as_claimed_is_not_accused_of_what_nobody_claimed(tmp_path):
    """Its readout is bad, and no claim speaks of readout: a low score is a remark."""
    found = applied(tmp_path, ERRORS, readout=0.06)
    assert found.result.below
    assert not found.result.short
    assert found.exit_code == 0
    told = found.result.against_claims()
    assert "reading a 0" in told
    assert "no finding against the claims" in told
    page = found.run.datasheet.read_text(encoding="utf-8")
    assert "_ratio" not in page  # names for people
    assert "Best string" not in page
    assert "falls short of its own claims" not in page
    assert "no finding against the claims" in page


def test_a_machine_that_misses_what_it_claimed_of_everything_falls_short(tmp_path):
    found = applied(tmp_path, ERRORS | READOUT | REST, two=0.03)
    assert found.result.assumed == ()
    assert found.result.short
    assert found.exit_code == 1
    assert "falls short of its own claims" in found.result.against_claims()


def test_a_machine_that_holds_what_it_claimed_does_not(tmp_path):
    found = applied(tmp_path, ERRORS | READOUT | REST)
    assert not found.result.below
    assert found.exit_code == 0


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ('statistic = "median"', "that the median claimed is the mean"),
        ('statistic = "best"', "that the best claimed is the mean"),
        ("scope = {pairs = [[0, 1]]}", "holds of the whole machine"),
    ],
)
def test_what_had_to_be_assumed_is_named(more, words):
    text = sheet_of({"two_qubit_gate_error": "0.5 %"}, more)
    sheet = parse_claim_sheet(text.encode(), "sheet.toml")
    told = assumed(sheet, claimed_rates(sheet))
    assert any(words in one for one in told)
