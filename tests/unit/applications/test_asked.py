"""An application that a sheet asks about: answered once, and no other circuit in its place."""

import json
from pathlib import Path

import pytest
from forgeries.archives import PLAN
from forgeries.registry import edited

from qassay import assay
from qassay.auditing.audit import audit_bundle
from qassay.canonical import canonical_bytes
from qassay.evidence.archive import archive_bytes, read_archive
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


@pytest.mark.parametrize("forged", ["another depth", "another instance", "fewer batches"])
def test_another_circuit_than_the_one_asked_for_is_refused(done, tmp_path, forged):
    def edit(plan):
        (x,) = plan["experiments"]
        if forged == "another depth":
            x["lengths"] = [2.0]
        elif forged == "fewer batches":
            x["rounds"] -= x["batch"]
        else:
            problem = json.loads(x["problem"])
            problem["instance"]["name"] += "-easier"
            x["problem"] = canonical_bytes(problem).decode()

    path = tmp_path / "forged.zip"
    path.write_bytes(archive_bytes(edited(read_archive(Path(done.bundle)), PLAN, edit)))
    audit = audit_bundle(path)
    assert audit.failure is not None
    assert audit.failure.exit_code == 4
    assert audit.failed == "claims and plan"
