"""What claims are said to lead to: held against their sheet by an audit, simulated on request."""

import json
from dataclasses import replace

import pytest

from qassay import assay
from qassay.applications.prepared import LONGEST_SHEET
from qassay.applying.application_run import apply
from qassay.applying.predicting import foretold_again
from qassay.applying.preparing import Wish
from qassay.auditing.audit import audit_bundle
from qassay.auditing.predictions import check_predictions
from qassay.errors import NotReproducedError

MACHINE = """
[machine]
name = "ions-8"
platform = "trapped-ion"
qubits = 8
connectivity = "all-to-all"
[noise]
two_qubit_error = 0.005
"""
CLAIMS = """
[sheet]
title = "Eight ions"
vendor = "A vendor"
machine = "Ions 8"
[[claim]]
id = "2q"
metric = "two_qubit_gate_error"
convention = "average_gate_infidelity"
value = "0.5 %"
[[claim]]
id = "t1"
metric = "t1"
relation = "at least"
value = "100 s"
"""
LEFT_OPEN = "claimed error rates lead to the score"


def machine_in(folder):
    path = folder / "machine.toml"
    path.write_text(MACHINE, encoding="utf-8")
    return str(path)


def prepared_in(folder, claims=CLAIMS):
    """Prepare and run; give the folder of the run, with the sheet that asks and its file."""
    (folder / "claims.toml").write_text(claims, encoding="utf-8")
    wish = Wish(
        application="grid-section",
        qubits=8,
        depths=(1,),
        shots=480,
        claims=str(folder / "claims.toml"),
    )
    return apply(wish, machine_in(folder), out=folder / "out", seed=3)


@pytest.fixture(scope="module")
def honest(tmp_path_factory):
    return prepared_in(tmp_path_factory.mktemp("honest"))


@pytest.fixture(scope="module")
def plan(honest):
    return audit_bundle(honest.run.bundle).plan


def saying(plan, changes, without=""):
    """The plan of an honest tester, with a prediction that says something else."""
    (x,) = plan.experiments
    problem = json.loads(x.problem)
    problem["predicted"] |= changes
    problem["predicted"].pop(without, None)
    return replace(plan, experiments=(replace(x, problem=json.dumps(problem)),))


def forged_from(honest, folder, **changes):
    """Run the sheet of an honest tester again, beside a prediction that says something else."""
    begun = honest.run.bundle.parent
    file = json.loads((begun / "depth_1.json").read_text(encoding="utf-8"))
    file["predicted"] |= changes
    (folder / "depth_1.json").write_text(json.dumps(file), encoding="utf-8")
    (folder / "sheet.toml").write_bytes((begun / "sheet.toml").read_bytes())
    return assay.run(folder / "sheet.toml", machine_in(folder), out=folder / "out", seed=3).bundle


def test_an_honest_prediction_is_simulated_again(honest, qassay):
    bundle = str(honest.run.bundle)
    (left,) = [x for x in audit_bundle(bundle).unproven if LEFT_OPEN in x]
    assert "--deep" in left
    code, out, _ = qassay("audit", bundle, "--deep", "--json")
    assert code == 0
    told = json.loads(out)
    assert not any(LEFT_OPEN in one for one in told["not_proven"])
    (again,) = [one["sentence"] for one in told["passed"] if one["check"] == "predictions"]
    said = honest.result.depths[0].predicted
    assert f"{said.value:.4f}" in again


def test_another_score_is_found_when_it_is_simulated(honest, tmp_path, qassay):
    """A tester who wants the machine to look worse than claimed writes a higher prediction."""
    predicted = honest.result.depths[0].predicted.value
    bundle = forged_from(honest, tmp_path, value=predicted + 0.1)
    assert audit_bundle(bundle).failure is None
    code, out, _ = qassay("audit", str(bundle), "--deep")
    assert code == 4
    assert f"{predicted + 0.1:.4f}" in out
    assert f"{predicted:.4f}" in out


def test_a_spread_too_narrow_is_found_when_it_is_simulated(plan):
    (honest,) = foretold_again(plan)
    assert honest.same
    assert not replace(honest, said=(honest.said[0], 1e-6, honest.said[2])).same
    assert not replace(honest, said=(*honest.said[:2], 5000)).same
    assert not replace(honest, again="it could not be simulated").same


OTHER_SHEET = CLAIMS.replace('"0.5 %"', '"0.1 %"')


@pytest.mark.parametrize(
    "changes",
    [
        {"claims": "two-qubit gates 0.1 %, relaxation (T1) 100 s"},
        {"claims": ""},
        {"assumed": []},  # nothing was assumed: then a low score would be a finding
        {"two_qubit_error": 0.001},
        {"two_qubit_error": None},
        {"sheet": OTHER_SHEET},
        {"sheet": "no sheet"},
        {"sheet": CLAIMS + "\n[[claim]]\nid = 7\n"},
        {"sheet": "\ud800".encode("utf-8", "replace").decode()},
    ],
)
def test_other_words_are_refused_by_every_audit(plan, changes):
    with pytest.raises(NotReproducedError, match="prediction of"):
        check_predictions(saying(plan, changes))


def test_an_audit_asks_for_the_words(honest, tmp_path):
    audit = audit_bundle(forged_from(honest, tmp_path, assumed=[]))
    assert audit.failed == "claims and plan"
    assert "prediction of" in str(audit.failure)


def test_a_prediction_without_its_sheet_is_said_to_be_left_open(plan):
    """So it is in bundles that were sealed before sheets were kept."""
    (left,) = check_predictions(saying(plan, {}, without="sheet"))
    assert LEFT_OPEN in left
    assert "not in the bundle" in left


def test_claims_too_long_to_be_sealed_predict_nothing(tmp_path):
    long = CLAIMS + "# a remark of sixty-four characters, as it may stand on a sheet.\n" * 1100
    assert len(long) > LONGEST_SHEET
    found = prepared_in(tmp_path, long)
    assert found.result.depths[0].predicted is None
    (note,) = [x for x in found.run.analysis.plan.sheet.notes if "no prediction" in x]
    assert "can be sealed" in note
    assert audit_bundle(found.run.bundle).unproven == []


def test_predictions_of_several_bundles_are_asked_one_at_a_time(honest, qassay):
    bundle = str(honest.run.bundle)
    code, _, err = qassay("audit", bundle, bundle, "--deep")
    assert code == 2
    assert "one at a time" in err
