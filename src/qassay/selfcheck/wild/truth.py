"""What is true of a wild machine, by the words of `docs/metrics.md` and nothing that was drawn.

An error of gates is the decay over the length of the long circuits, in the mean over all shots of
the run; a time is where the mean contrast has fallen to 1/e; a readout error is the chance of a
wrong bit, the others prepared at random. Means over the luck of a shot are sums over its
quantiles, means over the run are over the circuits that were really executed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from qassay.claims.claim import Claim
from qassay.claims.conventions import convert, gate_dimension
from qassay.claims.metrics import METRICS, metric_of_part
from qassay.planning.plan import Plan
from qassay.protocols.designs.grouping import targets_of
from qassay.protocols.interface import Experiment, Target, arms_of
from qassay.protocols.known import kind_of
from qassay.protocols.readout import PROTOCOL as READOUT
from qassay.selfcheck.families import family_for, half_turns
from qassay.selfcheck.truth import statistic
from qassay.selfcheck.wild.machine import Floats, WildMachine
from qassay.selfcheck.wild.register_truth import REGISTER_TRUTHS
from qassay.selfcheck.wild.troubles import Luck

_QUANTILES: Final = 400  # of the luck of a shot
_MOMENTS: Final = 200  # bins of what a drift does in a run
_READ: Final = 0.25  # assignment error from which on a qubit is none
_HALVINGS: Final = 60


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Executed:
    """A batch that was executed: which, and when its first circuit began."""

    experiment: Experiment
    index: int
    clock: int

    @property
    def when(self) -> Floats:
        """The clock of each of its circuits."""
        size = self.experiment.batch_size(self.index)
        return self.clock + np.arange(size, dtype=np.float64)


def truth_up_to(
    machine: WildMachine, plan: Plan, claim: Claim, done: Sequence[Executed], until: int | None
) -> float:
    """Give the claimed statistic in the claim's own convention, in the shots up to a cycle."""
    own = [
        b for b in done if claim.id in b.experiment.claims and (until is None or b.index < until)
    ]
    kind = kind_of(claim.metric)
    if kind == "layered":
        return _layered(machine, claim, own)
    if kind == "register":
        return _register(machine, claim, own)
    if kind == "count":
        values = _readout(machine, metric_of_part("readout"), own)
        return float(sum(values[q] < _READ for (q,) in targets_of(claim, plan.device)))
    found = targets_with_values(machine, claim, own)
    scope = targets_of(claim, plan.device)
    values = np.array([found.get(target, math.nan) for target in scope])
    value = statistic(values, claim)
    if claim.convention is None:
        return value
    dimension = gate_dimension(claim.metric)
    return convert(value, "average_gate_infidelity", claim.convention, dimension)


def targets_with_values(
    machine: WildMachine, claim: Claim, own: Sequence[Executed]
) -> dict[Target, float]:
    """Give the truth of each target in canonical units."""
    family = family_for(claim.metric)
    if family == "readout":
        each = _readout(machine, claim.metric, own)
        return {(q,): float(value) for q, value in enumerate(each)}
    found: dict[Target, float] = {}
    for x in _experiments(own):
        when = np.concatenate([b.when for b in own if b.experiment.id == x.id])
        if family == "times":
            qubits = [q for (q,) in x.targets]
            times = _times(machine, claim.metric, qubits, when)
            found.update(zip(x.targets, times, strict=True))
        elif family == "one":
            found.update(_one_qubit(machine, x, when))
        elif family == "leaky":
            pairs = [t for t in x.targets if len(t) == 2]
            lost = -np.expm1(-machine.leak[machine.pair_places(pairs)])
            found.update(zip(pairs, lost.tolist(), strict=True))
        elif family == "two":
            found.update(_gates(machine, x, when))
    if family == "beside":
        return _crosstalk(machine, claim, own)
    return found


def _experiments(own: Sequence[Executed]) -> list[Experiment]:
    return list({b.experiment.id: b.experiment for b in own}.values())


def long_length(x: Experiment) -> float:
    """Give the length of the long circuits of an experiment."""
    gate = arms_of(x, gate=True)
    return float(x.lengths[gate[1]] if gate else x.lengths[1])


def _means(
    machine: WildMachine, luck: Luck, when: Floats, *, quantiles: int = _QUANTILES
) -> tuple[Floats, Floats]:
    """Give factors on rates and their weights, over the luck of shots and the run."""
    moved = machine.drift.gates(when)
    if np.ptp(moved) == 0:
        values, weights = moved[:1], np.ones(1)
    else:
        edges = np.linspace(moved.min(), moved.max(), _MOMENTS + 1)
        place = np.clip(np.searchsorted(edges, moved, side="right") - 1, 0, _MOMENTS - 1)
        weights = np.bincount(place, minlength=_MOMENTS) / moved.size
        sums = np.bincount(place, weights=moved, minlength=_MOMENTS) / moved.size
        kept = weights > 0
        values, weights = sums[kept] / weights[kept], weights[kept]
    if luck.shape == "alike":
        return values, weights
    lucky = luck.factor((np.arange(quantiles) + 0.5) / quantiles)
    both = np.multiply.outer(values, lucky).reshape(-1)
    return both, np.repeat(weights / quantiles, quantiles)


def _rate(gone: Floats, weights: Floats, length: float) -> Floats:
    """Turn exponents, (factors, targets), into the rate of the mean decay over a length."""
    with np.errstate(divide="ignore"):
        return np.asarray(-np.log(weights @ np.exp(-gone)) / length)


def _one_qubit(machine: WildMachine, x: Experiment, when: Floats) -> dict[Target, float]:
    qubits = [q for (q,) in x.targets]
    rate = machine.turn[qubits]
    if not x.alone and len(qubits) > 1:
        rate = rate + machine.turn_beside[qubits]
    length = long_length(x)
    factors, weights = _means(machine, machine.luck, when)
    gone = (length * np.multiply.outer(factors, rate)) ** machine.power_gates
    return dict(
        zip(x.targets, (-np.expm1(-_rate(gone, weights, length)) / 2).tolist(), strict=True)
    )


def _gates(
    machine: WildMachine, x: Experiment, when: Floats, *, beside: bool = True
) -> dict[Target, float]:
    """Give the entangler's average infidelity: layers over the same layers without it."""
    pairs = [t for t in x.targets if len(t) == 2]
    length = long_length(x)
    factors, weights = _means(machine, machine.luck, when)
    turns = length * np.multiply.outer(factors, _turns_of(machine, pairs))
    gate = _entangled(machine, x, factors, length, beside=beside)
    reference = _rate(turns, weights, length)
    with np.errstate(invalid="ignore"):
        rate = _rate(gate + turns, weights, length) - reference
    rate[~np.isfinite(rate)] = np.inf  # nothing is left to compare
    return dict(zip(pairs, (-0.75 * np.expm1(-rate)).tolist(), strict=True))


def _turns_of(machine: WildMachine, pairs: Sequence[Target]) -> Floats:
    """Rate of both quarter turns of a layer: 16/15 of 3/4 of the loss of each Bloch vector."""
    ends = np.array(pairs, dtype=np.intp)
    return np.asarray(0.8 * machine.turn[ends].sum(axis=1))


def _entangled(
    machine: WildMachine, x: Experiment, factors: Floats, length: float, *, beside: bool
) -> Floats:
    pairs = [t for t in x.targets if len(t) == 2]
    places = machine.pair_places(pairs)
    rate = machine.gate[places]
    if beside and not x.alone:
        rate = rate + np.where(machine.beside(x), machine.gate_beside[places], 0.0)
    own = (length * np.multiply.outer(factors, rate)) ** machine.power_gates
    return np.asarray(own + length * machine.leak[places])


def _crosstalk(machine: WildMachine, claim: Claim, own: Sequence[Executed]) -> dict[Target, float]:
    """Give the gate error with the whole matching at work, less that with nobody next door."""
    found: dict[Target, float] = {}
    for x in _experiments(own):
        if x.protocol == METRICS[claim.metric].protocol:
            continue
        when = np.concatenate([b.when for b in own if b.experiment.id == x.id])
        busy, quiet = _gates(machine, x, when), _gates(machine, x, when, beside=False)
        found.update({pair: busy[pair] - quiet[pair] for pair in busy})
    return found


def _layered(machine: WildMachine, claim: Claim, own: Sequence[Executed]) -> float:
    """Give LF, or EPLG in the claim's convention: a product over pairs and lone qubits."""
    logs, gates = 0.0, 0
    for x in _experiments(own):
        when = np.concatenate([b.when for b in own if b.experiment.id == x.id])
        pairs = [t for t in x.targets if len(t) == 2]
        lone = [q for t in x.targets if len(t) == 1 for q in t]
        length = long_length(x)
        factors, weights = _means(machine, machine.luck, when)
        gone = _entangled(machine, x, factors, length, beside=True)
        gone = gone + length * np.multiply.outer(factors, _turns_of(machine, pairs))
        kept = np.exp(-_rate(gone, weights, length))
        logs += float(np.log1p(-15 / 16 * (1 - kept)).sum())
        if lone:
            waits = length * np.multiply.outer(factors, machine.idle[lone])
            kept = np.exp(-_rate(waits, weights, length))
            logs += float(np.log1p(-3 / 4 * (1 - kept)).sum())
        gates += len(pairs)
    if METRICS[claim.metric].better == "higher":
        return math.exp(logs)
    each = -math.expm1(logs / gates)
    return each if claim.convention == "process_infidelity" else 0.8 * each


def _times(machine: WildMachine, metric: str, qubits: Sequence[int], when: Floats) -> list[float]:
    """Find where the mean contrast is 1/e of what it is without a delay, by halving."""
    factors, weights = _means(machine, machine.luck_times, when, quantiles=200)
    rates = machine.rates_of_times(half_turns(metric))[list(qubits)]
    low, high = np.full(rates.size, 1e-9), np.full(rates.size, 1e9)  # in 1 / rate
    for _ in range(_HALVINGS):
        middle = np.sqrt(low * high)
        waited = np.multiply.outer(factors, middle) ** machine.power_times
        kept = weights @ np.exp(-waited) > math.exp(-1)
        low, high = np.where(kept, middle, low), np.where(kept, high, middle)
    return [float(time) for time in np.sqrt(low * high) / rates]


def _readout(machine: WildMachine, metric: str, own: Sequence[Executed]) -> Floats:
    """Give the error of each qubit in the mean over the run, shape (qubits,)."""
    when = np.concatenate([b.when for b in own])
    p01, p10 = (
        np.mean([read(machine, moved)[side] for moved in _few(machine, when)], axis=0)
        for side in (0, 1)
    )
    of_zero, of_one = READOUT.directions
    found: Floats = {of_zero: p01, of_one: p10}.get(metric, (p01 + p10) / 2)
    return found


def _few(machine: WildMachine, when: Floats) -> list[float]:
    """Give what a drift of the readout comes to; errors are linear in it, so its mean will do."""
    return [float(machine.drift.readout(when).mean())]


def read(machine: WildMachine, moved: float = 1.0) -> tuple[Floats, Floats]:
    """Give P(1|0) and P(0|1) of every qubit, preparation and what hits many bits included.

    A qubit that was not reset begins in the state of a fair coin; an odd number of flips of
    chances c and d has the chance c + d - 2 c d.
    """
    wrong = _odd(machine.preparation, np.full(machine.p01.size, machine.unreset / 2))
    rises, falls = machine.p01 * moved, machine.p10 * moved
    p01 = (1 - wrong) * rises + wrong * (1 - falls)
    p10 = (1 - wrong) * falls + wrong * (1 - rises)
    after = machine.together.copy()
    after[-1:] = 0.0
    flipped = _odd(after, np.concatenate([[0.0], after[:-1]]))
    return tuple(  # type: ignore[return-value]
        (1 - machine.bad) * _odd(p, flipped) + machine.bad / 2 for p in (p01, p10)
    )


def _odd(first: Floats, second: Floats) -> Floats:
    return np.asarray(first + second - 2 * first * second)


def _register(machine: WildMachine, claim: Claim, own: Sequence[Executed]) -> float:
    register = sorted({q for x in _experiments(own) for t in x.targets for q in t})
    when = np.concatenate([b.when for b in own])
    moved = float(machine.drift.readout(when).mean())
    return REGISTER_TRUTHS[METRICS[claim.metric].protocol or ""](machine, register, moved)
