"""What other packages add: used like our own, asked late, and never in the way."""

import json
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from click.testing import CliRunner

from qassay.cli.audit import audit_command
from qassay.protocols.known import PROTOCOLS

TOP = Path(__file__).parents[2]
OUTSIDE = TOP / "tests" / "outside"
CONFORMANCE = (
    "-m",
    "pytest",
    "-q",
    "-p",
    "no:cacheprovider",
    "tests/conformance/test_protocols.py",
    "-k",
)
SHEET = """[sheet]
title = "An odd claim"
vendor = "V"
machine = "ring"
[[claim]]
id = "angle"
metric = "parity_angle"
relation = "at most"
value = "{value} rad"
"""
USE = """
import json, sys
from pathlib import Path
import qassay
from qassay.applying.application_run import Wish
from qassay.additions import GROUPS, additions
from qassay.claims.metrics import METRICS, metrics_as_markdown
from qassay.protocols.known import PROTOCOLS
from qassay.selfcheck.settings import Settings, by_definition
from qassay.selfcheck.table import metric_words
from qassay.selfcheck.wild.trial import run_wild

here = Path(sys.argv[1])
said = {"added": [one.package for group in GROUPS for one in additions(group)]}
said["last"] = list(PROTOCOLS)[-1]
said["docs"] = "## parity_angle" in metrics_as_markdown()
for name, value in (("good", 0.9), ("bad", 0.1)):
    device = qassay.open_device("example:5")
    result = qassay.run(here / f"{name}.toml", device, out=here / name, seed=1)
    (verdict,) = result.verdicts
    page = result.datasheet.read_text(encoding="utf-8").replace("\\u00a0", " ")
    said[name] = {
        "outcome": verdict.outcome, "value": verdict.estimate.value, "limit": verdict.limit,
        "page": [part for part in ("Parity angle", "1.12 rad", "mrad") if part in page],
        "bundle": str(result.bundle), "failure": str(qassay.audit(result.bundle).failure),
        "plan": result.analysis.plan.experiments[0].protocol,
    }
(here / "counts").mkdir()
(here / "counts" / "readout.csv").write_text("qubit,shots,wrong\\n0,4000,40\\n1,4000,44\\n")
(here / "r.toml").write_text(
    '[sheet]\\ntitle = "R"\\nvendor = "V"\\nmachine = "lab"\\n[[claim]]\\nid = "r"\\n'
    'metric = "readout_error"\\nvalue = "2 %"\\n'
)
imported = qassay.import_counts("lab-csv", here / "counts", here / "r.toml", out=here / "i")
said["imported"] = imported.verdicts[0].outcome
wish = Wish(application="even-ring", depths=(1,), shots=200, batches=20)
applied = qassay.apply(wish, qassay.open_device("example:6"), out=here / "a", seed=1)
said["applied"] = qassay.audit(applied.run.bundle).failure is None
played = [one for number in (1, 2, 3) for one in run_wild(
    Settings(seed=5, metrics=("parity_angle",)), number)]
said["played"] = [[one.metric, one.outcome, one.wrong, one.covered] for one in played]
said["world"] = "parity_angle" in by_definition() and "Parity angle" == metric_words("parity_angle")
print(json.dumps(said))
"""


def python(*words, path=OUTSIDE, code=0):
    environment = {**os.environ, "PYTHONPATH": str(path)}
    done = subprocess.run(
        [sys.executable, *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        cwd=TOP,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def used(tmp_path_factory):
    here = tmp_path_factory.mktemp("outside")
    for name, value in (("good", 0.9), ("bad", 0.1)):
        (here / f"{name}.toml").write_text(SHEET.format(value=value))
    return json.loads(python("-c", USE, str(here)).strip().splitlines()[-1])


def test_a_package_adds_one_of_each(used):
    assert used["added"] == ["example-lab 0.3"] * 4
    assert used["last"] == "parity_angle"
    assert used["docs"]
    assert used["imported"] == "supported"
    assert used["applied"]


def test_its_protocol_goes_from_sheet_to_audit(used):
    """Five bits, each wrong in 2 % of shots at most: s is about 0.92, the angle 0.6 rad."""
    assert used["good"]["outcome"] == "supported"
    assert used["bad"]["outcome"] == "refuted"
    assert used["good"]["limit"] == pytest.approx(0.9 * 1.25)
    for one in (used["good"], used["bad"]):
        assert one["plan"] == "parity_angle"
        assert one["failure"] == "None"
        assert "Parity angle" in one["page"]
    assert "1.12 rad" in used["good"]["page"]


def test_its_hidden_machines_are_played_by_the_self_check(used):
    """Three machines of a fixed seed; an interval misses its truth once in twenty."""
    assert used["world"]
    assert [one[0] for one in used["played"]] == ["parity_angle"] * 3
    assert not any(wrong for _, _, wrong, _ in used["played"])
    assert sum(covered for *_, covered in used["played"]) >= 2


def test_who_has_not_the_package_is_told_so(used):
    """Neither a crash nor a forgery: exit code 4, since nothing was derived again."""
    result = CliRunner().invoke(audit_command, [used["good"]["bundle"]], standalone_mode=False)
    words = " ".join(result.output.split())
    assert result.return_value == 4
    assert 'circuits of "parity_angle", which is none of qassay\'s protocols' in words
    assert "install the package that adds it" in words


def test_its_protocol_passes_conformance_untouched():
    told = python(*CONFORMANCE, "parity_angle and (perfect or dead or docstring)")
    assert "passed" in told
    assert "failed" not in told


@pytest.mark.slow
def test_its_protocol_passes_all_of_conformance_untouched():
    """What is asked of each protocol of ours is asked of it, and nothing of that is left out."""
    asked = defaultdict(list)
    for test in python(*CONFORMANCE[:-1], "--collect-only").splitlines():
        name, _, parts = test.partition("[")
        asked[parts.rstrip("]").split("-")[0]].append(name)
    of_each = set.intersection(*(set(asked[name]) for name in PROTOCOLS))
    assert len(of_each) > 5
    assert of_each <= set(asked["parity_angle"])
    told = python(*CONFORMANCE, "parity_angle")
    assert f"\n{len(asked['parity_angle'])} passed" in told
    assert "failed" not in told


@pytest.fixture
def broken(tmp_path):
    """A package whose every entry point fails, each in a way of its own."""
    (tmp_path / "bad_lab").mkdir()
    (tmp_path / "bad_lab" / "__init__.py").write_text("")
    marker = f"import pathlib\npathlib.Path({str(tmp_path / 'asked')!r}).touch()\n"
    (tmp_path / "bad_lab" / "raises.py").write_text(f"{marker}raise RuntimeError('no licence')\n")
    (tmp_path / "bad_lab" / "empty.py").write_text(f"{marker}PROTOCOL = 3\n")
    (tmp_path / "bad_lab" / "thief.py").write_text(
        f"{marker}from qassay.protocols.ghz import PROTOCOL, QUANTITIES\n"
        "from qassay.claims.metrics import METRICS as rows\n"
        "METRICS = (rows['ghz_fidelity'],)\n"
    )
    (tmp_path / "bad_lab" / "door.py").write_text(
        f"{marker}def open_device(rest):\n    raise OSError('no cable')\n"
    )
    info = tmp_path / "bad_lab-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: bad-lab\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[qassay.protocols]\na = bad_lab.raises\nb = bad_lab.empty\nc = bad_lab.thief\n"
        "[qassay.sources]\nnowhere = bad_lab.not_there\n"
        "[qassay.devices]\ndoor = bad_lab.door:open_device\n"
    )
    return tmp_path


def test_a_broken_package_is_told_and_breaks_nothing(broken):
    python("-m", "qassay", "--help", path=broken)
    assert not (broken / "asked").exists()  # nobody looked for anything of its kind
    python("-m", "qassay", "run", "--help", path=broken)
    told = python(
        "-c",
        "from qassay.protocols.known import PROTOCOLS\n"
        "from qassay.protocols.outside import FAILED\n"
        "print(len(PROTOCOLS), *(one.problem for one in FAILED), sep='\\n')\n",
        path=broken,
    )
    for part in (
        'bad-lab 1.0 adds "a" to qassay.protocols in vain: RuntimeError: no licence',
        'adds "b" to qassay.protocols in vain: it has no QUANTITIES and no METRICS',
        "qassay or another package has something of that name",
    ):
        assert part in told
    assert (broken / "asked").exists()


WANTED = (  # commands, and what they say of a package that fails
    ("plan s.toml --device door:3", "bad-lab 1.0 cannot open: OSError: no cable"),
    ("import nowhere . --sheet s.toml", "ModuleNotFoundError"),
)
CALLS = """
import sys
from qassay.cli import main
for line in sys.argv[1:]:
    sys.argv = ["qassay", *line.split()]
    print("code", main(), flush=True)
"""


def test_what_fails_is_met_where_it_is_wanted(broken):
    """Both commands in one process: what the first has met is still told by the second."""
    (broken / "s.toml").write_text(
        '[sheet]\ntitle = "R"\nvendor = "V"\nmachine = "lab"\n[[claim]]\nid = "r"\n'
        'metric = "readout_error"\nvalue = "2 %"\n'
    )
    lines = [line.replace("s.toml", str(broken / "s.toml")) for line, _ in WANTED]
    told = " ".join(python("-c", CALLS, *lines, path=broken).split())
    assert told.count("code 2") == len(WANTED)
    for _, part in WANTED:
        assert part in told
    assert "Traceback" not in told
