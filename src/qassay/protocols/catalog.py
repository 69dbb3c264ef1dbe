"""The protocols there are, by id."""

from __future__ import annotations

from typing import Final

from qassay.errors import PlanError
from qassay.protocols.approximation_ratio import ApproximationRatio
from qassay.protocols.ghz import GHZ
from qassay.protocols.interface import (
    ALL_PAIRS,
    ALL_QUBITS,
    ALONE,
    BenchmarkProtocol,
    Estimator,
    Experiment,
    Referenced,
    Target,
)
from qassay.protocols.isolated_pairs import IsolatedPairs
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
from qassay.protocols.reach import measured_targets
from qassay.protocols.readout import Readout
from qassay.protocols.t1 import T1
from qassay.protocols.t2_echo import T2Echo
from qassay.protocols.t2_star import T2Star
from qassay.protocols.two_qubit_gates import TwoQubitGates

PROTOCOLS: Final[dict[str, BenchmarkProtocol]] = {
    protocol.id: protocol
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
    )
}


# Their circuits come from the problem that an experiment carries.
PROBLEMS: Final[dict[str, BenchmarkProtocol]] = {ApproximationRatio.id: ApproximationRatio()}

PUBLISHED: Final[dict[str, Estimator]] = {
    protocol.id: protocol
    for protocol in (
        PublishedOneQubitRB(),
        PublishedTwoQubitRB(),
        PublishedTwoQubitLeakage(),
        PublishedDecay(),
        PublishedMemoryRB(),
        PublishedMeasurementCrosstalk(),
        PublishedReadout(),
    )
}


def protocol_of(name: str, version: int) -> BenchmarkProtocol:
    """Find a protocol in the version a plan names.

    Raises:
        PlanError: There is none.
    """
    protocol = PROTOCOLS.get(name) or PROBLEMS.get(name)
    if protocol is None or protocol.version != version:
        raise PlanError(_unknown(name, version))
    return protocol


def protocol_for(experiment: Experiment) -> BenchmarkProtocol:
    """Find the protocol of an experiment, an application's with its problem.

    Raises:
        PlanError: There is none in this version.
    """
    protocol = protocol_of(experiment.protocol, experiment.version)
    return ApproximationRatio(experiment.problem) if experiment.problem else protocol


def referenced(protocol: BenchmarkProtocol) -> Referenced:
    """Find how a protocol leaves its entanglers out.

    Raises:
        PlanError: It cannot.
    """
    if not isinstance(protocol, Referenced):
        raise PlanError(f"the circuits of {protocol.id} have no reference without entanglers")
    return protocol


def is_gate(experiment: Experiment, quantity: str) -> bool:
    """Whether a quantity is what layers and their reference measure together."""
    measures = getattr(PROTOCOLS.get(experiment.protocol), "gate_quantity", None)
    return experiment.reference and quantity == measures


def estimator_of(experiment: Experiment) -> Estimator:
    """Find what estimates an experiment, whoever took the counts.

    Raises:
        PlanError: There is none in this version.
    """
    known: dict[str, Estimator] = {**PROTOCOLS, **PROBLEMS, **PUBLISHED}
    estimator = known.get(experiment.protocol)
    if estimator is None or estimator.version != experiment.version:
        raise PlanError(_unknown(experiment.protocol, experiment.version))
    if experiment.protocol == PublishedDecay.id:  # its formula is that of the experiment
        return PublishedDecay(experiment.problem)
    if experiment.protocol == PublishedReadout.id:
        return PublishedReadout(experiment.problem)
    return estimator


def assumptions_of(experiment: Experiment) -> tuple[str, ...]:
    """List what is assumed of an experiment's numbers, in sentences."""
    usual = estimator_of(experiment).assumptions
    if not experiment.alone:
        return usual
    return (*(one for one in usual if one not in (ALL_QUBITS, ALL_PAIRS)), ALONE)


def targets_with(experiment: Experiment, quantity: str) -> tuple[Target, ...]:
    """List the targets of an experiment that have a value of this quantity, in its order."""
    if is_published(experiment) or experiment.problem:
        return experiment.targets
    return measured_targets(PROTOCOLS[experiment.protocol].reach, quantity, experiment.targets)


def is_published(experiment: Experiment) -> bool:
    """Whether somebody else took the counts."""
    return experiment.protocol in PUBLISHED


def _unknown(name: str, version: int) -> str:
    known = ", ".join(
        f"{p.id} v{p.version}"
        for p in (*PROTOCOLS.values(), *PROBLEMS.values(), *PUBLISHED.values())
    )
    return f"no protocol {name} v{version} in this qassay; it has {known}"
