"""Keys: OpenSSH's formats and fingerprints, and nothing but Ed25519."""

import shutil
import subprocess

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from qassay.errors import MalformedError, UsageError
from qassay.evidence import keys
from qassay.evidence.keys import key_from_line, new_key, read_key, read_public, write_key

needs_ssh = pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="ssh-keygen is not there")
# RFC 8032, section 7.1, tests 1 to 3: secret key, public key, message, signature.
RFC_8032 = (
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b"
        "46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11"
        "d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc"
        "6594a7c15e9716ed28dc027beceea1ec40a",
    ),
)


@pytest.mark.parametrize(("secret", "public", "message", "signature"), RFC_8032)
def test_the_vectors_of_rfc_8032(secret, public, message, signature):
    key = keys.SigningKey(keys.Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret)))
    message, signature = bytes.fromhex(message), bytes.fromhex(signature)
    assert key.public.raw.hex() == public
    assert key.sign(message) == signature
    assert key.public.verifies(signature, message)
    assert not key.public.verifies(signature, message + b"x")
    assert not key.public.verifies(signature[:-1], message)


def test_what_was_written_is_read_and_nobody_else_can_read_it(tmp_path):
    path, key = tmp_path / "vendor.key", new_key()
    write_key(path, key, "vendor Example Inc.")
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_key(path).public == key.public
    assert read_public(tmp_path / "vendor.key.pub") == (key.public, "vendor Example Inc.")
    for place in (path, tmp_path / "vendor.key.pub"):
        kept = place.read_bytes()
        with pytest.raises(UsageError, match="not overwritten"):
            write_key(path, new_key(), "")
        assert place.read_bytes() == kept


def test_a_passphrase_is_asked_for(tmp_path):
    path, key = tmp_path / "k", new_key()
    write_key(path, key, "", "open sesame")
    assert b"ENCRYPTED" in path.read_bytes()
    assert read_key(path, "open sesame").public == key.public
    for wrong in ("", "close"):
        with pytest.raises(UsageError, match="passphrase"):
            read_key(path, wrong)


@needs_ssh
def test_openssh_reads_our_keys_and_names_them_alike(tmp_path):
    path, key = tmp_path / "k", new_key()
    write_key(path, key, "verifier The Lab")
    listed = subprocess.run(["ssh-keygen", "-l", "-f", path], capture_output=True, check=True)
    assert key.public.fingerprint.encode() in listed.stdout
    made = subprocess.run(["ssh-keygen", "-y", "-f", path], capture_output=True, check=True)
    assert key_from_line(made.stdout.decode().rstrip("\n"), "y")[0] == key.public


@needs_ssh
def test_we_read_openssh_s_keys(tmp_path):
    path = tmp_path / "k"
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "a b", "-f", path], check=True
    )
    key, comment = read_public(tmp_path / "k.pub")
    assert (read_key(path).public, comment) == (key, "a b")
    subprocess.run(["ssh-keygen", "-q", "-t", "rsa", "-N", "", "-f", tmp_path / "r"], check=True)
    with pytest.raises(UsageError, match="another kind of key"):
        read_key(tmp_path / "r")
    with pytest.raises(MalformedError, match="Ed25519"):
        read_public(tmp_path / "r.pub")


def test_other_kinds_of_keys_and_no_keys(tmp_path):
    path = tmp_path / "k"
    with pytest.raises(UsageError, match="No such file"):
        read_key(path)
    other = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    for data in (b"", b"-----BEGIN OPENSSH PRIVATE KEY-----\n", b"\xff" * 100, other, b"x" * 20000):
        path.write_bytes(data)
        with pytest.raises(UsageError):
            read_key(path)


def small_order_points():
    """Compute all points whose order divides 8, as RFC 8032 encodes them."""
    p = 2**255 - 19
    d = -121665 * pow(121666, -1, p) % p

    def add(a, b):
        x1, y1, x2, y2 = *a, *b
        t = d * x1 * x2 * y1 * y2
        return (
            (x1 * y2 + x2 * y1) * pow(1 + t, -1, p) % p,
            (y1 * y2 + x1 * x2) * pow(1 - t, -1, p) % p,
        )

    def root(a):
        x = pow(a, (p + 3) // 8, p)
        for one in (x, x * pow(2, (p - 1) // 4, p) % p):
            if one * one % p == a % p:
                return one
        return None

    order = 2**252 + 27742317777372353535851937790883648493
    found = set()
    for y in range(2, 40):
        x = root((y * y - 1) * pow(d * y * y + 1, -1, p) % p)
        if x is None:
            continue
        point, base, times = (0, 1), (x, y), order
        while times:
            point, base, times = (
                (add(point, base) if times & 1 else point),
                add(base, base),
                times >> 1,
            )
        found.add(point)
    return {(y | (x & 1) << 255).to_bytes(32, "little") for x, y in found}


def test_points_of_small_order_are_no_keys():
    points = small_order_points()
    assert len(points) == 8
    for point in points:
        with pytest.raises(MalformedError):
            keys.public_key(point, "k")


BAD_LINES = (
    "",
    "ssh-ed25519",
    "ssh-ed25519 AAAA",
    "ssh-rsa AAAA",
    "ssh-ed25519  ",
    "\x00",
    "ssh-ed25519 " + "A" * 30000,
    "ssh-ed25519 ====",
    "ssh-ed25519 \u0661",
)


@pytest.mark.parametrize("line", BAD_LINES)
def test_lines_that_are_no_keys(line):
    with pytest.raises(MalformedError):
        key_from_line(line, "k")


def test_a_key_line_means_one_thing():
    key = new_key().public
    line = key.line("a comment")
    assert key_from_line(line, "k") == (key, "a comment")
    for other in (
        line.replace(" a", " \x1ba"),
        line.replace("AAAA", "AAAB", 1),
        " " + line[1:],
        key.line()[:-1] + "=",
    ):
        with pytest.raises(MalformedError):
            key_from_line(other, "k")


def test_a_key_is_never_printed():
    assert "private" not in repr(new_key()).lower() or "0x" in repr(new_key())
