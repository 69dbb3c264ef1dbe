"""Decay over long random sequences, simulated exactly, against the answer key."""

import numpy as np
import pytest

from qassay.circuits.family import CircuitFamily, Delay, Pulses
from qassay.devices import answer_key
from qassay.devices.catalog import load_machine
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated.blocks import split
from qassay.devices.simulated.product_engine import outcome_probabilities
from qassay.devices.simulated.strengths import Strengths

SEQUENCES = 1500


def machine_of(noise, qubits=8):
    text = f"""
        [machine]
        name = "m"
        qubits = {qubits}
        connectivity = "line"
        seed = 5
        [durations]
        one_qubit_gate = "10 us"
        two_qubit_gate = "200 us"
        [noise]
        {noise}
    """
    return read_machine(text.encode(), "m.toml")


def polarization(machine, family):
    """Mean over circuits of noisy times ideal expectation, over ideal squared, per block."""
    blocks = split(family)
    perfect = machine_of("", machine.description.qubits)
    values = [
        outcome_probabilities(family, Strengths.of(m, 0.0), blocks) for m in (machine, perfect)
    ]
    sign = np.array([1.0, -1.0])
    if len(blocks.pairs):
        axes = (np.ones(2), sign)
        found = [
            np.stack(
                [
                    np.einsum("a,b,abpr->pr", first, second, v.pairs)
                    for first in axes
                    for second in axes
                    if first is sign or second is sign
                ]
            )
            for v in values
        ]
        noisy, ideal = (f.transpose(1, 0, 2).reshape(f.shape[1], -1) for f in found)
    else:
        noisy, ideal = (1 - 2 * v.singles for v in values)
    return (noisy * ideal).sum(axis=1) / (ideal**2).sum(axis=1)


def decay(machine, lengths, qubits, pairs=()):
    """Polarization lost per layer, from two lengths, shape (blocks,)."""
    found = []
    for length in lengths:
        rng = np.random.default_rng(length)
        codes = rng.integers(1, 5, (SEQUENCES, length, qubits), dtype=np.uint8)
        found.append(
            polarization(machine, CircuitFamily(qubits, SEQUENCES, (Pulses(codes, pairs),)))
        )
    return np.exp(np.log(found[1] / found[0]) / (lengths[1] - lengths[0]))


NOISE = {
    "depolarizing": "one_qubit_error = 2e-3\ntwo_qubit_error = 0.02",
    "relaxation": 't1 = "5 ms"\nt2 = "4 ms"',
    "over-rotation": 'one_qubit_overrotation = "0.06 rad"\ntwo_qubit_overrotation = "0.1 rad"',
    "mixed": (
        't1 = "30 ms"\nt2 = "20 ms"\none_qubit_error = 1e-3\ntwo_qubit_error = 0.02\n'
        'one_qubit_overrotation = "0.04 rad"\ntwo_qubit_overrotation = "0.1 rad"\n'
        "crosstalk_error = 5e-3"
    ),
}


@pytest.mark.parametrize("noise", NOISE)
def test_one_qubit_sequences_decay_with_the_answer(noise):
    machine = machine_of(NOISE[noise])
    wanted = answer_key.one_qubit_gate_error(machine)
    length = int(0.5 / wanted.mean())
    found = (1 - decay(machine, (length // 8, length), 8)) / 2
    # Exact probabilities; what is left is the scatter of the sequences, largest where
    # errors are coherent, averaged over eight equal qubits.
    assert found.mean() == pytest.approx(wanted.mean(), rel=0.04)


@pytest.mark.parametrize("noise", NOISE)
def test_layers_on_pairs_decay_with_the_answer(noise):
    machine = machine_of(NOISE[noise])
    pairs = ((0, 1), (2, 3), (4, 5), (6, 7))
    gates = 1 - 1.25 * answer_key.two_qubit_gate_error(machine, pairs, pairs)
    sides = 1 - 1.5 * answer_key.one_qubit_gate_error(machine)
    process = gates * sides[0::2] * sides[1::2]  # process fidelity of a layer, to first order
    wanted = (1 - process) * 16 / 15  # 1 - polarization of a layer
    length = max(16, int(0.8 / wanted.mean()))
    found = 1 - decay(machine, (max(4, length // 8), length), 8, pairs)
    assert found.mean() == pytest.approx(wanted.mean(), rel=0.05)


def test_waiting_decays_with_the_times_of_the_answer():
    machine = load_machine("virtual:prototype-50")
    strengths = Strengths.of(machine, 0.0)
    noise = machine.noise
    rises, falls = noise.readout_p01, noise.readout_p10

    def expectation(*elements):
        family = CircuitFamily(50, 1, elements)
        found = outcome_probabilities(family, strengths, split(family)).singles[:, 0]
        return 1 - 2 * (found - rises) / (1 - rises - falls)

    def pulse(code):
        return Pulses(np.full((1, 1, 50), code, dtype=np.uint8))

    for seconds in (0.1, 0.8):
        signal = 1 - expectation(pulse(5), Delay(seconds))
        start = 1 - expectation(pulse(5))
        wanted = np.exp(-seconds / answer_key.t1(machine))
        assert signal / start == pytest.approx(wanted, rel=1e-12)
        # No detuning is given, so both delays lose coherence with the T2 of the echo.
        halves = (Delay(seconds / 2), pulse(5), Delay(seconds / 2))
        echo = expectation(pulse(1), *halves, pulse(1))
        still = expectation(pulse(1), Delay(0.0), pulse(5), Delay(0.0), pulse(1))
        wanted = np.exp(-seconds / answer_key.t2_echo(machine))
        assert echo / still == pytest.approx(wanted, rel=1e-3)
    rate = noise.slow_dephasing + 1 / answer_key.t2_echo(machine)
    assert 1 / rate == pytest.approx(answer_key.t2_star(machine))


def test_readout_as_a_protocol_sees_it():
    machine = machine_of("readout_p01 = 0.02\nreadout_p10 = 0.06\npreparation_error = 0.03")
    seen, alone = (
        answer_key.preparation_and_readout_errors(machine),
        answer_key.readout_errors(machine),
    )
    assert alone.mean.tolist() == pytest.approx([0.04] * 8)
    strengths = Strengths.of(machine, 0.0)
    for code, wanted in ((0, seen.p01), (5, 1 - seen.p10)):
        family = CircuitFamily(8, 1, (Pulses(np.full((1, 1, 8), code, dtype=np.uint8)),))
        found = outcome_probabilities(family, strengths, split(family)).singles[:, 0]
        assert found == pytest.approx(wanted, abs=1e-12)


def test_crosstalk_and_leakage_are_told():
    machine = machine_of("crosstalk_error = 0.01\nleakage = 0.002")
    assert answer_key.crosstalk(machine, [(0, 1)]).tolist() == [0.01]
    assert answer_key.leakage(machine, [(1, 0)]).tolist() == [0.002]
    together = answer_key.two_qubit_gate_error(machine, [(2, 3)], [(0, 1), (2, 3), (4, 5), (6, 7)])
    assert together == pytest.approx(1 - (1 - 0.02) * 0.998)
