"""A sheet that asks: `check`, `plan`, `run`, and what else reads its bundle."""

import json
from pathlib import Path

import pytest

HEAD = '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "small-5"\n'
ASK = '[[question]]\nid = "far"\nask = "accreditation"\ncircuit = "ghz.qasm"\n'
SMALL = "traps = 60\ntargets = 20\n"
GHZ = """OPENQASM 3.0;
include "stdgates.inc";
qubit[3] q;
h q[0];
cx q[0], q[1];
cx q[1], q[2];
"""


@pytest.fixture
def asking(qassay, machine):
    """A folder with a sheet that asks, its circuit and a machine."""
    Path("machine.toml").write_text(machine, encoding="utf-8")
    Path("ghz.qasm").write_text(GHZ, encoding="utf-8")
    Path("sheet.toml").write_text(HEAD + ASK + SMALL, encoding="utf-8")
    return qassay


@pytest.fixture
def bundle(asking):
    code, _, err = asking(
        "run", "sheet.toml", "--device", "machine.toml", "--seed", 3, "--out", "o"
    )
    assert (code, err) == (0, "")
    return next(Path("o").glob("*.zip"))


def test_check_says_how_questions_are_read(asking):
    code, out, err = asking("check", "sheet.toml")
    assert (code, err) == (0, "")
    assert "no mistakes: 1 question is understood" in out
    assert 'circuit = "ghz.qasm", traps = 60' in " ".join(out.split())
    told = json.loads(asking("check", "sheet.toml", "--json")[1])
    (question,) = told["questions"]
    assert (question["id"], question["ask"]) == ("far", "accreditation")
    assert (question["settings"]["traps"], question["settings"]["alpha"]) == (60, 0.05)
    assert told["claims"] == []


def test_questions_stand_beside_claims(asking, sheet):
    Path("both.toml").write_text(sheet + ASK + SMALL, encoding="utf-8")
    code, out, _ = asking("check", "both.toml")
    assert (code, "2 claims are understood, 1 question" in out) == (0, True)
    told = json.loads(asking("plan", "both.toml", "--device", "machine.toml", "--json")[1])
    assert [x["protocol"] for x in told["experiments"]][-1] == "accreditation"
    assert len(told["foretold"]) == 1


def test_plan_says_what_an_answer_will_be_like(asking):
    text = HEAD + ASK + SMALL + "expect = [1e-3, 1e-2, 0.01]\n"
    Path("sheet.toml").write_text(text, encoding="utf-8")
    code, out, _ = asking("plan", "sheet.toml", "--device", "machine.toml", "--seed", 1)
    assert code == 0
    assert "of the traps will fail: a bound of about" in " ".join(out.split())
    assert "nine of ten end" not in out, "no claim is weighed, so none stops early"
    told = json.loads(asking("plan", "sheet.toml", "--device", "machine.toml", "--json")[1])
    assert told["cost"]["shots"] == 80
    assert "a bound of about" in told["foretold"][0]


WRONG = {
    "missing": (None, ("check", "plan"), 'question "far": found "ghz.qasm"'),
    "too large": (b"//" + b"x" * (513 << 10), ("check", "plan"), "512 KiB"),
    "no UTF-8": (GHZ.encode() + b"// \xff\n", ("check", "plan"), "ghz.qasm"),
    "no QASM": (b"qubits: none\n", ("check", "plan"), "ghz.qasm, line 1"),
    "two mistakes": (
        GHZ.encode() + b"foo q[0];\nbar q[1];\n",
        ("check", "plan"),
        "ghz.qasm, line 7",
    ),
    "a delay": (GHZ.encode() + b"delay[10ns] q[0];\n", ("check", "plan"), "delay"),
    "too wide for this machine": (GHZ.replace("[3] q", "[6] q").encode(), ("plan",), "the 6 of"),
    "not its couplings": (GHZ.encode() + b"cx q[0], q[2];\n", ("plan",), "0-2 (device 0-2)"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_file_that_is_wrong_is_told_before_anything_runs(asking, name):
    data, commands, words = WRONG[name]
    Path("ghz.qasm").unlink()
    if data is not None:
        Path("ghz.qasm").write_bytes(data)
    for command in commands:
        more = () if command == "check" else ("--device", "machine.toml")
        code, out, err = asking(command, "sheet.toml", *more)
        assert (code, out) == (2, ""), err
        assert words in err
        assert err.startswith("error: ")
        assert ", expected " in err
        assert "report it" not in err
    if "check" not in commands:
        assert asking("check", "sheet.toml")[0] == 0


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("patch = [0, 1]\n", "2 different qubits"),
        ("patch = [3, 4, 5]\n", "qubits [5]"),
        ("traps_a_run = 1000\ntargets = 21\n", "21000 traps"),
    ],
)
def test_what_the_machine_cannot_run_is_told(asking, key, words):
    Path("sheet.toml").write_text(HEAD + ASK + key, encoding="utf-8")
    code, out, err = asking("plan", "sheet.toml", "--device", "machine.toml")
    assert (code, out) == (2, "")
    assert words in err
    assert 'question "far"' in err


def test_every_command_reads_its_bundle(asking, bundle):
    code, out, err = asking("audit", bundle)
    assert (code, err) == (0, "")
    assert "the counts of ghz.qasm differ from ideal by at most" in " ".join(out.split())
    (told,) = json.loads(asking("audit", bundle, "--json")[1])["answers"]
    assert told["question"] == "far"
    code, out, _ = asking("results", bundle)
    assert (code, "Traps that failed" in out) == (0, True)
    (again,) = json.loads(asking("results", bundle, "--json")[1])["answers"]
    assert again == told
    code, out, err = asking("compare", bundle, bundle)
    assert (code, err, "nothing could be compared" in out) == (0, "", True)
    code, out, err = asking("forensics", bundle)
    assert (code, err) == (0, "")
    assert "too alike" not in out, "a GHZ state makes qubits alike on an honest machine"
    code, out, _ = asking("jobs", "o")
    assert (code, "No job" in out) == (0, True)


@pytest.mark.parametrize(
    ("language", "words"), [("ru", "ловушек"), ("ar", "الفخاخ"), ("vi", "Mạch bẫy")]
)
def test_the_page_tells_the_answer_in_other_languages(asking, bundle, language, words):
    assert asking("report", bundle, "--lang", language, "--html", "page.html")[0] == 0
    page = Path("page.html").read_text(encoding="utf-8")
    assert words in page
    assert "in total variation" not in page, "no sentence is left in English"
    assert 'lang="en"' not in page.partition('id="answers"')[2].partition('id="facts"')[0]


def test_a_replay_answers_alike(asking, bundle):
    device = f"replay:{bundle}"
    code, out, err = asking("run", "sheet.toml", "--device", device, "--out", "again", "--json")
    assert (code, err) == (0, "")
    again = json.loads(out)
    assert again["answers"] == json.loads(asking("audit", bundle, "--json")[1])["answers"]
    assert asking("audit", again["bundle"])[0] == 0


def test_a_question_that_no_budget_was_left_for_is_open(asking, sheet):
    """What brought nothing is not passed over, and an exit code of 0 would say so."""
    Path("both.toml").write_text(
        HEAD + ASK + SMALL + ASK.replace("far", "more") + "traps = 3000\ntargets = 1000\n",
        encoding="utf-8",
    )
    words = ("run", "both.toml", "--device", "machine.toml", "--seed", 1, "--budget-shots", 300)
    code, out, _ = asking(*words, "--out", "short", "--json")
    told = json.loads(out)
    first, second = told["answers"]
    assert (first["question"], second["question"]) == ("far", "more")
    assert first["numbers"]["traps"] == 60
    assert not second["telling"]  # the dear one gives way
    assert "nothing came back" in second["headline"]
    assert code == 3
    assert asking("audit", told["bundle"])[0] == 0
