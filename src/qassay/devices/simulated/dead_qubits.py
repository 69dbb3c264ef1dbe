"""Circuits as they run on a machine with dead qubits: no gate reaches them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from qassay.circuits.circuit import Circuit, Circuits, Gate
from qassay.circuits.family import CircuitFamily, Element, Pulses
from qassay.circuits.gates import IDLE


def without(circuits: Circuits, dead: Collection[int]) -> Circuits:
    """Take the gates of dead qubits away; their partners idle instead."""
    if not dead:
        return circuits
    if isinstance(circuits, Circuit):
        return without_gates(circuits, dead)
    some = [qubit for qubit in dead if qubit < circuits.qubits]
    elements = tuple(_element(element, some, circuits.size) for element in circuits.elements)
    return CircuitFamily(circuits.qubits, circuits.size, elements)


def without_gates(circuit: Circuit, dead: Collection[int]) -> Circuit:
    """Take the gates of dead qubits away from one circuit."""
    return Circuit(circuit.qubits, tuple(_gates(circuit, set(dead)))) if dead else circuit


def _element(element: Element, dead: list[int], size: int) -> Element:
    if not isinstance(element, Pulses):
        return element
    codes = element.codes.copy()
    codes[:, :, dead] = IDLE
    active = element.active
    met = np.array([not set(pair) & set(dead) for pair in element.pairs], dtype=np.bool_)
    if not met.all():
        there = np.ones((size, met.size), dtype=np.bool_) if active is None else active
        active = there & met
    return Pulses(codes, element.pairs, active)


def _gates(circuit: Circuit, dead: set[int]) -> list[Gate]:
    kept = []
    for gate in circuit.gates:
        alive = tuple(qubit for qubit in gate.qubits if qubit not in dead)
        if len(alive) == len(gate.qubits) or (alive and gate.kind in ("delay", "barrier")):
            kept.append(replace(gate, qubits=alive))
        elif alive:
            # What follows must not start before the gate would have ended.
            kept.append(Gate("barrier", alive))
    return kept
