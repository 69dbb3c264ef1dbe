"""Two lines of coupled qubits side by side, as a fragment's two spins need them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from qassay.devices.description import DeviceDescription
from qassay.errors import PlanError, Problem

_MOST_STEPS: Final = 200_000  # of the search for a ladder


def ladder_of(device: DeviceDescription, length: int) -> tuple[int, ...]:
    """Find two lines of coupled qubits side by side, a rung at every place.

    Raises:
        PlanError: There is none, or none was found in a bounded search.
    """
    near: dict[int, set[int]] = {qubit: set() for qubit in range(device.qubits)}
    for a, b in device.pairs:
        near[a].add(b)
        near[b].add(a)
    steps = 0

    def rungs(last: tuple[int, int] | None, used: set[int]) -> Iterator[tuple[int, int]]:
        for a in range(device.qubits) if last is None else sorted(near[last[0]] - used):
            for b in sorted(near[a] - used if last is None else near[a] & near[last[1]] - used):
                yield a, b

    ways = [rungs(None, set())]
    chosen: list[tuple[int, int]] = []
    while ways and steps < _MOST_STEPS:
        steps += 1
        rung = next(ways[-1], None)
        if rung is None:
            ways.pop()
            if chosen:
                chosen.pop()
            continue
        chosen.append(rung)
        if len(chosen) == length:
            return tuple(a for a, _ in chosen) + tuple(b for _, b in chosen)
        ways.append(rungs(rung, {qubit for pair in chosen for qubit in pair}))
    raise PlanError(
        Problem(
            where=device.name,
            found="no such couplings",
            expected=f"two lines of {length} qubits with a rung at every place",
            advice="this circuit is not routed with swaps: a grid or all-to-all"
            " couplings are needed",
        )
    )
