"""A machine's datasheet from nothing: looks, questions, parts of a layer, and what is kept."""

import json
import math

import numpy as np
import pytest
from auditor import audit_further, audit_minimal
from click.testing import CliRunner

from qassay.auditing.audit import audit_bundle
from qassay.characterizing.first_look import looks_at, seen
from qassay.characterizing.measuring import FOUND, LOOK, characterize
from qassay.characterizing.questions import questions
from qassay.claims.claim_file import parse_claim_sheet
from qassay.cli.characterize import characterize_command
from qassay.devices.description import DeviceDescription, Durations
from qassay.devices.machine_file import read_machine
from qassay.devices.matching import matching
from qassay.devices.simulated.machine import VirtualMachine
from qassay.errors import UsageError
from qassay.evidence.archive import read_archive
from qassay.protocols.known import PROTOCOLS
from qassay.statistics.trials import Trials
from qassay.verdicts.layer_budget import error_budget

LINE = DeviceDescription(
    name="d",
    platform="superconducting",
    qubits=5,
    connectivity="line",
    couplings=((0, 1), (1, 2), (2, 3), (3, 4)),
    durations=Durations(two_qubit_gate=1e-7, readout=1e-6),
)
SMALL = """
[machine]
name = "small"
platform = "superconducting"
qubits = 4
connectivity = "line"
seed = 5
[durations]
one_qubit_gate = "30 ns"
two_qubit_gate = "100 ns"
readout = "1 us"
shot_overhead = "50 us"
[noise]
t1 = "120 us"
t2 = "90 us"
one_qubit_error = 2e-3
two_qubit_error = 2e-2
readout_p01 = 0.02
readout_p10 = 0.04
"""


def look_of(metric):
    return next(one for one in looks_at(LINE) if one.metric == metric)


def ideal(look, constant, start=0.48):
    """Hits of a decay without noise, a million shots of each length."""
    protocol = PROTOCOLS[look.experiment.protocol]
    lengths = np.array(look.experiment.lengths)
    law = protocol.laws[look.rate]
    share = law.asymptote + start * np.exp(-constant * lengths)
    targets = len(look.experiment.targets)
    hits = np.repeat(np.round(1_000_000 * share)[:, None], targets, axis=1).astype(np.int64)
    return Trials(lengths=lengths, arms=np.arange(len(lengths)), hits=hits, shots=1_000_000)


@pytest.mark.parametrize("constant", [1e-3, 0.02, 0.3])
def test_a_look_finds_a_decay_within_a_third(constant):
    look = look_of("one_qubit_gate_error")
    law = PROTOCOLS["one_qubit_gates"].laws[look.rate]
    assert seen(look, ideal(look, constant)) == pytest.approx(
        float(law.value.of(constant)), rel=0.34
    )


def test_a_look_at_what_does_not_decay_has_no_end():
    assert seen(look_of("t1"), ideal(look_of("t1"), 1e-6)) == math.inf
    assert seen(look_of("t1"), ideal(look_of("t1"), 1 / 80e-6)) == pytest.approx(80e-6, rel=0.34)


def test_a_matching_holds_nobody_twice():
    met = [q for pair in matching(LINE) for q in pair]
    assert len(set(met)) == len(met) == 4


def test_questions_are_a_sheet_in_the_order_of_what_they_tell():
    text = questions(
        {"t1": 1e-4, "two_qubit_gate_error": 0.01, "readout_error": 0.02, "t2_echo": math.inf},
        LINE,
        0.2,
        {"t2_echo": 1.0},
    )
    sheet = parse_claim_sheet(text.encode())
    assert [one.setting("metric") for one in sheet.questions] == [
        "two_qubit_gate_error",
        "readout_error",
        "t1",
        "crosstalk",
    ]
    assert sheet.questions[0].setting("precision") == 0.2
    assert sheet.questions[3].setting("relative_to") == "two_qubit_gate_error"
    assert sheet.notes[0].startswith("Coherence time T2 (echo): more than 1.00 s")


def test_the_parts_of_a_layer():
    found = {
        "one_qubit_gate_error": 1e-3,
        "two_qubit_gate_error": 1e-2,
        "crosstalk": 2e-3,
        "readout_error": 1e-2,
    }
    parts = {one.part: one.error for one in error_budget(found, LINE)}
    assert parts["one-qubit gates"] == pytest.approx(1.5e-3 * 5)
    assert parts["two-qubit gates by themselves"] == pytest.approx(1.25 * 8e-3 * 2)
    assert parts["crosstalk of neighbours"] == pytest.approx(1.25 * 2e-3 * 2)
    assert parts["readout"] == pytest.approx(0.05)
    assert parts["waiting"] == 0.0
    assert sum(one.share for one in error_budget(found, LINE)) == pytest.approx(1.0)


@pytest.mark.parametrize("precision", [0.0, 0.01, 0.6])
def test_a_precision_without_a_meaning(precision, tmp_path):
    with pytest.raises(UsageError, match="a share from"):
        characterize("virtual:prototype-50", out=tmp_path / "x", precision=precision)


def test_a_folder_that_holds_something_is_left_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="a new folder"):
        characterize("virtual:prototype-50", out=tmp_path)


def small():
    return VirtualMachine(read_machine(SMALL.encode(), "small"))


def single():
    """One qubit without an end of its times: two figures, and seconds less."""
    text = SMALL.replace("qubits = 4", "qubits = 1").replace('t1 = "120 us"\nt2 = "90 us"\n', "")
    return VirtualMachine(read_machine(text.encode(), "single"))


ROUGH = {"seed": 1, "precision": 0.5}


def sealed(found):
    return {
        name: data
        for name, data in read_archive(found.run.bundle).items()
        if "run.json" not in name
    }


@pytest.mark.parametrize("after", [2, 7])  # batches: in the first look, and behind it
def test_what_was_interrupted_goes_on_and_ends_as_if_nothing_had_been(tmp_path, after, whole):
    told = []

    def stop(finished):
        told.append(finished)
        if len(told) == after:
            raise KeyboardInterrupt

    found = characterize(single(), out=tmp_path / "x", progress=stop, **ROUGH)
    assert found.interrupted
    assert not found.precise
    assert found.as_json()["bundle"] is None
    assert found.shots == sum(one.shots for one in told) > 0
    assert bool(found.answers) == (after > 4)  # the first look says nothing by itself
    again = characterize(single(), out=tmp_path / "x", **ROUGH)
    assert again.figures == whole.figures
    assert sealed(again) == sealed(whole)
    for part in (LOOK, "."):  # nothing measured twice
        assert lines(tmp_path / "x" / part) == lines(whole.folder / part)


def lines(folder):
    return len((folder / "journal.jsonl").read_text().splitlines())


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return characterize(single(), out=tmp_path_factory.mktemp("whole") / "out", **ROUGH)


def held(found):
    """Audit what was found, by all auditors; give the page."""
    audit = audit_bundle(found.run.bundle)
    assert audit.failure is None, str(audit.failure)
    (answer,) = audit.analysis.answers
    assert answer == found.answers[0]
    assert [one["metric"] for one in answer.numbers["figures"]] == [x.metric for x in found.figures]
    for kind in (audit_minimal.Audit, audit_further.Further):
        report = audit_minimal.audit(found.run.bundle, [], kind)
        assert (report["failed"], report["valid"]) == (None, None)
    return found.run.datasheet.read_text(encoding="utf-8")


def test_a_finished_characterization_is_audited_as_every_run(whole):
    page = held(whole)
    assert "Figures of the machine" in page
    assert "Where a layer goes wrong" not in page  # of one qubit
    assert [one.id for one in parse_claim_sheet((whole.folder / FOUND).read_bytes()).claims] == [
        one.metric for one in whole.figures
    ]


@pytest.mark.slow
def test_the_page_of_a_machine_with_pairs_has_layer_and_pictures(tmp_path):
    page = held(characterize(small(), out=tmp_path / "x", **ROUGH))
    assert "Where a layer goes wrong" in page
    assert page.count("one by one") == 5  # crosstalk is not drawn: single differences are noise


def test_another_precision_is_another_run(whole):
    with pytest.raises(UsageError, match="another claim sheet"):
        characterize(single(), out=whole.folder, seed=1, precision=0.4)
    with pytest.raises(UsageError, match="another seed"):
        characterize(single(), out=whole.folder, seed=2, precision=0.5)


@pytest.mark.slow
def test_a_small_machine_from_the_command_line(tmp_path):
    """Intervals of 99 % and more: five figures miss together with less than 5 %, seed fixed."""
    (tmp_path / "small.toml").write_text(SMALL)
    out = tmp_path / "out"
    arguments = ["--device", str(tmp_path / "small.toml"), "--seed", "3", "--precision", "0.4"]
    result = CliRunner().invoke(
        characterize_command, [*arguments, "--out", str(out), "--json"], standalone_mode=False
    )
    document = json.loads(result.stdout)
    figures = {one["metric"]: one["estimate"] for one in document["figures"]}
    assert figures["readout_error"]["low"] <= 0.03 <= figures["readout_error"]["high"]
    assert figures["one_qubit_gate_error"]["low"] <= 2e-3 <= figures["one_qubit_gate_error"]["high"]
    page = (out / "datasheet.html").read_text(encoding="utf-8")
    assert "Where a layer goes wrong" in page
    sheet = parse_claim_sheet((out / "found.toml").read_bytes())
    assert {one.metric for one in sheet.claims} >= {"readout_error", "two_qubit_gate_error"}
