"""Claims stand where they were asked to stand, told apart by an independent reckoning."""

from itertools import combinations

import numpy as np
import pytest

from qassay.circuits.layouts import edge_colouring
from qassay.devices import answer_key
from qassay.devices.machine_file import read_machine
from qassay.selfcheck.drawing import Draws
from qassay.selfcheck.families import tame_metrics
from qassay.selfcheck.hidden_machines import draw_machine
from qassay.selfcheck.placed_claims import forms, place_claims, ratios

MEASURED = tame_metrics()

# Process infidelity over average gate infidelity, (d + 1) / d.
FACTOR = {"one_qubit_gate_error": 1.5, "two_qubit_gate_error": 1.25}


def placed(number):
    draws = Draws.of(4, number)
    machine = read_machine(draw_machine(draws, number, 6, 5e-4).text.encode(), "hidden.toml")
    return machine, place_claims(draws, machine, number, MEASURED)


def truths(machine, claim):
    """The truth of each target that the claim names, without qassay.selfcheck."""
    if claim.metric == "two_qubit_gate_error":
        values = {}
        for matching in edge_colouring(machine.description.pairs):
            found = answer_key.two_qubit_gate_error(machine, matching, matching)
            leaked = answer_key.leakage(machine, matching)
            values |= dict(zip(matching, found - leaked / 4, strict=True))
        wanted = claim.scope.pairs or machine.description.pairs
        return np.array([values[tuple(sorted(pair))] for pair in wanted])
    all_of = {
        "one_qubit_gate_error": answer_key.one_qubit_gate_error,
        "t1": answer_key.t1,
        "t2_star": answer_key.t2_star,
        "t2_echo": answer_key.t2_echo,
        "readout_error_0": lambda m: answer_key.preparation_and_readout_errors(m).p01,
    }[claim.metric](machine)
    return all_of[list(claim.scope.qubits)] if claim.scope.qubits else all_of


@pytest.mark.parametrize("number", range(12))
def test_truth_over_claim_is_the_ratio_that_was_drawn(number):
    machine, (_, sheet, places) = placed(number)
    assert [place.claim for place in places] == list(sheet.claims)
    for place in places:
        claim = place.claim
        if claim.metric in ("readout_error", "readout_error_1"):
            continue  # with the half pulse: test_truth.py
        values = truths(machine, claim)
        lower = claim.relation == "at most"
        how = {"mean": np.mean, "median": np.median, "every": np.max if lower else np.min}
        truth = how[claim.statistic](values)
        if claim.convention in ("process_infidelity", "pauli_error"):
            truth *= FACTOR[claim.metric]
        worse = truth / claim.value if lower else claim.value / truth
        assert worse == pytest.approx(place.ratio, rel=1e-12)
        assert (place.form == "single") == (values.size == 1)


def test_ratios_hold_the_claim_the_edge_and_both_sides():
    assert ratios(0.25) == (0.5, 0.7, 1.0, 1.25, 1.5, 2.5)
    assert ratios(0.5) == (0.5, 0.7, 1.0, 1.5, 2.5)


def test_every_metric_is_claimed_in_every_form():
    seen = {pair for number in range(48) for pair in forms(number, MEASURED)}
    both = {(metric, form) for metric in MEASURED[:2] for form in ("mean", "every", "single")}
    times = {(m, f) for m in MEASURED[2:5] for f in ("mean", "every", "single", "median")}
    assert both | times <= seen
    assert {metric for metric, _ in seen} == set(MEASURED)


def test_no_sheet_is_empty_whatever_metrics_are_asked_for():
    for size in (1, 2, 3):
        for metrics in combinations(MEASURED, size):
            for number in range(12):
                assert {metric for metric, _ in forms(number, metrics)} <= set(metrics)
                assert forms(number, metrics)
