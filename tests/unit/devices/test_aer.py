"""qassay's protocols on Aer: an engine that is not ours, held against the answer key."""

import numpy as np
import pytest

pytest.importorskip("qiskit_aer")

from qassay.circuits.family import CircuitFamily, Pulses
from qassay.devices import answer_key
from qassay.devices.aer import noisy_aer
from qassay.devices.catalog import device_of
from qassay.devices.interface import Job
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated.blocks import split
from qassay.devices.simulated.product_engine import outcome_probabilities
from qassay.devices.simulated.strengths import Strengths
from qassay.errors import DeviceFileError, UnsupportedCircuitError
from qassay.protocols.batches import draw_batch, estimate_experiments, score_batches
from qassay.protocols.interface import Experiment
from qassay.protocols.known import PROTOCOLS
from qassay.randomness import root_from_integer

MACHINE = """
[machine]
name = "m5"
platform = "superconducting"
qubits = 5
connectivity = "line"
seed = 5
[durations]
one_qubit_gate = "50 ns"
two_qubit_gate = "200 ns"
readout = "1 us"
[noise]
t1 = {median = "60 us", spread = 0.3}
t2 = "50 us"
one_qubit_error = {median = 2e-2, spread = 0.3}
two_qubit_error = {median = 8e-2, spread = 0.3}
readout_p01 = {median = 0.02, spread = 0.3}
readout_p10 = {median = 0.05, spread = 0.3}
"""
# 5 + 5 + 5 + 2 intervals at 1 - 5e-8: one of them misses the truth with probability 1e-6.
LEVEL = 1 - 5e-8
QUBITS = tuple((q,) for q in range(5))


@pytest.fixture(scope="module")
def machine():
    return read_machine(MACHINE.encode(), "m5.toml")


@pytest.fixture(scope="module")
def device(machine):
    return noisy_aer(machine)


def measured(device, protocol, targets, lengths, circuits):
    experiment = Experiment(
        id=protocol,
        protocol=protocol,
        version=PROTOCOLS[protocol].version,
        targets=targets,
        lengths=lengths,
        block=(2 if len(lengths) == 1 else 1,) * len(lengths),
        rounds=circuits,
        batch=circuits,
    )
    batch = draw_batch(experiment, 0, 5, root_from_integer(1))
    job = Job(id=batch.id, families=batch.families, order=batch.order)
    outcomes = device.collect(device.submit(job)).outcomes
    scored = {protocol: score_batches(experiment, [(batch, outcomes)])}
    return estimate_experiments([experiment], scored, LEVEL)[protocol]


def layer_error(machine, pair):
    """Process infidelity of a quarter turn on both and CZ; fidelities multiply, to 2nd order."""
    two = 1.25 * answer_key.two_qubit_gate_error(machine, [pair]).item()
    one = 1.5 * answer_key.one_qubit_gate_error(machine)[list(pair)]
    return 1 - (1 - two) * np.prod(1 - one)


@pytest.mark.parametrize(
    ("protocol", "targets", "lengths", "circuits"),
    [
        ("readout", QUBITS, (0.0,), 400),
        ("t1", QUBITS, (0.0, 60e-6), 400),
        pytest.param("one_qubit_gates", QUBITS, (1.0, 25.0), 300, marks=pytest.mark.slow),
        ("two_qubit_gates", ((0, 1), (2, 3)), (1.0, 8.0), 150),
    ],
)
def test_protocols_find_the_answer_key(machine, device, protocol, targets, lengths, circuits):
    found = {
        x.quantity: x.estimates for x in measured(device, protocol, targets, lengths, circuits)
    }
    if protocol == "readout":
        quantity, truth = "readout_error", answer_key.readout_errors(machine).mean
        # The half pulse that makes a 1 counts too: half of it in the mean of both directions.
        truth = truth + answer_key.one_qubit_gate_error(machine) / 2
    elif protocol == "t1":
        quantity, truth = "t1", answer_key.t1(machine)
    elif protocol == "one_qubit_gates":
        quantity, truth = "one_qubit_gate_error", answer_key.one_qubit_gate_error(machine)
    else:
        quantity, truth = "layer_error", [layer_error(machine, pair) for pair in targets]
    for estimate, true in zip(found[quantity], truth, strict=True):
        assert estimate.low <= true <= estimate.high
        assert estimate.high < 20 * true  # the interval says something
        # ... and the estimate is where a longer run would put it
        assert abs(np.log(estimate.value / true)) < np.log(4)


def test_aer_and_our_exact_engine_agree_shot_by_shot():
    text = MACHINE + 'one_qubit_overrotation = "0.03 rad"\ntwo_qubit_overrotation = "0.08 rad"\n'
    machine = read_machine(text.encode(), "m5.toml")
    device, shots, size = noisy_aer(machine), 20_000, 6
    generator = np.random.default_rng(1)
    codes = generator.integers(0, 7, (size, 8, 5), dtype=np.uint8)
    family = CircuitFamily(5, size, (Pulses(codes, ((0, 1), (2, 3))),))
    job = Job(id="a", families=(family,), order=np.zeros(size, np.intp), shots=shots)
    result = device.collect(device.submit(job))
    exact = outcome_probabilities(family, Strengths.of(machine, 0.0), split(family))
    for number, (a, b) in enumerate(exact.blocks.pairs.tolist()):
        joint = 2 * result.outcomes[:, :, a] + result.outcomes[:, :, b]
        for state in range(4):
            true = exact.pairs[state >> 1, state & 1, number]
            scatter = np.sqrt(true * (1 - true) / shots)
            # 6 circuits x 2 pairs x 4 states, 6 standard errors: 1e-7
            assert (np.abs((joint == state).mean(axis=1) - true) < 6 * scatter + 1e-4).all()
    assert result.notes == ("canary: X on qubit k turned up in bit k on 5 of 5 qubits",)


def test_the_same_job_gives_the_same_counts(machine):
    codes = np.full((2, 3, 5), 1, dtype=np.uint8)
    family = CircuitFamily(5, 2, (Pulses(codes),))
    order = np.zeros(2, np.intp)
    jobs = [Job(id=name, families=(family,), order=order, shots=40) for name in ("a", "a", "b")]
    first, again, other = (
        (device := noisy_aer(machine)).collect(device.submit(job)).outcomes for job in jobs
    )
    assert (first == again).all()
    assert (first != other).any()


def test_what_does_not_reach_aer_is_said():
    text = MACHINE.replace('t2 = "50 us"', 't2 = "50 us"\nt2_star = "5 us"\ncrosstalk_error = 0.01')
    device = noisy_aer(read_machine(text.encode(), "m5.toml"))
    family = CircuitFamily(5, 1, (Pulses(np.zeros((1, 1, 5), np.uint8)),))
    job = Job(id="a", families=(family,), order=np.zeros(1, np.intp))
    notes = device.collect(device.submit(job)).notes
    assert notes[0] == "approximation: Aer without slow dephasing (T2* is taken as T2), crosstalk"


def test_ideal_aer_is_as_wide_as_stim():
    device = device_of("aer:ideal-60")
    assert device.describe().pairs[-1] == (58, 59)
    assert device.describe().simulator
    codes = np.full((1, 1, 60), 5, dtype=np.uint8)
    family = CircuitFamily(60, 1, (Pulses(codes, tuple((q, q + 30) for q in range(30))),))
    job = Job(id="a", families=(family,), order=np.zeros(1, np.intp), shots=5)
    assert device.collect(device.submit(job)).outcomes.all()


def test_names_that_are_no_aer_device():
    with pytest.raises(UnsupportedCircuitError, match="has 50 qubits, and Aer's exact noise"):
        device_of("aer:prototype-50")
    with pytest.raises(DeviceFileError, match="N from 1 to 1000"):
        device_of("aer:ideal-5000")
    with pytest.raises(DeviceFileError, match="does not exist"):
        device_of("aer:nobody")
