"""What one circuit costs a classical computer: our own estimate, an upper bound with its method.

A quarter pulse makes a new two-valued variable on its qubit; a CZ gate joins the present
variables of two qubits. An amplitude is the sum over all inner variables, done one by one; each
step costs 8 real operations an entry of the largest array it meets. The order is greedy: the
variable that joins the fewest pairs anew comes next (min-fill), shaken by a seeded coin, the best
of a few tries. A state vector, 14 operations an amplitude and pulse and 1 a CZ gate, is the
other way, and the cheaper of the two counts. Better orders, slicing and other algorithms exist:
the true price of a forgery may be lower, never higher.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from qassay.circuits.family import Pair

METHOD: Final = "greedy min-fill variable elimination, or the state vector: an upper bound"
DATE: Final = "2026-11"
_TRIES: Final = 4
_LARGE: Final = 600  # variables from which on one try must do


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractionCost:
    """Floating-point operations to simulate one circuit.

    Attributes:
        amplitude: By elimination, for one string.
        state_vector: For all strings.
        width: Variables of the largest array of the elimination.
    """

    amplitude: float
    state_vector: float
    width: int

    @property
    def cheapest(self) -> float:
        """The cheaper way."""
        return min(self.amplitude, self.state_vector)

    def as_json(self) -> dict[str, Any]:
        """Give it as plain JSON values."""
        return {
            "flop_amplitude": self.amplitude,
            "flop_state_vector": self.state_vector,
            "width": self.width,
            "flop": self.cheapest,
            "method": METHOD,
            "date": DATE,
        }


def contraction_cost(
    qubits: int, layers: tuple[tuple[Pair, ...], ...], seed: int = 0
) -> ContractionCost:
    """Estimate what one circuit of pulses and CZ layers costs.

    Args:
        qubits: Number of qubits; a pulse on each before every layer and at the end.
        layers: Pairs of each layer.
        seed: Of the ties.
    """
    graph = _graph(qubits, layers)
    generator = np.random.default_rng(seed)
    tries = 1 if len(graph) > _LARGE else _TRIES
    found = min(_eliminated(graph, generator) for _ in range(tries))
    pulses = qubits * (len(layers) + 1)
    vector = 2.0**qubits * (14 * pulses + sum(map(len, layers)))
    return ContractionCost(amplitude=found[0], state_vector=vector, width=found[1])


def _graph(qubits: int, layers: tuple[tuple[Pair, ...], ...]) -> dict[int, set[int]]:
    """Join variables that meet; variable j of qubit q is q (depth + 2) + j, both ends fixed."""
    depth = len(layers)
    graph: dict[int, set[int]] = {q * depth + j: set() for q in range(qubits) for j in range(depth)}

    def join(a: int, b: int) -> None:
        graph[a].add(b)
        graph[b].add(a)

    for q in range(qubits):
        for j in range(depth - 1):
            join(q * depth + j, q * depth + j + 1)
    for j, layer in enumerate(layers):
        for a, b in layer:
            join(a * depth + j, b * depth + j)
    return graph


def _eliminated(graph: dict[int, set[int]], generator: np.random.Generator) -> tuple[float, int]:
    """Sum all variables out; give operations and the largest array's variables."""
    left = {variable: set(near) for variable, near in graph.items()}

    def price(variable: int) -> float:
        """Count the pairs of neighbours that would be joined anew, and throw a coin."""
        near = left[variable]
        joined = sum(len(left[other] & near) for other in near) // 2
        return len(near) * (len(near) - 1) // 2 - joined + 3 * float(generator.random())

    prices = {variable: price(variable) for variable in left}
    total, width = 0.0, 0
    while left:
        chosen = min(prices, key=prices.__getitem__)
        near = left.pop(chosen)
        del prices[chosen]
        size = len(near) + 1
        total += 8.0 * 2.0 ** min(size, 1000)
        width = max(width, size)
        for variable in near:
            left[variable] |= near
            left[variable] -= {variable, chosen}
        for variable in near.union(*(left[other] for other in near)):
            prices[variable] = price(variable)
    return total, width
