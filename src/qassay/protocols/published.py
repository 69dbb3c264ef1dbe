"""Counts that somebody else took and published: estimated here, designed elsewhere.

These protocols have no circuits of ours: what is known of the circuits is what the publisher
says. The counts are fixed samples with many shots a circuit, so the scatter between circuits
is measured and enters the intervals.
Reference: E. Magesan et al., PRL 106, 180504 (2011), arXiv:1009.3639 (Clifford randomized
benchmarking).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from qassay.errors import MalformedError, Problem, quoted
from qassay.protocols.interface import Experiment, Model
from qassay.statistics.averages import mean_rate
from qassay.statistics.decays import fit_decays
from qassay.statistics.estimate import Estimate, no_information
from qassay.statistics.intervals import binomial_estimate
from qassay.statistics.trials import Trials

FloatArray = npt.NDArray[np.float64]


class _QubitDecay:
    """A survival of one qubit that decays to 1/2: r = (1 - p) / 2 for each step."""

    version = 1
    model: Model = "geometric"
    asymptote = 0.5

    def estimate(self, quantity: str, trials: Trials, level: float) -> tuple[Estimate, ...]:
        """Fit the decay with the measured scatter between circuits."""
        fits = fit_decays(trials, asymptote=self.asymptote, kind="geometric", level=level)
        return fits.estimates(transform=_one_qubit_error)

    def mean(self, quantity: str, trials: Trials, level: float) -> Estimate:
        """Average over qubits."""
        fits = fit_decays(trials, asymptote=self.asymptote, kind="geometric", level=level)
        return mean_rate(fits, transform=_one_qubit_error)


class PublishedOneQubitRB(_QubitDecay):
    """One-qubit Clifford benchmarking, an error for each Clifford."""

    id = "published_one_qubit_rb"
    title = "Published one-qubit benchmarking"
    quantities = ("one_qubit_gate_error",)
    assumptions = (
        "one gate a Clifford, as the publisher counts",
        "survival decays to 1/2, since the publisher randomises the final state",
    )


class PublishedMemoryRB(_QubitDecay):
    """Benchmarking with idling and transport between the gates, an error for each step."""

    id = "published_memory_rb"
    title = "Published memory benchmarking"
    quantities = ("memory_error",)
    assumptions = (
        "a step is what the publisher calls a layer: idling and transport of one circuit depth",
        "survival decays to 1/2, since the publisher randomises the final state",
    )


class PublishedMeasurementCrosstalk(_QubitDecay):
    """Survival of a qubit while others are measured, an error for each measurement.

    The publisher divides the same decay by another constant, which it does not state: these
    numbers are 2.2 to 2.4 times those of its table and are not compared with them.
    """

    id = "published_measurement_crosstalk"
    title = "Published measurement crosstalk"
    quantities = ("measurement_crosstalk",)
    assumptions = ("survival decays to 1/2",)


class PublishedTwoQubitRB:
    """Two-qubit Clifford benchmarking: r = 3/4 (1 - p^(2/3)) for each entangler."""

    id = "published_two_qubit_rb"
    version = 1
    title = "Published two-qubit benchmarking"
    model: Model = "geometric"
    asymptote = 0.25
    quantities = ("two_qubit_gate_error",)
    assumptions = (
        "3/2 entanglers a Clifford on average; the one-qubit gates are counted with them",
        "survival decays to 1/4, since the publisher randomises the final state",
    )

    def estimate(self, quantity: str, trials: Trials, level: float) -> tuple[Estimate, ...]:
        """Fit the decay with the measured scatter between circuits."""
        fits = fit_decays(trials, asymptote=self.asymptote, kind="geometric", level=level)
        return fits.estimates(transform=_entangler_error)

    def mean(self, quantity: str, trials: Trials, level: float) -> Estimate:
        """Average over pairs."""
        fits = fit_decays(trials, asymptote=self.asymptote, kind="geometric", level=level)
        return mean_rate(fits, transform=_entangler_error)


class PublishedReadout:
    """Preparation and readout of 0 and of 1 on each qubit."""

    id = "published_readout"
    version = 1
    title = "Published preparation and readout"
    model: Model = "probability"
    asymptote = 0.0
    quantities = ("readout_error",)
    assumptions = ("state preparation and readout errors are counted together",)

    def estimate(self, quantity: str, trials: Trials, level: float) -> tuple[Estimate, ...]:
        """Give the mean fraction of wrong bits over both preparations."""
        hits, shots = trials.totals()
        return tuple(
            binomial_estimate(int(wrong), int(shots.sum()), level=level, circuits=trials.circuits)
            for wrong in hits.sum(axis=0)
        )

    def mean(self, quantity: str, trials: Trials, level: float) -> Estimate:
        """Average over qubits, as if all bits of a shot went wrong together.

        The publisher gives totals of each qubit; which bits of one shot were wrong is not known. A
        share of wrong bits scatters most where they all go together: then it is 0 or 1.
        """
        shots = int(trials.totals()[1].sum())
        if shots == 0 or trials.targets == 0:
            return no_information(shots, trials.circuits)
        wrong = float(trials.hits.sum()) / trials.targets
        return binomial_estimate(wrong, shots, level=level, circuits=trials.circuits)


def _one_qubit_error(rate: FloatArray) -> FloatArray:
    return rate / 2


def _entangler_error(rate: FloatArray) -> FloatArray:
    return np.asarray(0.75 * (1 - np.maximum(1 - rate, 0.0) ** (2 / 3)), dtype=np.float64)


def trials_to_json(trials: Trials) -> dict[str, Any]:
    """Write counts as plain JSON values."""
    return {
        "lengths": trials.lengths.tolist(),
        "arms": trials.arms.tolist(),
        "hits": trials.hits.tolist(),
        "shots": trials.shots,
    }


def trials_from_json(document: Any, where: str, experiment: Experiment) -> dict[str, Trials]:
    """Read published counts back from a bundle.

    Raises:
        MalformedError: Not such a document, or counts that do not add up.
    """
    try:
        quantity, counts = document["quantity"], document["counts"]
        trials = Trials(
            lengths=np.array(counts["lengths"], dtype=np.float64),
            arms=np.array(counts["arms"], dtype=np.intp),
            hits=np.array(counts["hits"], dtype=np.int64),
            shots=int(counts["shots"]),
        )
        fits = trials.targets == len(experiment.targets) and isinstance(quantity, str)
        in_range = bool(((trials.arms >= 0) & (trials.arms < trials.lengths.size)).all())
    except (TypeError, KeyError, ValueError, OverflowError) as error:
        raise MalformedError(
            Problem(where=where, found=quoted(str(error)), expected="published counts")
        ) from None
    if not (fits and in_range and tuple(trials.lengths.tolist()) == experiment.lengths):
        raise MalformedError(
            Problem(where=where, found="other lengths or targets", expected="those of the plan")
        )
    return {quantity: trials}
