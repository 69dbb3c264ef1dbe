"""The best chain or set of qubits of a claim: which is meant by a rule, and by whose figures.

What is chosen on the shots that it is judged by looks better than it is. So a claim on the best of
a machine names a file of errors that were measured before; a rule that everybody knows chooses by
it when the plan is made, and the claim is tested on other shots.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

BestRule = Literal["chain", "set"]
CHOSEN_FROM: Final = "chosen_from"


@dataclass(frozen=True, slots=True, kw_only=True)
class BestOf:
    """What a claim on the best of a machine speaks of.

    Attributes:
        rule: "chain": a path of pairs; "set": qubits that pairs join.
        size: Its qubits.
        file: Name of the file of errors that it is chosen by.
        sha256: Of that file; empty until the choice is made.
        losses: What the rule chose by: of each pair (a, b), and of each qubit as (q, q), the loss
            -ln(1 - error) in whole steps of 1e-9, sorted; empty until the choice is made.
    """

    rule: BestRule
    size: int
    file: str
    sha256: str = ""
    losses: tuple[tuple[int, int, int], ...] = ()
