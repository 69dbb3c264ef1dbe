"""Registers whose truth is one by definition: quantum volume, and what other packages bring."""

import numpy as np
import pytest

from qassay.protocols.interface import Experiment
from qassay.protocols.known import PROTOCOLS
from qassay.selfcheck.families import wild_metrics
from qassay.selfcheck.settings import Settings, by_definition
from qassay.selfcheck.wild.by_definition import _Hitting
from qassay.selfcheck.wild.trial import run_wild


def test_they_are_asked_for_by_name_alone():
    assert "quantum_volume" in by_definition()
    assert "quantum_volume" in Settings().everything
    assert "quantum_volume" not in Settings().asked
    assert Settings().asked == wild_metrics()


@pytest.fixture(scope="module")
def records():
    return list(run_wild(Settings(machines=2, seed=5, metrics=("quantum_volume",)), 1))


def test_truth_and_verdict_go_together(records):
    """A machine of seed 5: not far below the mark and supported, or far above and refuted.

    A wrong verdict has a probability of 5 % at most, and of 1e-4 or less away from the mark.
    """
    assert len(records) == 1
    for record in records:
        assert record.metric == "quantum_volume"
        assert record.meets or record.misses
        if not (record.meets and record.misses):
            assert not record.wrong
        # 99.9 % intervals would be twice as wide: the truth is never further off than that
        assert abs(record.value - record.truth) < 2 * (record.high - record.low)


@pytest.mark.slow  # those of other metrics are in tests/closed_loop/test_selfcheck_wild.py
def test_a_machine_is_the_same_in_every_study(records):
    again = run_wild(Settings(machines=1, first=1, seed=5, metrics=("quantum_volume",)), 1)
    assert again == tuple(records)


@pytest.mark.slow
def test_other_metrics_keep_their_machines():
    alone = Settings(machines=2, seed=5, metrics=("ghz_fidelity",))
    beside = Settings(machines=2, seed=5, metrics=("ghz_fidelity", "quantum_volume"))
    found = {record.metric for n in range(2) for record in run_wild(beside, n)}
    assert found <= {"ghz_fidelity", "quantum_volume"}
    assert "quantum_volume" in found
    assert all(record.metric == "ghz_fidelity" for record in run_wild(alone, 1))


def test_circuits_that_cannot_be_missed_leave_the_share_as_it_is():
    """A quarter of the operators of two qubits is the identity. Five standard errors: 6e-7."""
    x = Experiment(
        id="g",
        protocol="graph_states",
        version=PROTOCOLS["graph_states"].version,
        targets=((0, 1),),
        lengths=(1.0,),
        block=(1,),
        rounds=4000,
        batch=4000,
    )
    player = _Hitting(lambda _: 0.7, bytes(32), np.random.default_rng(1))
    player.leave_out_sure(x)
    key, found = player.answer(x, np.zeros(4000, dtype=np.intp))
    (trials,) = PROTOCOLS["graph_states"].score(key, found, x, np.zeros(4000, np.intp)).values()
    assert abs(trials.hits.mean() - 0.7) < 5 * (0.7 * 0.3 / 4000) ** 0.5
