"""The two-length design of decision 0002, found by trying all; plans ask `protocols/designs`."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from qassay.statistics.sample_size import expected_circuits, information, least_circuits
from qassay.statistics.sequential import log_threshold
from qassay.statistics.sequential_rates import Law, TwoLengths

MULTIPLES = (0.5, 0.8, 1.0, 1.5, 2.5)  # of the claim, of which the design says what it expects
_CAP = 2.0  # times the fixed sample: beyond it the rate lies inside the zone


@dataclass(frozen=True, slots=True, kw_only=True)
class CircuitPrices:
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
            error probabilities, whatever its two lengths and shares.
        fixed: Circuits of a fixed-sample test with the same errors, lengths and shares.
        cap: Recommended budget in circuits; inconclusive beyond.
        cost: Expected cost at the dearer of the claim and the edge.
    """

    lengths: TwoLengths
    short: float
    long: float
    expected: dict[float, float]
    bound: dict[float, float]
    fixed: int
    cap: int
    cost: float


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
    prices: CircuitPrices = CircuitPrices(),
    blocks: bool = False,
) -> RateDesign:
    """Find the long length and the share of short circuits that make a verdict cheapest.

    A machine better than its claim needs few short circuits, a worse one more; the plan does
    not know which it meets. So the mean counts of what four machines cost, each relative to
    its own bound: one step of the tolerance inside the claim, at it, at the edge, one beyond;
    the middle two count twice, as that is where the circuits go.

    Args:
        asymptote: B.
        claim: r0 per layer or per second.
        tolerance: delta.
        alpha: Both error probabilities.
        spam: Expected 1 - s(m0).
        short: m0; the first few layers may be a transient.
        law: The decay.
        prices: What a circuit costs; by default each the same.
        blocks: Blocks of 1 short and k long circuits instead of a coin.
    """
    if not (claim > 0 and tolerance > 0 and 0 <= spam < 1 - asymptote):
        raise ValueError("claim and tolerance must be positive, spam must lie in [0, 1 - B)")
    log_threshold(alpha)  # refuses what is no probability
    step = 1 + tolerance
    edge = claim * step

    def least(multiple: float) -> float:
        return least_circuits(
            asymptote,
            spam=spam,
            rate=multiple * claim,
            border=edge if multiple <= 1 else claim,
            alpha=alpha,
            law=law,
        )

    aims = {x: least(x) for x in (1 / step, 1.0, step, step**2)}

    def price(design: TwoLengths) -> float:
        return prices.circuit + prices.unit_length * (short + design.shares[1] * design.span)

    def cost(design: TwoLengths) -> float:
        relative = (
            (2 if x in (1.0, step) else 1)
            / (bound * information(design, spam, x * claim, edge if x <= 1 else claim))
            for x, bound in aims.items()
        )
        return price(design) * sum(relative)

    best = min(_candidates(asymptote, claim, law, blocks), key=cost)
    fixed = fixed_sample(best, spam=spam, claim=claim, tolerance=tolerance, alpha=alpha, beta=alpha)
    multiples = sorted({*MULTIPLES, step})
    expected = {
        x: expected_circuits(
            best, spam=spam, rate=x * claim, claim=claim, tolerance=tolerance, alpha=alpha
        )
        for x in multiples
    }
    return RateDesign(
        lengths=best,
        short=short,
        long=short + best.span,
        expected=expected,
        bound={x: least(x) for x in multiples if not 1 < x < step},
        fixed=fixed,
        cap=math.ceil(_CAP * fixed),
        cost=price(best) * max(expected[1.0], expected[step]),
    )


def _candidates(asymptote: float, claim: float, law: Law, blocks: bool) -> Iterator[TwoLengths]:
    for at_rate in np.arange(0.2, 1.6, 0.05):
        span = float(at_rate) / claim
        span = max(1.0, round(span)) if law == "geometric" else span
        for k in range(1, 15):
            yield TwoLengths(
                asymptote=asymptote,
                span=span,
                law=law,
                block=(1, k) if blocks else None,
                short_share=1 / (1 + k),
            )
