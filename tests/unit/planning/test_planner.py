"""From a sheet and a device to a frozen plan."""

import json
import math
from dataclasses import fields, replace

import pytest

from qassay.canonical import canonical_bytes
from qassay.claims.claim_file import parse_claim_sheet
from qassay.claims.metrics import METRICS
from qassay.devices.description import DeviceDescription, Durations
from qassay.errors import PlanError, QassayError
from qassay.planning.options import Options
from qassay.planning.plan import CampaignTerms, Cost, Untested, commitment_to
from qassay.planning.planner import cost_of, make_plan
from qassay.planning.schedule import cycle, cycles
from qassay.protocols.interface import arms_of
from qassay.protocols.known import mark_of
from qassay.randomness import root_from_integer
from qassay.verdicts.expectations import expectations

HEAD = '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "M"\n'
ROOT = root_from_integer(1)
PLAIN = tuple(m for m in METRICS if m != "approximation_ratio")  # it needs conditions
VALUES = {"time": '"10 ms"', "probability": "0.01", "count": "6", "rate": '"1 kHz"'}
LINE = DeviceDescription(
    name="line-6",
    platform="superconducting",
    qubits=6,
    connectivity="line",
    couplings=tuple((q, q + 1) for q in range(5)),
    durations=Durations(one_qubit_gate=1e-6, two_qubit_gate=1e-5, readout=1e-4, shot_overhead=1e-3),
    cost_per_shot=0.25,
    currency="EUR",
)
ALL = replace(LINE, name="all-8", qubits=8, connectivity="all-to-all", couplings=())


def claim(name, metric, **keys):
    lines = [f'[[claim]]\nid = "{name}"\nmetric = "{metric}"']
    keys.setdefault("value", VALUES[METRICS[metric].dimension])
    if METRICS[metric].conventions:
        lines.append('convention = "average_gate_infidelity"')
    lines += [f"{key} = {value}" for key, value in keys.items()]
    return "\n".join(lines) + "\n"


def planned(*claims, device=LINE, root=ROOT, **options):
    sheet = parse_claim_sheet((HEAD + "".join(claims)).encode())
    return make_plan(sheet, device, root, Options(**options), "test")


def refused(*claims, **keys):
    with pytest.raises(PlanError) as caught:
        planned(*claims, **keys)
    assert caught.value.exit_code == 2
    return [str(problem) for problem in caught.value.problems]


# what cannot be planned


def test_claims_on_qubits_and_pairs_that_are_not_there_are_named_all_at_once():
    problems = refused(
        claim("a", "t1", scope="{qubits = [0, 6]}"),
        claim("b", "t2_echo", scope="{qubits = [5]}"),
        claim("c", "two_qubit_gate_error", scope="{pairs = [[0, 1], [2, 4]]}"),
        claim("d", "two_qubit_gate_error", scope="{pairs = [[4, 3], [5, 99]]}"),
        alpha=0.7,
        budget_shots=0,
    )
    assert problems == [
        "--alpha: found 0.7, expected an error probability in (0, 0.5); usual values are 0.05"
        " and 0.01",
        "--budget-shots: found 0, expected 1 or more",
        'claim "a", scope: found qubits [6], expected qubits 0 to 5 of line-6',
        'claim "c", scope: found pairs [(2, 4)], expected pairs that line-6 couples (line)',
        'claim "d", scope: found qubits [99], expected qubits 0 to 5 of line-6',
    ]


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0, -0.1, float("nan"), float("inf")])
@pytest.mark.parametrize("name", ["alpha", "beta"])
def test_error_probabilities_lie_between_zero_and_a_half(name, value):
    (problem,) = refused(claim("a", "t1"), **{name: value})
    assert problem.startswith(f"--{name}: found ")


def test_all_to_all_machines_couple_every_pair_in_either_order():
    plan = planned(
        claim("a", "two_qubit_gate_error", scope="{pairs = [[7, 0], [3, 5]]}"), device=ALL
    )
    targets = {t for x in plan.experiments if x.protocol == "two_qubit_gates" for t in x.targets}
    assert targets == {(0, 7), (3, 5)}


def test_a_machine_without_couplings_leaves_pairs_untested():
    single = replace(LINE, qubits=1, couplings=())
    plan = planned(claim("a", "two_qubit_gate_error"), claim("b", "t1"), device=single)
    assert plan.untested == (Untested(claim="a", reason="the device couples no pair"),)
    assert {x.protocol for x in plan.experiments} == {"t1"}


@pytest.mark.parametrize("metric", PLAIN)
@pytest.mark.parametrize("statistic", ["mean", "every", "best", "median"])
def test_every_metric_is_planned_or_left_out_with_a_reason(metric, statistic):
    stated = metric in ("mirror_polarization", "xeb_fidelity")
    more = {"conditions": "{depth = 6}"} if stated else {}
    if mark_of(metric) is not None:  # a size, of which four is the least
        more["value"] = "4"
    if metric == "q_score":  # on a line its points are carried along
        more["scope"] = "{pairs = [[0, 1], [1, 2], [2, 3]]}"
    if metric == "cycle_error":  # of the layer that is named
        more["scope"] = "{pairs = [[0, 1], [2, 3]]}"
    plan = planned(claim("a", metric, statistic=f'"{statistic}"', **more))
    given = metric == "circuit_fidelity"  # a file, which is not given here
    if METRICS[metric].protocol is None or given:
        (left,) = plan.untested
        assert left.claim == "a"
        assert "names no circuit" in left.reason if given else metric in left.reason
        assert plan.experiments == ()
    else:
        assert plan.untested == ()
        assert METRICS[metric].protocol in {x.protocol for x in plan.experiments}
        assert all("a" in x.claims for x in plan.experiments)
    assert json.loads(canonical_bytes(plan.as_json()))


@pytest.mark.parametrize("value", ['"1e10 s"', '"0 s"', '"1 ns"', '"1000 h"'])
def test_extreme_times_make_a_plan_with_a_name(value):
    plan = planned(claim("a", "t1", value=value), claim("b", "t2_echo", value=value))
    assert len(plan.id) == 64


# what is planned


def test_claims_that_the_same_circuits_settle_share_them():
    plan = planned(
        claim("n", "qubits"),
        claim("r", "readout_error"),
        claim("r1", "readout_error_1", scope="{qubits = [2]}"),
        claim("mean", "t1"),
        claim("every", "t1", statistic='"every"', value='"19 ms"', scope="{qubits = [1, 4]}"),
        claim("far", "t1", value='"1 s"', scope="{qubits = [0]}"),
    )
    by_claims = {x.claims: x for x in plan.experiments}
    assert set(by_claims) == {("n", "r", "r1"), ("every", "mean"), ("far",)}
    assert by_claims["n", "r", "r1"].targets == tuple((q,) for q in range(6))
    shared, alone = by_claims["every", "mean"], by_claims["far",]
    assert shared.targets == tuple((q,) for q in range(6))
    assert alone.targets == ((0,),)
    assert shared.id != alone.id
    # shared claims are all worked for: at least as many circuits as each alone would get
    for one in (claim("x", "t1"), claim("x", "t1", statistic='"every"', value='"19 ms"')):
        single = planned(claim("r", "readout_error"), one).experiments[1]
        assert shared.rounds >= single.rounds


@pytest.mark.parametrize("wide", ["mean", pytest.param("median", marks=pytest.mark.slow), "every"])
@pytest.mark.parametrize("narrow", ["mean", "median", "every"])
@pytest.mark.parametrize(
    "metric",
    [
        "t1",
        "t2_star",
        "t2_echo",
        "one_qubit_gate_error",
        "two_qubit_gate_error",
        "leakage",
        "readout_error",
        "crosstalk",
    ],
)
def test_a_claim_on_few_targets_does_not_starve_beside_a_wide_one(metric, narrow, wide):
    """Circuits are shared by the targets of the claim, whatever else its group looks at."""
    few = "{pairs = [[2, 3]]}" if METRICS[metric].target == "pair" else "{qubits = [3]}"
    one = claim("few", metric, statistic=f'"{narrow}"', scope=few)
    all_of_them = claim("all", metric, statistic=f'"{wide}"')
    chain = replace(LINE, name="line-50", qubits=50, couplings=tuple((q, q + 1) for q in range(49)))

    def circuits(plan, name):
        mine = [x for x in plan.experiments_for(name) if x.protocol == METRICS[metric].protocol]
        return max(x.rounds for x in mine)

    alone = planned(one, device=chain)
    beside = planned(one, all_of_them, device=chain)
    assert circuits(beside, "few") >= circuits(alone, "few")
    told = [next(e for e in expectations(plan) if e.claim == "few") for plan in (alone, beside)]
    assert told[1].at_claim.shots is not None
    assert told[1].at_limit.shots is not None


def test_each_qubit_of_many_with_a_claim_of_its_own_gets_its_circuits():
    chain = replace(LINE, name="line-50", qubits=50, couplings=tuple((q, q + 1) for q in range(49)))
    alone = planned(claim("q0", "t1", scope="{qubits = [0]}"), device=chain)
    each = planned(
        *(claim(f"q{q}", "t1", scope=f"{{qubits = [{q}]}}") for q in range(50)), device=chain
    )
    assert len(each.experiments) == 1
    assert each.experiments[0].rounds >= alone.experiments[0].rounds > 3000
    assert each.experiments[0].coin
    assert not any(one.unsettled for one in expectations(each))


def test_lengths_follow_from_the_claim():
    """A longer time or a smaller error is looked for in longer circuits, in proportion."""

    untimed = replace(LINE, durations=Durations())

    def long_arm(metric, value):
        plan = planned(claim("a", metric, value=value), device=untimed)
        x = next(x for x in plan.experiments if x.protocol == METRICS[metric].protocol)
        return x.lengths[1]

    assert long_arm("t1", '"20 s"') == pytest.approx(2 * long_arm("t1", '"10 s"'))
    assert 0.5 < long_arm("t1", '"10 s"') / 10 < 1.5
    for metric in ("one_qubit_gate_error", "two_qubit_gate_error"):
        ratio = long_arm(metric, "1e-4") / long_arm(metric, "1e-3")
        assert ratio == pytest.approx(10, rel=0.02)


def test_experiments_are_made_of_whole_blocks_and_batches():
    plan = planned(*(claim(m, m) for m in PLAIN), device=ALL)
    assert len({x.id for x in plan.experiments}) == len(plan.experiments)
    for x in plan.experiments:
        assert x.rounds > 0
        assert x.rounds % sum(x.block) == x.batch % sum(x.block) == 0
        assert len(x.block) == len(x.lengths)
        assert len(set(x.targets)) == len(x.targets)
        assert sum(x.batch_size(k) for k in range(x.batches)) == x.rounds
        assert all(0 < x.batch_size(k) <= x.batch for k in range(x.batches))


@pytest.mark.parametrize(
    "scope", ['"all"', "{pairs = [[0, 1], [1, 2], [2, 3], [0, 5]]}", "{pairs = [[2, 7]]}"]
)
def test_every_claimed_pair_is_covered_with_its_reference(scope):
    plan = planned(claim("a", "two_qubit_gate_error", scope=scope), device=ALL)
    wanted = {
        '"all"': set(ALL.pairs),
        "{pairs = [[2, 7]]}": {(2, 7)},
    }.get(scope, {(0, 1), (1, 2), (2, 3), (0, 5)})
    layers = [x for x in plan.experiments if x.protocol == "two_qubit_gates"]
    found = [target for x in layers for target in x.targets]
    assert sorted(found) == sorted(wanted)
    for x in layers:
        met = [qubit for pair in x.targets for qubit in pair]
        assert len(set(met)) == len(met)
    assert layers == list(plan.experiments)  # and by no other circuits
    assert all("a" in x.claims and x.reference for x in layers)


def test_a_gate_needs_no_circuits_of_others():
    """Its reference holds the one-qubit gates, claimed or not."""
    plan = planned(
        claim("1q", "one_qubit_gate_error", value="1e-3", scope="{qubits = [0, 1, 2]}"),
        claim("2q", "two_qubit_gate_error"),
    )
    said = {x.protocol: set(x.claims) for x in plan.experiments}
    assert said == {"one_qubit_gates": {"1q"}, "two_qubit_gates": {"2q"}}


@pytest.mark.parametrize("value", [1e-6, 1e-4, 5e-3, 0.05, 0.3])
def test_layers_and_reference_follow_from_the_claimed_gate(value):
    plan = planned(
        claim("2q", "two_qubit_gate_error", value=str(value), scope="{pairs = [[0, 1]]}")
    )
    (x,) = plan.experiments
    decay = -math.log(1 - 4 / 3 * value)
    assert x.lengths == (0.0, min(max(1, round(0.85 / decay)), 200_000))
    assert x.block == (1, 4)
    assert x.coin


def test_a_gate_beside_whole_layers_shares_the_long_ones():
    """The short arm is a third kind, and each test skips what it does not use."""
    plan = planned(
        claim("lf", "eplg", value="0.012"), claim("2q", "two_qubit_gate_error", value="0.008")
    )
    for x in plan.experiments:
        assert x.reference
        short, long = arms_of(x, gate=True)
        assert (x.lengths[short], x.lengths[long]) == (0.0, x.lengths[2])
        assert 4 * x.block[short] == x.block[long]
        layers = arms_of(x, gate=False)
        assert x.lengths[layers[0]] == 1.0


# budget


@pytest.mark.parametrize("budget", [100, 333, 1000, 2500])
def test_a_budget_is_kept_in_whole_blocks(budget):
    """The dear keep nine tenths of an even part, and the cheap get up to half of their most."""
    claims = [claim(m, m) for m in ("t1", "t2_echo", "readout_error", "one_qubit_gate_error")]
    plan = planned(*claims, budget_shots=budget)
    full = planned(*claims)
    assert full.cost.shots > 2500
    assert plan.cost.shots <= budget
    assert (plan.budget_shots, plan.planner) == (budget, 2)
    assert plan.untested == ()
    for x in plan.experiments:
        whole = next(y for y in full.experiments if y.id == x.id)
        assert x.rounds % sum(x.block) == 0
        assert x.batch <= x.rounds
        even = whole.rounds * budget / full.cost.shots
        assert x.rounds >= 0.9 * even or budget == 100  # where single blocks take the rest
        if budget < full.cost.shots / 2:
            assert x.rounds <= max(whole.rounds / 2, even) + sum(x.block)
        else:
            assert abs(x.rounds - even) <= 3 * sum(x.block)


def test_a_budget_that_is_enough_changes_nothing_but_itself():
    whole = planned(claim("a", "t1"))
    plan = planned(claim("a", "t1"), budget_shots=whole.cost.shots)
    assert replace(plan, budget_shots=None) == whole


def test_a_claim_that_the_budget_leaves_out_says_so():
    """Not even a five-hundredth is left for the dear one; the cheap one has all the rest."""
    plan = planned(claim("r", "readout_error", value="1e-4"), claim("t1", "t1"), budget_shots=200)
    assert [x.claims for x in plan.experiments] == [("t1",)]
    (left_out,) = plan.untested
    assert left_out.claim == "r"
    assert "the budget leaves it nothing: a verdict takes up to" in left_out.reason


def test_a_dear_claim_leaves_a_cheap_one_its_half():
    cheap, dear = claim("t1", "t1"), claim("r", "readout_error", value="1e-5")
    whole = planned(cheap, dear)
    (most,) = whole.experiments_for("t1")
    assert whole.cost.shots > 50 * most.rounds
    plan = planned(cheap, dear, budget_shots=whole.cost.shots // 5)
    (x,) = plan.experiments_for("t1")  # in proportion a fifth would be left
    assert most.rounds / 2 <= x.rounds <= most.rounds / 2 + sum(x.block)


def test_what_a_budget_left_out_stands_in_no_ones_way():
    """Its name is taken off the circuits that it shares, so that they stop with the others."""
    claims = claim("r", "readout_error"), claim("2q", "two_qubit_gate_error")
    plan = planned(*claims, claim("lf", "eplg", value="0.012"), budget_shots=30)
    gone = {one.claim for one in plan.untested}
    assert gone
    assert not any(gone & {*x.claims} for x in plan.experiments)
    assert all(x.claims for x in plan.experiments)


def test_a_budget_too_small_for_anything_is_refused():
    untimed = {"device": replace(LINE, durations=Durations())}
    claims = (claim("a", "t1"), claim("b", "t2_echo"))
    (problem,) = refused(*claims, budget_shots=3, **untimed)
    assert problem.startswith("--budget-shots: found 3, expected at least 5")
    assert "the whole plan takes" in problem
    assert planned(*claims, budget_shots=5, **untimed).cost.shots == 5


# cost


def test_cost_adds_up_by_hand():
    plan = planned(claim("a", "t1", value='"10 s"'), claim("r", "readout_error"))
    t1 = next(x for x in plan.experiments if x.protocol == "t1")
    readout = next(x for x in plan.experiments if x.protocol == "readout")
    shots = t1.rounds + readout.rounds
    # per shot: overhead 1 ms, readout 0.1 ms, one pulse 1 us; and the waiting
    waiting = t1.rounds * sum(n * x for n, x in zip(t1.block, t1.lengths, strict=True))
    seconds = shots * 1.101e-3 + waiting / sum(t1.block)
    assert plan.cost.shots == plan.cost.circuits == shots
    assert plan.cost.seconds == pytest.approx(seconds, rel=1e-9)
    assert plan.cost.money == pytest.approx(shots * 0.25)


def test_the_schedule_takes_as_long_as_the_plan_costs():
    plan = planned(*(claim(m, m) for m in PLAIN), device=ALL)
    slots = [slot for number in range(cycles(plan)) for slot in cycle(plan, number)]
    assert (
        len({slot.id for slot in slots}) == len(slots) == sum(x.batches for x in plan.experiments)
    )
    starts = [slot.start_seconds for slot in slots]
    assert starts[0] == 0
    assert starts == sorted(starts)
    last = slots[-1]
    part = replace(last.experiment, rounds=last.experiment.batch_size(last.index))
    end = last.start_seconds + cost_of((part,), ALL).seconds
    assert end == pytest.approx(plan.cost.seconds, rel=1e-9)


# the name of a plan


def test_the_same_request_makes_the_same_plan():
    claims = claim("a", "t1"), claim("b", "two_qubit_gate_error")
    assert planned(*claims) == planned(*claims)
    assert planned(*claims).id == planned(*claims).id


def others(plan):
    """Give a different value for every field of a plan."""
    first = plan.experiments[0]
    return {
        "software": "another",
        "sheet": replace(plan.sheet, notes=("one note more",)),
        "device": replace(plan.device, durations=Durations()),
        "seed_commitment": commitment_to(bytes(32)),
        "alpha": 0.04,
        "beta": 0.04,
        "rule": "guarded",
        "multiplicity": "none",
        "experiments": (replace(first, batch=first.batch + 8), *plan.experiments[1:]),
        "cost": Cost(shots=1, circuits=1, seconds=1.0),
        "budget_shots": 10**6,
        "untested": (Untested(claim="a", reason="none"),),
        "rounds": (1,),
        "campaign": CampaignTerms(committers=("self",)),
        "judge": plan.judge + 1,
        "planner": plan.planner + 1,
    }


def test_a_plan_is_named_by_every_field():
    plan = planned(claim("a", "t1"), claim("b", "readout_error"))
    changed = others(plan)
    assert set(changed) == {field.name for field in fields(plan)}
    names = {plan.id, *(replace(plan, **{key: value}).id for key, value in changed.items())}
    assert len(names) == len(changed) + 1
    # and by every field of the records in it
    parts = {
        "sheet": {f.name: getattr(plan.sheet, f.name) for f in fields(plan.sheet)},
        "device": {f.name: getattr(plan.device, f.name) for f in fields(plan.device)},
    }
    for part, values in parts.items():
        for key, value in values.items():
            other = replace(getattr(plan, part), **{key: different(value)})
            assert replace(plan, **{part: other}).id != plan.id, (part, key)
    for key in (f.name for f in fields(plan.experiments[0])):
        first = plan.experiments[0]
        other = replace(first, **{key: different(getattr(first, key))})
        assert replace(plan, experiments=(other, *plan.experiments[1:])).id != plan.id, key


def different(value):
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, str):
        return value + "x"
    if isinstance(value, tuple):
        return (*value, value[0]) if value else ("x",)
    if isinstance(value, Durations):
        return replace(value, readout=value.readout + 1)
    return None  # another record


def test_another_seed_is_another_plan():
    assert planned(claim("a", "t1"), root=root_from_integer(2)).id != planned(claim("a", "t1")).id
    assert commitment_to(ROOT) == commitment_to(root_from_integer(1))
    assert ROOT.hex() not in canonical_bytes(planned(claim("a", "t1")).as_json()).decode()


def test_a_negative_seed_is_refused():
    with pytest.raises(QassayError) as caught:
        root_from_integer(-1)
    assert caught.value.exit_code == 2
