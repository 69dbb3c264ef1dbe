"""An acceptance in phases: what a contract may say, and when a phase has passed."""

import shutil
from dataclasses import replace
from datetime import date

import pytest
from click.testing import CliRunner

import qassay
from qassay.acceptance.contract import load_contract
from qassay.acceptance.report import accepted, render_acceptance
from qassay.acceptance.standing import next_folder, standing_of
from qassay.claims.claim_file import parse_claim_sheet
from qassay.cli.acceptance import acceptance_command
from qassay.errors import ClaimError
from qassay.planning.options import Options

CONTRACT = """
[sheet]
title = "Delivery of \\"small\\""
vendor = "v"
machine = "small"
source = {title = "Contract 7", date = 2026-05-01}
[[claim]]
id = "ro"
metric = "readout_error"
value = "10 %"
conditions = {simultaneous = true}
[[claim]]
id = "rate"
kind = "operations"
metric = "shot_rate"
value = 100
[[phase]]
id = "factory"
title = "Factory test"
claims = ["ro"]
[[phase]]
id = "month"
runs = 2
over = "30 d"
after = "factory"
"""
MACHINE = """
[machine]
name = "small"
qubits = 3
seed = 1
[durations]
readout = "1 ms"
[noise]
readout_p01 = 0.01
readout_p10 = 0.01
"""


@pytest.fixture
def contract(tmp_path):
    (tmp_path / "small.toml").write_text(MACHINE)
    (tmp_path / "c.toml").write_text(CONTRACT)
    return load_contract(tmp_path / "c.toml")


def run(contract, number, seed, sheet=None, machine="small.toml", **options):
    phase = contract.phases[number]
    place = next_folder(contract, phase)
    place.parent.mkdir(parents=True, exist_ok=True)
    path = contract.folder / phase.id / "sheet.toml"
    path.write_bytes(sheet or phase.sheet)
    device = machine if ":" in machine else str(contract.path.parent / machine)
    return qassay.run(path, device, out=place, seed=seed, options=Options(**options))


def test_a_phase_has_a_sheet_of_its_claims_alone(contract):
    first, second = (parse_claim_sheet(one.sheet) for one in contract.phases)
    assert [one.id for one in first.claims] == ["ro"]
    assert first.operations == ()
    assert first.title == 'Delivery of "small": Factory test'
    assert first.claims[0].condition("simultaneous") is True
    assert (second.source.title, second.source.date) == ("Contract 7", "2026-05-01")
    assert [one.id for one in second.operations] == ["rate"]
    assert contract.phases[0].sheet == load_contract(contract.path).phases[0].sheet


def test_a_phase_passes_and_the_next_one_is_due(contract):
    assert [one.state for one in standing_of(contract)] == ["open", "waiting"]
    run(contract, 0, seed=1)
    factory, month = standing_of(contract)
    assert (factory.state, month.state) == ("passed", "open")
    assert "run 1 of 2" in month.next
    assert month.next.endswith("run-01")
    run(contract, 1, seed=2)
    month = standing_of(contract, today=date(2020, 1, 1))[1]
    assert "run 2 of 2 on " in month.next  # thirty days after the first
    run(contract, 1, seed=3)
    month = standing_of(contract)[1]
    assert [one.wrong for one in month.runs] == ["", ""]
    assert month.state == "open"  # both on one day
    assert "within 0 days of 30" in month.next


def test_what_is_no_run_of_the_phase_does_not_count(contract):
    run(contract, 0, seed=1, sheet=contract.phases[0].sheet.replace(b"10 %", b"11 %"))
    factory = standing_of(contract)[0]
    assert factory.state == "open"
    assert factory.runs[0].wrong == "it tests another sheet than the phase's"
    assert next_folder(contract, contract.phases[0]).name == "run-02"
    (contract.folder / "factory" / "run-02").mkdir()
    assert standing_of(contract)[0].runs[1].wrong == "it has no evidence yet"


def test_changed_evidence_does_not_count(contract):
    bundle = run(contract, 0, seed=1).bundle
    data = bytearray(bundle.read_bytes())
    data[len(data) // 2] ^= 1
    bundle.write_bytes(bytes(data))
    assert "does not hold" in standing_of(contract)[0].runs[0].wrong


def test_a_phase_that_ended_without_its_runs_has_failed(contract):
    text = CONTRACT.replace('title = "Factory test"', "until = 2026-01-31")
    contract.path.write_text(text)
    found = standing_of(load_contract(contract.path), today=date(2026, 2, 1))
    assert found[0].state == "failed"
    assert "ended on 2026-01-31 with 0 of 1 runs" in found[0].next


def test_a_refuted_claim_fails_its_phase(contract):
    contract.path.write_text(CONTRACT.replace('"10 %"', '"0.1 %"'))
    strict = load_contract(contract.path)
    run(strict, 0, seed=1)
    found = standing_of(strict)
    assert [one.state for one in found] == ["failed", "waiting"]
    assert found[0].next == "refuted: ro"


def wrong_of(contract, number=0):
    """Say why the second run of a phase does not count."""
    return standing_of(contract)[number].runs[-1].wrong


def test_a_run_counts_once_however_it_is_brought_again(contract):
    """Twelve copies of one good night are no year."""
    first = run(contract, 0, seed=1)
    folder = contract.folder / "factory"
    shutil.copytree(folder / "run-01", folder / "run-02")
    assert wrong_of(contract) == "its counts are those of factory/run-01, and count once"
    shutil.rmtree(folder / "run-02")
    run(contract, 0, seed=1, machine=f"replay:{first.bundle}")
    assert "those of factory/run-01" in wrong_of(contract)
    # in a later phase, for another sheet: what counts is what was counted
    shutil.copytree(folder / "run-01", contract.folder / "month" / "run-01")
    assert standing_of(contract)[1].runs[0].wrong


def test_what_does_not_count_has_no_say_on_the_page(contract):
    run(contract, 0, seed=1)
    folder = contract.folder / "factory"
    shutil.copytree(folder / "run-01", folder / "run-02")
    page = render_acceptance(contract, standing_of(contract), None)
    factory = page.partition("Factory test")[2].partition("<h2>")[0]
    assert factory.count("supported") == 2  # in the first run, and in the sentence above
    assert "no: its counts are those of factory/run-01" in factory
    assert "Readout error" in factory
    assert "at most 10 %" in factory


def test_all_runs_are_of_one_machine(contract):
    """A good machine in the factory and another one on site are no acceptance of either."""
    run(contract, 0, seed=1)
    other = MACHINE.replace('"small"', '"another"')
    (contract.path.parent / "other.toml").write_text(other)
    run(contract, 1, seed=2, machine="other.toml")
    (month,) = standing_of(contract)[1].runs
    assert 'measured on "another"' in month.wrong
    assert 'the first run on "small"' in month.wrong


def test_a_run_that_was_taken_away_is_missed(contract):
    for seed in (1, 2, 3):
        run(contract, 0, seed=seed)
    assert standing_of(contract)[0].state == "passed"
    shutil.rmtree(contract.folder / "factory" / "run-02")
    factory = standing_of(contract)[0]
    assert factory.state == "open"
    assert factory.next.startswith("run-02 is missing")


@pytest.mark.parametrize(
    ("options", "more", "said"),
    [
        ({"beta": 0.3}, "", "wrong with up to 30 %, not 5 %"),
        ({"alpha": 0.2, "beta": 0.05}, "", "wrong with up to 20 %, not 5 %"),
        ({"alpha": 0.01, "beta": 0.01}, "", ""),
        ({"alpha": 0.2, "beta": 0.2}, 'risk = "20 %"', ""),
        ({"alpha": 0.2, "beta": 0.2}, "risk = 0.1", "not 10 %"),
        ({"rule": "guarded"}, "", "by the guarded rule, not the tolerant one"),
        ({}, 'rule = "guarded"', "by the tolerant rule, not the guarded one"),
    ],
)
def test_a_run_is_planned_as_the_contract_says(contract, options, more, said):
    """Else whoever runs it chooses how often it is wrong."""
    contract.path.write_text(CONTRACT.replace('title = "Factory test"', more))
    read = load_contract(contract.path)
    run(read, 0, seed=1, **options)
    wrong = wrong_of(read)
    assert said in wrong
    assert bool(said) == bool(wrong)


def test_what_a_contract_asks_of_a_run_stands_in_its_command(contract):
    contract.path.write_text(
        CONTRACT.replace('title = "Factory test"', 'risk = "1 %"\nrule = "guarded"')
    )
    read = load_contract(contract.path)
    assert " --alpha 0.01 --rule guarded --out " in standing_of(read)[0].next


def test_a_rehearsal_on_a_simulator_accepts_no_machine(contract):
    contract.path.write_text(CONTRACT.partition('[[phase]]\nid = "month"')[0])
    read = load_contract(contract.path)
    run(read, 0, seed=1)
    found = standing_of(read)
    assert [one.state for one in found] == ["passed"]
    assert accepted(found).startswith("A rehearsal on a simulator")
    page = render_acceptance(read, found, None)
    assert "Simulation. No quantum hardware was tested: small." in page
    assert "Accepted" not in page
    hardware = [replace(found[0], runs=(replace(found[0].runs[0], simulator=False),))]
    assert accepted(hardware) == "Accepted: every phase passed."
    assert "imulat" not in render_acceptance(read, hardware, None).partition("<body>")[2]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("runs = 2", 'runs = 2\nrisk = "60 %"'), "a probability below one half"),
        (("runs = 2", "runs = 2\nrisk = true"), "a probability below one half"),
        (("runs = 2", "runs = 2\nrisk = 0"), "a probability below one half"),
        (("runs = 2", 'runs = 2\nrule = "lenient"'), "tolerant"),
        (('id = "month"', 'id = "Month 1"'), "small letters, digits and dashes"),
        (('id = "month"', 'id = "factory"'), "a second time"),
        (('claims = ["ro"]', 'claims = ["r0"]'), "one of ro, rate"),
        (('claims = ["ro"]', "claims = 3"), "ids of claims"),
        (('after = "factory"', 'after = "site"'), "a phase that stands before it"),
        (("runs = 2", "runs = 0"), "a whole number from 1"),
        (("runs = 2\n", ""), "two runs or more"),
        (('"30 d"', '"a month"'), "a number of days"),
        (("runs = 2", "runs = 2\ncolour = 3"), "an unknown key"),
        (("runs = 2", 'runs = 2\nfrom = 2026-02-01\nuntil = "2026-01-01"'), "a day not before"),
    ],
)
def test_mistakes_are_named_with_their_place(contract, change, said):
    contract.path.write_text(CONTRACT.replace(*change))
    with pytest.raises(ClaimError) as caught:
        load_contract(contract.path)
    assert said in str(caught.value)
    assert "phase" in str(caught.value)


@pytest.mark.parametrize("claims", [True, False])
def test_a_question_is_none_of_a_contract(contract, claims):
    """Its answer has no threshold: it was left out of the phases without a word."""
    asked = '[[question]]\nid = "q"\nask = "random_circuits"\n'
    head, mark, phases = CONTRACT.partition("[[phase]]")
    head = head if claims else head.partition("[[claim]]")[0]
    contract.path.write_text(head + asked + mark + phases)
    with pytest.raises(ClaimError, match="a question in a contract"):
        load_contract(contract.path)


def test_a_sheet_without_a_phase_is_no_contract(contract):
    contract.path.write_text(CONTRACT.partition("[[phase]]")[0])
    with pytest.raises(ClaimError, match=r"at least one table \[\[phase\]\]"):
        load_contract(contract.path)


def test_the_commands(contract):
    def said(*words):
        done = CliRunner().invoke(acceptance_command, words, standalone_mode=False)
        assert done.exception is None, done.exception
        return done.return_value, done.stdout

    device = str(contract.path.parent / "small.toml")
    code, text = said("plan", str(contract.path), "--device", device)
    assert code == 0
    assert "factory: qassay run" in text
    assert (contract.folder / "factory" / "sheet.toml").read_bytes() == contract.phases[0].sheet
    assert said("status", str(contract.path))[0] == 3
    run(contract, 0, seed=1)
    code, text = said("report", str(contract.path), "--json")
    assert code == 3
    assert '"state": "passed"' in text
    page = (contract.folder / "report.html").read_text(encoding="utf-8")
    assert "Not yet: 1 of 2 phases passed, none failed." in page
