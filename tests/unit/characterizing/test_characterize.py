"""A machine's datasheet from nothing: looks, questions, parts of a layer, and what is kept."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from auditor import audit_further, audit_minimal
from click.testing import CliRunner

from qassay.auditing.audit import audit_bundle
from qassay.characterizing import measuring
from qassay.characterizing.first_look import look_again, looks_at
from qassay.characterizing.measuring import FOUND, LOOK, characterize
from qassay.characterizing.questions import questions
from qassay.characterizing.sights import Sight, sight_of
from qassay.characterizing.unasked import left_unasked
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
def test_a_look_finds_a_decay(constant):
    look = look_of("one_qubit_gate_error")
    law = PROTOCOLS["one_qubit_gates"].laws[look.rate]
    sight = sight_of(look, [ideal(look, constant)])
    assert sight.value == pytest.approx(float(law.value.of(constant)), rel=0.01)
    assert (sight.end, sight.settled) == ("", True)


def test_a_look_at_what_does_not_decay_has_no_end():
    look = look_of("t1")
    assert sight_of(look, [ideal(look, 1e-7)]).end == "slow"
    assert sight_of(look, [ideal(look, 1 / 80e-6)]).value == pytest.approx(80e-6, rel=0.01)


def test_a_matching_holds_nobody_twice():
    met = [q for pair in matching(LINE) for q in pair]
    assert len(set(met)) == len(met) == 4


def sight(metric, value, end="", longest=0.0):
    return Sight(
        metric=metric,
        value=value,
        low=value / 2,
        high=value * 2,
        end=end,
        settled=True,
        circuits=100,
        longest=longest,
    )


def test_questions_are_a_sheet_in_the_order_of_what_they_tell():
    values = {"t1": 1e-4, "two_qubit_gate_error": 0.01, "readout_error": 0.02}
    sights = [sight(*one) for one in values.items()]
    text = questions([*sights, sight("t2_echo", math.inf, "slow", 1.0)], LINE, 0.2)
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


@pytest.mark.parametrize(
    ("metric", "end", "said"),
    [
        ("t1", "slow", "more than 1.00 s"),
        ("t1", "fast", "nothing was left after 0 ns"),
        ("one_qubit_gate_error", "slow", "less than 2.00 %, by a first look of 100 circuits"),
        ("one_qubit_gate_error", "fast", "more than 0.500 %"),
        ("readout_error", "slow", "takes more ones"),
        ("t2_echo", "unseen", "nothing was seen"),
    ],
)
def test_a_figure_that_is_not_asked_for_says_why(metric, end, said):
    (one,) = left_unasked([sight(metric, 0.01, end, 1.0 if metric == "t1" else 0.0)])
    assert said in one.told
    assert one.bounded == (end != "unseen")
    assert one.at_least == (1.0 if (metric, end) == ("t1", "slow") else None)
    assert len(questions([sight(metric, 0.01, end)], LINE, 0.2)) > len(one.told)  # a note


def few(look, hits, each=8):
    """So many hits of so many circuits of each length."""
    arms = np.repeat(np.arange(len(hits)), each)
    rows = np.concatenate([np.arange(each) < one for one in hits]).astype(np.int64)
    return Trials(lengths=np.array(look.experiment.lengths), arms=arms, hits=rows[:, None])


def test_what_one_qubit_says_in_eight_circuits_is_looked_at_again():
    """A T1 of one qubit that seems to end, by a hit more or less: the next look is where it is."""
    look = look_of("t1")
    hits = [8, 8, 8, 7, 5, 4, 4, 5, 4, 3, 4, 5, 4]
    sight = sight_of(look, [few(look, hits)])
    assert not sight.settled
    again = look_again(look, 2, tuple(sight.within))
    assert again.experiment.lengths[0] == 0.0
    assert 1e-6 < again.experiment.lengths[1] < again.experiment.lengths[-1] < 1e-1
    assert again.experiment.rounds == 32 * len(again.experiment.lengths)
    both = [few(look, hits), ideal(again, 1 / 80e-6)]
    assert sight_of(again, both).value == pytest.approx(80e-6, rel=0.01)


def test_a_readout_that_tells_nothing_hides_times_and_a_perfect_one_is_bounded():
    look = look_of("t1")
    hidden = sight_of(look, [few(look, [4] * 13)])
    assert (hidden.end, hidden.settled) == ("unseen", False)
    readout = look_of("readout_error")
    perfect = sight_of(readout, [few(readout, [0], each=40)])
    assert (perfect.end, perfect.high) == ("slow", 3 / 40)


def test_a_dead_qubit_is_left_out_by_name_and_where_all_are_faint_nobody_is():
    look = look_of("t1")
    good, faint = ideal(look, 1e4, 0.45), ideal(look, 1e4, 0.05)
    shares = good.hits / good.shots
    rng = np.random.default_rng(1)
    shares[:, 2] = 0.5
    whole = replace(good, hits=rng.binomial(300, shares).astype(np.int64), shots=300)
    sight = sight_of(look, [whole])
    assert (sight.silent, sight.end) == (((2,),), "")
    (left,) = left_unasked([sight])
    assert "left out: qubit 2" in left.told
    assert not left.bounded
    (asked,) = parse_claim_sheet(questions([sight], LINE, 0.2).encode()).questions
    assert asked.setting("qubits") == (0, 1, 3, 4)
    assert sight_of(look, [faint]).silent == ()


def test_a_readout_wrong_in_two_of_five_is_no_dead_qubit():
    """A fifth of the signal is left: between chance and two fifths luck decides, in one of ten."""
    look = look_of("t1")
    good = ideal(look, 1e4, 0.1)
    for seed in range(40):
        hits = np.random.default_rng(seed).binomial(80, good.hits / good.shots).astype(np.int64)
        assert sight_of(look, [replace(good, hits=hits, shots=80)]).silent == ()


def test_gates_that_leave_nothing_are_bounded_once_there_are_circuits_without_any():
    look = look_of("two_qubit_gate_error")
    assert sight_of(look, [few(look, [2] * 6)]).end == "unseen"
    again = look_again(look, 2, (0.0, math.inf))
    shares = [32] + [8] * (len(again.experiment.lengths) - 1)
    dead = sight_of(again, [few(look, [2] * 6), few(again, shares, each=32)])
    assert (dead.end, dead.settled) == ("fast", True)
    assert 0.4 < dead.low < 0.75


def test_the_parts_of_a_layer():
    found = {
        "turn": 1e-3,
        "entangler": 1e-2,
        "neighbours": 2e-3,
        "readout": 1e-2,
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


@pytest.mark.parametrize(
    "where", [-3, pytest.param(-1, marks=pytest.mark.slow), 3]
)  # batches before the first look's end, or after it
def test_what_was_interrupted_goes_on_and_ends_as_if_nothing_had_been(tmp_path, where, whole):
    told = []
    after = len(whole.looked) + where

    def stop(finished):
        told.append(finished)
        if len(told) == after:
            raise KeyboardInterrupt

    found = characterize(single(), out=tmp_path / "x", progress=stop, **ROUGH)
    assert found.interrupted
    assert not found.precise
    assert found.as_json()["bundle"] is None
    assert found.shots == sum(one.shots for one in told) > 0
    assert bool(found.answers) == (where > 0)  # the first look says nothing by itself
    again = characterize(single(), out=tmp_path / "x", **ROUGH)
    assert again.figures == whole.figures
    assert sealed(again) == sealed(whole)
    for part in (LOOK, f"{LOOK}-2", "."):  # nothing measured twice
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
    assert "nan" not in json.dumps(whole.as_json()).lower()
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


def test_a_machine_that_leaves_no_figure_to_ask_for_ends_without_a_run(tmp_path, monkeypatch):
    sights = (sight("readout_error", 0.0, "slow"), sight("t1", math.inf, "slow", 1.0))
    (tmp_path / "x").mkdir()
    monkeypatch.setattr(measuring, "look_at", lambda *_, terms, **__: (sights, terms))
    found = characterize(single(), out=tmp_path / "x", seed=1)
    assert (found.run, found.figures, found.interrupted) == (None, (), False)
    assert found.precise
    assert [one.metric for one in found.unasked] == ["readout_error", "t1"]
    assert (found.folder / FOUND).is_file()


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
