"""A gate by layers beside the same layers without it, on circuits of the product's own engine.

Six pairs, 6,000 circuits of both kinds: a pair's gate is known to a relative standard error of
sqrt(7 to 14 / 36,000), 2 % at the most where turns take a third of the layer. The bounds lie
five of them and the bias of the second order (1 to 2 %) off: each fails by chance with
probability below 6e-7.
"""

import math

import pytest

from qassay.devices import answer_key
from qassay.devices.interface import Job
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated.machine import VirtualMachine
from qassay.protocols.batches import draw_batch, score_batches
from qassay.protocols.interface import Experiment
from qassay.protocols.joining import joined_scores
from qassay.protocols.known import PROTOCOLS
from qassay.randomness import root_from_integer

PAIRS = tuple((2 * k, 2 * k + 1) for k in range(6))
CALM = "readout_p01 = 0.01\nreadout_p10 = 0.01\none_qubit_error = 2e-4\n"
LAYERS = float(round(0.85 / -math.log1p(-4 / 3 * 5e-3)))
BEYOND = 0.12


def found(noise, *, targets=PAIRS, alone=False, machine=""):
    """Estimate the mean error of the pairs' gates; give it with the machine."""
    text = f'[machine]\nname = "m"\nplatform = "other"\nqubits = 12\n{machine}\n[noise]\n{noise}'
    made = read_machine(text.encode(), "m.toml")
    device = VirtualMachine(made)
    x = Experiment(
        id="two_qubit_gates",
        protocol="two_qubit_gates",
        version=1,
        targets=targets,
        lengths=(0.0, LAYERS),
        block=(1, 4),
        rounds=6000,
        batch=1500,
        coin=True,
        reference=True,
        alone=alone,
    )
    parts = []
    for index in range(x.batches):
        batch = draw_batch(x, index, 12, root_from_integer(7))
        job = Job(id=batch.id, families=batch.families, order=batch.order)
        outcomes = device.collect(device.submit(job)).outcomes
        parts.append((x, index, score_batches(x, [(batch, outcomes)])))
    protocol = PROTOCOLS[x.protocol]
    trials = joined_scores(parts)[x.id][protocol.gate_quantity]
    return protocol.mean(protocol.gate_quantity, trials, 0.95).value, made


@pytest.mark.parametrize(
    "noise",
    [
        "two_qubit_error = 5e-3",
        pytest.param(
            "two_qubit_error = 4e-3\ntwo_qubit_overrotation = '0.08 rad'", marks=pytest.mark.slow
        ),
        pytest.param(
            "two_qubit_error = 5e-3\none_qubit_overrotation = '0.06 rad'", marks=pytest.mark.slow
        ),
        "two_qubit_error = 4e-3\ntwo_qubit_overrotation = '0.08 rad'\n"
        "one_qubit_overrotation = '0.06 rad'",
        pytest.param(
            "two_qubit_error = 4e-3\ntwo_qubit_overrotation = '0.08 rad'\n"
            "one_qubit_overrotation = '-0.06 rad'",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_turns_drop_out_coherent_ones_too(noise):
    """The random phases of the turns keep their over-rotations from adding to the gate's."""
    value, machine = found(CALM + noise)
    truth = answer_key.two_qubit_gate_error(machine, PAIRS, PAIRS).mean()
    assert value == pytest.approx(truth, rel=BEYOND)


@pytest.mark.parametrize("leakage", [1e-3, pytest.param(3e-3, marks=pytest.mark.slow)])
def test_leakage_of_the_entangler_counts_as_far_as_it_is_read(leakage):
    """Who has left reads 1, which is right in one of four readings: 3/4 of the leakage is seen.

    The reference leaks in its preparation alone, as the layers do there.
    """
    value, _ = found(f"{CALM}two_qubit_error = 5e-3\nleakage = {leakage}")
    assert value == pytest.approx(5e-3 + 0.75 * leakage, rel=BEYOND)


def test_alone_the_neighbours_disturb_nobody():
    """All six at once suffer from each other's work; alone the crosstalk is gone."""
    noise = f"{CALM}two_qubit_error = 3e-3\ncrosstalk_error = 1.5e-3"
    machine = 'connectivity = "line"'
    together, made = found(noise, machine=machine)
    truth = answer_key.two_qubit_gate_error(made, PAIRS, PAIRS).mean()
    assert truth > 1.6 * 3e-3
    assert together == pytest.approx(truth, rel=BEYOND)
    value, _ = found(noise, machine=machine, targets=PAIRS[::2], alone=True)
    assert value == pytest.approx(3e-3, rel=0.2)  # of three pairs, at lengths for 5e-3


@pytest.mark.slow
@pytest.mark.parametrize(
    ("up", "down"),
    [(0.4, 0.4), (0.05, 0.75), (0.3, 0.3)],
)
def test_a_poor_readout_is_no_decay_of_the_reference(up, down):
    """The signal is a fifth of its own: the standard error is 9 %, the bound five of them."""
    noise = f"readout_p01 = {up}\nreadout_p10 = {down}\none_qubit_error = 2e-4\n"
    value, _ = found(f"{noise}two_qubit_error = 5e-3")
    assert value == pytest.approx(5e-3, rel=0.45)
