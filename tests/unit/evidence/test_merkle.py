"""Trees and proofs: published vectors of other implementations, and all small trees."""

import base64
import json
from pathlib import Path

import pytest

from qassay.evidence.merkle import (
    consistency_proof,
    consistent,
    includes,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
)

VECTORS = json.loads((Path(__file__).parent / "merkle_vectors.json").read_text(encoding="utf-8"))
LEAVES = [leaf_hash(bytes.fromhex(data)) for data in VECTORS["leaves"]]
ROOTS = [bytes.fromhex(root) for root in VECTORS["roots"]]
SOME_HASH = bytes.fromhex("abacaba000000000000000000000000000000000000000000060061e00123456")


def test_hashes_and_roots():
    # rfc6962/rfc6962_test.go of transparency-dev/merkle
    assert root_of([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert leaf_hash(b"").hex() == (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    )
    assert leaf_hash(b"L123456").hex() == (
        "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    )
    assert node_hash(b"N123", b"N456").hex() == (
        "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"
    )
    for size, root in enumerate(ROOTS, start=1):
        assert root_of(LEAVES[:size]) == root


def hashes(proof):
    return [bytes.fromhex(step) for step in proof]


@pytest.mark.parametrize("one", VECTORS["inclusion"])
def test_published_inclusion_proofs(one):
    index, size, proof = one["leaf"] - 1, one["size"], hashes(one["proof"])
    assert inclusion_proof(LEAVES[:size], index) == proof
    root, leaf = ROOTS[size - 1], LEAVES[index]
    assert includes(root, size, index, leaf, proof)
    wrong = [
        (root, size, index - 1, leaf, proof),
        (root, size, index + 1, leaf, proof),
        (root, size, index ^ 2, leaf, proof),
        (root, size * 2, index, leaf, proof),
        (root, size // 2, index, leaf, proof),
        (root, size, index, b"WrongLeaf", proof),
        (root_of([]), size, index, leaf, proof),
        (SOME_HASH, size, index, leaf, proof),
        *((root, size, index, leaf, other) for other in corrupted(proof, [root])),
    ]
    for call in wrong:
        assert not includes(*call)


@pytest.mark.parametrize("one", VECTORS["consistency"])
def test_published_consistency_proofs(one):
    first, second, proof = one["size1"], one["size2"], hashes(one["proof"])
    assert consistency_proof(LEAVES[:second], first) == proof
    before, after = ROOTS[first - 1], ROOTS[second - 1]
    assert consistent(first, second, before, after, proof)
    if first == second:
        return
    wrong = [
        (first - 1, second, before, after, proof),
        (first + 1, second, before, after, proof),
        (first ^ 2, second, before, after, proof),
        (first, second * 2, before, after, proof),
        (first, second // 2, before, after, proof),
        (first, second, b"WrongRoot", after, proof),
        (first, second, before, b"WrongRoot", proof),
        (first, second, after, before, proof),
        *((first, second, before, after, other) for other in corrupted(proof, [before, after])),
    ]
    for call in wrong:
        assert not consistent(*call)


def corrupted(proof, roots):
    """Corrupt a proof in the ways of proof/verify_test.go of transparency-dev/merkle."""
    for more in (b"", *roots, SOME_HASH):
        yield [*proof, more]
        yield [more, *proof]
    if proof:
        yield []
        yield proof[:-1]
        yield [proof[0], *proof]
    if len(proof) > 1:
        yield [proof[0], SOME_HASH, *proof[1:]]
    for place, step in enumerate(proof):
        yield [*proof[:place], bytes([step[0] ^ 8]) + step[1:], *proof[place + 1 :]]


def test_a_real_log_s_consistency_proof():
    # golang/mod, sumdb/tlog/testdata/argon2020 at b5136e5b: answers of Google's Argon 2020 log
    real = VECTORS["argon2020"]
    older, newer = (base64.b64decode(real[name]) for name in ("first_root", "second_root"))
    proof = [base64.b64decode(step) for step in real["proof"]]
    assert consistent(real["first"], real["second"], older, newer, proof)
    assert not consistent(real["first"] + 1, real["second"], older, newer, proof)
    assert not consistent(real["first"], real["second"], older, newer, proof[1:])


def test_trees_of_any_size():
    leaves = [leaf_hash(bytes([n])) for n in range(40)]
    roots = [root_of(leaves[:size]) for size in range(41)]
    for size in range(1, 41):
        for index in range(size):
            proof = inclusion_proof(leaves[:size], index)
            assert includes(roots[size], size, index, leaves[index], proof)
            assert not includes(roots[size], size, index, leaves[index - 1], proof) or size == 1
        for first in range(size + 1):
            proof = consistency_proof(leaves[:size], first)
            assert consistent(first, size, roots[first], roots[size], proof)
            other = root_of([SOME_HASH, *leaves[1:first]])
            assert not consistent(first, size, other, roots[size], proof)
    for call in ((inclusion_proof, 40), (inclusion_proof, -1), (consistency_proof, 41)):
        with pytest.raises(IndexError):
            call[0](leaves, call[1])
