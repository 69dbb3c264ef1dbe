"""Sealed bundles to attack: of a run, of published counts, and of a campaign of three parties."""

import hashlib
import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.kit.remembering import remember_numbers

from qassay import assay
from qassay.assay.importing import import_counts
from qassay.assay.sealing import batch_files, common_files, seal
from qassay.canonical import canonical_bytes, content_id
from qassay.claims.claim_file import parse_claim_sheet
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated.machine import VirtualMachine
from qassay.evidence.checkpoint import cosign, origin_of, parse_checkpoint, sign_checkpoint
from qassay.evidence.commitment import commit, joint_root
from qassay.evidence.events_v1 import EventV1, sign_event
from qassay.evidence.keys import SigningKey
from qassay.evidence.log import Log
from qassay.evidence.roles import Party, Roles
from qassay.evidence.signing import sign_bundle
from qassay.execution.journal import Journal
from qassay.execution.workers import executor_of
from qassay.planning.options import Options
from qassay.planning.planner import make_plan
from qassay.verdicts.analysis import analyse

MACHINE = b"""
[machine]
name = "small-4"
platform = "superconducting"
qubits = 4
connectivity = "line"
seed = 5
[durations]
one_qubit_gate = "30 ns"
two_qubit_gate = "200 ns"
readout = "1 us"
shot_overhead = "100 us"
[noise]
t1 = "20 ms"
one_qubit_error = 4e-3
two_qubit_error = 1e-2
readout_p01 = 0.01
readout_p10 = 0.02
"""
SHEET = """# Claims of a small machine.
[sheet]
title = "Small [/bold] machine"
vendor = "V"
machine = "small-4"
delta = 1.0
[[claim]]
id = "n"
metric = "qubits"
value = 4
[[claim]]
id = "t1"
metric = "t1"
value = "100 ms"
statistic = "every"
[[claim]]
id = "ro"
metric = "readout_error"
value = "5 %"
scope = {qubits = [0, 1, 3]}
[[claim]]
id = "2q"
metric = "two_qubit_gate_error"
convention = "average_gate_infidelity"
value = "6 %"
scope = {pairs = [[0, 1]]}
[[claim]]
id = "ghz"
metric = "xeb_fidelity"
value = 0.9
"""
PUBLISHED = """[sheet]
title = "Published"
vendor = "V"
machine = "ions"
[[claim]]
id = "2q"
metric = "two_qubit_gate_error"
convention = "average_gate_infidelity"
value = "0.4 %"
[[claim]]
id = "spam"
metric = "readout_error"
value = "1 %"
"""


@pytest.fixture(scope="session", autouse=True)
def _remembering():
    """What forgeries leave alone is not computed anew."""
    with pytest.MonkeyPatch.context() as patch:
        remember_numbers(patch)
        yield


@pytest.fixture(scope="session")
def sealed(tmp_path_factory):
    """Paths of both bundles by kind; nobody may write to them."""
    return seal_both(tmp_path_factory.mktemp("sealed"))


def seal_both(folder):
    """Run the claims of a small machine, and import counts of another one."""
    sheet = folder / "sheet.toml"
    sheet.write_text(SHEET, encoding="utf-8")
    device = VirtualMachine(read_machine(MACHINE, "m.toml"))
    run = assay.run(sheet, device, out=folder / "run", seed=1)
    counts = folder / "counts"
    counts.mkdir()
    survival = {
        pair: {
            length: {str(k): 100 - int(length) // 4 - (k * 3 + turn) % 4 for k in range(5)}
            for length in ("2", "20", "60")
        }
        for turn, pair in enumerate(("0, 1", "2, 3"))
    }
    spam = {str(q): {"0": 995, "1": 990 + q} for q in range(4)}
    (counts / "TQ_RB.json").write_text(json.dumps({"shots": 100, "survival": survival}))
    (counts / "SPAM.json").write_text(json.dumps({"shots": 1000, "survival": spam}))
    published = folder / "published.toml"
    published.write_text(PUBLISHED, encoding="utf-8")
    imported = import_counts("quantinuum", counts, published, out=folder / "import")
    return {"run": run.bundle, "import": imported.bundle}


def key_of(name):
    seed = hashlib.sha256(name.encode()).digest()
    return SigningKey(Ed25519PrivateKey.from_private_bytes(seed))


KEYS = {role: key_of(role) for role in ("vendor", "verifier", "partner")}
ROLES = Roles(tuple(Party(role=role, name=role, key=key.public) for role, key in KEYS.items()))
SECRETS = {"verifier": bytes([1]) * 32, "partner": bytes([2]) * 32}
NONCE = bytes([3]) * 32


@cache
def played():
    """Run the circuits of the campaign once: they depend on plan and seed alone."""
    data = SHEET.encode()
    sheet = parse_claim_sheet(data, "sheet.toml")
    device = VirtualMachine(read_machine(MACHINE, "m.toml"))
    plan = make_plan(sheet, device.describe(), None, Options(), "qassay test")
    root = joint_root(SECRETS, NONCE, plan.id)
    request = assay.Request(sheet_bytes=data, plan=plan, root=root, seed=None, findings=())
    known = {}
    with TemporaryDirectory() as folder, executor_of(1) as executor:
        journal = Journal.open(Path(folder) / "journal.jsonl")
        done = list(assay.execute(request, device, journal, executor, known))
    return data, plan, root, done, analyse(plan, assay.counted(done), known)


def make_campaign(folder, *, roles=ROLES, keys=KEYS, witness="partner", tweak=None, level="T2"):
    """Play a campaign to its end, in one process; `tweak` changes its events beforehand.

    Returns:
        Path of the bundle.
    """
    folder.mkdir(parents=True)
    data, plan, root, done, judged = played()
    analysis = judged.at_level(level)
    files = common_files(data, plan, root, None, analysis) | batch_files(done)
    files["keys/roles.json"] = roles.to_bytes()
    commitments = {role: commit(secret, role, plan.id) for role, secret in SECRETS.items()}
    subject = {"plan/plan.json": plan.id}
    sheet_file = {"claims/sheet.toml": content_id(data)}
    counts = sorted(name for name in files if name.endswith("/counts.json"))

    def event(kind, by, more=None, **facts):
        return EventV1(kind=kind, by=by, subject=subject | (more or {}), facts=facts)

    course = [
        (100, EventV1(kind="sheet", by="vendor", subject=sheet_file)),
        (
            101,
            event(
                "plan", "verifier", sheet_file, committers=["verifier", "partner"], excused_limit=0
            ),
        ),
        (102, event("committed", "verifier", commitment=commitments["verifier"])),
        (103, event("committed", "partner", commitment=commitments["partner"])),
        (104, event("nonce", "vendor", nonce=NONCE.hex(), commitments=commitments)),
    ]
    fixed = len(course)
    for name in counts:
        batch = name.removeprefix("batches/").removesuffix("/counts.json")
        course.append((200, event("released", "verifier", batch=batch, deadline=1000)))
    for name in counts:
        batch = name.removeprefix("batches/").removesuffix("/counts.json")
        course.append(
            (300, event("counts", "vendor", {name: content_id(files[name])}, batch=batch))
        )
    course += [
        (400, event("revealed", "verifier", secret=SECRETS["verifier"].hex())),
        (401, event("revealed", "partner", secret=SECRETS["partner"].hex())),
        (
            402,
            event(
                "verdicts",
                "verifier",
                {"verdicts/verdicts.json": content_id(files["verdicts/verdicts.json"])},
            ),
        ),
        (403, event("closed", "verifier")),
    ]
    story = SimpleNamespace(course=course, files=files, fixed=fixed, early=150, late=500)
    if tweak is not None:
        tweak(story)
    log = Log()
    for at, one in story.course:
        log = log.appended(at, sign_event(one, keys[one.by]))
    files["log/entries.jsonl"] = log.to_bytes()
    origin = origin_of(plan.id[:16])
    first = sign_checkpoint(log.head(origin, story.fixed), keys["verifier"])
    last = sign_checkpoint(log.head(origin), keys["verifier"])
    keeper = keys["verifier"].public
    if witness:
        first = cosign(first, keeper, None, [], keys[witness], witness, story.early)
        seen = parse_checkpoint(first, "first")
        proof = log.consistency(story.fixed)
        last = cosign(last, keeper, seen, proof, keys[witness], witness, story.late)
    files[f"log/checkpoints/{story.fixed:07d}"] = first.to_bytes()
    files["log/checkpoint"] = last.to_bytes()
    sealed = seal(folder, story.files, analysis)
    sign_bundle(sealed.bundle, keys["verifier"], "verifier")
    return sealed.bundle


@pytest.fixture(scope="session")
def campaigns(tmp_path_factory):
    """Make campaigns, and name the parties."""
    return SimpleNamespace(
        make=make_campaign,
        keys=KEYS,
        roles=ROLES,
        key_of=key_of,
        folder=tmp_path_factory.mktemp("campaigns"),
        content_id=content_id,
        canonical=canonical_bytes,
    )


@pytest.fixture(scope="session")
def campaign(campaigns):
    """The bundle of a sound campaign, signed by the verifier; nobody may write to it."""
    return make_campaign(campaigns.folder / "sound")
