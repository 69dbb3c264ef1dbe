"""One verdict beside the truth, whatever world its machine is from."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from qassay.protocols.weighing.decision import Outcome
from qassay.selfcheck.hidden_machines import Traits

SAME: Final = 1e-9  # a claim placed exactly at the truth stays there whatever the last digit says


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One verdict beside the truth.

    Attributes:
        machine: Number of the machine.
        traits: What kind it is; None of a wild one, which has `kinds`.
        metric: Of the claim.
        form: Its statistic; "single" of one target, "register", "count".
        ratio: Where it was placed.
        delta: Its tolerance.
        outcome: The verdict.
        meets: Whether the machine met the claim in the shots up to the verdict.
        misses: Whether it missed the limit in those shots.
        truth: Of the shots that the estimate stands on, in the claim's convention.
        value: Estimate; NaN where the product says that it knows nothing.
        low: Lower end of its 95 % interval.
        high: Upper end.
        in_sequence: Whether the confidence sequence, which is to hold at all moments of the run
            at once, holds the truth at the end of it; None without one.
        capped: Whether a check of the model turned a settled verdict into an open one.
        circuits: Spent until the verdict on the experiment that holds the worst target; of a
            wild machine, all that the verdict stands on.
        bound: The least that any test could spend there in the mean; NaN where none is known.
        one_qubit_share: Of a pair claim: part of the layer's error that is not the gate's.
        kinds: What is unusual about a wild machine.
    """

    machine: int
    traits: Traits | None
    metric: str
    form: str
    ratio: float
    delta: float
    outcome: Outcome
    meets: bool
    misses: bool
    truth: float
    value: float
    low: float
    high: float
    in_sequence: bool | None
    capped: bool
    circuits: int
    bound: float
    one_qubit_share: float
    kinds: tuple[str, ...] = ()

    @property
    def informative(self) -> bool:
        """Whether there is an interval, and no check of the model says not to trust it."""
        return not math.isnan(self.value) and not (self.capped and self.traits is None)

    @property
    def covered(self) -> bool:
        """Whether the interval holds the truth."""
        return within(self.low, self.truth, self.high)

    @property
    def wrong(self) -> bool:
        """Whether the verdict breaks the promise."""
        refuted = self.outcome == "refuted" and self.meets
        return refuted or (self.outcome == "supported" and self.misses)


def within(low: float, truth: float, high: float) -> bool:
    """Whether an interval holds a truth, whatever the last digit says."""
    slack = SAME * abs(truth)
    return low - slack <= truth <= high + slack
