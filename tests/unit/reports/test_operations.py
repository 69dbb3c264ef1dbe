"""Claims on seconds on the page: apart from the counted, and the same for an auditor."""

import json

import pytest

import qassay
from qassay.auditing.audit import audit_bundle
from qassay.planning.timed_jobs import timed_experiments

SHEET = """[sheet]
title = "t"
vendor = "v"
machine = "m"
[[claim]]
id = "ro"
metric = "readout_error"
value = "20 %"
[[claim]]
id = "rate"
metric = "shot_rate"
value = 150
[[claim]]
id = "up"
metric = "uptime"
value = "95 %"
"""


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("operations")
    path = folder / "sheet.toml"
    path.write_text(SHEET)
    return qassay.run(path, "virtual:prototype-50", seed=1, out=folder / "out")


def test_they_stand_apart_from_what_is_counted(result):
    assert [one.claim for one in result.verdicts] == ["ro"]
    assert [one.outcome for one in result.operations] == ["supported", "not tested"]
    page = result.datasheet.read_text(encoding="utf-8")
    assert "By the clock, not by counts" in page
    assert "not tested, declared only" in page
    assert result.exit_code == 3


def test_the_json_document_names_them(result):
    document = json.loads(json.dumps(result.as_json()))
    assert [one["claim"] for one in document["operations"]] == ["rate", "up"]
    assert document["operations"][0]["estimate"]["value"] == pytest.approx(1 / 5.31e-3)


def test_a_stranger_writes_the_same_page(result):
    audit = audit_bundle(result.bundle)
    assert audit.failure is None


def test_an_audit_tells_them_too(result):
    from click.testing import CliRunner

    from qassay.cli.audit import audit_command

    words = [str(result.bundle), "--json"]
    document = json.loads(CliRunner().invoke(audit_command, words, standalone_mode=False).stdout)
    assert document["operations"] == result.as_json()["operations"]
    said = CliRunner().invoke(audit_command, words[:1], standalone_mode=False).stdout
    assert "rate: Shots a second" in " ".join(said.split())


def test_timed_jobs_of_gates_differ_in_one_operation(result):
    from qassay.claims.claim_file import parse_claim_sheet

    text = SHEET.replace("shot_rate", "gate_time_2q").replace("150", '"200 us"')
    sheet = parse_claim_sheet(text.encode())
    made = timed_experiments(sheet.operations, result.analysis.plan.device)
    pairs = [x for x in made if x.protocol == "clock_pairs"]
    turned = [x for x in made if x.protocol == "clock" and len(x.targets) == 2]
    assert len(pairs) == len(turned) == 3
    assert {x.lengths for x in pairs} == {x.lengths for x in turned}
    assert len({x.id for x in made}) == len(made)
