"""How many qubits a register really has: those that can be set to 0 and 1 and told apart."""

from __future__ import annotations

import math

from qassay.claims.claim import Claim
from qassay.languages.english import said
from qassay.languages.sentence import Sentence
from qassay.planning.plan import Plan
from qassay.protocols.known import counts_of, quantity_of
from qassay.protocols.weighing.counted import Joined
from qassay.protocols.weighing.decision import Outcome
from qassay.statistics.intervals import upper_limit
from qassay.statistics.multiplicity import look_share
from qassay.verdicts.coupled_pairs import count_coupled

_USABLE = 0.25  # assignment error below which a qubit counts as one


def count_usable(plan: Plan, claim: Claim, data: Joined) -> tuple[int, int, int]:
    """Count qubits whose assignment error is surely below 1/4, and those that may be.

    "Surely" at the smaller of alpha and beta over the number of qubits, and at each moment at
    which one may look at a share of that (`look_share`), so that all statements hold at once,
    however the qubits of one shot hang together. So may shots of one circuit: each circuit is one
    trial, wrong if any shot of it is where a qubit is to be usable, and if all are where it is not
    to be.

    Returns:
        Qubits that surely answer, qubits that may answer, circuits behind it. Of claims on pairs,
        what `count_coupled` gives.
    """
    if counts_of(claim.metric) in ("pairs", "connected"):
        return count_coupled(plan, claim, data)
    quantity = quantity_of(claim.metric)
    rate = "" if quantity is None else quantity.rate
    x = next(x for x in plan.experiments_for(claim.id) if x.id in data)
    trials = data[x.id][rate]
    any_wrong, all_right = (trials.hits > 0).sum(axis=0), (trials.hits < trials.shots).sum(axis=0)
    share = look_share(x.batches, last=trials.circuits >= x.rounds)
    tail = min(plan.alpha, plan.beta) * share / max(trials.targets, 1)
    usable = int((upper_limit(any_wrong, trials.circuits, tail) < _USABLE).sum())
    useless = int((upper_limit(all_right, trials.circuits, tail) < 1 - _USABLE).sum())
    return usable, trials.targets - useless, trials.circuits


def counted_outcome(plan: Plan, claim: Claim, data: Joined) -> tuple[Outcome, tuple[str, ...]]:
    """Compare the count with the claim; a count has no tolerance."""
    if not any(x.id in data for x in plan.experiments_for(claim.id)):
        return "inconclusive", ()
    usable, most, _ = count_usable(plan, claim, data)
    good = usable >= claim.value if claim.relation == "at least" else most <= claim.value
    bad = most < math.ceil(claim.value) if claim.relation == "at least" else usable > claim.value
    if good:
        return "supported", (_words(claim, usable, most, "supported"),)
    if bad:
        return "refuted", (_words(claim, usable, most, "refuted"),)
    return "inconclusive", ()


def counted_words(claim: Claim, least: int, most: int) -> Sentence:
    """Say what was counted where that decides nothing."""
    return _words(claim, least, most, "inconclusive")


def _words(claim: Claim, least: int, most: int, outcome: Outcome) -> Sentence:
    """Say what was counted, as far as it decides the claim."""
    kind = counts_of(claim.metric) or "qubits"
    if outcome == "inconclusive":
        return said(f"counted.{kind}_between", least=str(least), most=str(most))
    at_least = (claim.relation == "at least") == (outcome == "supported")
    number = str(least if at_least else most)
    return said(f"counted.{kind}_{'least' if at_least else 'most'}", number=number)
