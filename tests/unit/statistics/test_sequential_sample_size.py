import math

import numpy as np
import pytest
from benchmarks._rate_design import CircuitPrices, design_rate_test, fixed_sample
from scipy.special import ndtr

from qassay.statistics.sample_size import expected_circuits, information, least_circuits
from qassay.statistics.sequential_rates import TwoLengths


@pytest.mark.parametrize(
    ("asymptote", "rate", "bound"),
    [(0.5, 0.005, 795), (0.5, 0.00625, 880), (0.5, 0.0025, 47), (0.5, 0.0125, 68)],
)
def test_bounds_of_the_design_study(asymptote, rate, bound):
    """STATISTICS 3.5; its machine lost a little more before the first length."""
    border = 0.00625 if rate <= 0.005 else 0.005
    found = least_circuits(asymptote, spam=0.01, rate=rate, border=border, alpha=0.05)
    assert found == pytest.approx(bound, rel=0.03)


def test_information_is_the_least_divergence_from_the_border():
    lengths = TwoLengths(asymptote=0.25, span=190.0, short_share=0.1)
    q, kept, border = 0.1, lengths.retention(0.005), lengths.retention(0.00625)

    def entropy(p, s):
        return p * math.log(p / s) + (1 - p) * math.log((1 - p) / (1 - s))

    s0, s1 = 0.99, 0.25 + kept * 0.74
    impostors = np.linspace(0.9, 0.99999, 20001)
    least = min(
        q * entropy(s0, s) + (1 - q) * entropy(s1, 0.25 + border * (s - 0.25)) for s in impostors
    )
    assert information(lengths, 0.01, 0.005, 0.00625) == pytest.approx(least, rel=1e-5)


def test_shots_do_not_depend_on_the_claimed_rate():
    designs = [design_rate_test(0.5, claim=x, law="exponential") for x in (1e-4, 20.0)]
    assert designs[0].expected == pytest.approx(designs[1].expected, rel=1e-6)
    assert designs[0].lengths.span * 1e-4 == pytest.approx(designs[1].lengths.span * 20)


def test_the_plan_says_what_to_expect():
    plan = design_rate_test(0.25, claim=0.004, tolerance=0.25)
    assert sorted(plan.expected) == [0.5, 0.8, 1.0, 1.25, 1.5, 2.5]
    assert all(plan.expected[x] > plan.bound[x] for x in plan.bound)
    assert plan.long == plan.lengths.span == round(plan.lengths.span)
    assert 0.05 < plan.lengths.short_share < 0.2
    assert plan.cap >= 2 * plan.fixed
    assert plan.expected[1.0] < plan.fixed


def test_blocks_and_prices():
    plain = design_rate_test(0.5, claim=0.005, blocks=True)
    assert plain.lengths.block is not None
    assert plain.lengths.block[0] == 1
    # Where time is what costs, circuits are shorter.
    slow = design_rate_test(0.5, claim=0.005, prices=CircuitPrices(circuit=0.05, unit_length=0.01))
    assert slow.lengths.span < 0.8 * plain.lengths.span


def test_between_the_claim_and_its_edge_no_formula_holds():
    lengths = TwoLengths(asymptote=0.5, span=170.0, short_share=0.11)
    args = {"spam": 0.01, "claim": 0.005, "tolerance": 0.25, "alpha": 0.05}
    assert expected_circuits(lengths, rate=0.0056, **args) == math.inf


def test_the_fixed_sample_has_the_power_it_says():
    """Simulation of the z test; the failure probability of the assertion is below 1e-6."""
    lengths = TwoLengths(asymptote=0.5, span=170.0, block=(1, 7))
    n = fixed_sample(lengths, spam=0.01, claim=0.005, tolerance=0.25, alpha=0.05, beta=0.05)
    rng, runs, k = np.random.default_rng(8), 20000, n // 8
    cut = None
    for rate in (0.00625, 0.005):
        s1 = 0.5 + 0.49 * lengths.retention(rate)
        short, long = rng.binomial(k, 0.99, runs) / k, rng.binomial(7 * k, s1, runs) / (7 * k)
        logs = np.log((long - 0.5) / (short - 0.5))
        cut = np.quantile(logs, 0.95) if cut is None else cut
    missed = (logs < cut).mean()
    assert missed == pytest.approx(0.05, abs=0.012)
    assert float(ndtr(-0.012 / math.sqrt(0.06 * 0.94 / runs))) < 1e-6


def test_mistakes_are_refused():
    for wrong in ({"claim": 0.0}, {"tolerance": -1.0}, {"spam": 0.6}, {"alpha": 1.2}):
        with pytest.raises(ValueError, match="must"):
            design_rate_test(0.5, **{"claim": 0.01, **wrong})
