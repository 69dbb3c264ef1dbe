"""The truth that verdicts are held against: over the shots taken, and as the metrics define it."""

import numpy as np
import pytest

from qassay.circuits.family import CircuitFamily, Pulses
from qassay.circuits.gates import HALF_X
from qassay.claims.claim import Claim, Scope
from qassay.devices import answer_key
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated.blocks import split
from qassay.devices.simulated.product_engine import outcome_probabilities
from qassay.devices.simulated.strengths import Strengths
from qassay.selfcheck.truth import Window, spam_errors, true_targets, true_value


def machine_of(noise):
    text = f"""
        [machine]
        name = "m"
        qubits = 4
        connectivity = "line"
        [durations]
        one_qubit_gate = "100 ns"
        two_qubit_gate = "1 us"
        [noise]
        {noise}
    """
    return read_machine(text.encode(), "m.toml")


def claim_of(metric, statistic, **fields):
    return Claim(
        id="c",
        metric=metric,
        relation="at most",
        value=1.0,
        stated="",
        statistic=statistic,
        **fields,
    )


@pytest.mark.parametrize(
    "noise",
    [
        "readout_p01 = 0.02\nreadout_p10 = 0.06\npreparation_error = 0.03",
        "one_qubit_error = 0.02\none_qubit_overrotation = '0.2 rad'\nreadout_p01 = 0.01",
        "one_qubit_error = 0.05\nt1 = '3 us'\nt2 = '1 us'\nreadout_p10 = 0.1",
    ],
)
def test_readout_errors_are_those_of_the_states_a_protocol_can_make(noise):
    machine = machine_of(noise)
    seen = spam_errors(machine, 0.0)
    for code, wanted in ((0, seen.p01), (HALF_X, 1 - seen.p10)):
        family = CircuitFamily(4, 1, (Pulses(np.full((1, 1, 4), code, dtype=np.uint8)),))
        found = outcome_probabilities(family, Strengths.of(machine, 0.0), split(family))
        assert found.singles[:, 0] == pytest.approx(wanted, abs=1e-12)


def test_truth_is_the_mean_over_the_batches_weighted_by_their_circuits():
    machine = machine_of(
        "one_qubit_error = 1e-3\n"
        'drift = {kind = "step", amplitude = 0.5, period = "10 s", of = "gate errors"}'
    )
    claim = claim_of("one_qubit_gate_error", "mean", convention="process_infidelity")
    moments = [(0.0, 30), (9.0, 10), (11.0, 40)]  # the step is up from 10 s on
    window = Window(moments={(qubit,): moments for qubit in range(4)}, matchings={})
    late = 1e-3 * 1.5  # nothing relaxes, so all of the error drifts
    assert true_value(machine, claim, window) == pytest.approx(1.5 * (1e-3 + late) / 2)


def test_the_worst_target_is_taken_after_the_mean_over_time():
    machine = machine_of("readout_p01 = [0.01, 0.02, 0.03, 0.04]")
    window = Window(moments={(qubit,): [(0.0, 1)] for qubit in range(4)}, matchings={})
    metric = "readout_error_0"
    assert true_value(machine, claim_of(metric, "every"), window) == pytest.approx(0.04)
    assert true_value(machine, claim_of(metric, "median"), window) == pytest.approx(0.025)
    part = claim_of(metric, "every", scope=Scope(qubits=(1,)))
    assert true_value(machine, part, window) == pytest.approx(0.02)


def test_a_leak_counts_like_complete_depolarization():
    machine = machine_of("leakage = 0.04\ntwo_qubit_error = 0.01\ncrosstalk_error = 0.002")
    matching = ((0, 1), (2, 3))
    window = Window(
        moments={pair: [(0.0, 1)] for pair in matching},
        matchings=dict.fromkeys(matching, matching),
    )
    claim = claim_of("two_qubit_gate_error", "mean", scope=Scope(pairs=matching))
    stay, gate = 0.96, 0.012  # one simultaneous neighbour each
    wanted = stay * gate + 0.04 * 0.75
    assert true_targets(machine, claim, window) == pytest.approx(dict.fromkeys(matching, wanted))
    assert answer_key.two_qubit_gate_error(machine, matching, matching)[0] > wanted
