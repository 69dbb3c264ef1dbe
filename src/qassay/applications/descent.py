"""What a laptop does to any string in microseconds, and how good that alone is.

Whatever is done to a device's strings is done to as many random strings: what is left is the
contribution of the quantum computer. Two simple classical rules are its thresholds:

* one step: random spins, all those that more than a share `bias` of their surroundings would
  like to flip do so at once, each with probability `chance`. It looks exactly as far as one layer
  does. Both numbers are tuned on the instance itself, so the threshold is the best of its kind.
* descent: random spins, then single flips while any of them lowers the cost.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

import numpy as np

from qassay.applications.instance import Thresholds
from qassay.applications.ising import Bits, Floats, Ising
from qassay.errors import Problem, UsageError
from qassay.randomness import Stream

_BIASES: Final = (-0.2, 0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8)
_CHANCES: Final = (0.5, 0.7, 0.85, 1.0)
_SAMPLES: Final = 8192
_MOST_SWEEPS: Final = 100


def random_strings(count: int, qubits: int, label: str) -> Bits:
    """Draw the random control: public, and the same for everybody under the same label."""
    root = hashlib.sha256(b"qassay-random-control-v1").digest()
    return Stream(root, label).bits((count, qubits))


def descended(ising: Ising, bits: Bits) -> Bits:
    """Flip single spins, in the order of their number, while that lowers the cost."""
    spins = 1.0 - 2.0 * bits.T  # one row a spin, so that a spin of all strings is contiguous
    tables = [
        (np.array(list(near), dtype=np.intp), np.array(list(near.values()), dtype=np.float64))
        for near in ising.neighbours
    ]
    tolerance = 1e-9 * (ising.scale or 1.0)
    for _ in range(_MOST_SWEEPS):
        moved = False
        for spin, (near, strength) in enumerate(tables):
            force = ising.fields[spin] + strength @ spins[near]
            flip = force * spins[spin] > tolerance
            if flip.any():
                spins[spin, flip] *= -1
                moved = True
        if not moved:
            break
    return (spins.T < 0).astype(np.uint8)


@dataclass(frozen=True, slots=True)
class SimpleRules:
    """What the two simple rules reach on a cost.

    Attributes:
        one_step: Mean cost of the best rule that moves every spin once.
        descent: Mean cost that descent reaches from random strings.
        lowest: The lowest cost that descent came by.
    """

    one_step: float
    descent: float
    lowest: float

    def scores(self, constant: float, optimum: float) -> Thresholds:
        """Score them between the mean of random strings, the constant, and the optimum."""
        span = constant - optimum
        return Thresholds(
            one_step=round((constant - self.one_step) / span, 4),
            descent=round((constant - self.descent) / span, 4),
        )


def simple_rules(ising: Ising) -> SimpleRules:
    """Try the two simple rules on a cost, always from the same strings."""
    start = random_strings(_SAMPLES, ising.qubits, "descent threshold")
    costs = ising.energies(descended(ising, start))
    return SimpleRules(one_step_mean(ising), float(costs.mean()), float(costs.min()))


def thresholds_of(ising: Ising, optimum: float) -> Thresholds:
    """Score the two simple rules on a cost.

    Raises:
        UsageError: No answer is better than a random one, so that nothing can be scored.
    """
    if not optimum < ising.constant:
        raise UsageError(
            Problem(
                where="--instance",
                found="a problem whose best answer is worth no more than a coin's",
                expected="one in which answers differ",
            )
        )
    return simple_rules(ising).scores(ising.constant, optimum)


def one_step_mean(ising: Ising) -> float:
    """Give the mean cost of the best rule that moves every spin once."""
    start = random_strings(_SAMPLES, ising.qubits, "one-step threshold")
    spins: Floats = np.asarray(1.0 - 2.0 * start, dtype=np.float64)
    force = spins * _forces(ising, spins)
    weight = np.abs(np.array(ising.fields))
    for i, j, strength in ising.couplings:
        weight[i] += abs(strength)
        weight[j] += abs(strength)
    relative = force / np.where(weight > 0, weight, 1.0)
    coin = random_strings(_SAMPLES * 8, ising.qubits, "one-step coin").reshape(8, *spins.shape)
    uniform = np.tensordot(0.5 ** np.arange(1, 9), coin, axes=1)
    best = ising.constant
    for bias in _BIASES:
        for chance in _CHANCES:
            flip = (relative > bias) & (uniform < chance)
            best = min(best, float(ising.energies((start ^ flip).astype(np.uint8)).mean()))
    return best


def _forces(ising: Ising, spins: Floats) -> Floats:
    force = np.tile(np.array(ising.fields), (spins.shape[0], 1))
    for i, j, strength in ising.couplings:
        force[:, i] += strength * spins[:, j]
        force[:, j] += strength * spins[:, i]
    return force
