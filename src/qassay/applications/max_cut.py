"""Maximum cut of a graph: the problem by which makers publish scores of optimisation circuits.

The edges whose ends fall on different sides are cut; their weights add up. C = -sum w_ij (1 -
s_i s_j) / 2, whose minimum is minus the largest cut. Circuits with linear ramps on weighted graphs
are published as LR-QAOA (J. Montanez-Barrera et al., npj Quantum Inf. 11, 131 (2025),
arXiv:2405.09169); the angles here are those of `ramp`, so a score of others is another figure.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np

from qassay.applications.descent import thresholds_of
from qassay.applications.exact import Solution, brute_force, milp_optimum
from qassay.applications.instance import Instance, Optimum, Origin
from qassay.applications.interface import Words, is_number, rounded, text_of
from qassay.applications.ising import Bits, Floats, Ising
from qassay.errors import Problem, UsageError, quoted
from qassay.reading.limits import JsonLimits
from qassay.reading.strict_json import read_json

_MOST_NAMED: Final = 5
_EXPECTED: Final = (
    'a graph: JSON {"vertices": n, "edges": [[a, b, weight], ...]}, or lines "a,b,weight";'
    " vertices from 0, a weight left out is 1"
)
_EVERY_STRING: Final = 20  # points, up to which all strings are looked at
_MOST_VERTICES: Final = 300
_MOST_EDGES: Final = 20_000
_JSON: Final = JsonLimits(size=1 << 20, values=120_000)
Edge = tuple[int, int, float]


class MaxCut:
    """Maximum cut."""

    id = "max-cut"
    higher_is_better = True
    words = Words(
        title="A graph cut in two",
        field="graphs",
        question="How are the points of a graph put on two sides, so that the lines between the"
        " sides weigh as much as they can?",
        merit="weight of the cut",
        unit="",
        repair="single points change sides as long as the cut grows by it",
        truth="Ordinary computers find the largest cut of graphs of this size, and good ones of"
        " much larger graphs. The score says what a machine makes of a circuit that others publish"
        " scores of.",
    )

    def repaired(self, instance: Instance, bits: Bits) -> Bits:
        """Let single points change sides while the cut grows, the best one first."""
        weights = np.zeros((instance.qubits, instance.qubits))
        for i, j, weight in instance.ising.couplings:
            weights[i, j] = weights[j, i] = weight
        spins = 1.0 - 2.0 * bits
        for _ in range(4 * instance.qubits):
            gain = 2 * spins * (spins @ weights)
            best = gain.argmax(axis=1)
            grows = np.flatnonzero(gain[np.arange(len(spins)), best] > 1e-9)
            if not grows.size:
                break
            spins[grows, best[grows]] *= -1
        return np.asarray((1 - spins) / 2, dtype=np.uint8)

    def merit(self, instance: Instance, bits: Bits) -> Floats:
        """Weigh the cut of each string."""
        return -instance.ising.energies(bits)

    def solve(self, instance: Instance) -> Solution:
        """Look at every string, or let HiGHS find the largest cut with a proof."""
        found = _best(instance.ising)
        return replace(found, value=-found.value)  # the weight that is cut, and no cost

    def encoded(self, instance: Instance) -> Ising:
        """Give the cost itself: a graph has no other data."""
        return instance.ising

    def lowest(self, instance: Instance) -> Solution:
        """Look at every string, or let HiGHS find the lowest cost with a proof."""
        return _best(instance.ising)

    def own(self, data: bytes, name: str, qubits: int | None) -> Instance:
        """Make an instance of a list of edges."""
        vertices, edges = read_edges(data, name)
        if qubits not in (None, vertices):
            raise UsageError(
                Problem(
                    where=name,
                    found=f"{vertices} vertices",
                    expected=f"{qubits}, as many as qubits",
                )
            )
        alone = sorted(set(range(vertices)) - {end for edge in edges for end in edge[:2]})
        named = ", ".join(map(str, alone[:_MOST_NAMED])) + (", ..." if alone[_MOST_NAMED:] else "")
        notes = (f"vertices without an edge: {named}",) if alone else ()
        source = Origin(title=name, licence="the owner's", notes=notes)
        return cut_instance(vertices, edges, name, source)


def cut_instance(vertices: int, edges: list[Edge], name: str, source: Origin) -> Instance:
    """Encode a graph and prove its largest cut.

    Raises:
        UsageError: No cut is better than a random one.
    """
    couplings = tuple((i, j, rounded(weight / 2, 12)) for i, j, weight in sorted(edges))
    ising = Ising(-sum(x for *_, x in couplings), (0.0,) * vertices, couplings)
    best = _best(ising)
    energy = float(ising.energies(best.bits[None])[0])
    if not energy < ising.constant:
        raise UsageError(
            Problem(
                where=name,
                found="a graph whose largest cut is that of a coin",
                expected="a weight that is not zero",
            )
        )
    return Instance(
        application=MaxCut.id,
        name=name,
        title=f"{name}: {vertices} points, {len(edges)} lines",
        ising=ising,
        optimum=Optimum(
            energy=energy,
            bits="".join(map(str, best.bits)),
            proven=best.proven,
            method=best.solver,
            gap=best.gap,
        ),
        thresholds=thresholds_of(ising, energy),
        source=source,
    )


def read_edges(data: bytes, name: str) -> tuple[int, list[Edge]]:
    """Read a graph from JSON or from lines of two vertices and a weight.

    Raises:
        UsageError: It is none; with the line of each mistake.
    """
    text = text_of(data, name, _EXPECTED)
    is_json = text.lstrip().startswith("{")
    vertices, rows = _json(text, name) if is_json else _lines(text, name)
    problems, edges = [], {}
    for place, (first, second, weight) in rows:
        pair = (min(first, second), max(first, second))
        if not 0 <= pair[0] < pair[1] < (vertices or _MOST_VERTICES):
            found, expected = f"{first}, {second}", "two different vertices, from 0"
        elif pair in edges:
            found, expected = f"the edge {first}, {second} a second time", "each edge once"
        elif not is_number(weight):
            found, expected = quoted(str(weight)), "a finite weight"
        else:
            edges[pair] = float(weight)
            continue
        problems.append(Problem(where=f"{name}{place}", found=found, expected=expected))
    UsageError.raise_if_any(problems[:20])
    count = vertices or 1 + max((pair[1] for pair in edges), default=0)
    if not edges or len(edges) > _MOST_EDGES or not 2 <= count <= _MOST_VERTICES:
        raise UsageError(
            Problem(
                where=name,
                found=f"{count} vertices and {len(edges)} edges",
                expected=f"2 to {_MOST_VERTICES} vertices and 1 to {_MOST_EDGES} edges",
            )
        )
    return count, [(i, j, weight) for (i, j), weight in edges.items()]


def _best(ising: Ising) -> Solution:
    return brute_force(ising) if ising.qubits <= _EVERY_STRING else milp_optimum(ising)


Rows = list[tuple[str, tuple[int, int, Any]]]


def _json(text: str, name: str) -> tuple[int | None, Rows]:
    wrong = UsageError(Problem(where=name, found="other JSON", expected=_EXPECTED))
    document = read_json(text, name, limits=_JSON, error=UsageError)
    if not isinstance(document, dict) or not isinstance(document.get("edges"), list):
        raise wrong
    vertices = document.get("vertices")
    if vertices is not None and (
        isinstance(vertices, bool)
        or not isinstance(vertices, int)
        or not 2 <= vertices <= _MOST_VERTICES
    ):
        raise wrong
    rows: Rows = []
    for place, edge in enumerate(document["edges"]):
        ends = edge[:2] if isinstance(edge, list) and len(edge) in (2, 3) else []
        if len(ends) != 2 or not all(type(end) is int for end in ends):
            raise wrong
        rows.append((f", edges, {place}", (ends[0], ends[1], edge[2] if len(edge) > 2 else 1)))
    return vertices, rows


def _lines(text: str, name: str) -> tuple[int | None, Rows]:
    rows: Rows = []
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split("#")[0].replace(",", " ").replace(";", " ").split()
        if not words or (number == 1 and not any(map(str.isdigit, line))):
            continue  # a header names the columns: words alone, so that it is no edge
        try:
            first, second, *more = words
            if "_" in line:
                raise ValueError(line)  # which Python takes for a number's
            rows.append((f":{number}", (int(first), int(second), float((*more, "1")[0]))))
        except ValueError:
            more = ["", ""]
        if len(more) > 1:
            raise UsageError(
                Problem(where=f"{name}:{number}", found=quoted(line.strip()), expected=_EXPECTED)
            )
    return _with_sizes(rows, text)


def _with_sizes(rows: Rows, text: str) -> tuple[int | None, Rows]:
    """Read a first row of two numbers for what it is in files of rudy (the G-set): n and edges.

    It is no edge where every other row has a weight and it counts them; vertices are from 1 then.
    """
    (_, (vertices, edges, _)), others = rows[0] if rows else ("", (0, 0, 1)), rows[1:]
    lines = [
        line.split("#")[0].replace(",", " ").replace(";", " ").split() for line in text.split("\n")
    ]
    sizes = [len(words) for words in lines if words]
    if sizes[:1] != [2] or edges != len(others) or set(sizes[1:]) != {3}:
        return None, rows
    return vertices, [(at, (a - 1, b - 1, weight)) for at, (a, b, weight) in others]
