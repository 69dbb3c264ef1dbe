"""One-qubit gates: simultaneous direct randomized benchmarking with quarter turns.

Measures: the average gate infidelity r of a native quarter turn, averaged over its four
phases, with all qubits driven at once.
Design: a uniformly random stabilizer state, m quarter turns with random phases, one pulse to
a random bit. Each step is exactly one physical pulse, so no count of gates per Clifford
enters. The uniform start stays uniform at every step, so to first order in the error each
step loses the infidelity averaged over all six stabilizer states, a 2-design: r exactly; and
random phases make the errors of different steps interfere to zero on average.
Model: P(expected bit) = 1/2 + A p^m, r = (1 - p) / 2; 1/2 is exact since the bit is random.
What can fool it: errors that depend on the history (heating, leakage) bend the decay; a
machine that recognises the sequence can answer without running it.
Reference: E. Knill et al., PRA 77, 012307 (2008), arXiv:0707.0963 (random quarter turns);
T. Proctor et al., PRL 123, 030503 (2019), arXiv:1807.07975 (direct benchmarking).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from qassay.circuits.family import CircuitFamily, Pulses
from qassay.circuits.gates import QUARTER
from qassay.circuits.states import one_qubit_states
from qassay.devices.description import Durations
from qassay.protocols.geometric import GeometricDecay
from qassay.protocols.interface import (
    ALL_QUBITS,
    Bits,
    DecayLaw,
    Drawn,
    Experiment,
    Model,
    Reach,
    Target,
)
from qassay.protocols.quantity import Quantity, Repeats
from qassay.protocols.scoring import all_bits_right, overhead
from qassay.randomness import Stream
from qassay.statistics.target_groups import DecayValue
from qassay.statistics.trials import Trials


class OneQubitGates(GeometricDecay):
    """Error of a quarter turn on every qubit, all qubits at once."""

    id = "one_qubit_gates"
    version = 1
    title = "One-qubit gates"
    model: Model = "geometric"
    reach: Reach = "qubits"
    asymptote = 0.5
    error_of, per_step = "step", 1.0
    quantities = ("one_qubit_gate_error",)
    laws: Mapping[str, DecayLaw] = MappingProxyType(
        {
            "one_qubit_gate_error": DecayLaw(
                asymptote=0.5, value=DecayValue(meaning="infidelity", factor=0.5)
            )
        }
    )  # r = (d - 1) / d (1 - p), d = 2
    assumptions = (
        "errors do not depend on what was run before (no heating, no leakage)",
        ALL_QUBITS,
    )

    def draw(
        self, length: float, count: int, targets: tuple[Target, ...], qubits: int, stream: Stream
    ) -> Drawn:
        """Draw `length` layers of quarter turns between a random state and a random bit."""
        states, depth = one_qubit_states(), round(length)
        state = stream.child("start").below(6, (count, qubits)).astype(np.uint8)
        expected = stream.child("expected").bits((count, qubits))
        codes = np.empty((count, depth + 2, qubits), dtype=np.uint8)
        codes[:, 0] = states.enter[state]
        phases = stream.child("layers").bits((count, depth, qubits), 2)
        np.add(phases, np.uint8(QUARTER[0]), out=codes[:, 1:-1])
        after = states.after.reshape(-1)
        width = np.uint8(states.after.shape[1])
        for step in range(1, depth + 1):
            state = after[state * width + codes[:, step]]
        codes[:, -1] = states.leave[state, expected]
        idle = _idle(targets, qubits)
        codes[:, :, idle] = 0
        expected[:, idle] = 0
        family = CircuitFamily(qubits=qubits, size=count, elements=(Pulses(codes),))
        return Drawn(circuits=family, key=expected)

    def score(
        self, key: Bits, outcomes: Bits, experiment: Experiment, arms: npt.NDArray[np.intp]
    ) -> Mapping[str, Trials]:
        """Count expected bits at each qubit."""
        trials = all_bits_right(key, outcomes, experiment.targets, experiment.lengths, arms)
        return {"one_qubit_gate_error": trials}

    def seconds(self, length: float, durations: Durations) -> float:
        """The layers and two more pulses, then readout."""
        return overhead(durations) + (length + 2) * durations.one_qubit_gate


def _idle(targets: tuple[Target, ...], qubits: int) -> list[int]:
    wanted = {qubit for target in targets for qubit in target}
    return [qubit for qubit in range(qubits) if qubit not in wanted]


QUANTITIES = (
    Quantity(
        metric="one_qubit_gate_error",
        rate="one_qubit_gate_error",
        kind="decay",
        studied=True,
        alone=True,
        repeats=Repeats(),
        tells="turns",
    ),
)
PROTOCOL = OneQubitGates()
