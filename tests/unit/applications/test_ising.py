"""Costs, the closed form, the schedule and the optimum, each against an independent way."""

import numpy as np
import pytest
from tests.unit.applications.ideal_device import state_of

from qassay.applications.catalog import APPLICATIONS, STANDARD, frozen, frozen_names
from qassay.applications.descent import descended, random_strings
from qassay.applications.exact import brute_force, milp_optimum
from qassay.applications.instance import instance_from_json
from qassay.applications.ising import Ising, one_layer_mean
from qassay.applications.ramp import angles, circuit_of, ideal_mean, ideal_probabilities
from qassay.applications.routing import Route, route_of, route_problems
from qassay.applications.unit_commitment import fleet_of, milp_schedule, true_cost, true_states
from qassay.devices.description import DeviceDescription
from qassay.errors import PlanError

EVERY = [(a, name) for a in APPLICATIONS for name in frozen_names(a)]
SMALL = [(a, name) for a, name in EVERY if frozen(a, name).qubits <= 16]


def random_ising(seed, n=9):
    generator = np.random.default_rng(seed)
    pairs = [(i, j) for i in range(n) for j in range(i + 1, n) if generator.random() < 0.5]
    return Ising(
        1.5,
        tuple(generator.normal(size=n)),
        tuple((i, j, float(generator.normal())) for i, j in pairs),
    )


@pytest.mark.parametrize("seed", range(4))
def test_closed_form_is_the_statevector(seed):
    ising = random_ising(seed)
    cost = ising.all_energies()
    ((gamma, beta),) = angles(1)
    exact = one_layer_mean(ising, gamma / ising.scale, beta)
    assert abs(exact - ideal_probabilities(ising, 1, cost) @ cost) < 1e-10


@pytest.mark.parametrize(("application", "name"), SMALL)
def test_closed_form_on_the_frozen_instances(application, name):
    instance = frozen(application, name)
    cost = instance.ising.all_energies()
    mean = float(ideal_probabilities(instance.ising, 1, cost) @ cost)
    assert abs(instance.ratio(mean) - instance.ratio(ideal_mean(instance.ising, 1))) < 1e-10


@pytest.mark.parametrize(("application", "name"), SMALL)
def test_optimum_is_that_of_all_strings(application, name):
    instance = frozen(application, name)
    assert brute_force(instance.ising).value == pytest.approx(instance.optimum.energy, rel=1e-9)
    assert instance.optimum.proven


@pytest.mark.parametrize(("application", "name"), EVERY)
def test_optimum_of_every_size_by_the_live_solver(application, name):
    instance = frozen(application, name)
    found = APPLICATIONS[application].solve(instance)
    assert found.proven
    if application == "unit-commitment":
        # HiGHS and dynamic programming agree to the dollar.
        assert found.value == pytest.approx(instance.data["cheapest"], abs=1.0)
    else:
        energy = instance.ising.energies(found.bits[None])[0]
        assert energy == pytest.approx(instance.optimum.energy, rel=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_highs_on_random_costs(seed):
    ising = random_ising(seed + 10)
    assert milp_optimum(ising).value == pytest.approx(brute_force(ising).value)


def test_true_costs_by_going_through_every_schedule():
    fleet = fleet_of(frozen("unit-commitment", "rts-gmlc/4x2").data)
    strings = (np.arange(256)[:, None] >> np.arange(8) & 1).astype(np.uint8)
    cost = true_cost(fleet, strings)
    assert milp_schedule(fleet).value == pytest.approx(cost.min(), rel=1e-6)
    states, starts = true_states(fleet)
    string = 0b0110_1001  # units 0 and 3 run first, then 1 and 2
    by_hand = states[0, 0b1001] + states[1, 0b0110] + starts[1] + starts[2]
    assert cost[string] == pytest.approx(by_hand)


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_circuit_prepares_the_ideal_state_on_a_line(depth):
    instance = frozen("docking-clique", "tace-as/8")
    line = DeviceDescription(
        name="line",
        platform="other",
        qubits=9,
        connectivity="listed",
        couplings=tuple((q, q + 1) for q in range(8)),
    )
    route = route_of(instance.ising, line)
    assert not list(route_problems(route, instance.ising))
    circuit = circuit_of(instance.ising, depth, route, 9)
    assert set(circuit.pairs) <= set(line.couplings)
    assert circuit.two_qubit_gates() == depth * (
        2 * len(instance.ising.couplings) + 3 * route.swaps
    )
    found = np.abs(state_of(circuit)) ** 2
    from qassay.applications.ramp import places_after

    spots = list(places_after(route, depth))
    index = np.arange(2**9)
    logical = sum((index >> spot & 1) << spin for spin, spot in enumerate(spots))
    summed = np.bincount(logical, weights=found, minlength=256)
    assert np.abs(summed - ideal_probabilities(instance.ising, depth)).max() < 1e-10


def test_descent_never_raises_the_cost_and_ends_where_no_flip_helps():
    ising = frozen("unit-commitment", "rts-gmlc/4x4").ising
    start = random_strings(50, ising.qubits, "test")
    end = descended(ising, start)
    assert (ising.energies(end) <= ising.energies(start) + 1e-6).all()
    for spin in range(ising.qubits):
        flipped = end.copy()
        flipped[:, spin] ^= 1
        assert (ising.energies(flipped) >= ising.energies(end) - 1e-6 * ising.scale).all()


def test_random_strings_score_zero_and_the_optimum_one():
    for application, name in STANDARD.items():
        instance = frozen(application, name)
        bits = random_strings(20_000, instance.qubits, "score")
        ratio = instance.ratios(instance.ising.energies(bits))
        # 6 standard errors: fails by chance with probability 2e-9
        assert abs(ratio.mean()) < 6 * ratio.std() / np.sqrt(ratio.size)
        assert instance.ratio(instance.optimum.energy) == 1.0
        assert instance.ratios(instance.ising.energies(instance.best_bits[None]))[0] == (
            pytest.approx(1.0)
        )


def test_a_forged_route_or_instance_is_refused():
    instance = frozen("grid-section", "case118/8")
    good = route_of(instance.ising, DeviceDescription(name="d", platform="other", qubits=8))
    assert list(route_problems(Route(good.start, good.steps[1:]), instance.ising))
    assert list(route_problems(Route(good.start, (*good.steps, good.steps[0])), instance.ising))
    document = instance.as_json()
    document["optimum"]["energy"] -= 100
    with pytest.raises(PlanError, match="the cost of its string"):
        instance_from_json(document, "here")


def test_instances_are_small_and_name_source_and_licence():
    total = 0
    for application, name in EVERY:
        instance = frozen(application, name)
        assert instance.source.title
        assert instance.source.licence in ("BSD-3-Clause", "CC BY 4.0", "Apache-2.0", "CC0-1.0")
        total += len(str(instance.as_json()))
        if "el-dabaa" in name:
            assert "illustrative" in instance.title
            assert any("not Egyptian data" in note for note in instance.source.notes)
    assert total < 400_000
