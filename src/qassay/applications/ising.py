"""The cost that all applications share, and its exact mean after one layer at any size.

C(z) = c0 + sum_i h_i z_i + sum_ij J_ij z_i z_j is minimised over spins z = 1 - 2 bit, so the
mean over uniformly random strings is c0 exactly.

The mean after one layer, exp(-i beta X) exp(-i gamma C) on all |+>, has a closed form with
fields (Ozaeta, van Dam and McMahon, Quantum Sci. Technol. 7, 045036 (2022), arXiv:2012.03421):

    <Z_i>     = sin 2b sin(2g h_i) prod_k cos(2g J_ik)
    <Z_i Z_j> = 1/2 sin 4b sin(2g J_ij) [cos(2g h_i) prod_k cos(2g J_ik)
                                         + cos(2g h_j) prod_k cos(2g J_jk)]
              + 1/2 sin^2 2b [cos(2g (h_i - h_j)) prod_k cos(2g (J_ik - J_jk))
                              - cos(2g (h_i + h_j)) prod_k cos(2g (J_ik + J_jk))],

products over all k other than i and j. It costs a sum of degrees, so milliseconds at 1000 qubits.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bits = npt.NDArray[np.uint8]
Coupling = tuple[int, int, float]


@dataclass(frozen=True)
class Ising:
    """One cost function.

    Attributes:
        constant: c0, the mean over random strings.
        fields: h, one a spin.
        couplings: (i, j, J_ij) with i < j, each pair once.
    """

    constant: float
    fields: tuple[float, ...]
    couplings: tuple[Coupling, ...]

    @property
    def qubits(self) -> int:
        """Number of spins."""
        return len(self.fields)

    @cached_property
    def neighbours(self) -> tuple[dict[int, float], ...]:
        """J_ik by k, one table a spin."""
        near: tuple[dict[int, float], ...] = tuple({} for _ in self.fields)
        for i, j, strength in self.couplings:
            near[i][j] = near[j][i] = strength
        return near

    @property
    def scale(self) -> float:
        """Root mean square of a spin's surroundings, sqrt(D mean J^2 + mean h^2).

        D = 2 |E| / n is the mean degree. Angles are divided by it, so that one schedule fits
        problems in megawatts, dollars and contacts (in the spirit of Sureshbabu et al., Quantum
        8, 1231 (2024), arXiv:2305.15201).
        """
        pairs = sum(strength**2 for *_, strength in self.couplings)
        return math.sqrt((2 * pairs + sum(h**2 for h in self.fields)) / self.qubits)

    @property
    def highest(self) -> float:
        """An upper bound of the cost, c0 + sum |h| + sum |J|."""
        return self.constant + sum(map(abs, self.fields)) + sum(abs(x) for *_, x in self.couplings)

    def energies(self, bits: Bits) -> Floats:
        """Give the cost of strings, shape (strings, qubits) -> (strings,)."""
        spins = 1.0 - 2.0 * bits
        cost = self.constant + spins @ np.array(self.fields)
        if self.couplings:
            first, second, strength = map(np.array, zip(*self.couplings, strict=True))
            cost += (spins[:, first] * spins[:, second]) @ strength
        return np.asarray(cost, dtype=np.float64)

    def all_energies(self) -> Floats:
        """Give the cost of every string, shape (2^n,); bit q of the index is qubit q.

        For some 24 qubits at most.
        """
        cost = np.full(2**self.qubits, self.constant)
        for qubit, field in enumerate(self.fields):
            if field:
                cost.reshape(-1, 2, 2**qubit)[:] += np.array([field, -field])[None, :, None]
        for i, j, strength in self.couplings:
            view = cost.reshape(-1, 2, 2 ** (j - i - 1), 2, 2**i)
            signs = strength * np.array([[1.0, -1.0], [-1.0, 1.0]])
            view += signs[None, :, None, :, None]
        return cost


def one_layer_mean(ising: Ising, gamma: float, beta: float) -> float:
    """Give the exact mean cost after one layer, at any size.

    Args:
        ising: The cost.
        gamma: Angle of exp(-i gamma C).
        beta: Angle of exp(-i beta X) on every spin.
    """
    near, fields = ising.neighbours, ising.fields
    single, double, both = math.sin(2 * beta), math.sin(4 * beta) / 2, math.sin(2 * beta) ** 2 / 2

    def product(i: int, without: int) -> float:
        return math.prod(math.cos(2 * gamma * x) for k, x in near[i].items() if k != without)

    mean = ising.constant
    for i, field in enumerate(fields):
        if field:
            mean += field * single * math.sin(2 * gamma * field) * product(i, -1)
    for i, j, strength in ising.couplings:
        lone = math.cos(2 * gamma * fields[i]) * product(i, j)
        lone += math.cos(2 * gamma * fields[j]) * product(j, i)
        others = (near[i].keys() | near[j].keys()) - {i, j}
        plus, minus = fields[i] + fields[j], fields[i] - fields[j]
        apart, together = math.cos(2 * gamma * minus), math.cos(2 * gamma * plus)
        for k in sorted(others):
            one, other = near[i].get(k, 0.0), near[j].get(k, 0.0)
            apart *= math.cos(2 * gamma * (one - other))
            together *= math.cos(2 * gamma * (one + other))
        mean += strength * (
            double * math.sin(2 * gamma * strength) * lone + both * (apart - together)
        )
    return mean
