"""What a claim can speak of, as its rules see it: what is measured, and which kind of figure it is.

A protocol holds the quantities that its circuits settle, each in one record; rules ask the record
and know no metric by its name. The record says what is special to one metric. Everything that all
figures of a kind have in common stands with the kind's rules, in `designs` and in `weighing`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["decay", "time", "share", "count", "register", "layered", "difference", "score"]
Tells = Literal["", "turns", "entangler", "readout"]
Counts = Literal["qubits", "pairs", "connected"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeats:
    """How far the shots of one circuit hang together, where new circuits are dear.

    Attributes:
        expected: Correlation with which the number of shots is chosen.
        allowed: Correlation that the cap on circuits allows for.
    """

    expected: float = 0.1
    allowed: float = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """One metric under the rules.

    Attributes:
        metric: Id of its row in the table of metrics, which names the protocol.
        rate: What that protocol's circuits measure for it.
        kind: "decay", an error or a leakage a step; "time", after which 1/e is left; "share" of
            wrong bits; "count" of qubits that answer, or of pairs; "register", a mean over one
            register; "layered", a product over the pairs and qubits of layers; "difference" of a
            layer's error and the same without neighbours; "score" of an application.
        alone: Whether its targets can be measured with all other qubits at rest.
        beside: Of a difference, the rate of the same circuits with all pairs at work.
        conditions: Words of a claim's conditions that name its circuits.
        near_zero: Whether honest values may be zero or below, so that no logarithm is taken.
        repeats: How its circuits are run several times each; None where each shot is a trial.
        tells: What a claim on it foretells of the circuits of other claims.
        counts: Of a count: qubits that answer, pairs that get entangled, or the qubits that such
            pairs join.
        tree: Of a register, whether its links form a growing tree; else all pairs join it.
    """

    metric: str
    rate: str
    kind: Kind
    alone: bool = False
    beside: str = ""
    conditions: tuple[str, ...] = ()
    near_zero: bool = False
    repeats: Repeats | None = None
    tells: Tells = ""
    counts: Counts = "qubits"
    tree: bool = False
