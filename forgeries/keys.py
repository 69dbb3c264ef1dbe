"""Forgers who play with keys: reused, swapped, unknown, or taken from somewhere else."""

from __future__ import annotations

import base64
import json
from dataclasses import replace

from forgeries.archives import VERDICTS
from forgeries.contents import put
from forgeries.registry import Members, edited, forgery, honest, key_of, sealed, unsigned
from forgeries.story import NAMES, Story
from qassay.canonical import canonical_bytes
from qassay.evidence.archive import archive_bytes
from qassay.evidence.bundle import ENVELOPE, is_outside
from qassay.evidence.envelope import parse_envelope
from qassay.evidence.log import ENTRIES, ROLES_FILE
from qassay.evidence.roles import Party, Roles, parse_roles


@forgery("campaign", "signatures", ROLES_FILE, pinned=True)
def a_key_reused_in_two_roles(members: Members) -> bytes:
    """The verifier is his own partner: one key stands for both."""
    roles = parse_roles(members[ROLES_FILE], ROLES_FILE)
    document = json.loads(members[ROLES_FILE])
    verifier = next(one for one in document["roles"] if one["role"] == "verifier")
    document["roles"] = [
        one if one["role"] != "partner" else verifier | {"role": "partner"}
        for one in document["roles"]
    ]
    assert len(roles.parties) == 3
    members[ROLES_FILE] = canonical_bytes(document)
    return archive_bytes(sealed(members))


@forgery("campaign", "signatures", ROLES_FILE, pinned=True)
def roles_swapped(members: Members) -> bytes:
    """The vendor lists his key as the verifier's and signs his own verdicts."""
    swap = {"vendor": "verifier", "verifier": "vendor"}
    roles = parse_roles(members[ROLES_FILE], ROLES_FILE)
    parties = tuple(replace(p, role=swap.get(p.role, p.role)) for p in roles.parties)
    members[ROLES_FILE] = Roles(parties).to_bytes()
    return archive_bytes(sealed(members))


# The page names the parties by their fingerprints, so it tells the false ones before pins do.
@forgery("campaign", "datasheet", pinned=True)
def signed_by_a_fresh_unknown_key(members: Members) -> bytes:
    """A vendor plays all three parties with keys of his own (veriqant accepted any fresh key)."""
    story = Story.of(members)
    story.keys = {role: key_of(f"false {role}") for role in NAMES}
    roles = Roles(tuple(Party(role=r, name=r, key=k.public) for r, k in story.keys.items()))
    story.members[ROLES_FILE] = roles.to_bytes()
    return story.told()


@forgery("campaign", "trust")
def keys_that_the_bundle_brings_itself(members: Members) -> bytes:
    """A seller says "it is signed": so it is, by keys that the reader has never seen."""
    return archive_bytes(members)


@forgery("run", "signatures", "bundle", pinned=True)
def a_signature_over_other_bytes(members: Members) -> bytes:
    """A vendor takes the verifier's signatures from one bundle and puts them on another."""
    outside = {n: d for n, d in honest("campaign").items() if is_outside(n)}
    return archive_bytes({**unsigned(members), **outside})


@forgery("run", "signatures", "bundle", pinned=True)
def a_signed_bundle_edited(members: Members) -> bytes:
    """A vendor edits a signed bundle and its manifest; the signatures stay from before."""
    forged = edited(dict(members), VERDICTS, put(1, "verdict", "supported"))
    return archive_bytes({**members, **forged})


@forgery("run", "trust", pinned=True)
def the_signatures_taken_off(members: Members) -> bytes:
    """A vendor edits nothing yet, but takes the signatures off, to be free to do so."""
    return archive_bytes(unsigned(members))


@forgery("run", "signatures", ENVELOPE, pinned=True)
def an_envelope_for_another_purpose(members: Members) -> bytes:
    """Somebody presents what the verifier signed as an event as his signature under a bundle."""
    line = json.loads(honest("campaign")[ENTRIES].splitlines()[1])
    envelope = canonical_bytes(line["envelope"])
    assert parse_envelope(envelope, ENVELOPE)
    return archive_bytes({**unsigned(members), ENVELOPE: envelope})


@forgery("run", "signatures", "bundle.sshsig", pinned=True)
def an_ssh_signature_of_another_namespace(members: Members) -> bytes:
    """Somebody presents a signature that the verifier made for e-mail."""
    lines = members["bundle.sshsig"].decode().split("\n")
    raw = base64.b64decode("".join(lines[1:-2])).replace(b"qassay-bundle@v1", b"email-notices@v1")
    text = base64.b64encode(raw).decode()
    folded = [text[start : start + 70] for start in range(0, len(text), 70)]
    members["bundle.sshsig"] = "\n".join((lines[0], *folded, lines[-2], "")).encode()
    return archive_bytes(members)
