"""From the bits of traps and targets, the pad taken off, to the bound."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from qassay.protocols.accrediting.bounds import ASSUMPTIONS, Bounds, acceptance_bound, bounds_of

Bits = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Accreditation:
    """What the counts say.

    Attributes:
        bounds: From all traps.
        counts: Outcomes of the target, most frequent first.
        runs: Runs of one target and its traps, where the design has such, lost ones among them.
        accepted: Those all of whose traps passed.
        accepted_counts: Outcomes of their targets.
        accepted_bound: TVD of these outcomes, at the most.
    """

    bounds: Bounds
    counts: dict[str, int]
    runs: int = 0
    accepted: int = 0
    accepted_counts: dict[str, int] | None = None
    accepted_bound: float | None = None

    def as_json(self) -> dict[str, Any]:
        """Give the result as plain JSON values."""
        document = self.bounds.as_json() | {"trivial": self.bounds.trivial, "counts": self.counts}
        if self.runs:
            document["acceptance"] = {
                "runs": self.runs,
                "accepted": self.accepted,
                "tvd": self.accepted_bound,
                "counts": self.accepted_counts,
            }
        document["assumptions"] = list(ASSUMPTIONS)
        return document


def bounded_target(
    bits: Bits,
    is_target: npt.NDArray[np.bool_],
    alpha: Fraction,
    *,
    run: int = 0,
    lost: int = 0,
    traps: int = 1,
) -> Accreditation:
    """Bound the target's error.

    Args:
        bits: With the pad taken off, shape (circuits, qubits), in order of execution.
        is_target: Shape (circuits,).
        alpha: 1 less the confidence of each bound.
        run: Circuits of a run of one target and its traps; 0 where there are no such runs.
        lost: Blocks that brought nothing. All their traps count as failed, and where each block is
            a run it counts as rejected: whoever answers could keep back those that fail.
        traps: Of each block.
    """
    failed = np.asarray(bits.any(axis=1))
    gone = lost * traps
    bounds = bounds_of(int(failed[~is_target].sum()) + gone, int((~is_target).sum()) + gone, alpha)
    counts = _counts(bits[is_target])
    whole = len(bits) // run * run if run else 0
    if not whole:
        return Accreditation(bounds=bounds, counts=counts)
    targets = is_target[:whole]
    struck = (failed[:whole] & ~targets).reshape(-1, run)
    bad = np.asarray(struck.any(axis=1))
    accepted, runs = int((~bad).sum()), len(bad) + lost
    return Accreditation(
        bounds=bounds,
        counts=counts,
        runs=runs,
        accepted=accepted,
        accepted_counts=_counts(bits[:whole][targets][~bad]),
        accepted_bound=acceptance_bound(accepted, runs, run - 1, float(alpha)),
    )


def _counts(bits: Bits) -> dict[str, int]:
    lines = Counter("".join(map(str, row)) for row in bits.tolist())
    return dict(sorted(lines.items(), key=lambda item: (-item[1], item[0])))
