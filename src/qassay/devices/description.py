"""What a device says of itself: enough to plan on, and no word about its errors."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any, Literal

Pair = tuple[int, int]
Platform = Literal[
    "trapped-ion",
    "neutral-atom",
    "superconducting",
    "photonic",
    "cat-qubit",
    "analog",
    "annealer",
    "other",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Durations:
    """How long things take on the device, in seconds."""

    one_qubit_gate: float = 0.0
    two_qubit_gate: float = 0.0
    readout: float = 0.0
    shot_overhead: float = 0.0
    circuit_overhead: float = 0.0  # before the first shot of a circuit


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceDescription:
    """The public face of a device, written into the plan and the bundle.

    Attributes:
        name: What the datasheet calls it, such as "virtual:prototype-50".
        platform: The family of hardware.
        qubits: How many qubits it offers, numbered from 0.
        connectivity: A word such as "all-to-all", or "listed".
        couplings: Pairs that can meet in one entangling gate, each a < b, sorted; empty for
            all-to-all, where every pair can.
        durations: Times in seconds.
        simulator: True where no quantum hardware stands behind it.
        cost_per_shot: In the currency of `currency`, 0 where unknown or free.
        cost_per_circuit: The same, for each different circuit, its shots not included.
        out_of_order: Qubits that the device says cannot be used now, sorted; no circuit does
            anything on them.
        pairs_out_of_order: Couplings that it says cannot be used now, each a < b, sorted, those
            of qubits out of order not repeated.
        left_alone: Qubits that work and that no claim of a run needs, sorted: no circuit of it does
            anything on them, and they are not measured.
        lacks: What circuits cannot have on it, sorted: "delay".
    """

    name: str
    platform: Platform
    qubits: int
    connectivity: str = "all-to-all"
    couplings: tuple[Pair, ...] = ()
    durations: Durations = Durations()
    simulator: bool = False
    cost_per_shot: float = 0.0
    currency: str = ""
    cost_per_circuit: float = 0.0
    out_of_order: tuple[int, ...] = ()
    pairs_out_of_order: tuple[Pair, ...] = ()
    left_alone: tuple[int, ...] = ()
    lacks: tuple[str, ...] = ()

    @property
    def usable(self) -> tuple[int, ...]:
        """All qubits that circuits may use."""
        broken = set(self.out_of_order)
        return tuple(qubit for qubit in range(self.qubits) if qubit not in broken)

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """All pairs that can meet in one entangling gate."""
        if self.connectivity == "all-to-all":
            every = tuple(combinations(self.usable, 2))
        else:
            broken = set(self.out_of_order)
            every = tuple(pair for pair in self.couplings if broken.isdisjoint(pair))
        left = set(self.pairs_out_of_order)
        return tuple(pair for pair in every if pair not in left) if left else every

    def as_json(self) -> dict[str, Any]:
        """Give the description as plain JSON values; prices of circuits only where there are."""
        document = asdict(self)
        if not self.cost_per_circuit:
            del document["cost_per_circuit"]
        if not self.durations.circuit_overhead:
            del document["durations"]["circuit_overhead"]
        for key in ("out_of_order", "pairs_out_of_order", "left_alone", "lacks"):
            if not document[key]:
                del document[key]
        return document
