"""Figures that no claim can mean: errors beyond pure noise, times beyond any clock.

An operation that only makes noise, the depolarising channel, has process infidelity
(d^2 - 1) / d^2: for a qubit 3/4, or 1/2 as average gate infidelity; for a pair 15/16, or 3/4
(Nielsen, Phys. Lett. A 303, 249 (2002), arXiv:quant-ph/0205035). A reading that is a toss of a
coin is wrong half of the time. An error claimed at or beyond that is mostly a fidelity.
"""

from __future__ import annotations

from typing import Final

from qassay.claims.claim import Convention
from qassay.claims.conventions import convert, gate_dimension
from qassay.claims.metric import Metric
from qassay.numerals import numeral

SMALLEST_ERROR: Final = 1e-12
SHORTEST_TIME: Final = 1e-9
LONGEST_TIME: Final = 1e10
_MOST_QUBITS: Final = 1_000_000
_LARGEST_COUNT: Final = 2.0**1000
_FASTEST_RATE: Final = 1e18
_COIN: Final = 0.5
_NEARLY: Final = 0.95  # closer to pure noise there is nothing left to tell apart


def pure_noise(metric: Metric, convention: Convention | None) -> float | None:
    """Give the error of an operation that only makes noise, in a convention.

    Returns:
        None where the metric is no error.
    """
    if metric.dimension != "probability" or metric.better == "higher":
        return None
    if convention is None:
        return _COIN
    d = gate_dimension(metric.id)
    return convert((d * d - 1) / (d * d), "process_infidelity", convention, d)


def impossible_value(
    metric: Metric, convention: Convention | None, value: float, *, fidelity: bool
) -> tuple[str, str] | None:
    """Say what was expected in place of an impossible figure, and what to do.

    Args:
        metric: The claim's metric.
        convention: Its convention.
        value: In SI units; an error where the sheet gives a fidelity.
        fidelity: Whether the sheet gives a fidelity.

    Returns:
        None where the figure is possible.
    """
    noise = pure_noise(metric, convention)
    if noise is not None and value >= _NEARLY * noise:
        shown = _percent(noise)
        if fidelity:
            return (
                f"a fidelity well above {_percent(1 - noise)}, which pure noise has",
                f"{_percent(1 - value)} as a fidelity looks like an error;"
                " if it is one, write it as value",
            )
        said = _percent(value)
        return (
            f"an error well below {shown}, which pure noise has",
            f"{said} as an error looks like a fidelity; if it is one, write"
            f' fidelity = "{said}" in place of value',
        )
    if metric.dimension == "probability" and 0 < value < SMALLEST_ERROR:
        return "a probability of 1e-12 or more", "no run of any length could show less"
    if metric.dimension == "time" and value and not SHORTEST_TIME <= value <= LONGEST_TIME:
        return "a time between 1 ns and 1e10 s", ""
    if metric.dimension == "rate" and value > _FASTEST_RATE:
        return "a rate of at most 1e18 1/s", ""
    if metric.id == "qubits" and value > _MOST_QUBITS:
        return f"at most {numeral(_MOST_QUBITS)} qubits", ""
    if metric.dimension == "count" and value > _LARGEST_COUNT:
        return "a count of at most 2 to the power of 1000", ""
    return None


def _percent(value: float) -> str:
    """Write a probability as people type it."""
    return f"{100 * value:.6g} %"
