"""Lengths and shares of a decay's circuits where the device's time is what a verdict costs.

The most informative length a shot is near 1 / rate. A second of an ion trap that holds qubits
for minutes is better spent otherwise: shorter waits, more of the circuits short. What a verdict
costs is (time of a circuit) / (information of a circuit); the information is the least relative
entropy to the wrong side of the border over all preparation and readout errors
(`sample_size.information`; Chernoff, Ann. Math. Statist. 30, 755 (1959)).

Honesty has a price in time: a decay seen at a quarter of T alone says nothing of T. So either
the long arm is near T, or a third arm at T takes a fifth of the time and a sixteenth of the
circuits; it enters estimates, and checks whether the decay is exponential.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from qassay.protocols.designs.decay_designs import DECAYS, decay_block
from qassay.statistics.sample_size import information
from qassay.statistics.sequential_rates import TwoLengths

_SPAM: Final = 0.01  # of one qubit; a pair reads wrong twice as often
_NEAR: Final = 0.7  # of T: a long arm from here on speaks of T itself
_TIME_NEAR: Final = 0.2  # share of the time near T
_SHORTER: Final = (0.25, 0.3, 0.4, 0.5)  # lengths times rate that need a third arm at T
_WITH_CHECK: Final = (11, 15)  # circuits of the two arms beside one at T
_BLOCKS: Final = ((1, 8), (1, 6), (1, 4), (1, 3), (1, 2))
_WORTH: Final = 0.95  # another design than the usual one must save a twentieth
_NEARLY: Final = 0.9  # of the length that is wanted: no more circuits for the rest
_NEVER_MATTERS: Final = 30.0  # overhead over 1 / rate from which lengths cost nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Arms:
    """Arms of a decay, in units of the claimed 1 / rate.

    Attributes:
        at_rate: Length of the long arm times the claimed rate.
        block: Short and long circuits of a block, and those at 1 / rate, if any.
        effort: Circuits for the precision of the usual design's one, by estimates from all arms.
        tested: The same for tests of the two first arms.
        check: Length of the third arm, if any, times the claimed rate.
    """

    at_rate: float
    block: tuple[int, ...]
    effort: float = 1.0
    tested: float = 1.0
    check: float = 1.0

    @property
    def lengths(self) -> tuple[float, ...]:
        """Lengths of the arms times the claimed rate."""
        return (0.0, self.at_rate, self.check)[: len(self.block)]

    def price(self, overhead: float) -> float:
        """Give the mean time of a circuit, in units of 1 / rate.

        Args:
            overhead: Time of a circuit of no length, in the same units.
        """
        waits = sum(count * x for count, x in zip(self.block, self.lengths, strict=True))
        return overhead + waits / sum(self.block)

    def variance(self, asymptote: float, spam: float) -> float:
        """Give the circuits for a relative standard error of one: inverse Fisher information.

        With weights w = share (s - B)^2 / (s (1 - s)) of the arms and A unknown, that of the
        rate is the weighted sum of squares of the lengths about their weighted mean.
        """
        weights = []
        for count, x in zip(self.block, self.lengths, strict=True):
            excess = (1 - spam - asymptote) * math.exp(-x)
            right = asymptote + excess
            weights.append(count / sum(self.block) * excess**2 / (right * (1 - right)))
        pairs = list(zip(weights, self.lengths, strict=True))
        mean = sum(w * x for w, x in pairs) / sum(weights)
        return 1 / sum(w * (x - mean) ** 2 for w, x in pairs)

    def dearer(self, asymptote: float, wanted: float, at_rate: float) -> float:
        """Give how many times the circuits it takes if the long arm is shorter than wanted."""
        if at_rate >= _NEARLY * wanted:
            return 1.0
        spam = 2 * _SPAM if asymptote == 0.5 else 4 * _SPAM
        shorter, usual = (Arms(at_rate=x, block=self.block[:2]) for x in (at_rate, wanted))
        return shorter.variance(asymptote, spam) / usual.variance(asymptote, spam)


def usual_arms(asymptote: float) -> Arms:
    """Give the arms that take the fewest shots."""
    return Arms(at_rate=DECAYS[asymptote].at_rate, block=decay_block())


@lru_cache(maxsize=256)
def cheapest_arms(
    asymptote: float, overhead: float, delta: float, *, third: bool, paid: bool
) -> Arms:
    """Choose the arms by which a verdict takes the least device time.

    Args:
        asymptote: 1/2 or 1/4.
        overhead: Time of a circuit of no length over the time of 1 / rate; infinite where
            the device does not say what takes how long.
        delta: Tolerance of the claim.
        third: Whether an arm at 1 / rate may be added, so that the long one can be shorter.
        paid: Whether each shot costs money: then a per cent of the money counts as much as a
            per cent of the time.

    Returns:
        The usual arms unless others save 5 %.
    """
    usual = usual_arms(asymptote)
    if not overhead < _NEVER_MATTERS:
        return usual
    spam = _SPAM if asymptote == 0.5 else 2 * _SPAM
    once = usual.price(overhead)

    def cost(arms: Arms) -> float:
        price = arms.price(overhead) / once + (1.0 if paid else 0.0)
        return price * _needed(arms, asymptote, spam, delta)

    best = min(_candidates(usual, overhead, third=third), key=cost)
    if cost(best) > _WORTH * cost(usual):
        return usual
    return replace(
        best,
        effort=best.variance(asymptote, spam) / usual.variance(asymptote, spam),
        tested=_needed(best, asymptote, spam, delta) / _needed(usual, asymptote, spam, delta),
    )


def _needed(arms: Arms, asymptote: float, spam: float, delta: float) -> float:
    """Give circuits of a sequential test, up to a factor, at the claim and at its edge together."""
    short, long = arms.block[:2]
    lengths = TwoLengths(
        asymptote=asymptote,
        span=arms.at_rate,
        law="exponential",
        short_share=short / (short + long),
    )
    edge = 1 + delta
    gains = (information(lengths, spam, 1.0, edge), information(lengths, spam, edge, 1.0))
    return sum(arms.block) / (short + long) * sum(1 / gain for gain in gains)


def _candidates(usual: Arms, overhead: float, *, third: bool) -> Iterator[Arms]:
    for at_rate in sorted({_NEAR, 0.85, usual.at_rate}):
        if at_rate <= usual.at_rate:
            for block in _BLOCKS:
                yield Arms(at_rate=at_rate, block=block)
    for at_rate in _SHORTER if third else ():
        for both in _WITH_CHECK:
            for short in range(both // 4, 2 * both // 3 + 1):
                arms = Arms(at_rate=at_rate, block=(short, both - short, 1))
                near = (overhead + 1) / (sum(arms.block) * arms.price(overhead))
                if near >= _TIME_NEAR:
                    yield arms
