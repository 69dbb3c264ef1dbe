"""Counts that somebody else took and published: estimated here, designed elsewhere.

These protocols have no circuits of ours: what is known of the circuits is what the publisher
says. The counts are fixed samples with many shots a circuit, so the scatter between circuits
is measured and enters the intervals.
Reference: E. Magesan et al., PRL 106, 180504 (2011), arXiv:1009.3639 (Clifford randomized
benchmarking).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from qassay.canonical import canonical_bytes
from qassay.errors import MalformedError, Problem, quoted
from qassay.protocols.interface import Experiment, Model
from qassay.reading.strict_json import read_json
from qassay.statistics.averages import mean_rate
from qassay.statistics.circuits_together import allowing_for_skew, fail_together
from qassay.statistics.combine import mean_of
from qassay.statistics.decays import DecayFit, Kind, fit_decays, largest
from qassay.statistics.estimate import Estimate, no_information, physical
from qassay.statistics.free_asymptotes import over_asymptotes
from qassay.statistics.intervals import binomial_estimate
from qassay.statistics.trials import Trials

FloatArray = npt.NDArray[np.float64]
_ON_PAIRS: Final = ("two_qubit_gate_error", "su4_gate_error")
# Error over the loss of the logarithm of a survival: 5 g / 6 over 3 g, and 5 g / 3 over 4.5 g.
_CROSSTALK: Final = {"measurement_crosstalk": 5 / 18, "reset_crosstalk": 10 / 27}
_NEXT_TO_NOTHING: Final = 1e-12  # what is kept where all is lost: its logarithm is a number


class _PublishedDecay:
    """A survival that decays; what is wanted is a function of its loss a step.

    Attributes:
        together: Whether targets of one circuit are known to fail together; else the counts say.
        counted_in: What the length of its circuits is a number of.
        error_of: What a step is, in the words of docs/counts.md.
        per_step: How many of the gates in question a step has.
    """

    version = 1
    model: Model = "geometric"
    asymptote = 0.5
    together = False
    counted_in = "Cliffords"
    error_of, per_step = "clifford", 1.0

    def claimed_rate(self, value: float) -> float | None:
        """Give the loss a step of a machine exactly at a claim; None where no formula says it."""
        return 2.0 * value

    def transform(self, rate: FloatArray) -> FloatArray:
        """Give the wanted error of losses a step: r = (1 - p) / 2 where one qubit decays."""
        return rate / 2

    def estimate(self, quantity: str, trials: Trials, level: float) -> tuple[Estimate, ...]:
        """Fit the decay with the measured scatter between circuits."""
        fit = self._fit(trials, level)
        most = self._most(fit)
        return tuple(
            physical(allowing_for_skew(one, scattered=bool(dispersion > 1)), most=most)
            for one, dispersion in zip(
                fit.estimates(transform=self.transform), fit.scatter.dispersion, strict=True
            )
        )

    def mean(self, quantity: str, trials: Trials, level: float) -> Estimate:
        """Average over targets; where those of a circuit fail together, the circuit is the unit."""
        together = self.together or fail_together(trials)
        fit = self._fit(trials, level)
        mean = mean_rate(fit, transform=self.transform, together=together)
        scattered = together or bool((fit.scatter.dispersion > 1).any())
        return physical(allowing_for_skew(mean, scattered=scattered), most=self._most(fit))

    def _most(self, fit: DecayFit) -> float:
        """Give the largest value: no error is above 1, whatever its formula makes of noise."""
        most = largest(fit, self.transform)
        return most if self.model == "exponential" else min(most, 1.0)

    def _fit(self, trials: Trials, level: float) -> DecayFit:
        kind: Kind = "exponential" if self.model == "exponential" else "geometric"
        return fit_decays(trials, asymptote=self.asymptote, kind=kind, level=level)


class PublishedOneQubitRB(_PublishedDecay):
    """One-qubit Clifford benchmarking, an error for each Clifford."""

    id = "published_one_qubit_rb"
    title = "Published one-qubit benchmarking"
    quantities = ("one_qubit_gate_error",)
    assumptions = (
        "one gate a Clifford, as the publisher counts",
        "survival decays to 1/2, since the publisher randomises the final state",
    )


class PublishedMemoryRB(_PublishedDecay):
    """Benchmarking with idling and transport between the gates, an error for each step."""

    id = "published_memory_rb"
    title = "Published memory benchmarking"
    quantities = ("memory_error",)
    error_of = "step"
    together = True  # idle qubits of one circuit share what disturbs them
    assumptions = (
        "idle qubits of one circuit may be disturbed together: the circuit is the unit",
        "a step is what the publisher calls a layer: idling and transport of one circuit depth",
        "survival decays to 1/2, since the publisher randomises the final state",
    )


class PublishedMeasurementCrosstalk(_PublishedDecay):
    """Survival of a bright qubit while others are measured, an error for each measurement.

    The publisher's curve after m measurements is (1 + s + (2 - 4 s) exp(-3 g m)) / 3, with s the
    error of preparation and readout, and its error 5 g / 6: stray light takes an ion out of the
    bright state, and spreads it over three states. The asymptote is taken as 1/3, which moves
    g by less than s / 2 of itself.
    """

    id = "published_measurement_crosstalk"
    title = "Published measurement crosstalk"
    asymptote = 1 / 3
    quantities = ("measurement_crosstalk",)
    counted_in = "measurements"
    error_of = "step"
    assumptions = (
        "stray light spreads a bright qubit over three states, so that survival decays to 1/3, as"
        " the publisher states",
    )

    def claimed_rate(self, value: float) -> float | None:
        """Give 1 - exp(-3 g)."""
        return -math.expm1(-3.6 * value)

    def transform(self, rate: FloatArray) -> FloatArray:
        """Give 5 g / 6, where survival falls by exp(-3 g) a measurement."""
        kept = np.maximum(1 - np.asarray(rate, dtype=np.float64), _NEXT_TO_NOTHING)
        return np.asarray(-np.log(kept) * (5 / 18), dtype=np.float64)


class PublishedTwoQubitRB(_PublishedDecay):
    """Two-qubit Clifford benchmarking: r = 3/4 (1 - p^(2/3)) for each entangler."""

    id = "published_two_qubit_rb"
    title = "Published two-qubit benchmarking"
    asymptote = 0.25
    quantities = ("two_qubit_gate_error",)
    per_step = 1.5
    assumptions = (
        "3/2 entanglers a Clifford on average; the one-qubit gates are counted with them",
        "survival decays to 1/4, since the publisher randomises the final state",
    )

    def claimed_rate(self, value: float) -> float | None:
        """Give 1 - p, with 3/2 entanglers a Clifford."""
        return 1 - math.pow(max(1 - 4 / 3 * value, 0.0), 1.5)

    def transform(self, rate: FloatArray) -> FloatArray:
        """Give the error of an entangler, with 3/2 of them a Clifford."""
        return np.asarray(0.75 * (1 - np.maximum(1 - rate, 0.0) ** (2 / 3)), dtype=np.float64)


class PublishedTwoQubitLeakage(_PublishedDecay):
    """Shots of two-qubit benchmarking in which a check found neither qubit lost.

    The share of pairs that a Clifford loses, over its 3/2 entanglers. (An early version of the
    publisher's program has twice that; its table does not.)
    """

    id = "published_two_qubit_leakage"
    title = "Published leakage in two-qubit benchmarking"
    asymptote = 0.0
    quantities = ("leakage",)
    per_step = 1.5
    assumptions = (
        "a lost qubit stays lost, and the publisher's check finds it",
        "3/2 entanglers a Clifford on average; what the one-qubit gates lose is counted with them",
    )

    def claimed_rate(self, value: float) -> float | None:
        """Give what a Clifford loses, with 3/2 entanglers in it."""
        return 1.5 * value

    def transform(self, rate: FloatArray) -> FloatArray:
        """Give the share of pairs that an entangler loses."""
        return rate * (2 / 3)


class PublishedDecay(_PublishedDecay):
    """A decay in the form that anybody can write (docs/counts.md): its formula comes with it.

    The error of one of n entanglers (or pulses) a step is (d - 1) / d (1 - p^(1/n)), d = 2^qubits,
    whether steps are Cliffords, layers of direct benchmarking or SU(4) blocks; a "step" has n = 1.
    What leaks is (1 - p) / n of a survival whose asymptote is 0. Measurement crosstalk is as in
    `PublishedMeasurementCrosstalk`. Of resets the publisher's curve is a sum of two exponentials,
    (2 exp(-5 g m) + exp(-2 g m)) / 3, which to second order in g m is one with asymptote 1/9 that
    falls by exp(-4.5 g) a reset; the error is 5 g / 3.
    Of a delay the survival decays by exp(-t / T).

    Attributes:
        errors: Metrics that it knows a formula of.
        times: Metrics that are times to 1/e.
        text: Parameters as JSON text, as a plan holds them; empty for the catalog's own entry.
    """

    id = "published_decay"
    counted_in = "steps"
    errors = (
        "one_qubit_gate_error",
        "two_qubit_gate_error",
        "memory_error",
        "leakage",
        "measurement_crosstalk",
        "reset_crosstalk",
        "su4_gate_error",
    )
    times = ("t1", "t2_star", "t2_echo")
    quantities: tuple[str, ...] = (*errors, *times)

    def __init__(self, text: str = "") -> None:
        """Read the parameters.

        Raises:
            MalformedError: They are not such as an import writes.
        """
        self.text = text
        said: Any = {"metric": "t1", "asymptote": 0.5}
        if text:
            said = read_json(text, "plan, problem")
        try:
            self.metric = str(said["metric"])
            end = said["asymptote"]
            self.fitted = end == "fit"
            self.asymptote = 0.0 if self.fitted else float(end)
            self.per_step = float(said.get("per_step", 1.0))
            self.together = bool(said.get("together", False))
            self.error_of = str(said.get("error_of", "step"))
            sound = 0 <= self.asymptote < 1 and 1e-3 <= self.per_step <= 1e3
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise _no_parameters(str(error)) from None
        if not sound or self.metric not in self.quantities:
            raise _no_parameters(text)
        self.title = f"Counts of others, {self.metric.replace('_', ' ')}"
        if text:
            self.quantities = (self.metric,)
        self.model: Model = "exponential" if self.metric in self.times else "geometric"

    def with_problem(self, problem: str) -> PublishedDecay:
        """Give the one of an experiment, with its parameters."""
        return PublishedDecay(problem)

    @property
    def assumptions(self) -> tuple[str, ...]:
        """Say what the publisher stated of the decay."""
        if self.fitted:
            end = "the asymptote is not known and was fitted with the decay"
        else:
            end = f"survival decays to {self.asymptote:.4g}, as the publisher states"
        if self.model == "exponential":
            return (end,)
        steps = f"{self.per_step:g} gates a step on average ({self.error_of}), as it states"
        return (end, steps) if self.error_of != "step" else (end,)

    def claimed_rate(self, value: float) -> float | None:
        """Give the loss whose `transform` is this value; None where there is none."""
        if self.model == "exponential":
            return 1 / value if value > 0 else None
        if self.metric == "leakage":
            return value * self.per_step
        if self.metric in _CROSSTALK:
            return -math.expm1(-value * self.per_step / _CROSSTALK[self.metric])
        share = 0.75 if self.metric in _ON_PAIRS else 0.5
        return 1.0 - math.pow(max(1 - value / share, 0.0), self.per_step)

    def transform(self, rate: FloatArray) -> FloatArray:
        """Give the wanted error, or the time constant, of losses a step or a second."""
        kept = 1 - np.asarray(rate, dtype=np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            if self.model == "exponential":
                return np.asarray(1 / np.asarray(rate, dtype=np.float64))
            if self.metric == "leakage":
                return (1 - kept) / self.per_step
            if self.metric in _CROSSTALK:
                lost = -np.log(np.maximum(kept, _NEXT_TO_NOTHING))
                return np.asarray(lost * _CROSSTALK[self.metric] / self.per_step)
            share = 0.75 if self.metric in _ON_PAIRS else 0.5
            return np.asarray(share * -np.expm1(np.log(np.maximum(kept, 0.0)) / self.per_step))

    def estimate(self, quantity: str, trials: Trials, level: float) -> tuple[Estimate, ...]:
        """Fit each target; where the asymptote is not known, over all that fit."""
        if quantity != self.metric:  # of which these counts say nothing
            return (
                no_information(trials.circuits * trials.shots, trials.circuits),
            ) * trials.targets
        if not self.fitted:
            return super().estimate(quantity, trials, level)
        kind: Kind = "exponential" if self.model == "exponential" else "geometric"
        return over_asymptotes(trials, self.transform, level=level, kind=kind, most=0.75)

    def mean(self, quantity: str, trials: Trials, level: float) -> Estimate:
        """Average over targets."""
        if quantity != self.metric:
            return no_information(trials.circuits * trials.shots, trials.circuits)
        if not self.fitted:
            return super().mean(quantity, trials, level)
        return mean_of(self.estimate(quantity, trials, level))


class PublishedReadout:
    """Preparation and readout of 0 and of 1 on each qubit.

    Attributes:
        prepared: What a qubit is set to where a quantity is of one preparation; else of both.
        wrong_bits: Shots with 0, 1, ... wrong bits, where somebody published single shots.
    """

    id = "published_readout"
    version = 1
    title = "Published preparation and readout"
    model: Model = "probability"
    asymptote = 0.0
    quantities: tuple[str, ...] = ("readout_error", "readout_error_0", "readout_error_1")
    assumptions = ("state preparation and readout errors are counted together",)
    prepared: Mapping[str, tuple[float, ...]] = MappingProxyType(
        {"readout_error_0": (0.0,), "readout_error_1": (1.0,)}
    )

    def __init__(self, text: str = "") -> None:
        """Read the parameters, as a plan holds them.

        Raises:
            MalformedError: They are not such as an import writes.
        """
        said: Any = read_json(text, "plan, problem") if text else {"wrong_bits": []}
        listed = said.get("wrong_bits") if isinstance(said, dict) else None
        if not isinstance(listed, list) or any(type(n) is not int or n < 0 for n in listed):
            raise _no_parameters(text)
        self.wrong_bits = np.array(listed, dtype=np.float64)

    def with_problem(self, problem: str) -> PublishedReadout:
        """Give the one of an experiment, with its single shots."""
        return PublishedReadout(problem)

    def estimate(self, quantity: str, trials: Trials, level: float) -> tuple[Estimate, ...]:
        """Give the mean fraction of wrong bits over both preparations."""
        hits, shots = trials.totals()
        return tuple(
            binomial_estimate(int(wrong), int(shots.sum()), level=level, circuits=trials.circuits)
            for wrong in hits.sum(axis=0)
        )

    def mean(self, quantity: str, trials: Trials, level: float) -> Estimate:
        """Average over qubits, the shot as the unit.

        From totals of each qubit one cannot tell which bits of a shot were wrong. A share of wrong
        bits scatters most where they all go together: then it is 0 or 1, and that is assumed.
        Where single shots were published their scatter is known, and bounded at 95 %.
        """
        shots = int(trials.totals()[1].sum())
        if shots == 0 or trials.targets == 0:
            return no_information(shots, trials.circuits)
        wrong = float(trials.hits.sum())
        clustered = self._clustered(trials, wrong, shots)
        units = int(trials.targets * shots / clustered)
        wrong_units = wrong / (trials.targets * shots) * units
        return replace(
            binomial_estimate(wrong_units, units, level=level, circuits=trials.circuits),
            shots=shots,
        )

    def _clustered(self, trials: Trials, wrong: float, shots: int) -> float:
        """Bound how many times as much the wrong bits of a shot scatter as independent ones."""
        numbers = np.arange(self.wrong_bits.size)
        if (
            self.wrong_bits.size != trials.targets + 1
            or self.wrong_bits.sum() != shots
            or float(numbers @ self.wrong_bits) != wrong
        ):
            return float(trials.targets)  # of other qubits, or none published
        share = trials.hits.sum(axis=0) / shots
        apart = float((share * (1 - share)).sum())
        away = numbers - wrong / shots
        second, fourth = (float(away**k @ self.wrong_bits) / shots for k in (2, 4))
        error = math.sqrt(max(fourth - second**2, 0.0) / shots)
        if apart <= 0:
            return float(trials.targets)
        return min(max((second + 1.645 * error) / apart, 1.0), float(trials.targets))


def _no_parameters(found: str) -> MalformedError:
    return MalformedError(
        Problem(where="plan, problem", found=quoted(found), expected="what an import writes")
    )


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
        # Numbers in words, fractions of a hit and further keys would read otherwise elsewhere.
        as_written = canonical_bytes(trials_to_json(trials)) == canonical_bytes(counts)
        in_range = bool(((trials.arms >= 0) & (trials.arms < trials.lengths.size)).all())
    except (TypeError, KeyError, ValueError, OverflowError) as error:
        raise MalformedError(
            Problem(where=where, found=quoted(str(error)), expected="published counts")
        ) from None
    if not as_written:
        raise MalformedError(
            Problem(
                where=f"{where}, counts",
                found="numbers or keys that no import writes",
                expected="lengths, arms, hits and shots, in whole numbers where they count",
            )
        )
    if not (fits and in_range and tuple(trials.lengths.tolist()) == experiment.lengths):
        raise MalformedError(
            Problem(where=where, found="other lengths or targets", expected="those of the plan")
        )
    return {quantity: trials}
