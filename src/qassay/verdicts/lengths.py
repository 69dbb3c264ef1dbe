"""The two lengths of an experiment, as the tests of rates take them."""

from __future__ import annotations

from qassay.protocols.catalog import estimator_of
from qassay.protocols.interface import Experiment
from qassay.statistics.sequential_rates import TwoLengths


def lengths_of(experiment: Experiment) -> TwoLengths:
    """Give the two lengths of an experiment to the tests of rates."""
    short, long = experiment.lengths[:2]
    estimator = estimator_of(experiment)
    shares = experiment.block[:2]
    return TwoLengths(
        asymptote=estimator.asymptote,
        span=long - short,
        law="exponential" if estimator.model == "exponential" else "geometric",
        block=None if experiment.coin else (shares[0], shares[1]),
        short_share=shares[0] / sum(shares),
    )
