"""Scores of whole circuits that somebody else ran: GHZ states, mirrors, cross-entropy, volume.

Each circuit has one score, the mean over its shots. A figure is the mean of scores over circuits,
or a sum of such means, one a setting. The circuit is the unit: circuits of one width and depth
differ by far more than their shots, so the error of a mean is taken from the scatter of its
circuits, with Student's t for their number, and is never smaller than independent shots leave.

GHZ states: with P the population of 0...0 and 1...1, and M_k the parity in the basis
cos(k pi / n) X + sin(k pi / n) Y on all n qubits, F = P / 2 + sum_k (-1)^k <M_k> / (2 n) over
k = 0 ... n - 1, exactly and for any state (O. Guehne et al., PRA 76, 030305 (2007),
arXiv:0706.2432). Mirror circuits: T. Proctor et al., PRL 129, 150502 (2022), arXiv:2112.09853.
Linear cross-entropy: F. Arute et al., Nature 574, 505 (2019).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from qassay.errors import MalformedError, Problem, quoted
from qassay.protocols.interface import Model
from qassay.reading.strict_json import read_json
from qassay.statistics.combine import linear_combination
from qassay.statistics.dispersion import student_quantile
from qassay.statistics.estimate import Estimate, no_information, physical
from qassay.statistics.intervals import binomial_estimate, normal_quantile
from qassay.statistics.trials import Trials

FloatArray = npt.NDArray[np.float64]
UNIT: Final = 10**9  # a score is a whole number of billionths, so that sums are exact everywhere
_HIGHEST: Final = 1 << 22  # of a cross-entropy of 22 qubits
# What scores can be of, by the word of docs/counts.md for a table of them.
MEASURED: Final = {
    "ghz": "ghz_fidelity",
    "mirror": "mirror_polarization",
    "crossentropy": "xeb_fidelity",
    "heavy": "heavy_outputs",
}
# What a table of the circuits tells of them besides their targets, by which strings are scored.
OF_CIRCUITS: Final = {
    "ghz": ("circuit", "targets", "setting"),
    "mirror": ("circuit", "targets", "depth", "expected"),
    "crossentropy": ("circuit", "targets", "depth"),
    "heavy": ("circuit", "targets", "qasm"),
}
_METRICS: Final = tuple(MEASURED.values())
_SETTLES: Final = {"heavy_outputs": "quantum_volume"}  # whose mark the share has to pass
# The metrics that they are counted for.
SCORED: Final = {kind: _SETTLES.get(name, name) for kind, name in MEASURED.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreTerms:
    """What was done, as an import seals it in the plan.

    Attributes:
        metric: What the scores amount to.
        least: Smallest score that one shot can have.
        most: Largest.
        shots: Of each circuit, in order.
        spreads: Variance of the score of a shot within each circuit, where shots have more than
            two scores; empty where they are either `least` or `most`.
        weights: Of the mean of each setting in the figure; they are the arms.
        offset: What is added to them.
        depth: Layers of the circuits; None where that has no meaning.
        said: What a reader must know, in sentences.
    """

    metric: str
    least: float
    most: float
    shots: tuple[int, ...]
    spreads: tuple[float, ...] = ()
    weights: tuple[float, ...] = (1.0,)
    offset: float = 0.0
    depth: int | None = None
    said: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Give it as plain JSON values."""
        return {
            "metric": self.metric,
            "least": self.least,
            "most": self.most,
            "shots": list(self.shots),
            "spreads": list(self.spreads),
            "weights": list(self.weights),
            "offset": self.offset,
            "depth": self.depth,
            "said": list(self.said),
        }


def read_terms(text: str) -> ScoreTerms:
    """Read them back from a plan.

    Raises:
        MalformedError: They are not such as an import writes.
    """
    said: Any = read_json(text, "plan, problem")
    try:
        terms = ScoreTerms(
            metric=str(said["metric"]),
            least=float(said["least"]),
            most=float(said["most"]),
            shots=tuple(_count(n) for n in said["shots"]),
            spreads=tuple(float(x) for x in said["spreads"]),
            weights=tuple(float(x) for x in said["weights"]),
            offset=float(said["offset"]),
            depth=None if said["depth"] is None else _count(said["depth"]),
            said=tuple(str(x) for x in said["said"]),
        )
        sound = (
            terms.metric in _METRICS
            and -1 <= terms.least < terms.most <= _HIGHEST
            and min(terms.shots) >= 1
            and len(terms.spreads) in (0, len(terms.shots))
            and all(0 <= x <= _HIGHEST**2 for x in terms.spreads)
            and 0 < len(terms.weights) <= len(terms.shots)
            and all(abs(x) <= 1 for x in (*terms.weights, terms.offset))
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _no_terms(str(error)) from None
    if not sound:
        raise _no_terms(text)
    return terms


def _count(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= 10**9:
        raise ValueError(f"{value!r} is no count")
    return value


def _no_terms(found: str) -> MalformedError:
    return MalformedError(
        Problem(where="plan, problem", found=quoted(found), expected="what an import writes")
    )


class PublishedScores:
    """Scores of circuits on one register, in the form that anybody can write (docs/counts.md).

    Attributes:
        of_register: Whether each experiment has one register of any size for a target.
        terms: What was done; None for the catalog's own entry.
    """

    id = "published_scores"
    version = 1
    of_register = True
    model: Model = "probability"
    asymptote = 0.0

    def __init__(self, text: str = "") -> None:
        """Read the terms.

        Raises:
            MalformedError: They are not such as an import writes.
        """
        self.terms = read_terms(text) if text else None
        own = (self.terms.metric,) if self.terms else _METRICS
        settled = tuple(_SETTLES[name] for name in own if name in _SETTLES)
        self.quantities: tuple[str, ...] = (*own, *settled)
        name = self.terms.metric.replace("_", " ") if self.terms else "registers"
        self.title = f"Counts of others, {name}"

    def with_problem(self, problem: str) -> PublishedScores:
        """Give the one of an experiment, with its terms."""
        return PublishedScores(problem)

    @property
    def assumptions(self) -> tuple[str, ...]:
        """Say what the publisher stated of the circuits."""
        return self.terms.said if self.terms else ()

    def executions(self, trials: Trials) -> int:
        """Count the shots that were really taken."""
        if self.terms is None or len(self.terms.shots) != trials.circuits:
            return 0
        return sum(self.terms.shots)

    def estimate(self, quantity: str, trials: Trials, level: float) -> tuple[Estimate, ...]:
        """Estimate the figure of the one register."""
        terms = self.terms
        shots = self.executions(trials)
        if terms is None or quantity != terms.metric or not shots:
            return (no_information(shots, trials.circuits),) * trials.targets
        scores = terms.least + trials.hits[:, 0] / UNIT
        taken = np.array(terms.shots, dtype=np.float64)
        spreads = np.array(terms.spreads) if terms.spreads else None
        parts = []
        for arm in range(len(terms.weights)):
            here = trials.arms == arm
            own = None if spreads is None else spreads[here]
            parts.append(
                mean_score(scores[here], taken[here], (terms.least, terms.most), own, level)
            )
        whole = parts[0]
        if len(parts) > 1:
            sure = replace(parts[0], value=1.0, low=1.0, high=1.0)
            whole = linear_combination((*terms.weights, terms.offset), (*parts, sure))
        least = 0.0 if terms.metric in ("ghz_fidelity", "heavy_outputs") else -1.0
        whole = physical(whole, least, 1.0)
        return (replace(whole, shots=shots, circuits=trials.circuits),) * trials.targets

    def mean(self, quantity: str, trials: Trials, level: float) -> Estimate:
        """Give the one register's value."""
        return self.estimate(quantity, trials, level)[0]


def mean_score(
    scores: FloatArray,
    shots: FloatArray,
    ends: tuple[float, float],
    spreads: FloatArray | None,
    level: float,
) -> Estimate:
    """Estimate the mean of scores over circuits that were drawn at random.

    Args:
        scores: Mean score of the shots of each circuit.
        shots: Of each circuit.
        ends: The smallest and the largest score of one shot.
        spreads: Variance of the score of a shot within each circuit; None where shots score
            either of the ends.
        level: Of the two-sided interval.

    Returns:
        Where shots score either of the ends, Clopper and Pearson's interval for as many
        independent shots as have the same error; else a symmetric one. One circuit alone
        cannot tell how circuits differ: its shots are the unit then.
    """
    count = scores.size
    if count == 0:
        return no_information()
    least, most = ends
    mean = float(scores.mean())
    share = min(max((mean - least) / (most - least), 0.0), 1.0)
    two_valued = share * (1 - share) * (most - least) ** 2
    inside = np.full(count, two_valued) if spreads is None else spreads
    floor = float((inside / shots).sum()) / count**2
    between = float(scores.var(ddof=1)) / count if count > 1 else 0.0
    normal = normal_quantile((1 - level) / 2)
    student = float(student_quantile((1 - level) / 2, count - 1)) if count > 1 else normal
    error = max(between * (student / normal) ** 2, floor)
    if spreads is not None:
        half = normal * error**0.5
        return Estimate(
            value=mean,
            low=mean - half,
            high=mean + half,
            level=level,
            shots=int(shots.sum()),
            circuits=count,
            method=_METHOD,
        )
    units = count**2 / float((1 / shots).sum())  # all shots, where circuits have as many
    if error > 0:
        units = min(two_valued / error, units)
    whole = max(int(units), 1)
    found = binomial_estimate(share * whole, whole, level=level, circuits=count)
    low, high = (least + x * (most - least) for x in (found.low, found.high))
    return replace(
        found,
        value=mean,
        low=min(low, mean),
        high=max(high, mean),
        shots=int(shots.sum()),
        method=_METHOD,
    )


_METHOD: Final = "mean over circuits, Student's t, never shorter than the shots allow"


def hamming_polarization(distances: Sequence[int]) -> tuple[float, float]:
    """Give the polarization of one mirror circuit, and the variance of a shot's.

    Args:
        distances: Shots that differ from the expected string in 0, 1, ... bits; n + 1 of them.
    """
    width = len(distances) - 1
    scale = 1 / (1 - 0.25**width)  # 4^n / (4^n - 1)
    each = np.array([scale * (-0.5) ** k - (scale - 1) for k in range(width + 1)])
    counts = np.asarray(distances, dtype=np.float64)
    total = counts.sum()
    mean = float(each @ counts / total)
    return mean, float((each - mean) ** 2 @ counts / total)
