"""Coupled pairs: honest counts, by machines some of whose pairs get nothing done."""

import numpy as np
import pytest

from qassay.claims.claim_file import parse_claim_sheet
from qassay.devices.description import DeviceDescription
from qassay.planning.options import Options
from qassay.planning.planner import make_plan
from qassay.protocols.bell_pairs import CORRELATION, VIOLATED_ABOVE
from qassay.protocols.weighing.counted import Counted
from qassay.statistics.trials import Trials
from qassay.verdicts.coupled_pairs import count_coupled, largest_set
from qassay.verdicts.judge import judge

HEAD = '[sheet]\ntitle = "t"\nvendor = "v"\nmachine = "m"\n'
LINE = DeviceDescription(
    name="d",
    platform="superconducting",
    qubits=8,
    connectivity="line",
    couplings=tuple((q, q + 1) for q in range(7)),
)


def plan_of(metric, value, relation="at least"):
    text = f'[[claim]]\nid = "a"\nmetric = "{metric}"\nvalue = {value}\nrelation = "{relation}"\n'
    return make_plan(parse_claim_sheet((HEAD + text).encode()), LINE, bytes(32), Options(), "test")


def counted(plan, share, seed=1):
    """Draw the hits of a machine whose pair (q, q + 1) has the share of right parities share[q]."""
    random = np.random.default_rng(seed)
    parts = []
    for x in plan.experiments:
        for index in range(x.batches):
            p = np.array([share[t[0]] for t in x.targets])
            hits = random.random((x.batch, len(p))) < p
            trials = Trials(
                lengths=np.zeros(1),
                arms=np.zeros(x.batch, dtype=np.intp),
                hits=hits.astype(np.int64),
                shots=1,
            )
            parts.append((x, index, {CORRELATION: trials}))
    return Counted.of(parts, max(x.batches for x in plan.experiments))


GOOD = [0.97] * 7
CUT = [0.97, 0.97, 0.97, 0.6, 0.97, 0.97, 0.97]  # between qubits 3 and 4


@pytest.mark.parametrize(
    ("metric", "value", "share", "outcome"),
    [
        ("coupled_pairs", 7, GOOD, "supported"),
        ("coupled_pairs", 7, CUT, "refuted"),
        ("coupled_pairs", 6, CUT, "supported"),
        ("coupled_pairs", 8, GOOD, "refuted"),
        ("connected_qubits", 8, GOOD, "supported"),
        ("connected_qubits", 8, CUT, "refuted"),
        ("connected_qubits", 4, CUT, "supported"),
        ("connected_qubits", 5, CUT, "refuted"),
        ("coupled_pairs", 7, [0.97] * 6 + [VIOLATED_ABOVE], "inconclusive"),
        ("connected_qubits", 8, [0.97] * 6 + [VIOLATED_ABOVE], "inconclusive"),
    ],
)
def test_counts_of_machines_that_are_known(metric, value, share, outcome):
    """Pairs at 60 and 97 % of 1000 shots: open with a probability below 1e-9."""
    plan = plan_of(metric, value)
    (verdict,) = judge(plan, counted(plan, share))
    assert verdict.outcome == outcome


def test_a_pair_that_was_not_measured_may_be_one():
    plan = plan_of("coupled_pairs", 7)
    data = counted(plan, GOOD).joined(plan.experiments[:1])
    claim = plan.sheet.claims[0]
    sure, most, _ = count_coupled(plan, claim, data)
    assert (sure, most) == (len(plan.experiments[0].targets), 7)


def test_all_statements_hold_at_once():
    """Pairs at the mark itself, 300 machines of 7 with errors of 5 %: 28 wrong at most (99.7 %)."""
    plan = plan_of("coupled_pairs", 7)
    claim = plan.sheet.claims[0]
    wrong = 0
    for seed in range(300):
        data = counted(plan, [VIOLATED_ABOVE] * 7, seed).joined(plan.experiments)
        wrong += count_coupled(plan, claim, data)[0] > 0
    assert wrong <= 28


def test_the_largest_set():
    assert largest_set([]) == 0
    assert largest_set([(0, 1), (2, 3), (1, 2), (7, 8)]) == 4


def test_a_machine_without_pairs_is_told_so():
    device = DeviceDescription(
        name="d", platform="superconducting", qubits=2, connectivity="listed"
    )
    text = '[[claim]]\nid = "a"\nmetric = "bseq"\nvalue = 2\n'
    plan = make_plan(parse_claim_sheet((HEAD + text).encode()), device, bytes(32), Options(), "t")
    assert plan.untested[0].reason == "the device couples no pair"
