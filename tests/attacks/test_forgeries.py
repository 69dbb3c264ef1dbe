"""The corpus of forgeries: both auditors refuse each, at the check that it is about."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest
from auditor import audit_campaign, audit_further, audit_minimal, audit_page
from forgeries import registry
from forgeries.make import MODULES
from forgeries.registry import CORPUS, ROLES, archive_bytes, honest_path
from forgeries.undetectable import UNDETECTABLE

from qassay.auditing.audit import audit_bundle
from qassay.canonical import canonical_bytes
from qassay.evidence.roles import trust_from

FILE = Path(audit_minimal.__file__)
FURTHER = Path(audit_further.__file__)
LOG = Path(audit_campaign.__file__)
PAGE = Path(audit_page.__file__)
# veriqant-bench 0.1.0 accepted the first seven and crashed on the last three.
TEN = (
    "metrics rewritten by hand",
    "circuits replaced",
    "results dropped",
    "seed changed",
    "simulator relabelled as hardware",
    "duplicate keys",
    "signed by a fresh unknown key",
    "deep nesting",
    "long integers",
    "bytes that are no utf 8",
)
FIRST = {one.check: one.name for one in reversed(CORPUS.values())}  # the first for each check


def both(one, path):
    """Audit twice; give check and reason of each."""
    path.write_bytes(one.data())
    trusted = [str(ROLES)] if one.pinned else []
    full = audit_bundle(path, trust=trust_from(trusted))
    small = audit_minimal.audit(path, trusted)
    assert full.failure is None or full.failure.exit_code == 4
    reason = "" if full.failure is None else str(full.failure).splitlines()[0]
    failed = small["failed"] or {"check": "", "reason": ""}
    return (full.failed, reason), (failed["check"], failed["reason"])


def refused_by_both(one, path):
    (check, reason), (checked, told) = both(one, path)
    assert check == one.check, reason
    assert checked == one.minimal, told
    assert one.place in reason
    assert one.place in told
    assert "report it" not in reason
    further = audit_minimal.audit(path, [str(ROLES)] if one.pinned else [], audit_further.Further)
    assert further["failed"], "refused by the short file alone"
    return reason, told


def test_the_corpus_is_large_and_told():
    assert len(CORPUS) >= 400
    assert set(TEN) <= CORPUS.keys()
    assert len(MODULES) == 10
    for one in (*CORPUS.values(), *UNDETECTABLE.values()):
        assert one.sentence.count(" ") >= 5, one.name
        assert one.sentence.endswith((".", ")")), one.name


@pytest.mark.parametrize(
    "name",
    [
        *sorted(FIRST.values()),
        *(pytest.param(k, marks=pytest.mark.slow) for k in sorted({*TEN} - {*FIRST.values()})),
    ],
)
def test_one_of_each_check_is_refused_by_both(tmp_path, name):
    refused_by_both(CORPUS[name], tmp_path / "forged.zip")


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_all_are_refused_by_both_with_reasons_of_their_own(tmp_path):
    reasons = [refused_by_both(one, tmp_path / "forged.zip") for one in CORPUS.values()]
    # Where two forgeries are the same to an auditor (two ways to drop a batch), reasons are too.
    assert len({reason for reason, _ in reasons}) > 0.6 * len(reasons)
    assert len({told for _, told in reasons}) > 0.6 * len(reasons)


@pytest.mark.parametrize("name", UNDETECTABLE)
def test_what_nobody_can_detect_is_accepted_and_said(tmp_path, name):
    path = tmp_path / "forged.zip"
    path.write_bytes(UNDETECTABLE[name].data())
    full, small = audit_bundle(path), audit_minimal.audit(path)
    assert full.failure is None, str(full.failure)
    assert full.level == "T0"
    assert small["valid"], small["failed"]


@pytest.mark.parametrize("base", ["run", "import", "campaign", "exchange", "apply", "repeats"])
def test_both_accept_honest_bundles(base):
    path = honest_path(base)
    trusted = [] if base in ("import", "apply", "repeats") else [str(ROLES)]
    full = audit_bundle(path, trust=trust_from(trusted))
    small = audit_minimal.audit(path, trusted)
    assert full.failure is None
    assert small["failed"] is None
    open_answer = None if base == "apply" else True  # its sheet asks
    assert small["valid"] is open_answer
    assert small["trust"] == full.level
    assert audit_minimal.audit(path, trusted, audit_further.Further)["valid"] is open_answer


@pytest.mark.parametrize("file", [FILE, FURTHER, LOG, PAGE], ids=lambda p: p.name)
def test_the_minimal_auditor_is_short_and_needs_the_standard_library_alone(file):
    text = file.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 800
    assert max(map(len, text.splitlines())) <= 120
    tree = ast.parse(text)
    named = {
        alias.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    named |= {
        str(node.module).partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
    }
    # the log of a campaign and the page are files of their own, which lie beside these
    others = {"audit_minimal", "audit_campaign", "audit_page", "auditor"}
    assert named - others <= set(sys.stdlib_module_names)


@pytest.mark.parametrize("name", ["circuits of gates replaced", "a slightly different time"])
def test_what_the_one_file_leaves_to_the_second_it_says(tmp_path, name):
    """Two changes that only the longer files see; the short one lists both under "not checked"."""
    files = registry.honest("run")
    if name == "circuits of gates replaced":
        path = "batches/two_qubit_gates/0000/circuits.json"
        document = json.loads(files[path])
        document["circuits"].reverse()
        said, check = "circuits and hits of two_qubit_gates", "circuits"
    else:
        path = "verdicts/verdicts.json"
        document = json.loads(files[path])
        document[1]["e_refute"] *= 1.01
        said, check = "the e-values of 't1'", "verdicts"
    files[path] = canonical_bytes(document)
    forged = tmp_path / "forged.zip"
    forged.write_bytes(archive_bytes(registry.sealed(files)))
    report = audit_minimal.audit(forged)
    assert report["valid"]
    assert any(text.startswith(said) for text in report["not_checked"])
    assert audit_minimal.audit(forged, kind=audit_further.Further)["failed"]["check"] == check
    assert audit_bundle(forged).failed == check


def run(*arguments):
    """Start the file as a ministry would: without our packages, and from anywhere."""
    return subprocess.run(
        [sys.executable, "-I", "-S", str(FILE), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )


def test_the_command_line(tmp_path):
    bundle = honest_path("campaign")
    done = run(bundle, "--trust", ROLES)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("ok ") == len(audit_minimal.CHECKS)
    assert "not checked here" in done.stdout
    report = json.loads(run(bundle, "--trust", ROLES, "--json").stdout)
    assert (report["valid"], report["trust"]) == (True, "T2")
    forged = tmp_path / "forged.zip"
    forged.write_bytes(CORPUS["a verdict turned"].data())
    done = run(forged)
    assert (done.returncode, done.stderr) == (4, "")
    assert done.stdout.count("REFUSED") == 1
    for wrong in (
        (),
        (tmp_path / "none",),
        (tmp_path,),
        (bundle, bundle),
        (bundle, "--trust", "x"),
    ):
        done = run(*wrong)
        assert done.returncode == 2, wrong
        assert done.stdout == ""
        assert done.stderr.startswith("usage")
        assert "Traceback" not in done.stderr


def test_fingerprints_can_be_pinned():
    bundle = honest_path("campaign")
    parties = json.loads(ROLES.read_bytes())["roles"]
    pins = [f"{one['role']}={one['fingerprint']}" for one in parties]
    assert audit_minimal.audit(bundle, pins)["valid"]
    assert audit_minimal.audit(bundle, pins[1:])["failed"]["check"] == "trust"
    assert audit_minimal.audit(bundle)["failed"]["check"] == "trust"


def test_an_archive_can_be_written_again():
    for path in map(honest_path, ("run", "import", "campaign", "exchange")):
        files = audit_minimal.read_archive(path)
        assert archive_bytes(files) == path.read_bytes()


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_every_flipped_byte_is_detected():
    """The archive has one form: no byte is left that means nothing (10,000 by the benchmark)."""
    from benchmarks.flipped_bytes import tried

    for counts in tried(2000, seed=2):
        assert counts["accepted"] == 0
        assert counts.total() == 2000


@pytest.mark.parametrize("base", ["campaign", pytest.param("exchange", marks=pytest.mark.slow)])
def test_both_files_run_from_any_folder(tmp_path, base):
    for file in (FILE, FURTHER, LOG, PAGE):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    bundle = honest_path(base)
    for file in (FILE, FURTHER):
        done = subprocess.run(
            [sys.executable, "-I", "-S", str(tmp_path / file.name), bundle, "--trust", ROLES],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
        )
        assert (done.returncode, done.stderr) == (0, "")
        undrawn = "the circuits of" in done.stdout or "circuits and hits of" in done.stdout
        assert undrawn == (file == FILE and base == "campaign")
