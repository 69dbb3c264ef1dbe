"""Sequential tests of claims that a register's hits pass a fixed mark.

Each shot is one trial of a circuit of its own, and claim and limit are one border: supported where
"at most the mark" is excluded, refuted where "at least the mark" is. A machine at the mark itself
gets either verdict with its error probability at most, at whatever moment one looks.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from qassay.claims.claim import Claim
from qassay.protocols.designs.mark_designs import stated_share
from qassay.protocols.known import is_published
from qassay.protocols.quantity import PassMark
from qassay.protocols.weighing.measurands import Measurand
from qassay.statistics.sequential import WEIGHTS, Floats
from qassay.statistics.sequential_probabilities import log_e_probability

# Of the way from the mark to certainty, or to nothing, on which the bettors bet.
UP: Final = (0.25, 0.5, 0.12, 0.75)
DOWN: Final = (0.12, 0.25, 0.06, 0.5)
BETWEEN: Final = (0.5, 1.0, 0.25, 1.5)


def alternatives(claim: Claim, mark: PassMark, *, better: bool) -> list[float]:
    """List the shares on which bettors bet; the first is the one that a claim states."""
    if mark.chance:  # a narrow way: from a coin to the mark, and on to the ideal
        far = mark.ideal if better else mark.chance
        found = [mark.share + (far - mark.share) * step for step in BETWEEN]
    elif better:
        found = [mark.share + (1 - mark.share) * step for step in UP]
    else:
        found = [mark.share * (1 - step) for step in DOWN]
    if not better:
        return found
    found[0] = stated_share(claim, mark) or found[0]
    return found


def marked_wealth(claim: Claim, mark: PassMark, measurand: Measurand) -> tuple[Floats, Floats]:
    """Give the log wealth for and against a claim after each circuit."""
    trials = measurand.parts[0].trials
    shots = np.full((trials.circuits, 1), trials.shots)

    def bets(*, better: bool) -> Floats:
        log_e = log_e_probability(
            trials.hits,
            shots,
            null=mark.share,
            side="at most" if better else "at least",
            alternatives=alternatives(claim, mark, better=better),
            weights=WEIGHTS,
        )
        return np.asarray(log_e[:, 0])

    return bets(better=True), bets(better=False)


def other_rule(mark: PassMark, measurand: Measurand) -> tuple[str, ...]:
    """Say of the same counts what another rule would, where the quantity knows one."""
    trials = measurand.parts[0].trials
    if mark.beside is None or not trials.circuits:
        return ()
    if is_published(measurand.parts[0].experiment):  # circuits of many shots: one observation each
        share = measurand.statistic(0.95).value
        return (mark.beside(round(share * trials.circuits), trials.circuits),)
    return (mark.beside(int(trials.hits.sum()), trials.circuits * trials.shots),)
