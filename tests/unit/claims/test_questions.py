"""`[[question]]` on a sheet: each mistake with its place, all at once, and how one is read."""

import json

import pytest

from qassay.claims import parse_claim_sheet
from qassay.claims.questions import ASKS
from qassay.errors import ClaimError
from qassay.evidence.records import plan_from_json
from qassay.planning.options import Options
from qassay.planning.planner import make_plan

HEAD = '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "M"\n'
ASK = '[[question]]\nid = "far"\nask = "accreditation"\ncircuit = "c.qasm"\n'
T1 = '[[claim]]\nid = "far"\nmetric = "t1"\nvalue = "30 s"\n'


def complaints(text):
    with pytest.raises(ClaimError) as caught:
        parse_claim_sheet(text.encode(), "bad.toml")
    return str(caught.value)


BAD = {
    "no kind": (
        ASK.replace('ask = "accreditation"\n', ""),
        ["ask: found nothing, expected one of"],
    ),
    "another kind": (
        ASK.replace("accreditation", "acreditation"),
        [
            "bad.toml:7:",
            'question "far", ask: found "acreditation"',
            'did you mean "accreditation"',
        ],
    ),
    "no circuit": (
        ASK.replace('circuit = "c.qasm"\n', ""),
        ["circuit: found nothing, expected the name of a file beside the sheet"],
    ),
    "a circuit that is no text": (ASK.replace('"c.qasm"', "3"), ["bad.toml:8:", "found 3"]),
    "traps": (ASK + "traps = 0\n", ["bad.toml:9:", "found 0", "a whole number from 1 to 20 000"]),
    "traps of the wrong kind": (ASK + "traps = true\n", ["found true", "a whole number"]),
    "alpha": (ASK + "alpha = 1.5\n", ["found 1.5", "a number from 1e-09 to 0.999"]),
    "alpha that is no number": (ASK + "alpha = nan\n", ["found nan"]),
    "a patch twice": (ASK + "patch = [1, 1]\n", ["different qubits of the device, such as [3, 4"]),
    "a patch of nothing": (ASK + "patch = []\n", ["patch: found"]),
    "spectators": (ASK + 'spectators = "x"\n', ['found "x"', '"gates" or "pulses" or "idle"']),
    "two rates": (ASK + "expect = [0.1, 0.2]\n", ["three error rates (Pauli) of pulse, CZ and"]),
    "a rate of 1": (ASK + "expect = [0.1, 0.2, 1.0]\n", ["three error rates"]),
    "an unknown key": (ASK + "trap = 5\n", ["bad.toml:9:", "trap", 'did you mean "traps"']),
    "a key of another kind": (ASK + "depth = 5\n", ["bad.toml:9:", "depth"]),
    "no id": (ASK.replace('id = "far"\n', ""), ["question 1", "id"]),
    "an id twice": (ASK + ASK, ['"far"']),
    "an id of a claim": (T1 + ASK, ['"far"']),
    "single brackets": (ASK.replace("[[question]]", "[question]"), ["in double brackets"]),
    "no table": ("question = [3]\n" + HEAD, ["question 1: found 3, expected a table [[question]]"]),
}


@pytest.mark.parametrize("name", BAD)
def test_a_mistake_has_its_place(name):
    text, wanted = BAD[name]
    told = complaints(text if text.startswith("question") else HEAD + text)
    for words in wanted:
        assert words in told.replace("\u202f", " "), told
    assert "report it" not in told


def test_all_mistakes_come_at_once_beside_those_of_claims():
    told = complaints(
        HEAD + T1.replace("30 s", "30") + ASK.replace("far", "q") + "traps = -1\nx = 1\n"
    )
    assert len(told.splitlines()) >= 3
    for words in ("value", "traps", "x"):
        assert words in told


def test_too_many_questions_are_refused():
    many = "".join(ASK.replace("far", f"q{n}") for n in range(2000))
    assert "2000 questions" in complaints(HEAD + many)


def read(text):
    return parse_claim_sheet((HEAD + text).encode(), "sheet.toml")


def test_what_is_left_out_is_usual_and_stands_on_the_sheet():
    (one,) = read(ASK).questions
    usual = {row.key: row.usual for row in ASKS["accreditation"].settings if row.usual is not None}
    assert dict(one.settings) == {"circuit": "c.qasm", **usual}
    assert list(one.files) == ["c.qasm"]
    assert one.setting("patch") is None
    assert "questions" not in read(T1).as_json(), "plans of all other sheets keep their names"


@pytest.mark.parametrize("more", ["", "patch = [2, 1]\nexpect = [1e-3, 1e-2, 0]\n"])
def test_a_plan_is_read_back_as_it_was(tmp_path, more, line_of_three):
    sheet = read(ASK + more)
    files = {"c.qasm": b"OPENQASM 3.0;\nqubit[2] q;\nh q[0];\ncx q[0], q[1];\n"}
    plan = make_plan(sheet, line_of_three, bytes(32), Options(), "qassay", files)
    assert plan_from_json(json.loads(json.dumps(plan.as_json())), "plan") == plan


@pytest.fixture
def line_of_three():
    from qassay.devices.description import DeviceDescription, Durations

    return DeviceDescription(
        name="line",
        platform="superconducting",
        qubits=3,
        connectivity="line",
        couplings=((0, 1), (1, 2)),
        durations=Durations(one_qubit_gate=3e-8, two_qubit_gate=2e-7, readout=1e-6),
    )
