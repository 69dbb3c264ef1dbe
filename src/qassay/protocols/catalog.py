"""The protocols there are: each fills its place in the table by which all others find it."""

from __future__ import annotations

from qassay.protocols import (
    approximation_ratio,
    bell_pairs,
    ghz,
    isolated_pairs,
    leakage,
    mirror,
    one_qubit_gates,
    readout,
    t1,
    t2_echo,
    t2_star,
    two_qubit_gates,
)
from qassay.protocols.approximation_ratio import ApproximationRatio
from qassay.protocols.bell_pairs import BellPairs
from qassay.protocols.clock import TIMED_PROTOCOLS
from qassay.protocols.ghz import GHZ
from qassay.protocols.isolated_pairs import IsolatedPairs
from qassay.protocols.known import PROBLEMS, PROTOCOLS, PUBLISHED, QUANTITIES, TIMED
from qassay.protocols.leakage import Leakage
from qassay.protocols.mirror import Mirror
from qassay.protocols.one_qubit_gates import OneQubitGates
from qassay.protocols.published import (
    PublishedDecay,
    PublishedMeasurementCrosstalk,
    PublishedMemoryRB,
    PublishedOneQubitRB,
    PublishedReadout,
    PublishedTwoQubitLeakage,
    PublishedTwoQubitRB,
)
from qassay.protocols.published_scores import PublishedScores
from qassay.protocols.readout import Readout
from qassay.protocols.t1 import T1
from qassay.protocols.t2_echo import T2Echo
from qassay.protocols.t2_star import T2Star
from qassay.protocols.two_qubit_gates import TwoQubitGates

# In the order in which their experiments stand in a plan: a new one goes to the end.
for protocol in (
    Readout(),
    T1(),
    T2Star(),
    T2Echo(),
    OneQubitGates(),
    TwoQubitGates(),
    IsolatedPairs(),
    Leakage(),
    GHZ(),
    Mirror(),
    BellPairs(),
):
    PROTOCOLS[protocol.id] = protocol
for timed in TIMED_PROTOCOLS:
    TIMED[timed.id] = timed
PROBLEMS[ApproximationRatio.id] = ApproximationRatio()
for estimator in (
    PublishedOneQubitRB(),
    PublishedTwoQubitRB(),
    PublishedTwoQubitLeakage(),
    PublishedDecay(),
    PublishedMemoryRB(),
    PublishedMeasurementCrosstalk(),
    PublishedReadout(),
    PublishedScores(),
):
    PUBLISHED[estimator.id] = estimator
for module in (
    readout,
    t1,
    t2_star,
    t2_echo,
    one_qubit_gates,
    two_qubit_gates,
    isolated_pairs,
    leakage,
    ghz,
    mirror,
    bell_pairs,
    approximation_ratio,
):
    for quantity in module.QUANTITIES:
        QUANTITIES[quantity.metric] = quantity
