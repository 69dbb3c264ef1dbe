"""What a reference without entanglers hides of its own decay is taken off a gate's estimate."""

import numpy as np
import pytest

from qassay.protocols.two_qubit_gates import TwoQubitGates
from qassay.statistics.decays import fit_decays
from qassay.statistics.trials import Trials

LAYERS, SHOTS = 127, 10**7


@pytest.mark.parametrize("share", [0.06, 0.3, 0.5, 1.0])
def test_a_gate_is_estimated_without_what_its_reference_hides(share):
    error = 5e-3
    decay = -np.log1p(-4 / 3 * error) * LAYERS
    one = share * decay / 1.6  # of one qubit's turns; eight of ten operators feel it
    reference = 0.4 * np.exp(-one) + 0.6 * np.exp(-2 * one)
    chances = 0.25 + 0.75 * np.array([reference, np.exp(-decay - 1.6 * one)])
    trials = Trials(
        lengths=np.array([0.0, LAYERS]),
        arms=np.array([0, 1]),
        hits=np.round(SHOTS * chances).astype(np.int64)[:, None],
        shots=SHOTS,
    )
    protocol = TwoQubitGates()
    (found,) = protocol.estimate(protocol.gate_quantity, trials, 0.95)
    # of third order in the decay of the turns, and the sixteenth by which the bend is rounded up
    assert found.value == pytest.approx(error, rel=0.006)
    assert found.low < found.value < found.high
    # left in, it is 4 % where turns take as much as the entangler
    (rate,) = fit_decays(trials, asymptote=0.25).rate
    assert 0.75 * rate / found.value - 1 == pytest.approx(0.043 * share**2, rel=0.2, abs=1e-4)


@pytest.mark.parametrize("wrong", [0.1, 0.2, 0.3, 0.4, 0.45])
@pytest.mark.parametrize("share", [0.06, 0.3])
def test_a_poor_readout_is_not_taken_for_turns(wrong, share):
    """Expected bits are random, so a readout that errs one way counts as the mean of both.

    Two in five of the 60 states are entangled: their stabilizers act on both qubits whatever bit
    they end on. The others' act on the first, on the second and on both.
    """
    error = 5e-3
    decay = -np.log1p(-4 / 3 * error) * LAYERS
    one = share * decay / 1.6
    kept = 1 - 2 * wrong
    single, both = np.exp(-one), np.exp(-2 * one)
    product = (2 * kept * single + kept**2 * both) / 3
    reference = 0.6 * product + 0.4 * both * (2 * kept + kept**2) / 3
    layers = np.exp(-decay - 1.6 * one) * (2 * kept + kept**2) / 3
    shots = 10**9
    trials = Trials(
        lengths=np.array([0.0, LAYERS]),
        arms=np.array([0, 1]),
        hits=np.round(shots * (0.25 + 0.75 * np.array([reference, layers])))[:, None].astype(int),
        shots=shots,
    )
    protocol = TwoQubitGates()
    (found,) = protocol.estimate(protocol.gate_quantity, trials, 0.95)
    # turns that take as much as the entangler would hide 0.05 * 0.85 of the value; they take less
    assert found.value == pytest.approx(error, rel=0.05)
    assert found.low < error < found.high
    mean = protocol.mean(protocol.gate_quantity, trials, 0.95)
    assert mean.low < error < mean.high
