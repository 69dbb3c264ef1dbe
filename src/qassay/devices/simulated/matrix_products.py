"""Trajectories of one diagonal layer on many qubits: exact matrix products, exact sampling.

With one diagonal layer the state is U D (product state). D is a matrix product whose bonds are
the labels of `cut_labels`; nothing is truncated. Sampling goes from the last site to the first
for the environments (what is summed over to the right, which one-qubit gates do not change),
then from the first to the last for the bits. Many trajectories are treated at once.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from qassay.devices.simulated.cut_labels import SitePlan
from qassay.devices.simulated.trajectories import Layer

Tensors = list[npt.NDArray[np.complex64]]
Bits = npt.NDArray[np.uint8]


def layer_tensors(plans: Sequence[SitePlan], order: Sequence[int], layer: Layer) -> Tensors:
    """Fill the tensors of a diagonal layer.

    Args:
        plans: Of the sites.
        order: Qubit of each site.
        layer: Turns and couplings of all trajectories.

    Returns:
        A tensor a site, shape (trajectories, left, 2, right).
    """
    count = len(layer.turns)
    made = []
    for plan, qubit in zip(plans, order, strict=True):
        angles = np.multiply.outer(layer.turns[:, qubit], plan.spin)
        if plan.edges:
            strengths = np.stack([layer.couplings[edge] for edge in plan.edges], axis=1)
            angles += strengths @ plan.signs
        shape = (1 << len(plan.left), 2, 1 << len(plan.right))
        tensor = np.zeros((count, shape[0] * 2 * shape[2]), dtype=np.complex64)
        tensor[:, plan.place] = np.exp(-0.5j * angles)
        made.append(tensor.reshape(count, *shape))
    return made


def environments(tensors: Tensors) -> Tensors:
    """Sum over everything to the right of each site, up to a factor; (trajectories, r, r')."""
    count = len(tensors[0])
    right = np.ones((count, 1, 1), dtype=np.complex64)
    found = [right]
    for tensor in reversed(tensors[1:]):
        left = np.zeros((count, tensor.shape[1], tensor.shape[1]), dtype=np.complex64)
        for value in range(2):
            part = tensor[:, :, value]
            left += part @ right @ part.conj().transpose(0, 2, 1)
        # Only ratios count; this keeps single precision far from its limits.
        left /= np.trace(left, axis1=1, axis2=2).real[:, None, None]
        right = left
        found.append(right)
    return found[::-1]


def sample(
    tensors: Tensors,
    gates: Sequence[npt.NDArray[np.complex128]],
    shots: int,
    generator: np.random.Generator,
) -> Bits:
    """Measure all sites of every trajectory.

    Args:
        tensors: From `layer_tensors`, the product state multiplied in.
        gates: One-qubit gates before the measurement, a site each, (trajectories, 2, 2).
        shots: Of each trajectory.
        generator: Of the outcomes.

    Returns:
        Shape (trajectories, shots, sites).
    """
    count = len(tensors[0])
    state = np.ones((count, shots, 1), dtype=np.complex64)
    bits = np.empty((count, shots, len(tensors)), dtype=np.uint8)
    for site, (tensor, right) in enumerate(zip(tensors, environments(tensors), strict=True)):
        flat = tensor.reshape(count, tensor.shape[1], -1)
        moved = (state @ flat).reshape(count, shots, 2, -1)
        both = gates[site].astype(np.complex64)[:, None] @ moved
        heavy = (both.reshape(count, 2 * shots, -1) @ right).reshape(both.shape)
        chance = np.maximum((heavy * both.conj()).real.sum(axis=-1), 0)
        one = generator.random((count, shots)) * chance.sum(axis=2) >= chance[:, :, 0]
        bits[:, :, site] = one
        state = np.where(one[:, :, None], both[:, :, 1], both[:, :, 0])
        norm = np.sqrt(np.take_along_axis(chance, one[:, :, None].astype(np.intp), axis=2))
        state /= np.maximum(norm, np.float32(1e-30))
    return bits
