"""The log of a campaign: its entries, its heads, and who watched it."""

from __future__ import annotations

from collections.abc import Iterable

from qassay.auditing.state import Absent, Audit, known
from qassay.auditing.told import ToldCampaign, told_by, told_by_v1
from qassay.canonical import content_id
from qassay.errors import IncompleteError, LogBrokenError, MalformedError, Problem, TamperedError
from qassay.evidence.bundle import CAMPAIGN_FORMAT, Bundle
from qassay.evidence.campaign_log import follow_log, split_log
from qassay.evidence.campaign_state import CampaignRules, CampaignState
from qassay.evidence.campaign_v1 import CampaignV1
from qassay.evidence.checkpoint import cosigned_at, cosigner, kept_by, parse_checkpoint
from qassay.evidence.events import PLAN
from qassay.evidence.keys import PublicKey
from qassay.evidence.log import CHECKPOINT, EARLIER, ENTRIES, ROLES_FILE, Entry, Log, parse_log
from qassay.evidence.note import parse_note
from qassay.evidence.records import plan_from_json
from qassay.evidence.roles import Roles
from qassay.languages.english import commas, said
from qassay.planning.plan import TrustLevel

INDEPENDENT = ("partner", "witness")
_MAX_HEADS = 200


def check_log(audit: Audit) -> str:
    """Is every event of the log signed by its party, in its place, and the log at its end?"""
    bundle = known(audit.bundle)
    parts = [name for name in bundle.files if name.startswith(("log/", "keys/"))]
    if bundle.format == CAMPAIGN_FORMAT:
        told = _told(audit)
    elif not parts:
        return Absent(said("audited.no_log"))
    else:
        told = _told_v1(audit)
    _check_named_files(bundle, told)
    audit.campaign = told
    ends = [ended.how for ended in told.ended.values()]
    ways = commas(
        [
            said("audited.end", n=ends.count(how), how=said(f"ended.{how}"))
            for how in dict.fromkeys(ends)
        ]
    )
    size = bundle.files[ENTRIES].count(b"\n")
    alone = told.state is not None and told.state.rules.terms.alone
    found = said("audited.log_alone" if alone else "audited.log", n=size, ways=ways)
    many = len(told.amendments)
    return said("audited.amended", told=found, n=many) if many else found


def _told(audit: Audit) -> ToldCampaign:
    """Follow a log of format 3 by the campaign machine."""
    bundle = known(audit.bundle)
    if ENTRIES not in bundle.files:
        raise IncompleteError(
            Problem(where=ENTRIES, found="no such file", expected="a log, in a bundle of format 3")
        )
    plan = plan_from_json(bundle.document(PLAN), PLAN)
    alone = plan.campaign is not None and plan.campaign.alone
    if plan.campaign is None or alone == (ROLES_FILE in bundle.files):
        raise MalformedError(
            Problem(
                where=PLAN,
                found="a plan without the terms of this campaign",
                expected="roles.json and the terms of several parties, or neither",
            )
        )
    state = follow_log(split_log(bundle.files[ENTRIES]), CampaignRules.of(plan), audit.roles)
    if not state.closed:
        raise IncompleteError(
            Problem(
                where=ENTRIES,
                found=f"a log of {state.size} entries that goes on",
                expected="a log that was closed",
            )
        )
    return told_by(state, audit.roles)


def _told_v1(audit: Audit) -> ToldCampaign:
    """Follow a log of format 2 by the table of its time."""
    bundle = known(audit.bundle)
    IncompleteError.raise_if_any(
        Problem(where=name, found="no such file", expected="a part of every campaign's bundle")
        for name in (ROLES_FILE, ENTRIES, CHECKPOINT)
        if name not in bundle.files
    )
    log = parse_log(bundle.files[ENTRIES])
    campaign = CampaignV1()
    entries = log.entries(audit.roles)
    check_one_key_a_role(entries)
    for entry in entries:
        campaign.take(entry)
    if not campaign.closed:
        raise IncompleteError(
            Problem(
                where=ENTRIES,
                found=f"a log of {campaign.taken} entries that goes on",
                expected="a log that was closed",
            )
        )
    return told_by_v1(campaign)


def check_witnesses(audit: Audit) -> str:
    """Are the log's signed heads heads of this log, and did somebody independent cosign them?"""
    bundle, told = known(audit.bundle), audit.campaign
    if told is None:
        return Absent(said("audited.no_witness"))
    if told.state is not None:
        return _attested(audit, told.state)
    campaign = known(told.first)
    log = parse_log(bundle.files[ENTRIES])
    heads = _heads(bundle, log, audit.roles)
    before: set[PublicKey] = set()
    after: set[PublicKey] = set()
    for size, cosigners in heads.items():
        for key, at in cosigners.items():
            if at < campaign.times[size - 1]:
                raise LogBrokenError(
                    Problem(
                        where=f"head of {size} entries",
                        found=f"a cosignature of time {at}",
                        expected=f"one after its last entry, of {campaign.times[size - 1]}",
                    )
                )
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
        own = [key for key in audit.independent if known(audit.roles.holder(key)).role == "partner"]
        audit.level = level_of(watched=bool(own))
        if not own:
            audit.unproven.append(said("unproven.partner_saw"))
    if not audit.independent:
        return said("audited.heads_lonely", n=len(heads))
    return said("audited.heads_watched", n=len(heads), parties=len(audit.independent))


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
                Problem(
                    where=f"{ENTRIES} line {entry.index + 1}",
                    found=f"{key.fingerprint}, a second key of the {role}",
                    expected=f"{first[role].fingerprint}, who began as the {role}",
                )
            )


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
                Problem(
                    where=name,
                    found=f"the head of a log of {head.size} entries",
                    expected="a head of this log",
                )
            )
        if not any(kept_by(note, head, party.key) for party in roles.of("verifier")):
            raise LogBrokenError(
                Problem(
                    where=name,
                    found="no signature of the log's keeper",
                    expected="the verifier's signature",
                )
            )
        times = heads.setdefault(size, {})
        for party in roles.parties:
            at = cosigned_at(note, cosigner(party.role, party.key))
            if at is not None:
                times[party.key] = at
    return heads


def _attested(audit: Audit, state: CampaignState) -> str:
    """Read who attested the end of a log of format 3."""
    audit.level = state.level
    if state.rules.terms.alone:
        return Absent(said("audited.one_party"))
    audit.written = "T1"
    keys = {party.key.fingerprint: party.key for party in audit.roles.parties}
    clean = [one for one in state.attested.values() if not one.objections]
    audit.independent = tuple(keys[one.key] for one in clean if one.role in INDEPENDENT)
    if not state.attested:
        return said("audited.nobody_attested")
    who = tuple(said(f"role.the_{one.role}") for one in state.attested.values())
    against = len(state.attested) - len(clean)
    if against:
        return said("audited.attested_against", parties=who, n=against)
    return said("audited.attested", parties=who)


def _check_named_files(bundle: Bundle, told: ToldCampaign) -> None:
    """Check that the bundle's files are those that the events name."""
    TamperedError.raise_if_any(
        Problem(
            where=name,
            found="another file than the log names",
            expected=f"the file with sha256 {digest[:16]}…",
        )
        for name, digest in told.files.items()
        if name in bundle.files and content_id(bundle.files[name]) != digest
    )
    wanted = [name for ended in told.ended.values() for name in ended.files]
    if told.state is not None:
        wanted = [*told.files]
    IncompleteError.raise_if_any(
        Problem(where=name, found="no such file", expected="what the log names")
        for name in wanted
        if name not in bundle.files
    )
