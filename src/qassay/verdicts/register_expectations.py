"""How many circuits a claim on one register is expected to take, whose shots hit or miss."""

from __future__ import annotations

import math

import numpy as np

from qassay.claims.claim import Claim
from qassay.claims.metrics import METRICS
from qassay.protocols.designs.mark_designs import stated_share
from qassay.protocols.designs.register_designs import is_given, share_at
from qassay.protocols.quantity import PassMark
from qassay.protocols.weighing.file_tests import means_at
from qassay.protocols.weighing.mark_tests import alternatives
from qassay.statistics.bounded_bets import EVEN
from qassay.statistics.contrasts import GROUP, ratio_gains
from qassay.statistics.sample_size import mean_crossing
from qassay.statistics.sequential import RUNGS, Floats


def bernoulli(truth: float, null: float, others: list[float]) -> tuple[Floats, Floats]:
    """Give mean and standard deviation of bets on one coin."""
    inside = np.clip(np.array(others), 1e-9, 1 - 1e-9)
    won, lost = np.log(inside / null), np.log1p((null - inside) / (1 - null))
    return truth * won + (1 - truth) * lost, math.sqrt(truth * (1 - truth)) * np.abs(won - lost)


def register_circuits(claim: Claim, error: float, alpha: float, looks: float) -> float:
    """Foretell a claim on one register; the error is what is missing to the best value."""
    factor, rises = 1 + claim.delta, METRICS[claim.metric].better == "higher"
    value, share = claim.value, share_at(claim)
    limit = value / factor if rises else value * factor
    machine = 1 - (1 - value) * error if rises else value * error
    at_limit = abs(error - factor) < 1e-9  # the limit of the rule, not a multiple of the error
    machine = limit if at_limit else machine
    between = limit < machine < value * (1 - 1e-12)
    if between if rises else value * (1 + 1e-12) < machine < limit:
        return math.inf
    if is_given(claim):
        return _file_circuits(claim, machine, limit, alpha, looks)
    good, bad, truth = share(value), share(limit), share(max(machine, -1.0))
    if truth >= good:
        others = [good, *(bad + (1 - bad) * step for step in (0.3, 0.6, 0.9))]
        means, spreads = bernoulli(truth, bad, others)
    else:
        others = [share(value / factor**x if rises else value * factor**x) for x in RUNGS]
        means, spreads = bernoulli(truth, good, others)
    return mean_crossing(means, spreads, alpha, looks=looks)


def _file_circuits(claim: Claim, machine: float, limit: float, alpha: float, looks: float) -> float:
    """Foretell a claim on the circuit of a file, its size being unknown: F for a polarization."""
    above = machine >= claim.value * (1 - 1e-12)
    border = limit if above else claim.value
    means, spreads = ratio_gains(means_at(max(machine, 0.01)), border, above=above)
    weights = [weight for _, weight in EVEN]
    return GROUP * mean_crossing(means, spreads, alpha, looks=looks / GROUP, weights=weights)


def marked_circuits(
    claim: Claim, mark: PassMark, error: float, alpha: float, looks: float
) -> float:
    """Foretell a claim with a pass mark; the error is what is missing to the ideal share.

    The machine "as claimed" has the share that the claim states, or the one that is planned for.
    At the mark itself only luck decides.
    """
    near = stated_share(claim, mark) or mark.planned
    truth = mark.ideal - (mark.ideal - near) * error
    good = truth > mark.share
    if abs(truth - mark.share) < 1e-3:
        return math.inf
    means, spreads = bernoulli(truth, mark.share, alternatives(claim, mark, better=good))
    return mean_crossing(means, spreads, alpha, looks=looks)
