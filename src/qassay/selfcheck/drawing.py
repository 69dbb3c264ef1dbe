"""Numbers drawn by name: the same name gives the same number, in whatever order they are asked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from qassay.randomness import Stream, root_from_integer

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Draws:
    """Draws of one hidden machine.

    Attributes:
        stream: Each name is a child of it.
    """

    stream: Stream

    @classmethod
    def of(cls, seed: int, number: int, name: str = "selfcheck") -> Draws:
        """Give the draws of machine `number` of a seed, in the world of a name."""
        return cls(Stream(root_from_integer(seed), f"{name}/{number}"))

    def uniform(self, name: str, low: float = 0.0, high: float = 1.0) -> float:
        """Draw a number uniform between two."""
        word = int(self.stream.child(name).take(8).view("<u8")[0])
        return low + (high - low) * (word + 0.5) / 2.0**64

    def log_uniform(self, name: str, low: float, high: float) -> float:
        """Draw a number whose logarithm is uniform."""
        return math.exp(self.uniform(name, math.log(low), math.log(high)))

    def one_of(self, name: str, items: Sequence[Item]) -> Item:
        """Draw one item; what stands there twice comes twice as often."""
        return items[int(self.stream.child(name).below(len(items), 1)[0])]

    def generator(self, name: str) -> np.random.Generator:
        """Give a generator of many numbers."""
        return np.random.default_rng(self.stream.child(name).take(32).view("<u4"))

    def root(self) -> bytes:
        """Draw 32 bytes, the seed of a run's circuits."""
        return self.stream.child("circuits").take(32).tobytes()
