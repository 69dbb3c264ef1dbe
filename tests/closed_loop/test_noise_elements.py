"""Every noise element that a machine file can set comes back from the protocol that measures it.

One small machine for each element, which is the largest noise it has; the answer key's value
lies in the interval, and the value of the same machine without the element does not. Intervals
are of level 1 - 2e-8 on six targets at the most, so one test fails by chance with probability
1.2e-7 at the most, all 12 together below 1e-6 (they are profile likelihoods of 8000 circuits,
tested for coverage elsewhere). That the machine without the element lies outside is
certain to more than 8 standard errors in each case, as sized below.
"""

import re

import numpy as np
import pytest

from qassay.devices import answer_key
from qassay.devices.interface import Job
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated.machine import VirtualMachine
from qassay.protocols.batches import draw_batch, estimate_experiments, score_batches
from qassay.protocols.interface import Experiment
from qassay.protocols.joining import joined_scores
from qassay.protocols.known import PROTOCOLS
from qassay.randomness import root_from_integer
from qassay.statistics.model_checks import check_model

pytestmark = pytest.mark.slow

LEVEL = 1 - 2e-8
ROOT = root_from_integer(404)
QUBITS = 6
PAIRS = ((0, 1), (2, 3), (4, 5))
SINGLES = tuple((q,) for q in range(QUBITS))
HEAD = """
[machine]
name = "small"
qubits = 6
connectivity = "line"
seed = 12
[durations]
one_qubit_gate = "30 ns"
two_qubit_gate = "100 ns"
readout = "1 us"
shot_overhead = "20 us"
[noise]
"""
CALM = "t1 = '5 ms'\nt2 = '5 ms'\n"


def machine_with(noise):
    return read_machine((HEAD + noise).encode(), "small.toml")


def run(machine, protocol, targets, lengths, *, rounds=8000, batch=1000, start=0.0):
    """Run one experiment by hand; give estimates by quantity, and all trials."""
    block = (2,) if len(lengths) == 1 else (1, 3)
    experiment = Experiment(
        id=protocol,
        protocol=protocol,
        version=PROTOCOLS[protocol].version,
        targets=targets,
        lengths=lengths,
        block=block,
        rounds=rounds,
        batch=batch,
    )
    device, scored = VirtualMachine(machine), []
    for k in range(experiment.batches):
        drawn = draw_batch(experiment, k, QUBITS, ROOT)
        job = Job(
            id=drawn.id, families=drawn.families, order=drawn.order, start_seconds=start + k * 1.0
        )
        outcomes = device.collect(device.submit(job)).outcomes
        scored.append((experiment, k, score_batches(experiment, [(drawn, outcomes)])))
    parts = estimate_experiments([experiment], joined_scores(scored), LEVEL)[protocol]
    return {part.quantity: part for part in parts}


def layer(machine):
    """Process infidelity of a layer, all pairs at work."""
    one = 1.5 * answer_key.one_qubit_gate_error(machine)
    two = 1.25 * answer_key.two_qubit_gate_error(machine, PAIRS, PAIRS)
    first, second = np.array(PAIRS).T
    return 1 - (1 - one[first]) * (1 - one[second]) * (1 - two)


def reading(machine, of):
    return getattr(answer_key.preparation_and_readout_errors(machine), of)


# element: what is set, the protocol, its quantity, lengths, and the truth
ELEMENTS = {
    "t1": ("t1 = '60 us'\nt2 = '50 us'", "t1", "t1", (0.0, 5e-5), answer_key.t1),
    "t2": ("t1 = '5 ms'\nt2 = '40 us'", "t2_echo", "t2_echo", (0.0, 4e-5), answer_key.t2_echo),
    "t2_star": (
        CALM + "t2_star = '20 us'",
        "t2_star",
        "t2_star",
        (0.0, 2e-5),
        answer_key.t2_star,
    ),
    "one_qubit_error": (
        CALM + "one_qubit_error = 4e-3",
        "one_qubit_gates",
        "one_qubit_gate_error",
        (1.0, 110.0),
        answer_key.one_qubit_gate_error,
    ),
    "one_qubit_overrotation": (
        CALM + "one_qubit_error = 2e-4\none_qubit_overrotation = '0.15 rad'",
        "one_qubit_gates",
        "one_qubit_gate_error",
        (1.0, 110.0),
        answer_key.one_qubit_gate_error,
    ),
    "two_qubit_error": (
        CALM + "two_qubit_error = 1e-2",
        "two_qubit_gates",
        "layer_error",
        (1.0, 70.0),
        layer,
    ),
    "two_qubit_overrotation": (
        CALM + "two_qubit_error = 1e-3\ntwo_qubit_overrotation = '0.2 rad'",
        "two_qubit_gates",
        "layer_error",
        (1.0, 70.0),
        layer,
    ),
    "readout_p01": (
        CALM + "readout_p01 = 0.05",
        "readout",
        "readout_error_0",
        (0.0,),
        lambda machine: reading(machine, "p01"),
    ),
    "readout_p10": (
        CALM + "readout_p10 = 0.08",
        "readout",
        "readout_error_1",
        (0.0,),
        lambda machine: reading(machine, "p10"),
    ),
    "preparation_error": (
        CALM + "preparation_error = 0.04",
        "readout",
        "readout_error",
        (0.0,),
        lambda machine: reading(machine, "mean"),
    ),
    "leakage": (
        CALM + "two_qubit_error = 1e-3\nleakage = 5e-3",
        "leakage",
        "leakage",
        (1.0, 400.0),
        lambda machine: answer_key.leakage(machine, PAIRS),
    ),
}


@pytest.mark.parametrize("element", ELEMENTS)
def test_the_element_comes_back(element):
    noise, protocol, quantity, lengths, truth_of = ELEMENTS[element]
    machine = machine_with(noise)
    targets = PAIRS if PROTOCOLS[protocol].reach in ("pairs", "layer") else SINGLES
    measured = run(machine, protocol, targets, lengths)[quantity]
    without = truth_of(machine_with(_without(noise, element)))
    for estimate, true, calm in zip(measured.estimates, truth_of(machine), without, strict=True):
        assert estimate.low <= true <= estimate.high, (element, true, estimate)
        assert not estimate.low <= calm <= estimate.high, (element, calm, estimate)


def _without(noise, element):
    """Take the element out; coherence times, which have no zero, become a hundred times longer."""
    if element in ("t1", "t2"):
        return CALM
    kept = [line for line in noise.splitlines() if not re.match(rf"{element} = ", line)]
    return "\n".join(kept)


def test_crosstalk_is_what_neighbours_add():
    """Pairs with one working neighbour, (0, 1) and (4, 5), and with two, against none.

    The difference of two independent estimates lies in the sum of both intervals with
    probability above 1 - 1.2e-7; the crosstalk of 1 % is 8 times its standard error (about
    2.2 % of a layer's error of 3 to 4 % on the one hand, of 2 % on the other).
    """
    noise = CALM + "two_qubit_error = 1e-2\ncrosstalk_error = 1e-2"
    machine = machine_with(noise)
    together = run(machine, "two_qubit_gates", PAIRS, (1.0, 30.0))["layer_error"]
    alone = {}
    for group in (PAIRS[::2], PAIRS[1:2]):  # no two of a group are coupled
        found = run(machine, "isolated_pairs", group, (1.0, 60.0))["isolated_layer_error"]
        alone |= dict(zip(group, found.estimates, strict=True))
    for pair, with_them, neighbours in zip(PAIRS, together.estimates, (1, 2, 1), strict=True):
        added = 1.25 * neighbours * answer_key.crosstalk(machine, [pair]).item()
        low = with_them.low - alone[pair].high
        high = with_them.high - alone[pair].low
        assert low <= added <= high
        assert low > -0.002
        assert with_them.value - alone[pair].value > 0.5 * added


def test_drift_is_seen_by_the_checks():
    """Gate errors that double halfway, 16 batches, 8000 circuits on six qubits.

    The survival of the long circuits falls from 0.71 to 0.59 there, on 18 000 of 36 000 trials
    each: 24 standard errors, so the trend's p-value stays above 1e-12 with probability below
    1e-60. Without drift it is below 1e-7 with probability 1e-7.
    """
    calm = CALM + "one_qubit_error = 4e-3\n"
    drift = (
        calm + "drift = {kind = 'step', amplitude = 1.0, period = '8 s', of = ['gate errors']}\n"
    )
    for noise, seen in ((drift, True), (calm, False)):
        measured = run(machine_with(noise), "one_qubit_gates", SINGLES, (1.0, 110.0), batch=500)[
            "one_qubit_gate_error"
        ]
        batches = np.repeat(np.arange(16), 500)
        checked = check_model(measured.trials, asymptote=0.5, batches=batches, level=1e-6)
        trends = [c.p_value for c in checked.checks if c.name == "drift, long circuits: trend"]
        assert len(trends) == 1
        assert (trends[0] < 1e-12) if seen else (trends[0] > 1e-7)
