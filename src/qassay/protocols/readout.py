"""Readout: prepare random bit strings, read them.

Measures: P(read 1 | prepared 0), P(read 0 | prepared 1) and their mean on every qubit.
Model: every shot is a Bernoulli trial; nothing is assumed of its probability.
Design: each random string is followed by its complement, so that every qubit is prepared in
0 and in 1 equally often; half of the qubits are in each state in a typical shot, which is
how an algorithm finds them.
What it cannot tell: preparation errors and the error of the half turn that makes a 1 are in
the number (readout alone is never worse). A machine that knows the string can cheat.
Reference: M. Geller, "Rigorous measurement error correction", arXiv:2002.01471 (definition
of the assignment errors); C. Clopper and E. Pearson, Biometrika 26, 404 (1934).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from qassay.circuits.family import CircuitFamily, Pulses
from qassay.circuits.gates import HALF_X
from qassay.devices.description import Durations
from qassay.protocols.interface import Bits, Drawn, Experiment, Model, Reach, Target
from qassay.protocols.scoring import all_bits_right, overhead
from qassay.randomness import Stream
from qassay.statistics.estimate import Estimate
from qassay.statistics.intervals import binomial_estimate, mean_of_binomials
from qassay.statistics.trials import Trials


class Readout:
    """Readout and preparation error of every qubit, all qubits at once."""

    id = "readout"
    version = 1
    title = "Readout and preparation"
    model: Model = "probability"
    reach: Reach = "qubits"
    asymptote = 0.0
    quantities = ("readout_error", "readout_error_0", "readout_error_1")
    assumptions = (
        "state preparation and readout errors are counted together",
        "the errors are those of a register in which about half of the qubits are in 1",
    )

    def draw(
        self, length: float, count: int, targets: tuple[Target, ...], qubits: int, stream: Stream
    ) -> Drawn:
        """Draw strings in complementary pairs: circuits 2k and 2k + 1."""
        strings = stream.bits((-(-count // 2), qubits))
        expected = np.stack([strings, 1 - strings], axis=1).reshape(-1, qubits)[:count]
        codes = (expected * np.uint8(HALF_X))[:, None, :]
        family = CircuitFamily(qubits=qubits, size=count, elements=(Pulses(codes),))
        return Drawn(family=family, expected=expected)

    def score(self, expected: Bits, outcomes: Bits, experiment: Experiment,
              arms: npt.NDArray[np.intp]) -> Mapping[str, Trials]:  # fmt: skip
        """Count wrong bits: over both preparations, and over each of the two."""
        both = all_bits_right(expected, outcomes, experiment.targets, experiment.lengths, arms)
        wrong = both.shots - both.hits
        pairs = wrong.shape[0] // 2
        qubits = np.array(experiment.targets, dtype=np.intp)[:, 0]
        prepared = expected[: 2 * pairs, qubits].reshape(pairs, 2, -1).astype(bool)
        in_pairs = wrong[: 2 * pairs].reshape(pairs, 2, -1)

        def trials(hits: npt.NDArray[np.int64], shots: int) -> Trials:
            return Trials(
                lengths=both.lengths,
                arms=np.zeros(hits.shape[0], dtype=np.intp),
                hits=hits,
                shots=shots,
            )

        return {
            "readout_error": trials(in_pairs.sum(axis=1), 2 * both.shots),
            "readout_error_0": trials(np.where(prepared, 0, in_pairs).sum(axis=1), both.shots),
            "readout_error_1": trials(np.where(prepared, in_pairs, 0).sum(axis=1), both.shots),
        }

    def estimate(self, quantity: str, trials: Trials, level: float) -> tuple[Estimate, ...]:
        """Give the fraction of wrong bits with its Clopper-Pearson interval."""
        hits, shots = trials.totals()
        return tuple(
            binomial_estimate(int(wrong), int(shots.sum()), level=level, circuits=trials.circuits)
            for wrong in hits.sum(axis=0)
        )

    def mean(self, quantity: str, trials: Trials, level: float) -> Estimate:
        """Average over qubits; Clopper-Pearson on the sum, which holds for unequal qubits."""
        hits, shots = trials.totals()
        return mean_of_binomials(
            hits.sum(axis=0), int(shots.sum()), level=level, circuits=trials.circuits
        )

    def seconds(self, length: float, durations: Durations) -> float:
        """One half turn, then readout."""
        return overhead(durations) + durations.one_qubit_gate
