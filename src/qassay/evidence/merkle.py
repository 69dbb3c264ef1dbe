"""Merkle trees over the lines of a log: roots, inclusion and consistency proofs.

Hashes as in RFC 6962, section 2.1; proofs as in RFC 9162, sections 2.1.3 and 2.1.4.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

_HASH_BYTES = 32


def leaf_hash(data: bytes) -> bytes:
    """Hash an entry: SHA-256(0x00, data), 32 bytes."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees: SHA-256(0x01, left, right), 32 bytes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Give the root of a tree of leaf hashes; of none, the hash of nothing."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = _split(len(leaves))
    return node_hash(root_of(leaves[:split]), root_of(leaves[split:]))


def grown(peaks: Sequence[bytes], size: int, leaf: bytes) -> tuple[bytes, ...]:
    """Add a leaf to a tree that is kept as its largest whole subtrees, left to right.

    Args:
        peaks: Roots of the subtrees of a tree of `size` leaves, whose sizes are the powers of
            two that add up to it.
        size: Leaves before.
        leaf: Hash of the new one.
    """
    kept, new = list(peaks), leaf
    while size & 1:
        new, size = node_hash(kept.pop(), new), size >> 1
    return (*kept, new)


def root_of_peaks(peaks: Sequence[bytes]) -> bytes:
    """Give the root of a tree that is kept as its largest whole subtrees."""
    if not peaks:
        return root_of(())
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Prove that leaf `index` is in the tree (RFC 9162, 2.1.3.1).

    Raises:
        IndexError: No such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*inclusion_proof(leaves[:split], index), root_of(leaves[split:])]
    return [*inclusion_proof(leaves[split:], index - split), root_of(leaves[:split])]


def consistency_proof(leaves: Sequence[bytes], first: int) -> list[bytes]:
    """Prove that the tree's first `first` leaves are those of an older tree (RFC 9162, 2.1.4.1).

    Raises:
        IndexError: The older tree is larger, or negative.
    """
    if not 0 <= first <= len(leaves):
        raise IndexError(first)
    return [] if first in (0, len(leaves)) else _subproof(leaves, first, whole=True)


def includes(root: bytes, size: int, index: int, leaf: bytes, proof: Sequence[bytes]) -> bool:
    """Check an inclusion proof (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or not _hashes((root, leaf, *proof)):
        return False
    here, last, made = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if here & 1 or here == last:
            made = node_hash(step, made)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            made = node_hash(made, step)
        here, last = here >> 1, last >> 1
    return last == 0 and made == root


def consistent(
    first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Check a consistency proof (RFC 9162, 2.1.4.2): the older tree is the newer one's beginning.

    A tree of no leaves is the beginning of any tree; the proof is then empty.
    """
    if not 0 <= first <= second or not _hashes((first_root, second_root, *proof)):
        return False
    if first == second:
        return first_root == second_root and not proof
    if first == 0:
        return first_root == root_of(()) and not proof
    if not proof:
        return False
    path = list(proof)
    if first & (first - 1) == 0:  # the older tree is a whole subtree of the newer one
        path.insert(0, first_root)
    here, last = first - 1, second - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    older = newer = path[0]
    for step in path[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            older, newer = node_hash(step, older), node_hash(step, newer)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            newer = node_hash(newer, step)
        here, last = here >> 1, last >> 1
    return last == 0 and older == first_root and newer == second_root


def _subproof(leaves: Sequence[bytes], first: int, *, whole: bool) -> list[bytes]:
    if first == len(leaves):
        return [] if whole else [root_of(leaves)]
    split = _split(len(leaves))
    if first <= split:
        return [*_subproof(leaves[:split], first, whole=whole), root_of(leaves[split:])]
    return [*_subproof(leaves[split:], first - split, whole=False), root_of(leaves[:split])]


def _split(size: int) -> int:
    """Give the largest power of two below the size."""
    return 1 << (size - 1).bit_length() - 1


def _hashes(values: Sequence[bytes]) -> bool:
    return all(len(value) == _HASH_BYTES for value in values)
