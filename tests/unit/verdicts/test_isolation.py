"""A verdict says so where the two-qubit gate is a small part of the layer it was measured in."""

from types import SimpleNamespace

import numpy as np
import pytest

from qassay.protocols.interface import Experiment
from qassay.statistics.trials import Trials
from qassay.verdicts.measurands import Measurand, Part


def part(protocol, quantity, targets, rate, asymptote):
    """Counts that are just as expected of a rate."""
    lengths = (1.0, 21.0)
    experiment = Experiment(
        id=protocol, protocol=protocol, version=1, targets=targets, lengths=lengths,
        block=(1, 8), rounds=18, batch=18, claims=("c",), coin=False,
    )  # fmt: skip
    arms = np.array([0, 1] * 9)
    chance = asymptote + (1 - asymptote) * (1 - rate) ** np.array(lengths)[arms]
    hits = np.rint(100_000 * chance).astype(np.int64)[:, None].repeat(len(targets), axis=1)
    trials = Trials(lengths=np.array(lengths), arms=arms, hits=hits, shots=100_000)
    columns = tuple(range(len(targets)))
    return Part(experiment=experiment, quantity=quantity, columns=columns, trials=trials)


def measurand(layer, one, statistic):
    return Measurand(
        claim=SimpleNamespace(statistic=statistic, relation="at most"),
        parts=(part("two_qubit_gates", "layer_error", ((0, 1),), 16 / 15 * layer, 0.25),),
        singles=(
            part("one_qubit_gates", "one_qubit_gate_error", ((0,), (1,)), 2 * one / 1.5, 0.5),
        ),
    )


@pytest.mark.parametrize("statistic", ["mean", "every"])
def test_what_cannot_be_isolated_well_is_told(statistic):
    (told,) = measurand(0.02, 0.008, statistic).isolation_remark()
    assert "80 % of the error of a layer" in told
    assert measurand(0.02, 0.004, statistic).isolation_remark() == ()
