"""The closed formulas against channels built from Kraus operators, sampled by state."""

import itertools
import math

import numpy as np
import pytest

from qassay.claims.coherence_limits import coherence_limit_1q, coherence_limit_2q, readout_decay

CASES = [(1.0, 50.0, 30.0), (1.0, 10.0, 20.0), (0.3, 2.0, 0.5), (2.0, 1.0, 1.5), (1.0, 1e9, 3.0)]


def kraus(time, t1, t2):
    """Amplitude damping, then dephasing, so that coherences fall by exactly e^-t/T2."""
    gamma = -math.expm1(-time / t1)
    kept = math.exp(-time / t2 + time / (2 * t1))  # what dephasing leaves
    damping = [np.diag([1, math.sqrt(1 - gamma)]), np.array([[0, math.sqrt(gamma)], [0, 0]])]
    dephasing = [
        math.sqrt((1 + kept) / 2) * np.eye(2),
        math.sqrt((1 - kept) / 2) * np.diag([1.0, -1.0]),
    ]
    return [b @ a for a, b in itertools.product(damping, dephasing)]


def product_states():
    """The six states of one qubit: a 2-design, so their mean fidelity is the average one."""
    h = math.sqrt(0.5)
    vectors = [(1, 0), (0, 1), (h, h), (h, -h), (h, 1j * h), (h, -1j * h)]
    return [np.array(vector, dtype=complex) for vector in vectors]


def average_infidelity(operators, states):
    return 1 - np.mean(
        [sum(abs(state.conj() @ k @ state) ** 2 for k in operators) for state in states]
    )


@pytest.mark.parametrize(("time", "t1", "t2"), CASES)
def test_one_qubit(time, t1, t2):
    exact = average_infidelity(kraus(time, t1, t2), product_states())
    assert coherence_limit_1q(time, t1, t2) == pytest.approx(exact, abs=1e-12)
    assert coherence_limit_1q(time, t1, t2) == pytest.approx(
        1 / 2 - math.exp(-time / t1) / 6 - math.exp(-time / t2) / 3
    )


def process_fidelity(operators, d):
    return sum(abs(np.trace(k)) ** 2 for k in operators) / d**2


@pytest.mark.parametrize(("time", "t1", "t2"), CASES)
def test_two_qubits(time, t1, t2):
    pair = [np.kron(a, b) for a, b in itertools.product(kraus(time, t1, t2), kraus(time, 7.0, 5.0))]
    exact = 4 / 5 * (1 - process_fidelity(pair, 4))
    assert coherence_limit_2q(time, (t1, 7.0), (t2, 5.0)) == pytest.approx(exact, abs=1e-12)


def test_two_qubits_by_sampling_states():
    # 20,000 Haar-random states; the spread of the fidelity makes the mean good to 3e-4 at 5 sigma.
    random = np.random.default_rng(1)
    pair = [np.kron(a, b) for a, b in itertools.product(kraus(0.2, 5.0, 3.0), repeat=2)]
    states = random.normal(size=(20_000, 4)) + 1j * random.normal(size=(20_000, 4))
    states /= np.linalg.norm(states, axis=1, keepdims=True)
    kept = sum(abs(np.einsum("ni,ij,nj->n", states.conj(), k, states)) ** 2 for k in pair)
    error = 5 * kept.std() / math.sqrt(len(kept))
    assert error < 2e-3
    assert coherence_limit_2q(0.2, 5.0, 3.0) == pytest.approx(1 - kept.mean(), abs=error)


def test_no_decay_costs_nothing():
    assert coherence_limit_1q(1.0, math.inf, math.inf) == 0
    assert coherence_limit_2q(1.0, math.inf, math.inf) == 0
    assert coherence_limit_1q(math.inf, 1.0, 1.0) == pytest.approx(1 / 2)
    assert coherence_limit_2q(math.inf, 1.0, 1.0) == pytest.approx(3 / 4)


def test_short_gates_follow_the_first_order():
    # Abad et al., arXiv:2110.15883: 1 - F = d/(2(d+1)) t sum(1/T1 + 1/Tphi), 1/Tphi = 1/T2 - 1/2T1.
    time, t1, t2 = 1e-6, 3.0, 2.0
    rate = 1 / t1 + 1 / t2 - 1 / (2 * t1)
    assert coherence_limit_1q(time, t1, t2) == pytest.approx(time * rate / 3, rel=1e-5)
    assert coherence_limit_2q(time, t1, t2) == pytest.approx(2 * time * rate * 2 / 5, rel=1e-5)


def test_decay_during_the_readout():
    assert readout_decay(2e-6, 100e-6) == pytest.approx(0.00995, rel=1e-3)
