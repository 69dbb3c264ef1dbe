"""Which circuits of a fragment run where: a function of the seed alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from qassay.circuits.circuit import Circuit
from qassay.devices.description import DeviceDescription
from qassay.errors import PlanError, Problem, UsageError
from qassay.fragments.ansatz import ansatz_circuit
from qassay.fragments.molecule import Bits, Fragment
from qassay.randomness import Stream

FEWEST_BATCHES: Final = 20
MOST_BATCHES: Final = 1000
MOST_SHOTS: Final = 1_000_000
_MOST_STEPS: Final = 200_000  # of the search for a ladder


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class FragmentDesign:
    """What is run.

    Attributes:
        fragment: The fragment.
        patch: Device qubit of each spin orbital, alpha first.
        batches: Jobs, each of one circuit with a pad of its own.
        shots: Of each batch.
        root: 32 secret bytes.
    """

    fragment: Fragment
    patch: tuple[int, ...]
    batches: int
    shots: int
    root: bytes

    @property
    def register(self) -> int:
        """Qubits of every circuit that is sent."""
        return max(self.patch) + 1

    def stream(self, name: str, batch: int) -> Stream:
        """Name the random stream of one purpose in one batch."""
        return Stream(self.root, "fragment").child(name).child(batch)

    def mask(self, batch: int) -> Bits:
        """Give the spin orbitals that are flipped before the measurement, shape (2 m,)."""
        return self.stream("mask", batch).bits(self.fragment.qubits)

    def circuit(self, batch: int) -> Circuit:
        """Write the circuit of a batch."""
        return ansatz_circuit(self.fragment, self.patch, self.register, self.mask(batch))

    def plain(self, outcomes: Bits) -> Bits:
        """Take the pads off.

        Args:
            outcomes: Bits of the register, shape (batches, shots, register).

        Returns:
            Bits of the spin orbitals, shape (batches, shots, 2 m).
        """
        masks = np.stack([self.mask(batch) for batch in range(self.batches)])
        return np.asarray(outcomes[:, :, list(self.patch)] ^ masks[:, None, :])


def place_fragment(
    fragment: Fragment, device: DeviceDescription, root: bytes, *, batches: int, shots: int
) -> FragmentDesign:
    """Place a fragment on a device.

    Args:
        fragment: The fragment.
        device: Where.
        root: 32 secret bytes.
        batches: Jobs.
        shots: In all; rounded up to whole batches.

    Raises:
        UsageError: Numbers without meaning, all at once.
        PlanError: The device has no ladder of the fragment's length.
    """
    problems = []
    if not FEWEST_BATCHES <= batches <= MOST_BATCHES:
        problems.append(
            Problem(
                where="--batches",
                found=str(batches),
                expected=f"{FEWEST_BATCHES} to {MOST_BATCHES}",
                advice="fewer say too little about drift",
            )
        )
    if not batches <= shots <= MOST_SHOTS:
        problems.append(
            Problem(
                where="--shots", found=str(shots), expected=f"{max(batches, 1)} to {MOST_SHOTS}"
            )
        )
    UsageError.raise_if_any(problems)
    return FragmentDesign(
        fragment=fragment,
        patch=ladder_of(device, fragment.orbitals),
        batches=batches,
        shots=-(-shots // batches),
        root=root,
    )


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
