"""Quantum volume: heavy sets against Qiskit's, the sequential rule, what is refused."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from qassay import assay
from qassay.auditing.audit import audit_bundle
from qassay.circuits.ideal import probabilities, string_indices
from qassay.claims.claim_file import parse_claim_sheet
from qassay.devices.description import DeviceDescription
from qassay.devices.interface import Job
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated.machine import VirtualMachine
from qassay.errors import MalformedError
from qassay.evidence.plan_checks import check_plan
from qassay.planning.options import Options
from qassay.planning.planner import make_plan
from qassay.protocols.quantum_volume import PROTOCOL, QUANTITIES
from qassay.protocols.weighing.mark_tests import marked_wealth
from qassay.protocols.weighing.measurands import ClaimPart, Measurand
from qassay.randomness import Stream, root_from_integer
from qassay.statistics.trials import Trials
from qassay.verdicts.expectations import expectations

ROOT = root_from_integer(17)
MARK = QUANTITIES[0].mark


def links(n, first=0):
    return tuple((first + a, first + b) for b in range(n) for a in range(b))


def drawn(n, count, qubits=None, first=0):
    stream = Stream(ROOT, f"volume {n}")
    return PROTOCOL.draw(float(n), count, links(n, first), qubits or n, stream)


def sheet(value=16, more=""):
    text = '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "M"\n\n[[claim]]\nid = "v"\n'
    text += f'metric = "quantum_volume"\nrelation = "at least"\nvalue = {value}\n{more}'
    return parse_claim_sheet(text.encode(), "sheet.toml")


def machine(error, qubits=4, connectivity="all-to-all"):
    text = f"""
[machine]
name = "m"
qubits = {qubits}
connectivity = "{connectivity}"
seed = 5
[durations]
one_qubit_gate = "10 us"
two_qubit_gate = "100 us"
readout = "100 us"
shot_overhead = "1 ms"
[noise]
two_qubit_error = {error}
"""
    return VirtualMachine(read_machine(text.encode(), "m.toml"))


def planned(claims, device):
    return make_plan(claims, device, ROOT, Options(), "test")


@pytest.mark.parametrize("n", [2, 3, 4, 5, 8])
def test_heavy_sets_are_those_of_the_written_gates(n):
    """Matrices of pairs at once, against the written gates one by one."""
    some = drawn(n, 6)
    for circuit, key in zip(some.circuits, some.key, strict=True):
        chance = probabilities(circuit)
        assert (key == (chance > np.median(chance))).all()
        assert key.sum() == 2**n // 2


@pytest.mark.parametrize("n", [2, 3, 6])
def test_heavy_outputs_are_those_of_qiskit(n):
    """The probability of the heavy set to 1e-9, its strings all the same."""
    from qiskit import QuantumCircuit
    from qiskit.quantum_info import Statevector

    some = drawn(n, 5)
    for circuit, key in zip(some.circuits, some.key, strict=True):
        there = QuantumCircuit(n)
        for gate in circuit.gates:
            angles = {"prx": (gate.angle, gate.phase), "rz": (gate.angle,), "cz": ()}[gate.kind]
            getattr(there, {"prx": "r"}.get(gate.kind, gate.kind))(*angles, *gate.qubits)
        chance = Statevector(there.reverse_bits()).probabilities()
        heavy = chance > np.median(chance)
        assert (heavy == key).all()
        assert probabilities(circuit)[key == 1].sum() == pytest.approx(
            chance[heavy].sum(), abs=1e-9
        )


def test_a_machine_hits_as_often_as_its_errors_leave():
    """What readout errors leave of the heavy strings, summed over all 32 of each circuit.

    A thousand shots: five standard errors are exceeded in 6e-7.
    """
    wrong, n = 0.06, 5
    text = "[machine]\nname = 'm'\nqubits = 5\nconnectivity = 'all-to-all'\nseed = 5\n[durations]\n"
    text += "one_qubit_gate = '1 us'\ntwo_qubit_gate = '1 us'\nreadout = '1 us'\n"
    text += f"shot_overhead = '1 us'\n[noise]\nreadout_p01 = {wrong}\nreadout_p10 = {wrong}\n"
    device = VirtualMachine(read_machine(text.encode(), "m.toml"))
    found = drawn(n, 50)
    strings = np.arange(32)[:, None] >> np.arange(n) & 1
    apart = (strings[:, None] != strings).sum(axis=2)
    read = wrong**apart * (1 - wrong) ** (n - apart)
    ideal = np.array([probabilities(circuit) for circuit in found.circuits])
    heavy = ideal > np.median(ideal, axis=1, keepdims=True)
    shares = ((ideal @ read) * heavy).sum(axis=1)
    job = Job(id="v", families=found.families, order=np.arange(50), shots=20)
    outcomes = device.collect(device.submit(job)).outcomes
    hits = np.take_along_axis(found.key, string_indices(outcomes), axis=1).mean()
    error = np.sqrt((shares * (1 - shares)).sum() / 20) / 50
    assert abs(hits - shares.mean()) < 5 * error


def test_circuits_have_the_heavy_probability_of_the_standard_s_circuits():
    """The mean over circuits of Qiskit's QuantumVolume, of 3 qubits: 4.5 errors, 7e-6."""
    from qiskit.circuit.library import quantum_volume
    from qiskit.quantum_info import Statevector

    def heavy(chance):
        return chance[chance > np.median(chance)].sum()

    ours = np.array([heavy(probabilities(circuit)) for circuit in drawn(3, 300).circuits])
    theirs = np.array(
        [heavy(Statevector(quantum_volume(3, seed=k)).probabilities()) for k in range(300)]
    )
    error = math.hypot(ours.std(), theirs.std()) / math.sqrt(300)
    assert abs(ours.mean() - theirs.mean()) < 4.5 * error


def test_ideal_share_is_that_of_wide_circuits():
    """(1 + ln 2) / 2: each circuit of 8 qubits is off by about 1 %, the mean of 60 by 0.2 %."""
    some = drawn(8, 60)
    found = np.mean([probabilities(c)[k == 1].sum() for c, k in zip(*_both(some), strict=True)])
    assert found == pytest.approx(MARK.ideal, abs=0.01)


def _both(some):
    return some.circuits, some.key


def test_a_register_elsewhere_has_the_same_circuits():
    here, there = drawn(3, 4), drawn(3, 4, qubits=7, first=2)
    assert (here.key == there.key).all()
    outcomes = np.random.default_rng(1).integers(0, 2, (4, 1, 7)).astype(np.uint8)
    x = planned(sheet(8), machine(0.01).describe()).experiments[0]
    moved = replace(x, targets=links(3, 2))
    arms = np.zeros(4, dtype=np.intp)
    one = PROTOCOL.score(there.key, outcomes, moved, arms)["heavy_outputs"].hits
    other = PROTOCOL.score(here.key, outcomes[:, :, 2:5], x, arms)["heavy_outputs"].hits
    assert (one == other).all()


@pytest.mark.parametrize(
    ("value", "more", "connectivity", "reason"),
    [
        (48, "", "all-to-all", "its value of 48 is not a power of two from 4"),
        (2, "", "all-to-all", "is not a power of two from 4"),
        (2**15, "", "all-to-all", "up to 14: a claim of that size can be tested"),
        (32, "", "all-to-all", "have 5 qubits, and there are 4 in its scope"),
        (8, "scope = {qubits = [1, 3]}\n", "all-to-all", "and there are 2 in its scope"),
        (8, "", "line", "qassay does not route"),
        (8, "conditions = {heavy_output_probability = 0.6}\n", "all-to-all", "not between"),
        (8, "conditions = {heavy_output_probability = 0.9}\n", "all-to-all", "not between"),
        (8, 'conditions = {mitigation = "zne"}\n', "all-to-all", "not met"),
    ],
)
def test_what_is_not_tested_says_why(value, more, connectivity, reason):
    plan = planned(sheet(value, more), machine(0.01, connectivity=connectivity).describe())
    assert not plan.experiments
    assert reason in plan.untested[0].reason


def test_a_pair_that_is_coupled_has_a_volume_of_four():
    device = DeviceDescription(name="d", platform="other", qubits=3, couplings=((0, 1), (1, 2)))
    (x,) = planned(sheet(4), device).experiments
    assert (x.targets, x.lengths) == (((0, 1),), (2.0,))


def test_a_stated_share_makes_the_circuits():
    device = machine(0.01).describe()
    plain, stated = (
        planned(sheet(16, more), device)
        for more in ("", "conditions = {heavy_output_probability = 0.8}\n")
    )
    assert stated.experiments[0].rounds < plain.experiments[0].rounds / 10
    (told,) = expectations(stated)
    assert told.at_claim.shots < 120
    assert not told.unsettled
    assert told.at_limit.shots is None


def circuits_to_verdict(share, games, circuits=4000):
    """Play games of single shots; circuits to the verdict, negative where it is refuted."""
    claim = sheet(1024).claims[0]
    generator, found = np.random.default_rng(3), []
    for _ in range(games):
        hits = (generator.random((circuits, 1)) < share).astype(np.int64)
        trials = Trials(lengths=np.array([10.0]), arms=np.zeros(circuits, dtype=np.intp), hits=hits)
        part = ClaimPart(experiment=None, quantity="heavy_outputs", columns=(0,), trials=trials)
        for_it, against = marked_wealth(claim, MARK, Measurand(claim=claim, parts=(part,)))
        first = [int(np.argmax(w >= math.log(20))) or circuits for w in (for_it, against)]
        settled = min(first) < circuits
        found.append((first[0] if first[0] < first[1] else -first[1]) if settled else 0)
    return np.array(found)


def test_a_good_machine_is_told_by_few_circuits():
    """At h = 0.75 a verdict takes 300 single-shot circuits at most in the mean.

    About 215 are expected, with a spread of 150: the mean of 200 games is beyond 300 in 1e-10.
    """
    found = circuits_to_verdict(0.75, 200)
    assert (found > 0).mean() > 0.97  # one in twenty may be refuted: 2.6 errors below that bound
    assert np.abs(found[found != 0]).mean() < 300


def test_a_machine_at_the_mark_is_rarely_called_good():
    """At 2/3 at most 5 % of games may end in "supported"; 24 or more of 200 come in 2e-5."""
    assert (circuits_to_verdict(2 / 3, 200) > 0).sum() < 24


@pytest.mark.parametrize(
    ("error", "outcome"), [(1e-3, "supported"), (0.2, "refuted")], ids=["good", "bad"]
)
def test_from_sheet_to_seal_and_audit(tmp_path, error, outcome):
    """A machine without gate errors has h = 0.8, one with 20 % about 0.5: told by 100 circuits."""
    path = tmp_path / "sheet.toml"
    path.write_text(
        '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "M"\n\n[[claim]]\nid = "v"\n'
        'metric = "quantum_volume"\nrelation = "at least"\nvalue = 8\n'
    )
    device = machine(error)
    result = assay.run(path, device, out=tmp_path / "run", seed=2)
    (verdict,) = result.verdicts
    assert verdict.outcome == outcome
    assert (verdict.claimed, verdict.limit) == (8, 8)
    assert 0 < verdict.estimate.low < verdict.estimate.value < verdict.estimate.high < 1
    assert (verdict.estimate.value > 2 / 3) == (outcome == "supported")
    assert any("arXiv:1811.12926" in reason for reason in verdict.reasons)
    assert verdict.sequence is None
    page = result.datasheet.read_text(encoding="utf-8")
    assert "heavy output probability above 66.7" in page.replace("\u00a0", " ")
    assert audit_bundle(result.bundle).failure is None


def test_a_stranger_s_plan_cannot_ask_for_keys_that_fill_the_memory():
    plan = planned(sheet(16), machine(0.01, qubits=40).describe())
    (x,) = plan.experiments
    check_plan(plan, "plan")
    for changes in (
        {"targets": links(20), "lengths": (20.0,)},
        {"lengths": (5.0,)},
        {"batch": x.rounds * 100_000, "rounds": x.rounds * 100_000},
    ):
        forged = replace(plan, experiments=(replace(x, **changes),))
        with pytest.raises(MalformedError):
            check_plan(forged, "plan")


def test_the_experiment_is_plain_json():
    (x,) = planned(sheet(16), machine(0.01).describe()).experiments
    assert json.loads(json.dumps(x.as_json()))["lengths"] == [4.0]
