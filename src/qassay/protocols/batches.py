"""From an experiment and a seed to the circuits of a batch, and back from outcomes to hits.

Planning, running and auditing all come through here, so that what was run and what an
auditor regenerates cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from qassay.circuits.circuit import Circuits
from qassay.protocols.interface import Bits, Drawn, Experiment, Measured, arms_of
from qassay.protocols.joining import joined
from qassay.protocols.known import (
    estimator_of,
    is_asked,
    protocol_for,
    protocol_of,
    referenced,
    targets_with,
)
from qassay.protocols.resting import at_rest_but
from qassay.randomness import Stream
from qassay.statistics.trials import Trials, stacked


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Batch:
    """The circuits of one batch, in a secret random order.

    Attributes:
        id: "EXPERIMENT/INDEX".
        families: One an arm, or one a circuit.
        order: Family of each circuit in order of execution, shape (circuits,).
        arms: Arm of each, likewise.
        key: By which outcomes are scored, in order of execution, shape (circuits, ...).
    """

    id: str
    families: tuple[Circuits, ...]
    order: npt.NDArray[np.intp]
    arms: npt.NDArray[np.intp]
    key: Bits

    def circuit_ids(self) -> list[str]:
        """Name the circuits by content, in order of execution."""
        if self.repeats:
            return self.families[0].circuit_ids() * self.order.size
        named = [iter(family.circuit_ids()) for family in self.families]
        return [next(named[family]) for family in self.order]

    @property
    def repeats(self) -> bool:
        """Whether every execution runs the one circuit there is."""
        return len(self.families) == 1 and self.families[0].size == 1 < self.order.size


def batch_id(experiment: Experiment, index: int) -> str:
    """Name batch `index` of an experiment."""
    return f"{experiment.id}/{index:04d}"


def draw_batch(experiment: Experiment, index: int, qubits: int, root: bytes) -> Batch:
    """Draw batch `index`: a function of the experiment and the seed alone."""
    name = batch_id(experiment, index)
    stream = Stream(root, name)
    arms = draw_order(experiment, index, root)
    drawn = [
        _drawn(experiment, arm, int((arms == arm).sum()), qubits, stream.child(f"arm {arm}"))
        for arm in range(len(experiment.lengths))
    ]
    key = np.empty((arms.size, *drawn[0].key.shape[1:]), dtype=drawn[0].key.dtype)
    order = np.empty_like(arms)
    families: list[Circuits] = []
    for arm, one in enumerate(drawn):
        here = arms == arm
        key[here] = one.key
        each = isinstance(one.circuits, tuple)
        order[here] = len(families) + (np.arange(here.sum()) if each else 0)
        families += one.families
    return Batch(id=name, families=tuple(families), order=order, arms=arms, key=key)


def _drawn(experiment: Experiment, arm: int, count: int, qubits: int, stream: Stream) -> Drawn:
    """Draw the circuits of one arm; whoever is alone has everybody else at rest."""
    protocol, targets = protocol_for(experiment), experiment.at_work(arm)
    length = experiment.lengths[arm]
    gate = arms_of(experiment, gate=True)
    if arm in gate and arm != gate[1]:
        whole = experiment.lengths[gate[1]]
        drawn = referenced(protocol).draw_partly(whole, length, count, targets, qubits, stream)
    else:
        drawn = protocol.draw(length, count, targets, qubits, stream)
    return at_rest_but(drawn, targets) if experiment.alone else drawn


def draw_order(experiment: Experiment, index: int, root: bytes) -> npt.NDArray[np.intp]:
    """Draw the arm of each circuit: by a coin, or each block in a random order of its own."""
    stream = Stream(root, batch_id(experiment, index)).child("order")
    if experiment.coin:
        odds = np.cumsum(experiment.block)
        drawn = stream.below(int(odds[-1]), experiment.batch_size(index))
        return np.searchsorted(odds, drawn, side="right")
    pattern = np.repeat(np.arange(len(experiment.block)), experiment.block)
    blocks = -(-experiment.batch_size(index) // pattern.size)
    ranks = stream.take(blocks * pattern.size * 8).view("<u8").reshape(blocks, pattern.size)
    return pattern[np.argsort(ranks, axis=1, kind="stable")].reshape(-1)


def score_batches(
    experiment: Experiment, batches: Iterable[tuple[Batch, Bits]]
) -> Mapping[str, Trials]:
    """Turn the outcomes of an experiment's batches, in order, into hits for each quantity.

    Args:
        experiment: Whose batches these are.
        batches: Batches with their outcomes, uint8 of shape (circuits, shots, qubits).
    """
    protocol = protocol_of(experiment.protocol, experiment.version)
    scored = [
        protocol.score(batch.key, outcomes, experiment, batch.arms) for batch, outcomes in batches
    ]
    return {quantity: joined([part[quantity] for part in scored]) for quantity in scored[0]}


def estimate_experiments(
    experiments: Sequence[Experiment], scored: Mapping[str, Mapping[str, Trials]], level: float
) -> dict[str, tuple[Measured, ...]]:
    """Estimate every quantity of every experiment that has hits and is no question's.

    Experiments alike but for their targets (matchings of one layer) are fitted together.
    """
    alike: dict[tuple[Any, ...], list[tuple[Experiment, str]]] = {}
    for experiment in (x for x in experiments if not is_asked(x)):
        for quantity, trials in scored.get(experiment.id, {}).items():
            counts = tuple(np.bincount(trials.arms).tolist())
            key = (experiment.protocol, quantity, experiment.lengths, counts, trials.shots == 1)
            unique = () if trials.shots == 1 else (experiment.id,)
            alike.setdefault((*key, *unique), []).append((experiment, quantity))
    measured: dict[str, list[Measured]] = {}
    for group in alike.values():
        parts = [scored[experiment.id][quantity] for experiment, quantity in group]
        joined = parts[0] if len(parts) == 1 else stacked(parts)
        estimator = estimator_of(group[0][0])
        estimates = iter(estimator.estimate(group[0][1], joined, level))
        for (experiment, quantity), trials in zip(group, parts, strict=True):
            targets = targets_with(experiment, quantity)
            one = Measured(
                quantity=quantity,
                targets=targets,
                estimates=tuple(islice(estimates, len(targets))),
                trials=trials,
            )
            measured.setdefault(experiment.id, []).append(one)
    return {x.id: tuple(measured[x.id]) for x in experiments if x.id in measured}
