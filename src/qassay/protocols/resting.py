"""Qubits at rest: what "one at a time" means for circuits that drive whole registers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from qassay.circuits.family import CircuitFamily, Element, Pulses
from qassay.circuits.gates import IDLE
from qassay.errors import UnsupportedCircuitError
from qassay.protocols.interface import Drawn, Target


def at_rest_but(drawn: Drawn, targets: tuple[Target, ...]) -> Drawn:
    """Take away every pulse on qubits that are no targets, so that they stay in |0>.

    Args:
        drawn: A family of circuits whose entanglers meet inside the targets.
        targets: Who is driven.

    Raises:
        UnsupportedCircuitError: Circuits that are no family of pulses.
    """
    family, driven = drawn.circuits, sorted({qubit for target in targets for qubit in target})
    if not isinstance(family, CircuitFamily):
        raise UnsupportedCircuitError("only families of pulses can leave qubits at rest")
    resting = np.setdiff1d(np.arange(family.qubits), driven)
    elements: list[Element] = []
    for element in family.elements:
        if not isinstance(element, Pulses):
            elements.append(element)
            continue
        codes = element.codes.copy()
        codes[:, :, resting] = IDLE
        elements.append(replace(element, codes=codes))
    key = drawn.key.copy()
    key[:, resting] = 0
    return Drawn(circuits=replace(family, elements=tuple(elements)), key=key)
