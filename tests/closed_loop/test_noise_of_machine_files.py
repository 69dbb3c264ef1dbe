"""Every noise element of a machine file comes back from the protocol that measures it.

The answer key gives the truth; the whole product (plan, run, estimate) gives an interval. Seeds
are fixed; five standard errors for some fifteen elements would fail by chance once in 10^5 seeds,
and the seed here is one that was not chosen for its result.
"""

import numpy as np
import pytest

from qassay import assay
from qassay.circuits.family import CircuitFamily, Pulses
from qassay.circuits.gates import HALF_X
from qassay.devices import answer_key
from qassay.devices.interface import Job
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated.machine import VirtualMachine

HEAD = """
[machine]
name = "m"
platform = "trapped-ion"
qubits = 6
connectivity = "all-to-all"
seed = 3
[durations]
one_qubit_gate = "10 us"
two_qubit_gate = "200 us"
readout = "300 us"
[noise]
"""
PAIRS = [(0, 1), (2, 3), (4, 5)]


def machine_of(noise):
    return read_machine((HEAD + noise).encode(), "m.toml")


def readout_zero(machine):
    return answer_key.preparation_and_readout_errors(machine).p01


def readout_one(machine):
    return answer_key.preparation_and_readout_errors(machine).p10


def far_pair(machine):
    return answer_key.two_qubit_gate_error(machine, [(0, 5)])


def pairs(machine):
    return answer_key.two_qubit_gate_error(machine, PAIRS, PAIRS)


GATE = 'convention = "average_gate_infidelity"'
# Noise; metric; what the sheet adds; the truth; what it would be without the element.
ELEMENTS = {
    "T1": ('t1 = "50 ms"', "t1", "", answer_key.t1, None),
    "T2": ('t1 = "1 s"\nt2 = "30 ms"', "t2_echo", "", answer_key.t2_echo, None),
    "slow detuning": (
        't1 = "1 s"\nt2 = "200 ms"\nt2_star = "20 ms"',
        "t2_star",
        "",
        answer_key.t2_star,
        None,
    ),
    "depolarizing pulses": (
        "one_qubit_error = 2e-3",
        "one_qubit_gate_error",
        GATE,
        answer_key.one_qubit_gate_error,
        0,
    ),
    "coherent pulses": (
        'one_qubit_overrotation = "0.1 rad"',
        "one_qubit_gate_error",
        GATE,
        answer_key.one_qubit_gate_error,
        0,
    ),
    "depolarizing gates": ("two_qubit_error = 0.01", "two_qubit_gate_error", GATE, pairs, 0),
    "coherent gates": (
        'two_qubit_overrotation = "0.15 rad"',
        "two_qubit_gate_error",
        GATE,
        pairs,
        0,
    ),
    "crosstalk": (
        "two_qubit_error = 0.005\ncrosstalk_error = 0.01",
        "two_qubit_gate_error",
        GATE,
        pairs,
        0.005,
    ),
    "leakage": (
        "two_qubit_error = 0.005\nleakage = 0.01",
        "two_qubit_gate_error",
        GATE,
        pairs,
        0.005,
    ),
    "heating": (
        "two_qubit_error = 0.005\nheating_error = 4e-3",
        "two_qubit_gate_error",
        f"{GATE}\nscope = {{pairs = [[0, 5]]}}",
        far_pair,
        0.005,
    ),
    "readout of 0": ("readout_p01 = 0.02", "readout_error_0", "", readout_zero, None),
    "readout of 1": ("readout_p10 = 0.03", "readout_error_1", "", readout_one, None),
    "preparation": ("preparation_error = 0.02", "readout_error_0", "", readout_zero, 0),
    "atom loss": (
        "readout_p01 = 0.005\natom_loss = 0.02",
        "readout_error_0",
        "",
        readout_zero,
        0.005,
    ),
    "correlated readout": (
        "readout_p10 = 0.01\ncorrelated_readout = 0.05",
        "readout_error_1",
        "",
        readout_one,
        0.01,
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", ELEMENTS)
def test_it_comes_back_within_its_interval(name, tmp_path):
    noise, metric, more, truth_of, without = ELEMENTS[name]
    machine = machine_of(noise)
    truth = float(np.mean(truth_of(machine)))
    relation = "at least" if metric.startswith("t") and "two" not in metric else "at most"
    # Between a claim and its limit little settles early, and the interval becomes narrow.
    between = 1.12  # about the root of the smallest tolerance
    value = f'"{truth * between:.6g} s"' if relation == "at least" else f"{truth / between:.6g}"
    sheet = tmp_path / "sheet.toml"
    sheet.write_text(
        f'[sheet]\ntitle = "t"\nvendor = "v"\nmachine = "m"\n[[claim]]\nid = "c"\n'
        f'metric = "{metric}"\nrelation = "{relation}"\nvalue = {value}\nstatistic = "mean"\n'
        f"{more}\n"
    )
    result = assay.run(str(sheet), VirtualMachine(machine), out=str(tmp_path / "out"), seed=11)
    (verdict,) = result.verdicts
    found = verdict.estimate
    error = (found.high - found.low) / (2 * 1.96)
    assert abs(found.value - truth) < 5 * error, (found, truth)
    if without is not None:  # without the element another value would be as far away
        assert abs(found.value - without) > 3 * error, (found, truth)


def ones(device, start):
    codes = np.full((1, 1, 6), HALF_X, dtype=np.uint8)
    job = Job(
        id=f"at {start}",
        families=(CircuitFamily(6, 1, (Pulses(codes),)),),
        order=np.zeros(1, np.intp),
        shots=4000,
        start_seconds=start,
    )
    return device.collect(device.submit(job)).outcomes[0]


def test_jumps_come_and_go_between_batches():
    machine = machine_of(
        'readout_p10 = 0.02\ndrift = {kind = "jumps", amplitude = 4, period = "60 s", chance = 0.3,'
        ' of = "readout"}'
    )
    device = VirtualMachine(machine)
    factors = [machine.noise.drift.factor(60.0 * k + 30) for k in range(400)]
    assert set(factors) == {1.0, 5.0}
    # Binomial(400, 0.3) beyond 5 standard errors: 6e-7.
    assert abs(factors.count(5.0) / 400 - 0.3) < 5 * np.sqrt(0.3 * 0.7 / 400)
    assert factors == [machine.noise.drift.factor(60.0 * k + 59) for k in range(400)]
    for factor in (1.0, 5.0):
        lost = 1 - ones(device, 60.0 * factors.index(factor)).mean()
        error = 0.02 * factor
        assert abs(lost - error) < 5 * np.sqrt(error / 24_000)


def test_a_correlated_readout_is_correlated():
    device = VirtualMachine(machine_of("correlated_readout = [0.05, 0, 0, 0, 0, 0]"))
    bits = 1 - ones(device, 0.0)
    assert (bits[:, 0] == bits[:, 1]).all()
    assert not bits[:, 2:].any()
    assert abs(bits[:, 0].mean() - 0.05) < 5 * np.sqrt(0.05 / 4000)


def test_dead_qubits_stay_in_0_and_spare_their_partners():
    device = VirtualMachine(machine_of("dead_qubits = [2]\ntwo_qubit_error = 0.5"))
    assert ones(device, 0.0).mean(axis=0).tolist() == [1, 1, 0, 1, 1, 1]
    codes = np.zeros((1, 1, 6), dtype=np.uint8)
    family = CircuitFamily(6, 1, (Pulses(codes, ((2, 3),)),))
    job = Job(id="a", families=(family,), order=np.zeros(1, np.intp), shots=500)
    assert not device.collect(device.submit(job)).outcomes.any()
