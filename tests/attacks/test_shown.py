"""The attacks that once got through: each is a forgery or a test today, and the page says which."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from auditor import audit_further, audit_minimal
from forgeries.make import main
from forgeries.registry import CORPUS, ROLES, honest_path
from forgeries.shown import SHOWN, table

from qassay import assay
from qassay.auditing.audit import audit_bundle
from qassay.canonical import canonical_bytes
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated.machine import VirtualMachine
from qassay.errors import QassayError
from qassay.evidence.roles import trust_from

HERE = Path(__file__).parents[2]
KINDS = (audit_minimal.Audit, audit_further.Further)


def test_every_attack_has_a_forgery_or_a_test_that_is_there():
    for one in SHOWN:
        assert one.forgeries or one.tests, one.number
        assert set(one.forgeries) <= CORPUS.keys(), one.number
        for name in one.tests:
            file, _, function = name.partition("::")
            assert f"def {function}(" in (HERE / file).read_text(encoding="utf-8"), name


def test_the_page_has_the_table(capsys):
    assert table() in (HERE / "docs/attacks.md").read_text(encoding="utf-8")
    assert main(["--shown"]) == 0
    assert capsys.readouterr().out == table()


@pytest.mark.parametrize("base", ["campaign", "exchange"])
def test_days_that_the_reader_pinned_prevail(base, tmp_path):
    """R8: keys that ended long ago, in the reader's own list, by all auditors."""
    document = json.loads(ROLES.read_bytes())
    for one in document["roles"]:
        one |= {"valid_to": "1970-01-01", "name": "ended, do not trust"}
    pins = tmp_path / "ended.json"
    pins.write_bytes(canonical_bytes(document))
    if base == "campaign":  # its times are of the first minutes of 1970
        for one in document["roles"]:
            one |= {"valid_from": "1971-01-01", "valid_to": "1972-01-01"}
        pins.write_bytes(canonical_bytes(document))
    audit = audit_bundle(honest_path(base), trust=trust_from([str(pins)]))
    assert audit.failed == "log", str(audit.failure)
    assert "valid" in str(audit.failure)
    for kind in KINDS:
        report = audit_minimal.audit(honest_path(base), [str(pins)], kind)
        assert report["failed"]["check"] == "log"
        assert "valid" in report["failed"]["reason"]


@pytest.mark.parametrize(
    "name", ["an objection that drives a terminal", "an amendment that drives a terminal"]
)
def test_the_second_auditors_print_no_escape(name, tmp_path):
    """R13: whatever a bundle says, what is printed of it drives no terminal."""
    bundle = tmp_path / "b.zip"
    bundle.write_bytes(CORPUS[name].data())
    for file in (audit_minimal.__file__, audit_further.__file__):
        words = [sys.executable, "-I", "-S", file, bundle, "--trust", ROLES]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        assert done.returncode == 4
        assert all(char.isprintable() or char == "\n" for char in done.stdout + done.stderr)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with a name")
def test_a_pipe_is_no_bundle(tmp_path):
    """A pipe, a device or a folder under the name of a bundle is told at once."""
    pipe = tmp_path / "b.zip"
    os.mkfifo(pipe)
    for place in (pipe, tmp_path, Path("/dev/zero")):
        with pytest.raises(QassayError):
            raise audit_bundle(place).failure or AssertionError(place)
        words = [sys.executable, "-I", "-S", audit_minimal.__file__, place]
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr


HOSTILE = """[sheet]
title = "T <script>alert(1)</script> \\\\ \\" ' & {{7*7}} end \u0430"
vendor = "<b>V</b> \u91cf\u5b50"
machine = "../../x<y>"
notes = ["<script>n</script> =HYPERLINK(1)"]
[[claim]]
id = "n"
metric = "qubits"
value = 2
"""
SMALL = b"""[machine]
name = "small <b> two & 3"
qubits = 2
connectivity = "line"
[durations]
one_qubit_gate = "30 ns"
two_qubit_gate = "200 ns"
readout = "1 us"
shot_overhead = "100 us"
"""


def test_an_honest_sheet_of_hostile_words_is_accepted(tmp_path):
    """What strangers wrote stands on the page as text, and the second auditors read it as such."""
    sheet = tmp_path / "sheet.toml"
    sheet.write_text(HOSTILE, encoding="utf-8")
    device = VirtualMachine(read_machine(SMALL, "m.toml"))
    run = assay.run(sheet, device, out=tmp_path / "run", seed=1)
    assert audit_bundle(run.bundle).failure is None
    for kind in KINDS:
        report = audit_minimal.audit(run.bundle, [], kind)
        assert report["valid"], report["failed"]
