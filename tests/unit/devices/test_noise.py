"""Formulas of the noise model that need no engine."""

import numpy as np
import pytest

from qassay.devices.machine_file import read_machine
from qassay.devices.noise import Drift

TEXT = """
[machine]
name = "m"
qubits = 2
[durations]
one_qubit_gate = "1 ms"
two_qubit_gate = "2 ms"
[noise]
t2 = "1 s"
one_qubit_error = 0.01
two_qubit_error = 0.05
readout_p01 = 0.02
crosstalk_error = 0.01
drift = {{kind = "step", amplitude = {amplitude}, period = "10 s", of = {of}}}
"""


def machine_of(amplitude, of='"gate errors"'):
    return read_machine(TEXT.format(amplitude=amplitude, of=of).encode(), "m.toml")


@pytest.mark.parametrize(
    ("kind", "seconds", "factor"),
    [
        ("sine", 15.0, 1.2),
        ("sine", 45.0, 0.8),
        ("step", 59.0, 1.0),
        ("step", 60.0, 1.2),
        ("linear", 30.0, 1.1),
        ("linear", 120.0, 1.4),
    ],
)
def test_drift_factors(kind, seconds, factor):
    drift = Drift(kind=kind, amplitude=0.2, period=60.0)
    assert drift.factor(seconds) == pytest.approx(factor)


def test_a_factor_is_never_negative():
    assert Drift(kind="linear", amplitude=-1.0, period=1.0).factor(5.0) == 0.0


def test_drift_spares_what_coherence_costs():
    machine = machine_of(-1.0)
    drifted = machine.noise_at(10.0)
    assert drifted.one_qubit_error == pytest.approx([1e-3 / 3] * 2, rel=1e-3)
    assert drifted.crosstalk_error.tolist() == [0.0]
    assert drifted.readout_p01.tolist() == [0.02] * 2
    assert machine.noise_at(9.0).one_qubit_error.tolist() == [0.01] * 2


def test_drift_stops_at_the_worst_channel():
    drifted = machine_of(900.0).noise_at(10.0)
    assert drifted.one_qubit_error.tolist() == [0.5] * 2
    assert drifted.two_qubit_error.tolist() == [0.75]


def test_readout_drifts_where_asked():
    drifted = machine_of(0.5, '"readout"').noise_at(10.0)
    assert drifted.readout_p01 == pytest.approx([0.03] * 2)
    assert drifted.one_qubit_error.tolist() == [0.01] * 2
    both = machine_of(0.5, '["readout", "gate errors"]').noise_at(10.0)
    assert both.readout_p01 == pytest.approx([0.03] * 2)
    assert both.one_qubit_error[0] > 0.0145


def test_slow_dephasing_is_the_difference_of_rates():
    text = '[machine]\nname = "m"\nqubits = 1\n[noise]\nt2 = "4 s"\nt2_star = "1 s"'
    noise = read_machine(text.encode(), "m.toml").noise
    assert noise.slow_dephasing == pytest.approx([0.75])
    assert not np.isnan(noise.slow_dephasing).any()
