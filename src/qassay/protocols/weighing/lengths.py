"""The two lengths of an experiment, as the tests of rates take them."""

from __future__ import annotations

from qassay.protocols.interface import Experiment, arms_of
from qassay.protocols.known import estimator_of, is_gate
from qassay.statistics.reference_bend import BEND
from qassay.statistics.sequential_rates import TwoLengths


def lengths_of(experiment: Experiment, quantity: str) -> TwoLengths:
    """Give the two lengths that measure a quantity of an experiment to the tests of rates."""
    gate = is_gate(experiment, quantity)
    short, long = arms_of(experiment, gate=gate)[:2]
    estimator = estimator_of(experiment)
    shares = experiment.block[short], experiment.block[long]
    return TwoLengths(
        asymptote=estimator.asymptote,
        span=experiment.lengths[long] - experiment.lengths[short],
        law="exponential" if estimator.model == "exponential" else "geometric",
        block=None if experiment.coin else shares,
        short_share=shares[0] / sum(shares),
        bend=BEND if gate else 0.0,
    )
