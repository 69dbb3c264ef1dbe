"""Jobs that hold circuits with free angles, alone and beside families."""

import numpy as np
import pytest

from qassay.circuits.circuit import Circuit, Gate
from qassay.circuits.family import CircuitFamily, Pulses
from qassay.circuits.gates import HALF_X
from qassay.devices.interface import Job
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated.machine import VirtualMachine
from qassay.errors import UnsupportedCircuitError


def machine_of(noise="", qubits=4):
    text = f'[machine]\nname = "m"\nqubits = {qubits}\n[noise]\n{noise}\n'
    return VirtualMachine(read_machine(text.encode(), "m.toml"))


def flips(bits):
    """A circuit that reads these bits."""
    gates = [Gate("prx", (q,), np.pi) for q, bit in enumerate(bits) if bit]
    return Circuit(len(bits), tuple(gates))


def run(device, *families, shots=3, order=None):
    if order is None:
        order = np.repeat(np.arange(len(families)), [x.size for x in families])
    job = Job(id="j", families=families, order=np.array(order, dtype=np.intp), shots=shots)
    return device.collect(device.submit(job))


def test_circuits_and_families_share_a_job_in_the_order_of_execution():
    codes = np.array([[[0, HALF_X, 0, 0]], [[0, 0, HALF_X, 0]]], dtype=np.uint8)
    family = CircuitFamily(4, 2, (Pulses(codes),))
    result = run(machine_of(), flips([1, 0, 0, 0]), family, flips([0, 0, 0, 1]), order=[1, 2, 0, 1])
    read = ["".join(map(str, row)) for row in result.outcomes[:, 0]]
    assert read == ["0100", "0001", "1000", "0010"]
    assert (result.outcomes == result.outcomes[:, :1]).all()


def test_the_same_job_has_the_same_counts_and_another_circuit_others():
    turn = [Circuit(4, (Gate("prx", (0,), angle),)) for angle in (1.5, 1.6)]
    one, again, other = (run(machine_of(), c, shots=200).outcomes for c in (turn[0], *turn))
    assert (one == again).all()
    assert (one != other).any()


def test_device_time_is_that_of_the_longest_path():
    text = """
    [machine]
    name = "m"
    qubits = 4
    [durations]
    one_qubit_gate = "1 us"
    two_qubit_gate = "10 us"
    readout = "100 us"
    """
    device = VirtualMachine(read_machine(text.encode(), "m.toml"))
    circuit = Circuit(4, (Gate("prx", (0,), 1.0), Gate("zz", (0, 1), 1.0), Gate("cz", (2, 3))))
    # A pulse; then pulse, CZ, pulse, CZ, pulse on qubit 1, whose first pulse runs beside it.
    assert run(device, circuit, shots=2).seconds == pytest.approx(2 * 123e-6)


def test_circuits_that_do_not_fit_are_refused():
    with pytest.raises(UnsupportedCircuitError, match="does not fit"):
        run(machine_of(), flips([1] * 5))
    line = '[machine]\nname = "m"\nqubits = 3\nconnectivity = "line"\n'
    device = VirtualMachine(read_machine(line.encode(), "m.toml"))
    with pytest.raises(UnsupportedCircuitError, match="0 and 2"):
        run(device, Circuit(3, (Gate("cz", (2, 0)),)))
