"""Binary RB and cycle benchmarking: signs against stim, a hidden truth, plans and refusals."""

import numpy as np
import pytest
import stim

from qassay import assay
from qassay.circuits.gates import STIM_NAMES
from qassay.claims.claim_file import parse_claim_sheet
from qassay.devices.description import DeviceDescription
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated.machine import VirtualMachine
from qassay.planning.options import Options
from qassay.planning.planner import make_plan
from qassay.protocols import named_layer, random_layers
from qassay.protocols.parity import NOT_CHECKED
from qassay.randomness import Stream, root_from_integer

ROOT = root_from_integer(31)
LAYER = ((0, 1), (3, 4))
LINE = ((0, 1), (1, 2), (2, 3), (3, 4))


def stim_circuit(family, index):
    circuit = stim.Circuit()
    for element in family.elements:
        for step in range(element.depth):
            for qubit, code in enumerate(element.codes[index, step]):
                if code:
                    circuit.append(STIM_NAMES[code], [qubit])
            for pair in element.pairs:
                circuit.append("CZ", pair)
    return circuit


@pytest.mark.parametrize(
    ("protocol", "targets", "length"),
    [
        (random_layers.PROTOCOL, LINE, 7),
        (random_layers.PROTOCOL, LAYER, 1),
        (named_layer.PROTOCOL, LAYER, 1),
        (named_layer.PROTOCOL, LAYER, 4),
        (named_layer.PROTOCOL, LINE, 5),
    ],
)
def test_the_sign_that_is_read_is_sure_and_not_always_the_same(protocol, targets, length):
    """Another program's tableau: the checked parity has the expected value in every circuit."""
    drawn = protocol.draw(float(length), 40, targets, 5, Stream(ROOT, "signs"))
    parities = []
    for index in range(40):
        simulator = stim.TableauSimulator()
        simulator.do(stim_circuit(drawn.circuits, index))
        checked = np.flatnonzero(drawn.key[index] != NOT_CHECKED)
        assert checked.size
        product = stim.PauliString(5)
        for qubit in checked:
            product[int(qubit)] = "Z"
        parities.append(int(drawn.key[index, checked].sum()) % 2)
        assert simulator.peek_observable_expectation(product) == 1 - 2 * parities[-1]
    assert 5 < sum(parities) < 35  # of 40 fair bits: outside in 2e-6
    assert (drawn.key[:, 2] == NOT_CHECKED).all() == (targets is LAYER)


MACHINE = """
[machine]
name = "m"
platform = "superconducting"
qubits = 5
connectivity = "line"
seed = 5
[durations]
one_qubit_gate = "30 ns"
two_qubit_gate = "60 ns"
readout = "1 us"
shot_overhead = "100 us"
[noise]
two_qubit_error = 0.02
one_qubit_error = 1e-7
preparation_error = 0
readout_p01 = 0.02
readout_p10 = 0.02
"""
HEAD = '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "M"\n'


def claim(name, metric, value, more=""):
    return (
        f'[[claim]]\nid = "{name}"\nmetric = "{metric}"\nrelation = "at most"\n'
        f"value = {value}\n{more}"
    )


# Depolarised pairs: process fidelity 1 - 5/4 of 2 % each, two pairs a layer; 1 - p of n qubits.
LOST = (1 - (1 - 1.25 * 0.02) ** 2) / (1 - 4.0**-4)


@pytest.mark.parametrize(
    ("metric", "scope", "truth"),
    [
        # Two colours of a line of five, two pairs in each: the same loss in every layer.
        ("random_layer_error", "scope = {qubits = [0, 1, 2, 3, 4]}\n", LOST),
        ("cycle_error", "scope = {pairs = [[0, 1], [3, 4]]}\n", LOST),
    ],
)
def test_hidden_losses_are_found_and_claims_judged_by_them(metric, scope, truth, tmp_path):
    """One claim is met twice over and one missed twice over: a wrong verdict in 5 % at the border
    itself, far less here. The interval misses in 5 %; it is widened by half. Seeds are fixed.
    """
    machine = VirtualMachine(read_machine(MACHINE.encode(), "m.toml"))
    path = tmp_path / "sheet.toml"
    path.write_text(
        HEAD + claim("easy", metric, 2 * truth, scope) + claim("strict", metric, truth / 2, scope)
    )
    result = assay.run(path, machine, out=tmp_path / "run", seed=6)
    outcomes = {one.claim: one.outcome for one in result.verdicts}
    assert outcomes == {"easy": "supported", "strict": "refuted"}
    for verdict in result.verdicts:
        one = verdict.estimate
        below, above = one.value - one.low, one.high - one.value
        assert one.value - 1.5 * below <= truth <= one.value + 1.5 * above


def device(connectivity="line", qubits=6):
    return DeviceDescription(
        name="d",
        platform="other",
        qubits=qubits,
        connectivity=connectivity,
        couplings=tuple((q, q + 1) for q in range(qubits - 1)),
    )


def planned(*claims, on=None):
    sheet = parse_claim_sheet((HEAD + "".join(claims)).encode())
    return make_plan(sheet, on or device(), ROOT, Options(), "test")


def test_lengths_are_one_layer_more_than_whole_rounds_of_the_colours():
    (x,) = planned(claim("a", "random_layer_error", 0.0123)).experiments
    assert x.targets == device().couplings
    assert all((length - 1) % 2 == 0 for length in x.lengths)
    (x,) = planned(claim("a", "random_layer_error", 0.4)).experiments
    assert x.lengths == (1.0, 3.0, 5.0)
    (x,) = planned(
        claim("a", "cycle_error", 0.02, "scope = {pairs = [[0, 1], [3, 4]]}\n")
    ).experiments
    assert x.targets == ((0, 1), (3, 4))


def test_more_qubits_take_more_circuits_since_all_their_readings_have_to_be_right():
    (few,) = planned(claim("a", "random_layer_error", 0.02)).experiments
    (many,) = planned(claim("a", "random_layer_error", 0.02), on=device(qubits=20)).experiments
    assert many.rounds > 2 * few.rounds


@pytest.mark.parametrize(
    ("metric", "scope", "reason"),
    [
        ("random_layer_error", "scope = {qubits = [0, 1]}\n", "claim a two_qubit_gate_error"),
        ("random_layer_error", "scope = {qubits = [0, 2, 4]}\n", "do not join"),
        ("cycle_error", "", "its layer has to be named"),
        ("cycle_error", "scope = {pairs = [[0, 1], [1, 2]]}\n", "its layer has to be named"),
        ("cycle_error", "scope = {pairs = [[0, 1]]}\n", "its register has 2 qubits"),
        ("cycle_error", "scope = {qubits = [0, 1, 2, 3]}\n", "its layer has to be named"),
    ],
)
def test_what_cannot_be_tested_says_why(metric, scope, reason):
    (untested,) = planned(claim("a", metric, 0.02, scope)).untested
    assert reason in untested.reason
