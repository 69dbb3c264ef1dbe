"""The two lengths of an experiment, as the tests of rates take them."""

from __future__ import annotations

from typing import Final

from qassay.protocols.interface import Experiment, arms_of
from qassay.protocols.known import estimator_of, is_gate
from qassay.statistics.sequential_rates import TwoLengths

# Without entanglers the three classes of Pauli errors do not mix, and the mean of exponentials
# lies above the exponential of the mean: by V / 2 in the exponent, V the variance of the classes'
# exponents, 0.047 s^2 m^2 for qubits alike (decision 0012).
_BEND: Final = 0.05


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
        bend=_BEND if gate else 0.0,
    )
