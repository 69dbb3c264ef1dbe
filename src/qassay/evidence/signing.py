"""Signatures over a finished bundle: added beside the sealed files, which stay as they are.

Each party signs the manifest twice: in the DSSE envelope that all parties share, and as an SSH
signature of its own, for whoever has stock OpenSSH and nothing of ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from qassay.canonical import content_id
from qassay.errors import Problem, SignatureInvalidError, TamperedError, UsageError
from qassay.evidence.archive import write_archive
from qassay.evidence.bundle import ENVELOPE, MANIFEST, Bundle, open_bundle
from qassay.evidence.envelope import (
    Statement,
    open_statement,
    parse_envelope,
    sign_statement,
)
from qassay.evidence.keys import PublicKey, SigningKey
from qassay.evidence.log import ROLES_FILE
from qassay.evidence.roles import parse_roles
from qassay.evidence.sshsig import parse_ssh, sign_ssh

STATEMENT_KIND = "qassay:bundle/v1"


def sign_bundle(path: Path, key: SigningKey, role: str) -> str:
    """Add a party's signatures to a bundle.

    Args:
        path: The bundle; it is replaced as a whole, its sealed files unchanged.
        key: The party's key.
        role: The party's role.

    Returns:
        Name of the SSH signature's file inside the bundle.

    Raises:
        EvidenceError: Not a sealed bundle, or an envelope in it that is of another one.
        UsageError: The bundle says that the key is another role's.
    """
    bundle = open_bundle(path)
    if ROLES_FILE in bundle.files:
        holder = parse_roles(bundle.files[ROLES_FILE], ROLES_FILE).holder(key.public)
        if holder is not None and holder.role != role:
            raise UsageError(
                Problem(where="--role", found=role, expected=f"{holder.role}, by {ROLES_FILE}")
            )
    signatures = dict(bundle.signatures)
    statement = statement_of(bundle)
    if ENVELOPE in signatures:
        envelope = parse_envelope(signatures[ENVELOPE], ENVELOPE)
        if envelope.payload != statement.payload():
            raise TamperedError(
                Problem(where=ENVELOPE, found="a statement on another bundle", expected="this one")
            )
        envelope = envelope.signed(key)
    else:
        envelope = sign_statement(statement, key)
    signatures[ENVELOPE] = envelope.to_bytes()
    name = _ssh_name(signatures, role, key.public)
    signatures[name] = sign_ssh(bundle.manifest, key).to_bytes()
    write_archive(path, {**bundle.files, MANIFEST: bundle.manifest, **signatures})
    return name


def statement_of(bundle: Bundle) -> Statement:
    """Give what the parties sign: that this is the manifest."""
    return Statement({MANIFEST: content_id(bundle.manifest)}, STATEMENT_KIND, {})


def signers_of(bundle: Bundle, known: Iterable[PublicKey]) -> tuple[PublicKey, ...]:
    """Verify every signature of a bundle.

    Args:
        bundle: The bundle.
        known: Keys that the reader or the bundle's own roles name; those of the SSH signatures
            are added to them.

    Returns:
        The keys that signed; empty if nobody did. Nothing is said of whose they are.

    Raises:
        SignatureInvalidError: A signature that does not hold, or whose key is nowhere given.
        MalformedError: A file that is no signature.
        TamperedError: Sound signatures, but over another manifest.
    """
    ssh = {
        name: parse_ssh(data, name) for name, data in bundle.signatures.items() if name != ENVELOPE
    }
    for name, signature in ssh.items():
        signature.check(bundle.manifest, name)
    keys = {key.fingerprint: key for key in known}
    keys |= {one.key.fingerprint: one.key for one in ssh.values()}
    signed = [one.key for one in ssh.values()]
    if ENVELOPE in bundle.signatures:
        envelope = parse_envelope(bundle.signatures[ENVELOPE], ENVELOPE)
        SignatureInvalidError.raise_if_any(
            Problem(
                where=ENVELOPE,
                found=f"a signature of the unknown key {one.keyid[:60]}",
                expected="keys that --trust, the roles or an SSH signature gives",
            )
            for one in envelope.signatures
            if one.keyid not in keys
        )
        statement, signers = open_statement(envelope, keys.values(), ENVELOPE)
        if statement != statement_of(bundle) or envelope.to_bytes() != bundle.signatures[ENVELOPE]:
            raise TamperedError(
                Problem(where=ENVELOPE, found="a statement on another bundle", expected="this one")
            )
        signed.extend(signers)
    return tuple(dict.fromkeys(signed))


def _ssh_name(signatures: Mapping[str, bytes], role: str, key: PublicKey) -> str:
    """Name a party's SSH signature; a second person in a role gets a number."""
    first = "bundle.sshsig" if role == "verifier" else f"bundle.{role}.sshsig"
    for name in (first, *(f"bundle.{role}-{number}.sshsig" for number in range(2, 10))):
        if name not in signatures or parse_ssh(signatures[name], name).key == key:
            return name
    raise UsageError(
        Problem(where="--role", found=f"nine signatures of a {role}", expected="at most nine")
    )
