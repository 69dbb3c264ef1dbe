"""The frozen schedule: one set of angles for every problem, every size and every machine.

A mid-point linear ramp: in layer k of p, u = (k - 1/2) / p, gamma = 0.8 u / s with s the
problem's scale, beta = -0.75 (1 - u). It belongs to the family of linear ramps of
Montanez-Barrera and Michielsen, npj Quantum Inf. 11, 131 (2025), arXiv:2405.09169; the
mid-point lets the same two constants serve p = 1 to 20. They were chosen once, classically, on
12 to 16 qubits of all three applications together. Nothing is ever trained on a device, so a
score cannot be tuned, and two machines run the same circuits.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from qassay.applications.ising import Floats, Ising, one_layer_mean
from qassay.applications.routing import Route
from qassay.circuits.circuit import Circuit, Gate

VERSION: Final = 1  # moves when an angle or the order of gates does
GAMMA: Final = 0.8
BETA: Final = -0.75
MOST_DEPTH: Final = 64
MOST_STATEVECTOR: Final = 20  # qubits whose ideal state is computed in full
_H: Final = math.pi / 2  # Ry(pi/2) takes |0> to |+>, as a Hadamard gate does


def angles(depth: int) -> tuple[tuple[float, float], ...]:
    """Give (gamma, beta) of each layer, gamma in units of 1 / scale."""
    steps = [(k + 0.5) / depth for k in range(depth)]
    return tuple((GAMMA * u, BETA * (1 - u)) for u in steps)


def circuit_of(ising: Ising, depth: int, route: Route, qubits: int) -> Circuit:
    """Write the circuit of `depth` layers for a machine.

    Even layers run the route backwards, which brings every spin home: the couplings commute,
    so any order of them is the same layer.

    Args:
        ising: The cost.
        depth: Layers.
        route: Where each spin sits and how couplings are brought together.
        qubits: Of the machine; those without a spin stay idle.
    """
    place = list(route.start)
    gates = [Gate("prx", (q,), _H, math.pi / 2) for q in place]
    scale = ising.scale or 1.0
    for layer, (gamma, beta) in enumerate(angles(depth)):
        for spin, field in enumerate(ising.fields):
            if field:
                gates.append(Gate("rz", (place[spin],), 2 * gamma * field / scale))
        steps = route.steps if layer % 2 == 0 else tuple(reversed(route.steps))
        for a, b, coupling in steps:
            if coupling < 0:
                gates += swap_gates(a, b)
                place = [b if q == a else a if q == b else q for q in place]
            else:
                strength = ising.couplings[coupling][2]
                gates.append(Gate("zz", (a, b), 2 * gamma * strength / scale))
        gates += [Gate("prx", (q,), 2 * beta) for q in place]
    return Circuit(qubits, tuple(gates))


def places_after(route: Route, depth: int) -> tuple[int, ...]:
    """Give the qubit on which each spin is read after `depth` layers."""
    place = list(route.start)
    if depth % 2:
        for a, b, coupling in route.steps:
            if coupling < 0:
                place = [b if q == a else a if q == b else q for q in place]
    return tuple(place)


def swap_gates(a: int, b: int) -> list[Gate]:
    """Write a swap as three CX, each a CZ between quarter turns of its target."""
    gates = []
    for control, target in ((a, b), (b, a), (a, b)):
        gates.append(Gate("prx", (target,), _H, 3 * math.pi / 2))
        gates.append(Gate("cz", (control, target)))
        gates.append(Gate("prx", (target,), _H, math.pi / 2))
    return gates


def ideal_mean(ising: Ising, depth: int) -> float | None:
    """Give the exact mean cost on a machine without errors.

    Returns:
        From the closed form at one layer, from the statevector up to 20 qubits; None beyond.
    """
    if depth == 1:
        ((gamma, beta),) = angles(1)
        return one_layer_mean(ising, gamma / (ising.scale or 1.0), beta)
    if ising.qubits > MOST_STATEVECTOR:
        return None
    cost = ising.all_energies()
    return float(ideal_probabilities(ising, depth, cost) @ cost)


def ideal_probabilities(ising: Ising, depth: int, cost: Floats | None = None) -> Floats:
    """Give the probability of every string, shape (2^n,); bit q of the index is qubit q."""
    cost = ising.all_energies() if cost is None else cost
    shifted = (cost - ising.constant) / (ising.scale or 1.0)
    state = np.full(cost.size, cost.size**-0.5, dtype=np.complex128)
    for gamma, beta in angles(depth):
        state *= np.exp(-1j * gamma * shifted)
        c, s = math.cos(beta), -1j * math.sin(beta)
        for qubit in range(ising.qubits):
            view = state.reshape(-1, 2, 2**qubit)
            zero = view[:, 0].copy()
            view[:, 0] = c * zero + s * view[:, 1]
            view[:, 1] = s * zero + c * view[:, 1]
    return np.asarray(np.abs(state) ** 2, dtype=np.float64)
