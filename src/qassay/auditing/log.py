"""The log of a campaign: its entries, its heads, and who watched it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from qassay.auditing.state import Absent, Audit, known
from qassay.canonical import content_id
from qassay.errors import IncompleteError, LogBrokenError, MalformedError, Problem, TamperedError
from qassay.evidence.bundle import VERDICTS, Bundle
from qassay.evidence.campaign_v1 import Campaign
from qassay.evidence.checkpoint import cosigned_at, cosigner, kept_by, parse_checkpoint
from qassay.evidence.keys import PublicKey
from qassay.evidence.log import CHECKPOINT, EARLIER, ENTRIES, ROLES_FILE, Entry, Log, parse_log
from qassay.evidence.note import parse_note
from qassay.evidence.roles import Roles
from qassay.verdicts.verdict import TrustLevel

INDEPENDENT = ("partner", "witness")
_MAX_HEADS = 200


def check_log(audit: Audit) -> str:
    """Is every event of the log signed by its party, in its place, and the log at its end?"""
    bundle = known(audit.bundle)
    parts = [name for name in bundle.files if name.startswith(("log/", "keys/"))]
    if not parts:
        return Absent("there is no log: nothing shows that no other run was made")
    IncompleteError.raise_if_any(
        Problem(where=name, found="no such file", expected="a part of every campaign's bundle")
        for name in (ROLES_FILE, ENTRIES, CHECKPOINT)
        if name not in bundle.files
    )
    log = parse_log(bundle.files[ENTRIES])
    campaign = Campaign()
    entries = log.entries(audit.roles)
    check_one_key_a_role(entries)
    for entry in entries:
        campaign.take(entry)
    if not campaign.closed:
        raise IncompleteError(
            Problem(where=ENTRIES, found=f"a log of {campaign.taken} entries that goes on",
                    expected="a log that was closed")
        )  # fmt: skip
    _check_named_files(bundle, campaign)
    audit.campaign = campaign
    ends = [ended.how for ended in campaign.ended.values()]
    told = ", ".join(f"{ends.count(how)} {how}" for how in dict.fromkeys(ends))
    changes = f"; {len(campaign.amendments)} amendments" if campaign.amendments else ""
    return (
        f"all {campaign.taken} events of the log are signed and in order, and every batch has "
        f"exactly one end ({told}){changes}"
    )


def check_witnesses(audit: Audit) -> str:
    """Are the log's signed heads heads of this log, and did somebody independent cosign them?"""
    bundle, campaign = known(audit.bundle), audit.campaign
    if campaign is None:
        return Absent("nobody was witness")
    log = parse_log(bundle.files[ENTRIES])
    heads = _heads(bundle, log, audit.roles)
    before: set[PublicKey] = set()
    after: set[PublicKey] = set()
    for size, cosigners in heads.items():
        for key, at in cosigners.items():
            if at < campaign.times[size - 1]:
                raise LogBrokenError(
                    Problem(where=f"head of {size} entries", found=f"a cosignature of time {at}",
                            expected=f"one after its last entry, of {campaign.times[size - 1]}")
                )  # fmt: skip
            holder = known(audit.roles.holder(key))
            if holder.role in INDEPENDENT:
                if campaign.fixed_in_advance(size, at):
                    before.add(key)
                if size == len(log.lines):
                    after.add(key)
    audit.independent = tuple(sorted(before & after, key=lambda key: key.raw))
    audit.written = level_of(watched=bool(audit.independent))
    audit.level = audit.written
    if "partner" in campaign.committers and audit.independent:
        own = [key for key in audit.independent
               if known(audit.roles.holder(key)).role == "partner"]  # fmt: skip
        audit.level = level_of(watched=bool(own))
        if not own:
            audit.unproven.append(
                "that the partner saw this log: a witness alone watched it, which was T2 by the"
                " rules of format 2 and is T1 by today's"
            )
    seen = f"{len(heads)} signed heads are heads of this log"
    if not audit.independent:
        return f"{seen}; no independent party cosigned one before the first counts and the last"
    return f"{seen}; {len(audit.independent)} independent parties watched it from before the first"\
           " counts to its end"  # fmt: skip


def check_one_key_a_role(entries: Iterable[Entry]) -> None:
    """Check that vendor, verifier and partner each signed with one key from sheet to counts.

    Raises:
        LogBrokenError: A second key in a role; witnesses may be several.
    """
    first: dict[str, PublicKey] = {}
    for entry in entries:
        role, key = entry.party.role, entry.party.key
        if role != "witness" and first.setdefault(role, key) != key:
            raise LogBrokenError(
                Problem(where=f"{ENTRIES} line {entry.index + 1}",
                        found=f"{key.fingerprint}, a second key of the {role}",
                        expected=f"{first[role].fingerprint}, who began as the {role}")
            )  # fmt: skip


def level_of(*, watched: bool) -> TrustLevel:
    """Give the trust level of a campaign whose log is complete and whose counts are signed.

    T3 and T4 need a bound on the computing that a forgery takes before a deadline, and a witness
    at the machine. No check here could show either, so that no bundle earns them yet.

    Args:
        watched: Whether a party other than vendor and verifier cosigned a head that holds plan
            and commitments and no counts, at a time before the first counts, and the last head.
    """
    return "T2" if watched else "T1"


def _heads(bundle: Bundle, log: Log, roles: Roles) -> dict[int, dict[PublicKey, int]]:
    """Check every signed head; give times of cosignatures by key, by size."""
    names = [name for name in bundle.files if name.startswith(EARLIER)]
    if len(names) > _MAX_HEADS:
        raise MalformedError(
            Problem(where=EARLIER, found=f"{len(names)} heads", expected=f"at most {_MAX_HEADS}")
        )
    heads: dict[int, dict[PublicKey, int]] = {}
    origin = ""
    for name in (CHECKPOINT, *names):
        note = parse_note(bundle.files[name], name)
        head = parse_checkpoint(note, name)
        origin = origin or head.origin
        size = len(log.lines) if name == CHECKPOINT else head.size
        right = 0 < size <= len(log.lines) and head == log.head(origin, size)
        if not right or name not in (CHECKPOINT, f"{EARLIER}{size:07d}"):
            raise LogBrokenError(
                Problem(where=name, found=f"the head of a log of {head.size} entries",
                        expected="a head of this log")
            )  # fmt: skip
        if not any(kept_by(note, head, party.key) for party in roles.of("verifier")):
            raise LogBrokenError(
                Problem(where=name, found="no signature of the log's keeper",
                        expected="the verifier's signature")
            )  # fmt: skip
        times = heads.setdefault(size, {})
        for party in roles.parties:
            at = cosigned_at(note, cosigner(party.role, party.key))
            if at is not None:
                times[party.key] = at
    return heads


def _check_named_files(bundle: Bundle, campaign: Campaign) -> None:
    """Check that the bundle's files are those that the events name."""
    named = campaign.files | {VERDICTS: campaign.verdicts}
    TamperedError.raise_if_any(
        Problem(where=name, found="another file than the log names",
                expected=f"the file with sha256 {digest[:16]}…")
        for name, digest in named.items()
        if name in bundle.files and content_id(bundle.files[name]) != digest
    )  # fmt: skip
    returned: Mapping[str, str] = {
        name: digest for ended in campaign.ended.values() for name, digest in ended.files.items()
    }
    IncompleteError.raise_if_any(
        Problem(where=name, found="no such file", expected="what the vendor returned")
        for name in returned
        if name not in bundle.files
    )
