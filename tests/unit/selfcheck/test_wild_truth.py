"""The truth of wild machines against long samples of their own laws, scored as the product does.

The truth is a formula of the machine's numbers; here it is held against the frequencies of what
the law draws. Every comparison allows five standard errors: one in 2 million fails by chance.
"""

import math
from dataclasses import replace

import numpy as np
import pytest

from qassay.claims.claim import Claim
from qassay.devices.machine_file import read_machine
from qassay.protocols.interface import Experiment
from qassay.protocols.known import PROTOCOLS, protocol_for
from qassay.selfcheck.wild.laws import LOST, Player
from qassay.selfcheck.wild.machine import WildMachine
from qassay.selfcheck.wild.troubles import Luck, WildDrift
from qassay.selfcheck.wild.truth import Executed, read, targets_with_values, truth_up_to

QUBITS = 4
SIGMAS = 5.0


def machine(**changes):
    file = (
        f'[machine]\nname = "m"\nqubits = {QUBITS}\nconnectivity = "line"\n[durations]\n'
        'one_qubit_gate = "20 ns"\ntwo_qubit_gate = "60 ns"\n'
    )
    ones, pairs = np.ones(QUBITS), np.ones(QUBITS - 1)
    given = {
        "number": 0,
        "device": read_machine(file.encode(), "m.toml").description,
        "kinds": (),
        "turn": 0.004 * np.array([1, 2, 0.5, 1]),
        "turn_beside": 0 * ones,
        "gate": 0.02 * np.array([1, 0.6, 1.5]),
        "gate_beside": 0 * pairs,
        "leak": 0 * pairs,
        "idle": 0.002 * ones,
        "rate_t1": 1e3 * np.array([1, 2, 0.5, 1]),
        "rate_t2_star": 2e3 * ones,
        "rate_t2_echo": 1.5e3 * ones,
        "power_times": 1.0,
        "power_gates": 1.0,
        "equilibrium": 0.1,
        "p01": 0.02 * ones,
        "p10": 0.05 * np.array([1, 2, 1, 1]),
        "preparation": 0 * ones,
        "together": 0 * ones,
        "bad": 0.0,
        "unreset": 0.0,
        "stays": 0.0,
        "lost_misread": False,
        "register": 0.8,
        "drift": WildDrift(),
        "luck": Luck(),
        "luck_times": Luck(),
    }
    return WildMachine(**{**given, **changes})


def experiment(protocol, targets, lengths, *, circuits=40_000, **more):
    block = (1,) * len(lengths)
    return Experiment(
        id=protocol,
        protocol=protocol,
        version=PROTOCOLS[protocol].version,
        targets=targets,
        lengths=lengths,
        block=block,
        rounds=circuits,
        batch=circuits,
        claims=("c",),
        **more,
    )


def shares(one, x, quantity, seed=1):
    """Hits of each arm over its shots, and the standard errors, shapes (arms, targets)."""
    rng = np.random.default_rng(seed)
    # In a secret order, as the product has it: what stays from a shot to the next meets all arms.
    arms = rng.integers(0, len(x.lengths), x.rounds)
    expected, bits = Player(one, rng).answer(x, arms)
    hits, shots = protocol_for(x).score(expected, bits, x, arms)[quantity].totals()
    share = hits / shots[:, None]
    return share, np.sqrt(share * (1 - share) / shots[:, None])


def retained(share, noise, asymptote, arms=(0, 1)):
    """The excess of the long arm over that of the short one, and its standard error."""
    short, long = (share[arm] - asymptote for arm in arms)
    kept = long / short
    return kept, np.hypot(noise[arms[1]], kept * noise[arms[0]]) / short


def agrees(found, noise, foretold):
    assert np.all(np.abs(found - np.asarray(foretold)) < SIGMAS * noise), (found, foretold, noise)


def truths(one, x, metric, **claim):
    said = Claim(id="c", metric=metric, relation="at most", value=0.1, stated="", **claim)
    return list(targets_with_values(one, said, [Executed(experiment=x, index=0, clock=0)]).values())


SINGLES = tuple((q,) for q in range(QUBITS))
PAIRS = ((0, 1), (2, 3))
LUCKS = (
    Luck(),
    Luck(shape="normal", spread=0.4),
    Luck(shape="square", common=False),
    Luck(shape="rare", of_circuits=True),
)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"preparation": np.full(QUBITS, 0.03)},
        {"unreset": 0.2},
        {"together": np.array([0.1, 0.05, 0.2, 0.3])},
        {"bad": 0.1},
        {
            "bad": 0.05,
            "unreset": 0.1,
            "together": np.full(QUBITS, 0.04),
            "preparation": np.full(QUBITS, 0.02),
        },
    ],
)
def test_readout(changes):
    one = machine(**changes)
    x = experiment("readout", SINGLES, (0.0,))
    for quantity, error in zip(("readout_error_0", "readout_error_1"), read(one), strict=True):
        share, noise = shares(one, x, quantity)
        agrees(2 * share[0], 2 * noise[0], error)  # each bit is set in half of the shots
        assert truths(one, x, quantity) == pytest.approx(list(error))


@pytest.mark.parametrize("luck", LUCKS, ids=lambda luck: luck.shape)
def test_one_qubit_gates(luck):
    one = machine(luck=luck, bad=0.05, turn_beside=np.full(QUBITS, 0.001))
    x = experiment("one_qubit_gates", SINGLES, (0.0, 150.0))
    kept, noise = retained(*shares(one, x, "one_qubit_gate_error"), 0.5)
    agrees(kept, noise, (1 - 2 * np.array(truths(one, x, "one_qubit_gate_error"))) ** 150)


@pytest.mark.parametrize("power", [0.75, 1.5])
def test_decays_of_gates_that_are_no_exponentials(power):
    one = machine(power_gates=power)
    x = experiment("one_qubit_gates", SINGLES, (0.0, 150.0))
    kept, noise = retained(*shares(one, x, "one_qubit_gate_error"), 0.5)
    agrees(kept, noise, (1 - 2 * np.array(truths(one, x, "one_qubit_gate_error"))) ** 150)


@pytest.mark.parametrize("luck", LUCKS, ids=lambda luck: luck.shape)
@pytest.mark.parametrize("alone", [False, True])
def test_a_gate_of_pairs_beside_its_reference(luck, alone):
    one = machine(
        luck=luck, leak=np.array([0.004, 0.0, 0.002]), gate_beside=np.full(3, 0.01), stays=0.6
    )
    x = experiment("two_qubit_gates", PAIRS, (0.0, 30.0), reference=True, alone=alone)
    share, noise = shares(one, x, "two_qubit_gate_error")
    kept, wide = retained(share, noise, 0.25)
    agrees(kept, wide, (1 - 4 / 3 * np.array(truths(one, x, "two_qubit_gate_error"))) ** 30)


def test_a_layer_fidelity_is_what_its_layers_keep():
    one = machine(luck=Luck(shape="normal", spread=0.3), gate_beside=np.full(3, 0.01))
    x = experiment("two_qubit_gates", ((0, 1), (2,), (3,)), (0.0, 30.0))
    said = Claim(id="c", metric="layer_fidelity", relation="at least", value=0.5, stated="")
    truth = truth_up_to(one, None, said, [Executed(experiment=x, index=0, clock=0)], None)
    pair, off = retained(*shares(one, x, "layer_error"), 0.25)
    lone, idle = retained(*shares(one, x, "idle_error"), 0.5)
    kept, waits = pair ** (1 / 30), lone ** (1 / 30)
    logs = np.log(1 - 15 / 16 * (1 - kept)).sum() + np.log(1 - 3 / 4 * (1 - waits)).sum()
    wide = np.hypot((off / pair / 30)[0], np.hypot(*(idle / lone / 30)))
    agrees(np.array(logs), wide, math.log(truth))


@pytest.mark.parametrize("misread", [False, True])
def test_leakage(misread):
    one = machine(leak=np.array([0.01, 0.0, 0.004]), stays=0.5, lost_misread=misread)
    x = experiment("leakage", PAIRS, (0.0, 60.0), circuits=80_000)
    kept, noise = retained(*shares(one, x, "leakage"), 0.0)
    foretold = (1 - np.array(truths(one, x, "leakage"))) ** 60
    if misread:  # lost qubits that are read as 0 hide a part of the leakage
        assert np.all(kept > foretold)
    else:
        agrees(kept, noise, foretold)


@pytest.mark.parametrize("metric", ["t1", "t2_star", "t2_echo"])
@pytest.mark.parametrize("power", [0.6, 1.0, 2.0])
def test_a_time_leaves_one_part_in_e_of_the_contrast(metric, power):
    one = machine(power_times=power, luck_times=Luck(shape="normal", spread=0.3, common=False))
    x = experiment(metric, SINGLES, (0.0, 1e-3))
    for qubit, time in enumerate(truths(one, x, metric)):
        at_it = replace(x, lengths=(0.0, time))
        kept, noise = retained(*shares(one, at_it, metric), 0.5)
        agrees(kept[qubit], noise[qubit], math.exp(-1))


@pytest.mark.parametrize("protocol", ["ghz", "mirror"])
def test_registers(protocol):
    one = machine(
        together=np.array([0.05, 0.02, 0.1, 0.3]),
        bad=0.05,
        preparation=np.full(QUBITS, 0.02),
        unreset=0.04,
    )
    links = ((0, 1), (1, 2), (2, 3))
    x = experiment(protocol, links, (4.0,), circuits=60_000)
    metric = {"ghz": "ghz_fidelity", "mirror": "mirror_polarization"}[protocol]
    said = Claim(id="c", metric=metric, relation="at least", value=0.5, stated="")
    truth = truth_up_to(one, None, said, [Executed(experiment=x, index=0, clock=0)], None)
    share, noise = shares(one, x, metric)
    agrees(2 * share[0] - 1, 2 * noise[0], truth)


def test_crosstalk_is_the_difference_of_two_gate_errors():
    one = machine(gate_beside=np.array([0.01, 0.0, 0.004]))
    busy = experiment("two_qubit_gates", PAIRS, (1.0, 30.0))
    alone = np.array(truths(one, replace(busy, alone=True), "two_qubit_gate_error"))
    together = np.array(truths(one, busy, "two_qubit_gate_error"))
    assert truths(one, busy, "crosstalk") == pytest.approx(list(together - alone))


def test_a_dead_target_is_as_bad_as_can_be():
    one = machine(turn=np.array([LOST, 0.004, 0.004, 0.004]))
    x = experiment("one_qubit_gates", SINGLES, (0.0, 150.0))
    assert truths(one, x, "one_qubit_gate_error")[0] == pytest.approx(0.5)


DRIFTS = (
    WildDrift(kind="sine", amplitude=0.5, period=9.0),
    WildDrift(kind="step", amplitude=1.0, period=15_000.0),
    WildDrift(kind="linear", amplitude=0.8, period=40_000.0),
    WildDrift(kind="jumps", amplitude=3.0, period=500.0, chance=0.3, seed=5),
)


@pytest.mark.parametrize("drift", DRIFTS, ids=lambda drift: drift.kind)
def test_a_drift_counts_with_the_circuits_that_were_executed(drift):
    one = machine(drift=drift)
    x = experiment("one_qubit_gates", SINGLES, (0.0, 150.0))
    kept, noise = retained(*shares(one, x, "one_qubit_gate_error"), 0.5)
    agrees(kept, noise, (1 - 2 * np.array(truths(one, x, "one_qubit_gate_error"))) ** 150)
    of_readout = machine(drift=replace(drift, of_readout=True))
    y = experiment("readout", SINGLES, (0.0,))
    share, noise = shares(of_readout, y, "readout_error")
    agrees(share[0], noise[0], truths(of_readout, y, "readout_error"))
