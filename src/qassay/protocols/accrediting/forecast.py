"""What an accreditation will bring, before a shot: from error rates that the user expects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from qassay.protocols.accrediting.cycles import Cycles

# Mean probability that a trap sees a Pauli error drawn evenly, by counting coins: of one qubit
# (X 3/4, Y 3/4, Z 1/2), of a pair that meets in a CZ gate (15 Paulis).
SEEN_ONE: Final = 2 / 3
SEEN_TWO: Final = 4 / 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Error rates a user expects, as probabilities that a Pauli error strikes.

    Attributes:
        one_qubit: Of a quarter pulse. Every round has two on every qubit.
        two_qubit: Of a CZ gate.
        readout: Of a qubit's readout.
    """

    one_qubit: float
    two_qubit: float
    readout: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What to expect.

    Attributes:
        any_error: Probability that anything goes wrong in one shot.
        p: Expected probability that a trap fails.
        two: min(1, 2 p), the bound with endless traps; one from few traps is larger.
        four: min(1, 4 p).
    """

    any_error: float
    p: float
    two: float
    four: float

    @property
    def words(self) -> str:
        """Say it in a sentence."""
        if self.two >= 1:
            return (
                f"about {self.p:.0%} of the traps will fail: the bound will be 1, which says"
                " nothing; take fewer qubits or layers"
            )
        worst = (
            "and the one without assumption says nothing"
            if self.four >= 1
            else (f"{self.four:.2f} without assumption")
        )
        return (
            f"about {self.p:.1%} of the traps will fail: a bound of about {self.two:.2f}, {worst}"
        )

    def as_json(self) -> dict[str, Any]:
        """Give the forecast as plain JSON values."""
        return {
            "any_error": self.any_error,
            "p": self.p,
            "bound_2p": self.two,
            "bound_4p": self.four,
        }


def forecast(cycles: Cycles, rates: Rates) -> Forecast:
    """Foretell the failure probability of a trap, errors taken as independent."""
    pulses = 2 * cycles.rounds.shape[0] * cycles.qubits
    right = seen = 1.0
    for rate, number, visible in (
        (rates.one_qubit, pulses, SEEN_ONE),
        (rates.two_qubit, cycles.entanglers, SEEN_TWO),
        (rates.readout, cycles.qubits, 1.0),
    ):
        right *= (1 - rate) ** number
        seen *= (1 - rate * visible) ** number
    p = 1 - seen
    return Forecast(any_error=1 - right, p=p, two=min(1.0, 2 * p), four=min(1.0, 4 * p))
