"""`qassay apply fragment-energy`: the energy, its control, its record, and the record's audit."""

import json
from pathlib import Path

import pytest

RUN = (
    "apply",
    "fragment-energy",
    "--device",
    "virtual:prototype-50",
    "--qubits",
    8,
    "--seed",
    1,
    "--shots",
    1200,
)
FORGERIES = {
    "a better energy": lambda r: r["result"]["error"].update(value=0.5),
    "a worse control": lambda r: r["result"]["random_error"].update(value=500.0),
    "a number that is none": lambda r: r["result"].update(drawn=True),
    "outcomes changed": lambda r: r.update(outcomes=["0" * len(r["outcomes"][0])] * 1200),
    "a shot left out": lambda r: r["outcomes"].pop(),
    "another seed": lambda r: r.update(seed=4),
    "another root": lambda r: r.update(root="00" * 32),
    "a short root": lambda r: r.update(root="00", seed=None),
    "another circuit": lambda r: r["circuits"].__setitem__(5, "0" * 64),
    "another fragment": lambda r: r.update(instance="benzene-pi"),
    "a fragment that is none": lambda r: r.update(instance="water"),
    "other integrals": lambda r: r.update(instance_sha256="0" * 64),
    "another exact energy": lambda r: r.update(classical_hartree=-3.0),
    "a billion batches": lambda r: r.update(batches=10**9),
    "another patch": lambda r: r["patch"].reverse(),
    "another version": lambda r: r.update(qassay_fragment_energy=2),
    "a key too many": lambda r: r.update(more=1),
}


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_an_energy_with_its_control_and_its_audit(qassay, here):
    code, out, err = qassay(*RUN, "--json")
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert told["results"]["determinants"] == told["random"]["determinants"] == 9
    assert told["classical"]["determinants"] == 36
    assert told["optional"] is True
    assert 0.14 < told["results"]["kept"]["value"] < 1
    assert "no evidence that the machine is useful" in told["warning"]
    assert "An ordinary computer solves this exactly in" in told["how_far"]
    code, out, err = qassay("audit", told["bundle"], "--json")
    assert (code, err) == (0, "")
    audited = json.loads(out)
    assert audited["result"]["error"] == told["results"]["error_mha"]
    assert "all 24 circuits follow from the seed" in audited["passed"]
    code, out, _ = qassay("audit", told["bundle"])
    assert (code, "nobody signed them" in out) == (0, True)
    honest = Path(told["bundle"]).read_bytes()
    for name, forge in FORGERIES.items():
        record = json.loads(honest)
        forge(record)
        Path("forged.json").write_text(json.dumps(record), encoding="utf-8")
        code, _, err = qassay("audit", "forged.json")
        assert (code, err.startswith("error: "), ": found " in err) == (4, True, True), name
    assert qassay("audit", told["bundle"], "--trust", "device=SHA256:x")[0] == 2
    code, out, _ = qassay(*RUN)
    assert (code, "Nothing was measured now" in " ".join(out.split())) == (0, True)
    assert Path(told["bundle"]).read_bytes() == honest
    code, _, err = qassay(*RUN[:-1], 1300)
    assert (code, "another --shots" in err) == (2, True)


def test_for_people(qassay, here):
    code, out, _ = qassay(*RUN, "--out", "people")
    assert code == 0
    assert "no headline" in out
    assert "SIMULATOR" in out
    assert qassay("applications")[1].count("fragment-energy") == 1
    assert "information-free control" in qassay("applications", "show", "fragment-energy")[1]


@pytest.mark.parametrize(
    "words",
    [
        ("--instance", "water"),
        ("--qubits", 10),
        ("--instance", "h4", "--qubits", 12),
        ("--depths", "1,3"),
        ("--claims", "x.toml"),
        ("--receptor", "x.pdb"),
        ("--workers", "2"),
        ("--batches", 3),
        ("--shots", 0),
        ("--seed", -1),
    ],
)
def test_wrong_usage(qassay, here, words):
    code, out, err = qassay(*RUN[:4], *words)
    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert not Path("fragment-energy-run").exists()


def test_more_qubits_than_the_device(qassay, here, machine):
    Path("machine.toml").write_text(machine, encoding="utf-8")
    code, _, err = qassay("apply", "fragment-energy", "--device", "machine.toml")
    assert (code, "at least 12 for benzene-pi" in err) == (2, True)
