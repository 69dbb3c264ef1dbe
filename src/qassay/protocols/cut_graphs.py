"""Q-score: how well random graphs are cut in two, by one checked edge a shot.

Measures: C(n), the mean number of edges that answers cut on random graphs of n points, an edge
with probability 1/2 between any two. A coin cuts n (n - 1) / 8; beta(n) is what is cut above that
over 0.178 n^(3/2), about what the best cuts have above it. A Q-score of n is claimed by
beta(n) > 0.2.
Design: a new graph for every circuit, which runs once, and one secret edge of it that is looked
at; the shot hits if the answer cuts it. Graphs are drawn with a probability in proportion to their
edges: a uniformly random pair is an edge, the one that is checked, and all others with 1/2. So the
mean of hits is C(n) over its n (n - 1) / 4 edges on average, exactly, whatever the machine does;
and shots are independent trials of one probability.
Circuits: one layer of QAOA at the two angles that are best on average (`cut_circuits`), on qubits
that are all coupled, or carried along a chain by neighbours that change places. A secret set of
points is flipped in the graph and back in the answer, and a secret set of qubits is turned round
before it is read, so a machine that prefers 0 gains nothing.
Other angles for each graph, and more layers, can cut a little more: a published score may have
used them.
Model: none.
What can fool it: a laptop cuts such graphs better than any machine of today. The score says what
a machine that runs the circuits delivers; it is no proof that it ran them.
Reference: S. Martiel, T. Ayral and C. Allouche, IEEE Trans. Quantum Eng. 2, 3102711 (2021),
arXiv:2102.12973. What a coin cuts is n (n - 1) / 8 in the authors' program
(github.com/myQLM/qscore) and in IQM's; programs that take n^2 / 8 ask for more.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

from qassay.circuits.circuit import Circuit
from qassay.circuits.cut_circuits import (
    best_angles,
    carried_circuit,
    chain_of,
    cut_circuit,
    read_places,
)
from qassay.circuits.layouts import edge_colouring
from qassay.devices.description import Durations
from qassay.errors import PlanError
from qassay.languages.english import said
from qassay.languages.sentence import Figures
from qassay.protocols.interface import Bits, DecayLaw, Drawn, Experiment, Model, Reach, Target
from qassay.protocols.quantity import PassMark, Quantity
from qassay.protocols.reach import register_of
from qassay.protocols.scoring import overhead
from qassay.protocols.shares import ShareOfHits
from qassay.randomness import Stream
from qassay.statistics.trials import Trials

CUT: Final = "cut_edges"
WIDEST: Final = 60  # qubits: about 900 edges a circuit
FEWEST: Final = 3
_BETA: Final = 0.2
_LAMBDA: Final = 0.178
_PLANNED: Final = 0.5  # of the way from the mark to a machine without errors


class CutGraphs(ShareOfHits):
    """Cut edges of random graphs on a register."""

    id = "cut_graphs"
    version = 1
    title = "Cuts of random graphs"
    model: Model = "probability"
    asymptote = 0.0
    laws: Mapping[str, DecayLaw] = MappingProxyType({})
    quantities = (CUT,)
    reach: Reach = "links"
    assumptions = (
        "nothing is assumed of the errors; the value is the mean over graphs of this size",
        "one layer at the angles that are best on average; other angles for each graph and more"
        " layers can cut more",
        "the score does not prove that a quantum computer gave the answers",
    )

    def draw(
        self, length: float, count: int, targets: tuple[Target, ...], qubits: int, stream: Stream
    ) -> Drawn:
        """Draw circuits on the register that `targets` join, all of it or along a chain.

        Edges whose ends do not meet within `length` rounds are left out; all do in n of them.

        The key holds of each circuit 1 + the places in the register of the checked edge's ends and
        whether an uncut edge reads as cut, since one of them is flipped; shape (count, 3).

        Raises:
            PlanError: The targets are neither all pairs of a register nor a chain.
        """
        register = register_of(targets)
        n = len(register)
        chain = () if _is_whole(targets) else chain_of([(t[0], t[1]) for t in targets])
        if not chain and not _is_whole(targets):
            raise PlanError("graphs are cut on qubits that are all coupled, or along a chain")
        layers = edge_colouring(combinations(range(n), 2))
        pairs, rounds = [pair for layer in layers for pair in layer], round(length)
        met = {pair for layer in layers[:rounds] for pair in layer}
        there = stream.child("edges").bits((count, len(pairs))).astype(np.bool_)
        checked = stream.child("checked").below(len(pairs), count)
        there[np.arange(count), checked] = True
        flipped = stream.child("flips").bits((count, n))
        turned = stream.child("turned").bits((count, n))
        angles = best_angles(n)[:2]
        circuits = []
        for row, flips, ends in zip(there, flipped, turned, strict=True):
            edges = [
                (a, b, -1 if flips[a] != flips[b] else 1)
                for (a, b), is_there in zip(pairs, row, strict=True)
                if is_there
            ]
            if chain:
                gates = tuple(carried_circuit(chain, edges, angles, ends.tolist(), rounds))
            else:
                kept = [edge for edge in edges if edge[:2] in met]
                gates = tuple(cut_circuit(register, kept, angles, ends.tolist()))
            circuits.append(Circuit(qubits, gates))
        points, rows = np.array(pairs)[checked], np.arange(count)[:, None]
        odd = flipped[rows, points].sum(axis=1)
        places = np.array(read_places(n, rounds))[points] if chain else points
        odd = (odd + turned[rows, places].sum(axis=1)) % 2
        if chain:
            order = {qubit: index for index, qubit in enumerate(register)}
            places = np.array([order[qubit] for qubit in chain])[places]
        key = np.concatenate([1 + places, odd[:, None]], axis=1).astype(np.uint8)
        return Drawn(circuits=tuple(circuits), key=key)

    def score(
        self, key: Bits, outcomes: Bits, experiment: Experiment, arms: npt.NDArray[np.intp]
    ) -> Mapping[str, Trials]:
        """Count the shots that cut the checked edge."""
        read = outcomes[:, :, list(register_of(experiment.targets))]
        rows = np.arange(len(key))
        first, second = (read[rows, :, key[:, side].astype(np.intp) - 1] for side in (0, 1))
        hits = (first ^ second ^ key[:, 2, None]).sum(axis=1, dtype=np.int64)[:, None]
        trials = Trials(
            lengths=np.array(experiment.lengths, dtype=np.float64),
            arms=arms,
            hits=hits,
            shots=int(outcomes.shape[1]),
        )
        return {CUT: trials}

    def seconds(self, length: float, durations: Durations) -> float:
        """`length` rounds of three entanglers and six pulses, two more pulses, then readout."""
        meeting = 3 * (2 * durations.one_qubit_gate + durations.two_qubit_gate)
        return overhead(durations) + length * meeting + 2 * durations.one_qubit_gate

    def unsound(self, experiment: Experiment) -> Iterator[tuple[str, object, str]]:
        """Name what a stranger's plan may not ask: more qubits, other registers, other depths."""
        n = len(register_of(experiment.targets))
        if not 2 <= n <= WIDEST:
            yield "targets", f"{n} qubits", f"2 to {WIDEST}"
        elif not _is_whole(experiment.targets) and not chain_of(
            [(t[0], t[1]) for t in experiment.targets]
        ):
            yield "targets", "pairs that are no chain", "all pairs of a register, or a chain"
        elif experiment.lengths != (float(n),):
            yield "lengths", experiment.lengths, f"({n},), as many rounds as qubits"


def _is_whole(targets: tuple[Target, ...]) -> bool:
    n = len(register_of(targets))
    return 2 * len(targets) == n * (n - 1)


def share_at_beta(beta: float, points: int) -> float:
    """Give the share of cut edges at a beta of the Q-score."""
    return 0.5 + 4 * beta * _LAMBDA * math.sqrt(points) / (points - 1)


def beta_at_share(share: float, points: int) -> float:
    """Give the beta of the Q-score at a share of cut edges."""
    return (share - 0.5) * (points - 1) / (4 * _LAMBDA * math.sqrt(points))


def _width(score: float) -> int | None:
    """Give n of a score; None where it is no whole number from 3."""
    n = round(score)
    return n if n == score and n >= FEWEST else None


def _sized(mark: PassMark, points: int) -> PassMark:
    """Give the mark of graphs of this size."""
    share, ideal = share_at_beta(_BETA, points), best_angles(points)[2]
    planned = share + _PLANNED * (ideal - share)

    def beside(hits: int, circuits: int) -> str:
        beta = beta_at_share(hits / circuits, points)
        less = points / 8 / (_LAMBDA * points**1.5)
        return said(
            "mark.beta",
            n=Figures(number=str(points)),
            beta=Figures(number=f"{beta:.3f}"),
            other=Figures(number=f"{beta - less:.3f}"),
        )

    return replace(mark, share=share, ideal=ideal, planned=planned, beside=beside)


QUANTITIES = (
    Quantity(
        metric="q_score",
        rate=CUT,
        kind="register",
        mark=PassMark(
            share=share_at_beta(_BETA, 5),
            ideal=best_angles(5)[2],
            planned=0.5 * (share_at_beta(_BETA, 5) + best_angles(5)[2]),
            title="share of cut edges",
            width=_width,
            widest=WIDEST,
            values=f"a whole number from {FEWEST}",
            sized=_sized,
            chance=0.5,
            carried=True,
        ),
    ),
)
PROTOCOL = CutGraphs()
