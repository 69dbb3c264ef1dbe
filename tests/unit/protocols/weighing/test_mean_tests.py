"""When means are looked at, what is said of lost targets, and no number that is none."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from qassay.claims.claim_file import parse_claim_sheet
from qassay.devices.machine_file import read_machine
from qassay.planning.options import Options
from qassay.planning.planner import make_plan
from qassay.planning.schedule import cycles, round_slots
from qassay.protocols.batches import draw_order
from qassay.protocols.known import targets_with
from qassay.protocols.weighing.counted import Counted
from qassay.statistics.trials import Trials
from qassay.verdicts.judge import decisions, judge
from qassay.verdicts.looks import look_due

ROOT = bytes(range(32))
MACHINE = """[machine]
name = "m"
qubits = {qubits}
connectivity = "line"
[durations]
one_qubit_gate = "20 ns"
two_qubit_gate = "60 ns"
readout = "500 ns"
shot_overhead = "100 us"
circuit_overhead = "{circuit}"
"""
SHEET = """[sheet]
title = "T"
vendor = "V"
machine = "m"
[[claim]]
id = "a"
metric = "{metric}"
value = {value}
{more}
"""
MEAN = 'statistic = "mean"\n'
AVERAGE = 'convention = "average_gate_infidelity"\n'
SHEETS = {
    "one_qubit_gate_error": ("0.001", MEAN + AVERAGE),
    "two_qubit_gate_error": ("0.006", MEAN + AVERAGE),
    "layer_fidelity": ("0.8", ""),
    "eplg": ("0.008", 'convention = "process_infidelity"\n'),
    "t1": ('"100 us"', MEAN),
    "leakage": ("0.001", MEAN),
}


def planned(metric, qubits=6, circuit="0 s", **options):
    value, more = SHEETS[metric]
    machine = read_machine(MACHINE.format(qubits=qubits, circuit=circuit).encode(), "m.toml")
    sheet = parse_claim_sheet(SHEET.format(metric=metric, value=value, more=more).encode())
    return make_plan(sheet, machine.description, ROOT, Options(**options), "test")


def counts(plan, share_of, until=None):
    """Hits of all cycles, with a chance by experiment and target."""
    rng, parts = np.random.default_rng(1), []
    end = cycles(plan) if until is None else until
    for slot in round_slots(plan, (0, end), frozenset()):
        x = slot.experiment
        arms = draw_order(x, slot.index, ROOT)
        scored = {}
        for quantity in (
            "one_qubit_gate_error",
            "layer_error",
            "idle_layer_error",
            "t1",
            "leakage",
        ):
            try:
                targets = targets_with(x, quantity)
            except (KeyError, ValueError):
                continue
            if not targets or (quantity not in scored_by(x)):
                continue
            chance = np.array([[share_of(x, t, length) for t in targets] for length in x.lengths])
            scored[quantity] = Trials(
                lengths=np.array(x.lengths),
                arms=arms,
                hits=rng.binomial(x.shots, chance[arms]),
                shots=x.shots,
            )
        parts.append((x, slot.index, scored))
    return Counted.of(parts, end)


def scored_by(x):
    return {
        "one_qubit_gates": ("one_qubit_gate_error",),
        "two_qubit_gates": ("layer_error", "idle_layer_error"),
        "t1": ("t1",),
        "leakage": ("leakage",),
    }[x.protocol]


@pytest.mark.parametrize("metric", SHEETS)
@pytest.mark.parametrize("chance", [0.0, 1.0, 0.5, pytest.param(0.25, marks=pytest.mark.slow)])
@pytest.mark.parametrize("circuit", ["0 s", "20 ms"])
def test_whatever_the_counts_no_number_is_none(metric, chance, circuit):
    """All hits, none, or coins, over all cycles: finite numbers, open ends, or no information."""
    plan = planned(metric, circuit=circuit)
    hits = counts(plan, lambda *_: chance, until=min(6, cycles(plan)))
    known = decisions(plan, hits, {})
    for verdict in judge(plan, hits, known):
        shown = verdict.estimate
        if shown is None or not shown.informative:
            continue
        assert not np.isnan([shown.value, shown.low, shown.high]).any()
        assert shown.low <= shown.value <= shown.high
        if metric not in ("t1",):
            assert shown.low >= 0
            assert shown.value <= 1


def test_means_are_looked_at_when_there_are_an_eighth_more():
    plan = planned("one_qubit_gate_error", qubits=2)
    assert cycles(plan) > 30
    looks = [cycle for cycle in range(1, cycles(plan) + 1) if look_due(plan, cycle)]
    assert looks[:4] == [1, 2, 3, 4]
    assert looks[-1] == cycles(plan)
    gaps = [b / a for a, b in pairwise(looks[8:-1])]
    assert all(1.0 < gap < 1.2 for gap in gaps)


def test_by_files_every_return_is_a_look():
    plan = planned("one_qubit_gate_error", qubits=2)
    by_files = replace(plan, rounds=(13, cycles(plan) - 13))
    assert look_due(by_files, 13)


def test_a_lost_qubit_is_named_with_its_own_interval():
    plan = planned("one_qubit_gate_error", qubits=12)

    def chance(x, target, length):
        return 0.5 if target == (7,) else 0.5 + 0.48 * (1 - 1e-3) ** length

    hits = counts(plan, chance)
    verdict = judge(plan, hits)[0]
    assert verdict.outcome == "inconclusive"
    told = [reason for reason in verdict.reasons if "may have lost its signal" in reason]
    assert len(told) == 1
    assert "qubit 7" in told[0]


def test_a_lost_pair_is_named():
    plan = planned("layer_fidelity", qubits=12)

    def chance(x, target, length):
        base = 0.5 ** len(target)
        lost = target == (5, 6)
        return base if lost else base + (1 - base) * 0.97 * (1 - 2e-3) ** length

    verdict = judge(plan, counts(plan, chance))[0]
    assert verdict.outcome != "supported"
    if verdict.outcome == "inconclusive":
        assert any("pair 5-6 may have lost its signal" in reason for reason in verdict.reasons)
