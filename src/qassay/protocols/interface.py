"""What every protocol offers: circuits drawn from a seed, and estimates from hits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from qassay.circuits.circuit import Circuit, Circuits
from qassay.devices.description import Durations
from qassay.randomness import Stream
from qassay.statistics.estimate import Estimate
from qassay.statistics.target_groups import DecayValue
from qassay.statistics.trials import Trials

Target = tuple[int, ...]
Bits = npt.NDArray[np.uint8]
MOST_SHOTS: Final = 1000  # of one circuit


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """One protocol on one set of targets that are measured in the same shots.

    Attributes:
        id: Name inside the plan, such as "two_qubit_gates/03".
        protocol: Id of the protocol in the catalog.
        version: Version of the protocol, so that old bundles stay readable.
        targets: Qubits (q,) or disjoint pairs (a, b), all measured in every shot; or the pairs
            whose entanglers join one register (`Reach`).
        lengths: The lengths of its arms: layers, or seconds of delay.
        block: How many circuits of each arm a block holds; blocks repeat.
        rounds: Circuits at most, a multiple of the block.
        batch: Circuits a batch, a multiple of the block; the last one may be shorter.
        coin: Whether a secret coin draws the arm of every circuit, with the block's shares as
            odds, instead of blocks of fixed composition: exact tests need fewer shots so.
        claims: Ids of the claims it serves.
        problem: Of an application: the instance and its route, as JSON text.
        shots: Of each circuit; more than one where a new circuit costs more than a shot.
        reference: Whether the first arm, of length 0, is that of the long arm without its
            entanglers: the lengths of the arms that measure the gate (`arms_of`) then count
            layers with an entangler, among as many layers as the long arm has (`Referenced`).
        alone: Whether all qubits but its targets rest.
        working: Which targets, by position, work in the circuits of each arm while the others
            rest, an entry an arm; an empty entry is all of them. Empty where no arm differs.
        circuit: Of a protocol that runs a given circuit: the file's name, digest and text.
    """

    id: str
    protocol: str
    version: int
    targets: tuple[Target, ...]
    lengths: tuple[float, ...]
    block: tuple[int, ...]
    rounds: int
    batch: int
    claims: tuple[str, ...] = ()
    coin: bool = False
    problem: str = ""
    shots: int = 1
    reference: bool = False
    alone: bool = False
    working: tuple[tuple[int, ...], ...] = ()
    circuit: str = ""

    @property
    def batches(self) -> int:
        """Number of batches if nothing stops it earlier."""
        return -(-self.rounds // self.batch)

    def batch_size(self, index: int) -> int:
        """Number of circuits of batch `index`."""
        return min(self.batch, self.rounds - index * self.batch)

    def at_work(self, arm: int) -> tuple[Target, ...]:
        """List the targets that work in the circuits of an arm."""
        some = self.working[arm] if self.working else ()
        return tuple(self.targets[place] for place in some) if some else self.targets

    def as_json(self) -> dict[str, Any]:
        """Give the experiment as plain JSON values."""
        return without_defaults(asdict(self))


def without_defaults(experiment: dict[str, Any]) -> dict[str, Any]:
    """Leave out what few experiments have, so that the plans of all others keep their names."""
    usual = {"problem": "", "shots": 1, "reference": False, "alone": False, "working": ()}
    usual["circuit"] = ""
    return {k: v for k, v in experiment.items() if k not in usual or v != usual[k]}


@dataclass(frozen=True, slots=True, kw_only=True)
class DecayLaw:
    """What a decay over circuits of growing length amounts to.

    A fit of one target, a mean over many and a bulk of them all take it from here.

    Attributes:
        asymptote: Probability of the expected outcome at infinite length.
        value: From the decay constant of a unit of length to the quantity.
    """

    asymptote: float
    value: DecayValue


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Drawn:
    """Circuits of one length, and a key by which their outcomes are scored.

    Attributes:
        circuits: A family; one circuit that all of them repeat; or as many circuits of any gates.
        key: One entry a circuit, shape (circuits, ...): of most protocols the ideal bit of every
            qubit, shape (circuits, qubits).
    """

    circuits: Circuits | tuple[Circuit, ...]
    key: Bits

    @property
    def families(self) -> tuple[Circuits, ...]:
        """The circuits as a job takes them; circuits of any gates are families of one each."""
        return self.circuits if isinstance(self.circuits, tuple) else (self.circuits,)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Measured:
    """Estimates of one quantity on the targets of an experiment.

    Attributes:
        quantity: Name of what was estimated: a metric id, or "layer_error".
        targets: Qubits or pairs.
        estimates: One a target.
        trials: The hits behind them, for figures and sequential tests.
    """

    quantity: str
    targets: tuple[Target, ...]
    estimates: tuple[Estimate, ...]
    trials: Trials


Model = Literal["geometric", "exponential", "probability"]
Reach = Literal["qubits", "pairs", "layer", "links"]


ALL_QUBITS: Final = "all qubits are driven at the same time"
ALL_PAIRS: Final = "all pairs of a matching work at the same time"
ALONE: Final = "what is not coupled to a working qubit does not disturb it; all others rest"


class Estimator(Protocol):
    """What turns hits into estimates, whoever took them.

    Attributes:
        id: Name in the catalog.
        version: Moves when the design or the estimator changes.
        title: For people.
        model: How the probability of the expected outcome depends on the length.
        asymptote: That probability at infinite length, known exactly because the expected
            outcome is random; 0 where there is no decay.
        quantities: What it estimates.
        assumptions: Sentences a report prints with each number.
    """

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def version(self) -> int: ...  # noqa: D102
    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def model(self) -> Model: ...  # noqa: D102
    @property
    def asymptote(self) -> float: ...  # noqa: D102
    @property
    def quantities(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def assumptions(self) -> tuple[str, ...]: ...  # noqa: D102

    def estimate(self, quantity: str, trials: Trials, level: float) -> tuple[Estimate, ...]:
        """Estimate a quantity on each target from its hits."""
        ...

    def mean(self, quantity: str, trials: Trials, level: float) -> Estimate:
        """Estimate the mean of a quantity over all targets of the trials."""
        ...


class BenchmarkProtocol(Estimator, Protocol):
    """An estimator with circuits of its own.

    Attributes:
        reach: What its targets are: "qubits"; "pairs", disjoint; a "layer" of disjoint pairs and
            of qubits that have no partner in it; "links", pairs that join one register.
        laws: Of each quantity that is a decay.
    """

    @property
    def reach(self) -> Reach: ...  # noqa: D102
    @property
    def laws(self) -> Mapping[str, DecayLaw]: ...  # noqa: D102

    def draw(
        self, length: float, count: int, targets: tuple[Target, ...], qubits: int, stream: Stream
    ) -> Drawn:
        """Draw `count` random circuits of one length on a register of `qubits` qubits."""
        ...

    def score(
        self, key: Bits, outcomes: Bits, experiment: Experiment, arms: npt.NDArray[np.intp]
    ) -> Mapping[str, Trials]:
        """Turn outcomes (circuits, shots, qubits) into hits, one entry a quantity."""
        ...

    def seconds(self, length: float, durations: Durations) -> float:
        """Give the device time of one shot of one circuit, overheads included."""
        ...


@runtime_checkable
class Referenced(Protocol):
    """A protocol whose layers can be run without some or all of their entanglers.

    Attributes:
        gate_quantity: What layers and reference measure together.
    """

    @property
    def gate_quantity(self) -> str: ...  # noqa: D102

    def draw_partly(
        self,
        length: float,
        entanglers: float,
        count: int,
        targets: tuple[Target, ...],
        qubits: int,
        stream: Stream,
    ) -> Drawn:
        """Draw the circuits of `draw` at this length, entanglers in so many of the layers only."""
        ...

    def seconds_partly(self, length: float, entanglers: float, durations: Durations) -> float:
        """Give the device time of one shot of one of them."""
        ...


@runtime_checkable
class Stated(Protocol):
    """A decay whose steps the form of docs/counts.md has words for.

    Attributes:
        error_of: What a step is: "clifford", "step", ...
        per_step: How many of the gates in question a step has.
    """

    @property
    def error_of(self) -> str: ...  # noqa: D102
    @property
    def per_step(self) -> float: ...  # noqa: D102


@runtime_checkable
class Foretelling(Protocol):
    """Counts of others whose estimator knows what a machine exactly at a claim would lose."""

    def claimed_rate(self, value: float) -> float | None:
        """Give the loss a step, or a second; None where no formula says it."""
        ...


@runtime_checkable
class Bounded(Protocol):
    """A protocol that says what its circuits cannot be, before any is drawn."""

    def unsound(self, experiment: Experiment) -> Iterator[tuple[str, object, str]]:
        """Name what no plan of ours asks: its place, what was found, what was expected."""
        ...


def arms_of(experiment: Experiment, *, gate: bool) -> tuple[int, ...]:
    """List the arms that measure a quantity, the short one first, then the long one.

    Of an experiment with a reference: where the second arm is the long one, all arms are for the
    gate, and none for whole layers; else the reference and the long arm are, and all but the
    reference are for layers.

    Args:
        experiment: The experiment.
        gate: Whether the quantity is a gate by its reference.
    """
    every = tuple(range(len(experiment.lengths)))
    if not experiment.reference:
        return () if gate else every
    if experiment.lengths[1] == max(experiment.lengths):
        return every if gate else ()
    return (0, 2) if gate else every[1:]
