"""Bell pairs: circuits without errors are always right, broken ones as often as a coin."""

import numpy as np
import pytest

from qassay.devices.interface import Job
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated.machine import VirtualMachine
from qassay.protocols.bell_pairs import CORRELATION, BellPairs
from qassay.protocols.interface import Experiment
from qassay.randomness import Stream

TARGETS = ((0, 1), (3, 2))


def correlations(noise, count=4000):
    text = f'[machine]\nname = "m"\nqubits = 4\nseed = 1\n[noise]\n{noise}\n'
    machine = VirtualMachine(read_machine(text.encode(), "m"))
    protocol = BellPairs()
    drawn = protocol.draw(0.0, count, TARGETS, 4, Stream(bytes(32), "test"))
    job = Job(id="a", families=drawn.families, order=np.zeros(count, dtype=np.intp))
    outcomes = machine.collect(machine.submit(job)).outcomes
    experiment = Experiment(
        id="a",
        protocol=protocol.id,
        version=1,
        targets=TARGETS,
        lengths=(0.0,),
        block=(1,),
        rounds=count,
        batch=count,
    )
    arms = np.zeros(count, dtype=np.intp)
    trials = protocol.score(drawn.key, outcomes, experiment, arms)[CORRELATION]
    return protocol.estimate(CORRELATION, trials, 0.999)


def test_a_machine_without_errors_is_always_right():
    assert [one.value for one in correlations("")] == [1.0, 1.0]


@pytest.mark.parametrize("error", [0.05, 0.2])
def test_a_depolarised_entangler_and_a_readout_that_errs(error):
    """Each interval misses with 0.1 %. 1 - E is 4/5 of nothing here: a depolarised pair keeps
    1 - 16/15 of the process infidelity, which is 5/4 of the average one."""
    noise = f"two_qubit_error = {error}\nreadout_p01 = 0.02\nreadout_p10 = 0.02"
    kept = 1 - 16 / 15 * 1.25 * error
    expected = kept * (1 - 2 * 0.02) ** 2
    for one in correlations(noise):
        assert one.low <= expected <= one.high
