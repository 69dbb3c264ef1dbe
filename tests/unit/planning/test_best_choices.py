"""The choice of a best chain: from a file, into the plan, and made again from the plan alone."""

from dataclasses import replace

import pytest

from qassay.claims.claim_file import parse_claim_sheet
from qassay.devices.description import DeviceDescription
from qassay.errors import PlanError
from qassay.planning.best_choices import choose_best, chosen_again
from qassay.planning.options import Options
from qassay.planning.planner import make_plan

DEVICE = DeviceDescription(
    name="ring-6",
    platform="superconducting",
    qubits=6,
    connectivity="listed",
    couplings=(*((q, q + 1) for q in range(5)), (0, 5)),
)
HEAD = '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "M"\n'
RESULTS = (
    "experiment,quantity,target,value,low,high\r\n"
    "a,two_qubit_gate_error,0-1,0.05,,\r\n"
    "a,two_qubit_gate_error,1-2,0.001,,\r\n"
    "a,two_qubit_gate_error,2-3,0.002,,\r\n"
    "a,two_qubit_gate_error,3-4,0.003,,\r\n"
    "a,two_qubit_gate_error,4-5,,,\r\n"
    "a,two_qubit_gate_error,0-2,0.0001,,\r\n"
    "a,readout_error,2,0.2,,\r\n"
    "a,readout_error,4,0.001,,\r\n"
    "a,t1,3,0.0001,,\r\n"
)


def sheet_of(metric="layer_fidelity", scope="best chain of 4", value="0.5", more=""):
    text = (
        f'{HEAD}[[claim]]\nid = "c"\nmetric = "{metric}"\nvalue = {value}\nscope = "{scope}"\n'
        f'conditions = {{chosen_from = "first.csv"{more}}}\n'
    )
    return parse_claim_sheet(text.encode())


def planned(text, **asked):
    files = {} if text is None else {"first.csv": text.encode()}
    return make_plan(sheet_of(**asked), DEVICE, b"r" * 32, Options(), "test", files)


def test_the_chain_of_least_loss_is_planned_and_the_plan_says_what_it_was_chosen_by():
    plan = planned(RESULTS)
    (claim,) = plan.sheet.claims
    assert claim.scope.pairs == ((1, 2), (2, 3), (3, 4))  # 0-2 is not coupled, 4-5 has no error
    assert claim.best.losses[0] == (0, 1, 51293294)  # -ln 0.95
    assert {q for x in plan.experiments for t in x.targets for q in t} == {1, 2, 3, 4}
    assert not plan.untested


def test_readout_counts_where_the_figure_has_it():
    (claim,) = planned(RESULTS, metric="ghz_fidelity", scope="best set of 2").sheet.claims
    assert claim.scope.qubits == (3, 4)  # 2 reads badly
    (claim,) = planned(RESULTS, scope="best set of 2").sheet.claims
    assert claim.scope.qubits == (1, 2)


def test_who_has_the_plan_makes_the_choice_again_and_sees_another():
    plan = planned(RESULTS)
    read = sheet_of()
    assert chosen_again(read, plan.sheet, plan.device) == plan.sheet
    (claim,) = plan.sheet.claims
    scope = replace(claim.scope, pairs=((0, 1), (1, 2), (2, 3)))
    forged = replace(plan.sheet, claims=(replace(claim, scope=scope),))
    assert chosen_again(read, forged, plan.device) != forged
    bent = replace(claim.best, losses=((0, 1, 1), *claim.best.losses[1:]))
    forged = replace(plan.sheet, claims=(replace(claim, best=bent),))
    assert chosen_again(read, forged, plan.device) != forged


def test_a_choice_that_was_made_is_kept_when_a_run_is_taken_up_again():
    plan = planned(RESULTS)
    again, reasons = choose_best(plan.sheet, DEVICE, {})
    assert again == plan.sheet
    assert not reasons


@pytest.mark.parametrize(
    ("asked", "text", "reason"),
    [
        ({}, None, "was not given"),
        ({"scope": "best chain of 6"}, RESULTS, "finds no chain of 6 qubits among the 4"),
        ({"metric": "qubits", "value": "4"}, RESULTS, "which qubits is not"),
        ({"metric": "circuit_fidelity"}, RESULTS, "which circuit_fidelity is not"),
    ],
)
def test_where_nothing_is_chosen_the_claim_is_not_tested_and_says_why(asked, text, reason):
    plan = planned(text, **asked)
    (untested,) = plan.untested
    assert reason in untested.reason
    assert not plan.experiments


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "an empty file"),
        ("a,b\n0-1,0.1\n", "the first line"),
        ("target,value\n0-x,0.1\n", 'target "0-x"'),
        ("target,value\n0-1,bad\n", 'value "bad"'),
        ("target,value\n0-1,1.5\n", 'value "1.5"'),
        ("target,value\n0-1,nan\n", 'value "nan"'),
        ("target,value\n0-1,0.1\n1-0,0.2\n", "1-0 once more, as in line 2"),
        ("target,value\n0,0.1\n", "no error of any pair"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_its_line(text, found):
    with pytest.raises(PlanError, match=found) as caught:
        planned(text)
    assert len(caught.value.problems) == 1
