"""Mirror circuits that lose less than gates must cost are suspected; honest ones are not."""

from types import SimpleNamespace

import numpy as np
import pytest

from qassay.forensics.examine import _mirrors
from qassay.forensics.mirrors import FLAT, kept_by_readout, least_loss, too_flat
from qassay.protocols.interface import Experiment
from qassay.protocols.mirror import layers_of
from qassay.statistics.trials import Trials

QUBITS, DEPTH, ERROR = 20, 10, 0.01
PAIRS = tuple((q, q + 1) for q in range(QUBITS - 1))
X = Experiment(
    id="mirror",
    protocol="mirror",
    version=1,
    targets=PAIRS,
    lengths=(float(DEPTH),),
    block=(1,),
    rounds=400,
    batch=400,
)


def test_a_stock_line_has_all_gates_of_its_layers():
    assert [len(layer) for layer in layers_of(X)] == [10, 9, 10, 9, 10, 10, 9, 10, 9, 10]


def test_200_shots_notice_what_leaves_all_gates_out():
    """As stated: power at least 0.99 at 20 qubits, 10 layers, errors of 1 %."""
    loss = least_loss(96 * ERROR, 0.1 * ERROR * 96**0.5)
    found = too_flat(170, 200, loss, kept_by_readout([0.01] * QUBITS))
    assert found.power[0][1] > 0.99
    assert not too_flat(120, 200, loss, kept_by_readout([0.01] * QUBITS)).suspicious


def test_without_a_loss_nothing_is_asked():
    assert too_flat(200, 200, 0.01, 1.0).p_value is None
    assert too_flat(0, 0, 1.0, 1.0).p_value is None


def estimates(quantity, targets, value):
    one = SimpleNamespace(value=value, low=0.9 * value, high=1.1 * value, informative=True)
    return SimpleNamespace(quantity=quantity, targets=targets, estimates=(one,) * len(targets))


@pytest.mark.parametrize(("right", "suspected"), [(340, True), (240, False)])
def test_gates_and_readout_are_those_of_the_same_run(right, suspected):
    qubits = tuple((q,) for q in range(QUBITS))
    measured = {
        "g": (estimates("two_qubit_gate_error", PAIRS, ERROR),),
        "r": (estimates("readout_error", qubits, 0.01),),
    }
    hits = np.zeros((400, 1), dtype=np.int64)
    hits[:right] = 1
    trials = Trials(lengths=np.array([10.0]), arms=np.zeros(400, dtype=np.intp), hits=hits, shots=1)
    plan, analysis = SimpleNamespace(experiments=(X,)), SimpleNamespace(measured=measured)
    (found,) = _mirrors(plan, analysis, [(X, 0, {"mirror_polarization": trials})])
    assert (found.name, found.suspicious) == (f"{FLAT} (mirror)", suspected)
    analysis = SimpleNamespace(measured={"g": measured["g"]})
    (found,) = _mirrors(plan, analysis, [(X, 0, {"mirror_polarization": trials})])
    assert found.p_value is None
