"""Claims on registers, crosstalk and leakage: which pairs, which layers, which circuits."""

import math
from dataclasses import replace

import pytest

from qassay.circuits.layouts import apart, edge_colouring, growing_tree, layers_of_links
from qassay.claims.claim_file import parse_claim_sheet
from qassay.devices.description import DeviceDescription, Durations
from qassay.errors import PlanError
from qassay.evidence.plan_checks import check_plan
from qassay.planning.options import Options
from qassay.planning.planner import make_plan
from qassay.protocols.designs.register_designs import layer_loss, leakage_length
from qassay.randomness import root_from_integer

ROOT = root_from_integer(3)
HEAD = '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "M"\n'
LINE = DeviceDescription(
    name="line-6",
    platform="superconducting",
    qubits=6,
    connectivity="line",
    couplings=tuple((q, q + 1) for q in range(5)),
    durations=Durations(one_qubit_gate=1e-6, two_qubit_gate=1e-5, readout=1e-4, shot_overhead=1e-3),
)
ALL = replace(LINE, name="all-8", qubits=8, connectivity="all-to-all", couplings=())


def claim(metric, value, *more, name="a"):
    lines = ["[[claim]]", f'id = "{name}"', f'metric = "{metric}"', f"value = {value}", *more]
    return "\n".join(lines) + "\n"


def planned(*claims, device=LINE):
    sheet = parse_claim_sheet((HEAD + "".join(claims)).encode())
    plan = make_plan(sheet, device, ROOT, Options(), "test")
    check_plan(plan, "plan")
    return plan


# graphs


@pytest.mark.parametrize("qubits", [2, 3, 7, 50])
def test_a_tree_where_everybody_meets_doubles_in_every_layer(qubits):
    links = growing_tree(range(qubits), None)
    assert len(links) == qubits - 1
    assert len(layers_of_links(links)) == math.ceil(math.log2(qubits))


def test_a_tree_on_a_line_grows_from_its_middle():
    links = growing_tree(range(50), [(q, q + 1) for q in range(49)])
    assert links[0][0] in (24, 25)
    assert {q for link in links for q in link} == set(range(50))
    assert len(layers_of_links(links)) <= 26
    for layer in layers_of_links(links):
        met = [q for link in layer for q in link]
        assert len(set(met)) == len(met)


def test_no_tree_joins_what_is_apart():
    assert growing_tree([0, 1, 2, 3], [(0, 1), (2, 3)]) == ()
    assert growing_tree([5], [(4, 5)]) == ()
    assert growing_tree([], None) == ()


def test_pairs_apart():
    line = [(q, q + 1) for q in range(9)]
    pairs = [(0, 1), (2, 3), (4, 5), (6, 7), (8, 9)]
    groups = apart(pairs, line)
    assert sorted(pair for group in groups for pair in group) == pairs
    assert groups == (((0, 1), (4, 5), (8, 9)), ((2, 3), (6, 7)))
    assert apart(pairs, None) == tuple((pair,) for pair in pairs)
    assert apart([], line) == apart([], None) == ()


# layers


def test_the_layers_of_a_line_hold_every_pair_and_the_qubits_that_wait():
    plan = planned(claim("layer_fidelity", "0.9"))
    assert {x.protocol for x in plan.experiments} == {"two_qubit_gates"}
    layers = [x.targets for x in plan.experiments]
    assert layers == [((0, 1), (2, 3), (4, 5)), ((1, 2), (3, 4), (0,), (5,))]


def test_an_all_to_all_machine_is_taken_as_a_chain_unless_pairs_are_named():
    chain = planned(claim("layer_fidelity", "0.9"), device=ALL)
    pairs = {t for x in chain.experiments for t in x.targets if len(t) == 2}
    assert pairs == {(q, q + 1) for q in range(7)}
    named = planned(
        claim("layer_fidelity", "0.9", "scope = {pairs = [[0, 5], [5, 7]]}"), device=ALL
    )
    assert [x.targets for x in named.experiments] == [((0, 5), (7,)), ((5, 7), (0,))]


def test_layers_share_their_shots_with_the_gates_in_them():
    average = 'convention = "average_gate_infidelity"'
    one, two = "{pairs = [[0, 1], [2, 3]]}", "{pairs = [[1, 2], [3, 4]]}"
    plan = planned(
        claim("layer_fidelity", "0.9", name="lf"),
        claim("eplg", "0.02", 'convention = "process_infidelity"', name="eplg"),
        claim("two_qubit_gate_error", "0.015", average, f"scope = {one}", name="2q"),
        claim("two_qubit_gate_error", "0.015", average, f"scope = {two}", name="2q-second"),
    )
    layers = [x for x in plan.experiments if x.protocol == "two_qubit_gates"]
    assert len(layers) == 2
    said = {x.targets[0]: set(x.claims) for x in layers}  # no claim waits for others' matchings
    assert said[0, 1] == {"lf", "eplg", "2q"}
    assert said[1, 2] == {"lf", "eplg", "2q-second"}
    ones = [x for x in plan.experiments if x.protocol == "one_qubit_gates"]
    assert all(set(x.claims) == {"2q", "2q-second"} for x in ones)


def test_the_same_limit_said_as_a_fidelity_and_as_an_error_per_gate():
    sheet = parse_claim_sheet(
        (
            HEAD
            + claim("layer_fidelity", str(0.98**5), name="lf")
            + claim("eplg", "0.02", 'convention = "process_infidelity"', name="process")
            + claim("eplg", "0.016", 'convention = "average_gate_infidelity"', name="average")
        ).encode()
    )
    losses = [layer_loss(c, c.value, 5) for c in sheet.claims]
    assert losses == pytest.approx([-5 * math.log(0.98)] * 3)


# registers


def test_a_register_that_no_entanglers_join_is_left_out_with_a_reason():
    plan = planned(
        claim("ghz_fidelity", "0.5", "scope = {qubits = [0, 2]}", name="apart"),
        claim("ghz_fidelity", "0.5", "scope = {qubits = [1, 2, 3]}", name="together"),
        claim("mirror_polarization", "0.5", name="no-depth"),
    )
    assert {item.claim for item in plan.untested} == {"apart", "no-depth"}
    reasons = {item.claim: item.reason for item in plan.untested}
    assert "join" in reasons["apart"]
    assert "depth" in reasons["no-depth"]
    (ghz,) = plan.experiments
    assert sorted(map(sorted, ghz.targets)) == [[1, 2], [2, 3]]


@pytest.mark.parametrize("depth", ["3", "0", "-2", "1002", '"deep"', "true", "2.5"])
def test_a_depth_without_a_meaning_is_refused(depth):
    with pytest.raises(PlanError) as caught:
        planned(claim("mirror_polarization", "0.5", f"conditions = {{depth = {depth}}}"))
    assert "an even number of layers" in str(caught.value)


# crosstalk and leakage


def test_crosstalk_has_two_halves_in_one_experiment():
    plan = planned(claim("crosstalk", "0.01", 'convention = "average_gate_infidelity"'))
    assert {x.protocol for x in plan.experiments} == {"isolated_pairs"}
    assert sorted(t for x in plan.experiments for t in x.targets) == sorted(LINE.pairs)
    for x in plan.experiments:
        assert not x.coin
        whole = [arm for arm, places in enumerate(x.working) if not places]
        kinds = {(x.lengths[arm], x.block[arm]) for arm in whole}
        groups = sorted({places for places in x.working if places})
        assert sorted(place for group in groups for place in group) == [*range(len(x.targets))]
        for group in groups:
            own = [arm for arm, places in enumerate(x.working) if places == group]
            assert {(x.lengths[arm], x.block[arm]) for arm in own} <= kinds
            qubits = {q for arm in own for pair in x.at_work(arm) for q in pair}
            assert all((q, q + 1) in x.targets for q in qubits if q + 1 in qubits)


def test_crosstalk_beside_layers_has_its_own_circuits():
    plan = planned(
        claim("layer_fidelity", "0.8", name="lf"),
        claim(
            "crosstalk",
            "0.01",
            'convention = "average_gate_infidelity"',
            "scope = {pairs = [[0, 1], [2, 3]]}",
            name="ct",
        ),
    )
    (x,) = (x for x in plan.experiments if x.protocol == "isolated_pairs")
    assert x.claims == ("ct",)
    assert x.targets == ((0, 1), (2, 3))
    assert [x.at_work(arm) for arm in range(len(x.lengths)) if x.working[arm]] == [
        ((0, 1),),
        ((0, 1),),
        ((2, 3),),
        ((2, 3),),
    ]
    together = [x for x in plan.experiments if x.protocol == "two_qubit_gates"]
    assert {x.claims for x in together} == {("lf",)}


def test_leakage_is_looked_for_where_it_would_show():
    assert leakage_length(1e-3) == 1800
    assert leakage_length(1e-9) == 3000
    assert leakage_length(1e-3, mean=True) == 700  # where a lost pair tells from one that is there
    plan = planned(claim("leakage", "0.001"))
    assert [x.targets for x in plan.experiments] == list(edge_colouring(LINE.pairs))
    assert all(x.lengths == (1.0, 700.0, 117.0, 350.0) for x in plan.experiments)  # of a mean
    plan = planned(claim("leakage", "0.001", 'statistic = "every"'))
    assert all(x.lengths == (1.0, 1800.0) for x in plan.experiments)
