"""Ed25519 keys: one a person and role, in OpenSSH's own formats, named by OpenSSH's fingerprint.

The algorithm is fixed here. No file that qassay reads can name another one.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from qassay.errors import MalformedError, Problem, UsageError, quoted

ALGORITHM = b"ssh-ed25519"
SIGNATURE_BYTES = 64
_MAX_FILE = 16 << 10
# Points of small order, for which a signature can be made to fit many messages; the sign bit is
# masked. The list is that of libsodium (ed25519_ref10.c, ge25519_has_small_order).
_SMALL_ORDER = frozenset(
    bytes.fromhex(point)
    for point in (
        "00" * 32,
        "01" + "00" * 31,
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ec" + "ff" * 30 + "7f",
        "ed" + "ff" * 30 + "7f",
        "ee" + "ff" * 30 + "7f",
    )
)


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An Ed25519 public key.

    Attributes:
        raw: Its 32 bytes (RFC 8032).
    """

    raw: bytes

    @property
    def blob(self) -> bytes:
        """Give the key in the SSH wire format (RFC 8709, section 4)."""
        return ssh_string(ALGORITHM) + ssh_string(self.raw)

    @property
    def fingerprint(self) -> str:
        """Name the key as `ssh-keygen -l` does: SHA256 and unpadded base64."""
        digest = base64.b64encode(hashlib.sha256(self.blob).digest())
        return "SHA256:" + digest.decode().rstrip("=")

    def line(self, comment: str = "") -> str:
        """Give the key as a line of a `.pub` file, without a line end."""
        text = f"{ALGORITHM.decode()} {base64.b64encode(self.blob).decode()}"
        return f"{text} {comment}" if comment else text

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Say whether the signature is this key's over the message."""
        if len(signature) != SIGNATURE_BYTES:
            return False
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SigningKey:
    """An Ed25519 private key; it is never printed."""

    private: Ed25519PrivateKey

    @property
    def public(self) -> PublicKey:
        """Give the key that others verify with."""
        return PublicKey(self.private.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """Sign (RFC 8032): 64 bytes, the same for the same message."""
        return self.private.sign(message)


def new_key() -> SigningKey:
    """Draw a key."""
    return SigningKey(Ed25519PrivateKey.generate())


def public_key(raw: bytes, where: str) -> PublicKey:
    """Take the 32 bytes of a public key.

    Raises:
        MalformedError: Another length, or a point of small order.
    """
    if len(raw) != 32 or raw[:31] + bytes([raw[31] & 0x7F]) in _SMALL_ORDER:
        raise _no_key(where, f"{len(raw)} bytes that are no sound point")
    return PublicKey(raw)


def key_from_blob(blob: bytes, where: str) -> PublicKey:
    """Take a key in the SSH wire format.

    Raises:
        MalformedError: Not an Ed25519 key, whatever it calls itself.
    """
    head = ssh_string(ALGORITHM) + (32).to_bytes(4, "big")
    if not blob.startswith(head):
        raise _no_key(where, "another kind of key")
    return public_key(blob[len(head) :], where)


def key_from_line(line: str, where: str) -> tuple[PublicKey, str]:
    """Take a line of a `.pub` file: key and comment.

    Raises:
        MalformedError: Not one line with an Ed25519 key.
    """
    parts = line.strip("\r\n ").split(" ", 2)
    if len(parts) < 2 or parts[0] != ALGORITHM.decode() or len(line) > _MAX_FILE:
        raise _no_key(where, quoted(line))
    try:
        blob = base64.b64decode(parts[1], validate=True)
    except (binascii.Error, ValueError):
        raise _no_key(where, quoted(line)) from None
    key = key_from_blob(blob, where)
    comment = parts[2] if len(parts) == 3 else ""
    if key.line() != " ".join(parts[:2]) or not comment.isprintable():
        raise _no_key(where, quoted(line))
    return key, comment


def write_key(path: Path, key: SigningKey, comment: str, passphrase: str = "") -> None:
    """Write a private key, readable by its owner alone, and FILE.pub; overwrite nothing.

    Without a passphrase in OpenSSH's format. With one as encrypted PKCS #8, which OpenSSL and
    OpenSSH from 9.6 on read.

    Raises:
        UsageError: One of the files is there already, or cannot be made.
    """
    beside = public_path(path)
    for place in (path, beside):
        if place.exists() or place.is_symlink():
            raise UsageError(
                Problem(where=str(place), found="a file", expected="none: keys are not overwritten")
            )
    _write_new(path, _private_bytes(key, passphrase), 0o600)
    _write_new(beside, f"{key.public.line(comment)}\n".encode(), 0o644)


def read_key(path: Path, passphrase: str = "") -> SigningKey:
    """Read a private key, in OpenSSH's format or PKCS #8.

    Raises:
        UsageError: No such file, another kind of key, or a wrong passphrase.
    """
    data = _file(path)
    secret = passphrase.encode() or None
    try:
        if b"BEGIN OPENSSH PRIVATE KEY" in data:
            key: object = serialization.load_ssh_private_key(data, secret)
        else:
            key = serialization.load_pem_private_key(data, secret)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        advice = "the variable QASSAY_PASSPHRASE or the prompt gives the passphrase"
        raise UsageError(
            Problem(
                where=str(path),
                found=quoted(str(error), 120),
                expected="an Ed25519 private key",
                advice=advice,
            )
        ) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(
            Problem(where=str(path), found="another kind of key", expected="an Ed25519 private key")
        )
    return SigningKey(key)


def read_public(path: Path) -> tuple[PublicKey, str]:
    """Read key and comment of a `.pub` file.

    Raises:
        UsageError: No such file.
        MalformedError: Not an Ed25519 key.
    """
    text = _file(path).decode("utf-8", "replace")
    return key_from_line(text.removesuffix("\n"), str(path))


def public_path(path: Path) -> Path:
    """Name the file of the public key beside a private one."""
    return path.with_name(path.name + ".pub")


def ssh_string(data: bytes) -> bytes:
    """Put the length, four bytes, before the data (RFC 4251, section 5)."""
    return len(data).to_bytes(4, "big") + data


def _private_bytes(key: SigningKey, passphrase: str) -> bytes:
    if not passphrase:
        return key.private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.OpenSSH,
            serialization.NoEncryption(),
        )
    sealed = serialization.BestAvailableEncryption(passphrase.encode())
    pkcs8 = serialization.PrivateFormat.PKCS8
    return key.private.private_bytes(serialization.Encoding.PEM, pkcs8, sealed)


def _write_new(path: Path, data: bytes, mode: int) -> None:
    try:
        # O_EXCL: whoever is faster than the check above is not overwritten either
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except OSError as error:
        raise UsageError(
            Problem(where=str(path), found=error.strerror or "an error", expected="a new file")
        ) from None
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)


def _file(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(_MAX_FILE + 1)
    except OSError as error:
        found = error.strerror or "an error"
        raise UsageError(Problem(where=str(path), found=found, expected="a key file")) from None
    if len(data) > _MAX_FILE:
        raise UsageError(
            Problem(where=str(path), found=f"more than {_MAX_FILE} bytes", expected="a key file")
        )
    return data


def _no_key(where: str, found: str) -> MalformedError:
    expected = "an Ed25519 key, as in `ssh-ed25519 AAAA...`"
    return MalformedError(Problem(where=where, found=found, expected=expected))
