"""Imports under attack: a plan that says more of published counts than they are.

Whoever forges has qassay, so that his page is the one that follows from what he wrote.
"""

import json

import pytest
from auditor import audit_further, audit_minimal
from forgeries.mutants import mutants, resealed
from forgeries.registry import edited, honest

from qassay.auditing.audit import audit_bundle
from qassay.canonical import canonical_bytes
from qassay.evidence.archive import archive_bytes

PLAN, PAGE = "plan/plan.json", "report/datasheet.html"
COUNTS = "published/readout_error.json"


def set_to(value, *keys):
    def change(document):
        for key in keys[:-1]:
            document = document[key]
        document[keys[-1]] = value(document[keys[-1]]) if callable(value) else value

    return change


def no_longer_claimed(plan):
    """A claim that the counts refute is called untested, by a plan that fits itself."""
    lost = plan["sheet"]["claims"][0]["id"]
    for x in plan["experiments"]:
        x["claims"] = [name for name in x["claims"] if name != lost]
    plan["untested"] = [{"claim": lost, "reason": "no counts of it were published"}]


PLANS = {
    "a billion shots": set_to(10**9, "cost", "shots"),
    "circuits below nought": set_to(-5, "cost", "circuits"),
    "a price": set_to(1e6, "cost", "money"),
    "hours of the machine": set_to(36e5, "cost", "seconds"),
    "a larger machine": set_to(50, "device", "qubits"),
    "another machine": set_to("another", "device", "name"),
    "other couplings": set_to([], "device", "couplings"),
    "words for couplings": set_to("all of them, by T2", "device", "connectivity"),
    "gates of a nanosecond": set_to(1e-9, "device", "durations", "two_qubit_gate"),
    "a coin": set_to(True, "experiments", 0, "coin"),
    "more rounds": set_to(lambda n: 2 * n, "experiments", 0, "rounds"),
    "a claim counted twice": set_to(lambda x: x * 2, "experiments", 0, "claims"),
    "a claim not tested": no_longer_claimed,
    "a budget": set_to(10, "budget_shots"),
}
DOCUMENTS = {
    "half a hit": set_to(lambda n: n - 0.5, "counts", "hits", 0, 0),
    "hits in words": set_to(str, "counts", "hits", 0, 0),
    "arms in words": set_to(str, "counts", "arms", 0),
    "shots with a fraction": set_to(lambda n: n + 0.5, "counts", "shots"),
    "one number too many": set_to(1, "counts", "more"),
    "no lengths": set_to(None, "counts", "lengths"),
    "a sha256 that is none": set_to("certified by T2", "sha256"),
    "a file without a name": set_to("", "file"),
    "a name that turns": set_to("counts\u202egnp.json", "file"),
}


def refused(members, path):
    path.write_bytes(archive_bytes(members))
    audit = audit_bundle(path, page=False)
    assert audit.failure is not None
    assert audit.failure.exit_code == 4
    assert "report it" not in str(audit.failure)
    return audit.failed


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_that_says_more_than_the_counts_is_refused(tmp_path, name):
    members = edited(honest("import"), PLAN, PLANS[name])
    assert refused(members, tmp_path / "forged.zip") in ("claims and plan", "counts")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_counts_that_no_import_writes_are_refused(tmp_path, name):
    path = tmp_path / "forged.zip"
    assert refused(edited(honest("import"), COUNTS, DOCUMENTS[name]), path) == "counts"
    for kind in (audit_minimal.Audit, audit_further.Further):
        assert audit_minimal.audit(path, [], kind)["failed"]


def test_a_published_experiment_is_no_way_around_the_planner(tmp_path):
    """Beside one, circuits of a run were not planned again, and could be any."""
    members, other = honest("run"), honest("import")
    lent = json.loads(other[PLAN])["experiments"][0] | {"claims": []}
    members[COUNTS] = other[COUNTS]

    def lend(plan):
        plan["experiments"].append(lent | {"id": "readout_error"})
        plan["experiments"][0]["rounds"] //= 2

    assert refused(edited(members, PLAN, lend), tmp_path / "forged.zip") in (
        "claims and plan",
        "counts",
    )


# What a tester may say of an import as he likes, since nothing else is said of it: how wrong his
# verdicts may be, what he calls the file, in which order circuits of a length stand, and when and
# with what he sealed it, in the form that each has.
FREE = (
    "software/",
    "plan.json alpha",
    "plan.json device/simulator",
    "plan.json software",
    "sheet.toml",
    "counts/hits",
    ".json file",
    ".json sha",
    "json  without notes",
)


def _tried(seed, each, most, tmp_path):
    path, tried, accepted = tmp_path / "mutant.zip", 0, []
    for one in mutants(honest("import"), seed, each):
        if one.file.endswith(".html") or one.kind in ("left out", "another name"):
            continue
        if tried == most:
            break
        tried += 1
        path.write_bytes(resealed(one.members))
        audit = audit_bundle(path, page=False)
        if audit.failure is None:
            accepted.append(str(one))
        else:
            assert audit.failure.exit_code == 4, str(one)
            assert "report it" not in str(audit.failure), str(one)
    return tried, [name for name in accepted if not any(free in name for free in FREE)]


def test_few_fields_of_an_import_are_tried_always(tmp_path):
    assert _tried(3, 1, 60, tmp_path) == (60, [])


@pytest.mark.parametrize(
    "change",
    [
        set_to("yesterday, as BIPM has seen", "measured_from"),
        set_to("2026-13", "sealed_at"),
        set_to("2026-02-30T10:00:00Z", "sealed_at"),
        set_to(None, "measured_to"),
        set_to([], "jobs"),
        lambda record: [record],
    ],
)
def test_a_record_of_a_run_has_its_form_whoever_reads_it(tmp_path, change):
    """Whoever reads the numbers alone writes no page, and reads the record all the same."""
    members = edited(honest("import"), "software/run_record.json", change)
    assert refused(members, tmp_path / "forged.zip") == "documents"


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_no_field_of_an_import_can_be_changed_with_a_page_to_fit(tmp_path):
    tried, accepted = _tried(1, 2, -1, tmp_path)
    assert tried > 800
    assert accepted == []


def test_canonical_bytes_are_those_of_the_bundle():
    assert canonical_bytes(json.loads(honest("import")[PLAN])) == honest("import")[PLAN]
