"""Finding a protocol by its name: the table that `catalog` fills, below all protocols and rules.

Rules look a protocol up by the name in a plan, and a protocol holds what rules need: neither can
import the other's table. Whatever is imported of `qassay.protocols` fills it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol, TypeVar, cast, runtime_checkable

from qassay.claims.claim import Claim
from qassay.claims.metrics import METRICS
from qassay.errors import PlanError
from qassay.protocols.asked import Asked
from qassay.protocols.interface import (
    ALL_PAIRS,
    ALL_QUBITS,
    ALONE,
    BenchmarkProtocol,
    DecayLaw,
    Estimator,
    Experiment,
    Referenced,
    Target,
)
from qassay.protocols.quantity import Counts, Kind, PassMark, Quantity
from qassay.protocols.reach import measured_targets
from qassay.units import Dimension

# Settings of a self-check, number of a machine, metrics; its records come back.
World = Callable[[Any, int, tuple[str, ...]], tuple[Any, ...]]
PROTOCOLS: Final[dict[str, BenchmarkProtocol]] = {}
TIMED: Final[dict[str, BenchmarkProtocol]] = {}  # jobs whose seconds matter, not their counts
PROBLEMS: Final[dict[str, BenchmarkProtocol]] = {}  # their circuits come from an experiment's own
PUBLISHED: Final[dict[str, Estimator]] = {}
QUANTITIES: Final[dict[str, Quantity]] = {}  # by metric
# By metric: hidden machines and the truth of a verdict on them, where another package brings both.
WORLDS: Final[dict[str, World]] = {}
Known = TypeVar("Known", bound=Estimator)


@runtime_checkable
class OfProblem(Protocol):
    """What takes its formula, or its circuits, from a text that an experiment carries."""

    def with_problem(self, problem: str) -> Estimator:
        """Give the one of an experiment with this text."""
        ...


@runtime_checkable
class OfCircuit(Protocol):
    """What runs the circuit of a text that an experiment carries."""

    def with_circuit(self, circuit: str) -> Estimator:
        """Give the one of an experiment with this text."""
        ...


def protocol_of(name: str, version: int) -> BenchmarkProtocol:
    """Find a protocol in the version a plan names.

    Raises:
        PlanError: There is none.
    """
    protocol = PROTOCOLS.get(name) or PROBLEMS.get(name) or TIMED.get(name)
    if protocol is None or protocol.version != version:
        raise PlanError(_unknown(name, version))
    return protocol


def protocol_for(experiment: Experiment) -> BenchmarkProtocol:
    """Find the protocol of an experiment, an application's with its problem.

    Raises:
        PlanError: There is none in this version.
    """
    protocol = protocol_of(experiment.protocol, experiment.version)
    return _with_problem(protocol, experiment)


def referenced(protocol: BenchmarkProtocol) -> Referenced:
    """Find how a protocol leaves its entanglers out.

    Raises:
        PlanError: It cannot.
    """
    # By its members, and not by `isinstance`: a plan asks thousands of times.
    if not (hasattr(protocol, "draw_partly") and hasattr(protocol, "seconds_partly")):
        raise PlanError(f"the circuits of {protocol.id} have no reference without entanglers")
    return cast(Referenced, protocol)


def is_gate(experiment: Experiment, quantity: str) -> bool:
    """Whether a quantity is what layers and their reference measure together."""
    measures = getattr(PROTOCOLS.get(experiment.protocol), "gate_quantity", None)
    return experiment.reference and quantity == measures


def quantity_of(metric: str) -> Quantity | None:
    """Find how a metric is planned and judged; None where nothing measures it."""
    return QUANTITIES.get(metric)


def kind_of(metric: str) -> Kind | None:
    """Say which kind of figure a metric is; None where nothing measures it."""
    quantity = QUANTITIES.get(metric)
    return None if quantity is None else quantity.kind


def counts_of(metric: str) -> Counts | None:
    """Say what a metric counts; None where it is no count."""
    quantity = QUANTITIES.get(metric)
    return None if quantity is None or quantity.kind != "count" else quantity.counts


def tells(metric: str) -> str:
    """Say what a claim on a metric foretells of the circuits of other claims; "" if nothing."""
    quantity = QUANTITIES.get(metric)
    return "" if quantity is None else quantity.tells


def mark_of(metric: str) -> PassMark | None:
    """Find the mark that a metric's share of hits has to pass; None where values are measured."""
    quantity = QUANTITIES.get(metric)
    return None if quantity is None else quantity.mark


def mark_for(claim: Claim) -> PassMark | None:
    """Find the mark that a claim's share of hits has to pass, at the size that it claims."""
    mark = mark_of(claim.metric)
    if mark is None:
        return None
    size = mark.width(claim.value)
    return mark.at(size if size is not None and size <= mark.widest else None)


def told_as(metric: str) -> Dimension:
    """Say what kind of number the estimate beside a claim is: of a pass mark, a share of shots."""
    return METRICS[metric].dimension if mark_of(metric) is None else "probability"


def measurement_of(metric: str) -> BenchmarkProtocol:
    """Find the protocol that measures a metric.

    Raises:
        PlanError: There is none.
    """
    name = METRICS[metric].protocol or ""
    if name not in PROTOCOLS:
        raise PlanError(f"no protocol of qassay measures {metric}")
    return PROTOCOLS[name]


def claimed_law(metric: str) -> DecayLaw | None:
    """Find what the decay behind a metric amounts to; None where there is no decay of its own."""
    quantity = QUANTITIES.get(metric)
    if quantity is None or quantity.kind == "difference" or not _measured(metric):
        return None
    return measurement_of(metric).laws.get(quantity.rate)


def by_reference(metric: str) -> bool:
    """Whether a metric is of a gate that layers and their reference measure together."""
    quantity = QUANTITIES.get(metric)
    if quantity is None or not _measured(metric):
        return False
    return quantity.rate == getattr(measurement_of(metric), "gate_quantity", None)


def in_bulk(metric: str) -> bool:
    """Whether many targets of a metric are taken as one bulk: all but leaks, which are near 0."""
    quantity = QUANTITIES.get(metric)
    if quantity is None or quantity.kind not in ("decay", "time", "share"):
        return False
    return not quantity.near_zero


def law_of(experiment: Experiment, quantity: str) -> DecayLaw | None:
    """Find what a decay amounts to; None where a quantity is none, or others took the counts."""
    protocol = PROTOCOLS.get(experiment.protocol)
    return None if protocol is None else protocol.laws.get(quantity)


def estimator_of(experiment: Experiment) -> Estimator:
    """Find what estimates an experiment, whoever took the counts.

    Raises:
        PlanError: There is none in this version.
    """
    catalogs: tuple[Mapping[str, Estimator], ...] = (PUBLISHED, TIMED, PROBLEMS, PROTOCOLS)
    found = (catalog.get(experiment.protocol) for catalog in catalogs)
    estimator = next((one for one in found if one is not None), None)
    if estimator is None or estimator.version != experiment.version:
        raise PlanError(_unknown(experiment.protocol, experiment.version))
    return _with_problem(estimator, experiment)


def title_of_rate(rate: str) -> str:
    """Name what circuits measure where it is no metric: as its protocol does, or as it is."""
    for protocol in PROTOCOLS.values():
        titles: Mapping[str, str] = getattr(protocol, "titles", {})
        if rate in titles:
            return titles[rate]
    return rate.replace("_", " ")


def assumptions_of(experiment: Experiment) -> tuple[str, ...]:
    """List what is assumed of an experiment's numbers, in sentences."""
    usual = estimator_of(experiment).assumptions
    if not experiment.alone:
        return usual
    return (*(one for one in usual if one not in (ALL_QUBITS, ALL_PAIRS)), ALONE)


def targets_with(experiment: Experiment, quantity: str) -> tuple[Target, ...]:
    """List the targets of an experiment that have a value of this quantity, in its order."""
    if is_published(experiment) or is_timed(experiment) or experiment.problem:
        return experiment.targets
    reach = protocol_of(experiment.protocol, experiment.version).reach
    return measured_targets(reach, quantity, experiment.targets)


def is_application(experiment: Experiment) -> bool:
    """Whether an experiment runs an application's circuit."""
    given = bool(experiment.problem) and not is_published(experiment)
    return given and not is_asked(experiment)


def is_published(experiment: Experiment) -> bool:
    """Whether somebody else took the counts."""
    return experiment.protocol in PUBLISHED


def is_timed(experiment: Experiment) -> bool:
    """Whether an experiment's seconds matter and its counts do not."""
    return experiment.protocol in TIMED


def is_repeated(experiment: Experiment) -> bool:
    """Whether a batch of an experiment runs one circuit many times."""
    known = TIMED.get(experiment.protocol) or PROBLEMS.get(experiment.protocol)
    return bool(getattr(known, "repeated", False))


def answering(ask: str) -> Asked | None:
    """Find the protocol that answers a kind of question; None where there is none."""
    protocol: object = PROBLEMS.get(ask)
    return protocol if isinstance(protocol, Asked) else None


def is_asked(experiment: Experiment) -> bool:
    """Whether an experiment answers a question, and no claim rests on it."""
    return answering(experiment.protocol) is not None


def _measured(metric: str) -> bool:
    return METRICS[metric].protocol in PROTOCOLS


def _unknown(name: str, version: int) -> str:
    known = ", ".join(
        f"{p.id} v{p.version}"
        for p in (
            *PROTOCOLS.values(),
            *PROBLEMS.values(),
            *TIMED.values(),
            *PUBLISHED.values(),
        )
    )
    return f"no protocol {name} v{version} in this qassay; it has {known}"


def _with_problem(estimator: Known, experiment: Experiment) -> Known:
    given: object = estimator
    if experiment.problem and isinstance(given, OfProblem):
        return cast("Known", given.with_problem(experiment.problem))
    if experiment.circuit and isinstance(given, OfCircuit):
        return cast("Known", given.with_circuit(experiment.circuit))
    return estimator
