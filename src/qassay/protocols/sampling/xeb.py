"""Fidelity from cross entropy on the checked circuits, and whether all of them are alike.

An outcome of a circuit is drawn from its ideal distribution p with probability F, else it is
even. With D = 2^n and S_k = D^(k-1) sum p^k, the mean of D p(x) is 1 + F (S_2 - 1) and its
variance F S_3 + (1 - F) S_2 less the mean squared, both exact for the circuit at hand. (With
Porter-Thomas statistics S_2 = 2, S_3 = 6: the variance is 1 + 2 F - F^2, as Arute et al.,
Nature 574, 505 (2019) have it.)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special

from qassay.statistics.estimate import Estimate

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Checked:
    """The checked circuits in numbers.

    Attributes:
        scores: Mean of D p(x) over the shots of each circuit, shape (circuits,).
        second: S_2 of each.
        third: S_3 of each.
        shots: Of each.
    """

    scores: FloatArray
    second: FloatArray
    third: FloatArray
    shots: int

    @classmethod
    def of(cls, chances: list[FloatArray], drawn: list[npt.NDArray[np.int64]]) -> Checked:
        """Score circuits.

        Args:
            chances: Ideal probabilities of every string, one array a circuit.
            drawn: Outcomes as indices, one array (shots,) a circuit.
        """
        scaled = [chance * chance.size for chance in chances]
        return cls(
            scores=np.array([d[x].mean() for d, x in zip(scaled, drawn, strict=True)]),
            second=np.array([(d**2).mean() for d in scaled]),
            third=np.array([(d**3).mean() for d in scaled]),
            shots=int(drawn[0].size),
        )

    @property
    def circuits(self) -> int:
        """Number of checked circuits."""
        return int(self.scores.size)

    @property
    def fidelities(self) -> FloatArray:
        """One estimate of F a circuit."""
        return np.asarray((self.scores - 1) / (self.second - 1))

    def variances(self, fidelity: float) -> FloatArray:
        """Variance of each of them if all circuits have this fidelity."""
        clipped = min(max(fidelity, 0.0), 1.0)
        mean = 1 + clipped * (self.second - 1)
        square = clipped * self.third + (1 - clipped) * self.second
        return np.asarray((square - mean**2) / self.shots / (self.second - 1) ** 2)

    def fidelity(self, level: float = 0.95) -> Estimate:
        """Estimate F; circuits are the unit, so that circuits of unlike quality widen it."""
        weight = 1 / self.variances(float(self.fidelities.mean()))
        weight = weight / weight.sum()
        value = float(weight @ self.fidelities)
        known = float((weight**2) @ self.variances(value))
        between = 0.0
        if self.circuits > 1:
            k = self.circuits
            between = float((weight**2) @ (self.fidelities - value) ** 2) * k / (k - 1)
        tail = (1 - level) / 2
        quantile = float(special.stdtrit(max(self.circuits - 1, 1), 1 - tail))
        half = quantile * max(known, between) ** 0.5
        return Estimate(
            value=value,
            low=value - half,
            high=value + half,
            level=level,
            shots=self.circuits * self.shots,
            circuits=self.circuits,
            method="linear cross entropy, normalised by each circuit",
        )

    def uniformity(self) -> Uniformity:
        """Ask whether all circuits were run with one fidelity."""
        value = self.fidelity().value
        statistic = float(((self.fidelities - value) ** 2 / self.variances(value)).sum())
        freedom = self.circuits - 1
        p_value = float(special.chdtrc(freedom, statistic)) if freedom else 1.0
        return Uniformity(statistic=statistic, freedom=freedom, p_value=p_value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Uniformity:
    """Whether the checked circuits have one fidelity.

    Attributes:
        statistic: Chi-square.
        freedom: Its degrees of freedom.
        p_value: Probability of as much scatter or more if they have.
    """

    statistic: float
    freedom: int
    p_value: float

    def as_json(self) -> dict[str, Any]:
        """Give it as plain JSON values."""
        return {"chi_square": self.statistic, "freedom": self.freedom, "p_value": self.p_value}


def predicted_fidelity(
    pulses: int, entanglers: int, qubits: int, rates: tuple[float, float, float]
) -> float:
    """Foretell F from Pauli error rates of a pulse, a CZ gate and a readout: no error at all."""
    one, two, readout = rates
    return float((1 - one) ** pulses * (1 - two) ** entanglers * (1 - readout) ** qubits)
