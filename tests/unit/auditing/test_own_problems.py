"""A tester's own problem is the one that it is said to be, or an audit refuses the bundle."""

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest

from qassay import assay
from qassay.applications.catalog import application_of
from qassay.applications.descent import thresholds_of
from qassay.applications.instance import instance_from_json
from qassay.applying.application_run import apply
from qassay.applying.preparing import Wish
from qassay.auditing import problems
from qassay.auditing.audit import audit_bundle
from qassay.auditing.problems import check_problems, own_problems, solved_again
from qassay.canonical import canonical_bytes
from qassay.cli.deep_audit import audit_deeper
from qassay.errors import NotReproducedError, PlanError, QassayError
from qassay.evidence.plan_checks import check_plan

MACHINE = """
[machine]
name = "ions-8"
platform = "trapped-ion"
qubits = 8
connectivity = "all-to-all"
[noise]
two_qubit_error = 0.005
"""
# Seven points on a ring with chords, weights without a pattern.
GRAPH = "0,1,3\n1,2,5\n2,3,2\n3,4,7\n4,5,1\n5,6,4\n6,0,6\n0,3,2.5\n1,5,1.5\n"
CLIQUE = "a b\nb c\na c\nc d\nd e\ne f\nf a\nb e\n"
UNITS = """unit,coal,100,300,2500,25,600
unit,gas,50,200,2000,45,100
unit,oil,30,150,2400,75,80
load,320,450
hours,4
"""
FILES = {"max-cut": ("g.csv", GRAPH), "docking-clique": ("c.csv", CLIQUE)}


def machine_in(folder):
    path = folder / "machine.toml"
    path.write_text(MACHINE, encoding="utf-8")
    return str(path)


def run_of(application, folder, file, text):
    (folder / file).write_text(text, encoding="utf-8")
    wish = Wish(
        application=application, instance=str(folder / file), depths=(1,), shots=480, batches=24
    )
    return apply(wish, machine_in(folder), out=folder / "out", seed=5).run.bundle


@pytest.fixture(scope="module", params=FILES)
def honest(request, tmp_path_factory):
    return run_of(request.param, tmp_path_factory.mktemp("honest"), *FILES[request.param])


def changed(plan, change):
    """The plan of an honest tester, with something else in what is known of its problem."""
    (x,) = plan.experiments
    document = json.loads(x.problem)
    change(document)
    text = canonical_bytes(document).decode()
    return replace(plan, experiments=(replace(x, problem=text),))


def forged(bundle, folder, change):
    """Run the sheet of an honest tester again, beside a file in which something was changed."""
    begun = bundle.parent
    file = json.loads((begun / "depth_1.json").read_text(encoding="utf-8"))
    change(file)
    (folder / "depth_1.json").write_text(json.dumps(file), encoding="utf-8")
    (folder / "sheet.toml").write_bytes((begun / "sheet.toml").read_bytes())
    return assay.run(folder / "sheet.toml", machine_in(folder), out=folder / "out", seed=5).bundle


def test_an_honest_problem_passes_and_is_solved_again(honest):
    audit = audit_bundle(honest)
    assert audit.failure is None
    assert any("--deep" in one for one in audit.unproven)
    (own,) = own_problems(audit.plan)
    assert solved_again(own) == ()


def lower_rules(file):
    """The machine would beat descent with any score above 0."""
    file["instance"]["thresholds"] = {"one_step": 0.01, "descent": 0.02}


def other_rule(file):
    file["instance"]["thresholds"]["descent"] -= 0.01


def worse_optimum(file):
    """A score is a share of the optimum: with a poorer one all scores rise, those of rules too."""
    own = instance_from_json(file["instance"], "test")
    costs = own.ising.all_energies()
    second = int(costs.argsort()[len(costs) // 4])  # below a random string's, far from the best
    energy = float(costs[second])
    assert own.optimum.energy < energy < own.ising.constant
    bits = "".join(str(second >> q & 1) for q in range(own.qubits))
    rules = thresholds_of(own.ising, energy)
    file["instance"]["optimum"] |= {"energy": energy, "bits": bits}
    file["instance"]["thresholds"] = {"one_step": rules.one_step, "descent": rules.descent}
    told = instance_from_json(file["instance"], "test")
    merit = application_of(own.application).merit(told, told.best_bits[None])
    file["classical"] |= {"optimum": float(merit[0]), "answer": bits}


@pytest.mark.parametrize("change", [lower_rules, other_rule, worse_optimum])
def test_what_makes_a_machine_look_of_use_is_refused(honest, change):
    with pytest.raises(NotReproducedError) as told:
        check_problems(changed(audit_bundle(honest).plan, change))
    assert told.value.problems[0].where.startswith("plan/plan.json, problem")


def test_an_audit_asks_for_it(honest, tmp_path):
    audit = audit_bundle(forged(honest, tmp_path, lower_rules))
    assert audit.failed == "claims and plan"
    assert isinstance(audit.failure, NotReproducedError)


@pytest.fixture(scope="module")
def clique(tmp_path_factory):
    return run_of("docking-clique", tmp_path_factory.mktemp("clique"), *FILES["docking-clique"])


def test_a_cost_of_another_graph_is_refused(clique):
    """Contacts are shown on the page; the circuits play another problem, which is easier."""

    def one_contact_more(file):
        file["instance"]["data"]["edges"] += [[3, 5]]

    with pytest.raises(NotReproducedError) as told:
        check_problems(changed(audit_bundle(clique).plan, one_contact_more))
    assert "cost" in told.value.problems[0].where


@pytest.mark.parametrize(
    "data", [{}, {"edges": 7}, {"edges": [[0]]}, {"edges": [["a", {}]], "vertices": None}]
)
def test_data_that_are_none_end_in_a_sentence(clique, data):
    odd = changed(audit_bundle(clique).plan, lambda file: file["instance"].update(data=data))
    with pytest.raises(NotReproducedError, match="data"):
        check_problems(odd)


def test_a_dear_schedule_is_found_when_it_is_solved_again(tmp_path):
    """Cost and rules are right; the price of the best schedule is a word beside them."""
    bundle = run_of("unit-commitment", tmp_path, "units.csv", UNITS)
    honest = audit_bundle(bundle)
    assert honest.failure is None
    (own,) = own_problems(honest.plan)
    assert solved_again(own) == ()

    def change(file):
        file["instance"]["data"]["cheapest"] *= 1.2

    (tmp_path / "forged").mkdir()
    audit = audit_bundle(forged(bundle, tmp_path / "forged", change))
    assert audit.failure is None
    (own,) = own_problems(audit.plan)
    with pytest.raises(NotReproducedError) as told:
        solved_again(own)
    assert [one.where.rpartition(", ")[2] for one in told.value.problems] == [
        "what the instance knows"
    ]


def better_than_it_is(file):
    """What a laptop is said to find is more than there is: any machine looks poor beside it."""
    higher = application_of(file["instance"]["application"]).higher_is_better
    file["classical"]["optimum"] *= 1.5 if higher else 0.5


def of_another_string(file):
    bits = file["classical"]["answer"]
    file["classical"]["answer"] = bits[1:] + ("0" if bits[0] == "1" else "1")


def with_a_seal(file):
    """The name of a solver stands on the page as it is written."""
    file["classical"]["solver"] = "HiGHS, certified by the ministry"


@pytest.mark.parametrize("change", [better_than_it_is, of_another_string, with_a_seal])
def test_a_classical_answer_is_worth_what_is_said(honest, tmp_path, change):
    """The tester is refused before he runs, and his bundle by an audit."""
    with pytest.raises(PlanError, match="classical"):
        forged(honest, tmp_path, change)
    odd = changed(audit_bundle(honest).plan, change)
    with pytest.raises(QassayError, match="classical"):
        check_plan(odd, "plan.json")


def test_only_what_was_solved_is_said_to_be(honest, monkeypatch):
    """An application that cannot, and a solver that runs out of time, leave the answer open."""
    audit = audit_bundle(honest)
    (own,) = own_problems(audit.plan)
    assert own.solvable

    class Bare:
        """An application of another package, without `encoded` and `lowest`."""

        def __getattr__(self, name):
            raise AttributeError(name)

    def out_of_time(*_):
        raise PlanError("HiGHS found no solution in 120 s")

    monkeypatch.setattr(type(application_of(own.instance.application)), "lowest", out_of_time)
    (left,) = solved_again(own)
    assert "not had again in time" in left
    monkeypatch.setattr(problems, "application_of", lambda _: Bare())
    assert not own.solvable
    line = SimpleNamespace(begin=lambda *_: None, advance=lambda *_: None)
    audit_deeper(audit, line)
    assert audit.failure is None
    assert [one.name for one in audit.passed if one.name == "problems"] == []
