"""What a claim can speak of, as its rules see it: what is measured, and which kind of figure it is.

A protocol holds the quantities that its circuits settle, each in one record; rules ask the record
and know no metric by its name. The record says what is special to one metric. Everything that all
figures of a kind have in common stands with the kind's rules, in `designs` and in `weighing`.
"""

from __future__ import annotations

from collections.abc import Callable
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


def share_of_parity(value: float) -> float:
    """Give the probability of the right sign of what is +1 or -1 with this mean."""
    return (1 + value) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class PassMark:
    """A fixed share of single shots that a register has to exceed; its size is what is claimed.

    Claim and limit are one border, the mark. What is measured is the share of hits.

    Attributes:
        share: The mark.
        ideal: What a machine without errors reaches.
        planned: A share that a plan's circuits are to tell from the mark, where none is stated.
        title: Name of the share, as it stands inside a sentence.
        width: From a claimed value to the qubits of its circuits, as many layers; None where the
            value is none that can be claimed.
        widest: Most qubits whose hits can be told.
        values: Which values can be claimed, in words.
        stated: Condition of a claim that states the share; "" if there is none.
        beside: What another rule makes of hits and circuits, in one sentence; None if nothing.
        sized: The mark of circuits of so many qubits, where it differs from size to size.
        chance: What a coin reaches, where bets run between it, the mark and the ideal; 0 where
            they run from nothing to certainty.
        carried: Whether its circuits run along a chain as well, their qubits changing places.
    """

    share: float
    ideal: float
    planned: float
    title: str
    width: Callable[[float], int | None]
    widest: int
    values: str
    stated: str = ""
    beside: Callable[[int, int], str] | None = None
    sized: Callable[[PassMark, int], PassMark] | None = None
    chance: float = 0.0
    carried: bool = False

    def at(self, qubits: int | None) -> PassMark:
        """Give the mark of circuits of so many qubits."""
        return self if self.sized is None or not qubits else self.sized(self, qubits)

    def multiple(self, near: float) -> float:
        """Give what is missing to the ideal at the mark, over what is missing at a share."""
        return (self.ideal - self.share) / (self.ideal - near)


@dataclass(frozen=True, slots=True, kw_only=True)
class Computed:
    """Which circuits a verifier can compute, of figures that need their ideal distribution.

    Attributes:
        fewest: Qubits.
        widest: Qubits at most.
        shallowest: Layers.
        deepest: Layers at most.
        most_steps: Of all circuits of a plan: some hours of one processor.
    """

    fewest: int
    widest: int
    shallowest: int
    deepest: int
    most_steps: float

    def steps(self, qubits: int, depth: float, circuits: int) -> float:
        """Count the numbers that state vectors of all circuits go through."""
        return circuits * 2.0**qubits * qubits * (depth + 1)


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
        share: Of a register, the probability of a hit at a value; it rises with the value where a
            higher value is better, and falls where a lower one is.
        mark: Of a register, the mark that its share of hits has to pass; None where the value
            itself is measured.
        computed: Of a register whose circuits' ideal distributions are needed, how large they
            can be; None where they can have any size. Without it a stated depth is even, since
            half of the layers lead back.
        of_file: Of a register, whether its circuit is that of a file beside the sheet, and its
            value a ratio of three polarizations.
        named_layer: Whether its circuits are layers of the very pairs that the scope names, all at
            once.
        formerly_from: Protocols whose counts entered besides, each with the last judge who let
            them.
        seen: What a shot that is counted shows, in words; empty where these are the expected bits.
        read_by: What the same experiments measure of how often bits are read as expected, where
            a readout at random would pass for a good value; nothing is supported before it shows
            more than chance. Empty where a readout at random leaves no signal.
        studied: Whether each study of the self-check claims it; else those do that ask for it.
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
    share: Callable[[float], float] = share_of_parity
    mark: PassMark | None = None
    computed: Computed | None = None
    of_file: bool = False
    named_layer: bool = False
    formerly_from: tuple[tuple[str, int], ...] = ()
    seen: str = ""
    read_by: str = ""
    studied: bool = False
