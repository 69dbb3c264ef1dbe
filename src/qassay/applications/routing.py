"""Bringing coupled spins together on a machine whose qubits do not all meet.

The couplings of a layer commute, so they may run in any order: whatever is adjacent runs at
once, then the swap is made that brings the remaining pairs closest (greedy, with the nearest
pair first). Nothing is random, so a plan that names the machine's couplings names the route.
The swaps that this costs are printed beside every score: the count of two-qubit gates.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from qassay.applications.ising import Ising
from qassay.circuits.layouts import edge_colouring
from qassay.devices.description import DeviceDescription, Pair
from qassay.errors import PlanError, Problem

Step = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Route:
    """Where spins sit and how one layer of couplings is run.

    Attributes:
        start: Qubit of each spin at the beginning.
        steps: (qubit, qubit, number of the coupling), or -1 for a swap of the two.
    """

    start: tuple[int, ...]
    steps: tuple[Step, ...]

    @property
    def swaps(self) -> int:
        """Swaps in one layer."""
        return sum(coupling < 0 for *_, coupling in self.steps)

    def as_json(self) -> dict[str, Any]:
        """Give the route as plain JSON values."""
        return {"start": list(self.start), "steps": [list(step) for step in self.steps]}


def route_problems(route: Route, ising: Ising) -> Iterator[str]:
    """Find what is wrong with a route that somebody else wrote."""
    if len(route.start) != ising.qubits or len(set(route.start)) != ising.qubits:
        yield "a place of its own for every spin"
        return
    spin_at = {place: spin for spin, place in enumerate(route.start)}
    left = set(range(len(ising.couplings)))
    for a, b, coupling in route.steps:
        if coupling < 0:
            one, other = spin_at.pop(a, None), spin_at.pop(b, None)
            spin_at |= {q: s for q, s in ((b, one), (a, other)) if s is not None}
        elif coupling not in left or {spin_at.get(a), spin_at.get(b)} != set(
            ising.couplings[coupling][:2]
        ):
            yield f"coupling {coupling} once, between its two spins"
            return
        else:
            left.discard(coupling)
    if left:
        yield f"all couplings; {len(left)} are left out"


def route_of(ising: Ising, device: DeviceDescription) -> Route:
    """Find a route on a machine.

    Raises:
        PlanError: The machine has fewer qubits than the problem, or falls into parts too small.
    """
    if ising.qubits > device.qubits:
        raise PlanError(
            Problem(
                where="the instance",
                found=f"{ising.qubits} qubits",
                expected=f"at most the {device.qubits} of {device.name}",
                advice="choose a smaller instance with --qubits",
            )
        )
    number = {(i, j): n for n, (i, j, _) in enumerate(ising.couplings)}
    if device.connectivity == "all-to-all":
        layers = edge_colouring(number)
        steps = tuple((i, j, number[i, j]) for layer in layers for i, j in layer)
        return Route(tuple(range(ising.qubits)), steps)
    near = _neighbours(device)
    start = _placed(ising, _connected(near, ising.qubits, device), near)
    return Route(tuple(start), tuple(_steps(ising, start, near)))


def _neighbours(device: DeviceDescription) -> list[list[int]]:
    near: list[list[int]] = [[] for _ in range(device.qubits)]
    for a, b in device.couplings:
        near[a].append(b)
        near[b].append(a)
    return [sorted(row) for row in near]


def _connected(near: Sequence[Sequence[int]], wanted: int, device: DeviceDescription) -> list[int]:
    """Choose a compact connected region: breadth-first from the qubit that reaches it nearest."""
    best: tuple[int, list[int]] | None = None
    for centre in range(len(near)):
        reached = _distances(near, centre)
        region = sorted((d, q) for q, d in enumerate(reached) if d >= 0)[:wanted]
        if len(region) == wanted:
            spread = sum(d for d, _ in region)
            if best is None or spread < best[0]:
                best = (spread, [q for _, q in region])
    if best is None:
        raise PlanError(
            Problem(
                where="device",
                found="qubits that fall into parts without coupling",
                expected=f"{wanted} connected qubits of {device.name}",
            )
        )
    return best[1]


def _distances(near: Sequence[Sequence[int]], source: int) -> list[int]:
    reached = [-1] * len(near)
    reached[source] = 0
    queue = deque([source])
    while queue:
        here = queue.popleft()
        for other in near[here]:
            if reached[other] < 0:
                reached[other] = reached[here] + 1
                queue.append(other)
    return reached


def _placed(ising: Ising, region: list[int], near: list[list[int]]) -> list[int]:
    """Place spins so that coupled ones are near: greedy growth, then exchanges while they help."""
    inside = set(region)
    distance = {q: _distances(near, q) for q in region}
    near_spin = ising.neighbours
    order, seen = [], set()
    for root in sorted(range(ising.qubits), key=lambda s: -len(near_spin[s])):
        queue = deque([root])
        while queue:
            spin = queue.popleft()
            if spin in seen:
                continue
            seen.add(spin)
            order.append(spin)
            queue.extend(sorted(near_spin[spin], key=lambda s: -len(near_spin[s])))
    place: dict[int, int] = {}
    free = set(region)
    for spin in order:
        there = [place[other] for other in near_spin[spin] if other in place]
        anchors = there or list(place.values()) or region[:1]

        def reach(q: int) -> tuple[int, int, int]:
            ways = sum(distance[anchor][q] for anchor in anchors)  # noqa: B023 - used at once
            return ways, -sum(o in free for o in near[q] if o in inside), q

        chosen = min(free, key=reach)
        place[spin] = chosen
        free.discard(chosen)
    start = [place[spin] for spin in range(ising.qubits)]
    for _ in range(8):
        if not _exchanged(ising, start, distance):
            break
    return start


def _exchanged(ising: Ising, start: list[int], distance: dict[int, list[int]]) -> bool:
    """Exchange two spins wherever that shortens the way between coupled ones."""

    def length(spin: int, at: int, other: int, other_at: int) -> int:
        return sum(
            distance[at][start[k] if k != other else other_at]
            for k in ising.neighbours[spin]
            if k != other
        )

    better = False
    for a in range(ising.qubits):
        for b in range(a + 1, ising.qubits):
            now = length(a, start[a], b, start[b]) + length(b, start[b], a, start[a])
            then = length(a, start[b], b, start[a]) + length(b, start[a], a, start[b])
            if then < now:
                start[a], start[b] = start[b], start[a]
                better = True
    return better


def _steps(ising: Ising, start: list[int], near: list[list[int]]) -> Iterator[Step]:
    """Run what is adjacent, then swap towards the rest, until nothing is left."""
    distance = [_distances(near, q) for q in range(len(near))]
    place = list(start)
    spin_at = {q: s for s, q in enumerate(place)}
    left = dict(enumerate((i, j) for i, j, _ in ising.couplings))
    last: Pair | None = None
    while left:
        for coupling, (i, j) in sorted(left.items()):
            if distance[place[i]][place[j]] == 1:
                yield place[i], place[j], coupling
                del left[coupling]
        if not left:
            return
        apart = {c: distance[place[i]][place[j]] for c, (i, j) in left.items()}
        nearest = min(apart, key=lambda c: (apart[c], c))
        i, j = left[nearest]
        active: dict[int, list[int]] = {}
        for one, other in left.values():
            active.setdefault(one, []).append(other)
            active.setdefault(other, []).append(one)

        def gain(swap: Pair) -> float:
            moved = {spin_at[q]: to for q, to in (swap, swap[::-1]) if q in spin_at}
            total = 0.0
            for spin, to in moved.items():
                for other in active.get(spin, ()):  # noqa: B023 - used at once
                    before = distance[place[spin]][place[other]]
                    after = distance[to][moved.get(other, place[other])]
                    total += (after - before) / before  # near pairs weigh more
            return total

        # Only swaps that bring the nearest pair closer: every round ends.
        choices = [
            (min(q, o), max(q, o))
            for q, target in ((place[i], place[j]), (place[j], place[i]))
            for o in near[q]
            if distance[o][target] < distance[q][target]
        ]
        a, b = min(
            (c for c in choices if c != last), key=lambda c: (gain(c), c), default=choices[0]
        )
        last = (a, b)
        yield a, b, -1
        moved = {spin_at.pop(q): to for q, to in ((a, b), (b, a)) if q in spin_at}
        for spin, to in moved.items():
            place[spin], spin_at[to] = to, spin
