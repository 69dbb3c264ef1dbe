"""The second auditor against files that chance wrote: an answer, in time, and never a traceback."""

import json
import time
from functools import cache

import pytest
from auditor import audit_minimal
from forgeries.registry import ROLES, archive_bytes, honest, sealed, unsigned
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.kit.examples import examples

QUICK = settings(
    max_examples=examples(10),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)


@cache
def members(base):
    return unsigned(honest(base))


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("fuzzed") / "bundle.zip"


def answered(place, data):
    """Audit bytes: they are refused with one reason, or accepted; nothing else, in 20 s of CPU."""
    place.write_bytes(data)
    begun = time.process_time()
    report = audit_minimal.audit(place, [str(ROLES)])
    assert time.process_time() - begun < 20
    assert report["valid"] == (report["failed"] is None)
    if report["failed"]:
        assert report["failed"]["check"] in audit_minimal.CHECKS
        assert report["failed"]["reason"]
    json.dumps(report)
    return report


@QUICK
@given(st.binary(max_size=400))
def test_bytes(place, data):
    assert not answered(place, data)["valid"]
    assert not answered(place, b"PK\3\4" + data)["valid"]
    assert not answered(place, archive_bytes({"bundle.json": data}))["valid"]


def replaced(document, path, value):
    """Put a value somewhere into a document, following a path as far as it goes."""
    if not path or not isinstance(document, dict | list) or not document:
        return value
    if isinstance(document, list):
        at = path[0] % len(document)
        return [*document[:at], replaced(document[at], path[1:], value), *document[at + 1 :]]
    key = sorted(document)[path[0] % len(document)]
    return document | {key: replaced(document[key], path[1:], value)}


@QUICK
@given(
    st.sampled_from(["run", "import", "campaign"]),
    st.integers(0, 100),
    st.lists(st.integers(0, 30), max_size=5),
    JSON | st.sampled_from([-1, 0, 10**9, 2**53, 1e300, "", [], {}, None, True]),
)
def test_documents_with_any_value_anywhere(place, base, which, path, value):
    files = dict(members(base))
    names = sorted(name for name in files if name.endswith(".json") and name != "bundle.json")
    name = names[which % len(names)]
    changed = json.dumps(replaced(json.loads(files[name]), path, value))
    files[name] = changed.encode("utf-8", "surrogatepass")
    answered(place, archive_bytes(sealed(files)))


@QUICK
@given(st.integers(0, 18), st.lists(st.integers(0, 30), max_size=4), JSON)
def test_logs_with_any_value_anywhere(place, which, path, value):
    files = dict(members("campaign"))
    lines = files["log/entries.jsonl"].splitlines()
    which %= len(lines)
    entry = json.loads(lines[which])
    lines[which] = json.dumps(replaced(entry, path, value)).encode("utf-8", "surrogatepass")
    files["log/entries.jsonl"] = b"".join(line + b"\n" for line in lines)
    report = answered(place, archive_bytes(sealed(files)))
    # Sealed again without a key: what is left as it was lacks the verifier's signature.
    assert report["failed"]["check"] in ("log", "witnesses", "trust")


@QUICK
@given(
    st.sampled_from(
        ["keys/roles.json", "log/checkpoint", "log/entries.jsonl", "claims/sheet.toml"]
    ),
    st.binary(max_size=80),
    st.integers(0, 5000),
)
def test_files_with_any_bytes_anywhere(place, name, data, at):
    files = dict(members("campaign"))
    old = files[name]
    files[name] = old[: at % len(old)] + data + old[at % len(old) + len(data) :]
    report = answered(place, archive_bytes(sealed(files)))
    assert (report["failed"]["check"] == "trust") == (files[name] == old)


# signatures


@pytest.mark.parametrize(
    ("key", "signature", "message"),
    [  # RFC 8032, 7.1, tests 1 to 3
        (
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701c"
            "f9b46bd25bf5f0595bbe24655141438e7a100b",
            "",
        ),
        (
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0"
            "f11d8c387b2eaeb4302aeeb00d291612bb0c00",
            "72",
        ),
        (
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984"
            "dc6594a7c15e9716ed28dc027beceea1ec40a",
            "af82",
        ),
    ],
)
def test_ed25519_of_rfc_8032(key, signature, message):
    key, signature, message = map(bytes.fromhex, (key, signature, message))
    assert audit_minimal.signed_by(key, signature, message)
    assert not audit_minimal.signed_by(key, signature, message + b"x")
    assert not audit_minimal.signed_by(key, signature[:-1] + b"\xff", message)


@settings(max_examples=examples(15), deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=60), st.integers(0, 511))
def test_ed25519_agrees_with_openssl(seed, message, bit):
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = key.public_key(), bytearray(key.sign(message))
    assert audit_minimal.signed_by(public.public_bytes_raw(), bytes(signature), message)
    signature[bit // 8] ^= 1 << bit % 8
    with pytest.raises(InvalidSignature):
        public.verify(bytes(signature), message)
    assert not audit_minimal.signed_by(public.public_bytes_raw(), bytes(signature), message)


@settings(max_examples=examples(100), deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_are_written_as_rfc_8785_has_them(value):
    import rfc8785

    assert audit_minimal.number_text(value) == rfc8785.dumps(value).decode()
