"""Named, order-free random streams from one root seed.

Whatever an auditor must regenerate (circuits, orders, masks) is drawn here: the bytes
are SHAKE-256(root, label), so a stream depends on its name alone, never on the order in
which streams are read, the number of workers or the version of a numerical library.
Integers come by rejection sampling, so they are exactly uniform.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qassay.errors import UsageError

_DOMAIN = b"qassay-randomness-v1"
_SEED_DOMAIN = b"qassay-seed-v1"
_MAX_BOUND = 1 << 16
_LARGEST_SEED = 2**53 - 1  # that every reader of the evidence takes for the same number


def root_from_integer(seed: int) -> bytes:
    """Turn the `--seed` integer into the 32 bytes from which every stream is drawn."""
    if not 0 <= seed <= _LARGEST_SEED:
        found = f"{seed:.6g}" if abs(seed) > _LARGEST_SEED else str(seed)
        raise UsageError(
            f"the seed must be a whole number from 0 to {_LARGEST_SEED}, found {found}"
        )
    return hashlib.sha256(_SEED_DOMAIN + str(seed).encode()).digest()


@dataclass(frozen=True, slots=True)
class Stream:
    """One random stream: a root seed of 32 bytes and the stream's own name.

    Every method reads the stream from its beginning: two draws that must differ need two
    names, which `child` makes.
    """

    root: bytes
    label: str

    def child(self, name: str | int) -> Stream:
        """Name a stream inside this one."""
        return Stream(self.root, f"{self.label}/{name}")

    def take(self, count: int, chunk: int = 0) -> npt.NDArray[np.uint8]:
        """Read `count` uniform bytes, shape (count,); chunks are independent of one another."""
        head = b"".join(
            len(part).to_bytes(4, "big") + part
            for part in (_DOMAIN, self.root, self.label.encode(), chunk.to_bytes(4, "big"))
        )
        return np.frombuffer(hashlib.shake_256(head).digest(count), dtype=np.uint8)

    def below(self, bound: int, shape: int | tuple[int, ...]) -> npt.NDArray[np.int64]:
        """Draw integers uniform over 0 .. bound-1, bound at most 65536, in the given shape."""
        if not 1 <= bound <= _MAX_BOUND:
            raise UsageError(f"a stream draws below 1 .. {_MAX_BOUND}, found bound {bound}")
        needed = int(np.prod(shape))
        limit = (_MAX_BOUND // bound) * bound
        drawn: list[npt.NDArray[np.int64]] = []
        have = chunk = 0
        while have < needed:
            words = self.take(2 * (needed - have) + 32, chunk).view("<u2").astype(np.int64)
            kept = words[words < limit] % bound
            drawn.append(kept)
            have += kept.size
            chunk += 1
        return np.concatenate(drawn)[:needed].reshape(shape) if drawn else np.zeros(shape, np.int64)

    def bits(self, shape: int | tuple[int, ...], width: int = 1) -> npt.NDArray[np.uint8]:
        """Draw integers of `width` = 1, 2, 4 or 8 bits in the given shape, without waste."""
        per_byte = 8 // width
        needed = int(np.prod(shape))
        packed = self.take(-(-needed // per_byte))
        if width == 8:
            return packed[:needed].reshape(shape)
        shifts = np.arange(0, 8, width, dtype=np.uint8)
        unpacked = (packed[:, None] >> shifts) & np.uint8((1 << width) - 1)
        return unpacked.reshape(-1)[:needed].reshape(shape)

    def permutation(self, size: int) -> npt.NDArray[np.int64]:
        """Draw a uniformly random order of 0 .. size-1, by sorting 128-bit random keys."""
        keys = self.take(16 * size).reshape(size, 16).view(">u8").reshape(size, 2)
        return np.lexsort((keys[:, 1], keys[:, 0]))
