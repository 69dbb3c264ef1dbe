"""What a second costs decides how long circuits are, and T still means T."""

import math
from dataclasses import replace

import numpy as np
import pytest

from qassay.claims.claim_file import parse_claim_sheet
from qassay.devices.description import DeviceDescription, Durations
from qassay.planning.options import Options
from qassay.planning.planner import cost_of, make_plan
from qassay.protocols.designs.timed_designs import cheapest_arms, usual_arms
from qassay.randomness import root_from_integer
from qassay.statistics.decays import fit_decays
from qassay.statistics.trials import Trials

ION = DeviceDescription(
    name="ions",
    platform="trapped-ion",
    qubits=4,
    durations=Durations(one_qubit_gate=1e-5, two_qubit_gate=2e-4, readout=3e-4, shot_overhead=5e-3),
)
CHIP = replace(
    ION,
    platform="superconducting",
    durations=Durations(one_qubit_gate=3e-8, two_qubit_gate=6e-8, readout=1e-6, shot_overhead=1e-3),
)
T1 = """[sheet]
title = "T"
vendor = "V"
machine = "M"
[[claim]]
id = "a"
metric = "t1"
value = "VALUE"
statistic = "best"
"""


def experiment(value, device):
    sheet = parse_claim_sheet(T1.replace("VALUE", value).encode())
    plan = make_plan(sheet, device, root_from_integer(1), Options(), "test")
    (one,) = plan.experiments
    return one, cost_of(plan.experiments, device)


def test_where_the_overhead_dominates_the_fewest_shots_are_the_cheapest():
    for asymptote in (0.5, 0.25):
        for overhead in (5.0, 20.0, 1e6, math.inf):
            chosen = cheapest_arms(asymptote, overhead, 0.25, third=True, paid=False)
            assert chosen == usual_arms(asymptote)
    (x, _), (y, _) = experiment("100 us", CHIP), experiment("100 us", replace(CHIP, qubits=5))
    assert x.lengths == y.lengths == (0.0, pytest.approx(85e-6))
    assert x.block == (1, 8)


def test_where_seconds_are_dear_the_verdict_takes_fewer_of_them():
    """A third less than the usual design's at the least, for T1 = 100 s."""
    timed, cost = experiment("100 s", ION)
    usual, _ = experiment("100 s", replace(ION, durations=Durations()))
    assert timed.rounds > usual.rounds
    waits = usual.rounds * 85 * 8 / 9
    assert cost.seconds < 0.75 * waits


@pytest.mark.parametrize("overhead", [0.0, 1e-4, 0.01, 0.03, 0.1, 0.4])
@pytest.mark.parametrize("asymptote", [0.5, 0.25])
def test_a_fifth_of_the_time_is_spent_near_the_claimed_time(asymptote, overhead):
    arms = cheapest_arms(asymptote, overhead, 0.25, third=True, paid=False)
    times = [n * (overhead + x) for n, x in zip(arms.block, arms.lengths, strict=True)]
    near = sum(t for t, x in zip(times, arms.lengths, strict=True) if x >= 0.7)
    assert near >= 0.2 * sum(times)
    if len(arms.block) == 3:
        assert arms.block[2] * 16 >= sum(arms.block)
    assert arms.price(overhead) * arms.tested < 0.95 * usual_arms(asymptote).price(overhead)
    without = cheapest_arms(asymptote, overhead, 0.25, third=False, paid=False)
    assert without.at_rate >= 0.7
    assert len(without.block) == 2


def test_shots_that_cost_money_are_spared():
    timed = cheapest_arms(0.5, 0.01, 0.25, third=True, paid=False)
    paid = cheapest_arms(0.5, 0.01, 0.25, third=True, paid=True)
    assert paid.effort < timed.effort


def test_the_variance_is_that_of_fits():
    """2,000 fitted decays: scatter of the rate within 6 % (6 of its standard errors)."""
    arms = cheapest_arms(0.5, 0.0, 0.25, third=True, paid=False)
    rng = np.random.default_rng(5)
    blocks = 200
    which = np.repeat(np.arange(3), [n * blocks for n in arms.block])
    lengths = np.array(arms.lengths)
    right = 0.5 + 0.49 * np.exp(-lengths)
    hits = (rng.random((which.size, 2000)) < right[which][:, None]).astype(np.int64)
    fits = fit_decays(
        Trials(lengths=lengths, arms=which, hits=hits),
        asymptote=0.5,
        kind="exponential",
        level=0.95,
    )
    foretold = math.sqrt(arms.variance(0.5, 0.01) / which.size)
    assert float(np.std(np.log(fits.rate))) == pytest.approx(foretold, rel=6 / math.sqrt(4000))
