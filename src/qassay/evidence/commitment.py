"""Commit and reveal: a seed that no party alone chooses, and that nobody knows too early.

The verifier, and the partner where there is one, each draw 32 secret bytes and publish a
commitment to them, bound to the plan and to the role. Then the vendor publishes 32 bytes of his
own. The root seed of all circuits follows from the three. Whoever commits cannot choose after
seeing the vendor's bytes; the vendor cannot choose before knowing the secrets. A commitment is
worth nothing for another plan or another role.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping

from qassay.errors import MalformedError, Problem, TamperedError, quoted

SECRET_BYTES = 32
_COMMITMENT = b"qassay-joint-commitment-v1"
_ROOT = b"qassay-joint-seed-v1"
_ROUND_COMMITMENT = b"qassay-round-commitment-v2"
_ROUND_ROOT = b"qassay-round-seed-v2"


def draw_secret() -> bytes:
    """Draw a secret, or the vendor's nonce: 32 bytes of the operating system."""
    return secrets.token_bytes(SECRET_BYTES)


def commit(secret: bytes, role: str, plan_id: str) -> str:
    """Commit to a secret: 64 hexadecimal digits.

    Args:
        secret: 32 bytes.
        role: Who commits.
        plan_id: sha256 of the plan, as hexadecimal digits.
    """
    return _hash(_COMMITMENT, role.encode(), bytes.fromhex(plan_id), secret).hex()


def joint_root(secrets_of: Mapping[str, bytes], nonce: bytes, plan_id: str) -> bytes:
    """Give the root seed that follows from all shares.

    Args:
        secrets_of: Secret of "verifier" and, where there is one, of "partner".
        nonce: The vendor's 32 bytes.
        plan_id: sha256 of the plan, as hexadecimal digits.
    """
    verifier, partner = secrets_of["verifier"], secrets_of.get("partner", b"")
    return _hash(_ROOT, verifier, partner, nonce, bytes.fromhex(plan_id))


def commit_round(secret: bytes, role: str, plan_id: str, number: int) -> str:
    """Commit to a secret of one round; 0 is one secret for all rounds.

    Args:
        secret: 32 bytes.
        role: Who commits.
        plan_id: sha256 of the plan, as hexadecimal digits.
        number: Of the round.
    """
    place = number.to_bytes(4, "big")
    return _hash(_ROUND_COMMITMENT, role.encode(), bytes.fromhex(plan_id), place, secret).hex()


def opens_round(commitment: str, secret: str, role: str, plan_id: str, number: int) -> bool:
    """Say whether a secret, as hexadecimal digits, is the one of a round committed to."""
    made = commit_round(bytes.fromhex(secret), role, plan_id, number)
    return hmac.compare_digest(made.encode(), commitment.encode())


def round_root(secret: str, share: str, nonce: str, plan_id: str, number: int) -> bytes:
    """Give the root seed of a round's circuits.

    Args:
        secret: Of the log's keeper, as hexadecimal digits.
        share: Of the partner, for this round or for all; empty where there is none.
        nonce: The vendor's bytes; empty for a party of one.
        plan_id: sha256 of the plan.
        number: Of the round.
    """
    parts = (bytes.fromhex(text) for text in (secret, share, nonce, plan_id))
    return _hash(_ROUND_ROOT, *parts, number.to_bytes(4, "big"))


def check_opens(commitment: str, secret: bytes, role: str, plan_id: str, where: str) -> None:
    """Check that a secret is the one that was committed to.

    Raises:
        TamperedError: It is another one.
    """
    if not hmac.compare_digest(commit(secret, role, plan_id).encode(), commitment.encode()):
        raise TamperedError(
            Problem(
                where=where,
                found=f"another secret of the {role}",
                expected="the secret that was committed to before the vendor's nonce",
            )
        )


def secret_from_hex(text: object, where: str) -> bytes:
    """Read 32 bytes from 64 lower-case hexadecimal digits.

    Raises:
        MalformedError: Anything else.
    """
    if isinstance(text, str) and len(text) == 2 * SECRET_BYTES:
        try:
            data = bytes.fromhex(text)
        except ValueError:
            data = b""
        if data.hex() == text:
            return data
    raise MalformedError(
        Problem(where=where, found=quoted(text), expected="64 lower-case hexadecimal digits")
    )


def _hash(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(len(part).to_bytes(4, "big") + part for part in parts)).digest()
