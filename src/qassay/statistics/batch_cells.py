"""Counts of one arm by batches, and how their scatter is distributed if time does not matter.

Under that null the shots of an arm can be exchanged, whatever the targets of one shot have to do
with one another and however odd single shots are. Mean and variance of a sum of squares between
batches over all permutations are known exactly (F. Kazi-Aoual et al., Comput. Stat. Data Anal.
20, 643 (1995), for the RV coefficient); a beta distribution is matched to them, which for one
normal variable is the F test.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from qassay.statistics.trials import Trials

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]

BATCHES = 10  # equal parts of the experiment where no batches are given
_FEWEST = 20  # circuits of an arm
_RARE = 20  # rarer outcomes of an arm, all targets, below which tails cannot be trusted
_EACH = 8  # circuits of the arm that a batch should have; smaller ones are joined


def equal_batches(circuits: int) -> IntArray:
    """Cut circuits in order of execution into equal batches."""
    return (np.arange(circuits) * BATCHES // max(circuits, 1)).astype(np.intp)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchScatter:
    """A sum of squares between batches over the one in total, and its null distribution.

    Attributes:
        ratio: Observed, 0 to 1.
        mean: Over permutations.
        variance: Over permutations.
    """

    ratio: float
    mean: float
    variance: float

    @property
    def relative(self) -> float:
        """The observed ratio over its mean: the variance over that of independent shots."""
        return self.ratio / self.mean

    def shapes(self) -> tuple[float, float]:
        """Give both shape parameters of the matched beta distribution."""
        total = max(self.mean * (1 - self.mean) / self.variance - 1, 1e-3)
        return self.mean * total, (1 - self.mean) * total

    def upper_tail(self) -> float:
        """Give the probability of as much scatter or more."""
        return float(special.betaincc(*self.shapes(), self.ratio))

    def upper_critical(self, level: float) -> float:
        """Give the ratio exceeded with probability `level`."""
        return float(special.betainccinv(*self.shapes(), level))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class BatchCells:
    """One arm by batches.

    Attributes:
        times: Of its circuits within the experiment, 0 to 1, centred, shape (circuits,).
        labels: Batch of each, numbered from 0.
        sizes: Circuits of each batch, shape (batches,).
        hits: Hits, shape (circuits, targets).
        fractions: Mean of each target, shape (targets,).
    """

    times: FloatArray
    labels: IntArray
    sizes: IntArray
    hits: FloatArray
    fractions: FloatArray

    @classmethod
    def of(cls, trials: Trials, arm: int, batches: IntArray | None) -> BatchCells | str:
        """Sort one arm into batches, or say why that is of no use."""
        if trials.shots > 1:
            return "more than one shot a circuit, whose scatter is not binomial"
        rows = np.flatnonzero(trials.arms == arm)
        if rows.size < _FEWEST:
            return f"fewer than {_FEWEST} circuits of the arm"
        given = equal_batches(trials.circuits) if batches is None else np.asarray(batches)
        labels, sizes = _joined(given[rows])
        if sizes.size < 2:
            return "fewer than two batches"
        hits = trials.hits[rows].astype(np.float64)
        fractions = hits.mean(0)
        rare = float(np.minimum(fractions, 1 - fractions).sum()) * rows.size
        if rare < _RARE:
            return f"fewer than {_RARE} of the rarer outcomes in the arm"
        times = rows / max(trials.circuits - 1, 1)
        return cls(
            times=times - times.mean(), labels=labels, sizes=sizes, hits=hits, fractions=fractions
        )

    @property
    def circuits(self) -> int:
        """Circuits of the arm."""
        return int(self.times.size)

    @property
    def sums(self) -> FloatArray:
        """Hits of each shot over all targets, centred, shape (circuits,)."""
        return np.asarray(self.hits.sum(1) - self.fractions.sum(), dtype=np.float64)

    @property
    def events(self) -> FloatArray:
        """Binomial variance of the hits of a target in a mean batch, shape (targets,)."""
        variance = self.fractions * (1 - self.fractions)
        return np.asarray(variance * self.circuits / self.sizes.size, dtype=np.float64)

    def between(self, course: FloatArray) -> float:
        """Give the sum of squares between batches of what happens at each circuit."""
        centred = course - course.mean()
        return float((np.bincount(self.labels, centred) ** 2 / self.sizes).sum())

    def scatter_of_sums(self) -> BatchScatter | None:
        """Measure how the sums over targets scatter; None if they do not vary at all."""
        sums = self.sums
        return self._scatter(sums[:, None]) if float((sums**2).sum()) > 1e-9 else None

    def scatter_of_targets(
        self, wanted: npt.NDArray[np.bool_] | None = None
    ) -> BatchScatter | None:
        """Measure how targets scatter, squares added up; None if none of them varies.

        The squares are not divided by the variances, lest targets with two or three events rule
        the tail.
        """
        used = self.events > 0 if wanted is None else (self.events > 0) & wanted
        return self._scatter((self.hits - self.fractions)[:, used]) if used.any() else None

    def _scatter(self, columns: FloatArray) -> BatchScatter:
        """Add up squares of centred columns between batches, with exact permutation moments."""
        n, batches = self.circuits, self.sizes.size
        onehot = (self.labels[:, None] == np.arange(batches)).astype(np.float64)
        norms = (columns**2).sum(1)
        total = float(norms.sum())
        between = float(((onehot.T @ columns) ** 2 / self.sizes[:, None]).sum())
        # The two n x n matrices are the projection on batch means and the rows' products;
        # (trace, trace of the square, sum of squared diagonal elements) of each.
        sides = (
            (
                batches - 1.0,
                batches - 1.0,
                float((self.sizes * (1 / self.sizes - 1 / n) ** 2).sum()),
            ),
            (total, float(((columns.T @ columns) ** 2).sum()), float((norms**2).sum())),
        )
        bulk, peaks = 2.0 / ((n - 1.0) ** 2 * (n + 1) * (n - 2)), 1.0
        for trace, square, diagonal in sides:
            bulk *= (n - 1) * square - trace**2
            peaks *= n * (n + 1) * diagonal - (n - 1) * (trace**2 + 2 * square)
        variance = bulk + peaks / ((n + 1.0) * n * (n - 1) * (n - 2) * (n - 3))
        return BatchScatter(
            ratio=min(between / total, 1.0),
            mean=(batches - 1) / (n - 1),
            variance=max(variance / total**2, 1e-12),
        )


def _joined(labels: IntArray) -> tuple[IntArray, IntArray]:
    """Number batches from 0 and join neighbours until each has a fair number of circuits."""
    numbered, sizes = np.unique(labels, return_inverse=True, return_counts=True)[1:]
    parts = max(min(sizes.size, labels.size // _EACH), 1)
    # A batch goes to the part in which its middle lies.
    middle = (np.cumsum(sizes) - sizes / 2) * parts / labels.size
    merged = np.floor(middle).astype(np.intp)[numbered.reshape(-1)]
    again, counts = np.unique(merged, return_inverse=True, return_counts=True)[1:]
    return again.reshape(-1).astype(np.intp), counts.astype(np.intp)
