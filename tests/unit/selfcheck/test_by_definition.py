"""Registers whose truth is one by definition: quantum volume, and what other packages bring."""

import pytest

from qassay.selfcheck.settings import WILD, Settings, by_definition
from qassay.selfcheck.wild.trial import run_wild


def test_they_are_asked_for_by_name_alone():
    assert "quantum_volume" in by_definition()
    assert "quantum_volume" in Settings().everything
    assert "quantum_volume" not in Settings().asked
    assert Settings().asked == WILD


@pytest.fixture(scope="module")
def records():
    settings = Settings(machines=5, seed=5, metrics=("quantum_volume",))
    return [record for number in range(5) for record in run_wild(settings, number)]


def test_truth_and_verdict_go_together(records):
    """Five machines of seed 5: none is far below the mark and supported, or far above and refuted.

    Each wrong verdict has a probability of 5 % at most, and of 1e-4 or less away from the mark.
    """
    assert len(records) == 5
    for record in records:
        assert record.metric == "quantum_volume"
        assert record.meets or record.misses
        if not (record.meets and record.misses):
            assert not record.wrong
        # 99.9 % intervals would be twice as wide: the truth is never further off than that
        assert abs(record.value - record.truth) < 2 * (record.high - record.low)


def test_a_machine_is_the_same_in_every_study(records):
    again = run_wild(Settings(machines=1, first=2, seed=5, metrics=("quantum_volume",)), 2)
    assert again == (next(one for one in records if one.machine == 2),)


def test_other_metrics_keep_their_machines():
    alone = Settings(machines=2, seed=5, metrics=("ghz_fidelity",))
    beside = Settings(machines=2, seed=5, metrics=("ghz_fidelity", "quantum_volume"))
    found = {record.metric for n in range(2) for record in run_wild(beside, n)}
    assert found <= {"ghz_fidelity", "quantum_volume"}
    assert "quantum_volume" in found
    assert all(record.metric == "ghz_fidelity" for record in run_wild(alone, 1))
