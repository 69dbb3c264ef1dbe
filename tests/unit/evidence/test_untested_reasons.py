"""What stands behind the reason of a claim that is not tested, and that a page says so."""

from dataclasses import replace

import pytest

from qassay.claims.claim_file import parse_claim_sheet
from qassay.devices.description import DeviceDescription
from qassay.evidence.planned_checks import otherwise_planned
from qassay.evidence.untested_reasons import by_word_alone
from qassay.planning.options import Options
from qassay.planning.plan import Untested
from qassay.planning.planner import make_plan
from qassay.protocols.weighing.counted import Counted
from qassay.verdicts.judge import judge

HEAD = '[sheet]\ntitle = "t"\nvendor = "v"\nmachine = "m"\n'
TEXT = 'OPENQASM 2.0;\ninclude "qelib1.inc";\nqreg q[{n}];\nh q[0];\n'
LINE = DeviceDescription(
    name="d",
    platform="superconducting",
    qubits=3,
    connectivity="line",
    couplings=((0, 1), (1, 2)),
)
READOUT = '[[claim]]\nid = "ro"\nmetric = "readout_error"\nvalue = "5 %"\nstatistic = "mean"\n'
CIRCUIT = (
    '[[claim]]\nid = "circ"\nmetric = "circuit_fidelity"\nvalue = "80 %"\n'
    'conditions = {circuit = "my.qasm"}\nscope = {qubits = [0, 1]}\n'
)
ALONE = (
    '[[claim]]\nid = "2q"\nmetric = "two_qubit_gate_error"\nvalue = "1 %"\n'
    'convention = "average_gate_infidelity"\nconditions = {window = "24 h"}\n'
)


def planned(*claims, qubits=2):
    sheet = parse_claim_sheet((HEAD + "".join(claims)).encode())
    meet = "".join(f"cx q[{q}],q[{q + 1}];\n" for q in range(qubits - 1))
    files = {"my.qasm": (TEXT.format(n=qubits) + meet).encode()}
    return make_plan(sheet, LINE, bytes(32), Options(), "test", files)


def test_a_reason_of_the_rules_is_no_word_of_the_tester():
    plan = planned(READOUT, ALONE)
    assert [one.claim for one in plan.untested] == ["2q"]
    assert by_word_alone(plan) == ()
    assert by_word_alone(planned(READOUT)) == ()


@pytest.mark.parametrize("reason", ["the buyer asked for it", "it has been shown elsewhere"])
def test_a_reason_of_the_testers_own_is_told_beside_that_of_the_rules(reason):
    plan = planned(READOUT, ALONE)
    own = replace(plan, untested=(Untested(claim="2q", reason=reason),))
    (told,) = by_word_alone(own)
    assert reason in told
    assert plan.untested[0].reason in told


def test_a_claim_whose_file_the_plan_does_not_hold_is_told_as_such():
    plan = planned(READOUT, CIRCUIT, qubits=5)
    (told,) = by_word_alone(plan)
    assert "the plan does not hold the file" in told
    verdict = judge(plan, Counted.of((), 0))[1]
    assert verdict.outcome == "not tested"
    assert "does not hold the file" in verdict.reasons[1]


def test_a_claim_that_could_be_tested_is_still_refused_where_its_file_is_held():
    plan = planned(READOUT, CIRCUIT)
    assert by_word_alone(plan) == ()
    left = tuple(x for x in plan.experiments if x.claims != ("circ",))
    lied = replace(plan, experiments=left, untested=(Untested(claim="circ", reason="no"),))
    assert by_word_alone(lied)  # its file went with its circuits: the tester's word is all there is
    both = CIRCUIT.replace('"circ"', '"other"').replace("80 %", "70 %")
    held = planned(READOUT, CIRCUIT, both)
    lied = replace(held, untested=(Untested(claim="circ", reason="no"),))
    assert list(otherwise_planned(lied, ()))
