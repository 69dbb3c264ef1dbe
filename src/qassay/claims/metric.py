"""What a row of the table of metrics says: everything that depends on the metric alone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal, get_args

from qassay.claims.claim import Convention
from qassay.units import Dimension

Direction = Literal["lower", "higher"]
Target = Literal["qubit", "pair", "register"]
# Of what goes wrong in a layer of a machine: its quarter turns, its entanglers by themselves, what
# these do to their neighbours, the two ways in which a waiting qubit forgets, and the readout.
Part = Literal["", "turn", "entangler", "neighbours", "relaxation", "dephasing", "readout"]

# How two figures of one machine hang together: relaxation destroys the phase too, an echo undoes
# slow noise, a gate loses what its qubits lose while it lasts, a 1 decays while it is read, a
# program of a size needs as many qubits, and a gate in a layer is no better than by itself.
Law = Literal["relaxes", "refocused", "lasts", "read", "sized", "layered"]

CONVENTIONS: Final[tuple[Convention, ...]] = get_args(Convention)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What figures of other metrics leave of one (`claims/physics_rules.py`).

    Attributes:
        law: Why.
        by: Metrics that bind it; where one is enough, the one that says most comes first.
        factor: What the law multiplies: the other figure, or what it costs.
    """

    law: Law
    by: tuple[str, ...]
    factor: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One row of the table.

    Attributes:
        id: The name in claim sheets, plans and bundles.
        title: The name on a datasheet.
        plain: One sentence for a reader who decides and is no physicist.
        dimension: Kind of quantity; its unit is written on the sheet, SI inside.
        better: Whether a lower or a higher value is the better machine.
        target: What has a value of its own: each qubit, each pair, or a register as a whole.
        definition: What is meant, precisely enough to reproduce it.
        reference: Where the definition or its measurement comes from.
        conventions: Definitions in use that a claim must choose from; empty where there is one
            reading only.
        protocol: Id of the protocol that measures it; None means a claim is not tested.
        natural_delta: Tolerance of the decision rule where neither sheet nor claim sets one.
        least: The smallest value that an honest estimate can have.
        most: The largest; None for 1 of a probability and no bound of others.
        names: What vendors call it, in small letters with underscores.
        loose_names: The same of names that want the remark beside them.
        remark: What a reader should know of the reading of a loose name.
        pattern: Regular expression of what its error is the error of ("1q", "single_qubit");
            empty where names do not vary so.
        noise: Keys of a machine file's `[noise]` that it says the value of.
        figure: Kind of figure under which the registry shows what was measured of it; empty
            where it shows none.
        figures: Kinds of published figures that a measurement of it settles.
        short: Its name where there is little room; empty where the title will do.
        part: Which part of a layer it is the figure of; each part has one figure at most.
        announced: Which figure of an announcement it gives: "two_qubit", "one_qubit", "readout",
            "t1" or "t2"; empty for none of these.
        stands_for: Metric that nobody misses where this one was measured.
        why_stated: Why a claim has to state its convention, of what is published in two forms;
            empty for the usual reason.
        bare_unit: Unit that its values are published in as bare numbers; empty where a number
            without a unit could mean several.
        bound_by: What figures of other metrics on the same sheet leave of it.
        proves: Of the fidelity of a state, the value from which it proves what states are prepared
            for; less than that is asked about.
        at_once: Whether it says little as long as nobody says whether all targets were driven at
            once.
    """

    id: str
    title: str
    plain: str
    dimension: Dimension
    better: Direction
    target: Target
    definition: str
    reference: str
    conventions: tuple[Convention, ...] = ()
    protocol: str | None = None
    natural_delta: float = 0.25
    least: float = 0.0
    most: float | None = None
    names: tuple[str, ...] = ()
    loose_names: tuple[str, ...] = ()
    remark: str = ""
    pattern: str = ""
    noise: tuple[str, ...] = ()
    figure: str = ""
    figures: tuple[str, ...] = ()
    short: str = ""
    part: Part = ""
    announced: str = ""
    stands_for: str = ""
    why_stated: str = ""
    bare_unit: str = ""
    bound_by: tuple[Bound, ...] = ()
    at_once: bool = False
    proves: float = 0.0

    def bound(self, law: Law) -> Bound | None:
        """Give its bound by a law; None where the law has none for it."""
        return next((one for one in self.bound_by if one.law == law), None)

    @property
    def difference(self) -> bool:
        """Whether it is a difference of two errors of each target, which may be below zero."""
        return self.target != "register" and self.least < 0

    @property
    def bounds(self) -> tuple[float, float]:
        """The smallest and the largest value there can be."""
        most = 1.0 if self.dimension == "probability" else math.inf
        return self.least, most if self.most is None else self.most


# Where a decay is no exponential the length decides what is meant.
OVER_LENGTH: Final = (
    " What is meant is the decay over the length of the long circuits, which keep about half of"
    " their signal at the claim. Where the decay is no exponential, a claim is supported only if"
    " that decay is within its limit, and refuted only if between the shortest and some longer"
    " circuits more is lost than it allows: of noise that is constant in a shot and differs from"
    " shot to shot the first is less, and the second at most, the error of a gate averaged over"
    " shots. The value is that of the minutes of the run: of a machine that jumps or drifts, what"
    " all its circuits together have kept."
)
