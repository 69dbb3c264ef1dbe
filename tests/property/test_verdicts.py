"""Whatever the counts, judging ends with a verdict, and its interval says what the verdict says."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kit.examples import examples

from qassay.claims.claim_file import parse_claim_sheet
from qassay.devices.machine_file import read_machine
from qassay.planning.options import Options
from qassay.planning.planner import make_plan
from qassay.planning.schedule import cycle, cycles
from qassay.protocols.batches import draw_order
from qassay.protocols.known import protocol_for, targets_with
from qassay.protocols.weighing.counted import Counted
from qassay.reports.numbers import shown_estimate
from qassay.statistics.trials import Trials
from qassay.verdicts.analysis import analyse

MACHINE = """[machine]
name = "m"
qubits = 3
connectivity = "line"
[durations]
one_qubit_gate = "20 ns"
two_qubit_gate = "60 ns"
readout = "500 ns"
shot_overhead = "100 us"
"""
HEAD = '[sheet]\ntitle = "x"\nvendor = "v"\nmachine = "m"\n'
METRICS = {
    "readout_error": ("0.02", "0.2"),
    "readout_error_1": ("0.02", "0.2"),
    "one_qubit_gate_error": ("1e-4", "1e-2", "0.1"),
    "two_qubit_gate_error": ("1e-3", "5e-2"),
    "t1": ('"100 us"',),
    "t2_star": ('"20 us"',),
    "layer_fidelity": ("0.9", "0.999"),
    "leakage": ("1e-3",),
    "crosstalk": ("1e-2",),
    "ghz_fidelity": ("0.8",),
    "qubits": ("3",),
}
ROOT = bytes(32)


@st.composite
def sheets(draw):
    """Draw a sheet of one to three claims, not all of them sensible."""
    claims = []
    for number in range(draw(st.integers(1, 3))):
        metric = draw(st.sampled_from(sorted(METRICS)))
        lines = [f'id = "c{number}"', f'metric = "{metric}"']
        lines.append(f"value = {draw(st.sampled_from(METRICS[metric]))}")
        if metric not in ("layer_fidelity", "ghz_fidelity", "qubits"):
            lines.append(
                f'statistic = "{draw(st.sampled_from(["mean", "median", "every", "best"]))}"'
            )
        if metric == "qubits" or draw(st.integers(0, 4)):
            pass
        else:
            lines.append(f'relation = "{draw(st.sampled_from(["at most", "at least"]))}"')
        if "gate_error" in metric or metric == "crosstalk":
            lines.append('convention = "process_infidelity"')
        claims.append("[[claim]]\n" + "\n".join(lines) + "\n")
    return HEAD + "".join(claims)


def counts_of(plan, until, chance, rng):
    """Draw hits of every batch with one probability, of every target alike or each its own."""
    parts = []
    for number in range(until):
        for slot in cycle(plan, number):
            x = slot.experiment
            arms = draw_order(x, slot.index, ROOT)
            n = arms.size
            expected = rng.integers(0, 2, (n, plan.device.qubits), dtype=np.uint8)
            expected[1::2] = 1 - expected[: n - 1 : 2]
            wrong = rng.random((n, 1, plan.device.qubits)) < (
                rng.random() if chance is None else chance
            )
            bits = expected[:, None, :] ^ wrong.astype(np.uint8)
            scored = protocol_for(x).score(expected, bits, x, arms)
            parts.append((x, slot.index, scored))
    return Counted.of(parts, until)


CHANCES = {  # of a wrong bit, each qubit alike or not; None: another one in every batch
    "no hit": 1.0,
    "all hits": 0.0,
    "few misses": 0.02,
    "half": 0.5,
    "any": None,
    "unlike": np.array([0.0, 0.02, 0.4]),
}


@settings(deadline=None, max_examples=examples(20))
@given(
    sheets(),
    st.sampled_from(sorted(CHANCES)),
    st.integers(0, 2**20),
    st.sampled_from(["none", "fdr"]),
    st.sampled_from(["tolerant", "guarded"]),
    st.integers(1, 4),
)
def test_a_verdict_and_its_interval_never_contradict_each_other(
    sheet, kind, seed, multiplicity, rule, until
):
    claims = parse_claim_sheet(sheet.encode(), "s.toml")
    device = read_machine(MACHINE.encode(), "m.toml").description
    options = Options(multiplicity=multiplicity, rule=rule, budget_shots=2000)
    plan = make_plan(claims, device, ROOT, options, "test")
    rng = np.random.default_rng(seed)
    until = min(until, cycles(plan))
    analysis = analyse(plan, counts_of(plan, until, CHANCES[kind], rng))
    for claim, verdict in zip(claims.claims, analysis.verdicts, strict=True):
        agrees(claim, verdict)


def agrees(claim, verdict):
    """Compare outcome, sentence and interval."""
    verdict.as_json()
    one = verdict.estimate
    assert "nan" not in str(shown_estimate(one, "probability"))
    if one is None or not one.informative:
        return
    assert one.low <= one.value <= one.high
    if claim.metric == "qubits":
        return
    sign = 1.0 if claim.relation == "at most" else -1.0
    low, high = sorted((sign * one.low, sign * one.high))
    claimed, limit = sign * verdict.claimed, sign * verdict.limit
    if verdict.outcome == "supported":
        assert high < limit
    if verdict.outcome == "refuted":
        assert low > claimed
    if verdict.outcome == "inconclusive":
        assert low <= claimed
        assert high >= limit
    if "exclude neither" in verdict.reasons[0]:
        assert verdict.outcome == "inconclusive"


@pytest.mark.parametrize("metric", ["layer_fidelity", "one_qubit_gate_error"])
def test_counts_that_say_next_to_nothing_overflow_nothing(metric):
    value = "0.9" if metric == "layer_fidelity" else "0.01"
    more = "" if metric == "layer_fidelity" else 'convention = "average_gate_infidelity"\n'
    sheet = f'{HEAD}[[claim]]\nid = "c"\nmetric = "{metric}"\nvalue = {value}\n{more}'
    claims = parse_claim_sheet(sheet.encode(), "s.toml")
    device = read_machine(MACHINE.encode(), "m.toml").description
    plan = make_plan(claims, device, ROOT, Options(), "test")
    for misses in range(4):
        rng = np.random.default_rng(misses)
        counted = counts_of(plan, 1 + misses, 1e-3, rng)
        for verdict in analyse(plan, counted).verdicts:
            for one in (verdict.estimate, verdict.sequence):
                assert one is None or not math.isnan(one.value) or not one.informative


def test_every_target_of_an_experiment_has_hits():
    """The counts drawn above are those of the product: one column a target."""
    sheet = f'{HEAD}[[claim]]\nid = "c"\nmetric = "readout_error"\nvalue = 0.02\n'
    claims = parse_claim_sheet(sheet.encode(), "s.toml")
    device = read_machine(MACHINE.encode(), "m.toml").description
    plan = make_plan(claims, device, ROOT, Options(), "test")
    counted = counts_of(plan, 1, 0.5, np.random.default_rng(0))
    (x,) = plan.experiments
    trials = counted.joined([x])[x.id]["readout_error"]
    assert isinstance(trials, Trials)
    assert trials.targets == len(targets_with(x, "readout_error"))
