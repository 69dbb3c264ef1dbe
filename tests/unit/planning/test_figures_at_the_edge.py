"""A figure that a sheet accepts is planned, however odd it is."""

from dataclasses import replace

import pytest

from qassay.claims import METRICS, parse_claim_sheet
from qassay.claims.possible_values import pure_noise
from qassay.devices.description import DeviceDescription, Durations
from qassay.errors import ClaimError
from qassay.evidence.planned_checks import otherwise_planned
from qassay.planning.arranged import Beside, arranged
from qassay.planning.options import Options
from qassay.planning.planner import make_plan

HEAD = '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "M"\n[[claim]]\nid = "a"\n'
DEVICE = DeviceDescription(
    name="line of five",
    platform="superconducting",
    qubits=5,
    connectivity="line",
    couplings=((0, 1), (1, 2), (2, 3), (3, 4)),
    durations=Durations(one_qubit_gate=3e-8, two_qubit_gate=1e-7, readout=1e-6),
)
ERRORS = [
    (m.id, c)
    for m in METRICS.values()
    for c in m.conventions or (None,)
    if pure_noise(m, c) is not None and m.protocol
]


def planned(*lines):
    sheet = parse_claim_sheet((HEAD + "\n".join(lines)).encode())
    return make_plan(sheet, DEVICE, bytes(32), Options(), "test")


@pytest.mark.parametrize(("metric", "convention"), ERRORS)
@pytest.mark.parametrize("share", [1e-12, 0.5, 0.949, 0.951, 1.0])
def test_errors_up_to_pure_noise_are_planned_and_those_at_it_refused(metric, convention, share):
    noise = pure_noise(METRICS[metric], convention)
    lines = [f'metric = "{metric}"', f"value = {max(share * noise, 1e-12)!r}"]
    lines += [f'convention = "{convention}"'] if convention else []
    if metric == "cycle_error":  # of the layer that is named
        lines.append("scope = {pairs = [[0, 1], [3, 4]]}")
    if share > 0.95:
        with pytest.raises(ClaimError, match="looks like a fidelity"):
            planned(*lines)
    else:
        made = planned(*lines)
        assert made.cost.shots or "could be settled" in made.untested[0].reason


@pytest.mark.parametrize("value", ["0 s", "1 ns", "1e10 s"])
@pytest.mark.parametrize("metric", ["t1", "t2_star", "t2_echo"])
def test_times_from_nothing_to_ages_are_planned(metric, value):
    made = planned(f'metric = "{metric}"', f'value = "{value}"')
    assert made.cost.shots or made.untested[0].reason


def asked(metric, near):
    text = '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "M"\n[[question]]\nid = "a"\n'
    text += f'ask = "figure"\nmetric = "{metric}"\nnear = {near}\nprecision = 0.2\n'
    if METRICS[metric].conventions:
        text += 'convention = "average_gate_infidelity"\n'
    return parse_claim_sheet((text + "scope = {pairs = [[0, 1]]}\n").encode())


@pytest.mark.parametrize("near", [0.1, 0.01])
def test_a_figure_has_no_more_batches_than_it_is_looked_at(near):
    """A gate of one pair is looked at every 25 circuits where it is claimed."""
    sheet, options = asked("two_qubit_gate_error", near), Options()
    plan = make_plan(sheet, DEVICE, bytes(32), options, "test")
    assert max(x.batches for x in plan.experiments) <= 301
    beside = Beside()
    old = arranged(sheet, DEVICE, options, beside, returned=False, planner=2)
    new = arranged(sheet, DEVICE, options, beside, returned=False)
    assert new.experiments == plan.experiments
    assert [x.rounds for x in old.experiments] == [x.rounds for x in new.experiments]
    if old.experiments != new.experiments:
        assert (plan.planner, old.planner) == (3, 1)
    assert not list(otherwise_planned(plan, ()))
    earlier = replace(plan, experiments=old.experiments, planner=old.planner)
    assert not list(otherwise_planned(replace(earlier, planner=2), ()))
