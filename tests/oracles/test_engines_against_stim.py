"""Our circuits and engines against stim: tableaus without noise, sampling with Pauli noise."""

import numpy as np
import pytest
import stim

from qassay.circuits.family import CircuitFamily, Delay, Pulses
from qassay.circuits.qasm import openqasm3_text
from qassay.circuits.translate import active_pairs, entangler_line, measurement_line, pulse_lines
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated import clifford_engine
from qassay.devices.simulated.blocks import split
from qassay.devices.simulated.product_engine import outcome_probabilities
from qassay.devices.simulated.strengths import Strengths


def stim_text(family, index):
    """Write a circuit for stim, without noise."""
    lines = []
    for element in family.elements:
        if isinstance(element, Delay):
            lines.append("TICK")
            continue
        pairs = active_pairs(element, index)
        for codes in element.codes[index]:
            lines += pulse_lines(codes)
            if pairs:
                lines.append(entangler_line(pairs))
            lines.append("TICK")
    lines.append(measurement_line(family.qubits))
    return "\n".join(lines) + "\n"


def strengths_of(noise="", qubits=6, connectivity="line"):
    text = f"""
        [machine]
        name = "m"
        qubits = {qubits}
        connectivity = "{connectivity}"
        seed = 5
        [durations]
        one_qubit_gate = "1 ms"
        two_qubit_gate = "3 ms"
        [noise]
        {noise}
    """
    return Strengths.of(read_machine(text.encode(), "m.toml"), 0.0)


def random_family(seed, size=40, depth=6, pairs=((0, 1), (2, 3))):
    rng = np.random.default_rng(seed)

    def draw(layers):
        return rng.integers(0, 7, (size, layers, 6), dtype=np.uint8)

    mask = rng.random((size, len(pairs))) < 0.7
    return CircuitFamily(
        6,
        size,
        (
            Pulses(draw(2)),
            Pulses(draw(depth), pairs, mask),
            Delay(0.002),
            Pulses(draw(depth), pairs),
        ),
    )


@pytest.mark.parametrize("seed", range(5))
def test_without_noise_the_product_engine_is_the_tableau(seed):
    family = random_family(seed)
    blocks = split(family)
    found = outcome_probabilities(family, strengths_of(), blocks)
    for index in range(family.size):
        simulator = stim.TableauSimulator()
        text = stim_text(family, index)
        simulator.do(stim.Circuit(text[: text.rindex("M ")]))
        for place, q in enumerate(blocks.singles):
            z = simulator.peek_z(int(q))
            assert found.singles[place, index] == pytest.approx((1 - z) / 2, abs=1e-12)
        for place, (a, b) in enumerate(blocks.pairs):
            observable = stim.PauliString(6)
            observable[int(a)] = observable[int(b)] = "Z"
            both = simulator.peek_observable_expectation(observable)
            z_a, z_b = simulator.peek_z(int(a)), simulator.peek_z(int(b))
            wanted = [
                [1 + z_a + z_b + both, 1 + z_a - z_b - both],
                [1 - z_a + z_b - both, 1 - z_a - z_b + both],
            ]
            np.testing.assert_allclose(4 * found.pairs[:, :, place, index], wanted, atol=1e-12)


PAULI_NOISE = """
t2 = {median = "60 ms", spread = 0.3}
one_qubit_error = {median = 0.02, spread = 0.3}
two_qubit_error = {median = 0.06, spread = 0.3}
crosstalk_error = 0.05
readout_p01 = {median = 0.02, spread = 0.3}
readout_p10 = {median = 0.05, spread = 0.3}
preparation_error = 0.03
"""
TWIRLED_NOISE = """
t1 = "40 ms"
t2 = "30 ms"
t2_star = "10 ms"
one_qubit_overrotation = "0.15 rad"
two_qubit_overrotation = "0.2 rad"
"""


def test_pauli_noise_is_sampled_as_it_is_computed():
    # 20 circuits x 20,000 shots; 20 x (6 bits + 2 joint events) = 160 comparisons.
    # P(any beyond 6.4 standard errors) <= 160 * 2 * 7.8e-11 < 1e-6.
    strengths = strengths_of(PAULI_NOISE)
    family = random_family(1, size=20, depth=4)
    shots = 20_000
    bits = clifford_engine.sample_family(family, strengths, shots, np.random.default_rng(7))
    blocks = split(family)
    found = outcome_probabilities(family, strengths, blocks)
    for place, q in enumerate(blocks.singles):
        compare(bits[:, :, q].mean(axis=1), found.singles[place], shots)
    for place, (a, b) in enumerate(blocks.pairs):
        compare(bits[:, :, a].mean(axis=1), found.pairs[1, :, place].sum(axis=0), shots)
        compare(bits[:, :, b].mean(axis=1), found.pairs[:, 1, place].sum(axis=0), shots)
        both = (bits[:, :, a] & bits[:, :, b]).mean(axis=1)
        compare(both, found.pairs[1, 1, place], shots)


def compare(frequency, probability, shots):
    error = np.sqrt(probability * (1 - probability) / shots)
    assert (np.abs(frequency - probability) < 6.4 * error + 1e-12).all()


def test_twirled_noise_keeps_the_mean_over_random_circuits():
    # The twirl keeps the average decay, not each circuit's: the mean polarization over
    # random circuits must agree. Its standard error comes from the circuits themselves.
    strengths, perfect = strengths_of(TWIRLED_NOISE), strengths_of()
    family = random_family(2, size=1500, depth=2, pairs=((0, 1),))
    bits = clifford_engine.sample_family(family, strengths, 40, np.random.default_rng(8))
    blocks = split(family)
    sign = 1 - 2 * outcome_probabilities(family, perfect, blocks).singles
    detuning = strengths.noise.slow_dephasing * np.tan(
        np.pi * (np.random.default_rng(9).random((1500, 6)) - 0.5)
    )
    exact = 1 - 2 * outcome_probabilities(family, strengths, blocks, detuning=detuning).singles
    sampled = 1 - 2 * bits[:, :, blocks.singles].mean(axis=1).T
    gaps = (sign * (sampled - exact))[np.abs(sign) > 0.5]
    assert gaps.size > 1000
    # 5 standard errors: failure probability 6e-7.
    assert abs(gaps.mean()) < 5 * gaps.std() / np.sqrt(gaps.size)


def test_wide_circuits_without_noise_give_the_outcomes_of_a_ghz_state():
    n, shots = 6, 2000
    first = np.full((1, 1, n), 2, dtype=np.uint8)
    steps = [Pulses(first[:, :, :].copy())]
    for q in range(n - 1):
        after = np.zeros((1, 1, n), dtype=np.uint8)
        after[0, 0, q + 1] = 4  # back from the equator: CZ between quarter turns is a CNOT
        steps += [Pulses(np.zeros((1, 1, n), dtype=np.uint8), ((q, q + 1),)), Pulses(after)]
    family = CircuitFamily(n, 1, tuple(steps))
    assert split(family) is None
    bits = clifford_engine.sample_family(family, strengths_of(), shots, np.random.default_rng(3))
    totals = bits[0].sum(axis=1)
    assert set(totals.tolist()) == {0, n}
    # Binomial(2000, 1/2) beyond 5 standard errors: 6e-7.
    assert abs((totals == n).mean() - 0.5) < 5 * 0.5 / np.sqrt(shots)


def test_openqasm_keeps_every_gate_in_its_place():
    codes = np.array([[[1, 5], [0, 4]]], dtype=np.uint8)
    family = CircuitFamily(2, 1, (Pulses(codes, ((0, 1),)), Delay(1.5e-6)))
    body = openqasm3_text(family, 0).split("\n\n")[1].splitlines()
    assert body == [
        "prx(pi/2, 0) q[0];",
        "prx(pi, 0) q[1];",
        "barrier q;",
        "cz q[0], q[1];",
        "barrier q;",
        "prx(pi/2, 3*pi/2) q[1];",
        "barrier q;",
        "cz q[0], q[1];",
        "barrier q;",
        "delay[1500ns] q;",
        "barrier q;",
        "c = measure q;",
    ]
