"""A sheet that asks goes to a laboratory by files, comes back, and is answered once."""

import json

import numpy as np
from auditor import audit_minimal
from tests.unit.campaigns.exact_laboratory import READOUT, run_pack

from qassay.auditing.audit import audit_bundle

SHEET = b"""
[sheet]
title = "Asked by mail"
vendor = "V"
machine = "small-4"
[[question]]
id = "far"
ask = "accreditation"
circuit = "bell.qasm"
traps = 300
targets = 100
"""
BELL = "OPENQASM 3.0;\nqubit[2] q;\nh q[0];\ncx q[0], q[1];\n"


def played(campaign, change=lambda _: None, sheet=SHEET):
    campaign.sheet.write_bytes(sheet)
    (campaign.folder / "bell.qasm").write_text(BELL, encoding="utf-8")
    chance, number, progress = np.random.default_rng(4), 0, campaign.step()
    while progress.result is None:
        number += 1
        counts = run_pack(campaign.home / f"to-vendor/round-{number:02d}.zip", 4, chance)
        change(counts)
        path = campaign.folder / f"counts-{number}.json"
        path.write_text(json.dumps(counts), encoding="utf-8")
        progress = campaign.step(path)
    return progress


def test_a_question_is_answered_by_files(make_campaign):
    progress = played(make_campaign("asked", turns=2))
    (answer,) = progress.result.answers
    assert answer.numbers["traps"] == 300
    # The laboratory misreads each of two qubits with 10 %: a trap fails with probability above
    # 0.19, and fewer than 30 of 300 fail with probability below 2e-5.
    assert answer.numbers["failures"] >= 30
    audit = audit_bundle(progress.result.bundle)
    assert audit.failure is None, str(audit.failure)
    (again,) = audit.analysis.answers
    assert again.as_json() == answer.as_json()
    report = audit_minimal.audit(progress.result.bundle)
    assert (report["failed"], report["valid"]) == (None, None)


def test_figures_are_measured_by_files_until_they_are_narrow(make_campaign):
    figure = SHEET[: SHEET.index(b"[[question]]")] + (
        b'[[question]]\nid = "r"\nask = "figure"\nmetric = "readout_error"\nnear = "8 %"\n'
        b"precision = 0.4\n"
    )
    progress = played(make_campaign("figures", turns=6), sheet=figure)
    (answer,) = progress.result.answers
    (found,) = answer.numbers["figures"]
    assert found["precise"]
    # 95 % of one figure; the seed is fixed, and the laboratory misreads 10 %.
    assert found["estimate"]["low"] < READOUT < found["estimate"]["high"]
    planned = progress.result.analysis.plan.cost.shots
    assert progress.result.shots < planned  # it stopped before its circuits were used up
    audit = audit_bundle(progress.result.bundle)
    assert audit.failure is None, str(audit.failure)
    assert audit.analysis.answers[0].as_json() == answer.as_json()


def test_counts_of_other_circuits_are_not_taken(make_campaign):
    """Whoever answers turns the bits of every circuit: all traps fail, and nothing is hidden."""

    def turned(document):
        for one in document["circuits"].values():
            one["counts"] = {
                text.translate({48: 49, 49: 48}): n for text, n in one["counts"].items()
            }

    (answer,) = played(make_campaign("turned", turns=1), turned).result.answers
    assert answer.numbers["failures"] > 150
    assert not answer.telling
    assert json.loads(json.dumps(answer.as_json()))["numbers"]["trivial"] is True
