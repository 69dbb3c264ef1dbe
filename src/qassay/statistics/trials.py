"""What any of the protocols hands to statistics: hits out of shots, in order of execution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Trials:
    """Successes of circuits, in order of execution.

    Attributes:
        lengths: The lengths an arm can have (layers, seconds), shape (arms,).
        arms: Which length each circuit had, shape (circuits,).
        hits: How many shots of each circuit gave the expected outcome at each target,
            shape (circuits, targets).
        shots: Shots of each circuit.
    """

    lengths: npt.NDArray[np.float64]
    arms: npt.NDArray[np.intp]
    hits: npt.NDArray[np.int64]
    shots: int = 1

    def __post_init__(self) -> None:
        """Refuse shapes that do not belong together and counts beyond the shots."""
        if self.hits.ndim != 2 or self.arms.shape != self.hits.shape[:1]:
            raise ValueError("arms and hits must agree on the number of circuits")
        if self.hits.size and (self.hits.min() < 0 or self.hits.max() > self.shots):
            raise ValueError("hits must lie between 0 and the shots")

    @property
    def circuits(self) -> int:
        """Number of circuits."""
        return int(self.arms.size)

    @property
    def targets(self) -> int:
        """Number of targets."""
        return int(self.hits.shape[1])

    def totals(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Add up by arm: hits, shape (arms, targets), and shots, shape (arms,)."""
        onehot = self.arms[None, :] == np.arange(self.lengths.size)[:, None]
        return onehot.astype(np.int64) @ self.hits, onehot.sum(axis=1) * self.shots

    def select(self, targets: Sequence[int]) -> Trials:
        """Keep some of the targets, by position."""
        return replace(self, hits=self.hits[:, list(targets)])

    def without_sentinels(self) -> Trials:
        """Leave out what is longer than the long arm (1): those are for checks of the model."""
        if self.lengths.size <= 2:
            return self
        return self.of_arms(np.flatnonzero(self.lengths <= self.lengths[1]))

    def of_arms(self, arms: Sequence[int] | npt.NDArray[np.intp]) -> Trials:
        """Keep the circuits of some arms, in the order given."""
        wanted = np.asarray(arms, dtype=np.intp)
        place = np.full(self.lengths.size, -1, dtype=np.intp)
        place[wanted] = np.arange(wanted.size)
        kept = place[self.arms] >= 0
        return replace(
            self, lengths=self.lengths[wanted], arms=place[self.arms[kept]], hits=self.hits[kept]
        )


def stacked(parts: Sequence[Trials]) -> Trials:
    """Put the targets of several experiments side by side, circuits sorted by their arm.

    For estimates of single targets only: circuits of one row belong to different experiments.

    Args:
        parts: Trials with the same lengths, the same circuits an arm and one shot a circuit.
    """
    order = [np.argsort(part.arms, kind="stable") for part in parts]
    return replace(
        parts[0],
        arms=parts[0].arms[order[0]],
        hits=np.concatenate(
            [part.hits[rows] for part, rows in zip(parts, order, strict=True)], axis=1
        ),
    )
