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

from qassay.protocols.geometric import GeometricDecay
from qassay.protocols.interface import Bits, DecayLaw, Experiment, Model, Reach
from qassay.protocols.parity import NOT_CHECKED
from qassay.statistics.target_groups import DecayValue
from qassay.statistics.trials import Trials


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
        checked = (key != NOT_CHECKED)[:, None, :]
        wrong = ((outcomes != key[:, None, :]) & checked).sum(axis=2)
        hits = (wrong % 2 == 0).sum(axis=1, dtype=np.int64)[:, None]
        trials = Trials(
            lengths=np.array(experiment.lengths, dtype=np.float64),
            arms=arms,
            hits=hits,
            shots=int(outcomes.shape[1]),
        )
        return {self.quantities[0]: trials}
