"""Shots of each circuit where a new circuit costs more than a shot."""

import math
from dataclasses import replace

import pytest

from qassay.claims.claim_file import parse_claim_sheet
from qassay.devices.description import DeviceDescription, Durations
from qassay.planning.planner import cost_of
from qassay.planning.repeats import cheapest_repeats, price_of_circuit, with_repeats
from qassay.planning.schedule import experiment_seconds, loaded
from qassay.protocols.interface import Experiment

SLOW = DeviceDescription(
    name="dear",
    platform="superconducting",
    qubits=4,
    connectivity="line",
    couplings=((0, 1), (1, 2), (2, 3)),
    durations=Durations(
        one_qubit_gate=3e-8,
        two_qubit_gate=1e-7,
        readout=1e-6,
        shot_overhead=1e-4,
        circuit_overhead=1e-2,
    ),
)
GATES = Experiment(
    id="one_qubit_gates",
    protocol="one_qubit_gates",
    version=1,
    targets=((0,), (1,)),
    lengths=(1.0, 800.0, 2400.0),
    block=(2, 16, 1),
    rounds=3610,
    batch=114,
    claims=("c",),
    coin=True,
)
GATE_CLAIM = parse_claim_sheet(b"""[sheet]
title = "T"
vendor = "V"
machine = "dear"
[[claim]]
id = "c"
metric = "one_qubit_gate_error"
convention = "average_gate_infidelity"
value = 5e-4
statistic = "every"
""").claims[0]


@pytest.mark.parametrize("correlation", [0.1, 0.4])
@pytest.mark.parametrize("price", [3.0, 10.0, 100.0, 700.0])
def test_no_other_number_of_shots_costs_less(price, correlation):
    """The price of what one independent shot tells, over all numbers of shots."""

    def cost(shots):
        return (price + shots) * (1 + (shots - 1) * correlation) / shots

    chosen = cheapest_repeats(price, correlation)
    best = min(range(1, 65), key=cost)
    if chosen == 1:  # a test by circuits has to save a fifth
        assert cost(best) > 0.8 * cost(1)
    else:
        assert cost(chosen) <= 1.02 * cost(best)


def test_single_shots_where_circuits_are_cheap():
    assert cheapest_repeats(0.0, 0.1) == 1
    assert cheapest_repeats(0.3, 0.1) == 1


def test_many_shots_where_only_circuits_cost():
    assert cheapest_repeats(math.inf, 0.1) == 64


def test_money_counts_before_time():
    assert price_of_circuit(GATES, SLOW) == pytest.approx(80, rel=0.3)
    paid = replace(SLOW, cost_per_shot=0.5, cost_per_circuit=20.0)
    assert price_of_circuit(GATES, paid) == 40
    assert price_of_circuit(GATES, replace(SLOW, cost_per_shot=0.5)) == 0
    assert price_of_circuit(GATES, replace(SLOW, cost_per_circuit=0.5)) == math.inf


def test_a_plan_that_repeats_is_cheaper_and_asks_for_more_shots():
    (made,) = with_repeats([GATES], [GATE_CLAIM], SLOW)
    assert made.shots > 10
    assert made.rounds < GATES.rounds / 3
    assert made.rounds * made.shots > GATES.rounds
    assert made.lengths == GATES.lengths[:2]
    assert made.rounds % sum(made.block) == made.batch % sum(made.block) == 0
    once, often = (experiment_seconds(x, x.rounds, SLOW.durations) for x in (GATES, made))
    assert often < once / 2


@pytest.mark.parametrize(
    ("experiment", "metric"),
    [
        (replace(GATES, protocol="readout", lengths=(0.0,), block=(2,)), "readout_error"),
        (replace(GATES, protocol="two_qubit_gates", targets=((0, 1),)), "layer_fidelity"),
        (replace(GATES, protocol="leakage", targets=((0, 1),)), "leakage"),
    ],
)
def test_tests_of_single_shots_keep_them(experiment, metric):
    served = replace(GATE_CLAIM, metric=metric)
    assert with_repeats([experiment], [served], SLOW) == [experiment]


def test_nothing_changes_where_circuits_cost_nothing():
    free = replace(SLOW, durations=replace(SLOW.durations, circuit_overhead=0.0))
    assert with_repeats([GATES], [GATE_CLAIM], free) == [GATES]


def test_an_application_pays_for_one_circuit_a_batch():
    """All executions of a batch run one circuit, so it is loaded and charged once."""
    paid = replace(SLOW, cost_per_shot=0.5, cost_per_circuit=20.0)
    runs = replace(GATES, rounds=228, batch=114)
    assert cost_of((runs,), paid).money == 228 * (0.5 + 20)
    score = replace(runs, protocol="application")
    assert loaded(score, 228) == 2
    assert loaded(score, 115) == 2
    assert loaded(runs, 228) == 228
