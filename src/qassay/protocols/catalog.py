"""The protocols there are: each fills its place in the table by which all others find it.

A module of a protocol, one of ours or of another package, has `PROTOCOL`, its circuits and
estimator, and `QUANTITIES`, what claims on it are planned and judged by.
"""

from __future__ import annotations

from qassay.protocols import (
    accreditation,
    approximation_ratio,
    bell_pairs,
    cross_entropy,
    cut_graphs,
    fragment_energy,
    ghz,
    given_circuit,
    graph_states,
    isolated_pairs,
    leakage,
    mirror,
    named_layer,
    one_qubit_gates,
    quantum_volume,
    random_circuits,
    random_layers,
    readout,
    t1,
    t2_cpmg,
    t2_echo,
    t2_star,
    two_qubit_gates,
)
from qassay.protocols.clock import TIMED_PROTOCOLS
from qassay.protocols.known import PROBLEMS, PROTOCOLS, PUBLISHED, QUANTITIES, TIMED
from qassay.protocols.outside import add_protocols
from qassay.protocols.published import (
    PublishedDecay,
    PublishedMeasurementCrosstalk,
    PublishedMemoryRB,
    PublishedOneQubitRB,
    PublishedReadout,
    PublishedTwoQubitLeakage,
    PublishedTwoQubitRB,
)
from qassay.protocols.published_interleaved import PublishedInterleaved
from qassay.protocols.published_loss import PublishedLoss
from qassay.protocols.published_scores import PublishedScores

# In the order in which their experiments stand in a plan: a new one goes to the end.
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
    quantum_volume,
    t2_cpmg,
    graph_states,
    cross_entropy,
    cut_graphs,
    random_layers,
    named_layer,
):
    PROTOCOLS[module.PROTOCOL.id] = module.PROTOCOL
    QUANTITIES.update((one.metric, one) for one in module.QUANTITIES)
for timed in TIMED_PROTOCOLS:
    TIMED[timed.id] = timed
for given in (
    approximation_ratio,
    given_circuit,
    accreditation,
    random_circuits,
    fragment_energy,
):
    PROBLEMS[given.PROTOCOL.id] = given.PROTOCOL
    QUANTITIES.update((one.metric, one) for one in given.QUANTITIES)
for estimator in (
    PublishedOneQubitRB(),
    PublishedTwoQubitRB(),
    PublishedTwoQubitLeakage(),
    PublishedDecay(),
    PublishedMemoryRB(),
    PublishedMeasurementCrosstalk(),
    PublishedReadout(),
    PublishedLoss(),
    PublishedScores(),
    PublishedInterleaved(),
):
    PUBLISHED[estimator.id] = estimator
add_protocols()
