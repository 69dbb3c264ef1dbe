"""The second auditor checks signatures together, and says of each what it says of it alone."""

import hashlib
from functools import cache

import pytest
from auditor import audit_minimal as auditor
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ORDER = auditor.L


def encoded(point):
    """Write a point as 32 bytes (RFC 8032, 5.1.2)."""
    x, y, z, _ = point
    inverse = pow(z, -1, auditor.P)
    x, y = x * inverse % auditor.P, y * inverse % auditor.P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def of_small_order():
    """Give a point of order 8: what is left of any point that is multiplied by the large prime."""
    for y in range(2, 200):
        point = auditor.decompressed(y.to_bytes(32, "little"))
        if point:
            rest = auditor.times(ORDER, point)
            half = auditor.times(4, rest)
            if half[1] != half[2]:  # of order 2, so that `rest` is of order 8
                return rest
    raise AssertionError


SMALL = of_small_order()


@cache
def signed(number, small=0, key_small=0):
    """Sign as the owner of a key would who adds points of small order to nonce and key."""
    secret = int.from_bytes(hashlib.sha256(b"secret").digest(), "little") % ORDER
    nonce = int.from_bytes(hashlib.sha256(b"nonce %d" % number).digest(), "little") % ORDER
    mixed = [
        encoded(auditor.add(auditor.times(n, auditor.BASE), auditor.times(more, SMALL)))
        for n, more in ((secret, key_small), (nonce, small))
    ]
    key, r = mixed
    message = b"message %d" % number
    k = int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % ORDER
    return key, r + ((nonce + k * secret) % ORDER).to_bytes(32, "little"), message


@pytest.fixture(autouse=True)
def nothing_known():
    auditor.GENUINE.clear()
    yield
    auditor.GENUINE.clear()


def alone(claim):
    """Ask of one signature, whatever was found of many."""
    auditor.GENUINE.discard(claim)
    return auditor.signed_by(*claim)


def test_good_signatures_of_several_keys_are_found_together():
    keys = [Ed25519PrivateKey.from_private_bytes(bytes([n] * 32)) for n in range(1, 4)]
    claims = []
    for number in range(30):
        key = keys[number % 3]
        public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        claims.append((public, key.sign(b"%d" % number), b"%d" % number))
    auditor.genuine(claims)
    assert {*claims} == auditor.GENUINE
    assert all(map(alone, claims))


@pytest.mark.parametrize("bad", [0, 7, 16, 39])
@pytest.mark.parametrize("change", ["signature", "message", "key"])
def test_nothing_behind_a_bad_signature_is_found(bad, change):
    claims = [signed(number) for number in range(40)]
    key, signature, message = claims[bad]
    other = signed(99, key_small=0)
    claims[bad] = {
        "signature": (key, signature[:40] + bytes([signature[40] ^ 1]) + signature[41:], message),
        "message": (key, signature, other[2]),
        "key": (bytes(32), signature, message),
    }[change]
    auditor.genuine(claims)
    assert {*claims[:bad]} >= auditor.GENUINE
    assert not alone(claims[bad])


@pytest.mark.parametrize("orders", [(1, 7), (2, 6), (4, 4), (4, 0)])
def test_parts_of_small_order_that_cancel_are_not_overlooked(orders):
    # 32 random halves: each misses with at most 1/2, so this fails by chance once in 2**32 runs.
    claims = [signed(number) for number in range(24)]
    claims[9], claims[20] = signed(109, orders[0]), signed(120, orders[1])
    auditor.genuine(claims)
    assert {*claims[:9]} >= auditor.GENUINE
    assert not alone(claims[9])


def test_a_key_with_a_part_of_small_order_gives_what_it_gives_alone():
    claims = [signed(number, key_small=8 * number + 4) for number in range(12)]
    good = [alone(claim) for claim in claims]
    auditor.genuine(claims)
    first_bad = good.index(False) if False in good else len(claims)
    assert {*claims[:first_bad]} >= auditor.GENUINE
