"""SSH signatures: stock ssh-keygen verifies ours, we verify its, and nothing else passes."""

import shutil
import subprocess

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from qassay.errors import MalformedError, SignatureInvalidError
from qassay.evidence.keys import SigningKey, read_key, write_key
from qassay.evidence.sshsig import NAMESPACE, parse_ssh, sign_ssh

needs_ssh = pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="ssh-keygen is not there")
KEY = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes([7]) * 32))
MESSAGE = b'{"files":[],"qassay_bundle":1}'


def openssh_verifies(folder, signature, message, identity="verifier"):
    (folder / "allowed").write_text(f"verifier {KEY.public.line()}\n", encoding="utf-8")
    (folder / "sig").write_bytes(signature)
    call = [
        "ssh-keygen",
        "-Y",
        "verify",
        "-f",
        folder / "allowed",
        "-I",
        identity,
        "-n",
        NAMESPACE,
        "-s",
        folder / "sig",
    ]
    return subprocess.run(call, input=message, capture_output=True, check=False).returncode == 0


@needs_ssh
def test_ssh_keygen_verifies_ours(tmp_path):
    signature = sign_ssh(MESSAGE, KEY).to_bytes()
    assert openssh_verifies(tmp_path, signature, MESSAGE)
    assert not openssh_verifies(tmp_path, signature, MESSAGE + b" ")
    assert not openssh_verifies(tmp_path, signature, MESSAGE, identity="vendor")


@needs_ssh
def test_we_verify_ssh_keygen_s(tmp_path):
    write_key(tmp_path / "key", KEY, "")
    (tmp_path / "m").write_bytes(MESSAGE)
    sign = ["ssh-keygen", "-Y", "sign", "-f", tmp_path / "key", "-n"]
    subprocess.run([*sign, NAMESPACE, tmp_path / "m"], capture_output=True, check=True)
    data = (tmp_path / "m.sig").read_bytes()
    signature = parse_ssh(data, "m.sig")
    assert signature.key == KEY.public
    signature.check(MESSAGE, "m.sig")
    assert data == sign_ssh(MESSAGE, KEY).to_bytes()  # Ed25519 is deterministic
    with pytest.raises(SignatureInvalidError):
        signature.check(MESSAGE + b" ", "m.sig")
    (tmp_path / "m.sig").unlink()
    subprocess.run([*sign, "file", tmp_path / "m"], capture_output=True, check=True)
    with pytest.raises(MalformedError, match="another namespace"):
        parse_ssh((tmp_path / "m.sig").read_bytes(), "m.sig")
    (tmp_path / "m.sig").unlink()
    subprocess.run(
        [*sign, NAMESPACE, "-O", "hashalg=sha256", tmp_path / "m"], capture_output=True, check=True
    )
    with pytest.raises(MalformedError, match="another namespace, hash"):
        parse_ssh((tmp_path / "m.sig").read_bytes(), "m.sig")
    assert read_key(tmp_path / "key").public == KEY.public


def test_every_changed_byte_is_refused():
    data = sign_ssh(MESSAGE, KEY).to_bytes()
    for place in range(len(data)):
        for flip in (1, 2, 32, 128):
            forged = bytearray(data)
            forged[place] ^= flip
            with pytest.raises((MalformedError, SignatureInvalidError)):
                parse_ssh(bytes(forged), "s").check(MESSAGE, "s")
    for cut in range(len(data)):
        with pytest.raises((MalformedError, SignatureInvalidError)):
            parse_ssh(data[:cut], "s").check(MESSAGE, "s")
    for more in (b"\n", b" ", data, b"x" * 5000):
        with pytest.raises(MalformedError):
            parse_ssh(data + more, "s")
