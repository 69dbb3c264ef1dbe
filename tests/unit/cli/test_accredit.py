"""`qassay accredit`: a sheet that asks one question, run as any other."""

import json
from pathlib import Path

import pytest

from qassay.evidence.bundle import open_bundle

GHZ = """OPENQASM 3.0;
include "stdgates.inc";
qubit[3] q;
h q[0];
cx q[0], q[1];
cx q[1], q[2];
"""
SIZES = ("--traps", 100, "--targets", 30, "--seed", 3, "--out", "out")
RUN = ("accredit", "ghz.qasm", "--device", "machine.toml", *SIZES)


@pytest.fixture(autouse=True)
def _files(tmp_path, monkeypatch, machine):
    monkeypatch.chdir(tmp_path)
    Path("machine.toml").write_text(machine, encoding="utf-8")
    Path("ghz.qasm").write_text(GHZ, encoding="utf-8")


def test_a_bound_in_a_bundle_that_audits(qassay):
    code, out, err = qassay(*RUN, "--json", "--patch", "3,2,1", "--spectators", "gates")
    assert (code, err) == (0, "")
    told = json.loads(out)
    (answer,) = told["answers"]
    found = answer["numbers"]
    assert found["traps"] == 100
    assert 0 < found["p"] < 0.2
    assert found["bound_4p"]["tvd"] == pytest.approx(2 * found["bound_2p"]["tvd"])
    assert found["bound_2p"]["observable"] == pytest.approx(2 * found["bound_2p"]["tvd"])
    assert sum(found["counts"].values()) == 30
    assert set(list(found["counts"])[:2]) == {"000", "111"}
    assert "do not cancel" in found["bound_2p"]["assumption"]
    assert told["bound_2p"] == found["bound_2p"], "a command of one question gives its numbers"
    code, out, err = qassay("audit", told["bundle"])
    assert (code, err) == (0, "")
    assert "all 130 circuits follow from the plan and the seed" in out
    assert "means harm" in " ".join(out.split())
    sheet = open_bundle(Path(told["bundle"])).files["claims/sheet.toml"].decode()
    assert 'ask = "accreditation"' in sheet
    assert "patch = [3, 2, 1]" in sheet


def test_runs_with_acceptance(qassay):
    code, out, _ = qassay(*RUN, "--traps-a-run", 4, "--json")
    (answer,) = json.loads(out)["answers"]
    assert code == 0
    assert answer["numbers"]["traps"] == 120
    acceptance = answer["numbers"]["acceptance"]
    assert acceptance["runs"] == 30
    assert sum(acceptance["counts"].values()) == acceptance["accepted"]


def test_a_bound_that_says_nothing_is_open(qassay, machine):
    bad = machine.replace("two_qubit_error = 1e-2", "two_qubit_error = 0.4")
    Path("machine.toml").write_text(bad, encoding="utf-8")
    code, out, _ = qassay(*RUN)
    assert code == 3
    assert "Nothing can be said of how far" in " ".join(out.split())
    assert "Take fewer qubits or layers" in out
    assert qassay("audit", next(Path("out").glob("*.zip")))[0] == 0


def test_the_same_call_again_measures_nothing(qassay):
    code, out, _ = qassay(*RUN, "--json")
    bundle = Path(json.loads(out)["bundle"]).read_bytes()
    code, again, _ = qassay(*RUN, "--json")
    assert code == 0
    assert json.loads(again)["answers"] == json.loads(out)["answers"]
    assert Path(json.loads(again)["bundle"]).read_bytes() == bundle


@pytest.mark.parametrize(
    "words",
    [
        ("--traps", 0),
        ("--targets", -1),
        ("--alpha", "2"),
        ("--alpha", "x"),
        ("--patch", "0,1"),
        ("--patch", "a"),
        ("--patch", "0,2,4"),
        ("--expect", "1"),
        ("--seed", -1),
    ],
)
def test_wrong_usage(qassay, words):
    code, out, err = qassay(*RUN[:4], *words)
    assert (code, out) == (2, "")
    assert err.startswith(("error: ", "Usage: "))
    assert "report it" not in err
    assert not list(Path().glob("ghz-*"))


def test_before_a_shot(qassay):
    words = (*RUN[:4], "--plan-only", "--expect")
    code, out, _ = qassay(*words, "0.001,0.01,0.01")
    assert (code, "a bound of about" in out) == (0, True)
    code, out, _ = qassay(*words, "0.1,0.2,0.2", "--json")
    told = json.loads(out)
    assert (code, "will say nothing" in told["foretold"][0]) == (0, True)
    assert told["shots"] == 2500
    assert qassay("accredit")[0] == 2
    assert qassay("accredit", "ghz.qasm", "--plan-only")[0] == 2
    assert qassay("accredit", "none.qasm", *words[2:-1])[0] == 2
    assert not list(Path().glob("ghz-*"))


def test_a_record_of_an_earlier_qassay_is_no_bundle(qassay):
    """Records of one JSON file are no longer read: docs/decisions/0046 says why."""
    Path("accreditation.json").write_text('{"qassay_accreditation": 1}', encoding="utf-8")
    code, out, err = qassay("audit", "accreditation.json")
    assert (code, err.count("\n")) == (4, 1) or "archive" in out
    assert code == 4
