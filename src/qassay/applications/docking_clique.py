"""Healthcare: how a medicine sits in its target, as the largest clique of a graph.

A vertex is a contact: one point of the ligand on one point of the receptor. Two contacts are
joined if both fit at once, so a pose is a clique, and the best one the largest (Banchi et al.,
Science Advances 6, eaax1950 (2020), arXiv:1902.00462, where the method is defined).

C = -sum_i x_i + sum over pairs that are not joined x_i x_j, whose minimum is minus the size of
the largest clique. Non-edges are couplings, so the circuit is dense.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

import numpy as np

from qassay.applications.descent import thresholds_of
from qassay.applications.exact import HIGHS, Solution, milp
from qassay.applications.instance import Instance, Optimum, Origin
from qassay.applications.interface import Words, text_of
from qassay.applications.ising import Bits, Floats, Ising
from qassay.applications.unit_commitment import from_binary
from qassay.errors import Problem, UsageError, quoted
from qassay.reading.limits import FOREIGN
from qassay.reading.strict_json import read_json

_EXPECTED: Final = 'a graph: JSON {"vertices": [...], "edges": [[a, b], ...]}, or lines "a b"'
_MOST_VERTICES: Final = 300


class DockingClique:
    """Docking pose as maximum clique."""

    id = "docking-clique"
    higher_is_better = True
    words = Words(
        title="How a medicine sits in its target",
        field="healthcare",
        question="Which contacts between a drug molecule and a protein can all be made at the"
        " same time? The largest such set shows how the molecule docks.",
        merit="contacts of the pose",
        unit="contacts",
        repair="contacts in conflict are dropped, the worst first, then all that still fit"
        " are added",
        truth="An ordinary computer finds the largest set in milliseconds, and docking programs"
        " in daily use do not need this graph at all. The repair is so strong that random"
        " strings pass for good answers: read the device's column beside the random one.",
    )

    def repaired(self, instance: Instance, bits: Bits) -> Bits:
        """Make every string a clique that nothing can be added to."""
        return repaired_cliques(_adjacency(instance), bits)

    def merit(self, instance: Instance, bits: Bits) -> Floats:
        """Count contacts; a string with a conflict counts nothing."""
        joined = _adjacency(instance)
        apart = ~joined & ~np.eye(len(joined), dtype=bool)
        chosen = bits.astype(np.float64)
        conflicts = ((chosen @ apart) * chosen).sum(axis=1)
        return np.where(conflicts > 0, 0.0, chosen.sum(axis=1))

    def solve(self, instance: Instance) -> Solution:
        """Let HiGHS find the largest clique with a proof."""
        return milp_clique(instance.qubits, _non_edges(instance.data, instance.qubits))

    def encoded(self, instance: Instance) -> Ising:
        """Write the cost anew from the contacts that fit together."""
        return _encoded(_non_edges(instance.data, instance.qubits), instance.qubits)

    def lowest(self, instance: Instance) -> Solution:
        """Let HiGHS find the largest clique, which has the lowest cost, with a proof."""
        best = self.solve(instance)
        return replace(best, value=float(instance.ising.energies(best.bits[None])[0]))

    def own(self, data: bytes, name: str, qubits: int | None) -> Instance:
        """Make an instance of a graph."""
        labels, edges = read_graph(data, name)
        if qubits is not None:
            if not 2 <= qubits <= len(labels):
                raise UsageError(
                    Problem(
                        where="--qubits",
                        found=str(qubits),
                        expected=f"2 to {len(labels)}, the vertices of {name}",
                    )
                )
            labels = labels[:qubits]
            edges = [edge for edge in edges if max(edge) < qubits]
        source = Origin(title=name, licence="the owner's")
        return clique_instance(labels, edges, name, name, source)


def clique_instance(
    labels: list[str], edges: Iterable[tuple[int, int]], name: str, title: str, source: Origin
) -> Instance:
    """Encode a graph and prove its largest clique.

    Raises:
        UsageError: It has no edge, or every pair is joined.
    """
    n = len(labels)
    joined = sorted({(min(edge), max(edge)) for edge in edges})
    if not joined:
        raise UsageError(
            Problem(
                where=name,
                found="a graph without an edge",
                expected="contacts of which some fit together",
            )
        )
    data: dict[str, Any] = {"vertices": labels, "edges": [list(edge) for edge in joined]}
    apart = _non_edges(data, n)
    if not apart:
        raise UsageError(
            Problem(
                where=name,
                found="a graph in which all contacts fit together",
                expected="a question: the answer to this one is everything",
            )
        )
    ising = _encoded(apart, n)
    best = milp_clique(n, apart)
    energy = float(ising.energies(best.bits[None])[0])
    return Instance(
        application=DockingClique.id,
        name=name,
        title=title,
        ising=ising,
        optimum=Optimum(
            energy=energy,
            bits="".join(map(str, best.bits)),
            proven=best.proven,
            method="HiGHS, branch and bound",
            gap=best.gap,
        ),
        thresholds=thresholds_of(ising, energy),
        source=source,
        data=data,
    )


def read_graph(data: bytes, name: str) -> tuple[list[str], list[tuple[int, int]]]:
    """Read a graph from JSON or from lines of two names.

    Raises:
        UsageError: It is none.
    """
    text = text_of(data, name, _EXPECTED)
    labels, pairs = _json(text, name) if text.lstrip().startswith("{") else _lines(text, name)
    if not 2 <= len(labels) <= _MOST_VERTICES:
        raise UsageError(
            Problem(
                where=name,
                found=f"{len(labels)} vertices",
                expected=f"2 to {_MOST_VERTICES} vertices",
            )
        )
    place = {label: index for index, label in enumerate(labels)}
    strange = [pair for pair in pairs if pair[0] not in place or pair[1] not in place]
    loops = [pair for pair in pairs if pair[0] == pair[1]]
    UsageError.raise_if_any(
        [
            *(
                Problem(where=f"{name}, edges", found=quoted(list(pair)), expected="its vertices")
                for pair in strange[:5]
            ),
            *(
                Problem(where=f"{name}, edges", found=quoted(list(pair)), expected="two, not one")
                for pair in loops[:5]
            ),
        ]
    )
    return labels, [(place[a], place[b]) for a, b in pairs]


def _json(text: str, name: str) -> tuple[list[str], list[tuple[str, str]]]:
    try:
        document = read_json(text, name, limits=FOREIGN, error=UsageError)
        vertices, edges = document["vertices"], document["edges"]
        if isinstance(vertices, int) and not isinstance(vertices, bool):
            vertices = list(range(min(vertices, _MOST_VERTICES + 1)))
        labels = [str(vertex) for vertex in vertices]
        pairs = [(str(a), str(b)) for a, b in edges]
    except (ValueError, KeyError, TypeError):
        raise UsageError(Problem(where=name, found="other JSON", expected=_EXPECTED)) from None
    if len(set(labels)) != len(labels):
        raise UsageError(
            Problem(where=f"{name}, vertices", found="a name twice", expected="each vertex once")
        )
    return labels, pairs


def _lines(text: str, name: str) -> tuple[list[str], list[tuple[str, str]]]:
    pairs: list[tuple[str, str]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split("#")[0].replace(",", " ").split()
        if not words:
            continue
        if len(words) != 2:
            raise UsageError(
                Problem(where=f"{name}:{number}", found=quoted(line.strip()), expected=_EXPECTED)
            )
        pairs.append((words[0], words[1]))
    return list(dict.fromkeys(label for pair in pairs for label in pair)), pairs


def milp_clique(n: int, apart: list[tuple[int, int]]) -> Solution:
    """Let HiGHS choose as many vertices as it can, never two that are apart."""
    rows = [({i: 1.0, j: 1.0}, 1.0) for i, j in apart]
    value, x, proven, gap, seconds = milp(-np.ones(n), rows, whole=n)
    bits = np.round(x).astype(np.uint8)
    return Solution(value=-value, bits=bits, proven=proven, gap=gap, seconds=seconds, solver=HIGHS)


def repaired_cliques(joined: np.ndarray[Any, Any], bits: Bits) -> Bits:
    """Drop the vertex with most conflicts until none is left, then add what fits.

    Both in the order of the vertices where several are alike; what is added has most edges
    first. Nothing is random.

    Args:
        joined: Adjacency, shape (n, n).
        bits: Strings, shape (strings, n).
    """
    n = len(joined)
    apart = (~joined & ~np.eye(n, dtype=bool)).astype(np.float64)
    chosen = bits.astype(np.float64)
    for _ in range(n):
        conflicts = (chosen @ apart) * chosen
        bad = conflicts.max(axis=1) > 0
        if not bad.any():
            break
        chosen[bad, conflicts[bad].argmax(axis=1)] = 0.0
    for vertex in np.argsort(-joined.sum(axis=1), kind="stable"):
        free = (chosen @ apart[vertex] == 0) & (chosen[:, vertex] == 0)
        chosen[free, vertex] = 1.0
    return chosen.astype(np.uint8)


def _adjacency(instance: Instance) -> np.ndarray[Any, Any]:
    joined = np.zeros((instance.qubits, instance.qubits), dtype=bool)
    for i, j in instance.data["edges"]:
        joined[i, j] = joined[j, i] = True
    return joined


def _encoded(apart: list[tuple[int, int]], n: int) -> Ising:
    """Write minus the number of chosen vertices as a cost, a pair that is apart costing one."""
    return from_binary(0.0, -np.ones(n), dict.fromkeys(apart, 1.0))


def _non_edges(data: Any, n: int) -> list[tuple[int, int]]:
    there = {(i, j) for i, j in data["edges"]}
    return [(i, j) for i in range(n) for j in range(i + 1, n) if (i, j) not in there]
