"""How many pairs of a machine really get entangled, and how many qubits they join."""

from __future__ import annotations

from collections.abc import Iterable

from qassay.claims.claim import Claim
from qassay.planning.plan import Plan
from qassay.protocols.bell_pairs import CORRELATION, VIOLATED_ABOVE
from qassay.protocols.designs.grouping import targets_of
from qassay.protocols.interface import Target
from qassay.protocols.known import counts_of
from qassay.protocols.weighing.counted import Joined
from qassay.statistics.intervals import lower_limit, upper_limit
from qassay.statistics.multiplicity import look_share


def count_coupled(plan: Plan, claim: Claim, data: Joined) -> tuple[int, int, int]:
    """Count pairs that surely violate CHSH and those that may, or the qubits that each join.

    "Surely" at the smaller of alpha and beta over the number of pairs, and at each moment at which
    one may look at a share of that (`look_share`), so that all statements on all pairs hold at
    once, whatever the pairs of one shot have to do with one another. A pair of which nothing was
    measured may. The largest set that pairs join grows with every pair, so the set of the sure
    pairs and that of the possible ones bound it.

    Returns:
        What there surely is, what there may be, circuits behind it.
    """
    wanted = {tuple(target) for target in targets_of(claim, plan.device)}
    own = plan.experiments_for(claim.id)
    error = min(plan.alpha, plan.beta) / max(len(wanted), 1)
    sure: set[Target] = set()
    never: set[Target] = set()
    circuits = 0
    for x in own:
        trials = data.get(x.id, {}).get(CORRELATION)
        if trials is None:
            continue
        circuits += trials.circuits
        shots = trials.circuits * trials.shots
        hits = trials.hits.sum(axis=0)
        tail = error * look_share(x.batches, last=trials.circuits >= x.rounds)
        low, high = lower_limit(hits, shots, tail), upper_limit(hits, shots, tail)
        for target, least, most in zip(x.targets, low, high, strict=True):
            if target in wanted and least > VIOLATED_ABOVE:
                sure.add(target)
            elif target in wanted and most <= VIOLATED_ABOVE:
                never.add(target)
    if counts_of(claim.metric) == "connected":
        return largest_set(sure), largest_set(wanted - never), circuits
    return len(sure), len(wanted) - len(never), circuits


def largest_set(pairs: Iterable[Target]) -> int:
    """Count the qubits of the largest set that pairs join; 0 without a pair."""
    parent: dict[int, int] = {}

    def root(qubit: int) -> int:
        while parent.setdefault(qubit, qubit) != qubit:
            parent[qubit] = parent[parent[qubit]]
            qubit = parent[qubit]
        return qubit

    for a, b in pairs:
        parent[root(a)] = root(b)
    sizes: dict[int, int] = {}
    for qubit in list(parent):
        sizes[root(qubit)] = sizes.get(root(qubit), 0) + 1
    return max(sizes.values(), default=0)
