"""Figures under attack: a whole run that asks for two, changed in one place and sealed again."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from auditor import audit_further, audit_minimal
from forgeries.registry import edited, sealed

from qassay import assay
from qassay.auditing.audit import audit_bundle
from qassay.canonical import canonical_bytes, content_id
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated.machine import VirtualMachine
from qassay.evidence.archive import archive_bytes, read_archive
from qassay.evidence.plan_checks import check_plan
from qassay.evidence.records import plan_from_json
from qassay.planning import planner
from qassay.planning.figures import figure_experiments
from qassay.planning.options import Options
from qassay.planning.planner import cost_of
from qassay.planning.schedule import cycles
from qassay.protocols.weighing.counted import Counted
from qassay.verdicts import course, figures

PLAN, SHEET, PAGE = "plan/plan.json", "claims/sheet.toml", "report/datasheet.html"
MACHINE = b"""
[machine]
name = "two"
platform = "superconducting"
qubits = 2
connectivity = "line"
[durations]
one_qubit_gate = "30 ns"
two_qubit_gate = "200 ns"
[noise]
one_qubit_error = 2e-3
readout_p01 = 0.03
readout_p10 = 0.03
"""
ASKING = """[sheet]
title = "T"
vendor = "V"
machine = "M"
[[claim]]
id = "reads"
metric = "readout_error"
value = "5 %"
[[question]]
id = "read"
ask = "figure"
metric = "readout_error"
near = "3 %"
precision = 0.4
[[question]]
id = "one"
ask = "figure"
metric = "one_qubit_gate_error"
convention = "average_gate_infidelity"
near = "0.2 %"
precision = 0.4
scope = {qubits = [1]}
"""


ONE_FIGURE = ASKING[: ASKING.rindex("[[question]]")]


def played(folder, asked=ASKING):
    """Run a sheet that asks; give the bundle's path."""
    folder.mkdir(exist_ok=True)
    (folder / "sheet.toml").write_text(asked, encoding="utf-8")
    machine = VirtualMachine(read_machine(MACHINE, "m.toml"))
    return Path(assay.run(folder / "sheet.toml", machine, out=folder / "out", seed=5).bundle)


@pytest.fixture(scope="module")
def honest(tmp_path_factory):
    return played(tmp_path_factory.mktemp("asked"))


@pytest.fixture
def members(honest):
    return read_archive(honest)


def test_figures_beside_a_claim_hold(honest, members):
    audit = audit_bundle(honest)
    assert audit.failure is None, str(audit.failure)
    assert [one.claim for one in audit.analysis.verdicts] == ["reads"]
    (answer,) = audit.analysis.answers
    assert [one["question"] for one in answer.numbers["figures"]] == ["read", "one"]
    assert answer.telling
    plan = json.loads(members[PLAN])
    served = {x["id"]: x["claims"] for x in plan["experiments"]}
    assert served == {
        "readout": ["reads"],
        "figure_readout": ["read"],
        "figure_one_qubit_gates": ["one"],
    }
    for kind in (audit_minimal.Audit, audit_further.Further):
        report = audit_minimal.audit(honest, [], kind)
        assert (report["failed"], report["valid"]) == (None, None)


def of_figure(members):
    """Name the counts of a figure, in the order of its batches."""
    return sorted(
        name for name in members if name.startswith("batches/figure_readout/") and "counts" in name
    )


def left_out(members):
    gone = Path(of_figure(members)[-1]).parent.as_posix()
    return sealed({name: data for name, data in members.items() if not name.startswith(gone)})


def one_more(members):
    """Put a copy of the last batch behind it, under the next number."""
    folder = Path(of_figure(members)[-1]).parent
    after = folder.with_name(f"{int(folder.name) + 1:04d}")
    old, new = ("/".join(x.parts[1:]) for x in (folder, after))
    more = {
        name.replace(str(folder), str(after)): data.replace(old.encode(), new.encode())
        for name, data in members.items()
        if name.startswith(str(folder))
    }
    return sealed({**members, **more})


def in_plan(change):
    return lambda members: edited(members, PLAN, change)


def on_sheet(old, new):
    def forge(members):
        text = members[SHEET].decode()
        assert old in text
        members[SHEET] = text.replace(old, new, 1).encode()
        text_id = content_id(members[SHEET])
        return edited(members, PLAN, lambda plan: plan["sheet"].update(text_id=text_id))

    return forge


def without_circuits(plan):
    plan["experiments"] = [x for x in plan["experiments"] if "one" not in x["claims"]]


def of(plan, name):
    return next(x for x in plan["experiments"] if name in x["claims"])


def setting(plan, place, key, value):
    question = plan["sheet"]["questions"][place]
    question["settings"] = [[k, value if k == key else v] for k, v in question["settings"]]


FORGERIES = {
    "a batch left out": (left_out, "completeness"),
    "a batch too many": (one_more, "circuits"),
    "another precision on the sheet": (on_sheet("0.4", "0.1"), "claims and plan"),
    "another precision in the plan": (
        in_plan(lambda plan: setting(plan, 0, "precision", 0.1)),
        "claims and plan",
    ),
    "a metric that there is not": (
        in_plan(lambda plan: setting(plan, 0, "metric", "luck")),
        "claims and plan",
    ),
    "a figure without circuits": (in_plan(without_circuits), "claims and plan"),
    "circuits of another metric": (
        in_plan(lambda plan: of(plan, "read").update(claims=["one"])),
        "claims and plan",
    ),
    "the circuits of a claim": (
        in_plan(lambda plan: of(plan, "reads").update(claims=["read", "reads"])),
        "claims and plan",
    ),
    "one qubit at work, the others at rest": (
        in_plan(lambda plan: of(plan, "one").update(alone=True)),
        "claims and plan",
    ),
    "fewer shots": (
        in_plan(lambda plan: of(plan, "read").update(shots=0)),
        "claims and plan",
    ),
    "a narrower interval on the page": (
        lambda m: sealed({**m, PAGE: m[PAGE].replace(b"\xc2\xb1 ", b"\xc2\xb1 0")}),
        "datasheet",
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_what_was_changed_is_found(members, tmp_path, name):
    forge, check = FORGERIES[name]
    path = tmp_path / "forged.zip"
    path.write_bytes(archive_bytes(forge(members)))
    audit = audit_bundle(path)
    assert audit.failure is not None
    assert audit.failure.exit_code == 4
    assert "report it" not in str(audit.failure)
    assert audit.failed == check
    for kind in (audit_minimal.Audit, audit_further.Further):
        assert not audit_minimal.audit(path, [], kind)["valid"]


def figure(plan, name, change):
    """Change the circuits of a figure, and what they cost."""
    made = tuple(change(x) if name in x.claims else x for x in plan.experiments)
    return replace(plan, experiments=made, cost=cost_of(made, plan.device))


def cut_for_a_budget(plan):
    """Halve one figure's circuits, and say that a budget did."""
    made = figure(plan, "read", lambda x: replace(x, rounds=x.rounds // 2))
    return replace(made, budget_shots=made.cost.shots)


REPLANNED = {
    "half of the circuits": lambda p: figure(p, "read", lambda x: replace(x, rounds=x.rounds // 2)),
    "half, as if for a budget": cut_for_a_budget,
    "shorter circuits": lambda p: figure(
        p, "one", lambda x: replace(x, lengths=(x.lengths[0], *(v // 2 for v in x.lengths[1:])))
    ),
    "another qubit": lambda p: figure(p, "one", lambda x: replace(x, targets=((0,),))),
    "one qubit fewer": lambda p: figure(p, "read", lambda x: replace(x, targets=((1,),))),
    "larger batches": lambda p: figure(p, "read", lambda x: replace(x, batch=2 * x.batch)),
    "another name": lambda p: figure(p, "read", lambda x: replace(x, id="luck")),
    "more circuits for each shot": lambda p: figure(p, "one", lambda x: replace(x, shots=2)),
    "arms without a coin": lambda p: figure(p, "one", lambda x: replace(x, coin=not x.coin)),
    "planned for another value, twice as long": lambda p: figure(
        p, "one", lambda x: replace(x, lengths=(x.lengths[0], *(2 * v for v in x.lengths[1:])))
    ),
}


@pytest.mark.parametrize("name", REPLANNED)
def test_circuits_that_a_figure_does_not_ask_for_are_found(members, tmp_path, name):
    """The plan fits itself and its cost; it is only not the one that the sheet asks for."""
    plan = REPLANNED[name](plan_from_json(json.loads(members[PLAN]), PLAN))
    assert canonical_bytes(plan.as_json()) != members[PLAN]
    path = tmp_path / "forged.zip"
    forged = sealed({**members, PLAN: canonical_bytes(plan.as_json())})
    path.write_bytes(archive_bytes(forged))
    audit = audit_bundle(path, until="claims and plan")
    assert (audit.failed, audit.failure.exit_code) == ("claims and plan", 4), str(audit.failure)
    assert "report it" not in str(audit.failure)


@pytest.mark.slow
def test_a_whole_run_of_weaker_circuits_is_refused(tmp_path, monkeypatch):
    """The forger plans a quarter of what was asked, runs it, and seals a page that fits."""

    def weaker(*asked):
        made = figure_experiments(*asked)
        return tuple(replace(x, rounds=max(x.rounds // 4, x.batch)) for x in made)

    with monkeypatch.context() as patch:
        patch.setattr(planner, "figure_experiments", weaker)
        bundle = played(tmp_path / "forger")
    audit = audit_bundle(bundle)
    assert (audit.failed, audit.failure.exit_code) == ("claims and plan", 4)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.9, 2])
def test_a_budget_cuts_all_figures_alike(tmp_path, share):
    (tmp_path / "sheet.toml").write_text(ASKING, encoding="utf-8")
    machine = VirtualMachine(read_machine(MACHINE, "m.toml"))
    whole = assay.plan(tmp_path / "sheet.toml", machine, seed=5).plan.cost.shots
    options = Options(budget_shots=int(share * whole))
    check_plan(assay.plan(tmp_path / "sheet.toml", machine, seed=5, options=options).plan, PLAN)


@pytest.mark.parametrize(
    ("generous", "asked"),
    [
        (True, ONE_FIGURE),
        pytest.param(True, ASKING, marks=pytest.mark.slow),
        pytest.param(False, ASKING, marks=pytest.mark.slow),
    ],
    ids=["at once", "two at once", "never"],
)
def test_a_run_that_stopped_by_another_rule_is_refused(tmp_path, monkeypatch, generous, asked):
    """The forger stops a figure at once, or never, and seals a page that fits."""

    def enough(*_):
        return generous

    with monkeypatch.context() as patch:
        patch.setattr(figures, "_enough", enough)
        bundle = played(tmp_path / "forger", asked)
    audit = audit_bundle(bundle)
    # What is beyond the end of a figure is not even drawn.
    assert audit.failed == ("completeness" if generous else "circuits")
    assert "stopping rule" in str(audit.failure) or "no such file" in str(audit.failure)


def test_a_figure_whose_circuits_are_used_up_is_over(tmp_path):
    """Two batches of a figure that brought nothing: it waits for no more, and the others go on."""
    (tmp_path / "sheet.toml").write_text(ASKING, encoding="utf-8")
    machine = VirtualMachine(read_machine(MACHINE, "m.toml"))
    plan = assay.plan(tmp_path / "sheet.toml", machine, seed=5).plan
    short = tuple(
        replace(x, rounds=2 * x.batch) if "read" in x.claims else x for x in plan.experiments
    )
    plan = replace(plan, experiments=short, cost=cost_of(short, plan.device))
    nothing = Counted(batches={}, cycles=cycles(plan))
    course_of, known = course.course_by_round(plan, nothing)
    assert known["read"].settled
    assert known["read"].cycle == 2
    assert len(course_of) > 2  # the others go on
