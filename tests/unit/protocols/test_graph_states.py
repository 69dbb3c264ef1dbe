"""Graph states of any graph: a machine without errors has each at 1, a wrong one at nearly 0."""

import numpy as np
import pytest

from qassay.devices.interface import Job
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated.machine import VirtualMachine
from qassay.protocols.graph_states import GraphStates
from qassay.protocols.interface import Experiment
from qassay.randomness import Stream

RING = ((0, 1), (1, 2), (2, 3), (0, 3))
GRAPHS = {
    "pair": ((0, 1),),
    "ring": RING,
    "triangle and a tail": ((0, 1), (1, 2), (0, 2), (2, 4)),
    "complete": tuple((a, b) for a in range(5) for b in range(a + 1, 5)),
    "grid": ((0, 1), (1, 2), (3, 4), (4, 5), (0, 3), (1, 4), (2, 5)),
}


def fidelity(drawn_for, scored_for, noise="", count=600):
    text = f'[machine]\nname = "m"\nqubits = 6\nseed = 1\n[noise]\n{noise}\n'
    machine = VirtualMachine(read_machine(text.encode(), "m"))
    protocol = GraphStates()
    drawn = protocol.draw(4.0, count, drawn_for, 6, Stream(bytes(32), "test"))
    key = protocol.draw(4.0, count, scored_for, 6, Stream(bytes(32), "test")).key
    job = Job(id="a", families=drawn.families, order=np.zeros(count, dtype=np.intp))
    outcomes = machine.collect(machine.submit(job)).outcomes
    experiment = Experiment(
        id="a",
        protocol=protocol.id,
        version=1,
        targets=scored_for,
        lengths=(4.0,),
        block=(1,),
        rounds=count,
        batch=count,
    )
    arms = np.zeros(count, dtype=np.intp)
    trials = protocol.score(key, outcomes, experiment, arms)["graph_state_fidelity"]
    return protocol.estimate("graph_state_fidelity", trials, 0.9999)[0]


@pytest.mark.parametrize("graph", GRAPHS.values(), ids=GRAPHS)
def test_a_machine_without_errors_prepares_it(graph):
    assert fidelity(graph, graph).value == 1.0


def test_another_graph_is_another_state():
    """Two graphs that differ by an edge: states at 1/2 of one another."""
    other = fidelity((*RING[:3], (0, 2)), RING)
    assert other.high < 0.9


def test_readout_errors_count():
    """Each parity of k bits keeps 0.96^k; over all stabilizers of a pair (1 + 2 0.96^2 + ...)."""
    kept = 0.96
    # Of a pair: the identity, X Z and Z X on two bits, Y Y on two bits.
    expected = (1 + 3 * kept**2) / 4
    found = fidelity(((0, 1),), ((0, 1),), "readout_p01 = 0.02\nreadout_p10 = 0.02", count=6000)
    assert found.low <= expected <= found.high
