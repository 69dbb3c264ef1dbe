"""The least likelihood that targets must lose so that a sum over them reaches a border.

Each target's loss is convex up to an inflection and flat beyond it. In the least sum at most one
target stands between its inflection and its largest value: of two, moving value from one to the
other would be cheaper, until one of them is at its largest. So the least loss is the smallest of
the convex one (Lagrange: all targets share one slope), the one in which a single target takes what
the others leave, and those in which some targets are as bad as can be and the rest share a slope:
a dead qubit of a line takes two pairs with it. A target that may be dead is so seen for what it
can cost, and no screen with a threshold of its own is needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from qassay.statistics.target_groups import Floats

_SLOPES: Final = np.geomspace(1e-3, 300, 70)  # nats for a mean target's worth of value
_ROUNDED: Final = 1e-9  # of the largest sum
_FLAT: Final = 0.1  # nats within which a loss counts as that of the end
RESERVE: Final = 0.5  # nats off the loss of a lone target: a dominant one is less normal


@dataclass(frozen=True, slots=True, kw_only=True)
class LeastLoss:
    """The least loss at one border.

    Attributes:
        nats: The loss; infinite where no values reach the border.
        alone: Position of the target that is cheapest to blame alone; None where all share.
        lost: Whether that one has hardly more to pay for having no signal at all.
    """

    nats: float
    alone: int | None = None
    lost: bool = False


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LossCurves:
    """Losses of all targets over their parts of the sum, made ready for many borders.

    Attributes:
        values: Part of the sum at each point, rising, shape (targets, grid); in units in which
            a mean target's part is about 1.
        loss: Nats there, shape (targets, grid).
        single: Targets that may stand alone beyond their inflection, shape (targets,).
        taken: Part of the sum that each target takes at each slope, shape (targets, slopes).
        paid: What it costs, likewise.
    """

    values: Floats
    loss: Floats
    single: npt.NDArray[np.bool_]
    taken: Floats
    paid: Floats

    @classmethod
    def of(cls, values: Floats, loss: Floats, single: npt.NDArray[np.bool_]) -> LossCurves:
        """Find what each target takes where a unit of the sum is worth so many nats."""
        steps = values.shape[1] - 1
        best = loss.argmin(axis=1)
        slope = np.diff(loss, axis=1) / np.maximum(np.diff(values, axis=1), 1e-300)
        slope[np.arange(steps)[None, :] < best[:, None]] = -np.inf
        inflection = slope.argmax(axis=1)
        rising = np.maximum.accumulate(slope, axis=1)
        index = np.stack([np.searchsorted(row, _SLOPES) for row in rising])
        index = np.maximum(np.minimum(index, inflection[:, None]), best[:, None])
        return cls(
            values=values,
            loss=loss,
            single=single,
            taken=np.take_along_axis(values, index, axis=1),
            paid=np.take_along_axis(loss, index, axis=1),
        )

    @property
    def likeliest(self) -> float:
        """The sum of the likeliest values on the grid."""
        best = self.loss.argmin(axis=1)
        return float(np.take_along_axis(self.values, best[:, None], axis=1).sum())

    def at(self, border: float) -> LeastLoss:
        """Give the least loss with which the sum is `border` or more.

        A border beyond all that the targets can add up to is brought back to that.
        """
        most = float(self.values[:, -1].sum())
        border = min(border, most - _ROUNDED * abs(most))
        if self.likeliest >= border:
            return LeastLoss(nats=0.0)
        total, cost = self.taken.sum(axis=0), self.paid.sum(axis=0)
        shared = np.inf
        if border <= total[-1]:
            shared = float((cost + _SLOPES * (border - total)).max())
        alone, who, gone = self._alone(border, total, cost)
        lost, first = self._lost(border, total, cost)
        if lost < alone:
            alone, who, gone = lost, first, True
        alone -= RESERVE
        nats = max(min(shared, alone), 0.0)
        if shared <= alone:
            return LeastLoss(nats=nats)
        return LeastLoss(nats=nats, alone=who, lost=gone)

    def _lost(self, border: float, total: Floats, cost: Floats) -> tuple[float, int | None]:
        """Let the targets that lose least by it be as bad as can be, one, two or more of them."""
        rows = np.flatnonzero(self.single)
        rows = rows[np.argsort(self.loss[rows, -1], kind="stable")]
        rows = rows[: int(np.searchsorted(np.cumsum(self.values[rows, -1]), border)) + 1]
        if rows.size == 0:
            return np.inf, None
        taken = total - np.cumsum(self.taken[rows], axis=0)
        paid = cost - np.cumsum(self.paid[rows], axis=0)
        need = border - np.cumsum(self.values[rows, -1])[:, None]
        spent = paid + np.cumsum(self.loss[rows, -1])[:, None]
        # the others add nothing below 0, where one lost target takes more than the border (times)
        whole = np.maximum((spent + _SLOPES * (need - taken)).max(axis=1), spent[:, 0])
        whole[need[:, 0] > taken[:, -1]] = np.inf
        return float(whole.min()), int(rows[0])

    def _alone(self, border: float, total: Floats, cost: Floats) -> tuple[float, int | None, bool]:
        """Let every target in turn take what the others leave.

        Returns:
            Nats; the position of the cheapest; whether it could as well be lost altogether.
        """
        rows = np.flatnonzero(self.single)
        if rows.size == 0:
            return np.inf, None, False
        values, loss = self.values[rows], self.loss[rows]
        need = np.maximum(border - (total - self.taken[rows]), self.taken[rows])
        place = np.stack([np.searchsorted(v, n) for v, n in zip(values, need, strict=True)])
        place = np.clip(place - 1, 0, values.shape[1] - 2)
        low, high = (np.take_along_axis(values, place + d, axis=1) for d in (0, 1))
        near, far = (np.take_along_axis(loss, place + d, axis=1) for d in (0, 1))
        part = np.clip((need - low) / np.maximum(high - low, 1e-300), 0.0, 1.0)
        own = near + part * (far - near)
        whole = np.where(need <= values[:, -1:], cost - self.paid[rows] + own, np.inf)
        row, slope = np.unravel_index(int(whole.argmin()), whole.shape)
        gone = bool(loss[row, -1] - own[row, slope] < _FLAT)
        return float(whole[row, slope]), int(rows[row]), gone
