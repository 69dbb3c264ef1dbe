"""What protocols share that lose the value of one random Pauli operator, layer by layer.

Each circuit prepares a random product state that a random operator (not the identity) leaves as
it is, runs m layers, and reads what the operator has become, its value +1 or -1 being one hit or
miss. So a register of any width has the statistics of one coin, and what qubits do to one
another counts. s(m) = 1/2 + A p^m: the end is exactly one half, since the sign is random; A holds
preparation and readout.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from qassay.circuits.family import CircuitFamily, Element, Pulses
from qassay.circuits.signed_paulis import prepared, random_paulis, sign_reading
from qassay.protocols.geometric import GeometricDecay
from qassay.protocols.interface import Bits, DecayLaw, Drawn, Experiment, Model, Reach, Target
from qassay.protocols.parity import NOT_CHECKED, even_errors
from qassay.protocols.reach import register_of
from qassay.randomness import Stream
from qassay.statistics.target_groups import DecayValue
from qassay.statistics.trials import Trials


class SignedLayers:
    """Circuits of layers on a register, and what becomes of a random Pauli operator in each.

    Args:
        targets: Pairs that join the register.
        count: How many circuits.
        qubits: Of the machine.
        stream: Names all draws.
    """

    def __init__(
        self, targets: tuple[Target, ...], count: int, qubits: int, stream: Stream
    ) -> None:
        self._register = np.array(register_of(targets), dtype=np.intp)
        self._place = {int(qubit): index for index, qubit in enumerate(self._register)}
        self._paulis = random_paulis(count, self.width, stream)
        self._size, self._qubits, self._stream = count, qubits, stream
        self._elements: list[Element] = []
        self._add(prepared(self._paulis, stream))

    @property
    def width(self) -> int:
        """Qubits of the register."""
        return int(self._register.size)

    def turn(self, codes: Bits, pairs: tuple[tuple[int, int], ...] = ()) -> None:
        """Let pulses, shape (circuits, width), act on all circuits, then entanglers on `pairs`."""
        self._add(codes, pairs)
        self._paulis.turn(codes)
        self._paulis.meet([(self._place[a], self._place[b]) for a, b in pairs])

    def read(self) -> Drawn:
        """Turn the operators so that they can be read, and give circuits with expected bits."""
        codes, right = sign_reading(self._paulis, self._stream, NOT_CHECKED)
        self._add(codes)
        expected = np.full((self._size, self._qubits), NOT_CHECKED, dtype=np.uint8)
        expected[:, self._register] = right
        family = CircuitFamily(qubits=self._qubits, size=self._size, elements=tuple(self._elements))
        return Drawn(circuits=family, key=expected)

    def _add(self, codes: Bits, pairs: tuple[tuple[int, int], ...] = ()) -> None:
        wide = np.zeros((self._size, 1, self._qubits), dtype=np.uint8)
        wide[:, 0, self._register] = codes
        self._elements.append(Pulses(wide, pairs))


class BinaryDecay(GeometricDecay):
    """Estimator of 1 - p of the value of random operators, one a circuit."""

    version = 1
    model: Model = "geometric"
    reach: Reach = "links"
    asymptote = 0.5
    quantities: tuple[str, ...] = ()

    @property
    def laws(self) -> Mapping[str, DecayLaw]:  # type: ignore[override]
        """The decay itself is the value."""
        law = DecayLaw(asymptote=0.5, value=DecayValue(meaning="infidelity", factor=1.0))
        return MappingProxyType(dict.fromkeys(self.quantities, law))

    def score(
        self, key: Bits, outcomes: Bits, experiment: Experiment, arms: npt.NDArray[np.intp]
    ) -> Mapping[str, Trials]:
        """Count shots with an even number of wrong bits among those that are checked."""
        return {self.quantities[0]: even_errors(key, outcomes, experiment.lengths, arms)}
