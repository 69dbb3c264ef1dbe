"""A folder says what it holds; a finished run is never shown as a new one."""

import json
import re
import sys
from pathlib import Path

import pytest

from qassay.cli import main
from qassay.execution.journal import Journal

SHEET = """[sheet]
title = "T"
vendor = "V"
machine = "M"
[[claim]]
id = "readout"
metric = "readout_error"
value = "5 %"
"""
MACHINE = """[machine]
name = "five"
platform = "superconducting"
qubits = 5
connectivity = "line"
[noise]
two_qubit_error = 0.01
readout_p01 = 0.01
readout_p10 = 0.01
"""
NETWORK = """function mpc = tiny
mpc.version = '2';
mpc.baseMVA = 100;
mpc.bus = [
  1 3 0 0 0 0 1 1 0 110 1 1.1 0.9;
  2 1 40 0 0 0 1 1 0 110 1 1.1 0.9;
  3 1 30 0 0 0 1 1 0 110 1 1.1 0.9;
  4 1 20 0 0 0 1 1 0 110 1 1.1 0.9;
];
mpc.gen = [
  1 90 0 0 0 1 100 1 200 0;
];
mpc.branch = [
  1 2 0 0.1 0 0 0 0 0 0 1 -360 360;
  2 3 0 0.1 0 0 0 0 0 0 1 -360 360;
  3 4 0 0.1 0 0 0 0 0 0 1 -360 360;
  4 1 0 0.1 0 0 0 0 0 0 1 -360 360;
];
"""
CLAIMS = """[sheet]
title = "C"
vendor = "V"
machine = "M"
[[claim]]
id = "2q"
metric = "two_qubit_gate_error"
convention = "average_gate_infidelity"
value = "1 %"
"""
RUN = ("run", "t.toml", "--device", "five.toml", "--seed", "1")
APPLY = (
    "apply",
    "grid-section",
    "--device",
    "five.toml",
    "--instance",
    "own.m",
    "--shots",
    "96",
    "--depths",
    "1",
    "--seed",
    "1",
    "--claims",
    "c.toml",
)
DATE = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"


@pytest.fixture
def qassay(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    Path("t.toml").write_text(SHEET)
    Path("c.toml").write_text(CLAIMS)
    Path("five.toml").write_text(MACHINE)
    Path("own.m").write_text(NETWORK)

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["qassay", *words])
        code = main()
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.mark.parametrize("words", [RUN, APPLY], ids=["run", "apply"])
def test_a_second_call_says_that_nothing_was_measured_and_when_it_was(qassay, words):
    code, out, _ = qassay(*words, "--json")
    first = json.loads(out)
    assert first["measured"] is True
    assert re.fullmatch(DATE, first["measured_at"])
    again = json.loads(qassay(*words, "--json")[1])
    assert again["measured"] is False
    assert again["measured_at"] == first["measured_at"]
    code_again, out, _ = qassay(*words)
    assert code_again == code
    said = " ".join(out.split())
    day, clock = first["measured_at"][:10], first["measured_at"][11:19]
    assert f"Nothing was measured now: these counts are of {day} {clock} UTC" in said
    assert "For a new measurement name another folder, as in --out" in said


def test_a_first_call_says_nothing_of_the_kind(qassay):
    assert "Nothing was measured" not in qassay(*RUN)[1]


def test_a_run_that_is_taken_up_says_so(qassay):
    qassay(*RUN)
    place = Path("t-run/journal.jsonl")
    lines = place.read_bytes().splitlines(keepends=True)
    place.write_bytes(b"".join(lines[:-1]))
    _, out, _ = qassay(*RUN)
    assert "Nothing was measured" not in out
    assert ("Taken up again" in out) == (len(lines) > 1)
    place.write_bytes(b"".join(lines[:-1]))
    assert json.loads(qassay(*RUN, "--json")[1])["measured"] is True


@pytest.mark.parametrize(
    ("words", "file", "old", "new", "said"),
    [
        (RUN, "five.toml", "readout_p01 = 0.01", "readout_p01 = 0.02", "another machine file"),
        (RUN, "five.toml", 'name = "five"', 'name = "six"', "another device"),
        (RUN, "t.toml", '"5 %"', '"6 %"', "another claim sheet"),
        pytest.param(
            APPLY,
            "five.toml",
            "two_qubit_error = 0.01",
            "two_qubit_error = 0.1",
            "another machine file",
            marks=pytest.mark.slow,
        ),
        (APPLY, "own.m", "2 1 40", "2 1 45", "another instance of the same name"),
        pytest.param(
            APPLY, "c.toml", '"1 %"', '"2 %"', "another claim sheet", marks=pytest.mark.slow
        ),
    ],
)
def test_what_was_changed_in_between_is_another_run(qassay, words, file, old, new, said):
    assert qassay(*words)[0] in (0, 1, 3)
    folder = Path("t-run" if words is RUN else "grid-section-run")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    text = Path(file).read_text()
    assert old in text
    Path(file).write_text(text.replace(old, new))
    code, out, err = qassay(*words, "--json")
    assert (code, out) == (2, "")
    assert err.startswith(f'error: --out {folder}: found the run "')
    assert re.search(rf" on five\.toml, seed 1, counted {DATE}", err), err
    assert said in err
    assert "choose another --out folder" in err
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    Path(file).write_text(text)
    assert qassay(*words)[0] in (0, 1, 3)


def test_another_seed_is_named(qassay):
    qassay(*RUN)
    _, _, err = qassay(*RUN[:-1], "2")
    assert "another seed" in err
    assert "another device" not in err


def test_the_machine_is_named_in_the_folder_and_never_in_the_plan(qassay):
    """The digest tells two machine files apart; a judge who knows it might know the truth."""
    qassay(*RUN)
    document = json.loads(Path("t-run/plan.json").read_bytes())
    digest = document["made_from"]["machine file or backend of the same name"]
    assert re.fullmatch("[0-9a-f]{64}", digest)
    assert digest not in json.dumps(document["plan"])
    (bundle,) = Path("t-run").glob("*.zip")
    assert digest.encode() not in bundle.read_bytes()
    events = Journal.open(Path("t-run/journal.jsonl")).events
    assert all(re.fullmatch(DATE, event["at"]) for event in events)


@pytest.mark.parametrize("command", ["run t.toml --device five.toml --out c", "jobs c"])
def test_the_folder_of_a_campaign_is_no_folder_of_a_run(qassay, command):
    place = Path("c/private/campaign.json")
    place.parent.mkdir(parents=True)
    place.write_text("{}")
    code, _, err = qassay(*command.split())
    assert code == 2
    assert "found a campaign, whose rounds go by files" in err
    assert list(Path("c").rglob("*")) == [place.parent, place]
