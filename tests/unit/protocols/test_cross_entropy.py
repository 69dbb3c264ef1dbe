"""Cross entropy as a claim: what counts as a hit, a noisy machine's truth, what is refused."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from tests.kit.measured_claims import NOISY

from qassay import assay
from qassay.auditing.audit import audit_bundle
from qassay.circuits.ideal import probabilities, string_indices
from qassay.claims.claim_file import parse_claim_sheet
from qassay.devices.interface import Job
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated.machine import VirtualMachine
from qassay.errors import MalformedError, PlanError
from qassay.evidence.plan_checks import check_plan
from qassay.planning.options import Options
from qassay.planning.planner import make_plan
from qassay.protocols.cross_entropy import EVEN, IDEAL, PROTOCOL, share_at_fidelity
from qassay.protocols.sampling.xeb import Checked
from qassay.randomness import Stream, root_from_integer

ROOT = root_from_integer(23)


def line(n, first=0):
    return tuple((first + q, first + q + 1) for q in range(n - 1))


def everybody(n):
    return tuple((a, b) for b in range(n) for a in range(b))


def drawn(targets, count, depth=8, qubits=9):
    return PROTOCOL.draw(float(depth), count, targets, qubits, Stream(ROOT, f"{targets} {depth}"))


def sheet(value=0.5, more="", depth="conditions = {depth = 8}\n"):
    text = '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "M"\n\n[[claim]]\nid = "x"\n'
    text += f'metric = "xeb"\nrelation = "at least"\nvalue = {value}\n{depth}{more}'
    return parse_claim_sheet(text.encode(), "sheet.toml")


def described(qubits=6, connectivity="line"):
    text = NOISY.replace("qubits = 4", f"qubits = {qubits}").replace("all-to-all", connectivity)
    return read_machine(text.encode(), "m.toml").description


def planned(claims, device, **options):
    return make_plan(claims, device, ROOT, Options(**options), "test")


def on_register(circuit, register):
    """Give the ideal distribution of a register, all other qubits being at rest in 0."""
    place = {qubit: index for index, qubit in enumerate(register)}
    gates = [
        replace(gate, qubits=tuple(place[q] for q in gate.qubits))
        for gate in circuit.gates
        if gate.kind != "barrier"
    ]
    return probabilities(type(circuit)(len(register), tuple(gates)))


@pytest.mark.parametrize("targets", [line(4), line(5, 2), everybody(5)], ids=str)
def test_a_machine_without_errors_hits_as_often_whatever_the_circuit(targets):
    """Ideal probabilities gate by gate: of the likeliest quarter, and of what hits.

    The coins leave a spread: a mean over 400 circuits of at least 16 strings has a standard error
    below 0.01, and 5 of them are missed in 6e-7.
    """
    some = drawn(targets, 400)
    register = sorted({q for pair in targets for q in pair})
    ideal, even, likely = [], [], []
    for circuit, key in zip(some.circuits, some.key, strict=True):
        chance = on_register(circuit, register)
        best = np.sort(chance)[::-1][: chance.size // 4].sum()
        ideal.append(chance @ key)
        even.append(key.mean())
        likely.append(best)
    assert min(likely) >= IDEAL - 1e-9
    assert np.mean(ideal) == pytest.approx(IDEAL, abs=0.05)
    assert abs(np.mean(ideal) - IDEAL) < 5 * np.std(ideal) / 20
    assert abs(np.mean(even) - EVEN) < 5 * np.std(even) / 20


def test_layers_follow_the_couplings():
    for circuit in drawn(line(5, 2), 3).circuits:
        assert set(circuit.pairs) == set(line(5, 2))
    assert len({pair for circuit in drawn(everybody(5), 9).circuits for pair in circuit.pairs}) > 8


@pytest.mark.parametrize("connectivity", ["line", "all-to-all"])
def test_a_noisy_machine_has_the_linear_fidelity(connectivity):
    """Against the linear score of the same circuits, 400 shots each, normalised by each circuit.

    Hits at 40,000 shots have a standard error of at most 0.5 / 200 / 0.3 = 0.008, and the coins and
    circuits 0.015 more; the linear score one of 0.01. They differ by 0.1, five errors, in 6e-7.
    """
    device = VirtualMachine(
        read_machine(NOISY.replace("all-to-all", connectivity).encode(), "m.toml")
    )
    targets = line(4) if connectivity == "line" else everybody(4)
    some = drawn(targets, 100, depth=12, qubits=4)
    job = Job(id="j", families=some.families, order=np.arange(100), shots=400)
    outcomes = device.collect(device.submit(job)).outcomes
    x = planned(sheet(depth="conditions = {depth = 12}\n"), device.describe()).experiments[0]
    trials = PROTOCOL.score(some.key, outcomes, x, np.zeros(100, dtype=np.intp))["xeb_fidelity"]
    (ours,) = PROTOCOL.estimate("xeb_fidelity", trials, 0.95)
    linear = Checked.of(
        [probabilities(circuit) for circuit in some.circuits],
        [string_indices(shots) for shots in outcomes],
    ).fidelity()
    assert 0.2 < linear.value < 0.9
    assert ours.value == pytest.approx(linear.value, abs=0.1)


@pytest.mark.parametrize(
    ("qubits", "more", "depth", "reason"),
    [
        (3, "", "conditions = {depth = 8}\n", "have 3 qubits"),
        (20, "", "conditions = {depth = 8}\n", "have 20 qubits, and the ideal distribution"),
        (6, "", "", "states no depth of its circuits"),
        (6, "scope = {qubits = [0, 1, 2, 5]}\n", "conditions = {depth = 8}\n", "do not join"),
        (14, "delta = 0.002\n", "conditions = {depth = 90}\n", "take a day and more to compute"),
    ],
)
def test_what_is_not_tested_says_why(qubits, more, depth, reason):
    plan = planned(sheet(0.5, more, depth), described(qubits))
    assert not plan.experiments
    assert reason in plan.untested[0].reason


@pytest.mark.parametrize("depth", [5, 101, 6.5])
def test_a_depth_without_meaning_is_refused(depth):
    with pytest.raises(PlanError, match="a whole number of layers, 6 to 100"):
        planned(sheet(depth=f"conditions = {{depth = {depth}}}\n"), described())


def test_a_stranger_s_plan_cannot_ask_for_what_fills_memory_or_time():
    plan = planned(sheet(more="scope = {qubits = [0, 1, 2, 3]}\n"), described(20))
    (x,) = plan.experiments
    check_plan(plan, "plan")
    for changes in (
        {"targets": line(15)},
        {"lengths": (200.0,)},
        {"lengths": (2.0,)},
        {"rounds": x.batch * 10**7, "batch": x.batch * 10**5},
    ):
        forged = replace(plan, experiments=(replace(x, **changes),))
        with pytest.raises(MalformedError):
            check_plan(forged, "plan")


def test_share_and_estimate_are_one_law():
    assert share_at_fidelity(0) == EVEN
    assert share_at_fidelity(1) == pytest.approx(IDEAL)
    (x,) = planned(sheet(), described()).experiments
    assert json.loads(json.dumps(x.as_json()))["lengths"] == [8.0]


def test_a_noisy_machine_is_refuted_from_sheet_to_audit(tmp_path):
    """The kit's four qubits keep about 0.55 of 8 layers, far from the claim."""
    path = tmp_path / "sheet.toml"
    text = 'id = "x"\nmetric = "xeb_fidelity"\nvalue = 0.99\nconditions = {depth = 8}\n'
    path.write_text('[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "M"\n[[claim]]\n' + text)
    device = VirtualMachine(read_machine(NOISY.encode(), "m.toml"))
    result = assay.run(path, device, out=tmp_path / "run", seed=2)
    (verdict,) = result.verdicts
    assert verdict.outcome == "refuted"
    assert math.isclose(verdict.limit, 0.99 / 1.25)
    assert 0.3 < verdict.estimate.value < 0.9
    assert audit_bundle(result.bundle).failure is None
