"""Every metric has a world or a reason, and truths by definition go with the verdicts on them."""

import pytest

from qassay.claims.metrics import METRICS
from qassay.claims.operations import OPERATIONS
from qassay.selfcheck.settings import Settings, by_definition, of_laws
from qassay.selfcheck.wild.kinds import never_drawn, world_of
from qassay.selfcheck.wild.trial import run_wild


def test_each_metric_is_played_or_named_with_a_reason():
    played, missing = {*of_laws(), *by_definition()}, never_drawn()
    assert played.isdisjoint(missing)
    assert played | set(missing) == {*METRICS, *OPERATIONS}
    assert all(missing.values())
    for metric in by_definition():
        assert callable(world_of(metric))


@pytest.mark.parametrize(
    "metric",
    ["coupled_pairs", "connected_qubits", "approximation_ratio", "gate_time_2q", "t2_cpmg"],
)
def test_a_verdict_stands_beside_its_truth(metric):
    """Three machines of seed 5: no verdict is wrong away from claim and limit.

    A wrong one has a probability of 5 % at most at an edge, and far less away from it.
    """
    settings = Settings(machines=3, seed=5, metrics=(metric,))
    records = [record for number in range(3) for record in run_wild(settings, number)]
    assert {record.metric for record in records} == {metric}
    assert not any(r.wrong for r in records if r.ratio < 0.8 or r.ratio > 1.5)
    assert run_wild(settings, 2) == tuple(r for r in records if r.machine == 2)
