"""Verdicts by seconds: intervals, bounds, and what seconds cannot say."""

import math

import pytest

from qassay.claims.claim_file import parse_claim_sheet
from qassay.devices.description import DeviceDescription, Durations
from qassay.planning.options import Options
from qassay.planning.planner import make_plan
from qassay.protocols.batches import batch_id
from qassay.verdicts.operations import SentJob, Timings, operation_verdicts

HEAD = '[sheet]\ntitle = "t"\nvendor = "v"\nmachine = "m"\n'
TURN, MEET, SHOT = 40e-9, 100e-9, 250e-6
DEVICE = DeviceDescription(
    name="d",
    platform="superconducting",
    qubits=4,
    connectivity="line",
    couplings=((0, 1), (1, 2), (2, 3)),
    durations=Durations(readout=1e-6, shot_overhead=249e-6),
)


def plan_of(metric, value, more=""):
    text = f'[[claim]]\nid = "a"\nkind = "operations"\nmetric = "{metric}"\nvalue = "{value}"\n'
    sheet = parse_claim_sheet((HEAD + text + more).encode())
    return make_plan(sheet, DEVICE, bytes(32), Options(), "test")


def seconds_of(plan, *, jitter=lambda _: 1.0, grain=0.0):
    """Clock a machine of known times."""
    found = {}
    for x in plan.experiments:
        meets = MEET if x.protocol != "clock" else 0.0
        each = SHOT + x.lengths[0] * (TURN + meets)
        for k in range(x.batches):
            exact = x.batch * x.shots * each * jitter(f"{x.id}/{k}")
            found[batch_id(x, k)] = round(exact / grain) * grain if grain else exact
    return found


def verdict(plan, **how):
    return operation_verdicts(plan, Timings(seconds=seconds_of(plan, **how)))[0]


@pytest.mark.parametrize(
    ("metric", "value", "outcome", "found"),
    [
        ("gate_time_1q", "40 ns", "supported", TURN),
        ("gate_time_1q", "20 ns", "refuted", TURN),
        ("gate_time_2q", "100 ns", "supported", MEET),
        ("gate_time_2q", "50 ns", "refuted", MEET),
        ("readout_time", "300 us", "supported", SHOT + TURN),
        ("readout_time", "1 us", "inconclusive", SHOT + TURN),
        ("shot_rate", "3900 1/s", "supported", 1 / (SHOT + TURN)),
        ("shot_rate", "8000 1/s", "refuted", 1 / (SHOT + TURN)),
        ("throughput", "380000 1/s", "supported", 100 / (SHOT + 100 * (TURN + MEET))),
    ],
)
def test_a_machine_of_known_times(metric, value, outcome, found):
    one = verdict(plan_of(metric, value))
    assert one.outcome == outcome
    assert math.isclose(one.value, found, rel_tol=1e-9)
    assert one.low <= found <= one.high * (1 + 1e-12)


def test_a_readout_that_is_slower_than_claimed_is_never_refuted_by_a_whole_shot():
    one = verdict(plan_of("readout_time", "1 us"))
    assert one.standing == "inconclusive, declared only"
    assert any("no clock outside tells its parts apart" in words for words in one.reasons)


def test_a_coarse_clock_settles_nothing():
    one = verdict(plan_of("gate_time_1q", "40 ns"), grain=1.0)
    assert one.outcome == "inconclusive"
    assert "grain" in one.reasons[0]


def test_a_machine_that_merges_gates_is_not_taken_for_a_fast_one():
    plan = plan_of("gate_time_1q", "40 ns")
    same = {name: 1.0 + 1e-5 * i for i, name in enumerate(seconds_of(plan))}
    one = operation_verdicts(plan, Timings(seconds=same))[0]
    assert one.outcome == "inconclusive"
    assert "merges gates" in one.reasons[0]


def test_seconds_that_were_reckoned_from_the_claim_prove_nothing():
    plan = plan_of("gate_time_1q", "40 ns")
    one = operation_verdicts(plan, Timings(seconds=seconds_of(plan), reckoned=True))[0]
    assert one.outcome == "not tested"


def test_what_no_clock_settles_says_so():
    assert "the operator's log" in verdict(plan_of("calibration_share", "5 %")).reasons[0]
    other = plan_of("throughput", "2600 1/s", 'definition = "clops_v"\n')
    assert "clops_h can be timed" in verdict(other).reasons[0]


def sent(*spans):
    return tuple(
        SentJob(job=f"j{i}", answered=good, sent_at=3600.0 * start, ended_at=3600.0 * end)
        for i, (start, end, good) in enumerate(spans)
    )


@pytest.mark.parametrize(
    ("spans", "outcome", "ends"),
    [
        (((0, 29, True),), "supported", (1.0, 1.0)),
        (((0, 15, True), (15, 30, False)), "refuted", (0.5, 0.5)),
        (((0, 1, True), (29, 30, True)), "inconclusive", (2 / 30, 1.0)),
        (((0, 2, True),), "inconclusive", None),
    ],
)
def test_uptime_is_what_was_seen_of_the_window(spans, outcome, ends):
    plan = plan_of("uptime", "95 %")
    one = operation_verdicts(plan, Timings(seconds={}, sent=sent(*spans)))[0]
    assert one.outcome == outcome
    if ends is not None:
        assert (one.low, one.high) == pytest.approx(ends)


def test_a_round_trip_of_a_queue():
    plan = plan_of("round_trip", "2 min", "delta = 0.1\n")
    jobs = tuple(
        SentJob(job=f"j{i}", answered=True, sent_at=100.0 * i, ended_at=100.0 * i + 60)
        for i in range(5)
    )
    one = operation_verdicts(plan, Timings(seconds={}, sent=jobs))[0]
    assert (one.outcome, one.value) == ("supported", 60.0)
    few = operation_verdicts(plan, Timings(seconds={}, sent=jobs[:2]))[0]
    assert few.outcome == "inconclusive"


def test_intervals_hold_the_truth_as_often_as_they_say():
    """200 runs at 90 %: fewer than 167 hold it with a probability of 0.2 % (binomial)."""
    import numpy as np

    random = np.random.default_rng(1)
    plan = plan_of("shot_rate", "3900 1/s")
    held = 0
    for _ in range(200):
        one = verdict(plan, jitter=lambda _: 1 + 0.01 * random.standard_normal())
        held += one.low <= 1 / (SHOT + TURN) <= one.high
    assert held >= 167


def test_targets_that_were_not_timed_are_in_the_interval_once():
    """One of six qubits is twice as slow: three of them were timed, and the mean may be any."""
    wide = DeviceDescription(
        name="d",
        platform="superconducting",
        qubits=6,
        connectivity="line",
        couplings=tuple((q, q + 1) for q in range(5)),
        durations=DEVICE.durations,
    )
    text = '[[claim]]\nid = "a"\nkind = "operations"\nmetric = "gate_time_1q"\nvalue = "40 ns"\n'
    plan = make_plan(parse_claim_sheet((HEAD + text).encode()), wide, bytes(32), Options(), "test")
    timed = sorted({t for x in plan.experiments if x.lengths != (1.0,) for t in x.targets})
    assert len(timed) == 3
    seconds = {}
    for x in plan.experiments:
        slow = 2.0 if x.targets == (timed[0],) else 1.0
        for k in range(x.batches):
            seconds[batch_id(x, k)] = x.batch * (SHOT + x.lengths[0] * TURN * slow)
    one = operation_verdicts(plan, Timings(seconds=seconds))[0]
    assert one.value == pytest.approx(TURN * 4 / 3)
    assert one.low < TURN * 7 / 6 < one.high  # the others are like the most of those timed
    assert one.outcome == "inconclusive"
