"""`qassay rcs`: fidelity, uniformity and the price of a forgery."""

import json
from pathlib import Path

import pytest

RUN = (
    "rcs",
    "--device",
    "machine.toml",
    "--qubits",
    4,
    "--depth",
    4,
    "--circuits",
    30,
    "--checked",
    20,
    "--shots",
    50,
    "--seed",
    1,
    "--out",
    "out",
)


@pytest.fixture
def files(tmp_path, monkeypatch, machine):
    monkeypatch.chdir(tmp_path)
    Path("machine.toml").write_text(machine, encoding="utf-8")


def test_a_run(qassay, files):
    code, out, err = qassay(*RUN, "--json", "--expect", "0.002,0.01,0.01")
    assert (code, err) == (0, "")
    answer = json.loads(out)
    assert answer["fidelity"]["low"] > 0.3
    assert answer["uniformity"]["alike"]
    assert not answer["forging"]["hard"]
    assert "FLOP" in answer["forging"]["sentence"]
    assert answer["circuits"] == 30
    assert len(answer["checked"]) == 20
    code, out, err = qassay("audit", answer["bundle"], "--json")
    assert (code, err) == (0, "")
    (audited,) = json.loads(out)["answers"]
    assert audited["numbers"]["checked"] == answer["checked"]
    assert audited["numbers"]["fidelity"] == answer["fidelity"]
    code, out, _ = qassay(*RUN, "--expect", "0.002,0.01,0.01")  # nothing is measured twice
    assert (code, "Nothing was measured now" in " ".join(out.split())) == (0, True)


def test_a_plan_of_fifty_qubits(qassay):
    code, out, _ = qassay(
        "rcs",
        "--device",
        "virtual:msu-rb-50",
        "--qubits",
        50,
        "--depth",
        4,
        "--plan-only",
        "--expect",
        "0.001,0.02,0.01",
    )
    assert code == 0
    assert "NOT hard to forge" in out.replace("\n", " ")


@pytest.mark.parametrize(
    "words",
    [
        ("--qubits", 6),
        ("--depth", 0),
        ("--checked", 31),
        ("--checked", 1),
        ("--deadline", -1),
        ("--expect", "x"),
        ("--shots", 0),
        ("--circuits", 1),
    ],
)
def test_wrong_usage(qassay, files, words):
    code, out, err = qassay(*RUN, *words)
    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert "sheet.toml" not in err  # nobody wrote one
    assert not Path("out").exists()
