"""Energy: the section of a transmission network through which the most power flows.

A section splits the buses in two; its power is the sum of |MW| of the lines between both sides
(weighted MaxCut). Sections of high power are what operators monitor and protect. Qubit = bus,
coupling = line, so the circuit is as sparse as the grid: Jing, Wang and Li, Commun. Eng. 2, 12
(2023), doi:10.1038/s44172-023-00061-8.

C = -sum_lines MW (1 - z_i z_j) / 2. A zone of n buses is grown breadth-first from the bus with
the most flow, neighbours in the order of falling MW; no buses are merged.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Final

from qassay.applications.descent import descended, thresholds_of
from qassay.applications.exact import Solution, milp_optimum
from qassay.applications.grid_files import read_network
from qassay.applications.instance import Instance, Optimum, Origin
from qassay.applications.interface import Words, rounded
from qassay.applications.ising import Bits, Floats, Ising
from qassay.applications.network import Network
from qassay.errors import Problem, UsageError

_LARGEST: Final = 50  # qubits of a buyer's own zone unless he says otherwise
_LEAST_MW: Final = 1e-6


class GridSection:
    """Maximum power section of a network."""

    id = "grid-section"
    higher_is_better = True
    words = Words(
        title="Power section of a transmission grid",
        field="energy",
        question="Which way of splitting this grid in two cuts the lines that carry the most"
        " power? That section is what a control room watches first.",
        merit="power through the section",
        unit="MW",
        repair="single buses change sides while that adds power to the section",
        truth="A grid like this one is almost a tree, so an ordinary computer finds the best"
        " section exactly, however large the grid: no quantum computer can be faster here, now"
        " or later. What is measured is how much of a real energy problem survives on this"
        " machine.",
    )

    def repaired(self, instance: Instance, bits: Bits) -> Bits:
        """Descend by single flips."""
        return descended(instance.ising, bits)

    def merit(self, instance: Instance, bits: Bits) -> Floats:
        """Give the megawatts through each section."""
        return -instance.ising.energies(bits)

    def solve(self, instance: Instance) -> Solution:
        """Let HiGHS find the section with a proof."""
        found = milp_optimum(instance.ising)
        return Solution(
            value=-found.value,
            bits=found.bits,
            proven=found.proven,
            gap=found.gap,
            seconds=found.seconds,
            solver=found.solver,
        )

    def encoded(self, instance: Instance) -> Ising:
        """Write the cost anew from the power of the lines."""
        lines = [(int(a), int(b), float(mw)) for a, b, mw in instance.data["lines"]]
        return _encoded(lines, instance.qubits)

    def lowest(self, instance: Instance) -> Solution:
        """Let HiGHS find the lowest cost with a proof."""
        return milp_optimum(instance.ising)

    def own(self, data: bytes, name: str, qubits: int | None) -> Instance:
        """Make an instance of a MATPOWER case or a pandapower file."""
        network = read_network(data, name)
        largest = min(len(network.buses), _LARGEST)
        source = Origin(title=name, licence="the owner's", notes=(network.flows,))
        return section_instance(network, qubits or largest, name, source)


def section_instance(network: Network, qubits: int, name: str, source: Origin) -> Instance:
    """Take a zone of a network and prove its best section.

    Raises:
        UsageError: The network falls into islands, carries no power, or is too small.
    """
    flows = _merged(network)
    _check(network, flows, qubits, name)
    zone = _zone(flows, qubits)
    index = {bus: place for place, bus in enumerate(zone)}
    lines = sorted(
        (min(index[a], index[b]), max(index[a], index[b]), rounded(mw))
        for (a, b), mw in flows.items()
        if a in index and b in index
    )
    ising = _encoded(lines, qubits)
    best = milp_optimum(ising)
    return Instance(
        application=GridSection.id,
        name=name,
        title=f"{network.title}, zone of {qubits} buses",
        ising=ising,
        optimum=Optimum(
            energy=best.value,
            bits="".join(map(str, best.bits)),
            proven=best.proven,
            method="HiGHS, branch and bound",
            gap=best.gap,
        ),
        thresholds=thresholds_of(ising, best.value),
        source=source,
        data={
            "buses": [network.buses[bus] for bus in zone],
            "lines": [list(line) for line in lines],
            "layout": [list(network.layout[bus]) for bus in zone] if network.layout else [],
            "unit": "MW",
        },
    )


def _encoded(lines: Sequence[tuple[int, int, float]], buses: int) -> Ising:
    """Write minus the power through a section as a cost."""
    return Ising(
        -sum(mw for *_, mw in lines) / 2,
        (0.0,) * buses,
        tuple((i, j, mw / 2) for i, j, mw in lines),
    )


def _merged(network: Network) -> dict[tuple[int, int], float]:
    """Add up parallel lines, and leave out those that carry nothing."""
    flows: dict[tuple[int, int], float] = {}
    for a, b, mw in network.lines:
        if a != b:
            pair = (min(a, b), max(a, b))
            flows[pair] = flows.get(pair, 0.0) + abs(mw)
    return {pair: mw for pair, mw in flows.items() if mw > _LEAST_MW}


def _check(
    network: Network, flows: Mapping[tuple[int, int], float], qubits: int, name: str
) -> None:
    count = len(network.buses)
    if not flows:
        raise UsageError(
            Problem(
                where=name,
                found="no power on any line",
                expected="a network that carries load",
                advice="give the loads and generators, or a case with solved flows",
            )
        )
    pairs = {(min(a, b), max(a, b)) for a, b, _ in network.lines}
    parts = sorted(islands(pairs, count), key=len, reverse=True)
    if len(parts) > 1:
        named = ", ".join(network.buses[bus] for bus in parts[1][:5])
        raise UsageError(
            Problem(
                where=name,
                found=f"{len(parts)} islands that no line joins ({named}, ...)",
                expected="one connected network",
                advice="give each island a file of its own",
            )
        )
    if not 2 <= qubits <= count:
        raise UsageError(
            Problem(
                where="--qubits", found=str(qubits), expected=f"2 to {count}, the buses of {name}"
            )
        )


def islands(pairs: set[tuple[int, int]], count: int) -> list[list[int]]:
    """Split vertices into connected parts."""
    near: dict[int, list[int]] = {bus: [] for bus in range(count)}
    for a, b in pairs:
        near[a].append(b)
        near[b].append(a)
    parts, seen = [], set()
    for root in range(count):
        if root in seen:
            continue
        part, queue = [], deque([root])
        seen.add(root)
        while queue:
            here = queue.popleft()
            part.append(here)
            for other in near[here]:
                if other not in seen:
                    seen.add(other)
                    queue.append(other)
        parts.append(part)
    return parts


def _zone(flows: Mapping[tuple[int, int], float], qubits: int) -> Sequence[int]:
    """Grow a zone breadth-first from the bus with the most flow."""
    near: dict[int, list[tuple[float, int]]] = {}
    for (a, b), mw in flows.items():
        near.setdefault(a, []).append((-mw, b))
        near.setdefault(b, []).append((-mw, a))
    root = max(sorted(near), key=lambda bus: -sum(mw for mw, _ in near[bus]))
    zone: list[int] = []
    queue, seen = deque([root]), {root}
    while queue and len(zone) < qubits:
        here = queue.popleft()
        zone.append(here)
        for _, other in sorted(near[here]):
            if other not in seen:
                seen.add(other)
                queue.append(other)
    if len(zone) < qubits:
        raise UsageError(
            Problem(
                where="--qubits",
                found=str(qubits),
                expected=f"at most {len(zone)}, the buses that lines with power join",
            )
        )
    return zone
