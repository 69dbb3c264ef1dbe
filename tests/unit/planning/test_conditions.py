"""Conditions are met or named; hopeless claims are told from those that take long."""

from dataclasses import replace

import pytest

from qassay.claims.claim_file import parse_claim_sheet
from qassay.claims.metrics import METRICS
from qassay.devices.description import DeviceDescription, Durations
from qassay.planning.conditions import can_be_alone, unmet, unreached
from qassay.planning.hopeless import MOST_SECONDS, MOST_SHOTS
from qassay.planning.options import Options
from qassay.planning.planner import make_plan
from qassay.planning.schedule import experiment_seconds

HEAD = '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "M"\n'
DEVICE = DeviceDescription(
    name="line-6",
    platform="superconducting",
    qubits=6,
    connectivity="line",
    couplings=tuple((q, q + 1) for q in range(5)),
    durations=Durations(one_qubit_gate=2e-8, two_qubit_gate=6e-8, readout=1e-6, shot_overhead=1e-4),
)
VALUES = {"time": '"10 ms"', "probability": "0.01", "count": "6", "rate": '"1 kHz"'}


def claim(metric, conditions, value=None, more=""):
    row = METRICS[metric]
    convention = f'convention = "{row.conventions[0]}"\n' if row.conventions else ""
    return (
        f'[[claim]]\nid = "{metric}"\nmetric = "{metric}"\n{convention}{more}'
        f"value = {value or VALUES[row.dimension]}\nconditions = {{{conditions}}}\n"
    )


def planned(*claims, device=DEVICE, **options):
    sheet = parse_claim_sheet((HEAD + "".join(claims)).encode())
    return make_plan(sheet, device, b"r" * 32, Options(**options), "test")


def reason(metric, conditions, device=DEVICE, **keys):
    """Give why a claim is not tested; None where it is."""
    plan = planned(claim(metric, conditions, **keys), device=device)
    told = {item.claim: item.reason for item in plan.untested}
    assert (metric in told) == (not plan.experiments)  # a claim left out takes no shot
    return told.get(metric)


@pytest.mark.parametrize(
    "condition",
    [
        'post_selection = "parity"',
        "post_selection = true",
        'mitigation = "zne"',
        'window = "24 h"',
        "no_such_thing = 3",
        "depth = 7",
        "qubits = 50",
    ],
)
@pytest.mark.parametrize("metric", ["two_qubit_gate_error", "readout_error", "t1", "ghz_fidelity"])
def test_what_is_not_met_is_not_tested_and_named(metric, condition):
    assert condition in reason(metric, condition)


@pytest.mark.parametrize("name", ["post_selection", "heralding", "leakage_detection"])
def test_who_leaves_shots_out_is_told_which_counts_settle_it(name):
    assert "a column" not in reason("t1", 'mitigation = "zne"')
    assert "imported with their column “lost”" in reason("t1", f'{name} = "on"')


def test_all_unmet_conditions_of_a_claim_are_named():
    said = reason("t1", 'window = "24 h", simultaneous = true, mitigation = "zne"')
    assert "window" in said
    assert "mitigation" in said
    assert "simultaneous" not in said


@pytest.mark.parametrize(
    "condition",
    [
        "simultaneous = true",
        "post_selection = false",
        'mitigation = "none"',
        'platform = "superconducting (transmon)"',
        'gate_time = "60 ns"',
    ],
)
def test_what_is_done_anyway_is_met(condition):
    assert reason("two_qubit_gate_error", condition) is None


def test_times_are_those_of_the_device():
    assert reason("one_qubit_gate_error", 'gate_time = "20 ns"') is None
    assert "20.0 ns" in reason("one_qubit_gate_error", 'gate_time = "60 ns"')
    assert reason("readout_error", 'readout_time = "1 us"') is None
    silent = replace(DEVICE, durations=Durations())
    assert "does not say" in reason("two_qubit_gate_error", 'gate_time = "60 ns"', device=silent)


@pytest.mark.parametrize("metric", ["layer_fidelity", "eplg", "crosstalk", "readout_error"])
def test_one_at_a_time_has_no_meaning_for_what_is_of_many_at_once(metric):
    assert "simultaneous = false" in reason(metric, "simultaneous = false")


@pytest.mark.parametrize("statistic", ["mean", "every", "median"])
@pytest.mark.parametrize("metric", [*filter(can_be_alone, METRICS)])
@pytest.mark.parametrize("connectivity", ["line", "all-to-all"])
def test_one_at_a_time_is_measured_alone(metric, statistic, connectivity):
    """Nothing that works has a neighbour that works, and every target has its turn."""
    device = DEVICE
    if connectivity == "all-to-all":
        device = replace(DEVICE, connectivity=connectivity, couplings=())
    more = f'statistic = "{statistic}"\n'
    plan = planned(claim(metric, "simultaneous = false", more=more), device=device)
    assert not plan.untested
    wanted = device.pairs if METRICS[metric].target == "pair" else [(q,) for q in range(6)]
    assert sorted(t for x in plan.experiments for t in x.targets) == sorted(wanted)
    near = {frozenset(pair) for pair in device.pairs}
    for x in plan.experiments:
        assert x.alone
        busy = [q for target in x.targets for q in target]
        assert len(set(busy)) == len(busy)
        for one in x.targets:
            for other in x.targets:
                if one != other:
                    assert not any(frozenset((a, b)) in near for a in one for b in other)
    most = {"line": 3 if METRICS[metric].target == "pair" else 2}.get(connectivity, len(wanted))
    assert len(plan.experiments) == most  # packed side by side


def test_alone_and_at_once_do_not_share_circuits():
    alone, together = (
        claim("two_qubit_gate_error", f"simultaneous = {word}").replace(
            'id = "two_qubit_gate_error"', f'id = "{word}"'
        )
        for word in ("false", "true")
    )
    plan = planned(alone, together)
    assert {(x.alone, x.claims) for x in plan.experiments} == {
        (True, ("false",)),
        (False, ("true",)),
    }


def test_a_register_by_itself_is_what_is_run():
    assert reason("ghz_fidelity", "simultaneous = false", value="0.8") is None
    assert reason("mirror_polarization", "depth = 4, simultaneous = false", value="0.8") is None


@pytest.mark.parametrize(
    "platform",
    [
        "neutral atoms (87Rb), analog",
        "quantum annealer (flux qubits)",
        "photonic (GBS)",
        "superconducting cat qubits",
    ],
)
def test_platforms_that_no_circuit_reaches(platform):
    assert unreached(platform) is not None
    assert platform in reason("two_qubit_gate_error", f'platform = "{platform}"')


@pytest.mark.parametrize(
    "platform",
    [
        "superconducting (transmon, tunable coupler)",
        "trapped ions (171Yb+, qudits d=4)",
        "neutral atoms (87Rb, optical tweezers)",
        "other",
    ],
)
def test_platforms_of_gates(platform):
    assert unreached(platform) is None


@pytest.mark.parametrize("platform", ["photonic", "cat-qubit", "analog", "annealer"])
def test_a_device_out_of_reach_gets_no_circuits(platform):
    plan = planned(
        claim("t1", ""),
        claim("readout_error", ""),
        claim("eplg", ""),
        device=replace(DEVICE, platform=platform),
    )
    assert not plan.experiments
    assert len(plan.untested) == 3
    assert all(platform in item.reason for item in plan.untested)


def test_published_counts_do_not_say_that_targets_were_alone():
    sheet = parse_claim_sheet((HEAD + claim("t1", "simultaneous = false")).encode())
    assert "published" in (unmet(sheet.claims[0], DEVICE, published=True) or "")


def test_a_hopeless_claim_is_not_started_and_says_what_would_settle():
    mirror = claim("mirror_polarization", "depth = 64", value="0.0001")
    plan = planned(mirror, claim("t1", ""))
    (told,) = plan.untested
    assert told.claim == "mirror_polarization"
    plain = told.reason.replace("\u202f", " ")
    assert plain.startswith("hopeless: a verdict would take up to 954 515 721 530 shots and")
    assert "could be settled" in told.reason
    assert plan.cost.shots < MOST_SHOTS
    assert {c for x in plan.experiments for c in x.claims} == {"t1"}


def test_what_a_hopeless_claim_is_told_could_be_settled_can_be():
    told = reason("mirror_polarization", "depth = 64", value="0.0001")
    easier = told.split("a claim of ")[1].split(" could")[0].split(" or ")[0]
    plan = planned(claim("mirror_polarization", "depth = 64", value=f'"{easier}"'))
    assert plan.experiments
    assert plan.cost.shots <= MOST_SHOTS * 1.1  # the value is told rounded


@pytest.mark.parametrize("metric", ["t1", "readout_error", "ghz_fidelity", "leakage"])
def test_no_experiment_takes_longer_than_a_campaign(metric):
    for value in (1e-9, 1e-6, 1e-3, 0.3):
        text = f'"{1 / value:g} s"' if metric == "t1" else f"{value:g}"
        plan = planned(claim(metric, "", value=text))
        assert bool(plan.experiments) != bool(plan.untested)
        for x in plan.experiments:
            assert x.rounds * x.shots <= MOST_SHOTS
            assert experiment_seconds(x, x.rounds, DEVICE.durations) <= MOST_SECONDS


def test_a_budget_is_the_users_own_decision():
    mirror = claim("mirror_polarization", "depth = 64", value="0.0001")
    assert planned(mirror, budget_shots=1000).cost.shots <= 1000
