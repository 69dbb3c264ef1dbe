"""How the noise of a machine moves: with the clock, and from shot to shot.

A clock counts circuits since the start of the run, so that a period can be exactly that of the
plan's own cycles.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

Floats = npt.NDArray[np.float64]
Moving = Literal["still", "sine", "step", "linear", "jumps"]
Shape = Literal["alike", "normal", "square", "rare"]

_MOST: Final = 1e6  # of a factor


@dataclass(frozen=True, slots=True, kw_only=True)
class WildDrift:
    """A factor on rates that moves with the clock.

    Attributes:
        kind: "sine"; "step" from 1 to 1 + amplitude; "linear", by amplitude in one period; "jumps":
            in some periods, drawn once each, 1 + amplitude.
        amplitude: Dimensionless.
        period: In circuits; of a step, when it comes.
        chance: Of a period with a jump.
        seed: Of the jumps.
        of_readout: Whether readout errors move; else gates and times do.
    """

    kind: Moving = "still"
    amplitude: float = 0.0
    period: float = 1.0
    chance: float = 0.0
    seed: int = 0
    of_readout: bool = False

    def factor(self, clock: Floats) -> Floats:
        """Give the factor at some moments, shape of `clock`."""
        turns = clock / self.period
        if self.kind == "sine":
            moved = np.sin(2 * np.pi * turns)
        elif self.kind == "step":
            moved = (turns >= 1).astype(np.float64)
        elif self.kind == "linear":
            moved = turns
        elif self.kind == "jumps":
            place = np.floor(turns).astype(np.intp)
            drawn = np.random.default_rng(self.seed).random(int(place.max(initial=0)) + 1)
            moved = (drawn[place] < self.chance).astype(np.float64)
        else:
            moved = np.zeros_like(turns)
        return np.asarray(np.clip(1 + self.amplitude * moved, 0.0, _MOST))

    def gates(self, clock: Floats) -> Floats:
        """Give the factor on gate errors and decay rates."""
        return np.ones_like(clock) if self.of_readout else self.factor(clock)

    def readout(self, clock: Floats) -> Floats:
        """Give the factor on readout errors."""
        return self.factor(clock) if self.of_readout else np.ones_like(clock)


@dataclass(frozen=True, slots=True, kw_only=True)
class Luck:
    """A factor on rates that is constant in a shot (or circuit) and drawn anew for the next.

    Attributes:
        shape: "normal": 1 + spread z, not below 0; "square": z^2, as an over-rotation drawn anew
            makes it; "rare": nine in ten have half, one has 5.5.
        spread: Of "normal".
        common: Whether all targets of a shot share it.
        of_circuits: Whether all shots of a circuit share it.
    """

    shape: Shape = "alike"
    spread: float = 0.0
    common: bool = True
    of_circuits: bool = False

    def factor(self, uniform: Floats) -> Floats:
        """Turn uniform numbers into factors of mean 1 (nearly, where "normal" is cut at 0)."""
        if self.shape == "normal":
            return np.asarray(np.maximum(1 + self.spread * ndtri(uniform), 0.0))
        if self.shape == "square":
            return np.asarray(ndtri(uniform) ** 2)
        if self.shape == "rare":
            return np.where(uniform < 0.9, 0.5, 5.5)
        return np.ones_like(uniform)

    def draw(self, shape: tuple[int, int, int], generator: np.random.Generator) -> Floats:
        """Draw factors for (circuits, shots, targets), broadcast where they are shared."""
        if self.shape == "alike":
            return np.ones((1, 1, 1))
        circuits, shots, targets = shape
        drawn = (circuits, 1 if self.of_circuits else shots, 1 if self.common else targets)
        return self.factor(generator.random(drawn))
