"""A swap as a change of names: every trajectory ends in the state that its nine gates give."""

import math

import numpy as np
import pytest

from qassay.applications.ramp import swap_gates
from qassay.circuits.circuit import Circuit, Gate
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated import trajectories
from qassay.devices.simulated.gate_errors import GateErrors
from qassay.devices.simulated.schedule import schedule
from qassay.devices.simulated.state_vectors import StateVectors
from qassay.devices.simulated.strengths import Strengths
from qassay.devices.simulated.swaps import LENGTH, swap_at
from qassay.devices.simulated.trajectories import draw_trajectories

MACHINE = b"""
[machine]
name = "m"
qubits = 5
[durations]
one_qubit_gate = "20 ns"
two_qubit_gate = "60 ns"
[noise]
t1 = "3 us"
t2 = "2 us"
one_qubit_error = 0.05
two_qubit_error = 0.15
preparation_error = 0.05
"""


def routed(seed, qubits=5, steps=12):
    generator = np.random.default_rng(seed)
    gates = [Gate("prx", (q,), *generator.uniform(0.3, 3, 2)) for q in range(qubits)]
    for _ in range(steps):
        a, b = (int(q) for q in generator.permutation(qubits)[:2])
        kind = generator.choice(["swap", "zz", "rz", "prx"])
        if kind == "swap":
            gates += swap_gates(a, b)
        elif kind == "zz":
            gates.append(Gate("zz", (a, b), float(generator.uniform(-2, 2))))
        elif kind == "rz":
            gates.append(Gate("rz", (a,), float(generator.uniform(-2, 2))))
        else:
            gates.append(Gate("prx", (a,), *generator.uniform(0.3, 3, 2)))
    gates += [Gate("prx", (q,), *generator.uniform(0.3, 3, 2)) for q in range(qubits)]
    return Circuit(qubits, tuple(gates))


def errors_of(machine):
    return GateErrors.of(Strengths.of(machine, 0.0))


def chances(drawn, qubits):
    """Give the chance of every string of each draw, bit q of the index being qubit q."""
    states = StateVectors(drawn.layers)
    found = []
    for number in drawn.of_draw:
        tensor = np.abs(states.after_last_gates(int(number)).astype(np.complex128)) ** 2
        axes = tensor.reshape((2,) * qubits).transpose(range(qubits)[::-1])  # axis k is state k
        found.append(axes.transpose(drawn.ends).reshape(-1))
    return np.array(found)


@pytest.mark.parametrize("seed", range(8))
def test_every_trajectory_is_that_of_the_gates_one_by_one(seed, monkeypatch):
    machine = read_machine(MACHINE, "m.toml")
    circuit = routed(seed)
    timed = schedule(circuit, machine)
    qubits = tuple(range(circuit.qubits))
    both = []
    for seen in (True, False):
        monkeypatch.setattr(trajectories, "swapping", lambda _, seen=seen: seen)
        drawn = draw_trajectories(
            qubits, timed, errors_of(machine), 40, np.random.default_rng(seed)
        )
        both.append((len(drawn.layers), chances(drawn, circuit.qubits)))
    (few, ours), (many, theirs) = both
    assert few < many  # the swaps are no layers any more
    assert np.abs(ours - theirs).max() < 1e-5


def test_what_is_no_swap_is_none():
    gates = swap_gates(0, 1)
    timed = schedule(Circuit(5, tuple(gates)), read_machine(MACHINE, "m.toml"))
    assert swap_at(timed, 0) == (0, 1)
    assert swap_at(timed[: LENGTH - 1], 0) is None
    for place, other in (
        (1, Gate("cz", (0, 2))),
        (2, Gate("prx", (1,), 0.3, math.pi / 2)),
        (4, Gate("zz", (1, 0), 0.2)),
    ):
        changed = [*gates]
        changed[place] = other
        timed = schedule(Circuit(5, tuple(changed)), read_machine(MACHINE, "m.toml"))
        assert swap_at(timed, 0) is None
