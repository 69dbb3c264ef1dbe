"""A given circuit: its compilations, the exact test, files, refusals, a closed loop."""

import math
from dataclasses import replace

import numpy as np
import pytest
from auditor import audit_further, audit_minimal
from tests.kit.measured_claims import NOISY

from qassay import assay
from qassay.auditing.audit import audit_bundle
from qassay.circuits.ideal import probabilities
from qassay.claims.attached import attached_files
from qassay.claims.claim_file import parse_claim_sheet
from qassay.devices import answer_key
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated.machine import VirtualMachine
from qassay.errors import ClaimError, MalformedError, PlanError
from qassay.evidence.plan_checks import check_plan
from qassay.planning.options import Options
from qassay.planning.planner import make_plan
from qassay.protocols.given_circuit import (
    GivenCircuit,
    circuit_text,
    fidelity_of,
    polarization_of,
)
from qassay.protocols.parity import NOT_CHECKED
from qassay.randomness import Stream, root_from_integer
from qassay.statistics.contrasts import (
    log_e_ratio_above,
    log_e_ratio_below,
    ratio_estimate,
)
from qassay.statistics.trials import Trials

ROOT = root_from_integer(29)
THREE = b"""OPENQASM 2.0;
include "qelib1.inc";
qreg q[3];
creg c[3];
h q[0];
cx q[0],q[1];
rz(0.3) q[1];
cx q[1],q[2];
rx(0.7) q[2];
t q[0];
cz q[0],q[2];
ry(1.1) q[1];
measure q -> c;
"""
CHAIN = b'OPENQASM 3;\ninclude "stdgates.inc";\nqubit[2] q;\n' + b"h q[0];\ncz q[0], q[1];\n" * 6
HEAD = '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "M"\n\n[[claim]]\nid = "c"\n'


def sheet(value=0.9, conditions='circuit = "a.qasm"', scope="[0, 1, 2]", more=""):
    text = f'{HEAD}metric = "circuit_fidelity"\nvalue = {value}\nscope = {{qubits = {scope}}}\n'
    return parse_claim_sheet(f"{text}conditions = {{{conditions}}}\n{more}".encode(), "sheet.toml")


def described(**changes):
    text = NOISY
    for old, new in changes.items():
        text = text.replace(*{"line": ("all-to-all", "line")}.get(old, (old, new)))
    return read_machine(text.encode(), "m.toml").description


def planned(claims, files, device=None):
    return make_plan(claims, device or described(), ROOT, Options(), "test", files)


def test_every_kind_of_circuit_answers_as_expected():
    """Gate by gate: compilations of any angles undo one another, on qubits of a larger machine."""
    drawn = GivenCircuit(circuit_text("a.qasm", THREE)).draw(
        0.0, 24, ((1, 2), (1, 4), (2, 4)), 5, Stream(ROOT, "three")
    )
    assert sorted(drawn.key[:, -1].tolist()) == [0] * 6 + [1] * 12 + [2] * 6
    for circuit, key in zip(drawn.circuits, drawn.key, strict=True):
        chance = probabilities(circuit)
        index = int(chance.argmax())
        bits = [(index >> (4 - q)) & 1 for q in range(5)]
        assert chance[index] > 1 - 1e-8
        assert all(want in (NOT_CHECKED, bit) for want, bit in zip(key[:-1], bits, strict=True))
        assert set(circuit.pairs) <= {(1, 2), (1, 4), (2, 4)}


def played(means, groups, generator):
    """Draw groups of four shots of +-1 with means a, b and c."""
    a, b, c = means
    kinds = np.tile([1, 0, 1, 2], groups)
    hits = generator.random(kinds.size) < (1 + np.array([c, a, b])[kinds]) / 2
    return Trials(
        lengths=np.arange(3.0), arms=kinds.astype(np.intp), hits=hits.astype(np.int64)[:, None]
    )


@pytest.mark.parametrize("means", [(0.72, 0.64, 0.9), (0.3, 0.25, 0.8)])
def test_the_test_errs_as_seldom_as_it_says(means):
    """At the border itself each side exceeds 20 at any time in at most 5 % of games.

    Of 200 games 10 are expected at most; 24 or more come with probability 1e-4 for each side.
    """
    generator = np.random.default_rng(7)
    border = means[0] / math.sqrt(means[1] * means[2])
    wrong = np.zeros(2)
    for _ in range(200):
        trials = played(means, 500, generator)
        wrong += [
            log_e_ratio_above(trials, border).max() > math.log(20),
            log_e_ratio_below(trials, border).max() > math.log(20),
        ]
    assert (wrong < 24).all()


def test_the_interval_holds_the_ratio():
    """Of 400 games at 95 % no more than 40 may miss: 20 are expected, and 41 come in 1e-5."""
    generator, means = np.random.default_rng(8), (0.72, 0.64, 0.9)
    truth = means[0] / math.sqrt(means[1] * means[2])
    found = [ratio_estimate(played(means, 300, generator), 0.95) for _ in range(400)]
    assert sum(not one.low <= truth <= one.high for one in found) <= 40
    assert np.mean([one.value for one in found]) == pytest.approx(truth, abs=0.02)


def test_the_formula_is_that_of_the_paper():
    """F = 1 - (4^n - 1) / 4^n (1 - polarization), as pyGSTi has it."""
    for n in (1, 2, 5):
        one = fidelity_of(0.7, n)
        assert one == pytest.approx(1 - (4**n - 1) / 4**n * 0.3, abs=1e-12)
        assert polarization_of(one, n) == pytest.approx(0.7, abs=1e-12)


@pytest.mark.parametrize(
    ("scope", "conditions", "data", "line", "reason"),
    [
        ("[0, 1]", 'circuit = "a.qasm"', THREE, False, "has 3 qubits, and its scope 2"),
        ("[0, 1, 2]", "", THREE, False, "names no circuit"),
        ("[0, 1, 2]", 'circuit = "b.qasm"', THREE, False, "was not given"),
        ("[0, 1, 2]", 'circuit = "a.qasm"', THREE, True, "between qubits 0 and 2"),
        ("[0, 1, 2]", 'circuit = "a.qasm", mitigation = "zne"', THREE, False, "not met"),
    ],
)
def test_what_is_not_tested_says_why(scope, conditions, data, line, reason):
    device = described(line=True) if line else described()
    plan = planned(sheet(0.9, conditions, scope), {"a.qasm": data}, device)
    assert not plan.experiments
    assert reason in plan.untested[0].reason


@pytest.mark.parametrize(
    ("data", "conditions", "words"),
    [
        (b"OPENQASM 2.0;\nqreg q[2];\nfoo q[0];\n", "", "a.qasm, line 3"),
        (b"OPENQASM 2.0;\nqreg q[3];\nx q[1];\ncz q[0],q[1];\n", "", "meets no other"),
        (b"\xff\xfe", "", "a text in UTF-8"),
        (THREE, f', sha256 = "{"0" * 64}"', "as the claim states"),
    ],
)
def test_a_file_that_is_no_circuit_is_refused(data, conditions, words):
    with pytest.raises(PlanError, match=words):
        planned(sheet(conditions='circuit = "a.qasm"' + conditions), {"a.qasm": data})


def test_files_are_read_below_the_folder_of_the_sheet(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.qasm").write_bytes(THREE)
    (tmp_path / "large.qasm").write_bytes(b"/" * ((1 << 19) + 1))
    (tmp_path / "away.qasm").symlink_to("/etc/hostname")
    place = tmp_path / "sheet.toml"
    good = sheet(conditions='circuit = "sub/a.qasm"')
    assert attached_files(good, place) == {"sub/a.qasm": THREE}
    for name in ("none.qasm", "sub", "large.qasm", "away.qasm"):
        with pytest.raises(ClaimError, match="a file in the folder of the sheet"):
            attached_files(sheet(conditions=f'circuit = "{name}"'), place)
    for name in ("../a.qasm", "/etc/passwd", "c:/a.qasm"):
        with pytest.raises(ClaimError, match="stays in it"):
            sheet(conditions=f'circuit = "{name}"')


def test_a_stranger_s_plan_holds_the_file_that_is_claimed():
    plan = planned(sheet(), {"a.qasm": THREE})
    (x,) = plan.experiments
    check_plan(plan, "plan")
    for changes in (
        {"circuit": circuit_text("b.qasm", THREE)},
        {"circuit": x.circuit.replace("0.3", "0.4")},
        {"circuit": circuit_text("a.qasm", CHAIN)},
        {"targets": ((0, 1), (0, 3), (1, 3))[::-1]},
    ):
        forged = replace(plan, experiments=(replace(x, **changes),))
        with pytest.raises((MalformedError, PlanError)):
            check_plan(forged, "plan")


@pytest.mark.slow
def test_a_noisy_machine_s_truth_is_found_and_sealed(tmp_path):
    """Six turns and entanglers: F is the product of their own, but for what cancels.

    The interval is widened threefold: 4e-9 were it normal. Claims are a quarter off on each side.
    """
    machine = read_machine(NOISY.encode(), "m.toml")
    (pair,) = answer_key.two_qubit_gate_error(machine, ((0, 1),), ((0, 1),))
    one = float(np.mean(answer_key.one_qubit_gate_error(machine)))
    truth = (1 - 1.25 * pair) ** 6 * (1 - 1.5 * one) ** 6
    (tmp_path / "c.qasm").write_bytes(CHAIN)
    text = HEAD.replace('id = "c"\n', "").removesuffix("[[claim]]\n")
    for name, value in (("easy", truth * 0.75), ("strict", min(truth * 1.3, 0.99))):
        text += f'[[claim]]\nid = "{name}"\nmetric = "circuit_fidelity"\nvalue = {value:.4f}\n'
        text += 'delta = 0.3\nscope = {qubits = [0, 1]}\nconditions = {circuit = "c.qasm"}\n'
    (tmp_path / "sheet.toml").write_text(text)
    result = assay.run(tmp_path / "sheet.toml", VirtualMachine(machine), out=tmp_path / "o", seed=3)
    assert [verdict.outcome for verdict in result.verdicts] == ["supported", "refuted"]
    for verdict in result.verdicts:
        found = verdict.estimate
        assert found.value - 3 * (found.value - found.low) < truth
        assert truth < found.value + 3 * (found.high - found.value)
    assert audit_bundle(result.bundle).failure is None
    for kind in (audit_minimal.Audit, audit_further.Further):
        assert audit_minimal.audit(result.bundle, [], kind)["failed"] is None
