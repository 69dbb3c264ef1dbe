"""Whether what a claim rests on was read at all, where a readout at random would look good."""

from __future__ import annotations

from qassay.claims.claim import Claim
from qassay.planning.plan import Plan
from qassay.protocols.designs.grouping import targets_of
from qassay.protocols.known import is_published, quantity_of, targets_with
from qassay.protocols.weighing.counted import Counted
from qassay.statistics.readable import surely_read


def is_read(plan: Plan, claim: Claim, counted: Counted) -> bool:
    """Whether the bits of all targets of a claim are read better than by a coin.

    So it is of every figure that a readout at random leaves without a signal, and of published
    counts, whose expected bits nobody has. A pair without such circuits is not read.
    """
    quantity = quantity_of(claim.metric)
    own = plan.experiments_for(claim.id)
    if quantity is None or not quantity.read_by or any(map(is_published, own)):
        return True
    data, wanted = counted.joined(own), set(targets_of(claim, plan.device))
    for x in own:
        targets = targets_with(x, quantity.read_by)
        mine = [place for place, target in enumerate(targets) if target in wanted]
        if not mine:
            continue
        trials = data.get(x.id, {}).get(quantity.read_by)
        chance = 0.5 ** len(targets[mine[0]])
        if trials is None or not surely_read(trials.select(mine), chance, plan.beta):
            return False
    return True
