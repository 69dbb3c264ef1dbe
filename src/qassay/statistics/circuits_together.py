"""Whether the targets of one circuit fail together, decided by evidence.

In counts that somebody else took, many shots were made of each circuit, and all targets of one
circuit may have suffered at once: of twenty idle ions in one published circuit each lost 3 to 17
of 100 shots, in the others 2. A mean over targets then scatters by up to 2.5 times what
independent targets give it. Its variance can be taken from the circuits' sums instead, at the
price of few degrees of freedom where circuits are few, so that is done where the counts say so.
docs/decisions/0021-counts-of-others.md has the measured halves.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy import special

from qassay.statistics.trials import Trials

EVIDENCE: Final = 0.05  # probability to take independent targets for such as fail together


def fail_together(trials: Trials) -> bool:
    """Test whether circuits' sums over targets scatter more than independent targets' would.

    The ratio of the variance of the sum to the sum of the variances is averaged over the arms by
    their degrees of freedom, and compared with F.

    Args:
        trials: Counts of many shots a circuit.
    """
    ratios, freedoms = [], []
    for arm in range(trials.lengths.size):
        rows = trials.hits[trials.arms == arm].astype(np.float64)
        if rows.shape[0] < 2:
            continue
        apart = float(rows.var(axis=0, ddof=1).sum())
        if apart > 0:
            ratios.append(float(rows.sum(axis=1).var(ddof=1)) / apart)
            freedoms.append(rows.shape[0] - 1)
    if not freedoms or trials.targets < 2:
        return False
    freedom = sum(freedoms)
    ratio = sum(r * n for r, n in zip(ratios, freedoms, strict=True)) / freedom
    return float(special.fdtrc(freedom, freedom * trials.targets, ratio)) < EVIDENCE
