"""An application that a sheet asks about: answered once, and no other circuit in its place."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from forgeries.archives import PLAN
from forgeries.registry import edited

from qassay import assay
from qassay.applications.prepared import Prepared
from qassay.auditing.audit import audit_bundle
from qassay.canonical import canonical_bytes
from qassay.claims.claim_file import parse_claim_sheet
from qassay.errors import MalformedError, QassayError
from qassay.evidence.archive import archive_bytes, read_archive
from qassay.evidence.plan_checks import check_plan
from qassay.planning.options import Options
from qassay.planning.planner import cost_of
from qassay.planning.questions import misread_questions, unanswerable
from qassay.protocols.approximation_ratio import read_problem
from qassay.protocols.weighing.counted import Counted
from qassay.verdicts.analysis import analyse
from qassay.verdicts.verdict import exit_code

ASKING = """[sheet]
title = "T"
vendor = "V"
machine = "M"
[[question]]
id = "grid"
ask = "application"
application = "grid-section"
qubits = 8
shots = 120
batches = 20
"""


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    folder = tmp_path_factory.mktemp("asked")
    (folder / "sheet.toml").write_text(ASKING, encoding="utf-8")
    return assay.run(
        folder / "sheet.toml", "virtual:perfect-50", out=folder / "out", seed=5, workers=1
    )


def test_its_answer_is_the_score_that_apply_gives(done):
    (answer,) = done.answers
    (depth,) = answer.numbers["results"]
    assert (answer.question, answer.telling, done.exit_code) == ("grid", True, 0)
    assert answer.shots == depth["shots"] == 120
    # Thrice the half width of 20 batches on a perfect machine: 5e-6 (Student, 19 of freedom).
    half = (depth["score"]["high"] - depth["score"]["low"]) / 2
    assert abs(depth["score"]["value"] - depth["ideal"]) < 3 * half
    assert "nothing came back" not in done.datasheet.read_text(encoding="utf-8")
    audit = audit_bundle(Path(done.bundle))
    assert audit.failure is None, str(audit.failure)
    assert audit.analysis.answers == done.answers


def test_of_no_counts_there_is_no_answer(done):
    (answer,) = analyse(done.analysis.plan, Counted(batches={}, cycles=0), {}).answers
    assert not answer.telling
    assert exit_code((), answers=(answer,)) == 3


def test_a_run_that_goes_on_finds_the_plan_that_it_froze(done):
    again = assay.run(
        done.bundle.parent.parent / "sheet.toml",
        "virtual:perfect-50",
        out=done.bundle.parent,
        seed=5,
    )
    assert not again.dates.measured


def problem(change):
    """Change the problem in the plan."""

    def edit(plan):
        (x,) = plan["experiments"]
        document = json.loads(x["problem"])
        change(document)
        x["problem"] = canonical_bytes(document).decode()

    return edit


FORGERIES = {
    "another depth": lambda plan: plan["experiments"][0].update(lengths=[2.0]),
    "fewer batches": lambda plan: plan["experiments"][0].update(rounds=114),
    "another instance": problem(lambda d: d["instance"].update(name="case118/8-easier")),
    "an easier optimum": problem(lambda d: d["instance"]["optimum"].update(energy=-1.0)),
    "a better ideal": problem(lambda d: d.update(ideal=d["ideal"] / 2)),
    "a solver that found less": problem(lambda d: d["classical"].update(optimum=1.0, proven=False)),
    "a solver that took years": problem(lambda d: d["classical"].update(seconds=1e9)),
    "a prediction that nobody asked for": problem(
        lambda d: d.update(
            predicted={
                "value": 0.1,
                "error": 0.01,
                "batches": 24,
                "shots": 1,
                "claims": "",
                "assumed": [],
                "two_qubit_error": None,
            }
        )
    ),
    "another question": problem(lambda d: d.update(question="power")),
    "no question": problem(lambda d: d.pop("question")),
}


@pytest.mark.parametrize("forged", FORGERIES)
def test_another_circuit_than_the_one_asked_for_is_refused(done, tmp_path, forged):
    path = tmp_path / "forged.zip"
    files = edited(read_archive(Path(done.bundle)), PLAN, FORGERIES[forged])
    path.write_bytes(archive_bytes(files))
    audit = audit_bundle(path)
    assert audit.failure is not None
    assert audit.failure.exit_code == 4
    assert audit.failed == "claims and plan"
    assert "report it" not in str(audit.failure)


FILED = ASKING.replace("qubits = 8", 'file = "known.json"')
FILES = {
    "no file of this kind": lambda d: d.pop("predicted"),
    "no JSON of ours": None,
    "another application": lambda d: d["instance"].update(application="max-cut"),
    "the name of a frozen one": lambda d: d["instance"]["optimum"].update(energy=-1.0),
    "a solver that found less": lambda d: d["classical"].update(optimum=1.0),
    "a prediction without a spread": lambda d: d.update(predicted={"value": 0.1}),
    "numbers without an end": lambda d: d["classical"].update(gap="inf"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_with_mistakes_is_one_sentence(done, tmp_path, name):
    known = read_problem(done.analysis.plan.experiments[0].problem)
    good = Prepared(instance=known.instance, classical=known.notes["classical"], predicted=None)
    (tmp_path / "sheet.toml").write_text(FILED, encoding="utf-8")
    (tmp_path / "known.json").write_bytes(good.to_bytes())
    plan = assay.plan(tmp_path / "sheet.toml", "virtual:perfect-50", seed=5).plan
    assert plan.experiments == done.analysis.plan.experiments  # the file knows what is frozen
    change = FILES[name]
    document = json.loads(good.to_bytes())
    if change is not None:
        change(document)
    data = b"[" * 50_000 if change is None else json.dumps(document).encode()
    (tmp_path / "known.json").write_bytes(data)
    with pytest.raises(QassayError) as caught:
        assay.plan(tmp_path / "sheet.toml", "virtual:perfect-50", seed=5)
    assert caught.value.exit_code == 2
    assert len(caught.value.problems) == 1
    assert len(str(caught.value)) < 600


TWO = """[[question]]
id = "small"
ask = "application"
application = "max-cut"
qubits = 6
shots = 40
batches = 20
[[question]]
id = "large"
ask = "application"
application = "max-cut"
qubits = 8
shots = 4800
batches = 24
"""


@pytest.mark.parametrize(("budget", "left"), [(10, ["small"]), (400, ["small", "large"])])
def test_a_budget_that_leaves_one_out_puts_none_in_its_place(tmp_path, budget, left):
    (tmp_path / "sheet.toml").write_text(ASKING.partition("[[")[0] + TWO, encoding="utf-8")
    options = Options(budget_shots=budget)
    plan = assay.plan(tmp_path / "sheet.toml", "virtual:perfect-50", seed=5, options=options).plan
    check_plan(plan, PLAN)
    assert [read_problem(x.problem).question for x in plan.experiments] == left
    if len(left) < 2:  # what one that was left out would have taken is not known
        return
    half = tuple(
        replace(x, rounds=x.rounds // 2, batch=min(x.batch, x.rounds // 2))
        if read_problem(x.problem).question == "large"
        else x
        for x in plan.experiments
    )
    forged = replace(plan, experiments=half, cost=cost_of(half, plan.device))
    with pytest.raises(MalformedError, match="other circuits"):
        check_plan(forged, PLAN)


IMPOSSIBLE = {
    "shots below batches": ("batches = 20", "batches = 200", 'question "grid", shots'),
    "no such size": ("qubits = 8", "qubits = 9", 'question "grid", qubits'),
    "no such instance": ("qubits = 8", 'instance = "case118/9"', 'question "grid", instance'),
    "no such application": ('= "grid-section"', '= "grid"', 'question "grid", application'),
    "two problems": ("qubits = 8", 'qubits = 8\nfile = "known.json"', "known.json"),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_no_machine_can_be_asked_is_told_without_one(done, name):
    old, new, where = IMPOSSIBLE[name]
    known = read_problem(done.analysis.plan.experiments[0].problem)
    good = Prepared(instance=known.instance, classical=known.notes["classical"], predicted=None)
    sheet = parse_claim_sheet(ASKING.replace(old, new).encode())
    (problem,) = misread_questions(sheet, {"known.json": good.to_bytes()})
    assert where in problem.where


def test_no_plan_keeps_an_auditor_for_hours(done, tmp_path, monkeypatch):
    """Ideal scores and routes are computed again; whoever plans is told before anything runs."""
    plan = done.analysis.plan
    monkeypatch.setattr("qassay.planning.application_designs._CLOSED", 10.0)
    with pytest.raises(MalformedError, match="s to plan again"):
        check_plan(plan, PLAN)
    (problem,) = unanswerable(plan)
    assert "fewer depths" in problem.advice
    (tmp_path / "sheet.toml").write_text(ASKING, encoding="utf-8")
    with pytest.raises(QassayError, match="s to plan again"):
        assay.plan(tmp_path / "sheet.toml", "virtual:perfect-50", seed=5)
