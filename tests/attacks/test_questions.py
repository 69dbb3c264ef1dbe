"""Forged answers: an honest bundle that asks, changed in one place and sealed again."""

import json
import re
import time
from pathlib import Path

import pytest
from auditor import audit_further, audit_minimal
from forgeries.registry import edited, sealed

from qassay import assay
from qassay.auditing.audit import audit_bundle
from qassay.canonical import canonical_bytes, content_id
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated.machine import VirtualMachine
from qassay.evidence.archive import archive_bytes, read_archive
from qassay.protocols.accreditation import PROTOCOL, AccreditationProtocol

PLAN, SHEET, PAGE = "plan/plan.json", "claims/sheet.toml", "report/datasheet.html"
COUNTS = "batches/accreditation/00/0000/counts.json"
CIRCUITS = "batches/accreditation/00/0000/circuits.json"
MACHINE = b"""
[machine]
name = "small-5"
platform = "superconducting"
qubits = 5
connectivity = "line"
[durations]
one_qubit_gate = "30 ns"
two_qubit_gate = "200 ns"
[noise]
one_qubit_error = 2e-3
two_qubit_error = 1e-2
readout_p01 = 0.01
readout_p10 = 0.01
"""
ASKING = """[sheet]
title = "T"
vendor = "V"
machine = "M"
[[question]]
id = "far"
ask = "accreditation"
circuit = "ghz.qasm"
traps = 60
targets = 20
spectators = "gates"
"""
GHZ = "OPENQASM 3.0;\nqubit[3] q;\nh q[0];\ncx q[0], q[1];\ncx q[1], q[2];\n"
KINDS = (audit_minimal.Audit, audit_further.Further)


def played(folder):
    """Run the sheet that asks; give the bundle's path."""
    folder.mkdir(exist_ok=True)
    (folder / "ghz.qasm").write_text(GHZ, encoding="utf-8")
    (folder / "sheet.toml").write_text(ASKING, encoding="utf-8")
    machine = VirtualMachine(read_machine(MACHINE, "m.toml"))
    return Path(assay.run(folder / "sheet.toml", machine, out=folder / "out", seed=5).bundle)


@pytest.fixture(scope="module")
def honest(tmp_path_factory):
    return played(tmp_path_factory.mktemp("asked"))


@pytest.fixture
def members(honest):
    return read_archive(honest)


def test_an_honest_bundle_holds_and_is_never_called_valid_by_who_cannot_tell(honest):
    audit = audit_bundle(honest)
    assert audit.failure is None, str(audit.failure)
    assert [one.question for one in audit.analysis.answers] == ["far"]
    for kind in KINDS:
        report = audit_minimal.audit(honest, [], kind)
        assert report["failed"] is None
        assert report["valid"] is None
        assert "the answer to question 'far' (accreditation)" in report["not_checked"][0]
    assert audit_minimal.main([str(honest)]) == 3


def refused(files, path, words=""):
    """Audit what was forged: one sentence, 4, and no time lost."""
    path.write_bytes(archive_bytes(files))
    begun = time.process_time()
    audit = audit_bundle(path)
    assert time.process_time() - begun < 5
    assert audit.failure is not None
    assert audit.failure.exit_code == 4
    told = str(audit.failure)
    assert "report it" not in told
    assert len(told) < 2000
    assert words in told, told
    return audit.failed


def problem_of(members):
    return json.loads(json.loads(members[PLAN])["experiments"][0]["problem"])


def replanned(members, change):
    """Change the problem in the plan, and seal again."""

    def edit(plan):
        (experiment,) = plan["experiments"]
        document = json.loads(experiment["problem"])
        change(document, experiment, plan)
        experiment["problem"] = canonical_bytes(document).decode()

    return edited(members, PLAN, edit)


def flipped(members):
    def edit(counts):
        line = counts["outcomes"][0]
        counts["outcomes"][0] = line.translate({48: 49, 49: 48})

    return edited(members, COUNTS, edit)


def shifted(members):
    """Put every shot beside another circuit."""

    def edit(counts):
        counts["outcomes"] = [*counts["outcomes"][1:], counts["outcomes"][0]]

    return edited(members, COUNTS, edit)


def dropped(members):
    """Keep back the only batch, and its circuits."""
    return sealed({name: data for name, data in members.items() if "batches/" not in name})


def lost(members):
    """Say that the batch brought nothing."""
    return edited(members, COUNTS, lambda d: d.update(outcomes=None, failures=["lost"]))


def asked_otherwise(old, new):
    """Change the question on the sheet, and in the plan's name of it."""

    def forge(members):
        sheet = members[SHEET].decode()
        assert old in sheet
        members[SHEET] = sheet.replace(old, new).encode()
        return edited(
            members, PLAN, lambda plan: plan["sheet"].update(text_id=content_id(members[SHEET]))
        )

    return forge


def page(old, new):
    def forge(members):
        text, count = re.subn(old, new, members[PAGE].decode())
        assert count
        return sealed({**members, PAGE: text.encode()})

    return forge


FORGERIES = {
    "one outcome flipped": (flipped, "datasheet"),
    "shots beside other circuits": (shifted, "datasheet"),
    "the batch left out": (dropped, "completeness"),
    "the batch said to be lost": (lost, "datasheet"),
    "a circuit's name": (
        lambda m: edited(m, CIRCUITS, lambda d: d["circuits"].__setitem__(5, "0" * 64)),
        "circuits",
    ),
    "a better bound on the page": (page(r"by at most 0\.\d+", "by at most 0.0001"), "datasheet"),
    "fewer failures on the page": (page(r">\d+ / 60<", ">0 / 60<"), "datasheet"),
    "an assumption left off the page": (page(r"(?m)^<li>shots do not.*\n", ""), "datasheet"),
    "another question on the sheet": (
        asked_otherwise("traps = 60", "traps = 6000"),
        "claims and plan",
    ),
    "another circuit on the sheet": (asked_otherwise("ghz.qasm", "adder.qasm"), "claims and plan"),
    "another name of the question": (asked_otherwise('"far"', '"near"'), "claims and plan"),
    "the question taken off the sheet": (
        lambda m: edited(m, PLAN, lambda plan: plan["sheet"].pop("questions")),
        "claims and plan",
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_what_was_changed_is_found(members, tmp_path, name):
    forge, check = FORGERIES[name]
    assert refused(forge(members), tmp_path / "forged.zip") == check


@pytest.mark.parametrize("name", FORGERIES)
def test_the_second_auditors_call_none_of_them_valid(members, tmp_path, name):
    path = tmp_path / "forged.zip"
    path.write_bytes(archive_bytes(FORGERIES[name][0](members)))
    for kind in KINDS:
        report = audit_minimal.audit(path, [], kind)
        assert not report["valid"]
        assert report["failed"] or any("answer to question" in x for x in report["not_checked"])


def long_lists(document, experiment, plan):
    document.update(rounds=[[[0, 0, 0]]] * 40_000, layers=[[]] * 39_999, patch=[0])
    experiment["targets"] = [[0]]


PROBLEMS = {
    "another circuit": lambda d, *_: d.update(qasm=GHZ.replace("h q[0]", "x q[0]")),
    "another angle": lambda d, *_: d["rounds"][0][0].__setitem__(0, d["rounds"][0][0][0] ^ 64),
    "one trap a block": lambda d, *_: d.update(traps_a_block=1),
    "one trap a block, and the block with it": lambda d, *_: d.update(
        traps_a_block=1, targets_a_block=79
    ),
    "alpha of one half": lambda d, *_: d.update(alpha="1/2"),
    "an alpha without end": lambda d, *_: d.update(alpha="1e-99999999"),
    "an alpha near nothing": lambda d, *_: d.update(alpha="1/99999999999999999999"),
    "another patch": lambda d, x, _: (d.update(patch=[2, 1, 0]), x.update(targets=[[2], [1], [0]])),
    "spectators that overlap": lambda d, *_: d.update(others=[3, 4, 2], pairs=[[3, 4], [4, 2]]),
    "spectators that rest": lambda d, *_: d.update(spectators="idle", others=[], pairs=[]),
    "runs": lambda d, *_: d.update(targets_a_block=1, traps_a_block=79, runs=True),
    "rates that were not asked": lambda d, *_: d.update(expect=[0.0, 0.0, 0.0]),
    "another question": lambda d, *_: d.update(question="near"),
    "a billion traps": lambda d, x, _: (
        d.update(traps_a_block=10**9 - 20),
        x.update(block=[10**9], rounds=10**9, batch=10**9),
    ),
    "ten thousand blocks": lambda _, x, plan: (
        x.update(rounds=800_000),
        plan["cost"].update(shots=800_000, circuits=800_000),
    ),
    "rounds without end": long_lists,
    "a circuit of 500 kB": lambda d, *_: d.update(qasm=GHZ + "h q[0];\n" * 49_001),
    "a circuit beyond all bounds": lambda d, *_: d.update(qasm=GHZ + " " * 2_000_000),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_problem_that_the_question_does_not_ask_is_found(members, tmp_path, name):
    assert problem_of(members)["traps_a_block"] == 60
    forged = replanned(members, PROBLEMS[name])
    assert refused(forged, tmp_path / "forged.zip") == "claims and plan"


DISHONEST = {
    "a level that suits him": {"alpha": "1/2"},
    "fewer traps": {"traps_a_block": 10, "targets_a_block": 70},
    "spectators that rest": {"spectators": "idle", "others": [], "pairs": []},
    "a circuit that is easier": {"layers": [[], []], "qasm": GHZ.replace("cx", "// cx")},
}


@pytest.mark.parametrize("name", DISHONEST)
def test_a_whole_run_of_another_plan_is_refused(tmp_path, monkeypatch, name):
    """The forger plans what suits him, runs it, and seals it with a page that fits."""
    plan_as_asked = AccreditationProtocol.planned

    def planned(self, question, device, files):
        from dataclasses import replace

        made = plan_as_asked(self, question, device, files)
        document = json.loads(made.problem)
        if "qasm" in DISHONEST[name]:
            files = {**files, "ghz.qasm": DISHONEST[name]["qasm"].encode()}
            made = plan_as_asked(self, question, device, files)
            document = json.loads(made.problem) | {"qasm": GHZ}
        else:
            document |= DISHONEST[name]
        return replace(made, problem=canonical_bytes(document).decode())

    with monkeypatch.context() as patch:
        patch.setattr(AccreditationProtocol, "planned", planned)
        if "qasm" in DISHONEST[name]:  # his own program does not compare either
            patch.setattr("qassay.protocols.accreditation._check_source", lambda *_: None)
        bundle = played(tmp_path / "forger")
    from qassay.protocols.accreditation import read_wanted

    read_wanted.cache_clear()
    assert refused(read_archive(bundle), tmp_path / "forged.zip") == "claims and plan"
    assert PROTOCOL.id == "accreditation"
