"""What a claim sheet says of the error rates of a machine, and the words of a prediction from them.

A prediction takes claims at their word. Which claims those are, what else is assumed, and how both
are said follows from the sheet alone: an auditor derives it without a simulator.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from qassay.claims.claim import ClaimSheet
from qassay.claims.conventions import canonical_value
from qassay.claims.metrics import METRICS
from qassay.languages.english import said
from qassay.planning.plan import Plan
from qassay.protocols.approximation_ratio import read_problem
from qassay.protocols.interface import Experiment
from qassay.protocols.known import is_application
from qassay.reports.numbers import quantity
from qassay.reports.text import listed
from qassay.units import Dimension
from qassay.verdicts.application_words import noise_rates, rate_words


def claimed_rates(sheet: ClaimSheet) -> dict[str, float]:
    """Read from a sheet the error rates that a machine file can hold, in SI units.

    Claims on everything are preferred to those on some qubits or pairs, which then stand for
    all, and claims on the mean to others; of several alike the last in order of value counts.
    """
    found: dict[str, float] = {}
    order = sorted(
        sheet.claims, key=lambda c: (c.scope.everything, c.statistic == "mean", canonical_value(c))
    )
    order.sort(key=lambda c: -len(METRICS[c.metric].noise))  # one key of a row beats its two
    for claim in order:
        found |= dict.fromkeys(METRICS[claim.metric].noise, canonical_value(claim))
    return found


def assumed(sheet: ClaimSheet, rates: dict[str, float]) -> tuple[str, ...]:
    """Name what a prediction assumes beyond the claims themselves, in words."""
    told = []
    silent = [rate_words(name) for name in noise_rates() if name not in rates]
    if silent:
        told.append(said("assumed.silent", names=listed(silent)))
    used = [c for c in sheet.claims if METRICS[c.metric].noise]
    part = [c.id for c in used if not c.scope.everything]
    if part:
        told.append(said("assumed.part", claims=", ".join(part)))
    typical = sorted({str(c.statistic) for c in used} - {"mean", "every"})
    if typical:
        told.append(said("assumed.typical", statistics=listed(typical)))
    return tuple(map(str, told))


def silent_on(rates: dict[str, float]) -> str:
    """Say why a sheet predicts nothing of circuits with two-qubit gates; empty if it does.

    Every other error that no claim speaks of is small beside theirs, and is taken to be nil.
    """
    if "two_qubit_error" in rates:
        return ""
    return "the sheet claims no two-qubit gate error, so nothing follows from it"


def without_times(rates: Mapping[str, float]) -> dict[str, float]:
    """Leave times out: where they contradict the claimed gate errors, the gate errors count."""
    return {name: value for name, value in rates.items() if _dimension(name) != "time"}


def rates_in_words(rates: Mapping[str, float]) -> str:
    """Name error rates with their values: "two-qubit gates 0.5 %, leakage 1 %"."""
    told, known = [], noise_rates()
    for name, value in sorted(rates.items()):
        words = rate_words(name) if name in known else name
        told.append(f"{words} {quantity(value, _dimension(name))}")
    return ", ".join(told)


def words_of_predictions(sheet: ClaimSheet) -> tuple[tuple[str, list[str]], ...]:
    """Give what a prediction from a sheet may say that it stands on, and what it assumes.

    Returns:
        With the claimed times, and without them where they contradict the claimed gate errors.
    """
    rates = claimed_rates(sheet)
    told = assumed(sheet, rates)
    whole = (rates_in_words(rates), [*told])
    left = without_times(rates)
    if left == rates:
        return (whole,)
    return whole, (rates_in_words(left), [*told, str(said("assumed.times"))])


def predictions_of(plan: Plan) -> Iterator[tuple[Experiment, Mapping[str, Any]]]:
    """List the experiments of which a plan says what claims lead to, with what it says."""
    for x in plan.experiments:
        if is_application(x):
            told = read_problem(x.problem).notes["predicted"]
            if told is not None:
                yield x, told


def _dimension(name: str) -> Dimension:
    return next(row.dimension for row in METRICS.values() if name in row.noise)
