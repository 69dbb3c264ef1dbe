"""Trajectories of one diagonal layer on many qubits: exact matrix products, exact sampling.

With one diagonal layer the state is U D (product state). D is a matrix product whose bonds are
the labels of `cut_labels`; nothing is truncated. The tensors are almost empty, since a label is
mostly handed on as it is, so they are kept as lists of entries, and a site of bond 2^c costs
some 4^c, not 8^c. Sampling goes from the last site to the first for the environments (what is
summed over to the right, which one-qubit gates do not change), then from the first to the last
for the bits. Many trajectories are treated at once.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from qassay.devices.simulated.cut_labels import Entries, SitePlan
from qassay.devices.simulated.trajectories import Layer

Complex = npt.NDArray[np.complex64]
Bits = npt.NDArray[np.uint8]
# A site's two lists of numbers, for the values 0 and 1, shape (trajectories, entries).
Values = tuple[Complex, Complex]


def layer_values(
    plans: Sequence[SitePlan], order: Sequence[int], start: Layer, layer: Layer
) -> list[Values]:
    """Give the numbers of a diagonal layer on a product state.

    Args:
        plans: Of the sites.
        order: Qubit of each site.
        start: Its one-qubit gates make the product state.
        layer: Turns and couplings of all trajectories.
    """
    made = []
    for plan, qubit in zip(plans, order, strict=True):
        own = []
        for value, entries in enumerate(plan.entries):
            angle = layer.turns[:, qubit] * (1 - 2 * value)
            angles = np.repeat(angle[:, None], entries.rights.size, axis=1)
            if plan.edges:
                strengths = np.stack([layer.couplings[edge] for edge in plan.edges], axis=1)
                angles += strengths @ entries.signs
            numbers = np.exp(-0.5j * angles) * start.gates[:, qubit, value, :1]
            own.append(numbers.astype(np.complex64))
        made.append((own[0], own[1]))
    return made


def environments(plans: Sequence[SitePlan], values: Sequence[Values]) -> list[Complex]:
    """Sum over everything to the right of each site, up to a factor; (trajectories, r, r')."""
    count = len(values[0][0])
    right = np.ones((count, 1, 1), dtype=np.complex64)
    found = [right]
    for plan, own in zip(plans[:0:-1], values[:0:-1], strict=True):
        size = 1 << len(plan.left)
        left = np.zeros((count, size, size), dtype=np.complex64)
        for entries, numbers in zip(plan.entries, own, strict=True):
            part = _through(entries, numbers, right)
            if entries.lefts.size == size:
                left += part
            else:
                left[:, entries.lefts[:, None], entries.lefts] += part
        # Only ratios count; this keeps single precision far from its limits.
        left /= np.trace(left, axis1=1, axis2=2).real[:, None, None]
        right = left
        found.append(right)
    return found[::-1]


def _through(entries: Entries, numbers: Complex, right: Complex) -> Complex:
    """Take an environment through the entries of one value, shape (trajectories, l, l')."""
    fresh, lefts = entries.rights.shape
    count, size = len(numbers), right.shape[1]
    if fresh * fresh <= 2 * size:
        # First the sum over the fresh qubits of one side, then of the other.
        half = np.zeros((count, lefts, size), dtype=np.complex64)
        for number, rights in enumerate(entries.rights):
            own = numbers[:, number * lefts : (number + 1) * lefts]
            half += own[:, :, None] * np.take(right, rights, axis=1)
        whole = np.zeros((count, lefts, lefts), dtype=np.complex64)
        for number, rights in enumerate(entries.rights):
            own = numbers[:, number * lefts : (number + 1) * lefts]
            whole += own.conj()[:, None, :] * np.take(half, rights, axis=2)
        return whole
    dense = np.zeros((count, lefts, size), dtype=np.complex64)
    dense[:, np.arange(lefts), entries.rights] = numbers.reshape(count, fresh, lefts)
    return np.asarray(dense @ right @ dense.conj().transpose(0, 2, 1))


def sample(
    plans: Sequence[SitePlan],
    values: Sequence[Values],
    gates: Sequence[npt.NDArray[np.complex128]],
    shots: int,
    generator: np.random.Generator,
) -> Bits:
    """Measure all sites of every trajectory.

    Args:
        plans: Of the sites.
        values: From `layer_values`.
        gates: One-qubit gates before the measurement, a site each, (trajectories, 2, 2).
        shots: Of each trajectory.
        generator: Of the outcomes.

    Returns:
        Shape (trajectories, shots, sites).
    """
    count = len(values[0][0])
    state = np.ones((count, shots, 1), dtype=np.complex64)
    bits = np.empty((count, shots, len(plans)), dtype=np.uint8)
    rights = environments(plans, values)
    for site, (plan, own) in enumerate(zip(plans, values, strict=True)):
        size = 1 << len(plan.right)
        moved = np.zeros((count, shots, 2, size), dtype=np.complex64)
        for value, (entries, numbers) in enumerate(zip(plan.entries, own, strict=True)):
            steps = np.tile(state[:, :, entries.lefts], len(entries.rights))
            steps *= numbers[:, None, :]
            moved[:, :, value, entries.kept] = steps[:, :, entries.reached_by].sum(axis=-1)
        both = gates[site].astype(np.complex64)[:, None] @ moved
        heavy = (both.reshape(count, 2 * shots, -1) @ rights[site]).reshape(both.shape)
        chance = np.maximum((heavy * both.conj()).real.sum(axis=-1), 0)
        one = generator.random((count, shots)) * chance.sum(axis=2) >= chance[:, :, 0]
        bits[:, :, site] = one
        state = np.where(one[:, :, None], both[:, :, 1], both[:, :, 0])
        norm = np.sqrt(np.take_along_axis(chance, one[:, :, None].astype(np.intp), axis=2))
        state /= np.maximum(norm, np.float32(1e-30))
    return bits
