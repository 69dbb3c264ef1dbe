"""Cross entropy: how much of a random circuit's own distribution is left in the answers.

Measures: F of answers that come with probability F from the circuit's ideal distribution p and are
even else. Of any other noise, F is what is left of the surplus of the likelier strings.
Design: random circuits along the machine's couplings, or random pairs where all are coupled, each
run once. Of each the likeliest quarter of the strings counts as a hit, so an even answer hits with
probability 1/4 whatever the circuit. A machine without errors would hit with v > 1/4, which differs
from circuit to circuit; so a secret coin, thrown for each string, makes it 0.55 for all of them:
with probability (0.55 - 1/4) / (v - 1/4) the string counts as it is, else it hits one time in four.
Circuits with v below 0.55 tell little and are drawn anew. So every shot is one independent trial
with success probability 1/4 + 0.3 F, whatever the circuits have in common.
Model: none, but that F does not hang on how uneven a circuit's distribution is.
Why not the linear score 2^n p(x) - 1: it has no upper end, so no exact test of single shots; on the
noise above both have the same mean. A quarter of all strings is nearly the best that hits and
misses can do for small F: 1.56 times the shots of the linear score, at the threshold
2^n p > ln 4 = 1.39 of exponentially distributed p; the best, 1.59, takes 1.54 times as many.
What can fool it: the ideal distribution can be computed, so a laptop can answer. It says what a
machine that runs the circuits delivers; it is no proof that it ran them (`qassay rcs`, against a
deadline, prices such a forgery).
Reference: F. Arute et al., Nature 574, 505 (2019), arXiv:1910.11333 (random circuits, cross
entropy); S. Boixo et al., Nature Physics 14, 595 (2018), arXiv:1608.00263 (exponential p).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

from qassay.circuits.ideal import string_indices
from qassay.circuits.random_layers import (
    fixed_layers,
    layered_circuit,
    layered_probabilities,
    paired_layers,
)
from qassay.devices.description import Durations
from qassay.errors import PlanError
from qassay.protocols.interface import Bits, DecayLaw, Drawn, Experiment, Model, Reach, Target
from qassay.protocols.quantity import Computed, Quantity
from qassay.protocols.reach import register_of
from qassay.protocols.scoring import overhead
from qassay.randomness import Stream
from qassay.statistics.estimate import Estimate, physical
from qassay.statistics.intervals import binomial_estimate
from qassay.statistics.trials import Trials

EVEN: Final = 0.25  # share of hits of even answers
IDEAL: Final = 0.55  # of a machine without errors
COMPUTED: Final = Computed(fewest=4, widest=14, shallowest=6, deepest=100, most_steps=3e11)
_MOST_KEYS: Final = 1 << 28  # of a batch
_TOGETHER: Final = 1 << 20  # probabilities that are computed at once
_ATTEMPTS: Final = 200  # one circuit in three or more is kept
_FINE: Final = 2.0**40  # probabilities are ranked in these steps, so that machines agree


def share_at_fidelity(fidelity: float) -> float:
    """Give the probability of a hit."""
    return EVEN + (IDEAL - EVEN) * fidelity


class CrossEntropy:
    """Fidelity of random circuits on a register."""

    id = "cross_entropy"
    version = 1
    title = "Cross entropy of random circuits"
    model: Model = "probability"
    asymptote = 0.0
    laws: Mapping[str, DecayLaw] = MappingProxyType({})
    quantities = ("xeb_fidelity",)
    reach: Reach = "links"
    assumptions = (
        "a circuit's fidelity does not hang on how uneven its ideal distribution is",
        "preparation and readout are counted with the circuit",
        "the verifier computes the strings that count, and a machine could compute them as well",
    )

    def draw(
        self, length: float, count: int, targets: tuple[Target, ...], qubits: int, stream: Stream
    ) -> Drawn:
        """Draw circuits of `length` layers on the register that `targets` join.

        The key says of each string of the register whether it counts as a hit, (count, 2^n).

        Raises:
            PlanError: The circuits of this register are all too even; none of our plans asks that.
        """
        register = register_of(targets)
        n, depth = len(register), round(length)
        phases = np.zeros((count, depth + 1, n), dtype=np.int64)
        orders = np.tile(np.arange(n), (count, depth, 1))
        hits = np.zeros((count, 1 << n), dtype=np.uint8)
        layers = fixed_layers(register, [(min(t), max(t)) for t in targets], depth)
        missing, attempt = np.arange(count), 0
        while missing.size:
            if attempt == _ATTEMPTS:
                raise PlanError(f"random circuits of {depth} layers on {n} qubits are too even")
            drawn = stream.child(f"attempt {attempt}")
            shape = (missing.size, depth + 1, n)
            phases[missing] = drawn.child("phases").bits(shape, 8)
            if layers is None:
                words = drawn.child("pairs").take(8 * missing.size * depth * n).view("<u8")
                orders[missing] = np.argsort(
                    words.reshape(missing.size, depth, n), axis=2, kind="stable"
                )
            kept = np.zeros(missing.size, dtype=np.bool_)
            at_once = max(_TOGETHER >> n, 1)
            for start in range(0, missing.size, at_once):
                some = missing[start : start + at_once]
                met = paired_layers(orders[some]) if layers is None else layers
                chance = layered_probabilities(phases[some], met)
                coins = drawn.child(f"coins {start}").take(4 * some.size << n).view("<u4")
                found, kept[start : start + at_once] = _hits(chance, coins.reshape(chance.shape))
                hits[some] = found
            missing, attempt = missing[~kept], attempt + 1
        circuits = tuple(
            layered_circuit(
                qubits,
                register,
                [
                    [(register[a], register[b]) for a, b in layer[0].tolist()]
                    for layer in layers or paired_layers(orders[[index]])
                ],
                phases[index],
            )
            for index in range(count)
        )
        return Drawn(circuits=circuits, key=hits)

    def score(
        self, key: Bits, outcomes: Bits, experiment: Experiment, arms: npt.NDArray[np.intp]
    ) -> Mapping[str, Trials]:
        """Count the shots of each circuit that answer with a string that hits."""
        register = list(register_of(experiment.targets))
        hits = [
            key[index][string_indices(shots[:, register])].sum()
            for index, shots in enumerate(outcomes)
        ]
        trials = Trials(
            lengths=np.array(experiment.lengths, dtype=np.float64),
            arms=arms,
            hits=np.array(hits, dtype=np.int64)[:, None],
            shots=int(outcomes.shape[1]),
        )
        return {self.quantities[0]: trials}

    def estimate(self, quantity: str, trials: Trials, level: float) -> tuple[Estimate, ...]:
        """Give F with the Clopper-Pearson interval of the share of hits."""
        hits, shots = trials.totals()
        found = []
        for right in hits.sum(axis=0):
            share = binomial_estimate(
                int(right), int(shots.sum()), level=level, circuits=trials.circuits
            )
            value, low, high = (
                (part - EVEN) / (IDEAL - EVEN) for part in (share.value, share.low, share.high)
            )
            moved = replace(share, value=value, low=low, high=high)
            found.append(physical(moved, 0.0, 1.0) if shots.sum() else share)
        return tuple(found)

    def mean(self, quantity: str, trials: Trials, level: float) -> Estimate:
        """Give the one register's value."""
        return self.estimate(quantity, trials, level)[0]

    def seconds(self, length: float, durations: Durations) -> float:
        """`length` layers of a pulse and an entangler, a last pulse, then readout."""
        layer = durations.one_qubit_gate + durations.two_qubit_gate
        return overhead(durations) + length * layer + durations.one_qubit_gate

    def unsound(self, experiment: Experiment) -> Iterator[tuple[str, object, str]]:
        """Name what a stranger's plan may not ask: what takes too much memory or time."""
        n, depth = len(register_of(experiment.targets)), experiment.lengths[0]
        if not COMPUTED.fewest <= n <= COMPUTED.widest:
            yield "targets", f"{n} qubits", f"{COMPUTED.fewest} to {COMPUTED.widest}"
        elif not COMPUTED.shallowest <= depth <= COMPUTED.deepest:
            yield "lengths", depth, f"{COMPUTED.shallowest} to {COMPUTED.deepest} layers"
        elif experiment.batch << n > _MOST_KEYS:
            yield "batch", experiment.batch, "keys that fit into memory"
        elif COMPUTED.steps(n, depth, experiment.rounds) > COMPUTED.most_steps:
            yield "rounds", experiment.rounds, "fewer, which can be computed in hours"


def _hits(
    chance: npt.NDArray[np.float64], coins: npt.NDArray[np.uint32]
) -> tuple[Bits, npt.NDArray[np.bool_]]:
    """Say which strings count as hits, and which circuits are uneven enough.

    Args:
        chance: Ideal probabilities, shape (circuits, strings).
        coins: Uniform words of 32 bits, in the same shape.
    """
    count, strings = chance.shape
    ranked = np.argsort(-np.rint(chance * _FINE), axis=1, kind="stable")
    likely = np.zeros((count, strings), dtype=np.bool_)
    np.put_along_axis(likely, ranked[:, : strings // 4], values=True, axis=1)
    found = (chance * likely).sum(axis=1)
    kept = found >= IDEAL
    told = np.where(kept, (IDEAL - EVEN) / np.maximum(found - EVEN, 0.1), 1.0)[:, None]
    odds = EVEN * (1 - told) + told * likely
    return (coins < np.rint(odds * 2.0**32)).astype(np.uint8), np.asarray(kept)


QUANTITIES = (
    Quantity(
        metric="xeb_fidelity",
        rate="xeb_fidelity",
        kind="register",
        conditions=("depth",),
        share=share_at_fidelity,
        computed=COMPUTED,
    ),
)
PROTOCOL = CrossEntropy()
