"""How many circuits a verdict on a decay rate takes, and the design that takes the fewest.

The number of shots depends on the claim only through rate times length: a machine ten times
better needs circuits ten times longer, not more of them.

Formulas: Wald (1945) and Chernoff (1959) for the sequential bound; the delta method for the
fixed sample; growth of a likelihood-ratio bettor for the expected length of our own game.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import minimize
from scipy.special import ndtri, xlogy

from qassay.statistics.sequential import RUNGS, WEIGHTS, Floats, log_threshold
from qassay.statistics.sequential_rates import Law, TwoLengths, log_factors, project

MULTIPLES: Final = (0.5, 0.8, 1.0, 1.5, 2.5)  # of the claim, where a plan says what it expects
_CAP: Final = 2.0  # times the fixed sample: beyond it the rate lies inside the zone
_OVERSHOOT: Final = 0.1  # nats by which the wealth exceeds 1 / alpha when it gets there


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What a circuit costs on a device, in any one currency.

    Attributes:
        circuit: Each circuit, with its single shot.
        unit_length: Each layer, or second, of a circuit.
    """

    circuit: float = 1.0
    unit_length: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RateDesign:
    """The cheapest two-length design for a claim and what it is expected to take.

    Attributes:
        lengths: For `sequential_rates`.
        short: m0, length of the short arm.
        long: m1, length of the long arm.
        expected: Multiple of the claimed rate -> mean circuits to the verdict.
        bound: Multiple of the claimed rate -> least mean circuits of any test at the same
            error probabilities, whatever its lengths.
        fixed: Circuits of a fixed-sample test with the same errors, at best shares.
        cap: Recommended budget in circuits; inconclusive beyond.
        cost: Expected cost at the worse of the claim and the edge.
    """

    lengths: TwoLengths
    short: float
    long: float
    expected: dict[float, float]
    bound: dict[float, float]
    fixed: int
    cap: int
    cost: float


def relative_entropy(p: Floats | float, q: Floats | float) -> Floats:
    """Give kl(p|q) of two coins, in nats."""
    p, q = np.asarray(p, dtype=np.float64), np.asarray(q, dtype=np.float64)
    return np.asarray(xlogy(p, p / q) + xlogy(1 - p, (1 - p) / (1 - q)))


def information(lengths: TwoLengths, spam: float, rate: float, border: float) -> float:
    """Least relative entropy per circuit from a machine to the wrong side of a border.

    The least is over the wrong side's unknown A: the machine's worst impostor.

    Args:
        lengths: The design.
        spam: 1 - s(m0) of the machine.
        rate: Its rate.
        border: Rate at which the wrong side begins.
    """
    base = lengths.asymptote
    s0 = 1 - spam
    s1 = base + lengths.retention(rate) * (s0 - base)
    retention = lengths.retention(border)
    s = project(np.asarray(s0), np.asarray(s1), retention, lengths)
    t = base + retention * (s - base)
    k0, k1 = lengths.shares
    return float(k0 * relative_entropy(s0, s) + k1 * relative_entropy(s1, t))


def least_circuits(
    asymptote: float,
    *,
    spam: float,
    rate: float,
    border: float,
    alpha: float,
    law: Law = "exponential",
) -> float:
    """Bound the mean circuits of every sequential test with both errors alpha.

    N >= (1 - 2 alpha) ln((1 - alpha) / alpha) / D, D the information per circuit of the best
    two-length design for this very machine (Wald 1945; Chernoff 1959): an oracle's bound, as
    no design is the best for all machines.
    """

    def loss(x: Floats) -> float:
        u, logit = float(x[0]), float(x[1])
        if not 0.05 < u < 5:
            return 0.0
        share = min(max(1 / (1 + math.exp(-logit)), 1e-3), 0.9)
        design = TwoLengths(
            asymptote=asymptote, span=u / rate, law=law, block=None, short_share=share
        )
        return -information(design, spam, rate, border)

    best = minimize(loss, [0.9, -2.0], method="Nelder-Mead", options={"xatol": 1e-3, "fatol": 1e-9})
    return (1 - 2 * alpha) * math.log((1 - alpha) / alpha) / -float(best.fun)


def growth(
    lengths: TwoLengths, spam: float, rate: float, alternative: float, border: float
) -> float:
    """Mean gain per circuit, in nats, of the bettor on one alternative if `rate` is true."""
    base = lengths.asymptote
    s0 = 1 - spam
    s1 = base + lengths.retention(rate) * (s0 - base)
    factors = log_factors(
        np.asarray(s0), lengths.retention(alternative), lengths.retention(border), lengths
    )
    k0, k1 = lengths.shares
    return float(
        k0 * (s0 * factors[0] + (1 - s0) * factors[1])
        + k1 * (s1 * factors[2] + (1 - s1) * factors[3])
    )


def expected_circuits(
    lengths: TwoLengths, *, spam: float, rate: float, claim: float, tolerance: float, alpha: float
) -> float:
    """Approximate the mean circuits to the verdict of `rate_evidence`.

    The bettor who gets there first decides: min over rungs of (ln(1 / (alpha w)) + overshoot)
    / growth, shortened by the few games that end on the wrong side. Inside the zone between
    the claim and its edge there is no such formula; infinity is returned.
    """
    step = 1 + tolerance
    confirm = [(claim * step, claim * step ** (1 - x)) for x in RUNGS]
    refute = [(claim, claim * step**x) for x in RUNGS]
    games = confirm if rate <= claim else refute
    if claim < rate < claim * step * (1 - 1e-9):
        return math.inf
    times = []
    for (border, alternative), weight in zip(games, WEIGHTS, strict=True):
        gain = growth(lengths, spam, rate, alternative, border)
        if gain > 0:
            times.append((log_threshold(alpha) - math.log(weight) + _OVERSHOOT) / gain)
    return min(times, default=math.inf)


def fixed_sample(
    lengths: TwoLengths, *, spam: float, claim: float, tolerance: float, alpha: float, beta: float
) -> int:
    """Circuits of a fixed-sample z test on ln((s1 - B) / (s0 - B)) that tells claim from edge."""
    base = lengths.asymptote
    k0, k1 = lengths.shares
    spreads, means = [], []
    for rate in (claim, claim * (1 + tolerance)):
        s0 = 1 - spam
        s1 = base + lengths.retention(rate) * (s0 - base)
        variance = s0 * (1 - s0) / k0 / (s0 - base) ** 2 + s1 * (1 - s1) / k1 / (s1 - base) ** 2
        spreads.append(math.sqrt(variance))
        means.append(math.log(lengths.retention(rate)))
    reach = -float(ndtri(alpha)) * spreads[0] - float(ndtri(beta)) * spreads[1]
    return math.ceil((reach / (means[0] - means[1])) ** 2)


def design_rate_test(
    asymptote: float,
    *,
    claim: float,
    tolerance: float = 0.25,
    alpha: float = 0.05,
    spam: float = 0.01,
    short: float = 0.0,
    law: Law = "geometric",
    prices: Prices | None = None,
    blocks: bool = False,
) -> RateDesign:
    """Find lengths and shares that make the verdict cheapest where it is dearest.

    Minimises the larger of the two expected costs at the claim and at the edge, each relative
    to its bound, over the long length and the share of short circuits.

    Args:
        asymptote: B.
        claim: r0 per layer or per second.
        tolerance: delta.
        alpha: Both error probabilities.
        spam: Expected 1 - s(m0).
        short: m0; the first few layers may be a transient.
        law: The decay.
        prices: What a circuit costs; by default each the same.
        blocks: Fixed composition (1 short, k long) instead of a coin.
    """
    prices = prices or Prices()
    edge = claim * (1 + tolerance)
    whole = law == "geometric"

    def made(u: float, k: float) -> TwoLengths:
        span = max(1.0, round(u / claim)) if whole else u / claim
        block = (1, max(1, round(k))) if blocks else None
        return TwoLengths(
            asymptote=asymptote, span=span, law=law, block=block, short_share=1 / (1 + k)
        )

    def cost(design: TwoLengths) -> float:
        k0, k1 = design.shares
        each = prices.circuit + prices.unit_length * (k0 * short + k1 * (short + design.span))
        games = (information(design, spam, x, y) for x, y in ((claim, edge), (edge, claim)))
        return each * max(1 / game for game in games)

    grid_u = np.arange(0.3, 1.6, 0.05)
    grid_k = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14)
    designs = [made(float(u), k) for u in grid_u for k in grid_k]
    best = min(designs, key=cost)
    fixed = fixed_sample(best, spam=spam, claim=claim, tolerance=tolerance, alpha=alpha, beta=alpha)
    multiples = sorted({*MULTIPLES, 1 + tolerance})
    expected = _expected(best, multiples, spam, claim, tolerance, alpha)
    k0, k1 = best.shares
    each = prices.circuit + prices.unit_length * (k0 * short + k1 * (short + best.span))
    return RateDesign(
        lengths=best,
        short=short,
        long=short + best.span,
        expected=expected,
        bound={
            x: least_circuits(
                asymptote,
                spam=spam,
                rate=x * claim,
                border=edge if x <= 1 else claim,
                alpha=alpha,
                law=law,
            )
            for x in multiples
            if x <= 1 or x >= 1 + tolerance
        },
        fixed=fixed,
        cap=math.ceil(_CAP * fixed),
        cost=each * max(expected[1.0], expected[1 + tolerance]),
    )


def _expected(
    design: TwoLengths,
    multiples: Sequence[float],
    spam: float,
    claim: float,
    tolerance: float,
    alpha: float,
) -> dict[float, float]:
    return {
        x: expected_circuits(
            design, spam=spam, rate=x * claim, claim=claim, tolerance=tolerance, alpha=alpha
        )
        for x in multiples
    }
