"""Verdicts at any time: two e-processes a claim, and what may be concluded from them.

An e-process is the wealth of a gambler who bets against a hypothesis at fair or worse odds
and starts with 1. If the hypothesis holds, the wealth ever reaches `1 / alpha` with
probability at most `alpha`, however often one looks and whatever makes one stop (Ville's
inequality; Vovk & Wang, arXiv:1912.06116). One gambler bets against "worse than the limit"
(CONFIRM), another against "within the claim" (REFUTE). All values here are natural logarithms.

The gamblers live in `sequential_rates` and `sequential_probabilities`; the
proofs and the measurements in `docs/decisions/0002-sequential.md`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from scipy.special import logsumexp

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Side = Literal["at least", "at most"]
Verdict = Literal["confirmed", "refuted", "inconclusive"]

# Bets are spread over alternatives at (1 + delta)**RUNGS from the hypothesis that is attacked.
# The first rung is where the error rate has to be won: the claim itself for CONFIRM, the
# tolerance's edge for REFUTE. The others make short work of machines far from the claim.
RUNGS: Final = (1.0, 2.0, 4.0, 7.0)
WEIGHTS: Final = (0.6, 0.25, 0.1, 0.05)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Evidence:
    """Log e-values of a claim after each step.

    Attributes:
        confirm: Against "the limit is missed", shape (steps, targets); large supports the claim.
        refute: Against "the claim holds", shape (steps, targets); large speaks against the claim.
        circuits: Circuits executed at the end of each step, shape (steps,).
    """

    confirm: Floats
    refute: Floats
    circuits: Ints

    @property
    def steps(self) -> int:
        """Number of times the evidence was updated."""
        return int(self.circuits.size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What the evidence says at a given alpha and beta.

    Attributes:
        verdict: "confirmed", "refuted", or "inconclusive" when neither e-process got there.
        circuits: Circuits executed when it was settled, or all of them.
        log_e_confirm: Largest log e-value so far for the claim (for "every": of the worst target).
        log_e_refute: Largest log e-value so far against it.
    """

    verdict: Verdict
    circuits: int
    log_e_confirm: float
    log_e_refute: float


def ladder(null: float, side: Side, tolerance: float) -> list[float]:
    """Give the alternatives to "at least (at most) `null`" that the bettors bet on."""
    sign = -1 if side == "at least" else 1
    return [null * (1 + tolerance) ** (sign * rung) for rung in RUNGS]


def check_alternatives(null: float, side: Side, alternatives: Sequence[float]) -> None:
    """Refuse alternatives that lie inside the hypothesis they are to attack."""
    if any(x >= null if side == "at least" else x <= null for x in alternatives):
        raise ValueError(f"alternatives {list(alternatives)} to '{side} {null}'")


def log_mixture(log_e: Sequence[Floats], weights: Sequence[float]) -> Floats:
    """Mix e-processes of one hypothesis with fixed weights; the mixture is one again.

    Args:
        log_e: Log wealth of each bettor, equal shapes.
        weights: Positive, summing to one: the stake each bettor starts with.
    """
    if len(log_e) != len(weights) or min(weights) <= 0 or not math.isclose(sum(weights), 1.0):
        raise ValueError("weights must be positive, sum to one and match the bettors")
    shifts = np.log(np.asarray(weights, dtype=np.float64))
    result: Floats = log_e[0] + shifts[0]
    for path, shift in zip(log_e[1:], shifts[1:], strict=True):
        result = np.logaddexp(result, path + shift)
    return result


def first_crossing(log_e: Floats, alpha: float) -> Ints:
    """Find the first step at which an e-process reaches 1 / alpha.

    Args:
        log_e: Shape (steps, ...).
        alpha: Error probability, in (0, 1).

    Returns:
        Index of the step, shape (...); the number of steps where it never happens.
    """
    crossed: npt.NDArray[np.bool_] = log_e >= log_threshold(alpha)
    if not crossed.shape[0]:
        return np.zeros(crossed.shape[1:], dtype=np.int64)
    index: Ints = np.where(crossed.any(axis=0), crossed.argmax(axis=0), crossed.shape[0])
    return index


def log_threshold(alpha: float) -> float:
    """Give the log wealth at which a hypothesis is rejected: -ln alpha."""
    if not 0 < alpha < 1:
        raise ValueError(f"alpha must lie in (0, 1), not {alpha!r}")
    return -math.log(alpha)


def confirm_every(confirm: Floats) -> Floats:
    """Support "every target is within the limit": the least convinced gambler decides.

    If one target misses the limit, its own gambler exceeds 1 / alpha with probability at most
    alpha, and all have to: no price for the number of targets (intersection-union test).
    Targets may get there at different times, hence the running maximum; the result is for
    comparing with 1 / alpha (its reciprocal is an anytime-valid p-value). Use
    `confirm.min(axis=1)` where an e-value proper is asked for, as in e-BH.

    Args:
        confirm: Log e-values, shape (steps, targets).

    Returns:
        Shape (steps, 1).
    """
    peak: Floats = np.maximum.accumulate(confirm, axis=0)
    return np.asarray(peak.min(axis=1, keepdims=True))


def refute_every(refute: Floats) -> Floats:
    """Attack "every target is within the claim": the gamblers pool their wealth.

    The average of e-processes at the same time is an e-process under any dependence between
    the targets, crosstalk included (Vovk & Wang, arXiv:1912.06116). The average of
    their maxima is not: only wealth held at one time may be added.

    Args:
        refute: Log e-values, shape (steps, targets).

    Returns:
        Shape (steps, 1).
    """
    pooled = logsumexp(refute, axis=1, keepdims=True) - math.log(refute.shape[1])
    return np.asarray(pooled, dtype=np.float64)


def every(evidence: Evidence) -> Evidence:
    """Turn the evidence on each target into evidence on "every target is within r0"."""
    return Evidence(
        confirm=confirm_every(evidence.confirm),
        refute=refute_every(evidence.refute),
        circuits=evidence.circuits,
    )


def settle(evidence: Evidence, alpha: float, beta: float | None = None) -> Settlement:
    """Judge a claim on one target (or on one merged target).

    Args:
        evidence: With one target.
        alpha: Largest probability of refuting a claim that holds.
        beta: Largest probability of confirming one that misses its limit; `alpha` by default.
    """
    if evidence.confirm.shape[1] != 1:
        raise ValueError("settle judges one target; merge them first, as `every` does")
    confirm = int(first_crossing(evidence.confirm, alpha if beta is None else beta)[0])
    refute = int(first_crossing(evidence.refute, alpha)[0])
    verdict: Verdict = "inconclusive"
    if min(confirm, refute) < evidence.steps:
        verdict = "confirmed" if confirm < refute else "refuted"
    last = min(confirm, refute, evidence.steps - 1)
    return Settlement(
        verdict=verdict,
        circuits=int(evidence.circuits[last]) if evidence.steps else 0,
        log_e_confirm=float(evidence.confirm[: last + 1].max(initial=0.0)),
        log_e_refute=float(evidence.refute[: last + 1].max(initial=0.0)),
    )
