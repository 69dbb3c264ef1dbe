"""Counts of one arm by batches, with the moments of their scatter if time did not matter.

Under that null the shots of an arm can be exchanged, whatever the targets of one shot have to do
with one another; the moments are those of the permutations.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qassay.statistics.trials import Trials

FloatArray = npt.NDArray[np.float64]

BATCHES = 10  # equal parts of the experiment where no batches are given
_FEWEST = 20  # circuits of an arm


def equal_batches(circuits: int) -> npt.NDArray[np.intp]:
    """Cut circuits in order of execution into equal batches."""
    return (np.arange(circuits) * BATCHES // max(circuits, 1)).astype(np.intp)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class BatchCells:
    """One arm by batches.

    Attributes:
        times: Of its circuits within the experiment, 0 to 1, centred, shape (circuits,).
        labels: Batch of each, numbered from 0.
        sizes: Circuits of each batch, shape (batches,).
        sums: Hits of each shot over all targets, centred.
        fractions: Mean of each target, shape (targets,).
        chi_squares: Sum over targets of (n - 1) SSB / SST.
        mean: Its expectation under permutations.
        variance: Its variance, correlated targets allowed for.
    """

    times: FloatArray
    labels: npt.NDArray[np.intp]
    sizes: npt.NDArray[np.intp]
    sums: FloatArray
    fractions: FloatArray
    chi_squares: float
    mean: float
    variance: float

    @classmethod
    def of(cls, trials: Trials, arm: int, batches: npt.NDArray[np.intp] | None) -> BatchCells | str:
        """Sort one arm into batches, or say why that is of no use."""
        if trials.shots > 1:
            return "more than one shot a circuit, whose scatter is not binomial"
        rows = np.flatnonzero(trials.arms == arm)
        if rows.size < _FEWEST:
            return f"fewer than {_FEWEST} circuits of the arm"
        given = equal_batches(trials.circuits) if batches is None else np.asarray(batches)
        labels, sizes = np.unique(given[rows], return_inverse=True, return_counts=True)[1:]
        if sizes.size < 2 or rows.size < sizes.size + 2:
            return "fewer than two batches, or batches of single circuits"
        hits = trials.hits[rows].astype(np.float64)
        fractions = hits.mean(0)
        moving = (fractions > 0) & (fractions < 1)
        if not moving.any():
            return "no target gave both outcomes"
        onehot = (labels[:, None] == np.arange(sizes.size)).astype(np.float64)
        means = (onehot.T @ hits) / sizes[:, None]
        between = (sizes[:, None] * (means - fractions) ** 2).sum(0)[moving]
        share = fractions[moving]
        within = rows.size * share * (1 - share)
        times = rows / max(trials.circuits - 1, 1)
        sums = hits.sum(1)
        return cls(
            times=times - times.mean(),
            labels=labels,
            sizes=sizes,
            sums=sums - sums.mean(),
            fractions=fractions,
            chi_squares=float((rows.size - 1) * (between / within).sum()),
            mean=float((sizes.size - 1) * share.size),
            variance=float(_table_variance(share, sizes).sum())
            + 2 * (sizes.size - 1) * _shared(hits[:, moving], share),
        )

    @property
    def circuits(self) -> int:
        """Circuits of the arm."""
        return int(self.times.size)

    @property
    def sum_variance(self) -> float:
        """Variance of the sum over targets of one shot, as seen."""
        return float((self.sums**2).sum()) / (self.circuits - 1)

    def between(self, course: FloatArray) -> float:
        """Give the sum of squares between batches of what happens at each circuit."""
        centred = course - course.mean()
        return float((np.bincount(self.labels, centred) ** 2 / self.sizes).sum())


def _table_variance(share: FloatArray, sizes: npt.NDArray[np.intp]) -> FloatArray:
    """Give the permutation variance of (n - 1) SSB / SST for binary data, a value a target.

    Source: R. B. Dawson, Biometrika 41, 280 (1954), after Haldane (1940): the variance of the
    chi-square of a contingency table with both margins fixed; here two rows, times
    ((n - 1) / n)^2.
    """
    n, columns = float(sizes.sum()), sizes.size
    v_rows, v_columns = (n - 2) / (n - 1), (columns - 1) * (n - columns) / (n - 1)
    w_rows = (1 / share + 1 / (1 - share) - 4) / (n - 2)
    w_columns = (float((n / sizes).sum()) - columns**2) / (n - 2)
    plain = 2 * n / (n - 3) * (v_rows - w_rows) * (v_columns - w_columns)
    plain = plain + n**2 / (n - 1) * w_rows * w_columns
    return np.asarray(plain * ((n - 1) / n) ** 2, dtype=np.float64)


def _shared(hits: FloatArray, share: FloatArray) -> float:
    """Add up the squared correlations between targets beyond what noise alone makes of them."""
    n, targets = hits.shape
    scaled = (hits - share) / np.sqrt(share * (1 - share))
    squares = float(((scaled.T @ scaled / n) ** 2).sum()) - targets
    return max(squares - targets * (targets - 1) / (n - 1), 0.0)
