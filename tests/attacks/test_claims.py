"""Claims under attack: a tester who plans easier circuits than the sheet asks for, and runs them.

His plan fits itself, its cost and its counts, and its page. It is only not the one that the sheet
asks for on this machine.
"""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.corpus.fingerprints import made_plan
from tests.corpus.sheets import MACHINES, OPTIONS, SHEETS

from qassay import assay
from qassay.auditing.audit import audit_bundle
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated.machine import VirtualMachine
from qassay.errors import MalformedError, PlanError
from qassay.evidence.plan_checks import check_plan
from qassay.evidence.records import plan_from_json
from qassay.planning import arranged
from qassay.planning.experiments import experiments_for
from qassay.planning.plan import PLANNER, Untested
from qassay.planning.planner import cost_of

LINE = read_machine(MACHINES["line"].encode(), "line.toml").description
AVERAGE = 'convention = "average_gate_infidelity"\n'
SMALL = b"""
[machine]
name = "four"
platform = "superconducting"
qubits = 4
connectivity = "line"
[durations]
one_qubit_gate = "30 ns"
two_qubit_gate = "80 ns"
readout = "700 ns"
shot_overhead = "100 us"
[noise]
t1 = "200 us"
t2 = "150 us"
one_qubit_error = 8e-4
two_qubit_error = 8e-3
readout_p01 = 0.006
readout_p10 = 0.012
"""


def whole_blocks(x, rounds):
    size = sum(x.block)
    rounds = max(rounds // size, 1) * size
    return replace(x, rounds=rounds, batch=min(x.batch, rounds))


def shorter(x):
    """Halve what a circuit takes; of layers an even number stays."""
    first = x.lengths[0] if len(x.lengths) > 1 else max(x.lengths[0] // 4 * 2, 2.0)
    more = (v / 2 if v < 1 else max(v // 2, first + 1) for v in x.lengths[1:])
    return replace(x, lengths=(first, *more))


def moved(x):
    return replace(x, targets=tuple(tuple((q + 1) % 4 for q in t) for t in x.targets))


def fewer(x):
    return replace(x, targets=x.targets[:-1] or x.targets, working=())


CHEATS = {
    "half of the circuits": lambda x: whole_blocks(x, x.rounds // 2),
    "twice the circuits": lambda x: whole_blocks(x, 2 * x.rounds),
    "half of the batch": lambda x: replace(
        x, batch=max(x.batch // 2 // sum(x.block), 1) * sum(x.block)
    ),
    "shorter circuits": shorter,
    "the others at rest, or at work": lambda x: replace(x, alone=not x.alone),
    "each circuit once more": lambda x: replace(x, shots=x.shots + 1),
    "arms in another order": lambda x: replace(x, coin=not x.coin),
    "a target left out": fewer,
    "other targets": moved,
    "another name": lambda x: replace(x, id="luck"),
}
# Sheets of the corpus, of every kind of circuit.
KINDS = (
    "readout_error",
    "readout_error every",
    "one_qubit_gate_error",
    "one_qubit_gate_error alone",
    "two_qubit_gate_error median",
    "two_qubit_gate_error alone",
    "t1",
    "t2_echo quantile",
    "layer_fidelity",
    "eplg",
    "ghz_fidelity",
    "mirror_polarization",
    "xeb_fidelity",
    "random_layer_error",
    "cycle_error",
    "crosstalk",
    "leakage every",
    "throughput",
    "qubits",
    "approximation ratio",
)


def fitting(plan, experiments, **more):
    made = tuple(experiments)
    return replace(plan, experiments=made, cost=cost_of(made, plan.device), **more)


def forged(plan):
    """Give every forgery of a plan that changes it."""
    for name, cheat in CHEATS.items():
        made = [cheat(x) for x in plan.experiments]
        if any(a.batch != b.batch for a, b in zip(made, plan.experiments, strict=True)):
            size = max(sum(x.block) for x in made)  # a block more or less is let pass
            changed = zip(made, plan.experiments, strict=True)
            if all(abs(a.rounds - b.rounds) + abs(a.batch - b.batch) <= size for a, b in changed):
                continue
        yield name, made, ()
    if plan.sheet.claims:
        lies = (Untested(claim=one.id, reason="it cannot be run") for one in plan.sheet.claims)
        yield "not tested, for a reason that is none", [], tuple(lies)
    yield "no circuits", [], ()


@pytest.mark.parametrize("title", KINDS)
def test_easier_circuits_than_a_claim_asks_for_are_refused(title):
    plan = made_plan(SHEETS[title].encode(), LINE, {})
    check_plan(plan, "plan")
    for name, experiments, untested in forged(plan):
        other = replace(plan, experiments=tuple(experiments), untested=untested)
        if other == plan:
            continue
        with pytest.raises((MalformedError, PlanError), match="plan, "):
            check_plan(fitting(plan, experiments, untested=untested), f"plan, {name}")


def test_a_budget_is_no_excuse():
    """What a budget cut follows from the budget, so less than that is refused as well."""
    plan = made_plan(SHEETS["everything"].encode(), LINE, {"budget_shots": 3000})
    check_plan(plan, "plan")
    less = [whole_blocks(x, x.rounds // 2) for x in plan.experiments]
    with pytest.raises(MalformedError):
        check_plan(fitting(plan, less), "plan")
    with pytest.raises(MalformedError):
        check_plan(fitting(plan, less, budget_shots=1500), "plan")
    gone = Untested(claim="readout_error", reason="the budget left no shots for it")
    left = [replace(x, claims=tuple({*x.claims} - {gone.claim})) for x in plan.experiments]
    with pytest.raises(MalformedError):
        check_plan(fitting(plan, left, untested=(*plan.untested, gone)), "plan")


@pytest.mark.parametrize("planner", [0, PLANNER + 1])
def test_no_plan_escapes_by_rules_that_there_are_not(planner):
    plan = made_plan(SHEETS["readout_error"].encode(), LINE, {})
    with pytest.raises(MalformedError, match="planner"):
        check_plan(replace(plan, planner=planner), "plan")


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_honest_plans_are_planned_again_alike(options):
    """Every seventh sheet of the corpus, as it is read from a bundle."""
    for title in list(SHEETS)[::7]:
        plan = made_plan(SHEETS[title].encode(), LINE, options)
        check_plan(plan_from_json(json.loads(json.dumps(plan.as_json())), "plan"), title)


def sheet(*lines):
    return '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "M"\n[[claim]]\nid = "c"\n' + "\n".join(
        lines
    )


RUNS = {
    "half of the circuits": (
        sheet('metric = "readout_error"', 'value = "1 %"'),
        CHEATS["half of the circuits"],
    ),
    "fewer layers of gates": (
        sheet('metric = "one_qubit_gate_error"', AVERAGE, 'value = "0.1 %"'),
        shorter,
    ),
    "one pair at a time": (
        sheet('metric = "two_qubit_gate_error"', AVERAGE, 'value = "1 %"'),
        lambda x: replace(x, alone=True),
    ),
    "shorter delays": (sheet('metric = "t1"', 'value = "120 us"'), shorter),
    "another qubit": (
        sheet('metric = "t2_echo"', 'value = "90 us"', "scope = {qubits = [0, 1]}"),
        lambda x: replace(x, targets=((2,), (3,))),
    ),
    "shallower mirror circuits": (
        sheet('metric = "mirror_polarization"', "value = 0.7", "conditions = {depth = 8}"),
        lambda x: replace(x, lengths=(4.0,)),
    ),
    "a smaller state": (
        sheet('metric = "ghz_fidelity"', "value = 0.8", "scope = {qubits = [0, 1, 2, 3]}"),
        lambda x: replace(x, targets=x.targets[:-1]),
    ),
    "neighbours that stay idle": (
        sheet('metric = "crosstalk"', AVERAGE, 'value = "0.2 %"'),
        lambda x: replace(x, alone=True),
    ),
    "shallower random circuits": (
        sheet('metric = "xeb_fidelity"', "value = 0.5", "conditions = {depth = 8}"),
        lambda x: replace(x, lengths=(6.0,)),
    ),
    "a pair that leaks less": (
        sheet('metric = "leakage"', 'value = "0.05 %"'),
        lambda x: replace(x, targets=x.targets[:1]),
    ),
    "a layer of fewer pairs": (
        sheet('metric = "layer_fidelity"', "value = 0.85"),
        lambda x: replace(x, targets=x.targets[:1]),
    ),
    "fewer qubits counted": (
        sheet('metric = "qubits"', "value = 3"),
        lambda x: replace(x, targets=x.targets[:3]),
    ),
}
QUICK = ("half of the circuits", "shorter delays", "shallower mirror circuits")


@pytest.mark.parametrize(
    "name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in RUNS]
)
def test_a_whole_run_of_easier_circuits_is_refused(tmp_path, monkeypatch, name):
    """The dishonest party has a planner of its own, by which it plans, runs, judges and seals."""
    text, cheat = RUNS[name]
    (tmp_path / "sheet.toml").write_text(text, encoding="utf-8")

    def bent(*asked):
        return tuple(map(cheat, experiments_for(*asked)))

    with monkeypatch.context() as patch:
        patch.setattr(arranged, "experiments_for", bent)
        machine = VirtualMachine(read_machine(SMALL, "m.toml"))
        bundle = assay.run(tmp_path / "sheet.toml", machine, out=tmp_path / "out", seed=5).bundle
        assert audit_bundle(Path(bundle)).failure is None  # by its own planner nothing is wrong
    audit = audit_bundle(Path(bundle))
    assert (audit.failed, audit.failure.exit_code) == ("claims and plan", 4), str(audit.failure)
    assert "report it" not in str(audit.failure)
