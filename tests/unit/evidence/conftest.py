"""Three parties with keys, and a campaign that is told in their events."""

import hashlib
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from qassay.evidence.commitment import commit
from qassay.evidence.events_v1 import EventV1, sign_event
from qassay.evidence.keys import SigningKey
from qassay.evidence.log import Log
from qassay.evidence.roles import Party, Roles

PLAN_ID = hashlib.sha256(b"plan").hexdigest()
SHEET_ID = hashlib.sha256(b"sheet").hexdigest()
VERDICTS_ID = hashlib.sha256(b"verdicts").hexdigest()
PLAN = {"plan/plan.json": PLAN_ID}
SECRETS = {"verifier": bytes([1]) * 32, "partner": bytes([2]) * 32}
NONCE = bytes([3]) * 32
COMMITMENTS = {role: commit(secret, role, PLAN_ID) for role, secret in SECRETS.items()}


def key_of(role):
    seed = hashlib.sha256(role.encode()).digest()
    return SigningKey(Ed25519PrivateKey.from_private_bytes(seed))


KEYS = {role: key_of(role) for role in ("vendor", "verifier", "partner", "witness")}
ROLES = Roles(
    tuple(Party(role=role, name=role.title(), key=key.public) for role, key in sorted(KEYS.items()))
)


def event(kind, by, subject=None, **facts):
    return EventV1(kind=kind, by=by, subject=PLAN | (subject or {}), facts=facts)


SHEET = EventV1(kind="sheet", by="vendor", subject={"claims/sheet.toml": SHEET_ID})
COURSE = [
    (0, SHEET),
    (
        1,
        event(
            "plan",
            "verifier",
            {"claims/sheet.toml": SHEET_ID},
            committers=["verifier", "partner"],
            excused_limit=1,
        ),
    ),
    (2, event("committed", "verifier", commitment=COMMITMENTS["verifier"])),
    (3, event("committed", "partner", commitment=COMMITMENTS["partner"])),
    (4, event("nonce", "vendor", nonce=NONCE.hex(), commitments=COMMITMENTS)),
    (5, event("amended", "verifier", batches=["b1"], text="b1 takes 10 shots")),
    (6, event("released", "verifier", {"jobs/b1.zip": "a" * 64}, batch="b1", deadline=100)),
    (7, event("released", "verifier", batch="b2", deadline=50)),
    (8, event("counts", "vendor", {"returned/b1.json": "b" * 64}, batch="b1")),
    (9, event("excused", "vendor", batch="b3", reason="maintenance")),
    (10, event("released", "verifier", batch="b4", deadline=100)),
    (11, event("failed", "vendor", batch="b4", reason="a cable")),
    (51, event("expired", "verifier", batch="b2")),
    (52, event("noted", "vendor", text="the cable was ours")),
    (53, event("revealed", "verifier", secret=SECRETS["verifier"].hex())),
    (53, event("revealed", "partner", secret=SECRETS["partner"].hex())),
    (54, event("verdicts", "verifier", {"verdicts/verdicts.json": VERDICTS_ID})),
    (55, event("closed", "verifier")),
]


def log_of(course):
    log = Log()
    for at, one in course:
        log = log.appended(at, sign_event(one, KEYS[one.by]))
    return log


@pytest.fixture(scope="session")
def parties():
    """Keys, roles, secrets and a whole course of events."""
    return SimpleNamespace(
        keys=KEYS,
        roles=ROLES,
        secrets=SECRETS,
        nonce=NONCE,
        commitments=COMMITMENTS,
        plan_id=PLAN_ID,
        course=COURSE,
        event=event,
        log_of=log_of,
    )
