"""Quantum volume: how often a square random circuit answers with one of its likelier strings.

Measures: h, the mean probability of heavy outputs: of the strings of n bits those whose ideal
probability lies above the median of all 2^n. A machine without errors has about (1 + ln 2) / 2,
one that answers anything at all 1/2; a quantum volume of 2^n is claimed by h > 2/3.
Design: circuits of n qubits and n layers. Each layer pairs all qubits at random (one of an odd
number waits), with a gate uniform over SU(4) on each pair. Turns between two layers are drawn
once, since two uniform turns in a row are one. Every circuit runs once, so each shot is one
independent trial with success probability h, whatever the circuits have in common.
Model: none; h is a mean over circuits, and errors of the hundredth circuit count as those of the
first.
What can fool it: h depends on the circuits' widths alone, and a laptop can answer for n below 30.
It says what a machine that runs the circuits delivers; it is no proof that it ran them.
Verified up to 14 qubits: the verifier computes every string's probability.
Reference: A. Cross et al., PRA 100, 032328 (2019), arXiv:1811.12926 (definition; algorithm 1, the
rule of two standard errors; section II, the ideal value).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

from qassay.circuits.circuit import Circuit, Gate
from qassay.circuits.haar import (
    nonlocal_parts,
    pair_gate,
    pair_matrices,
    turn,
    turn_matrices,
    uniform_turns,
)
from qassay.circuits.ideal import paired_probabilities, string_indices
from qassay.devices.description import Durations
from qassay.languages.english import said
from qassay.languages.sentence import Figures, Sentence
from qassay.protocols.interface import Bits, DecayLaw, Drawn, Experiment, Model, Reach, Target
from qassay.protocols.quantity import PassMark, Quantity
from qassay.protocols.reach import register_of
from qassay.protocols.scoring import overhead
from qassay.protocols.shares import ShareOfHits
from qassay.randomness import Stream
from qassay.statistics.trials import Trials

HEAVY: Final = "heavy_outputs"
WIDEST: Final = 14  # qubits: 16,384 probabilities a circuit
_MOST_KEYS: Final = 1 << 28  # of a batch
_FEWEST: Final = 100  # circuits of the standard's rule
_TOGETHER: Final = 1 << 20  # probabilities that are computed at once


class QuantumVolume(ShareOfHits):
    """Heavy outputs of square random circuits on a register."""

    id = "quantum_volume"
    version = 1
    title = "Quantum volume"
    model: Model = "probability"
    asymptote = 0.0
    laws: Mapping[str, DecayLaw] = MappingProxyType({})
    quantities = (HEAVY,)
    reach: Reach = "links"
    assumptions = (
        "nothing is assumed of the errors; the value is the mean over circuits of this size",
        "the verifier computes the strings that count, and a machine could compute them as well",
    )

    def draw(
        self, length: float, count: int, targets: tuple[Target, ...], qubits: int, stream: Stream
    ) -> Drawn:
        """Draw circuits of `length` layers on the register that `targets` join.

        The key says of each string of the register whether it is heavy, shape (count, 2^n).
        """
        register = register_of(targets)
        n, depth = len(register), round(length)
        orders = np.argsort(
            stream.child("pairs").take(8 * count * depth * n).view("<u8").reshape(count, depth, n),
            axis=2,
            kind="stable",
        )
        turns = uniform_turns(stream.child("turns"), count * (depth + 1) * n)
        turns = turns.reshape(count, depth + 1, n, 3)
        parts = nonlocal_parts(stream.child("pair gates"), count * depth * (n // 2))
        parts = parts.reshape(count, depth, n // 2, 3)
        circuits = tuple(
            Circuit(qubits, tuple(_gates(register, *one)))
            for one in zip(orders.tolist(), turns.tolist(), parts.tolist(), strict=True)
        )
        return Drawn(circuits=circuits, key=_heavy(orders, turns, parts))

    def score(
        self, key: Bits, outcomes: Bits, experiment: Experiment, arms: npt.NDArray[np.intp]
    ) -> Mapping[str, Trials]:
        """Count the shots of each circuit that answer with a heavy string."""
        register = list(register_of(experiment.targets))
        found = np.take_along_axis(key, string_indices(outcomes[..., register]), axis=1)
        hits = found.sum(axis=1, dtype=np.int64)
        trials = Trials(
            lengths=np.array(experiment.lengths, dtype=np.float64),
            arms=arms,
            hits=hits[:, None],
            shots=int(outcomes.shape[1]),
        )
        return {HEAVY: trials}

    def seconds(self, length: float, durations: Durations) -> float:
        """`length` layers of a turn and a pair gate of three entanglers, a turn, then readout."""
        layer = 3 * (durations.one_qubit_gate + durations.two_qubit_gate)
        return overhead(durations) + length * layer + durations.one_qubit_gate

    def unsound(self, experiment: Experiment) -> Iterator[tuple[str, object, str]]:
        """Name what a stranger's plan may not ask: keys that fill the memory, other depths."""
        n = len(register_of(experiment.targets))
        if n > WIDEST:
            yield "targets", f"{n} qubits", f"at most {WIDEST}"
        elif experiment.lengths != (float(n),):
            yield "lengths", experiment.lengths, f"({n},), as many layers as qubits"
        elif experiment.batch << n > _MOST_KEYS:
            yield "batch", experiment.batch, "keys that fit into memory"


def _gates(
    register: Target,
    orders: Sequence[Sequence[int]],
    turns: Sequence[Sequence[Sequence[int]]],
    parts: Sequence[Sequence[Sequence[int]]],
) -> Iterator[Gate]:
    """Write one circuit, a turn before every pair gate and one at the end of each qubit."""
    for order, own, middle in zip(orders, turns, parts, strict=False):
        for pair, part in enumerate(middle):
            a, b = order[2 * pair], order[2 * pair + 1]
            yield from turn(register[a], own[a])
            yield from turn(register[b], own[b])
            yield from pair_gate(register[a], register[b], part)
    for place, last in enumerate(turns[-1]):
        yield from turn(register[place], last, last=True)


def _heavy(
    orders: npt.NDArray[np.int64], turns: npt.NDArray[np.int64], parts: npt.NDArray[np.int64]
) -> Bits:
    """Find the strings above the median of each circuit, shape (circuits, 2^n), 1 if above.

    Half of the strings are heavy. One of them changes sides only where two neighbours of the
    median agree to the last bits of a float; they are 2^-2n apart.
    """
    count, depth, n = orders.shape
    heavy = np.zeros((count, 1 << n), dtype=np.uint8)
    at_once = max(_TOGETHER >> n, 1)
    for start in range(0, count, at_once):
        some = slice(start, start + at_once)
        single = turn_matrices(turns[some, :depth])
        placed = np.take_along_axis(single, orders[some][..., None, None], axis=2)
        first, second = placed[:, :, 0 : 2 * (n // 2) : 2], placed[:, :, 1::2]
        both = np.einsum("...ij,...kl->...ikjl", first, second)
        gates = pair_matrices(parts[some]) @ both.reshape(*both.shape[:3], 4, 4)
        chance = paired_probabilities(orders[some], gates, turn_matrices(turns[some, depth]))
        heavy[some] = chance > np.median(chance, axis=1, keepdims=True)
    return heavy


def _width(volume: float) -> int | None:
    """Give n of a volume 2^n, n from 2; None where it is no such number."""
    n = round(math.log2(volume)) if volume >= 1 else 0
    return n if n > 1 and 2.0**n == volume else None


def _standard(hits: int, circuits: int) -> Sentence:
    """Say what the standard's own rule makes of the same counts (Cross et al., algorithm 1)."""
    share = hits / circuits
    sigma = math.sqrt(share * (1 - share) / circuits)
    low = share - 2 * sigma
    numbers = {"share": share, "sigma": sigma, "low": low}
    told = {name: Figures(number=f"{value:.3f}") for name, value in numbers.items()}
    paper = "arXiv:1811.12926"
    if circuits < _FEWEST:
        run = Figures(number=str(circuits))
        return said("mark.standard_few", paper=paper, fewest=_FEWEST, circuits=run, **told)
    side = "above" if low > 2 / 3 else "below"
    return said(f"mark.standard_{side}", paper=paper, **told, n=Figures(number=str(circuits)))


QUANTITIES = (
    Quantity(
        metric="quantum_volume",
        rate=HEAVY,
        kind="register",
        conditions=("heavy_output_probability",),
        mark=PassMark(
            share=2 / 3,
            ideal=(1 + math.log(2)) / 2,
            planned=0.7,
            title="heavy output probability",
            width=_width,
            widest=WIDEST,
            values="a power of two from 4",
            stated="heavy_output_probability",
            beside=_standard,
        ),
    ),
)
PROTOCOL = QuantumVolume()
