"""SSH signatures, so that stock OpenSSH verifies a bundle without any of our software.

Format: PROTOCOL.sshsig of OpenSSH. Key type, hash and namespace are fixed here and not taken
from the file. To verify by hand:

    ssh-keygen -Y verify -f allowed_signers -I verifier -n qassay-bundle@v1 \
        -s bundle.sshsig < bundle.json
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from qassay.errors import MalformedError, Problem, SignatureInvalidError, quoted
from qassay.evidence import base64_text
from qassay.evidence.keys import (
    ALGORITHM,
    SIGNATURE_BYTES,
    PublicKey,
    SigningKey,
    key_from_blob,
    ssh_string,
)

NAMESPACE = "qassay-bundle@v1"
_MAGIC = b"SSHSIG"
_VERSION = 1
_HASH = b"sha512"
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_WIDTH = 70
_MAX_FILE = 4096


@dataclass(frozen=True, slots=True)
class SshSignature:
    """A detached signature.

    Attributes:
        key: Whose it says it is.
        signature: 64 bytes.
    """

    key: PublicKey
    signature: bytes

    def to_bytes(self) -> bytes:
        """Give the armoured file that ssh-keygen reads."""
        blob = (
            _MAGIC
            + _VERSION.to_bytes(4, "big")
            + ssh_string(self.key.blob)
            + ssh_string(NAMESPACE.encode())
            + ssh_string(b"")
            + ssh_string(_HASH)
            + ssh_string(ssh_string(ALGORITHM) + ssh_string(self.signature))
        )
        text = base64_text.encode(blob)
        lines = [text[start : start + _WIDTH] for start in range(0, len(text), _WIDTH)]
        return "\n".join((_BEGIN, *lines, _END, "")).encode()

    def check(self, message: bytes, where: str) -> None:
        """Verify the signature over a message.

        Raises:
            SignatureInvalidError: It does not hold.
        """
        if not self.key.verifies(self.signature, _signed(message)):
            raise SignatureInvalidError(
                Problem(
                    where=where,
                    found="a signature that does not hold",
                    expected=f"the signature of {self.key.fingerprint} over the manifest",
                )
            )


def sign_ssh(message: bytes, key: SigningKey) -> SshSignature:
    """Sign a message as `ssh-keygen -Y sign -n qassay-bundle@v1` does."""
    return SshSignature(key.public, key.sign(_signed(message)))


def parse_ssh(data: bytes, where: str) -> SshSignature:
    """Read an armoured signature.

    Raises:
        MalformedError: Not one that OpenSSH would write for an Ed25519 key in this namespace.
    """
    if len(data) > _MAX_FILE:
        raise _malformed(where, f"{len(data)} bytes")
    lines = data.decode("ascii", "replace").split("\n")
    if len(lines) < 3 or (lines[0], *lines[-2:]) != (_BEGIN, _END, ""):
        raise _malformed(where, quoted(lines[0]))
    blob = base64_text.decode("".join(lines[1:-2]), where)
    head = _MAGIC + _VERSION.to_bytes(4, "big")
    key_start = len(head) + 4
    key_end = key_start + int.from_bytes(blob[len(head) : key_start], "big")
    key = key_from_blob(blob[key_start:key_end], where)
    signature = SshSignature(key, blob[-SIGNATURE_BYTES:])
    if signature.to_bytes() != data:  # everything else is fixed
        raise _malformed(where, "another namespace, hash or kind of key")
    return signature


def _signed(message: bytes) -> bytes:
    digest = hashlib.sha512(message).digest()
    parts = (NAMESPACE.encode(), b"", _HASH, digest)
    return _MAGIC + b"".join(ssh_string(part) for part in parts)


def _malformed(where: str, found: str) -> MalformedError:
    expected = f"an SSH signature by an Ed25519 key in the namespace {NAMESPACE}"
    return MalformedError(Problem(where=where, found=found, expected=expected))
