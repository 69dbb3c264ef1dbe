"""What is known of a sampling before a shot: its fidelity, and what forging would cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qassay.circuits.family import Pair
from qassay.protocols.sampling.contraction import ContractionCost, contraction_cost
from qassay.protocols.sampling.forging import Forging, forging
from qassay.protocols.sampling.xeb import predicted_fidelity

SIGMAS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """A sampling in numbers.

    Attributes:
        qubits: Of each circuit.
        depth: Layers of CZ gates.
        circuits: Released, K.
        checked: Checked after the counts are in, k.
        shots: Of each circuit.
        layers: Pairs of each layer of one of the circuits.
        sparse: Whether the graph is a line, ring or grid.
        deadline: Seconds from release to counts.
        rates: Pauli error rates of pulse, CZ and readout; None where none are expected.
    """

    qubits: int
    depth: int
    circuits: int
    checked: int
    shots: int
    layers: tuple[tuple[Pair, ...], ...]
    sparse: bool
    deadline: float
    rates: tuple[float, float, float] | None

    @property
    def cost(self) -> ContractionCost:
        """What one circuit costs a classical computer."""
        return contraction_cost(self.qubits, self.layers)

    @property
    def fidelity(self) -> float | None:
        """What the expected error rates foretell; None without them."""
        if self.rates is None:
            return None
        pulses, entanglers = self.qubits * (self.depth + 1), sum(map(len, self.layers))
        return predicted_fidelity(pulses, entanglers, self.qubits, self.rates)

    def needed(self, fidelity: float) -> float:
        """Count the checked shots that give five standard errors at a fidelity."""
        return SIGMAS**2 * (1 + 2 * fidelity - fidelity**2) / max(fidelity, 1e-12) ** 2

    def priced(self, fidelity: float) -> Forging:
        """Price a forgery of this fidelity."""
        return forging(
            fidelity,
            self.circuits,
            self.cost,
            self.deadline,
            sparse=self.sparse,
            two_qubit_error=None if self.rates is None else self.rates[1],
        )

    def as_json(self) -> dict[str, Any]:
        """Give what is foretold as plain JSON values."""
        fidelity = self.fidelity
        return {
            "fidelity": fidelity,
            "cost": self.cost.as_json(),
            "checked": self.checked,
            "checked_shots": self.checked * self.shots,
            "checked_shots_needed": None if fidelity is None else self.needed(fidelity),
            "deadline_seconds": self.deadline,
            "forging": None if fidelity is None else self.priced(fidelity).as_json(),
        }
