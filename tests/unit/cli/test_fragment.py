"""`qassay apply fragment-energy`: the energy, its control, its bundle, and the audit."""

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
    assert "no evidence that the machine is useful" in " ".join(told["answers"][0]["sentences"])
    code, out, err = qassay("audit", told["bundle"], "--json")
    assert (code, err) == (0, "")
    (audited,) = json.loads(out)["answers"]
    assert audited["numbers"]["results"]["error_mha"] == told["results"]["error_mha"]
    code, out, _ = qassay("audit", told["bundle"])
    assert (code, "nobody signed them" in out) == (0, True)
    honest = Path(told["bundle"]).read_bytes()
    code, out, _ = qassay(*RUN)
    assert (code, "Nothing was measured now" in " ".join(out.split())) == (0, True)
    assert Path(told["bundle"]).read_bytes() == honest
    code, _, err = qassay(*RUN[:-1], 1300)
    assert (code, "another claim sheet" in err) == (2, True)


def test_for_people(qassay, here):
    code, out, _ = qassay(*RUN, "--out", "people")
    assert code == 0
    assert "random strings" in out
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
