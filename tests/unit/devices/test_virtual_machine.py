"""The virtual machine behind describe, submit and collect."""

import pickle
import subprocess
import sys

import numpy as np
import pytest

from qassay.circuits.family import CircuitFamily, Delay, Pulses
from qassay.devices.catalog import device_of
from qassay.devices.interface import Job
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated.blocks import split
from qassay.devices.simulated.engine_choice import choose
from qassay.devices.simulated.lone_pairs import lone_pairs
from qassay.devices.simulated.machine import VirtualMachine
from qassay.devices.simulated.product_engine import pair_probabilities
from qassay.devices.simulated.single_blocks import (
    probability_of_one,
    probability_of_one_at_rest,
    rests,
)
from qassay.devices.simulated.strengths import Strengths
from qassay.errors import JobLostError, UnsupportedCircuitError


def machine_of(noise="", qubits=6, connectivity="line"):
    text = f"""
        [machine]
        name = "m"
        qubits = {qubits}
        connectivity = "{connectivity}"
        [durations]
        one_qubit_gate = "1 ms"
        two_qubit_gate = "20 ms"
        readout = "300 ms"
        shot_overhead = "4 s"
        [noise]
        {noise}
    """
    return VirtualMachine(read_machine(text.encode(), "m.toml"))


def pulses(size, qubits, code=1, pairs=(), depth=1, active=None):
    return Pulses(np.full((size, depth, qubits), code, dtype=np.uint8), pairs, active)


def job_of(*families, id="j", shots=1, order=None, start=0.0):
    if order is None:
        order = np.repeat(np.arange(len(families)), [family.size for family in families])
    return Job(id=id, families=families, order=order, shots=shots, start_seconds=start)


def run(device, job):
    return device.collect(device.submit(job))


def test_qubit_q_is_column_q():
    codes = np.zeros((1, 1, 6), dtype=np.uint8)
    codes[0, 0, 4] = 5
    family = CircuitFamily(6, 1, (Pulses(codes, ((0, 1), (2, 3))),))
    outcomes = run(machine_of(), job_of(family, shots=3)).outcomes
    assert outcomes.dtype == np.uint8
    assert outcomes.tolist() == [[[0, 0, 0, 0, 1, 0]] * 3]


def test_circuits_come_back_in_the_order_of_execution():
    flips = np.array([[0, 5], [5, 0]], dtype=np.uint8)[:, None, :]
    first = CircuitFamily(2, 2, (Pulses(flips),))
    second = CircuitFamily(2, 1, (pulses(1, 2, 6),))
    job = job_of(first, second, order=np.array([0, 1, 0]))
    assert run(machine_of(), job).outcomes[:, 0].tolist() == [[0, 1], [1, 1], [1, 0]]


def test_the_same_job_gives_the_same_counts_in_another_process():
    text = (
        "import numpy as np;"
        "from qassay.circuits.family import *;"
        "from qassay.devices.catalog import device_of;"
        "from qassay.devices.interface import Job;"
        "r = np.random.default_rng(1);"
        "c = r.integers(0, 7, (20, 30, 50), dtype=np.uint8);"
        "f = CircuitFamily(50, 20, (Pulses(c, ((0, 1), (2, 3))), Delay(0.2)));"
        "d = device_of('virtual:prototype-50');"
        "j = Job(id='batch-1', families=(f,), order=np.zeros(20, dtype=np.intp), shots=2);"
        "o = d.collect(d.submit(j)).outcomes;"
        "print(o.sum(), ''.join(map(str, o[3, 1])))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", text], capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    }
    assert len(said) == 1
    assert len(said.pop().split()[1]) == 50


def test_counts_depend_on_the_id_of_the_job():
    device = machine_of()
    family = CircuitFamily(6, 50, (pulses(50, 6),))
    first = run(device, job_of(family, id="a")).outcomes
    assert (first == run(device, job_of(family, id="a")).outcomes).all()
    assert (first != run(device, job_of(family, id="b")).outcomes).any()


def test_a_lost_job_is_named_and_can_be_sent_again():
    device = machine_of()
    with pytest.raises(JobLostError, match="send the job again"):
        device.collect("j")
    job = job_of(CircuitFamily(6, 1, (pulses(1, 6),)))
    assert run(device, job).job_id == "j"
    assert device.collect("j").outcomes.shape == (1, 1, 6)


def test_device_time_counts_layers_delays_readout_and_overhead():
    single = CircuitFamily(6, 3, (pulses(3, 6, depth=2), Delay(0.5)))
    pair = CircuitFamily(6, 2, (pulses(2, 6, depth=3, pairs=((0, 1),)),))
    result = run(machine_of(), job_of(single, pair, shots=2))
    assert result.seconds == pytest.approx(3 * 2 * (4.3 + 0.002 + 0.5) + 2 * 2 * (4.3 + 0.063))


def test_an_echo_brings_back_what_slow_dephasing_took():
    # Every shot, whatever its detuning, refocuses: P(1) = (1 + exp(-t/T2)) / 2 is 1 to 1e-9.
    device = machine_of('t2 = "1e9 s"\nt2_star = "10 ms"')
    quarter, half = pulses(400, 6, 1), pulses(400, 6, 5)
    wait = Delay(0.5)
    echo = CircuitFamily(6, 400, (quarter, wait, half, wait, quarter))
    assert not run(device, job_of(echo)).outcomes.any()
    ramsey = CircuitFamily(6, 400, (quarter, wait, quarter))
    # Without the echo nothing is left: 2400 bits, mean 1/2, 5 standard errors (6e-7).
    mean = run(device, job_of(ramsey)).outcomes.mean()
    assert abs(mean - 0.5) < 5 * 0.5 / np.sqrt(2400)


@pytest.mark.parametrize("shots", [1, 500])
def test_a_ramsey_signal_falls_with_t2_star(shots):
    # e^{-t/T2*}, shot by shot: 60,000 bits, 5 standard errors (failure probability 6e-7).
    device = machine_of('t2 = "30 ms"\nt2_star = "10 ms"')
    size = 10_000 // shots
    quarter = pulses(size, 6, 1)
    family = CircuitFamily(6, size, (quarter, Delay(0.008), quarter))
    mean = run(device, job_of(family, shots=shots)).outcomes.mean()
    # The first pulse loses coherence for its millisecond, the second ends along z.
    expected = (1 + np.exp(-1 / 30 - 0.8)) / 2
    assert abs(mean - expected) < 5 * np.sqrt(expected * (1 - expected) / 60_000)


def test_a_narrow_family_uses_the_first_qubits():
    family = CircuitFamily(2, 1, (pulses(1, 2, 5),))
    assert run(machine_of(), job_of(family)).outcomes.shape == (1, 1, 2)


def chain_of(qubits, size=2):
    """One block of all qubits."""
    return CircuitFamily(
        qubits, size, tuple(pulses(size, qubits, 1, ((q, q + 1),)) for q in range(qubits - 1))
    )


def line_of(qubits, noise):
    text = f'[machine]\nname = "m"\nqubits = {qubits}\nconnectivity = "line"\n[noise]\n{noise}\n'
    return VirtualMachine(read_machine(text.encode(), "m.toml"))


def test_wide_circuits_are_flagged_where_twirling_changes_something():
    noise = 't1 = "1 s"\none_qubit_overrotation = "0.01 rad"'
    (note,) = run(line_of(9, noise), job_of(chain_of(9))).notes
    assert note.startswith("approximation: pauli-twirl (relaxation, over-rotation); coherent")
    assert "2 to 5 times" in note
    assert run(line_of(9, "one_qubit_error = 0.01"), job_of(chain_of(9))).notes == ()


def test_coherent_machines_are_exact_to_eight_qubits():
    noise = 't1 = "1 s"\none_qubit_overrotation = "0.1 rad"'
    assert run(line_of(8, noise), job_of(chain_of(8))).notes == ()
    assert choose(chain_of(8), line_of(8, noise).machine).engine == "exact"
    # Too much work for whole Pauli vectors: stim, and said.
    assert choose(chain_of(8, 2000), line_of(8, noise).machine).engine == "clifford"


def test_leakage_reaches_wide_families():
    device = line_of(9, "leakage = 0.3")
    assert choose(chain_of(9), device.machine).engine == "leaking"
    still = CircuitFamily(
        9, 1, tuple(Pulses(np.zeros((1, 1, 9), dtype=np.uint8), ((q, q + 1),)) for q in range(8))
    )
    found = run(device, job_of(still, shots=4000)).outcomes[0].mean(axis=0)
    # All stay in 0 but those that leave: qubit 0 with 0.15, qubit 1 with that of (0, 1), or of
    # (1, 2) if nobody left before; 5 standard errors of 4,000 shots.
    gone = [0.15, 0.15 + 0.7 * 0.15]
    assert found[:2] == pytest.approx(gone, abs=5 * np.sqrt(0.25 / 4000))


def test_a_mask_that_never_closes_makes_no_block():
    never = np.zeros((2, 1), dtype=bool)
    chain = (pulses(2, 6, 1, ((0, 1),)), pulses(2, 6, 1, ((1, 2),), active=never))
    assert choose(CircuitFamily(6, 2, chain), machine_of().machine).engine == "product"


def refused(device, job):
    with pytest.raises(UnsupportedCircuitError) as caught:
        device.submit(job)
    return str(caught.value)


def test_what_no_engine_can_do_is_refused():
    far = CircuitFamily(6, 1, (pulses(1, 6, 1, ((0, 2),)),))
    assert "no coupling between qubits 0 and 2" in refused(machine_of(), job_of(far))
    wide = CircuitFamily(7, 1, (pulses(1, 7),))
    assert "does not fit" in refused(machine_of(), job_of(wide))


def test_jobs_that_do_not_add_up_are_refused():
    family, other = CircuitFamily(6, 2, (pulses(2, 6),)), CircuitFamily(2, 2, (pulses(2, 2),))
    device = machine_of()
    assert "in one job" in refused(device, job_of(family, other))
    assert "0 shots" in refused(device, job_of(family, shots=0))
    assert "once" in refused(device, job_of(family, order=np.array([0])))
    assert "once" in refused(device, job_of(family, order=np.array([0, 0, 1])))
    assert "once" in refused(device, job_of(family, order=np.array([0, -1])))


def test_a_machine_travels_to_another_process():
    device = pickle.loads(pickle.dumps(device_of("virtual:prototype-50")))  # noqa: S301
    family = CircuitFamily(50, 3, (pulses(3, 50),))
    first = run(device, job_of(family)).outcomes
    assert (first == run(device_of("virtual:prototype-50"), job_of(family)).outcomes).all()


def test_drift_follows_the_start_of_the_job():
    noise = 'drift = {kind = "step", amplitude = 4, period = "1 h", of = "readout"}\n'
    device = machine_of(noise + "readout_p01 = 0.2")
    family = CircuitFamily(6, 1, (pulses(1, 6, 0),))
    assert run(device, job_of(family, shots=50)).outcomes.mean() < 0.5
    assert run(device, job_of(family, shots=50, start=3600.0)).outcomes.all()


def test_memory_of_many_shots_stays_bounded():
    family = CircuitFamily(6, 2, (pulses(2, 6, 5),))
    outcomes = run(machine_of(), job_of(family, shots=400_000)).outcomes
    assert outcomes.shape == (2, 400_000, 6)
    assert outcomes.all()


def test_open_device_gives_a_virtual_machine():
    assert isinstance(device_of("virtual:perfect-50"), VirtualMachine)


def lone_families(size=5, depth=7, qubits=8, active=False, seed=1):
    """Families of one pair each, all others at rest, as where crosstalk is measured."""
    rng = np.random.default_rng(seed)
    for pair in ((0, 1), (2, 3), (6, 5)):
        codes = np.zeros((size, depth, qubits), dtype=np.uint8)
        codes[:, :, list(pair)] = rng.integers(0, 7, (size, depth, 2))
        mask = rng.random((size, 1)) < 0.5 if active else None
        yield CircuitFamily(qubits, size, (Pulses(codes, (pair,), mask), pulses(size, qubits, 0)))


NOISY = """
    t1 = "1 s"
    t2 = "800 ms"
    one_qubit_error = 1e-2
    two_qubit_error = 5e-2
    two_qubit_overrotation = "0.1 rad"
    crosstalk_error = 3e-2
    preparation_error = 0.02
    readout_p01 = 0.01
"""


@pytest.mark.parametrize("active", [False, True])
def test_lone_pairs_side_by_side_are_what_each_is_by_itself(active):
    machine = machine_of(NOISY, qubits=8).machine
    strengths = Strengths.of(machine, 0.0)
    families = list(lone_families(active=active))
    blocks = [split(family) for family in families]
    found = lone_pairs(families, blocks, strengths)
    assert sorted(found) == [0, 1, 2]
    for number, (family, block) in enumerate(zip(families, blocks, strict=True)):
        alone = pair_probabilities(family, strengths, block.pairs, np.arange(family.size))
        np.testing.assert_array_equal(found[number], alone)


def test_what_is_no_lone_pair_or_of_another_course_goes_by_itself():
    strengths = Strengths.of(machine_of(qubits=8).machine, 0.0)
    one, two, three = lone_families()
    (other, *_) = lone_families(depth=3, seed=2)
    both = CircuitFamily(8, 5, (Pulses(one.elements[0].codes, ((0, 1), (6, 7))),))
    waits = CircuitFamily(8, 5, (*three.elements, Delay(0.1)))
    families = [one, other, both, waits, two, one]  # the same pair twice does not go together
    found = lone_pairs(families, [split(family) for family in families], strengths)
    assert sorted(found) == [0, 4]


def test_a_qubit_at_rest_is_read_as_if_it_had_been_followed():
    """Exactly, through pulses of others, their entanglers, and delays."""
    strengths = Strengths.of(machine_of(NOISY, qubits=8).machine, 0.0)
    (family, *_) = lone_families()
    family = CircuitFamily(8, 5, (*family.elements, Delay(0.3)))
    singles = split(family).singles
    assert rests(family, singles).all()
    assert not rests(family, np.array([0, 1])).any()
    followed = probability_of_one(family, strengths, singles, np.arange(5), None)
    resting = probability_of_one_at_rest(family, strengths, singles)
    np.testing.assert_array_equal(np.broadcast_to(resting, followed.shape), followed)
