"""Interleaved benchmarking that somebody else ran: a gate between random ones, and these alone.

With p the decay of the reference sequences and q that of the same with the gate in question after
each Clifford, the gate's error is (d - 1) / d (1 - q / p), d = 2^qubits. Both were measured, so the
error of the reference is in the interval.
Reference: E. Magesan et al., PRL 109, 080505 (2012), arXiv:1203.4550 (equation 4).
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from qassay.errors import MalformedError, Problem, quoted
from qassay.protocols.interface import Model
from qassay.reading.strict_json import read_json
from qassay.statistics.averages import mean_rate
from qassay.statistics.circuits_together import allowing_for_skew, fail_together
from qassay.statistics.combine import linear_combination
from qassay.statistics.decays import DecayFit, fit_decays
from qassay.statistics.estimate import Estimate, no_information, physical
from qassay.statistics.trials import Trials

FloatArray = npt.NDArray[np.float64]
_SHARES: Final = {"one_qubit_gate_error": 1 / 2, "two_qubit_gate_error": 3 / 4}
_NEXT_TO_NOTHING: Final = 1e-12


def coded_length(length: int, *, interleaved: bool) -> float:
    """Give the arm of a sequence: twice its length, and one more with the gate."""
    return float(2 * length + interleaved)


class PublishedInterleaved:
    """A gate's error from sequences with it and without it.

    Attributes:
        metric: Of the gate; None for the catalog's own entry.
    """

    id = "published_interleaved"
    version = 1
    title = "Counts of others, interleaved benchmarking"
    model: Model = "probability"  # the lengths are no depths: two decays in one table
    asymptote = 0.0

    def __init__(self, text: str = "") -> None:
        """Read the parameters.

        Raises:
            MalformedError: They are not such as an import writes.
        """
        said: Any = read_json(text, "plan, problem") if text else {}
        self.metric = said.get("metric") if isinstance(said, dict) else None
        self.together = bool(said.get("together", False)) if isinstance(said, dict) else False
        self._end: Any = said.get("asymptote", 0.25) if isinstance(said, dict) else None
        sound = isinstance(self._end, float | int) and 0 <= self._end < 1
        if text and not (self.metric in _SHARES and sound):
            raise MalformedError(
                Problem(where="plan, problem", found=quoted(text), expected="what an import writes")
            )
        self.quantities: tuple[str, ...] = (self.metric,) if self.metric else tuple(_SHARES)

    def with_problem(self, problem: str) -> PublishedInterleaved:
        """Give the one of an experiment, with its parameters."""
        return PublishedInterleaved(problem)

    @property
    def assumptions(self) -> tuple[str, ...]:
        """Say what the publisher stated."""
        return (
            f"survival decays to {self._end:.4g} with and without the gate, as the publisher"
            " states",
            "errors of the gate and of the random gates beside it add up; coherent ones may do"
            " more, or cancel, and no interval here holds that",
        )

    def estimate(self, quantity: str, trials: Trials, level: float) -> tuple[Estimate, ...]:
        """Compare both decays of each target."""
        both = self._both(quantity, trials, level)
        if both is None:
            return (no_information(trials.circuits * trials.shots, trials.circuits),) * (
                trials.targets
            )
        columns = [
            [
                allowing_for_skew(one, scattered=bool(dispersion > 1))
                for one, dispersion in zip(
                    fit.estimates(transform=_lost), fit.scatter.dispersion, strict=True
                )
            ]
            for fit in both
        ]
        return tuple(self._gate(a, b, trials) for a, b in zip(*columns, strict=True))

    def mean(self, quantity: str, trials: Trials, level: float) -> Estimate:
        """Average over targets."""
        both = self._both(quantity, trials, level)
        if both is None:
            return no_information(trials.circuits * trials.shots, trials.circuits)
        together = self.together or fail_together(trials)
        parts = [
            allowing_for_skew(
                mean_rate(fit, transform=_lost, together=together),
                scattered=together or bool((fit.scatter.dispersion > 1).any()),
            )
            for fit in both
        ]
        return self._gate(parts[0], parts[1], trials)

    def _both(self, quantity: str, trials: Trials, level: float) -> list[DecayFit] | None:
        """Fit the decay with the gate, and that of the reference."""
        if quantity != self.metric:
            return None
        codes = trials.lengths.astype(np.int64)
        fits = []
        for gate in (1, 0):
            arms = np.flatnonzero(codes % 2 == gate)
            if arms.size < 2:
                return None
            own = trials.of_arms(arms)
            own = replace(own, lengths=((codes[arms] - gate) // 2).astype(np.float64))
            fits.append(fit_decays(own, asymptote=self._end, level=level))
        return fits

    def _gate(self, whole: Estimate, reference: Estimate, trials: Trials) -> Estimate:
        lost = linear_combination([1, -1], [whole, reference])
        if not lost.informative or self.metric is None:
            return no_information(trials.circuits * trials.shots, trials.circuits)
        share = _SHARES[self.metric]
        value, low, high = (
            x if math.isinf(x) else -share * math.expm1(-x)
            for x in (lost.value, lost.low, lost.high)
        )
        found = replace(lost, value=value, low=low, high=share if math.isinf(high) else high)
        return replace(
            physical(found, 0.0, share),
            shots=trials.circuits * trials.shots,
            circuits=trials.circuits,
            method="two decays, MOVER",
        )


def _lost(rate: FloatArray) -> FloatArray:
    """Give minus the logarithm of what a step keeps."""
    kept = np.maximum(1 - np.asarray(rate, dtype=np.float64), _NEXT_TO_NOTHING)
    return np.asarray(-np.log(kept))
