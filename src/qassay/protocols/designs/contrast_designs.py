"""Delays at which claims on times are judged: at the claimed time and at its limit.

A claim on a time is a claim on the contrast there, so that is where circuits are, whatever they
take: a shorter delay says nothing of T unless the decay has a known law. One short circuit for five
at each of the two delays is within 3 % of the best shares for tolerances from 10 to 50 %
(`docs/decisions/0013-readout-and-times.md`). Claims of almost the same time share delays: a later
one than the limit's, an earlier one than the claim's own, by an eighth of the tolerance at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from qassay.claims.claim import Claim
from qassay.protocols.designs import decay_designs
from qassay.protocols.known import kind_of
from qassay.protocols.terms import Terms
from qassay.statistics.sample_size import information
from qassay.statistics.sequential_rates import TwoLengths

SHARES: Final = (1, 5)  # short circuits for two delays, circuits at each
_SHARED: Final = 1 / 8  # of the tolerance, on the logarithmic scale
_SPAM: Final = 0.01


def settles(claim: Claim, targets: int) -> bool:
    """Whether a claim is judged by the contrast at its own times."""
    single = claim.statistic == "every" or targets == 1
    timed = kind_of(claim.metric) == "time"
    return timed and claim.relation == "at least" and claim.value > 0 and single


def delays_of(claims: Sequence[Claim], terms: Terms) -> tuple[float, ...]:
    """Give the delays that some claims need: the longest first, the others rising, none of them 0.

    Estimates of means take the longest as their long arm.
    """
    near = (1 + min(claim.delta for claim in claims)) ** _SHARED
    guarded = terms.rule == "guarded"
    limits = (c.value if guarded else c.value / (1 + c.delta) for c in claims)
    late = _merged((1 / t for t in limits), near)  # the latest of each cluster
    early = _merged((c.value for c in claims), near)  # the earliest
    *others, longest = sorted({*(1 / x for x in late), *early})
    return (longest, *others)


def _merged(values: Iterable[float], near: float) -> list[float]:
    """Keep the smallest of every cluster of values that lie within a factor."""
    kept: list[float] = []
    for value in sorted(values):
        if not kept or value > kept[-1] * near:
            kept.append(value)
    return kept


def block_of(delays: Sequence[float]) -> tuple[int, ...]:
    """Give short circuits and those of each delay in a block."""
    short, each = SHARES
    return (short * max(len(delays) // 2, 1), *(each for _ in delays))


def dearer(delays: Sequence[float], delta: float) -> float:
    """Give how many times the circuits of the usual test are needed, which trusts an exponential.

    Args:
        delays: Of the experiment.
        delta: Tolerance.
    """
    block, edge = block_of(delays), 1 + delta
    short, each = block[0] / sum(block), block[1] / sum(block)
    at_claim = _lengths(1.0, short / (short + each))
    rare, often = decay_designs.decay_block()
    usual = _lengths(decay_designs.DECAYS[0.5].at_rate, rare / (rare + often))
    with_law = _inverse(usual, 1.0, edge) + _inverse(usual, edge, 1.0)
    without = _inverse(at_claim, 1 / edge, 1.0) + _inverse(at_claim, edge, 1.0)
    return without / (short + each) / with_law


def _lengths(at_rate: float, share: float) -> TwoLengths:
    return TwoLengths(asymptote=0.5, span=at_rate, law="exponential", short_share=share)


def _inverse(lengths: TwoLengths, rate: float, border: float) -> float:
    return 1 / information(lengths, _SPAM, rate, border)
