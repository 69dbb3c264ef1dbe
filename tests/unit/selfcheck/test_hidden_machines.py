"""Hidden machines are a function of seed and number, and of the kinds that were asked for."""

import numpy as np
import pytest

from qassay.devices import answer_key
from qassay.devices.machine_file import read_machine
from qassay.selfcheck.drawing import Draws
from qassay.selfcheck.hidden_machines import draw_machine


def drawn(number, seed=1, qubits=6):
    return draw_machine(Draws.of(seed, number), number, qubits, 5e-4)


def test_a_machine_depends_on_seed_and_number_alone():
    many = [drawn(number) for number in (3, 1, 2)]
    assert drawn(1) == many[1]
    assert drawn(1, seed=2) != many[1]
    assert len({machine.text for machine in many}) == 3


def test_draws_do_not_depend_on_the_order_in_which_they_are_asked():
    first, second = Draws.of(5, 9), Draws.of(5, 9)
    a = (first.uniform("a"), first.uniform("b"))
    b = (second.uniform("b"), second.uniform("a"))
    assert a == b[::-1]
    assert first.uniform("a") != first.uniform("c")


@pytest.mark.parametrize("qubits", [4, 5, 6, 9])
def test_every_machine_can_be_read_drift_included(qubits):
    for number in range(60):
        machine = drawn(number, qubits=qubits).drifting(2.0)
        read = read_machine(machine.text.encode(), "hidden.toml")
        assert (read.noise.drift is None) == (machine.traits.drift == "none")
        assert read.description.qubits == qubits


def test_errors_are_as_large_as_drawn_however_coherent():
    # The spread (log-normal, sigma up to 0.4 of an error, 0.8 of a squared angle) is the width.
    for number in range(200):
        machine = drawn(number)
        read = read_machine(machine.text.encode(), "hidden.toml")
        ones = np.median(answer_key.one_qubit_gate_error(read))
        pairs = read.description.pairs
        twos = np.median(answer_key.two_qubit_gate_error(read, pairs))
        assert 0.3 < ones / machine.traits.one_qubit_error < 3.0
        assert 0.3 < twos / machine.traits.two_qubit_error < 3.0


def test_over_rotation_makes_the_share_of_the_error_that_the_traits_tell():
    for number in range(40):
        machine = drawn(number)
        text = "\n".join(
            line if "spread" not in line else line[: line.index(", spread")] + "}"
            for line in machine.text.splitlines()
            if "leakage" not in line
        )
        straight = "\n".join(line for line in text.splitlines() if "overrotation" not in line)
        whole, rest = (read_machine(t.encode(), "hidden.toml") for t in (text, straight))
        for key in (answer_key.one_qubit_gate_error, _first_pair):
            share = 1 - key(rest)[0] / key(whole)[0]
            assert share == pytest.approx(machine.traits.coherent, abs=0.06)


def _first_pair(machine):
    return answer_key.two_qubit_gate_error(machine, machine.description.pairs[:1])


def test_every_kind_of_trouble_is_there_and_absent_often_enough():
    traits = [drawn(number).traits for number in range(400)]
    # Binomial, 400 draws: five standard deviations are 0.13 at a half, 0.09 at an eighth.
    assert np.mean([t.drift != "none" for t in traits]) == pytest.approx(0.5, abs=0.13)
    assert np.mean([t.leakage > 0 for t in traits]) == pytest.approx(1 / 8, abs=0.09)
    assert np.mean([t.coherent == 1.0 for t in traits]) == pytest.approx(0.2, abs=0.11)
    assert np.mean([t.coherent == 0.0 for t in traits]) == pytest.approx(0.4, abs=0.13)
    assert {t.drift for t in traits} == {"none", "sine", "step"}
    assert len({t.connectivity for t in traits}) == 4
    errors = np.log10([t.one_qubit_error for t in traits])
    # Uniform over [log 5e-4, log 1e-2]: quartiles within five standard errors.
    low, high = np.log10(5e-4), -2
    assert np.quantile(errors, 0.5) == pytest.approx((low + high) / 2, abs=0.17)
