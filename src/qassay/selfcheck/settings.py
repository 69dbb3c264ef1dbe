"""What a self-check is asked to do, and what it may be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from qassay.claims.metrics import METRICS
from qassay.claims.operations import OPERATIONS
from qassay.errors import Problem, UsageError
from qassay.planning.options import Options
from qassay.protocols.known import QUANTITIES, WORLDS
from qassay.protocols.quantity import Quantity
from qassay.protocols.terms import Multiplicity
from qassay.selfcheck.families import tame_metrics, wild_metrics

World = Literal["wild", "tame"]


_DEFINED: Final = ("register", "count", "score")  # kinds whose truth can be one by definition


def of_laws() -> tuple[str, ...]:
    """List metrics that a law of the wild world imitates: a further time is one of idle qubits."""
    wild = wild_metrics()
    return (*wild, *(n for n, one in QUANTITIES.items() if one.kind == "time" and n not in wild))


def by_definition() -> tuple[str, ...]:
    """List metrics that no law of the wild world imitates, of other packages too."""
    wild = wild_metrics()
    found = [n for n, one in QUANTITIES.items() if _is_defined(one) and n not in wild]
    timed = [n for n, one in OPERATIONS.items() if one.clocked == "timed jobs"]
    return tuple(dict.fromkeys((*found, *timed)))


def _is_defined(one: Quantity) -> bool:
    """Whether a truth can be one by definition; of a decay, where one whole register loses it."""
    if one.metric in WORLDS:
        return True
    lost = one.kind == "decay" and METRICS[one.metric].target == "register"
    return lost or one.kind in _DEFINED


FEWEST_QUBITS: Final = 4
MOST_QUBITS: Final = 24  # more only costs time: the statistics are those of a few qubits


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that the outcome of a self-check depends on.

    Attributes:
        machines: How many hidden machines.
        first: Number of the first one; machine 17 is the same in every study of a seed.
        seed: Names all draws.
        qubits: Size of the registers.
        alpha: Both error probabilities of every verdict.
        multiplicity: Rule for many claims. "none" holds each claim to alpha by itself, which
            is the harshest of the three.
        metrics: Which metrics are claimed; empty for all that the world has.
        smallest_error: Lower end of the one-qubit errors. What settles a claim is rate times
            length, so smaller errors cost time here and change no statistics.
        circuit_price: What a new circuit costs on these machines, in shots; plans then run each
            circuit several times.
        world: "tame": virtual machines of one size, drawn like our own; "wild": machines of every
            size and kind, given by laws of their bits. Sizes, errors and prices of the wild world
            are drawn, so `qubits`, `smallest_error` and `circuit_price` are of the tame one.
    """

    machines: int = 60
    first: int = 0
    seed: int = 1
    qubits: int = 6
    alpha: float = 0.05
    multiplicity: Multiplicity = "none"
    metrics: tuple[str, ...] = ()
    smallest_error: float = 5e-4
    circuit_price: float = 0.0
    world: World = "wild"

    def __post_init__(self) -> None:
        """Refuse what has no meaning, all of it at once.

        Raises:
            UsageError: With every mistake.
        """
        within = (
            ("--machines", self.machines, 1, 1_000_000),
            ("--from", self.first, 0, 1_000_000_000),
            ("--seed", self.seed, 0, 2**63 - 1),
            ("--qubits", self.qubits, FEWEST_QUBITS, MOST_QUBITS),
            ("--alpha", self.alpha, 1e-6, 0.49),
            ("--smallest-error", self.smallest_error, 1e-5, 5e-3),
            ("--circuit-price", self.circuit_price, 0, 1e6),
        )
        problems = [
            Problem(where=where, found=f"{value:g}", expected=f"a number from {low:g} to {high:g}")
            for where, value, low, high in within
            if not low <= value <= high
        ]
        problems += [
            Problem(where="--metric", found=name, expected="one of " + ", ".join(self.everything))
            for name in self.metrics
            if name not in self.everything
        ]
        UsageError.raise_if_any(problems)

    @property
    def options(self) -> Options:
        """By what rules the product judges."""
        return Options(alpha=self.alpha, beta=self.alpha, multiplicity=self.multiplicity)

    @property
    def numbers(self) -> range:
        """Numbers of the machines."""
        return range(self.first, self.first + self.machines)

    @property
    def everything(self) -> tuple[str, ...]:
        """Metrics that the world has."""
        return (*of_laws(), *by_definition()) if self.world == "wild" else tame_metrics()

    @property
    def asked(self) -> tuple[str, ...]:
        """Metrics that are claimed; what no study claims by itself by name alone."""
        return self.metrics or (wild_metrics() if self.world == "wild" else tame_metrics())
