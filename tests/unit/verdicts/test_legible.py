"""A leakage is supported only where its pairs are read at all; a readout at random looks good."""

from itertools import product

import numpy as np
import pytest

from qassay.claims.claim_file import parse_claim_sheet
from qassay.devices.description import DeviceDescription
from qassay.planning.options import Options
from qassay.planning.planner import make_plan
from qassay.protocols.leakage import READING
from qassay.protocols.weighing.counted import Counted
from qassay.statistics.readable import log_e_read, surely_read
from qassay.statistics.trials import Trials
from qassay.verdicts.judge import judge
from qassay.verdicts.legible import is_read

LINE = DeviceDescription(
    name="d",
    platform="superconducting",
    qubits=4,
    connectivity="line",
    couplings=((0, 1), (1, 2), (2, 3)),
)


def plan_of(statistic="mean"):
    text = '[sheet]\ntitle = "t"\nvendor = "v"\nmachine = "m"\ndelta = 1.0\n'
    text += '[[claim]]\nid = "a"\nmetric = "leakage"\nvalue = "0.5 %"\n'
    text += f'statistic = "{statistic}"\n'
    return make_plan(parse_claim_sheet(text.encode()), LINE, bytes(32), Options(), "test")


def counted(plan, right, leak=0.0, seed=1):
    """Draw a machine that reads a pair's bits right with these chances, and leaks so much."""
    random, parts = np.random.default_rng(seed), []
    for x in plan.experiments:
        share = np.array([right[t[0]] for t in x.targets])
        for index in range(x.batches):
            size = x.batch_size(index)
            arms = random.choice(len(x.block), size, p=np.array(x.block) / sum(x.block))
            kept = np.exp(-leak * np.array(x.lengths)[arms])[:, None]
            kept = np.where(share == 0.25, 1.0, kept)  # who reads at random reads on
            hits = random.random((size, share.size)) < 0.25 * kept
            lengths = np.array(x.lengths)
            short = arms == 0
            agreed = random.random((int(short.sum()), share.size)) < share
            scored = {
                "leakage": Trials(lengths=lengths, arms=arms, hits=hits.astype(np.int64)),
                READING: Trials(
                    lengths=lengths[:1],
                    arms=np.zeros(int(short.sum()), dtype=np.intp),
                    hits=agreed.astype(np.int64),
                ),
            }
            parts.append((x, index, scored))
    return Counted.of(parts, max(x.batches for x in plan.experiments))


GOOD = (0.9, 0.9, 0.9)


QUICK = {("mean", 2, 0), ("every", 0, 1), ("every", 1, 0)}  # a median takes seconds


@pytest.mark.parametrize(
    ("statistic", "blind", "seed"),
    [
        pytest.param(*one, marks=() if one in QUICK else pytest.mark.slow)
        for one in product(("mean", "every", "median"), range(3), range(2))
    ],
)
def test_a_pair_that_reads_at_random_leaves_the_claim_open(statistic, blind, seed):
    """The bet is won by chance in at most 5 % of runs; here it is in none of 18."""
    plan = plan_of(statistic)
    right = [0.25 if place == blind else 0.9 for place in range(3)]
    data = counted(plan, right, seed=seed)
    (verdict,) = judge(plan, data)
    assert verdict.outcome == "inconclusive"
    assert "by a coin" in verdict.reasons[-1]
    assert not is_read(plan, plan.sheet.claims[0], data)


@pytest.mark.parametrize("statistic", ["mean", "every"])
def test_who_is_read_is_supported_and_who_leaks_refuted(statistic):
    plan = plan_of(statistic)
    assert judge(plan, counted(plan, GOOD))[0].outcome == "supported"
    assert judge(plan, counted(plan, GOOD, leak=0.05))[0].outcome == "refuted"
    poor = counted(plan, (0.25, 0.25, 0.25), leak=0.05)
    assert judge(plan, poor)[0].outcome == "inconclusive"


def trials(hits, shots=1):
    hits = np.asarray(hits, dtype=np.int64)
    arms = np.zeros(hits.shape[0], dtype=np.intp)
    return Trials(lengths=np.zeros(1), arms=arms, hits=hits, shots=shots)


def test_a_coin_wins_the_bet_seldom_however_often_one_looks():
    """2,000 coins, 400 looks each: more than 131 of them at 5 % have a probability of 0.1 %."""
    hits = np.random.default_rng(3).random((400, 2000)) < 0.25
    paths = np.cumsum(np.log1p(1.4 / 0.75 * (hits - 0.25)), axis=0)
    assert (paths.max(axis=0) >= np.log(20)).sum() <= 131
    assert log_e_read(trials(hits), 0.25) == pytest.approx(paths[-1])


def test_nothing_is_read_without_circuits_and_shots_of_one_circuit_are_one():
    assert not surely_read(trials(np.zeros((0, 2))), 0.25, 0.05)
    assert surely_read(trials([[1]] * 6), 0.25, 0.05)
    assert not surely_read(trials([[100], [100], [0]], shots=100), 0.25, 0.05)
