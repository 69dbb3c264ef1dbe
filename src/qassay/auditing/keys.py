"""Who signed, and whether the reader has pinned those keys."""

from __future__ import annotations

from collections.abc import Iterable

from qassay.auditing.state import Absent, Audit, known
from qassay.errors import Problem, SignatureInvalidError, UntrustedKeysError
from qassay.evidence.keys import PublicKey
from qassay.evidence.log import ROLES_FILE
from qassay.evidence.roles import Roles, parse_roles
from qassay.evidence.signing import signers_of
from qassay.languages.english import commas, said
from qassay.languages.sentence import Sentence


def check_signatures(audit: Audit) -> str:
    """Does every signature over the manifest hold, and does no key change its role?"""
    bundle = known(audit.bundle)
    if ROLES_FILE in bundle.files:
        audit.roles = parse_roles(bundle.files[ROLES_FILE], ROLES_FILE)
    for party in audit.trust.roles.parties:
        holder = audit.roles.holder(party.key)
        if holder is not None and holder.role != party.role:
            raise SignatureInvalidError(
                Problem(
                    where=ROLES_FILE,
                    found=f"{party.key.fingerprint} as {holder.role}",
                    expected=f"the {party.role}, as you pinned it",
                )
            )
    audit.roles = audit.trust.prevailing(audit.roles)
    audit.signers = signers_of(bundle, (*audit.trust.roles.keys, *audit.roles.keys))
    if not audit.signers:
        return Absent(said("audited.unsigned"))
    return said("audited.signed", keys=_named(audit, audit.signers))


def check_trust(audit: Audit) -> str:
    """Do the verdicts rest on keys that the reader has pinned?"""
    pinned = audit.trust.pinned(audit.roles)
    resting = list(audit.signers)
    if audit.campaign is not None:
        resting += [*audit.campaign.signers, *audit.independent]
    strange = [key for key in dict.fromkeys(resting) if pinned.holder(key) is None]
    if audit.trust and not any(pinned.holder(key) for key in resting):
        raise SignatureInvalidError(
            Problem(
                where=audit.path.name,
                found="no signature by a key that you pinned",
                expected="a signature of one of them",
            )
        )
    if audit.level != "T0" and not _verifier_signed(audit):
        raise SignatureInvalidError(
            Problem(
                where=audit.path.name,
                found=f"trust level {audit.level}, and no signature of the verifier over the"
                " bundle as a whole",
                expected="one: without it anybody could have written the page anew",
                advice="ask the verifier for the signed bundle (`qassay sign`)",
            )
        )
    if audit.level != "T0" and strange:
        raise UntrustedKeysError(
            Problem(
                where=audit.path.name,
                found=f"trust level {audit.level} by keys you have not pinned: "
                + _named(audit, strange),
                expected="keys that you know from elsewhere",
                advice="compare the fingerprints with their owners and pin them with --trust",
            )
        )
    if audit.analysis is not None:
        audit.analysis = audit.analysis.at_level(audit.level)
    if not resting:
        return Absent(said("audited.trust_none", level=audit.level))
    if strange:
        audit.unproven.append(said("unproven.whose_keys"))
        return said("audited.trust_strange", level=audit.level, keys=_named(audit, strange))
    return said("audited.trust", level=audit.level, keys=_named(audit, dict.fromkeys(resting)))


def _verifier_signed(audit: Audit) -> bool:
    """Say whether the manifest, and with it the page, stands under a key of the verifier."""
    roles = Roles((*audit.trust.roles.parties, *audit.roles.parties))
    holders = [roles.holder(key) for key in audit.signers]
    return any(holder is not None and holder.role == "verifier" for holder in holders)


def _named(audit: Audit, keys: Iterable[PublicKey]) -> Sentence:
    roles = Roles((*audit.trust.roles.parties, *audit.roles.parties))
    words: list[str] = []
    for key in keys:
        holder = roles.holder(key)
        words.append(
            key.fingerprint
            if holder is None
            else said("audited.party", role=said(f"role.{holder.role}"), key=key.fingerprint)
        )
    return commas(words)
