"""Published figures as a virtual machine and as a claim sheet."""

import itertools
import json

import pytest
from click.testing import CliRunner

from qassay.assay.replaying import open_machine
from qassay.claims.claim_file import parse_claim_sheet
from qassay.claims.conventions import canonical_value
from qassay.cli.main import cli
from qassay.devices.machine_file import read_machine
from qassay.errors import RegistryError
from qassay.registry.catalog import all_registered, registered
from qassay.registry.chains import coupled_chain
from qassay.registry.sheet_writer import published_sheet, unsayable
from qassay.registry.virtual_machine import lacking, machine_file

ALL = all_registered()
ENOUGH = [one for one in ALL if not lacking(one)]


def test_machines_with_qubits_and_a_two_qubit_figure_suffice():
    assert {"quantinuum-h2", "ibm-heron-r2", "google-willow", "ru-msu-rqc-rb-50"} <= {
        one.id for one in ENOUGH
    }
    for machine in set(ALL) - set(ENOUGH):
        figures = {one.metric for one in machine.figures}
        assert machine.kind != "gate" or not {"qubits", "two_qubit_fidelity"} <= figures


@pytest.mark.parametrize("machine", ENOUGH, ids=lambda one: one.id)
def test_every_sufficient_machine_is_a_machine_file(machine):
    made = machine_file(machine)
    read = read_machine(made.text.encode(), machine.id)
    assert read.description.qubits == machine.qubits
    errors = {one.metric: one.error for one in made.used}
    assert read.noise.two_qubit_error[0] == pytest.approx(errors["two_qubit_fidelity"], rel=1e-6)
    for one in made.used:
        assert one.source.title in made.text
    missing = {"T1", "T2", "Readout fidelity"} & set(made.perfect)
    for title in missing:
        assert title in made.text.split("\n")[3]


def test_the_word_opens_it():
    device = open_machine("virtual:quantinuum-h2")
    assert device.describe().name == "virtual:quantinuum-h2"
    assert device.describe().qubits == 56
    assert device.describe().simulator


def test_a_machine_whose_figures_do_not_suffice_says_how_they_are_missing():
    with pytest.raises(RegistryError, match="Two-qubit gate fidelity.*left out by the maker"):
        open_machine("virtual:ru-fian-rqc-ion-50")
    with pytest.raises(RegistryError, match="analog"):
        open_machine("virtual:quera-aquila")


@pytest.mark.parametrize("by", ["maker", "others"])
@pytest.mark.parametrize("machine", ALL, ids=lambda one: one.id)
def test_a_sheet_says_every_figure_or_why_not(machine, by):
    chosen = [one for one in machine.figures if one.evidence.party == by]
    sayable = {f"{one.metric}-{one.id}": one for one in chosen if not unsayable(one)}
    if not sayable:
        with pytest.raises(RegistryError):
            published_sheet(machine, by)
        return
    text = published_sheet(machine, by)
    sheet = parse_claim_sheet(text.encode(), "sheet")
    assert {claim.id for claim in (*sheet.claims, *sheet.operations)} == set(sayable)
    for claim in sheet.claims:
        figure = sayable[claim.id]
        if claim.metric in ("two_qubit_gate_error", "one_qubit_gate_error", "t1"):
            assert canonical_value(claim) == pytest.approx(figure.error, rel=1e-5)
        if figure.simultaneous is False:
            assert claim.condition("simultaneous") is False
    assert text.count("# published: ") == len(sayable)
    assert text.split("[sheet]")[0].count(": no ") >= 0


@pytest.mark.parametrize(
    ("machine", "length"), [("ibm-heron-r2", 100), ("ibm-eagle-r3", 100), ("ibm-nighthawk-r1", 100)]
)
def test_chains_of_a_hundred_are_found_on_the_lattices_that_have_them(machine, length):
    read = read_machine(machine_file(registered(machine)).text.encode(), machine)
    coupled = {frozenset(pair) for pair in read.description.couplings}
    chain = coupled_chain(read.description.qubits, read.description.couplings, length)
    assert chain is not None
    assert len(set(chain)) == length
    assert all(frozenset(pair) in coupled for pair in itertools.pairwise(chain))


def test_a_chain_that_is_not_there_is_not_found():
    star = [(0, one) for one in range(1, 6)]
    assert coupled_chain(6, star, 3) is not None
    assert coupled_chain(6, star, 4) is None
    assert coupled_chain(3, (), 4) is None


def _slow_but(*quick):
    return [
        pytest.param(one, id=one.id, marks=[] if one.id in quick else [pytest.mark.slow])
        for one in ENOUGH
    ]


@pytest.mark.parametrize("machine", _slow_but("quantinuum-h2"))
def test_the_line_of_the_docs_is_understood_for_every_machine_whose_figures_suffice(machine):
    """`registry sheet ID | plan - --device virtual:ID`: each claim is planned, or says why not."""
    sheet = CliRunner().invoke(cli, ["registry", "sheet", machine.id])
    assert sheet.exit_code == 0, sheet.output
    line = ["plan", "-", "--device", f"virtual:{machine.id}", "--seed", "1", "--json"]
    done = CliRunner().invoke(cli, line, input=sheet.stdout, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    plan = json.loads(done.stdout)
    served = {claim for one in plan["experiments"] for claim in one["claims"]}
    untested = {one["claim"]: one["reason"] for one in plan["untested"]}
    claims = {one["id"] for one in plan["sheet"]["claims"]}
    assert served | set(untested) == claims
    assert all(untested.values())
