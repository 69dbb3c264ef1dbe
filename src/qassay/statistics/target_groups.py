"""Targets of one kind that were measured in the same circuits, and what is said of each.

A sum over targets (a mean error, the logarithm of a layer fidelity, a mean time) adds up values
v(k) of decay constants k: the excess over the asymptote falls as exp(-k length). Groups that
share their circuits (the pairs of a layer and the qubits that wait in it) stand together, since
what disturbs a circuit reaches all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from qassay.statistics.trials import Trials

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Meaning = Literal["infidelity", "log fidelity", "time"]

_BEND: Final = 3.0  # claims up to which a grid is fine
_DEAD: Final = 1e3  # claims at which a decay without a largest rate counts as lost at once
_LONGEST: Final = 1e-5  # of the claimed rate: a time without end
_COARSEST: Final = 0.06
_FINEST: Final = 0.004
_PER_TOLERANCE: Final = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DecayValue:
    """What is added up: a monotone function of the decay constant k of a unit of length.

    Attributes:
        meaning: "infidelity" (factor (1 - exp(-k))), "log fidelity" (minus the logarithm of one
            minus that), or "time" (factor / k).
        factor: From the decay of a layer to its infidelity; of a time 1.
    """

    meaning: Meaning
    factor: float = 1.0

    @property
    def rising(self) -> bool:
        """Whether a faster decay has the larger value."""
        return self.meaning != "time"

    def of(self, constant: npt.ArrayLike) -> Floats:
        """Give the value at decay constants."""
        k = np.asarray(constant, dtype=np.float64)
        if self.meaning == "time":
            return np.asarray(self.factor / k, dtype=np.float64)
        lost = -self.factor * np.expm1(-k)
        return np.asarray(-np.log1p(-lost) if self.meaning == "log fidelity" else lost)

    def loss(self, value: float) -> float | None:
        """Give 1 - exp(-k), or 1 / T of a time, of a decay with a value; None where there is none.

        Raises:
            NotImplementedError: Of a log fidelity, which nobody claims.
        """
        if self.meaning == "log fidelity":
            raise NotImplementedError
        if self.meaning == "time":
            return self.factor / value if value > 0 else None
        return value / self.factor

    def slope(self, constant: npt.ArrayLike) -> Floats:
        """Give its derivative."""
        k = np.asarray(constant, dtype=np.float64)
        if self.meaning == "time":
            return np.asarray(-self.factor / k**2)
        steep = self.factor * np.exp(-k)
        if self.meaning == "log fidelity":
            steep = steep / (1 + self.factor * np.expm1(-k))
        return np.asarray(steep)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TargetGroup:
    """Targets of one kind in one experiment.

    Attributes:
        trials: Hits; arm 0 is the shortest.
        asymptote: B of their decay.
        value: What is added up.
        weights: Of each target in the sum; below 0 for what is taken off.
        scale: Decay constant of a unit of length where the grid has to be fine: the claim's.
        fineness: Relative tolerance that the grid has to resolve, of the mean.
    """

    trials: Trials
    asymptote: float
    value: DecayValue
    weights: Floats
    scale: float
    fineness: float = 0.25

    @property
    def targets(self) -> int:
        """How many."""
        return self.trials.targets

    @property
    def spans(self) -> Floats:
        """Lengths beyond the shortest, shape (arms,)."""
        return np.asarray(self.trials.lengths - self.trials.lengths[0])

    def grid(self) -> Floats:
        """Give decay constants from none (or gain, so that noise about none is no bias) to lost.

        Those of an infidelity end where nothing is kept by a single layer, those of a time at a
        thousandth of the claimed one. Times have no gain: without a decay they are unbounded.
        """
        step = self.fineness * np.sqrt(self.targets) / _PER_TOLERANCE
        step = float(np.clip(step, _FINEST, _COARSEST))
        if not self.value.rising:
            fine = np.arange(_COARSEST, _BEND, step)
            begun = np.geomspace(_LONGEST, _COARSEST, 20)[:-1]
            far = np.geomspace(_BEND, _DEAD, 40)
            return np.asarray(self.scale * np.concatenate([begun, fine, far]))
        rate = -float(np.expm1(-self.scale))
        cap = (1 - 1e-12) / rate
        bend = min(_BEND, cap / 2)
        fine = np.arange(0.0, bend, min(step, bend / 20))
        below, far = np.arange(-20, 0) * bend / 30, np.geomspace(bend, cap, 45)
        return np.asarray(-np.log1p(-rate * np.concatenate([below, fine, far])))
